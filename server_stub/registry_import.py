"""The registry from DLA's list: offices and their codes as records of `central`, written by the server itself.

A first list fills an empty registry. A later one is compared: what differs becomes a plan that a person reads and accepts, because codes
are no stable keys (an upgrade usually changes them) and names repeat. Without a plan nothing doubtful is written.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec

from records.changes import Change
from records.errors import Correctable
from records.ids import Entropy
from records.kinds import Json
from records.record import RecordType
from records.words import Words
from server_stub.central import STREAM, CentralPen
from server_stub.ledger import fields_of
from server_stub.registry_list import BANGKOK, TYPES, ListedOffice, OfficeList, counts
from server_stub.storage.base import Storage, StoredRecord, Writer

NAMESPACE = uuid.UUID("5b1c9a52-93d4-5e0f-8c66-0d8f2a7be910")
"""Of the ids that imports give, so that the same thing gets the same id each time."""
_CENTRE = Words("ส่วนกลาง", "Centre")
_THAI_TIME = timezone(timedelta(hours=7))
_COMPARED = ("name_en", "province_code", "province", "amphoe", "tambon", "area_km2", "coordinates", "dopa_code", "website")
"""Fields that a list may correct without making another office of it."""


class Plan(msgspec.Struct, kw_only=True):
    """What a list would change. A person may strike entries out; what is left is what `--accept` does."""

    list_sha256: str
    """Of the file the plan was made from: it is accepted with that file only."""
    unchanged: int = 0
    new: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    renamed: list[dict[str, Any]] = []
    upgraded: list[dict[str, Any]] = []
    """Candidates: one office gone and one new with the same province, district and number (PP-AA-SS), or another type under its code."""
    changed: list[dict[str, Any]] = []
    """Offices of which a list says other particulars: area, coordinates, district."""
    faults: list[str] = []
    """Rows of the list that could not be read."""

    @property
    def open_points(self) -> int:
        """How many entries wait for a person."""
        return len(self.new) + len(self.gone) + len(self.renamed) + len(self.upgraded) + len(self.changed)


@dataclass
class Imported:
    """What an import did."""

    by_type: dict[str, int]
    """Active offices in the registry afterwards, by type."""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left: Plan | None = None
    """What waits for a person; None when nothing does."""
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """An office of the registry."""

    record: StoredRecord
    fields: dict[str, Json]

    @property
    def code(self) -> str:
        return str(self.fields.get("code") or "10")


def office_id(code: str) -> str:
    """The id an office gets when it is first listed under that code; it keeps it whatever its code becomes."""
    return str(uuid.uuid5(NAMESPACE, f"office\n{code}"))


def _suffix(code: str, taken: Collection[str]) -> str:
    """What tells a new office from a former one that was first listed under the same code; nearly always nothing."""
    count = 1
    while office_id(code + ("" if count == 1 else f"-{count}")) in taken:
        count += 1
    return "" if count == 1 else f"-{count}"


def code_id(office: str, code: str) -> str:
    """The id of the record that says an office bears or bore a DLA code."""
    return str(uuid.uuid5(NAMESPACE, f"office_code\n{office}\ndla\n{code}"))


class RegistryImport:
    """Brings the registry and a list together."""

    def __init__(
        self, storage: Storage, catalogue: Mapping[str, RecordType], clock: Callable[[], datetime], entropy: Entropy, *, device: str
    ) -> None:
        """`device`: the server's device id."""
        self._storage = storage
        self._clock = clock
        self._pen = CentralPen(catalogue, clock, entropy, device=device)

    def plan(self, listed: OfficeList) -> Plan:
        """What the list would change; nothing is written."""
        with self._storage.read([STREAM]) as reader:
            rows = list(reader.page(STREAM, after=0, until=None, areas=None, limit=None))
        return _compared(listed, _registry(rows))

    def run(self, listed: OfficeList) -> Imported:
        """Fills an empty registry; of one that is not empty, nothing is changed and what differs is left for a person."""
        with self._storage.write(STREAM) as writer:
            rows = list(writer.page(STREAM, after=0, until=None, areas=None, limit=None))
            known = _registry(rows)
            plan = _compared(listed, known)
            if known:
                left = plan if plan.open_points else None
                return Imported(_active_counts(known.values()), unchanged=plan.unchanged, left=left, faults=listed.faults)
            changes = list(self._creations(listed.offices.values(), {row.id for row in rows}))
            self._pen.write(writer, changes)
        self._name_streams(listed, changes)
        return Imported(counts(office.fields for office in listed.offices.values()), created=len(listed.offices), faults=listed.faults)

    def accept(self, listed: OfficeList, plan: Plan) -> Imported:
        """Does what the plan says and nothing else; entries already done are passed over. Raises Correctable."""
        if plan.list_sha256 != listed.sha256:
            raise _not_a_plan(Words("แผนนี้ทำจากรายชื่ออีกแฟ้มหนึ่ง", "the plan was made from another list"))
        with self._storage.write(STREAM) as writer:
            rows = list(writer.page(STREAM, after=0, until=None, areas=None, limit=None))
            known = _registry(rows)
            now = _compared(listed, known)
            created = [listed.offices[entry["code"]] for entry in _agreed(plan.new, now.new)]
            changes = [*self._creations(created, {row.id for row in rows}), *self._updates(writer, plan, now, known, listed)]
            updated = [change.id for change in changes if change.type == "office" and change.base is not None]
            self._pen.write(writer, changes)
            after = _registry(list(writer.page(STREAM, after=0, until=None, areas=None, limit=None)))
        self._name_streams(listed, changes)
        left = _compared(listed, after)
        return Imported(
            _active_counts(after.values()), len(created), len(updated), left.unchanged, left if left.open_points else None, listed.faults
        )

    def _name_streams(self, listed: OfficeList, changes: Iterable[Change]) -> None:
        """Makes the streams of new offices and says how people call them."""
        new = [change.set for change in changes if change.type == "office" and change.base is None]
        names = {str(fields["stream"]): stream_name(listed.offices[str(fields.get("code", "10"))]) for fields in new}
        with self._storage.directory() as directory:
            directory.name_streams({STREAM: _CENTRE.th} | names)

    def _creations(self, offices: Iterable[ListedOffice], taken: Collection[str]) -> Iterator[Change]:
        for office in offices:
            suffix = _suffix(office.code, taken)
            identity = office_id(office.code + suffix)
            fields = {**office.fields, "status": "active", "stream": f"office/{office.code}{suffix}"}
            yield self._pen.change("office", identity, None, fields)
            if office.code != "10":
                code: dict[str, Json] = {"office": identity, "code": office.code, "scheme": "dla"}
                yield self._pen.change("office_code", code_id(identity, office.code), None, code)

    def _updates(self, writer: Writer, plan: Plan, now: Plan, known: Mapping[str, _Known], listed: OfficeList) -> Iterator[Change]:
        """The changes of offices that are there. An office may be named by several entries: its fields go in together."""
        by_id = {office.record.id: office for office in known.values()}
        wanted: dict[str, dict[str, Json]] = {}
        today = self._clock().astimezone(_THAI_TIME).date()
        for entry in _agreed(plan.gone, now.gone):
            wanted.setdefault(entry["id"], {}).update(status="abolished", status_since=today.isoformat())
        for entry in _agreed(plan.renamed, now.renamed):
            wanted.setdefault(entry["id"], {})["name_th"] = entry["to"]
        for entry in _agreed(plan.changed, now.changed):
            wanted.setdefault(entry["id"], {}).update({name: pair[1] for name, pair in entry["fields"].items()})
        for entry in _agreed(plan.upgraded, now.upgraded):
            office = listed.offices[entry["to_code"]]
            wanted.setdefault(entry["id"], {}).update(office.fields)
            if entry["to_code"] != entry["from_code"]:
                yield from self._code_changes(writer, entry["id"], entry["from_code"], entry["to_code"], today)
        for identity, fields in wanted.items():
            office_now = by_id[identity]
            changed = {name: value for name, value in fields.items() if office_now.fields.get(name) != value}
            if changed:
                yield self._pen.change("office", identity, office_now.record, changed)

    def _code_changes(self, writer: Writer, identity: str, former: str, present: str, today: date) -> Iterator[Change]:
        known = writer.records(STREAM, [code_id(identity, former), code_id(identity, present)])
        old, new = known.get(code_id(identity, former)), known.get(code_id(identity, present))
        if old is not None:
            last_day = (today - timedelta(days=1)).isoformat()
            yield self._pen.change("office_code", old.id, old, {"valid_to": last_day})
        if new is None:
            fields: dict[str, Json] = {"office": identity, "code": present, "scheme": "dla", "valid_from": today.isoformat()}
            yield self._pen.change("office_code", code_id(identity, present), None, fields)


def stream_name(office: ListedOffice) -> str:
    """How people call an office's stream: type, name and the place that tells it from others of its name."""
    office_type = str(office.fields["type"])
    prefix = "" if office_type in ("pattaya", "bangkok") else TYPES[office_type].th
    return f"{prefix}{office.fields['name_th']} {office.place}"


def _registry(rows: list[StoredRecord]) -> dict[str, _Known]:
    """The offices of the registry that still exist, by their present code."""
    offices = (_Known(row, fields_of(row)) for row in rows if row.type == "office" and not row.deleted)
    return {office.code: office for office in offices if office.fields.get("status", "active") in ("active", "pending")}


def _active_counts(offices: Any) -> dict[str, int]:
    return counts(office.fields for office in offices)


def _told(code: str, fields: Mapping[str, Json]) -> dict[str, Any]:
    names = ("name_th", "type", "amphoe", "province")
    return {"code": code, **{name: fields[name] for name in names if name in fields}}


def _compared(listed: OfficeList, known: Mapping[str, _Known]) -> Plan:
    """What differs between a list and the registry."""
    plan = Plan(list_sha256=listed.sha256, faults=list(listed.faults))
    gone = {code: office for code, office in known.items() if code not in listed.offices and office.fields.get("name_th") != BANGKOK}
    new = {code: office for code, office in listed.offices.items() if code not in known}
    former = {code[1:]: code for code in gone}
    for code in list(new):
        from_code = former.pop(code[1:], None) if code != "10" else None
        if from_code is not None:
            plan.upgraded.append(_upgrade(gone.pop(from_code), new.pop(code)))
    plan.gone = [{"id": office.record.id, **_told(code, office.fields)} for code, office in gone.items()]
    plan.new = [_told(code, office.fields) for code, office in new.items()]
    for code, office in known.items():
        other = listed.offices.get(code)
        if other is not None:
            _compare(plan, office, other)
    return plan


def _upgrade(office: _Known, other: ListedOffice) -> dict[str, Any]:
    return {
        "id": office.record.id,
        "from_code": office.code,
        "to_code": other.code,
        "from": _told(office.code, office.fields),
        "to": _told(other.code, other.fields),
    }


def _compare(plan: Plan, office: _Known, other: ListedOffice) -> None:
    if office.fields.get("type") != other.fields["type"]:
        plan.upgraded.append(_upgrade(office, other))
        return
    name, new_name = office.fields.get("name_th"), other.fields["name_th"]
    if name != new_name:
        plan.renamed.append({"id": office.record.id, "code": office.code, "from": name, "to": new_name})
    # What a list does not say is not gone: four in ten lack coordinates.
    fields = {
        field_name: [office.fields.get(field_name), other.fields[field_name]]
        for field_name in _COMPARED
        if field_name in other.fields and office.fields.get(field_name) != other.fields[field_name]
    }
    if fields:
        plan.changed.append({"id": office.record.id, "code": office.code, "name_th": new_name, "fields": fields})
    if name == new_name and not fields:
        plan.unchanged += 1


def _agreed(accepted: list[dict[str, Any]], present: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The accepted entries that still are as the plan says; the others were done before, or are no longer so."""
    return [entry for entry in accepted if entry in present]


def read_plan(path: Path) -> Plan:
    """Reads a plan that `--dry-run` printed. Raises Correctable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except OSError as error:
        raise _not_a_plan(Words(f"เปิดแฟ้มไม่ได้ ({error.strerror})", f"the file cannot be opened ({error.strerror})")) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_a_plan(Words("แฟ้มไม่ใช่แผนจาก --dry-run", "the file is no plan of --dry-run")) from error


def _not_a_plan(why: Words) -> Correctable:
    return Correctable(
        Words("ใช้แผนนี้ไม่ได้", "The plan cannot be accepted"),
        Words(
            "ใช้แผนนี้ไม่ได้: {why} ไม่มีอะไรเปลี่ยนแปลง โปรดทำแผนใหม่ด้วย --dry-run",
            "The plan cannot be accepted: {why}; nothing was changed. Make a new one with --dry-run.",
        ).filled(why=why),
    )
