"""Measured times of steps: by service, step and officer, in office hours, with the waits left out."""

from datetime import date

import pytest

from desktop.services.office import Office
from desktop.services.request_times import Measure, measured, of_year
from records.kinds import Json

MORNING = "2026-11-20T02:00:00Z"
"""Friday, 09:00 in Thailand."""


@pytest.fixture
def request_id(office: Office) -> str:
    """A request for a service."""
    service = office.records.save("service", None, {"code": "ก-01", "name": "ขออนุญาตก่อสร้าง"}).row.id
    return office.records.save("service_request", None, {"subject": "ขอสร้างบ้าน", "service": service}).row.id


def step(office: Office, request_id: str, ended: str | None, *, officer: str = "สมชาย", **more: Json) -> None:
    """A step begun on Friday at nine."""
    fields: dict[str, Json] = {
        "request": request_id, "step": "ตรวจเอกสาร", "officer": officer, "started_at": MORNING, "ended_at": ended, "target_minutes": 30, **more,
    }  # fmt: skip
    office.records.save("request_step", None, fields)


def test_steps_are_measured_by_service_step_and_officer(office: Office, request_id: str) -> None:
    for ended in ("2026-11-20T02:10:00Z", "2026-11-20T02:30:00Z", "2026-11-20T02:50:00Z"):
        step(office, request_id, ended)
    step(office, request_id, "2026-11-20T02:05:00Z", officer="มาลี")

    assert measured(office) == [
        Measure("ก-01 ขออนุญาตก่อสร้าง", "ตรวจเอกสาร", "สมชาย", count=3, ended=3, median=30, longest=50, target=30, late=1),
        Measure("ก-01 ขออนุญาตก่อสร้าง", "ตรวจเอกสาร", "มาลี", count=1, ended=1, median=5, longest=5, target=30, late=0),
    ]
    (together,) = measured(office, by_officer=False)
    assert (together.officer, together.count, together.median) == ("", 4, 20)


def test_a_weekend_and_a_wait_for_the_citizen_do_not_count(office: Office, request_id: str) -> None:
    # Until Monday 09:00: Friday has 450 minutes left, Monday 30; 460 of them waited.
    step(office, request_id, "2026-11-23T02:00:00Z", paused_minutes=460)

    assert measured(office)[0].median == 20


def test_a_step_under_way_has_no_time_yet_but_may_be_late(office: Office, request_id: str) -> None:
    step(office, request_id, None)
    step(office, request_id, None, officer="มาลี", paused_at="2026-11-20T02:20:00Z")

    working, waiting = sorted(measured(office), key=lambda one: one.late, reverse=True)
    assert (working.officer, working.ended, working.median, working.late) == ("สมชาย", 0, None, 1)
    assert (waiting.officer, waiting.late) == ("มาลี", 0)


def test_a_year_is_that_of_the_day_in_thailand_on_which_the_step_began(office: Office, request_id: str) -> None:
    # 00:30 on 1 October 2569 in Thailand is still September elsewhere.
    step(office, request_id, None, started_at="2026-09-30T17:30:00Z")
    step(office, request_id, None, started_at="2026-09-30T16:30:00Z")

    assert [one.count for one in of_year(office, 2570)] == [1]
    assert [one.count for one in of_year(office, 2569)] == [1]
    assert [one.count for one in of_year(office, None)] == [2]
    assert [one.count for one in measured(office, date(2026, 10, 1), date(2026, 10, 1))] == [1]


def test_a_request_without_a_service_and_a_deleted_one(office: Office, request_id: str) -> None:
    plain = office.records.save("service_request", None, {"subject": "ไฟดับ"}).row.id
    step(office, plain, "2026-11-20T02:10:00Z")
    step(office, request_id, "2026-11-20T02:10:00Z")
    office.records.delete("service_request", request_id)

    assert [(one.service, one.count) for one in measured(office)] == [("", 1)]
