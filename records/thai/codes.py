"""What codes of offices and places look like, and how a place is written beside a name."""

from collections.abc import Mapping
from datetime import date

from records.words import Language, Words, say

_DIGITS: Mapping[str, tuple[int, ...]] = {"dla": (7,), "dopa": (2, 4, 6, 8), "village": (8,)}
"""How many digits a code of the scheme may have; a scheme that is not here is free."""


def code_fault(scheme: str, code: str) -> Words | None:
    """What is wrong with a code of that scheme, None when nothing is or the scheme has no written form."""
    lengths = _DIGITS.get(scheme)
    if lengths is None or (len(code) in lengths and code.isascii() and code.isdigit()):
        return None
    if scheme == "dla" and len(code) == lengths[0] + 1 and code.startswith("0"):
        return Words("รหัส อปท. มี 7 หลัก เลข 0 ข้างหน้าใช้ในอีเมลเท่านั้น", "A DLA code has 7 digits; the 0 before it stands in e-mail only")
    shown = "/".join(map(str, lengths))
    return Words(f"รหัสนี้ต้องเป็นตัวเลข {shown} หลัก", f"This code has {shown} digits")


COUNTED_UNITS = ("คน", "ครัวเรือน", "หลังคาเรือน", "หลัง")
"""Units of what is counted one by one: figures of villages add up to that of the office, and do not jump from year to year."""

PROVINCES_SINCE: Mapping[str, tuple[date, str, str]] = {
    "35": (date(1972, 3, 1), "34", "อุบลราชธานี"),
    "56": (date(1977, 8, 28), "57", "เชียงราย"),
    "49": (date(1982, 9, 27), "48", "นครพนม"),
    "27": (date(1993, 12, 1), "25", "ปราจีนบุรี"),
    "37": (date(1993, 12, 1), "34", "อุบลราชธานี"),
    "39": (date(1993, 12, 1), "41", "อุดรธานี"),
    "38": (date(2011, 3, 23), "43", "หนองคาย"),
}
"""Provinces made out of another: first day, DOPA code and name of the province they were part of before (the acts that established them)."""

AMPHOE = Words("อ.{name}", "{name}")
PROVINCE = Words("จ.{name}", "{name}")


def place_line(amphoe: str, province: str, language: Language) -> str:
    """District and province on one line: `อ.เมืองพะเยา จ.พะเยา`; parts that are empty are left out."""
    parts = ((AMPHOE, amphoe), (PROVINCE, province))
    return " ".join(say(words, language, name=name) for words, name in parts if name)


def province_on(code: str, day: date) -> str:
    """The DOPA code of the province that the places of today's province belonged to on the day."""
    since, former, _ = PROVINCES_SINCE.get(code, (date.min, "", ""))
    return former if day < since else code
