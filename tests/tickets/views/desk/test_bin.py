"""The recycle bin's page and deleting at the desk: asked first, restored as one, closed to who may not."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy import audit, binning, sharing
from privacy.access import rights
from privacy.enums import Deed, Level
from privacy.models import AuditEvent, Binned, User
from privacy.web.recency import PROVEN
from tests import factories
from tests.tickets.views.desk.conftest import queries, url
from tickets.models import Attachment, Department, Message, Ticket
from tickets.models.department import EVERYWHERE

pytestmark = pytest.mark.django_db

BIN = "/desk/bin/"


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    """An agent who may do anything but set things up, the bin included, and has just proved who they are."""
    agent.profile = factories.ProfileFactory(rights=sorted(rights.all_codes()))
    agent.save()
    client.force_login(agent)
    session = client.session
    session[PROVEN] = timezone.now().timestamp()
    session.save()
    return client


def reader() -> User:
    """Sees everything, and changes nothing."""
    profile = factories.ProfileFactory(rights=["tickets.view", "contacts.view", EVERYWHERE])
    made: User = factories.UserFactory(profile=profile)
    return made


def deletion(record: Any) -> str:
    return f"/desk/records/{record._meta.model_name}/{record.pk}/deletion/"


def entry_of(record: Any) -> str:
    return str(Binned.objects.get(record_id=record.pk).pk)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_deleting_asks_and_says_what_goes_along(desk: Client, ticket: Ticket) -> None:
    page = text(desk.get(deletion(ticket)))
    assert "Black display" in page
    assert "60 days" in page
    assert "3 messages" in page
    assert Ticket.objects.filter(pk=ticket.pk).exists()
    answer = desk.post(deletion(ticket), follow=True)
    assert "is in the recycle bin" in text(answer)
    assert desk.get(url(ticket)).status_code == 404


@pytest.mark.parametrize("model", [Message, Attachment])
def test_a_part_is_deleted_alone(desk: Client, ticket: Ticket, model: Any) -> None:
    part = model.objects.order_by("created_at").first()
    answer = desk.post(deletion(part))
    assert answer["Location"] == url(ticket)
    assert not model.objects.filter(pk=part.pk).exists()
    page = text(desk.get(BIN))
    assert f"#{ticket.number}" in page
    desk.post(f"{BIN}restorations/", {"only": entry_of(part)})
    assert model.objects.filter(pk=part.pk).exists()


def test_each_page_offers_to_delete_what_one_may_delete(client: Client, desk: Client, ticket: Ticket) -> None:
    person = f"/desk/people/{ticket.requester_id}/"
    page = text(desk.get(url(ticket)))
    for record in (ticket, ticket.messages.first(), Attachment.objects.get()):
        assert deletion(record) in page
    assert deletion(ticket.requester) in text(desk.get(person))
    client.force_login(reader())
    for address in (url(ticket), person):
        page = text(client.get(address))
        assert "Black display" in page
        assert "/deletion/" not in page


def test_without_the_right_nothing_is_deleted(client: Client, ticket: Ticket) -> None:
    client.force_login(reader())
    for act in (client.get, client.post):
        assert act(deletion(ticket)).status_code == 403
    assert Ticket.objects.filter(pk=ticket.pk).exists()


def test_what_is_set_up_is_not_deleted_here(desk: Client, department: Department) -> None:
    assert desk.post(deletion(department)).status_code == 404


def test_the_bin_says_what_who_when_and_how_long(desk: Client, ticket: Ticket, agent: User) -> None:
    desk.post(deletion(ticket))
    page = text(desk.get(BIN))
    for said in (f"#{ticket.number} Black display", "deleted by Alma Agent", "60 days left"):
        assert said in page


def test_an_empty_bin_says_so(desk: Client) -> None:
    assert "The bin is empty" in text(desk.get(BIN))


def test_the_bin_is_closed_without_its_right(client: Client, agent: User, ticket: Ticket) -> None:
    client.force_login(agent)
    binning.bin(ticket, by=None)
    for answer in (
        client.get(BIN),
        client.post(f"{BIN}search/", {"words": "x"}),
        client.post(f"{BIN}restorations/", {"only": entry_of(ticket)}),
    ):
        assert answer.status_code == 403
    assert BIN not in text(client.get("/desk/"))
    assert not Ticket.objects.exists()


def test_it_is_narrowed_by_module_person_and_word(
    desk: Client, ticket: Ticket, stranger: Contact, agent: User
) -> None:
    binning.bin(ticket, by=agent)
    binning.bin(stranger, by=None)

    def shown(page: str) -> tuple[bool, bool]:
        return "Black display" in page, "Stan Stranger" in page

    assert shown(text(desk.get(BIN))) == (True, True)
    assert shown(text(desk.get(f"{BIN}?module=tickets"))) == (True, False)
    assert shown(text(desk.get(f"{BIN}?module=contacts"))) == (False, True)
    assert shown(text(desk.get(f"{BIN}?who={agent.pk}"))) == (True, False)
    assert shown(text(desk.post(f"{BIN}search/", {"words": "DISPLAY"}))) == (True, False)
    assert shown(text(desk.post(f"{BIN}search/", {"words": "stan"}))) == (False, True)
    assert "Nothing like that" in text(desk.post(f"{BIN}search/", {"words": "zebra"}))


def test_many_come_back_at_once(desk: Client, ticket: Ticket, stranger: Contact) -> None:
    binning.bin(ticket, by=None)
    binning.bin(stranger, by=None)
    answer = desk.post(f"{BIN}restorations/", {"entry": [entry_of(ticket), entry_of(stranger)]}, follow=True)
    assert "2 were restored." in text(answer)
    assert desk.get(url(ticket)).status_code == 200
    assert not Binned.objects.exists()
    told = AuditEvent.objects.filter(act=Deed.RESTORE, object_id=None).latest("id")
    assert audit.sum_of(told) == {"tickets.ticket": 1, "contacts.contact": 1}


def test_of_many_those_come_back_that_can(
    desk: Client, ticket: Ticket, customer: Contact, stranger: Contact
) -> None:
    for each in (customer, stranger):
        binning.bin(each, by=None)
    factories.ContactFactory(full_name="Nora New", email="carla@customer.example")
    both = {"entry": [entry_of(customer), entry_of(stranger)]}
    page = text(desk.post(f"{BIN}restorations/", both, follow=True))
    assert "Restore it by itself to decide." in page
    assert "1 was restored." in page
    assert Contact.objects.filter(pk=stranger.pk).exists()
    assert list(Binned.objects.values_list("record_id", flat=True)) == [customer.pk]


def test_whose_an_address_is_has_to_be_decided(
    desk: Client, ticket: Ticket, customer: Contact, agent: User
) -> None:
    binning.bin(customer, by=agent)
    new: Contact = factories.ContactFactory(full_name="Nora New", email="carla@customer.example")
    entry = entry_of(customer)
    page = text(desk.post(f"{BIN}restorations/", {"only": entry}))
    assert "Whose shall it be?" in page
    assert "carla@customer.example" in page
    assert not Contact.objects.filter(pk=customer.pk).exists()
    answer = desk.post(f"{BIN}restorations/", {"only": entry, "taken": "leave"}, follow=True)
    assert "stays with whom it belongs to now" in text(answer)
    assert new.identities.count() == 1
    assert Ticket.objects.get().requester == customer


def test_deleting_for_good_asks_twice(desk: Client, ticket: Ticket) -> None:
    binning.bin(ticket, by=None)
    chosen = {"entry": entry_of(ticket)}
    assert "Nobody can bring them back" in text(desk.post(f"{BIN}removals/", chosen))
    assert Ticket.everything.exists()
    answer = desk.post(f"{BIN}removals/", {**chosen, "confirmed": "yes"}, follow=True)
    assert "1 was deleted for good." in text(answer)
    assert not Ticket.everything.exists()
    assert not Binned.objects.exists()


def test_deleting_for_good_asks_who_is_there(desk: Client, ticket: Ticket) -> None:
    session = desk.session
    del session[PROVEN]
    session.save()
    binning.bin(ticket, by=None)
    answer = desk.post(f"{BIN}removals/", {"entry": entry_of(ticket), "confirmed": "yes"})
    assert answer.status_code == 401
    assert Ticket.everything.exists()


def test_deleting_for_good_needs_its_right(desk: Client, ticket: Ticket, agent: User) -> None:
    agent.profile.rights = sorted(rights.all_codes() - {"delete_for_good"})  # type: ignore[union-attr]
    agent.profile.save()  # type: ignore[union-attr]
    binning.bin(ticket, by=None)
    assert "Delete for good" not in text(desk.get(BIN))
    assert desk.post(f"{BIN}removals/", {"entry": entry_of(ticket), "confirmed": "yes"}).status_code == 403


def test_nonsense_is_no_error(desk: Client) -> None:
    for given in ({"only": "x"}, {"entry": ["x", "y"]}, {}):
        assert desk.post(f"{BIN}restorations/", given).status_code == 302


def test_statements_do_not_grow_with_the_bin(desk: Client, department: Department) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            message = factories.MessageFactory(ticket__department=department)
            binning.bin(message, by=None)
            binning.bin(message.ticket, by=None)
            binning.bin(factories.ContactFactory(full_name=""), by=None)

    fill(1)
    one = queries(desk, BIN)
    fill(5)
    assert queries(desk, BIN) == one


def test_the_page_goes_by_key(desk: Client) -> None:
    for _ in range(27):
        binning.bin(factories.ContactFactory(), by=None)
    first = desk.get(BIN)
    assert text(first).count('class="bin-row"') == 25
    older = first.context["page"].older
    assert text(desk.get(BIN, {"page": older})).count('class="bin-row"') == 2


# -- several at once


def chosen(*tickets: Ticket) -> dict[str, Any]:
    return {"ticket": [str(ticket.number) for ticket in tickets], "next": "/desk/queues/all/"}


def undo_in(page: str) -> str:
    return "/desk/bin/acts/" + page.split('action="/desk/bin/acts/')[1].split('"')[0]


def test_several_tickets_go_in_one_act_and_come_back_in_one(
    desk: Client, customer: Contact, department: Department
) -> None:
    first, second, third = (
        factories.TicketFactory(requester=customer, department=department) for _ in range(3)
    )
    gone = desk.post("/desk/tickets/deletions/", chosen(first, second), follow=True)
    assert gone.redirect_chain[-1][0] == "/desk/queues/all/"
    assert "2 tickets are in the recycle bin." in text(gone)
    assert list(Ticket.objects.all()) == [third]
    undone = desk.post(undo_in(text(gone)), {"next": "/desk/queues/all/"}, follow=True)
    assert "2 were restored." in text(undone)
    assert Ticket.objects.count() == 3
    assert "too late" in text(desk.post(undo_in(text(gone)), follow=True))


def test_those_that_one_may_not_delete_stay_and_are_named(
    client: Client, agent: User, colleague: User, customer: Contact, department: Department
) -> None:
    mine, foreign = (
        factories.TicketFactory(requester=customer, department=department, assignee=who)
        for who in (agent, colleague)
    )
    factories.MembershipFactory(user=agent, department=department)
    factories.MembershipFactory(user=colleague, department=department)
    agent.profile = factories.ProfileFactory(rights=["tickets.view", "tickets.delete"])
    agent.save()
    sharing.set_level("tickets", Level.PUBLIC_READ, by=None)
    client.force_login(agent)
    said = text(client.post("/desk/tickets/deletions/", chosen(mine, foreign), follow=True))
    assert "1 ticket is in the recycle bin." in said
    assert f"doesn’t allow it: #{foreign.number}" in said
    assert list(Ticket.objects.all()) == [foreign]


def test_nonsense_deletes_nothing(desk: Client, ticket: Ticket) -> None:
    posted = {"ticket": ["", "x", "9" * 40, "٣"], "next": "https://evil.example/"}
    assert desk.post("/desk/tickets/deletions/", posted)["Location"] == "/desk/"
    assert desk.get("/desk/tickets/deletions/").status_code == 405
    assert Ticket.objects.filter(pk=ticket.pk).exists()


def test_boxes_are_for_who_may_delete(desk: Client, client: Client, ticket: Ticket) -> None:
    listed = "/desk/queues/all/"
    assert f'form="chosen" name="ticket" value="{ticket.number}"' in text(desk.get(listed))
    client.force_login(reader())
    assert 'form="chosen"' not in text(client.get(listed))
