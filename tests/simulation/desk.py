"""One desk of the simulation: a real data file, one or two programs on it, what its people do, and the rounds it runs."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import msgspec

from desktop.services import verifying
from desktop.services.backup_sets import BackupSet, Facts
from desktop.services.bundles import Bundles
from desktop.services.numbering import Numbering
from desktop.services.office import Office
from desktop.services.restoring import restore
from desktop.storage import attachments, numbers, outbox, rows, state
from desktop.storage.audit import check_projection
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.held import snapshot_of
from desktop.storage.query import Query
from desktop.storage.rows import Row
from desktop.storage.store import Store
from desktop.sync.engine import Round, run_round
from desktop.sync.first_download import MANY
from desktop.sync.repair import Compared, compare
from desktop.sync.round_lock import round_lock
from desktop.sync.status import Report, SyncStatus
from desktop.sync.transport import HttpTransport
from records.changes import Snapshot
from records.errors import AppError, Correctable
from records.kinds import Json
from records.words import Words
from server_stub.auth import grants_mark
from server_stub.session import Grant, Session
from tests.simulation import papers
from tests.simulation.crashes import START, Clock, Crash, doom, spare
from tests.simulation.kinds import FLOW, GENERATIONS, TOKEN_FIELDS, token_fields
from tests.simulation.network import Network, SimulatedTransport, granted
from tests.simulation.story import device_id

if TYPE_CHECKING:
    from tests.simulation.bugs import Bug

KEY = bytes(32)
WORD = Words("งาน", "work")
BOOK, BOOK_YEAR = "1", 2570


class Program:
    """One process on the data file: the desktop, or the command line that a scheduler started."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self.database = Database.open(desk.path, KEY, desk.catalogue, synchronous="OFF")
        desk.bug.opened(self.database)
        self.store = Store(self.database, desk.catalogue, desk.clock, desk.random.randbytes)
        # Numbering and bundles ask an office for no more than what stands here.
        self.numbering = Numbering(cast(Office, self))
        self.bundles = Bundles(cast(Office, self))
        self.catalogue = desk.catalogue
        self.clock = desk.clock
        self.entropy = desk.random.randbytes
        self.today = START.date()

    @property
    def enrolled(self) -> state.Identity:
        """Who works here."""
        with self.database.reading() as connection:
            return cast(state.Identity, state.identity(connection))

    @property
    def identity(self) -> state.Identity:
        """As `enrolled`."""
        return self.enrolled

    def require_enrolment(self) -> None:
        """It is."""

    def record_type(self, name: str) -> str:
        """The type receipts are of."""
        return name

    def stream_for_new(self, _: str, stream: str | None) -> str:
        """Where a receipt goes: always said."""
        return cast(str, stream)


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
        *,
        generation: int = 1,
        locking: bool = True,
        may_jump: bool = True,
    ) -> None:
        """`template` is a data file with the schema of that generation of the catalogue and nothing in it."""
        self.name = name
        self.random = random
        self.clock = Clock(lambda: self.crash_perhaps(25), may_jump=may_jump)
        self.bug = bug
        self.generation = generation
        self.locking = locking
        self.head = f"{name}.head"
        """The account of the head, who works on the same desk."""
        self.account = name
        """Who sits at the desk: the clerk or the head."""
        self.session = Session(name, "clerk", device_id(name), grants, {name: "clerk", self.head: "head"})
        self.transport = SimulatedTransport(network, lambda: self.session, lambda when: between(self, when), self._next_counter)
        self.is_in_round = False
        self._devices = 1
        self.holds_lock = False
        """Its round is at the steps that no other process may be at."""
        self.may_crash = False
        self.uses_numbers = False
        self.receives_files = False
        """A stream of which it has nothing comes as one file, however small."""
        self.is_rewound = False
        """Its file is an older copy of itself, and the server has not said so yet."""
        self.had_other_grants = False
        self.forgets_blocks = False
        """It gave blocks of numbers up, or lost them with its file."""
        self.compares = False
        """Whether it compares its copy with the server's when the time comes."""
        self.file_bytes: int | None = None
        """So many bytes of documents move in its rounds; None for all."""
        self.forgets = False
        """It died, or got another file or name: what the line told it is not all in its file."""
        self.given: list[tuple[str, int]] = []
        """Stream and number of every receipt a person was handed."""
        self._checked: tuple[object, ...] = ()
        self.folder = folder
        folder.mkdir()
        self.path = folder / FILE_NAME
        self.path.write_bytes(template.read_bytes())
        self.second: Program | None = None
        self.main = self.using = Program(self)
        with self.database.write() as connection:
            state.take_grants(connection, granted(self.session))
            state.set_setting(connection, state.GRANTS, grants_mark(self.session))
            state.save_identity(connection, state.Identity(device_id=self.session.device, server="", account=name, role="clerk"))

    @property
    def catalogue(self) -> dict[str, Any]:
        """What its program knows."""
        return GENERATIONS[self.generation]

    @property
    def database(self) -> Database:
        """The desktop's."""
        return self.main.database

    @property
    def store(self) -> Store:
        """Of the program people work in at the moment."""
        return self.using.store

    def _next_counter(self) -> int:
        with self.database.write() as connection:
            return state.next_counter(connection)

    # Programs and files

    def close(self) -> None:
        """Ends every program, by whatever."""
        for program in (self.main, self.second):
            if program is not None:
                program.database.close()
        self.second = None

    def open(self, generation: int | None = None) -> None:
        """Starts the program, perhaps a newer one."""
        self.generation = generation if generation is not None else self.generation
        self._checked = ()
        self.main = self.using = Program(self)

    def reopen(self, generation: int | None = None) -> None:
        """The program ends and starts again."""
        self.close()
        self.open(generation)

    def start_second(self) -> None:
        """A scheduler starts the command line on the same folder."""
        if self.second is None:
            self.second = Program(self)

    def keep_copy(self, name: str) -> None:
        """Copies the file as it is, under a name."""
        target = self.folder / name / FILE_NAME
        target.parent.mkdir(exist_ok=True)
        for rest in target.parent.iterdir():
            rest.unlink()
        self.database.backup(target)

    def has_copy(self, name: str) -> bool:
        """Whether there is one of that name."""
        return (self.folder / name / FILE_NAME).exists()

    def restore_copy(self, name: str) -> None:
        """Restores a backup as a person does: what waits in the present file comes over."""
        made = self.folder / name
        facts = Facts(
            made_at=self.clock(), reason="manual", bytes=(made / FILE_NAME).stat().st_size, counts={}, waiting=0, verified_at=None,
            key_id="", program="",
        )  # fmt: skip
        self.forgets_blocks = True
        self.close()
        restore(self.folder, BackupSet(made, facts), KEY, KEY, self.catalogue, self.clock, self.random.randbytes)
        self.open()

    def rewind(self, name: str) -> None:
        """The file is replaced by an older copy of itself, by no program of ours."""
        self.close()
        for rest in self.folder.glob(f"{FILE_NAME}*"):
            rest.unlink()
        self.path.write_bytes((self.folder / name / FILE_NAME).read_bytes())
        self.open()
        self.is_rewound = self.forgets_blocks = True

    def enrol_again(self) -> None:
        """The server takes this device no longer: it gets a new id, with a code of the administrator's."""
        self._devices += 1
        self.session = replace(self.session, device=device_id(self.name, self._devices))
        with self.database.write() as connection:
            known = state.identity(connection)
            assert known is not None
            state.save_identity(connection, msgspec.structs.replace(known, device_id=self.session.device))
            state.take_grants(connection, granted(self.session))
            if self.is_rewound:
                state.give_up_blocks(connection)
        self.is_rewound = False

    # Rounds

    def round(self) -> Report:
        """One round with what the program does around it; raises Unavailable when the line fails and Crash when the process dies."""
        self.is_in_round = True
        try:
            self.account_for_numbers()
            self.holds_lock = True
            self.transport.heard.clear()
            report = self._exchange()
            self.holds_lock = False
            if not report.cancelled:
                self.transport.network.told |= dict.fromkeys(self.transport.heard, self.session.device)
            if self.uses_numbers and not report.cancelled:
                self._refill()
            if self.compares and not report.cancelled:
                verifying.compare_if_due(cast(Office, self.main), cast(HttpTransport, self.transport), self._cancelled)
            return report
        finally:
            self.is_in_round = self.holds_lock = False

    def compare(self) -> dict[str, Compared]:
        """Compares its copy with the server's digest, and mends it."""
        return compare(self.database, self.catalogue, self.transport, self.clock, self.random.randbytes)

    def spoil(self) -> int:
        """Damages some records behind the program's back; says how many."""
        count = 0
        with self.database.write() as connection:
            for table in connection.tables.all():
                found = connection.execute(f"{table.select} WHERE _waiting = 0 ORDER BY _id").fetchall()
                for row in [rows.row_of(table, values) for values in found[:2]]:
                    key = (row.stream, row.type, row.id)
                    if not row.version:
                        continue
                    if self.random.random() < 0.5:
                        rows.remove(connection, key)
                    else:
                        connection.execute(f"UPDATE {table.name} SET _hash = 'ffffffffffffffff' WHERE _stream = ? AND _id = ?", key[::2])
                    count += 1
        return count

    def account_for_numbers(self) -> None:
        """Writes what became of its numbers, as the program does before each round."""
        if self.uses_numbers:
            self.main.numbering.settle()

    def _exchange(self) -> Report:
        program = self.main
        common = (program.database, self.catalogue, self.transport, self.clock, self.random.randbytes, self._hear)
        if self.bug.round is Round and self.bug.locks:
            # Half of all histories receive a stream as one file that a real desk would pull in a page.
            least = 1 if self.receives_files else MANY
            return run_round(*common, file_bytes=self.file_bytes, download_from=least, cancelled=self._cancelled)
        with round_lock(self.folder) if self.bug.locks else nullcontext():
            return self.bug.round(*common, cancelled=self._cancelled).run(self.transport, self.file_bytes)

    def _refill(self) -> None:
        for stream in self.writable:
            try:
                self.main.numbering.refill(cast(HttpTransport, self.transport), book=BOOK, year=BOOK_YEAR, least=3, stream=stream)
            except AppError:
                return

    def second_round(self) -> None:
        """The other process begins a round as well. Raises Unavailable `busy` where it should."""
        assert self.second is not None
        run_round(self.second.database, self.catalogue, self.transport, self.clock, self.random.randbytes, lambda _: None)

    def _hear(self, status: SyncStatus) -> None:
        self.crash_perhaps(12)

    def _cancelled(self) -> bool:
        self.crash_perhaps(6)
        return self.may_crash and self.random.randrange(30) == 0

    def crash_perhaps(self, in_so_many: int) -> None:
        """Dies, where this desk may die."""
        if self.may_crash and self.random.randrange(in_so_many) == 0:
            raise Crash

    @contextmanager
    def doomed(self, statements: int, program: Program) -> Iterator[None]:
        """The process dies at that statement, if it comes so far."""
        is_after = self.random.random() < 0.5
        doom(program.database, statements, is_after=is_after)
        try:
            yield
        finally:
            if program in (self.main, self.second):
                spare(program.database)

    # What people do

    @property
    def writable(self) -> list[str]:
        """The streams it believes that it may write."""
        with self.database.reading() as connection:
            return [one.stream for one in state.streams(connection) if not one.read_only]

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The token fields its program knows, by type."""
        return token_fields(self.generation, locking=self.locking)

    def rows_of(
        self, types: Collection[str] = tuple(TOKEN_FIELDS), streams: Collection[str] | None = None, *, deleted: bool = False
    ) -> list[Row]:
        """The records of these types in these streams, in no order; None for the streams it is granted to write."""
        writable = [name for name, one in self.session.grants.items() if one.may_write] if streams is None else streams
        found = [row for one in types if one in self.catalogue for row in self.store.find(Query(one, deleted=deleted)).rows]
        return [row for row in found if row.stream in writable and row.deleted == deleted]

    def save(self, stream: str, record_type: str, record_id: str | None, values: dict[str, Json], gone: Collection[str] = ()) -> Row:
        """One act of one save."""
        with self.store.act(self.account, WORD) as act:
            return self.store.save(stream, record_type, record_id, values, gone, act=act)

    def attach(self, row: Row, content: bytes, name: str) -> None:
        """One act that lays a document in a record, its content kept in a transaction before, as a form does it."""
        with self.using.database.write() as connection:
            file = attachments.add(connection, content, name, "text/plain")
        held = cast(list[Json], row.fields.get("papers") or [])
        self.save(row.stream, row.type, row.id, {"papers": papers.with_one(held, file)})

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

    def issue(self, stream: str, record_id: str, values: dict[str, Json]) -> int:
        """Issues a receipt with the next number, one transaction as in `services/receipts.py`; returns the number."""
        with self.using.database.write() as connection:
            number = self.using.numbering.next_number(connection, stream, BOOK, BOOK_YEAR)
            numbered = {**values, "book": BOOK, "number": number, "fiscal_year": BOOK_YEAR, "state": "issued"}
            self.save(stream, "receipt", record_id, numbered)
        return number

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
            if choice == "mine" and record is not None and not record.deleted and record.type in self.catalogue:
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
        """What breaks law 1, or leaves a waiting change without the snapshot it stands on; asked again only after a commit."""
        with self.database.reading() as connection:
            here = (connection, connection.total_changes, connection.value("PRAGMA data_version"))
            if here == self._checked:
                return []
            self._checked = here
            found = check_projection(connection)
            firsts: set[tuple[str, str, str]] = set()
            for entry in outbox.everything(connection):
                change = entry.change
                key = (change.stream, change.type, change.id)
                if entry.problem is not None and entry.problem.code in ("number-taken", "change-id-reused"):
                    found.append(f"{'/'.join(key)}: the server says {entry.problem.code}")
                if key in firsts:
                    continue
                firsts.add(key)
                held = snapshot_of(connection, *key)
                if change.base != (held.base if held else None):
                    found.append(f"{'/'.join(key)}: waits on {change.base}, but the snapshot is {held}")
            for one in state.streams(connection):
                if one.witness_seq < one.cursor:
                    found.append(f"{one.stream}: the witness is behind the cursor")
            found += papers.half_shown(connection)
        return [f"{self.name}: {fault}" for fault in found]

    def put_by(self) -> list[str]:
        """Values kept beside the columns though the program has a column that can hold them."""
        found: list[str] = []
        with self.database.reading() as connection:
            for table in connection.tables.all():
                kinds = {column.name: column for column in table.columns}
                for values in connection.execute(f"{table.select} WHERE _extra IS NOT NULL").fetchall():
                    if table.spec is None:
                        found += [f"{values[-1]} is among the unknown types"] if values[-1] in self.catalogue else []
                        continue
                    for name, wire in msgspec.json.decode(values[14]).items():
                        if name in kinds and kinds[name].holds(wire):
                            found.append(f"{table.name}.{name} = {wire} has a column")
        return [f"{self.name}: {fault}" for fault in found]

    def witnesses(self) -> dict[str, tuple[int, str]]:
        """The highest seq it remembers to have been told, with its chain, by stream."""
        with self.database.reading() as connection:
            return {one.stream: (one.witness_seq, one.witness_chain) for one in state.streams(connection)}

    def kept(self, streams: Collection[str]) -> list[tuple[object, ...]]:
        """Rows, snapshots, pending changes and, where no new grant begins a stream anew, positions of the streams, as stored."""
        asked = [f"{table.select} WHERE _stream = ? ORDER BY _id" for table in self.database.tables.all()]
        asked += [f"SELECT * FROM {name} WHERE stream = ? ORDER BY 1, 2, 3" for name in ("mirror", "revision", "discard")]
        # A change may have been sent, and is in flight then: the server that lost data says nothing of it.
        asked.append("SELECT position, change, refusals FROM outbox JOIN outbox_change USING (position) WHERE stream = ? ORDER BY 1")
        with self.database.reading() as connection:
            held: list[tuple[object, ...]] = [
                row for stream in sorted(streams) for sql in asked for row in connection.execute(sql, (stream,)).fetchall()
            ]
            stands = [one for one in state.streams(connection) if one.stream in streams and not self.had_other_grants]
            return held + [(one.cursor, one.chain, one.witness_seq) for one in stands]

    def highest_leased(self, stream: str) -> int:
        """The highest number it may have given out."""
        with self.database.reading() as connection:
            return max((lease.last for lease in numbers.leases(connection) if lease.stream == stream), default=0)

    def lease_ids(self) -> set[str]:
        """The blocks of numbers it knows of."""
        with self.database.reading() as connection:
            return {lease.request_id for lease in numbers.leases(connection)}

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
