"""Who is behind an account elsewhere: known by its number, which stays when its name changes hands."""

from typing import cast

from django.db import transaction
from django.db.models import F, Q

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from contacts.normalisation import normalise
from privacy import actor, binning
from privacy.enums import ActorKind

NO_NAME = 16  # longer than any name on Twitter/X may be


@transaction.atomic
def find_or_make(account_id: str, handle: str, *, full_name: str = "") -> Contact:
    """The contact behind an account on Twitter/X, by its number; made if nobody is. Its name is kept up to date."""
    name = normalise(f"@{handle}", IdentityKind.HANDLE)[1] if handle else nameless(account_id)
    known = _by_number(account_id)
    if known is not None:
        _rename(known, name)
        return identification.with_name(_back(known.contact), full_name)
    named = Identity.objects.select_related("contact").filter(value=name).order_by("is_claimed").first()
    if named is not None and not named.account_id and not _is_own_claim(named):
        named.account_id = account_id
        named.save(update_fields=["account_id"])
        return identification.with_name(named.contact, full_name)
    if named is not None:
        _free(named)
    contact = Contact(full_name=full_name)
    contact.save()
    Identity(contact=contact, kind=IdentityKind.HANDLE, value=name, account_id=account_id).save()
    return contact


def nameless(account_id: str) -> str:
    """What stands for the name of an account that lost it; nobody can be called this."""
    return f"@{account_id:0>{NO_NAME}}"


def _by_number(account_id: str) -> Identity | None:
    known = Identity.everything.select_related("contact").filter(account_id=account_id)
    known = known.filter(Q(deleted_at=None) | Q(deleted_at=F("contact__deleted_at")))
    found: Identity | None = known.order_by(F("deleted_at").desc(nulls_first=True)).first()
    return found


def _back(contact: Contact) -> Contact:
    """Who lies in the bin and writes again comes back, without the tickets that went along."""
    if contact.deleted_at is None:
        return contact
    return cast(Contact, binning.restore(contact, by=None, alone=True, taken=binning.LEAVE).record)


def _rename(identity: Identity, name: str) -> None:
    if identity.value == name:
        return
    holder = Identity.objects.filter(value=name).exclude(pk=identity.pk).order_by("is_claimed").first()
    if holder is not None:
        _free(holder)
    identity.value = name
    identity.save(update_fields=["value"])


def _free(holder: Identity) -> None:
    """The name has another owner now: who is known by a number keeps that; a mere claim goes to the bin."""
    with actor.acting(None):
        if holder.account_id:
            holder.value = nameless(holder.account_id)
            holder.save(update_fields=["value"])
        else:
            holder.bin(by=None)


def _is_own_claim(identity: Identity) -> bool:
    """Whether a customer entered the name for themselves: that proves nothing, the account's owner does."""
    first = identity.history.order_by("history_date", "history_id").first()
    return first is not None and first.actor_kind == ActorKind.CUSTOMER
