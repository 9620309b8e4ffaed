"""M7: a customer has themselves erased in the portal; a receipt comes; nothing is left, and who writes again is new."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy import erasure
from privacy.erasure import ledger
from privacy.models import DataRequest, User
from privacy.vault.models import Farewell
from privacy.web import recency
from tests.promises.haystack import leaks
from tests.tickets.channels.post import letter
from tests.tickets.views.portal.conftest import sign_in
from tickets.channels.email import inbound, outbound
from tickets.models import Mailbox, OutboundMail, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

CARLA = "zwirbelcarla@customer.example"
NEEDLES = {"Zwirbelcarla", "zwirbelcarla@customer", "Zwirbelquestion", "Zwirbelwish"}


def link_in(post_office: DemoMailServer, which: str) -> str:
    """The path of the newest link of this kind in Carla's mailbox."""
    texts = [str(each) for each in reversed(post_office.messages(CARLA))]
    found = (re.search(rf"/portal/{which}/[\w/-]+", text.replace("=\n", "")) for text in texts)
    return next(match.group(0) for match in found if match)


def test_from_the_wish_to_the_receipt(
    mailbox: Mailbox,
    post_office: DemoMailServer,
    admin: User,
    media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    inbound.receive(letter("Zwirbelquestion", sender=f"Zwirbelcarla <{CARLA}>"), mailbox=mailbox)
    customer, ticket = Contact.objects.get(), Ticket.objects.get()
    portal = sign_in(Client(), customer)

    assert portal.get("/portal/privacy/wishes/erasure/").status_code == 200
    assert portal.post("/portal/privacy/wishes/erasure/", {"wish": "Zwirbelwish"}).status_code == 302
    outbound.send_due()
    link = link_in(post_office, "privacy/confirmation")
    assert portal.get(link).status_code == 200
    assert DataRequest.objects.get().state == "unconfirmed"  # looking changes nothing
    assert Client().post(link).status_code == 200
    request = DataRequest.objects.get()
    assert request.state == "open"

    desk = Client()
    desk.force_login(admin)
    session = desk.session
    session[recency.PROVEN] = timezone.now().timestamp()
    session.save()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"/desk/requests/{request.pk}/approval/", {"settles_open": "on"})
        assert erasure.carry_on_all() == 1

    entry = ledger.find(customer.pk)
    assert entry is not None
    assert entry.farewell == Farewell.SENT
    assert entry.finished_at is not None
    receipt = Client().get(link_in(post_office, "receipts"))
    assert "Erased on" in receipt.text
    assert "Carla" not in receipt.text
    assert portal.get("/portal/tickets/").status_code == 302  # the session is over
    assert desk.get(f"/desk/tickets/{ticket.number}/").status_code == 200
    assert leaks(NEEDLES, media, "") == {}

    inbound.receive(letter("Again", sender=f"Carla <{CARLA}>"), mailbox=mailbox)
    assert Contact.objects.exclude(pk=customer.pk).get().full_name == "Carla"
    assert Ticket.objects.count() == 2


def test_without_a_mail_server_it_waits_and_sends_one_receipt(
    mailbox: Mailbox, post_office: DemoMailServer, customer: Contact
) -> None:
    port, mailbox.smtp_port = mailbox.smtp_port, 1
    mailbox.save()
    entry = erasure.begin(customer, by=None)
    assert not erasure.carry_on(entry.pk)
    mailbox.smtp_port = port
    mailbox.save()
    OutboundMail.objects.update(next_attempt_at=timezone.now())
    assert erasure.carry_on(entry.pk)
    assert len(post_office.messages("carla@customer.example")) == 1
