"""duplicates list | merge | not-same."""

from typing import Annotated

import typer

from desktop.commands.session import RecordId, TypeName, session_of
from records.words import Language, Words, say

_DUPLICATES = Words("รายการที่อาจบันทึกซ้ำ ทุกประเภทข้อมูล", "Records that may have been entered twice, of every type")
_LIST = Words("คู่ที่มีค่าหลักเหมือนกัน", "The pairs with an equal natural key")
_MERGE = Words("รวมสองรายการเป็นหนึ่ง เลิกทำได้ด้วย undo", "Merge two records into one; `undo` takes it back")
_NOT_SAME = Words("จำไว้ว่าไม่ใช่รายการเดียวกัน", "Remember that they are not the same")
MERGED = Words("รวมแล้ว รายการที่อ้างถึงย้ายมา {followed} รายการ", "Merged; {followed} [reference follows|references follow]")
_REMEMBERED = Words("จำไว้แล้วว่าเป็นคนละรายการ", "Remembered: two different records")
_NONE = Words("ไม่พบรายการซ้ำ", "Nothing seems to be here twice")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(no_args_is_help=True, help=say(_DUPLICATES, language))
    group.command("list", help=say(_LIST, language))(list_pairs)
    group.command("merge", help=say(_MERGE, language))(merge)
    group.command("not-same", help=say(_NOT_SAME, language))(not_same)
    app.add_typer(group, name="duplicates")


def list_pairs(context: typer.Context, type_name: Annotated[str, typer.Argument(metavar="[TYPE]")] = "") -> None:
    """Prints the pairs, those made first in front."""
    session = session_of(context)
    with session.office() as office:
        found = office.duplicates.pairs(type_name)
        lines = [
            f"{one.type}  {one.keep.id}  {office.records.title(one.keep)}  =  {one.drop.id}  "
            f"{', '.join(session.say(label) for label in one.fields)}"
            for one in found
        ]
    session.print({"pairs": [one.as_json() for one in found]}, lines or [session.say(_NONE)])


def merge(
    context: typer.Context,
    type_name: TypeName,
    keep: Annotated[str, typer.Argument(metavar="KEEP")],
    drop: Annotated[str, typer.Argument(metavar="DROP")],
    take: Annotated[str | None, typer.Option("--take", metavar="FIELD,FIELD")] = None,
) -> None:
    """Merges DROP into KEEP; --take names the fields whose value comes from DROP, without it what KEEP lacks."""
    session = session_of(context)
    chosen = None if take is None else [name.strip() for name in take.split(",") if name.strip()]
    with session.office() as office:
        merged = office.merging.merge(type_name, keep, drop, chosen)
        shown = {**merged.as_json(session.language), "keep": office.records.masked(merged.keep).as_json()}
    session.print(shown, [session.say(MERGED, followed=merged.followed)])


def not_same(
    context: typer.Context,
    type_name: TypeName,
    one: RecordId,
    other: RecordId,
) -> None:
    """Remembers that two records are two."""
    session = session_of(context)
    with session.office() as office:
        office.duplicates.not_same(type_name, one, other)
    session.print({"type": type_name, "not_same": [one, other]}, [session.say(_REMEMBERED)])
