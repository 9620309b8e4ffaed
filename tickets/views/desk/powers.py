"""What an agent may do with a ticket: so that no button promises what is refused then."""

from dataclasses import dataclass
from typing import Any

from contacts.models import Identity
from privacy import access
from privacy.enums import FieldRight
from privacy.models.roles import PERMISSIONS
from tickets.enums import DONE, Status
from tickets.models import Message, Ticket
from tickets.models.ticket import CHANGE_OWNER, CLOSE, FOLLOWERS, REDACT, SEND, SHARE


@dataclass(frozen=True, slots=True)
class Powers:
    """``fields`` are those of the ticket that can be written by themselves; ``statuses`` those that can be chosen."""

    fields: frozenset[str] = frozenset()
    statuses: tuple[Status, ...] = ()
    tags: bool = False
    note: bool = False
    reply: bool = False
    copies: bool = False
    share: bool = False
    explain: bool = False
    redact: bool = False


def powers(viewer: Any, ticket: Any) -> Powers:
    """What this viewer may do with this ticket, which was read for them (``with_places``)."""
    share, explain = access.holds(viewer, SHARE), access.holds(viewer, PERMISSIONS)
    if not ticket.is_changeable:
        return Powers(share=share, explain=explain)
    writes_text = "body_text" in access.editable_fields(viewer, Message)
    return Powers(
        fields=_fields(viewer),
        statuses=_statuses(viewer, ticket),
        tags=True,
        note=writes_text,
        reply=writes_text and access.holds(viewer, SEND),
        copies=access.holds(viewer, FOLLOWERS) and sees_identities(viewer),
        share=share,
        explain=explain,
        redact=writes_text and access.holds(viewer, REDACT),
    )


def sees_identities(viewer: Any) -> bool:
    """Whether addresses and numbers are neither masked nor hidden: only then they can be typed over."""
    return access.field_right(viewer, Identity, "value") in (FieldRight.WRITE, FieldRight.READ)


def _fields(viewer: Any) -> frozenset[str]:
    fields = access.editable_fields(viewer, Ticket)
    return fields if access.holds(viewer, CHANGE_OWNER) else fields - {"assignee", "department"}


def _statuses(viewer: Any, ticket: Ticket) -> tuple[Status, ...]:
    """All; who may not settle tickets neither closes nor reopens one."""
    if "status" not in access.editable_fields(viewer, Ticket):
        return ()
    if access.holds(viewer, CLOSE):
        return tuple(Status)
    return () if ticket.is_done else tuple(each for each in Status if each not in DONE)
