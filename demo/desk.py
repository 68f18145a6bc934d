"""A desk filled with a sample office as if it had synced: for pictures and tests that need a desktop with something in it, and no server.

What a server would have sent is taken in as snapshots; what the clerk did since goes through the services, as on any desk.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from demo.sample import SampleOffice, SampleRecord, sample_office
from desktop.services import rounds
from desktop.services.office import NewTransport, Office
from desktop.services.sync import LAST_SYNC
from desktop.storage import mirror, numbers, outbox, state
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.numbers import Lease
from desktop.storage.state import Identity
from desktop.storage.store import Store
from desktop.sync.status import Report
from records.areas import DEFAULT_AREAS
from records.catalogue import BY_TYPE
from records.changes import SCHEMA, Change, Snapshot
from records.errors import Unavailable
from records.ids import new_id
from records.kinds import Json
from records.kinds.times import rfc3339
from records.merge import FieldConflict, conflict_fields
from records.problem_types import PROBLEMS
from records.protocol import GrantedStream, Problem
from records.stored import record_hash, stored_bytes
from records.words import Language

ME = "chanphen.w"
COLLEAGUES: Mapping[str, str] = {ME: "จันทร์เพ็ญ วงศ์ดี", "wichai.t": "วิชัย ทองสุข", "nipha.d": "นิภา ดวงแก้ว"}
"""Account name -> full name; invented."""
DEVICES = ("desk-1", "desk-2", "desk-3")


class SampleDesk:
    """Fills one desk, step by step; `office` is ready to be shown at any time."""

    def __init__(self, folder: Path, now: datetime, *, language: Language = Language.THAI, seed: int = 2569) -> None:
        """`folder` is an empty data folder; `now` is aware and stands still."""
        self.now = now
        self._random = random.Random(seed)
        self.sample: SampleOffice = sample_office(seed, now)
        database = Database.open(folder / "thongthin.db", self._random.randbytes(32), BY_TYPE, synchronous="OFF")
        store = Store(database, BY_TYPE, self._clock, self._random.randbytes)
        self.office = Office(folder, database, store, BY_TYPE, language, self._clock, self._random.randbytes, _no_line())
        self._seq = 0

    def _clock(self) -> datetime:
        return self.now

    def enrol(self) -> None:
        """Makes the desk belong to the office, as an enrolment would."""
        granted = (
            GrantedStream(
                self.sample.stream, "write", DEFAULT_AREAS["office-admin"], f"{self.sample.name} {self.sample.place} ({self.sample.code})"
            ),
            GrantedStream("central", "read", DEFAULT_AREAS["office-admin"], "กรมส่งเสริมการปกครองท้องถิ่น"),
        )
        who = Identity(
            device_id=DEVICES[0], server="https://sync.example.go.th", account=ME, role="office-admin", token=self._random.randbytes(16).hex(), full_name=COLLEAGUES[ME],
            device_name="โต๊ะธุรการ", accounts=(ME,),
        )  # fmt: skip
        with self.office.database.write() as connection:
            state.save_identity(connection, who)
            state.take_grants(connection, granted)

    def receive_all(self) -> None:
        """Takes in everything the office has recorded, and its colleagues."""
        self._receive("central", [self.sample.office, *self.sample.registry])
        accounts = [self._made("account", {"name": name, "full_name": full_name}) for name, full_name in COLLEAGUES.items()]
        self._receive(self.sample.stream, [*accounts, *self.sample.records])

    def receive(self, records: Iterable[SampleRecord]) -> None:
        """Takes in records the office made elsewhere."""
        self._receive(self.sample.stream, records)

    def of_type(self, record_type: str) -> list[SampleRecord]:
        """The office's records of a type, in the order they were made."""
        return [record for record in self.sample.records if record.type == record_type]

    def change_elsewhere(self, record: SampleRecord, values: Mapping[str, Json], by: str, *, ago: timedelta = timedelta(0)) -> None:
        """Takes in the next version of a record, written by a colleague at another desk."""
        row = self.office.records.get(record.type, record.id)
        self._observe(row.stream, record.type, record.id, {**row.fields, **values}, row.version + 1, by, DEVICES[1], self.now - ago)

    def conflict(self, record: SampleRecord, mine: Mapping[str, Json], theirs: Mapping[str, Json], by: str) -> str:
        """Leaves a conflict about a record in the inbox, as a round that met another edit would; returns its id."""
        self.change_elsewhere(record, theirs, by, ago=timedelta(minutes=95))
        losing = self._change(record, mine, self.now - timedelta(minutes=40))
        row = self.office.records.get(record.type, record.id)
        current = self._snapshot(
            row.stream, record.type, record.id, row.fields, row.version, by, DEVICES[1], self.now - timedelta(minutes=95)
        )
        parts = [
            FieldConflict(
                (name,), {k: v for k, v in ((name, record.fields.get(name)),) if v is not None}, {name: mine[name]}, {name: theirs[name]}
            )
            for name in mine
        ]
        fields = conflict_fields(
            spec=BY_TYPE[record.type], grade="conflict", conflicts=parts, losing=losing, device=DEVICES[0], theirs=current
        )
        made = self._made("conflict", fields)
        self._receive(self.sample.stream, [made], days=1)
        return made.id

    def merged(self, record: SampleRecord, mine: Mapping[str, Json], by: str) -> None:
        """Leaves a note that two edits of a record were merged by themselves."""
        row = self.office.records.get(record.type, record.id)
        losing = self._change(record, mine, self.now - timedelta(hours=3))
        current = self._snapshot(row.stream, record.type, record.id, row.fields, row.version, by, DEVICES[2], self.now - timedelta(hours=4))
        parts = [FieldConflict((name,), {}, {name: value}, {}) for name, value in mine.items()]
        fields = conflict_fields(
            spec=BY_TYPE[record.type], grade="merged", conflicts=parts, losing=losing, device=DEVICES[0], theirs=current
        )
        made = self._made("conflict", fields)
        self._receive(self.sample.stream, [made], days=1)

    def refuse(self, record: SampleRecord, values: Mapping[str, Json], problem: Problem) -> None:
        """Saves an edit here that the server then does not take."""
        row = self.office.records.save(record.type, record.id, values).row
        with self.office.database.write() as connection:
            for entry in outbox.pending(connection, row.stream, row.type, row.id):
                outbox.refuse(connection, entry.change.change_id, problem, self.now + timedelta(hours=1))
            mirror.reproject(connection, row.stream, row.type, row.id)

    def remember_rounds(self, *, last: timedelta = timedelta(minutes=19)) -> None:
        """Remembers a morning of rounds, the last successful one so long ago."""
        with self.office.database.write() as connection:
            for ago, report in (
                (timedelta(days=1), Report(done=True, pushed=12, pulled=1_240, bytes_up=14_300, bytes_down=412_000)),
                (timedelta(hours=2), Report(done=True, pulled=3, bytes_up=420, bytes_down=2_900)),
            ):
                rounds.remember_report(connection, self.now - last - ago, report)
            rounds.remember_failure(connection, self.now - last - timedelta(minutes=50), _offline())
            report = Report(done=True, pushed=4, pulled=9, merged=1, conflicts=1, bytes_up=3_100, bytes_down=9_800)
            rounds.remember_report(connection, self.now - last, report)
            state.set_setting(connection, LAST_SYNC, rfc3339(self.now - last))

    def lease_numbers(self, book: str = "1", count: int = 500) -> None:
        """Holds the office's block of receipt numbers, what the sample issued being used, as a round of sync brings it."""
        issued = [int(str(one.fields["number"])) for one in self.of_type("receipt") if one.fields["book"] == book]
        with self.office.database.write() as connection:
            lease = Lease(
                request_id=new_id(self.now, self._random.randbytes), stream=self.sample.stream, book=book, year=self.office.numbering.year,
                count=count, first=1, last=count, used=max(issued, default=0),
            )  # fmt: skip
            numbers.put(connection, lease)
        self.office.numbering.choose_book(book)

    # What a server would have sent -----------------------------------------------------------------------------------------------

    def _made(self, record_type: str, fields: dict[str, Json]) -> SampleRecord:
        return SampleRecord(record_type, new_id(self.now, self._random.randbytes), fields)

    def _change(self, record: SampleRecord, values: Mapping[str, Json], at: datetime) -> Change:
        return Change(
            change_id=new_id(self.now, self._random.randbytes), stream=self.sample.stream, type=record.type, id=record.id, base=None, op="put",
            set=dict(values), made_at=rfc3339(at), made_by=ME,
        )  # fmt: skip

    def _receive(self, stream: str, records: Iterable[SampleRecord], *, days: int = 60) -> None:
        """Takes records in as written by somebody within the last so many days, in their order."""
        received = list(records)
        ages = sorted((self._random.randint(60, days * 24 * 60) for _ in received), reverse=True)
        made = [
            self._snapshot(
                stream,
                one.type,
                one.id,
                one.fields,
                1,
                self._random.choice(list(COLLEAGUES)),
                DEVICES[1],
                self.now - timedelta(minutes=age),
            )
            for one, age in zip(received, ages, strict=True)
        ]
        with self.office.database.write() as connection:
            mirror.observe(connection, made)
            self._move(connection, stream)

    def _observe(
        self, stream: str, record_type: str, record_id: str, fields: Mapping[str, Json], version: int, by: str, device: str, at: datetime
    ) -> None:
        with self.office.database.write() as connection:
            mirror.observe(connection, [self._snapshot(stream, record_type, record_id, fields, version, by, device, at)])
            self._move(connection, stream)

    def _move(self, connection: Connection, stream: str) -> None:
        known = state.stream(connection, stream)
        if known is not None:
            state.save_stream(connection, _moved(known, self._seq))

    def _snapshot(
        self, stream: str, record_type: str, record_id: str, fields: Mapping[str, Json], version: int, by: str, device: str, at: datetime
    ) -> Snapshot:
        self._seq += 1
        kept = dict(fields)
        digest = record_hash(record_type, record_id, stored_bytes(kept), deleted=False, previous=f"{version:016x}")
        return Snapshot(
            stream=stream, type=record_type, id=record_id, version=version, hash=digest, seq=self._seq, deleted=False, fields=kept, schema=SCHEMA,
            changed_at=rfc3339(at), changed_by=by, device=device, change_id=new_id(self.now, self._random.randbytes),
        )  # fmt: skip


def _moved(known: state.StreamState, seq: int) -> state.StreamState:
    return state.StreamState(
        stream=known.stream,
        access=known.access,
        areas=known.areas,
        name=known.name,
        cursor=seq,
        head=seq,
        durable=seq,
        read_only=known.read_only,
    )


def _offline() -> Unavailable:
    known = PROBLEMS["unavailable"]
    return Unavailable(known.title, known.detail, code="offline")


def _no_line() -> NewTransport:
    """A desk without a line: every attempt to reach a server says so."""

    def refuse(*_: object) -> object:
        raise _offline()

    made: Callable[..., object] = refuse
    return made  # type: ignore[return-value]  # it never returns
