"""Baht, held as whole satang: read from forms and sheets, shown with commas, and said in words for receipts and cheques."""

import re

from records.errors import FieldError
from records.thai.numerals import to_arabic
from records.thai.text import mend
from records.words import Words

MAX_SATANG = 2**53 - 1
"""The largest amount that crosses the wire exactly (protocol.md)."""

_AMOUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]*)(?:\.([0-9]*))?")
_DASHES = re.compile("[-‐‑‒–—―−]")
_UNIT = re.compile(r"^(?:฿|THB) ?| ?(?:\.-)? ?(?:บาท(?:ถ้วน)?|฿|THB|baht)\.?$| ?\.-$", re.IGNORECASE)
_SIGN = re.compile(r"- ?")


def parse_baht(text: str) -> int:
    """Reads an amount of baht as satang: `1,632,820`, `๑,๐๐๐.๕๐`, `฿1,000`, `1000 บาท`, `1,000.-`, `-5`, `(5.00)` for minus five.

    Raises FieldError when it is empty, not an amount, has more than two decimals or misplaced commas, or is too large.
    """
    cleaned = _DASHES.sub("-", to_arabic(mend(text)))
    is_negative = False
    if cleaned.startswith("(") and cleaned.endswith(")"):
        cleaned, is_negative = cleaned[1:-1].strip(), True
    cleaned = _UNIT.sub("", cleaned)
    sign = _SIGN.match(cleaned)
    if sign and not is_negative:
        cleaned, is_negative = cleaned[sign.end() :], True
    cleaned = _UNIT.sub("", cleaned)
    match = _AMOUNT.fullmatch(cleaned)
    if match is None or not (match[1] or match[2]):
        raise FieldError(
            Words("อ่านจำนวนเงินไม่ได้ ให้พิมพ์เป็นตัวเลข เช่น 1,250.50", "This is not an amount of money. Type digits, for example 1,250.50.")
        )
    decimals = match[2] or ""
    if len(decimals) > 2:
        raise FieldError(Words("จำนวนเงินมีทศนิยมได้ไม่เกิน 2 ตำแหน่ง (สตางค์)", "An amount of baht has at most 2 decimals (satang)."))
    whole = re.sub("[, ]", "", match[1]).lstrip("0")
    if len(whole) > 14 or (satang := int(whole + decimals.ljust(2, "0"))) > MAX_SATANG:
        raise FieldError(Words("จำนวนเงินต้องไม่เกิน {most} บาท", "An amount may be {most} baht at most.").filled(most=show_baht(MAX_SATANG)))
    return -satang if is_negative else satang


def parse_baht_cell(text: str) -> int | None:
    """Reads a cell of a sheet like `parse_baht`; blank and dashes (`" -   "`, how Excel's accounting format shows nothing) are None."""
    if not _DASHES.sub("", mend(text)).strip():
        return None
    return parse_baht(text)


def show_baht(satang: int) -> str:
    """Writes satang as baht with commas and two decimals: 1,234,567.89."""
    whole, part = divmod(abs(satang), 100)
    return f"{'-' if satang < 0 else ''}{whole:,}.{part:02}"


_DIGITS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def baht_text(satang: int) -> str:
    """Says an amount in Thai words as on a receipt: 2150 is ยี่สิบเอ็ดบาทห้าสิบสตางค์; whole baht end in ถ้วน, minus begins with ลบ."""
    baht, part = divmod(abs(satang), 100)
    sign = "ลบ" if satang < 0 else ""
    end = f"{_number_text(part)}สตางค์" if part else "ถ้วน"
    return f"{sign}{_number_text(baht)}บาท{end}"


def _number_text(number: int) -> str:
    if number == 0:
        return "ศูนย์"
    millions, rest = divmod(number, 1_000_000)
    head = f"{_number_text(millions)}ล้าน" if millions else ""
    return head + _below_million(rest, follows=bool(millions))


def _below_million(number: int, *, follows: bool) -> str:
    words = []
    for place, digit in enumerate(reversed(str(number))):
        if digit == "0":
            continue
        word = _DIGITS[int(digit)]
        if place == 0 and digit == "1" and (follows or number > 9):
            word = "เอ็ด"
        elif place == 1:
            word = {"1": "", "2": "ยี่"}.get(digit, word)
        words.append(word + _PLACES[place])
    return "".join(reversed(words))
