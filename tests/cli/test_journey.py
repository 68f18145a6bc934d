"""The journey of the main job through the command line alone: offline work, a merge, a conflict, history, undo, a deletion, Excel."""

import itertools
import json
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from tests.cli.conftest import Server
from tests.offices import thongthin

_offices = itertools.count(6_600_700)


@pytest.fixture
def desks(server: Server, tmp_path: Path) -> tuple[Path, Path, Path, Path]:
    """Two desks of one office, the province that reads it, and a desk of another office; all enrolled."""
    number = next(_offices)
    stream = f"office/{number}"
    made = []
    for account, role, grant, name in (
        ("malee", "clerk", f"{stream}:write", "มาลี รักงาน"),
        ("somsak", "clerk", f"{stream}:write", "สมศักดิ์ ตั้งใจ"),
        ("province", "province", f"{stream}:read", ""),
        ("other", "clerk", f"office/{number + 1_000}:write", ""),
    ):
        home = tmp_path / account
        done = thongthin(home, "enrol", "--server", server.url, "--code", server.code_for(account, role, grant, name), "--json")
        assert (done.code, done.err) == (0, "")
        assert done.json["account"] == account
        made.append(home)
    return made[0], made[1], made[2], made[3]


def synced(home: Path, code: int = 0) -> dict[str, int]:
    """Syncs a desk and returns the report."""
    done = thongthin(home, "sync", "--json")
    assert (done.code, done.err) == (code, "")
    report: dict[str, int] = done.json
    return report


def test_one_edit_travels(desks: tuple[Path, Path, Path, Path], tmp_path: Path) -> None:  # noqa: PLR0915  # one journey, told in one piece
    a, b, province, other = desks
    project = thongthin(a, "record", "save", "project", "--json", stdin='{"title": "ถนนเดิม", "division": "กองช่าง"}').json
    assert project["waiting"]
    assert project["version"] == 0
    synced(a)
    synced(b)
    where = ("record", "save", "project", "--id", project["id"], "--json")
    request = thongthin(a, "record", "save", "service_request", "--json", stdin='{"applicant_name": "สมชาย ใจดี"}').json
    thongthin(a, *where, stdin='{"title": "ถนนของ A"}')
    thongthin(b, *where, stdin='{"title": "ถนนของ B", "division": "กองคลัง"}')
    assert thongthin(b, "status", "--json").json["waiting"] == 1

    assert synced(a)["pushed"] == 2
    report = synced(b)
    assert report["conflicts"] == 1
    (conflict,) = thongthin(b, "conflicts", "list", "--json").json
    (field,) = conflict["fields"]
    assert (conflict["type"], conflict["record"], conflict["grade"]) == ("project", project["id"], "conflict")
    assert (field["name"], field["base"], field["mine"], field["theirs"]) == ("title", "ถนนเดิม", "ถนนของ B", "ถนนของ A")
    assert field["theirs_by"] == "malee"
    assert field["theirs_at"]
    shown = thongthin(b, "record", "get", "project", project["id"], "--json").json["fields"]
    assert (shown["title"], shown["division"]) == ("ถนนของ A", "กองคลัง")

    assert thongthin(b, "conflicts", "settle", conflict["id"], stdin="{}").code == 1
    settled = thongthin(b, "conflicts", "settle", conflict["id"], "--json", stdin='{"title": "mine"}')
    assert settled.json["fields"]["title"] == "ถนนของ B"
    assert thongthin(b, "conflicts", "list", "--json").json == []
    assert thongthin(b, "conflicts", "settle", conflict["id"], stdin='{"title": "mine"}').code == 1
    synced(b)
    synced(a)
    synced(province)
    for desk in (a, province):
        assert thongthin(desk, "record", "get", "project", project["id"], "--json").json["fields"]["title"] == "ถนนของ B"
    assert thongthin(a, "conflicts", "list", "--json").json == []
    (closed,) = thongthin(a, "conflicts", "list", "--all", "--json").json
    assert closed["state"] == "settled"

    assert thongthin(province, "record", "get", "service_request", request["id"]).code == 1
    assert thongthin(province, "record", "save", "project", "--id", project["id"], stdin='{"title": "x"}').code == 1
    synced(other)
    assert thongthin(other, "record", "list", "project", "--json").json == []

    versions = thongthin(a, "record", "history", "project", project["id"], "--json").json
    assert [one["version"] for one in versions] == sorted((one["version"] for one in versions), reverse=True)
    assert versions[-1]["changed"]["title"] == {"before": None, "after": "ถนนเดิม"}
    assert {one["by"] for one in versions} == {"malee", "somsak"}
    assert versions[0]["changed"]["title"] == {"before": "ถนนของ A", "after": "ถนนของ B"}

    undone = thongthin(b, "undo", "--json").json
    assert undone["skipped"] == []
    assert synced(b)["pushed"] == 2
    synced(a)
    back = thongthin(a, "record", "get", "project", project["id"], "--json").json
    assert back["fields"]["title"] == "ถนนของ A"
    assert back["version"] == versions[0]["version"] + 1

    assert thongthin(a, "record", "delete", "project", project["id"], "--json").json["deleted"]
    synced(a)
    synced(b)
    assert thongthin(b, "record", "list", "project", "--json").json == []
    thongthin(a, "undo")
    synced(a)
    synced(b)
    assert len(thongthin(b, "record", "list", "project", "--json").json) == 1

    book = tmp_path / "projects.xlsx"
    assert thongthin(b, "export", "project", "--to", str(book), "--json").json == {"file": str(book), "rows": 1}
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"ถนนของ A", "กองคลัง"} <= cells
    assert python_calamine.load_workbook(book).get_sheet_by_index(0).to_python()


def test_an_import_travels_and_is_undone(desks: tuple[Path, Path, Path, Path], tmp_path: Path) -> None:
    a, b, _, _ = desks
    sheet = tmp_path / "plan.csv"
    sheet.write_text("ชื่อโครงการ,งบประมาณ 2569\nถนน,100\nคลอง,200\n", encoding="cp874")
    dry = thongthin(a, "import", "project", str(sheet), "--dry-run", "--json")
    assert (dry.code, dry.json["created"]) == (0, 2)
    assert thongthin(a, "record", "list", "project", "--json").json == []
    done = thongthin(a, "import", "project", str(sheet), "--json").json
    assert (done["rows"], done["ready"], done["created"], done["updated"], done["problems"]) == (2, 2, 2, 0, [])
    synced(a)
    synced(b)
    assert [row["fields"]["title"] for row in thongthin(b, "record", "list", "project", "--json").json] == ["ถนน", "คลอง"]
    thongthin(a, "undo")
    synced(a)
    synced(b)
    assert thongthin(b, "record", "list", "project", "--json").json == []


def test_reports_have_the_shape_that_scripts_read(desks: tuple[Path, Path, Path, Path]) -> None:
    a, *_ = desks
    report = thongthin(a, "sync", "--json").json
    assert list(report)[:10] == [
        "done", "pushed", "pulled", "merged", "conflicts", "waiting", "refused", "requests", "bytes_up", "bytes_down",
    ]  # fmt: skip
    assert report["done"] is True
    assert len(report["streams"]) == 1
    status = thongthin(a, "status", "--json").json
    assert {"account", "device", "server", "streams", "waiting", "conflicts", "last_sync"} <= set(status)
    assert status["last_sync"]
    assert json.dumps(status)


def test_what_the_server_refuses_is_listed_with_why(desks: tuple[Path, Path, Path, Path]) -> None:
    a, b, *_ = desks
    taken = '{"fiscal_year": 2569, "book": "12", "number": 1, "payer": "สมชาย", "amount": 10000}'
    thongthin(a, "record", "save", "receipt", "--json", stdin=taken)
    synced(a)
    receipt = thongthin(b, "record", "save", "receipt", "--json", stdin=taken).json
    done = thongthin(b, "sync", "--json")
    assert (done.code, done.json["refused"]) == (3, 1)
    (listed,) = done.json["refused_records"]
    assert (listed["type"], listed["id"]) == ("receipt", receipt["id"])
    text = thongthin(b, "sync")
    assert text.code == 3
    assert receipt["id"] in text.out
    assert listed["reason"] in text.out


def test_a_step_that_the_role_may_not_take_is_refused_at_the_desk(desks: tuple[Path, Path, Path, Path]) -> None:
    a, *_ = desks
    refused = thongthin(a, "record", "save", "service_request", "--json", stdin='{"applicant_name": "สมชาย", "state": "done"}')
    assert refused.code == 1
    assert "may not move" in refused.err
    assert thongthin(a, "record", "list", "service_request", "--json").json == []


def test_more_deletions_than_usual_wait_for_a_person(desks: tuple[Path, Path, Path, Path], tmp_path: Path) -> None:
    a, *_ = desks
    sheet = tmp_path / "people.csv"
    sheet.write_text("first_name\n" + "".join(f"คนที่ {n}\n" for n in range(30)), encoding="utf-8")
    thongthin(a, "import", "person", str(sheet))
    synced(a)
    thongthin(a, "undo")
    paused = thongthin(a, "sync", "--json")
    assert paused.code == 3
    assert paused.json["done"] is False
    assert thongthin(a, "sync", "--allow-deletes", "30").code == 0
