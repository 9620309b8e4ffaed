"""Drafts: what an agent has begun to write, kept until it is sent or thrown away."""

from datetime import datetime

from django.db import IntegrityError, transaction

from privacy.models import User
from tickets.models import Draft, Message, Ticket


def keep(
    ticket: Ticket, kind: str, *, by: User, body: str, cc: str = "", since: datetime | None = None
) -> Draft | None:
    """Keep what is typed; nothing typed means no draft.

    ``since`` is when the editor was opened: what was sent after that is not kept again by a late request.
    """
    if since is not None and _sent_since(ticket, kind, by, since):
        return None
    if not body.strip():
        discard(ticket, kind, by=by)
        return None
    for _try in range(2):
        draft = of(ticket, kind, by) or Draft(user=by, ticket=ticket, kind=kind)
        draft.body, draft.cc = body, cc
        try:
            with transaction.atomic():
                draft.save()
                return draft
        except IntegrityError:
            continue  # another window of the same agent was quicker: write into its draft
    return None


def of(ticket: Ticket, kind: str, by: User) -> Draft | None:
    """The agent's draft of this kind, if there is one."""
    found: Draft | None = Draft.objects.filter(user=by, ticket=ticket, kind=kind).first()
    return found


def discard(ticket: Ticket, kind: str, *, by: User) -> None:
    """Throw the draft away; without one nothing changes."""
    Draft.objects.filter(user=by, ticket=ticket, kind=kind).delete()


def _sent_since(ticket: Ticket, kind: str, by: User, since: datetime) -> bool:
    sent = Message.objects.filter(ticket=ticket, kind=kind, author_user=by, created_at__gt=since)
    return bool(sent.exists())
