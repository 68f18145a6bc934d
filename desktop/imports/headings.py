"""Finds the table in a sheet and says which field each of its columns carries. Pure.

A sheet of a real office begins with a title over merged cells, has headings on one to three rows ("budget" over "2566", "2567"), and ends in
empty rows. The headings are looked for where the most columns mean something; what is only similar is a suggestion for a person to confirm.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from desktop.imports.recipes import Recipe
from desktop.imports.sheet_words import UNITS, YEAR_WORDS
from desktop.imports.sheets import Cell, Sheet
from records.errors import Correctable
from records.kinds import Reference
from records.kinds.base import cell_text
from records.record import RecordType
from records.thai.text import search_form
from records.words import Words

_DEEPEST_HEADING = 60
"""Rows of a sheet in which headings are looked for."""
_TALLEST_HEADING = 3
_SIMILAR = 0.8
_YEAR = re.compile(r"(?<!\d)2[45]\d\d(?!\d)")
_NOISE = re.compile(r"[\s()\[\]{}.,:;*/_\\'\"“”|-]+")
_YEAR_WORDS = re.compile(f"({'|'.join(YEAR_WORDS)})+$")
_UNITS = re.compile(f"({'|'.join(UNITS)})$")


class Target(NamedTuple):
    """What a column carries: a field of the record, of a record made along with it, or of its part in one year."""

    type: str
    field: str
    year: int | None = None
    """พ.ศ.; None when it is not of one year."""

    def __str__(self) -> str:
        return f"{self.type}.{self.field}" + (f".{self.year}" if self.year else "")


@dataclass(frozen=True)
class Mapped:
    """What was thought of one column."""

    column: int
    heading: str
    target: Target | None
    is_certain: bool
    """False for a heading that is only similar to a known one: to be confirmed by a person."""


@dataclass(frozen=True)
class Table:
    """Where a table stands in a sheet."""

    sheet: Sheet
    headings: tuple[str, ...]
    """One per column; the heading rows joined; empty for a column without."""
    heading_row: int
    """The last heading row, counted from 0."""


@dataclass(frozen=True)
class Vocabulary:
    """The headings known for a record type, in their plain form."""

    exact: Mapping[str, Target]
    yearly: Mapping[str, tuple[str, str]]
    """Plain heading without its year -> (type, field) of the part of one year; the empty heading is a bare year."""

    def target(self, heading: str) -> Target | None:
        """The target of a heading, None when it is not known."""
        found = self.exact.get(plain(heading))
        if found is not None:
            return found
        searched = search_form(heading)
        year = _YEAR.search(searched)
        part = self.yearly.get(_without_year(searched.replace(year[0], " "))) if year else None
        return Target(*part, year=int(year[0])) if year and part else None


def plain(heading: str) -> str:
    """A heading without what differs between two offices: case, spaces, signs, Thai digits, the word for baht."""
    return _UNITS.sub("", _NOISE.sub("", search_form(heading)))


def _without_year(heading: str) -> str:
    """The plain form of a heading whose year was taken out: "budget for fiscal year 2566" and "budget 2566 (baht)" are "budget"."""
    return _UNITS.sub("", _YEAR_WORDS.sub("", plain(heading)))


def vocabulary(spec: RecordType, catalogue: Mapping[str, RecordType], recipe: Recipe) -> Vocabulary:
    """The headings of a type: names, Thai and English labels, the headings its fields declare, and those of its recipe."""
    exact: dict[str, Target] = {}
    yearly: dict[str, tuple[str, str]] = {}

    def learn(headings: Iterable[str], target: Target) -> None:
        for heading in headings:
            exact.setdefault(plain(heading), target)

    # What is declared outright beats labels, and the type's own fields beat those of its companions.
    companions = {companion.type for companion in recipe.companions}
    for name, headings in recipe.headings.items():
        learn(headings, Target(spec.type, name))
    for field in spec.fields:
        # A reference to a companion is filled by the companion: its label in a heading means the companion's name.
        if getattr(field.kind, "to", "") not in companions:
            learn((field.name, *field.headings, field.label.th, field.label.en), Target(spec.type, field.name))
    for companion in recipe.companions:
        fields = [field for field in catalogue[companion.type].fields if not isinstance(field.kind, Reference)]
        for field in fields:
            learn(field.headings, Target(companion.type, field.name))
        for field in fields:
            learn((field.label.th, field.label.en), Target(companion.type, field.name))
    for part in recipe.yearly:
        place = "{" + part.year + "}"
        for field in catalogue[part.type].fields:
            for heading in field.headings:
                if place in heading:
                    yearly.setdefault(_without_year(heading.replace(place, " ")), (part.type, field.name))
    return Vocabulary(exact, yearly)


def find_table(sheets: Sequence[Sheet], words: Vocabulary, wanted: Sequence[str] = ()) -> Table:
    """The table whose headings mean the most to the vocabulary; headings in `wanted` count as known.

    Raises Correctable when no sheet has two headings and a row under them.
    """
    known = {plain(heading) for heading in wanted}
    best: tuple[tuple[int, int, int, int], Table] | None = None
    for number, sheet in enumerate(sheets):
        deepest = min(_DEEPEST_HEADING, len(sheet.rows) - 1)
        for first in range(deepest):
            for last in range(first, min(first + _TALLEST_HEADING, deepest)):
                headings = _joined(sheet.rows[first : last + 1])
                found = {words.target(h) or plain(h) for h in headings if h and (words.target(h) or plain(h) in known)}
                rank = (len(found), -(last - first), -number, -first)
                if found and (best is None or rank > best[0]):
                    best = rank, Table(sheet, headings, last)
    table = best[1] if best else _likeliest(sheets)
    return Table(table.sheet, _told_apart(table.headings), _end_of_heading(table))


def _joined(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """One heading per column: its cells from top to bottom, each said once; an empty cell over a filled one belongs to its left neighbour."""
    headings = []
    carried: list[str] = [""] * len(rows)
    for column in range(len(rows[0])):
        cells = [cell_text(row[column]) for row in rows]
        parts: list[str] = []
        for level, cell in enumerate(cells):
            has_below = any(cells[level + 1 :])
            if cell:
                carried[level] = cell
                carried[level + 1 :] = [""] * (len(rows) - level - 1)
            text = cell or (carried[level] if has_below and not parts else "")
            if text and text not in parts:
                parts.append(text)
        headings.append(" ".join(" ".join(part.split()) for part in parts))
    return tuple(headings)


def _told_apart(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings, a repeated one with its number behind: `amount`, `amount (2)`."""
    seen: dict[str, int] = {}
    apart = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        apart.append(heading if not heading or seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return tuple(apart)


def _likeliest(sheets: Sequence[Sheet]) -> Table:
    """The first row with the most different texts, for a sheet of which no heading is known."""
    best: tuple[int, Table] | None = None
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[: min(_DEEPEST_HEADING, len(sheet.rows) - 1)]):
            texts = {cell for cell in row if isinstance(cell, str)}
            if len(texts) >= 2 and (best is None or len(texts) > best[0]):
                best = len(texts), Table(sheet, _joined([row]), number)
    if best is None:
        raise Correctable(
            Words("ไม่พบหัวตาราง", "No headings found"),
            Words(
                "ไม่พบแถวหัวตารางที่มีข้อมูลอยู่ใต้หัว ยังไม่มีอะไรเปลี่ยนแปลง โปรดตรวจว่าเลือกไฟล์ถูกต้อง",
                "No row of headings with rows under it was found; nothing was changed. Check that this is the right file.",
            ),
        )
    return best[1]


def _end_of_heading(table: Table) -> int:
    """The last heading row: below cells merged downwards, and below a row that only numbers the columns."""
    last = table.heading_row
    for area in table.sheet.merged:
        if area.first_row <= last < area.last_row < last + _TALLEST_HEADING:
            last = area.last_row
    if last + 1 < len(table.sheet.rows):
        numbers = [re.sub(r"[()\s]", "", cell_text(cell)) for cell in table.sheet.rows[last + 1] if cell is not None]
        if len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]:
            last += 1
    return last


def suggest(table: Table, words: Vocabulary) -> tuple[Mapped, ...]:
    """What each column with a heading carries: the first column of a target has it, a later one has none."""
    taken: set[Target] = set()
    mapped = []
    known = list(words.exact)
    for column, heading in enumerate(table.headings):
        if not heading:
            continue
        target = words.target(heading)
        is_certain = target is not None
        if target is None and len(plain(heading)) > 3:
            similar = difflib.get_close_matches(plain(heading), known, n=1, cutoff=_SIMILAR)
            target = words.exact[similar[0]] if similar else None
        if target in taken:
            target, is_certain = None, False
        if target is not None and is_certain:
            taken.add(target)
        mapped.append(Mapped(column, heading, target, is_certain))
    return tuple(
        Mapped(m.column, m.heading, None, False) if m.target in taken and not m.is_certain else m  # a certain column came later
        for m in mapped
    )


def chosen(suggested: Sequence[Mapped], choice: Mapping[str, str | None], spec: RecordType, catalogue: Mapping[str, RecordType],
           recipe: Recipe) -> tuple[Mapped, ...]:  # fmt: skip
    """The columns after a person's choice: heading -> `field`, `type.field` or `type.field.year`; empty leaves the column aside.

    Headings not named keep what is certain; what was only similar is dropped. Raises Correctable for an unknown heading or field.
    """
    by_heading = {plain(m.heading): m for m in suggested}
    decided: dict[int, Target | None] = {}
    for heading, name in choice.items():
        column = by_heading.get(plain(heading))
        if column is None:
            raise Correctable(
                Words("ไม่พบหัวตาราง", "No such heading"),
                Words(
                    "ไม่มีหัวตาราง “{heading}” ในไฟล์ ยังไม่มีอะไรเปลี่ยนแปลง หัวตารางที่มีคือ {known}",
                    "The file has no heading “{heading}”; nothing was changed. Its headings are {known}.",
                ).filled(heading=heading, known=", ".join(m.heading for m in suggested)),
            )
        decided[column.column] = _named(name, spec, catalogue, recipe) if name else None
    given = {target for target in decided.values() if target}
    return tuple(
        Mapped(m.column, m.heading, decided[m.column], is_certain=True)
        if m.column in decided
        else (m if m.is_certain and m.target not in given else Mapped(m.column, m.heading, None, is_certain=False))
        for m in suggested
    )


def _named(name: str, spec: RecordType, catalogue: Mapping[str, RecordType], recipe: Recipe) -> Target:
    if "." not in name:
        return Target(spec.type, spec.field(name).name)
    type_name, _, rest = name.partition(".")
    field, _, year = rest.partition(".")
    types = {spec.type, *(p.type for p in recipe.companions), *(p.type for p in recipe.yearly)}
    if type_name not in types or (year and not re.fullmatch(r"2[45]\d\d", year)):
        raise Correctable(
            Words("ไม่รู้จักช่องข้อมูล", "Unknown field"),
            Words(
                "จับคู่กับ “{name}” ไม่ได้ ยังไม่มีอะไรเปลี่ยนแปลง ใช้ชื่อช่อง หรือ ชนิด.ช่อง หรือ ชนิด.ช่อง.ปี ของ {types}",
                "A column cannot carry “{name}”; nothing was changed. Use a field, type.field or type.field.year of {types}.",
            ).filled(name=name, types=", ".join(sorted(types))),
        )
    return Target(type_name, catalogue[type_name].field(field).name, int(year) if year else None)
