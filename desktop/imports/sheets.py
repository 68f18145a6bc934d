"""Reads CSV, XLSX, XLS and ODS files into plain rows; what a file is shows in its bytes, not in its name. Only importer of calamine.

A CSV may be UTF-8, UTF-16 or Windows-874 and may part its cells by comma, semicolon, tab or bar. In a workbook a merged cell gives its
value to every cell it covers, as a person reads it.
"""

import csv
import io
import os
import struct
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from desktop.imports.formulas import Place, uncomputed
from records.errors import Correctable
from records.words import Words

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""A cell as it was read; empty is None."""

LARGEST_FILE = 200 * 1024 * 1024
"""Bytes; a larger file is refused before it is read."""
LARGEST_INFLATED = 1024 * 1024 * 1024
"""Bytes a workbook may inflate to (a zip bomb inflates to far more)."""

_DELIMITERS = (",", "\t", ";", "|")
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Merged:
    """A merged range: rows and columns counted from 0, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: all rows of equal length; row 0 is row 1 of Excel, or the first record of a CSV."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Merged] = ()
    uncomputed: frozenset[Place] = frozenset()
    """Cells with a formula that was never worked out, by row and column from 0; they read as empty."""


def read(path: Path) -> tuple[Sheet, ...]:
    """The visible sheets of a file, those without a cell left out. Raises Correctable with what is wrong with the file."""
    content = _bytes_of(path)
    if content.startswith(b"PK\x03\x04"):
        _refuse_bomb(path, content)
        return _workbook(path, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(path, content)
    return _filled(path, (Sheet(path.stem, _csv_rows(path, content)),))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable(path, Words("ใหญ่เกิน 200 เมกะไบต์", "is larger than 200 megabytes"))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Correctable(
            Words("ไม่พบไฟล์", "No such file"),
            Words(
                "ไม่พบไฟล์ {path} ยังไม่มีอะไรเปลี่ยนแปลง โปรดตรวจชื่อและโฟลเดอร์",
                "There is no file {path}; nothing was changed. Check its name and folder.",
            ).filled(path=path),
        ) from error
    except OSError as error:
        raise _unreadable(path, Words("เปิดอ่านไม่ได้", "cannot be opened")) from error


def _workbook(path: Path, content: bytes) -> tuple[Sheet, ...]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, XmlError, ZipError

    damaged = Words("ไม่ใช่ตารางคำนวณที่อ่านได้ หรือเสียหาย", "is no workbook this program reads, or is damaged")
    sheets = []
    formulas = uncomputed(content) if content.startswith(b"PK") else {}
    try:
        with _without_panic_message():
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            for about in book.sheets_metadata:
                if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                    continue
                sheet = book.get_sheet_by_name(about.name)
                rows = [_with_none(row) for row in sheet.to_python(skip_empty_area=False)]
                merged = [Merged(top, bottom, left, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
                _spread(rows, merged)
                sheets.append(Sheet(about.name, rows, merged, formulas.get(about.name, frozenset())))
    except PasswordError as error:
        raise _unreadable(path, Words("มีรหัสผ่าน โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน", "has a password; save it without one")) from error
    except (CalamineError, XmlError, ZipError, OSError, ValueError) as error:
        raise _unreadable(path, damaged) from error
    except BaseException as error:
        # Damaged XLS files make the library's Rust code panic; its exception derives from BaseException and has no importable name.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(path, damaged) from error
    return _filled(path, tuple(sheets))


def _with_none(row: list[Any]) -> list[Cell]:
    """The row with None for its empty texts."""
    return [None if cell == "" else cell for cell in row] if "" in row else row


@contextmanager
def _without_panic_message() -> Iterator[None]:
    """Keeps what a Rust panic writes to the process's standard error away from a person, who gets one sentence instead."""
    try:
        kept = os.dup(2)
    except OSError:
        # A windowed program may have no standard error.
        yield
        return
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _spread(rows: list[list[Cell]], merged: Sequence[Merged]) -> None:
    """Gives the value of each merged range to all its cells."""
    for area in merged:
        if area.first_row >= len(rows) or area.first_column >= len(rows[area.first_row]):
            continue
        value = rows[area.first_row][area.first_column]
        for row in rows[area.first_row : area.last_row + 1]:
            for column in range(area.first_column, min(area.last_column + 1, len(row))):
                row[column] = value


def _filled(path: Path, sheets: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
    kept = tuple(sheet for sheet in sheets if any(cell is not None for row in sheet.rows for cell in row))
    if not kept:
        raise _unreadable(path, Words("ไม่มีข้อมูล", "is empty"))
    return kept


def _refuse_bomb(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            inflated = sum(part.file_size for part in book.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise _unreadable(path, Words("เสียหาย", "is damaged")) from error
    if inflated > LARGEST_INFLATED:
        raise _unreadable(path, Words("ขยายแล้วใหญ่ผิดปกติ", "inflates to an unusual size"))


def _csv_rows(path: Path, content: bytes) -> list[list[Cell]]:
    text = _decoded(path, content)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        # newline handling is the csv module's: a quoted cell keeps its line breaks.
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise _unreadable(path, Words("ไม่ใช่ไฟล์ CSV ที่อ่านได้", "is no CSV this program reads")) from error
    width = max(map(len, rows), default=0)
    filled: list[list[Cell]] = [[*(cell if cell.strip() else None for cell in row), *[None] * (width - len(row))] for row in rows]
    return filled


def _decoded(path: Path, content: bytes) -> str:
    """The text of a CSV: UTF-8 (with or without its mark), UTF-16 with its mark, else Windows-874, as Thai Excel saves it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp874")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable(
        path, Words("ไม่ใช่ตารางคำนวณหรือ CSV (UTF-8 หรือ Windows-874)", "is neither a workbook nor a CSV in UTF-8 or Windows-874")
    )


def _delimiter(text: str) -> str:
    """The character that parts the first rows into the most cells, evenly."""
    head = text[:65_536]

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row][:20]
        except csv.Error:
            return 0, 0
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        return (widths.count(usual) if usual > 1 else 0), usual

    return max(_DELIMITERS, key=evenness)


def _unreadable(path: Path, reason: Words) -> Correctable:
    return Correctable(
        Words("อ่านไฟล์ไม่ได้", "The file cannot be read"),
        Words(
            "ไฟล์ {path} {reason} ยังไม่มีอะไรเปลี่ยนแปลง โปรดใช้ไฟล์ XLSX, XLS, ODS หรือ CSV",
            "The file {path} {reason}; nothing was changed. Please give an XLSX, XLS, ODS or CSV file.",
        ).filled(path=path.name, reason=reason),
    )
