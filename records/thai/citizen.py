"""The 13-digit number of a person (first digit 1-8) and of an organisation (leading 0), with its check digit.

d13 = (11 - sum(d_i * (14 - i), i = 1..12) mod 11) mod 10. Messages never repeat the number: it is personal data.
"""

import re

from records.errors import FieldError
from records.thai.numerals import to_arabic
from records.thai.text import mend
from records.words import Words

_SEPARATORS = re.compile("[ ‐‑‒–—−-]+")
_DIGITS13 = re.compile("[0-9]{13}")
_CITIZEN = Words("เลขประจำตัวประชาชน", "citizen number")
_ORGANISATION = Words("เลขนิติบุคคล", "organisation number")


def check_digit(first12: str) -> str:
    """The thirteenth digit that belongs to the first twelve (0-9 only)."""
    total = sum(int(digit) * weight for digit, weight in zip(first12, range(13, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def is_citizen_id(digits13: str) -> bool:
    """Tells whether these are 13 digits of a person: first digit 1-8 and a right check digit."""
    return _is_checked(digits13) and "1" <= digits13[0] <= "8"


def is_organisation_id(digits13: str) -> bool:
    """Tells whether these are 13 digits of an organisation: a leading 0 and a right check digit."""
    return _is_checked(digits13) and digits13[0] == "0"


def _is_checked(digits13: str) -> bool:
    return bool(_DIGITS13.fullmatch(digits13)) and check_digit(digits13[:12]) == digits13[12]


def parse_citizen_id(text: str) -> str:
    """Reads a person's number (dashes, spaces and Thai digits are fine) as 13 digits.

    Raises FieldError that names what is wrong: letters, length, first digit or check digit.
    """
    digits = _thirteen_digits(text, _CITIZEN)
    if digits[0] == "0":
        raise FieldError(
            Words(
                "เลขที่ขึ้นต้นด้วย 0 เป็นเลขนิติบุคคล เลขประจำตัวประชาชนขึ้นต้นด้วย 1 ถึง 8",
                "A number that begins with 0 is an organisation's. A citizen number begins with 1 to 8.",
            )
        )
    if digits[0] == "9":
        raise FieldError(Words("เลขประจำตัวประชาชนขึ้นต้นด้วย 1 ถึง 8", "A citizen number begins with 1 to 8."))
    _require_check_digit(digits, _CITIZEN)
    return digits


def parse_organisation_id(text: str) -> str:
    """Reads an organisation's (tax) number as 13 digits with a leading 0; raises FieldError that names what is wrong."""
    digits = _thirteen_digits(text, _ORGANISATION)
    if digits[0] != "0":
        raise FieldError(Words("เลขนิติบุคคลขึ้นต้นด้วย 0", "An organisation number begins with 0."))
    _require_check_digit(digits, _ORGANISATION)
    return digits


def _thirteen_digits(text: str, what: Words) -> str:
    digits = _SEPARATORS.sub("", to_arabic(mend(text)))
    if not (digits.isascii() and (digits.isdigit() or not digits)):
        raise FieldError(Words("{what}มีได้เฉพาะตัวเลข 13 หลัก", "The {what} holds digits only, 13 of them.").filled(what=what))
    if len(digits) != 13:
        raise FieldError(
            Words("{what}ต้องมี 13 หลัก แต่พิมพ์มา {count} หลัก", "The {what} has 13 digits, but {count} were typed.").filled(
                what=what, count=len(digits)
            )
        )
    return digits


def _require_check_digit(digits: str, what: Words) -> None:
    if check_digit(digits[:12]) != digits[12]:
        raise FieldError(
            Words(
                "{what}ไม่ถูกต้อง (หลักตรวจสอบไม่ตรง) โปรดตรวจเทียบกับเอกสารทีละหลัก",
                "The {what} is not right: its check digit does not agree. Compare it with the document digit by digit.",
            ).filled(what=what)
        )


def show_citizen_id(digits: str) -> str:
    """Writes 13 digits as on the card, 1-2345-67890-12-3; anything else is returned as it is."""
    if not _DIGITS13.fullmatch(digits):
        return digits
    return _dashed(digits)


def mask_citizen_id(digits: str) -> str:
    """Writes the number with only its first and last three digits, 1-xxxx-xxxxx-12-3; anything but 13 digits is hidden whole."""
    if not _DIGITS13.fullmatch(digits):
        return "x" * len(digits)
    return _dashed(f"{digits[0]}xxxxxxxxx{digits[10:]}")


def _dashed(thirteen: str) -> str:
    return "-".join((thirteen[0], thirteen[1:5], thirteen[5:10], thirteen[10:12], thirteen[12]))
