"""Requests about data at the desk: recorded, looked through, approved by a second person; only for who may."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy import erasure, requests, restriction
from privacy.enums import Arrival, Proof, RequestKind, RequestState, RestrictionGround
from privacy.models import DataRequest, LegalHold, User
from privacy.web import recency
from tests import factories
from tickets import lifecycle
from tickets.channels.email import outbound
from tickets.enums import Channel
from tickets.models import Department, Mailbox, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session[recency.PROVEN] = timezone.now().timestamp()
    session.save()
    return browser


@pytest.fixture
def desk(admin: User) -> Client:
    return browser_of(admin)


@pytest.fixture
def request_(customer: Contact, colleague: User) -> DataRequest:
    """Recorded by somebody else, and proven."""
    return requests.record(
        RequestKind.ERASURE, customer, by=None, arrival=Arrival.PHONE, wish="Everything", proof=Proof.KNOWN
    )


@pytest.fixture
def ticket(customer: Contact, department: Department) -> Ticket:
    return lifecycle.open(
        requester=customer, subject="Delete me", body_text="All my data", channel=Channel.WEB, by=customer
    )


def test_an_agent_without_the_right_sees_no_request(agent: User, request_: DataRequest) -> None:
    browser = browser_of(agent)
    assert browser.get("/desk/requests/").status_code == 403
    assert browser.get("/desk/requests/new/").status_code == 403
    assert browser.get(f"/desk/requests/{request_.pk}/").status_code == 404
    assert browser.post(f"/desk/requests/{request_.pk}/approval/").status_code == 404
    assert "/desk/requests/" not in browser.get("/desk/").text


def test_the_rail_shows_how_many_are_overdue(desk: Client, request_: DataRequest) -> None:
    page = desk.get("/desk/").text
    assert "/desk/requests/" in page
    assert "overdue:" not in page
    request_.due_on = timezone.localdate() - timedelta(days=1)
    request_.save()
    assert "overdue:" in desk.get("/desk/").text


def test_the_list_names_people_in_few_queries(
    desk: Client, request_: DataRequest, stranger: Contact, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for _more in range(2):
        with django_assert_max_num_queries(20) as counted:
            page = desk.get("/desk/requests/").text
        counts.append(len(counted))
        assert "Carla Customer" in page
        requests.record(RequestKind.ACCESS, stranger, by=None, arrival=Arrival.MAIL)
    assert counts[0] == counts[1]


def test_a_ticket_becomes_a_request(desk: Client, ticket: Ticket, customer: Contact) -> None:
    assert f"/desk/requests/new/?ticket={ticket.number}" in desk.get(f"/desk/tickets/{ticket.number}/").text
    page = desk.get(f"/desk/requests/new/?ticket={ticket.number}").text
    assert "All my data" in page
    answer = desk.post(
        f"/desk/requests/new/?ticket={ticket.number}",
        {"kind": "erasure", "arrival": "mail", "received_on": timezone.localdate(), "wish": "All my data"},
    )
    made = DataRequest.objects.get()
    assert answer.headers["Location"] == f"/desk/requests/{made.pk}/"
    assert (made.subject_id, made.origin_id) == (customer.pk, ticket.pk)
    assert f"#{ticket.number}" in desk.get(f"/desk/requests/{made.pk}/").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"who": "nobody@nowhere.example"},
        {"who": "what"},
        {"received_on": "2999-01-01"},
        {"kind": "objection"},
        {"kind": "restriction"},
    ],
)
def test_what_is_recorded_wrongly_is_said(desk: Client, customer: Contact, wrong: dict[str, str]) -> None:
    given = {"who": "carla@customer.example", "kind": "access", "arrival": "phone"}
    answer = desk.post("/desk/requests/new/", {**given, "received_on": timezone.localdate(), **wrong})
    assert answer.status_code == 200
    assert 'class="error' in answer.text or "errorlist" in answer.text or "invalid" in answer.text
    assert not DataRequest.objects.exists()


def test_the_page_shows_the_dry_run_and_the_letters(
    desk: Client, request_: DataRequest, ticket: Ticket
) -> None:
    page = desk.get(f"/desk/requests/{request_.pk}/").text
    for words in (
        "Everything",
        "What would be erased",
        "Carla Customer",
        "1 ticket is still open",
        "Letters",
    ):
        assert words in page
    assert not Ticket.objects.filter(status="closed").exists()


def test_approved_with_open_tickets_closed_it_is_erased(
    desk: Client, request_: DataRequest, ticket: Ticket, customer: Contact
) -> None:
    for each in customer.identities.all():
        each.bin(by=None)
    desk.post(f"/desk/requests/{request_.pk}/approval/")
    assert Contact.objects.get(pk=customer.pk).erased_at is None  # a ticket is open: nothing is lost silently
    assert DataRequest.objects.get().state == RequestState.APPROVED

    requests.withdraw(DataRequest.objects.get(), by=None)
    again = requests.record(RequestKind.ERASURE, customer, by=None, arrival=Arrival.PHONE, proof=Proof.KNOWN)
    desk.post(f"/desk/requests/{again.pk}/approval/", {"settles_open": "on"})
    assert erasure.carry_on_all() == 1

    assert Contact.objects.get(pk=customer.pk).erased_at is not None
    page = desk.get(f"/desk/requests/{again.pk}/").text
    assert "at the person’s request" in page
    assert "Carla" not in page
    for address in (
        f"/desk/tickets/{ticket.number}/",
        f"/desk/tickets/{ticket.number}/history/",
        "/desk/queues/all/",
    ):
        seen = desk.get(address)
        assert seen.status_code == 200
        assert "Carla" not in seen.text
        assert "erased" in seen.text
    assert "Erased on" in desk.get(f"/desk/tickets/{ticket.number}/").text
    assert desk.post(f"/desk/tickets/{ticket.number}/notes/", {"body": "x"}).status_code == 403


def test_approving_asks_who_is_there(admin: User, request_: DataRequest) -> None:
    browser = Client()
    browser.force_login(admin)
    session = browser.session
    session[recency.PROVEN] = 0
    session.save()
    assert browser.post(f"/desk/requests/{request_.pk}/approval/").status_code == 401
    assert DataRequest.objects.get().state == RequestState.OPEN


def test_a_hold_keeps_it_and_is_shown(desk: Client, request_: DataRequest, customer: Contact) -> None:
    desk.post(f"/desk/requests/{request_.pk}/holds/", {"reason": "Court case 7", "until": ""})
    hold = LegalHold.objects.get()
    assert "Court case 7" in desk.get(f"/desk/requests/{request_.pk}/").text
    answer = desk.post(f"/desk/requests/{request_.pk}/approval/", follow=True)
    assert "legal hold" in answer.text
    assert Contact.objects.get(pk=customer.pk).erased_at is None
    desk.post(f"/desk/requests/{request_.pk}/holds/{hold.pk}/end/")
    assert "Court case 7" not in desk.get(f"/desk/requests/{request_.pk}/").text


def test_each_act_has_its_address(desk: Client, customer: Contact) -> None:
    made = requests.record(RequestKind.RESTRICTION, customer, by=None, arrival=Arrival.MAIL, ground="claims")
    address = f"/desk/requests/{made.pk}"
    desk.post(f"{address}/proof/", {"proof": "document"})
    desk.post(f"{address}/steps/received/", {"done": "1"})
    desk.post(f"{address}/extension/", {"reason": "Many"})
    made.refresh_from_db()
    assert (made.proof, made.steps, made.extended_at is not None) == ("document", ["received"], True)
    assert desk.post(f"{address}/refusal/", {"refusal": "duty"}).status_code == 422
    desk.post(f"{address}/approval/")
    assert "Lift the restriction" in desk.get(f"{address}/").text
    desk.post(f"{address}/restriction/end/")
    assert "Lift the restriction" not in desk.get(f"{address}/").text
    told = json.loads(desk.get(f"{address}/proof-file/").content)
    assert told["state"] == "done"


@pytest.mark.parametrize("shown", ["open", "overdue", "unconfirmed", "settled"])
def test_each_choice_shows(desk: Client, request_: DataRequest, shown: str) -> None:
    assert desk.get(f"/desk/requests/?show={shown}").status_code == 200


def test_a_choice_that_is_none_is_not_found(desk: Client) -> None:
    assert desk.get("/desk/requests/?show=nonsense").status_code == 404


def test_an_erased_ticket_stands_in_german_too(desk: Client, request_: DataRequest, admin: User) -> None:
    admin.language = "de"
    admin.save()
    assert "Anträge zu Daten" in desk.get("/desk/requests/").text
    factories.TicketFactory(requester=factories.ContactFactory())
    assert "Was gelöscht würde" in desk.get(f"/desk/requests/{request_.pk}/").text


def test_others_who_name_them_are_found_and_their_own_tickets_are_not(
    desk: Client, request_: DataRequest, ticket: Ticket, stranger: Contact
) -> None:
    other = factories.TicketFactory(requester=stranger, subject="About carla@customer.example")
    factories.MessageFactory(ticket=ticket, body_text="I am carla@customer.example")
    page = desk.get(f"/desk/requests/{request_.pk}/").text
    assert f'name="but" value="{request_.subject_id}"' in page
    given = {"words": "carla@customer.example", "but": str(request_.subject_id)}
    assert "Tickets of other people" in desk.post("/desk/search/", given).text
    found = desk.post("/desk/search/", {**given, "cursor": "start"}).text
    assert f"/desk/tickets/{other.number}/" in found
    assert f"/desk/tickets/{ticket.number}/" not in found


def test_a_letter_goes_out_by_mail_and_is_kept(
    desk: Client, customer: Contact, admin: User, mailbox: Mailbox, post_office: DemoMailServer
) -> None:
    wish = requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
    address = f"/desk/requests/{wish.pk}/"

    desk.post(f"{address}letters/received/", {"text": "Hello Carla, we have it."})
    outbound.send_due()

    [mail] = post_office.messages("carla@customer.example")
    body = mail.get_body(("plain",))
    assert mail["Subject"] == "We have your request"
    assert body is not None
    assert body.get_content().startswith("Hello Carla, we have it.")
    page = desk.get(address).content.decode()
    assert "Hello Carla, we have it." in page
    wish.refresh_from_db()
    assert wish.steps == ["received"]


def test_a_letter_reaches_somebody_restricted_and_none_that_does_not_fit_goes_out(
    desk: Client, customer: Contact, admin: User, mailbox: Mailbox, post_office: DemoMailServer
) -> None:
    wish = requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
    restriction.restrict(customer, RestrictionGround.CONTESTED, by=admin)
    address = f"/desk/requests/{wish.pk}/letters/"

    assert desk.post(f"{address}nonsense/", {"text": "x"}).status_code == 404
    assert desk.post(f"{address}received/", {"text": ""}).status_code == 422
    desk.post(f"{address}identity/", {"text": "Who are you?"})
    outbound.send_due()

    assert len(post_office.messages("carla@customer.example")) == 1


def test_many_open_requests_go_on_page_by_page_the_most_pressing_first(
    desk: Client, customer: Contact, admin: User
) -> None:
    day = timezone.localdate()
    for number in range(60):
        wish = requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
        wish.due_on = day + timedelta(days=number % 30)
        wish.save()

    seen: list[str] = []
    address = "/desk/requests/"
    while address:
        text = desk.get(address).content.decode()
        seen += re.findall(r'href="/desk/requests/([0-9a-f-]{36})/"', text)
        onward = re.search(r'href="(\?show=open&amp;page=[^"]*%3C[^"]*)"', text)
        address = "/desk/requests/" + onward[1].replace("&amp;", "&") if onward else ""

    found = {str(wish.pk): (wish.due_on, wish.pk) for wish in DataRequest.objects.all()}
    assert len(seen) == len(set(seen)) == 60
    assert [found[each] for each in seen] == sorted(found.values())
