"""A small catalogue, a desk and a toy server for the tests of storage."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from desktop.storage.database import FILE_NAME, Database
from desktop.storage.store import Act, Query, Row, Store
from records import fields
from records.changes import Change, Snapshot, apply_fields
from records.ids import new_id
from records.kinds import Json, Option
from records.record import Record, RecordType, record
from records.stored import record_hash, stored_bytes
from records.words import Words

KEY = bytes(range(32))
STREAM = "office/6560115"
OTHER_STREAM = "office/6560201"
EDIT = Words("แก้ไข", "Edit")


def said(text: str) -> Words:
    """Words alike in both languages."""
    return Words(text, text)


@record(type="person", area="people", label=said("person"), title=("full_name",))
class Person(Record):
    """A person."""

    full_name: str = fields.text(said("name"), in_list=True, searchable=True)
    phone: str | None = fields.phone(said("phone"), default=None, searchable=True, personal=True)


@record(type="project", area="planning", label=said("project"), title=("title",), key=("number",))
class Project(Record):
    """A project with a field of nearly every kind."""

    title: str = fields.text(said("title"), in_list=True, searchable=True)
    number: str | None = fields.text(said("number"), default=None, searchable=True)
    note: str | None = fields.long_text(said("note"), default=None, searchable=True)
    division: str | None = fields.text(said("division"), default=None, in_list=True)
    budget: int | None = fields.money(said("budget"), default=None, in_list=True)
    share: Decimal | None = fields.decimal(said("share"), default=None)
    begin: date | None = fields.day(said("begin"), default=None, in_list=True)
    urgent: bool | None = fields.yes_no(said("urgent"), default=None)
    stage: str | None = fields.choice(
        said("stage"), [Option("planned", said("planned")), Option("approved", said("approved")), Option("done", said("done"))],
        default=None, in_list=True,
    )  # fmt: skip
    owner: str | None = fields.reference(said("owner"), to="person", default=None)
    tags: tuple[str, ...] | None = fields.tags(said("tags"), default=None, searchable=True)


CATALOGUE: Mapping[str, RecordType] = {"person": Person.spec, "project": Project.spec}


@dataclass
class Clock:
    """A clock that goes on one second each time it is asked."""

    now: datetime = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Desk:
    """An open file with its store."""

    folder: Path
    catalogue: Mapping[str, RecordType] = field(default_factory=lambda: CATALOGUE)
    seed: int = 1
    synchronous: str = "FULL"
    database: Database = field(init=False)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.entropy = random.Random(self.seed).randbytes
        self.open()

    def open(self) -> None:
        """Opens the file, anew after `close`."""
        self.database = Database.open(self.folder / FILE_NAME, KEY, self.catalogue, synchronous=self.synchronous)
        self.store = Store(self.database, self.catalogue, self.clock, self.entropy)

    def close(self) -> None:
        """Closes the file."""
        self.database.close()

    def save(self, id: str | None, values: Mapping[str, Json], *unset: str, type: str = "project", stream: str = STREAM) -> Row:
        """Saves in an act of its own."""
        with self.store.act("somchai", EDIT) as act:
            return self.store.save(stream, type, id, dict(values), unset, act=act)

    def delete(self, id: str, type: str = "project") -> Row:
        """Deletes in an act of its own."""
        with self.store.act("somchai", EDIT) as act:
            return self.store.delete(STREAM, type, id, act=act)

    def restore(self, id: str, type: str = "project") -> Row:
        """Restores in an act of its own."""
        with self.store.act("somchai", EDIT) as act:
            return self.store.restore(STREAM, type, id, act=act)

    def act(self) -> Act:
        """The last act."""
        return self.store.last_acts("somchai", 1)[0]

    def query(self, text: str) -> Query:
        """A list of projects narrowed by a text."""
        return Query("project", text=text)

    def new_id(self) -> str:
        """A fresh id."""
        return new_id(self.clock(), self.entropy)


@dataclass
class Server:
    """A server that applies whatever has the right base: enough to give real snapshots."""

    records: dict[tuple[str, str, str], Snapshot] = field(default_factory=dict)
    seq: int = 0

    def apply(self, change: Change, device: str = "device") -> Snapshot:
        """Applies a change on whatever is there and returns the snapshot."""
        key = (change.stream, change.type, change.id)
        before = self.records.get(key)
        self.seq += 1
        values = apply_fields(before.fields if before else {}, change)
        deleted = change.op == "delete"
        previous = before.hash if before else ""
        after = Snapshot(
            stream=change.stream,
            type=change.type,
            id=change.id,
            version=before.version + 1 if before else 1,
            hash=record_hash(change.type, change.id, stored_bytes(values), deleted=deleted, previous=previous),
            seq=self.seq,
            deleted=deleted,
            fields=values,
            schema=1,
            changed_at=change.made_at,
            changed_by=change.made_by,
            device=device,
            change_id=change.change_id,
        )
        self.records[key] = after
        return after


def snapshot(id: str, values: Mapping[str, Json], *, version: int = 1, seq: int = 1, type: str = "project", stream: str = STREAM,
             deleted: bool = False, by: str = "malee") -> Snapshot:  # fmt: skip
    """A snapshot of a server; its hash is right for version 1."""
    return Snapshot(
        stream=stream,
        type=type,
        id=id,
        version=version,
        hash=record_hash(type, id, stored_bytes(values), deleted=deleted, previous="" if version == 1 else str(version)),
        seq=seq,
        deleted=deleted,
        fields=dict(values),
        schema=1,
        changed_at="2026-11-01T00:00:00Z",
        changed_by=by,
        device="other-device",
        change_id=f"change-{id}-{version}",
    )
