"""What a person did in one go, and taking it back, before and after it was sent. Acts belong to an account on this desk and survive a restart.

An act keeps, per record, the fields it changed with their values before and after, and whether the record was there. Undo is an act too: it
writes what was before where the record still has what the act gave it; what a record edited since needs stays with it. What was not sent yet drops out of the outbox by itself; what was sent
becomes a new version: history is never rewound.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from desktop.storage import outbox, rows
from desktop.storage.connection import Connection
from desktop.storage.rows import Key, Row
from records.errors import Correctable, Refused
from records.kinds import Integer, Json, Reference
from records.words import Words

if TYPE_CHECKING:
    from desktop.storage.store import Store

Presence = Literal["absent", "present", "deleted"]


@dataclass(frozen=True)
class Act:
    """What a person did in one go."""

    id: str
    account: str
    label: Words
    made_at: datetime
    """Aware UTC."""
    undone: bool = False
    """Whether it was taken back."""
    undoes: str | None = None
    """The act it took back; None when it is an act of its own."""


@dataclass(frozen=True)
class Undone:
    """What taking an act back did."""

    act: Act
    """The act that was taken back."""
    undone: list[Row]
    """The records as they are now, in the order they were taken back."""
    skipped: list[tuple[Row, Words]]
    """The records left as they are, each with why."""


@dataclass(frozen=True)
class _Record:
    """What an act changed in one record."""

    key: Key
    was: Presence
    became: Presence
    before: dict[str, Json]
    after: dict[str, Json]


_EDITED = Words("มีการแก้ไขรายการนี้หลังจากนั้น", "It was edited since")
_DELETED = Words("รายการนี้ถูกลบไปแล้ว", "It was deleted since")
_RESTORED = Words("รายการนี้ถูกกู้คืนไปแล้ว", "It was restored since")
_GONE = Words("ไม่มีรายการนี้ในเครื่องแล้ว", "This computer no longer has it")

_NEEDED = Words("เป็นของรายการที่แก้ไขหลังจากนั้น", "A record that was edited since needs it")

_INSERT = "INSERT INTO act (id, account, label_th, label_en, made_at, undoes) VALUES (?, ?, ?, ?, ?, ?)"
_NOTE = (
    "INSERT OR REPLACE INTO act_record (act_id, stream, type, id, position, was, became, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COLUMNS = "id, account, label_th, label_en, made_at, undone_by, undoes"


@contextmanager
def begun(
    connection: Connection,
    account: str,
    label: Words,
    now: datetime,
    make_id: Callable[[], str],
    undoes: str | None = None,
    more_of: Act | None = None,
) -> Iterator[Act]:
    """Begins an act inside a write, or joins the one already open on this connection; it is kept only when something was saved in it.

    `more_of`: an act of an earlier transaction that goes on.
    """
    if connection.act is not None:
        yield connection.act
        return
    act = more_of or Act(make_id(), account, label, now.astimezone(UTC), undoes=undoes)
    size = "SELECT coalesce(max(position) + 1, 0) FROM act_record WHERE act_id = ?"
    kept = connection.act_size = int(connection.value(size, act.id)) if more_of else 0
    connection.act = act
    try:
        yield act
        if not kept and (connection.act_size or undoes):
            connection.execute(_INSERT, (act.id, account, label.th, label.en, act.made_at.isoformat(), undoes))
    finally:
        connection.act = None


def note(connection: Connection, act: Act, key: Key, before: Row | None, after: Row | None) -> None:
    """Notes what a save of this act changed; several saves of one record become one."""
    if connection.act is None or connection.act.id != act.id:
        raise ValueError("save inside `with store.act(...)`, with the act it gave")
    earlier = _record_of(connection, act.id, key) if connection.act_size else None
    then = before.fields if before else {}
    if earlier:
        # What the record had before the act: the earlier saves taken off again.
        then = {**{name: value for name, value in then.items() if name not in earlier.after}, **earlier.before}
    was = earlier.was if earlier else _presence(before)
    now = after.fields if after else {}
    changed = [n for n in {*then, *now} if n not in then or n not in now or not outbox.is_equal(then, n, now[n])]
    connection.execute(
        _NOTE,
        (
            act.id,
            *key,
            connection.act_size,
            was,
            _presence(after),
            _json({name: then[name] for name in changed if name in then}),
            _json({name: now[name] for name in changed if name in now}),
        ),
    )
    connection.act_size += 1


def note_new(connection: Connection, act: Act, made: Sequence[tuple[Key, dict[str, Json]]]) -> None:
    """Notes records that this act made and that nobody knew: what `note` does for each, in one go."""
    if connection.act is None or connection.act.id != act.id:
        raise ValueError("save inside `with store.act(...)`, with the act it gave")
    connection.executemany(
        _NOTE, [(act.id, *key, connection.act_size + at, "absent", "present", "{}", _json(fields)) for at, (key, fields) in enumerate(made)]
    )
    connection.act_size += len(made)


def _presence(row: Row | None) -> Presence:
    return "absent" if row is None else "deleted" if row.deleted else "present"


def last(connection: Connection, account: str, limit: int) -> list[Act]:
    """The last acts of an account, newest first."""
    sql = f"SELECT {_COLUMNS} FROM act WHERE account = ? ORDER BY position DESC LIMIT ?"
    return [_act(row) for row in connection.execute(sql, (account, limit))]


def last_standing(connection: Connection, account: str) -> str:
    """The id of the last act of the account that is no undo and was not undone. Raises Correctable when there is none."""
    sql = "SELECT id FROM act WHERE account = ? AND undone_by IS NULL AND undoes IS NULL ORDER BY position DESC LIMIT 1"
    found: str | None = connection.value(sql, account)
    if found is None:
        raise Correctable(
            Words("ไม่มีอะไรให้เลิกทำ", "Nothing to undo"),
            Words(
                "บัญชีนี้ไม่มีงานในเครื่องนี้ที่เลิกทำได้ ไม่มีอะไรเปลี่ยนแปลง",
                "This account did nothing on this computer that can be undone; nothing was changed.",
            ),
        )
    return found


def undo(store: "Store", connection: Connection, act_id: str, account: str) -> Undone:
    """Takes an act back as a new act of `account`. Raises Correctable when there is no such act or it was taken back already."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM act WHERE id = ?", (act_id,)).fetchone()
    if row is None or row[5] is not None:
        raise Correctable(
            Words("เลิกทำไม่ได้", "It cannot be undone"),
            Words(
                "ไม่พบงานนี้ในเครื่อง หรือเลิกทำไปแล้ว ไม่มีอะไรเปลี่ยนแปลง",
                "This computer has no such act, or it was undone already; nothing was changed.",
            ),
        )
    act = _act(row)
    label = Words("เลิกทำ: {act}", "Undo: {act}").filled(act=act.label) if act.undoes is None else Words("ทำซ้ำ", "Redo")
    undone: list[Row] = []
    skipped: list[tuple[Row, Words]] = []
    result: Row | Words
    with begun(connection, account, label, store.clock(), store.new_id, undoes=act.id) as undoing:
        records = _records(connection, act.id)
        needed = _needed(store, connection, records)
        for record in records:
            size = connection.act_size
            try:
                with store.database.attempt():
                    result = _NEEDED if record.key in needed else _undo_record(store, connection, record, undoing)
            except Refused as error:
                # An issued receipt, a closed remittance: it stays as it is, whole, and the person is told why.
                result, connection.act_size = error.message, size
            if isinstance(result, Row):
                undone.append(result)
            else:
                skipped.append((rows.read(connection, *record.key) or _gone_row(record), result))
    connection.execute("UPDATE act SET undone_by = ? WHERE id = ?", (undoing.id, act.id))
    if act.undoes is not None:
        # Done again: what this undo had taken back stands once more.
        connection.execute("UPDATE act SET undone_by = NULL WHERE id = ?", (act.undoes,))
    return Undone(act, undone, skipped)


def _needed(store: "Store", connection: Connection, records: Sequence[_Record]) -> set[Key]:
    """What the act made and must stay because a record of it stays: one edited since keeps its parts (the money of a project) and what
    it refers to (its plan), else undo would leave it hollow."""
    made = {record.key: record.after for record in records if record.was == "absent" and record.became == "present"}
    edited: dict[Key, dict[str, Json]] = {}
    for record in records:
        row = rows.read(connection, *record.key)
        if row is not None and not row.deleted and record.became == "present" and not _still(record, row):
            edited[record.key] = row.fields
    if not edited:
        return set()
    ids = {key[2]: key for key in made}
    owners = {key: owner for key, fields in made.items() if (owner := ids.get(str(fields.get(_owner_field(store, key[1])))))}
    whole = {*edited, *(owners[key] for key in edited if key in owners)}
    staying = {*whole, *(key for key, owner in owners.items() if owner in whole)}
    unread = list(staying)
    while unread:
        key = unread.pop()
        found = {ids[value] for value in {**made.get(key, {}), **edited.get(key, {})}.values() if isinstance(value, str) and value in ids}
        unread += found - staying
        staying |= found
    return staying - set(edited)


def _owner_field(store: "Store", record_type: str) -> str:
    """The reference by which records of a type are parts of another: all that else they are known by is a number or a year."""
    spec = store.catalogue.get(record_type)
    kinds = {name: spec.field(name).kind for name in spec.key} if spec else {}
    references = [name for name, kind in kinds.items() if isinstance(kind, Reference)]
    is_part = len(references) == 1 and all(isinstance(kind, Reference | Integer) for kind in kinds.values())
    return references[0] if is_part else ""


def _undo_record(store: "Store", connection: Connection, record: _Record, undoing: Act) -> Row | Words:
    stream, record_type, record_id = record.key
    row = rows.read(connection, *record.key)
    presence = _presence(row)
    if presence != record.became:
        return {"absent": _GONE, "present": _RESTORED, "deleted": _DELETED}[presence]
    if not _still(record, row):
        return _EDITED
    if record.was == "absent" and record.became != "absent":
        return store.delete(stream, record_type, record_id, act=undoing) if row and not row.deleted else _DELETED
    values, gone = record.before, tuple(name for name in record.after if name not in record.before)
    if record.became == "absent":
        return store.save(stream, record_type, record_id, values, act=undoing)
    if record.became == "deleted":
        store.restore(stream, record_type, record_id, act=undoing)
    done = store.save(stream, record_type, record_id, values, gone, act=undoing)
    return store.delete(stream, record_type, record_id, act=undoing) if record.was == "deleted" else done


def _still(record: _Record, row: Row | None) -> bool:
    """Whether the record still has what the act gave it; a record the act made must have nothing else either."""
    now = row.fields if row else {}
    names = {*record.before, *record.after, *(now if record.was == "absent" else ())}
    return all(outbox.is_equal(now, name, record.after[name]) if name in record.after else name not in now for name in names)


def _records(connection: Connection, act_id: str) -> list[_Record]:
    sql = "SELECT stream, type, id, was, became, before, after FROM act_record WHERE act_id = ? ORDER BY position DESC"
    return [_record(row) for row in connection.execute(sql, (act_id,)).fetchall()]


def _record_of(connection: Connection, act_id: str, key: Key) -> _Record | None:
    sql = "SELECT stream, type, id, was, became, before, after FROM act_record WHERE act_id = ? AND stream = ? AND type = ? AND id = ?"
    row = connection.execute(sql, (act_id, *key)).fetchone()
    return None if row is None else _record(row)


def _record(row: tuple[str, ...]) -> _Record:
    was, became = row[3], row[4]
    return _Record(
        (row[0], row[1], row[2]), _as_presence(was), _as_presence(became), msgspec.json.decode(row[5]), msgspec.json.decode(row[6])
    )


def _as_presence(text: str) -> Presence:
    presence: Presence = msgspec.convert(text, Presence)
    return presence


def _gone_row(record: _Record) -> Row:
    return Row(*record.key, version=0, waiting=False, deleted=True, fields=record.after, changed_at="", changed_by="", device="")


def _act(row: tuple[str, ...]) -> Act:
    return Act(row[0], row[1], Words(row[2], row[3]), datetime.fromisoformat(row[4]), row[5] is not None, row[6] or None)


def _json(fields: dict[str, Json]) -> str:
    return msgspec.json.encode(fields, order="sorted").decode()
