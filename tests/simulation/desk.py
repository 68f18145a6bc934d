"""One desk of the simulation: a real data file, what its people do, and the rounds it runs."""

import shutil
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from desktop.storage import outbox, rows, state
from desktop.storage.audit import check_projection
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.held import snapshot_of
from desktop.storage.query import Query
from desktop.storage.rows import Row
from desktop.storage.store import Store
from desktop.sync.engine import Round, run_round
from desktop.sync.status import Report, SyncStatus
from records.changes import Snapshot
from records.errors import Correctable
from records.kinds import Json
from records.protocol import GrantedStream
from records.words import Words
from server_stub.session import Grant, Session
from tests.simulation.kinds import CATALOGUE, FLOW, TOKEN_FIELDS
from tests.simulation.network import Network, SimulatedTransport

if TYPE_CHECKING:
    from tests.simulation.bugs import Bug

KEY = bytes(32)
WORD = Words("งาน", "work")
TYPES = tuple(TOKEN_FIELDS)


class Crash(BaseException):
    """The process dies here."""


class Clock:
    """A clock that people set wrong."""

    def __init__(self, asked: Callable[[], None] = lambda: None) -> None:
        """`asked` is called whenever the time is asked for: in the middle of transactions too."""
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        self._asked = asked

    def __call__(self) -> datetime:
        self._asked()
        self.now += timedelta(seconds=1)
        return self.now


class Desk:
    """A computer of an office, or of the province that only reads."""

    def __init__(
        self,
        name: str,
        template: Path,
        folder: Path,
        network: Network,
        random: Random,
        grants: Mapping[str, Grant],
        between: Callable[["Desk", str], None],
        bug: "Bug",
    ) -> None:
        """`template` is a data file with the schema and nothing in it."""
        self.name = name
        self.random = random
        self.clock = Clock(lambda: self.crash_perhaps(25))
        self.bug = bug
        self.head = f"{name}.head"
        """The account of the head, who works on the same desk."""
        self.account = name
        """Who sits at the desk: the clerk or the head."""
        self.session = Session(name, "clerk", f"device-{name}", grants, {name: "clerk", self.head: "head"})
        self.transport = SimulatedTransport(network, self.session, lambda when: between(self, when))
        self.is_in_round = False
        self.may_crash = False
        folder.mkdir()
        self._path = folder / FILE_NAME
        shutil.copyfile(template, self._path)
        self.open()
        granted = [GrantedStream(stream, "write" if one.may_write else "read", one.areas, stream) for stream, one in grants.items()]
        with self.database.write() as connection:
            state.take_grants(connection, granted)
            state.save_identity(connection, state.Identity(device_id=self.session.device, server="", account=name, role="clerk"))

    def open(self) -> None:
        """Starts the program."""
        self.database = Database.open(self._path, KEY, CATALOGUE, synchronous="OFF")
        self.store = Store(self.database, CATALOGUE, self.clock, self.random.randbytes)

    def reopen(self) -> None:
        """The program ends, by whatever, and starts again."""
        self.database.close()
        self.open()

    @property
    def writable(self) -> list[str]:
        """The streams it may write."""
        return [stream for stream, one in self.session.grants.items() if one.may_write]

    # Rounds

    def round(self) -> Report:
        """One round; raises Unavailable when the line fails and Crash when the process dies."""
        self.is_in_round = True
        try:
            common = (self.database, CATALOGUE, self.transport, self.clock, self.random.randbytes, self._hear)
            if self.bug.round is Round:
                return run_round(*common, cancelled=self._cancelled)
            return self.bug.round(*common, cancelled=self._cancelled).run()
        finally:
            self.is_in_round = False

    def _hear(self, status: SyncStatus) -> None:
        self.crash_perhaps(12)

    def _cancelled(self) -> bool:
        self.crash_perhaps(6)
        return self.may_crash and self.random.randrange(30) == 0

    def crash_perhaps(self, in_so_many: int) -> None:
        """Dies, where this desk may die."""
        if self.may_crash and self.random.randrange(in_so_many) == 0:
            raise Crash

    # What people do

    def rows_of(self, types: Collection[str] = TYPES, *, deleted: bool = False) -> list[Row]:
        """The records of the streams it may write, by id."""
        found = [row for one in types for row in self.store.find(Query(one, deleted=deleted)).rows]
        return sorted((row for row in found if row.stream in self.writable and row.deleted == deleted), key=lambda row: row.id)

    def save(self, stream: str, record_type: str, record_id: str | None, values: dict[str, Json], gone: Collection[str] = ()) -> Row:
        """One act of one save."""
        with self.store.act(self.account, WORD) as act:
            return self.store.save(stream, record_type, record_id, values, gone, act=act)

    def delete(self, row: Row) -> None:
        """One act of one deletion."""
        with self.store.act(self.account, WORD) as act:
            self.store.delete(row.stream, row.type, row.id, act=act)

    def restore(self, row: Row) -> None:
        """One act of one restore."""
        with self.store.act(self.account, WORD) as act:
            self.store.restore(row.stream, row.type, row.id, act=act)

    def save_together(self, edits: Collection[tuple[Row, dict[str, Json]]]) -> None:
        """One act whose changes reach the server together or not at all."""
        group = self.store.new_id()
        with self.store.act(self.account, WORD) as act:
            for row, values in edits:
                self.store.save(row.stream, row.type, row.id, values, act=act, group=group)

    def settle(self, conflict: Row, choice: str) -> None:
        """Settles a conflict: every field gets mine, or theirs stays; the entry and the record in one group."""
        fields = conflict.fields
        record = self.store.get(str(fields["record_type"]), str(fields["record_id"]), conflict.stream)
        details = details_of(conflict)
        values = {str(d["name"]): d["mine"] for d in details if "mine" in d and not str(d["name"]).startswith("_")}
        gone = [str(d["name"]) for d in details if "mine" not in d and not str(d["name"]).startswith("_")]
        group = self.store.new_id()
        settled: dict[str, Json] = {"state": "settled", "settled_by": self.account, "settled_at": "2026-11-22T09:00:00Z"}
        with self.store.act(self.account, WORD) as act:
            self.store.save(conflict.stream, "conflict", conflict.id, settled, act=act, group=group)
            if choice == "mine" and record is not None and not record.deleted:
                self.store.save(conflict.stream, record.type, record.id, values, gone, act=act, group=group)

    def undo(self) -> list[Row]:
        """Takes the last act back; the records it touched."""
        try:
            return self.store.undo_last(self.account).undone
        except Correctable:
            return []

    def next_state(self, row: Row) -> str | None:
        """A state this record may go to from here; None when it is at its end."""
        here = row.fields.get("state")
        steps = FLOW.steps_from(str(here) if here else None, ("head",) if self.account == self.head else ())
        return self.random.choice(steps).target if steps else None

    # What must always hold

    def faults(self) -> list[str]:
        """What breaks law 1, or leaves a waiting change without the snapshot it stands on."""
        with self.database.reading() as connection:
            found = check_projection(connection)
            for entry in outbox.everything(connection):
                change = entry.change
                key = (change.stream, change.type, change.id)
                if outbox.pending(connection, *key)[0].change.change_id == change.change_id:
                    held = snapshot_of(connection, *key)
                    if change.base != (held.base if held else None):
                        found.append(f"{'/'.join(key)}: waits on {change.base}, but the snapshot is {held}")
            for one in state.streams(connection):
                if one.witness_seq < one.cursor:
                    found.append(f"{one.stream}: the witness is behind the cursor")
        return [f"{self.name}: {fault}" for fault in found]

    def kept(self, streams: Collection[str]) -> list[tuple[object, ...]]:
        """Rows, snapshots, pending changes and positions of the streams, as stored."""
        asked = [f"{table.select} WHERE _stream = ? ORDER BY _id" for table in self.database.tables.all()]
        asked += [f"SELECT * FROM {name} WHERE stream = ? ORDER BY 1, 2, 3" for name in ("mirror", "revision", "discard")]
        # A change may have been sent, and is in flight then: the server that lost data says nothing of it.
        asked.append("SELECT position, change, refusals FROM outbox WHERE stream = ? ORDER BY 1")
        with self.database.reading() as connection:
            held: list[tuple[object, ...]] = [
                row for stream in sorted(streams) for sql in asked for row in connection.execute(sql, (stream,)).fetchall()
            ]
            return held + [(one.cursor, one.chain, one.witness_seq) for one in state.streams(connection) if one.stream in streams]

    def snapshots(self, stream: str) -> dict[str, Snapshot]:
        """The server's snapshots this desk holds of a stream, by id."""
        with self.database.reading() as connection:
            found: dict[str, Snapshot] = {}
            for table in connection.tables.all():
                for values in connection.execute(f"{table.select} WHERE _stream = ?", (stream,)).fetchall():
                    shown = table.snapshot(values)
                    held = snapshot_of(connection, stream, shown.type, shown.id)
                    if held is not None:
                        found[held.id] = held
            return found

    def waiting_text(self) -> str:
        """Everything in the outbox as one text."""
        with self.database.reading() as connection:
            return "\n".join(str(entry.change) for entry in outbox.everything(connection))

    def told_text(self) -> str:
        """What the history of this desk keeps of versions that a restored server lost, as one text."""
        with self.database.reading() as connection:
            return "\n".join(row[0] for row in connection.execute("SELECT change FROM discard WHERE reason = 'lost'"))

    def shown(self, stream: str) -> dict[str, Row]:
        """What a person sees of records without waiting changes, by id."""
        with self.database.reading() as connection:
            return {
                row.id: row
                for table in connection.tables.all()
                for row in (rows.row_of(table, v) for v in connection.execute(f"{table.select} WHERE _stream = ?", (stream,)).fetchall())
                if not row.waiting
            }


def details_of(conflict: Row) -> list[dict[str, Json]]:
    """The details of a conflict, one per field."""
    return msgspec.convert(conflict.fields["details"], list[dict[str, Any]])
