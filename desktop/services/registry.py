"""The registry as a person asks it: an office by typing, what it was on a day, the whole registry on a day, and changes asked of DLA."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.reports.excel import Column, Head, write_list
from desktop.services.grants import may_write
from desktop.services.records import Saved
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.as_of import TYPE_WORDS, AsOf, Standing, as_of, counts_on, timeline, type_key
from records.catalogue.registry import Office as OfficeRecord
from records.errors import Correctable, Refused
from records.ids import is_id
from records.kinds import CannotHold, CellValue, Integer, Json, Text
from records.thai.codes import place_line, province_on
from records.thai.dates import show_date_long
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

MOST_FOUND = 30
_LOOKED_AT = 300
_COUNTED = ("gazette", "done", None)
_NOT_COUNTED = Words("ไม่ได้นำมาคิด", "Not counted")
APPLY = Words("ลงทะเบียนตามคำขอ {field} ของ {office}", "Write to the registry as asked: {field} of {office}")
PROVINCE = Words("จังหวัด", "Province")
TOTAL = Words("รวม", "Total")
ON = Words("ณ วันที่ {day}", "On {day}")
COUNTS_TITLE = Words("จำนวน อปท. ตามทะเบียน", "Offices in the registry")


@dataclass(frozen=True)
class FoundOffice:
    """An office as a picker shows it: names repeat even inside a province, so the place and the code always stand beside."""

    id: str
    name: str
    """Type and name."""
    place: str
    """District, province and code."""


@dataclass(frozen=True)
class EventLine:
    """One event of an office's timeline."""

    id: str
    day: date | None
    what: Words
    """What happened, in one line."""
    gazette: str
    status: str
    is_counted: bool
    """Whether it happened and has a day, so that the registry of a day follows from it."""


@dataclass(frozen=True)
class OfficeHistory:
    """An office as of a day, with everything that became of it."""

    office: Row
    found: FoundOffice
    state: AsOf
    timeline: tuple[EventLine, ...]
    codes: tuple[tuple[str, str, str], ...]
    """(code, first day, last day) of its DLA codes as ISO, empty where not known; oldest first."""


@dataclass(frozen=True)
class Counts:
    """The whole registry on a day."""

    day: date
    types: tuple[str, ...]
    """Keys of TYPE_WORDS that occur, in their order."""
    provinces: tuple[tuple[str, str], ...]
    """(code, name), by code."""
    by_province: Mapping[str, Counter[str]]
    total: Counter[str]
    doubtful: int
    """Offices counted of which something is not certain."""

    def lines(self, language: Language) -> list[list[Json]]:
        """A line for each province and one for all: name, one count for each type, the sum."""
        found: list[list[Json]] = [
            [name, *(self.by_province[code][kind] for kind in self.types), self.by_province[code].total()] for code, name in self.provinces
        ]
        return [*found, [say(TOTAL, language), *(self.total[kind] for kind in self.types), self.total.total()]]


@dataclass(frozen=True)
class Point:
    """An office on the map."""

    id: str
    name: str
    place: str
    latitude: float
    longitude: float


class Registry:
    """What a person may ask of the registry."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    # -- one office --

    def find(self, text: str, limit: int = MOST_FOUND) -> list[FoundOffice]:
        """The offices that every word is found in: name, district, province or code, also a former code."""
        store = self._office.store
        rows = store.find(Query("office", text=text, limit=_LOOKED_AT, sort=(("province", False), ("amphoe", False)))).rows
        if not rows and text.strip().isdigit():
            codes = store.find(Query("office_code", filters=(Filter("code", "eq", text.strip()),), limit=limit)).rows
            rows = store.rows("office", list(dict.fromkeys(str(row.fields.get("office")) for row in codes)))
        # Who types a whole name means that name, wherever it stands in the order of provinces.
        words = set(text.split())
        rows = sorted(rows, key=lambda row: _rank(row, words))
        return [found_office(row, self._office.language) for row in rows[:limit]]

    def require(self, id_or_code: str) -> Row:
        """The office of an id or a DLA code, present or former. Raises Correctable."""
        store = self._office.store
        row = store.get("office", id_or_code) if is_id(id_or_code) else None
        if row is None:
            rows = store.by_key("office", {"code": id_or_code.strip()})
            row = rows[0] if len(rows) == 1 else None
        if row is None:
            ids = {str(code.fields.get("office")) for code in store.by_key("office_code", {"scheme": "dla", "code": id_or_code.strip()})}
            row = store.get("office", ids.pop()) if len(ids) == 1 else None
        if row is None:
            raise Correctable(
                Words("ไม่พบ อปท.", "No such office"),
                Words(
                    "ไม่พบ อปท. รหัส “{code}” ในทะเบียนของเครื่องนี้ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจรหัสหรือรับข้อมูลล่าสุดด้วย sync",
                    "There is no office “{code}” in the registry here; nothing was changed. Check the code, or get the latest with `sync`.",
                ).filled(code=id_or_code),
            )
        return row

    def as_of(self, id_or_code: str, day: date) -> OfficeHistory:
        """What an office was on the day, with its timeline. Raises Correctable when there is no such office."""
        row = self.require(id_or_code)
        store = self._office.store
        events = [{**one.fields, "id": one.id} for one in store.by_key("office_event", {"office": row.id}) if not one.deleted]
        codes = [one.fields for one in store.by_key("office_code", {"office": row.id, "scheme": "dla"}) if not one.deleted]
        state = as_of(row.fields, events, codes, day, today=self._office.today)
        spans = [(str(one.get("code")), str(one.get("valid_from") or ""), str(one.get("valid_to") or "")) for one in codes]
        spans.sort(key=lambda span: (span[1] or span[2] or "9999", span[2] or "9999"))
        return OfficeHistory(
            row, found_office(row, self._office.language), state, tuple(self._line(one) for one in timeline(events)), tuple(spans)
        )

    def _other(self, office_id: Json) -> Words:
        """The name of the office an event was with; empty for none, or for one that is not here."""
        for row in self._office.store.rows("office", [office_id]) if isinstance(office_id, str) else ():
            name = found_office(row, self._office.language).name
            return Words(name, name)
        return Words("", "")

    def _line(self, event: Mapping[str, Json]) -> EventLine:
        spec = self._office.record_type("office_event")
        kind, status = spec.field("kind").kind, spec.field("status").kind
        language = self._office.language
        names = " → ".join(str(event[name]) for name in ("name_before", "name_after") if name in event)
        types = [
            TYPE_WORDS.get(type_key(event[name]), Words(str(event[name]), str(event[name])))
            for name in ("type_before", "type_after")
            if name in event
        ]
        told = str(event.get("kind") or "")
        what = Words(told, told)
        for option in getattr(kind, "options", ()):
            if option.value == told:
                what = option.label
        parts = [
            Words(
                " ".join(filter(None, (what.th, " → ".join(one.th for one in types)))),
                " ".join(filter(None, (what.en, " → ".join(one.en for one in types)))),
            ),
            Words(names, names),
            self._other(event.get("other_office")),
        ]
        day = event.get("effective_on")
        is_counted = event.get("status") in _COUNTED and bool(day)
        shown = say(_NOT_COUNTED, language) if not is_counted else ""
        if event.get("status"):
            try:
                shown = " · ".join(filter(None, (status.show(status.from_wire(event["status"]), language), shown)))
            except CannotHold:
                shown = str(event["status"])
        return EventLine(
            str(event["id"]),
            date.fromisoformat(str(day)) if day else None,
            Words(" · ".join(part.th for part in parts if part.th), " · ".join(part.en for part in parts if part.en)),
            str(event.get("gazette") or ""),
            shown,
            is_counted,
        )

    # -- the whole registry --

    def counts(self, day: date) -> Counts:
        """How many offices of each type were there on the day, by province."""
        store = self._office.store
        offices = store.find(Query("office")).rows
        events: dict[str, list[Mapping[str, Json]]] = {}
        for one in store.find(Query("office_event")).rows:
            events.setdefault(str(one.fields.get("office")), []).append({**one.fields, "id": one.id})
        today = self._office.today
        states = [as_of(row.fields, events.get(row.id, ()), (), day, today=today) for row in offices]
        codes = [province_on(str(row.fields.get("province_code") or ""), day) for row in offices]
        by_province = counts_on(states, codes)
        total: Counter[str] = Counter()
        for found in by_province.values():
            total.update(found)
        names = {str(row.fields.get("province_code") or ""): str(row.fields.get("province") or "") for row in offices}
        return Counts(
            day=day,
            types=tuple(kind for kind in (*TYPE_WORDS, *sorted(set(total) - set(TYPE_WORDS))) if total[kind]),
            provinces=tuple((code, names[code]) for code in sorted(by_province)),
            by_province=by_province,
            total=total,
            doubtful=sum(state.standing is Standing.THERE and bool(state.notes) for state in states),
        )

    def export_counts(self, counts: Counts, to: Path) -> int:
        """Writes the counts to an .xlsx file and returns its number of lines. Raises Correctable or Unavailable."""
        language = self._office.language
        heads = [say(TYPE_WORDS.get(kind, Words(kind, kind)), language) for kind in counts.types]
        columns = [
            Column(say(PROVINCE, language), Text()),
            *(Column(head, Integer()) for head in heads),
            Column(say(TOTAL, language), Integer()),
        ]
        head = Head(say(COUNTS_TITLE, language), (say(ON, language, day=show_date_long(counts.day, language)),))
        rows: list[list[CellValue]] = [[str(line[0]), *(int(str(cell)) for cell in line[1:])] for line in counts.lines(language)]
        return write_list(to, head, columns, rows, language)

    def points(self) -> list[Point]:
        """The offices that say where they are, for the map."""
        language = self._office.language
        rows = self._office.store.find(Query("office", filters=(Filter("coordinates", "filled"),))).rows
        found = []
        for row in rows:
            latitude, _, longitude = str(row.fields["coordinates"]).partition(",")
            shown = found_office(row, language)
            found.append(Point(row.id, shown.name, shown.place, float(Decimal(latitude)), float(Decimal(longitude))))
        return found

    # -- what an office asks DLA to change --

    def request_change(self, office_id: str, field: str, proposed: str, reason: str) -> Saved:
        """Keeps the draft of a change request, with what stands in the entry now. Raises Correctable, or Refused without a grant."""
        row = self.require(office_id)
        draft: dict[str, Json] = {"office": row.id, "field": field, "proposed_value": proposed, "reason": reason, "state": "draft"}
        shown = self.shown(row, field)
        return self._office.records.save("registry_change_request", None, {**draft, "present_value": shown} if shown else draft)

    def shown(self, row: Row, field: str) -> str:
        """A field of an office's entry as a person reads it; empty when it has none."""
        spec = OfficeRecord.spec.by_name.get(field)
        return self._office.records.shown(spec, row.fields[field]) if spec is not None and field in row.fields else ""

    def may_apply(self) -> bool:
        """Whether this account may write the registry itself."""
        return any(one.stream == "central" and may_write(one, "registry") for one in self._office.streams)

    def apply_request(self, request_id: str) -> Row:
        """Writes an accepted change request into the office's entry, as one act, and notes the day in the request.

        Raises Correctable (not accepted, written already, the entry is no longer what the request says) or Refused (may not write there).
        """
        office = self._office
        request = office.records.get("registry_change_request", request_id)
        if not self.may_apply():
            raise Refused(
                Words("ไม่มีสิทธิแก้ทะเบียน", "Not granted"),
                Words(
                    "เฉพาะบัญชีของ สถ. ที่มีสิทธิเขียนส่วนกลางเท่านั้นที่ลงทะเบียนได้ ไม่มีอะไรเปลี่ยนแปลง",
                    "Only an account of DLA that may write the central stream writes to the registry; nothing was changed.",
                ),
                code="no-grant",
            )
        fields = request.fields
        row = self.require(str(fields.get("office")))
        name, proposed = str(fields.get("field")), str(fields.get("proposed_value") or "")
        if fields.get("state") != "accepted" or "applied_on" in fields:
            raise _not_applied(Words("คำขอนี้ยังไม่ได้รับ หรือลงทะเบียนแล้ว", "the request is not accepted, or was written already"))
        if "present_value" in fields and self.shown(row, name) != fields["present_value"]:
            why = Words("ทะเบียนเปลี่ยนไปแล้วตั้งแต่ยื่นคำขอ เป็น “{now}”", "the entry has changed since, to “{now}”")
            raise _not_applied(why.filled(now=self.shown(row, name) or "-"))
        spec = OfficeRecord.spec.field(name)
        value = spec.kind.to_wire(spec.kind.parse(proposed, office.today))
        label = APPLY.filled(field=spec.label, office=office.records.title(row))
        with office.store.act(office.enrolled.account, label) as act:
            saved = office.store.save(row.stream, "office", row.id, {name: value}, (), act=act)
            office.store.save(request.stream, request.type, request.id, {"applied_on": office.today.isoformat()}, (), act=act)
        return saved


def _rank(row: Row, words: set[str]) -> tuple[bool, bool, bool]:
    """Those that exist before those that do not, whole names before beginnings before what was found elsewhere in the entry."""
    name = str(row.fields.get("name_th") or "")
    return row.fields.get("status", "active") != "active", name not in words, not any(name.startswith(word) for word in words)


def _not_applied(why: Words) -> Correctable:
    return Correctable(
        Words("ยังลงทะเบียนไม่ได้", "Not written to the registry"),
        Words(
            "ยังลงทะเบียนไม่ได้: {why} ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจคำขอ",
            "It was not written: {why}; nothing was changed. Look at the request again.",
        ).filled(why=why),
    )


def place_of(fields: Mapping[str, Json], language: Language) -> str:
    """District, province and code of an office: what always stands beside its name."""
    place = place_line(str(fields.get("amphoe") or ""), str(fields.get("province") or ""), language)
    return " · ".join(filter(None, (place, str(fields.get("code") or ""))))


def found_office(row: Row, language: Language) -> FoundOffice:
    """An office as a picker shows it."""
    fields = row.fields
    kind = str(fields.get("type") or "")
    named = say(TYPE_WORDS[kind], language) if kind in TYPE_WORDS and kind not in ("pattaya", "bangkok") else ""
    name = str(fields.get("name_th") or "")
    return FoundOffice(
        row.id, name if not named else f"{named}{name}" if language is Language.THAI else f"{named} {name}", place_of(fields, language)
    )
