"""Rules of services and of the work on requests: each with a case on either side of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from records.kinds import Json
from tests.records.test_checks import GOOD_REQUEST, found

SERVICE, REQUEST, STEP = (f"01936f5e-4c00-7abc-8def-00000000001{number}" for number in range(3))
GOOD_SERVICE: dict[str, Any] = {"code": "ก-01", "name": "ขออนุญาตก่อสร้าง", "legal_limit_days": 45, "target_minutes": 60, "fee": 20_000}
GOOD_STEP: dict[str, Any] = {"service": SERVICE, "order": 1, "name": "ตรวจเอกสาร", "owner": "งานธุรการ", "target_minutes": 15}
BEGAN, ENDED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC), datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
GOOD_WORK: dict[str, Any] = {
    "request": REQUEST,
    "step": "ตรวจเอกสาร",
    "officer": "สมชาย",
    "started_at": BEGAN,
    "ended_at": ENDED,
    "result": "passed",
}


def step(minutes: int, order: int = 1, id: str = STEP) -> tuple[str, dict[str, Json]]:
    """A step of the service."""
    return "service_step", {"id": id, "service": SERVICE, "order": order, "name": "ตรวจ", "target_minutes": minutes}


def paper(state: str) -> tuple[str, dict[str, Json]]:
    """A paper of the request."""
    return "request_document", {"id": STEP, "request": REQUEST, "name": "สำเนาบัตร", "state": state}


def test_a_good_service_and_good_work_have_no_problem() -> None:
    assert found("service", GOOD_SERVICE, step(60), id=SERVICE) == {}
    assert found("service_step", GOOD_STEP) == {}
    assert found("request_step", GOOD_WORK) == {}


@pytest.mark.parametrize(
    ("change", "field", "severity"),
    [
        ({"legal_limit_days": None, "target_minutes": None}, "legal_limit_days", "warning"),
        ({"legal_limit_days": 4_500}, "legal_limit_days", "warning"),
        ({"fee": None}, "fee", "info"),
    ],
)
def test_a_service_must_promise_something(change: dict[str, Any], field: str, severity: str) -> None:
    assert found("service", {**GOOD_SERVICE, **change})[field][0] == severity


def test_steps_that_take_longer_than_the_service_are_said() -> None:
    assert found("service", GOOD_SERVICE, step(30), step(31, 2, REQUEST), id=SERVICE)["target_minutes"] == (
        "warning",
        "The steps take 61 minutes together, more than the 60 of the service",
    )
    assert "target_minutes" not in found("service", GOOD_SERVICE, step(30), step(30, 2, REQUEST), id=SERVICE)


@pytest.mark.parametrize(("change", "field"), [({"owner": None}, "owner"), ({"target_minutes": None}, "target_minutes")])
def test_a_step_of_a_manual_has_an_owner_and_a_target(change: dict[str, Any], field: str) -> None:
    assert found("service_step", {**GOOD_STEP, **change})[field][0] == "warning"


def test_two_lines_of_a_checklist_do_not_share_a_place() -> None:
    service: tuple[str, dict[str, Json]] = ("service", {"id": SERVICE, "name": "ขออนุญาต"})
    other: tuple[str, dict[str, Json]] = ("service_document", {"id": STEP, "service": SERVICE, "order": 1, "name": "โฉนด"})

    assert found("service_document", {"service": SERVICE, "order": 1, "name": "สำเนาบัตร"}, service, other)["order"][0] == "warning"
    assert found("service_document", {"service": SERVICE, "order": 2, "name": "สำเนาบัตร"}, service, other) == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"started_at": None}, "started_at"),
        ({"paused_at": BEGAN}, "paused_at"),
        ({"ended_at": None, "result": None, "paused_at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC)}, "paused_at"),
        ({"paused_minutes": 61}, "paused_minutes"),
    ],
)
def test_times_of_a_step_that_cannot_be_are_errors(change: dict[str, Any], field: str) -> None:
    assert found("request_step", {**GOOD_WORK, **change})[field][0] == "error"


def test_a_step_that_waited_for_as_long_as_it_lasted_is_possible() -> None:
    assert found("request_step", {**GOOD_WORK, "paused_minutes": 60}) == {}


def test_missing_papers_hold_a_request_back_from_approval() -> None:
    held = {**GOOD_REQUEST, "state": "approval", "missing_notified_at": BEGAN}

    assert found("service_request", held, paper("missing"), id=REQUEST)["state"][0] == "error"
    assert found("service_request", held, paper("received"), id=REQUEST) == {}
    assert found("service_request", {**held, "state": "checking"}, paper("missing"), id=REQUEST) == {}


def test_missing_papers_are_told_in_writing() -> None:
    assert found("service_request", GOOD_REQUEST, paper("missing"), id=REQUEST)["missing_notified_at"][0] == "warning"


def test_a_request_that_waits_for_the_citizen_is_never_overdue() -> None:
    late = {**GOOD_REQUEST, "due": date(2026, 11, 21)}

    assert found("service_request", late)["due"][0] == "warning"
    assert found("service_request", {**late, "state": "waiting_citizen"}) == {}


def test_a_service_that_was_withdrawn_takes_no_requests() -> None:
    withdrawn: tuple[str, dict[str, Json]] = ("service", {"id": SERVICE, "name": "เดิม", "state": "closed"})

    assert found("service_request", {**GOOD_REQUEST, "service": SERVICE}, withdrawn)["service"][0] == "warning"
