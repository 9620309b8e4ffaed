"""M5: customers correct everything about them; another address takes a click in both mailboxes, and staff."""

import re
from typing import Any

import pytest
from django.test import Client

from contacts import identification, rectification
from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from helpdesk.demo.mailserver.server import DemoMailServer
from privacy import requests
from privacy.enums import ActorKind
from privacy.models import DataRequest, User
from tests import factories
from tests.tickets.views.portal.conftest import sign_in
from tickets.channels.email import outbound
from tickets.models import Mailbox

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PROFILE = "/portal/privacy/profile/"
NEW = "carla@new.example"


def test_a_customer_corrects_everything_but_the_address(customer: Contact) -> None:
    portal = sign_in(Client(), customer)
    page = portal.get(PROFILE).text
    assert "Carla Customer" in page
    assert 'name="email"' not in page
    given = {
        "full_name": "Carla Right",
        "phones": "+49 30 901820\r\n030 901821",
        "handles": "@carla",
        "language": "de",
        "timezone": "Europe/Vienna",
    }
    assert portal.post(PROFILE, given).status_code == 302
    customer.refresh_from_db()
    assert (customer.full_name, customer.language, customer.timezone) == (
        "Carla Right",
        "de",
        "Europe/Vienna",
    )
    values = {each.value for each in Identity.objects.filter(contact=customer)}
    assert values == {"carla@customer.example", "+4930901820", "+4930901821", "@carla"}
    assert identification.find("+4930901820") is None  # nobody is recognised by what they merely say
    latest = customer.history.first()
    assert (latest.actor_kind, latest.actor_id) == (ActorKind.CUSTOMER, customer.pk)

    portal.post(PROFILE, {**given, "phones": ""})
    assert not customer.identities.filter(kind=IdentityKind.PHONE, deleted_at=None).exists()


def test_a_number_counts_once_staff_have_confirmed_it(client: Client, customer: Contact, agent: User) -> None:
    rectification.set_identities(customer, IdentityKind.PHONE, ["+4930901820"], by=customer)
    identity = customer.identities.get(kind=IdentityKind.PHONE)
    client.force_login(agent)
    assert "not confirmed" in client.get(f"/desk/people/{customer.pk}/").text

    client.post(f"/desk/identities/{identity.pk}/confirmation/")

    assert identification.find("+4930901820") == customer
    assert "not confirmed" not in client.get(f"/desk/people/{customer.pk}/").text


def test_a_claimed_number_takes_it_from_nobody(customer: Contact, stranger: Contact, agent: User) -> None:
    """Whoever says that a number is theirs neither hides its owner nor learns that there is one."""
    rectification.set_identities(customer, IdentityKind.PHONE, ["+4930901820"], by=customer)
    assert identification.find_or_make("+4930901820") != customer
    claimed = customer.identities.get(kind=IdentityKind.PHONE)
    with pytest.raises(rectification.Taken):
        rectification.confirm_identity(claimed, by=agent)
    assert identification.find("+4930901820") not in (customer, None)


def test_saving_what_is_there_writes_no_history(customer: Contact) -> None:
    before = customer.history.count()
    rectification.correct(customer, {"full_name": "Carla Customer", "language": ""}, by=customer)
    assert customer.history.count() == before


@pytest.mark.parametrize(
    "wrong", [{"phones": "nonsense"}, {"handles": "no way!"}, {"language": "xx"}, {"timezone": "Mars/Base"}]
)
def test_what_is_wrong_is_said_and_changes_nothing(customer: Contact, wrong: dict[str, str]) -> None:
    answer = sign_in(Client(), customer).post(PROFILE, {"full_name": "Other", **wrong})
    assert answer.status_code == 200
    customer.refresh_from_db()
    assert customer.full_name == "Carla Customer"


def test_what_belongs_to_somebody_else_is_not_given_away(customer: Contact) -> None:
    owner = factories.ContactFactory(phone="+4930901820")
    answer = sign_in(Client(), customer).post(PROFILE, {"full_name": "Other", "phones": "+4930901820"})
    assert answer.status_code == 302  # the same as for a number that nobody has
    assert identification.find("+4930901820") == owner


def test_another_address_takes_both_mailboxes_and_staff(
    mailbox: Mailbox, post_office: DemoMailServer, customer: Contact, admin: User
) -> None:
    portal = sign_in(Client(), customer)
    assert portal.post("/portal/privacy/profile/address/", {"new_address": NEW}).status_code == 302
    outbound.send_due()
    links = [_link(post_office, address) for address in ("carla@customer.example", NEW)]
    request = DataRequest.objects.get()

    assert Client().post(links[1]).status_code == 200
    with pytest.raises(requests.CannotDecide):
        requests.approve(DataRequest.objects.get(), by=admin)
    assert identification.find(NEW) is None
    assert Client().post(links[0]).status_code == 200
    request.refresh_from_db()
    assert request.state == "open"
    assert requests.carry_out(requests.approve(request, by=admin))

    customer = Contact.objects.get(pk=customer.pk)
    assert customer.identities.get(deleted_at=None).value == NEW
    assert identification.find(NEW) == customer
    assert identification.find("carla@customer.example") is None


def test_nobody_takes_over_somebody_elses_address(customer: Contact, stranger: Contact) -> None:
    with pytest.raises(rectification.Taken):
        rectification.change_address(customer, "stan@stranger.example", by=None)
    assert identification.find("carla@customer.example") == customer


def test_addresses_are_no_phone_numbers(customer: Contact) -> None:
    with pytest.raises(ValueError, match="request"):
        rectification.set_identities(customer, IdentityKind.EMAIL, [NEW], by=customer)


def _link(post_office: DemoMailServer, address: str) -> str:
    (mail,) = post_office.messages(address)
    found: Any = re.search(r"/portal/privacy/confirmation/[\w/-]+", str(mail).replace("=\n", ""))
    return str(found.group(0))
