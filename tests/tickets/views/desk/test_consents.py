"""What agents see of consents, and what they write down."""

import pytest
from django.test import Client

from contacts.models import Contact
from privacy import consent
from privacy.enums import Standing
from privacy.models import ConsentAnswer, ConsentPurpose, User
from tests import factories
from tests.tickets.views.desk.conftest import HTMX, page, queries, url
from tickets.enums import OutboundKind
from tickets.models import Department, OutboundMail, Ticket

pytestmark = pytest.mark.django_db
SAID = {"purpose": "newsletter", "said": "yes", "evidence": "on the phone, 10:15"}


@pytest.fixture
def purpose(department: Department) -> ConsentPurpose:
    return factories.purpose()  # type: ignore[no-any-return]


def test_the_panel_says_where_the_customer_stands(
    desk: Client, ticket: Ticket, purpose: ConsentPurpose, customer: Contact
) -> None:
    assert "not asked yet" in page(desk, url(ticket))
    consent.answer(customer.pk, consent.newest(purpose)[0], True, form="ticket", by=customer)
    told = page(desk, url(ticket))
    assert "The newsletter" in told
    assert "not asked yet" not in told


def test_without_purposes_there_is_no_panel(desk: Client, ticket: Ticket) -> None:
    assert 'id="consents"' not in page(desk, url(ticket))


def test_the_panel_costs_the_same_for_one_and_many(desk: Client, ticket: Ticket) -> None:
    without = queries(desk, url(ticket))
    factories.purpose()
    one = queries(desk, url(ticket))
    assert one <= without + 2
    for n in range(4):
        factories.purpose(f"purpose-{n}")
    assert queries(desk, url(ticket)) == one


def test_an_agent_writes_down_what_was_said_on_the_phone(
    desk: Client, agent: User, purpose: ConsentPurpose, customer: Contact
) -> None:
    address = f"/desk/people/{customer.pk}/consents/"
    answer = desk.post(address, SAID, headers=HTMX)
    kept = ConsentAnswer.objects.get()
    assert (answer.status_code, kept.decision, kept.form) == (200, "given", "desk")
    assert (kept.subject_id, kept.actor_id, kept.evidence) == (customer.pk, agent.pk, "on the phone, 10:15")
    assert "on the phone, 10:15" in answer.content.decode()
    desk.post(address, {**SAID, "said": "no"})
    assert [each.decision for each in consent.history(customer.pk)] == ["withdrawn", "given"]


def test_without_evidence_nothing_is_written(
    desk: Client, purpose: ConsentPurpose, customer: Contact
) -> None:
    address = f"/desk/people/{customer.pk}/consents/"
    for wrong in ({"evidence": ""}, {"purpose": "nothing"}, {"said": "maybe"}):
        assert desk.post(address, {**SAID, **wrong}, headers=HTMX).status_code == 422
    assert not ConsentAnswer.objects.exists()


def test_who_may_not_record_sees_no_form_and_is_refused(
    client: Client, purpose: ConsentPurpose, customer: Contact, ticket: Ticket
) -> None:
    rights = ["tickets.view", "contacts.view", "tickets.update"]
    reader = factories.UserFactory(profile=factories.ProfileFactory(rights=rights))
    client.force_login(reader)
    shown = client.get(url(ticket)).content.decode()
    assert "Write it down" not in shown
    assert "consent_newsletter" not in client.get("/desk/tickets/new/").content.decode()
    assert client.post(f"/desk/people/{customer.pk}/consents/", SAID).status_code == 403
    assert not ConsentAnswer.objects.exists()


def new(department: Department, **more: str) -> dict[str, str]:
    return {
        "customer": "vera@visitor.example", "subject": "Called", "body": "Asks", "priority": "2",
        "department": str(department.pk), **more,
    }  # fmt: skip


def test_a_new_ticket_takes_a_consent_with_its_evidence(
    desk: Client, department: Department, purpose: ConsentPurpose
) -> None:
    box = {
        "consent_newsletter_shown": consent.in_language(consent.newest(purpose))[0].digest,
        "consent_newsletter": "on",
    }
    assert desk.post("/desk/tickets/new/", new(department, **box)).status_code == 422
    assert not Ticket.objects.exists()
    assert (
        desk.post("/desk/tickets/new/", new(department, **box, consent_evidence="asked her")).status_code
        == 302
    )
    kept = ConsentAnswer.objects.get()
    assert (kept.subject_id, kept.form, kept.evidence) == (
        Ticket.objects.get().requester_id,
        "desk_ticket",
        "asked her",
    )


def test_an_empty_box_of_an_agent_says_nothing(
    desk: Client, department: Department, purpose: ConsentPurpose
) -> None:
    box = {"consent_newsletter_shown": consent.in_language(consent.newest(purpose))[0].digest}
    assert desk.post("/desk/tickets/new/", new(department, **box)).status_code == 302
    assert not ConsentAnswer.objects.exists()


def test_what_needs_a_confirmation_waits_for_it_even_so(
    desk: Client, customer: Contact, department: Department
) -> None:
    factories.purpose(needs_confirmation=True)
    desk.post(f"/desk/people/{customer.pk}/consents/", SAID)
    assert [each.standing for each in consent.standing(customer.pk)] == [Standing.PENDING]
    assert OutboundMail.objects.get(kind=OutboundKind.CONSENT).recipient == customer
