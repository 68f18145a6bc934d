"""Sums over plans are made from indexes: with 100,000 projects no long text is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.storage import plan_sums
from tests.offices import made_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office without records."""
    result = made_office(tmp_path)
    yield result
    result.close()


def test_an_office_without_plans_has_sums_of_nothing(office: Office) -> None:
    database = office.database
    assert not plan_sums.places(database, None)
    assert not plan_sums.place_money(database, "x")
    assert not plan_sums.stage_sums(database, 2569)
    assert (plan_sums.uncounted(database, None), plan_sums.paid_by_quarter(database, 2569)) == (0, (0, 0, 0, 0))


def test_sums_of_places_walk_indexes_that_hold_all_they_need(office: Office) -> None:
    asked: list[str] = []
    connection = office.database.read()
    connection.set_trace_callback(asked.append)
    plan_sums.places(office.database, "x")
    plan_sums.place_money(office.database, "x")
    connection.set_trace_callback(None)
    plans = [row[3] for sql in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}") if " p " in row[3] or " b " in row[3]]
    assert len(plans) == 3
    assert all("COVERING INDEX" in plan for plan in plans)


def test_a_project_of_another_stream_is_left_out_where_one_is_named(office: Office) -> None:
    project = office.records.save("project", None, {"title": "ถนน"}).row
    office.records.save("project_budget", None, {"project": project.id, "fiscal_year": 2569, "planned": 100})
    assert [one.counts[0] for one in plan_sums.stage_sums(office.database, 2569, project.stream)] == [1]
    assert plan_sums.stage_sums(office.database, 2569, "office/0000000") == []
    assert plan_sums.project_facts(office.database, [project.id])[project.id].planned == 100
    assert plan_sums.project_facts(office.database, [project.id], 2568) == {}
