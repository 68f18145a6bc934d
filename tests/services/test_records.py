"""Opening, saving, masking, duplicating; files that records name; lists that leave as Excel."""

import logging
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from desktop.services.office import Office
from desktop.storage.query import Filter, Query
from records.errors import Correctable, Unavailable
from records.kinds import FileRef
from tests.offices import STREAM


def sheet_of(path: Path) -> Worksheet:
    """The sheet of a workbook."""
    sheet = openpyxl.load_workbook(path).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_saving_says_what_is_still_missing_and_saves_all_the_same(office: Office) -> None:
    saved = office.records.save("project", None, {"number": "5"})
    assert saved.row.stream == STREAM
    assert "title" in {problem.field for problem in saved.problems}


def test_a_draft_of_python_values_is_saved(office: Office) -> None:
    made = office.records.save_draft("person", None, {"first_name": "สมชาย", "birth_date": date(1980, 11, 22), "moo": 4}).row
    changed = office.records.save_draft("person", made.id, {"moo": None}).row
    assert changed.fields == {"first_name": "สมชาย", "birth_date": "1980-11-22"}


def test_a_duplicate_has_the_values_and_an_id_of_its_own(office: Office) -> None:
    made = office.records.save("project", None, {"title": "ถนน", "target": "สาย ก"}).row
    copy = office.records.duplicate("project", made.id).row
    assert copy.id != made.id
    assert copy.fields == made.fields


def test_a_deleted_record_is_restored_with_its_fields(office: Office) -> None:
    made = office.records.save("project", None, {"title": "ถนน"}).row
    assert office.records.delete("project", made.id).deleted
    office.records.restore("project", made.id)
    assert office.records.get("project", made.id).fields == {"title": "ถนน"}


def test_a_title_shows_choices_and_money_as_people_read_them(office: Office) -> None:
    project = office.records.save("project", None, {"title": "ถนน"}).row
    budget = office.records.save("project_budget", None, {"project": project.id, "fiscal_year": 2569, "planned": 125_050}).row
    assert office.records.title(budget) == "2569 1,250.50"
    assert office.records.shown(office.record_type("project_budget").field("project"), project.id) == "ถนน"


def test_a_personal_value_is_masked_unless_it_is_asked_for(office: Office) -> None:
    field = office.record_type("person").field("citizen_id")
    assert "70230" not in office.records.shown(field, "1101700230708").replace("-", "")
    assert office.records.shown(field, "1101700230708", is_masked=False).replace("-", "") == "1101700230708"


def test_who_sees_personal_data_in_full_is_logged_and_the_data_are_not(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office.records.save("person", None, {"first_name": "สมชาย", "citizen_id": "1101700230708"})
    with caplog.at_level(logging.INFO, logger="desktop"):
        office.exports.export(Query("person"), tmp_path / "a.xlsx")
        assert "personal data" not in caplog.text
        office.exports.export(Query("project"), tmp_path / "a.xlsx", unmasked=True)
        assert "personal data" not in caplog.text
        office.exports.export(Query("person"), tmp_path / "a.xlsx", unmasked=True)
    assert "personal data shown: account=somchai type=person" in caplog.text
    assert "1101700230708" not in caplog.text


def test_a_field_kept_by_the_program_is_not_saved_by_hand(office: Office) -> None:
    with pytest.raises(Correctable, match="program itself keeps"):
        office.records.save("number_block", None, {"book": "x"})


def test_a_query_with_an_unknown_field_is_refused(office: Office) -> None:
    with pytest.raises(Correctable, match="no field “nope”"):
        office.records.find(Query("project", filters=(Filter("nope", "eq", 1),)))


def test_who_uses_a_record_is_told(office: Office) -> None:
    project = office.records.save("project", None, {"title": "ถนน"}).row
    step = office.records.save("project_step", None, {"project": project.id, "stage": "approved"}).row
    assert office.records.users_of("project", project.id) == [("project_step", step.id, "project")]


def test_an_export_shows_references_masks_and_the_columns_asked_for(office: Office, tmp_path: Path) -> None:
    project = office.records.save("project", None, {"title": "ถนน"}).row
    office.records.save("project_step", None, {"project": project.id, "stage": "approved", "amount": 125_050})
    assert office.exports.export(Query("project_step"), tmp_path / "a.xlsx", ["project", "amount", "stage"]) == 1
    cells = [[cell.value for cell in row] for row in sheet_of(tmp_path / "a.xlsx").iter_rows()]
    assert ["ถนน", 1250.5, "Budget approved"] in cells
    assert cells[0][0] == "Step of a project"


def test_an_export_of_people_is_masked_unless_asked_for_in_full(office: Office, tmp_path: Path) -> None:
    office.records.save("person", None, {"first_name": "สมชาย", "citizen_id": "1101700230708"})
    for unmasked in (False, True):
        office.exports.export(Query("person"), tmp_path / "a.xlsx", ["first_name", "citizen_id"], unmasked=unmasked)
        texts = [str(cell.value) for row in sheet_of(tmp_path / "a.xlsx").iter_rows() for cell in row]
        assert any(text.replace("-", "") == "1101700230708" for text in texts) is unmasked
        assert any("not for publication" in text for text in texts) is unmasked


def test_an_attached_file_is_kept_and_written_out(office: Office, tmp_path: Path) -> None:
    (tmp_path / "แบบ.pdf").write_bytes(b"%PDF-1.7 x")
    file = office.attach(tmp_path / "แบบ.pdf")
    assert (file.name, file.size, file.media_type) == ("แบบ.pdf", 10, "application/pdf")
    office.write_attachment(file, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == b"%PDF-1.7 x"
    with pytest.raises(Correctable, match="cannot be written"):
        office.write_attachment(file, tmp_path / "no" / "out.pdf")
    with pytest.raises(Unavailable, match="not arrived"):
        office.write_attachment(FileRef("0" * 64, "x", 1, "text/plain"), tmp_path / "x")


def test_a_file_that_cannot_be_attached_is_said(office: Office, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(Correctable, match="is empty"):
        office.attach(tmp_path / "empty")
    with pytest.raises(Correctable, match="cannot be opened"):
        office.attach(tmp_path / "no")


def test_acts_are_listed_and_one_is_taken_back(office: Office) -> None:
    office.records.save("project", None, {"title": "ถนน"})
    office.records.save("project", None, {"title": "คลอง"})
    acts = office.undo.acts()
    assert [act.label.en for act in acts] == ["Save Project คลอง", "Save Project ถนน"]
    done = office.undo.act(acts[1].id)
    assert done.label.en == "Save Project ถนน"
    assert [row.fields["title"] for row in office.store.find(Query("project")).rows] == ["คลอง"]
