"""The history of the registry from an older one: what became of each office, its former codes, and what our entries lack.

    older registry + events --match--> our offices --> office_event, office_code, offices that are no more, empty fields filled

Run again it changes nothing: ids come from what a row says, a record that is there is left as people made it, and only empty fields are
filled. What fits no office of ours for certain is listed.
"""

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import geothai
import msgspec

from records.as_of import TYPE_WORDS, type_key
from records.catalogue.registry import EVENT_KINDS, SIZE_CLASSES
from records.changes import Change
from records.errors import FieldError
from records.ids import Entropy
from records.kinds import Choice, Json
from records.record import RecordType
from records.thai.dates import BANGKOK, show_date_long
from records.words import Language, Words, say
from server_stub.central import STREAM, CentralPen
from server_stub.ledger import fields_of
from server_stub.registry_import import NAMESPACE, code_id, office_id
from server_stub.registry_older import KnownOffice, Matching, OlderOffice, Unmatched, match
from server_stub.storage.base import Storage, StoredRecord

_KINDS = Choice(EVENT_KINDS)
_SIZES = Choice(SIZE_CLASSES)
_STATUSES = {"Gazette": "gazette", "Done": "done", "Pending": "pending", "Withdrawn": "withdrawn", "Denied": "denied"}
_GAZETTE = re.compile(r"volume=(?P<volume>.*?) issue=(?P<issue>.*?) page=(?P<page>.*?) date=(?P<date>\d{4}-\d\d-\d\d)")
# Written into records, so in Thai; the English says what it means.
_CITED = Words(
    "ราชกิจจานุเบกษา เล่ม {volume} ตอนที่ {issue} หน้า {page} วันที่ {day}", "Gazette, volume {volume}, issue {issue}, page {page}, {day}"
)
_ENGLISH = Words("ชื่ออังกฤษ {name}", "English name {name}")
_OTHER = Words("อปท. ที่เกี่ยวข้อง รหัสพื้นที่ {code}", "Other office, geocode {code}")
_BEFORE_KINDS = ("abolished", "area_change", "merged_with")
"""Kinds of which the source's one type is that before or at the event."""
UNKNOWN_DAY = Words("รหัสเปลี่ยนหลังรายชื่อปี 2560 ไม่ทราบวัน", "Changed after the list of 2017; the day is not known")
"""Note of a former code of which only the change is known."""


@dataclass(frozen=True)
class HistoryFound:
    """What an import of history does, or would do."""

    matched: int
    """Offices of the older registry that are ours."""
    unmatched: tuple[Unmatched, ...]
    ours_left: int
    """Offices of ours the older registry does not have."""
    events: int
    """Rows of events read."""
    event_kinds: Mapping[str, int]
    """Events in the registry after it, of those read, by kind."""
    events_left: tuple[tuple[str, int], ...]
    """(geocode, rows) of events whose office is not ours for certain."""
    created: Mapping[str, int]
    """New records by type."""
    filled: Mapping[str, int]
    """Empty fields of offices that were filled, by field."""
    former_codes: int
    """Offices whose DLA code changed since the older registry."""
    codes_without_day: int
    """Of those, how many changes of which no event says the day."""


class RegistryHistory:
    """Brings an older registry and its events into ours."""

    def __init__(
        self, storage: Storage, catalogue: Mapping[str, RecordType], clock: Callable[[], datetime], entropy: Entropy, *, device: str
    ) -> None:
        """`device`: the server's device id."""
        self._storage = storage
        self._clock = clock
        self._pen = CentralPen(catalogue, clock, entropy, device=device)

    def plan(self, older: Sequence[OlderOffice], events: Sequence[Mapping[str, str]]) -> HistoryFound:
        """What `run` would do; nothing is written."""
        with self._storage.read([STREAM]) as reader:
            rows = list(reader.page(STREAM, after=0, until=None, areas=None, limit=None))
        return self._decided(older, events, rows)[1]

    def run(self, older: Sequence[OlderOffice], events: Sequence[Mapping[str, str]]) -> HistoryFound:
        """Writes what is missing, in one transaction."""
        with self._storage.write(STREAM) as writer:
            rows = list(writer.page(STREAM, after=0, until=None, areas=None, limit=None))
            changes, found = self._decided(older, events, rows)
            self._pen.write(writer, changes)
        return found

    def _decided(
        self, older: Sequence[OlderOffice], events: Sequence[Mapping[str, str]], rows: Sequence[StoredRecord]
    ) -> tuple[list[Change], HistoryFound]:
        present = {row.id: row for row in rows}
        fields = {row.id: fields_of(row) for row in rows if row.type in ("office", "office_code") and not row.deleted}
        offices = [KnownOffice(row.id, fields[row.id]) for row in rows if row.type == "office" and not row.deleted]
        codes = {
            str(fields[row.id]["code"]): str(fields[row.id]["office"])
            for row in rows
            if row.type == "office_code" and not row.deleted and fields[row.id].get("scheme") == "dla"
        }
        matching = match(older, offices, codes)
        by_geocode: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for event in events:
            by_geocode[event["lao_geocode"]].append(event)
        work = _Work(matching, by_geocode, {office.id: office for office in offices}, self._clock().astimezone(BANGKOK).date())
        changes: list[Change] = []
        created: Counter[str] = Counter()
        filled: Counter[str] = Counter()
        for record_type, identity, wanted in work.records(older):
            known = present.get(identity)
            if known is None:
                created[record_type] += 1
                changes.append(self._pen.change(record_type, identity, None, wanted))
            elif record_type in ("office", "office_code") and identity in fields:
                empty = {
                    name: value for name, value in wanted.items() if name not in fields[identity] and name in work.fillable[record_type]
                }
                if empty:
                    filled.update(list(empty))
                    changes.append(self._pen.change(record_type, identity, known, empty))
        return changes, HistoryFound(
            len(matching.ids), matching.unmatched, matching.ours_left, len(events), dict(sorted(work.kinds.items())),
            tuple(sorted((code, len(rows_)) for code, rows_ in by_geocode.items() if code not in work.ids)),
            dict(created), dict(filled), work.former, work.without_day,
        )  # fmt: skip


class _Work:
    """What the older registry says, as records of ours."""

    fillable: Mapping[str, tuple[str, ...]] = {
        "office": ("name_en", "website", "size_class", "council_seats", "area_km2", "coordinates", "tambon", "dopa_code"),
        "office_code": ("valid_from",),
    }
    """What may be filled in a record that is there, where it is empty."""

    def __init__(
        self, matching: Matching, events: Mapping[str, list[Mapping[str, str]]], offices: Mapping[str, KnownOffice], today: date
    ) -> None:
        self._matching = matching
        self._events = events
        self._offices = offices
        self._today = today
        self.ids: dict[str, str] = dict(matching.ids)
        self._endings: dict[tuple[str, str], list[str]] = defaultdict(list)
        for rows in events.values():
            for row in rows:
                if row.get("mergeto"):
                    self._endings[(row["mergeto"], row["effective"])].append(row["lao_geocode"])
        self.kinds: Counter[str] = Counter()
        self.former = 0
        self.without_day = 0

    def records(self, older: Sequence[OlderOffice]) -> Iterator[tuple[str, str, dict[str, Json]]]:
        """(type, id, wire fields) of everything it tells."""
        listed = {one.geocode for one in self._matching.unmatched}
        for office in older:
            if office.is_obsolete and office.geocode not in self.ids and office.geocode not in listed:
                self.ids[office.geocode] = office_id(f"geocode-{office.geocode}")
        for office in older:
            identity = self.ids.get(office.geocode)
            if identity is None:
                continue
            if office.is_obsolete:
                yield "office", identity, {**_particulars(office), **self._gone(office)}
            else:
                yield "office", identity, _particulars(office)
            yield from self._codes(office, identity)
            yield from self._told(office.geocode, identity)

    def _gone(self, office: OlderOffice) -> dict[str, Json]:
        """What is said of an office that is no more."""
        ends = [event for event in self._events.get(office.geocode, ()) if event["event"] == "abolished" and event["effective"]]
        successor = self.ids.get(ends[-1].get("mergeto", "")) if ends else None
        told: dict[str, Json | None] = {
            "type": office.type,
            "name_th": office.name,
            "province_code": office.cells["province_code"],
            "province": office.cells.get("province_th"),
            "amphoe": office.amphoe,
            "status": "merged" if successor else "abolished",
            "status_since": ends[-1]["effective"] if ends else None,
            "successor": successor,
        }
        return {name: value for name, value in told.items() if value}

    def _codes(self, office: OlderOffice, identity: str) -> Iterator[tuple[str, str, dict[str, Json]]]:
        """The former code where it is not the present one, and since when the present one is in force."""
        known = self._offices.get(identity)
        now = known.text("code") if known is not None else ""
        if not office.code or office.code == now:
            return
        self.former += 1
        changed = self._code_day(office, known.text("type") if known is not None else "")
        fields: dict[str, Json] = {"office": identity, "code": office.code, "scheme": "dla"}
        if changed is None:
            self.without_day += 1
            fields |= {"valid_to": (self._today - timedelta(days=1)).isoformat(), "note": UNKNOWN_DAY.th}
        else:
            fields["valid_to"] = (changed - timedelta(days=1)).isoformat()
        yield "office_code", code_id(identity, office.code), fields
        if changed is not None and now:
            yield (
                "office_code",
                code_id(identity, now),
                {"office": identity, "code": now, "scheme": "dla", "valid_from": changed.isoformat()},
            )

    def _code_day(self, office: OlderOffice, kind: str) -> date | None:
        """The day the event took effect that explains the new code: the last one that made the office what it is, or ended it."""
        days = [
            event["effective"]
            for event in self._events.get(office.geocode, ())
            if event["effective"]
            and event["status"] in ("Gazette", "Done", "")
            and (
                event["event"] == "abolished" if office.is_obsolete else event["event"] == "statuschange" and type_key(event["new"]) == kind
            )
        ]
        # The code of 2560 was in force in that year: an event before it explains nothing.
        return max((date.fromisoformat(day) for day in days if day >= "2017"), default=None)

    def _told(self, geocode: str, identity: str) -> Iterator[tuple[str, str, dict[str, Json]]]:
        seen: Counter[str] = Counter()
        for row in self._events.get(geocode, ()):
            names = ("event", "type", "old", "new", "name", "oldname", "mergeto", "effective", "gazette")
            said = "\n".join([geocode, *(row.get(name, "") for name in names)])
            seen[said] += 1
            fields = self._event(row, identity)
            self.kinds[str(fields["kind"])] += 1
            yield "office_event", str(uuid.uuid5(NAMESPACE, f"office_event\n{said}\n{seen[said]}")), fields

    def _event(self, row: Mapping[str, str], identity: str) -> dict[str, Json]:
        kind = _KINDS.parse(row["event"], self._today) or row["event"]
        before, after = _type_word(row["old"]), _type_word(row["new"])
        if kind in _BEFORE_KINDS:
            before = before or _type_word(row["type"])
        else:
            after = after or _type_word(row["type"])
        other = row.get("mergeto", "") or (self._merged_here(row) if kind == "merged_with" else "")
        notes = [say(_ENGLISH, Language.THAI, name=row["english"])] if row.get("english") else []
        if other and other not in self.ids:
            notes.append(say(_OTHER, Language.THAI, code=other))
        fields: dict[str, Json | None] = {
            "office": identity,
            "kind": kind,
            "effective_on": row["effective"],
            "status": _STATUSES.get(row["status"]),
            "type_before": before,
            "type_after": after,
            "name_before": row.get("oldname") or (row["name"] if kind == "misspelling" else None),
            "name_after": row["name"] if kind != "misspelling" else None,
            "other_office": self.ids.get(other),
            "gazette": gazette_reference(row["gazette"]),
            "note": " · ".join(notes),
        }
        if fields["other_office"] == identity:
            del fields["other_office"]
        return {name: value for name, value in fields.items() if value}

    def _merged_here(self, row: Mapping[str, str]) -> str:
        """The geocode of the one office that ended into this one on that day; empty when there was none or several."""
        ended = self._endings.get((row["lao_geocode"], row["effective"]), [])
        return ended[0] if len(ended) == 1 else ""


def _particulars(office: OlderOffice) -> dict[str, Json]:
    """What the older registry says of an office beside its identity."""
    cells = office.cells
    try:
        size = _SIZES.parse(cells.get("size_2017", ""), date.min)
    except FieldError:
        size = None
    seats = cells.get("council_size_latest", "")
    told: dict[str, Any] = {
        "name_en": cells.get("name_en"),
        "website": cells.get("url"),
        "size_class": size,
        "council_seats": int(seats) if seats.isdigit() and int(seats) else None,
        "tambon": _tambons(cells.get("area_coverage", "")),
        "dopa_code": office.geocode,
    }
    return {name: value for name, value in told.items() if value}


def _tambons(covered: str) -> str:
    """Names of the subdistricts that `110110:partially` and its like name; those no more known are left out."""
    found = (geothai.subdistrict(part.partition(":")[0]) for part in re.split(r"[;,\s|]+", covered) if part)
    return ", ".join(sorted({one.name_th for one in found if one is not None}))


def _type_word(written: str) -> str | None:
    key = type_key(written)
    return TYPE_WORDS[key].th if key in TYPE_WORDS else written or None


def gazette_reference(written: str) -> str | None:
    """`volume=89 issue=190 ก page=187 date=1972-12-13` as people cite it; another form stays as it is, None for none."""
    found = _GAZETTE.search(written)
    if found is None:
        return written or None
    day = show_date_long(date.fromisoformat(found["date"]), Language.THAI)
    return say(_CITED, Language.THAI, volume=found["volume"], issue=found["issue"], page=found["page"], day=day)


def history_as_json(found: HistoryFound, *, is_dry_run: bool) -> dict[str, Any]:
    """What the command prints with --json."""
    return {
        "dry_run": is_dry_run,
        "matched": found.matched,
        "unmatched": [msgspec.to_builtins(one) for one in found.unmatched],
        "ours_left": found.ours_left,
        "events": found.events,
        "event_kinds": found.event_kinds,
        "events_left": [{"geocode": geocode, "rows": rows} for geocode, rows in found.events_left],
        "created": found.created,
        "filled": found.filled,
        "former_codes": found.former_codes,
        "codes_without_day": found.codes_without_day,
    }


def history_as_words(found: HistoryFound, *, is_dry_run: bool) -> Words:
    """What the command tells a person."""
    left = sum(rows for _, rows in found.events_left)
    taken = sum(found.event_kinds.values())
    would = Words("จะ", "would be ") if is_dry_run else Words("", "")
    lines = [
        Words(f"จับคู่ได้ {found.matched:,} แห่ง จับคู่ไม่ได้ {len(found.unmatched):,}", f"{found.matched:,} offices matched, {len(found.unmatched):,} not"),
        Words(f"เหตุการณ์ {found.events:,} แถว เป็นของ อปท. ในทะเบียน {taken:,} เหลือ {left:,}", f"{found.events:,} events: {taken:,} of our offices, {left:,} left"),
        Words(
            f"{would.th}เพิ่ม {sum(found.created.values()):,} รายการ เติมช่องว่าง {sum(found.filled.values()):,} ช่อง",
            f"{sum(found.created.values()):,} records {would.en}added, {sum(found.filled.values()):,} empty fields {would.en}filled",
        ),
        Words(
            f"รหัสเดิม {found.former_codes:,} รหัส ไม่ทราบวันเปลี่ยน {found.codes_without_day:,}",
            f"{found.former_codes:,} former codes, {found.codes_without_day:,} without a known day",
        ),
        *(
            Words(
                f"ไม่แน่ใจ {one.geocode} {one.name} {one.place}: {one.why}; ใกล้เคียง {', '.join(one.near) or '-'}",
                f"Not certain: {one.geocode} {one.name} {one.place}: {one.why}; near {', '.join(one.near) or '-'}",
            )
            for one in found.unmatched
        ),
    ]  # fmt: skip
    return Words("\n".join(line.th for line in lines), "\n".join(line.en for line in lines))
