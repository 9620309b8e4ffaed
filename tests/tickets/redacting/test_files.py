"""Blacking out of files: their names, and files of text, in the ticket and in the mail that brought them."""

from email.message import EmailMessage

import pytest

from contacts.models import Contact
from privacy.enums import Deed, SpotKind
from privacy.models import AuditEvent, User
from privacy.redaction import MARK, pattern
from tickets import lifecycle, redacting
from tickets.attaching import NewAttachment
from tickets.channels.email import blacking
from tickets.channels.email.parsing import parse
from tickets.enums import Channel
from tickets.models import Attachment, Department, Message

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

IBAN = "DE89 3704 0044 0532 0130 00"
REASON = "No business of ours"
FILES = (
    NewAttachment(f"Account {IBAN}.txt", "text/plain", f"\ufeffGrüße von {IBAN[:15]}\n{IBAN[15:]}.".encode()),
    NewAttachment("list.csv", "text/csv", f"name;account\nCarla;{IBAN}\n".encode("cp1252")),
    NewAttachment("page.html", "text/html", f"<p>It is <b>{IBAN[:9]}</b>{IBAN[9:]}</p>".encode()),
    NewAttachment("data.json", "application/json", f'{{"iban": "{IBAN}"}}'.encode()),
    NewAttachment("plain.txt", "text/plain", b"Nothing of the kind."),
    NewAttachment("scan.png", "image/png", b"\x89PNG\r\n\x1a\n" + IBAN.encode()),
)


@pytest.fixture
def message(customer: Contact, department: Department) -> Message:
    ticket = lifecycle.open(
        requester=customer,
        subject="My account",
        body_text="See the files.",
        channel=Channel.TWITTER,
        by=customer,
        department=department,
        attachments=FILES,
    )
    found: Message = ticket.messages.get()
    return found


def contents() -> dict[str, bytes]:
    return {each.filename: each.content.read_plain() for each in Attachment.objects.all()}  # type: ignore[attr-defined]


def test_names_and_texts_of_files_are_rewritten(message: Message, agent: User) -> None:
    before = Attachment.objects.get(is_image=True).content.name
    plan = redacting.plan(message, [IBAN])
    assert (plan.here, plan.in_names, plan.in_files, plan.unread, plan.places) == (0, 1, 4, 1, 5)

    redacting.redact(message, [IBAN], reason=REASON, by=agent)

    found = contents()
    assert found[f"Account {MARK}.txt"].decode() == f"\ufeffGrüße von {MARK}."
    assert found["list.csv"].decode() == f"name;account\nCarla;{MARK}\n"
    assert found["page.html"].decode() == f"<p>It is <b>{MARK}</b></p>"
    assert found["data.json"].decode() == f'{{"iban": "{MARK}"}}'
    assert found["plain.txt"] == b"Nothing of the kind."
    assert Attachment.objects.get(is_image=True).content.name == before
    for each in Attachment.objects.all():
        assert each.size == len(each.content.read_plain())  # type: ignore[attr-defined]
    assert not [entry for entry in Attachment.history.all() if "3704" in entry.filename]  # type: ignore[attr-defined]
    assert redacting.redact(message, [IBAN], reason=REASON, by=agent) is None


def test_the_old_file_is_gone_from_the_store(
    message: Message, agent: User, django_capture_on_commit_callbacks: object
) -> None:
    held = Attachment.objects.filter(content_type="text/csv").get().content
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        redacting.redact(message, [IBAN], reason=REASON, by=agent)
    assert not held.storage.exists(held.name)  # type: ignore[attr-defined]


def test_the_audit_names_fields_and_never_words(message: Message, agent: User) -> None:
    redacting.redact(message, [IBAN], reason=REASON, by=agent)
    told = AuditEvent.objects.filter(act=Deed.REDACT, model="tickets.attachment").values_list(
        "fields", flat=True
    )
    assert sorted(map(tuple, told)) == [*[("content",)] * 4, ("filename",)]


def test_what_stands_in_files_is_suggested(message: Message) -> None:
    kinds = {
        (spot.kind, spot.text.replace(" ", "").replace("\n", "")) for spot in redacting.suggestions(message)
    }
    assert (SpotKind.IBAN, IBAN.replace(" ", "")) in kinds


def test_a_twitter_message_is_a_message_like_any_other(message: Message, agent: User) -> None:
    message.body_text = f"@helpdesk pay to {IBAN}, please"
    message.save()
    assert SpotKind.IBAN in {spot.kind for spot in redacting.suggestions(message)}
    redacting.redact(message, [IBAN], reason=REASON, by=agent)
    message.refresh_from_db()
    assert message.body_text == f"@helpdesk pay to {MARK}, please"


def test_the_mail_that_brought_a_file_is_rewritten() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "c@d.example", "help@desk.example", "My account"
    mail.set_content("Bye")
    mail.add_attachment(f"It is {IBAN}.", filename=f"Kontö {IBAN}.txt")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="scan.png")
    left, count = blacking.without(mail.as_bytes(), pattern([IBAN]))
    assert count == 2
    found = parse(left)
    assert found.body_text.strip() == "Bye"
    assert {file.filename for file in found.attachments} == {f"Kontö {MARK}.txt", "scan.png"}
    assert f"It is {MARK}." in found.attachments[0].content.decode()
    assert b"3704" not in left
