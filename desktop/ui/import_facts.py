"""What the import page shows of a preview, and the choices of a mapping. No Qt; made on the store's thread."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.imports.headings import Mapped, Target
from desktop.imports.recipes import NO_RECIPE, RECIPES
from desktop.services.imports import Preview
from records.kinds.base import cell_text
from records.record import RecordType
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

LEAVE_ASIDE = Words("ไม่นำเข้า", "Leave aside")
_SAMPLES = 3
_ROWS_LOOKED_AT = 20
_ROWS = 12
_MOST_PROBLEMS = 200


@dataclass(frozen=True)
class Choice:
    """One thing a column may carry."""

    name: str
    """`field`, `type.field` or `type.field.year`, as the services take it; empty leaves the column aside."""
    label: str


@dataclass(frozen=True)
class ColumnFacts:
    """One column of the sheet."""

    heading: str
    chosen: str
    """The name of its choice."""
    is_suggested: bool
    """Only similar to a known heading: to be confirmed."""
    sample: str
    """A few of its values."""


@dataclass(frozen=True)
class PreviewFacts:
    """A preview as the page shows it."""

    preview: Preview
    choices: tuple[Choice, ...]
    columns: tuple[ColumnFacts, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first rows, as texts, in the order of `headings`."""
    row_numbers: tuple[int, ...]
    """Of `rows`, as a person counts them in the sheet."""
    problems: tuple[tuple[int, str, str, bool], ...]
    """(row, heading, sentence, whether the row is left out)."""
    more_problems: int
    sheets: tuple[str, ...]


def preview_facts(office: "Office", preview: Preview, sheets: Sequence[str], language: Language) -> PreviewFacts:
    """Makes the page's view of a preview."""
    spec, table = preview.spec, preview.table
    columns = tuple(one for one in preview.suggested if one.heading)
    chosen = {one.column: one for one in preview.columns}
    numbered = enumerate(itertools.islice(table.sheet.rows, table.heading_row + 1, None), table.heading_row + 2)
    # Of a file of many offices the rows of others stand empty before those that are imported.
    filled = list(itertools.islice(((number, row) for number, row in numbered if any(cell is not None for cell in row)), _ROWS_LOOKED_AT))
    texts = [[cell_text(cell) for cell in row] for _, row in filled]
    problems = preview.plan.problems
    return PreviewFacts(
        preview=preview,
        choices=choices_of(spec, office.catalogue, [one.target for one in (*preview.columns, *preview.suggested) if one.target], language),
        columns=tuple(_column(spec, one, chosen.get(one.column), texts) for one in columns),
        headings=tuple(one.heading for one in columns),
        rows=tuple(tuple(row[one.column] if one.column < len(row) else "" for one in columns) for row in texts[:_ROWS]),
        row_numbers=tuple(number for number, _ in filled[:_ROWS]),
        problems=tuple((one.row, one.column, say(one.text, language), one.blocks) for one in problems[:_MOST_PROBLEMS]),
        more_problems=max(len(problems) - _MOST_PROBLEMS, 0),
        sheets=tuple(sheets),
    )


def _column(spec: RecordType, suggested: Mapped, chosen: Mapped | None, texts: Sequence[Sequence[str]]) -> ColumnFacts:
    target = chosen.target if chosen else None
    is_suggested = target is None and suggested.target is not None and not suggested.is_certain
    values = [" ".join(row[suggested.column].split()) for row in texts if suggested.column < len(row) and row[suggested.column]]
    shown = target or (suggested.target if is_suggested else None)
    return ColumnFacts(suggested.heading, name_of(spec, shown), is_suggested, " · ".join(dict.fromkeys(values[:_SAMPLES])))


def name_of(spec: RecordType, target: Target | None) -> str:
    """How the services name what a column carries; empty for nothing."""
    if target is None:
        return ""
    return target.field if target.type == spec.type and target.year is None else str(target)


def choices_of(spec: RecordType, catalogue: Mapping[str, RecordType], used: Sequence[Target], language: Language) -> tuple[Choice, ...]:
    """Everything a column of this type may carry: its own fields, those of records made along the way, and years in use."""
    found = {"": say(LEAVE_ASIDE, language)}
    for field in spec.fields:
        if not field.kept_by_program and field.kind.name not in ("files", "structure"):
            found[field.name] = say(field.label, language)
    recipe = RECIPES.get(spec.type, NO_RECIPE)
    for companion in recipe.companions:
        other = catalogue[companion.type]
        for field in other.fields:
            if field.kind.name not in ("reference", "files", "structure") and not field.kept_by_program:
                found[f"{other.type}.{field.name}"] = f"{say(other.label, language)}: {say(field.label, language)}"
    for target in used:
        name = name_of(spec, target)
        if name not in found:
            field = catalogue[target.type].field(target.field)
            found[name] = " ".join(filter(None, (say(field.label, language), str(target.year or ""))))
    return tuple(Choice(name, label) for name, label in found.items())


def looked_at(
    office: "Office",
    type_name: str,
    path: Path,
    choice: Mapping[str, str] | None,
    sheet: str | None,
    language: Language,
    province: str = "",
) -> PreviewFacts:
    """Previews a file; at first headings that are only similar are taken as suggestions, marked to be confirmed. On the store's thread.

    Raises Correctable when the file cannot be read or has no headings.
    """
    names = office.imports.sheet_names(path)
    preview = office.imports.preview(type_name, path, choice, sheet=sheet, maps_by_hand=True, province=province)
    facts = preview_facts(office, preview, names, language)
    suggested = {one.heading: one.chosen for one in facts.columns if one.is_suggested}
    if choice is not None or not suggested:
        return facts
    confirmed = office.imports.preview(type_name, path, suggested, sheet=sheet, maps_by_hand=True, province=province)
    taken = preview_facts(office, confirmed, names, language)
    return replace(taken, columns=tuple(replace(one, is_suggested=one.heading in suggested) for one in taken.columns))
