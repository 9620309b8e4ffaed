"""Taking mails in, all of it committed, against parsing the same mails with the standard library alone."""

from bench.scratch import databases  # isort: skip  (sets Django up)

import os
import tempfile
import time
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from django.conf import settings
from django.utils import timezone

from bench.measuring import Result, say
from privacy import actor
from privacy.enums import Via
from privacy.vault import keys
from tickets.channels.email import inbound, portions
from tickets.channels.email.own import OwnAddresses
from tickets.enums import Priority
from tickets.models import Attachment, Department, Mailbox, Message, Ticket

TARGET = 0.12  # of the mails per second that parsing alone manages
LEAST = 300  # mails a second
MAILS, PEOPLE = 600, 150
ROUNDS = 3
SUPPORT = "support@helpdesk.example"
TEXT = "Guten Tag,\n\nder Artikel ist beschädigt angekommen. Was soll ich jetzt tun?\n\n" * 3
QUOTE = (
    "\nAm Mo., 2. März 2026 um 09:15 Uhr schrieb Support <support@helpdesk.example>:\n> Welcher?\n> Danke\n"
)
HOP = "from mx{0}.customer.example (mx{0}.customer.example [192.0.2.{0}]) by mx.helpdesk.example; Mon, 2 Mar 2026"


def measure() -> list[Result]:
    """Each mail has text, HTML and a file of 20 KB; every third goes on with a ticket, half of the people are new."""
    _mailbox()
    best: Result | None = None
    with tempfile.TemporaryDirectory() as media:
        settings.MEDIA_ROOT = media
        _receive([_letter(0, 0, ""), _letter(0, 1, _id(0, 0))])  # warm up
        for turn in range(1, ROUNDS + 1):
            mails = list(_letters(turn))
            reference = _parse_alone(mails)
            result = Result("mails received (per mail) : parsed", _receive(mails), reference, 1 / TARGET)
            print(result.line(), flush=True)
            best = min(best or result, result, key=lambda each: each.ratio)
    assert best is not None
    verdict = "" if 1 / best.ours >= LEAST else "  MISSED"
    say(
        f"{1 / best.ours:.0f} mails a second (at least {LEAST}{verdict}), {1 / best.reference:.0f} parsed alone: "
        f"{best.reference / best.ours:.2f} of that, at least {TARGET}"
    )
    _check()
    return [best]


def _receive(mails: list[bytes]) -> float:
    """Seconds a mail."""
    mailbox = Mailbox.objects.select_related("department").get()
    keys.forget()
    started = time.perf_counter()
    ours = OwnAddresses()
    with actor.acting(None, via=Via.MAIL):
        for handful in portions.of(mails, size=len):
            inbound.receive_all(handful, mailbox=mailbox, is_capped=False, ours=ours)
    return (time.perf_counter() - started) / len(mails)


def _parse_alone(mails: list[bytes]) -> float:
    """Seconds a mail."""
    started = time.perf_counter()
    for raw in mails:
        BytesParser(policy=policy.compat32).parsebytes(raw)
    return (time.perf_counter() - started) / len(mails)


def _letters(turn: int) -> Iterator[bytes]:
    for number in range(MAILS):
        earlier = _id(turn, number - PEOPLE) if number >= PEOPLE and number % 3 == 0 else ""
        yield _letter(turn, number, earlier)


def _letter(turn: int, number: int, earlier: str) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    for hop in range(5):
        mail.add_header("Received", HOP.format(hop))
    known = number % PEOPLE + (turn % 2) * PEOPLE // 2
    mail["From"] = f"Jürgen Müller {known} <juergen{known}@customer.example>"
    mail["To"] = SUPPORT
    mail["Subject"] = f"{'AW: ' if earlier else ''}Beschädigter Artikel Nr. {number}"
    mail["Date"] = timezone.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    mail["Message-ID"] = f"<{_id(turn, number)}>"
    if earlier:
        mail["In-Reply-To"] = mail["References"] = f"<{earlier}>"
    mail.set_content(TEXT + QUOTE)
    page = "".join(f"<p>{line}</p>" for line in TEXT.splitlines() if line)
    mail.add_alternative(f"<html><body>{page}<blockquote>Welcher?</blockquote></body></html>", subtype="html")
    mail.add_attachment(os.urandom(20_000), maintype="application", subtype="pdf", filename="Foto.pdf")
    return mail.as_bytes()


def _id(turn: int, number: int) -> str:
    return f"{turn}.{number}@customer.example"


def _mailbox() -> None:
    Mailbox(department=Department.default(), name="Support", address=SUPPORT).save()


def _check() -> None:
    """Nothing of it was left out."""
    received = 2 + ROUNDS * MAILS
    assert Message.objects.count() == Attachment.objects.count() == received
    assert Ticket.objects.filter(priority=Priority.NORMAL).count() < received * 0.8


if __name__ == "__main__":
    with databases():
        measure()
