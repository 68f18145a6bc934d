"""export · import."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from desktop.commands.session import Session, TypeName, json_object, session_of
from desktop.services.imports import Preview
from desktop.services.office import Office
from desktop.services.year_filters import asked_filters
from desktop.storage.query import Query
from records.errors import Correctable, Refused
from records.kinds import Json
from records.thai.fiscal import parse_fiscal_year
from records.words import Language, Words, say

_EXPORT = Words(
    "ส่งออกเป็น Excel (.xlsx) ข้อมูลส่วนบุคคลถูกปิดบังเว้นแต่ใช้ --unmasked", "A list to Excel (.xlsx); personal data are masked unless --unmasked"
)
_IMPORT = Words(
    "นำเข้าจาก CSV, XLSX, XLS, ODS หรืองบประมาณที่เผยแพร่เป็น JSON ได้หลายไฟล์; --map คือ JSON ของ หัวตาราง -> ช่อง หรือชื่อไฟล์ที่มี JSON นั้น",
    "Import CSV, XLSX, XLS or ODS files, or published budgets in JSON; --map is JSON of heading -> field, or a file that holds it",
)
_WROTE = Words("เขียน {path} จำนวน {rows} รายการ", "Wrote {path}, {rows} records")
_READ = Words(
    "{rows} แถว พร้อม {ready} · ใหม่ {created} · เปลี่ยน {updated} · เหมือนเดิม {unchanged}",
    "{rows} rows, {ready} ready · new {created} · changed {updated} · unchanged {unchanged}",
)
_ROW = Words("แถว {row} {column}: {text}", "Row {row} {column}: {text}")
_OTHERS = Words("  ไม่นำเข้า {count} แถวของ อปท. อื่น", "  {count} rows of other offices were left aside")
_EXAMPLE = '{"Project name": "title"}'
_LEFT_OUT = 3


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    app.command("export", help=say(_EXPORT, language))(export)
    app.command("import", help=say(_IMPORT, language))(import_sheet)


def export(
    context: typer.Context,
    type_name: TypeName,
    to: Annotated[Path, typer.Option("--to", metavar="FILE.xlsx")],
    query: Annotated[str, typer.Option("--query", metavar="TEXT")] = "",
    columns: Annotated[str, typer.Option("--columns", metavar="NAME,NAME")] = "",
    unmasked: Annotated[bool, typer.Option("--unmasked")] = False,
    year: Annotated[str, typer.Option("--year", metavar="YEAR")] = "",
) -> None:
    """Writes a list to Excel."""
    session = session_of(context)
    names = [name.strip() for name in columns.split(",") if name.strip()]
    with session.office() as office:
        filters = asked_filters(office.record_type(type_name), parse_fiscal_year(year) if year else None)
        rows = office.exports.export(Query(type_name, session.stream, query, filters), to, names or None, unmasked=unmasked)
    session.print({"file": str(to), "rows": rows}, [session.say(_WROTE, path=to, rows=f"{rows:,}")])


def import_sheet(
    context: typer.Context,
    type_name: TypeName,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    mapping: Annotated[str, typer.Option("--map", metavar="JSON|FILE")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME")] = None,
    province: Annotated[str, typer.Option("--province", metavar="NAME|CODE")] = "",
) -> None:
    """Takes sheets in, each in an act of its own; with --dry-run says what it would do."""
    session = session_of(context)
    choice = _choice(mapping)
    with session.office() as office:
        if len(files) > 1:
            _import_many(session, office, type_name, files, choice, sheet, province, dry_run=dry_run)
            return
        preview = office.imports.preview(type_name, files[0], choice, sheet=sheet, stream=session.stream, province=province)
        if not dry_run:
            office.imports.apply(preview)
    session.print(preview.as_json(session.language), _lines(preview, session.language))
    session.finish(_LEFT_OUT if preview.plan.ready < preview.plan.rows else 0)


def _import_many(
    session: Session,
    office: Office,
    type_name: str,
    files: Sequence[Path],
    choice: Mapping[str, str | None],
    sheet: str | None,
    province: str,
    *,
    dry_run: bool,
) -> None:
    """Takes one file after the other; what cannot be taken is said, and the rest goes on."""
    told: list[dict[str, Json]] = []
    lines: list[str] = []
    is_whole = True
    for file in files:
        try:
            preview = office.imports.preview(type_name, file, choice, sheet=sheet, stream=session.stream, province=province)
            if not dry_run:
                office.imports.apply(preview)
        except (Correctable, Refused) as error:
            is_whole = False
            said = error.sentence(session.language)
            told.append({"file": str(file), "error": said})
            lines.append(f"{file.name}: {said}")
            continue
        is_whole = is_whole and preview.plan.ready == preview.plan.rows
        told.append({"file": str(file), "stream": preview.stream, **preview.as_json(session.language)})
        lines += [f"{file.name} → {preview.stream or '-'}", *_lines(preview, session.language)]
    session.print({"files": told}, lines)
    session.finish(0 if is_whole else _LEFT_OUT)


def _choice(mapping: str) -> dict[str, str | None]:
    if not mapping:
        return {}
    try:
        read = msgspec.json.decode(_map_text(mapping))
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        read = None
    choice: dict[str, str | None] = {}
    for heading, name in json_object(read, _EXAMPLE).items():
        if name is not None and not isinstance(name, str):
            raise Correctable(
                Words("การจับคู่ใช้ไม่ได้", "The map does not work"),
                Words(
                    "“{heading}” ต้องจับคู่กับชื่อช่องเป็นข้อความ ไม่มีอะไรเปลี่ยนแปลง ตัวอย่าง {example}",
                    "“{heading}” must be mapped to the name of a field; nothing was changed. Example: {example}",
                ).filled(heading=heading, example=_EXAMPLE),
            )
        choice[heading] = name
    return choice


def _map_text(mapping: str) -> str:
    """The JSON of --map: given on the line, or in the file of that name."""
    if mapping.lstrip().startswith("{"):
        return mapping
    try:
        return Path(mapping).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return mapping


def _lines(preview: Preview, language: Language) -> list[str]:
    plan = preview.plan
    names = ("rows", "ready", "created", "updated", "unchanged")
    lines = [say(_READ, language, **{name: f"{getattr(plan, name):,}" for name in names})]
    lines += [f"  + {type_name} {count:,}" for type_name, count in plan.related.items()]
    if preview.left_out:
        lines.append(say(_OTHERS, language, count=f"{preview.left_out:,}"))
    return lines + [say(_ROW, language, row=one.row, column=one.column, text=one.text) for one in plan.problems]
