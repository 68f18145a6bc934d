"""The acknowledgement slip (ใบรับคำขอ): what was filed, what is still missing, by when it will be answered, and how to ask.

The Licensing Facilitation Act B.E. 2558, section 8: where papers are missing the applicant is told at once, in a record of all that is missing and by when
to bring it, signed by both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from desktop.reports.pdf.paper import PaperChoice, PaperKind, Sheet, drawn, height_of
from desktop.reports.pdf.receipt import OfficeHead, draw_head
from records.thai.dates import show_date_long, show_moment
from records.words import Language, Words, say

SLIP = Words("ใบรับคำขอ", "Acknowledgement")
COPY = Words("สำเนา", "Copy")
TRACKING = Words("เลขที่คำขอ", "Tracking number")
RECEIVED = Words("รับเมื่อ", "Received")
SERVICE = Words("งานบริการ", "Service")
SUBJECT = Words("เรื่อง", "Subject")
APPLICANT = Words("ผู้ยื่นคำขอ", "Applicant")
PHONE = Words("โทรศัพท์", "Telephone")
PLACE = Words("สถานที่", "Place")
DIVISION = Words("หน่วยงาน", "Division")
DUE = Words("กำหนดแล้วเสร็จ", "Due")
FEE = Words("ค่าธรรมเนียม", "Fee")
HAVE = Words("เอกสารที่ได้รับ", "Papers received")
MISSING = Words("เอกสารที่ยังขาด โปรดนำมายื่นเพิ่มเติม", "Papers still missing")
MISSING_BY = Words("เอกสารที่ยังขาด โปรดนำมายื่นภายในวันที่ {day}", "Papers still missing, to be brought by {day}")
COMPLETE = Words("เอกสารครบถ้วน", "All papers are here")
NO_PAPERS = Words("งานบริการนี้ไม่ต้องใช้เอกสารประกอบ", "This service needs no papers")
LAW = Words(
    "แจ้งตาม พ.ร.บ. การอำนวยความสะดวกในการพิจารณาอนุญาตของทางราชการ พ.ศ. 2558 มาตรา 8 "
    "หากไม่ยื่นเอกสารเพิ่มเติมภายในกำหนด เจ้าหน้าที่จะคืนคำขอพร้อมแจ้งเหตุผล",
    "Told under section 8 of the Licensing Facilitation Act B.E. 2558. Where the papers do not come in time the request is returned with the reason.",
)
ASK = Words("สอบถามความคืบหน้าโดยแจ้งเลขที่คำขอ หรือสแกนคิวอาร์โค้ด", "Ask how it goes by the tracking number or the QR code")
SIGN = Words("ลงชื่อ", "Signed")
OFFICER = Words("เจ้าหน้าที่ผู้รับคำขอ", "Receiving officer")

_LANGUAGE = Language.THAI
QR_MM = 26.0
"""The side of the QR code, its quiet zone included."""


@dataclass(frozen=True)
class SlipDocument:
    """One paper the service asks for."""

    name: str
    is_received: bool
    note: str = ""


@dataclass(frozen=True)
class SlipPaper:
    """Everything an acknowledgement slip says."""

    office: OfficeHead
    tracking: str
    received_at: datetime
    """Aware UTC."""
    service: str
    applicant: str
    documents: Sequence[SlipDocument] = ()
    """Those needed; what is not needed is left out."""
    subject: str = ""
    """Left out where it is the service's name."""
    phone: str = ""
    place: str = ""
    division: str = ""
    officer: str = ""
    due: date | None = None
    missing_by: date | None = None
    """By when missing papers are to be brought; None when nothing is missing or no day was set."""
    fee: str = ""
    """The fee in words, such as `20.00 บาท` or `ไม่มีค่าธรรมเนียม`; empty to say nothing of it."""
    is_copy: bool = False
    qr: str = ""
    """What the QR code holds; empty for the tracking number itself."""


def acknowledgement_pdf(paper: SlipPaper, choice: PaperChoice) -> bytes:
    """The slip as a PDF; pre-printed paper is for receipts, so a slip goes on A5 there."""
    if choice.kind is PaperKind.PREPRINTED:
        choice = PaperChoice(PaperKind.A5)
    return drawn(choice, f"{_said(SLIP)} {paper.tracking}", lambda sheet: _draw(sheet, paper))


def _said(words: Words, **values: object) -> str:
    return say(words, _LANGUAGE, **values)


def _draw(sheet: Sheet, paper: SlipPaper) -> None:
    size = 11.0 if sheet.is_roll else 12.0
    draw_head(sheet, paper.office, SLIP, [_said(COPY)] if paper.is_copy else [])
    code_ends = _draw_number(sheet, paper)
    subject = paper.subject if paper.subject != paper.service else ""
    facts = (
        (RECEIVED, show_moment(paper.received_at, _LANGUAGE)), (SERVICE, paper.service), (SUBJECT, subject), (APPLICANT, paper.applicant),
        (PHONE, paper.phone), (PLACE, paper.place), (DIVISION, paper.division), (FEE, paper.fee),
        (DUE, show_date_long(paper.due, _LANGUAGE) if paper.due else ""),
    )  # fmt: skip
    shown = [(_said(label), value) for label, value in facts if value]
    indent = max(sheet.width_of(label, size) for label, _ in shown) + 3
    for label, value in shown:
        width = sheet.inner - QR_MM - 2 if sheet.y < code_ends else None
        sheet.pair(label, value, size=size, label_width=indent, bold=label == _said(DUE), width=width)
    sheet.y += 1.5
    _draw_documents(sheet, paper, size)
    sheet.y += 2
    sheet.put(_said(ASK), size=size - 1)
    sheet.needs(4 * height_of(size))
    sheet.y += 6
    _draw_signatures(sheet, paper, size)


def _draw_number(sheet: Sheet, paper: SlipPaper) -> float:
    """The tracking number, large, with its QR code at the right or above it; returns where the code beside the next lines ends."""
    if sheet.is_roll:
        sheet.qr(paper.qr or paper.tracking, (sheet.width - QR_MM) / 2, sheet.y, QR_MM)
        sheet.y += QR_MM
        sheet.put(paper.tracking, size=15, bold=True, align="C")
        return 0.0
    top = sheet.y
    sheet.qr(paper.qr or paper.tracking, sheet.margin + sheet.inner - QR_MM, top - 2, QR_MM)
    sheet.y += sheet.line(_said(TRACKING), size=12)
    sheet.y += sheet.line(paper.tracking, width=sheet.inner - QR_MM - 2, size=19, bold=True)
    return top - 2 + QR_MM


def _draw_documents(sheet: Sheet, paper: SlipPaper, size: float) -> None:
    received = [one for one in paper.documents if one.is_received]
    missing = [one for one in paper.documents if not one.is_received]
    if not paper.documents:
        sheet.put(_said(NO_PAPERS), size=size)
        return
    if received:
        sheet.put(_said(HAVE), size=size, bold=True)
        _draw_list(sheet, received, size)
    if not missing:
        sheet.put(_said(COMPLETE), size=size, bold=True)
        return
    words = _said(MISSING_BY, day=show_date_long(paper.missing_by, _LANGUAGE)) if paper.missing_by else _said(MISSING)
    sheet.y += 1
    sheet.put(words, size=size, bold=True)
    _draw_list(sheet, missing, size)
    sheet.put(_said(LAW), size=size - 2)


def _draw_list(sheet: Sheet, documents: Sequence[SlipDocument], size: float) -> None:
    indent = 6.0
    for one in documents:
        text = f"{one.name} ({one.note})" if one.note else one.name
        parts = sheet.wrapped(text, sheet.inner - indent, size)
        sheet.needs(len(parts) * height_of(size))
        side = 3.2
        sheet.box(sheet.margin + 0.5, sheet.y + (height_of(size) - side) / 2, side, side, is_checked=one.is_received)
        for part in parts:
            sheet.y += sheet.line(part, x=sheet.margin + indent, size=size)


def _draw_signatures(sheet: Sheet, paper: SlipPaper, size: float) -> None:
    signers = [(paper.officer, OFFICER)]
    if any(not one.is_received for one in paper.documents):
        # Section 8: the applicant signs that the missing papers were told.
        signers.append((paper.applicant, APPLICANT))
    if sheet.is_roll:
        for name, role in signers:
            _draw_signature(sheet, name, role, sheet.margin, sheet.inner, size)
            sheet.y += 6
        return
    top, width = sheet.y, sheet.inner / 2
    for place, (name, role) in enumerate(signers):
        sheet.y = top
        _draw_signature(sheet, name, role, sheet.margin + (width * place if len(signers) > 1 else width), width, size)


def _draw_signature(sheet: Sheet, name: str, role: Words, x: float, width: float, size: float) -> None:
    sheet.y += sheet.line(f"{_said(SIGN)} {'.' * 30}", x=x, width=width, size=size, align="C")
    sheet.y += sheet.line(f"({name})" if name else f"({'.' * 34})", x=x, width=width, size=size, align="C")
    sheet.y += sheet.line(_said(role), x=x, width=width, size=size, align="C")
