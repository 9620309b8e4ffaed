"""Links and codes for mails, and the mails that carry them."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from contacts.models import Contact
from privacy.models import Token, TokenPurpose
from tickets import lifecycle, portal_access
from tickets.enums import Channel
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db


def _ticket(customer: Contact, channel: Channel) -> Ticket:
    return lifecycle.open(
        requester=customer, subject="Buy at evil.example", body_text="x", channel=channel, by=customer
    )


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_the_confirmation_tells_number_and_what_to_do(
    customer: Contact, department: Department, suffix: str
) -> None:
    ticket = _ticket(customer, Channel.EMAIL)
    link = portal_access.ticket_link(ticket)
    mail = render_to_string(
        f"emails/confirmation.{suffix}", {"ticket": ticket, "link": link, "company": "Acme"}
    )

    first = re.sub(r"<[^>]+>", "", mail).strip().splitlines()[0]
    assert str(ticket.number) in first or suffix == "html"
    for words in (str(ticket.number), link, "Acme", "Buy at evil.example"):
        assert words in mail
    assert link.startswith(f"{settings.SITE_URL}/portal/link/")


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_what_a_stranger_typed_is_not_mailed_on(
    customer: Contact, department: Department, suffix: str
) -> None:
    ticket = _ticket(customer, Channel.WEB)

    mail = render_to_string(
        f"emails/confirmation.{suffix}", {"ticket": ticket, "link": "x", "company": "Acme"}
    )

    assert "evil.example" not in mail


@pytest.mark.parametrize("suffix", ["txt", "html"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_sign_in_mail_has_link_and_code(customer: Contact, suffix: str, language: str) -> None:
    link, code = portal_access.sign_in_secrets(customer)
    with translation.override(language):
        mail = render_to_string(f"emails/sign_in.{suffix}", {"link": link, "code": code, "company": "Acme"})

    assert (link in mail, f"{code[:4]} {code[4:]}" in mail, "Acme" in mail) == (True, True, True)


def test_each_mail_has_secrets_of_its_own_and_the_newest_code_counts(customer: Contact) -> None:
    first, second = portal_access.sign_in_secrets(customer), portal_access.sign_in_secrets(customer)

    assert first[0] != second[0]
    assert Token.redeem_code(TokenPurpose.SIGN_IN_CODE, customer.pk, second[1]) is not None
    assert Token.objects.filter(purpose=TokenPurpose.SIGN_IN, used_at=None).count() == 2


def test_a_link_is_for_one_purpose(customer: Contact, department: Department) -> None:
    secret = portal_access.ticket_link(_ticket(customer, Channel.EMAIL)).rstrip("/").rsplit("/", 1)[1]

    assert portal_access.purpose_of(secret) == TokenPurpose.TICKET
    assert Token.redeem(TokenPurpose.SIGN_IN, secret) is None
