"""A deletion is one act: it takes along what belongs to it, and brings back exactly that."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from contacts import identification
from contacts.models import Contact, Identity
from privacy import access, audit, binning, sharing
from privacy.access import rights
from privacy.binning import LEAVE, RECLAIM, CannotRestore, Taken
from privacy.enums import Deed, Level, Via
from privacy.models import AuditEvent, Binned, Profile, User
from tests import factories
from tests.privacy.test_removal import opened
from tickets import lifecycle, tagging
from tickets.enums import Channel
from tickets.models import Attachment, Department, Message, Participant, Tagging, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NOW = timezone.now()
PARTS = (Message, Attachment, Tagging, Participant)


def living(ticket: Ticket) -> list[int]:
    return [
        Message.objects.filter(ticket=ticket).count(),
        Attachment.objects.filter(message__ticket=ticket).count(),
        Tagging.objects.filter(ticket=ticket).count(),
        Participant.objects.filter(ticket=ticket).count(),
    ]


def allowed(user: User, *codes: str) -> User:
    """The user, with these rights and no others."""
    profile: Profile = factories.ProfileFactory(rights=list(codes))
    user.profile = profile
    user.save()
    return User.objects.get(pk=user.pk)


@pytest.fixture
def agent(agent: User) -> User:
    """May do anything here: what each act needs is tested apart."""
    return allowed(agent, *rights.all_codes())


def test_a_ticket_goes_and_comes_back_with_its_parts(
    customer: Contact, agent: User, department: Department
) -> None:
    ticket = opened(customer, agent)
    other = opened(customer, agent)
    before = living(ticket)
    entry = binning.bin(ticket, by=agent)
    assert entry is not None
    assert (entry.model, entry.record_id, entry.binned_by, entry.module) == (
        "tickets.Ticket", ticket.pk, agent.pk, "tickets",
    )  # fmt: skip
    assert not Ticket.objects.filter(pk=ticket.pk).exists()
    assert living(ticket) == [0, 0, 0, 0]
    assert living(other) == before
    restored = binning.restore(ticket, by=agent)
    assert restored.missing == []
    assert living(ticket) == before == [3, 2, 1, 1]
    assert not Binned.objects.exists()


def test_what_was_deleted_before_stays_deleted(
    customer: Contact, agent: User, department: Department
) -> None:
    ticket = opened(customer, agent)
    first = ticket.messages.order_by("created_at").first()
    binning.bin(first, by=agent)
    tagging.untag(ticket, Tagging.objects.get().tag, by=agent)
    binning.bin(ticket, by=agent)
    binning.restore(ticket, by=agent)
    assert living(ticket) == [2, 1, 0, 1]
    binning.restore(first, by=agent)
    assert living(ticket) == [3, 2, 0, 1]


def test_each_row_of_an_act_is_in_its_history(customer: Contact, agent: User, department: Department) -> None:
    ticket = opened(customer, agent)
    message = ticket.messages.first()
    with access.looking(agent, via=Via.DESK):
        binning.bin(ticket, by=agent)
        binning.restore(ticket, by=agent)
    for row in (ticket, message):
        told = row.history.order_by("-history_id").values_list(
            "history_type", "actor_id", "via", "deleted_at"
        )[:2]
        assert [entry[:3] for entry in told] == [("~", agent.pk, "desk")] * 2
        assert [entry[3] is None for entry in told] == [True, False]


def test_deleting_twice_is_one_deletion(customer: Contact, agent: User, department: Department) -> None:
    ticket = opened(customer, agent)
    entry = binning.bin(ticket, by=agent)
    assert binning.bin(ticket, by=agent) is None
    assert list(Binned.objects.all()) == [entry]
    binning.restore(ticket, by=agent)
    assert binning.restore(ticket, by=agent).missing == []


def test_several_go_in_one_act_and_are_taken_back_in_one(
    customer: Contact, agent: User, department: Department
) -> None:
    first, second, other = (opened(customer, agent) for _ in range(3))
    entries = binning.bin_all(Ticket, [first.pk, second.pk], by=agent)
    assert {(entry.record_id, entry.act) for entry in entries} == {
        (first.pk, entries[0].act),
        (second.pk, entries[0].act),
    }
    assert list(Ticket.objects.all()) == [other]
    assert len(binning.take_back(entries[0].act, by=agent)) == 2
    assert [living(ticket) for ticket in (first, second)] == [[3, 2, 1, 1]] * 2
    assert binning.take_back(entries[0].act, by=agent) == []
    told = AuditEvent.objects.filter(object_id=None, model="").order_by("id")
    assert [(event.act, event.actor_id, audit.sum_of(event)["tickets.ticket"]) for event in told] == [
        (Deed.DELETE, agent.pk, 2),
        (Deed.RESTORE, agent.pk, 2),
    ]


def test_of_several_those_go_that_one_may_delete(
    customer: Contact, agent: User, colleague: User, department: Department
) -> None:
    mine, foreign = (
        factories.TicketFactory(requester=customer, department=where, assignee=who)
        for where, who in ((department, agent), (factories.DepartmentFactory(), colleague))
    )
    factories.MembershipFactory(user=agent, department=department)
    user = allowed(agent, "tickets.view", "tickets.delete")
    assert [entry.record_id for entry in binning.bin_all(Ticket, [mine.pk, foreign.pk], by=user)] == [mine.pk]
    assert list(Ticket.objects.all()) == [foreign]


def test_taking_back_needs_no_right_to_the_bin_but_is_for_ones_own_and_for_a_moment(
    customer: Contact, agent: User, admin: User, department: Department
) -> None:
    ticket = factories.TicketFactory(requester=customer, department=department, assignee=agent)
    factories.MembershipFactory(user=agent, department=department)
    user = allowed(agent, "tickets.view", "tickets.delete")
    entry = binning.bin(ticket, by=user)
    assert entry is not None
    assert binning.take_back(entry.act, by=admin) == []
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert binning.take_back(entry.act, by=user) == []
    assert [back.record for back in binning.take_back(entry.act, by=user)] == [ticket]


def test_a_person_goes_with_their_tickets(customer: Contact, agent: User, department: Department) -> None:
    ticket = opened(customer, agent)
    binning.bin(customer, by=agent)
    assert not Ticket.objects.exists()
    assert not Identity.objects.filter(contact=customer).exists()
    assert Binned.objects.count() == 1
    told = audit.sum_of(AuditEvent.objects.latest("id"))
    assert (told["contacts.contact"], told["tickets.ticket"], told["tickets.message"]) == (1, 1, 3)
    binning.restore(customer, by=agent)
    assert living(ticket) == [3, 2, 1, 1]
    assert identification.find("carla@customer.example") == customer


def test_who_writes_again_comes_back_without_their_deleted_tickets(
    customer: Contact, agent: User, department: Department
) -> None:
    ticket = opened(customer, agent)
    binning.bin(customer, by=agent)
    assert identification.find("carla@customer.example") is None
    assert identification.find_or_make("carla@customer.example") == customer
    assert customer.identities.count() == 1
    assert not Ticket.objects.exists()
    assert [entry.record_id for entry in Binned.objects.all()] == [ticket.pk]
    binning.restore(ticket, by=agent)
    assert living(ticket) == [3, 2, 1, 1]


@pytest.fixture
def new_owner(customer: Contact, agent: User) -> Contact:
    """Somebody entered by hand, with the address of a contact that lies in the bin."""
    binning.bin(customer, by=agent)
    made: Contact = factories.ContactFactory(full_name="Nora New", email="carla@customer.example")
    return made


def test_an_address_that_is_somebody_elses_now_has_to_be_decided(
    customer: Contact, new_owner: Contact, agent: User
) -> None:
    with pytest.raises(Taken) as caught:
        binning.restore(customer, by=agent)
    [clash] = caught.value.clashes
    assert (clash.living.contact, clash.binned.contact) == (new_owner, customer)  # type: ignore[attr-defined]
    assert not Contact.objects.filter(pk=customer.pk).exists()


def test_it_can_stay_where_it_is(customer: Contact, new_owner: Contact, agent: User) -> None:
    restored = binning.restore(customer, by=agent, taken=LEAVE)
    assert restored.missing == ["identity stays with whom it belongs to now"]
    assert identification.find("carla@customer.example") == new_owner
    assert not customer.identities.exists()


def test_it_can_be_taken_back(customer: Contact, new_owner: Contact, agent: User) -> None:
    assert binning.restore(customer, by=agent, taken=RECLAIM).missing == []
    assert identification.find("carla@customer.example") == customer
    assert not new_owner.identities.exists()


def test_what_was_put_in_its_place_meanwhile_stays(
    customer: Contact, agent: User, department: Department
) -> None:
    """A tag that was taken off, deleted with nothing, and put on again is there once."""
    ticket = opened(customer, agent)
    tagging_ = Tagging.objects.get()
    binning.bin(tagging_, by=agent)
    tagging.tag(ticket, "shoes", by=agent)
    with pytest.raises(CannotRestore, match="taken its place"):
        binning.restore(tagging_, by=agent)
    assert living(ticket)[2] == 1


def test_a_part_waits_for_its_whole(
    customer: Contact, agent: User, department: Department, admin: User
) -> None:
    ticket = opened(customer, agent)
    binning.bin(ticket, by=agent)
    binning.bin(customer, by=agent)
    with pytest.raises(CannotRestore, match="customer"):
        binning.restore(ticket, by=admin)


def test_what_is_not_there_any_more_is_said(
    customer: Contact, agent: User, colleague: User, department: Department
) -> None:
    ticket = factories.TicketFactory(requester=customer, department=department, assignee=colleague)
    binning.bin(ticket, by=agent)
    colleague.bin(by=None)
    assert binning.restore(ticket, by=agent).missing == ["assignee: lies in the recycle bin"]


def test_upper_apps_may_object(customer: Contact, agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binning, "objections", [lambda record: "Erased at the person's request."])
    binning.bin(customer, by=agent)
    with pytest.raises(CannotRestore, match="Erased"):
        binning.restore(customer, by=agent)


@pytest.mark.parametrize(
    ("codes", "may_delete", "may_restore", "may_remove"),
    [
        (["tickets.view"], False, False, False),
        (["tickets.view", "tickets.delete"], True, False, False),
        (["tickets.view", "tickets.delete", "recycle_bin"], True, True, False),
        (["tickets.view", "recycle_bin", "delete_for_good"], False, False, False),
        (["tickets.view", "tickets.delete", "recycle_bin", "delete_for_good"], True, True, True),
    ],
)
def test_each_act_has_its_right(
    agent: User, customer: Contact, department: Department,
    codes: list[str], may_delete: bool, may_restore: bool, may_remove: bool,
) -> None:  # fmt: skip
    ticket = factories.TicketFactory(requester=customer, department=department, assignee=agent)
    factories.MembershipFactory(user=agent, department=department)
    user = allowed(agent, *codes)
    assert _goes(lambda: binning.bin(ticket, by=user)) == may_delete
    binning.bin(ticket, by=None)
    ticket.refresh_from_db()
    assert binning.entries(user).exists() == ("recycle_bin" in codes)
    assert _goes(lambda: binning.delete_for_good(ticket, by=user)) == may_remove
    if not may_remove:
        assert _goes(lambda: binning.restore(ticket, by=user)) == may_restore


def _goes(act: Any) -> bool:
    try:
        act()
    except access.Denied:
        return False
    return True


def test_the_bin_shows_only_what_one_may_see(agent: User, customer: Contact, department: Department) -> None:
    mine = factories.TicketFactory(requester=customer, department=department, assignee=agent)
    other = factories.TicketFactory(
        requester=customer, department=department, assignee=factories.UserFactory()
    )
    factories.MembershipFactory(user=agent, department=department)
    sharing.set_level("tickets", Level.PRIVATE, by=None)
    user = allowed(agent, "tickets.view", "tickets.delete", "recycle_bin")
    for ticket in (mine, other):
        binning.bin(ticket, by=None)
    assert [entry.record_id for entry in binning.entries(user)] == [mine.pk]


def test_statements_do_not_grow_with_what_goes_along(
    customer: Contact, agent: User, department: Department, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        factories.MessageFactory(ticket__requester=customer, ticket__department=department)
    with django_assert_max_num_queries(40):
        binning.bin(customer, by=agent)


def test_moments_tell_acts_apart(customer: Contact, agent: User, department: Department) -> None:
    ticket = lifecycle.open(
        requester=customer, subject="", body_text="Hi", channel=Channel.WEB, by=customer, confirm=False
    )
    with time_machine.travel(NOW, tick=False):
        binning.bin(ticket.messages.get(), by=agent)
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        binning.bin(ticket, by=agent)
        binning.restore(ticket, by=agent)
    assert living(ticket) == [0, 0, 0, 0]
