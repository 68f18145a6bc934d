"""Reading an older registry of offices with its events, and finding which of its offices is which of ours.

The older registry knows an office by a geocode of its own; ours by an id that outlives every code. An office of it is ours when

    1. our record bears that geocode and the codes do not speak against it,
    2. the DLA code of 2017 is one of ours and the name is the same,
    3. exactly one of ours in that province and district has that type and name, or that province has one such office at all.

What fits none of these, or two at once, is listed with what comes near. It is never guessed.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geothai
import msgspec

from records.as_of import type_key
from records.errors import Correctable
from records.kinds import Json
from records.thai.text import mend
from records.words import Words

_OLDER = ("lao_geocode", "type", "name_th", "province_code", "obsolete", "dla_code_2017")
_EVENTS = ("lao_geocode", "event", "type", "old", "new", "effective", "status", "gazette")
_SIX_DIGITS = 6
_UNIQUE = ("pao", "pattaya", "bangkok")
"""Types of which a province has one."""


@dataclass(frozen=True)
class OlderOffice:
    """One office of the older registry."""

    geocode: str
    type: str
    """A key of `records.as_of.TYPE_WORDS`."""
    cells: Mapping[str, str]
    amphoe: str
    """Name of its district; empty where the file names none."""

    @property
    def name(self) -> str:
        """Its Thai name."""
        return self.cells["name_th"]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the file gives it."""
        return tuple(filter(None, (self.name, self.cells.get("dla_name_2017", ""))))

    @property
    def code(self) -> str:
        """Its DLA code of 2017; empty when it had none."""
        return self.cells["dla_code_2017"]

    @property
    def is_obsolete(self) -> bool:
        """Whether the file says it is no more."""
        return self.cells["obsolete"] == "1"


@dataclass(frozen=True)
class KnownOffice:
    """One office of our registry, as matching needs it."""

    id: str
    fields: Mapping[str, Json]

    def text(self, name: str) -> str:
        """A field as text; empty when it has none."""
        return str(self.fields.get(name) or "")


class Unmatched(msgspec.Struct, frozen=True):
    """An office of the older registry that is none of ours for certain."""

    geocode: str
    type: str
    name: str
    place: str
    code_2017: str
    why: str
    near: list[str] = []
    """Ours that come near: code, name, district."""


@dataclass(frozen=True)
class Matching:
    """Which is which."""

    ids: Mapping[str, str]
    """Our id by geocode."""
    unmatched: tuple[Unmatched, ...]
    ours_left: int
    """Offices of ours that the older registry does not have."""


def read_older(path: Path) -> list[OlderOffice]:
    """Reads the older registry. Raises Correctable when it cannot be read."""
    return [
        OlderOffice(row["lao_geocode"], "pattaya" if row["type"] == "Mueang" else type_key(row["type"]), row, _amphoe(row))
        for row in _rows(path, _OLDER)
    ]


def read_events(path: Path) -> list[dict[str, str]]:
    """Reads the events, one row each. Raises Correctable when it cannot be read."""
    return list(_rows(path, _EVENTS))


def _amphoe(row: Mapping[str, str]) -> str:
    # Six digits begin with those of a district; the four of a municipality do not.
    geocode = row["lao_geocode"]
    district = geothai.district(row.get("parent_amphoe") or (geocode[:4] if len(geocode) == _SIX_DIGITS else ""))
    return district.name_th if district is not None else ""


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        missing = [name for name in needed if name not in (rows.fieldnames or ())]
        if missing:
            raise _unreadable(path, Words(f"ไม่มีคอลัมน์ {', '.join(missing)}", f"it has no column {', '.join(missing)}"))
        for row in rows:
            yield {name: mend(value or "") for name, value in row.items() if isinstance(name, str) and not isinstance(value, list)}
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise _unreadable(path, Words(f"อ่านแฟ้มไม่ได้ ({fault})", f"it cannot be read ({fault})")) from fault


def _unreadable(path: Path, why: Words) -> Correctable:
    return Correctable(
        Words("อ่านทะเบียนเดิมไม่ได้", "The older registry cannot be read"),
        Words(
            "อ่าน {path} ไม่ได้: {why} ไม่มีอะไรเปลี่ยนแปลง โปรดใช้แฟ้ม CSV ที่มีหัวคอลัมน์ครบ",
            "{path} cannot be read: {why}; nothing was changed. Use a CSV file with all its columns.",
        ).filled(path=path, why=why),
    )


class _Finder:
    """Our offices by everything one may be found by."""

    def __init__(self, ours: Iterable[KnownOffice], codes: Mapping[str, str]) -> None:
        """`codes`: our office's id by every DLA code, present and former."""
        self.all = {office.id: office for office in ours}
        self.codes = codes
        self.by_geocode: dict[str, list[str]] = defaultdict(list)
        self.by_place: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for office in self.all.values():
            if office.text("dopa_code"):
                self.by_geocode[office.text("dopa_code")].append(office.id)
            kind, name, province = office.text("type"), office.text("name_th"), office.text("province_code")
            self.by_place[(kind, name, province, office.text("amphoe"))].append(office.id)
            self.by_place[(kind, province)].append(office.id)

    def find(self, older: OlderOffice) -> tuple[str | None, str, list[str]]:
        """(our id, why not, ids that come near)."""
        bearing = self.by_geocode.get(older.geocode, [])
        by_code = self.codes.get(older.code)
        if len(bearing) == 1:
            present = self.all[bearing[0]].text("code")
            if not older.code or by_code == bearing[0] or present[1:] == older.code[1:] or by_code is None:
                return bearing[0], "", []
            return None, "geocode and DLA code lead to different offices", [*bearing, by_code]
        if by_code is not None:
            if self.all[by_code].text("name_th") in older.names and self.all[by_code].text("type") == older.type:
                return by_code, "", []
            return None, "the DLA code is that of an office of another name or type", [by_code]
        province = older.cells["province_code"]
        if older.type in _UNIQUE:
            there = self.by_place.get((older.type, province), [])
        else:
            there = self.by_place.get((older.type, older.name, province, older.amphoe), []) if older.amphoe else []
        if len(there) == 1:
            return there[0], "", []
        return None, "several offices fit" if there else "no office of that type and name in the district", there or self._near(older)

    def is_certain(self, older: OlderOffice, identity: str) -> bool:
        """Whether geocode or code, and the type, all say that it is ours: more than a name in a district says."""
        office = self.all[identity]
        bears = office.text("dopa_code") == older.geocode or self.codes.get(older.code) == identity
        return bears and office.text("type") == older.type

    def _near(self, older: OlderOffice) -> list[str]:
        """Offices with its number (PP-AA-SS) or its name in the district: for the person who will decide, not for the program."""
        return [
            office.id
            for office in self.all.values()
            if (older.code and office.text("code")[1:] == older.code[1:])
            or (office.text("name_th") in older.names and office.text("amphoe") == older.amphoe and older.amphoe)
        ][:3]


def match(older: Sequence[OlderOffice], ours: Iterable[KnownOffice], codes: Mapping[str, str]) -> Matching:
    """Finds our office for each of the older registry; one that is obsolete and fits none is not listed: it is to be added.

    `codes`: our office's id by every DLA code, present and former.
    """
    finder = _Finder(ours, codes)
    found: dict[str, str] = {}
    takers: dict[str, list[OlderOffice]] = defaultdict(list)
    unmatched: list[Unmatched] = []
    for office in older:
        identity, why, near = finder.find(office)
        if identity is not None and not (office.is_obsolete and finder.all[identity].text("status") not in ("merged", "abolished")):
            takers[identity].append(office)
        elif not office.is_obsolete:
            unmatched.append(_listed(office, why, [finder.all[one] for one in near]))
    for identity, wanting in takers.items():
        certain = [office for office in wanting if finder.is_certain(office, identity)]
        chosen = wanting[0] if len(wanting) == 1 else certain[0] if len(certain) == 1 else None
        if chosen is not None:
            found[chosen.geocode] = identity
        unmatched += [_listed(office, "two offices fit one of ours", [finder.all[identity]]) for office in wanting if office is not chosen]
    return Matching(found, tuple(unmatched), len(finder.all) - len(set(found.values())))


def _listed(older: OlderOffice, why: str, near: Iterable[KnownOffice]) -> Unmatched:
    place = " ".join(filter(None, (older.amphoe, older.cells.get("province_th", ""))))
    told = [" ".join(filter(None, (one.text("code"), one.text("name_th"), one.text("amphoe")))) for one in near]
    return Unmatched(older.geocode, older.type, older.name, place, older.code, why, told)
