"""year list | show | open | check | close | reopen."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, get_args

import typer

from desktop.commands.session import Session, session_of
from desktop.services.year_checks import CheckItem
from desktop.services.year_opening import Amounts, Opening, Worked
from desktop.services.years import Year
from desktop.storage.rows import Row
from records.errors import Correctable
from records.kinds import Json
from records.periods import CLOSED
from records.thai.fiscal import fiscal_year_of, parse_fiscal_year
from records.thai.money import show_baht
from records.words import Language, Words, say

_YEAR = Words("ปีงบประมาณ: เปิด ตรวจ ปิด และเปิดอีกครั้ง", "Fiscal years: open, check, close, reopen")
_LIST = Words("ปีงบประมาณทั้งหมดและสถานะ", "Every fiscal year and how it stands")
_SHOW = Words("หนึ่งปี พร้อมเงินที่กันมาจากปีก่อน", "One year with the money carried into it")
_OPEN = Words(
    "เปิดปีโดยคัดลอกจากปีก่อนหน้า ทำซ้ำได้โดยไม่เกิดรายการซ้ำ --dry-run บอกว่าจะสร้างอะไร",
    "Open a year from the one before; doing it twice makes nothing twice, --dry-run says what it would make",
)
_CHECK = Words("รายการตรวจก่อนปิดปี", "The check list before closing")
_CLOSE = Words(
    "ปิดปี: เฉพาะหัวหน้าและผู้ดูแลระบบ --accept คือข้อควรระวังที่ตรวจแล้ว",
    "Close a year: heads and administrators; --accept names a warning looked at",
)
_REOPEN = Words("เปิดปีที่ปิดแล้วอีกครั้ง พร้อมเหตุผล", "Open a closed year again, with a reason")
_GIVE_BACK = Words("คืนเลขใบเสร็จของปีที่สิ้นสุดแล้วที่เครื่องนี้ยังไม่ได้ใช้", "Give back the receipt numbers this computer has left of a year that is over")
_GIVEN_BACK = Words("คืนเลขใบเสร็จปี {year} จำนวน {count} เลข", "{count} receipt numbers of {year} given back")
_MADE = Words("เปิดปีงบประมาณ {year}: {parts}", "Fiscal year {year}: {parts}")
_NOTHING = Words("มีครบอยู่แล้ว ไม่ได้สร้างเพิ่ม", "everything was there, nothing was made")
_STATE = Words("ปีงบประมาณ {year}\t{state}", "Fiscal year {year}\t{state}")
_NO_RECORD = Words("ยังไม่ได้เปิด", "not opened")
_LEFT = 3


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    group = typer.Typer(help=say(_YEAR, language), no_args_is_help=False)
    for name, help_words, command in (
        ("list", _LIST, list_years),
        ("show", _SHOW, show),
        ("open", _OPEN, open_year),
        ("check", _CHECK, check),
        ("close", _CLOSE, close),
        ("reopen", _REOPEN, reopen),
        ("give-back", _GIVE_BACK, give_back),
    ):
        group.command(name, help=say(help_words, language))(command)
    app.add_typer(group, name="year")


YearArgument = Annotated[str, typer.Argument(metavar="YEAR")]


def list_years(context: typer.Context) -> None:
    """Prints every fiscal year, newest first."""
    session = session_of(context)
    with session.office() as office:
        found = office.years.known(session.stream)
        lines = [_line(session, one, _state(session, one.state)) for one in found]
    session.print([one.as_json() for one in found], lines)


def show(context: typer.Context, year: Annotated[str, typer.Argument(metavar="YEAR")] = "") -> None:
    """Prints one year; the current one when none is named."""
    session = session_of(context)
    with session.office() as office:
        wanted = parse_fiscal_year(year) if year else fiscal_year_of(office.today)
        found = office.years.get(wanted, session.stream)
        carried = office.years.carried_into(wanted, session.stream)
        shown: list[Json] = [
            {"id": one.row.id, "from": one.line, "line": one.next_line or None, "amount": one.amount, "paid": one.paid} for one in carried
        ]
        lines = [_line(session, found, _state(session, found.state)), *(f"  {one.line}\t{show_baht(one.amount)}" for one in carried)]
    session.print({**found.as_json(), "carried": shown}, lines)


def open_year(
    context: typer.Context,
    year: YearArgument,
    amounts: Annotated[str, typer.Option("--amounts", metavar="keep|empty|percent")] = "keep",
    percent: Annotated[str, typer.Option("--percent", metavar="NUMBER")] = "100",
    project: Annotated[list[str] | None, typer.Option("--project", metavar="ID")] = None,
    no_lines: Annotated[bool, typer.Option("--no-lines")] = False,
    no_revenue: Annotated[bool, typer.Option("--no-revenue")] = False,
    no_plan: Annotated[bool, typer.Option("--no-plan")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
) -> None:
    """Opens a year from the one before it."""
    session = session_of(context)
    opening = Opening(
        parse_fiscal_year(year), _amounts(amounts), _percent(percent), not no_lines, not no_revenue, not no_plan,
        frozenset(project) if project else None,
    )  # fmt: skip
    with session.office() as office:
        worked = office.years.preview(opening, session.stream) if dry_run else office.years.open_next(opening, stream=session.stream)
    session.print(_worked(worked), [_said(session, worked)])


def check(context: typer.Context, year: YearArgument) -> None:
    """Prints the check list; exit code 3 while something blocks."""
    session = session_of(context)
    with session.office() as office:
        items = office.years.check_list(parse_fiscal_year(year), session.stream)
    session.print([item.as_json(session.language) for item in items], [_item(session, item) for item in items])
    session.finish(_LEFT if any(item.count and item.level == "block" for item in items) else 0)


def close(
    context: typer.Context,
    year: YearArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")] = "",
    accept: Annotated[list[str] | None, typer.Option("--accept", metavar="KEY")] = None,
) -> None:
    """Closes a year."""
    session = session_of(context)
    with session.office() as office:
        row = office.years.close(parse_fiscal_year(year), reason, frozenset(accept or ()), session.stream)
    _print_row(session, row)


def reopen(context: typer.Context, year: YearArgument, reason: Annotated[str, typer.Option("--reason", metavar="TEXT")] = "") -> None:
    """Opens a closed year again."""
    session = session_of(context)
    with session.office() as office:
        row = office.years.reopen(parse_fiscal_year(year), reason, session.stream)
    _print_row(session, row)


def give_back(context: typer.Context, year: YearArgument) -> None:
    """Gives back the receipt numbers left on this computer."""
    session = session_of(context)
    with session.office() as office:
        wanted = parse_fiscal_year(year)
        count = office.numbering.give_back_year(wanted, session.stream)
    session.print({"year": wanted, "returned": count}, [session.say(_GIVEN_BACK, year=wanted, count=f"{count:,}")])


def _print_row(session: Session, row: Row) -> None:
    state = str(row.fields.get("state") or "")
    session.print(row.as_json(), [session.say(_STATE, year=row.fields.get("year"), state=_state(session, state))])


def _line(session: Session, year: Year, state: str) -> str:
    parts = [session.say(_STATE, year=year.year, state=state), "*" if year.is_current else ""]
    return "\t".join(filter(None, [*parts, year.closed_on if year.state == CLOSED else "", year.reason]))


def _state(session: Session, state: str) -> str:
    from records.catalogue.budget import YEAR_STATES

    return session.say(next((option.label for option in YEAR_STATES if option.value == state), _NO_RECORD))


def _item(session: Session, item: CheckItem) -> str:
    parts = [item.level.value if item.count else "ok", item.key, f"{item.count:,}", session.say(item.label), item.detail]
    return "\t".join([*parts, session.say(item.advice)] if item.count else parts[:4])


def _worked(worked: Worked) -> dict[str, Json]:
    return {"year": worked.year, "id": worked.year_id, "made": dict(worked.counts), "there": dict(worked.there)}


def _said(session: Session, worked: Worked) -> str:
    parts = ", ".join(f"{name} {count:,}" for name, count in worked.counts.items()) or session.say(_NOTHING)
    return session.say(_MADE, year=worked.year, parts=parts)


def _amounts(text: str) -> Amounts:
    found = next((one for one in get_args(Amounts) if one == text), None)
    if found is None:
        raise Correctable(
            Words("ตัวเลือกใช้ไม่ได้", "The option does not work"),
            Words("--amounts ต้องเป็น keep, empty หรือ percent ไม่มีอะไรเปลี่ยนแปลง", "--amounts is keep, empty or percent; nothing was changed."),
        )
    amounts: Amounts = found
    return amounts


def _percent(text: str) -> Decimal:
    try:
        found = Decimal(text)
        if found.is_finite():
            return found
    except InvalidOperation:
        pass
    raise Correctable(
        Words("ร้อยละใช้ไม่ได้", "The percentage does not work"),
        Words("“{text}” ไม่ใช่ตัวเลข ไม่มีอะไรเปลี่ยนแปลง", "“{text}” is no number; nothing was changed.").filled(text=text),
    )
