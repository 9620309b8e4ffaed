"""Saving a record with sealing and history, against saving the same row with neither."""

from bench.scratch import databases, plain_twin  # isort: skip  (sets Django up)

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from bench.measuring import Result, compare
from contacts.models import Contact
from privacy.models import new_id
from tickets.enums import Channel, MessageKind
from tickets.models import Department, Message, Ticket

BODY = "A text as customers write it, with some words about what happened. " * 15
TIMES = 500


def measure() -> list[Result]:
    """Insert messages of one ticket, then change one: the keyring knows the customer's key already."""
    ticket = _ticket()
    twin = plain_twin(Message)
    given = {"kind": MessageKind.CUSTOMER, "channel": Channel.EMAIL, "sent_at": timezone.now()}

    def sealed() -> Message:
        with transaction.atomic():
            message = Message(ticket=ticket, author_contact=ticket.requester, body_text=BODY, **given)
            message.save()
        return message

    def plain() -> models.Model:
        times = {"created_at": timezone.now(), "updated_at": timezone.now()}
        with transaction.atomic():
            row = twin(
                id=new_id(),
                ticket=ticket,
                author_contact=ticket.requester,
                body_text=BODY,
                **times,
                **given,
            )
            row.save(force_insert=True)
        return row

    def change(row: Any) -> None:
        with transaction.atomic():
            row.body_text = BODY if row.body_text != BODY else BODY + "!"
            row.save()

    ours, reference = sealed(), plain()
    return [
        compare(
            "save of a new message, sealed and in history : plain",
            ours=sealed,
            reference=plain,
            target=2.5,
            times=TIMES,
        ),
        compare(
            "save of a changed message, sealed and in history : plain",
            ours=lambda: change(ours),
            reference=lambda: change(reference),
            target=2.5,
            times=TIMES,
        ),
    ]


def _ticket() -> Ticket:
    contact = Contact(full_name="Customer")
    contact.save()
    ticket = Ticket(
        number=1,
        subject="?",
        department=Department.default(),
        requester=contact,
        channel=Channel.EMAIL,
        last_message_at=contact.created_at,
        last_message_kind=MessageKind.CUSTOMER,
    )
    ticket.save()
    return ticket


if __name__ == "__main__":
    with databases():
        measure()
