"""The demo's custom fields, and what is known in them: drawn from a person's name, the same every time."""

import random
from datetime import timedelta

from django.utils import timezone

from contacts.models import Contact, Organisation
from privacy import custom
from privacy.custom import defining
from privacy.enums import Category, FieldType, LawfulBasis, PortalUse, Purpose
from privacy.models import CustomField
from tickets.models import Ticket

MACHINES = {
    "lina": "Lina",
    "tilda": "Tilda",
    "alba": "Alba",
    "office": "Office 200/400",
    "gastro": "Gastro 2/4",
}
CONTRACT = {"purpose": Purpose.SUPPORT, "basis": LawfulBasis.CONTRACT}


def defined() -> None:
    """Product and contract, renewal and importance."""
    made = (
        CustomField(
            module="tickets.ticket", key="product", type=FieldType.CHOICE, portal=PortalUse.WRITE,
            labels={"en": "Product", "de": "Produkt"}, is_filterable=True, is_encrypted=False,
            options=[{"key": key, "labels": {"en": name, "de": name}} for key, name in MACHINES.items()],
            not_personal="which of our machines a question is about",
        ),
        CustomField(
            module="contacts.contact", key="contract", type=FieldType.TEXT, is_unique=True,
            labels={"en": "Contract number", "de": "Vertragsnummer"}, category=Category.IDENTITY, **CONTRACT,
        ),
        CustomField(
            module="contacts.contact", key="vip", type=FieldType.YES_NO,
            labels={"en": "VIP", "de": "VIP"}, category=Category.PREFERENCE,
            purpose=Purpose.SUPPORT, basis=LawfulBasis.LEGITIMATE_INTERESTS,
        ),
        CustomField(
            module="contacts.organisation", key="renewal", type=FieldType.DAY, is_encrypted=False,
            labels={"en": "Contract renewal", "de": "Vertragsverlängerung"},
            not_personal="about the contract of a legal person",
        ),
    )  # fmt: skip
    for field in made:
        defining.define(field, by=None)


def of_person(contact: Contact, name: str) -> None:
    """Many have a contract, few are very important."""
    chance = random.Random(name)  # noqa: S311  # nosec B311 - a demo
    if chance.random() < 0.6:
        custom.fill(contact, {"contract": f"MB-{chance.randrange(10**7):07d}"}, by=None)
    if chance.random() < 0.1:
        custom.fill(contact, {"vip": True}, by=None)


def of_firm(firm: Organisation) -> None:
    """When its contract is renewed."""
    chance = random.Random(firm.name)  # noqa: S311  # nosec B311 - a demo
    renewal = timezone.localdate() + timedelta(days=chance.randrange(20, 400))
    custom.fill(firm, {"renewal": renewal}, by=None)


def of_ticket(ticket: Ticket, text: str) -> None:
    """The machine that the question names."""
    named = next((key for key in MACHINES if key in text.casefold()), None)
    if named is not None:
        custom.fill(ticket, {"product": named}, by=None)
