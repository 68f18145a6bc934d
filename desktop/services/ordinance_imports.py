"""The published budget of an organisation into records: lines of expenditure, lines of revenue and the year, in one preview and one act."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.imports import headings, ordinance, rows
from desktop.imports.headings import Mapped, Table
from desktop.imports.ordinance import Ordinance
from desktop.imports.plan import Planner
from desktop.imports.planned import Existing, Guard, Plan
from desktop.imports.recipes import NO_RECIPE, RECIPES
from desktop.imports.rows import RowProblem
from desktop.imports.sheets import content_of
from desktop.services.grants import may_write
from desktop.services.import_guard import ImportGuard
from desktop.storage.query import Filter, Query
from records.errors import Correctable
from records.record import RecordType
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_ORGANISATION = re.compile(Words(r"องค์การบริหารส่วนจังหวัด(\S+)", "Provincial administrative organisation").th)
_CODE = "office/2"
"""How the streams of provincial organisations begin: code of type 2."""


@dataclass(frozen=True)
class Planned:
    """What importing one file would do, for the preview."""

    table: Table
    suggested: tuple[Mapped, ...]
    columns: tuple[Mapped, ...]
    plan: Plan
    stream: str | None


def read(type_name: str, path: Path) -> Ordinance:
    """The budget in a file. Raises Correctable when it cannot be read or holds nothing of the type."""
    if type_name not in ordinance.PARTS:
        raise Correctable(
            Words("ไฟล์นี้เป็นข้อบัญญัติงบประมาณ", "This file is a budget ordinance"),
            Words(
                "ไฟล์ {path} นำเข้าเป็นรายการงบประมาณ (budget_line) หรือประมาณการรายรับ (revenue_line) ได้เท่านั้น ยังไม่มีอะไรเปลี่ยนแปลง",
                "The file {path} can only be imported as budget lines (budget_line) or revenue lines (revenue_line); nothing was changed.",
            ).filled(path=path.name),
        )
    return ordinance.read(path, content_of(path))


def place_of(office: "Office", spec: RecordType, found: Ordinance, stream: str | None) -> str | None:
    """The stream a budget goes to: the one named, else its organisation's own where this account may write several.

    None before enrolment: seen, not written. Raises Correctable or Refused where there is none to write to.
    """
    if stream is not None or office.identity is None:
        return stream
    own = [
        one.stream
        for one in office.streams
        if may_write(one, spec.area) and one.stream.startswith(_CODE) and found.organisation in one.name
    ]
    return own[0] if len(own) == 1 else office.stream_for_new(spec)


def plan(
    office: "Office",
    spec: RecordType,
    found: Ordinance,
    choice: Mapping[str, str | None],
    place: str | None,
    here: Existing,
    new_id: Callable[[], str],
) -> Planned:
    """What importing a budget would do. Raises Correctable when the year already has the budget of another organisation."""
    _refuse_another(office, found, place)
    parts = [
        _part(office, office.record_type(name), found, choice if name == spec.type else {}, here, new_id, ImportGuard(office, place))
        for name in ordinance.PARTS[spec.type]
    ]
    main = parts[0]
    writes = [write for part in parts for write in part.plan.writes]
    related = {name: count for name, count in _new_by_type(parts[1:]).items() if count}
    problems = [*found.differences, *_strange_place(office, found, place), *(problem for part in parts for problem in part.plan.problems)]
    whole = Plan(
        rows=main.plan.rows,
        ready=main.plan.ready,
        problems=sorted(problems, key=lambda problem: problem.row),
        writes=writes,
        created=main.plan.created,
        updated=main.plan.updated,
        unchanged=main.plan.unchanged,
        related=related,
    )
    return Planned(main.table, main.suggested, main.columns, whole, place)


def _part(
    office: "Office",
    spec: RecordType,
    found: Ordinance,
    choice: Mapping[str, str | None],
    here: Existing,
    new_id: Callable[[], str],
    guard: Guard,
) -> Planned:
    """One record type of a budget, planned as any sheet is."""
    recipe = RECIPES.get(spec.type, NO_RECIPE)
    words = headings.vocabulary(spec, office.catalogue, recipe)
    sheet = found.sheets[spec.type]
    # A budget without revenue has its headings alone.
    headed = Table(sheet, tuple(map(str, sheet.rows[0])), 0)
    table = headings.find_table((sheet,), words, tuple(choice)) if len(sheet.rows) > 1 else headed
    suggested = headings.suggest(table, words)
    columns = headings.chosen(suggested, choice, spec, office.catalogue, recipe)
    read_rows, problems = rows.read_rows(table, columns, spec, office.catalogue, office.today)
    planned = Planner(spec, office.catalogue, recipe, here, new_id, guard).plan(read_rows, problems, columns)
    if spec.type == "fiscal_year":
        _leave_what_stands(office, planned)
    return Planned(table, suggested, columns, planned, None)


def _leave_what_stands(office: "Office", plan: Plan) -> None:
    """A year that is there keeps what a person wrote in it; it only learns what it does not say yet."""
    for write in plan.writes:
        there = office.store.get(write.type, write.id) if not write.is_new else None
        if there is None:
            continue
        spec = office.record_type(write.type)
        for name in [name for name in write.set if name in there.fields]:
            said = _STANDS.filled(field=spec.field(name).label, value=office.records.shown(spec.field(name), there.fields[name]))
            plan.problems.append(RowProblem(1, "", said, blocks=False))
            del write.set[name]
    plan.writes[:] = [write for write in plan.writes if write.set]


def _new_by_type(parts: Sequence[Planned]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in parts:
        for write in part.plan.writes:
            counts[write.type] = counts.get(write.type, 0) + write.is_new
    return counts


def _refuse_another(office: "Office", found: Ordinance, place: str | None) -> None:
    """Two organisations in one stream and year would add up to the budget of neither."""
    years = office.store.find(Query("fiscal_year", place, filters=(Filter("year", "eq", found.year),))).rows
    for row in years:
        named = _ORGANISATION.search(str(row.fields.get("ordinance_name", "")))
        if named and named[1] != found.organisation:
            raise Correctable(
                Words("ปีนี้มีงบประมาณของหน่วยงานอื่นอยู่แล้ว", "The year has the budget of another office"),
                Words(
                    "ปี {year} มีงบประมาณขององค์การบริหารส่วนจังหวัด{there}อยู่แล้ว ไฟล์นี้เป็นของ{name} ยังไม่มีอะไรเปลี่ยนแปลง "
                    "โปรดนำเข้าที่หน่วยงานของไฟล์ (--stream) หรือย้อนการนำเข้าก่อน",
                    "The year {year} already has the budget of {there}; this file is that of {name} and nothing was changed. "
                    "Import it into its own office (--stream), or undo the import before.",
                ).filled(year=found.year, there=named[1], name=found.name),
            )


def _strange_place(office: "Office", found: Ordinance, place: str | None) -> list[RowProblem]:
    """A word when the budget goes to an office that does not have its organisation's name."""
    name = next((one.name or one.stream for one in office.streams if one.stream == place), "")
    if not name or found.organisation in name:
        return []
    return [RowProblem(1, "", _STRANGE.filled(name=found.name, place=name), blocks=False)]


_STANDS = Words("ปีงบประมาณนี้มี{field}เป็น “{value}” อยู่แล้ว คงค่าเดิมไว้", "The year already has “{value}” as its {field}; that stands")
_STRANGE = Words("ไฟล์นี้เป็นงบประมาณของ{name} แต่จะนำเข้าที่{place}", "The file is the budget of {name}, but it goes to {place}")
