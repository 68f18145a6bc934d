"""What an office tells a citizen about a request, in writing: what is missing, by when it answers, what it costs."""

from collections.abc import Sequence
from datetime import date

from records.thai.dates import show_date_long
from records.thai.money import show_baht
from records.words import Language, Words

_MISSING = Words(
    "แจ้งเอกสารที่ยังขาด\nเรื่อง {service}\nผู้ยื่นคำขอ {applicant}\n{number}โปรดนำเอกสารต่อไปนี้มายื่นเพิ่มเติม\n{papers}\n"
    "ระยะเวลาพิจารณาจะนับต่อเมื่อได้รับเอกสารครบถ้วน\n"
    "แจ้งตาม พ.ร.บ. การอำนวยความสะดวกในการพิจารณาอนุญาตของทางราชการ พ.ศ. 2558 มาตรา 8",
    "Papers still missing\nConcerning: {service}\nApplicant: {applicant}\n{number}Please bring in addition\n{papers}\n"
    "The time for the decision runs on when all papers are here.\n"
    "Told under section 8 of the Licensing Facilitation Act B.E. 2558.",
)
_NUMBER = Words("เลขที่คำขอ {tracking}\n", "Tracking number: {tracking}\n")
_DUE = Words("กำหนดแล้วเสร็จภายใน {day}", "To be answered by {day}")
_NO_DUE = Words("งานบริการนี้ไม่ได้กำหนดระยะเวลา", "This service promises no time")
_FEE = Words("ค่าธรรมเนียม {amount} บาท", "Fee {amount} baht")
_FREE = Words("ไม่มีค่าธรรมเนียม", "Free of charge")


def missing_words(missing: Sequence[str], *, service: str, applicant: str, tracking: str = "") -> Words:
    """The text that is given at once when papers are missing (Licensing Facilitation Act 2558, section 8); several lines.

    `tracking` is empty before the request has its number.
    """
    number = _NUMBER.filled(tracking=tracking) if tracking else Words("", "")
    papers = "\n".join(f"{place}. {name}" for place, name in enumerate(missing, 1))
    return _MISSING.filled(service=service or "-", applicant=applicant or "-", number=number, papers=papers)


def due_words(due: date | None) -> Words:
    """By when it is answered, in a sentence."""
    if due is None:
        return _NO_DUE
    return _DUE.filled(day=Words(show_date_long(due, Language.THAI), show_date_long(due, Language.ENGLISH)))


def fee_words(fee: int | None, rule: str = "") -> Words | None:
    """The fee in a sentence; `fee` in satang, None where the rule says it or nothing does."""
    if fee is None:
        return Words(rule, rule) if rule else None
    return _FEE.filled(amount=show_baht(fee)) if fee else _FREE
