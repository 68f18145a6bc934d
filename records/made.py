"""What a change made of a record, told without being shown it: the other side of a brief answer to a push (docs/protocol.md, "Additive").

The hash decides: it is over type, id, fields, deletion and the hash before, so a version that was put together wrongly is known for wrong.
"""

from records.changes import Change, Snapshot, apply_fields
from records.protocol import Made
from records.stored import record_hash, stored_bytes


def version_made(change: Change, base: Snapshot | None, made: Made, device: str) -> Snapshot | None:
    """The snapshot of the version that a change of this device made; None when it is not what the server says it wrote.

    `base`: the version the change was made on, None for a record that it made.
    """
    if (base.base if base else None) != change.base:
        return None
    fields = base.fields if base else {}
    if change.op == "put":
        fields = apply_fields(fields, change)
    is_deleted = change.op == "delete"
    hash_ = record_hash(change.type, change.id, stored_bytes(fields), deleted=is_deleted, previous=base.hash if base else "")
    if (made.version, made.hash) != (base.version + 1 if base else 1, hash_):
        return None
    return Snapshot(
        stream=change.stream, type=change.type, id=change.id, version=made.version, hash=made.hash, seq=made.seq, deleted=is_deleted,
        fields=fields, schema=change.schema, changed_at=made.changed_at, changed_by=change.made_by, device=device,
        change_id=change.change_id, origin=change.origin,
    )  # fmt: skip
