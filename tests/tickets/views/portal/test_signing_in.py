"""Signing in to the portal by an e-mailed link or code; nobody learns who is known."""

import time
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contacts import identification
from contacts.models import Contact, Identity
from privacy.models import Token
from tests.factories import ContactFactory
from tests.tickets.views.portal.conftest import path_of
from tickets import portal_access
from tickets.enums import OutboundKind
from tickets.models import OutboundMail, Ticket
from tickets.views.portal import signing_in

pytestmark = pytest.mark.django_db
URL = "/portal/sign-in/"
CODE = "/portal/sign-in/code/"


def test_a_known_address_gets_a_mail(client: Client, customer: Contact) -> None:
    answer = client.post(URL, {"email": "Carla@Customer.example"})

    assert answer["Location"] == CODE
    assert [(mail.kind, mail.recipient) for mail in OutboundMail.objects.all()] == [
        (OutboundKind.SIGN_IN, customer)
    ]


def test_an_unknown_address_gets_none_and_makes_nobody(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "nobody@nowhere.example"})

    assert not OutboundMail.objects.exists()
    assert Contact.objects.count() == 1


def test_known_and_unknown_look_alike(customer: Contact) -> None:
    seen = []
    for address in ("carla@customer.example", "nobody@nowhere.example"):
        client = Client()
        first = client.post(URL, {"email": address})
        second = client.get(CODE)
        third = client.post(CODE, {"code": "00000000"})
        seen.append([_bare(each) for each in (first, second, third)])

    assert seen[0] == seen[1]


def test_known_and_unknown_take_as_long(client: Client, customer: Contact) -> None:
    for address in ("carla@customer.example", "nobody@nowhere.example"):
        started = time.monotonic()
        client.post(URL, {"email": address})
        assert time.monotonic() - started >= signing_in.AS_LONG_AS


def test_the_session_holds_no_address(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "carla@customer.example"})

    assert "@" not in str(dict(client.session.items()))


def test_the_code_signs_in(client: Client, customer: Contact, ticket: Ticket) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    _link, code = portal_access.sign_in_secrets(customer)

    answer = client.post(CODE, {"code": f" {code[:4]} {code[4:]} "})

    assert answer["Location"] == "/portal/tickets/"
    assert "Black display" in client.get("/portal/tickets/").content.decode()
    assert Identity.objects.get(contact=customer).verified_at is not None


def test_one_of_link_and_code_ends_the_other(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    link, code = portal_access.sign_in_secrets(customer)
    client.post(CODE, {"code": code})

    assert Client().post(path_of(link)).status_code == 410
    assert not Token.objects.filter(used_at=None).exists()


def test_the_code_is_good_for_its_owner_only(client: Client, customer: Contact, stranger: Contact) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    _link, code = portal_access.sign_in_secrets(stranger)

    assert client.post(CODE, {"code": code}).status_code == 200
    assert "customer_id" not in client.session


def test_five_wrong_codes_and_the_right_one_is_dead(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    _link, code = portal_access.sign_in_secrets(customer)
    wrong = f"{(int(code) + 1) % 10**8:08}"

    for given in [wrong] * Token.MAX_FAILURES + [code]:
        answer = client.post(CODE, {"code": given})
        assert "This code is wrong or too old." in answer.content.decode()
    assert "customer_id" not in client.session


@pytest.mark.parametrize("given", ["", "1234", "abcdefgh", "123456789", "'; --"])
def test_what_is_no_code_is_told_before_it_counts(client: Client, customer: Contact, given: str) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    portal_access.sign_in_secrets(customer)

    assert client.post(CODE, {"code": given}).context["form"].errors["code"]
    assert set(Token.objects.values_list("failures", flat=True)) == {0}


def test_the_code_page_needs_an_address_first(client: Client) -> None:
    assert client.get(CODE)["Location"] == URL
    assert client.post(CODE, {"code": "12345678"})["Location"] == URL


def test_one_goes_on_to_where_one_was_going(client: Client, customer: Contact, ticket: Ticket) -> None:
    going = f"/portal/tickets/{ticket.number}/"
    there = client.get(going)["Location"]
    asked = client.get(there).context["next"]
    client.post(URL, {"email": "carla@customer.example", "next": asked})
    _link, code = portal_access.sign_in_secrets(customer)

    assert client.post(CODE, {"code": code})["Location"] == going


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_one_never_goes_elsewhere(client: Client, customer: Contact, elsewhere: str) -> None:
    client.post(URL, {"email": "carla@customer.example", "next": elsewhere})
    _link, code = portal_access.sign_in_secrets(customer)

    assert client.post(CODE, {"code": code})["Location"] == "/portal/tickets/"


def test_the_session_key_changes(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    before = client.session.session_key
    client.post(CODE, {"code": portal_access.sign_in_secrets(customer)[1]})

    assert client.session.session_key != before


def test_mails_to_one_address_are_few_and_nobody_notices(customer: Contact) -> None:
    answers = [
        Client().post(URL, {"email": "carla@customer.example"}, REMOTE_ADDR=f"203.0.{n}.1")
        for n in range(signing_in.MAILS_PER_ADDRESS + 2)
    ]

    assert {answer["Location"] for answer in answers} == {CODE}
    assert OutboundMail.objects.count() == signing_in.MAILS_PER_ADDRESS


def test_one_network_cannot_try_for_ever(
    client: Client, customer: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "AS_LONG_AS", 0.0)
    codes = [
        client.post(URL, {"email": f"{n}@nowhere.example"}).status_code
        for n in range(signing_in.MAILS_PER_NETWORK + 1)
    ]

    assert codes == [302] * signing_in.MAILS_PER_NETWORK + [429]


def test_codes_cannot_be_tried_for_ever(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    codes = [
        client.post(CODE, {"code": f"{n:08}"}).status_code for n in range(signing_in.TRIES_PER_NETWORK + 1)
    ]

    assert codes == [200] * signing_in.TRIES_PER_NETWORK + [429]


def test_a_contact_without_an_address_gets_no_mail(client: Client) -> None:
    ContactFactory(email="", phone="+4930901820")

    assert client.post(URL, {"email": "x@y.example"})["Location"] == CODE
    assert not OutboundMail.objects.exists()


def test_a_second_address_of_a_contact_is_known_too(client: Client, customer: Contact) -> None:
    identification.add_identity(customer, "email", "carla@home.example")
    client.post(URL, {"email": "carla@home.example"})

    assert OutboundMail.objects.get().recipient == customer


@pytest.fixture
def second(customer: Contact) -> Identity:
    """Another address of theirs, which once was verified."""
    made = identification.add_identity(customer, "email", "carla@home.example")
    made.verified_at = timezone.now()
    made.save()
    return made


def test_the_mail_goes_to_the_address_asked_with(client: Client, customer: Contact, second: Identity) -> None:
    client.post(URL, {"email": "Carla@Home.example"})
    mail = OutboundMail.objects.get()
    assert (mail.recipient, mail.address) == (customer, "carla@home.example")

    second.bin(by=None)  # taken off before it went out
    assert OutboundMail.objects.get().address == "carla@customer.example"


def test_an_address_that_was_only_noted_lets_nobody_in(client: Client, second: Identity) -> None:
    second.verified_at = None
    second.save()
    client.post(URL, {"email": "carla@home.example"})
    assert OutboundMail.objects.get().address == "carla@customer.example"


def test_who_reads_the_second_address_proves_nothing_about_the_first(
    client: Client, customer: Contact, second: Identity
) -> None:
    link, _code = portal_access.sign_in_secrets(customer, second.pk)
    client.post(path_of(link))
    assert client.session["customer_id"] == str(customer.pk)
    assert customer.identities.get(is_primary=True).verified_at is None


def test_somebody_who_was_deleted_meanwhile_does_not_come_in(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "carla@customer.example"})
    link, code = portal_access.sign_in_secrets(customer)
    customer.bin(by=None)

    assert client.post(CODE, {"code": code}).status_code == 200
    assert client.post(path_of(link)).status_code == 410
    assert "customer_id" not in client.session


def test_signed_in_one_need_not_sign_in(own: Client) -> None:
    assert [own.get(URL)["Location"], own.get(CODE)["Location"]] == ["/portal/tickets/"] * 2


def test_signing_out_ends_it(own: Client) -> None:
    assert own.get("/portal/sign-out/").status_code == 405
    assert own.post("/portal/sign-out/")["Location"] == "/portal/"
    assert own.get("/portal/tickets/")["Location"].startswith(URL)


def test_signing_out_leaves_a_colleague_of_the_staff_signed_in(own: Client, agent: Any) -> None:
    own.force_login(agent)
    own.post("/portal/sign-out/")

    assert own.session["_auth_user_id"] == str(agent.pk)


def test_an_id_that_nobody_has_is_a_wrong_code(client: Client, customer: Contact) -> None:
    client.post(URL, {"email": "nobody@nowhere.example"})
    assert client.session["signing_in"] != str(uuid4())

    assert client.post(CODE, {"code": "12345678"}).status_code == 200


def _bare(answer: Any) -> tuple[int, str, str]:
    page = answer.content.decode()
    if token := (answer.context or {}).get("csrf_token"):
        page = page.replace(str(token), "TOKEN")
    return answer.status_code, answer.get("Location", ""), page
