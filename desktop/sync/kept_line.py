"""What of a line outlives a round: the session, made once, and for a few seconds its connection.

A round makes no session of its own then: what that costs is as much as its one question. A connection is kept no longer than servers keep
one that rests, and never so long that the network may have changed beneath it: a question sent into a dead one waits for the stall timeout.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

KEPT_S = 4.0
"""Seconds a connection that rests is used again; servers end it after five (uvicorn, Apache) or more."""


class Session(Protocol):
    """What can be kept."""

    def close(self) -> None:
        """Ends the connections; the next call opens another."""


Kept = TypeVar("Kept", bound=Session)


class KeptLine(Generic[Kept]):
    """One session between two uses; whoever takes it has it alone. Safe to use from several threads."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """`seconds`: a clock that is never set."""
        self._seconds = seconds
        self._guard = threading.Lock()
        self._kept: Kept | None = None
        self._given_at = 0.0

    def take(self) -> Kept | None:
        """The session, with its connection where that is fresh; None when there is none, or somebody uses it."""
        with self._guard:
            taken, self._kept = self._kept, None
        if taken is not None and not 0 <= self._seconds() - self._given_at <= KEPT_S:
            taken.close()
        return taken

    def give(self, session: Kept) -> None:
        """Keeps a session for the next use; a second one is ended."""
        with self._guard:
            former, self._kept = self._kept, session
            self._given_at = self._seconds()
        if former is not None:
            former.close()

    def close(self) -> None:
        """Ends what is kept."""
        with self._guard:
            former, self._kept = self._kept, None
        if former is not None:
            former.close()
