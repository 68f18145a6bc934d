"""The receipt (ใบเสร็จรับเงิน) on paper: A5, A4, an 80 mm roll, or the office's own pre-printed form. Always in Thai: it is an official paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop.reports.pdf.paper import PaperChoice, PaperKind, Sheet, drawn, height_of
from records.thai.dates import show_date_long
from records.thai.money import baht_text, show_baht
from records.words import Language, Words, say

RECEIPT = Words("ใบเสร็จรับเงิน", "Receipt")
COPY = Words("สำเนา", "Copy")
COPY_NUMBER = Words("สำเนา ครั้งที่ {count}", "Copy {count}")
VOID = Words("ยกเลิก", "Void")
VOID_BECAUSE = Words("ยกเลิก: {reason}", "Void: {reason}")
BOOK = Words("เล่มที่ {book}", "Book {book}")
NUMBER = Words("เลขที่ {number}", "Number {number}")
DAY = Words("วันที่ {day}", "{day}")
RECEIVED_FROM = Words("ได้รับเงินจาก", "Received from")
PAYER_ID = Words("เลขประจำตัว", "Id")
ORDER = Words("ที่", "No.")
ITEM = Words("รายการ", "Item")
QUANTITY = Words("จำนวน", "Quantity")
AMOUNT = Words("จำนวนเงิน (บาท)", "Amount (baht)")
TOTAL = Words("รวมเป็นเงิน", "Total")
IN_WORDS = Words("({text})", "({text})")
PAID_BY = Words("ชำระโดย", "Paid by")
GIVEN = Words("รับเงินมา", "Cash given")
CHANGE = Words("เงินทอน", "Change")
CORRECT = Words("ไว้เป็นการถูกต้องแล้ว", "Received in full")
SIGN = Words("ลงชื่อ", "Signed")
CASHIER = Words("ผู้รับเงิน", "Cashier")
TRACKING = Words("เลขที่คำขอ {tracking}", "Request {tracking}")
BAHT = Words("{amount} บาท", "{amount} baht")

_LANGUAGE = Language.THAI


@dataclass(frozen=True)
class OfficeHead:
    """What stands at the head of every paper of an office."""

    name: str
    place: str = ""
    """Its address in one line; empty when unknown."""
    phone: str = ""


@dataclass(frozen=True)
class ReceiptLine:
    """One item as printed."""

    description: str
    amount: int
    """Satang."""
    quantity: str = ""
    """`2 ฉบับ`; empty for one."""


@dataclass(frozen=True)
class ReceiptPaper:
    """Everything a receipt says."""

    office: OfficeHead
    book: str
    number: int
    fiscal_year: int
    issued_on: date
    payer: str
    lines: Sequence[ReceiptLine]
    amount: int
    """Satang."""
    means: str
    """How it was paid, in Thai, the number of a cheque included."""
    cashier: str
    payer_id: str = ""
    cash_given: int | None = None
    """Satang; None where it was not asked."""
    tracking: str = ""
    """The tracking number of the request, also as QR; empty for none."""
    copy: int = 0
    """0: the first paper; else which copy this is."""
    void_reason: str | None = None
    """None while it stands."""


def receipt_pdf(paper: ReceiptPaper, choice: PaperChoice) -> bytes:
    """The receipt as a PDF for the paper the desk prints on."""
    title = f"{_said(RECEIPT)} {_said(BOOK, book=paper.book)} {_said(NUMBER, number=paper.number)}"
    draw = {PaperKind.ROLL: _draw_roll, PaperKind.PREPRINTED: _draw_into_form}.get(choice.kind, _draw_sheet)
    return drawn(choice, title, lambda sheet: draw(sheet, paper))


def _said(words: Words, **values: object) -> str:
    return say(words, _LANGUAGE, **values)


def draw_head(sheet: Sheet, office: OfficeHead, title: Words, marks: Sequence[str] = ()) -> None:
    """Draws the head of a paper: marks (copy, void) at the upper right, the office, its place, what the paper is."""
    for number, mark in enumerate(marks):
        height = height_of(13)
        width = sheet.width_of(mark, 13, bold=True) + 6
        top = sheet.y + number * (height + 1)
        left = sheet.margin + sheet.inner - width
        sheet.box(left, top, width, height)
        sheet.line(mark, x=left, y=top, width=width, size=13, bold=True, align="C", red=True)
    sheet.y += len(marks) * (height_of(13) + 1)
    sheet.put(office.name, size=16 if not sheet.is_roll else 13, bold=True, align="C")
    for text in filter(None, (office.place, office.phone)):
        sheet.put(text, size=11 if not sheet.is_roll else 10, align="C")
    sheet.y += 1
    sheet.put(_said(title), size=18 if not sheet.is_roll else 15, bold=True, align="C")
    sheet.y += 1


def _marks(paper: ReceiptPaper) -> list[str]:
    marks = [_said(COPY_NUMBER if paper.copy > 1 else COPY, count=paper.copy)] if paper.copy else []
    return [*marks, _said(VOID)] if paper.void_reason is not None else marks


def _draw_sheet(sheet: Sheet, paper: ReceiptPaper) -> None:
    draw_head(sheet, paper.office, RECEIPT, _marks(paper))
    sheet.ends(_said(BOOK, book=paper.book), _said(NUMBER, number=f"{paper.number}/{paper.fiscal_year}"), size=13)
    sheet.y += sheet.line(_said(DAY, day=show_date_long(paper.issued_on, _LANGUAGE)), align="R")
    sheet.y += 1
    sheet.pair(_said(RECEIVED_FROM), paper.payer, bold=True)
    if paper.payer_id:
        sheet.pair(_said(PAYER_ID), paper.payer_id)
    sheet.y += 1.5
    _draw_table(sheet, paper)
    sheet.y += 2
    sheet.pair(_said(PAID_BY), paper.means)
    if paper.cash_given is not None:
        change = _said(BAHT, amount=show_baht(paper.cash_given - paper.amount))
        sheet.ends(f"{_said(GIVEN)} {_said(BAHT, amount=show_baht(paper.cash_given))}", f"{_said(CHANGE)} {change}", size=12)
    sheet.put(_said(CORRECT))
    if paper.void_reason is not None:
        sheet.put(_said(VOID_BECAUSE, reason=paper.void_reason), bold=True, red=True)
    _draw_foot(sheet, paper)


def _draw_table(sheet: Sheet, paper: ReceiptPaper) -> None:
    size, amount_width, order_width = 13.0, 34.0, 9.0
    quantity_width = 22.0 if any(line.quantity for line in paper.lines) else 0.0
    text_width = sheet.inner - amount_width - order_width - quantity_width
    left = sheet.margin
    quantity_left, amount_left = left + order_width + text_width, left + sheet.inner - amount_width

    def headings() -> None:
        sheet.rule()
        sheet.line(_said(ORDER), width=order_width - 2, size=12, bold=True, align="C")
        sheet.line(_said(ITEM), x=left + order_width, size=12, bold=True)
        if quantity_width:
            sheet.line(_said(QUANTITY), x=quantity_left, width=quantity_width, size=12, bold=True, align="R")
        sheet.y += sheet.line(_said(AMOUNT), x=amount_left, width=amount_width, size=12, bold=True, align="R")
        sheet.rule()
        sheet.y += 0.7

    headings()
    for number, line in enumerate(paper.lines, start=1):
        parts = sheet.wrapped(line.description, text_width - 1, size)
        if sheet.needs(len(parts) * height_of(size)):
            headings()
        sheet.line(str(number), width=order_width - 2, size=size, align="C")
        if quantity_width:
            sheet.line(line.quantity, x=quantity_left, width=quantity_width, size=size, align="R")
        sheet.line(show_baht(line.amount), x=amount_left, width=amount_width, size=size, align="R")
        for part in parts:
            sheet.y += sheet.line(part, x=left + order_width, width=text_width, size=size)
    sheet.needs(3 * height_of(size))
    sheet.rule()
    sheet.line(_said(TOTAL), x=left + order_width, size=size, bold=True)
    sheet.y += sheet.line(show_baht(paper.amount), x=amount_left, width=amount_width, size=size, bold=True, align="R")
    sheet.rule()
    sheet.put(_said(IN_WORDS, text=baht_text(paper.amount)), size=size, align="C")


def _draw_foot(sheet: Sheet, paper: ReceiptPaper) -> None:
    side = 24.0
    sheet.needs(side + 6)
    sheet.y += 4
    top = sheet.y
    middle = sheet.margin + sheet.inner / 2
    half = sheet.inner / 2
    sheet.y = top + 4
    sheet.y += sheet.line(f"{_said(SIGN)} {'.' * 34}", x=middle, width=half, align="C")
    sheet.y += sheet.line(f"({paper.cashier})", x=middle, width=half, align="C")
    sheet.y += sheet.line(_said(CASHIER), x=middle, width=half, align="C")
    if paper.tracking:
        sheet.qr(paper.tracking, sheet.margin, top - 2, side)
        sheet.line(_said(TRACKING, tracking=paper.tracking), y=top + side - 3, width=half, size=10)
    sheet.y = max(sheet.y, top + side + 2)


def _draw_roll(sheet: Sheet, paper: ReceiptPaper) -> None:
    size = 11.0
    draw_head(sheet, paper.office, RECEIPT, _marks(paper))
    sheet.ends(_said(BOOK, book=paper.book), _said(NUMBER, number=f"{paper.number}/{paper.fiscal_year}"), size=size)
    sheet.put(_said(DAY, day=show_date_long(paper.issued_on, _LANGUAGE)), size=size)
    sheet.pair(_said(RECEIVED_FROM), paper.payer, size=size, bold=True)
    if paper.payer_id:
        sheet.pair(_said(PAYER_ID), paper.payer_id, size=size)
    sheet.rule(is_dotted=True)
    for line in paper.lines:
        text = f"{line.description} ({line.quantity})" if line.quantity else line.description
        parts = sheet.wrapped(text, sheet.inner - 22, size)
        sheet.line(show_baht(line.amount), size=size, align="R")
        for part in parts:
            sheet.y += sheet.line(part, width=sheet.inner - 22, size=size)
    sheet.rule(is_dotted=True)
    sheet.ends(_said(TOTAL), show_baht(paper.amount), size=13, bold=True)
    sheet.put(_said(IN_WORDS, text=baht_text(paper.amount)), size=size, align="C")
    sheet.pair(_said(PAID_BY), paper.means, size=size)
    if paper.cash_given is not None:
        sheet.ends(_said(GIVEN), show_baht(paper.cash_given), size=size)
        sheet.ends(_said(CHANGE), show_baht(paper.cash_given - paper.amount), size=size)
    if paper.void_reason is not None:
        sheet.put(_said(VOID_BECAUSE, reason=paper.void_reason), size=size, bold=True, red=True)
    sheet.y += 7
    sheet.put(f"{_said(SIGN)} {'.' * 30}", size=size, align="C")
    sheet.put(f"({paper.cashier})", size=size, align="C")
    sheet.put(_said(CASHIER), size=size, align="C")
    if paper.tracking:
        side = 26.0
        sheet.qr(paper.tracking, (sheet.width - side) / 2, sheet.y + 1, side)
        sheet.y += side + 1
        sheet.put(_said(TRACKING, tracking=paper.tracking), size=10, align="C")


FORM_MM = {
    "copy": (8.0, 8.0, 60.0), "book": (26.0, 36.0, 30.0), "number": (112.0, 36.0, 30.0), "day": (80.0, 46.0, 62.0),
    "payer": (34.0, 56.0, 106.0), "items": (12.0, 78.0, 90.0), "amounts": (104.0, 78.0, 34.0), "total": (104.0, 138.0, 34.0),
    "words": (20.0, 148.0, 90.0), "means": (34.0, 158.0, 70.0), "cashier": (76.0, 186.0, 62.0),
}  # fmt: skip
"""Where the fields of the pre-printed form lie on A5: left edge, top and width. A desk moves all of them with its own offset."""


def _draw_into_form(sheet: Sheet, paper: ReceiptPaper) -> None:
    """Only what is filled in: lines, titles and the emblem are on the paper already."""

    def put(name: str, text: str, *, align: str = "L", size: float = 13, bold: bool = False) -> None:
        x, y, width = FORM_MM[name]
        sheet.line(text, x=x, y=y, width=width, size=size, bold=bold, align="R" if align == "R" else "C" if align == "C" else "L")

    if marks := _marks(paper):
        put("copy", " ".join(marks), bold=True)
    put("book", paper.book)
    put("number", str(paper.number))
    put("day", show_date_long(paper.issued_on, _LANGUAGE))
    put("payer", paper.payer)
    x, top, width = FORM_MM["items"]
    room = int((FORM_MM["total"][1] - top) / height_of(13))
    rows = [
        (part, line.amount if first == 0 else None)
        for line in paper.lines
        for first, part in enumerate(sheet.wrapped(line.description, width, 13))
    ]
    fits = rows if len(rows) <= room else [(_said(ITEMS_TOGETHER, count=len(paper.lines)), paper.amount)]
    for number, (text, amount) in enumerate(fits):
        y = top + number * height_of(13)
        sheet.line(text, x=x, y=y, width=width)
        if amount is not None:
            amount_x, _, amount_width = FORM_MM["amounts"]
            sheet.line(show_baht(amount), x=amount_x, y=y, width=amount_width, align="R")
    put("total", show_baht(paper.amount), align="R", bold=True)
    put("words", baht_text(paper.amount), align="C")
    put("means", paper.means)
    put("cashier", f"({paper.cashier})", align="C")


ITEMS_TOGETHER = Words("ค่าธรรมเนียมและรายได้รวม {count} รายการ", "{count} fees together")
