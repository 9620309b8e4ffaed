"""Child processes that belong together: started, started again if one dies, and ended with this process."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from helpdesk.embedded.lifeline import bound

GRACE = 10.0  # seconds to finish what is under way
SETTLED = 20.0  # seconds after which a child counts as well again
LONGEST_PAUSE = 30.0
TICK = 0.2


@dataclass
class Child:
    """One program, and how it has fared."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches this process alone, which ends it in order."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  (our own command lines)
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # greetings; what matters is said on stderr
            start_new_session=True,
            preexec_fn=bound(),
        )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """To the child and everything it started, also after its own end."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def end(self) -> str:
        """How it ended, in words."""
        code = self.process.returncode if self.process else 0
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


class Supervisor:
    """Keeps children running until ``stop``. ``say`` prints a line."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children, self.say = children, say

    def start(self) -> None:
        """Start them all."""
        for child in self.children:
            child.start()

    def tend(self) -> None:
        """Look after every child once."""
        now = time.monotonic()
        for child in self.children:
            if child.is_running():
                continue
            if child.process is not None:
                self._plan(child, now)
            elif now >= child.due_at:
                child.start()

    def stop(self) -> None:
        """Ask them to end, and make them if they don't."""
        try:
            for child in self.children:
                if child.process and child.is_running():
                    child.process.terminate()
            deadline = time.monotonic() + GRACE
            while any(child.is_running() for child in self.children) and time.monotonic() < deadline:
                time.sleep(TICK / 4)
        finally:  # also when told a second time
            self.kill()

    def kill(self) -> None:
        """End them at once."""
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process:
                child.process.wait()

    def _plan(self, child: Child, now: float) -> None:
        child.failures = 0 if now - child.started_at > SETTLED else child.failures + 1
        pause = min(LONGEST_PAUSE, 2.0**child.failures - 1) if child.failures else 0.0
        child.due_at = now + pause
        when = f"in {pause:.0f} s" if pause else "now"
        self.say(f"{child.name} {child.end()}. It starts again {when}.")
        child.signal(signal.SIGKILL)  # what it left behind
        child.process = None
