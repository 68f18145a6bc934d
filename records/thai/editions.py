"""Editions of a plan as books and sheets write them: แก้ไข 2/2568, เปลี่ยนแปลง ครั้งที่ 3 / 2567. Pure."""

import re
from dataclasses import dataclass

from records.thai.numerals import to_arabic
from records.thai.text import mend

_KINDS = {"เพิ่มเติม": "added", "เปลี่ยนแปลง": "changed", "แก้ไข": "corrected"}
_EDITION = re.compile(r"(?:ฉบับ(?:ที่)? ?)?(เพิ่มเติม|เปลี่ยนแปลง|แก้ไข) ?(?:ฉบับที่ ?|ครั้งที่ ?)?([0-9]{1,3}) ?/ ?(?:พ\.ศ\. ?)?([0-9]{4})", re.ASCII)


@dataclass(frozen=True)
class EditionName:
    """Which amendment of a plan is meant."""

    kind: str
    """A value of `records.catalogue.planning.EDITIONS`: added, changed or corrected."""
    number: str
    """ครั้งที่, with its year (พ.ศ.): 2/2568."""


def parse_edition(text: str) -> EditionName | None:
    """The amendment a text names; None for the first edition (original, ฉบับแรก) and for whatever else cannot be told."""
    match = _EDITION.fullmatch(to_arabic(mend(text)))
    if match is None:
        return None
    return EditionName(_KINDS[match[1]], f"{int(match[2])}/{match[3]}")


def edition_order(number: str) -> tuple[int, int]:
    """Sorts editions as they followed each other: by year, then number; what is not n/year comes first."""
    match = re.fullmatch(r"(\d+)/(\d+)", number)
    return (int(match[2]), int(match[1])) if match else (0, 0)
