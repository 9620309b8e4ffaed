"""Who answers for the data, and what is said of those who get it."""

from typing import Any

from django.conf import settings
from django.db import transaction

from privacy import access, actor
from privacy.access import Act
from privacy.models import Controller, RecipientPlace


def controller() -> Controller:
    """The organisation as it was described; its name alone as long as nobody did."""
    return Controller.objects.first() or Controller(name=settings.COMPANY_NAME)


@transaction.atomic
def describe(given: dict[str, str], *, by: Any) -> Controller:
    """Write down who is responsible. Raises Denied."""
    access.demand(by, Act.UPDATE, Controller)
    with actor.acting(by):
        found = Controller.objects.select_for_update().first() or Controller()
        for name, value in given.items():
            setattr(found, name, value)
        found.save()
    return found


@transaction.atomic
def locate(key: str, *, place: str, safeguard: str, has_contract: bool, by: Any) -> RecipientPlace:
    """Say where a recipient is, and on what ground it may be there. Raises Denied."""
    access.demand(by, Act.UPDATE, RecipientPlace)
    with actor.acting(by):
        found = RecipientPlace.objects.select_for_update().filter(key=key).first() or RecipientPlace(key=key)
        found.place, found.safeguard, found.has_contract = place, safeguard, has_contract
        found.save()
    return found
