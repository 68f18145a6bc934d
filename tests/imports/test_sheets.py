"""Reading files: what a file is shows in its bytes; Thai CSVs come in several encodings."""

import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from desktop.imports import sheets
from records.errors import Correctable

HERE = Path(__file__).parent / "sheets"
THAI = 'ชื่อโครงการ,งบประมาณ 2566\nก่อสร้างถนน," 1,632,820 "\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
def test_a_csv_is_read_in_every_encoding_thai_offices_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(THAI.encode(encoding))
    (sheet,) = sheets.read(path)
    assert sheet.rows == [["ชื่อโครงการ", "งบประมาณ 2566"], ["ก่อสร้างถนน", " 1,632,820 "]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(f'a{delimiter}b{delimiter}c\n"1, 5"{delimiter}2{delimiter}3\n4{delimiter}5{delimiter}6\n', encoding="utf-8")
    assert [list(row) for row in sheets.read(path)[0].rows] == [["a", "b", "c"], ["1, 5", "2", "3"], ["4", "5", "6"]]


def test_a_quoted_cell_keeps_its_line_breaks_and_short_rows_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text('a,b,c\n"x\r\ny",2\n', encoding="utf-8", newline="")
    assert sheets.read(path)[0].rows[1] == ["x\r\ny", "2", None]


@pytest.mark.parametrize("name", ["small.xls", "small.ods"])
def test_old_and_open_workbooks_are_read(name: str) -> None:
    (sheet,) = sheets.read(HERE / name)
    assert sheet.name == "แผน"
    assert list(sheet.rows[0]) == ["ชื่อโครงการ", "งบประมาณ 2566", "เทศบัญญัติ 2566"]
    assert list(sheet.rows[2]) == ["ขุดลอกคลอง", 50000.5, 20000.0]


def test_a_merged_cell_gives_its_value_to_every_cell_it_covers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["C2"] = "งบประมาณ", 5
    page.merge_cells("A1:B2")
    book.save(tmp_path / "merged.xlsx")
    (sheet,) = sheets.read(tmp_path / "merged.xlsx")
    assert [list(row) for row in sheet.rows] == [["งบประมาณ", "งบประมาณ", None], ["งบประมาณ", "งบประมาณ", 5.0]]


def test_hidden_and_empty_sheets_are_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page, hidden = book.active, book.create_sheet("ซ่อน")
    assert page is not None
    page["A1"], hidden["A1"] = "x", "secret"
    hidden.sheet_state = "hidden"
    book.create_sheet("ว่าง")
    book.save(tmp_path / "book.xlsx")
    assert len(sheets.read(tmp_path / "book.xlsx")) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 but no zip", "is damaged"),
        (b"\xd0\xcf\x11\xe0 but no workbook", "no workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "neither a workbook nor a CSV"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "thing.xlsx"
    path.write_bytes(content)
    with pytest.raises(Correctable, match=reason) as caught:
        sheets.read(path)
    assert "nothing was changed" in caught.value.message.en


@pytest.mark.parametrize("name", ["small.xls", "small.ods"])
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    whole = (HERE / name).read_bytes()
    chance = random.Random(11)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 40)):
            damaged[chance.randrange(8, len(damaged))] = chance.randrange(256)
        (tmp_path / name).write_bytes(damaged[: chance.randrange(len(damaged) // 2, len(damaged))] if chance.random() < 0.3 else damaged)
        try:
            sheets.read(tmp_path / name)
        except Correctable:
            refused += 1
    assert refused > 20
    assert capfd.readouterr().err == ""


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as book:
        book.writestr("note.txt", "hello")
    with pytest.raises(Correctable, match="no workbook"):
        sheets.read(tmp_path / "a.xlsx")


def test_a_zip_bomb_is_refused_before_it_inflates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_INFLATED", 1_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    with pytest.raises(Correctable, match="unusual size"):
        sheets.read(tmp_path / "bomb.xlsx")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Correctable, match="There is no file"):
        sheets.read(tmp_path / "no.csv")
