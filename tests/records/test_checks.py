"""Checks of whole records: what every type must keep, then projects, their money, requests and receipts."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from records.catalogue import ALL, BY_TYPE
from records.checks import ORDERED, RULES, Problem, Related, Severity, check
from records.kinds import Json
from records.words import Language, say

TODAY = date(2026, 11, 22)
PLAN, PROJECT, PERSON, OTHER = (f"01936f5e-4c00-7abc-8def-00000000000{number}" for number in range(4))
DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "local_plan" / "nakhonsawan_projects_flat.csv"

GOOD_PROJECT: dict[str, Any] = {
    "plan": PLAN, "strategy": OTHER, "programme": "education", "title": "ถนน", "target": "1 สาย", "kpi": "ร้อยละ 70", "division": "กองช่าง",
}  # fmt: skip
GOOD_REQUEST: dict[str, Any] = {
    "subject": "ขอถังขยะ",
    "applicant_name": "นายสมชาย ดีงาม",
    "phone": "0812345678",
    "state": "received",
    "received_at": datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    "due": date(2026, 12, 1),
}


def holding(*records: tuple[str, dict[str, Json]]) -> Related:
    """A store of these records, asked as the store is."""

    def related(type: str, wanted: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
        return [fields for held, fields in records if held == type and all(fields.get(name) == value for name, value in wanted.items())]

    return related


def found(type: str, draft: dict[str, Any], *records: tuple[str, dict[str, Json]], id: str = "") -> dict[str, tuple[str, str]]:
    """Fields with a problem: severity and English words; the last problem of a field wins."""
    problems = check(BY_TYPE[type], draft, holding(*records) if records else None, record_id=id, today=TODAY)
    return {problem.field: (problem.severity.value, say(problem.text, Language.ENGLISH)) for problem in problems}


def severities(problems: list[Problem]) -> list[str]:
    """The severities in the order found."""
    return [problem.severity.value for problem in problems]


def test_a_good_project_and_a_good_request_have_no_problem() -> None:
    assert found("project", GOOD_PROJECT) == {}
    assert found("service_request", GOOD_REQUEST) == {}


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.spec.type)
def test_an_empty_draft_lacks_what_its_type_demands(cls: Any) -> None:
    problems = check(cls.spec, {}, holding(), today=TODAY)
    lacking = {problem.field for problem in problems if problem.severity is Severity.ERROR}
    assert {field.name for field in cls.spec.fields if field.required} <= lacking
    assert all(say(problem.text, Language.THAI) and "{" not in problem.text.th + problem.text.en for problem in problems)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.spec.type)
def test_values_of_any_form_are_reported_and_never_break_a_rule(cls: Any) -> None:
    for value in (5, -1, "x", "", 1.5, [], ("b", "a"), date(2026, 1, 1), True, object()):
        problems = check(cls.spec, {field.name: value for field in cls.spec.fields}, holding(), record_id=PROJECT, today=TODAY)
        assert any(problem.severity is Severity.ERROR for problem in problems)


def test_errors_come_before_warnings_and_these_before_notes() -> None:
    problems = check(BY_TYPE["project"], {"title": "ก\nข", "stage": "nonsense"}, today=TODAY)
    assert severities(problems) == sorted(severities(problems), key=["error", "warning", "info"].index)
    assert len(set(severities(problems))) == 3


@pytest.mark.parametrize(
    ("type", "draft", "field"),
    [
        ("project", {"titel": "x"}, "titel"),
        ("project", {"strategy": "ยุทธศาสตร์ที่ 1"}, "strategy"),
        ("project", {"stage": "somewhere"}, "stage"),
        ("project_budget", {"planned": -100}, "planned"),
        ("village", {"moo": 0}, "moo"),
        ("person", {"prefix": "ก" * 61}, "prefix"),
        ("person", {"citizen_id": "1101700230709"}, "citizen_id"),
        ("person", {"birth_date": date(2027, 1, 1)}, "birth_date"),
        ("person", {"birth_date": date(1980, 1, 1), "registered_since": date(1979, 1, 1)}, "registered_since"),
        ("term", {"begin": date(2021, 11, 28), "end": date(2021, 11, 27)}, "end"),
        ("plan", {"first_year": 2571, "last_year": 2566}, "last_year"),
        ("receipt", {"amount": 500, "state": "void", "book": "1", "number": 1}, "void_reason"),
        ("receipt", {"amount": 500, "state": "issued"}, "number"),
    ],
)
def test_an_error_is_shown_beside_its_field(type: str, draft: dict[str, Any], field: str) -> None:
    assert found(type, draft)[field][0] == "error"


def test_every_ordered_pair_and_every_rule_is_of_some_type() -> None:
    for earlier, later in ORDERED:
        assert any({earlier, later} <= set(spec.by_name) for spec in BY_TYPE.values())
    assert set(RULES) <= set(BY_TYPE)


def test_a_day_before_and_the_same_day_are_in_order() -> None:
    assert "end" not in found("term", {"begin": date(2021, 11, 28), "end": date(2021, 11, 28)})


def test_without_a_clock_the_future_is_not_judged() -> None:
    problems = check(BY_TYPE["person"], {"first_name": "สมชาย", "birth_date": date(2999, 1, 1)})
    assert problems == []


def test_a_reference_that_has_not_arrived_is_a_warning_and_to_itself_an_error() -> None:
    strategy: tuple[str, dict[str, Json]] = ("strategy", {"id": OTHER})
    missing = found("project", GOOD_PROJECT, strategy)
    assert missing["plan"][0] == "warning"
    assert "strategy" not in missing
    assert found("division", {"name": "กองช่าง", "parent": OTHER}, id=OTHER)["parent"][0] == "error"


def test_a_repeated_natural_key_is_listed_and_never_an_error() -> None:
    twin: dict[str, Json] = {"id": OTHER, "plan": PLAN, "programme": "education", "title": "ถนน"}
    assert found("project", GOOD_PROJECT, ("project", twin), id=PROJECT)["title"] == (
        "warning",
        "1 other records may be the same as this one",
    )
    assert "title" not in found("project", GOOD_PROJECT, ("project", twin), id=OTHER)
    assert "title" not in found("project", GOOD_PROJECT, ("project", {**twin, "tactic": OTHER}), id=PROJECT)


def test_a_project_outside_the_plan_of_the_office_is_warned_of() -> None:
    bare = found("project", {"title": "ถนน"})
    assert {bare[name][0] for name in ("plan", "strategy", "programme", "kpi", "target", "division")} == {"warning"}


def test_a_title_with_line_breaks_is_kept_and_noted() -> None:
    assert found("project", {**GOOD_PROJECT, "title": "ถนน\nสายใหม่"})["title"][0] == "info"


def test_forms_from_2571_need_no_kpi() -> None:
    draft = {name: value for name, value in GOOD_PROJECT.items() if name != "kpi"}
    assert "kpi" in found("project", draft, ("plan", {"id": PLAN, "last_year": 2570}))
    assert "kpi" not in found("project", draft, ("plan", {"id": PLAN, "last_year": 2575}))


def test_a_project_beyond_capacity_names_who_is_asked_for_money() -> None:
    assert "source_of_money" in found("project", {**GOOD_PROJECT, "form": "p02_2"})
    assert "source_of_money" not in found("project", {**GOOD_PROJECT, "form": "p02_2", "source_of_money": "อบจ."})


def test_a_tactic_of_another_strategy_is_warned_of() -> None:
    draft = {**GOOD_PROJECT, "tactic": PERSON}
    assert "tactic" in found("project", draft, ("tactic", {"id": PERSON, "strategy": PROJECT}))
    assert "tactic" not in found("project", draft, ("tactic", {"id": PERSON, "strategy": OTHER}))


def test_money_of_the_ordinance_over_the_plan_is_warned_of() -> None:
    over: dict[str, Json] = {"id": OTHER, "project": PROJECT, "fiscal_year": 2569, "planned": 100, "ordinance": 101}
    assert found("project", GOOD_PROJECT, ("project_budget", over), id=PROJECT)[""] == (
        "warning", "In 2569 the ordinance has 1.01 baht, more than the planned 1.00 baht",
    )  # fmt: skip
    draft = {"project": PROJECT, "fiscal_year": 2569, "planned": 100, "ordinance": 101}
    assert found("project_budget", draft)["ordinance"][0] == "warning"
    assert found("project_budget", {**draft, "ordinance": 100}) == {}


@pytest.mark.parametrize(("year", "is_outside"), [(2565, True), (2566, False), (2570, False), (2571, True)])
def test_a_year_outside_the_plan_is_warned_of(year: int, is_outside: bool) -> None:
    plan: tuple[str, dict[str, Json]] = ("plan", {"id": PLAN, "first_year": 2566, "last_year": 2570})
    project: tuple[str, dict[str, Json]] = ("project", {"id": PROJECT, "plan": PLAN})
    budget: dict[str, Json] = {"id": OTHER, "project": PROJECT, "fiscal_year": year, "planned": 100}
    draft = {"project": PROJECT, "fiscal_year": year, "planned": 100}
    assert ("fiscal_year" in found("project_budget", draft, plan, project)) is is_outside
    assert ("" in found("project", GOOD_PROJECT, plan, ("project_budget", budget), id=PROJECT)) is is_outside


def test_a_project_without_money_in_any_year_is_warned_of() -> None:
    assert found("project", GOOD_PROJECT, ("plan", {"id": PLAN}), id=PROJECT)[""][0] == "warning"
    assert "" not in found("project", GOOD_PROJECT, id=PROJECT)


def test_a_second_budget_of_one_year_is_listed() -> None:
    draft = {"project": PROJECT, "fiscal_year": 2569, "planned": 100}
    same: dict[str, Json] = {"id": OTHER, "project": PROJECT, "fiscal_year": 2569}
    assert found("project_budget", draft, ("project_budget", same))["fiscal_year"][0] == "warning"


def steps(*amounts: tuple[str, int]) -> list[tuple[str, dict[str, Json]]]:
    """Steps of the project in 2569, and money in the plan."""
    budget: dict[str, Json] = {"id": OTHER, "project": PROJECT, "fiscal_year": 2569, "planned": 10**9}
    made: list[tuple[str, dict[str, Json]]] = [("project_budget", budget)]
    for stage, amount in amounts:
        made.append(("project_step", {"id": stage, "project": PROJECT, "fiscal_year": 2569, "stage": stage, "amount": amount}))
    return made


def test_money_must_not_rise_along_the_stages() -> None:
    rising = found("project", GOOD_PROJECT, *steps(("approved", 100), ("contracted", 200), ("disbursed", 50)), id=PROJECT)
    assert rising[""][0] == "error"
    assert "2.00 baht" in rising[""][1]
    assert "" not in found("project", GOOD_PROJECT, *steps(("approved", 200), ("contracted", 200), ("disbursed", 50)), id=PROJECT)


def test_payments_of_one_year_are_added_before_they_are_compared() -> None:
    paid = [*steps(("contracted", 100)), *steps(("disbursed", 60))[1:], *steps(("disbursed", 60))[1:]]
    assert found("project", GOOD_PROJECT, *paid, id=PROJECT)[""][0] == "error"


def test_a_stage_behind_its_steps_is_warned_of() -> None:
    draft = {**GOOD_PROJECT, "stage": "approved"}
    assert found("project", draft, *steps(("contracted", 1)), id=PROJECT)["stage"][0] == "warning"
    assert "stage" not in found("project", draft, *steps(("approved", 1), ("of_a_newer_program", 5)), id=PROJECT)


@pytest.mark.parametrize(
    ("change", "field", "severity"),
    [
        ({"due": date(2026, 11, 19)}, "due", "error"),
        ({"due": date(2026, 11, 21)}, "due", "warning"),
        ({"received_at": datetime(2026, 11, 23, 2, 0, tzinfo=UTC)}, "received_at", "warning"),
        ({"state": "done", "closed_on": date(2026, 11, 19), "result": "x"}, "closed_on", "error"),
        ({"state": "done", "closed_on": date(2026, 11, 21)}, "result", "error"),
        ({"state": "rejected", "result": "เอกสารปลอม"}, "closed_on", "warning"),
        ({"closed_on": date(2026, 11, 21)}, "closed_on", "warning"),
        ({"applicant_name": None}, "applicant_name", "error"),
        ({"phone": None}, "phone", "warning"),
    ],
)
def test_a_request_that_does_not_fit_together(change: dict[str, Any], field: str, severity: str) -> None:
    assert found("service_request", {**GOOD_REQUEST, **change})[field][0] == severity


def test_a_cancelled_request_needs_no_result_and_is_never_overdue() -> None:
    change = {"state": "cancelled", "closed_on": date(2026, 11, 20), "due": date(2026, 11, 21)}
    assert found("service_request", {**GOOD_REQUEST, **change}) == {}


def test_a_request_received_after_midnight_in_thailand_may_be_due_that_day() -> None:
    late = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 01:00 of the 22nd in Thailand
    assert found("service_request", {**GOOD_REQUEST, "received_at": late, "due": date(2026, 11, 22)}) == {}
    assert found("service_request", {**GOOD_REQUEST, "received_at": late, "due": date(2026, 11, 21)})["due"][0] == "error"


def test_the_citizen_id_must_be_that_of_the_applicant() -> None:
    person: dict[str, Json] = {"id": PERSON, "first_name": "สมชาย", "last_name": "ดีงาม", "citizen_id": "1101700230708"}
    draft = {**GOOD_REQUEST, "applicant": PERSON}
    assert found("service_request", {**draft, "citizen_id": "1101700230708"}, ("person", person)) == {}
    assert found("service_request", {**draft, "citizen_id": "3509900123450"}, ("person", person))["citizen_id"][0] == "error"


def test_a_citizen_id_of_somebody_with_another_name_is_warned_of() -> None:
    person: dict[str, Json] = {"id": PERSON, "first_name": "สมหญิง", "citizen_id": "1101700230708"}
    problems = found("service_request", {**GOOD_REQUEST, "citizen_id": "1101700230708"}, ("person", person))
    assert problems["applicant_name"] == ("warning", "The register has “สมหญิง” for this person; please check")


def test_the_real_plan_is_kept_whole_and_what_is_odd_in_it_is_listed() -> None:
    if not DATA.exists():
        pytest.skip("the real data is not beside this repository")
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    spec = BY_TYPE["project"]
    columns = {"name": "title", "planName": "programme", "target": "target", "kpi": "kpi", "department": "division"}
    drafts = [{field: spec.field(field).kind.from_cell(row[column], TODAY) for column, field in columns.items()} for row in rows]
    for draft, row in zip(drafts, rows, strict=True):
        draft["strategy"] = OTHER if row["strategyNum"] else None
    fields = [check(spec, draft, today=TODAY) for draft in drafts]
    listed = [{problem.field for problem in problems} for problems in fields]
    assert len(drafts) == 548
    assert sum("strategy" in names and "programme" in names for names in listed) == 31
    assert sum("title" in names for names in listed) == 67
    assert not any(problem.severity is Severity.ERROR for problems in fields for problem in problems)
    keys = [(row["tacticCode"], draft["programme"], draft["title"]) for draft, row in zip(drafts, rows, strict=True)]
    assert len({key for key in keys if keys.count(key) > 1}) == 12
