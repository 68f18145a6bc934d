"""Brings into a restored file what only the file it replaces has: unsent changes, the desk's standing with the server, drafts.

A backup is an earlier moment of the same desk, so for a record with unsent changes the newer file knows better in everything: its
snapshot and its queue take the place of the restored ones, change ids and all; a change that the restored queue has besides was sent or
rewritten since, and the server answers its id as applied. Where the restored file knows a newer version all the same, the changes are
put on that one as new edits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from desktop.storage import attachments, held, mirror, outbox, state
from desktop.storage.connection import Connection
from desktop.storage.copies import Documents, Left
from desktop.storage.outbox import Pending
from desktop.storage.rows import Key
from records.changes import Base, Snapshot
from records.stored import FIRST_CHAIN

_DRAFT = "draft."


@dataclass(frozen=True)
class TakenUp:
    """What came over."""

    changes: int
    left_over: int
    """Changes of streams this desk is not granted: they stay in the file set aside."""


def carry_on(connection: Connection, left: Left, new_id: Callable[[], str]) -> bool:
    """Makes the restored file go on as the same desk; inside `write()`. True when the server will know it as that.

    The request counter goes on from where the replaced file was and the witness stays the highest seen, so that neither the server nor this
    desk is rewound; cursors are the restored file's, for its rows are. Where the replaced file could not be read, the server answers
    `rewound` and the desk enrols anew (protocol.md, "A server that lost data"). Blocks of numbers are given up in every case.
    """
    state.give_up_blocks(connection)
    # Grants may have changed since the backup: the next round asks.
    state.set_setting(connection, state.GRANTS, None)
    # A file that was damaged may have been put together from what was readable: the next round compares it with the server.
    state.set_setting(connection, state.VERIFY, state.COMPARE_NOW)
    for one in outbox.everything(connection):
        # Groups may have been united after the backup: the same id with another group would be refused. What was applied merges to nothing.
        if one.change.group is not None and one.state == "waiting":
            outbox.replace(connection, one.change.change_id, msgspec.structs.replace(one.change, change_id=new_id()))
            mirror.reproject(connection, one.change.stream, one.change.type, one.change.id)
    mine = state.identity(connection)
    if left.identity is None:
        return mine is None
    if mine is not None and mine.server != left.identity.server:
        return False
    state.save_identity(connection, left.identity)
    state.continue_counter(connection, left.counter)
    known = {one.stream: one for one in state.streams(connection)}
    for theirs in left.streams:
        stood = known.get(theirs.stream)
        if stood is None:
            stood = msgspec.structs.replace(theirs, cursor=0, chain=FIRST_CHAIN[:16])
        elif theirs.witness_seq > stood.witness_seq:
            stood = msgspec.structs.replace(stood, witness_seq=theirs.witness_seq, witness_chain=theirs.witness_chain)
        state.save_stream(connection, stood)
    return left.counter.number > 0


def take_drafts(connection: Connection, left: Left) -> None:
    """Takes what was typed and not saved; inside `write()`."""
    drafts = {name: value for name, value in _remembered(left.window).items() if name.startswith(_DRAFT)}
    if drafts:
        kept = _remembered(state.setting(connection, state.WINDOW))
        state.set_setting(connection, state.WINDOW, msgspec.json.encode({**kept, **drafts}).decode())


def _remembered(text: str | None) -> dict[str, object]:
    try:
        read = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def take_up(connection: Connection, left: Left, documents: Documents, new_id: Callable[[], str]) -> TakenUp:
    """Puts the unsent changes into the outbox, and the documents they name beside them; inside `write()`."""
    streams = {one.stream for one in state.streams(connection)}
    by_record: dict[Key, list[Pending]] = {}
    for one in left.pending:
        change = one.change
        by_record.setdefault((change.stream, change.type, change.id), []).append(one)
    taken = 0
    # The queue keeps its order: records come by their oldest change, and a record's changes are sent one after the other anyway.
    for key, pending in by_record.items():
        if key[0] in streams:
            _take_record(connection, key, pending, left.observed.get(key), new_id)
            taken += len(pending)
    for sha256 in left.documents:
        _take_document(connection, sha256, documents)
    return TakenUp(taken, len(left.pending) - taken)


def _take_document(connection: Connection, sha256: str, documents: Documents) -> None:
    if attachments.is_here(connection, sha256):
        return
    # What had come of it of old, from the server, may end in the middle of a block.
    attachments.forget(connection, sha256)
    attachments.begin(connection, sha256, 0)
    attachments.put(connection, sha256, 0, documents(sha256))
    found, size = attachments.hash_of(connection, sha256)
    if found == sha256:
        attachments.mark_whole(connection, sha256, size)
    else:
        attachments.forget(connection, sha256)


def _take_record(connection: Connection, key: Key, pending: list[Pending], theirs: Snapshot | None, new_id: Callable[[], str]) -> None:
    mine = held.snapshot_of(connection, *key)
    held.hold(connection, *key)
    for former in outbox.pending(connection, *key):
        outbox.remove(connection, former.change.change_id)
    if mine is not None and (theirs is None or theirs.version < mine.version):
        # New ids, also of what was in flight: on another base it is another wish, and if it was taken the merge finds nothing left of it.
        for one in pending:
            outbox.add(connection, msgspec.structs.replace(one.change, change_id=new_id(), base=Base(mine.version, mine.hash)))
    else:
        for one in pending:
            outbox.put(connection, one.change, state=one.state if one.state != "refused" else "waiting")
            if one.problem is not None and one.state == "refused":
                outbox.refuse(connection, one.change.change_id, one.problem, one.retry_at)
        if theirs is not None:
            held.keep(connection, theirs)
    mirror.reproject(connection, *key)
