"""Rules of plans, links, evaluations and equipment, each with a case on either side."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from records.catalogue import BY_TYPE
from records.checks import Severity, check
from records.kinds import Json
from tests.records.test_checks import GOOD_PROJECT, OTHER, PERSON, PLAN, PROJECT, found, holding

NEW_PLAN: dict[str, Json] = {"id": PLAN, "first_year": 2566, "last_year": 2570}
AMENDMENT: dict[str, Json] = {"id": PERSON, "edition": "corrected", "number": "2/2568", "amends": PLAN}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"first_year": 2566, "last_year": 2569}, "last_year"),
        ({"edition": "first", "amends": PLAN}, "amends"),
        ({"edition": "changed", "number": "1/2567"}, "amends"),
        ({"edition": "changed", "amends": PLAN}, "number"),
        ({"state": "adopted"}, "adopted_on"),
    ],
)
def test_a_plan_that_does_not_fit_together_is_warned_of(draft: dict[str, Any], field: str) -> None:
    assert found("plan", {"name": "แผน", **draft})[field][0] == "warning"


def test_a_plan_of_five_years_and_an_amendment_of_it_are_well() -> None:
    assert found("plan", {"name": "แผน", "first_year": 2566, "last_year": 2570, "edition": "first"}) == {}
    assert found("plan", {"name": "แก้ไข", "edition": "corrected", "number": "2/2568", "amends": PLAN}, ("plan", NEW_PLAN)) == {}


def test_an_amendment_of_an_amendment_is_warned_of() -> None:
    draft = {"name": "แก้ไข", "edition": "corrected", "number": "3/2568", "amends": PERSON}
    assert found("plan", draft, ("plan", AMENDMENT))["amends"][0] == "warning"


def test_a_tactic_stays_in_the_plan_of_its_strategy() -> None:
    strategy: dict[str, Json] = {"id": OTHER, "plan": PROJECT}
    assert "strategy" in found("tactic", {"plan": PLAN, "name": "ก", "strategy": OTHER}, ("strategy", strategy), ("plan", NEW_PLAN))
    same: dict[str, Json] = {"id": OTHER, "plan": PLAN}
    assert found("tactic", {"plan": PLAN, "name": "ก", "strategy": OTHER}, ("strategy", same), ("plan", NEW_PLAN)) == {}


def test_an_edition_must_amend_the_plan_of_the_project() -> None:
    records: tuple[tuple[str, dict[str, Json]], ...] = (("plan", NEW_PLAN), ("strategy", {"id": OTHER, "plan": PLAN}))
    well = found("project", {**GOOD_PROJECT, "amendment": PERSON}, *records, ("plan", AMENDMENT))
    ill = found("project", {**GOOD_PROJECT, "amendment": PERSON}, *records, ("plan", {**AMENDMENT, "amends": OTHER}))
    assert "amendment" not in well
    assert ill["amendment"][0] == "warning"


def test_a_change_of_a_plan_from_2571_gives_its_reason() -> None:
    records: tuple[tuple[str, dict[str, Json]], ...] = (("plan", {**NEW_PLAN, "first_year": 2571, "last_year": 2575}), ("plan", AMENDMENT))
    assert found("project", {**GOOD_PROJECT, "amendment": PERSON}, *records)["reason"][0] == "warning"
    assert "reason" not in found("project", {**GOOD_PROJECT, "amendment": PERSON, "reason": "น้ำท่วม"}, *records)


def test_what_a_project_said_before_an_edition_is_no_double() -> None:
    old: dict[str, Json] = {"id": OTHER, "plan": PLAN, "programme": "education", "title": "ถนน", "strategy": OTHER}
    draft = {**GOOD_PROJECT, "amendment": PERSON, "replaces": OTHER}
    assert "title" not in found("project", draft, ("project", old), ("plan", NEW_PLAN), id=PROJECT)
    del draft["replaces"]
    assert "title" in found("project", draft, ("project", old), ("plan", NEW_PLAN), id=PROJECT)


def test_money_in_the_ordinance_needs_a_plan_and_a_project_that_goes_on() -> None:
    budget: dict[str, Json] = {"id": OTHER, "project": PROJECT, "fiscal_year": 2569, "planned": 100, "ordinance": 100}
    without = {name: value for name, value in GOOD_PROJECT.items() if name != "plan"}
    problems = check(BY_TYPE["project"], without, holding(("project_budget", budget)), record_id=PROJECT)
    assert [one.field for one in problems if one.severity is Severity.ERROR] == ["plan"]
    gone = found("project", {**GOOD_PROJECT, "status": "cancelled"}, ("project_budget", budget), ("plan", NEW_PLAN), id=PROJECT)
    assert gone["status"][0] == "warning"


@pytest.mark.parametrize(("amount", "rises"), [(100, False), (101, True)])
def test_contracts_above_what_was_approved_are_warned_of(amount: int, rises: bool) -> None:
    records: tuple[tuple[str, dict[str, Json]], ...] = (
        ("plan", NEW_PLAN),
        ("project_budget", {"id": OTHER, "project": PROJECT, "fiscal_year": 2569, "planned": 100, "ordinance": 80}),
        ("budget_line", {"id": PERSON, "project": PROJECT, "amount": 80}),
        ("budget_transfer", {"id": PLAN, "to_line": PERSON, "amount": 20, "state": "approved"}),
        ("contract", {"id": OTHER, "project": PROJECT, "amount": amount, "state": "signed"}),
    )
    problems = found("project", GOOD_PROJECT, *records, id=PROJECT)
    assert ("more than" in problems.get("", ("", ""))[1]) is rises


def test_a_moved_project_says_where_it_went() -> None:
    link: dict[str, Json] = {"id": OTHER, "project": PROJECT, "other": PERSON, "kind": "moved"}
    draft = {**GOOD_PROJECT, "status": "moved"}
    assert found("project", draft, ("plan", NEW_PLAN), id=PROJECT)["status"][0] == "warning"
    assert "status" not in found("project", draft, ("plan", NEW_PLAN), ("project_link", link), id=PROJECT)


def test_a_link_joins_two_projects_once() -> None:
    assert found("project_link", {"project": PROJECT, "other": PROJECT, "kind": "merged"})["other"][0] == "error"
    back: dict[str, Json] = {"id": PLAN, "project": OTHER, "other": PROJECT, "kind": "duplicate"}
    both: tuple[tuple[str, dict[str, Json]], ...] = (("project", {"id": PROJECT}), ("project", {"id": OTHER}))
    assert "other" in found("project_link", {"project": PROJECT, "other": OTHER, "kind": "duplicate"}, *both, ("project_link", back))
    assert found("project_link", {"project": PROJECT, "other": OTHER, "kind": "duplicate"}, *both) == {}


@pytest.mark.parametrize(("score", "is_wrong"), [("0", False), ("100", False), ("100.01", True), ("-1", True)])
def test_a_score_is_a_percentage(score: str, is_wrong: bool) -> None:
    assert ("score" in found("evaluation", {"project": PROJECT, "fiscal_year": 2568, "score": Decimal(score)})) is is_wrong


def test_a_year_is_not_evaluated_before_it_begins() -> None:
    draft = {"project": PROJECT, "fiscal_year": 2569}
    assert "evaluated_on" in found("evaluation", {**draft, "evaluated_on": date(2025, 9, 30)})
    assert "evaluated_on" not in found("evaluation", {**draft, "evaluated_on": date(2025, 10, 1)})


def test_equipment_outside_the_plan_or_over_it_is_warned_of() -> None:
    records: tuple[tuple[str, dict[str, Json]], ...] = (("plan", NEW_PLAN), ("equipment_item", {"id": OTHER, "plan": PLAN}))
    draft = {"equipment_item": OTHER, "fiscal_year": 2571, "planned": 100, "ordinance": 200}
    assert set(found("equipment_budget", draft, *records)) == {"fiscal_year", "ordinance"}
    assert found("equipment_budget", {**draft, "fiscal_year": 2570, "ordinance": 100}, *records) == {}
    assert set(found("equipment_item", {"name": "รถ"})) == {"plan", "kind", "division"}
