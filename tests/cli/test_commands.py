"""The contract of the command line: options anywhere, exit codes, JSON shapes, two languages, consoles of Thai Windows."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import cli
from records.ids import new_id
from records.kinds import Json
from records.merge import DELETION
from records.words import Language, Words
from tests.cli.conftest import ROOT
from tests.offices import ENVIRON, NOW, STREAM, enrolled_home, made_office, thongthin


def test_global_options_stand_anywhere(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    runs = [
        ["--json", "--home", str(home), "record", "list", "project"],
        ["record", "--home", str(home), "list", "--json", "project"],
        ["record", "list", "project", f"--home={home}", "--json", "--stream", STREAM],
    ]
    for arguments in runs:
        out, err = io.StringIO(), io.StringIO()
        assert cli.run(arguments, environ=ENVIRON, stdin=io.BytesIO(), stdout=out, stderr=err) == 0
        assert out.getvalue() == "[]\n"


def test_the_home_may_come_from_the_environment(tmp_path: Path) -> None:
    enrolled_home(tmp_path)
    out = io.StringIO()
    environ = {**ENVIRON, "THONGTHIN_HOME": str(tmp_path)}
    assert cli.run(["status", "--json"], environ=environ, stdin=io.BytesIO(), stdout=out, stderr=io.StringIO()) == 0
    assert '"somchai"' in out.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        ("nope",), ("record",), ("record", "nope"), ("record", "get", "project"), ("search",), ("export", "project"), ("sync", "--allow-deletes", "x"),
        ("sync", "--allow-deletes", "-1"), ("status", "--nope"), ("enrol", "--server", "x"), ("status", "--stream"), ("status", "--language=fr"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_in_2_and_a_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = thongthin(tmp_path, *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "--help" in done.err


def test_help_is_in_the_language_asked_for(tmp_path: Path) -> None:
    assert "One record" in thongthin(tmp_path, "record", "--help").out
    assert "หนึ่งรายการ" in thongthin(tmp_path, "record", "--help", "--language", "th").out


def test_record_types_prints_the_catalogue(tmp_path: Path) -> None:
    types = {one["type"]: one for one in thongthin(tmp_path, "record", "types", "--json").json}
    person = {field["name"]: field for field in types["person"]["fields"]}
    assert set(types["person"]) == {"type", "area", "label", "fields"}
    assert person["citizen_id"] == {
        "name": "citizen_id",
        "kind": "citizen_id",
        "label": person["citizen_id"]["label"],
        "required": False,
        "personal": True,
    }
    assert person["first_name"]["required"]


def test_save_makes_then_changes_and_empties(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    made = thongthin(home, "record", "save", "project", "--json", stdin='{"title": "ถนน  ดิน ", "target": "สาย ก"}').json
    assert list(made) == ["stream", "type", "id", "version", "waiting", "deleted", "fields"]
    assert (made["stream"], made["waiting"], made["fields"]["title"]) == (STREAM, True, "ถนน ดิน")
    changed = thongthin(home, "record", "save", "project", "--id", made["id"], "--json", stdin='{"target": null, "number": "5"}').json
    assert changed["fields"] == {"title": "ถนน ดิน", "number": "5"}
    assert thongthin(home, "record", "get", "project", made["id"], "--json").json == changed


def test_texts_given_as_people_write_them_are_kept_in_their_one_form(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    given = '{"first_name": "สมชาย", "phone": "081-234-5678", "citizen_id": "1-1017-00230-70-8"}'
    person = thongthin(home, "record", "save", "person", "--json", stdin=given).json
    assert (person["fields"]["phone"], person["fields"]["citizen_id"]) == ("0812345678", "1101700230708")
    project = thongthin(home, "record", "save", "project", "--json", stdin='{"title": "ถนน", "tags": ["ข", "ก", "ข"]}').json
    assert project["fields"]["tags"] == ["ก", "ข"]


def test_an_id_that_is_not_here_makes_no_record(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    done = thongthin(home, "record", "save", "project", "--id", "0192f000-0000-7000-8000-000000000001", stdin='{"title": "ถนน"}')
    assert (done.code, done.out) == (1, "")
    assert thongthin(home, "record", "list", "project", "--json").json == []
    assert "an id not here is an error" in " ".join(thongthin(home, "record", "save", "--help").out.split())


@pytest.mark.parametrize("where", ["line", "file"])
def test_a_map_is_given_on_the_line_or_in_a_file(tmp_path: Path, where: str) -> None:
    home = enrolled_home(tmp_path / "home")
    mapping = '{"แปลก": "title"}'
    (tmp_path / "map.json").write_text(mapping, encoding="utf-8-sig")
    (tmp_path / "a.csv").write_text("แปลก,b\nถนน,1\n", encoding="utf-8")
    given = mapping if where == "line" else str(tmp_path / "map.json")
    done = thongthin(home, "import", "project", str(tmp_path / "a.csv"), "--map", given, "--json")
    assert (done.code, done.json["created"], done.json["mapped"]) == (0, 1, {"แปลก": "title"})


def test_a_draft_may_lack_what_must_be_filled(tmp_path: Path) -> None:
    assert thongthin(enrolled_home(tmp_path), "record", "save", "project", stdin='{"number": "5"}').code == 0


def test_a_deleted_record_comes_back(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    made = thongthin(home, "record", "save", "project", "--json", stdin='{"title": "ถนน"}').json
    assert thongthin(home, "record", "delete", "project", made["id"], "--json").json["deleted"] is True
    assert thongthin(home, "record", "list", "project", "--json").json == []
    undone = thongthin(home, "undo", "--json").json
    assert [row["id"] for row in undone["records"]] == [made["id"]]
    assert set(undone) == {"undone", "records", "skipped"}
    assert len(thongthin(home, "record", "list", "project", "--json").json) == 1


def test_lists_and_exports_mask_personal_data_and_get_does_not(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    made = thongthin(home, "record", "save", "person", "--json", stdin='{"first_name": "สมชาย", "citizen_id": "1101700230708"}').json
    (masked,) = thongthin(home, "record", "list", "person", "--json").json
    assert masked["fields"]["citizen_id"] != "1101700230708"
    assert "1101700230708" not in str(masked)
    (full,) = thongthin(home, "record", "list", "person", "--json", "--unmasked").json
    assert full["fields"]["citizen_id"] == "1101700230708"
    assert thongthin(home, "record", "get", "person", made["id"], "--json").json["fields"]["citizen_id"] == "1101700230708"
    log = (home / "logs" / "thongthin.log").read_text(encoding="utf-8")
    assert f"personal data shown: account=somchai type=person id={made['id']} field=*" in log
    assert "1101700230708" not in log


def test_search_finds_thai_text(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    made = thongthin(home, "record", "save", "project", "--json", stdin='{"title": "ซ่อมสะพานข้ามคลอง"}').json
    found = thongthin(home, "search", "สะพาน", "--json").json
    assert [(hit["type"], hit["id"]) for hit in found] == [("project", made["id"])]
    assert thongthin(home, "search", "--json", "--", "--json").json == []


def test_history_shows_what_waits(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    made = thongthin(home, "record", "save", "project", "--json", stdin='{"title": "ถนน"}').json
    (entry,) = thongthin(home, "record", "history", "project", made["id"], "--json").json
    assert {"version", "by", "device", "at", "changed"} <= set(entry)
    assert (entry["version"], entry["by"], entry["waiting"]) == (None, "somchai", True)
    assert entry["changed"] == {"title": {"before": None, "after": "ถนน"}}


def test_an_import_with_a_row_left_out_ends_in_3(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "home")
    sheet = tmp_path / "plan.csv"
    sheet.write_text("ชื่อโครงการ,2569\nถนน,100\nคลอง,ไม่รู้\n", encoding="utf-8")
    done = thongthin(home, "import", "project", str(sheet), "--json")
    assert (done.code, done.json["ready"], done.json["created"]) == (3, 1, 1)
    (problem,) = done.json["problems"]
    assert (problem["row"], problem["column"]) == (3, "2569")


def test_a_choice_of_columns_by_map(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "home")
    sheet = tmp_path / "plan.csv"
    sheet.write_text("เรื่อง,ยอด\nถนน,100\n", encoding="utf-8")
    mapping = '{"เรื่อง": "title", "ยอด": "project_budget.planned.2569"}'
    assert thongthin(home, "import", "project", str(sheet), "--map", mapping, "--json").json["related"]["project_budget"] == 1


def test_json_is_sound_on_a_console_that_knows_windows_874_only(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    raw = io.BytesIO()
    console = io.TextIOWrapper(raw, encoding="cp874", errors="strict", newline="\n")
    assert (
        cli.run(["record", "types", "--json", "--home", str(home)], environ=ENVIRON, stdin=io.BytesIO(), stdout=console, stderr=console)
        == 0
    )
    assert cli.run(["record", "types", "--home", str(home)], environ=ENVIRON, stdin=io.BytesIO(), stdout=console, stderr=console) == 0
    console.flush()
    assert raw.getvalue().startswith(b"[")
    assert raw.getvalue().split(b"]\n")[0].isascii()


def test_errors_are_in_thai_unless_told_otherwise(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    assert "ไม่มีอะไรเปลี่ยนแปลง" in thongthin(home, "record", "get", "project", "x", "--language", "th").err


def test_a_bug_is_said_and_logged_and_never_a_traceback_on_the_screen(tmp_path: Path) -> None:
    made_office(tmp_path, language=Language.ENGLISH).close()
    out, err = io.StringIO(), io.StringIO()

    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("a bug")

    code = cli.run(
        ["status", "--home", str(tmp_path)], environ=ENVIRON, stdin=io.BytesIO(), stdout=out, stderr=err, open_office=broken,  # type: ignore[arg-type]  # fails
    )  # fmt: skip
    assert (code, out.getvalue(), err.getvalue().count("\n")) == (1, "", 1)
    assert "RuntimeError: a bug" in (tmp_path / "logs" / "thongthin.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(("arguments", "code"), [(("status", "--json"), 0), (("record", "get", "project", "x"), 1), (("nope",), 2)])
def test_the_process_ends_with_the_exit_code(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    home = enrolled_home(tmp_path)
    environ = {**os.environ, **ENVIRON, "THONGTHIN_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp874"}
    done = subprocess.run([sys.executable, "-m", "desktop", *arguments], env=environ, capture_output=True, timeout=240, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


def test_a_deletion_that_met_an_edit_is_told_in_words(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    record = office.records.save("project", None, {"title": "ถนน"}).row
    detail: dict[str, Json] = {"name": DELETION, "mine": True, "theirs_by": "malee", "theirs_at": "2026-11-22T03:00:00Z"}
    entry: dict[str, Json] = {
        "record_type": "project", "record_id": record.id, "area": "planning", "grade": "conflict", "state": "open", "details": [detail],
    }  # fmt: skip
    with office.store.act("somchai", Words("รวม", "Merge")) as act:
        office.store.save(STREAM, "conflict", new_id(NOW, office.entropy), entry, (), act=act)
    office.close()

    assert "mine=deleted here theirs=edited elsewhere (malee" in thongthin(tmp_path, "conflicts", "list").out
    assert "mine=ที่นี่ลบ theirs=ที่อื่นแก้ไข" in thongthin(tmp_path, "--language", "th", "conflicts", "list").out
