"""Catalogue -> tables: what a record type looks like in SQLite. Pure: opens nothing.

A type has one STRICT table `record_<type>`: the envelope in columns whose names begin with `_` (no field name does), one column per field,
a sort column `_sort_<field>` for each text shown in lists. Records of types this program does not know share `record_unknown` and are kept
whole. A wire value that its kind cannot hold, or a field this program does not know, is kept in `_extra`, byte for byte (law 8).
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any

import msgspec

from desktop.storage.columns import Column, ColumnValues, SqlValue, codec_of, decoder, sort_values
from records.changes import Origin, Snapshot
from records.kinds import CannotHold, Choice, Email, FiscalYear, Json, Kind, Money, Phone, Reference, Text, YesNo
from records.record import RecordType
from records.thai.text import search_forms

ENVELOPE: Mapping[str, str] = {
    "_stream": "TEXT",  # the stream the record lives in
    "_id": "TEXT",  # UUIDv7, lower case
    "_version": "INTEGER",  # of the last server snapshot; 0 when the server does not have the record
    "_hash": "TEXT",  # of that version; empty at version 0
    "_seq": "INTEGER",  # of that version; 0 at version 0
    "_deleted": "INTEGER",  # 1: a tombstone, which keeps its fields
    "_schema": "INTEGER",  # catalogue number of the program that wrote it
    "_changed_at": "TEXT",  # RFC 3339 UTC; of the last pending change where there is one
    "_changed_by": "TEXT",  # account
    "_device": "TEXT",  # device id; empty for a pending change of this desk
    "_change_id": "TEXT",  # of the change that made the version, or of the last pending one
    "_origin": "TEXT",  # JSON of records.changes.Origin, NULL when none
    "_waiting": "INTEGER",  # 1: has pending changes, so the mirror holds its snapshot
    "_refused": "TEXT",  # why the server did not take the pending change; empty when it did not refuse
    "_extra": "TEXT",  # JSON object of field values without a column here; NULL when none
}
_CONFIRMED = (
    "_version", "_hash", "_seq", "_schema", "_changed_at", "_changed_by", "_device", "_change_id", "_origin", "_waiting", "_refused",
)  # fmt: skip
"""What of the envelope changes when the server took what a row shows."""
_MADE = ("_hash", "_seq", "_changed_at", "_device")
"""What of it changes, beside its version and its marks, when the server took a record that was made here."""
_NULLABLE = frozenset({"_origin", "_extra"})
_PLAIN = attrgetter("stream", "id", "version", "hash", "seq")
_WHO = attrgetter("schema", "changed_at", "changed_by", "device", "change_id")
"""What of a snapshot stands in its row as it is, before and behind whether it is deleted."""
UNKNOWN = "record_unknown"
SEPARATOR = "\ue000"
"""Between the fields in a search text: nobody types it and `search_form` keeps it."""

WALKED: Mapping[str, tuple[str, ...]] = {
    "project": ("_deleted", "plan", "strategy", "tactic", "programme", "status", "stage", "_stream", "_id"),
    "budget_line": (
        "_deleted", "fiscal_year", "side", "programme", "work", "budget_group", "category", "kind", "amount", "_stream", "_id",
    ),
    "disbursement": ("_deleted", "budget_line", "contract", "amount", "_stream"),
}  # fmt: skip
"""What sums over all records of a type ask of each (`plan_sums`, `budget`): an index that holds it spares the reading of long texts."""


def quoted(name: str) -> str:
    """A name as an SQL identifier; names come from the catalogue only."""
    return f'"{name}"'


class Table:
    """The table of one record type, or of all unknown ones: turns snapshots into rows and back."""

    def __init__(self, spec: RecordType | None) -> None:
        """`spec` is None for the table of unknown types."""
        self.spec = spec
        self.name = f"record_{spec.type}" if spec else UNKNOWN
        self.columns: tuple[Column, ...] = tuple(_columns(spec)) if spec else ()
        names = [*ENVELOPE, *(c.name for c in self.columns), *(f"_sort_{c.name}" for c in self.columns if c.sort)]
        self.names: tuple[str, ...] = (*names, *(() if spec else ("_type",)))
        """Every column in the order of `values`."""
        self.read_names: tuple[str, ...] = (*ENVELOPE, *(c.name for c in self.columns), *(() if spec else ("_type",)))
        selected = ", ".join(map(quoted, self.read_names))
        self.select = f"SELECT {selected} FROM {quoted(self.name)}"
        places = ", ".join("?" * len(self.names))
        updates = ", ".join(f"{quoted(n)} = excluded.{quoted(n)}" for n in self.names if n not in ("_stream", "_id"))
        self.upsert = (
            f"INSERT INTO {quoted(self.name)} ({', '.join(map(quoted, self.names))}) VALUES ({places}) "
            f"ON CONFLICT (_stream, _id) DO UPDATE SET {updates}"
        )
        confirmed = ", ".join(f"{name} = ?" for name in _CONFIRMED)
        self.confirm = f"UPDATE {quoted(self.name)} SET {confirmed} WHERE _stream = ? AND _id = ?"
        """Updates a row to the version it shows already, with the values of `confirmation`."""
        made = ", ".join(f"{name} = ?" for name in _MADE)
        self.confirm_made = (
            f"UPDATE {quoted(self.name)} SET {made}, _version = 1, _waiting = 0, _refused = '' WHERE _stream = ? AND _id = ?"
        )
        """Updates a row that its only change made, with hash, seq, time and device of its first version."""
        self._values = ColumnValues(self.columns)
        self._decoders = [(c.name, decoder(c.codec)) for c in self.columns]
        self._searchable = _searchable(spec) if spec else ()
        self._shown_as_is = spec is not None and all(type(spec.by_name[name].kind).show is Text.show for name in spec.title)
        self._looked_for = frozenset({"_deleted", "_extra", *(spec.title if spec else ()), *(name for name, _, _ in self._searchable)})

    def values(self, snapshot: Snapshot, waiting: bool = False, refused: str = "") -> tuple[SqlValue, ...]:
        """The row of a snapshot, in the order of `names`."""
        return self.all_values([snapshot], waiting, refused)[0]

    def all_values(self, snapshots: Sequence[Snapshot], waiting: bool = False, refused: str = "") -> list[tuple[SqlValue, ...]]:
        """The rows of snapshots, in the order of `names`."""
        columns, extra = self._values.of([snapshot.fields for snapshot in snapshots])
        origins = [msgspec.json.encode(s.origin).decode() if s.origin else None for s in snapshots]
        envelope = [(*_PLAIN(s), int(s.deleted), *_WHO(s)) for s in snapshots]
        rest = (origins, repeat(int(waiting)), repeat(refused), extra, *columns, *(() if self.spec else ([s.type for s in snapshots],)))
        return [first + others for first, others in zip(envelope, zip(*rest, strict=False), strict=True)]

    def differences(
        self, pairs: Sequence[tuple[tuple[Any, ...], Snapshot]], waiting: bool = False, refused: str = ""
    ) -> list[dict[str, SqlValue]]:
        """For rows read with `select`, each with the snapshot it is to show: the columns that differ and what they must hold."""
        found: list[dict[str, SqlValue]] = []
        for row, snapshot in pairs:
            columns, extra = self._values.one(snapshot.fields)
            now = (*_envelope(snapshot, waiting, refused, extra), *columns, *self._type_of(snapshot))
            found.append({name: value for name, was, value in zip(self.read_names, row, now, strict=True) if was != value})
        for name in (column.name for column in self.columns if column.sort):
            # A sort column follows its text and nothing else.
            changed = [differing for differing in found if name in differing]
            for differing, key in zip(changed, sort_values([differing[name] for differing in changed]), strict=True):
                differing[f"_sort_{name}"] = key
        return found

    def is_found_by(self, columns: Collection[str]) -> bool:
        """Whether search looks at any of these columns."""
        return self.spec is not None and not self._looked_for.isdisjoint(columns)

    def _type_of(self, snapshot: Snapshot) -> tuple[str, ...]:
        return () if self.spec else (snapshot.type,)

    @staticmethod
    def confirmation(snapshot: Snapshot) -> tuple[SqlValue, ...]:
        """The values that `confirm` takes."""
        origin = msgspec.json.encode(snapshot.origin).decode() if snapshot.origin else None
        return (
            snapshot.version, snapshot.hash, snapshot.seq, snapshot.schema, snapshot.changed_at, snapshot.changed_by, snapshot.device,
            snapshot.change_id, origin, 0, "", snapshot.stream, snapshot.id,
        )  # fmt: skip

    def snapshot(self, row: tuple[Any, ...]) -> Snapshot:
        """The snapshot of a row read with `select`; with pending changes it is the projected one, not the server's."""
        origin = row[11]
        return Snapshot(
            stream=row[0],
            type=self.spec.type if self.spec else row[-1],
            id=row[1],
            version=row[2],
            hash=row[3],
            seq=row[4],
            deleted=bool(row[5]),
            fields=self.fields(row),
            schema=row[6],
            changed_at=row[7],
            changed_by=row[8],
            device=row[9],
            change_id=row[10],
            origin=msgspec.json.decode(origin, type=Origin) if origin else None,
        )

    def fields(self, row: tuple[Any, ...]) -> dict[str, Json]:
        """The wire fields of a row read with `select`, exactly as stored."""
        fields: dict[str, Json] = {}
        for (name, decode), value in zip(self._decoders, row[len(ENVELOPE) :], strict=False):
            if value is not None:
                fields[name] = decode(value) if decode else value
        if row[14] is not None:
            fields |= msgspec.json.decode(row[14])
        return fields

    def title(self, fields: Mapping[str, Json]) -> str:
        """The name of a record for people; empty for an unknown type. A value of a form no title has (a list) is left out."""
        if self.spec is None:
            return ""
        if self._shown_as_is:
            texts = [fields.get(name) for name in self.spec.title]
            if all(type(text) is str for text in texts):
                return " ".join(" ".join(texts).split())  # type: ignore[arg-type]  # they are texts, as was just asked
        return self.spec.title_of({name: fields[name] for name in self.spec.title if isinstance(fields.get(name), str | int)})

    def search_texts(self, all_fields: Sequence[Mapping[str, Json]]) -> list[tuple[str, str]]:
        """Of each record its title, and the text by which it is found: the title, then every searchable field, in `search_form`, between
        separators."""
        titles = [self.title(fields) for fields in all_fields]
        texts = search_forms([self._searched(fields, title) for fields, title in zip(all_fields, titles, strict=True)])
        return list(zip(titles, texts, strict=True))

    def _searched(self, fields: Mapping[str, Json], title: str) -> str:
        parts = [title]
        for name, kind, as_it_is in self._searchable:
            wire = fields.get(name)
            if wire is None:
                continue
            if as_it_is:
                parts.append(str(wire))
                continue
            try:
                parts.append(kind.search_text(kind.from_wire(wire)))
            except CannotHold:
                continue
        return SEPARATOR.join(filter(None, parts)) if title else SEPARATOR + SEPARATOR.join(filter(None, parts))

    def description(self) -> dict[str, Any]:
        """What growth must know of a table already made: enough to read its rows without the catalogue that made it."""
        return {
            "columns": {c.name: [c.codec, c.spec.kind.sql_type] for c in self.columns},
            "sorts": [c.name for c in self.columns if c.sort],
            "holds": _digest([repr(c.spec.kind) for c in self.columns]),
            "search": _digest([repr(self.spec.title), *(repr(part[:2]) for part in self._searchable)]) if self.spec else "",
            "indexes": {name: list(columns) for name, columns in self.indexes()},
        }

    def indexes(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Name and columns of each index: listed fields for sorting and chips, references for their users, the natural key, last changes.

        `totals` answers what stands under and over a list, counts by its chips and sums of money, without reading a record.
        """
        for column in self.columns:
            if column.is_indexed:
                indexed = f"_sort_{column.name}" if column.sort else column.name
                # The dot keeps `office` with a field `code` apart from the table of `office_code`.
                yield f"{self.name}.{column.name}", ("_deleted", indexed, "_id", "_stream")
        if self.spec is None:
            return
        if self.spec.key:
            yield f"{self.name}:key", self.spec.key
        yield f"{self.name}:changed", ("_deleted", "_changed_at", "_id")
        money = [field.name for field in self.spec.fields if isinstance(field.kind, Money)]
        if money and self.spec.key and isinstance(self.spec.field(self.spec.key[-1]).kind, FiscalYear):
            # The parts of a record by year are summed without reading them.
            yield f"{self.name}:by_year", (*self.spec.key, "_deleted", *money)
        if set(WALKED.get(self.spec.type, ())) <= {*self.names} and self.spec.type in WALKED:
            yield f"{self.name}:walked", WALKED[self.spec.type]
        if money:
            choice = self.spec.quick_choice
            yield f"{self.name}:totals", ("_deleted", *([choice.name] if choice else []), *money, "_id")


def _envelope(snapshot: Snapshot, waiting: bool, refused: str, extra: str | None) -> tuple[SqlValue, ...]:
    """The values of ENVELOPE."""
    origin = msgspec.json.encode(snapshot.origin).decode() if snapshot.origin else None
    return (
        snapshot.stream, snapshot.id, snapshot.version, snapshot.hash, snapshot.seq, int(snapshot.deleted), snapshot.schema,
        snapshot.changed_at, snapshot.changed_by, snapshot.device, snapshot.change_id, origin, int(waiting), refused, extra,
    )  # fmt: skip


def _columns(spec: RecordType) -> Iterator[Column]:
    for field in spec.fields:
        codec = codec_of(field.kind)
        sort = field.in_list and isinstance(field.kind, Text)
        is_indexed = isinstance(field.kind, Reference) or (field.in_list and codec != "json")
        yield Column(field.name, field, codec, sort, is_indexed)


def _searchable(spec: RecordType) -> tuple[tuple[str, Kind[Any], bool], ...]:
    found = (field for field in spec.fields if field.searchable and field.name not in spec.title)
    return tuple((f.name, f.kind, isinstance(f.kind, Text | Phone | Email)) for f in found if not isinstance(f.kind, Choice | YesNo))


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def is_nullable(name: str) -> bool:
    """Whether a column may be NULL: fields and sort keys may, the envelope but for two may not."""
    return name not in ENVELOPE or name in _NULLABLE


class Tables:
    """Every table of a catalogue, by type."""

    def __init__(self, catalogue: Mapping[str, RecordType]) -> None:
        self.catalogue = catalogue
        self.by_type: Mapping[str, Table] = {name: Table(spec) for name, spec in catalogue.items()}
        self.unknown = Table(None)
        self.referrers: Mapping[str, tuple[tuple[Table, str], ...]] = _referrers(self.by_type)
        """By type referred to: the tables and fields that may refer to it."""

    def of(self, record_type: str) -> Table:
        """The table that holds records of the type."""
        return self.by_type.get(record_type, self.unknown)

    def all(self) -> Iterator[Table]:
        """Every table, that of unknown types last."""
        yield from self.by_type.values()
        yield self.unknown


def _referrers(by_type: Mapping[str, Table]) -> dict[str, tuple[tuple[Table, str], ...]]:
    found: dict[str, list[tuple[Table, str]]] = {name: [] for name in by_type}
    for table in by_type.values():
        for column in table.columns:
            if isinstance(column.spec.kind, Reference):
                for target in (column.spec.kind.to,) if column.spec.kind.to else by_type:
                    found.setdefault(target, []).append((table, column.name))
    return {target: tuple(referring) for target, referring in found.items()}
