"""The clock of a request: by when it must be answered, how long each step took, what is late. Pure: the calendar and the instant are arguments.

received -----> step 1 ---> | waits for the citizen: the clock stands | ---> step 1 goes on ---> step 2 ---> answered
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from records.record import Draft
from records.thai.dates import today_in_thailand
from records.thai.working_days import WorkCalendar


def due_day(calendar: WorkCalendar, service: Draft, received_at: datetime, target_minutes: int | None) -> date | None:
    """The day by which a request must be answered: the service's legal limit, else its target in office hours; None where it has neither.

    The day it came in does not count (the first is the day after). A limit in calendar days that ends on a day off ends on the next working
    day (Civil and Commercial Code, section 193/8). `target_minutes` is used where the service itself names no target.
    """
    limit = service.get("legal_limit_days")
    if limit is not None:
        came = today_in_thailand(received_at)
        if service.get("limit_counts") == "days":
            return calendar.after(came + timedelta(days=limit), 0)
        return calendar.after(came, limit)
    minutes = service.get("target_minutes") or target_minutes
    return None if minutes is None else today_in_thailand(calendar.after_minutes(received_at, minutes))


def moved_due(calendar: WorkCalendar, due: date, paused_at: datetime, resumed_at: datetime, *, counts_days: bool) -> date:
    """The due day after a wait for the citizen: later by the days that waited; `counts_days` for a limit in calendar days."""
    paused, resumed = today_in_thailand(paused_at), today_in_thailand(resumed_at)
    if counts_days:
        return calendar.after(due + (resumed - paused), 0) if resumed > paused else due
    waited = calendar.days_between(paused, resumed)
    return calendar.after(due, waited) if waited > 0 else due


@dataclass(frozen=True)
class StepTime:
    """How one step stands."""

    minutes: int
    """Minutes of office hours spent on it so far, waits for the citizen left out."""
    target: int | None
    """Minutes promised; None where nothing is."""
    is_running: bool
    """Begun, not ended, not waiting."""
    is_paused: bool

    @property
    def is_late(self) -> bool:
        """Whether it took longer than promised."""
        return self.target is not None and self.minutes > self.target


def step_time(calendar: WorkCalendar, step: Draft, now: datetime) -> StepTime:
    """How a request_step (its Python values) stands at an instant; one not begun has taken no time."""
    started, ended, paused = step.get("started_at"), step.get("ended_at"), step.get("paused_at")
    target = step.get("target_minutes")
    if started is None:
        return StepTime(0, target, is_running=False, is_paused=False)
    end = ended or now
    waited = step.get("paused_minutes") or 0
    if paused is not None:
        waited += calendar.minutes_between(paused, end)
    minutes = max(0, calendar.minutes_between(started, end) - waited)
    return StepTime(minutes, target, is_running=ended is None and paused is None, is_paused=ended is None and paused is not None)


def ended_pause(calendar: WorkCalendar, step: Draft, now: datetime) -> dict[str, Any]:
    """What changes in a step whose wait ends now; nothing when it does not wait."""
    paused = step.get("paused_at")
    if paused is None:
        return {}
    return {"paused_at": None, "paused_minutes": (step.get("paused_minutes") or 0) + calendar.minutes_between(paused, now)}
