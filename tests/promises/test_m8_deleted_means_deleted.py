"""M8: what is deleted stays for 60 days and can be restored; then nothing of it is left, and nothing else suffers.

What peers got wrong: restored without its relations; files left on disk; a mail that arrives for what was deleted.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy import access, binning, purging
from privacy.access import rights
from privacy.models import Record, User
from privacy.vault import keys
from tests import factories
from tests.privacy.test_removal import ids_of, mentions, opened
from tests.privacy.test_retention import stored
from tests.tickets.channels.post import letter
from tickets import lifecycle
from tickets.channels.email import inbound, outbound
from tickets.enums import DeliveryState
from tickets.models import Department, Mailbox, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NEEDLE = "zebrafinch"
DAY = timedelta(days=1)


@pytest.fixture
def boss(agent: User) -> User:
    """May see and delete everything."""
    agent.profile = factories.ProfileFactory(rights=sorted(rights.all_codes()))
    agent.save()
    return User.objects.get(pk=agent.pk)


@pytest.fixture
def desk(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client


@pytest.fixture
def ticket(customer: Contact, agent: User, department: Department) -> Ticket:
    made = opened(customer, agent)
    return lifecycle.change_subject(made, NEEDLE, by=None)


def deleted_by_hand(desk: Client, record: Record) -> None:
    answer = desk.post(f"/desk/records/{record._meta.model_name}/{record.pk}/deletion/")
    assert answer.status_code == 302


def test_deleted_restored_deleted_and_gone(
    desk: Client, ticket: Ticket, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    before = {
        name: getattr(ticket, name).filter(deleted_at=None).count()
        for name in ("messages", "taggings", "participants")
    }
    deleted_by_hand(desk, ticket)
    page = desk.get("/desk/bin/").content.decode()
    assert NEEDLE in page
    [entry] = re.findall(r'name="only" value="([0-9a-f-]+)"', page)
    desk.post("/desk/bin/restorations/", {"only": entry})
    assert desk.get(f"/desk/tickets/{ticket.number}/").status_code == 200
    assert {name: getattr(ticket, name).filter(deleted_at=None).count() for name in before} == before
    deleted_by_hand(desk, ticket)
    gone = ids_of(ticket)
    with django_capture_on_commit_callbacks(execute=True), time_machine.travel(timezone.now() + 60 * DAY):
        purging.purge()
    assert {column.rpartition(".")[2] for column in mentions(gone)} == set()
    assert stored(media) == set()
    assert NEEDLE not in desk.get("/desk/bin/").content.decode()


def test_a_deleted_ticket_is_on_no_page_but_the_bins(
    desk: Client, boss: User, ticket: Ticket, customer: Contact
) -> None:
    other = lifecycle.open(
        requester=customer, subject="Other", body_text="?", channel=ticket.channel, by=customer
    )
    pages = ["/desk/", f"/desk/tickets/{other.number}/", "/admin/tickets/ticket/"]
    pages += [f"/desk/queues/{name}/" for name in ("all", "open", "unassigned")]
    link = f"/desk/tickets/{ticket.number}/"

    def seen() -> dict[str, bool]:
        found = {page: link in desk.get(page, follow=True).content.decode() for page in pages}
        for words in (f"#{ticket.number}", "carla@customer.example"):
            found[words] = link in desk.post("/desk/search/", {"words": words}, follow=True).content.decode()
        return found

    before = seen()
    assert before["/desk/queues/all/"]
    assert before[f"/desk/tickets/{other.number}/"]
    assert before["carla@customer.example"]
    deleted_by_hand(desk, ticket)
    assert set(seen().values()) == {False}
    assert NEEDLE in desk.get("/desk/bin/").content.decode()
    assert desk.get(f"/desk/tickets/{ticket.number}/").status_code == 404
    assert desk.get(f"/desk/tickets/{ticket.number}/history/").status_code == 404


def test_no_default_list_of_any_model_shows_what_is_deleted(
    customer: Contact, agent: User, boss: User, ticket: Ticket
) -> None:
    """Whatever goes along, now or in a later module, is out of reach of ``objects``, and of the customer."""
    going = dict(binning._tree(Contact, [customer.pk], None))
    binning.bin(customer, by=boss)
    assert {apps.get_model("tickets.Message"), apps.get_model("tickets.Attachment"), Ticket} <= set(going)
    for model, ids in going.items():
        assert not model.objects.filter(pk__in=ids).exists(), model
        assert not access.visible(boss, model.objects.filter(pk__in=ids)).exists(), model
        assert not access.visible(customer, model.everything.filter(pk__in=ids, deleted_at=None)).exists(), (
            model
        )


def test_a_reply_to_a_deleted_ticket_opens_a_new_one(mailbox: Mailbox, agent: User) -> None:
    """A person decided to delete: a mail doesn't undo that, and isn't lost either."""
    first = inbound.receive(letter(), mailbox=mailbox).ticket
    assert first is not None
    binning.bin(first, by=None)
    again = letter("And now?", Subject=f"Re: Help [#{first.number}]")
    outcome = inbound.receive(again, mailbox=mailbox)
    assert outcome.action == "opened"
    assert Ticket.objects.get() != first
    assert Message.objects.get().body_text.strip() == "And now?"
    binning.restore(first, by=None)
    assert Ticket.objects.count() == 2


def test_a_deleted_persons_mail_brings_them_back_without_what_was_deleted(mailbox: Mailbox) -> None:
    first = inbound.receive(letter(), mailbox=mailbox).ticket
    assert first is not None
    person = first.requester
    binning.bin(person, by=None)
    outcome = inbound.receive(letter("Me again"), mailbox=mailbox)
    assert outcome.action == "opened"
    new = Ticket.objects.get()
    assert (new.requester, new == first) == (person, False)


def test_after_the_purge_a_person_who_writes_is_a_new_one(
    mailbox: Mailbox, django_capture_on_commit_callbacks: Any
) -> None:
    first = inbound.receive(letter(), mailbox=mailbox).ticket
    assert first is not None
    binning.bin(first.requester, by=None)
    with django_capture_on_commit_callbacks(execute=True):
        purging.purge(as_of=timezone.now() + 61 * DAY)
    assert keys.is_destroyed(first.requester_id)
    outcome = inbound.receive(letter("Hello"), mailbox=mailbox)
    assert outcome.action == "opened"
    assert Ticket.objects.get().requester_id != first.requester_id


def test_nothing_more_goes_out_of_a_deleted_ticket(
    ticket: Ticket, post_office: Any, mailbox: Mailbox
) -> None:
    assert OutboundMail.objects.filter(ticket=ticket, state=DeliveryState.QUEUED).exists()
    binning.bin(ticket, by=None)
    outbound.send_due()
    assert not OutboundMail.objects.filter(ticket=ticket, state=DeliveryState.SENT).exists()
