"""Computing the audit chain again: every hash, version, seq and chain, and each record as its history leaves it."""

import dataclasses
from collections.abc import Iterator

import msgspec

from records.stored import FIRST_CHAIN, next_chain, record_hash, stored_bytes
from server_stub.storage.base import ALL_STREAMS, Reader, Storage, StoredRevision


@dataclasses.dataclass(frozen=True)
class Damage:
    """One place where what is stored is not what was written."""

    stream: str
    seq: int
    what: str
    """In English, for the person who runs the server."""


@dataclasses.dataclass(frozen=True)
class Audit:
    """What an audit found."""

    streams: int
    revisions: int
    damage: tuple[Damage, ...]


def verify(storage: Storage) -> Audit:
    """Walks every stream from its first write to its head."""
    with storage.read(ALL_STREAMS) as reader:
        return audited(reader)


def audited(reader: Reader) -> Audit:
    """The same of a view that shows every stream."""
    damage: list[Damage] = []
    revisions = 0
    streams = reader.stream_names()
    for stream in streams:
        revisions += reader.states([stream])[stream].head
        damage.extend(_chain_damage(reader, stream))
        damage.extend(_record_damage(reader, stream))
    return Audit(len(streams), revisions, tuple(damage))


def _chain_damage(reader: Reader, stream: str) -> Iterator[Damage]:
    seq, chain = 0, FIRST_CHAIN
    for row in reader.revisions_in_order(stream):
        if row.seq != seq + 1:
            yield Damage(stream, row.seq, f"the write after seq {seq} is missing")
        seq = row.seq
        expected = next_chain(chain, row.hash, row.change_id, row.version, row.changed_by, row.device, row.changed_at)
        if row.chain != expected:
            yield Damage(stream, row.seq, "the chain does not follow from the write before it")
        chain = row.chain
    state = reader.states([stream])[stream]
    if (state.head, state.chain) != (seq, chain):
        yield Damage(stream, state.head, f"the head is not the last write, seq {seq}")


def _record_damage(reader: Reader, stream: str) -> Iterator[Damage]:
    """Replays every record; versions of one record are neighbours, so memory stays flat."""
    last: StoredRevision | None = None
    fields: dict[str, object] = {}
    kept = b""
    for row in reader.revisions_by_record(stream):
        if last is not None and last.id != row.id:
            yield from _current_damage(reader, last, kept)
        if last is None or last.id != row.id:
            last, fields = None, {}
        if row.version != (last.version + 1 if last else 1):
            yield Damage(stream, row.seq, f"a version of {row.type} {row.id} before {row.version} is missing")
        unset = set(msgspec.json.decode(row.unset_names))
        fields = {name: value for name, value in fields.items() if name not in unset} | msgspec.json.decode(row.set_fields)
        kept = stored_bytes(fields)  # type: ignore[arg-type]  # decoded JSON
        if row.hash != record_hash(row.type, row.id, kept, deleted=bool(row.deleted), previous=last.hash if last else ""):
            yield Damage(stream, row.seq, f"the hash of {row.type} {row.id} version {row.version} does not fit what was written")
        last = row
    if last is not None:
        yield from _current_damage(reader, last, kept)


def _current_damage(reader: Reader, last: StoredRevision, kept: bytes) -> Iterator[Damage]:
    record = reader.records(last.stream, [last.id]).get(last.id)
    if record is None:
        yield Damage(last.stream, last.seq, f"{last.type} {last.id} is missing")
    elif (record.fields, record.version, record.hash, record.seq, record.deleted, record.type) != (
        kept, last.version, last.hash, last.seq, last.deleted, last.type,
    ):  # fmt: skip
        yield Damage(last.stream, last.seq, f"{last.type} {last.id} is not what its last version says")
