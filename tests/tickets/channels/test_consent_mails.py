"""Mails that ask for a confirmation, and the way to one's choices in the foot of others; over a real SMTP server."""

import re

import pytest

from contacts.models import Contact
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy import consent
from privacy.models import ConsentPurpose, User
from tests import factories
from tickets import delivery, lifecycle
from tickets.channels.email import outbound
from tickets.enums import Channel, DeliveryState, OutboundKind
from tickets.models import Mailbox, OutboundMail

pytestmark = pytest.mark.django_db
CARLA = "carla@customer.example"


@pytest.fixture
def purpose(mailbox: Mailbox) -> ConsentPurpose:
    return factories.purpose(needs_confirmation=True)  # type: ignore[no-any-return]


def agree(person: Contact, purpose: ConsentPurpose) -> OutboundMail:
    english = next(each for each in consent.newest(purpose) if each.language == "en")
    consent.answer(person.pk, english, True, form="ticket", by=person)
    found: OutboundMail = OutboundMail.objects.filter(kind=OutboundKind.CONSENT).latest("created_at")
    return found


def test_one_mail_asks_about_all_that_waits(
    customer: Contact, purpose: ConsentPurpose, post_office: DemoMailServer
) -> None:
    agree(customer, factories.purpose("survey", needs_confirmation=True))
    mail = agree(customer, purpose)
    assert OutboundMail.objects.count() == 1
    outbound.send(mail.pk)
    [got] = post_office.messages(CARLA)
    text = got.get_body(("plain",)).get_content()
    assert got["Auto-Submitted"]
    for words in ("The newsletter", "We may do survey.", "/portal/link/"):
        assert words in text
        assert words in got.get_body(("html",)).get_content()


def test_who_takes_it_back_between_queue_and_sending_gets_no_mail(
    customer: Contact, purpose: ConsentPurpose, post_office: DemoMailServer
) -> None:
    mail = agree(customer, purpose)
    consent.withdraw(customer.pk, purpose, form="portal", by=customer)
    outbound.send(mail.pk)
    assert OutboundMail.objects.get().state == DeliveryState.CANCELLED
    assert post_office.messages(CARLA) == []


def test_nobody_is_flooded(customer: Contact, purpose: ConsentPurpose, post_office: DemoMailServer) -> None:
    for _ in range(6):
        outbound.send(agree(customer, purpose).pk)
    assert len(post_office.messages(CARLA)) == delivery.CONSENTS_A_DAY


def test_mails_to_one_lead_to_their_choices_and_mails_to_several_do_not(
    customer: Contact, agent: User, purpose: ConsentPurpose, post_office: DemoMailServer
) -> None:
    ticket = lifecycle.open(
        requester=customer, subject="?", body_text="?", channel=Channel.EMAIL, by=customer
    )
    lifecycle.reply(ticket, by=agent, body_text="Yes.")
    lifecycle.reply(ticket, by=agent, body_text="No.", cc=["bob@customer.example"])
    outbound.send_due()
    links = [
        bool(re.search(r"/portal/link/\S+/consents/", mail.get_body(("plain",)).get_content()))
        for mail in post_office.messages(CARLA)
    ]
    assert sorted(links) == [False, True, True]
    consent_less = ConsentPurpose.objects.get()
    consent_less.is_active = False
    consent_less.save()
    lifecycle.reply(ticket, by=agent, body_text="Well.", cc=[])
    outbound.send_due()
    assert "/consents/" not in post_office.messages(CARLA)[-1].get_body(("plain",)).get_content()
