"""Rectification (Art. 16 GDPR): people correct what is kept about them; another address takes two confirmations."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from contacts.normalisation import normalise
from privacy import access, actor
from privacy.access import Act
from privacy.enums import RequestKind
from privacy.models import DataRequest, Person
from privacy.requests import carrying_out

CORRECTABLE = ("full_name", "language", "timezone")


class Taken(ValueError):
    """This way to reach somebody can't be theirs; the text doesn't say why not."""


def connect() -> None:
    """A granted change of address is carried out here."""
    carrying_out.EFFECTS[RequestKind.RECTIFICATION] = carry_out


@transaction.atomic
def correct(contact: Contact, given: dict[str, str], *, by: Any) -> Contact:
    """Set what is wrong right: name, language, time zone. What stays the same writes no history."""
    access.demand(by, Act.UPDATE, contact)
    with actor.acting(by):
        contact = Contact.objects.select_for_update().get(pk=contact.pk)
        changed = [name for name in CORRECTABLE if name in given and getattr(contact, name) != given[name]]
        for name in changed:
            setattr(contact, name, given[name])
        if changed:
            contact.save(update_fields=changed)
    return contact


@transaction.atomic
def set_identities(contact: Contact, kind: IdentityKind, values: Iterable[str], *, by: Any) -> None:
    """Exactly these phone numbers (or names elsewhere). Never addresses. Raises ValueError, Taken.

    What a customer adds is theirs to see and to correct, but nobody is recognised by it until staff confirm it.
    """
    access.demand(by, Act.UPDATE, contact)
    if kind == IdentityKind.EMAIL:
        raise ValueError("An address is changed by a request.")
    wanted = {normalise(value, kind)[1] for value in values}
    with actor.acting(by):
        there = {each.value: each for each in Identity.objects.filter(contact=contact, kind=kind)}
        for value in there.keys() - wanted:
            there[value].bin(by=by)
        for value in sorted(wanted - there.keys()):
            _add(contact, kind, value, is_claimed=isinstance(by, Contact))


@transaction.atomic
def confirm_identity(identity: Identity, *, by: Any) -> None:
    """It is really theirs: from now on they are recognised by it. Raises Denied, Taken."""
    access.demand(by, Act.UPDATE, identity.contact)
    access.demand_field(by, Identity, "value")
    with actor.acting(by):
        found = Identity.objects.select_for_update().get(pk=identity.pk)
        if not found.is_claimed:
            return
        found.is_claimed, found.verified_at = False, actor.now()
        try:
            with transaction.atomic():
                found.save(update_fields=["is_claimed", "verified_at"])
        except IntegrityError:
            raise Taken(_("Somebody else is known by this already.")) from None


def carry_out(request: DataRequest, person: Person) -> None:
    """Both addresses have confirmed: the new one identifies the contact from now on."""
    if request.new_address and isinstance(person, Contact):
        change_address(person, request.new_address, by=None)


@transaction.atomic
def change_address(contact: Contact, address: str, *, by: Any) -> None:
    """Put another address in the place of the primary one, which goes. Raises Taken."""
    access.demand(by, Act.UPDATE, contact)
    normal = normalise(address, IdentityKind.EMAIL)[1]
    with actor.acting(by):
        for former in Identity.objects.filter(contact=contact, kind=IdentityKind.EMAIL, is_primary=True):
            if former.value == normal:
                return
            former.bin(by=by)
        known = Identity.objects.filter(value=normal).first()
        if known is not None and known.contact_id != contact.pk:
            raise Taken(_("This address can’t be used."))
        identity = known or Identity(contact=contact, kind=IdentityKind.EMAIL, value=normal)
        identity.is_primary, identity.verified_at = True, actor.now()
        identity.save()


def _add(contact: Contact, kind: IdentityKind, value: str, *, is_claimed: bool) -> None:
    try:
        with transaction.atomic():
            identification.add_identity(contact, kind, value, is_claimed=is_claimed)
    except IntegrityError:
        raise Taken(_("We can’t enter this one. Please write to us about it.")) from None
