"""conflicts list | show | settle | take-back."""

from collections.abc import Sequence
from typing import Annotated

import typer

from desktop.commands.session import RecordId, Session, session_of
from desktop.services.conflicts import ConflictView, FieldInConflict
from desktop.services.inbox import Age, Asked
from desktop.services.office import Office
from records.merge import DELETION
from records.words import Language, Words, say

_CONFLICTS = Words("รายการที่มีผู้แก้ไขที่อื่นและรอคนเลือก", "Conflicts that wait for a person")
_LIST = Words(
    "รายการที่ยังรอเลือก ใส่ --all เพื่อดูทั้งหมด หรือ --grade merged สำหรับที่รวมให้แล้ว",
    "Open conflicts; --all shows every one, --grade merged those merged for information",
)
_SHOW = Words("รายการที่รอเลือกหนึ่งรายการ", "One conflict")
_SETTLE = Words(
    'ตัดสิน: ส่ง JSON ช่อง -> "mine" | "theirs" | "both" | {{"value": ...}} ทาง stdin หรือหลายรายการพร้อมกันด้วย --choose และ --field',
    'Settle: JSON of field -> "mine" | "theirs" | "both" | {{"value": ...}} on stdin, or many at once by --choose and --field',
)
_TAKE_BACK = Words("ย้อนการรวมที่โปรแกรมทำให้ (ระดับ merged)", "Take back a merge the program made (grade merged)")
_SETTLED = Words("ตัดสินแล้ว {count} รายการ", "Settled: {count}")
_LEFT = Words("ยังไม่ได้ตัดสิน {id} {title}: {reason}", "Left as it is: {id} {title}: {reason}")
_WHICH = Words(
    "ระบุรหัสหนึ่งรายการแล้วส่ง JSON ทาง stdin หรือใช้ --choose/--field กับรหัสหรือ --all",
    "name one id with JSON on stdin, or --choose/--field with ids or with --all",
)
GRADES = ("conflict", "merged")
AGES: tuple[Age, ...] = ("day", "week", "older")

Grade = Annotated[str, typer.Option("--grade", metavar="|".join(GRADES))]
TypeName = Annotated[str, typer.Option("--type", metavar="TYPE")]
Area = Annotated[str, typer.Option("--area", metavar="AREA")]
Person = Annotated[str, typer.Option("--person", metavar="ACCOUNT")]
AgeOption = Annotated[str, typer.Option("--age", metavar="|".join(AGES))]

_DELETED_HERE = Words("mine=ที่นี่ลบ theirs=ที่อื่นแก้ไข", "mine=deleted here theirs=edited elsewhere")
_DELETED_THERE = Words("mine=ที่นี่แก้ไข theirs=ที่อื่นลบ", "mine=edited here theirs=deleted elsewhere")
_EXAMPLE = '{"title": "mine"}'


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_CONFLICTS, language), no_args_is_help=False)
    group.command("list", help=say(_LIST, language))(list_conflicts)
    group.command("show", help=say(_SHOW, language))(show)
    group.command("settle", help=say(_SETTLE.filled(), language))(settle)
    group.command("take-back", help=say(_TAKE_BACK, language))(take_back)
    app.add_typer(group, name="conflicts")


def list_conflicts(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all")] = False,
    grade: Grade = "",
    type_name: TypeName = "",
    area: Area = "",
    person: Person = "",
    age: AgeOption = "",
) -> None:
    """Prints conflicts; those narrowed down are of one grade, open ones unless it is `merged`."""
    session = session_of(context)
    with session.office() as office:
        if any((type_name, area, person, age)):
            ids = _asked_for(office, _asked(grade, type_name, area, person, age, everything=everything))
            views = office.inbox.views(ids)
        else:
            views = list(office.conflicts.list(settled_too=everything, grade=_known(grade, GRADES)))
        found = [office.conflicts.masked(one) for one in views]
    session.print([one.as_json() for one in found], [line for one in found for line in _lines(one, session)])


def _asked(grade: str, type_name: str, area: str, person: str, age: str, *, everything: bool) -> Asked:
    return Asked(
        "merged" if _known(grade, GRADES) == "merged" else "conflict",
        area=area,
        type=type_name,
        person=person,
        age=next((one for one in AGES if one == _known(age, AGES)), ""),
        all_merged=everything,
    )


def _asked_for(office: Office, asked: Asked) -> list[str]:
    return [line.id for line in office.inbox.lines(asked)]


def _known(given: str, known: Sequence[str]) -> str:
    if given and given not in known:
        raise typer.BadParameter(f"{given}: {' | '.join(known)}")
    return given


def show(context: typer.Context, conflict_id: RecordId) -> None:
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


def settle(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None,
    choose: Annotated[str, typer.Option("--choose", metavar="mine|theirs")] = "",
    by_field: Annotated[list[str] | None, typer.Option("--field", metavar="NAME=mine|theirs|both")] = None,
    everything: Annotated[bool, typer.Option("--all")] = False,
    type_name: TypeName = "",
    area: Area = "",
    person: Person = "",
    age: AgeOption = "",
) -> None:
    """Writes a person's choice: of one conflict by fields on stdin, of many by --choose and --field, in one act."""
    session = session_of(context)
    given = ids or []
    if not (choose or by_field):
        if len(given) != 1 or everything:
            raise typer.BadParameter(session.say(_WHICH))
        with session.office() as office:
            office.conflicts.show(given[0])
            row = office.conflicts.settle(given[0], session.read_object(_EXAMPLE))
            session.print(row.as_json(), [f"{row.id}\t{office.records.title(row)}"])
        return
    if bool(given) == everything:
        raise typer.BadParameter(session.say(_WHICH))
    choices = dict(_choice(one) for one in by_field or [])
    with session.office() as office:
        chosen = given or _asked_for(office, _asked("conflict", type_name, area, person, age, everything=False))
        for one in given:
            office.conflicts.show(one)
        done = office.inbox.settle_all(chosen, _known(choose, ("mine", "theirs")), choices)
    lines = [session.say(_SETTLED, count=f"{done.settled:,}")]
    lines += [session.say(_LEFT, id=one.id, title=one.title, reason=why) for one, why in done.left]
    session.print(done.as_json(session.language), lines)
    session.finish(3 if done.left else 0)


def _choice(text: str) -> tuple[str, str]:
    name, _, side = text.partition("=")
    return name, _known(side, ("mine", "theirs", "both")) or _known("?", ("mine", "theirs", "both"))


def take_back(context: typer.Context, conflict_id: RecordId) -> None:
    """Takes a merge that needed nobody back."""
    session = session_of(context)
    with session.office() as office:
        row = office.conflicts.take_back(conflict_id)
        session.print(row.as_json(), [f"{row.id}\t{office.records.title(row)}"])
