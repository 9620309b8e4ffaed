"""Custom fields as the desk shows them beside a ticket: its own, its customer's, the organisation's."""

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import HttpRequest
from django.urls import reverse

from contacts.models import Contact, Organisation
from privacy import access, custom
from privacy.custom.forms import SlotsForm
from tickets.models import Ticket

PLACES: dict[str, Any] = {"contact": Contact, "organisation": Organisation}


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its words, and its box if it can be written."""

    slot: custom.Slot
    box: BoundField | None
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """The fields of one record."""

    place: str
    lines: list[Line]


def section(request: HttpRequest, record: Any, place: str, tried: SlotsForm | None = None) -> Section:
    """Every custom field of a record that the viewer may see, with a box where they may write.

    ``tried`` is a form that was refused: its boxes keep what was typed, and say what is wrong.
    """
    slots = custom.slots(record, request.user)
    if slots and place in PLACES and not _is_changeable(request, record):
        slots = [custom.Slot(slot.field, slot.row, may_write=False) for slot in slots]
    form = SlotsForm(slots, auto_id=id_in(place))
    lines = []
    for slot in slots:
        key = slot.field.key
        box = (tried.of(key) if tried is not None else None) or form.of(key)
        lines.append(Line(slot, box, _url(record, place, key)))
    return Section(place, lines)


def of_person(request: HttpRequest, customer: Contact) -> dict[str, Section]:
    """Of the customer, and of their organisation."""
    found = {"contact_custom": section(request, customer, "contact")}
    if customer.organisation is not None:
        found["organisation_custom"] = section(request, customer.organisation, "organisation")
    return found


def _is_changeable(request: HttpRequest, record: Any) -> bool:
    """Whether the viewer may change the record: as it was read, if that was asked for."""
    known: bool | None = getattr(record, "is_changeable", None)
    return access.may(request.user, access.Act.UPDATE, record) if known is None else known


def id_in(place: str) -> str:
    """The pattern of the ids of boxes: there are several forms on a page."""
    return f"{place}_%s"


def _url(record: Any, place: str, key: str) -> str:
    if isinstance(record, Ticket):
        return reverse("desk:ticket_value", args=[record.number, key])
    return reverse("desk:person_value", args=[place, record.pk, key])
