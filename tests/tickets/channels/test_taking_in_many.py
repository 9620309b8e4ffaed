"""Mails that are taken in together: the same as one after the other, in far fewer statements."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from contacts import identification
from contacts.models import Contact
from privacy.models import AuditEvent
from tests.tickets.channels.post import letter
from tickets import lifecycle
from tickets.channels.email import inbound, portions
from tickets.channels.email.arrivals import Arrival
from tickets.enums import InboundState
from tickets.models import InboundMail, Mailbox, Message, OutboundMail, Ticket


def from_(name: str, text: str = "Help.", **headers: str) -> bytes:
    return letter(text, sender=f"{name} <{name}@customer.example>", **headers)


def actions(raws: list[bytes], mailbox: Mailbox) -> list[str]:
    return [outcome.action for outcome in inbound.receive_all(raws, mailbox=mailbox)]


def test_each_becomes_what_it_would_alone(mailbox: Mailbox) -> None:
    first = from_("anna", "Where is it?", Message_ID="<first@customer.example>", Cc="eve@customer.example")
    twice = from_("bert", "A lamp.")
    raws = [
        first,
        twice,
        from_("carl", "A chair."),
        twice,
        from_("anna", "And when?", In_Reply_To="<first@customer.example>"),
        from_("eve", "I wonder, too.", References="<first@customer.example>"),
        from_("mallory", "Let me in.", In_Reply_To="<first@customer.example>"),
        from_("robot", "Out of office.", Auto_Submitted="auto-replied"),
        b"no mail at all",
    ]
    assert actions(raws, mailbox) == [
        *("opened", "opened", "opened", "ignored", "replied", "replied", "opened", "ignored"),
        "attention",
    ]
    ticket = identification.find("anna@customer.example").tickets.get()  # type: ignore[union-attr]
    said = [message.body_text for message in ticket.messages.order_by("created_at")]
    assert said == ["Where is it?", "And when?", "I wonder, too."]
    assert OutboundMail.objects.filter(kind="confirmation").count() == Ticket.objects.count() == 4
    assert InboundMail.objects.filter(state=InboundState.DONE).count() == Message.objects.count() == 6


def test_once_more_they_change_nothing(mailbox: Mailbox) -> None:
    raws = [from_(name) for name in ("anna", "bert", "carl")]
    assert actions(raws, mailbox) == ["opened"] * 3
    assert actions([*raws, from_("dora")], mailbox) == ["ignored"] * 3 + ["opened"]
    assert Message.objects.count() == InboundMail.objects.count() == 4


def test_one_that_can_not_be_taken_in_stops_no_other(mailbox: Mailbox, monkeypatch: Any) -> None:
    real = lifecycle.open

    def breaks(**given: Any) -> Ticket:
        if given["body_text"] == "Break.":
            raise RuntimeError
        return real(**given)

    monkeypatch.setattr(lifecycle, "open", breaks)
    raws = [from_("anna"), from_("bert", "Break."), from_("carl")]
    assert actions(raws, mailbox) == ["opened", "attention", "opened"]
    assert Ticket.objects.count() == Contact.objects.count() == 2
    assert InboundMail.objects.filter(state=InboundState.ATTENTION).count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_the_same_handful_in_several_threads_at_once_is_taken_in_once(mailbox: Mailbox) -> None:
    """In another order each time: nobody waits in a circle, and no newcomer is made twice."""
    raws = [from_(name) for name in ("anna", "bert", "carl", "dora", "emma")]

    def take_in(turn: int) -> list[str]:
        try:
            return actions([*raws[turn:], *raws[:turn]], mailbox)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        found = sorted(action for each in threads.map(take_in, range(4)) for action in each)
    assert found == ["ignored"] * 15 + ["opened"] * 5
    assert Message.objects.count() == Contact.objects.count() == InboundMail.objects.count() == 5


def test_each_is_told_of_its_own_writer(mailbox: Mailbox) -> None:
    inbound.receive_all([from_("anna"), from_("bert")], mailbox=mailbox)
    for ticket in Ticket.objects.all():
        opened = AuditEvent.objects.get(object_id=ticket.pk)
        assert (opened.actor_id, opened.subject_id) == (ticket.requester_id, ticket.requester_id)


def test_the_number_of_statements_hardly_grows(mailbox: Mailbox) -> None:
    def statements(names: list[str]) -> int:
        with CaptureQueriesContext(connection) as asked:
            inbound.receive_all([from_(name) for name in names], mailbox=mailbox)
        return len(asked)

    few, many = statements(["a1", "a2"]), statements([f"b{number}" for number in range(12)])
    assert many - few <= 10  # a number for each ticket


@pytest.mark.parametrize(
    ("second", "runs"),
    [
        (from_("bert"), [2]),
        (from_("anna"), [1, 1]),
        (from_("bert", Reply_To="anna@customer.example"), [1, 1]),
        (from_("bert", In_Reply_To="<first@customer.example>"), [1, 1]),
        (from_("bert", References="<first@customer.example> <other@customer.example>"), [1, 1]),
    ],
)
def test_what_may_depend_on_an_earlier_one_waits_for_it(second: bytes, runs: list[int]) -> None:
    first = from_("anna", Message_ID="<first@customer.example>")
    found = portions.unrelated([Arrival(first), Arrival(second)])
    assert [len(run) for run in found] == runs
