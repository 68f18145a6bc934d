"""What a change makes of a record, told without being shown it.

The hash decides: it is over type, id, fields, deletion and the hash before, so a version that was put together wrongly is known for wrong.
"""

import msgspec

from records.changes import Change, Snapshot
from records.merge import project
from records.protocol import Made
from records.stored import record_hash, stored_bytes


def as_made(base: Snapshot | None, change: Change) -> Snapshot | None:
    """The version that a change makes of the base it was sent with, None for a record that it makes.

    Where it stands in the stream, and when and by which device the server says it was written, stay open. None where it makes nothing, or
    was made on another base.
    """
    made = project(base, [change])
    if made is None or change.base != (base.base if base else None):
        return None
    before = base.hash if base else ""
    hash_ = record_hash(change.type, change.id, stored_bytes(made.fields), deleted=made.deleted, previous=before)
    return Snapshot(
        stream=change.stream, type=change.type, id=change.id, version=base.version + 1 if base else 1, hash=hash_, seq=0,
        deleted=made.deleted, fields=made.fields, schema=change.schema, changed_at=change.made_at, changed_by=change.made_by, device="",
        change_id=change.change_id, origin=change.origin,
    )  # fmt: skip


def version_made(base: Snapshot | None, change: Change, made: Made, device: str) -> Snapshot | None:
    """The snapshot a brief answer to a change of this device stands for (docs/protocol.md, "Additive"); None where it is not what the server wrote."""
    found = as_made(base, change)
    if found is None or (found.version, found.hash) != (made.version, made.hash):
        return None
    return msgspec.structs.replace(found, seq=made.seq, changed_at=made.changed_at, device=device)
