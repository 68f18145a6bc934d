"""Shedding load: a bounded number of calls in work, and a random slot in Retry-After for everyone beyond it (protocol.md, "Many clients").

    7,850 desktops come back after a power cut      in work            told to come back
    ───────────────────────────────────────────▶    at most `places`   at second 1, 2, 3 ... of a window as long as the queue needs

A slot is random, among the least promised seconds of the window: clients who were turned away together come back spread evenly, at the pace
calls were lately done. A call a person waits for may use the last places; those of timers may not (RFC 9218: `Priority: u=` below 3).
Used by one event loop; keeps no thread of its own.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from records.ids import Entropy
from server_stub.problems import CallProblem

PLACES = 64
"""Calls in work and waiting for a worker thread, per process."""
KEPT_PERCENT = 25
"""So much of the places is kept for calls a person waits for."""
FIRST_WINDOW_S = 20
"""The shortest window of slots."""
LONGEST_WINDOW_S = 900
"""The longest: the period of a desktop's own timer."""
FILL_PERCENT = 70
"""Slots are promised up to this part of the pace: the rest is for those who come unasked."""
FIRST_PACE = 20.0
"""Calls a second, assumed before any were counted."""
SLOWEST_PACE = 2.0
_COUNTED = 256
_LOOKS = 8
"""Seconds compared before one is promised."""
_URGENCY = re.compile(r"(?:^|,)\s*u=([0-7])\s*(?:,|;|$)")
_USUAL_URGENCY = 3


def is_waited_for(priority: str) -> bool:
    """Whether a person waits for the call, by its `Priority` header."""
    found = _URGENCY.search(priority)
    return found is not None and int(found[1]) < _USUAL_URGENCY


class Shed(CallProblem):
    """There is no place for a call."""

    def __init__(self, slot_s: int) -> None:
        """`slot_s`: seconds from now, for Retry-After."""
        super().__init__("unavailable", retry_after_s=slot_s)


class Shedder:
    """The places of one process, and what was promised to those who found none."""

    def __init__(self, seconds: Callable[[], float], entropy: Entropy, places: int = PLACES) -> None:
        """`seconds`: a clock that is never set, such as `time.monotonic`."""
        self._seconds = seconds
        self._entropy = entropy
        self._places = places
        self._in_work = 0
        self._done: deque[float] = deque(maxlen=_COUNTED)
        self._promised: dict[int, int] = {}
        self._forgotten_until = 0

    def another(self) -> "Shedder":
        """As many places beside these, for work of another kind."""
        return Shedder(self._seconds, self._entropy, self._places)

    @property
    def in_work(self) -> int:
        """How many calls have a place."""
        return self._in_work

    def check(self, *, waited_for: bool) -> None:
        """Raises Shed with a slot in Retry-After when there is no place: to be asked before a body is read."""
        room = self._places if waited_for else max(1, self._places * (100 - KEPT_PERCENT) // 100)
        if self._in_work >= room:
            raise Shed(self._slot())

    @contextmanager
    def place(self, *, waited_for: bool) -> Iterator[None]:
        """Holds a place. Raises Shed as `check`."""
        self.check(waited_for=waited_for)
        self._in_work += 1
        try:
            yield
        finally:
            self._in_work -= 1
            self._done.append(self._seconds())

    @property
    def pace(self) -> float:
        """Calls done a second, lately."""
        if len(self._done) < _COUNTED // 8:
            return FIRST_PACE
        return max(SLOWEST_PACE, (len(self._done) - 1) / max(self._done[-1] - self._done[0], 0.001))

    def _slot(self) -> int:
        """Whole seconds from now."""
        now = int(self._seconds())
        for second in range(self._forgotten_until, now) if now - self._forgotten_until <= LONGEST_WINDOW_S else list(self._promised):
            self._promised.pop(second, None)
        self._forgotten_until = now
        needed = sum(self._promised.values()) * 100 / (FILL_PERCENT * self.pace)
        window = min(LONGEST_WINDOW_S, FIRST_WINDOW_S + int(needed))
        looks = [1 + int.from_bytes(self._entropy(4), "big") % window for _ in range(_LOOKS)]
        chosen = min(looks, key=lambda second: self._promised.get(now + second, 0))
        self._promised[now + chosen] = self._promised.get(now + chosen, 0) + 1
        return chosen
