"""M13: restriction keeps data out of sight, out of the mail, and loses nothing; holds and objections are heeded."""

from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from contacts.models import Contact
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy import access, people, restriction
from privacy.access import persons
from privacy.enums import RestrictionGround
from privacy.models import User
from privacy.registry import history_of
from tests.privacy.erasure import specimens
from tests.tickets.channels.post import letter
from tickets import lifecycle, queues, search
from tickets.channels.email import inbound, outbound
from tickets.enums import DeliveryState
from tickets.models import Mailbox, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def restricted(customer: Contact) -> Any:
    """Carla contests what is kept about her; a row of hers in every table."""
    specimens.about(customer)
    return restriction.restrict(customer, RestrictionGround.CONTESTED, by=None)


def test_every_kind_of_row_is_out_of_everybodys_sight(
    restricted: Any, customer: Contact, admin: User
) -> None:
    for model in [Contact, *people.models_about_them()]:
        if persons.is_about_rights(model):
            continue
        seen = access.visible(admin, model._base_manager.all())
        assert not seen.filter(pk__in=people.rows_about(model, [customer.pk]).values("pk")).exists(), model


def test_pages_lists_and_counts_leave_them_out(restricted: Any, customer: Contact, admin: User) -> None:
    ticket = Ticket.objects.get()
    desk = Client()
    desk.force_login(admin)
    assert desk.get(f"/desk/tickets/{ticket.number}/").status_code == 404
    assert desk.get(f"/desk/tickets/{ticket.number}/history/").status_code == 404
    assert specimens.CANARY not in desk.get("/desk/queues/all/").text
    assert queues.counts(admin).queues["open"] == 0
    assert search.exact("carla@customer.example", admin).contacts == []
    assert search.scan(specimens.CANARY, admin).hits == []
    restriction.lift(restricted, by=None)
    assert desk.get(f"/desk/tickets/{ticket.number}/").status_code == 200


def test_mail_waits_in_both_directions_and_none_is_lost(
    mailbox: Mailbox, post_office: DemoMailServer, customer: Contact, agent: User
) -> None:
    inbound.receive(letter("First"), mailbox=mailbox)
    lifecycle.reply(Ticket.objects.get(), by=agent, body_text="Answer")
    standing = restriction.restrict(customer, RestrictionGround.CLAIMS, by=None)
    inbound.receive(letter("Second"), mailbox=mailbox)
    outbound.send_due()
    assert post_office.messages("carla@customer.example") == []
    assert Message.objects.filter(kind="customer").count() == 2
    assert access.visible(agent, Message.objects.all()).count() == 0

    restriction.lift(standing, by=None)
    outbound.send_due()
    assert set(OutboundMail.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert access.visible(agent, Message.objects.all()).count() == 3


def test_the_person_still_sees_what_is_theirs(customer: Contact, restricted: Any) -> None:
    assert access.visible(customer, Ticket.objects.all()).exists()


def test_every_model_about_people_keeps_history_or_says_nothing() -> None:
    """What the gate leaves out is found by declaration: a model that it can't follow would be seen."""
    for model in people.models_about_them():
        assert persons._lookups(model), model
        assert history_of(model) is None or history_of(model) in apps.get_models()
