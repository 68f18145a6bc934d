"""How long the steps of requests take: by service, step and officer, measured in office hours with the waits for citizens left out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from desktop.services.request_flow import calendar_of
from desktop.storage.step_times import steps_begun
from records.kinds import Json, Moment
from records.thai.dates import BANGKOK
from records.thai.fiscal import fiscal_year_bounds

if TYPE_CHECKING:
    from desktop.services.office import Office


@dataclass(frozen=True)
class Measure:
    """Steps of one kind together."""

    service: str
    """Name of the service; empty for requests without one."""
    step: str
    officer: str
    """Empty when officers are not told apart, or nobody was named."""
    count: int
    """Steps begun, those under way included."""
    ended: int
    """Steps that are over; times are theirs alone."""
    median: int | None
    """Minutes of office hours half of them took at most; None while none is over."""
    longest: int | None
    target: int | None
    """Minutes promised; the last promise where it changed."""
    late: int
    """Steps that took longer than was promised for them, those under way included."""

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line; minutes of office hours."""
        return {
            "service": self.service, "step": self.step, "officer": self.officer, "count": self.count, "ended": self.ended,
            "median": self.median, "longest": self.longest, "target": self.target, "late": self.late,
        }  # fmt: skip


def measured(
    office: "Office", first: date | None = None, last: date | None = None, *, by_officer: bool = True, stream: str | None = None
) -> list[Measure]:
    """The measures of the steps begun in a span of days (both inside; None for open ends), by service, step and officer.

    Sorted by service and step, the slowest officer first. 100,000 requests take about a second; not for the main thread.
    """
    calendar, now = calendar_of(office), str(Moment().to_wire(office.clock()))
    begin = _moment(first) if first else "0000"
    end = _moment(last + timedelta(days=1)) if last else "9999"
    with office.database.reading() as connection:
        rows = steps_begun(connection, begin, end, stream)
    times: defaultdict[tuple[str, str, str], list[tuple[int, int | None, bool]]] = defaultdict(list)
    minute_of, until_now = calendar.minute_of, calendar.minute_of(now)
    for service, step, officer, started, ended, paused, waited, target in rows:
        stop = until_now if ended is None else minute_of(ended)
        minutes = stop - minute_of(started) - waited
        if paused is not None:
            minutes -= max(0, stop - minute_of(paused))
        times[service or "", step, officer if by_officer else ""].append((max(0, minutes), target, ended is not None))
    names = office.records.titles("service", [service for service, _, _ in times if service])
    measures = [_measure(names.get(service, ""), step, officer, found) for (service, step, officer), found in times.items()]
    return sorted(measures, key=lambda one: (not one.service, one.service, one.step, -(one.median or 0), one.officer))


def of_year(office: "Office", fiscal_year: int | None, *, by_officer: bool = True) -> list[Measure]:
    """The measures of a fiscal year (พ.ศ.), or of all years."""
    first, last = fiscal_year_bounds(fiscal_year) if fiscal_year is not None else (None, None)
    return measured(office, first, last, by_officer=by_officer)


def _measure(service: str, step: str, officer: str, found: list[tuple[int, int | None, bool]]) -> Measure:
    over = [minutes for minutes, _, is_over in found if is_over]
    targets = [target for _, target, _ in found if target is not None]
    return Measure(
        service=service,
        step=step,
        officer=officer,
        count=len(found),
        ended=len(over),
        median=round(median(over)) if over else None,
        longest=max(over, default=None),
        target=targets[-1] if targets else None,
        late=sum(target is not None and minutes > target for minutes, target, _ in found),
    )


def _moment(day: date) -> str:
    return str(Moment().to_wire(datetime.combine(day, datetime.min.time(), BANGKOK).astimezone(UTC)))
