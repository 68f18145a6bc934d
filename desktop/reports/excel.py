"""A list as an Excel workbook: real numbers and dates, widths, a frozen header with filters, Thai fonts, totals.

One path for ten rows and for a hundred thousand: rows stream through in constant memory. Every text is written as a text, so that a cell
that begins with = + - or @ is never run as a formula; the only formulas are our own sums.

    title (bold) / lines about the list / empty / header / rows / totals
"""

import itertools
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from records.errors import Correctable, Unavailable
from records.fields import FieldSpec
from records.kinds import CellValue, Day, DecimalNumber, FiscalYear, Kind, LongText, Money, Text
from records.kinds import Integer as WholeNumber
from records.words import Language, Words, say

if TYPE_CHECKING:
    from rustpy_xlsxwriter import Format

FONT = "Sarabun"
"""The official document font; Excel falls back to its own Thai font where it is not installed."""
DATE_FORMAT = "[$-107041E]d mmm yyyy"
"""Thai month names (041E), Buddhist calendar (07), Western digits (01): Excel and LibreOffice show 22 พ.ย. 2569."""
DATE_FORMAT_ENGLISH = "d mmm yyyy"
MOST_ROWS = 1_048_576 - 16
"""Rows one Excel sheet holds, less room for the head and the totals."""

_TEXT_FORMAT = "@"
_LONGEST_TEXT = 32_767
_FIRST_EXCEL_DAY = date(1900, 3, 1)
"""Excel's calendar is off by one before this day; earlier days are written as text."""
_SAMPLE = 200
_WIDEST = 60.0
_NARROWEST = 8.0
_LIGHT_MARKS = dict.fromkeys((0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)))
"""Thai vowels and marks that take no width of their own."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    heading: str
    kind: Kind[Any]
    is_masked: bool = False
    """Whether its cells are masked texts rather than values of the kind."""


@dataclass(frozen=True)
class Head:
    """What stands above a list."""

    title: str
    lines: tuple[str, ...] = ()
    """Such as the office, the date of printing, the search that was made."""


def columns_of(fields: Iterable[FieldSpec], language: Language) -> tuple[Column, ...]:
    """Columns for fields, headed by their labels."""
    return tuple(Column(say(spec.label, language), spec.kind) for spec in fields)


def write_list(
    path: Path, head: Head, columns: Sequence[Column], rows: Iterable[Sequence[CellValue]], language: Language, *, has_totals: bool = True
) -> int:
    """Writes a list to an .xlsx file and returns the number of rows; a file of that name is replaced only when all went well.

    Each row has one cell per column. `has_totals` sums the money columns below; a list with sums of its own says False. Raises Correctable (the
    folder is missing, the file is open in Excel, too many rows) or Unavailable (the disk is full).
    """
    from rustpy_xlsxwriter import write_worksheet

    names = _unique([column.heading for column in columns])
    stream = iter(rows)
    sample = list(itertools.islice(stream, _SAMPLE))
    counted = _Counted(names, columns, itertools.chain(sample, stream), language)
    header_row = len(head.lines) + 2
    summed = [name for name, column in zip(names, columns, strict=True) if isinstance(column.kind, Money) and not column.is_masked]
    totals = dict.fromkeys(summed if has_totals else (), "sum")
    if not path.name or "\0" in str(path):
        raise _cannot_write(path, OSError())
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    last = max(len(columns) - 1, 1)
    try:
        write_worksheet(
            iter(counted),
            part,
            sheet_name=sheet_name(head.title),
            header_row=header_row,
            freeze_row=header_row + 1,
            header_format=_format(fill="#E4ECF7").set_bold().set_text_wrap().set_border_bottom("thin"),
            column_widths=[_width(column, [row[i] for row in sample]) for i, column in enumerate(columns)],
            column_formats=[_format(_number_format(column, language), wrap=_wraps(column)) for column in columns],
            merge_ranges=[
                (0, 0, 0, last, head.title, _format(size=16).set_bold()),
                *((number, 0, number, last, line, _format()) for number, line in enumerate(head.lines, 1)),
            ],
            autofilter=True,
            totals_row=totals if totals and sample else None,
            totals_label=say(_TOTAL, language) if totals and sample and names[0] not in totals else None,
            totals_format=_format("#,##0.00").set_bold().set_border_top("thin") if totals else None,
            page_setup={"landscape": True, "paper_size": 9, "repeat_rows": header_row, "fit_to_pages": (1, 0), "footer": "&C&P / &N"},
        )
        part.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        # A name the disk does not take cannot be taken away either.
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return counted.count


_TOTAL = Words("รวม", "Total")


class _Counted:
    """Rows on their way to the writer: each as heading -> cell, counted; refuses more than a sheet holds."""

    def __init__(self, names: Sequence[str], columns: Sequence[Column], rows: Iterable[Sequence[CellValue]], language: Language) -> None:
        self.count = 0
        self._names = names
        self._columns = columns
        self._rows = rows
        self._language = language

    def __iter__(self) -> Iterator[dict[str, CellValue]]:
        if not self._columns:
            return
        for row in self._rows:
            self.count += 1
            if self.count > MOST_ROWS:
                raise Correctable(
                    Words("รายการมากเกินกว่าหนึ่งแผ่นงาน", "Too many rows for one sheet"),
                    Words(
                        f"Excel เก็บได้ไม่เกิน {MOST_ROWS:,} แถวต่อแผ่นงาน ยังไม่ได้เขียนไฟล์ โปรดค้นหาหรือกรองให้รายการน้อยลง",
                        f"Excel holds at most {MOST_ROWS:,} rows a sheet; no file was written. Please search or filter for fewer.",
                    ),
                )
            yield dict(zip(self._names, map(_held, row), strict=True))
        if not self.count:
            # The writer takes its header from the first row: an empty list still shows its columns.
            yield dict.fromkeys(self._names)


def _held(cell: CellValue) -> CellValue:
    """The cell as Excel can hold it: days before its calendar and texts over its limit are texts it takes."""
    if isinstance(cell, str):
        return cell if len(cell) <= _LONGEST_TEXT else cell[: _LONGEST_TEXT - 1] + "…"
    if isinstance(cell, date) and cell < _FIRST_EXCEL_DAY:
        return cell.isoformat()
    return cell


def _number_format(column: Column, language: Language) -> str:
    kind = column.kind
    if column.is_masked:
        return _TEXT_FORMAT
    if isinstance(kind, Money):
        return "#,##0.00"
    if isinstance(kind, FiscalYear):
        return "0"
    if isinstance(kind, WholeNumber):
        return "#,##0"
    if isinstance(kind, DecimalNumber):
        return "#,##0.######"
    if isinstance(kind, Day):
        return DATE_FORMAT if language is Language.THAI else DATE_FORMAT_ENGLISH
    return _TEXT_FORMAT


def _format(number_format: str = "", *, size: float = 11.0, fill: str = "", wrap: bool = False) -> "Format":
    from rustpy_xlsxwriter import Format

    made = Format().set_font_name(FONT).set_font_size(size).set_align("top")
    if number_format:
        made.set_num_format(number_format)
    if fill:
        made.set_background_color(fill)
    return made.set_text_wrap() if wrap else made


def _wraps(column: Column) -> bool:
    return isinstance(column.kind, Text | LongText)


def _width(column: Column, cells: Sequence[CellValue]) -> float:
    """The width in characters that shows the heading on two lines and most of the sampled cells on one."""
    lengths = sorted(shown_width(_shown(column, cell)) for cell in cells if cell is not None)
    usual = lengths[math.ceil(len(lengths) * 0.9) - 1] if lengths else 0.0
    return min(max(usual * 1.1 + 2, shown_width(column.heading) / 2 + 4, _NARROWEST), _WIDEST)


def _shown(column: Column, cell: CellValue) -> str:
    if isinstance(cell, str):
        return max(cell.split("\n"), key=len)
    if isinstance(column.kind, Money):
        return f"{cell:,.2f}"
    return "30 xx. 2569" if isinstance(cell, date) else f"{cell:,}"


def shown_width(text: str) -> float:
    """The width of a text in characters; Thai vowels above and below take none."""
    return float(len(text.translate(_LIGHT_MARKS)))


def sheet_name(title: str) -> str:
    """The name of a sheet: Excel takes 31 characters and none of []:*?/\\ nor an apostrophe at an end."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "Sheet1"


def _unique(headings: Sequence[str]) -> list[str]:
    """The headings, told apart by a number where two are alike: the writer knows columns by them."""
    seen: dict[str, int] = {}
    unique = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        unique.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return unique


def _cannot_write(path: Path, error: OSError) -> Correctable | Unavailable:
    if error.errno == 28:  # ENOSPC
        return Unavailable(
            Words("ดิสก์เต็ม", "The disk is full"),
            Words(
                "ดิสก์เต็มจึงเขียนไฟล์ {path} ไม่ได้ ข้อมูลในโปรแกรมยังอยู่ครบ โปรดลบไฟล์ที่ไม่ใช้แล้วลองใหม่",
                "The disk is full, so {path} was not written; the records are safe. Free some space and try again.",
            ).filled(path=path),
        )
    return Correctable(
        Words("เขียนไฟล์ไม่ได้", "The file cannot be written"),
        Words(
            "เขียนไฟล์ {path} ไม่ได้ อาจเปิดอยู่ใน Excel หรือไม่มีโฟลเดอร์นี้ ข้อมูลในโปรแกรมยังอยู่ครบ โปรดปิดไฟล์หรือเลือกที่อื่น",
            "{path} cannot be written; it may be open in Excel or its folder may not exist. The records are safe; close it or choose another place.",
        ).filled(path=path),
    )
