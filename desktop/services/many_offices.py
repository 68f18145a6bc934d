"""Sheets that hold rows of many offices: which rows an import takes, and whose they are.

By itself an office takes its own rows, which then name no office: they are its records. With a province named, every row of its offices is
taken and says whose it is; those of the office of this desk are its own all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desktop.imports.headings import Table, plain
from desktop.imports.recipes import OFFICE_COLUMN, Recipe
from desktop.imports.sheets import Cell
from desktop.storage.query import Query
from records.errors import Correctable
from records.kinds.base import cell_text
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_OFFICE_FIELDS = ("office_code", "office_name")


@dataclass(frozen=True)
class ChosenRows:
    """The table with the rows to import; the others are empty, so that rows keep their numbers."""

    table: Table
    left_out: int


def chosen_rows(office: "Office", recipe: Recipe, table: Table, province: str) -> ChosenRows:
    """Chooses the rows of a table by the office they are of.

    Raises:
        Correctable: there is no such province, or the file has many offices and neither a province was named nor this office is known.
    """
    at = _column(table, recipe.office_heading)
    code = office.places.province_code(province) if province else None
    if province and code is None:
        raise Correctable(
            Words("ไม่รู้จักจังหวัด", "No such province"),
            Words(
                "ไม่มีจังหวัดชื่อหรือรหัส “{name}” ไม่มีอะไรเปลี่ยนแปลง ตัวอย่าง --province พะเยา",
                "There is no province “{name}”; nothing was changed. Example: --province Phayao",
            ).filled(name=province),
        )
    if at is None:
        return ChosenRows(table, 0)
    own = office.holders.own_office()
    own_code = str(own.fields.get("dopa_code") or "") if own else ""
    first = table.heading_row + 1
    codes = {_code(row, at) for row in table.sheet.rows[first:]} - {""}
    if code is None and not own_code:
        if len(codes) > 1:
            raise _which()
        own_code = next(iter(codes), "")
    ids = {str(dopa): record_id for record_id, dopa in office.store.values(Query("office"), ("dopa_code",)) if dopa} if code else {}
    names = [place for name in _OFFICE_FIELDS for place in _columns_of(table, recipe, name)]
    rows, left_out = list(table.sheet.rows), 0
    for index in range(first, len(rows)):
        row = rows[index]
        whose = _code(row, at)
        if whose == own_code and (code is None or whose.startswith(code)):
            rows[index] = (*_without(row, names), None)
        elif code is not None and whose.startswith(code):
            rows[index] = (*row, ids.get(whose))
        elif any(cell is not None for cell in row):
            rows[index] = (None,) * (len(row) + 1)
            left_out += 1
        else:
            rows[index] = (*row, None)
    for index in range(first):
        rows[index] = (*rows[index], OFFICE_COLUMN if index == first - 1 else None)
    sheet = replace(table.sheet, rows=tuple(rows))
    return ChosenRows(replace(table, sheet=sheet, headings=(*table.headings, OFFICE_COLUMN)), left_out)


def reworded(table: Table, recipe: Recipe) -> Table:
    """The table with the words of its source said in ours."""
    columns: Mapping[int, Mapping[str, str]] = {
        at: words for heading, words in recipe.words.items() if (at := _column(table, heading)) is not None
    }
    if not columns:
        return table
    rows = list(table.sheet.rows)
    for index in range(table.heading_row + 1, len(rows)):
        row = rows[index]
        for at, words in columns.items():
            if isinstance(cell := row[at], str) and cell.strip() in words:
                row = _with(row, at, words[cell.strip()] or None)
        rows[index] = row
    return replace(table, sheet=replace(table.sheet, rows=tuple(rows)))


def _column(table: Table, heading: str) -> int | None:
    wanted = plain(heading)
    return next((at for at, one in enumerate(table.headings) if wanted and plain(one) == wanted), None)


def _columns_of(table: Table, recipe: Recipe, name: str) -> list[int]:
    return [at for heading in recipe.headings.get(name, ()) if (at := _column(table, heading)) is not None]


def _code(row: Sequence[Cell], at: int) -> str:
    return cell_text(row[at]).strip()


def _with(row: Sequence[Cell], at: int, cell: Cell) -> tuple[Cell, ...]:
    return (*row[:at], cell, *row[at + 1 :])


def _without(row: Sequence[Cell], columns: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(None if at in columns else cell for at, cell in enumerate(row))


def _which() -> Correctable:
    return Correctable(
        Words("แฟ้มนี้มีหลาย อปท.", "The file has many offices"),
        Words(
            "แฟ้มนี้มีข้อมูลของหลาย อปท. และเครื่องนี้ยังไม่รู้รหัสของหน่วยงานท่าน ไม่มีอะไรเปลี่ยนแปลง โปรดระบุ --province หรือรับทะเบียนด้วย sync",
            "The file has rows of many offices and this computer does not know the code of yours; nothing was changed. "
            "Name --province, or fetch the registry with `sync`.",
        ),
    )
