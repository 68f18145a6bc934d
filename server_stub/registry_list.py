"""Reading a list of local administrative organisations: DLA's open data (one row per tambon covered) or the short form (one per office).

A row that cannot be read is listed, never dropped in silence.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from geothai import provinces

from records.catalogue import BY_TYPE
from records.errors import Correctable, FieldError
from records.kinds import Coordinates, DecimalNumber, Json
from records.thai.text import mend
from records.words import Words

TYPES: Mapping[str, Words] = {
    "pao": Words("อบจ.", "PAO"),
    "nakhon": Words("ทน.", "City municipality"),
    "mueang": Words("ทม.", "Town municipality"),
    "tambon": Words("ทต.", "Subdistrict municipality"),
    "sao": Words("อบต.", "SAO"),
    "pattaya": Words("เมืองพัทยา", "Pattaya"),
    "bangkok": Words("กทม.", "Bangkok"),
}
"""Types of office, in the order they are reported, with the short word before a name."""

_SPECIAL = ("special", "องค์กรปกครองส่วนท้องถิ่นรูปแบบพิเศษ", "รูปแบบพิเศษ", "อปท. รูปแบบพิเศษ", "special_admin_area")
BANGKOK = "กรุงเทพมหานคร"

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("dla_code", "รหัส อปท.", "รหัสอปท.", "รหัส อปท"),
    "name_th": ("name_th", "อปท.", "ชื่อ อปท."),
    "type": ("type", "ประเภท อปท.", "ประเภท"),
    "province_code": ("province_code",),
    "province": ("จังหวัด", "province_th"),
    "amphoe": ("district_name_th", "อำเภอ"),
    "tambon": ("ตำบล",),
    "lat": ("lat", "LAT"),
    "lon": ("lon", "LONG"),
    "area_km2": ("area_km2", "ขนาดพื้นที่"),
    "dopa_code": ("dopa_geocode",),
    "name_en": ("name_en", "name_en_ahoerstemeier"),
    "website": ("เว็ปไซต์ของอปท", "เว็บไซต์ของอปท", "website"),
}
_NEEDED = ("code", "name_th", "type")
_CODE_DIGITS = 7
_OFFICE_TYPE = BY_TYPE["office"].field("type").kind
"""Knows every word by which a list names a type."""


@dataclass(frozen=True)
class ListedOffice:
    """One office of a list."""

    code: str
    """DLA code, 7 digits; `10` for Bangkok, which has none."""
    fields: dict[str, Json]
    """Wire fields of type `office`, without status and stream."""

    @property
    def place(self) -> str:
        """What tells it from others of its name: amphoe, province and code."""
        amphoe, province = self.fields.get("amphoe"), self.fields.get("province")
        return " ".join(str(part) for part in (amphoe and f"อ.{amphoe}", province and f"จ.{province}", f"({self.code})") if part)


@dataclass
class OfficeList:
    """What a file says."""

    sha256: str
    offices: dict[str, ListedOffice] = field(default_factory=dict)
    """By code."""
    faults: list[str] = field(default_factory=list)
    """Rows that were left out, each with its line and the reason."""


def read_list(path: Path) -> OfficeList:
    """Reads a list of offices. Raises Correctable when the file is missing or is no such list."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, Words(f"เปิดแฟ้มไม่ได้ ({error.strerror})", f"it cannot be opened ({error.strerror})")) from error
    rows = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        columns = _columns([mend(heading) for heading in next(rows, [])], path)
        found = OfficeList(hashlib.sha256(content).hexdigest())
        names = {province.code: province.name_th for province in provinces()}
        tambons: dict[str, set[str]] = {}
        for row in rows:
            if any(cell.strip() for cell in row):
                _take(found, rows.line_num, {name: mend(row[at]) for name, at in columns.items() if at < len(row)}, names, tambons)
    except csv.Error as error:
        raise _unreadable(path, Words(f"อ่าน CSV ไม่ได้ ({error})", f"it is no CSV ({error})")) from error
    for code, covered in tambons.items():
        found.offices[code].fields["tambon"] = ", ".join(sorted(covered))
    return found


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp874", errors="replace")


def _columns(headings: list[str], path: Path) -> dict[str, int]:
    columns = {name: headings.index(known) for name, words in _HEADINGS.items() for known in words[::-1] if known in headings}
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        words = Words(f"ไม่มีคอลัมน์ {', '.join(missing)}", f"it has no column for {', '.join(missing)}")
        raise _unreadable(path, words)
    return columns


def _unreadable(path: Path, why: Words) -> Correctable:
    return Correctable(
        Words("อ่านรายชื่อ อปท. ไม่ได้", "The list cannot be read"),
        Words(
            "อ่านรายชื่อ อปท. จาก {path} ไม่ได้: {why} ไม่มีอะไรเปลี่ยนแปลง โปรดใช้แฟ้ม CSV ของ สถ.",
            "The list of offices in {path} cannot be read: {why}; nothing was changed. Use a CSV file of DLA.",
        ).filled(path=path, why=why),
    )


def _take(found: OfficeList, line: int, cells: Mapping[str, str], names: Mapping[str, str], tambons: dict[str, set[str]]) -> None:
    office_type = _type_of(cells)
    code = "10" if office_type == "bangkok" else cells["code"]
    # In e-mail addresses the code has a leading 0.
    code = code[1:] if len(code) == _CODE_DIGITS + 1 and code.startswith("0") else code
    if not office_type:
        found.faults.append(f"{line}: {cells['type']!r} is no type of office")
        return
    if office_type != "bangkok" and not (len(code) == _CODE_DIGITS and code.isascii() and code.isdigit()):
        found.faults.append(f"{line}: {cells['code']!r} is no DLA code of 7 digits")
        return
    if not cells["name_th"]:
        found.faults.append(f"{line}: {code} has no name")
        return
    if cells.get("tambon"):
        tambons.setdefault(code, set()).add(cells["tambon"])
    office = ListedOffice(code, _fields(code, office_type, cells, names))
    known = found.offices.setdefault(code, office)
    same = ("name_th", "type", "province_code")
    if known is not office and any(known.fields.get(name) != office.fields.get(name) for name in same):
        found.faults.append(f"{line}: {code} stands twice with different names or types; the first was kept")


def _type_of(cells: Mapping[str, str]) -> str:
    if cells["type"] in _SPECIAL:
        return "bangkok" if cells["name_th"] == BANGKOK else "pattaya"
    try:
        return str(_OFFICE_TYPE.parse(cells["type"], date.min) or "")
    except FieldError:
        return ""


def _fields(code: str, office_type: str, cells: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Json]:
    province_code = cells.get("province_code") or (code if office_type == "bangkok" else code[1:3])
    fields: dict[str, Json | None] = {
        "type": office_type,
        "name_th": cells["name_th"],
        "name_en": cells.get("name_en"),
        "code": None if office_type == "bangkok" else code,
        "province_code": province_code,
        "province": names.get(province_code) or cells.get("province"),
        "amphoe": cells.get("amphoe"),
        "area_km2": _decimal(cells.get("area_km2", "")),
        "coordinates": _coordinates(cells.get("lat", ""), cells.get("lon", "")),
        "dopa_code": cells.get("dopa_code"),
        "website": cells.get("website"),
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _decimal(text: str) -> Json:
    kind = DecimalNumber()
    try:
        value = kind.parse(text, date.min)
    except FieldError:
        return None
    return kind.to_wire(value) if value else None


def _coordinates(latitude: str, longitude: str) -> Json:
    kind = Coordinates()
    try:
        value = kind.parse(f"{latitude},{longitude}", date.min) if latitude and longitude else None
    except FieldError:
        return None
    return kind.to_wire(value) if value and any(value) else None


def counts(offices: Iterable[Mapping[str, Json]]) -> dict[str, int]:
    """How many offices there are of each type, in the order of TYPES; types without any are left out."""
    found = [fields.get("type") for fields in offices]
    return {name: found.count(name) for name in TYPES if name in found}
