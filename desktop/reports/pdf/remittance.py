"""The remittance (ใบนำส่งเงิน) on paper: a cashier's receipts of one day, their sums per means and per kind of revenue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop.reports.pdf.paper import PaperChoice, PaperKind, Sheet, drawn, height_of
from desktop.reports.pdf.receipt import OfficeHead, draw_head
from records.thai.dates import show_date_long
from records.thai.money import baht_text, show_baht
from records.words import Language, Words, say

TITLE = Words("ใบนำส่งเงิน", "Remittance")
NOT_CLOSED = Words("ยังไม่ปิดยอด", "Not closed")
DAY = Words("ประจำวันที่ {day}", "Of {day}")
ROUND = Words("ครั้งที่ {round}", "Round {round}")
FROM = Words("ผู้นำส่ง", "Handed over by")
NUMBER = Words("เล่ม/เลขที่", "Book/number")
PAYER = Words("ได้รับเงินจาก", "Received from")
MEANS = Words("ชำระโดย", "Means")
AMOUNT = Words("จำนวนเงิน (บาท)", "Amount (baht)")
VOID = Words("ยกเลิก", "Void")
TOTAL = Words("รวม {count} ฉบับ เป็นเงิน", "{count} receipts, in all")
VOID_COUNT = Words("ยกเลิก {count} ฉบับ", "{count} void")
PER_MEANS = Words("แยกตามวิธีชำระ", "Per means")
PER_REVENUE = Words("แยกตามประเภทรายได้", "Per kind of revenue")
SIGN = Words("ลงชื่อ", "Signed")
GIVER = Words("ผู้นำส่ง", "Handed over by")
TAKER = Words("ผู้รับเงินนำส่ง", "Received by")

_LANGUAGE = Language.THAI


@dataclass(frozen=True)
class RemittanceLine:
    """One receipt as listed."""

    number: str
    """`1/14`: book and number."""
    payer: str
    means: str
    amount: int
    """Satang."""
    is_void: bool = False


@dataclass(frozen=True)
class RemittancePaper:
    """Everything a remittance says."""

    office: OfficeHead
    day: date
    cashier: str
    round: int
    lines: Sequence[RemittanceLine]
    per_means: Sequence[tuple[str, int]]
    """Label and satang."""
    per_revenue: Sequence[tuple[str, int]]
    total: int
    """Satang of the receipts that stand."""
    is_closed: bool


def remittance_pdf(paper: RemittancePaper) -> bytes:
    """The remittance as a PDF on A4."""
    title = f"{_said(TITLE)} {_said(DAY, day=show_date_long(paper.day, _LANGUAGE))}"
    return drawn(PaperChoice(PaperKind.A4), title, lambda sheet: _draw(sheet, paper))


def _said(words: Words, **values: object) -> str:
    return say(words, _LANGUAGE, **values)


def _draw(sheet: Sheet, paper: RemittancePaper) -> None:
    draw_head(sheet, paper.office, TITLE, [] if paper.is_closed else [_said(NOT_CLOSED)])
    sheet.ends(_said(DAY, day=show_date_long(paper.day, _LANGUAGE)), _said(ROUND, round=paper.round))
    sheet.pair(_said(FROM), paper.cashier)
    sheet.y += 2
    _draw_lines(sheet, paper)
    sheet.y += 3
    for label, sums in ((PER_MEANS, paper.per_means), (PER_REVENUE, paper.per_revenue)):
        sheet.needs((len(sums) + 1) * height_of(13))
        sheet.put(_said(label), bold=True)
        for name, amount in sums:
            sheet.ends(name, show_baht(amount))
        sheet.y += 2
    sheet.needs(5 * height_of(13))
    sheet.y += 8
    top = sheet.y
    for place, (name, role) in enumerate(((paper.cashier, GIVER), ("", TAKER))):
        sheet.y = top
        width = sheet.inner / 2
        x = sheet.margin + width * place
        for text in (f"{_said(SIGN)} {'.' * 36}", f"({name or '.' * 40})", _said(role)):
            sheet.y += sheet.line(text, x=x, width=width, align="C")


def _draw_lines(sheet: Sheet, paper: RemittancePaper) -> None:
    left, size = sheet.margin, 12.0
    columns = ((NUMBER, left, 26.0), (PAYER, left + 28, 78.0), (MEANS, left + 108, 26.0), (AMOUNT, left + sheet.inner - 34, 34.0))

    def headings() -> None:
        sheet.rule()
        for label, x, width in columns:
            sheet.line(_said(label), x=x, width=width, size=size, bold=True, align="R" if label is AMOUNT else "L")
        sheet.y += height_of(size)
        sheet.rule()
        sheet.y += 0.7

    headings()
    for line in paper.lines:
        if sheet.needs(height_of(size)):
            headings()
        cells = (line.number, line.payer, line.means, _said(VOID) if line.is_void else show_baht(line.amount))
        for (label, x, width), text in zip(columns, cells, strict=True):
            sheet.line(text, x=x, width=width, size=size, align="R" if label is AMOUNT else "L", red=line.is_void and label is AMOUNT)
        sheet.y += height_of(size)
    sheet.needs(3 * height_of(13))
    sheet.rule()
    void = sum(line.is_void for line in paper.lines)
    sheet.ends(_said(TOTAL, count=len(paper.lines) - void), show_baht(paper.total), bold=True)
    sheet.put(f"({baht_text(paper.total)})")
    if void:
        sheet.put(_said(VOID_COUNT, count=void))
