"""The notice to pay (ใบแจ้งชำระเงิน): what is owed, by when, and the code by which any bank's app pays it."""

from dataclasses import dataclass
from datetime import date

from desktop.reports.pdf.paper import PaperChoice, PaperKind, Sheet, drawn
from desktop.reports.pdf.receipt import OfficeHead, draw_head
from records.thai.dates import show_date_long
from records.thai.money import show_baht
from records.words import Language, Words, say

NOTICE = Words("ใบแจ้งชำระเงิน", "Payment notice")
NUMBER = Words("เลขที่", "Number")
PAYER = Words("ผู้ชำระเงิน", "Payer")
ITEMS = Words("รายการ", "Items")
AMOUNT = Words("จำนวนเงิน", "Amount")
BAHT = Words("{amount} บาท", "{amount} baht")
DUE = Words("ชำระภายในวันที่", "Pay by")
PAY = Words("สแกนคิวอาร์โค้ดด้วยแอปของธนาคารใดก็ได้ ตรวจชื่อผู้รับเงินก่อนยืนยัน", "Scan with the app of any bank; check the payee's name")
COUNTER = Words("ชำระได้ที่เคาน์เตอร์ของหน่วยงาน", "Pay at the counter of the office")
NO_RECEIPT = Words("ใบแจ้งนี้ไม่ใช่ใบเสร็จรับเงิน", "This notice is no receipt")

_LANGUAGE = Language.THAI
_QR_MM = 42.0


@dataclass(frozen=True)
class NoticePaper:
    """Everything a notice says."""

    office: OfficeHead
    number: str
    payer: str
    description: str
    amount: int
    """Satang."""
    due: date | None = None
    qr: str = ""
    """The text of the code; empty where no account to pay into is known."""


def notice_pdf(paper: NoticePaper, choice: PaperChoice) -> bytes:
    """The notice as a PDF; pre-printed paper is for receipts, so a notice goes on A5 there."""
    if choice.kind is PaperKind.PREPRINTED:
        choice = PaperChoice(PaperKind.A5)
    return drawn(choice, f"{say(NOTICE, _LANGUAGE)} {paper.number}", lambda sheet: _draw(sheet, paper))


def _draw(sheet: Sheet, paper: NoticePaper) -> None:
    size = 11.0 if sheet.is_roll else 13.0
    draw_head(sheet, paper.office, NOTICE)
    facts = (
        (NUMBER, paper.number), (PAYER, paper.payer), (ITEMS, paper.description),
        (AMOUNT, say(BAHT, _LANGUAGE, amount=show_baht(paper.amount))),
        (DUE, show_date_long(paper.due, _LANGUAGE) if paper.due else ""),
    )  # fmt: skip
    shown = [(say(label, _LANGUAGE), value, label is AMOUNT) for label, value in facts if value]
    indent = max(sheet.width_of(label, size) for label, _, _ in shown) + 3
    for label, value, is_bold in shown:
        sheet.pair(label, value, size=size, label_width=indent, bold=is_bold)
    sheet.y += 3
    if paper.qr:
        sheet.needs(_QR_MM + 12)
        sheet.qr(paper.qr, (sheet.width - _QR_MM) / 2, sheet.y, _QR_MM)
        sheet.y += _QR_MM + 1
    sheet.put(say(PAY if paper.qr else COUNTER, _LANGUAGE), size=size - 1, align="C")
    sheet.put(say(NO_RECEIPT, _LANGUAGE), size=size - 1, align="C")
