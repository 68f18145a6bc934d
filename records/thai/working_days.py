"""Working days and office hours of the Thai government: what limits, targets and clocks count.

Office hours are 08:30 to 16:30 in Thailand, 480 minutes on every working day; the break at noon counts, because counters stay open. Holidays
are those of government offices (the library `holidays`, Buddhist days included): National Labour Day is a working day there, the Royal
Ploughing Ceremony is not. Days the cabinet or the province adds, and working days it makes of holidays, come from the office's own list.
Pure: a calendar of the years 1914-2100, no clock.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from records.thai.dates import BANGKOK

OPENS = time(8, 30)
CLOSES = time(16, 30)
"""Office hours in Thailand."""
DAY_MINUTES = 480
"""Minutes of office hours of one working day."""

_NOT_OF_THE_STATE = ("วันแรงงาน", "วันเด็ก")
"""How the library's names of days begin on which government offices work, or which move nothing."""
_FIRST_YEAR = 1990
"""Working days are counted from 1 January of this year; nothing the office measures is older."""
_LAST_YEAR = 2100
_OPEN_MINUTE = OPENS.hour * 60 + OPENS.minute
_OPEN_MINUTE_UTC = _OPEN_MINUTE - 7 * 60


class WorkCalendar:
    """Which days count. Counting costs the same for a minute and for ten years; a year is worked out when it is first asked for."""

    def __init__(self, off: Collection[date] = (), working: Collection[date] = ()) -> None:
        """`off` are further days off, `working` days on which the office works although they are holidays or at a weekend."""
        self._off = frozenset(off)
        self._working = frozenset(working)
        self._days: dict[int, list[int]] = {}
        self._before: dict[int, int] = {_FIRST_YEAR: 0}
        self._starts: dict[str, tuple[int, bool]] = {}

    def holiday(self, day: date) -> str | None:
        """The Thai name of a public holiday on which government offices are closed; None for other days. The office's own days aside."""
        return _holidays(day.year).get(day)

    def is_working(self, day: date) -> bool:
        """Whether the office works on a day."""
        if day in self._working:
            return True
        return day.weekday() < 5 and day not in self._off and self.holiday(day) is None

    def count_until(self, day: date) -> int:
        """Working days from 1 January 1990 to a day, that day included; 0 before."""
        if day.year < _FIRST_YEAR:
            return 0
        return self._count_before(day.year) + bisect_right(self._days_of(day.year), day.toordinal())

    def days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` comes first."""
        return self.count_until(end) - self.count_until(start)

    def after(self, start: date, days: int) -> date:
        """The day on which so many working days after `start` are over: the first counts from the day after. Negative counts back.

        0 gives `start` itself when the office works then, else the next working day.
        """
        wanted = self.count_until(start) + days
        if days == 0:
            wanted += not self.is_working(start)
        return self._day_at(wanted)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Minutes of office hours between two aware instants; 0 when `end` does not come after `start`."""
        return max(0, self._minute(end) - self._minute(start))

    def minute_of(self, moment: str) -> int:
        """Minutes of office hours from 1 January 1990 to an instant as the wire writes it (`2026-11-20T02:00:00Z`); for many at once.

        Office hours lie inside one day of UTC (01:30-09:30), so that the day of the text is all that must be looked up.
        """
        day = moment[:10]
        found = self._starts.get(day)
        if found is None:
            date_there = date.fromisoformat(day)
            is_working = date_there.year >= _FIRST_YEAR and self.is_working(date_there)
            found = self._starts[day] = ((self.count_until(date_there) - is_working) * DAY_MINUTES, is_working)
        start, is_working = found
        if not is_working:
            return start
        return start + min(max(int(moment[11:13]) * 60 + int(moment[14:16]) - _OPEN_MINUTE_UTC, 0), DAY_MINUTES)

    def after_minutes(self, start: datetime, minutes: int) -> datetime:
        """The instant (UTC) at which so many minutes of office hours after `start` are over."""
        wanted = self._minute(start) + max(0, minutes)
        day = self._day_at(-(-wanted // DAY_MINUTES) if wanted % DAY_MINUTES or minutes else wanted // DAY_MINUTES + 1)
        inside = wanted - (self.count_until(day) - 1) * DAY_MINUTES
        opens = datetime.combine(day, OPENS, BANGKOK)
        return (opens + timedelta(minutes=inside)).astimezone(UTC)

    def _minute(self, moment: datetime) -> int:
        """Minutes of office hours since 1 January 1990."""
        local = moment.astimezone(BANGKOK)
        day = local.date()
        until = self.count_until(day)
        days = self._days_of(day.year) if day.year >= _FIRST_YEAR else []
        place = bisect_right(days, day.toordinal())
        if not place or days[place - 1] != day.toordinal():
            return until * DAY_MINUTES
        inside = local.hour * 60 + local.minute - _OPEN_MINUTE
        return (until - 1) * DAY_MINUTES + min(max(inside, 0), DAY_MINUTES)

    def _day_at(self, number: int) -> date:
        """The working day of that number, counted from 1990; the ends of the calendar for what lies outside."""
        if number < 1:
            return date(_FIRST_YEAR, 1, 1)
        year = _FIRST_YEAR + max(0, number // 262)
        while year < _LAST_YEAR and self._count_before(year + 1) < number:
            year += 1
        days = self._days_of(year)
        place = number - self._count_before(year)
        return date.fromordinal(days[min(place, len(days)) - 1])

    def _count_before(self, year: int) -> int:
        """Working days before 1 January of a year."""
        known = max(one for one in self._before if one <= year)
        for one in range(known, year):
            self._before[one + 1] = self._before[one] + len(self._days_of(one))
        return self._before[year]

    def _days_of(self, year: int) -> list[int]:
        """The working days of a year as ordinals."""
        if year not in self._days:
            usual = _usual_days(year)
            own = {day.toordinal() for day in (*self._off, *self._working) if day.year == year}
            self._days[year] = sorted(one for one in own.union(usual) if self.is_working(date.fromordinal(one))) if own else usual
        return self._days[year]


@cache
def _holidays(year: int) -> Mapping[date, str]:
    """The holidays of government offices in a year, with their Thai names; of every office the same, so they are worked out once."""
    # Brings the calendars of every country: a tenth of a second that only those who count days wait for.
    from holidays import country_holidays

    found = country_holidays("TH", years=year, categories=("public", "government"), language="th")
    return {one: name for one, name in found.items() if not name.startswith(_NOT_OF_THE_STATE)}


@cache
def _usual_days(year: int) -> list[int]:
    """The working days of a year, without what an office adds to or takes from them, as ordinals; read only."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    off = {day.toordinal() for day in _holidays(year)}
    return [one for one in range(first, last + 1) if one % 7 not in (0, 6) and one not in off]
