"""What can go wrong with a mail server, on demand: for tests of what the helpdesk does then."""

import asyncio
import threading
from dataclasses import dataclass, field


class ConnectionDropped(Exception):
    """The server hangs up without an answer."""


class Refused(Exception):
    """The server answers no; the text is its answer."""


@dataclass(slots=True)
class Fault:
    """One thing to do at one point of the conversation, ``times`` times (None: until cleared)."""

    answer: str = ""
    drops: bool = False
    seconds: float = 0.0
    times: int | None = 1


@dataclass(slots=True)
class Faults:
    """
    Faults by point: ``ehlo auth mail rcpt data`` in SMTP, ``connect`` and the commands' names (``login select
    search fetch store move …``) in IMAP. With ``-done`` behind it (``data-done``, ``store-done``):
    carried out, but the client is not yet told.
    """

    _planned: dict[str, list[Fault]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuse(self, point: str, answer: str, *, times: int | None = 1) -> None:
        """Answer e.g. ``451 4.3.0 Try later`` (SMTP) or ``[UNAVAILABLE] Try later`` (IMAP)."""
        self._plan(point, Fault(answer=answer, times=times))

    def drop(self, point: str, *, times: int | None = 1) -> None:
        """Hang up without an answer."""
        self._plan(point, Fault(drops=True, times=times))

    def drop_after_data(self, *, times: int | None = 1) -> None:
        """Take the mail, keep it, and hang up before saying so."""
        self.drop("data-done", times=times)

    def delay(self, point: str, seconds: float, *, times: int | None = 1) -> None:
        """Go on only after that many seconds."""
        self._plan(point, Fault(seconds=seconds, times=times))

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._planned.clear()

    async def meet(self, point: str) -> None:
        """Suffer what is planned for this point; raises ConnectionDropped or Refused."""
        fault = self._take(point)
        if fault is None:
            return
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.drops:
            raise ConnectionDropped(point)
        if fault.answer:
            raise Refused(fault.answer)

    def _plan(self, point: str, fault: Fault) -> None:
        with self._lock:
            self._planned.setdefault(point.casefold(), []).append(fault)

    def _take(self, point: str) -> Fault | None:
        with self._lock:
            planned = self._planned.get(point.casefold())
            if not planned:
                return None
            fault = planned[0]
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    planned.pop(0)
            return fault
