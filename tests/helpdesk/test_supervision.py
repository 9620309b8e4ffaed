"""Children that belong together."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from helpdesk.supervision import Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
WITH_GRANDCHILD = [sys.executable, "-c", "import subprocess; subprocess.call(['sleep', '600'])"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"]


@pytest.fixture
def supervised() -> Iterator[Callable[..., tuple[Supervisor, list[str]]]]:
    running = []

    def supervise(*commands: list[str]) -> tuple[Supervisor, list[str]]:
        said: list[str] = []
        supervisor = Supervisor(
            [Child(f"Child {n}", command) for n, command in enumerate(commands)], said.append
        )
        running.append(supervisor)
        supervisor.start()
        return supervisor, said

    yield supervise
    for supervisor in running:
        supervisor.kill()


def pid(supervisor: Supervisor, number: int = 0) -> int:
    process = supervisor.children[number].process
    assert process
    return process.pid


def tended(supervisor: Supervisor, is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        supervisor.tend()
        time.sleep(0.02)
    return is_so()


Supervised = Callable[..., tuple[Supervisor, list[str]]]


def test_a_killed_child_starts_again_with_a_word_about_it(supervised: Supervised) -> None:
    supervisor, said = supervised(SLEEPER, SLEEPER)
    first, other = pid(supervisor), pid(supervisor, 1)
    os.kill(first, signal.SIGKILL)
    assert tended(supervisor, lambda: bool(supervisor.children[0].process) and pid(supervisor) != first)
    assert said == ["Child 0 was killed by SIGKILL. It starts again in 1 s."]
    assert pid(supervisor, 1) == other


def test_a_child_that_never_comes_up_is_tried_more_and_more_rarely(supervised: Supervised) -> None:
    supervisor, said = supervised([sys.executable, "-c", "raise SystemExit(3)"])
    assert tended(supervisor, lambda: len(said) == 2)
    assert said == [
        "Child 0 ended with code 3. It starts again in 1 s.",
        "Child 0 ended with code 3. It starts again in 3 s.",
    ]


def test_stop_ends_grandchildren_too(supervised: Supervised) -> None:
    supervisor, _ = supervised(WITH_GRANDCHILD, SLEEPER)
    assert tended(supervisor, lambda: bool(psutil.Process(pid(supervisor)).children()))
    family = [psutil.Process(pid(supervisor, n)) for n in (0, 1)]
    family += family[0].children()
    supervisor.stop()
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_a_deaf_child_is_made_to_end(supervised: Supervised, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.supervision.GRACE", 0.3)
    supervisor, _ = supervised(DEAF)
    time.sleep(0.3)
    child = psutil.Process(pid(supervisor))
    supervisor.stop()
    assert psutil.wait_procs([child], timeout=5)[1] == []
