"""Requests of persons: recorded, proven, decided by two, carried out once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Contact
from privacy import consent, erasure, requests, restriction
from privacy.access import Denied, visible
from privacy.enums import Arrival, Proof, Purpose, Refusal, RequestKind, RequestState, RestrictionGround
from privacy.erasure import ledger
from privacy.models import DataRequest, User
from privacy.requests import dossier, letters
from privacy.vault.fields import is_erased
from tests import factories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def officer(db: None) -> User:
    """Handles requests; sees no ticket."""
    profile = factories.ProfileFactory(rights=["data_requests"])
    made: User = factories.UserFactory(profile=profile)
    return made


def recorded(kind: RequestKind, person: Contact, by: User, **more: Any) -> DataRequest:
    return requests.record(kind, person, by=by, arrival=Arrival.PHONE, **more)


def proven(request: DataRequest, by: User) -> DataRequest:
    return requests.note_proof(request, Proof.CALLED_BACK, by=by)


def test_who_has_no_right_records_and_sees_nothing(customer: Contact, agent: User, officer: User) -> None:
    with pytest.raises(Denied):
        recorded(RequestKind.ACCESS, customer, agent)
    recorded(RequestKind.ACCESS, customer, officer)
    assert visible(agent, DataRequest.objects.all()).count() == 0
    assert visible(officer, DataRequest.objects.all()).count() == 1


def test_one_cannot_approve_what_one_recorded(customer: Contact, officer: User, admin: User) -> None:
    request = recorded(RequestKind.ERASURE, customer, officer)
    with pytest.raises(requests.CannotDecide):
        requests.approve(request, by=admin)
    proven(request, officer)
    with pytest.raises(requests.CannotDecide):
        requests.approve(request, by=officer)
    assert requests.approve(request, by=admin).state == RequestState.APPROVED


def test_alone_when_a_delay_is_set_instead(customer: Contact, officer: User, settings: Any) -> None:
    settings.ERASURE_SECOND_PERSON, settings.ERASURE_DELAY_DAYS = False, 3
    request = proven(recorded(RequestKind.ERASURE, customer, officer), officer)
    request = requests.approve(request, by=officer)
    assert requests.carry_out(request) is False
    assert requests.carry_out_due() == 0
    assert ledger.find(customer.pk) is None
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        ticket = factories.TicketFactory(requester=customer)
        assert requests.carry_out_due() == 0  # it waits for the open ticket, and stays in sight
        ticket.status = "closed"
        ticket.save()
        assert requests.carry_out_due() == 0  # begun: a worker does the rest
        entry = ledger.find(customer.pk)
    assert entry is not None


def test_an_approval_can_be_taken_back_during_the_delay(
    customer: Contact, officer: User, settings: Any
) -> None:
    settings.ERASURE_SECOND_PERSON, settings.ERASURE_DELAY_DAYS = False, 3
    request = proven(recorded(RequestKind.ERASURE, customer, officer), officer)
    requests.withdraw(requests.approve(request, by=officer), by=officer)
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert requests.carry_out_due() == 0
    assert ledger.find(customer.pk) is None


def test_an_approved_erasure_settles_its_request(customer: Contact, officer: User, admin: User) -> None:
    for each in customer.identities.all():
        each.bin(by=None)  # no address: nobody to send a receipt to
    request = proven(recorded(RequestKind.ERASURE, customer, officer, wish="All of it"), officer)
    other = recorded(RequestKind.ACCESS, customer, officer)
    factories.TicketFactory(requester=customer)
    assert not requests.carry_out(requests.approve(request, by=admin, settles_open=True))
    assert erasure.carry_on_all() == 1
    request, other = DataRequest.objects.get(pk=request.pk), DataRequest.objects.get(pk=other.pk)
    assert (request.state, other.state) == (RequestState.DONE, RequestState.WITHDRAWN)
    assert is_erased(request.wish)
    entry = ledger.find(customer.pk)
    assert entry is not None
    assert (entry.request_id, entry.by_id) == (request.pk, admin.pk)
    assert dossier.of(request)["erasure"]["counts"] == entry.counts


def test_an_extension_needs_a_reason_and_the_first_month(customer: Contact, officer: User) -> None:
    request = recorded(RequestKind.ACCESS, customer, officer)
    first = request.due_on
    request = requests.extend(request, "Many tickets", by=officer)
    assert request.due_on > first + timedelta(days=55)
    with pytest.raises(requests.CannotDecide):
        requests.extend(request, "Again", by=officer)
    late = recorded(
        RequestKind.ACCESS, customer, officer, received_on=timezone.localdate() - timedelta(days=40)
    )
    assert late.is_overdue
    assert list(DataRequest.objects.overdue()) == [late]
    with pytest.raises(requests.CannotDecide):
        requests.extend(late, "Too late", by=officer)


def test_what_a_customer_asks_waits_for_their_confirmation(customer: Contact) -> None:
    request = requests.record(RequestKind.ERASURE, customer, by=customer, arrival=Arrival.PORTAL)
    assert (request.state, request.is_unsettled) == (RequestState.UNCONFIRMED, False)
    request = requests.confirm(request, by=customer)
    assert (request.state, request.proof) == (RequestState.OPEN, Proof.LINK)


def test_a_refusal_tells_why_in_the_language_of_the_person(customer: Contact, officer: User) -> None:
    customer.language = "de"
    customer.save()
    request = recorded(RequestKind.ERASURE, customer, officer)
    request = requests.refuse(request, Refusal.DUTY, answer="Rechnungen", by=officer)
    (letter,) = letters.for_request(request, customer)
    assert "Rechnungen" in letter.text
    assert "Aufsichtsbehörde" in letter.text
    with pytest.raises(requests.CannotDecide):
        requests.complete(request, by=officer)


def test_an_objection_stands_against_its_purpose_alone(
    customer: Contact, stranger: Contact, officer: User
) -> None:
    request = recorded(RequestKind.OBJECTION, customer, officer, purpose=Purpose.SUPPORT)
    requests.carry_out(requests.approve(proven(request, officer), by=officer))
    assert restriction.stands_against(customer.pk, Purpose.SUPPORT)
    assert not restriction.stands_against(customer.pk, Purpose.SECURITY)
    assert not restriction.stands_against(stranger.pk, Purpose.SUPPORT)
    assert not consent.may_process(customer.pk, Purpose.SUPPORT)


def test_the_checklist_keeps_its_order(customer: Contact, officer: User) -> None:
    request = recorded(RequestKind.ACCESS, customer, officer)
    for code in ("answered", "received", "nonsense"):
        request = requests.tick(request, code, is_done=True, by=officer)
    assert request.steps == ["received", "answered"]
    assert requests.tick(request, "received", is_done=False, by=officer).steps == ["answered"]


def test_the_proof_file_names_no_words(customer: Contact, officer: User) -> None:
    request = proven(recorded(RequestKind.ACCESS, customer, officer, wish="Zwirbelwunsch"), officer)
    told = dossier.of(request)
    assert "Zwirbelwunsch" not in str(told)
    assert [entry["by"] for entry in told["history"]] == [str(officer.pk)] * 2
    assert told["history"][1]["changed"] == {"proof": "called_back"}


def test_restricted_is_out_of_sight_until_lifted(customer: Contact, agent: User, admin: User) -> None:
    ticket = factories.TicketFactory(requester=customer)
    message = factories.MessageFactory(ticket=ticket)
    standing = restriction.restrict(customer, RestrictionGround.CONTESTED, by=None)
    for viewer in (agent, admin):
        assert not visible(viewer, Ticket.objects.all()).exists()
        assert not visible(viewer, type(message).objects.all()).exists()
        assert not visible(viewer, Contact.objects.all()).exists()
    restriction.lift(standing, by=None)
    assert visible(agent, Ticket.objects.all()).get() == ticket
