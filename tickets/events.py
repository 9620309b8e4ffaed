"""What happened to a ticket, told in sentences: the words, and the timeline of the ticket with its parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import F, IntegerField, UUIDField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact
from privacy import access, custom, telling
from privacy.enums import Via
from privacy.models import User
from privacy.telling import Event, Names
from tickets.enums import Priority, Status
from tickets.models import Participant, Redaction, Tag, Tagging, Ticket, TicketGroupGrant, TicketUserGrant

__all__ = ["Event", "Names", "timeline"]


@dataclass(frozen=True, slots=True)
class Attachable:
    """A kind of row that is attached to tickets: its links to the ticket and to what it names, and how that is told."""

    model: Any
    link: str
    other: str
    named: Any
    came: str | Promise
    went: str | Promise


ATTACHABLE = {
    each.model._meta.label_lower: each
    for each in (
        Attachable(
            Tagging,
            "ticket",
            "tag",
            Tag,
            gettext_lazy("added the tag “{name}”"),
            gettext_lazy("removed the tag “{name}”"),
        ),
        Attachable(
            Participant,
            "ticket",
            "contact",
            Contact,
            gettext_lazy("added {name} to the copies"),
            gettext_lazy("stopped copies to {name}"),
        ),
        Attachable(
            TicketUserGrant,
            "content_object",
            "user",
            User,
            gettext_lazy("shared the ticket with {name}"),
            gettext_lazy("stopped sharing the ticket with {name}"),
        ),
        Attachable(
            TicketGroupGrant,
            "content_object",
            "group",
            Group,
            gettext_lazy("shared the ticket with {name}"),
            gettext_lazy("stopped sharing the ticket with {name}"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Attached:
    """An entry of the history of what is attached; groups are numbered (``number``), everything else has a uuid."""

    kind: str
    uuid: UUID | None
    number: int | None
    id: UUID
    deleted_at: datetime | None
    actor_kind: str
    actor_id: UUID | None
    via: str
    history_date: datetime

    @property
    def mentioned(self) -> Any:
        """The model of what it names."""
        return ATTACHABLE[self.kind].named

    @property
    def other_id(self) -> Any:
        """The id of what it names."""
        return self.uuid or self.number


def timeline(
    ticket: Ticket, viewer: Any, known: Names | None = None, *, is_seen: bool = False
) -> list[Event]:
    """Every change of the ticket that the viewer may know of, oldest first.

    ``known`` are names that the caller has read already, by id: of agents, departments, contacts, tags.
    ``is_seen`` says that the gate was passed with this very ticket.
    """
    if not (is_seen or access.may(viewer, access.Act.VIEW, ticket)):
        return []
    shown = access.visible_fields(viewer, Ticket)
    entries = list(ticket.history.order_by("history_date", "history_id"))
    attached = list(telling.comings_and_goings(_attached(ticket)))
    values = custom.told(ticket, viewer)
    changes = list(pairwise([None, *entries]))
    mentioned = [*changes, *((entry, entry) for entry, _text in values)]
    names = telling.names_in(mentioned, {ticket.pk: str(ticket), **(known or {})}, parts=attached)
    told = [*_changes(changes, shown, names), *_tellings(attached, names), *values]
    events = [
        Event(entry.history_date, telling.who(entry, names), text, telling.door(entry))
        for entry, text in told
    ]
    events += _redactions(ticket)
    return sorted(events, key=lambda event: event.moment)


def _redactions(ticket: Ticket) -> Iterator[Event]:
    """What was blacked out; a ticket of which it is known that nothing was isn't asked."""
    if not getattr(ticket, "is_redacted", True):
        return
    for each in Redaction.objects.filter(ticket=ticket).select_related("by"):
        who = each.by.full_name if each.by else _("The helpdesk")
        said = _("blacked something out for good: {reason}").format(reason=each.reason)
        yield Event(each.created_at, who, said, str(Via.DESK.label))


def _changes(changes: list[Any], shown: frozenset[str], names: Names) -> Iterator[tuple[Any, str]]:
    """Each change of a field of the ticket itself."""
    for before, after in changes:
        if before is not None:
            yield from ((after, text) for text in telling.tell(before, after, shown, names))
        yield from ((after, text) for text in telling.life(before, after))


def _attached(ticket: Ticket) -> Iterator[Attached]:
    """The history of all that is attached to the ticket, in order, in one statement."""
    common = ("id", "deleted_at", "actor_kind", "actor_id", "via", "history_date")
    first, *others = (
        each.model.history.filter(**{each.link: ticket.pk})
        .order_by()
        .values_list(
            Value(kind),
            Cast(Value(None) if each.named is Group else F(f"{each.other}_id"), UUIDField()),
            Cast(F(f"{each.other}_id") if each.named is Group else Value(None), IntegerField()),
            *common,
        )
        for kind, each in ATTACHABLE.items()
    )
    return (Attached(*row) for row in first.union(*others, all=True).order_by("history_date"))


def _tellings(attached: list[Attached], names: Names) -> Iterator[tuple[Attached, str]]:
    """Tags put on and taken off, people added to the copies and removed, with whom it was shared."""
    for entry in attached:
        kind = ATTACHABLE[entry.kind]
        text = str(kind.went if entry.deleted_at else kind.came)
        yield entry, text.format(name=names.get(entry.other_id, "–"))


def _status(before: Any, after: Any, _names: Names) -> str:
    said = _("set the status from {old} to {new}")
    return said.format(old=Status(before.status).label, new=Status(after.status).label)


def _priority(before: Any, after: Any, _names: Names) -> str:
    said = _("set the priority from {old} to {new}")
    return said.format(old=Priority(before.priority).label, new=Priority(after.priority).label)


def _assignee(before: Any, after: Any, names: Names) -> str:
    if after.assignee_id is None:
        return _("took the ticket away from {name}").format(name=names.get(before.assignee_id, "–"))
    if after.assignee_id == after.actor_id:
        return _("took the ticket")
    return _("assigned the ticket to {name}").format(name=names.get(after.assignee_id, "–"))


def _department(before: Any, after: Any, names: Names) -> str:
    old, new = (names.get(entry.department_id, "–") for entry in (before, after))
    return _("moved the ticket from {old} to {new}").format(old=old, new=new)


def _subject(before: Any, after: Any, _names: Names) -> str:
    return _("changed the subject from “{old}” to “{new}”").format(old=before.subject, new=after.subject)


def _requester(_before: Any, _after: Any, _names: Names) -> str:
    return _("moved the ticket to another contact (merged)")


WORDS = telling.Words(
    created=gettext_lazy("opened the ticket"),
    deleted=gettext_lazy("deleted the ticket"),
    restored=gettext_lazy("restored the ticket"),
    fields={
        "status": _status,
        "priority": _priority,
        "assignee": _assignee,
        "department": _department,
        "subject": _subject,
        "requester": _requester,
    },
    address=lambda ticket: reverse("desk:ticket", args=[ticket.number]),
    is_exhaustive=True,
)
telling.offer(Ticket, WORDS)
telling.offer(Contact, telling.Words(address=lambda contact: reverse("desk:person", args=[contact.pk])))
