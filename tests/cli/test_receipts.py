"""Receipts from the command line, against a real server."""

import json
from pathlib import Path

import pytest

from desktop.reports.pdf.pages import page_texts
from tests.cli.conftest import Server
from tests.offices import enrolled_home, thongthin

WATER = json.dumps({"payer": "สมชาย ใจดี", "items": [{"description": "ค่าน้ำประปา", "amount": 12_550}], "cash_given": 20_000})


@pytest.fixture
def home(server: Server, tmp_path: Path) -> Path:
    account = f"cashier-{tmp_path.name[-8:].lower().replace('_', '-')}"
    stream = f"office/99{abs(hash(tmp_path.name)) % 100_000:05}:write"
    code = server.code_for(account, "head", stream, "สมศรี ใจงาม")
    folder = tmp_path / "desk"
    assert thongthin(folder, "enrol", "--server", server.url, "--code", code).code == 0
    return folder


def test_a_day_at_the_counter_from_issue_to_remittance(home: Path, tmp_path: Path) -> None:
    first = thongthin(home, "receipt", "issue", "--json", stdin=WATER).json
    thongthin(home, "receipt", "issue", stdin=WATER)
    third = thongthin(home, "receipt", "issue", "--json", stdin=WATER).json
    assert [one["fields"]["number"] for one in (first, third)] == [1, 3]

    assert thongthin(home, "receipt", "void", "1/2", "--reason", "พิมพ์ผิด", "--json").json["fields"]["void_reason"] == "พิมพ์ผิด"
    copied = thongthin(home, "receipt", "copy", "1/1", "--out", str(tmp_path / "copy.pdf"), "--json").json
    assert (copied["fields"]["copy_count"], copied["file"]) == (1, str(tmp_path / "copy.pdf"))
    assert "สำเนา" in page_texts((tmp_path / "copy.pdf").read_bytes())[0]
    assert thongthin(home, "receipt", "print", first["id"], "--out", str(tmp_path / "one.pdf")).code == 0
    (day,) = thongthin(home, "remittance", "days", "--json").json
    assert (day["receipts"], day["amount"], day["cashier"]) == (3, 25_100, "สมศรี ใจงาม")

    closed = thongthin(home, "remittance", "close", "--out", str(tmp_path / "day.pdf"), "--json").json
    assert (closed["fields"]["state"], closed["fields"]["total"], closed["fields"]["void_count"]) == ("closed", 25_100, 1)
    assert "251.00" in page_texts((tmp_path / "day.pdf").read_bytes())[0]
    refused = thongthin(home, "receipt", "void", "1/3", "--reason", "ช้าไป")
    assert (refused.code, "closed" in refused.err) == (1, True)
    again = thongthin(home, "remittance", "reopen", closed["id"], "--reason", "ลืมยกเลิก", "--json").json
    assert again["fields"]["state"] == "open"
    assert thongthin(home, "remittance", "print", closed["id"], "--out", str(tmp_path / "open.pdf")).code == 0
    report = thongthin(home, "sync", "--json").json
    assert (report["done"], report["refused"]) == (True, 0)


@pytest.mark.parametrize(
    "given",
    [
        {"payer": "ก"},
        {"payer": "ก", "items": [{"description": "ก", "amount": "12"}]},
        {"payer": "ก", "items": [{"description": "ก", "amount": 12, "x": 1}]},
        {"payer": "ก", "items": [{"description": "ก", "amount": 12, "quantity": 0}]},
        {"payer": 5, "items": []},
        {"payer": "ก", "items": [], "means": "gold"},
        {"payer": "ก", "items": [], "cash_given": -5},
        {"payer": "ก", "who": 1},
    ],
    ids=str,
)
def test_what_is_no_receipt_is_said_and_issues_none(tmp_path: Path, given: dict[str, object]) -> None:
    outcome = thongthin(enrolled_home(tmp_path), "receipt", "issue", stdin=json.dumps(given))
    assert outcome.code == 1
    assert "issued" in outcome.err


def test_without_numbers_and_a_line_nothing_is_issued(tmp_path: Path) -> None:
    outcome = thongthin(enrolled_home(tmp_path), "receipt", "issue", stdin=WATER)
    assert (outcome.code, "no receipt was issued" in outcome.err) == (1, True)


def test_a_day_that_is_none_and_a_file_that_cannot_be_are_said(home: Path, tmp_path: Path) -> None:
    assert "no day" in thongthin(home, "remittance", "close", "--day", "22/11/2569").err
    thongthin(home, "receipt", "issue", stdin=WATER)
    outcome = thongthin(home, "receipt", "print", "1/1", "--out", str(tmp_path / "no" / "x.pdf"))
    assert (outcome.code, "cannot be written" in outcome.err) == (1, True)
    assert thongthin(home, "receipt", "print", "1/99", "--out", "x.pdf").code == 1
