"""Finding one of a million people by an address: the blind index against a b-tree over plain text."""

from bench.scratch import databases, plain_twin, sql  # isort: skip  (sets Django up)

from itertools import cycle

from bench.measuring import Result, compare, say
from contacts.models import Contact, Identity
from contacts.normalisation import canonical
from privacy.vault.blind import BlindIndex

ROWS = 1_000_000
SOUGHT = 500


def address(number: int) -> str:
    """The address of somebody."""
    return f"customer.number{number}@company{number % 5000}.example"


def measure() -> list[Result]:
    """Fill both tables by SQL, then look up addresses that are spread over them."""
    twin = plain_twin(Identity)
    _fill(twin._meta.db_table)
    numbers = [number * (ROWS // SOUGHT) + 7 for number in range(SOUGHT)]
    blind, plain = cycle(numbers), cycle(numbers)

    def by_blind_index() -> object:
        return Identity.objects.filter(value=address(next(blind))).values_list("contact", flat=True).get()

    def by_plain_text() -> object:
        rows = twin._default_manager.filter(value=address(next(plain)), deleted_at=None)
        return rows.values_list("contact_id", flat=True).get()

    what = f"look-up among {ROWS:,} identities, blind index : b-tree"
    return [compare(what, ours=by_blind_index, reference=by_plain_text, target=1.2, times=4 * SOUGHT)]


def _fill(plain_table: str) -> None:
    contact = Contact(full_name="Everybody")
    contact.save()
    shared = "created_at, updated_at, kind, is_primary, is_claimed, bounce_reason, contact_id"
    values = "now(), now(), 'email', false, false, '', %s"
    noise = "decode(md5(i::text) || md5(i::text || 'a') || md5(i::text || 'b') || md5(i::text || 'c'), 'hex')"
    sql(
        f"INSERT INTO contacts_identity (id, {shared}, value, value_index) "
        f"SELECT gen_random_uuid(), {values}, {noise}, decode(md5(i::text), 'hex') "
        f"FROM generate_series(1, {ROWS}) AS i",
        contact.pk,
    )
    written = "'customer.number' || i || '@company' || i %% 5000 || '.example'"
    sql(
        f"INSERT INTO {plain_table} (id, {shared}, value) "
        f"SELECT gen_random_uuid(), {values}, {written} FROM generate_series(1, {ROWS}) AS i",
        contact.pk,
    )
    _index_those_sought()
    sql("VACUUM ANALYZE contacts_identity")
    sql(f"VACUUM ANALYZE {plain_table}")
    say(f"{ROWS:,} identities on each side")


def _index_those_sought() -> None:
    """The rows that are looked up get the index that their address really has."""
    index = BlindIndex("contacts.identity", canonical)
    for number in range(SOUGHT):
        place = number * (ROWS // SOUGHT) + 7
        sql(
            "UPDATE contacts_identity SET value_index = %s WHERE value_index = decode(md5(%s), 'hex')",
            index.of(address(place)),
            str(place),
        )


if __name__ == "__main__":
    with databases():
        measure()
