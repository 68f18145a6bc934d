"""Prefixes of Thai names and the splitting of a full name into prefix, first name and last name.

A prefix is written right before the first name without a space (นายสมชาย), so a table and the shape of what follows decide: a name begins
with a consonant or a leading vowel and has two letters or more, hence นายิกา and นางาม are names, not นาย+ิกา and นาง+าม.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from records.thai.text import mend


class PrefixKind(StrEnum):
    """What a prefix says about its bearer."""

    CIVIL = "civil"
    ACADEMIC = "academic"
    """Academic and medical titles; they may stand together and before or after others: ผศ.ดร."""
    RANK = "rank"
    """Police, military and volunteer corps, with ว่าที่ and หญิง."""
    ROYAL = "royal"
    RELIGIOUS = "religious"
    JURISTIC = "juristic"
    """A company, foundation and the like: what follows is one name, never first and last."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """One prefix and how it is written."""

    full: str
    """In full, as in a register."""
    short: str
    """The usual abbreviation; empty when there is none."""
    kind: PrefixKind
    needs_space: bool = False
    """True when first names begin with the same letters (คุณธรรม, พระลานชัย), so that only a space proves it is a prefix."""


def _ranks() -> tuple[Prefix, ...]:
    """Ranks are made of a head, a level and their abbreviations: พันตำรวจ + โท is พ.ต.ท."""
    heads = (
        ("พล", "พล."),
        ("พัน", "พ."),
        ("ร้อย", "ร."),
        ("จ่าสิบ", "จ.ส."),
        ("สิบ", "ส."),
        ("พลเรือ", "พล.ร."),
        ("นาวา", "น."),
        ("เรือ", "ร."),
        ("พันจ่า", "พ.จ."),
        ("จ่า", "จ."),
        ("พลอากาศ", "พล.อ."),
        ("นาวาอากาศ", "น."),
        ("เรืออากาศ", "ร."),
        ("พันจ่าอากาศ", "พ.อ."),
        ("จ่าอากาศ", "จ."),
        ("พลตำรวจ", "พล.ต."),
        ("พันตำรวจ", "พ.ต."),
        ("ร้อยตำรวจ", "ร.ต."),
        ("สิบตำรวจ", "ส.ต."),
        ("นายกอง", "ก."),
        ("นายหมวด", "มว."),
        ("นายหมู่", "ม."),
    )
    levels = (("เอก", "อ."), ("โท", "ท."), ("ตรี", "ต."))
    graded = tuple(Prefix(head + level, short + letter, PrefixKind.RANK) for head, short in heads for level, letter in levels)
    single = (
        Prefix("จ่าสิบตำรวจ", "จ.ส.ต.", PrefixKind.RANK),
        Prefix("ดาบตำรวจ", "ด.ต.", PrefixKind.RANK),
        Prefix("พลตำรวจ", "", PrefixKind.RANK),
        Prefix("พลทหาร", "", PrefixKind.RANK),
        Prefix("นายกองใหญ่", "", PrefixKind.RANK),
    )
    return graded + single


PREFIXES: tuple[Prefix, ...] = (
    Prefix("นาย", "", PrefixKind.CIVIL),
    Prefix("นาง", "", PrefixKind.CIVIL),
    Prefix("นางสาว", "น.ส.", PrefixKind.CIVIL),
    Prefix("เด็กชาย", "ด.ช.", PrefixKind.CIVIL),
    Prefix("เด็กหญิง", "ด.ญ.", PrefixKind.CIVIL),
    Prefix("คุณ", "", PrefixKind.CIVIL, needs_space=True),
    Prefix("Mr", "Mr.", PrefixKind.CIVIL, needs_space=True),
    Prefix("Mrs", "Mrs.", PrefixKind.CIVIL, needs_space=True),
    Prefix("Miss", "Ms.", PrefixKind.CIVIL, needs_space=True),
    Prefix("ศาสตราจารย์", "ศ.", PrefixKind.ACADEMIC),
    Prefix("รองศาสตราจารย์", "รศ.", PrefixKind.ACADEMIC),
    Prefix("ผู้ช่วยศาสตราจารย์", "ผศ.", PrefixKind.ACADEMIC),
    Prefix("อาจารย์", "อ.", PrefixKind.ACADEMIC),
    Prefix("ดอกเตอร์", "ดร.", PrefixKind.ACADEMIC),
    Prefix("Doctor", "Dr.", PrefixKind.ACADEMIC, needs_space=True),
    Prefix("นายแพทย์", "นพ.", PrefixKind.ACADEMIC),
    Prefix("แพทย์หญิง", "พญ.", PrefixKind.ACADEMIC),
    Prefix("ทันตแพทย์", "ทพ.", PrefixKind.ACADEMIC),
    Prefix("ทันตแพทย์หญิง", "ทพญ.", PrefixKind.ACADEMIC),
    Prefix("เภสัชกร", "ภก.", PrefixKind.ACADEMIC),
    Prefix("เภสัชกรหญิง", "ภญ.", PrefixKind.ACADEMIC),
    Prefix("นายสัตวแพทย์", "นสพ.", PrefixKind.ACADEMIC),
    Prefix("สัตวแพทย์หญิง", "สพ.ญ.", PrefixKind.ACADEMIC),
    *_ranks(),
    Prefix("หม่อมเจ้า", "ม.จ.", PrefixKind.ROYAL),
    Prefix("หม่อมราชวงศ์", "ม.ร.ว.", PrefixKind.ROYAL),
    Prefix("หม่อมหลวง", "ม.ล.", PrefixKind.ROYAL),
    Prefix("หม่อม", "", PrefixKind.ROYAL),
    Prefix("คุณหญิง", "", PrefixKind.ROYAL),
    Prefix("ท่านผู้หญิง", "", PrefixKind.ROYAL),
    Prefix("พระ", "", PrefixKind.RELIGIOUS, needs_space=True),
    Prefix("พระครู", "", PrefixKind.RELIGIOUS),
    Prefix("พระครูปลัด", "", PrefixKind.RELIGIOUS),
    Prefix("พระครูสมุห์", "", PrefixKind.RELIGIOUS),
    Prefix("พระครูใบฎีกา", "", PrefixKind.RELIGIOUS),
    Prefix("พระปลัด", "", PrefixKind.RELIGIOUS),
    Prefix("พระสมุห์", "", PrefixKind.RELIGIOUS),
    Prefix("พระใบฎีกา", "", PrefixKind.RELIGIOUS),
    Prefix("พระมหา", "", PrefixKind.RELIGIOUS),
    Prefix("พระอธิการ", "", PrefixKind.RELIGIOUS),
    Prefix("เจ้าอธิการ", "", PrefixKind.RELIGIOUS),
    Prefix("สามเณร", "ส.ณ.", PrefixKind.RELIGIOUS),
    Prefix("แม่ชี", "", PrefixKind.RELIGIOUS),
    Prefix("บาทหลวง", "", PrefixKind.RELIGIOUS),
    Prefix("ซิสเตอร์", "", PrefixKind.RELIGIOUS),
    Prefix("โต๊ะอิหม่าม", "", PrefixKind.RELIGIOUS),
    Prefix("อิหม่าม", "", PrefixKind.RELIGIOUS),
    Prefix("บริษัท", "บจก.", PrefixKind.JURISTIC),
    Prefix("บริษัทมหาชน", "บมจ.", PrefixKind.JURISTIC),
    Prefix("ห้างหุ้นส่วนจำกัด", "หจก.", PrefixKind.JURISTIC),
    Prefix("ห้างหุ้นส่วนสามัญ", "หสม.", PrefixKind.JURISTIC),
    Prefix("ห้างหุ้นส่วนสามัญนิติบุคคล", "หสน.", PrefixKind.JURISTIC),
    Prefix("มูลนิธิ", "", PrefixKind.JURISTIC),
    Prefix("สมาคม", "", PrefixKind.JURISTIC),
    Prefix("สหกรณ์", "", PrefixKind.JURISTIC),
    Prefix("ร้าน", "", PrefixKind.JURISTIC),
    Prefix("วิสาหกิจชุมชน", "", PrefixKind.JURISTIC),
)
"""Every prefix the program knows."""

_NOT_A_PREFIX = re.compile("นายก(?:$| |เทศ|องค์การ|อบ|รัฐมนตรี|สมาคม|เมือง|สภา)|นายอำเภอ|นายทะเบียน|นายช่าง|นายตรวจ")
"""Offices that begin with the letters of นาย; what holds them is not a personal name."""

_NAME_AHEAD = "(?=[เแโใไ]?[ก-ฮ][ก-๎]|[เแโใไ][ก-ฮ]|[A-Za-z])"
"""A plausible name follows: two letters or more, the first not a vowel that hangs on a consonant before it."""

_BELIEVED_UNDOTTED = frozenset({"ดร", "นส", "ดช", "ดญ", "รศ", "ผศ"})
"""Two letters without dots are a prefix only here; สอ, พอ and นพ are also first names. Three letters (พตท) always are, before a space."""

_FIRST_NAME_BEFORE_SPACE = re.compile("สมาคม ")
"""Also a person's first name; an association's name follows without a space."""


def _ways(prefix: Prefix) -> list[tuple[str, str]]:
    """All ways to write one prefix: the text, and its pattern with the space after it, if any."""
    opening, ending = ("(?:ว่าที่ ?)?", "(?: ?หญิง)?") if prefix.kind is PrefixKind.RANK else ("", "")
    glued = "" if prefix.needs_space else f"|{_NAME_AHEAD}"
    ways = [(prefix.full, f"{opening}{re.escape(prefix.full)}{ending}(?: {glued})")]
    if prefix.short:
        letters = prefix.short.removesuffix(".").split(".")
        together = "".join(letters)
        spelled = r"\. ?".join(letters)
        undotted = f"|{together}{ending} " if len(together) > 2 or together in _BELIEVED_UNDOTTED else ""
        ways.append((prefix.short, rf"{opening}(?:(?:{spelled}|{together})\.{ending} ?{undotted})"))
    return ways


# Compiled at the first name: at every start of the program it would cost more than a window.
@cache
def _longest_first(*, is_juristic: bool) -> re.Pattern[str]:
    prefixes = [prefix for prefix in PREFIXES if (prefix.kind is PrefixKind.JURISTIC) == is_juristic]
    ways = [way for prefix in prefixes for way in _ways(prefix)]
    return re.compile("|".join(pattern for _, pattern in sorted(ways, key=lambda way: -len(way[0]))))


def split_name(text: str) -> tuple[str, str, str]:
    """Splits a full name into prefix, first and last name, each mended and as written; absent parts are empty.

    Several prefixes stay together (`ว่าที่ ร.ต. ดร.`). The first word after them is the first name, all the rest the last (ณ อยุธยา). A
    company's name is all first name. Never raises: what has no known prefix is first and last name.
    """
    name = mend(text)
    if _NOT_A_PREFIX.match(name):
        return "", name, ""
    if not _FIRST_NAME_BEFORE_SPACE.match(name) and (match := _longest_first(is_juristic=True).match(name)):
        return match.group().strip(), name[match.end() :], ""
    start = 0
    people = _longest_first(is_juristic=False)
    while match := people.match(name, start):
        start = match.end()
    first, _, last = name[start:].partition(" ")
    return name[:start].strip(), first, last
