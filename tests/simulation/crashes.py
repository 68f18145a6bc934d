"""What a simulated computer suffers: a clock that is wrong and jumps, and death at any statement of a transaction."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.storage.connection import Connection
from desktop.storage.database import Database

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ANY_TIME = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


BOOK_OPEN = (datetime(2026, 10, 15, tzinfo=UTC), datetime(2027, 8, 1, tzinfo=UTC))
"""Inside the fiscal year of the book: the server closes the blocks of years that ended, which no calm history may show."""


class Crash(BaseException):
    """The process dies here."""


class Clock:
    """A clock that people set wrong."""

    def __init__(
        self, asked: Callable[[], None] = lambda: None, *, may_jump: bool = True, span: tuple[datetime, datetime] = ANY_TIME
    ) -> None:
        """`asked` is called whenever the time is asked for, in the middle of transactions too; without `may_jump` it only goes on, else it
        jumps inside the span."""
        self.now = START
        self._asked = asked
        self._may_jump = may_jump
        self._span = span

    def __call__(self) -> datetime:
        self._asked()
        self.now += timedelta(seconds=1)
        return self.now

    def jump(self, by: timedelta) -> None:
        """Somebody, or a dead battery, sets it."""
        if self._may_jump:
            self.now = min(max(self.now + by, self._span[0]), self._span[1])


class DoomedConnection(Connection):
    """A connection whose process dies at the k-th statement: before it or after it, and does nothing more from then on."""

    left: int
    """Statements until then; below 0: dead."""
    is_after: bool
    """Whether the statement itself is still carried out: what a COMMIT did is then done, and nobody was told."""

    def execute(self, *arguments: Any) -> Any:
        """As sqlite3's."""
        return self._until_dead(super().execute, arguments)

    def executemany(self, *arguments: Any) -> Any:
        """As sqlite3's."""
        return self._until_dead(super().executemany, arguments)

    def _until_dead(self, do: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self.left -= 1
        if self.left < 0 or (self.left == 0 and not self.is_after):
            raise Crash
        done = do(*arguments)
        if self.left == 0:
            raise Crash
        return done


def doom(database: Database, statements: int, *, is_after: bool) -> None:
    """Lets this thread's connection die at that statement from now."""
    connection: Any = database.read()
    connection.__class__ = DoomedConnection
    connection.left, connection.is_after = statements, is_after


def spare(database: Database) -> None:
    """Takes the doom back, where the process lived on."""
    connection: Any = database.read()
    if isinstance(connection, DoomedConnection):
        connection.__class__ = Connection
