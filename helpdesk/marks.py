"""Icon and colour of each status, priority and state: one table for desk, portal and admin."""

from typing import Any, NamedTuple

from contacts.enums import IdentityKind
from tickets.enums import Channel, DeliveryState, InboundState, Priority, Status


class Mark(NamedTuple):
    """How a value looks; ``tone`` is a class of components.css."""

    icon: str
    tone: str = ""


MARKS: dict[str, dict[Any, Mark]] = {
    "status": {
        Status.NEW: Mark("circle-dashed", "accent"),
        Status.OPEN: Mark("circle-dot", "accent"),
        Status.PENDING: Mark("hourglass", "wait"),
        Status.ON_HOLD: Mark("circle-pause", "note"),
        Status.RESOLVED: Mark("circle-check", "ok"),
        Status.CLOSED: Mark("archive"),
    },
    "priority": {
        Priority.LOW: Mark("signal-low"),
        Priority.NORMAL: Mark("signal-medium"),
        Priority.HIGH: Mark("signal-high", "note"),
        Priority.URGENT: Mark("flame", "stop"),
    },
    "delivery": {
        DeliveryState.QUEUED: Mark("clock"),
        DeliveryState.SENDING: Mark("send"),
        DeliveryState.HANDING_OVER: Mark("send"),
        DeliveryState.SENT: Mark("check"),
        DeliveryState.FAILED: Mark("circle-alert", "stop"),
        DeliveryState.UNCERTAIN: Mark("circle-question-mark", "note"),
        DeliveryState.CANCELLED: Mark("ban"),
    },
    "inbound": {
        InboundState.DONE: Mark("circle-check", "ok"),
        InboundState.ATTENTION: Mark("circle-alert", "note"),
        InboundState.BOUNCE: Mark("undo-2", "stop"),
        InboundState.IGNORED: Mark("eye-off"),
        InboundState.REFUSED: Mark("ban", "stop"),
        InboundState.DISCARDED: Mark("trash-2"),
    },
    "channel": {
        Channel.EMAIL: Mark("mail"),
        Channel.WEB: Mark("globe"),
        Channel.PORTAL: Mark("user-round"),
        Channel.DESK: Mark("headset"),
        Channel.TWITTER: Mark("at-sign"),
    },
    "identity": {
        IdentityKind.EMAIL: Mark("mail"),
        IdentityKind.PHONE: Mark("phone"),
        IdentityKind.HANDLE: Mark("at-sign"),
    },
}


def mark_of(kind: str, value: Any) -> tuple[Mark, str]:
    """The mark of a value ("status", "open"), and its word. Raises KeyError for what has none."""
    marks = MARKS[kind]
    member = next(each for each in marks if each == value)
    return marks[member], str(member.label)
