"""What happened to a ticket, told in sentences from its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from contacts.models import Contact
from privacy import access, custom
from privacy.enums import ActorKind, Via
from privacy.models import User
from privacy.vault.fields import raw_values
from tickets.enums import Priority, Status
from tickets.models import Department, Participant, Tag, Tagging, Ticket

Names = dict[UUID | None, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One change: when, who, what, through which door."""

    moment: datetime
    who: str
    text: str
    via: str


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
    changes = list(ticket.history.order_by("history_date", "history_id"))
    taggings, copies = (
        list(model.history.filter(ticket_id=ticket.pk).order_by("history_date"))
        for model in (Tagging, Participant)
    )
    values = custom.told(ticket, viewer)
    names = _names([*changes, *taggings, *copies, *(entry for entry, _text in values)], dict(known or {}))
    told = [*_changes(changes, shown, names), *_tellings(taggings, copies, names), *values]
    events = [
        Event(entry.history_date, _who(entry, names), text, str(Via(entry.via).label)) for entry, text in told
    ]
    return sorted(events, key=lambda event: event.moment)


def _changes(entries: list[Any], shown: frozenset[str], names: Names) -> Iterator[tuple[Any, str]]:
    """Each change of a field of the ticket itself."""
    before = None
    for entry in entries:
        if before is None:
            yield entry, _("opened the ticket")
        else:
            yield from ((entry, text) for text in _differences(before, entry, shown, names))
        before = entry


def _differences(before: Any, after: Any, shown: frozenset[str], names: Names) -> Iterator[str]:
    """What one entry changed, in sentences; only of fields that may be shown."""
    for field, tell in TELL.items():
        if field in shown and _raw(before, field) != _raw(after, field):
            yield tell(before, after, names)
    if before.requester_id != after.requester_id:
        yield _("moved the ticket to another contact (merged)")
    if (before.deleted_at is None) != (after.deleted_at is None):
        yield _("deleted the ticket") if after.deleted_at else _("restored the ticket")


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


TELL = {
    "status": _status,
    "priority": _priority,
    "assignee": _assignee,
    "department": _department,
    "subject": _subject,
}


def _tellings(taggings: list[Any], copies: list[Any], names: Names) -> Iterator[tuple[Any, str]]:
    """Tags put on and taken off, people added to the copies and removed."""
    for entry in _comings_and_goings(taggings):
        text = _("removed the tag “{name}”") if entry.deleted_at else _("added the tag “{name}”")
        yield entry, text.format(name=names.get(entry.tag_id, "–"))
    for entry in _comings_and_goings(copies):
        text = _("stopped copies to {name}") if entry.deleted_at else _("added {name} to the copies")
        yield entry, text.format(name=names.get(entry.contact_id, "–"))


def _comings_and_goings(entries: list[Any]) -> Iterator[Any]:
    """The entries in which something came or went; a merge of contacts is neither."""
    gone: dict[UUID, bool] = {}
    for entry in entries:
        is_gone = entry.deleted_at is not None
        if gone.get(entry.id, True) != is_gone:
            yield entry
        gone[entry.id] = is_gone


def _names(entries: list[Any], names: Names) -> Names:
    """Names of everybody and everything that the entries mention; looked up only where not known yet."""
    people = _mentioned(entries, "actor_id", "assignee_id", "contact_id") - names.keys()
    if people:
        names |= {user.pk: user.full_name for user in User.everything.filter(pk__in=people)}
        contacts = Contact.everything.filter(pk__in=people - names.keys()).prefetch_related("identities")
        names |= {contact.pk: contact.display_name for contact in contacts}
    for model, field in ((Department, "department_id"), (Tag, "tag_id")):
        if missing := _mentioned(entries, field) - names.keys():
            names |= {each.pk: each.name for each in model.everything.filter(pk__in=missing)}
    return names


def _mentioned(entries: list[Any], *fields: str) -> set[UUID]:
    found = (getattr(entry, field, None) for entry in entries for field in fields)
    return {each for each in found if each is not None}


def _who(entry: Any, names: Names) -> str:
    if name := names.get(entry.actor_id):
        return name
    return _("The customer") if entry.actor_kind == ActorKind.CUSTOMER else _("The helpdesk")


def _raw(entry: Any, name: str) -> Any:
    """A field's value, unopened; of a relation only the key."""
    with raw_values():
        return getattr(entry, f"{name}_id") if hasattr(entry, f"{name}_id") else getattr(entry, name)
