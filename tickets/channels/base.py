"""What a channel is: something that fetches what came in, and sends what goes out."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Channel(Protocol):
    """E-mail is one, Twitter/X another: a module with these functions."""

    def receive(self, account_id: UUID) -> int:
        """Take in what waits at one account; returns how many messages."""
        ...

    def send(self, outbound_id: UUID) -> bool:
        """Send one queued message if it is due and goes this way; False if there was nothing to do."""
        ...


class NothingToSay(Exception):
    """What a message was about is over: it isn't sent."""


class ChannelProblem(Exception):
    """Something with a server went wrong; ``detail`` is what it said, and may name people.

    ``is_final``: trying again won't help. ``is_out``: it went out all the same. ``retry_at``: when the server wants
    to be asked again.
    """

    is_out = False

    def __init__(
        self, problem: str, detail: str = "", *, is_final: bool = False, retry_at: datetime | None = None
    ) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.detail = detail
        self.is_final = is_final
        self.retry_at = retry_at
