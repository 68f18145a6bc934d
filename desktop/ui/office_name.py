"""An office's name as a side bar has room for it: `อบต.คลองพน`, its place and its code, made of the long name its stream carries."""

from records.catalogue.registry import OFFICE_TYPES
from records.words import Language, Words, say

CODE = Words("รหัส {code}", "Code {code}")
NAMELESS = Words("หน่วยงานของท่าน", "Your office")
"""Where a server that was set up in a hurry names the stream by its id alone."""
_PLACES = (" อ.", " จ.")
"""Where the place begins in a stream's name: `องค์การบริหารส่วนตำบลคลองพน อ.คลองท่อม จ.กระบี่ (6810305)`."""


def short_name(name: str) -> str:
    """The name without its place, the word of its type abbreviated as offices do it themselves."""
    starts = [name.index(mark) for mark in _PLACES if mark in name]
    alone = name[: min(starts)] if starts else name.partition(" (")[0]
    for option in OFFICE_TYPES:
        short = next((other for other in option.also if other.endswith(".")), "")
        if short and alone.startswith(option.label.th) and alone != option.label.th:
            return short + alone.removeprefix(option.label.th).strip()
    return alone.strip()


def place_lines(name: str, code: str, language: Language) -> str:
    """The place and the code, a line each; the code alone where the name tells no place."""
    starts = [name.index(mark) for mark in _PLACES if mark in name]
    place = name[min(starts) :].partition(" (")[0].strip() if starts else ""
    return "\n".join(part for part in (place, say(CODE, language, code=code) if code else "") if part)
