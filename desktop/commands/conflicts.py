"""conflicts list | show | settle."""

from typing import Annotated

import typer

from desktop.commands.session import Session, session_of
from desktop.services.conflicts import ConflictView, FieldInConflict
from records.merge import DELETION
from records.words import Language, Words, say

_CONFLICTS = Words("ข้อขัดแย้งที่รอคนตัดสิน", "Conflicts that wait for a person")
_LIST = Words("รายการข้อขัดแย้งที่ยังเปิดอยู่ ใส่ --all เพื่อดูทั้งหมด", "Open conflicts; --all shows every one")
_SHOW = Words("หนึ่งข้อขัดแย้ง", "One conflict")
_SETTLE = Words(
    'ตัดสิน: ส่ง JSON ช่อง -> "mine" | "theirs" | {{"value": ...}} ทาง stdin',
    'Settle: JSON of field -> "mine" | "theirs" | {{"value": ...}} on stdin',
)
_DELETED_HERE = Words("mine=ที่นี่ลบ theirs=ที่อื่นแก้ไข", "mine=deleted here theirs=edited elsewhere")
_DELETED_THERE = Words("mine=ที่นี่แก้ไข theirs=ที่อื่นลบ", "mine=edited here theirs=deleted elsewhere")
_EXAMPLE = '{"title": "mine"}'


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_CONFLICTS, language), no_args_is_help=False)
    group.command("list", help=say(_LIST, language))(list_conflicts)
    group.command("show", help=say(_SHOW, language))(show)
    group.command("settle", help=say(_SETTLE.filled(), language))(settle)
    app.add_typer(group, name="conflicts")


def list_conflicts(context: typer.Context, everything: Annotated[bool, typer.Option("--all")] = False) -> None:
    """Prints conflicts."""
    session = session_of(context)
    with session.office() as office:
        found = [office.conflicts.masked(one) for one in office.conflicts.list(settled_too=everything)]
    session.print([one.as_json() for one in found], [line for one in found for line in _lines(one, session)])


def show(context: typer.Context, conflict_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Prints one conflict."""
    session = session_of(context)
    with session.office() as office:
        found = office.conflicts.show(conflict_id)
    session.print(found.as_json(), _lines(found, session))


def _lines(one: ConflictView, session: Session) -> list[str]:
    head = f"{one.id}\t{one.type}\t{one.title}\t{one.grade}/{one.state}"
    return [head, *(_line(field, session) for field in one.fields)]


def _line(one: FieldInConflict, session: Session) -> str:
    who = f"({one.theirs_by} {one.theirs_at})"
    if one.name == DELETION:
        return f"  {one.name}: {session.say(_DELETED_HERE if one.mine else _DELETED_THERE)} {who}"
    return f"  {one.name}: mine={one.mine!r} theirs={one.theirs!r} {who} base={one.base!r}"


def settle(context: typer.Context, conflict_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Writes a person's choice."""
    session = session_of(context)
    with session.office() as office:
        office.conflicts.show(conflict_id)
        row = office.conflicts.settle(conflict_id, session.read_object(_EXAMPLE))
        session.print(row.as_json(), [f"{row.id}\t{office.records.title(row)}"])
