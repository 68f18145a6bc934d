"""What codes of offices and places look like, and how a place is written beside a name."""

from collections.abc import Mapping

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

AMPHOE = Words("อ.{name}", "{name}")
PROVINCE = Words("จ.{name}", "{name}")


def place_line(amphoe: str, province: str, language: Language) -> str:
    """District and province on one line: `อ.เมืองพะเยา จ.พะเยา`; parts that are empty are left out."""
    parts = ((AMPHOE, amphoe), (PROVINCE, province))
    return " ".join(say(words, language, name=name) for words, name in parts if name)
