"""Old and new programs on one stream: what the old one does not know survives its edits, merges, conflicts and upgrades byte for byte (law 8)."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.storage import audit, rows, state
from desktop.storage.database import Database
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from records.catalogue.platform import Conflict
from records.changes import Snapshot
from records.fields import choice, long_text, reference, structure, tags, text
from records.kinds import Json, Option
from records.protocol import GrantedStream
from records.record import Record, RecordType, record
from records.stored import stored_bytes
from records.words import Words
from server_stub.session import Grant, Session
from server_stub.storage.sqlite import SqliteStorage
from server_stub.sync import SyncService
from tests.simulation.crashes import Clock
from tests.simulation.desk import KEY
from tests.simulation.network import Fates, Network, SimulatedTransport
from tests.sync.office import STREAM

W = Words("ก", "a")


@record(type="note", area="planning", label=W, title=("title",))
class OldNote(Record):
    """As the older program knows it."""

    title: str = text(W)
    body: str | None = long_text(W, default=None)
    size: str | None = text(W, default=None)
    state: str | None = choice(W, [Option("draft", W), Option("sent", W)], default=None)


@record(type="note", area="planning", label=W, title=("title",))
class NewNote(Record):
    """As the newer program knows it: more fields, more choices, another kind of `size`."""

    title: str = text(W)
    body: str | None = long_text(W, default=None)
    size: Json = structure(W, default=None)
    state: str | None = choice(W, [Option("draft", W), Option("sent", W), Option("later", W)], default=None)
    novel: str | None = text(W, default=None)
    facts: Json = structure(W, default=None)
    marks: tuple[str, ...] | None = tags(W, default=None)


@record(type="memo", area="planning", label=W, title=("title",))
class Memo(Record):
    """A type the older program does not have."""

    title: str = text(W)
    about: str | None = reference(W, "note", default=None)
    facts: Json = structure(W, default=None)


OLD: dict[str, RecordType] = {cls.spec.type: cls.spec for cls in (OldNote, Conflict)}
NEW: dict[str, RecordType] = {cls.spec.type: cls.spec for cls in (NewNote, Memo, Conflict)}
_NEW_ONLY = ("novel", "facts", "marks", "size")


class Program:
    """One desk, whose program may be the older or the newer one."""

    def __init__(self, name: str, folder: Path, network: Network, random: Random, catalogue: Mapping[str, RecordType]) -> None:
        folder.mkdir()
        self.name = name
        self.clock = Clock()
        self._random = random
        self._path = folder / "thongthin.db"
        session = Session(name, "clerk", f"device-{name}", {STREAM: Grant(True, ("*",))}, {name: "clerk"})
        self._line = SimulatedTransport(network, session, lambda when: None)
        self.open(catalogue)
        with self.database.write() as connection:
            state.take_grants(connection, [GrantedStream(STREAM, "write", ("*",), "ก")])
            state.save_identity(connection, state.Identity(device_id=session.device, server="", account=name, role="clerk"))

    def open(self, catalogue: Mapping[str, RecordType]) -> None:
        """Starts the program of that catalogue on the same file."""
        self.catalogue = catalogue
        self.database = Database.open(self._path, KEY, catalogue, synchronous="OFF")
        self.store = Store(self.database, catalogue, self.clock, self._random.randbytes)

    def becomes(self, catalogue: Mapping[str, RecordType]) -> None:
        """Is upgraded, or put back."""
        self.database.close()
        self.open(catalogue)

    def save(self, record_type: str, record_id: str | None, values: dict[str, Json]) -> str:
        with self.store.act(self.name, W) as act:
            return self.store.save(STREAM, record_type, record_id, values, act=act).id

    def round(self) -> bool:
        return run_round(self.database, self.catalogue, self._line, self.clock, self._random.randbytes, lambda status: None).done

    def held(self) -> dict[str, Snapshot]:
        """Every record as the server is known to have it, whatever its type."""
        found = {}
        with self.database.reading() as connection:
            assert audit.check_projection(connection) == []
            for table in connection.tables.all():
                for values in connection.execute(f"{table.select} WHERE _stream = ?", (STREAM,)):
                    found[rows.row_of(table, values).id] = table.snapshot(values)
        return found


_PARTS = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.sampled_from(["ก", "x:y", "๑"]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.sampled_from(["a", "b1", "กข"]), inner, min_size=1, max_size=3)
    ),
    max_leaves=5,
)
FACTS = st.lists(_PARTS, min_size=1, max_size=3) | st.dictionaries(st.sampled_from(["a", "b1", "กข"]), _PARTS, min_size=1, max_size=3)
OLD_EDITS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["ก", "ข", "ค"]),
        "body": st.sampled_from(["one", "two"]),
        "state": st.sampled_from(["draft", "sent"]),
    },
)
NEW_EDITS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["ก", "ข", "ค"]), "state": st.sampled_from(["draft", "later"]), "novel": st.sampled_from(["n", "ใหม่", "n:m"]),
        "facts": FACTS, "marks": st.lists(st.sampled_from(["a", "b", "ค"]), min_size=1, max_size=3, unique=True).map(sorted), "size": FACTS,
    },
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(["old", "new", "turning", "turn", "memo", "sync"]), st.integers(0, 2), OLD_EDITS, NEW_EDITS),
    min_size=4,
    max_size=18,
)


@pytest.mark.parametrize("server", [NEW, OLD], ids=["new server", "old server"])
@settings(max_examples=4)
@given(steps=STEPS, seed=st.integers(0, 2**16))
def test_what_an_older_program_does_not_know_survives_all_it_does(
    tmp_path_factory: pytest.TempPathFactory, server: Mapping[str, RecordType], steps: list[Any], seed: int
) -> None:
    folder, random = tmp_path_factory.mktemp("desks"), Random(seed)
    storage = SqliteStorage(None)
    network = Network(SyncService(storage, server, Clock(), random.randbytes), random, Fates(0, 0))
    desks = {name: Program(name, folder / name, network, random, OLD if name == "old" else NEW) for name in ("old", "new", "turning")}
    turning = desks["turning"]
    notes = [desks["new"].save("note", None, {"title": f"{n}", "novel": "first", "facts": {"n": n}}) for n in range(3)]
    for desk in desks.values():
        desk.round()
        desk.round()
    written: dict[str, dict[str, Json]] = {note: {"novel": "first", "facts": {"n": n}} for n, note in enumerate(notes)}
    memos: dict[str, dict[str, Json]] = {}
    for what, which, old_edit, drawn in steps:
        note = notes[which]
        # What a kind of the server cannot hold it refuses in words, so nobody writes it before the server is upgraded, which is always the first.
        new_edit = {
            name: value for name, value in drawn.items() if server is NEW or ((name, value) != ("state", "later") and name != "size")
        }
        if what == "turn":
            turning.becomes(OLD if turning.catalogue is NEW else NEW)
        elif what == "sync":
            list(desks.values())[which].round()
        elif what == "memo":
            made = {"title": "บันทึก", "facts": new_edit.get("facts", [1]), "about": note}
            memos[desks["new"].save("memo", None, made)] = made
        elif what == "new" and new_edit:
            desks["new"].save("note", note, new_edit)
            written[note] |= {name: value for name, value in new_edit.items() if name in _NEW_ONLY}
        elif what in ("old", "turning") and old_edit:
            desks[what].save("note", note, old_edit)
    turning.becomes(NEW)
    for _ in range(4):
        done = [desk.round() for desk in desks.values()]

    assert done == [True] * 3
    held = [desk.held() for desk in desks.values()]
    assert held[0] == held[1] == held[2]
    for note, fields in written.items():
        for name, value in fields.items():
            assert stored_bytes({name: held[0][note].fields[name]}) == stored_bytes({name: value})
    for memo, expected in memos.items():
        assert held[0][memo].fields == expected
    for desk in desks.values():
        desk.database.close()
    storage.close()
