"""A page of 50 tickets, sealed under the keys of 50 people, against the same page from a plain table."""

from bench.scratch import databases, plain_twin, sql  # isort: skip  (sets Django up)

from typing import Any

from bench.measuring import Result, compare, say
from contacts.models import Contact
from privacy.vault import keys
from tickets.enums import Channel, MessageKind
from tickets.models import Department, Ticket

PAGE = 50
TICKETS = 1_000


def measure() -> list[Result]:
    """Fill both sides, then read the newest page of each."""
    plain_contact = plain_twin(Contact)
    plain_ticket = plain_twin(Ticket, requester=plain_contact)
    _fill(plain_contact, plain_ticket)

    def sealed() -> list[tuple[object, ...]]:
        keys.forget()  # every request begins without keys
        return _page(Ticket.objects.filter(deleted_at=None))

    def plain() -> list[tuple[object, ...]]:
        return _page(plain_ticket._default_manager.filter(deleted_at=None))

    if sealed() != plain():
        raise AssertionError("The two pages differ.")
    what = f"page of {PAGE} tickets of {PAGE} people, sealed : plain"
    return [compare(what, ours=sealed, reference=plain, target=2.5, times=300)]


def _page(tickets: Any) -> list[tuple[object, ...]]:
    rows = tickets.select_related("requester").order_by("-last_message_at", "-id")[:PAGE]
    return [(row.number, row.subject, row.status, row.requester.full_name) for row in rows]


def _fill(plain_contact: Any, plain_ticket: Any) -> None:
    department = Department.default()
    for number in range(TICKETS):
        contact = Contact(full_name=f"Customer Number {number} of Many")
        contact.save()
        ticket = Ticket(
            number=number,
            subject=f"A question of usual length about order {number}",
            department=department,
            requester=contact,
            channel=Channel.EMAIL,
            last_message_at=contact.created_at,
            last_message_kind=MessageKind.CUSTOMER,
        )
        ticket.save()
        for twin, row in ((plain_contact, contact), (plain_ticket, ticket)):
            names = [field.attname for field in twin._meta.concrete_fields]
            twin._default_manager.create(**{name: getattr(row, name) for name in names})
    sql("ANALYZE")
    say(f"{TICKETS} tickets of as many people on each side")


if __name__ == "__main__":
    with databases():
        measure()
