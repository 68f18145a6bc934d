"""The last rounds of sync, remembered for people: when, what went up and down, and what was in the way."""

from datetime import datetime

import msgspec

from desktop.storage import state
from desktop.storage.connection import Connection
from desktop.sync.status import Report
from records.errors import AppError, Unavailable
from records.kinds.times import rfc3339
from records.words import Words

KEPT = 50
_SETTING = "sync_rounds"


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round that ended."""

    at: str
    """When it ended, RFC 3339 UTC."""
    outcome: str
    """`done`, `left` (something still waits or is refused), `cancelled`, `offline` or `stopped`."""
    pushed: int = 0
    pulled: int = 0
    merged: int = 0
    conflicts: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    refused: int = 0
    """Changes the server does not take as they are, when it ended."""
    requests: int = 0
    seconds: float = 0
    """How long it took by this computer's clock; 0 when not known."""
    th: str = ""
    """Why it ended early, or what there is to say of it, in Thai; mostly empty."""
    en: str = ""
    code: str = ""
    """The code of the error that ended it; empty when none did."""
    deletions: int = 0
    """So many deletions of a type it waits for a person to allow; 0 when it waits for none."""
    since: str = ""
    """Of several rounds without a line in a row, of which the last is kept: when the first ended, RFC 3339 UTC."""
    offered: int = 0
    """Records this desk offered again because the server had lost them."""
    went_back: int = 0
    """Records that went back to an earlier version with the server."""

    @property
    def message(self) -> Words:
        """Why it ended early, or what there is to say of it."""
        return Words(self.th, self.en)


def rounds(connection: Connection) -> tuple[Round, ...]:
    """The last rounds, newest first."""
    text = state.setting(connection, _SETTING)
    return tuple(msgspec.json.decode(text, type=list[Round])) if text else ()


def remember_report(connection: Connection, at: datetime, report: Report, began: datetime | None = None) -> None:
    """Keeps a round that came to its end; inside `write()`. `began` is None when that is not known."""
    problem = next(iter(report.problems.values()), None)
    outcome = "cancelled" if report.cancelled else "done" if report.done else "stopped" if problem else "left"
    said = [*([problem.message] if problem else []), *report.notices]
    message = Words(" · ".join(one.th for one in said), " · ".join(one.en for one in said))
    kept = Round(
        at=rfc3339(at), outcome=outcome, pushed=report.pushed, pulled=report.pulled, merged=report.merged, conflicts=report.conflicts,
        bytes_up=report.bytes_up, bytes_down=report.bytes_down, refused=report.refused, requests=report.requests,
        seconds=_seconds(began, at), th=message.th, en=message.en,
        deletions=max((one.deletions for one in report.problems.values()), default=0),
        offered=sum(one.offered for one in report.streams.values()), went_back=sum(one.went_back for one in report.streams.values()),
    )  # fmt: skip
    _keep(connection, kept)


def remember_failure(connection: Connection, at: datetime, error: AppError, began: datetime | None = None) -> None:
    """Keeps a round that an error ended; inside `write()`."""
    outcome = "offline" if isinstance(error, Unavailable) else "stopped"
    _keep(
        connection,
        Round(at=rfc3339(at), outcome=outcome, seconds=_seconds(began, at), th=error.message.th, en=error.message.en, code=error.code),
    )


def _seconds(began: datetime | None, at: datetime) -> float:
    """A clock set back meanwhile makes no time of less than nothing."""
    return max(0.0, round((at - began).total_seconds(), 1)) if began else 0.0


def _keep(connection: Connection, one: Round) -> None:
    former = rounds(connection)
    # A morning without a line is one entry, and so is one in which nothing happened: else they push out what did.
    if former and former[0].outcome == one.outcome == "offline":
        one = msgspec.structs.replace(one, since=former[0].since or former[0].at)
        former = former[1:]
    elif former and _is_quiet(former[0]) and _is_quiet(one):
        former = former[1:]
    state.set_setting(connection, _SETTING, msgspec.json.encode([one, *former][:KEPT]).decode())


def _is_quiet(one: Round) -> bool:
    """Whether nothing happened that anybody would look for."""
    return one.outcome == "done" and not (one.pushed or one.pulled or one.merged or one.conflicts or one.refused or one.th)
