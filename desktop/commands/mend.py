"""mend: what is to mend, counted by kind or listed record by record."""

from typing import Annotated

import typer

from desktop.commands.session import Session, session_of
from desktop.services.mending import ToMend
from desktop.storage.findings import Finding
from records.words import Language, Words, say

_MEND = Words(
    "รายการที่ต้องแก้ไข: นับตามชนิด หรือใส่ประเภทข้อมูลเพื่อดูทีละรายการ",
    "What is to mend: counted by kind, or record by record of the type named",
)
_TOTAL = Words(
    "ต้องแก้ไข {records} รายการ ในจำนวนนี้ส่งไม่ได้จนกว่าจะแก้ {errors} รายการ", "{records} records to mend; {errors} of them cannot be handed in"
)
_NOTHING = Words("ไม่มีรายการที่ต้องแก้ไข", "Nothing to mend")


def register(app: typer.Typer, language: Language) -> None:
    """Adds the command."""
    app.command("mend", help=say(_MEND, language))(mend)


def mend(
    context: typer.Context,
    record_type: Annotated[str, typer.Argument(metavar="[TYPE]")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000_000)] = 200,
) -> None:
    """Checks what changed, then prints what was found."""
    session = session_of(context)
    with session.office() as office:
        types = [office.record_type(record_type).type] if record_type else None
        office.mending.run()
        if types is None:
            found = office.mending.to_mend()
            session.print(_counted(found, session), _lines(found, session))
            return
        listed = office.mending.listed(types, limit=limit)
        session.print([_finding(one, session) for one in listed], [_line(one, session) for one in listed])


def _counted(found: ToMend, session: Session) -> dict[str, object]:
    kinds = [{"type": one.type, "severity": one.severity, "text": session.say(one.text), "records": one.records} for one in found.kinds]
    return {"records": found.records, "errors": found.errors, "kinds": kinds}


def _lines(found: ToMend, session: Session) -> list[str]:
    if not found.records:
        return [session.say(_NOTHING)]
    head = session.say(_TOTAL, records=f"{found.records:,}", errors=f"{found.errors:,}")
    return [head, *(f"{one.records:,}\t{one.type}\t{one.severity}\t{session.say(one.text)}" for one in found.kinds)]


def _finding(one: Finding, session: Session) -> dict[str, object]:
    return {
        "stream": one.stream, "type": one.type, "id": one.id, "field": one.field, "severity": one.severity, "text": session.say(one.text),
    }  # fmt: skip


def _line(one: Finding, session: Session) -> str:
    return f"{one.id}\t{one.severity}\t{one.field}\t{session.say(one.text)}"
