"""Which backups are kept: 7 daily and 4 weekly ones, and the newest of those a person asked for or made before something risky. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from records.thai.dates import BANGKOK

DAILY = 7
WEEKLY = 4
SPECIAL = 3
REGULAR = ("daily", "manual")
"""Why a backup was made that counts for its day; others were made before a restore or an upgrade."""
_AHEAD = timedelta(days=1)


class Made(Protocol):
    """What the rule must know of a backup."""

    @property
    def made_at(self) -> datetime:
        """Aware UTC."""

    @property
    def reason(self) -> str:
        """`daily`, `manual`, `before-restore`, `before-upgrade`."""

    @property
    def name(self) -> str:
        """Its own name, by which two of one moment differ."""


@dataclass(frozen=True)
class Sorted:
    """The verdict."""

    kept: frozenset[str]
    """Names."""
    gone: frozenset[str]
    """Names of those to be removed."""


def sort(backups: Iterable[Made], now: datetime) -> Sorted:
    """Sorts backups that were verified into kept and gone.

    Kept are the newest of each of the last 7 days that have any, the newest of each of the last 4 weeks that have any (Thai days, weeks from
    Monday), the newest 3 a person asked for, the newest 3 made before a restore or an upgrade, and the newest of all. A clock that stood in the year 2569 once makes backups
    "of the future": one of them is kept, and they take no day from the others.
    """
    every = sorted(backups, key=lambda one: (one.made_at, one.name), reverse=True)
    ahead = [one for one in every if one.made_at > now + _AHEAD]
    past = [one for one in every if one.made_at <= now + _AHEAD]
    regular = [one for one in past if one.reason in REGULAR]
    kept = {one.name for one in (*past[:1], *ahead[:1])}
    kept |= {one.name for one in _newest_per(regular, [_day(one) for one in regular], DAILY)}
    kept |= {one.name for one in _newest_per(regular, [_week(one) for one in regular], WEEKLY)}
    for group in (("manual",), ("before-restore", "before-upgrade")):
        kept |= {one.name for one in [one for one in past if one.reason in group][:SPECIAL]}
    return Sorted(frozenset(kept), frozenset(one.name for one in every) - kept)


def is_due(backups: Iterable[Made], now: datetime) -> bool:
    """Whether today (in Thailand) has no backup yet."""
    today = now.astimezone(BANGKOK).date()
    return all(one.made_at.astimezone(BANGKOK).date() != today for one in backups if one.reason in REGULAR)


def _newest_per(newest_first: Sequence[Made], periods: Sequence[tuple[int, ...]], most: int) -> list[Made]:
    found: dict[tuple[int, ...], Made] = {}
    for one, period in zip(newest_first, periods, strict=True):
        found.setdefault(period, one)
    return list(found.values())[:most]


def _day(one: Made) -> tuple[int, ...]:
    return (one.made_at.astimezone(BANGKOK).date().toordinal(),)


def _week(one: Made) -> tuple[int, ...]:
    return tuple(one.made_at.astimezone(BANGKOK).date().isocalendar()[:2])
