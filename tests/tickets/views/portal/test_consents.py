"""Consents in the portal: on forms, on the privacy page, behind the link in our mails."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contacts.models import Contact
from privacy import consent
from privacy.enums import Standing
from privacy.models import ConsentAnswer, ConsentPurpose, ConsentWording, Token
from tests import factories
from tests.tickets.views.portal.conftest import follow, key_of_age, path_of
from tickets import portal_access
from tickets.enums import OutboundKind
from tickets.models import Department, OutboundMail, Ticket

pytestmark = pytest.mark.django_db
Filled = Callable[..., dict[str, Any]]
ASK = "/portal/ask/"
BOX = "consent_newsletter"


@pytest.fixture
def purpose(department: Department) -> ConsentPurpose:
    return factories.purpose()  # type: ignore[no-any-return]


def words(purpose: ConsentPurpose) -> ConsentWording:
    """As an English reader sees it."""
    return consent.in_language(consent.newest(purpose))[0]


def box(purpose: ConsentPurpose, *, ticked: bool) -> dict[str, str]:
    """What a browser sends of a box."""
    shown = {f"consent_{purpose.key}_shown": words(purpose).digest}
    return {**shown, **({f"consent_{purpose.key}": "on"} if ticked else {})}


def said() -> list[tuple[str, str, str]]:
    return [
        (each.purpose.key, each.decision, each.form) for each in ConsentAnswer.objects.order_by("created_at")
    ]


def stand_of(contact: Contact) -> Standing:
    [stand] = consent.standing(contact.pk)
    return stand.standing


# -- on forms


def test_the_box_stands_there_unticked_with_its_words(client: Client, purpose: ConsentPurpose) -> None:
    html = client.get(ASK).content.decode()
    [tag] = re.findall(r'<input type="checkbox"[^>]*>', html)
    assert f'name="{BOX}"' in tag
    assert "checked" not in tag
    assert "required" not in tag
    assert "The newsletter" in html
    assert "We may do newsletter." in html


def test_each_purpose_has_its_own_box(client: Client, purpose: ConsentPurpose) -> None:
    factories.purpose("survey")
    assert client.get(ASK).content.decode().count('type="checkbox"') == 2


@pytest.mark.parametrize(("ticked", "decision"), [(True, "given"), (False, "refused")])
def test_what_a_visitor_says_is_kept(
    client: Client, filled: Filled, purpose: ConsentPurpose, ticked: bool, decision: str
) -> None:
    client.post(ASK, filled(**box(purpose, ticked=ticked)))
    kept = ConsentAnswer.objects.get()
    requester = Ticket.objects.get().requester
    assert said() == [("newsletter", decision, "ticket")]
    assert (kept.subject_id, kept.actor_id, kept.actor_kind) == (requester.pk, requester.pk, "customer")


def test_a_ticket_is_never_refused_for_want_of_a_consent(
    client: Client, filled: Filled, department: Any
) -> None:
    purpose = factories.purpose(is_required=True)
    assert client.post(ASK, filled(**box(purpose, ticked=False))).status_code == 302
    assert Ticket.objects.count() == 1


def test_a_form_that_is_sent_twice_says_it_once(
    client: Client, filled: Filled, purpose: ConsentPurpose
) -> None:
    form = filled(**box(purpose, ticked=True))
    for _ in range(2):
        client.post(ASK, form)
    assert said() == [("newsletter", "given", "ticket")]


def test_a_tick_beside_words_that_have_changed_meanwhile_counts_for_nothing(
    client: Client, filled: Filled, purpose: ConsentPurpose
) -> None:
    old = box(purpose, ticked=True)
    consent.reword(purpose, {"en": ("The newsletter", "Every hour.")}, by=None)
    assert client.post(ASK, filled(**old)).status_code == 302
    assert said() == []
    invalid = client.post(ASK, filled(subject="", **old)).content.decode()
    assert "checked" not in invalid


def test_a_purpose_that_was_not_on_the_page_is_not_refused(
    client: Client, filled: Filled, purpose: ConsentPurpose
) -> None:
    client.post(ASK, filled())
    assert said() == []


def test_what_was_ticked_stays_when_something_else_is_wrong(
    client: Client, filled: Filled, purpose: ConsentPurpose
) -> None:
    html = client.post(ASK, filled(subject="", **box(purpose, ticked=True))).content.decode()
    [tag] = re.findall(r'<input type="checkbox"[^>]*>', html)
    assert "checked" in tag
    assert said() == []


def test_somebody_who_types_a_known_address_overturns_nothing(
    client: Client, filled: Filled, purpose: ConsentPurpose, customer: Contact
) -> None:
    wording = words(purpose)
    consent.answer(customer.pk, wording, True, form="portal", by=customer)
    client.post(ASK, filled(email="carla@customer.example", **box(purpose, ticked=False)))
    assert stand_of(customer) == Standing.GIVEN
    consent.withdraw(customer.pk, purpose, form="portal", by=customer)
    client.post(ASK, filled(email="carla@customer.example", subject="2", **box(purpose, ticked=True)))
    assert not consent.may_process(customer.pk, "newsletter")
    assert [each.recipient for each in OutboundMail.objects.filter(kind=OutboundKind.CONSENT)] == [customer]


def test_who_has_answered_is_not_asked_at_every_reply(
    own: Client, ticket: Ticket, purpose: ConsentPurpose
) -> None:
    page, replies = f"/portal/tickets/{ticket.number}/", f"/portal/tickets/{ticket.number}/replies/"
    assert BOX in own.get(page).content.decode()
    own.post(replies, {"body": "more", "key": key_of_age(seconds=9), **box(purpose, ticked=False)})
    assert said() == [("newsletter", "refused", "reply")]
    for address in (page, ASK):
        assert BOX not in own.get(address).content.decode()
    consent.reword(purpose, {"en": ("The newsletter", "Other words.")}, by=None)
    assert BOX in own.get(page).content.decode()


def test_asking_costs_no_query_a_purpose(
    client: Client, purpose: ConsentPurpose, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3) as one:
        client.get(ASK)
    for n in range(5):
        factories.purpose(f"purpose-{n}")
    with django_assert_max_num_queries(len(one)):
        client.get(ASK)


# -- on the privacy page


def test_one_click_gives_and_one_click_takes_back(
    own: Client, purpose: ConsentPurpose, customer: Contact
) -> None:
    for decision, standing in (
        ("give", Standing.GIVEN),
        ("withdraw", Standing.WITHDRAWN),
        ("give", Standing.GIVEN),
    ):
        html = own.get("/portal/privacy/").content.decode()
        fields = dict(re.findall(r'<input type="hidden" name="(purpose|shown)" value="([^"]*)">', html))
        assert f'name="decision" value="{decision}"' in html
        answer = own.post("/portal/consents/", {**fields, "decision": decision})
        assert (answer.status_code, answer["Location"]) == (302, "/portal/privacy/#consents")
        assert stand_of(customer) == standing
    assert said()[-1] == ("newsletter", "given", "portal")
    page = own.get("/portal/privacy/").content.decode()
    assert page.count("version 1") == 3, "all that was said is told"


def test_to_other_words_than_those_shown_nobody_agrees(own: Client, purpose: ConsentPurpose) -> None:
    own.post("/portal/consents/", {"purpose": "newsletter", "decision": "give", "shown": "0" * 64})
    assert said() == []


@pytest.mark.parametrize(
    "nonsense",
    [{}, {"purpose": "nothing", "decision": "give"}, {"purpose": "newsletter", "decision": "steal"}],
)
def test_nonsense_changes_nothing(own: Client, purpose: ConsentPurpose, nonsense: dict[str, str]) -> None:
    assert own.post("/portal/consents/", nonsense).status_code == 302
    assert said() == []


def test_nobody_confirms_by_mail_without_the_mail(own: Client, customer: Contact, department: Any) -> None:
    purpose = factories.purpose(needs_confirmation=True)
    digest = words(purpose).digest
    for decision in ("give", "confirm"):
        own.post("/portal/consents/", {"purpose": "newsletter", "decision": decision, "shown": digest})
    assert stand_of(customer) == Standing.PENDING


def test_a_page_without_purposes_has_no_section(own: Client, department: Department) -> None:
    assert 'id="consents"' not in own.get("/portal/privacy/").content.decode()


def test_a_customer_sees_their_own_only(own: Client, purpose: ConsentPurpose, stranger: Contact) -> None:
    consent.answer(stranger.pk, words(purpose), True, form="portal", by=stranger)
    assert "haven't decided" in own.get("/portal/privacy/").content.decode()
    assert json.loads(own.get("/portal/consents/receipt/").content)["consent_records"] == []


def test_the_receipt_is_complete_and_for_machines(
    own: Client, purpose: ConsentPurpose, customer: Contact
) -> None:
    given = consent.answer(customer.pk, words(purpose), True, form="portal", by=customer)
    consent.withdraw(customer.pk, purpose, form="mail", by=customer)
    assert given is not None
    answer = own.get("/portal/consents/receipt/")
    assert answer["Content-Disposition"] == 'attachment; filename="consent-receipt.json"'
    whole = json.loads(answer.content)
    latest, first = whole["consent_records"]
    [purposes] = first["pii_processing"]["purposes"]
    assert (purposes["purpose_type"], purposes["notice_sha256"]) == ("newsletter", given.digest)
    assert [each["events"][0]["event_state"] for each in (latest, first)] == [
        "consent withdrawn",
        "consent given",
    ]
    assert [each["consentReceiptID"] for each in whole["kantara_receipts"]] == [str(given.pk)]


# -- by the link in our mails


def test_the_link_shows_and_only_its_buttons_change(
    client: Client, purpose: ConsentPurpose, customer: Contact
) -> None:
    link = path_of(portal_access.consent_link(customer))
    html = client.get(link).content.decode()
    assert "The newsletter" in html
    assert "carla" not in html.lower()
    assert said() == []
    digest = words(purpose).digest
    client.post(link, {"purpose": "newsletter", "decision": "give", "shown": digest})
    client.post(link, {"purpose": "newsletter", "decision": "withdraw"})
    assert said() == [("newsletter", "given", "mail"), ("newsletter", "withdrawn", "mail")]


def test_a_confirmation_counts_from_the_mail(client: Client, customer: Contact, department: Any) -> None:
    purpose = factories.purpose(needs_confirmation=True)
    consent.answer(customer.pk, words(purpose), True, form="ticket", by=customer)
    link = path_of(portal_access.consent_link(customer))
    assert 'value="confirm"' in client.get(link).content.decode()
    assert stand_of(customer) == Standing.PENDING
    client.post(link, {"purpose": "newsletter", "decision": "confirm"})
    assert stand_of(customer) == Standing.GIVEN
    assert said()[-1] == ("newsletter", "given", "confirmation")


def test_a_link_of_another_kind_or_none_opens_nothing(
    client: Client, ticket: Ticket, customer: Contact
) -> None:
    secret = path_of(portal_access.ticket_link(ticket)).split("/")[3]
    for wrong in (secret, "nonsense", "a" * 43):
        assert client.get(f"/portal/link/{wrong}/consents/").status_code == 410
        assert client.post(f"/portal/link/{wrong}/consents/", {"decision": "give"}).status_code == 410
    link = path_of(portal_access.consent_link(customer))
    Token.objects.all().delete()
    assert client.get(link).status_code == 410


def test_the_guest_of_one_ticket_may_answer_in_its_form(
    client: Client, ticket: Ticket, purpose: ConsentPurpose
) -> None:
    follow(client, ticket)
    client.post(
        f"/portal/tickets/{ticket.number}/replies/",
        {"body": "more", "key": key_of_age(seconds=9), **box(purpose, ticked=True)},
    )
    assert said() == [("newsletter", "given", "reply")]
