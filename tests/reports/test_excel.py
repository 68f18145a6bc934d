"""Lists in Excel: types, widths, frozen header, Thai dates, totals, and texts that are never formulas."""

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openpyxl.worksheet.worksheet import Worksheet

from desktop.reports import excel
from desktop.reports.excel import Column, Head, sheet_name, write_list
from records.errors import Correctable
from records.kinds import CellValue, Day, DecimalNumber, FiscalYear, Integer, LongText, Money, Text, YesNo
from records.words import Language

COLUMNS = (
    Column("โครงการ", LongText()),
    Column("งบประมาณ (บาท)", Money()),
    Column("วันที่", Day()),
    Column("ปี", FiscalYear()),
    Column("จำนวน", Integer()),
    Column("พื้นที่", DecimalNumber()),
)
ROWS: list[list[CellValue]] = [
    ["ก่อสร้างถนน", Decimal("1632820.25"), date(2026, 11, 22), 2569, 1250, Decimal("12.5")],
    ["=cmd|'/c calc'!A1", None, None, None, None, None],
    ["@SUM(1)", Decimal("-0.25"), date(1899, 5, 1), None, None, None],
    ["+66 81", None, None, None, None, None],
    ["-1", None, None, None, None, None],
]
HEAD = Head("โครงการ", ("เทศบาลนครตัวอย่าง", "=พิมพ์เมื่อ"))


def written(folder: Path, rows: Sequence[Sequence[CellValue]] = ROWS, columns: Sequence[Column] = COLUMNS) -> Worksheet:
    """The sheet of a written list, as openpyxl reads it."""
    assert write_list(folder / "a.xlsx", HEAD, columns, rows, Language.THAI) == len(rows)
    sheet = openpyxl.load_workbook(folder / "a.xlsx").active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_the_head_says_what_the_list_is(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    assert [sheet.cell(row, 1).value for row in range(1, 6)] == ["โครงการ", "เทศบาลนครตัวอย่าง", "=พิมพ์เมื่อ", None, "โครงการ"]
    assert [cell.value for cell in sheet[5]] == [column.heading for column in COLUMNS]


def test_the_header_is_frozen_and_filtered(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    assert sheet.freeze_panes == "A6"
    assert sheet.auto_filter.ref == "A5:F10"
    assert sheet["A5"].font.bold


def test_cells_have_their_types(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    assert sheet["B6"].value == 1632820.25
    assert sheet["B6"].number_format == "#,##0.00"
    assert sheet["C6"].is_date
    assert sheet["C6"].value.date() == date(2026, 11, 22)
    assert sheet["C6"].number_format == "[$-107041E]d mmm yyyy"
    assert (sheet["D6"].value, sheet["D6"].number_format) == (2569, "0")
    assert (sheet["E6"].value, sheet["E6"].number_format) == (1250, "#,##0")
    assert sheet["F6"].value == 12.5


def test_a_text_is_never_a_formula(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    texts = [sheet.cell(row, 1) for row in range(7, 11)] + [sheet["A3"]]
    assert [cell.data_type for cell in texts] == ["s"] * 5
    assert [cell.value for cell in texts[:4]] == [row[0] for row in ROWS[1:]]


def test_money_is_totalled_by_a_formula_over_its_rows(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    assert (sheet["A11"].value, sheet["B11"].value) == ("รวม", "=SUM(B6:B10)")
    assert sheet["E11"].value is None


def test_a_day_before_excels_calendar_is_a_text(tmp_path: Path) -> None:
    assert written(tmp_path)["C8"].value == "1899-05-01"


def test_the_font_is_thai_and_widths_fit(tmp_path: Path) -> None:
    sheet = written(tmp_path)
    assert sheet["A6"].font.name == excel.FONT
    assert sheet["A6"].alignment.wrap_text
    assert sheet.column_dimensions["A"].width > 15
    assert sheet.column_dimensions["D"].width < 12


def test_thai_vowels_and_tones_take_no_width() -> None:
    assert excel.shown_width("กำลังเพิ่ม") == len("กำลงเพม")


def test_two_columns_of_one_heading_stay_apart(tmp_path: Path) -> None:
    sheet = written(tmp_path, [["a", "b"]], [Column("ชื่อ", Text()), Column("ชื่อ", Text())])
    assert [cell.value for cell in sheet[5]] == ["ชื่อ", "ชื่อ (2)"]
    assert [cell.value for cell in sheet[6]] == ["a", "b"]


def test_an_empty_list_still_shows_its_columns(tmp_path: Path) -> None:
    sheet = written(tmp_path, [])
    assert [cell.value for cell in sheet[5]] == [column.heading for column in COLUMNS]
    assert sheet["B7"].value is None


def test_a_masked_column_holds_texts(tmp_path: Path) -> None:
    sheet = written(tmp_path, [["x-xxxx"]], [Column("เลข", Integer(), is_masked=True)])
    assert (sheet["A6"].value, sheet["A6"].number_format) == ("x-xxxx", "@")


def test_a_text_longer_than_a_cell_holds_is_cut_visibly(tmp_path: Path) -> None:
    value = written(tmp_path, [["ก" * 40_000]], [Column("ข้อความ", LongText())])["A6"].value
    assert isinstance(value, str)
    assert (len(value), value[-1]) == (32_767, "…")


def test_calamine_reads_what_was_written(tmp_path: Path) -> None:
    written(tmp_path)
    rows = python_calamine.load_workbook(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[5] == ["ก่อสร้างถนน", 1632820.25, date(2026, 11, 22), 2569.0, 1250.0, 12.5]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_libreoffice_shows_buddhist_years_and_sums(tmp_path: Path) -> None:
    written(tmp_path)
    shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", shown, "a.xlsx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"), newline="")))
    assert rows[5][:3] == ["ก่อสร้างถนน", "1,632,820.25", "22 พ.ย. 2569"]
    assert rows[6][0] == "=cmd|'/c calc'!A1"
    assert rows[10][1] == "1,632,820.00"


def test_a_place_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "open.xlsx").mkdir()
    with pytest.raises(Correctable, match="may be open in Excel"):
        write_list(tmp_path / "open.xlsx", HEAD, COLUMNS, ROWS, Language.THAI)
    with pytest.raises(Correctable, match="cannot be written"):
        write_list(tmp_path / "no" / "a.xlsx", HEAD, COLUMNS, ROWS, Language.THAI)
    assert [path.name for path in tmp_path.iterdir()] == ["open.xlsx"]


def test_more_rows_than_a_sheet_holds_are_refused_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, ROWS)
    before = (tmp_path / "a.xlsx").read_bytes()
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    with pytest.raises(Correctable, match="no file was written"):
        write_list(tmp_path / "a.xlsx", HEAD, COLUMNS, ROWS, Language.THAI)
    assert (tmp_path / "a.xlsx").read_bytes() == before


def test_yes_and_no_are_words(tmp_path: Path) -> None:
    sheet = written(tmp_path, [[YesNo().to_cell(True, Language.THAI)]], [Column("ยืนยัน", YesNo())])
    assert sheet["A6"].value == "ใช่"


@pytest.mark.parametrize(("title", "name"), [("งบ/แผน: [ก]?", "งบ แผน   ก"), ("ก" * 40, "ก" * 31), ("''", "Sheet1")])
def test_a_sheet_has_a_name_that_excel_takes(title: str, name: str) -> None:
    assert sheet_name(title) == name
