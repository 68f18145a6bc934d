"""plan tree · plan compare · plan eplan."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import Session, session_of
from desktop.services.office import Office
from desktop.services.plan_compare import FATES, Comparison
from desktop.services.plan_sheets import PlanSheets
from desktop.services.plan_tree import Node, PlanTree
from desktop.storage.rows import Row
from records.catalogue.planning import STAGES
from records.errors import Correctable
from records.kinds import Json
from records.thai.money import show_baht
from records.words import Language, Words, say

_HELP = Words("แผนพัฒนาท้องถิ่น", "Development plans")
_TREE = Words(
    "ผังแผน: ยุทธศาสตร์ กลยุทธ์ แผนงาน กับเงินทุกปี; --to เขียน Excel, --p01 เขียนตามแบบ ผ.01",
    "A plan as a tree of strategies, tactics and programmes with the money of each year; --to writes Excel, --p01 as form Ph.01",
)
_COMPARE = Words(
    "ฉบับเพิ่มเติม เปลี่ยนแปลง แก้ไข เทียบข้อความเดิมกับใหม่; ไม่ระบุฉบับแสดงรายชื่อฉบับ",
    "An addition, change or correction, old beside new; without an edition, the editions there are",
)
_EPLAN = Words("สรุปห้าขั้นตอนของ e-Plan ตามปีงบประมาณ", "The five stages of e-Plan in a fiscal year")
_WROTE = Words("เขียน {path} จำนวน {rows} แถว", "Wrote {path}, {rows} rows")
_NODE = Words(
    "{title} · {projects} โครงการ · แผน {planned} · ข้อบัญญัติ {ordinance}",
    "{title} · {projects} projects · plan {planned} · ordinance {ordinance}",
)
_FATE = Words("{fate} {count} โครงการ", "{fate}: {count} projects")
_STAGE = Words("{title} · {stages}", "{title} · {stages}")

Year = Annotated[int | None, typer.Option("--year", min=2400, max=2700, metavar="YEAR")]
Plan = Annotated[str, typer.Option("--plan", metavar="ID")]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE.xlsx")]


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(name="plan", help=say(_HELP, language), no_args_is_help=False, rich_markup_mode=None)
    group.command("tree", help=say(_TREE, language))(tree)
    group.command("compare", help=say(_COMPARE, language))(compare)
    group.command("eplan", help=say(_EPLAN, language))(eplan)
    app.add_typer(group)


def tree(
    context: typer.Context,
    plan: Plan = "",
    year: Year = None,
    query: Annotated[str, typer.Option("--query", metavar="TEXT")] = "",
    to: To = None,
    p01: Annotated[bool, typer.Option("--p01")] = False,
) -> None:
    """Prints a plan with its sums; `--year` chooses the plan of that fiscal year."""
    session = session_of(context)
    with session.office() as office:
        found = office.plans.tree(plan or office.plans.usual_plan(year), query)
        rows = None
        if to is not None:
            sheets = PlanSheets(office)
            rows = sheets.p01(found, to) if p01 else sheets.tree(found, to)
    lines = [_node_line(node, session) for node in found.root.walk()]
    _print(session, _tree_json(found), lines, to, rows)


def compare(
    context: typer.Context,
    edition: Annotated[str, typer.Option("--edition", metavar="ID")] = "",
    plan: Plan = "",
    year: Year = None,
    to: To = None,
) -> None:
    """Prints what an edition changes, or the editions of a plan."""
    session = session_of(context)
    with session.office() as office:
        if not edition:
            if to is not None:
                raise _no_edition()
            rows = office.plans.editions(plan or office.plans.usual_plan(year))
            session.print([_edition_json(row, office) for row in rows], [f"{row.id}  {office.plans.edition_name(row)}" for row in rows])
            return
        found = office.plans.compare(edition)
        written = PlanSheets(office).compare(found, to) if to is not None else None
        _print(session, _comparison_json(found, office), list(_comparison_lines(found, session)), to, written)


def eplan(context: typer.Context, year: Year = None, to: To = None) -> None:
    """Prints the e-Plan summary of a year, or of all years."""
    session = session_of(context)
    with session.office() as office:
        found = office.plans.stages(year, session.stream)
        written = PlanSheets(office).eplan(found, to) if to is not None else None
    lines = []
    for line in (*found.lines, found.total):
        stages = " · ".join(f"{session.say(o.label)} {line.counts[i]:,} ({show_baht(line.money[i])})" for i, o in enumerate(STAGES))
        lines.append(session.say(_STAGE, title=session.say(line.title), stages=stages))
    _print(session, found.as_json(), lines, to, written)


def _print(session: Session, value: dict[str, Json], lines: list[str], to: Path | None, rows: int | None) -> None:
    """Prints a result; what was written to a file stands in it too."""
    if to is not None and rows is not None:
        value, lines = {**value, "file": str(to), "rows": rows}, [session.say(_WROTE, path=to, rows=f"{rows:,}")]
    session.print(value, lines)


def _no_edition() -> Correctable:
    return Correctable(
        Words("ยังไม่ได้ระบุฉบับ", "No edition is named"),
        Words(
            "ต้องระบุฉบับที่จะเปรียบเทียบด้วย --edition ไม่ได้เขียนไฟล์ ดูรายชื่อด้วย plan compare",
            "Name the edition to compare with --edition; no file was written. `plan compare` lists them.",
        ),
    )


def _node_line(node: Node, session: Session) -> str:
    depth = {"plan": 0, "strategy": 1, "tactic": 2, "programme": 3}[node.level]
    text = session.say(
        _NODE,
        title=session.say(node.title),
        projects=f"{node.projects:,}",
        planned=show_baht(node.planned),
        ordinance=show_baht(node.ordinance),
    )
    return "  " * depth + text


def _tree_json(found: PlanTree) -> dict[str, Json]:
    return {
        "plan": found.plan.id if found.plan else None,
        "years": list(found.years),
        "uncounted": found.uncounted,
        "tree": _node_json(found.root, found.years),
    }


def _node_json(node: Node, years: tuple[int, ...]) -> dict[str, Json]:
    by_year: dict[str, Json] = {
        str(year): {
            "planned": node.year(year).planned,
            "ordinance": node.year(year).ordinance,
            "planned_projects": node.year(year).planned_projects,
            "ordinance_projects": node.year(year).ordinance_projects,
        }
        for year in years
    }
    return {
        "level": node.level,
        "id": node.id,
        "title": node.title.th,
        "projects": node.projects,
        "planned": node.planned,
        "ordinance": node.ordinance,
        "years": by_year,
        "children": [_node_json(child, years) for child in node.children],
    }


def _edition_json(row: Row, office: Office) -> dict[str, Json]:
    return {"id": row.id, "edition": row.fields.get("edition"), "number": row.fields.get("number"), "name": office.plans.edition_name(row)}


def _comparison_json(found: Comparison, office: Office) -> dict[str, Json]:
    projects: list[Json] = [
        {
            "id": one.row.id,
            "fate": one.fate,
            "title": one.row.fields.get("title"),
            "old_is_known": one.knows_old,
            "fields": {part.name: {"old": part.old, "new": part.new} for part in one.lines if part.is_changed},
        }
        for one in found.projects
    ]
    counts: dict[str, Json] = {fate: found.count(fate) for fate in FATES}
    return {
        "edition": _edition_json(found.edition, office),
        "plan": found.plan.id if found.plan else None,
        "counts": counts,
        "projects": projects,
    }


def _comparison_lines(found: Comparison, session: Session) -> Iterator[str]:
    for fate in FATES:
        yield session.say(_FATE, fate=session.say(FATES[fate]), count=f"{found.count(fate):,}")
    for one in found.projects:
        yield f"{session.say(FATES[one.fate])}  {' '.join(str(one.row.fields.get('title', '')).split())}"
        for part in one.lines:
            if part.is_changed:
                yield f"    {session.say(part.label)}: {part.old or '-'} → {part.new or '-'}"
