"""record types | list | get | save | delete | restore | history · search."""

from typing import Annotated

import typer

from desktop.commands.session import RecordId, Session, TypeName, session_of
from desktop.services.office import Office
from desktop.services.readings import log_reading
from desktop.services.year_filters import asked_filters
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.kinds import Json
from records.record import RecordType
from records.thai.fiscal import parse_fiscal_year
from records.words import Language, Words, say

_RECORD = Words("ดูและแก้ไขรายการ", "See and change records")
_TYPES = Words("ประเภทข้อมูลและช่องทั้งหมด", "Every record type with its fields")
_LIST = Words("รายการของประเภทหนึ่ง ข้อมูลส่วนบุคคลถูกปิดบังเว้นแต่ใช้ --unmasked", "The records of a type; personal data are masked unless --unmasked")
_GET = Words("หนึ่งรายการ แสดงทุกช่องเต็ม", "One record, every field in full")
_SAVE = Words(
    "บันทึก: ส่ง JSON ของช่องที่จะเปลี่ยนทาง stdin (null คือลบค่า) ไม่ใส่ --id คือรายการใหม่ที่โปรแกรมตั้งรหัสให้ รหัสที่ไม่มีอยู่ถือว่าผิด",
    "Save: JSON of the fields to set on stdin (null empties one); without --id a new record with an id of its own, an id not here is an error",
)
_DELETE = Words("ลบรายการ กู้คืนได้", "Delete a record; it can be restored")
_RESTORE = Words("กู้คืนรายการที่ลบ", "Bring a deleted record back")
_HISTORY = Words("ประวัติการแก้ไข ใหม่สุดก่อน", "Versions, newest first")
_SEARCH = Words("ค้นหาในทุกประเภท", "Search every type")

_EXAMPLE = '{"title": "..."}'
_WAITS = Words("รอส่ง", "waiting")
_GONE = Words("ลบแล้ว", "deleted")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_RECORD, language), no_args_is_help=False)
    for name, help_words, command in (
        ("types", _TYPES, types),
        ("list", _LIST, list_records),
        ("get", _GET, get),
        ("save", _SAVE, save),
        ("delete", _DELETE, delete),
        ("restore", _RESTORE, restore),
        ("history", _HISTORY, history),
    ):
        group.command(name, help=say(help_words, language))(command)
    app.add_typer(group, name="record")
    app.command("search", help=say(_SEARCH, language))(search)


def types(context: typer.Context) -> None:
    """Prints the catalogue."""
    session = session_of(context)
    from records.catalogue import BY_TYPE

    shown = [_type_as_json(spec, session.language) for spec in BY_TYPE.values()]
    session.print(shown, [f"{spec.type}\t{spec.area}\t{session.say(spec.label)}" for spec in BY_TYPE.values()])


def _type_as_json(spec: RecordType, language: Language) -> dict[str, Json]:
    return {
        "type": spec.type,
        "area": spec.area,
        "label": say(spec.label, language),
        "fields": [
            {
                "name": field.name,
                "kind": field.kind.name,
                "label": say(field.label, language),
                "required": field.required,
                "personal": field.personal,
            }
            for field in spec.fields
        ],
    }


def list_records(
    context: typer.Context,
    type_name: TypeName,
    query: Annotated[str, typer.Option("--query", metavar="TEXT")] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, max=1_000_000_000)] = None,
    offset: Annotated[int, typer.Option("--offset", min=0, max=1_000_000_000)] = 0,
    deleted: Annotated[bool, typer.Option("--deleted")] = False,
    unmasked: Annotated[bool, typer.Option("--unmasked")] = False,
    year: Annotated[str, typer.Option("--year", metavar="YEAR")] = "",
) -> None:
    """Prints the records of a type."""
    session = session_of(context)
    with session.office() as office:
        filters = asked_filters(office.record_type(type_name), parse_fiscal_year(year) if year else None)
        asked = Query(type_name, session.stream, query, filters, deleted=deleted, limit=limit, offset=offset)
        found = office.records.find(asked).rows
        if unmasked:
            log_reading(office, type_name, "-")
        shown = found if unmasked else [office.records.masked(row) for row in found]
        session.print([row.as_json() for row in shown], [_line(session, office, row) for row in found])


def _line(session: Session, office: Office, row: Row) -> str:
    marks = [session.say(words) for words, holds in ((_WAITS, row.waiting), (_GONE, row.deleted)) if holds]
    return "\t".join(filter(None, [row.id, " ".join(office.records.title(row).split()), *marks, row.refused]))


def _print_one(session: Session, office: Office, row: Row) -> None:
    spec = office.catalogue.get(row.type)
    lines = [_line(session, office, row)]
    for name, value in row.fields.items():
        field = spec.by_name.get(name) if spec else None
        label = session.say(field.label) if field else name
        lines.append(f"  {label} ({name}): {office.records.shown(field, value, is_masked=False) if field else value}")
    session.print(row.as_json(), lines)


def get(
    context: typer.Context,
    type_name: TypeName,
    record_id: RecordId,
) -> None:
    """Prints one record."""
    session = session_of(context)
    with session.office() as office:
        row = office.records.get(type_name, record_id, session.stream)
        log_reading(office, type_name, row.id)
        _print_one(session, office, row)


def save(
    context: typer.Context,
    type_name: TypeName,
    record_id: Annotated[str | None, typer.Option("--id", metavar="ID")] = None,
) -> None:
    """Saves the fields on standard input."""
    session = session_of(context)
    with session.office() as office:
        office.record_type(type_name)
        given = session.read_object(_EXAMPLE)
        saved = office.records.save(type_name, record_id, given, session.stream)
        _print_one(session, office, saved.row)


def delete(
    context: typer.Context,
    type_name: TypeName,
    record_id: RecordId,
) -> None:
    """Deletes a record."""
    session = session_of(context)
    with session.office() as office:
        _print_one(session, office, office.records.delete(type_name, record_id, session.stream))


def restore(
    context: typer.Context,
    type_name: TypeName,
    record_id: RecordId,
) -> None:
    """Brings a record back."""
    session = session_of(context)
    with session.office() as office:
        _print_one(session, office, office.records.restore(type_name, record_id, session.stream))


def history(
    context: typer.Context,
    type_name: TypeName,
    record_id: RecordId,
) -> None:
    """Prints the versions of a record."""
    session = session_of(context)
    with session.office() as office:
        entries = office.history.of(type_name, record_id, session.stream)
    lines = [f"{entry.version or '-'}\t{entry.at}\t{entry.by_name}\t{', '.join(entry.changed)}" for entry in entries]
    session.print([entry.as_json() for entry in entries], lines)


def search(context: typer.Context, text: Annotated[str, typer.Argument(metavar="TEXT")]) -> None:
    """Prints what the search box finds."""
    session = session_of(context)
    with session.office() as office:
        found = office.records.search(text)
    shown = [{"stream": hit.stream, "type": hit.type, "id": hit.id, "title": hit.title, "excerpt": hit.excerpt} for hit in found]
    session.print(shown, [f"{hit.type}\t{hit.id}\t{' '.join(hit.title.split())}" for hit in found])
