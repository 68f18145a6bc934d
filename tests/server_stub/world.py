"""A small world to test the server in: a catalogue of its own, a clock that is set, entropy by seed, and clerks with desks."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from records import fields
from records.ids import new_id
from records.kinds import Option
from records.protocol import Limits, PushReply
from records.record import Record, RecordType, record
from records.words import Language, Words
from records.workflow import Transition, Workflow
from server_stub.session import Grant, Session
from server_stub.storage.base import ALL_STREAMS, Storage
from server_stub.storage.sqlite import SqliteStorage
from server_stub.sync import SyncService

OFFICE = "office/6560115"
ZEROS = "0" * 16
START = {"cursor": 0, "chain": ZEROS}
_W = Words("ก", "a")


@record(
    type="note",
    area="planning",
    label=Words("บันทึก", "Note"),
    title=("title",),
    workflow=Workflow(
        "state",
        (
            Transition("", "draft", _W),
            Transition("draft", "sent", _W),
            Transition("draft", "filed", _W, is_submission=True),
            Transition("sent", "approved", _W, frozenset({"head"})),
        ),
    ),
)
class Note(Record):
    """A note of the office's plan."""

    title: str = fields.text(Words("ชื่อ", "Title"), max_length=100)
    amount: int | None = fields.money(Words("จำนวนเงิน", "Amount"), default=None)
    state: str | None = fields.choice(
        _W, (Option("draft", _W), Option("sent", _W), Option("filed", _W), Option("approved", _W)), default=None
    )


@record(type="grievance", area="incidents", label=_W, title=("text",))
class Grievance(Record):
    """What a citizen complains of: not seen outside the office."""

    text: str = fields.text(_W)


@record(type="executive_complaint", area="oversight", label=_W, title=("text",))
class ExecutiveComplaint(Record):
    """Never readable by the office concerned."""

    text: str = fields.text(_W)


@record(type="receipt", area="services", label=_W, title=("number",))
class Receipt(Record):
    """A receipt with a leased number."""

    fiscal_year: int | None = fields.fiscal_year(_W, default=None)
    book: str | None = fields.text(_W, default=None)
    number: int | None = fields.integer(_W, default=None)


CATALOGUE: dict[str, RecordType] = {cls.spec.type: cls.spec for cls in (Note, Grievance, ExecutiveComplaint, Receipt)}


class Clock:
    """Tells the time it was set to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        """Moves on."""
        self.now += timedelta(**amount)


class World:
    """One server and those who call it, without HTTP."""

    def __init__(self, path: Path | None = None, limits: Limits | None = None, storage: Storage | None = None) -> None:
        self.clock = Clock()
        self.entropy = random.Random(7).randbytes
        self.storage = storage or SqliteStorage(path, is_durable=False)
        self.service = SyncService(self.storage, CATALOGUE, self.clock, self.entropy, limits=limits)
        self.som = self.session("som", "clerk")
        self.counter = itertools.count()

    def session(self, account: str, role: str, *, write: bool = True, areas: tuple[str, ...] = ("*",), stream: str = OFFICE) -> Session:
        """A caller alone on a device."""
        grants = {stream: Grant(write, areas)}
        return Session(account, role, f"device-of-{account}", grants, {account: role, "noi": "head"}, Language.ENGLISH)

    def new_id(self) -> str:
        """A fresh id."""
        return new_id(self.clock(), self.entropy)

    def change(self, **parts: Any) -> dict[str, Any]:
        """A change that creates a note, unless its parts say otherwise."""
        change: dict[str, Any] = {
            "change_id": self.new_id(), "stream": OFFICE, "type": "note", "id": self.new_id(), "base": None, "op": "put",
            "set": {"title": "ถนน"}, "unset": [], "group": None, "schema": 1, "made_at": "2026-11-22T03:00:00Z", "made_by": "som",
            "merge": None, "origin": None,
        }  # fmt: skip
        return {**change, **parts}

    def edit(self, snapshot: Any, **parts: Any) -> dict[str, Any]:
        """A change of a record on the version a snapshot shows."""
        base = {"version": snapshot.version, "hash": snapshot.hash}
        return self.change(**{"type": snapshot.type, "id": snapshot.id, "base": base, "set": {}, **parts})

    def push(self, *changes: dict[str, Any], session: Session | None = None, at: dict[str, Any] | None = None) -> PushReply:
        """Pushes changes of the office's stream."""
        return self.service.push(session or self.som, {"streams": {OFFICE: at or START}, "changes": list(changes)})

    def one(self, change: dict[str, Any], session: Session | None = None) -> Any:
        """What became of a single change."""
        return self.push(change, session=session).results[0]

    def made(self, **parts: Any) -> Any:
        """The snapshot of a new record."""
        result = self.one(self.change(**parts))
        assert result.status == "applied", result
        return result.snapshot

    def pull(self, session: Session | None = None, at: dict[str, Any] | None = None, **body: Any) -> Any:
        """A page of the office's stream."""
        return self.service.pull(session or self.som, {"streams": {OFFICE: at or START}, **body})

    def head(self, stream: str = OFFICE) -> int:
        """The stream's head."""
        with self.storage.read(ALL_STREAMS) as reader:
            states = reader.states([stream])
        return states[stream].head if stream in states else 0

    def close_stream(self, successor: str) -> None:
        """Closes the office's stream."""
        with self.storage.directory() as directory:
            directory.close_stream(OFFICE, successor)
