"""M1: consent: written by administrators, placed on forms, asked once, kept for good, taken back with one click."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts import merging
from contacts.models import Contact
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy import consent
from privacy.models import ConsentAnswer, ConsentPurpose, ConsentWording, User
from privacy.vault import keys
from privacy.vault.fields import is_erased
from tests import factories
from tests.tickets.views.portal.conftest import path_of
from tickets.channels.email import outbound
from tickets.enums import DeliveryState, OutboundKind
from tickets.forms.once import new_key
from tickets.models import Mailbox, OutboundMail, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
WORDS = {
    "title_en": "Coffee letter",
    "text_en": "Once a month.",
    "title_de": "Kaffeebrief",
    "text_de": "Monatlich.",
}
WRITTEN = {
    "key": "coffee",
    "is_active": "on",
    "placed_on": ["ticket", "reply"],
    "needs_confirmation": "on",
    **WORDS,
}
VERA = "vera@visitor.example"


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def write(office: Client, *, purpose: ConsentPurpose | None = None, **changes: Any) -> ConsentPurpose:
    """Fill in the form of the administration."""
    page = reverse("admin:privacy_consentpurpose_add")
    if purpose is not None:
        page = reverse("admin:privacy_consentpurpose_change", args=[purpose.pk])
    answer = office.post(page, {**WRITTEN, **changes})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return ConsentPurpose.objects.get(key="coffee")  # type: ignore[no-any-return]


def ask(**more: Any) -> Any:
    """A visitor's question; returns the page of the form before it was sent."""
    browser = Client()
    page = browser.get("/portal/ask/").content.decode()
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        key = new_key()
    shown = dict(re.findall(r'<input type="hidden" name="(consent_\w+_shown)" value="(\w+)">', page))
    question = {"name": "Vera", "email": VERA, "subject": "Why?", "body": "?", "website": "", "key": key}
    assert browser.post("/portal/ask/", {**question, **shown, **more}).status_code == 302
    return page


def sign_in(contact: Contact) -> Client:
    browser = Client()
    session = browser.session
    session["customer_id"] = str(contact.pk)
    session.save()
    return browser


def test_from_the_administrator_to_the_customer_and_back(
    office: Client, mailbox: Mailbox, post_office: DemoMailServer
) -> None:
    purpose = write(office)
    page = ask(consent_coffee="on")
    assert "Coffee letter" in page
    assert "checked" not in page
    vera = Ticket.objects.get().requester
    assert not consent.may_process(vera.pk, "coffee"), "not before it is confirmed"

    outbound.send_due()
    mail = next(each for each in post_office.messages(VERA) if "Coffee letter" in str(each["Subject"]))
    [link] = re.findall(r"http\S+/consents/", mail.get_body(("plain",)).get_content())
    link = path_of(link)
    visitor = Client()
    visitor.get(link)
    assert not consent.may_process(vera.pk, "coffee"), "looking changes nothing"
    visitor.post(link, {"purpose": "coffee", "decision": "confirm"})
    assert consent.may_process(vera.pk, "coffee")

    own = sign_in(vera)
    assert "consent_coffee" not in own.get("/portal/ask/").content.decode(), "asked once"
    own.post("/portal/consents/", {"purpose": "coffee", "decision": "withdraw"})
    assert not consent.may_process(vera.pk, "coffee"), "one click"
    told = [(each.decision, each.form, each.version) for each in consent.history(vera.pk)]
    assert told == [("withdrawn", "portal", 1), ("given", "confirmation", 1), ("pending", "ticket", 1)]
    shown = ConsentWording.objects.get(language="en")
    assert {each.digest for each in ConsentAnswer.objects.all()} == {shown.digest}

    write(office, purpose=purpose, text_en="Once a week.")
    assert "consent_coffee" in own.get("/portal/ask/").content.decode(), "asked anew for new words"
    assert {each.version for each in ConsentAnswer.objects.all()} == {1}, "earlier answers keep theirs"


def test_no_question_waits_for_a_consent(office: Client, mailbox: Mailbox) -> None:
    write(office, is_required="on")
    ask()
    vera = Ticket.objects.get().requester
    assert [each.decision for each in consent.history(vera.pk)] == ["refused"]


def test_a_mail_that_rests_on_it_isnt_sent_once_it_is_taken_back(
    office: Client, mailbox: Mailbox, post_office: DemoMailServer
) -> None:
    """The task asks when it runs, not when it was queued."""
    purpose = write(office)
    ask(consent_coffee="on")
    vera = Ticket.objects.get().requester
    consent.withdraw(vera.pk, purpose, form="mail", by=vera)
    outbound.send_due()
    mail = OutboundMail.objects.get(kind=OutboundKind.CONSENT)
    assert mail.state == DeliveryState.CANCELLED
    assert not [each for each in post_office.messages(VERA) if "Coffee" in str(each["Subject"])]


def test_of_two_that_are_one_the_newest_answer_counts_and_both_stay_on_record(
    customer: Contact, stranger: Contact, agent: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    purpose = factories.purpose()
    wording = consent.newest(purpose)[0]
    said = {"form": "desk", "by": agent}
    consent.answer(customer.pk, wording, True, evidence="the first call", **said)
    consent.answer(stranger.pk, wording, False, evidence="the second call", **said)
    with django_capture_on_commit_callbacks(execute=True):
        merging.merge(stranger, into=customer, by=agent)
    keys.forget()
    assert not consent.may_process(customer.pk, purpose.key)
    told = [(each.decision, each.evidence) for each in consent.history(customer.pk)]
    assert told == [("refused", "the second call"), ("given", "the first call")]
    assert not consent.history(stranger.pk).exists()
    keys.destroy(customer.pk)
    assert all(is_erased(each.evidence) for each in consent.history(customer.pk)), (
        "the proof outlives, the words don't"
    )


def test_an_administrator_sees_versions_numbers_and_the_box_itself(office: Client, customer: Contact) -> None:
    purpose = write(office, needs_confirmation="")
    consent.answer(customer.pk, consent.newest(purpose)[0], True, form="ticket", by=customer)
    write(office, purpose=purpose, text_en="Once a week.", placed_on=["reply"])
    page = office.get(reverse("admin:privacy_consentpurpose_change", args=[purpose.pk])).content.decode()
    for told in ("Once a month.", "Once a week.", "given to earlier words: 1", "Kaffeebrief"):
        assert told in page
    preview = office.get(reverse("admin:privacy_consentpurpose_preview", args=[purpose.pk])).content.decode()
    assert preview.count('type="checkbox"') == 2
    assert "checked" not in preview
    assert office.get(reverse("admin:privacy_consentpurpose_delete", args=[purpose.pk])).status_code == 403
    assert consent.due(None, "ticket") == []


@pytest.mark.parametrize(
    "wrong", [{"text_en": ""}, {"title_de": ""}, {"key": "no key"}, dict.fromkeys(WORDS, "")]
)
def test_a_purpose_without_whole_words_is_not_taken(office: Client, wrong: dict[str, str]) -> None:
    assert office.post(reverse("admin:privacy_consentpurpose_add"), {**WRITTEN, **wrong}).status_code == 200
    assert not ConsentPurpose.objects.exists()


def test_agents_set_nothing_up(client: Client, agent: User) -> None:
    client.force_login(agent)
    assert client.get(reverse("admin:privacy_consentpurpose_add")).status_code in (302, 403)
