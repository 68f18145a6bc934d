"""What services call: get, save, delete, restore and find records. A save is the row and its outbox entry in one durable transaction.

with store.act(account, label) as act:          one user act, one transaction
    store.save(stream, type, id, set, unset, act=act)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from desktop.storage import acts, history, locked, mirror, outbox, rows, state, years
from desktop.storage.acts import Act, Undone
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.query import Filter, Page, Query
from desktop.storage.record_reader import RecordReader
from desktop.storage.rows import Row
from records.changes import Change, Snapshot
from records.errors import Correctable
from records.ids import Entropy, new_id
from records.kinds.times import rfc3339
from records.record import Fields, RecordType, named
from records.stored import NAME, wire_fault
from records.words import Words

__all__ = ["Act", "Filter", "Page", "Query", "Row", "Store", "Undone"]


class Store(RecordReader):
    """The records of this desk."""

    def __init__(self, database: Database, catalogue: Mapping[str, RecordType], clock: Callable[[], datetime], entropy: Entropy) -> None:
        """`clock` gives aware UTC; `entropy` random bytes for ids."""
        super().__init__(database, catalogue)
        self.clock = clock
        self.entropy = entropy

    def new_id(self) -> str:
        """An id for a new record, change or act."""
        return new_id(self.clock(), self.entropy)

    # Writing

    @contextmanager
    def act(self, account: str, label: Words, *, more_of: Act | None = None) -> Iterator[Act]:
        """One act of a person: everything saved inside is one transaction and one step of undo. An act inside an act is part of it.

        `more_of`: an act that goes on here, in another transaction; undo takes back all of it.
        """
        with self.database.write() as connection, acts.begun(connection, account, label, self.clock(), self.new_id, more_of=more_of) as act:
            yield act

    def save(
        self,
        stream: str,
        type: str,
        id: str | None,
        set: Fields,
        unset: Iterable[str] = (),
        *,
        act: Act,
        group: str | None = None,
    ) -> Row:
        """Writes fields of a record and puts the change in the outbox; makes the record when there is none of that id.

        Args:
            id: None for a new record.
            set: wire fields that change; values equal to what is there are left out.
            unset: names of fields that lose their value.
            act: from `with store.act(...)`, still open.
            group: changes of one group reach the server together or not at all.

        Raises:
            Correctable: unknown type, a value that cannot be stored, a deleted record, a stream without write access.
            Refused: a record that no longer changes, or belongs to a fiscal year that is closed.
        """
        self._check(type, set)
        record_id = id or self.new_id()
        with self.database.write() as connection:
            self._check_writable(connection, stream, act)
            before = rows.read(connection, stream, type, record_id)
            if before is not None and before.deleted:
                raise _deleted()
            now = before.fields if before else {}
            values = {name: value for name, value in set.items() if not outbox.is_equal(now, name, value)}
            gone = tuple(sorted(name for name in {*unset} - set.keys() if name in now))
            if before is not None and not values and not gone:
                return before
            locked.check(connection, stream, type, now if before else None, values, gone)
            return self._write(connection, stream, type, record_id, "put", values, gone, act, before, group)

    def make(self, stream: str, new: Sequence[tuple[str, str, Fields]], *, act: Act) -> None:
        """Makes many records that nobody knows, (type, id, wire fields) each: what `save` does for each, several times as fast.

        Raises:
            Correctable: as `save`; nothing is made then.
            ValueError: an id that is known here, or stands twice.
        """
        for type, _, fields in new:
            self._check(type, fields)
        with self.database.write() as connection:
            self._check_writable(connection, stream)
            if len({id for _, id, _ in new}) < len(new) or rows.known(connection, stream, new):
                raise ValueError("only records that nobody knows are made")
            years.check_new(connection, stream, new)
            for type, _, fields in new:
                locked.check(connection, stream, type, None, fields)
            changes = [self._change(stream, type, id, "put", fields, (), act.account, None, None) for type, id, fields in new]
            with connection.roomy(len(new)):
                outbox.add_new(connection, changes, act.id)
                rows.write(connection, [mirror.made_by(change) for change in changes], waiting=True)
                acts.note_new(connection, act, [((stream, change.type, change.id), change.set) for change in changes])

    def delete(self, stream: str, type: str, id: str, *, act: Act, group: str | None = None) -> Row:
        """Deletes a record; it stays, with its fields, and can be restored. One that never left this desk is gone but for the history.

        Raises:
            Correctable: no such record, or a stream without write access.
        """
        with self.database.write() as connection:
            self._check_writable(connection, stream, act)
            before = self._existing(connection, stream, type, id)
            if before.deleted:
                return before
            locked.check(connection, stream, type, before.fields, {}, (), is_delete=True)
            return self._write(connection, stream, type, id, "delete", {}, (), act, before, group)

    def keep(self, stream: str, type: str, id: str, set: Fields, *, account: str) -> Row:
        """Writes what the program itself keeps in a record that is here: sent like any save, but no act of a person: undo never meets it. Raises as `save`."""
        self._check(type, set)
        with self.database.write() as connection:
            self._check_writable(connection, stream)
            before = self._existing(connection, stream, type, id)
            values = {name: value for name, value in set.items() if not outbox.is_equal(before.fields, name, value)}
            if not values or before.deleted:
                return before
            base = mirror.snapshot_of(connection, stream, type, id)
            outbox.add(connection, self._change(stream, type, id, "put", values, (), account, base, None))
            return mirror.reproject(connection, stream, type, id) or before

    def restore(self, stream: str, type: str, id: str, *, act: Act) -> Row:
        """Brings a deleted record back with its fields, also one that never left this desk.

        Raises:
            Correctable: no such record, or a stream without write access.
        """
        with self.database.write() as connection:
            self._check_writable(connection, stream, act)
            before = rows.read(connection, stream, type, id)
            if before is not None:
                return self._write(connection, stream, type, id, "put", {}, (), act, before, None) if before.deleted else before
            dropped = next(
                (d.change for d in history.discards(connection, stream, type, id) if d.change.base is None and d.change.set), None
            )
            if dropped is None:
                raise _unknown(type)
            return self._write(connection, stream, type, id, "put", dropped.set, (), act, None, None)

    def undo(self, act_id: str, account: str) -> Undone:
        """Takes an act back, whole or as far as nothing was edited since. Undoing an undo does the act again.

        Raises:
            Correctable: no such act, or it was taken back already.
        """
        with self.database.write() as connection:
            return acts.undo(self, connection, act_id, account)

    def undo_last(self, account: str) -> Undone:
        """Takes back the last act of the account that stands. Raises Correctable when there is none."""
        with self.database.write() as connection:
            return acts.undo(self, connection, acts.last_standing(connection, account), account)

    def last_acts(self, account: str, limit: int = 20) -> list[Act]:
        """The last acts of the account on this desk, newest first, undone ones included."""
        with self.database.reading() as connection:
            return acts.last(connection, account, limit)

    def _write(
        self,
        connection: Connection,
        stream: str,
        type: str,
        id: str,
        op: str,
        values: Fields,
        gone: tuple[str, ...],
        act: Act,
        before: Row | None,
        group: str | None,
    ) -> Row:
        snapshot = mirror.snapshot_of(connection, stream, type, id)
        years.check(connection, (stream, type, id), None if op == "delete" else (values, gone), before, snapshot)
        change = self._change(stream, type, id, op, values, gone, act.account, snapshot, group)
        outbox.add(connection, change, act.id)
        after = mirror.reproject(connection, stream, type, id)
        acts.note(connection, act, (stream, type, id), before, after)
        if after is not None:
            return after
        # A record made here and deleted before it was sent leaves no row.
        return Row(stream, type, id, 0, False, True, dict(before.fields) if before else {}, change.made_at, change.made_by, "")

    def _change(
        self,
        stream: str,
        type: str,
        id: str,
        op: str,
        values: Fields,
        gone: tuple[str, ...],
        account: str,
        snapshot: Snapshot | None,
        group: str | None,
    ) -> Change:
        now = self.clock()
        return Change(
            change_id=new_id(now, self.entropy),
            stream=stream,
            type=type,
            id=id,
            base=snapshot.base if snapshot else None,
            op="delete" if op == "delete" else "put",
            set=dict(values),
            unset=gone,
            group=group,
            made_at=rfc3339(now),
            made_by=account,
        )

    def _check(self, type: str, values: Fields) -> None:
        named(self.catalogue, type)
        for name, value in values.items():
            fault = "" if NAME.fullmatch(name) else "the name is not a field name"
            fault = fault or wire_fault(value)
            if fault:
                raise Correctable(
                    Words("บันทึกค่านี้ไม่ได้", "This value cannot be stored"),
                    Words(
                        f"บันทึกค่าของช่อง “{name}” ไม่ได้ ({fault}) ไม่มีอะไรเปลี่ยนแปลง",
                        f"The value of “{name}” cannot be stored ({fault}); nothing was changed.",
                    ),
                )

    def _check_writable(self, connection: Connection, stream: str, act: Act | None = None) -> None:
        known = state.stream(connection, stream)
        # What was moved out of a closed office comes back by undo, to wait there as it did.
        comes_back = known is not None and known.is_closed and known.access == "write" and act is not None and act.undoes is not None
        if known is not None and known.read_only and not comes_back:
            raise Correctable(
                Words("แก้ไขข้อมูลส่วนนี้ไม่ได้", "These data are read-only"),
                Words(
                    "บัญชีนี้อ่านข้อมูลของ “{name}” ได้อย่างเดียว ไม่มีอะไรเปลี่ยนแปลง โปรดขอสิทธิจากผู้ดูแลระบบ",
                    "This account may only read the data of “{name}”. Nothing was changed; ask the administrator for the right to edit.",
                ).filled(name=known.name or stream),
            )

    def _existing(self, connection: Connection, stream: str, type: str, id: str) -> Row:
        row = rows.read(connection, stream, type, id)
        if row is None:
            raise _unknown(type)
        return row


def _unknown(type: str) -> Correctable:
    return Correctable(
        Words("ไม่พบรายการ", "No such record"),
        Words("ไม่พบรายการ {type} นี้ในเครื่อง ไม่มีอะไรเปลี่ยนแปลง", "This computer has no such {type}; nothing was changed.").filled(type=type),
    )


def _deleted() -> Correctable:
    return Correctable(
        Words("รายการนี้ถูกลบแล้ว", "This record was deleted"),
        Words("รายการนี้ถูกลบแล้ว จึงยังไม่ได้บันทึก โปรดกู้คืนก่อนแก้ไข", "This record was deleted, so nothing was saved; restore it before editing."),
    )
