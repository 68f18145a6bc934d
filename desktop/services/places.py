"""Addresses of Thailand by what a person types: a subdistrict, a district, a province or a postcode, from the bundled geothai data.

    "แม่ใส", "ต.แม่ใส อ.เมือง", "56000", "แม่ใส พะเยา", "Mae Sai Phayao" --> ต.แม่ใส อ.เมืองพะเยา จ.พะเยา 56000

Everything is in memory once the first question was asked (7,400 subdistricts); no network, no store.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geothai

from records.errors import FieldError
from records.thai.numerals import to_arabic
from records.thai.text import sort_key
from records.words import Words

BANGKOK = "กรุงเทพมหานคร"
TAMBON, AMPHOE, PROVINCE, POSTCODE = "tambon", "amphoe", "province", "postcode"
PARTS = (TAMBON, AMPHOE, PROVINCE, POSTCODE)
"""The four fields of every address, by the names that record types give them."""
UNKNOWN_ADDRESS = Words(
    "ไม่พบที่อยู่นี้ พิมพ์ชื่อตำบลหรือรหัสไปรษณีย์แล้วเลือกจากรายชื่อ หรือกรอกทีละช่อง",
    "No such address. Type the subdistrict or the postcode and choose from the list, or fill the fields one by one",
)
_MARKS: Mapping[str, str] = {
    "ตำบล": TAMBON, "แขวง": TAMBON, "ต.": TAMBON,
    "อำเภอ": AMPHOE, "เขต": AMPHOE, "อ.": AMPHOE,
    "จังหวัด": PROVINCE, "จ.": PROVINCE,
}  # fmt: skip
"""Words before a name that say of which level it is."""
_POSTCODE_DIGITS = 5


@dataclass(frozen=True)
class Address:
    """A subdistrict with all above it; empty texts where an address by hand does not say."""

    tambon: str
    amphoe: str
    province: str
    postcode: str

    @property
    def text(self) -> str:
        """On one line as an envelope has it: `ต.แม่ใส อ.เมืองพะเยา จ.พะเยา 56000`; Bangkok with แขวง and เขต and without จ."""
        is_bangkok = self.province == BANGKOK
        marks = ("แขวง", "เขต", "") if is_bangkok else ("ต.", "อ.", "จ.")
        named = [mark + name for mark, name in zip(marks, (self.tambon, self.amphoe, self.province), strict=True) if name]
        return " ".join([*named, self.postcode] if self.postcode else named)

    def parts(self) -> dict[str, str]:
        """The fields of a record it fills, without the empty ones."""
        values = (self.tambon, self.amphoe, self.province, self.postcode)
        return {name: value for name, value in zip(PARTS, values, strict=True) if value}


def address_of(parts: Mapping[str, object]) -> Address:
    """The address of a record's fields; what is absent is empty."""
    return Address(*(str(parts.get(name) or "") for name in PARTS))


@dataclass(frozen=True)
class _Known:
    """An address with what it is looked for by."""

    address: Address
    names: Mapping[str, tuple[str, ...]]
    """Level to the folded names in Thai and English."""


class Places:
    """The subdistricts of Thailand, found by typing."""

    def find(self, text: str, limit: int = 12) -> list[Address]:
        """The addresses that every word typed fits, best first: names that are the word, then that begin with it, then that hold it."""
        words = [_read(word) for word in to_arabic(text).replace(",", " ").split()]
        words = [(level, name) for level, name in _joined(words) if name]
        if not words:
            return []
        found: list[tuple[int, int, Address]] = []
        for at, known in enumerate(self._known):
            ranks = [_rank(known, level, name) for level, name in words]
            if all(rank is not None for rank in ranks):
                found.append((sum(rank or 0 for rank in ranks), at, known.address))
        found.sort(key=lambda one: (one[0], one[1]))
        return [address for _, _, address in found[:limit]]

    def read(self, text: str) -> Address:
        """The one address a text means, its levels marked or not.

        Raises:
            FieldError: no address of Thailand, or several that fit equally well, or a text that does not say of which level its names are.
        """
        found = self.find(text, limit=2)
        if found and (len(found) == 1 or found[0].text == " ".join(text.split())):
            return found[0]
        marked = dict(_joined([_read(word) for word in to_arabic(text).replace(",", " ").split()]))
        if not found and "" not in marked and TAMBON in marked and PROVINCE in marked:
            # Written in full by somebody who knows a place that the data do not have: old or new subdistricts.
            return address_of(marked)
        raise FieldError(UNKNOWN_ADDRESS)

    def provinces(self) -> list[tuple[str, str, str]]:
        """Code, Thai and English name of every province, in the order of the Thai dictionary."""
        return sorted(((one.code, one.name_th, one.name_en) for one in geothai.provinces()), key=lambda one: sort_key(one[1]))

    def province_code(self, text: str) -> str | None:
        """The DOPA code of a province, 2 digits, by its Thai or English name, with จังหวัด or not, or by the code; None for no province."""
        wanted = _read(_folded(to_arabic(text)))[1]
        found = (one for one in geothai.provinces() if wanted in (one.code, _folded(one.name_th), _folded(one.name_en)))
        return next((one.code for one in found), None)

    @cached_property
    def _known(self) -> tuple[_Known, ...]:
        known: list[_Known] = []
        for province in geothai.provinces():
            for district in geothai.districts(province.code):
                for one in geothai.subdistricts(district.code):
                    for postcode in one.postal_codes or ("",):
                        # The data name the districts of Bangkok with their mark; a field of an address holds the name alone.
                        amphoe = district.name_th.removeprefix("เขต") if province.name_th == BANGKOK else district.name_th
                        address = Address(one.name_th, amphoe, province.name_th, postcode)
                        names = {
                            TAMBON: (_folded(one.name_th), _folded(one.name_en)),
                            AMPHOE: (_folded(amphoe), _folded(district.name_en)),
                            PROVINCE: (_folded(province.name_th), _folded(province.name_en)),
                            POSTCODE: (postcode,),
                        }
                        known.append(_Known(address, names))
        return tuple(known)


def _folded(name: str) -> str:
    return "".join(name.lower().split()).replace("-", "")


def _read(word: str) -> tuple[str, str]:
    """Level and name of a typed word; the level is empty where nothing says it."""
    if word.isdigit():
        return (POSTCODE, word) if len(word) <= _POSTCODE_DIGITS else ("", word)
    for mark, level in _MARKS.items():
        if word.startswith(mark):
            return level, word.removeprefix(mark)
    return "", word


def _joined(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Gives a mark that stands apart (`ต. แม่ใส`) the word after it."""
    joined: list[tuple[str, str]] = []
    for level, name in words:
        if joined and joined[-1][0] and not joined[-1][1] and not level:
            joined[-1] = (joined[-1][0], name)
        else:
            joined.append((level, name))
    return joined


_LEVELS: Mapping[str, tuple[str, ...]] = {
    "": (TAMBON, AMPHOE, PROVINCE),
    TAMBON: (TAMBON,),
    AMPHOE: (AMPHOE,),
    PROVINCE: (PROVINCE,),
    POSTCODE: (POSTCODE,),
}
_BEGINS, _HOLDS = 3, 9
"""What a name costs that only begins with, or only holds, the word; each level above the subdistrict costs one more."""


def _rank(known: _Known, level: str, word: str) -> int | None:
    """How badly a word fits an address, 0 for its subdistrict's very name; None when it does not."""
    folded = _folded(word)
    best: int | None = None
    for cost, one in enumerate(_LEVELS[level]):
        for name in known.names[one]:
            if not name or folded not in name:
                continue
            rank = cost + (0 if name == folded else _BEGINS if name.startswith(folded) else _HOLDS)
            best = rank if best is None else min(best, rank)
    return best
