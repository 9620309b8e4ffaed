"""M13: a breach is on record within minutes, says who is affected, and leads through both notices and the 72 hours."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy.enums import BreachState
from privacy.models import AuditEvent, Breach, User
from tests import factories
from tests.promises.haystack import leaks

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PAGE = "/desk/breaches/"
NEEDLE = "Zwirbeldatei"


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def form(**given: Any) -> dict[str, Any]:
    moment = timezone.localtime() - timedelta(hours=5)
    return {
        "title": "Wrong recipient",
        "what": f"{NEEDLE} went to another customer.",
        "began_at": moment.strftime("%Y-%m-%dT%H:%M"),
        "known_at": moment.strftime("%Y-%m-%dT%H:%M"),
        "categories": ["contact", "content"],
        "scope": "nobody",
        "risk": "unknown",
        **given,
    }


def test_from_the_first_hour_to_the_end(office: Client, agent: User, admin: User, customer: Contact) -> None:
    ticket = factories.TicketFactory(requester=customer)
    office.force_login(agent)
    office.get(f"/desk/tickets/{ticket.number}/")
    office.force_login(admin)

    answer = office.post(f"{PAGE}new/", form(scope="account", account=str(agent.pk)))
    address = answer.headers["Location"]
    page = office.get(address).content.decode()
    assert "Authority by" in page
    assert "Carla Customer" in page

    office.post(f"{address}authority/")
    assert "Assess the risk first." in office.get(address).content.decode()
    risky = form(scope="account", account=str(agent.pk), risk="high", risk_reason="Letters were in it.")
    office.post(f"{address}change/", risky)
    office.post(f"{address}notices/persons_de/", {"text": "Guten Tag, es tut uns leid."})
    for step in ("authority", "persons", "closure"):
        office.post(f"{address}{step}/")

    found = Breach.objects.get()
    assert found.state == BreachState.CLOSED
    assert found.persons_de == "Guten Tag, es tut uns leid."
    assert {found.recorded_by, found.authority_told_by, found.persons_told_by, found.closed_by} == {admin.pk}
    assert AuditEvent.objects.filter(object_id=found.pk, actor_id=admin.pk).count() == 6


def test_late_is_an_alarm_on_the_page(office: Client) -> None:
    early = (timezone.localtime() - timedelta(hours=73)).strftime("%Y-%m-%dT%H:%M")
    address = office.post(f"{PAGE}new/", form(began_at=early, known_at=early)).headers["Location"]
    assert 'role="alert"' in office.get(address).content.decode()
    assert "Overdue since" in office.get(PAGE).content.decode()


def test_what_is_written_lies_sealed(office: Client, media: Any) -> None:
    office.post(f"{PAGE}new/", form())
    assert NEEDLE in office.get(f"{PAGE}{Breach.objects.get().pk}/").content.decode()
    assert leaks([NEEDLE], media, "") == {}


@pytest.mark.parametrize(
    "given",
    [
        {"scope": "account"},
        {"scope": "records"},
        {"ended_at": "2001-01-01T00:00"},
        {"known_at": "2999-01-01T00:00"},
        {"categories": []},
    ],
)
def test_what_makes_no_sense_is_said(office: Client, given: dict[str, Any]) -> None:
    assert "aria-invalid" in office.post(f"{PAGE}new/", form(**given)).content.decode()
    assert not Breach.objects.exists()


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}new/"])
def test_it_takes_the_right(client: Client, agent: User, address: str) -> None:
    client.force_login(agent)
    assert client.get(address).status_code == 403
