"""``manage.py receive_mail``: raw mails from a folder or a pipe."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import reset_queries
from django.db.models import Q

from privacy import actor
from privacy.enums import Via
from privacy.vault import keys
from tickets.channels.email import inbound, portions, rehearsal
from tickets.channels.email.deciding import Outcome
from tickets.models import Mailbox

FORGET_EVERY = 20  # handfuls
PIPE = "-"
NamedMail = tuple[str, bytes | None]
Take = Callable[[list[bytes]], list[Outcome]]


class Command(BaseCommand):
    """Takes mails in without a mail server: from an archive, or as a mail server's delivery program."""

    help = "Take in raw mails: each file of a folder in order of name, or one mail from standard input (-)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", default=PIPE, metavar="FOLDER|-")
        parser.add_argument("--mailbox", help="name or address of the mailbox that the mails came to")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen; write nothing")
        parser.add_argument("--json", action="store_true", help="print one line of JSON a mail")

    def handle(self, *args: Any, **options: Any) -> None:
        take = _taking(_mailbox(options["mailbox"]), options["source"], is_dry=options["dry_run"])
        describe = _as_json if options["json"] else _as_line
        counted: Counter[str] = Counter()
        with actor.acting(None, via=Via.MAIL):
            for place, handful in enumerate(portions.of(_mails(options["source"]), size=_size)):
                if place % FORGET_EVERY == 0:
                    keys.forget()
                for (name, _raw), outcome in zip(handful, _taken(handful, take), strict=True):
                    counted[outcome.action] += 1
                    self.stdout.write(describe(name, outcome))
                reset_queries()
        if not options["json"]:
            said = ", ".join(f"{count} {action}" for action, count in sorted(counted.items()))
            self.stdout.write(said or "No mails.")
        if counted["refused"]:
            raise CommandError(f"{counted['refused']} files could not be read.")


def _taking(mailbox: Mailbox | None, source: str, *, is_dry: bool) -> Take:
    """What is done with mails. Only what comes from a pipe is counted against a sender's limit."""
    if is_dry:
        rehearsed = rehearsal.Rehearsal(mailbox)
        return lambda raws: [rehearsed.decide(raw) for raw in raws]
    return partial(inbound.receive_all, mailbox=mailbox, is_capped=source == PIPE)


def _taken(handful: list[NamedMail], take: Take) -> list[Outcome]:
    outcomes = iter(take([raw for _name, raw in handful if raw is not None]))
    refused = Outcome("refused", "unreadable_file")
    return [refused if raw is None else next(outcomes) for _name, raw in handful]


def _size(mail: NamedMail) -> int:
    return len(mail[1] or b"")


def _mailbox(wanted: str | None) -> Mailbox | None:
    if not wanted:
        return None
    found: Mailbox | None = Mailbox.objects.filter(Q(name=wanted) | Q(address__iexact=wanted)).first()
    if found is None:
        raise CommandError(f"There is no mailbox “{wanted}”.")
    return found


def _mails(source: str) -> Iterator[NamedMail]:
    """Name and bytes of each mail, one in memory at a time; no bytes if a file can't be read."""
    if source == PIPE:
        yield PIPE, sys.stdin.buffer.read()
        return
    folder = Path(source)
    if folder.is_dir():
        for path in _files(folder):
            yield _readable(path.relative_to(folder)), _content(path)
    elif folder.exists():
        yield _readable(Path(folder.name)), _content(folder)
    else:
        raise CommandError(f"There is no folder “{_readable(folder)}”.")


def _files(folder: Path) -> list[Path]:
    """The files in a folder and below it (a maildir has ``cur`` and ``new``), without hidden ones."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if not path.name.startswith("."))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _readable(path: Path) -> str:
    """A file's name as text, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "replace")


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
        **rehearsal.described(outcome),
    }
    return json.dumps(found)
