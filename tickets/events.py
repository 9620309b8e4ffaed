"""What happened to a ticket, told in sentences from its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.models import Contact
from privacy import access
from privacy.enums import ActorKind, Via
from privacy.models import User
from privacy.vault.fields import raw_values
from tickets.enums import Priority, Status
from tickets.models import Department, Participant, Tag, Tagging, Ticket


@dataclass(frozen=True, slots=True)
class Event:
    """One change: when, who, what, through which door."""

    moment: datetime
    who: str
    text: str
    via: str


def timeline(ticket: Ticket, viewer: Any) -> list[Event]:
    """Every change of the ticket that the viewer may know of, oldest first."""
    shown = access.visible_fields(viewer, Ticket)
    told = [
        *_changes(ticket, shown),
        *_tellings(Tagging, ticket, _tag_names()),
        *_tellings(Participant, ticket, {}),
    ]
    names = _actor_names(entry for entry, _text in told)
    events = [
        Event(entry.history_date, names.get(entry.actor_id) or _nobody(entry), text, str(Via(entry.via).label))
        for entry, text in told
    ]
    return sorted(events, key=lambda event: event.moment)


def _changes(ticket: Ticket, shown: frozenset[str]) -> Iterator[tuple[Any, str]]:
    """Each change of a field of the ticket itself."""
    before = None
    names = _names_of(ticket)
    for entry in ticket.history.order_by("history_date", "history_id"):
        if before is None:
            yield entry, _("opened the ticket")
        else:
            yield from ((entry, text) for text in _differences(before, entry, shown, names))
        before = entry


def _differences(
    before: Any, after: Any, shown: frozenset[str], names: dict[UUID, str]
) -> Iterator[str]:
    if "status" in shown and before.status != after.status:
        yield _("set the status from {old} to {new}").format(
            old=Status(before.status).label, new=Status(after.status).label
        )
    if "priority" in shown and before.priority != after.priority:
        yield _("set the priority from {old} to {new}").format(
            old=Priority(before.priority).label, new=Priority(after.priority).label
        )
    if "assignee" in shown and before.assignee_id != after.assignee_id:
        if after.assignee_id is None:
            yield _("took the ticket away from {name}").format(name=names.get(before.assignee_id, "–"))
        elif after.assignee_id == after.actor_id:
            yield _("took the ticket")
        else:
            yield _("assigned the ticket to {name}").format(name=names.get(after.assignee_id, "–"))
    if "department" in shown and before.department_id != after.department_id:
        yield _("moved the ticket from {old} to {new}").format(
            old=names.get(before.department_id, "–"), new=names.get(after.department_id, "–")
        )
    if "subject" in shown and _raw(before, "subject") != _raw(after, "subject"):
        yield _("changed the subject from “{old}” to “{new}”").format(old=before.subject, new=after.subject)
    if before.requester_id != after.requester_id:
        yield _("moved the ticket to another contact (merged)")
    if before.deleted_at is None and after.deleted_at is not None:
        yield _("deleted the ticket")
    if before.deleted_at is not None and after.deleted_at is None:
        yield _("restored the ticket")


def _tellings(
    model: type[Tagging] | type[Participant], ticket: Ticket, tags: dict[UUID, str]
) -> Iterator[tuple[Any, str]]:
    """Tags put on and taken off, people added to the copies and removed."""
    people = _copied_people(ticket) if model is Participant else {}
    for entry in model.history.filter(ticket_id=ticket.pk).order_by("history_date"):
        gone = entry.deleted_at is not None
        if model is Tagging:
            text = _("removed the tag “{name}”") if gone else _("added the tag “{name}”")
            yield entry, text.format(name=tags.get(entry.tag_id, "–"))
        else:
            text = _("stopped copies to {name}") if gone else _("added {name} to the copies")
            yield entry, text.format(name=people.get(entry.contact_id, "–"))


def _tag_names() -> dict[UUID, str]:
    return dict(Tag.everything.values_list("pk", "name"))


def _copied_people(ticket: Ticket) -> dict[UUID, str]:
    everyone = Participant.everything.filter(ticket=ticket).select_related("contact")
    return {each.contact_id: each.contact.display_name for each in everyone.prefetch_related("contact__identities")}


def _names_of(ticket: Ticket) -> dict[UUID, str]:
    """Names of the departments and agents that the ticket's history mentions."""
    history = ticket.history.all()
    users = User.everything.filter(pk__in=history.values("assignee_id"))
    departments = Department.everything.filter(pk__in=history.values("department_id"))
    return {user.pk: user.full_name for user in users} | {each.pk: each.name for each in departments}


def _actor_names(entries: Iterator[Any]) -> dict[UUID, str]:
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    users = {user.pk: user.full_name for user in User.everything.filter(pk__in=ids)}
    contacts = Contact.everything.filter(Q(pk__in=ids - users.keys())).prefetch_related("identities")
    return users | {contact.pk: contact.display_name for contact in contacts}


def _nobody(entry: Any) -> str:
    return _("The customer") if entry.actor_kind == ActorKind.CUSTOMER else _("The helpdesk")


def _raw(entry: Any, name: str) -> Any:
    with raw_values():
        return getattr(entry, name)
