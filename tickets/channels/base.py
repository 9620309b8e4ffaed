"""What a channel is: something that fetches what came in, and sends what goes out."""

from typing import Protocol
from uuid import UUID


class Channel(Protocol):
    """E-mail is one; others speak the same small language."""

    def receive(self, account_id: UUID) -> int:
        """Take in what waits at one account; returns how many messages."""
        ...

    def send(self, outbound_id: UUID) -> bool:
        """Send one queued message if it is due; False if there was nothing to do."""
        ...
