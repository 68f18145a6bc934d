"""Taking times: product and floor in turns inside one command, medians, one JSON line per measure.

Absolute times say nothing on a shared machine; the ratio of two times taken in turns does.
"""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import msgspec

Seconds = float
Run = Callable[[], Seconds]
"""Does its work once, whatever must be ready before included, and says how long the measured part of it took."""


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measure as it is printed."""

    name: str
    value: float
    """The product's median."""
    floor: float | None
    """The floor's median, in the same unit; None where the floor cannot run here."""
    ratio: float | None
    unit: str
    n: int
    """Records the work is about, or that there are."""
    runs: int = 0
    """How often each side was measured."""
    requests: int | None = None
    bytes: int | None = None
    """Both ways together, headers included."""
    floor_requests: int | None = None
    floor_bytes: int | None = None
    note: str = ""

    def as_json(self) -> str:
        """The line."""
        return msgspec.json.encode(self).decode()


def timed(work: Callable[[], object], *, collect: bool = True) -> Seconds:
    """How long the work takes; `collect` lets Python's collector finish first, which is too long to do before every short measure."""
    if collect:
        gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(product: Run, floor: Run | None, runs: int) -> tuple[list[Seconds], list[Seconds]]:
    """The times of both, taken in turns; who begins changes every time."""
    ours: list[Seconds] = []
    theirs: list[Seconds] = []
    for turn in range(runs):
        sides: list[tuple[Run, list[Seconds]]] = [(product, ours)]
        if floor is not None:
            sides.append((floor, theirs))
        for run, times in sides if turn % 2 == 0 else reversed(sides):
            times.append(run())
    return ours, theirs


def line(name: str, ours: list[Seconds], theirs: list[Seconds], *, n: int, runs: int | None = None, **more: Any) -> Line:
    """The line of two lists of times, in milliseconds."""
    value = statistics.median(ours) * 1000
    floor = statistics.median(theirs) * 1000 if theirs else None
    return Line(
        name=name,
        value=round(value, 3),
        floor=None if floor is None else round(floor, 3),
        ratio=None if not floor else round(value / floor, 2),
        unit="ms",
        n=n,
        runs=len(ours) if runs is None else runs,
        **more,
    )


def percentile(times: list[Seconds], percent: int) -> Seconds:
    """The time below which so many percent of the times lie."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]
