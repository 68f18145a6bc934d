"""receipt issue | void | copy | print · remittance days | close | reopen | print."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from desktop.commands.session import Session, session_of
from desktop.services.pdf_file import write_pdf
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.storage.rows import Row
from records.catalogue.receipts import MEANS
from records.errors import Correctable
from records.kinds import Json
from records.rules.receipts import amount_of
from records.thai.money import show_baht
from records.words import Language, Words, say

_RECEIPT = Words("ใบเสร็จรับเงิน", "Receipts")
_ISSUE = Words(
    "ออกใบเสร็จ: ส่ง JSON ทาง stdin (payer, items, means, cash_given, payer_tax_id, request, book) จำนวนเงินเป็นสตางค์",
    "Issue a receipt: JSON on stdin (payer, items, means, means_ref, cash_given, payer_tax_id, request, book); amounts in satang",
)
_RENUMBER = Words("ให้เลขใหม่แก่ใบเสร็จที่เลขซ้ำ", "Give a receipt whose number is taken a new one")
_RENUMBERED = Words(
    "เลข {former} ถูกใช้แล้ว ให้เลขใหม่ {number} โปรดเรียกใบเดิมคืนและพิมพ์ใหม่",
    "Number {former} was taken; the new one is {number}. Take the former paper back and print it anew.",
)
_VOID = Words("ยกเลิกใบเสร็จพร้อมเหตุผล เลขที่ไม่ถูกนำกลับมาใช้", "Void a receipt with a reason; its number is never used again")
_COPY = Words("ออกสำเนา: นับและบันทึกเป็น PDF", "Make a copy: counted, and written as PDF")
_PRINT = Words("บันทึกใบเสร็จเป็น PDF", "Write a receipt as PDF")
_REMITTANCE = Words("ใบนำส่งเงินประจำวัน", "Daily remittances")
_DAYS = Words("วันที่และผู้รับเงินที่รอปิดยอด", "Days and cashiers that wait to be closed")
_CLOSE = Words("ปิดยอดนำส่งเงินของวัน (วันนี้ของผู้ใช้นี้ เว้นแต่ระบุ)", "Close a day (today, of this account, unless named)")
_REOPEN = Words("หัวหน้าเปิดใบนำส่งใหม่พร้อมเหตุผล", "A head reopens a remittance with a reason")
_PRINT_REMITTANCE = Words("บันทึกใบนำส่งเงินเป็น PDF", "Write a remittance as PDF")
_NOTICE = Words("บันทึกใบแจ้งชำระเงินเป็น PDF พร้อมคิวอาร์โค้ด", "Write a payment notice as PDF, with its QR code")
_NOTICED = Words("{payer}\t{amount} บาท", "{payer}\t{amount} baht")
_LINE = Words("เล่มที่ {book} เลขที่ {number}\t{payer}\t{amount} บาท\t{state}", "Book {book} number {number}\t{payer}\t{amount} baht\t{state}")
_REMITTED = Words("{day}\t{cashier}\t{count} ฉบับ\t{amount} บาท\t{state}", "{day}\t{cashier}\t{count} receipts\t{amount} baht\t{state}")
_EXAMPLE = '{"payer": "...", "items": [{"description": "...", "amount": 12550}]}'
_TEXTS = ("payer", "means", "means_ref", "payer_tax_id", "request", "book")
_ITEM_NAMES = frozenset({"description", "amount", "fee_item", "quantity", "revenue"})

Name = Annotated[str, typer.Argument(metavar="RECEIPT")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE")]


def register(app: typer.Typer, language: Language) -> None:
    """Adds these commands."""
    groups = (
        (
            "receipt",
            _RECEIPT,
            (
                ("issue", _ISSUE, issue),
                ("void", _VOID, void),
                ("renumber", _RENUMBER, renumber),
                ("copy", _COPY, copy),
                ("print", _PRINT, print_receipt),
                ("notice", _NOTICE, notice),
            ),
        ),
        (
            "remittance",
            _REMITTANCE,
            (("days", _DAYS, days), ("close", _CLOSE, close), ("reopen", _REOPEN, reopen), ("print", _PRINT_REMITTANCE, print_remittance)),
        ),
    )
    for name, words, commands in groups:
        group = typer.Typer(help=say(words, language), no_args_is_help=False)
        for command_name, command_words, command in commands:
            group.command(command_name, help=say(command_words, language))(command)
        app.add_typer(group, name=name)


def issue(context: typer.Context) -> None:
    """Issues the receipt on standard input with the next number of this computer."""
    session = session_of(context)
    with session.office() as office:
        given = session.read_object(_EXAMPLE)
        row = office.receipts.issue(_draft(given), _items(given), session.stream)
        _print_receipt(session, row)


def void(context: typer.Context, receipt: Name, reason: Reason) -> None:
    """Voids a receipt."""
    session = session_of(context)
    with session.office() as office:
        _print_receipt(session, office.receipts.void(office.receipts.find(receipt).id, reason))


def renumber(context: typer.Context, receipt: Name) -> None:
    """Gives a receipt whose number is taken a new one."""
    session = session_of(context)
    with session.office() as office:
        former, number = office.numbering.renumber(receipt)
        session.print({"former": former, "number": number}, [session.say(_RENUMBERED, former=former, number=number)])


def copy(context: typer.Context, receipt: Name, out: Out = None) -> None:
    """Counts a copy and writes its PDF."""
    session = session_of(context)
    with session.office() as office:
        row = office.receipts.count_copy(office.receipts.find(receipt).id)
        written = write_pdf(office.papers.receipt_pdf(row.id), out) if out is not None else None
        _print_receipt(session, row, written)


def print_receipt(context: typer.Context, receipt: Name, out: Annotated[Path, typer.Option("--out", metavar="FILE")]) -> None:
    """Writes a receipt as PDF; one that was copied says so."""
    session = session_of(context)
    with session.office() as office:
        row = office.receipts.find(receipt)
        _print_receipt(session, row, write_pdf(office.papers.receipt_pdf(row.id), out))


def notice(
    context: typer.Context,
    notice_id: Annotated[str, typer.Argument(metavar="NOTICE")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE")],
) -> None:
    """Writes a notice to pay as PDF, with its code where the office says which account it is paid into."""
    session = session_of(context)
    with session.office() as office:
        row = office.records.get("payment_notice", notice_id)
        line = session.say(_NOTICED, payer=str(row.fields.get("payer", "")), amount=show_baht(amount_of(row.fields)))
        _print(session, row, line, write_pdf(office.papers.notice_pdf(row.id), out))


def days(context: typer.Context) -> None:
    """Prints the days that wait."""
    session = session_of(context)
    with session.office() as office:
        found = office.remittances.open_days(session.stream)
    shown = [{"day": one.day.isoformat(), "cashier": one.cashier, "receipts": one.count, "amount": one.amount} for one in found]
    session.print(shown, [f"{one.day.isoformat()}\t{one.cashier or '-'}\t{one.count}\t{show_baht(one.amount)}" for one in found])


def close(
    context: typer.Context,
    day: Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD")] = None,
    cashier: Annotated[str | None, typer.Option("--cashier", metavar="NAME")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT")] = "",
    out: Out = None,
) -> None:
    """Closes a cashier's day."""
    session = session_of(context)
    with session.office() as office:
        office.require_enrolment()
        on = _day(day) if day is not None else office.today
        row = office.remittances.close_day(on, cashier if cashier is not None else office.receipts.cashier, note)
        written = write_pdf(office.papers.remittance_pdf(row.id), out) if out is not None else None
        _print_remittance(session, row, written)


def reopen(context: typer.Context, remittance: Annotated[str, typer.Argument(metavar="REMITTANCE")], reason: Reason) -> None:
    """Opens a remittance again."""
    session = session_of(context)
    with session.office() as office:
        _print_remittance(session, office.remittances.reopen(remittance, reason))


def print_remittance(
    context: typer.Context,
    remittance: Annotated[str, typer.Argument(metavar="REMITTANCE")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE")],
) -> None:
    """Writes a remittance as PDF."""
    session = session_of(context)
    with session.office() as office:
        row = office.remittances.get(remittance)
        _print_remittance(session, row, write_pdf(office.papers.remittance_pdf(row.id), out))


def _draft(given: dict[str, Json]) -> ReceiptDraft:
    texts = {name: given[name] for name in _TEXTS if given.get(name) is not None}
    cash = given.get("cash_given")
    unknown = given.keys() - {*_TEXTS, "cash_given", "items"}
    means = texts.get("means", "cash")
    if unknown or not all(isinstance(text, str) for text in texts.values()) or not (cash is None or _is_satang(cash)):
        raise _not_a_receipt(", ".join(sorted(unknown)) or "payer, means, cash_given")
    if means not in {option.value for option in MEANS}:
        raise _not_a_receipt("means")
    values = {name: str(text) for name, text in texts.items()}
    payer = values.pop("payer", "")
    return ReceiptDraft(payer=payer, cash_given=cash if isinstance(cash, int) else None, **values)


def _items(given: dict[str, Json]) -> list[ItemDraft]:
    items = given.get("items")
    found = []
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict) or item.keys() - _ITEM_NAMES or not _is_satang(item.get("amount")):
            raise _not_a_receipt("items")
        amount, quantity = item["amount"], item.get("quantity")
        if not isinstance(amount, int) or not (quantity is None or (_is_satang(quantity) and quantity)):
            raise _not_a_receipt("items")
        found.append(
            ItemDraft(
                str(item.get("description", "")),
                amount,
                _id(item.get("fee_item")),
                quantity if isinstance(quantity, int) else None,
                _id(item.get("revenue")),
            )
        )
    return found


def _id(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_satang(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _not_a_receipt(name: str) -> Correctable:
    return Correctable(
        Words("ข้อมูลใบเสร็จใช้ไม่ได้", "Not a receipt"),
        Words(
            "อ่านข้อมูลใบเสร็จที่ {name} ไม่ได้ ยังไม่ได้ออกใบเสร็จ ตัวอย่าง {example}",
            "The receipt cannot be read at {name}; none was issued. Example: {example}",
        ).filled(name=name, example=_EXAMPLE),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Correctable(
            Words("วันที่ใช้ไม่ได้", "Not a day"),
            Words(
                "“{text}” ไม่ใช่วันที่ ไม่มีอะไรเปลี่ยนแปลง ตัวอย่าง 2026-11-22", "“{text}” is no day; nothing was changed. Example: 2026-11-22"
            ).filled(text=text),
        ) from None


def _print_receipt(session: Session, row: Row, written: Path | None = None) -> None:
    fields = row.fields
    values = {name: str(fields.get(name, "")) for name in ("book", "number", "payer", "state")}
    line = session.say(_LINE, amount=show_baht(amount_of(fields)), **values)
    _print(session, row, line, written)


def _print_remittance(session: Session, row: Row, written: Path | None = None) -> None:
    fields, total = row.fields, row.fields.get("total")
    values = {"day": str(fields.get("day", "")), "cashier": str(fields.get("cashier", "")), "state": str(fields.get("state", ""))}
    amount = show_baht(total if isinstance(total, int) else 0)
    _print(session, row, session.say(_REMITTED, count=str(fields.get("receipt_count", 0)), amount=amount, **values), written)


def _print(session: Session, row: Row, line: str, written: Path | None) -> None:
    shown = row.as_json() if written is None else {**row.as_json(), "file": str(written)}
    session.print(shown, [f"{row.id}\t{line}", *([str(written)] if written else [])])
