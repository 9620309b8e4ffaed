"""What is taken in twice counts once: a message is known by what its channel calls it."""

from typing import Any

from django.db import connection

from privacy.vault.blind import mac
from tickets.models import Message


def before(reference: str, **of: Any) -> Message | None:
    """The message that came of this already, a deleted one included; whoever takes in the same now waits here.

    Inside a transaction: the lock ends with it.
    """
    with connection.cursor() as cursor:
        lock = int.from_bytes(mac("tickets.once", reference, 8), signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    found: Message | None = Message.everything.filter(message_id=reference, **of).first()
    return found
