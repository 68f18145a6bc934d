"""Which backups are kept: a pure rule, held to its properties over made-up years of backups."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop.services import backup_rule
from records.thai.dates import BANGKOK

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
REASONS = ("daily", "daily", "daily", "manual", "before-restore", "before-upgrade")


@dataclass(frozen=True)
class Made:
    """A backup as the rule sees it."""

    made_at: datetime
    reason: str
    name: str


def backups(given: list[tuple[int, int]]) -> list[Made]:
    """Backups made so many hours before now, for one of the reasons."""
    return [Made(NOW - timedelta(hours=hours), REASONS[reason], f"{n}") for n, (hours, reason) in enumerate(given)]


HISTORIES = st.lists(st.tuples(st.integers(-200_000, 2_500), st.integers(0, 5)), max_size=60).map(backups)


@given(HISTORIES)
def test_the_newest_is_kept_and_the_whole_stays_small(made: list[Made]) -> None:
    sorted_ = backup_rule.sort(made, NOW)

    assert sorted_.kept | sorted_.gone == {one.name for one in made}
    assert not sorted_.kept & sorted_.gone
    assert len(sorted_.kept) <= backup_rule.DAILY + backup_rule.WEEKLY + 2 * backup_rule.SPECIAL + 2
    past = [one for one in made if one.made_at <= NOW]
    if past:
        newest = max(one.made_at for one in past)
        assert any(one.name in sorted_.kept for one in past if one.made_at == newest)


@given(HISTORIES)
def test_what_was_kept_is_kept_when_nothing_new_came(made: list[Made]) -> None:
    kept = backup_rule.sort(made, NOW).kept
    assert backup_rule.sort([one for one in made if one.name in kept], NOW).kept == kept


@given(HISTORIES)
def test_each_of_the_last_seven_days_and_four_weeks_with_a_backup_has_one(made: list[Made]) -> None:
    kept = [one for one in made if one.name in backup_rule.sort(made, NOW).kept]
    regular = [one for one in made if one.reason in backup_rule.REGULAR and one.made_at <= NOW]

    def days(these: list[Made]) -> list[int]:
        return sorted({one.made_at.astimezone(BANGKOK).toordinal() for one in these}, reverse=True)

    def weeks(these: list[Made]) -> list[tuple[int, ...]]:
        return sorted({tuple(one.made_at.astimezone(BANGKOK).isocalendar()[:2]) for one in these}, reverse=True)

    assert set(days(regular)[:7]) <= set(days(kept))
    assert set(weeks(regular)[:4]) <= set(weeks(kept))


def test_a_year_of_days_leaves_seven_days_and_four_weeks() -> None:
    standing: list[Made] = []
    for day in range(365):
        now = NOW + timedelta(days=day)
        standing.append(Made(now, "daily", f"{day}"))
        kept = backup_rule.sort(standing, now).kept
        standing = [one for one in standing if one.name in kept]

    ages = sorted((now - one.made_at).days for one in standing)
    assert ages[:7] == list(range(7))
    assert 9 <= len(ages) <= 11
    assert 21 <= ages[-1] <= 28


def test_a_backup_of_the_buddhist_year_takes_no_day_from_the_others() -> None:
    days = [Made(NOW - timedelta(days=n), "daily", f"{n}") for n in range(7)]
    ahead = [Made(NOW.replace(year=2569 + n), "daily", f"ahead {n}") for n in range(3)]

    kept = backup_rule.sort([*days, *ahead], NOW).kept

    assert {f"{n}" for n in range(7)} <= kept
    assert "ahead 2" in kept
    assert "ahead 0" not in kept
    assert backup_rule.is_due(ahead, NOW)
    assert not backup_rule.is_due(days, NOW)
