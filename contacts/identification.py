"""Who is this? Finds or makes the contact behind an address, a phone number or a handle."""

from collections.abc import Collection
from contextlib import nullcontext
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from contacts.models.identity import KNOWN_BY
from contacts.normalisation import normalise
from privacy import actor, binning
from privacy.models import User


def find(value: str) -> Contact | None:
    """The contact known by this, or None."""
    identity = find_identity(value)
    return identity.contact if identity else None


def find_identity(value: str) -> Identity | None:
    """The identity by which a living contact is known, with its contact; or None."""
    identity = last_known(value)
    return identity if identity is not None and identity.contact.deleted_at is None else None


def last_known(value: str) -> Identity | None:
    """The identity of this value: a living one, else the last one that went to the bin with its contact."""
    return last_known_of([value]).get(value)


def last_known_of(values: Collection[str]) -> dict[str, Identity]:
    """The same for many values in one query; those that nobody is known by are left out."""
    known = Identity.everything.select_related("contact").filter(value__in=values, is_claimed=False)
    known = known.filter(Q(deleted_at=None) | Q(deleted_at=F("contact__deleted_at")))
    by_mark = {each.value_index: each for each in known.order_by(F("deleted_at").asc(nulls_last=True))}
    marks = {value: _mark(value) for value in values}
    return {value: by_mark[mark] for value, mark in marks.items() if mark in by_mark}


def find_or_make(value: str, *, full_name: str = "", language: str = "", by: Any = None) -> Contact:
    """The contact known by this; made if nobody is. Safe when two processes ask at once. Raises ValueError.

    Whom an agent enters belongs to that agent. Somebody who lies in the bin comes back, without the tickets that
    went along: who writes again isn't gone, and no mail is lost.
    """
    _kind, normal = normalise(value)
    with nullcontext() if by is None else actor.acting(by):
        for _ in range(2):
            if (identity := last_known(normal)) is not None:
                known = identity.contact
                if known.deleted_at is not None:
                    back = binning.restore(known, by=None, alone=True, taken=binning.LEAVE)
                    known = cast(Contact, back.record)
                return with_name(known, full_name)
            try:
                with transaction.atomic():
                    return make(normal, full_name=full_name, language=language, by=by)
            except IntegrityError:
                continue  # somebody was quicker: take theirs
    raise ValueError("This address belongs to a contact that can't be found.")


def make(value: str, *, full_name: str = "", language: str = "", by: Any = None) -> Contact:
    """A contact behind this, whom nobody knew so far. Raises ValueError, IntegrityError."""
    kind, normal = normalise(value)
    contact = Contact(full_name=full_name, language=language, owner=by if isinstance(by, User) else None)
    contact.save()
    add_identity(contact, kind, normal, primary=kind == IdentityKind.EMAIL)
    return contact


def with_name(contact: Contact, full_name: str) -> Contact:
    """A contact without a name takes the first one that it comes with."""
    if full_name and not contact.full_name:
        contact.full_name = full_name
        contact.save(update_fields=["full_name"])
    return contact


def add_identity(
    contact: Contact, kind: str, value: str, *, primary: bool | None = None, is_claimed: bool = False
) -> Identity:
    """One more way to reach a contact; the first address identifies it. Raises ValueError, IntegrityError."""
    kind, normal = normalise(value, kind)
    if primary is None:
        others = Identity.objects.filter(contact=contact, kind=IdentityKind.EMAIL, is_primary=True)
        primary = kind == IdentityKind.EMAIL and not others.exists()
    identity = Identity(contact=contact, kind=kind, value=normal, is_primary=primary, is_claimed=is_claimed)
    identity.save()
    return identity


def _mark(value: str) -> bytes | None:
    """The blind index of a value; None for what can't be an identity."""
    try:
        return KNOWN_BY.of(value)
    except ValueError:
        return None


def search_exact(text: str) -> list[Contact]:
    """Contacts known by exactly this, whatever kind it is."""
    try:
        found = find(text)
    except ValueError:
        return []
    return [found] if found else []
