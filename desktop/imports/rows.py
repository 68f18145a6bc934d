"""Reads the rows under the headings into wire values, and says by row and column what cannot be read. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from desktop.imports.headings import Mapped, Table, Target
from desktop.imports.sheet_words import TOTALS
from desktop.imports.sheets import Cell
from records.errors import FieldError
from records.kinds import Json, LongText, Reference, Text
from records.kinds.base import cell_text
from records.record import RecordType
from records.thai.text import search_form
from records.words import Language, Words, say

_MOST_REMEMBERED = 10_000
_UNREAD: Any = object()
_DASHES = re.compile(r"[\s\u2010-\u2015\u2212-]*")
_BEGINS_OTHERWISE = re.compile(f"(?![{''.join({first for word in TOTALS for first in (word[0], word[0].upper())})}])[0-9A-Za-zก-ฮ]")
"""A text that begins with a letter no word for a sum begins with, told without its search form, which leaves such a letter in its place."""


@dataclass(frozen=True)
class RowProblem:
    """Something a person should know about one row of a sheet."""

    row: int
    """As a person counts in the sheet: 1 is the first row; in a CSV the first record."""
    column: str
    """The heading; empty when it is about the whole row."""
    text: Words
    blocks: bool
    """Whether the row is left out because of it."""

    def as_json(self, language: Language) -> dict[str, Json]:
        """The shape of the command line."""
        return {"row": self.row, "column": self.column, "text": say(self.text, language), "blocks": self.blocks}


class ReadRow(NamedTuple):
    """One row, read."""

    number: int
    values: Mapping[Target, Json]
    """Wire values; a target without a value is absent."""
    named: Mapping[Target, str]
    """Texts that should name another record, for reference fields."""
    blocked: bool


def read_rows(
    table: Table, columns: Sequence[Mapped], spec: RecordType, catalogue: Mapping[str, RecordType], today: date
) -> tuple[list[ReadRow], list[RowProblem]]:
    """The rows of a table with something in them, and their problems. Empty rows and rows of totals are no rows."""
    carrying = [_Column(m, m.target, spec, catalogue[m.target.type], today) for m in columns if m.target is not None]
    names = [column for column in carrying if column.is_name]
    rows: list[ReadRow] = []
    problems: list[RowProblem] = []
    for number, cells in _filled(table):
        if _is_total(cells, names):
            problems.append(RowProblem(number, "", Words("แถวยอดรวม ไม่นำเข้า", "A row of totals, not imported"), blocks=False))
            continue
        values: dict[Target, Json] = {}
        named: dict[Target, str] = {}
        found: list[RowProblem] = []
        for column in carrying:
            cell = cells[column.place]
            if cell is None:
                if (number - 1, column.place) in table.sheet.uncomputed:
                    found.append(RowProblem(number, column.heading, _UNCOMPUTED, blocks=True))
                continue
            try:
                value = column.read(cell)
            except FieldError as error:
                found.append(RowProblem(number, column.heading, error.message, blocks=True))
                continue
            if value is None:
                continue
            if column.is_reference:
                named[column.target] = str(value)
            else:
                values[column.target] = value
            if column.is_name and isinstance(cell, str) and len(cell.strip().splitlines()) > 1:
                found.append(RowProblem(number, column.heading, _BROKEN_NAME_KEPT if column.keeps_lines else _BROKEN_NAME, blocks=False))
        if not any(target.type == spec.type for target in (*values, *named)) and not found:
            found.append(RowProblem(number, "", _NOTHING.filled(type=spec.label), blocks=True))
        problems += found
        rows.append(ReadRow(number, values, named, any(problem.blocks for problem in found)))
    return rows, problems


_BROKEN_NAME = Words("ชื่อมีการขึ้นบรรทัดใหม่ นำเข้าโดยต่อเป็นบรรทัดเดียว", "The name breaks over lines; it is imported on one line")
_BROKEN_NAME_KEPT = Words("ชื่อมีการขึ้นบรรทัดใหม่ นำเข้าตามเดิม", "The name breaks over lines; it is imported as it is")
_UNCOMPUTED = Words(
    "เป็นสูตรที่ยังไม่มีผลลัพธ์ โปรดเปิดไฟล์ใน Excel แล้วบันทึกอีกครั้ง", "A formula without its result; open the file in Excel and save it again"
)
_NOTHING = Words("ไม่มีข้อมูลของ{type}ในแถวนี้", "The row has nothing of a {type}")


def _filled(table: Table) -> Iterator[tuple[int, Sequence[Cell]]]:
    for index in range(table.heading_row + 1, len(table.sheet.rows)):
        cells = table.sheet.rows[index]
        if any(cell is not None and (type(cell) is not str or cell.strip()) for cell in cells):
            yield index + 1, cells


def _is_total(cells: Sequence[Cell], names: Sequence["_Column"]) -> bool:
    """Whether the row sums others: it begins with a word for a sum, and what names the record is empty or such a word alone."""
    first = next((cell for cell in cells if cell is not None), None)
    if not isinstance(first, str) or _BEGINS_OTHERWISE.match(first) or not search_form(first).startswith(TOTALS):
        return False
    said = [search_form(cell_text(cells[column.place])) for column in names]
    return all(not name or name.rstrip(": ") in TOTALS for name in said)


class _Column:
    """Reads the cells of one column. What was read once is not read again: sheets repeat themselves down their columns."""

    def __init__(self, mapped: Mapped, target: Target, spec: RecordType, target_type: RecordType, today: date) -> None:
        self.place = mapped.column
        self.heading = mapped.heading
        self.target = target
        self._kind = target_type.field(target.field).kind
        self._today = today
        self._takes_dashes = isinstance(self._kind, Text)
        self._read: dict[Cell | tuple[type, Cell], Json] = {}
        self.is_reference = isinstance(self._kind, Reference)
        self.keeps_lines = isinstance(self._kind, LongText)
        self.is_name = target.type == spec.type and target.field in spec.title

    def read(self, cell: Cell) -> Json:
        """The wire value of a cell, for a reference the text that names a record; None when nothing is there. Raises FieldError."""
        # Python holds 1, 1.0 and true for equal; a text equals nothing but a text.
        key = cell if type(cell) is str else (type(cell), cell)
        value: Json = self._read.get(key, _UNREAD)
        if value is _UNREAD:
            if len(self._read) >= _MOST_REMEMBERED:
                self._read.clear()
            value = self._read[key] = self._parsed(cell)
        return value

    def _parsed(self, cell: Cell) -> Json:
        if isinstance(cell, str) and not self._takes_dashes and _DASHES.fullmatch(cell):
            return None
        if self.is_reference:
            return cell_text(cell).strip() or None
        value = self._kind.from_cell(cell, self._today)
        return None if value is None else self._kind.to_wire(value)
