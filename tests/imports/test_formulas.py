"""Books whose formulas were never worked out, merged cells, Thai digits and both eras: every row is read or says why not."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from desktop.imports import sheets
from desktop.imports.formulas import uncomputed
from desktop.services.office import Office
from desktop.storage.query import Query
from tests.offices import made_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An enrolled office."""
    return made_office(tmp_path / "home")


def book_of(folder: Path, rows: list[list[object]], merges: tuple[str, ...] = ()) -> Path:
    """A workbook as a program writes it: formulas without their results."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "งบ & แผน"
    for row in rows:
        sheet.append(row)
    for area in merges:
        sheet.merge_cells(area)
    path = folder / "book.xlsx"
    book.save(path)
    return path


def test_cells_with_a_formula_and_no_result_are_found(tmp_path: Path) -> None:
    path = book_of(tmp_path, [["a", "b"], [1, "=A2*2"], ["=1+1", "x"]])
    assert uncomputed(path.read_bytes()) == {"งบ & แผน": frozenset({(1, 1), (2, 0)})}
    assert sheets.read(path)[0].uncomputed == frozenset({(1, 1), (2, 0)})


def test_a_formula_with_its_result_is_a_number_like_any_other(tmp_path: Path) -> None:
    path = book_of(tmp_path, [["a"], [1]])
    assert uncomputed(path.read_bytes()) == {}


def test_what_is_no_book_has_none() -> None:
    assert uncomputed(b"PK\x03\x04 nothing") == {}


def test_a_row_whose_formula_has_no_result_is_left_out_and_says_so(office: Office, tmp_path: Path) -> None:
    path = book_of(tmp_path, [["เลขที่สัญญา", "คู่สัญญา", "วงเงิน"], ["1/2569", "บริษัท ก", 100], ["2/2569", "บริษัท ข", "=C2*2"]])
    preview = office.imports.preview("contract", path)
    assert [(one.row, one.column, one.blocks) for one in preview.plan.problems] == [(3, "วงเงิน", True)]
    assert "save it again" in preview.plan.problems[0].text.en
    office.imports.apply(preview)
    assert [row.fields["number"] for row in office.store.find(Query("contract")).rows] == ["1/2569"]


def test_merged_cells_thai_digits_and_both_eras_come_in(office: Office, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["เลขที่สัญญา", "คู่สัญญา", "วงเงิน", "ลงนามวันที่"],
        ["๑/๒๕๖๙", "บริษัท ก", "๑,๒๓๔.๕๐", "๒๒/๑๑/๒๕๖๘"],
        ["2/2569", None, " 2,000 บาท ", "22/11/2025"],
        ["3/2569", "บริษัท ค", 12.5, date(2025, 11, 22)],
        ["4/2569", "บริษัท ง", 100, "22 พ.ย. 68"],
    ]
    path = book_of(tmp_path, rows, merges=("B2:B3",))
    preview = office.imports.preview("contract", path)
    assert preview.plan.problems == []
    office.imports.apply(preview)
    found = {row.fields["number"]: row.fields for row in office.store.find(Query("contract")).rows}
    assert {str(number): fields["signed_on"] for number, fields in found.items()} == dict.fromkeys(found, "2025-11-22")
    assert [fields["amount"] for fields in found.values()] == [123_450, 200_000, 1_250, 10_000]
    assert [fields["vendor"] for fields in found.values()] == ["บริษัท ก", "บริษัท ก", "บริษัท ค", "บริษัท ง"]


def test_a_day_that_is_none_leaves_its_row_out_with_its_place(office: Office, tmp_path: Path) -> None:
    path = book_of(tmp_path, [["เลขที่สัญญา", "คู่สัญญา", "ลงนามวันที่"], ["1/2569", "ก", "31/02/2569"], ["2/2569", "ข", "22 Nov 26"]])
    preview = office.imports.preview("contract", path)
    assert [(one.row, one.column, one.blocks) for one in preview.plan.problems] == [(2, "ลงนามวันที่", True), (3, "ลงนามวันที่", True)]
