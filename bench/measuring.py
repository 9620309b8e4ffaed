"""Timing two things fairly: in turns, in one run, by their medians."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

MARK = "| "


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured: ours and the reference in seconds, and the ratio that is aimed at."""

    what: str
    ours: float
    reference: float
    target: float

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    def line(self) -> str:
        """One row of the table."""
        verdict = "" if self.ratio <= self.target else "  MISSED"
        return (
            f"{MARK}{self.what:<62} {self.ours * 1000:>9.2f} ms {self.reference * 1000:>9.2f} ms "
            f"{self.ratio:>6.2f}  ≤ {self.target:.1f}{verdict}"
        )


HEADING = f"{MARK}{'what':<62} {'ours':>12} {'reference':>12} {'ratio':>6}  target"


def compare(
    what: str,
    *,
    ours: Callable[[], object],
    reference: Callable[[], object],
    target: float,
    times: int,
    warm_up: int = 3,
) -> Result:
    """Run both in turns so that whatever else the machine does hits both; print and return the result."""
    for _ in range(warm_up):
        ours()
        reference()
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for measured, act in zip(took, (ours, reference), strict=True):
            start = time.perf_counter()
            act()
            measured.append(time.perf_counter() - start)
    result = Result(what, median(took[0]), median(took[1]), target)
    print(result.line(), flush=True)
    return result


def say(text: str) -> None:
    """What is being done meanwhile."""
    print(text, flush=True)
