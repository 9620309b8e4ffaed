"""``manage.py receive_mail [FOLDER|-] [--mailbox NAME] [--dry-run] [--json]``: raw mails from files or a pipe."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from privacy import actor
from privacy.enums import Via
from privacy.vault import keys
from tickets.channels.email import inbound, rehearsal
from tickets.channels.email.deciding import Outcome
from tickets.models import Mailbox

FORGET_EVERY = 500


class Command(BaseCommand):
    help = "Take in raw mails: each file of a folder in order of name, or one mail from standard input (-)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", default="-", metavar="FOLDER|-")
        parser.add_argument("--mailbox", help="name or address of the mailbox that the mails came to")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen; write nothing")
        parser.add_argument("--json", action="store_true", help="print one line of JSON a mail")

    def handle(self, *args: Any, **options: Any) -> None:
        mailbox = _mailbox(options["mailbox"])
        rehearsed = rehearsal.Rehearsal(mailbox) if options["dry_run"] else None
        counted: Counter[str] = Counter()
        with actor.acting(None, via=Via.MAIL):
            for place, (name, raw) in enumerate(_mails(options["source"])):
                if place % FORGET_EVERY == 0:
                    keys.forget()
                outcome = rehearsed.decide(raw) if rehearsed else inbound.receive(raw, mailbox=mailbox)
                counted[outcome.action] += 1
                self.stdout.write(_as_json(name, outcome) if options["json"] else _as_line(name, outcome))
        if not options["json"]:
            self.stdout.write(", ".join(f"{count} {action}" for action, count in sorted(counted.items())) or "No mails.")


def _mailbox(wanted: str | None) -> Mailbox | None:
    if not wanted:
        return None
    found: Mailbox | None = Mailbox.objects.filter(Q(name=wanted) | Q(address__iexact=wanted)).first()
    if found is None:
        raise CommandError(f"There is no mailbox “{wanted}”.")
    return found


def _mails(source: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each mail, one in memory at a time."""
    if source == "-":
        yield "-", sys.stdin.buffer.read()
        return
    folder = Path(source)
    if folder.is_file():
        yield folder.name, folder.read_bytes()
        return
    if not folder.is_dir():
        raise CommandError(f"There is no folder “{source}”.")
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            yield path.name, path.read_bytes()


def _as_line(name: str, outcome: Outcome) -> str:
    ticket = f" #{outcome.ticket.number}" if outcome.ticket else ""
    reason = f" ({outcome.reason})" if outcome.reason else ""
    return f"{name}: {outcome.action}{ticket}{reason}"


def _as_json(name: str, outcome: Outcome) -> str:
    found: dict[str, Any] = {
        "file": name,
        "ticket": outcome.ticket.number if outcome.ticket else None,
        "action": outcome.action,
        "reason": outcome.reason,
        **rehearsal.described(outcome.mail),
    }
    return json.dumps(found, ensure_ascii=False)
