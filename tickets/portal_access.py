"""How customers come into the portal without an account: links and codes in our mails, and what they open.

They are made while a mail is rendered. ``emails/confirmation`` is given ``ticket``, ``company`` and
``link = ticket_link(ticket)``; ``emails/sign_in`` ``company`` and ``link, code = sign_in_secrets(contact)``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from contacts import sessions
from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from privacy import access, actor
from privacy.enums import Via
from privacy.models import DataRequest, Token, TokenPurpose
from privacy.requests.checklist import NEW_ADDRESS, OLD_ADDRESS
from tickets.models import Ticket

TICKET_LIFETIME = timedelta(days=30)
RECEIPT_LIFETIME = timedelta(days=90)
REQUEST_LIFETIME = timedelta(days=7)
SIGN_IN_LIFETIME = timedelta(minutes=20)
CONSENT_LIFETIME = timedelta(days=365)
SIGN_IN = (TokenPurpose.SIGN_IN, TokenPurpose.SIGN_IN_CODE)
OPENED = "opened_tickets"
CONFIRMS = {TokenPurpose.REQUEST: OLD_ADDRESS, TokenPurpose.ADDRESS: NEW_ADDRESS}
KEPT_OPEN = 20


def ticket_link(ticket: Ticket) -> str:
    """An address for a mail to the requester: it opens exactly this ticket, any number of times, 30 days."""
    secret = Token.issue(
        TokenPurpose.TICKET, ticket.requester_id, target_id=ticket.pk, lifetime=TICKET_LIFETIME
    )
    return _address(secret)


def sign_in_secrets(contact: Contact, identity_id: UUID | None = None) -> tuple[str, str]:
    """A link and a code of eight digits for a mail to this contact: one of them signs in, for 20 minutes.

    ``identity_id``: the proven address that the mail goes to, if it isn't the primary one.
    """
    given: Any = {"lifetime": SIGN_IN_LIFETIME, "target_id": identity_id}
    secret = Token.issue(TokenPurpose.SIGN_IN, contact.pk, **given)
    code = Token.issue_code(TokenPurpose.SIGN_IN_CODE, contact.pk, **given)
    return _address(secret), code


def receipt_link(entry_id: UUID) -> str:
    """An address for the last mail to somebody erased: the receipt, for 90 days. It names no person."""
    return _address(Token.issue(TokenPurpose.RECEIPT, entry_id, lifetime=RECEIPT_LIFETIME), "portal:receipt")


def request_link(wanted: DataRequest, *, is_new_address: bool) -> str:
    """An address for a mail: its button confirms a request, or that a new address is the person's; for a week."""
    purpose = TokenPurpose.ADDRESS if is_new_address else TokenPurpose.REQUEST
    secret = Token.issue(purpose, wanted.subject_id, target_id=wanted.pk, lifetime=REQUEST_LIFETIME)
    return _address(secret, "portal:request_confirmation")


@dataclass(frozen=True, slots=True)
class Confirming:
    """What somebody confirms by a link: their request, and by which of the addresses."""

    request: DataRequest
    person: Contact
    address: str


def behind_request_link(secret: str) -> Confirming | None:
    """The request behind a link, as long as it and its person are there."""
    for purpose, address in CONFIRMS.items():
        token = Token.redeem(purpose, secret, consume=False)
        if token is not None:
            wanted = DataRequest.objects.filter(pk=token.target_id, closed_at=None).first()
            person = _whose(token.subject_id)
            return Confirming(wanted, person, address) if wanted and person else None
    return None


def consent_link(contact: Contact) -> str:
    """An address for a mail to this contact alone: what they agreed to, to confirm or to take back, for a year."""
    secret = Token.issue(TokenPurpose.CONSENT, contact.pk, lifetime=CONSENT_LIFETIME)
    return address(reverse("portal:consents_by_link", args=[secret]))


def of_consent_link(secret: str) -> Contact | None:
    """Whose consents a link is about; None if it is no longer good. Any number of times: it may be needed again."""
    token = Token.redeem(TokenPurpose.CONSENT, secret, consume=False)
    return _whose(token.subject_id) if token else None


def purpose_of(secret: str) -> TokenPurpose | None:
    """What a link would do, without doing it; None for one that expired, was used, or never was ours."""
    for purpose in (TokenPurpose.TICKET, TokenPurpose.SIGN_IN):
        if Token.redeem(purpose, secret, consume=False) is not None:
            return purpose
    return None


def sign_in_by_link(request: Any, secret: str) -> Contact | None:
    """Sign in whom the link was sent to; None if it is no longer good."""
    return _sign_in(request, lambda: Token.redeem(TokenPurpose.SIGN_IN, secret))


def sign_in_by_code(request: Any, contact_id: UUID, code: str) -> Contact | None:
    """The same with the code. An id that nobody has behaves as a wrong code does."""
    return _sign_in(request, lambda: Token.redeem_code(TokenPurpose.SIGN_IN_CODE, contact_id, code))


def open_by_link(request: Any, secret: str) -> Ticket | None:
    """Let this visit see the one ticket behind the link, and nothing else; None if it is no longer good."""
    token = Token.redeem(TokenPurpose.TICKET, secret, consume=False)
    owner = _whose(token.subject_id) if token else None
    if token is None or owner is None:
        return None
    ticket: Ticket | None = access.visible(owner, Ticket.objects.filter(pk=token.target_id)).first()
    if ticket is not None:
        _note_verified(owner)
        request.session.cycle_key()
        opened = [each for each in _opened(request) if each != str(ticket.pk)]
        request.session[OPENED] = [*opened, str(ticket.pk)][-KEPT_OPEN:]
    return ticket


def guest_of(request: Any, number: int) -> Contact | None:
    """The requester of a ticket that this visit opened by a link, if that isn't the customer signed in."""
    ticket = Ticket.objects.filter(number=number, pk__in=_opened(request)).select_related("requester").first()
    if ticket is None or ticket.requester == request.customer:
        return None
    requester: Contact = ticket.requester
    return None if requester.deleted_at or requester.erased_at else requester


def portal_tickets(request: Any) -> Any:
    """What the visit is about: every ticket for a customer signed in, else those opened by a link.

    The gate (``get_visible``) then leaves what is the viewer's own.
    """
    if getattr(request, "is_guest", False) or request.customer is None:
        return Ticket.objects.filter(pk__in=_opened(request))
    return Ticket.objects.all()


def leave(request: Any) -> None:
    """Sign out, and close what links have opened."""
    sessions.sign_out(request)
    request.session.pop(OPENED, None)


def _sign_in(request: Any, redeem: Callable[[], Token | None]) -> Contact | None:
    """Redeem; let the customer in; no other link or code that was sent meanwhile stays good."""
    with transaction.atomic():
        token = redeem()
        contact = _whose(token.subject_id) if token else None
        if contact is not None:
            sent = Token.objects.filter(subject_id=contact.pk, purpose__in=SIGN_IN, used_at=None)
            sent.update(used_at=timezone.now())
            if token and token.target_id is None:
                _note_verified(contact)
    if contact is not None:
        sessions.sign_in(request, contact)
    return contact


def _whose(contact_id: UUID) -> Contact | None:
    """The living contact behind an id; a merged one leads to the one kept."""
    contact: Contact | None = Contact.everything.filter(pk=contact_id).first()
    for _ in range(10):
        if contact is None or contact.erased_at is not None:
            return None
        if contact.deleted_at is None:
            return contact
        contact = contact.merged_into
    return None


def _note_verified(contact: Contact) -> None:
    """Whoever followed a link from our mail can read mail to the primary address."""
    primary = Identity.objects.filter(contact=contact, kind=IdentityKind.EMAIL, is_primary=True)
    with actor.acting(contact, via=Via.PORTAL):
        for identity in primary.filter(verified_at=None):
            identity.verified_at = actor.now()
            identity.save(update_fields=["verified_at"])


def _opened(request: Any) -> list[str]:
    found: list[str] = request.session.get(OPENED, [])
    return found


def _address(secret: str, page: str = "portal:link") -> str:
    return address(reverse(page, args=[secret]))


def address(path: str) -> str:
    """A path of this site as a whole address."""
    return urljoin(f"{settings.SITE_URL}/", path)
