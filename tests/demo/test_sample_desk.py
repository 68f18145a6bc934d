"""A desk filled with the sample office: everything in it agrees, and every page has something to show."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from demo import sheets
from demo.desk import SampleDesk
from desktop.storage.query import Query
from records.thai.dates import today_in_thailand

NOW = datetime(2026, 11, 22, 2, 41, tzinfo=UTC)
YEAR_JUST_BEGUN = datetime(2026, 10, 3, 2, 41, tzinfo=UTC)
LATE_IN_THE_YEAR = datetime(2027, 9, 3, 2, 41, tzinfo=UTC)
A_HANDFUL = 8


def filled(folder: Path, now: datetime, seed: int = 2569) -> SampleDesk:
    desk = SampleDesk(folder, now, seed=seed)
    desk.enrol()
    desk.receive_all()
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SampleDesk]:
    made = filled(tmp_path, NOW)
    yield made
    made.office.close()


@pytest.mark.parametrize(("now", "seed"), [(NOW, 2569), (YEAR_JUST_BEGUN, 3), (LATE_IN_THE_YEAR, 7)])
def test_no_rule_finds_an_error_in_it_and_a_handful_is_left_to_mend(tmp_path: Path, now: datetime, seed: int) -> None:
    desk = filled(tmp_path, now, seed)
    desk.office.mending.run()

    found = desk.office.mending.to_mend()

    assert (found.errors, [kind for kind in found.kinds if kind.severity == "error"]) == (0, [])
    assert 1 <= found.records <= A_HANDFUL
    desk.office.close()


def test_no_line_of_either_year_is_below_zero_and_the_totals_are_those_of_the_lines(desk: SampleDesk) -> None:
    for year in (2569, 2570):
        tree = desk.office.budget.tree(year)
        said = next(one.fields for one in desk.of_type("fiscal_year") if one.fields["year"] == year)
        lines = [one for one in desk.of_type("budget_line") if one.fields["fiscal_year"] == year]

        assert tree.amounts.adopted == said["expenditure_total"] == said["revenue_estimate"]
        assert tree.amounts.moved_in == tree.amounts.moved_out > 0
        assert 0 < tree.amounts.paid < tree.amounts.adopted
        assert all(desk.office.budget.balance(line.id).amounts.balance >= 0 for line in lines)


def test_somebody_acts_a_seat_is_vacant_and_terms_end_soon(desk: SampleDesk) -> None:
    seats = desk.office.holders.on(today_in_thailand(NOW))

    assert [holder.name for seat in seats for holder in seat.holders if holder.acting]
    assert [seat.name for seat in seats if seat.vacant]
    assert [one for one in desk.office.holders.ending(180) if one.end > date(2026, 11, 22)]


def test_requests_stand_in_every_state_with_times_measured_against_their_targets(desk: SampleDesk) -> None:
    states = Counter(one.fields["state"] for one in desk.of_type("service_request"))
    missing = [one for one in desk.of_type("request_document") if one.fields["state"] == "missing"]
    ended = [one.fields for one in desk.of_type("request_step") if "ended_at" in one.fields]

    assert set(states) == {"received", "checking", "waiting_citizen", "approval", "done", "rejected", "cancelled"}
    assert len(missing) == states["waiting_citizen"]
    assert len(ended) > 50
    assert all(str(one["started_at"]) < str(one["ended_at"]) for one in ended)


def test_receipts_follow_each_other_are_handed_over_and_the_last_day_waits(desk: SampleDesk) -> None:
    receipts = [one.fields for one in desk.of_type("receipt")]
    days = sorted({str(one["issued_on"]) for one in receipts})

    assert [one["number"] for one in receipts] == list(range(1, len(receipts) + 1))
    assert {str(one["issued_on"]) for one in receipts if "remittance" not in one} == {days[-1]}
    assert [day.day.isoformat() for day in desk.office.remittances.open_days()] == [days[-1]]


def test_the_plan_has_an_addition_and_a_change_that_keeps_what_was_said_before(desk: SampleDesk) -> None:
    plans = desk.office.plans
    plan = plans.usual_plan(2570)
    fates = Counter(changed.fate for edition in plans.editions(plan) for changed in plans.compare(edition.id).projects)

    assert fates["added"] == fates["changed"] == 2


def test_figures_are_there_for_three_years(desk: SampleDesk) -> None:
    years = Counter(int(str(one.fields["year"])) for one in desk.of_type("base_figure"))

    assert sorted(years) == [2568, 2569, 2570]
    assert len(set(years.values())) == 1


def test_what_central_has_tells_of_the_neighbours(desk: SampleDesk) -> None:
    registry = Counter(one.type for one in desk.sample.registry)

    assert registry["office"] > 1
    assert registry["office_event"] > registry["office"]
    assert desk.office.store.count(Query("office_event")) == registry["office_event"]


def test_leased_numbers_go_on_after_those_of_the_sample(desk: SampleDesk) -> None:
    desk.lease_numbers(count=100)

    assert desk.office.numbering.left() == 100 - len(desk.of_type("receipt"))


def test_the_sheets_of_the_day_hold_what_the_office_has(tmp_path: Path, desk: SampleDesk) -> None:
    office = desk.sample
    villages = rows(sheets.villages_sheet(tmp_path / "villages.csv", office))
    officials = rows(sheets.officials_sheet(tmp_path / "officials.csv", office))
    plan = rows(sheets.plan_sheet(tmp_path / "plan.csv", office))
    ordinance = rows(sheets.ordinance_sheet(tmp_path / "ordinance.csv", office, 2570))

    assert [int(one["households"]) > int(one["population"]) for one in villages] == [False] * 7 + [True]
    assert len(officials) == len(desk.of_type("term"))
    assert [one["acting"] for one in officials].count("ใช่") == 1
    assert len(ordinance) == sum(one.fields["fiscal_year"] == 2570 for one in desk.of_type("budget_line"))
    # One was merged, and two say what an edition has changed since.
    assert len(plan) == len(desk.of_type("project")) - 3


def rows(path: Path) -> list[dict[str, str]]:
    """What a sheet says."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
