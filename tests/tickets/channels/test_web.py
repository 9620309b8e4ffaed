"""What comes in through the portal's forms: once, also when it is sent twice at the same moment."""

from uuid import uuid4

import pytest

from contacts.models import Contact
from privacy.models import User
from tests.threads import together
from tickets import lifecycle
from tickets.channels import web
from tickets.enums import Channel
from tickets.models import Department, Message, Ticket


def _ask(customer: Contact, key: object, text: str = "Hello") -> Ticket:
    return web.ask(
        key,  # type: ignore[arg-type]
        requester=customer,
        subject="Once",
        body_text=text,
        channel=Channel.WEB,
        language="en",
    )


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_open_one_ticket(customer: Contact, department: Department) -> None:
    key = uuid4()

    first, second = together(lambda: _ask(customer, key), lambda: _ask(customer, key))

    assert first == second
    assert Ticket.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_write_one_message(customer: Contact, department: Department) -> None:
    ticket, key = _ask(customer, uuid4()), uuid4()

    def reply() -> Message:
        return web.reply(key, ticket, by=customer, body_text="Once more")

    first, second = together(reply, reply)

    assert first == second
    assert ticket.messages.count() == 2


@pytest.mark.django_db
def test_another_key_or_other_words_are_another_question(customer: Contact, department: Department) -> None:
    key = uuid4()

    numbers = {
        _ask(customer, k, text).number for k, text in ((key, "a"), (key, "b"), (uuid4(), "a"), (key, "a"))
    }

    assert len(numbers) == 3


@pytest.mark.django_db
def test_a_key_belongs_to_one_person(customer: Contact, stranger: Contact, department: Department) -> None:
    key = uuid4()

    assert _ask(customer, key).requester != _ask(stranger, key).requester


@pytest.mark.django_db
def test_a_message_of_the_web_can_be_threaded(customer: Contact, department: Department, agent: User) -> None:
    ticket = _ask(customer, uuid4())

    found = Message.objects.get(message_id=ticket.messages.get().message_id)
    assert found.message_id.endswith("@localhost")
    assert lifecycle.reply(ticket, by=agent, body_text="Hi").message_id == ""
