"""Fiscal years on the command line, and two desks of which one closes a year while the other edits without a line."""

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Server
from tests.offices import Outcome, enrolled_home, thongthin


def save(home: Path, type_name: str, record_id: str = "", **fields: Any) -> Outcome:
    named = ("--id", record_id) if record_id else ()
    return thongthin(home, "record", "save", type_name, *named, "--json", stdin=json.dumps(fields))


def test_a_year_is_opened_once_listed_and_shown(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    save(home, "fiscal_year", year=2569, state="in_force")
    save(home, "budget_line", fiscal_year=2569, name="ค่าวัสดุ", amount=100)
    dry = thongthin(home, "year", "open", "2570", "--dry-run", "--json").json
    assert dry["made"] == {"fiscal_year": 1, "budget_line": 1}
    assert thongthin(home, "year", "open", "๒๕๗๐", "--amounts", "percent", "--percent", "110", "--json").json["made"] == dry["made"]
    assert thongthin(home, "year", "open", "70", "--json").json["made"] == {}
    years = {one["year"]: one["state"] for one in thongthin(home, "year", "list", "--json").json}
    assert years == {2570: "drafting", 2569: "in_force"}
    assert thongthin(home, "year", "show", "--json").json["year"] == 2570
    listed = thongthin(home, "record", "list", "budget_line", "--year", "2570", "--json").json
    assert [one["fields"]["amount"] for one in listed] == [110]


def test_a_type_without_a_fiscal_year_is_not_asked_by_one(tmp_path: Path) -> None:
    outcome = thongthin(enrolled_home(tmp_path), "record", "list", "person", "--year", "2570")
    assert (outcome.code, "fiscal year" in outcome.err) == (1, True)


def test_exports_obey_the_year(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    for year in (2569, 2570, 2570):
        save(home, "budget_line", fiscal_year=year, name="ค่าวัสดุ")
    to = tmp_path / "lines.xlsx"
    assert thongthin(home, "export", "budget_line", "--to", str(to), "--year", "2570", "--json").json["rows"] == 2


def test_bad_options_say_what_they_may_be(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    for arguments in (("--amounts", "half"), ("--percent", "many"), ("--amounts", "percent", "--percent", "-5")):
        outcome = thongthin(home, "year", "open", "2570", *arguments)
        assert (outcome.code, "nothing was changed" in outcome.err) == (1, True)


def enrolled(server: Server, home: Path, account: str, role: str, stream: str) -> None:
    code = server.code_for(account, role, f"{stream}:write")
    assert thongthin(home, "enrol", "--server", server.url, "--code", code).code == 0


def test_an_edit_made_without_a_line_in_a_year_closed_meanwhile_is_refused_and_kept(server: Server, tmp_path: Path) -> None:
    head, clerk, stream = tmp_path / "head", tmp_path / "clerk", "office/6601700"
    enrolled(server, head, "nai", "head", stream)
    enrolled(server, clerk, "som", "clerk", stream)
    save(head, "fiscal_year", year=2568, state="in_force")
    line = save(head, "budget_line", fiscal_year=2568, name="ค่าวัสดุ", amount=500).json["id"]
    thongthin(head, "sync")
    thongthin(clerk, "sync")
    # The clerk has no line; the head goes through the list and closes.
    assert save(clerk, "budget_line", line, amount=700).code == 0
    new = save(clerk, "budget_line", fiscal_year=2568, name="ค่าน้ำมัน", amount=50).json["id"]
    assert thongthin(head, "year", "check", "2568").code == 0
    refused = thongthin(head, "year", "close", "2568", "--reason", "ครบถ้วน")
    assert "Opening of the next year" in refused.err
    assert thongthin(head, "year", "close", "2568", "--reason", "ครบถ้วน", "--accept", "next_year").code == 0
    thongthin(head, "sync")

    report = thongthin(clerk, "sync", "--json")
    assert (report.code, report.json["refused"]) == (3, 2)
    kept = thongthin(clerk, "record", "get", "budget_line", line, "--json").json
    assert (kept["fields"]["amount"], kept["waiting"]) == (700, True)
    assert "reopen" in thongthin(clerk, "record", "list", "budget_line").out
    # What the server never took may go to another year; what it has stays as it is until the year is opened again.
    assert "closed" in save(clerk, "budget_line", line, fiscal_year=2569).err
    assert save(clerk, "budget_line", new, fiscal_year=2569).code == 0
    assert "closed" in save(head, "budget_line", line, amount=1).err

    assert "Only a head" in thongthin(clerk, "year", "reopen", "2568", "--reason", "แก้ฎีกา").err
    reopened = thongthin(head, "year", "reopen", "2568", "--reason", "แก้ยอดค่าวัสดุ", "--json").json
    assert (reopened["fields"]["state"], reopened["fields"]["reason"], reopened["fields"]["closed_by"]) == ("in_force", "แก้ยอดค่าวัสดุ", "nai")
    thongthin(head, "sync")
    assert save(clerk, "budget_line", line, amount=701).code == 1, "this desk has not heard that the year is open again"
    thongthin(clerk, "sync")
    assert save(clerk, "budget_line", line, amount=701).code == 0
    assert thongthin(clerk, "sync", "--json").json["refused"] == 0
    thongthin(head, "sync")
    assert thongthin(head, "record", "get", "budget_line", line, "--json").json["fields"]["amount"] == 701
    reasons = [
        one["changed"].get("reason", {}).get("after")
        for one in thongthin(head, "record", "history", "fiscal_year", reopened["id"], "--json").json
    ]
    assert reasons[:2] == ["แก้ยอดค่าวัสดุ", "ครบถ้วน"]


def test_a_year_is_not_closed_by_saving_its_state(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    year = save(home, "fiscal_year", year=2568, state="in_force").json["id"]
    assert save(home, "fiscal_year", year, state="closed").code == 1
    assert "the program itself keeps" in save(home, "fiscal_year", year, state="closed", reason="x").err
