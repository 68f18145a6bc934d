"""Writing one stream: seq, version, hash and chain are given here, under the stream's lock (protocol.md, "Words").

What clients push and what the server writes of its own both go through a `Ledger`: there is no other way to move a head.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from records.changes import Change, apply_fields
from records.file_names import MARK, named_files
from records.kinds import Json
from records.record import RecordType
from records.stored import next_chain, record_hash, stored_bytes
from server_stub.areas import area_of
from server_stub.shape import Shaped
from server_stub.storage.base import AppliedChange, StoredRecord, StoredRevision, Writer


def fields_of(record: StoredRecord | None) -> dict[str, Json]:
    """The wire fields of a stored record; empty when there is none."""
    fields: dict[str, Json] = msgspec.json.decode(record.fields) if record is not None else {}
    return fields


def content_of(shaped: Shaped) -> str:
    """The digest that tells a repeated change from a reused id: 32 hex digits over what the change asks for."""
    change = shaped.change
    envelope = (change.type, change.id, change.base, change.op, change.group, change.made_by)
    parts = (msgspec.json.encode(envelope), shaped.set_fields, shaped.unset_names)
    return hashlib.sha256(b"\n".join(parts)).hexdigest()[:32]


class Planned:
    """One write that was judged good and not yet numbered."""

    __slots__ = ("area", "before", "content", "fields", "shaped")

    def __init__(self, shaped: Shaped, before: StoredRecord | None, fields: bytes, area: str) -> None:
        """`fields` are the stored bytes the record will have."""
        self.shaped = shaped
        self.before = before
        self.fields = fields
        self.area = area
        self.content = content_of(shaped)


class Ledger:
    """The writes of one stream inside one transaction; nothing reaches the store before `close`."""

    def __init__(self, writer: Writer, catalogue: Mapping[str, RecordType], *, changed_at: str) -> None:
        """`changed_at`: the server's clock, RFC 3339 UTC; the same for every write of the transaction."""
        self._writer = writer
        self._catalogue = catalogue
        self._changed_at = changed_at
        self._known: dict[str, StoredRecord] = {}
        self._applied: dict[str, AppliedChange] = {}
        self._touched: dict[str, None] = {}
        self._revisions: list[StoredRevision] = []
        self._naming: dict[str, None] = {}
        self.head = writer.state.head
        self.chain = writer.state.chain

    def load(self, *, ids: Collection[str] = (), change_ids: Collection[str] = ()) -> None:
        """Reads the records and the change ids that will be asked for, in one go."""
        self._known.update(self._writer.records(self._writer.state.stream, ids))
        self._applied.update(self._writer.applied(change_ids))

    def record(self, record_id: str) -> StoredRecord | None:
        """The record as it is now, writes of this transaction included; None when there is none of a loaded id."""
        return self._known.get(record_id)

    def stored(self, record_id: str) -> StoredRecord | None:
        """The record as it is now, asked for by a rule about another record; reads it where it was not loaded."""
        if record_id not in self._known:
            self.load(ids=[record_id])
        return self._known.get(record_id)

    def applied(self, change_id: str) -> AppliedChange | None:
        """What is remembered of a loaded change id, this transaction included; None when it was never applied."""
        return self._applied.get(change_id)

    def written(self) -> list[StoredRecord]:
        """The records this transaction wrote, as they are now."""
        return [self._known[record_id] for record_id in self._touched]

    def plan(self, shaped: Shaped) -> Planned:
        """What the change makes of the record as it is now."""
        change = shaped.change
        before = self._known.get(change.id)
        if before is None:
            return Planned(shaped, None, shaped.set_fields, area_of(self._catalogue, change.type, change.set))
        if change.op == "delete":
            return Planned(shaped, before, before.fields, before.area)
        fields = apply_fields(fields_of(before), change)
        return Planned(shaped, before, stored_bytes(fields), area_of(self._catalogue, change.type, fields))

    def write(self, plans: Sequence[Planned], *, device: str) -> None:
        """Gives the plans their numbers, one after the other; several are one group, which no page will split."""
        group_end = self.head + len(plans)
        for planned in plans:
            self._write(planned, group_end, device)

    def _write(self, planned: Planned, group_end: int, device: str) -> None:
        change, before = planned.shaped.change, planned.before
        stream = self._writer.state.stream
        seq = self.head + 1
        version = before.version + 1 if before else 1
        is_delete = change.op == "delete"
        previous = before.hash if before else ""
        hash_ = record_hash(change.type, change.id, planned.fields, deleted=is_delete, previous=previous)
        at, by = self._changed_at, change.made_by
        self.chain = next_chain(self.chain, hash_, change.change_id, version, by, device, at)
        self.head = seq
        origin = msgspec.json.encode(change.origin) if change.origin else None
        self._known[change.id] = StoredRecord(
            stream, change.id, change.type, planned.area, version, hash_, seq, group_end, int(is_delete), planned.fields,
            change.schema, at, by, device, change.change_id, origin,
        )  # fmt: skip
        self._touched[change.id] = None
        if MARK in planned.fields or (before is not None and MARK in before.fields):
            self._naming[change.id] = None
        self._applied[change.change_id] = AppliedChange(change.change_id, planned.content, change.id)
        merge = msgspec.json.encode(change.merge) if change.merge else None
        self._revisions.append(
            StoredRevision(
                stream, seq, change.change_id, planned.content, change.type, change.id, version, hash_, self.chain, int(is_delete),
                planned.shaped.set_fields, planned.shaped.unset_names, change.group, change.schema, change.made_at, at, by, device,
                origin, merge,
            )
        )  # fmt: skip

    def write_own(self, changes: Iterable[Change], *, device: str) -> int:
        """Writes changes the server makes itself, each for itself; returns how many. The ids must be loaded."""
        count = 0
        for count, change in enumerate(changes, start=1):  # noqa: B007  # the number of the last one is the result
            names = msgspec.json.encode(sorted(set(change.unset)))
            self.write([self.plan(Shaped(change, stored_bytes(change.set), names))], device=device)
        return count

    def close(self) -> None:
        """Hands everything to the store; the transaction's commit makes it true."""
        self._writer.append([self._known[record_id] for record_id in self._touched], self._revisions)
        for record in map(self._known.__getitem__, self._naming):
            hashes = {file.sha256 for file in named_files(fields_of(record))}
            self._writer.put_file_names(record.stream, record.id, record.area, hashes)
        self._naming = {}
        self._revisions = []
        self._touched = {}
