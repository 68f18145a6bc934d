"""What the server remembers of its own restores: how many there were and when the last was. Kept with its other facts in the store."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from records.kinds.times import rfc3339
from server_stub.storage.directory import Directory

_COUNT = "restores"
_AT = "restored_at"
_A_LITTLE = timedelta(days=1)
_LONGEST_SINCE = timedelta(days=366)
"""No backup is older than this when it is put back."""


@dataclass(frozen=True, slots=True)
class Restores:
    """The restores of a database."""

    count: int
    last: datetime | None
    """When the last one was, aware UTC; None when there was none."""


def restores_of(directory: Directory) -> Restores:
    """What the store remembers."""
    at = directory.meta(_AT)
    return Restores(int(directory.meta(_COUNT) or 0), datetime.fromisoformat(at.replace("Z", "+00:00")) if at else None)


def remember(directory: Directory, count: int, at: datetime) -> None:
    """Remembers that the database is a backup put in the place of another, the so-many-th."""
    directory.set_meta(_COUNT, str(count))
    directory.set_meta(_AT, rfc3339(at))


def moment_of(now: datetime, last_write: datetime | None) -> datetime:
    """When a restore is: by the clock, unless what the backup holds proves that it was set back; then as late as can be.

    Which books of numbers wait for a floor hangs on it: too late a moment asks for floors in vain, too early a one gives numbers out twice.
    """
    if last_write is None or last_write <= now:
        return now
    return last_write if last_write - now <= _A_LITTLE else last_write + _LONGEST_SINCE
