"""Merging: two contacts turn out to be one person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from contacts.models.contact import MERGE
from privacy import access, actor, audit, subjects
from privacy.access import Act
from privacy.models import SealedRow
from privacy.vault import keys

UNFINISHED = timedelta(days=7)  # the job that looks for them runs every hour


class CannotMerge(ValueError):
    """These two can't become one; the text says why."""


@transaction.atomic
def merge(source: Contact, *, into: Contact, by: Any) -> Contact:
    """Everything of ``source`` becomes ``into``'s: identities, tickets, keys. The source goes to the bin."""
    for each in (source, into):
        access.demand(by, Act.UPDATE, each, MERGE)
    if source.pk == into.pk:
        raise CannotMerge(_("A contact can’t be merged with itself."))
    pair = Contact.objects.select_for_update().filter(pk__in=[source.pk, into.pk]).order_by("pk")
    locked = {contact.pk: contact for contact in pair}
    if len(locked) < 2:
        raise CannotMerge(_("One of the two contacts has been deleted or merged already."))
    source, into = locked[source.pk], locked[into.pk]
    with actor.acting(by):
        _fill_gaps(into, source)
        _demote(source, into)
        for model, name in _references():
            for row in model._base_manager.filter(**{name: source}).iterator(chunk_size=500):
                subjects.repoint(row, name, into, by=by)
        subjects.hand_over(source.pk, into_id=into.pk, by=by)
        source.merged_into = into
        source.save(update_fields=["merged_into"])
        source.bin(by=by)
        audit.record(audit.Deed.MERGE, source)
        transaction.on_commit(lambda: keys.hand_over(source.pk, into_id=into.pk))
    return into


def kept(contact_id: UUID) -> UUID:
    """Whom a contact became in the end; who was never merged is themselves."""
    followed = Contact.everything.filter(pk=contact_id).values_list("merged_into", flat=True)
    into = followed.first()
    return contact_id if into is None else kept(into)


def finish() -> int:
    """Hand over the keys of merges whose process died before it could; returns how many were left.

    Without it, purging the source would destroy a key that still seals what is the kept contact's now.
    """
    lately = Contact.everything.filter(merged_into__isnull=False, deleted_at__gte=actor.now() - UNFINISHED)
    into = dict(lately.values_list("pk", "merged_into"))
    left = keys.holders(into)
    for source_id in left:
        keys.hand_over(source_id, into_id=into[source_id])
    return len(left)


def _references() -> list[tuple[Any, str]]:
    """Every foreign key to a contact, in whatever app: found, not listed."""
    found = []
    for model in apps.get_models():
        if not issubclass(model, SealedRow):
            continue
        for field in model._meta.concrete_fields:
            is_pointer = isinstance(field, models.ForeignKey) and field.related_model is Contact
            if is_pointer and field.name != "merged_into":
                found.append((model, field.name))
    return found


def _fill_gaps(into: Contact, source: Contact) -> None:
    """What the kept contact lacks, it takes from the other."""
    for name in ("full_name", "language", "timezone", "organisation"):
        if not getattr(into, name):
            setattr(into, name, getattr(source, name))
    into.notes = "\n\n".join(filter(None, [into.notes, source.notes]))
    into.save()


def _demote(source: Contact, into: Contact) -> None:
    """The source's primary address becomes one among others, if the kept contact has its own."""
    primary = Identity.objects.filter(kind=IdentityKind.EMAIL, is_primary=True)
    if primary.filter(contact=into).exists():
        for identity in primary.filter(contact=source):
            identity.is_primary = False
            identity.save(update_fields=["is_primary"])
