"""M3: an administrator defines fields of one's own, and encrypts them: nothing of them lies in clear any more."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contacts.models import Contact
from privacy import custom
from privacy.access import fields
from privacy.custom import conversion
from privacy.enums import Category, FieldType, LawfulBasis, Purpose
from privacy.models import CustomField, User
from tests.promises.haystack import leaks
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

ADD = "/admin/privacy/customfield/add/?module=tickets.ticket&type="
LAW = {"category": Category.IDENTITY, "purpose": Purpose.SUPPORT, "basis": LawfulBasis.CONTRACT}
NEEDLE = "Zwirbelkontrakt"


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def ticket(customer: Contact, department: Department) -> Ticket:
    return lifecycle.open(requester=customer, subject="?", body_text="?", channel=Channel.EMAIL, by=customer)


def define(office: Client, kind: str, key: str = "contract", **given: Any) -> CustomField:
    form = {"key": key, "label_en": "Contract", "portal": "none", **LAW, **given}
    assert office.post(f"{ADD}{kind}", form).status_code == 302
    found: CustomField = CustomField.objects.get(key=key)
    return found


def say(office: Client, ticket: Ticket, value: str) -> None:
    answer = office.post(f"/desk/tickets/{ticket.number}/fields/contract/", {"custom_contract": value})
    assert answer.status_code == 302


def test_what_lies_in_an_encrypted_field_is_found_nowhere(
    office: Client, ticket: Ticket, media: Path
) -> None:
    define(office, FieldType.TEXT, is_encrypted="on", is_unique="on")
    say(office, ticket, f"{NEEDLE} first")
    say(office, ticket, f"{NEEDLE} second")

    assert NEEDLE in office.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert leaks([NEEDLE], media, "") == {}


@pytest.mark.converts
def test_encryption_is_switched_on_later(office: Client, ticket: Ticket, media: Path) -> None:
    field = define(office, FieldType.TEXT, despite_personal="on")
    say(office, ticket, f"{NEEDLE} first")
    say(office, ticket, f"{NEEDLE} second")
    assert set(leaks([NEEDLE], media, "")[NEEDLE]) >= {
        "default.tickets_ticketvalue", "default.tickets_historicalticketvalue",
    }  # fmt: skip

    office.post(f"/admin/privacy/customfield/{field.pk}/protection/", {"encrypted": "yes"})
    while conversion.convert_batch(field.pk):
        pass

    assert leaks([NEEDLE], media, "") == {}
    history = office.get(f"/desk/tickets/{ticket.number}/history/").content.decode()
    assert f"changed “Contract” from “{NEEDLE} first” to “{NEEDLE} second”" in history


def test_an_encrypted_unique_field_still_works(office: Client, ticket: Ticket, stranger: Contact) -> None:
    define(office, FieldType.TEXT, is_encrypted="on", is_unique="on")
    say(office, ticket, NEEDLE)
    other = lifecycle.open(requester=stranger, subject="?", body_text="?", channel=Channel.EMAIL, by=stranger)

    address = f"/desk/tickets/{other.number}/fields/contract/"
    refused = office.post(address, {"custom_contract": NEEDLE.upper()}, headers={"HX-Request": "true"})

    assert refused.status_code == 422
    assert (
        f'data-number="{ticket.number}"' in office.post("/desk/search/", {"words": NEEDLE}).content.decode()
    )


def test_a_field_needs_no_further_code(office: Client, ticket: Ticket) -> None:
    """It counts as a declared field, and as one that rights can be set for."""
    field = define(office, FieldType.DAY, key="renewal", is_encrypted="on")
    (declared,) = custom.declarations()
    assert declared[0] is Ticket
    assert declared[2].field == field.name == "custom.renewal"
    assert field.name in {each.name for each in fields.governable_fields(Ticket)}
    for address in (f"/desk/tickets/{ticket.number}/", "/desk/tickets/new/"):
        assert 'name="custom_renewal"' in office.get(address).content.decode()
