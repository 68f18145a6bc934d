"""Reads the rows under the headings into wire values, and says by row and column what cannot be read. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.imports.headings import Mapped, Table, Target
from desktop.imports.sheet_words import TOTALS
from desktop.imports.sheets import Cell
from records.errors import FieldError
from records.kinds import Json, LongText, Reference, Text
from records.kinds.base import cell_text
from records.record import RecordType
from records.thai.text import search_form
from records.words import Language, Words, say

_DASHES = re.compile(r"[\s\u2010-\u2015\u2212-]*")


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


@dataclass(frozen=True)
class ReadRow:
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
    carrying = [(m, m.target) for m in columns if m.target is not None]
    rows: list[ReadRow] = []
    problems: list[RowProblem] = []
    for number, cells in _filled(table):
        if _is_total(cells, carrying, spec):
            problems.append(RowProblem(number, "", Words("แถวยอดรวม ไม่นำเข้า", "A row of totals, not imported"), blocks=False))
            continue
        values: dict[Target, Json] = {}
        named: dict[Target, str] = {}
        found: list[RowProblem] = []
        for mapped, target in carrying:
            try:
                _read_cell(cells[mapped.column], target, catalogue[target.type], today, values, named)
            except FieldError as error:
                found.append(RowProblem(number, mapped.heading, error.message, blocks=True))
                continue
            if _is_broken_name(cells[mapped.column], target, spec):
                is_kept = isinstance(spec.field(target.field).kind, LongText)
                found.append(RowProblem(number, mapped.heading, _BROKEN_NAME_KEPT if is_kept else _BROKEN_NAME, blocks=False))
        if not any(target.type == spec.type for target in (*values, *named)) and not found:
            found.append(RowProblem(number, "", _NOTHING.filled(type=spec.label), blocks=True))
        problems += found
        rows.append(ReadRow(number, values, named, any(problem.blocks for problem in found)))
    return rows, problems


_BROKEN_NAME = Words("ชื่อมีการขึ้นบรรทัดใหม่ นำเข้าโดยต่อเป็นบรรทัดเดียว", "The name breaks over lines; it is imported on one line")
_BROKEN_NAME_KEPT = Words("ชื่อมีการขึ้นบรรทัดใหม่ นำเข้าตามเดิม", "The name breaks over lines; it is imported as it is")
_NOTHING = Words("ไม่มีข้อมูลของ{type}ในแถวนี้", "The row has nothing of a {type}")


def _filled(table: Table) -> Iterator[tuple[int, Sequence[Cell]]]:
    for index in range(table.heading_row + 1, len(table.sheet.rows)):
        cells = table.sheet.rows[index]
        if any(cell is not None and cell_text(cell).strip() for cell in cells):
            yield index + 1, cells


def _is_total(cells: Sequence[Cell], carrying: Sequence[tuple[Mapped, Target]], spec: RecordType) -> bool:
    """Whether the row sums others: it begins with a word for a sum, and what names the record is empty or such a word alone."""
    first = next((search_form(cell_text(cell)) for cell in cells if cell is not None), "")
    if not first.startswith(TOTALS):
        return False
    names = [search_form(cell_text(cells[m.column])) for m, t in carrying if t.type == spec.type and t.field in spec.title]
    return all(not name or name.rstrip(": ") in TOTALS for name in names)


def _read_cell(
    cell: Cell, target: Target, target_type: RecordType, today: date, values: dict[Target, Json], named: dict[Target, str]
) -> None:
    kind = target_type.field(target.field).kind
    if cell is None or (not isinstance(kind, Text | LongText) and isinstance(cell, str) and _DASHES.fullmatch(cell)):
        return
    if isinstance(kind, Reference):
        named[target] = cell_text(cell).strip()
        return
    value = kind.from_cell(cell, today)
    if value is not None:
        values[target] = kind.to_wire(value)


def _is_broken_name(cell: Cell, target: Target, spec: RecordType) -> bool:
    """Whether a name of the record goes over several lines, which lists show on one."""
    if target.type != spec.type or target.field not in spec.title or not isinstance(cell, str):
        return False
    return len(cell.strip().splitlines()) > 1
