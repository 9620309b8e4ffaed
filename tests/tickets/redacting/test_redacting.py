"""Blacking out of a ticket: everywhere in it, in history and mail, once, with a trace that says who and why."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from contacts.models import Contact
from privacy.access import Denied
from privacy.enums import Deed
from privacy.models import AuditEvent, User
from privacy.redaction import MARK
from privacy.vault.files import as_file
from tests import factories
from tickets import lifecycle, redacting
from tickets.channels.email.parsing import parse
from tickets.enums import Channel, InboundState
from tickets.lifecycle import MailFacts
from tickets.models import Department, Draft, InboundMail, Message, Redaction, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

CARD = "4111 1111 1111 1111"
RAW = f"From: c@d.example\r\nSubject: My card\r\nContent-Type: text/plain\r\n\r\nIt is {CARD}.\r\n".encode()
REASON = "Card numbers don't belong here"


@pytest.fixture
def ticket(customer: Contact, agent: User, department: Department) -> Ticket:
    """Opened by mail with a card number; it was quoted, drafted, and stood in the subject once."""
    made = lifecycle.open(
        requester=customer,
        subject=f"Card {CARD}",
        body_text=f"It is {CARD}.",
        channel=Channel.EMAIL,
        by=customer,
        mail=MailFacts(body_html=f"<p>It is <b>{CARD[:9]}</b>{CARD[9:]}.</p>"),
    )
    quoted = MailFacts(quoted_text=f"> It is {CARD[:9]}\n> {CARD[10:]}.")
    lifecycle.reply(made, by=customer, body_text="Hello?", channel=Channel.EMAIL, mail=quoted)
    Draft(ticket=made, user=agent, kind="agent", body=f"You wrote {CARD}").save()
    mail = InboundMail(
        fingerprint=b"f" * 16, state=InboundState.DONE, message=made.messages.order_by("created_at")[0]
    )
    mail.raw.save("", as_file(RAW), save=False)  # type: ignore[attr-defined]
    mail.save()
    return made


@pytest.fixture
def message(ticket: Ticket) -> Message:
    found: Message = ticket.messages.order_by("created_at", "id").first()
    return found


def everything(ticket: Ticket) -> list[str]:
    """All texts of a ticket that anybody could still read, history and raw mail included."""
    texts: list[str] = []
    for model, names in ((Message, ("body_text", "body_html", "quoted_text")), (Ticket, ("subject",))):
        for holder in (model.everything, model.history):  # type: ignore[attr-defined]
            texts += [getattr(row, name) for row in holder.all() for name in names]
    texts += [draft.body for draft in Draft.objects.all()]
    return texts + [mail.raw.read_plain().decode() for mail in InboundMail.objects.all()]


def test_it_is_gone_everywhere(ticket: Ticket, message: Message, agent: User) -> None:
    assert any("1111" in text for text in everything(ticket))

    redacting.redact(message, [CARD], reason=REASON, with_subject=True, by=agent)

    assert not any("1111" in text for text in everything(ticket))
    assert Message.objects.get(pk=message.pk).body_text == f"It is {MARK}."
    assert Message.objects.get(pk=message.pk).body_html == f"<p>It is <b>{MARK}</b>.</p>"
    assert Ticket.objects.get().subject == f"Card {MARK}"
    assert parse(InboundMail.objects.get().raw.read_plain()).body_text.strip() == f"It is {MARK}."


def test_the_plan_says_where(message: Message) -> None:
    made = redacting.plan(message, [CARD], with_subject=True)
    assert (made.here, made.elsewhere, made.in_subject, made.in_drafts, made.in_mails) == (2, 1, 1, 1, 1)
    assert made.in_history == 5


def test_the_subject_stays_unless_chosen(ticket: Ticket, message: Message, agent: User) -> None:
    redacting.redact(message, [CARD], reason=REASON, by=agent)
    assert CARD in Ticket.objects.get().subject


def test_history_gets_no_entry_and_shows_no_change(ticket: Ticket, message: Message, agent: User) -> None:
    before = Message.history.count()
    redacting.redact(message, [CARD], reason=REASON, by=agent)
    assert Message.history.count() == before
    row, entry = (
        manager.filter(id=message.pk).values_list("body_text", flat=True)[0]
        for manager in (Message.everything, Message.history)
    )
    assert bytes(row) == bytes(entry)


def test_the_audit_says_who_and_which_fields_and_never_what(
    ticket: Ticket, message: Message, agent: User
) -> None:
    redacting.redact(message, [CARD], reason=REASON, by=agent)
    events = AuditEvent.objects.filter(act=Deed.REDACT, model="tickets.message", object_id=message.pk)
    assert [(event.actor_id, event.fields) for event in events] == [(agent.pk, ["body_html", "body_text"])]
    trace = Redaction.objects.get()
    assert (trace.by, trace.places, trace.reason) == (agent, 5, REASON)


def test_a_second_time_changes_nothing(ticket: Ticket, message: Message, agent: User) -> None:
    redacting.redact(message, [CARD], reason=REASON, by=agent)
    assert redacting.redact(message, [CARD], reason=REASON, by=agent) is None
    assert Redaction.objects.count() == 1


def test_all_or_nothing(
    ticket: Ticket, message: Message, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("tickets.redacting.carrying_out._replace", fails)
    with pytest.raises(OSError, match="disk full"):
        redacting.redact(message, [CARD], reason=REASON, by=agent)
    assert CARD in Message.objects.get(pk=message.pk).body_text
    assert not Redaction.objects.exists()
    assert parse(InboundMail.objects.get().raw.read_plain()).body_text.strip() == f"It is {CARD}."


def test_other_tickets_stay(ticket: Ticket, message: Message, agent: User, customer: Contact) -> None:
    other = factories.MessageFactory(ticket=factories.TicketFactory(requester=customer), body_text=CARD)
    redacting.redact(message, [CARD], reason=REASON, by=agent)
    assert Message.objects.get(pk=other.pk).body_text == CARD


@pytest.mark.parametrize(("texts", "reason"), [([CARD], " "), (["4"], REASON), ([], REASON)])
def test_what_is_refused(message: Message, agent: User, texts: list[str], reason: str) -> None:
    with pytest.raises(ValidationError):
        redacting.redact(message, texts, reason=reason, by=agent)


def test_it_takes_the_right(message: Message, agent: User) -> None:
    agent.profile.rights = [right for right in agent.profile.rights if right != "tickets.redact"]
    agent.profile.save()
    with pytest.raises(Denied):
        redacting.redact(message, [CARD], reason=REASON, by=User.objects.get(pk=agent.pk))
