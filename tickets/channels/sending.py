"""All ways out together."""

from uuid import UUID

from tickets.channels.email import outbound as by_mail
from tickets.channels.twitter import outbound as by_twitter

WAYS = (by_mail, by_twitter)


def send(outbound_id: UUID) -> bool:
    """Send one, whichever way it goes, if it is due."""
    return any(way.send(outbound_id) for way in WAYS)


def send_due() -> int:
    """Send what is due on every way; returns how many were tried."""
    return sum(way.send_due() for way in WAYS)
