"""What people write to us on Twitter/X: each post once, in the right ticket, by the right person."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from contacts import identification, rectification
from contacts.enums import IdentityKind
from contacts.models import Contact
from privacy import actor, erasure
from privacy.models import User
from tests.tickets.channels.twitter.x_server import US, XServer
from tickets import lifecycle
from tickets.channels.twitter import inbound
from tickets.channels.twitter.problems import Problem
from tickets.enums import Channel, Status
from tickets.models import Department, Message, Ticket, TwitterAccount, TwitterState

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(x: XServer) -> str:
    return x.person("77", "anna_b", "Anna Beispiel")


def state() -> TwitterState:
    return TwitterState.objects.get()


def test_a_mention_opens_a_ticket_of_whom_it_is_from(x: XServer, account: TwitterAccount, anna: str) -> None:
    number = x.mention(anna, "@moorbach My machine &amp; grinder are broken.")

    assert inbound.receive(account.pk) == 1

    ticket = Ticket.objects.get()
    message = Message.objects.get()
    assert (ticket.channel, ticket.department_id) == (Channel.TWITTER, account.department_id)
    assert ticket.subject == message.body_text == "My machine & grinder are broken."
    assert message.message_id == f"tweet-{number}@x.com"
    assert identification.find("@anna_b") == ticket.requester
    assert ticket.requester.full_name == "Anna Beispiel"
    account.refresh_from_db()
    assert (account.user_id, account.handle) == (US["id"], US["username"])


def test_what_was_taken_in_isn_t_asked_for_again_and_counts_once(
    x: XServer, account: TwitterAccount, anna: str
) -> None:
    number = x.mention(anna, "@moorbach Hello")
    inbound.receive(account.pk)

    assert inbound.receive(account.pk) == 0
    assert f"since_id={number}" in [asked for asked in x.asked if "mentions" in asked][-1]

    TwitterState.objects.update(last_mention="")  # whatever made us forget how far we were
    assert inbound.receive(account.pk) == 0
    assert Message.objects.count() == 1


def test_a_deleted_ticket_does_not_come_back(
    x: XServer, account: TwitterAccount, anna: str, agent: User
) -> None:
    x.mention(anna, "@moorbach Hello")
    inbound.receive(account.pk)
    Ticket.objects.get().bin(by=agent)
    TwitterState.objects.update(last_mention="")

    assert inbound.receive(account.pk) == 0
    assert not Ticket.objects.exists()


def test_what_was_written_before_the_account_was_connected_stays_there(
    x: XServer, account: TwitterAccount, anna: str
) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    x.mention(anna, "@moorbach Years ago", created_at=long_ago)
    x.direct(anna, "Years ago", created_at=long_ago)

    assert inbound.receive(account.pk) == 0


def test_an_answer_to_our_answer_goes_on_with_the_ticket(
    x: XServer, account: TwitterAccount, anna: str, agent: User
) -> None:
    first = x.mention(anna, "@moorbach Hello")
    inbound.receive(account.pk)
    ticket = Ticket.objects.get()
    answer = lifecycle.reply(ticket, by=agent, body_text="Hello Anna", then_status=Status.RESOLVED)
    answer.message_id = "tweet-5000@x.com"
    answer.save()

    x.mention(anna, "@moorbach It drips still", answers="5000", conversation_id=first)
    inbound.receive(account.pk)

    ticket.refresh_from_db()
    assert ticket.messages.count() == 3
    assert ticket.status == Status.OPEN


def test_what_somebody_else_writes_below_it_is_a_ticket_of_their_own(
    x: XServer, account: TwitterAccount, anna: str
) -> None:
    first = x.mention(anna, "@moorbach Hello")
    x.mention(x.person("88", "bert"), "@moorbach Mine too", answers=first)

    inbound.receive(account.pk)

    assert Ticket.objects.count() == 2
    assert {ticket.messages.count() for ticket in Ticket.objects.all()} == {1}


def test_direct_messages_are_one_talk_until_it_is_closed(
    x: XServer, account: TwitterAccount, anna: str, agent: User
) -> None:
    x.direct(anna, "Hello")
    x.direct(anna, "Are you there?")
    x.direct(US["id"], "Written by us on the site", to=anna)
    inbound.receive(account.pk)
    ticket = Ticket.objects.get()
    assert [each.body_text for each in ticket.messages.order_by("created_at")] == ["Hello", "Are you there?"]

    lifecycle.close(ticket, by=agent)
    x.direct(anna, "Something else")
    inbound.receive(account.pk)

    assert Ticket.objects.count() == 2


def test_a_post_and_a_direct_message_do_not_mix(x: XServer, account: TwitterAccount, anna: str) -> None:
    """What was said between two must not stand where an answer would be public."""
    x.mention(anna, "@moorbach Hello")
    x.direct(anna, "My number is 12345")

    inbound.receive(account.pk)

    assert Ticket.objects.count() == 2


def test_many_come_in_the_order_in_which_they_were_written(
    x: XServer, account: TwitterAccount, anna: str
) -> None:
    x.page = 2
    for number in range(5):
        x.mention(anna, f"@moorbach Number {number}")

    assert inbound.receive(account.pk) == 5
    assert [t.subject for t in Ticket.objects.order_by("number")] == [f"Number {n}" for n in range(5)]


def test_a_limit_is_waited_for(x: XServer, account: TwitterAccount, anna: str) -> None:
    x.mention(anna, "@moorbach Hello")
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=10)
    x.answers_with = (429, {"x-rate-limit-reset": str(int(later.timestamp()))})
    assert inbound.receive(account.pk) == 0
    assert (state().last_error_code, state().waits_until) == (Problem.BUSY, later)

    x.answers_with, x.asked = None, []
    assert inbound.receive(account.pk) == 0
    assert x.asked == []

    with time_machine.travel(later + timedelta(seconds=1), tick=False):
        assert inbound.receive(account.pk) == 1
    assert (state().last_error_code, state().waits_until) == ("", None)


def test_wrong_keys_and_a_silent_server_are_told(x: XServer, account: TwitterAccount) -> None:
    account.access_token = "another"
    account.save()
    inbound.receive(account.pk)
    assert state().last_error_code == Problem.SIGN_IN

    x.shutdown()
    x.server_close()
    inbound.receive(account.pk)
    assert state().last_error_code == Problem.NO_CONNECTION


def test_a_name_may_change_the_number_stays(x: XServer, account: TwitterAccount, anna: str) -> None:
    x.mention(anna, "@moorbach Hello")
    inbound.receive(account.pk)
    x.person(anna, "anna_neu", "Anna Beispiel")
    x.mention(anna, "@moorbach Me again")
    inbound.receive(account.pk)

    assert Contact.objects.count() == 1
    assert identification.find("@anna_b") is None
    assert identification.find("@anna_neu") == Ticket.objects.latest("number").requester


def test_a_name_that_somebody_else_took_over_is_theirs(
    x: XServer, account: TwitterAccount, anna: str
) -> None:
    x.mention(anna, "@moorbach Hello")
    inbound.receive(account.pk)
    x.mention(x.person("99", "anna_b", "Another Anna"), "@moorbach I am new")
    inbound.receive(account.pk)

    first, second = Ticket.objects.order_by("number")
    assert first.requester != second.requester
    assert identification.find("@anna_b") == second.requester


def test_a_name_that_an_agent_noted_is_them(
    x: XServer, account: TwitterAccount, anna: str, customer: Contact, agent: User
) -> None:

    with actor.acting(agent):
        identification.add_identity(customer, "handle", "@Anna_B")
    x.mention(anna, "@moorbach Hello")
    inbound.receive(account.pk)

    assert Ticket.objects.get().requester == customer


def test_a_name_that_a_customer_only_claims_brings_them_nothing(
    x: XServer, account: TwitterAccount, anna: str, customer: Contact
) -> None:
    """Else whoever enters another one's name in the portal would read that one's messages."""

    rectification.set_identities(customer, IdentityKind.HANDLE, ["@anna_b"], by=customer)
    x.direct(anna, "My secret")
    inbound.receive(account.pk)

    assert Ticket.objects.get().requester != customer
    assert identification.find("@anna_b") == Ticket.objects.get().requester


def test_who_was_erased_and_writes_again_is_somebody_new(
    x: XServer, account: TwitterAccount, anna: str, department: Department
) -> None:
    x.mention(anna, "@moorbach Hello")
    inbound.receive(account.pk)
    before = Ticket.objects.get().requester
    erasure.settle(before, by=None)
    erasure.begin(before, by=None)
    erasure.carry_on(before.pk)

    x.mention(anna, "@moorbach Hello again")
    inbound.receive(account.pk)

    assert Ticket.objects.latest("number").requester != before
