"""Tags on tickets."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from privacy import access, actor
from privacy.access import Act
from tickets.models import Tag, Tagging, Ticket


def tag(ticket: Ticket, name: str, *, by: Any) -> Tag:
    """Put a tag on a ticket, made if there is none of that name. Raises ValueError for an empty name."""
    name = " ".join(name.split())[:40]
    if not name:
        raise ValueError(gettext_noop("A tag needs a name."))
    access.demand(by, Act.UPDATE, ticket)
    with actor.acting(by), transaction.atomic():
        found = Tag.objects.filter(name__iexact=name).first() or _make(name)
        if not Tagging.objects.filter(ticket=ticket, tag=found).exists():
            Tagging(ticket=ticket, tag=found).save()
    return found


def untag(ticket: Ticket, tag: Tag, *, by: Any) -> None:
    """Take a tag off a ticket; taking off what isn't there changes nothing."""
    access.demand(by, Act.UPDATE, ticket)
    with actor.acting(by), transaction.atomic():
        for tagging in Tagging.objects.filter(ticket=ticket, tag=tag):
            tagging.bin(by=by)


def _make(name: str) -> Tag:
    try:
        with transaction.atomic():
            made = Tag(name=name)
            made.save()
            return made
    except IntegrityError:  # somebody was quicker
        return Tag.objects.get(name=name)
