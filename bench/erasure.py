"""Erasing somebody with 70,000 tickets: how long each part takes, and how much memory."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from bench.measuring import say
from bench.scratch import databases, sql
from contacts.models import Contact
from privacy import erasure
from privacy.vault import keys
from privacy.vault.fields import is_erased
from tests import factories
from tickets.attaching import NewAttachment, attach
from tickets.enums import Status
from tickets.models import Attachment, Message, Ticket

TICKETS = 70_000
FILES = 500
PICKED = {"id": "md5(t.id::text || n)::uuid", "ticket_id": "md5(t.ticket_id::text || n)::uuid"}


def main(tickets: int) -> None:
    """Copy one ticket so many times, then erase its person."""
    with databases(), tempfile.TemporaryDirectory() as media:
        settings.MEDIA_ROOT = media
        person = factories.ContactFactory()
        ticket = factories.TicketFactory(requester=person, status=Status.CLOSED)
        for number in range(3):
            factories.MessageFactory(ticket=ticket, message_id=f"{number}@x.example")
        _copy(ticket, tickets)
        for message in Message.objects.all()[:FILES]:
            attach(message, [NewAttachment("a.txt", "text/plain", b"content" * 100)])
        say(f"{Ticket.objects.count()} tickets, {Message.objects.count()} messages, {FILES} files")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _timed("plan", lambda: erasure.plan(person))
        entry = _timed("begin", lambda: erasure.begin(person, by=None, tells=False))
        _timed("carry on", lambda: erasure.carry_on(entry.pk))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        say(f"memory: {before // 1024} MB before, {after // 1024} MB at most")
        keys.forget()
        assert is_erased(Ticket.objects.first().subject)
        assert not Attachment.everything.exists()
        assert not Message.objects.filter(message_id_index__isnull=False).exists()
        assert Contact.objects.get(pk=person.pk).erased_at


def _timed(what: str, act: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    made = act()
    say(f"| {what:<12} {time.perf_counter() - start:8.1f} s")
    return made


def _copy(ticket: Ticket, times: int) -> None:
    """The rows and their history, with ids of their own: nothing here opens them."""
    number = {"number": "n + 1000000"}
    for model, own in ((Ticket, number), (Message, {})):
        for holder in (model, model.history.model):
            picked = {
                field.column: own.get(field.column) or PICKED.get(field.column, f't."{field.column}"')
                for field in holder._meta.concrete_fields
                if field.column != "history_id"
            }
            listed = ", ".join(f'"{name}"' for name in picked)
            table = f'"{holder._meta.db_table}"'
            sql(
                f"INSERT INTO {table} ({listed}) SELECT {', '.join(picked.values())} "
                f"FROM {table} t, generate_series(1, {times}) n"
            )
    sql("ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS)
