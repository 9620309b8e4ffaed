"""Customers' sessions in the portal: they hold an id and a moment, nothing else."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from contacts.models import Contact
from privacy.sessions import PERSON

CUSTOMER = PERSON
SINCE = "customer_since"


def customer_of(request: HttpRequest) -> Contact | None:
    """The customer signed in, if there is one and they still exist and weren't erased."""
    found = request.session.get(CUSTOMER)
    return Contact.objects.filter(pk=found, erased_at=None).first() if found else None


def sign_in(request: Any, contact: Contact) -> None:
    """Let a customer in, with a fresh session key."""
    request.session.cycle_key()
    request.session[CUSTOMER] = str(contact.pk)
    request.session[SINCE] = timezone.now().timestamp()
    request.customer = contact


def is_fresh(request: Any) -> bool:
    """Whether the customer signed in within the last minutes (REAUTHENTICATION_MINUTES)."""
    age = timezone.now().timestamp() - float(request.session.get(SINCE, 0))
    return 0 <= age < settings.REAUTHENTICATION_MINUTES * 60


def sign_out(request: Any) -> None:
    """Forget the customer; a member of staff in the same browser stays signed in."""
    for name in (CUSTOMER, SINCE):
        request.session.pop(name, None)
    request.customer = None
