"""Records: an id of their own, times, a bin, and a history that says who did what through which door."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth import authenticate, get_user
from django.db import DataError, connection, transaction
from django.utils import timezone

from contacts.models import Contact
from privacy import actor
from privacy.enums import ActorKind, Via
from privacy.models import User, new_id
from tests import factories
from tests.threads import together
from tickets.models import Draft, Tag, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

EARLIER = datetime(2024, 3, 1, 12, tzinfo=UTC)


def last(row: Any) -> tuple[Any, ...]:
    entry = row.history.latest("history_id")
    return entry.history_type, entry.actor_kind, entry.actor_id, entry.via


# -- ids


def test_ids_are_uuids_of_version_7() -> None:
    made = [new_id() for _ in range(1000)]
    assert len({*made}) == 1000
    assert {(each.version, each.variant) for each in made} == {(7, "specified in RFC 4122")}


def test_ids_are_ordered_by_time() -> None:
    with time_machine.travel(EARLIER, tick=False):
        first = new_id()
    with time_machine.travel(EARLIER + timedelta(milliseconds=1), tick=False):
        second = new_id()
    assert first < second
    assert UUID(int=first.int).int >> 80 == int(EARLIER.timestamp() * 1000)


def test_a_row_has_its_id_before_it_is_saved() -> None:
    contact = Contact(full_name="Anna")
    before = contact.pk
    contact.save()
    assert Contact.objects.get().pk == before


# -- times


def test_a_change_moves_updated_and_leaves_created() -> None:
    with time_machine.travel(EARLIER, tick=False):
        contact = factories.ContactFactory()
    with time_machine.travel(EARLIER + timedelta(hours=1), tick=False):
        contact.language = "de"
        contact.save(update_fields=["language"])
    again = Contact.objects.get(pk=contact.pk)
    assert (again.created_at, again.updated_at) == (EARLIER, EARLIER + timedelta(hours=1))


def test_what_happened_earlier_bears_its_moment() -> None:
    with actor.at(EARLIER):
        contact = factories.ContactFactory()
    assert (contact.created_at, contact.history.get().history_date) == (EARLIER, EARLIER)
    assert actor.now() > EARLIER


# -- history


def test_each_act_is_written_down_with_who_and_through_which_door(agent: User, customer: Contact) -> None:
    tag = Tag(name="billing")
    tag.save()
    assert last(tag) == ("+", ActorKind.SYSTEM, None, Via.COMMAND)
    with actor.acting(agent, via=Via.DESK):
        tag.name = "invoices"
        tag.save()
    assert last(tag) == ("~", ActorKind.STAFF, agent.pk, Via.DESK)
    with actor.acting(customer, via=Via.PORTAL):
        tag.save()
    assert last(tag) == ("~", ActorKind.CUSTOMER, customer.pk, Via.PORTAL)
    with actor.acting(None, via=Via.TASK):
        tag.delete()
    entry = Tag.history.latest("history_id")
    assert (entry.history_type, entry.actor_kind, entry.via) == ("-", ActorKind.SYSTEM, Via.TASK)
    names = [entry.name for entry in Tag.history.order_by("history_id")]
    assert names == ["billing", "invoices", "invoices", "invoices"]


def test_somebody_acting_inside_somebody_keeps_the_door(agent: User, customer: Contact) -> None:
    with actor.acting(agent, via=Via.DESK):
        with actor.acting(customer):
            assert actor.current() == actor.Actor(ActorKind.CUSTOMER, customer.pk, Via.DESK)
        assert actor.current() == actor.Actor(ActorKind.STAFF, agent.pk, Via.DESK)
    assert actor.current() == actor.Actor()


def test_who_acts_is_known_per_thread(agent: User) -> None:
    with actor.acting(agent, via=Via.DESK), ThreadPoolExecutor(1) as pool:
        assert pool.submit(actor.current).result() == actor.Actor()


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_a_row_and_its_history_stand_or_fall_together() -> None:
    contact = factories.ContactFactory(full_name="before")
    contact.full_name = "after"
    contact._change_reason = "too long for its column" * 40
    with pytest.raises(DataError):
        contact.save()
    assert Contact.objects.get(pk=contact.pk).full_name == "before"
    assert contact.history.count() == 1


def test_a_password_has_no_place_in_history(agent: User) -> None:
    assert "password" not in {field.name for field in User.history.model._meta.get_fields()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(h)::text FROM privacy_historicaluser h")
        assert agent.password not in cursor.fetchone()[0]


# -- the bin


def test_what_is_in_the_bin_is_in_no_list(agent: User, customer: Contact) -> None:
    customer.bin(by=agent)
    assert list(Contact.objects.all()) == []
    assert list(Contact.everything.all()) == [customer]
    binned = Contact.everything.get()
    assert binned.deleted_by == agent.pk
    assert binned.deleted_at is not None
    assert abs(timezone.now() - binned.deleted_at) < timedelta(minutes=1)
    assert binned.full_name == "Carla Customer"
    assert last(customer)[0] == "~"


def test_restoring_brings_it_back_as_it_was(agent: User, customer: Contact) -> None:
    customer.bin(by=agent)
    Contact.everything.get(pk=customer.pk).restore()
    again = Contact.objects.get()
    assert (again.deleted_at, again.deleted_by, again.full_name) == (None, None, "Carla Customer")


def test_relations_do_not_show_the_bin(agent: User, customer: Contact) -> None:
    customer.identities.get().bin(by=agent)
    assert list(customer.identities.all()) == []
    assert list(Contact.objects.prefetch_related("identities").get().identities.all()) == []


def test_what_points_to_something_in_the_bin_still_reaches_it(agent: User, customer: Contact) -> None:
    ticket = factories.TicketFactory(requester=customer)
    customer.bin(by=agent)
    assert Ticket.objects.get(pk=ticket.pk).requester == customer
    assert Ticket.objects.select_related("requester").get().requester.full_name == "Carla Customer"


def test_somebody_in_the_bin_is_nobody_to_django(agent: User, rf: Any, client: Any) -> None:
    client.force_login(agent)
    request = rf.post("/")
    request.session = client.session
    credentials = {"username": agent.email, "password": factories.PASSWORD}
    assert (get_user(request), authenticate(request, **credentials)) == (agent, agent)
    agent.bin(by=None)
    assert get_user(request).is_anonymous
    assert authenticate(request, **credentials) is None


def test_rows_without_a_bin_have_no_history_either() -> None:
    assert not hasattr(Draft, "history")
    assert not hasattr(Draft, "everything")


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_saves_of_one_row_at_once_all_reach_history() -> None:
    contact = factories.ContactFactory()

    def rename(name: str) -> None:
        with transaction.atomic():
            row = Contact.objects.select_for_update().get(pk=contact.pk)
            row.full_name = name
            row.save()

    outcome = together(*[partial(rename, f"name {n}") for n in range(4)])
    assert outcome == [None] * 4
    names = [entry.full_name for entry in contact.history.order_by("history_id")]
    assert sorted(names[1:]) == [f"name {n}" for n in range(4)]
    assert Contact.objects.get(pk=contact.pk).full_name == names[-1]
