"""Thai telephone numbers, held as digits: `0812345678`, `021234567`, `1669`, with an extension `021234567#12`, abroad `+85512345678`."""

import re

from records.errors import FieldError
from records.thai.numerals import to_arabic
from records.thai.text import mend
from records.words import Words

_LABEL = re.compile(r"^(?:(?:เบอร์|หมายเลข|โทรศัพท์|โทรสาร|โทร|มือถือ|tel|phone|mobile) ?[.:]* ?)*", re.IGNORECASE)
_EXTENSION = re.compile(r"[ ,]*(?:ต่อ|ext(?:ension)?\.?|x|#) ?:? ?([0-9]{1,6})$", re.IGNORECASE)
_TRUNK = re.compile(r"^\+?66\(0\)|^\(\+?66\)0?|^(?:\+|00)660?|^66(?=[1-9][0-9]{7,8}$)")
_SEPARATORS = re.compile("[ .()‐‑‒–—−-]+")
_AREA_IN_BRACKETS = re.compile(r"^\((0[0-9]{0,2})\)")
_MOBILE = re.compile(r"0[689][0-9]{8}")
_LANDLINE = re.compile(r"0[2-7][0-9]{7}")
_SHORT = re.compile(r"1[0-9]{2,3}")
_FREE = re.compile(r"1[89]00[0-9]{6}")
_ABROAD = re.compile(r"\+(?!66)[1-9][0-9]{6,14}")


def parse_phone(text: str) -> str:
    """Reads one telephone number: ten digits (06, 08, 09), nine (02-07), three or four (191, 1669), 1800 numbers, +66 and abroad with +.

    An extension (ต่อ 12, ext 12, #12) is kept as `#12`. Raises FieldError.
    """
    typed = _LABEL.sub("", to_arabic(mend(text)))
    extension = _EXTENSION.search(typed)
    ending = ""
    if extension:
        typed, ending = typed[: extension.start()], f"#{extension[1]}"
    tight = _AREA_IN_BRACKETS.sub(r"\1", re.sub("[ ‐‑‒–—−-]+", "", typed))
    number = _SEPARATORS.sub("", _TRUNK.sub("0", tight))
    if any(kind.fullmatch(number) for kind in (_MOBILE, _LANDLINE, _SHORT, _FREE, _ABROAD)):
        return number + ending
    if re.search(r"[,;/]|หรือ", typed):
        raise FieldError(Words("ช่องนี้ใส่หมายเลขโทรศัพท์ได้หมายเลขเดียว", "This field takes one telephone number."))
    raise FieldError(
        Words(
            "หมายเลขโทรศัพท์ไม่ถูกต้อง มือถือมี 10 หลัก เช่น 081-234-5678 โทรศัพท์ประจำที่มี 9 หลัก เช่น 02-123-4567",
            "This is not a telephone number. A mobile has 10 digits (081-234-5678), a landline 9 (02-123-4567).",
        )
    )


def show_phone(value: str) -> str:
    """Writes a stored number for reading: 081-234-5678, 02-123-4567 ต่อ 12; what it does not know stays as it is."""
    number, mark, extension = value.partition("#")
    if _MOBILE.fullmatch(number):
        number = f"{number[:3]}-{number[3:6]}-{number[6:]}"
    elif _LANDLINE.fullmatch(number):
        area = 2 if number.startswith("02") else 3
        number = f"{number[:area]}-{number[area : area + 3]}-{number[area + 3 :]}"
    elif _FREE.fullmatch(number):
        number = f"{number[:4]}-{number[4:7]}-{number[7:]}"
    return f"{number} ต่อ {extension}" if mark else number
