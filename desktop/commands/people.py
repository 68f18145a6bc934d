"""people holders · ending · alike · merge."""

from typing import Annotated

import typer

from desktop.commands.duplicates import MERGED
from desktop.commands.session import session_of
from records.errors import Correctable
from records.thai.dates import parse_date, show_date
from records.words import Language, Words, say

_PEOPLE = Words("บุคลากร: ผู้ดำรงตำแหน่ง วาระที่ใกล้ครบ และรายการซ้ำ", "People: who holds what, terms that end, records of one person")
_HOLDERS = Words("ใครดำรงตำแหน่งใดในวันที่กำหนด", "Who holds what on a day")
_ENDING = Words("วาระที่ใกล้ครบหรือเพิ่งครบ", "Terms that end soon or ended lately")
_ALIKE = Words("บุคคลที่อาจเป็นคนเดียวกัน", "Persons who may be one")
_MERGE = Words("รวมบุคคลสองรายการเป็นหนึ่ง เลิกทำได้ด้วย undo", "Merge two persons into one; `undo` takes it back")
_VACANT = Words("ว่าง {count}", "vacant {count}")
_NAMELESS_TITLE = Words("ชื่อไม่ครบ", "Half a name")
_NAMELESS = Words("ระบุชื่อและชื่อสกุล หรือเว้นว่างทั้งคู่", "Give first and last name, or none")


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    people = typer.Typer(no_args_is_help=True, help=say(_PEOPLE, language))
    people.command("holders", help=say(_HOLDERS, language))(holders)
    people.command("ending", help=say(_ENDING, language))(ending)
    people.command("alike", help=say(_ALIKE, language))(alike)
    people.command("merge", help=say(_MERGE, language))(merge)
    app.add_typer(people, name="people")


def holders(
    context: typer.Context,
    on: Annotated[str, typer.Option("--on", metavar="DATE")] = "",
    office_code: Annotated[str, typer.Option("--office", metavar="CODE")] = "",
) -> None:
    """Prints the seats and who sits in them."""
    session = session_of(context)
    with session.office() as office:
        day = parse_date(on, office.today) if on else office.today
        office_id = None
        if office_code:
            found = office.store.by_key("office", {"code": office_code}) or office.store.by_key("office", {"dopa_code": office_code})
            if not found:
                raise _no_office(office_code)
            office_id = found[0].id
        seats = office.holders.on(day, office_id)
    lines = [show_date(day, session.language)]
    for seat in seats:
        names = [one.name for one in seat.holders]
        if seat.vacant:
            names.append(session.say(_VACANT, count=seat.vacant))
        lines.append(f"  {seat.name}: {', '.join(names)}")
    session.print({"on": day.isoformat(), "seats": [seat.as_json() for seat in seats]}, lines)


def ending(context: typer.Context, days: Annotated[int, typer.Option("--days", min=0, max=3660)] = 180) -> None:
    """Prints the terms that end."""
    session = session_of(context)
    with session.office() as office:
        today = office.today
        found = [one.as_json(today) for one in office.holders.ending(days)]
    lines = [f"{one['end']}  {one['position']}  {one['name']}  {one['election_by'] or ''}".rstrip() for one in found]
    session.print({"terms": found}, lines)


def alike(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="FIRST")] = "",
    last: Annotated[str, typer.Argument(metavar="LAST")] = "",
    citizen_id: Annotated[str, typer.Option("--citizen-id", metavar="ID")] = "",
) -> None:
    """Prints who may be one person: like the name given, or every pair of the register."""
    session = session_of(context)
    if bool(first) != bool(last) and not citizen_id:
        raise Correctable(_NAMELESS_TITLE, _NAMELESS)
    with session.office() as office:
        if first or citizen_id:
            found = office.people.find_alike(first, last, citizen_id or None)
            shown = [{**one.as_json(session.language), "record": office.records.masked(one.row).as_json()} for one in found]
            lines = [f"{one.row.id}  {office.records.title(one.row)}  {session.say(one.reason)}" for one in found]
            session.print({"alike": shown}, lines)
            return
        pairs = office.people.pairs()
        listed = [{"keep": row.id, "drop": other.row.id, "reason": session.say(other.reason)} for row, other in pairs]
        lines = [
            f"{row.id}  {office.records.title(row)}  =  {other.row.id}  {office.records.title(other.row)}  {session.say(other.reason)}"
            for row, other in pairs
        ]
    session.print({"pairs": listed}, lines)


def merge(
    context: typer.Context,
    keep: Annotated[str, typer.Argument(metavar="KEEP")],
    drop: Annotated[str, typer.Argument(metavar="DROP")],
    take: Annotated[str | None, typer.Option("--take", metavar="FIELD,FIELD")] = None,
) -> None:
    """Merges DROP into KEEP; --take names the fields whose value comes from DROP, without it what KEEP lacks."""
    session = session_of(context)
    chosen = None if take is None else [name.strip() for name in take.split(",") if name.strip()]
    with session.office() as office:
        merged = office.merging.merge("person", keep, drop, chosen)
        shown = {**merged.as_json(session.language), "keep": office.records.masked(merged.keep).as_json()}
    session.print(shown, [session.say(MERGED, followed=merged.followed)])


def _no_office(code: str) -> Correctable:
    return Correctable(
        Words("ไม่พบ อปท.", "No such office"),
        Words("ไม่มี อปท. รหัส “{code}” ในทะเบียนของเครื่องนี้", "The registry of this computer has no office “{code}”; check the code.").filled(
            code=code
        ),
    )
