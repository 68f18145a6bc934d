"""Requests on the command line: received, advanced, finished, asked for, and measured."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from desktop.reports.pdf.pages import page_texts
from records.thai.dates import show_date_long
from records.thai.working_days import WorkCalendar
from records.words import Language
from tests.offices import enrolled_home, made_office, thongthin

RECEIVE = '{"service": "ก-01", "applicant_name": "นายสมชาย ใจดี", "phone": "0812345678", "brought": ["สำเนาบัตรประชาชน"]}'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A desk with one service of two papers and two steps."""
    office = made_office(tmp_path)
    service = office.records.save("service", None, {"code": "ก-01", "name": "ขออนุญาตก่อสร้าง", "legal_limit_days": 5}).row.id
    for order, name in enumerate(("สำเนาบัตรประชาชน", "สำเนาโฉนด"), 1):
        office.records.save("service_document", None, {"service": service, "order": order, "name": name})
    for order, name in enumerate(("ตรวจเอกสาร", "ลงนาม"), 1):
        office.records.save("service_step", None, {"service": service, "order": order, "name": name, "target_minutes": 30})
    office.close()
    return enrolled_home(tmp_path)


def _due(received: dict[str, Any]) -> date:
    """Five working days after the day it came in, whatever day the test is run."""
    day, left = datetime.fromisoformat(received["request"]["fields"]["received_at"]).astimezone(timezone(timedelta(hours=7))).date(), 5
    calendar = WorkCalendar()
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def test_a_request_goes_from_the_counter_to_its_last_step(home: Path) -> None:
    received = thongthin(home, "request", "receive", "--json", stdin=RECEIVE)
    number = received.json["request"]["fields"]["tracking_number"]
    thongthin(home, "request", "paper", number, "สำเนาโฉนด", "received")
    checking = thongthin(home, "request", "advance", number.lower(), "checking", "--json")
    finished = thongthin(home, "request", "finish", number, "--json")
    times = thongthin(home, "request", "times", "--year", "2570", "--json")

    assert received.code == 0
    assert received.json["missing"] == ["สำเนาโฉนด"]
    assert "สำเนาโฉนด" in received.json["letter"]
    assert (received.json["paused"], received.json["due"]) == (True, _due(received.json).isoformat())
    assert checking.json["missing"] == []
    assert "approval" in checking.json["allowed"]
    assert "done" not in checking.json["allowed"]
    assert [(step["name"], step["id"] is not None) for step in finished.json["steps"]] == [("ตรวจเอกสาร", True), ("ลงนาม", True)]
    assert [(one["step"], one["count"], one["ended"]) for one in times.json] == [("ตรวจเอกสาร", 1, 1), ("ลงนาม", 1, 0)]
    assert thongthin(home, "request", "times", "--year", "2569", "--json").json == []


def test_the_slip_of_a_request_is_written_as_pdf(home: Path, tmp_path: Path) -> None:
    received = thongthin(home, "request", "receive", "--json", stdin=RECEIVE).json
    number = received["request"]["fields"]["tracking_number"]
    slip = tmp_path / "slip.pdf"

    printed = thongthin(home, "request", "print", number, "--out", str(slip), "--json")

    text = page_texts(slip.read_bytes())[0].replace("\n", " ")
    assert (printed.code, printed.json["file"]) == (0, str(slip))
    for part in (number, "ขออนุญาตก่อสร้าง", "นายสมชาย ใจดี", show_date_long(_due(received), Language.THAI), "เอกสารที่ยังขาด", "สำเนาโฉนด"):
        assert part in text
    assert thongthin(home, "request", "print", number, "--out", str(tmp_path / "none" / "slip.pdf")).code == 1


def test_a_step_out_of_order_is_refused_in_one_line(home: Path) -> None:
    number = thongthin(home, "request", "receive", "--json", stdin=RECEIVE).json["request"]["id"]

    refused = thongthin(home, "request", "advance", number, "done")

    assert refused.code == 1
    assert refused.err.count("\n") == 1
    assert "may not move" in refused.err


@pytest.mark.parametrize(
    "given",
    ['{"service": "ก-99"}', '{"service": "ก-01", "brought": ["ใบขับขี่"]}', '{"servise": "ก-01"}', '{"applicant_name": "สมชาย"}'],
)
def test_what_is_not_known_is_said_and_nothing_is_received(home: Path, given: str) -> None:
    assert thongthin(home, "request", "receive", stdin=given).code == 1
    assert thongthin(home, "record", "list", "service_request", "--json").json == []


def test_people_read_the_number_the_steps_and_what_is_missing(home: Path) -> None:
    received = thongthin(home, "request", "receive", "--language", "th", stdin=RECEIVE).out

    assert "ขออนุญาตก่อสร้าง" in received
    assert "ตรวจเอกสาร" in received
    assert "1. สำเนาโฉนด" in received


def test_an_unknown_number_is_said(home: Path) -> None:
    assert "2569-ZZZZZZ" in thongthin(home, "request", "show", "2569-ZZZZZZ").err
