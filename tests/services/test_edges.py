"""What newer programs wrote, several offices on one desk, names of colleagues, sheets that ask for a choice."""

from pathlib import Path

import openpyxl
import pytest

from desktop.services.office import Office
from desktop.services.sync import LAST_SYNC
from desktop.storage import mirror, state
from desktop.storage.query import Query
from records.changes import Snapshot
from records.errors import Correctable, Refused, Unavailable
from records.kinds import Json
from records.protocol import GrantedStream
from tests.offices import STREAM


def received(office: Office, type_name: str, record_id: str, fields: dict[str, Json], version: int = 1) -> None:
    """A record as a sync would bring it."""
    snapshot = Snapshot(
        stream=STREAM, type=type_name, id=record_id, version=version, hash="0" * 16, seq=version, deleted=False, fields=fields, schema=9,
        changed_at="2026-11-22T03:00:00Z", changed_by="malee", device="d", change_id=f"0192aaaa-0000-7000-8000-00000000000{version}",
    )  # fmt: skip
    with office.database.write() as connection:
        mirror.observe(connection, [snapshot])


ID = "0192aaaa-0000-7000-8000-0000000000aa"


def test_a_value_of_a_newer_program_is_shown_exported_and_kept(office: Office, tmp_path: Path) -> None:
    received(office, "project", ID, {"title": "ถนน", "status": "teleported", "later": "x"})
    row = office.records.save("project", ID, {"target": "สาย ก"}).row
    assert row.fields == {"title": "ถนน", "status": "teleported", "later": "x", "target": "สาย ก"}
    assert office.records.shown(office.record_type("project").field("status"), "teleported") == "teleported"
    office.exports.export(Query("project"), tmp_path / "a.xlsx", ["title", "status"])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    assert ["ถนน", "teleported"] in [[cell.value for cell in line] for line in sheet.iter_rows()]


def test_a_colleague_is_called_by_full_name_once_the_account_is_known(office: Office) -> None:
    received(office, "project", ID, {"title": "ถนน"})
    assert office.history.of("project", ID)[0].by_name == "malee"
    received(office, "account", ID.replace("aa", "bb"), {"name": "malee", "full_name": "มาลี รักงาน"})
    assert office.history.of("project", ID)[0].by_name == "มาลี รักงาน"


def test_without_a_line_the_history_is_what_this_desk_knows(office: Office) -> None:
    received(office, "project", ID, {"title": "ถนน"}, version=5)
    (entry,) = office.history.of("project", ID)
    assert (entry.version, entry.changed) == (5, {"title": (None, "ถนน")})


def test_an_edit_that_waits_stands_on_top_with_what_it_changes(office: Office) -> None:
    received(office, "project", ID, {"title": "ถนน"})
    office.records.save("project", ID, {"title": "คลอง"})
    top = office.history.of("project", ID)[0]
    assert (top.version, top.waiting, top.by_name, top.changed) == (None, True, "สมชาย ใจดี", {"title": ("ถนน", "คลอง")})


def test_an_account_of_several_offices_names_the_one_it_writes_to(office: Office) -> None:
    with office.database.write() as connection:
        both = [GrantedStream(STREAM, "write", ("*",), "ก"), GrantedStream("office/2", "write", ("planning",), "ข")]
        state.take_grants(connection, both)
    with pytest.raises(Correctable, match="--stream"):
        office.records.save("project", None, {"title": "ถนน"})
    assert office.records.save("project", None, {"title": "ถนน"}, "office/2").row.stream == "office/2"
    assert office.records.save("person", None, {"first_name": "ก"}).row.stream == STREAM
    with pytest.raises(Refused, match="office/2"):
        office.records.save("person", None, {"first_name": "ก"}, "office/2")


def test_a_round_that_could_not_begin_leaves_the_time_of_the_last_one(office: Office) -> None:
    with office.database.write() as connection:
        state.set_setting(connection, LAST_SYNC, "2026-11-01T00:00:00Z")
    with pytest.raises(Unavailable):
        office.sync.run()
    assert office.sync.status().last_sync == "2026-11-01T00:00:00Z"


def test_a_sheet_is_chosen_by_name(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("ปี 2570")
    assert first is not None
    first.title = "ปี 2569"
    for page, name in ((first, "ถนน"), (second, "คลอง")):
        page.append(["ชื่อโครงการ", "2569"])
        page.append([name, 5])
    book.save(tmp_path / "plan.xlsx")
    preview = office.imports.preview("project", tmp_path / "plan.xlsx", sheet="ปี 2570")
    assert [write.set["title"] for write in preview.plan.writes if write.type == "project"] == ["คลอง"]
    with pytest.raises(Correctable, match="Its sheets are ปี 2569, ปี 2570"):
        office.imports.preview("project", tmp_path / "plan.xlsx", sheet="ปี 2571")


def test_a_sheet_of_which_no_heading_is_known_asks_for_a_map(office: Office, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("สี,ขนาด\nแดง,5\n", encoding="utf-8")
    with pytest.raises(Correctable, match="--map; the headings are สี, ขนาด"):
        office.imports.preview("project", tmp_path / "a.csv")


def test_progress_is_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ชื่อโครงการ,2569\nถนน,5\n", encoding="utf-8")
    told: list[tuple[int, int]] = []
    office.imports.apply(office.imports.preview("project", tmp_path / "a.csv"), lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    again = office.imports.preview("project", tmp_path / "a.csv")
    assert office.imports.apply(again).writes == []


def test_texts_are_mended_and_blank_ones_emptied(office: Office) -> None:
    made = office.records.save("project", None, {"title": "ถํา  น้ำ", "target": "x"}).row
    assert made.fields["title"] == "ถำ น้ำ"
    assert "target" not in office.records.save("project", made.id, {"target": " "}).row.fields
    with pytest.raises(Correctable, match="At most"):
        office.records.save("project", made.id, {"edition": "ก" * 100})
