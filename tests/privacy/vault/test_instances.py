"""Sealed fields on instances: plain text to the programmer, ciphertext to everything else."""

import copy
import json
import pickle
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact, Identity
from privacy.models import SealedRow, User, new_id
from privacy.vault import keys
from privacy.vault.errors import PlaintextRefused, Tampered
from privacy.vault.fields import Ciphertext, Erased, SealedJSONField, is_erased, raw_values
from tests import factories
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NAME = "Carla Customer"


def stored(row: Any, column: str, table: str = "") -> bytes | None:
    """What lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM {table or row._meta.db_table} WHERE id = %s"
            + (" ORDER BY history_id DESC LIMIT 1" if table else ""),
            [row.pk],
        )
        found = cursor.fetchone()[0]
    return None if found is None else bytes(found)


# -- reading and writing


@given(st.text(st.characters(), max_size=200))
def test_any_text_comes_back(text: str) -> None:
    contact = Contact(full_name=text, notes=text)
    contact.save()
    again = Contact.objects.get(pk=contact.pk)
    assert (again.full_name, again.notes) == (text, text)


def test_what_is_stored_is_ciphertext(customer: Contact) -> None:
    sealed = stored(customer, "full_name")
    assert sealed is not None
    assert sealed[:2] == b"\xc5\x01"
    assert NAME.encode() not in sealed


def test_empty_text_is_null_and_reads_empty(db: None) -> None:
    contact = Contact(full_name="")
    contact.save()
    assert stored(contact, "full_name") is None
    assert Contact.objects.get(pk=contact.pk).full_name == ""
    assert Contact().full_name == ""
    assert list(Contact.objects.filter(full_name__isnull=True)) == [contact]


def test_emptying_a_value_empties_its_column(customer: Contact) -> None:
    contact = Contact.objects.get(pk=customer.pk)
    contact.full_name = ""
    contact.save()
    assert stored(contact, "full_name") is None


def test_history_holds_the_same_ciphertext_as_the_row(customer: Contact) -> None:
    customer.notes = "first"
    customer.save()
    customer.notes = "second"
    customer.save(update_fields=["notes"])
    for column in ("full_name", "notes"):
        assert stored(customer, column) == stored(customer, column, "contacts_historicalcontact")
    assert [entry.notes for entry in customer.history.order_by("history_id")] == ["", "first", "second"]


def test_history_of_a_deleted_row_still_opens(customer: Contact) -> None:
    identity = customer.identities.get()
    identity_id = identity.pk
    identity.delete()
    last = Identity.history.filter(id=identity_id).latest("history_date")
    assert (last.history_type, last.value) == ("-", "carla@customer.example")


@pytest.mark.parametrize("touch", ["nothing", "read", "same", "back"])
def test_saving_an_unchanged_value_keeps_its_ciphertext(customer: Contact, touch: str) -> None:
    before = stored(customer, "full_name")
    contact = Contact.objects.get(pk=customer.pk)
    if touch == "read":
        assert contact.full_name
    if touch == "back":
        contact.full_name = "somebody else"
    if touch in ("same", "back"):
        contact.full_name = NAME
    contact.save()
    assert stored(contact, "full_name") == before


def test_a_new_value_has_new_ciphertext(customer: Contact) -> None:
    before = stored(customer, "full_name")
    customer.full_name = "Carla Neu"
    customer.save()
    assert stored(customer, "full_name") != before
    customer.full_name = NAME
    customer.save()
    assert stored(customer, "full_name") != before
    assert Contact.objects.get(pk=customer.pk).full_name == NAME


def test_saving_other_fields_leaves_it(customer: Contact) -> None:
    before = stored(customer, "full_name")
    customer.full_name = "not meant to be saved"
    customer.language = "de"
    customer.save(update_fields=["language"])
    assert stored(customer, "full_name") == before


def test_refresh_drops_what_was_not_saved(customer: Contact) -> None:
    contact = Contact.objects.get(pk=customer.pk)
    contact.full_name = "not saved"
    contact.refresh_from_db()
    assert contact.full_name == NAME
    before = stored(contact, "full_name")
    contact.save()
    assert stored(contact, "full_name") == before


def test_refresh_takes_over_what_others_wrote(customer: Contact) -> None:
    contact = Contact.objects.get(pk=customer.pk)
    assert contact.full_name == NAME
    customer.full_name, customer.notes = "", "from elsewhere"
    customer.save()
    contact.refresh_from_db(fields=["full_name"])
    assert contact.full_name == ""
    contact.refresh_from_db()
    assert contact.notes == "from elsewhere"


def test_refreshing_one_field_keeps_the_others_as_they_are(customer: Contact) -> None:
    before = stored(customer, "full_name")
    contact = Contact.objects.get(pk=customer.pk)
    contact.full_name = "changed"
    contact.refresh_from_db(fields=["language"])
    assert contact.full_name == "changed"
    contact.full_name = NAME
    contact.save()
    assert stored(contact, "full_name") == before


# -- loading in part


@pytest.mark.parametrize(
    "rows",
    [
        lambda: Contact.objects.only("language"),
        lambda: Contact.objects.defer("full_name"),
        lambda: Contact.objects.only("full_name"),
    ],
)
def test_deferred_values_are_read_when_needed(customer: Contact, rows: Any) -> None:
    customer.notes = "a note"
    customer.save()
    before = stored(customer, "full_name")
    contact = rows().get(pk=customer.pk)
    assert (contact.full_name, contact.notes) == (NAME, "a note")
    contact.full_name = NAME
    contact.save()
    assert stored(contact, "full_name") == before


def test_a_deferred_value_that_is_not_read_stays(customer: Contact) -> None:
    before = stored(customer, "full_name")
    contact = Contact.objects.defer("full_name").get(pk=customer.pk)
    contact.language = "de"
    contact.save()
    assert stored(contact, "full_name") == before
    assert stored(contact, "full_name", "contacts_historicalcontact") == before


def test_a_deferred_value_can_be_replaced_without_reading_it(customer: Contact) -> None:
    contact = Contact.objects.defer("full_name").get(pk=customer.pk)
    contact.full_name = "Carla Neu"
    contact.save()
    assert Contact.objects.get(pk=customer.pk).full_name == "Carla Neu"


def test_relations_read_sealed_values(customer: Contact, department: object) -> None:
    ticket = factories.TicketFactory(requester=customer, department=department, subject="S")
    for again in (
        Ticket.objects.select_related("requester").get(),
        Ticket.objects.prefetch_related("requester").get(),
        Ticket.objects.only("requester__full_name", "subject").select_related("requester").get(),
    ):
        assert (again.pk, again.subject, again.requester.full_name) == (ticket.pk, "S", NAME)


# -- the blind index keeps step


def address(identity_id: Any) -> tuple[str, bytes]:
    row = Identity.objects.get(pk=identity_id)
    return row.value, row.value_index


@pytest.mark.parametrize(
    "load",
    [
        lambda pk: Identity.objects.get(pk=pk),
        lambda pk: Identity.objects.only("value", "contact").get(pk=pk),
        lambda pk: Identity.objects.only("contact").get(pk=pk),
        lambda pk: Identity.objects.defer("value").get(pk=pk),
        lambda pk: Identity.objects.defer("value_index").get(pk=pk),
        lambda pk: pickle.loads(pickle.dumps(Identity.objects.get(pk=pk))),
    ],
)
@pytest.mark.parametrize("fields", [None, ["value"], ["value", "is_primary"]])
@pytest.mark.parametrize("read_first", [True, False])
def test_a_changed_value_changes_its_index(
    customer: Contact, load: Any, fields: list[str] | None, read_first: bool
) -> None:
    identity = load(customer.identities.get().pk)
    if read_first:
        assert identity.value == "carla@customer.example"
    identity.value = "carla.neu@customer.example"
    identity.save(**({} if fields is None else {"update_fields": fields}))
    assert not Identity.objects.filter(value="carla@customer.example").exists()
    assert Identity.objects.get(value="carla.neu@customer.example").contact == customer


@pytest.mark.parametrize("read_first", [True, False])
def test_an_emptied_value_loses_its_index(read_first: bool) -> None:
    message = Message.objects.get(pk=factories.MessageFactory(message_id="<one@mail.example>").pk)
    if read_first:
        assert message.message_id
    message.message_id = ""
    message.save()
    again = Message.objects.get(pk=message.pk)
    assert (again.message_id, again.message_id_index) == ("", None)
    assert not Message.objects.filter(message_id="one@mail.example").exists()


def test_saving_other_fields_leaves_the_index(customer: Contact) -> None:
    identity = customer.identities.get()
    identity.value = "not.saved@customer.example"
    identity.is_primary = False
    identity.save(update_fields=["is_primary"])
    assert Identity.objects.get(value="carla@customer.example").pk == identity.pk
    assert not Identity.objects.filter(value="not.saved@customer.example").exists()


def test_the_index_of_an_erased_value_stays_until_it_is_cleared(customer: Contact) -> None:
    identity = customer.identities.get()
    keys.destroy(customer.pk)
    identity = Identity.objects.get(pk=identity.pk)
    assert is_erased(identity.value)
    index = identity.value_index
    identity.is_primary = False
    identity.save()
    assert Identity.objects.get(pk=identity.pk).value_index == index


def test_history_has_no_index(db: None) -> None:
    for model in (Identity, User, Message):
        names = {field.name for field in model.history.model._meta.get_fields()}
        assert {name for name in names if name.endswith("_index")} == set()


def test_history_cannot_be_searched_by_it(customer: Contact) -> None:
    with pytest.raises(FieldError, match="is sealed"):
        Identity.history.filter(value="carla@customer.example")


# -- erased


def test_an_erased_value_written_back_stays_as_it_is(customer: Contact) -> None:
    before = stored(customer, "full_name")
    keys.destroy(customer.pk)
    contact = Contact.objects.get(pk=customer.pk)
    contact.full_name = contact.full_name  # as a form does
    contact.save()
    assert stored(contact, "full_name") == before


def test_an_erased_value_copied_elsewhere_is_nothing(customer: Contact, stranger: Contact) -> None:
    keys.destroy(customer.pk)
    stranger.notes = Contact.objects.get(pk=customer.pk).full_name
    stranger.save()
    assert stored(stranger, "notes") is None


def test_somebody_may_be_called_erased(db: None) -> None:
    contact = factories.ContactFactory(full_name="erased")
    again = Contact.objects.get(pk=contact.pk)
    assert (again.full_name, is_erased(again.full_name)) == ("erased", False)


# -- copies and what leaves the process


def test_a_pickle_holds_no_plaintext_and_comes_back(customer: Contact) -> None:
    fresh = Contact(full_name="Never Saved", notes="a secret note")
    read = Contact.objects.get(pk=customer.pk)
    assert read.full_name == NAME
    read.notes = "changed, not saved"
    for contact, plain in (
        (fresh, [b"Never Saved", b"a secret note"]),
        (read, [NAME.encode(), b"changed, not"]),
    ):
        pickled = pickle.dumps(contact)
        assert [text for text in plain if text in pickled] == []
        again = pickle.loads(pickled)
        assert (again.full_name, again.notes) == (contact.full_name, contact.notes)
        again.save()
    assert Contact.objects.get(pk=customer.pk).notes == "changed, not saved"


def test_a_value_changed_before_pickling_is_found_when_saved_after(customer: Contact) -> None:
    identity = customer.identities.get()
    identity.value = "carla.neu@customer.example"
    pickle.loads(pickle.dumps(identity)).save()
    assert Identity.objects.get(value="carla.neu@customer.example").pk == identity.pk
    assert not Identity.objects.filter(value="carla@customer.example").exists()


def test_a_pickled_queryset_holds_no_plaintext(customer: Contact, department: object) -> None:
    factories.TicketFactory(requester=customer, subject="a secret subject", department=department)
    rows = Ticket.objects.select_related("requester")
    assert [(row.subject, row.requester.full_name) for row in rows] == [("a secret subject", NAME)]
    pickled = pickle.dumps(rows)
    assert b"secret subject" not in pickled
    assert NAME.encode() not in pickled


def test_copies_are_independent(customer: Contact) -> None:
    contact = Contact.objects.get(pk=customer.pk)
    for other in (copy.copy(contact), copy.deepcopy(contact)):
        other.full_name = "changed in the copy"
        assert contact.full_name == NAME
        assert other.full_name == "changed in the copy"


def test_ciphertext_moved_to_another_row_does_not_open(customer: Contact, stranger: Contact) -> None:
    with raw_values():
        moved = customer.full_name
        assert isinstance(moved, Ciphertext)
        stranger.full_name = moved
    stranger.save()
    with pytest.raises(Tampered):
        _ = Contact.objects.get(pk=stranger.pk).full_name


def test_a_row_saved_under_another_id_does_not_open(customer: Contact) -> None:
    contact = Contact.objects.get(pk=customer.pk)
    contact.pk, contact._state.adding = new_id(), True
    contact.save()
    with pytest.raises(Tampered):
        _ = Contact.objects.get(pk=contact.pk).full_name


def test_dumped_data_holds_no_plaintext(customer: Contact, agent: User, tmp_path: Any) -> None:
    factories.MessageFactory(ticket__requester=customer, body_text="a secret body")
    call_command("dumpdata", output=str(tmp_path / "dump.json"))
    dumped = (tmp_path / "dump.json").read_text()
    for plain in (NAME, "carla@customer.example", "a secret body", agent.full_name, agent.email):
        assert plain not in dumped
    rows = {row["pk"]: row["fields"] for row in json.loads(dumped) if row["model"] == "contacts.contact"}
    sealed = stored(customer, "full_name")
    assert sealed is not None
    assert rows[str(customer.pk)]["full_name"] == sealed.hex()


def test_loading_plaintext_is_refused(db: None) -> None:
    row = {"model": "contacts.contact", "pk": str(new_id()), "fields": {"full_name": "in clear"}}
    (loaded,) = serializers.deserialize("json", json.dumps([row]))
    with pytest.raises(PlaintextRefused), transaction.atomic():
        loaded.save()


def test_a_violated_uniqueness_shows_hex_only(agent: User) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.create_user(email=agent.email.upper(), full_name="Double")
    assert "(email_index)=(\\x" in str(caught.value)
    assert "alma" not in str(caught.value).lower()


def test_nothing_shows_in_repr(customer: Contact, agent: User, department: object) -> None:
    ticket = factories.TicketFactory(requester=customer, subject="a secret subject", department=department)
    for row in (customer, agent, ticket, customer.identities.get(), customer.history.first()):
        for shown in (str(row), repr(row)):
            assert not {"carla", "customer", "alma", "secret"} & set(shown.lower().replace("@", " ").split())


# -- JSON


@isolate_apps("privacy")
def test_json_comes_back_as_it_was() -> None:
    class Profile(SealedRow):
        facts = SealedJSONField()
        data_subject = "self"

        class Meta:
            app_label = "privacy"

    field = Profile._meta.get_field("facts")
    for value in ({"a": [1, None, "ü"]}, [], 0, False, "", "text", 1.5):
        row = Profile(facts=value)
        sealed = field.pre_save(row, True)
        assert isinstance(sealed, Ciphertext)
        assert row.facts == value
        assert Profile(id=row.id, facts=sealed).facts == value
    assert field.pre_save(Profile(facts=None), True) is None
    assert Profile().facts is None
    keys.destroy(row.id)
    assert isinstance(Profile(id=row.id, facts=sealed).facts, Erased)


def test_the_columns_of_the_database_are_bytes(db: None) -> None:
    from privacy import registry

    for _model, field in registry.sealed_columns():
        if isinstance(field, models.FileField):
            continue
        assert field.db_type(connection) == "bytea"
