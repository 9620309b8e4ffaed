"""A masked value is opened for a reason, once; nobody opens what is hidden or not theirs to see."""

import pytest
from django.test import Client

from contacts.models import Contact, Identity
from privacy import sharing
from privacy.enums import Deed, FieldRight, Level
from privacy.models import AuditEvent, FieldPermission, How, Opening, Revelation, UnauditedWrite, User
from privacy.revealing import REVEAL
from tests import factories
from tickets import lifecycle
from tickets.models import Ticket


@pytest.fixture
def clerk(agent: User) -> User:
    """Sees addresses masked, and may open them."""
    profile = factories.ProfileFactory(name="Clerk", rights=[*agent.profile.rights, REVEAL])  # type: ignore[union-attr]
    FieldPermission(profile=profile, model="contacts.identity", field="value", right="masked").save()
    agent.profile = profile
    agent.save()
    return agent


@pytest.fixture
def ticket(customer: Contact) -> Ticket:
    made: Ticket = factories.TicketFactory(requester=customer)
    return made


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


def door(customer: Contact) -> str:
    return f"/desk/revelations/contacts.identity/{customer.identities.get().pk}/value/"


def test_masked_everywhere_and_shown_once_for_a_reason(
    desk: Client, ticket: Ticket, customer: Contact, clerk: User
) -> None:
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "carla@customer.example" not in page
    assert "c•••@c•••.example" in page
    assert door(customer) in page
    asked = desk.get(door(customer))
    assert "carla@customer.example" not in asked.content.decode()
    shown = desk.post(door(customer), {"reason": "Parcel came back, calling her"})
    assert "carla@customer.example" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    [kept] = Revelation.objects.all()
    assert (kept.by, kept.field, kept.subject_id) == (clerk, "value", customer.pk)
    assert kept.reason == "Parcel came back, calling her"
    seen = Opening.objects.get(how=How.REVEALED)
    assert (seen.viewer_id, seen.subject_id, seen.reason_id) == (clerk.pk, customer.pk, kept.pk)
    assert AuditEvent.objects.get(act=Deed.REVEAL).fields == ["value"]


@pytest.mark.parametrize("reason", ["", "   ", "x"])
def test_no_reason_no_value(desk: Client, customer: Contact, ticket: Ticket, reason: str) -> None:
    answer = desk.post(door(customer), {"reason": reason})
    assert (answer.status_code, Revelation.objects.count()) == (422, 0)
    assert "carla@customer.example" not in answer.content.decode()


def test_without_the_right_there_is_no_eye(
    desk: Client, customer: Contact, ticket: Ticket, clerk: User
) -> None:
    clerk.profile.rights.remove(REVEAL)  # type: ignore[union-attr]
    clerk.profile.save()  # type: ignore[union-attr]
    assert door(customer) not in desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert desk.get(door(customer)).status_code == 403
    assert desk.post(door(customer), {"reason": "curiosity"}).status_code == 403


def test_hidden_fields_and_foreign_rows_stay_closed(
    desk: Client, customer: Contact, ticket: Ticket, clerk: User
) -> None:
    entry = FieldPermission.objects.get()
    entry.right = FieldRight.HIDDEN
    entry.save()
    assert desk.post(door(customer), {"reason": "curiosity"}).status_code == 403
    entry.right = FieldRight.MASKED
    entry.save()
    for module in ("tickets", "contacts"):
        sharing.set_level(module, Level.PRIVATE, by=None)
    clerk.role = None
    clerk.save()
    clerk.profile.rights = ["tickets.view", "contacts.view", REVEAL]  # type: ignore[union-attr]
    clerk.profile.save()  # type: ignore[union-attr]
    assert desk.post(door(customer), {"reason": "curiosity"}).status_code == 404
    assert Revelation.objects.count() == 0


def test_other_kinds_of_records_have_no_such_door(desk: Client, clerk: User) -> None:
    assert desk.get(f"/desk/revelations/privacy.user/{clerk.pk}/email/").status_code == 404


def test_masked_copies_are_left_as_they_are(desk: Client, ticket: Ticket, customer: Contact) -> None:
    """The editor has no field for what can't be typed over: an answer keeps who gets copies."""
    lifecycle.add_participants(ticket, ["cc@customer.example"], by=None)
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert 'name="cc"' not in page
    assert desk.post(f"/desk/tickets/{ticket.number}/replies/", {"body": "Hello"}).status_code == 302
    assert lifecycle.copy_addresses(ticket) == ["cc@customer.example"]


def test_revelations_are_written_once(clerk: User, customer: Contact) -> None:
    identity = Identity.objects.get(contact=customer)
    kept = Revelation(
        by=clerk, model="contacts.identity", row_id=identity.pk, field="value", reason="calling"
    )
    kept.subject_id = customer.pk
    kept.save()
    with pytest.raises(UnauditedWrite):
        kept.save()
    with pytest.raises(UnauditedWrite):
        kept.delete()
