"""Working days and office hours: Songkran, the turn of the year, what the office noted itself, and the laws of counting."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.thai.dates import BANGKOK
from records.thai.working_days import CLOSES, OPENS, WorkCalendar

CALENDAR = WorkCalendar()
INSTANTS = st.integers(946_684_800, 2_871_763_199).map(lambda second: datetime.fromtimestamp(second, UTC))
"""The years 2000 to 2060."""
DAYS = st.dates(date(1995, 1, 1), date(2090, 12, 31))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the clock in Thailand."""
    return datetime.combine(day, time(hour, minute), BANGKOK)


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 4, 10), True),
        (date(2026, 4, 13), False),
        (date(2026, 4, 14), False),
        (date(2026, 4, 15), False),
        (date(2026, 4, 16), True),
        (date(2026, 4, 18), False),
        (date(2026, 5, 1), True),
        (date(2026, 5, 13), False),
        (date(2026, 6, 1), False),
        (date(2026, 12, 7), False),
    ],
    ids=["before Songkran", "Songkran 1", "2", "3", "after", "Saturday", "Labour Day", "Royal Ploughing", "in lieu of Visakha", "in lieu"],
)
def test_government_offices_keep_their_own_holidays(day: date, is_working: bool) -> None:
    assert CALENDAR.is_working(day) is is_working


def test_five_working_days_from_the_friday_before_songkran_end_after_it() -> None:
    assert CALENDAR.after(date(2026, 4, 10), 5) == date(2026, 4, 22)
    assert CALENDAR.days_between(date(2026, 4, 10), date(2026, 4, 22)) == 5


def test_days_are_counted_across_the_turn_of_the_year() -> None:
    # 31 December, 1 January and the special 2 January 2569 are off; then a weekend.
    assert CALENDAR.after(date(2025, 12, 30), 1) == date(2026, 1, 5)
    assert CALENDAR.days_between(date(2025, 12, 30), date(2026, 1, 5)) == 1
    assert CALENDAR.days_between(date(2026, 1, 5), date(2025, 12, 30)) == -1
    assert CALENDAR.after(date(2026, 1, 5), -1) == date(2025, 12, 30)


def test_a_limit_of_no_days_ends_on_the_day_itself_or_the_next_working_day() -> None:
    assert CALENDAR.after(date(2026, 4, 10), 0) == date(2026, 4, 10)
    assert CALENDAR.after(date(2026, 4, 11), 0) == date(2026, 4, 16)


def test_minutes_over_songkran_are_those_of_office_hours() -> None:
    friday, thursday = date(2026, 4, 10), date(2026, 4, 16)

    assert CALENDAR.minutes_between(at(friday, 16), at(thursday, 9)) == 60
    assert CALENDAR.minutes_between(at(friday, 17), at(thursday, 8)) == 0
    assert CALENDAR.minutes_between(at(thursday, 9), at(friday, 16)) == 0
    assert CALENDAR.after_minutes(at(friday, 16), 60) == at(thursday, 9)
    assert CALENDAR.after_minutes(at(friday, 16), 30) == at(friday, 16, 30)


def test_the_days_an_office_notes_count_for_it_alone() -> None:
    own = WorkCalendar(off=[date(2026, 11, 23)], working=[date(2026, 11, 28)])

    assert not own.is_working(date(2026, 11, 23))
    assert own.is_working(date(2026, 11, 28))
    assert own.days_between(date(2026, 11, 20), date(2026, 11, 30)) == CALENDAR.days_between(date(2026, 11, 20), date(2026, 11, 30))
    assert own.after(date(2026, 11, 20), 1) == date(2026, 11, 24)


@given(DAYS, st.integers(1, 400))
def test_counting_forth_and_back_agree(start: date, days: int) -> None:
    end = CALENDAR.after(start, days)

    assert CALENDAR.is_working(end)
    assert CALENDAR.days_between(start, end) == days


@given(DAYS, st.integers(0, 60))
def test_days_between_are_the_working_days_one_by_one(start: date, length: int) -> None:
    end = start + timedelta(days=length)

    one_by_one = sum(CALENDAR.is_working(start + timedelta(days=number)) for number in range(1, length + 1))

    assert CALENDAR.days_between(start, end) == one_by_one


@given(INSTANTS, st.integers(1, 20_000))
def test_the_end_of_some_minutes_is_so_many_minutes_away_and_in_office_hours(start: datetime, minutes: int) -> None:
    end = CALENDAR.after_minutes(start, minutes)

    assert CALENDAR.minutes_between(start, end) == minutes
    assert CALENDAR.is_working(end.astimezone(BANGKOK).date())
    assert OPENS <= end.astimezone(BANGKOK).time() <= CLOSES


@given(INSTANTS, st.integers(0, 5_000_000), st.integers(0, 5_000_000))
def test_parts_of_a_time_add_up(start: datetime, first: int, second: int) -> None:
    middle = start + timedelta(seconds=first)
    end = middle + timedelta(seconds=second)

    assert CALENDAR.minutes_between(start, middle) + CALENDAR.minutes_between(middle, end) == CALENDAR.minutes_between(start, end)


@given(INSTANTS, st.integers(0, 5_000_000))
def test_an_instant_as_text_counts_as_the_instant_itself(start: datetime, length: int) -> None:
    end = start + timedelta(seconds=length)
    first, last = (CALENDAR.minute_of(one.isoformat().replace("+00:00", "Z")) for one in (start, end))

    assert last - first == CALENDAR.minutes_between(start, end)
