"""Laws 1, 5 and 8 under any order of edits, sends, answers, refusals and news: a machine with a real file beside a model in memory."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from desktop.storage import audit, history, mirror, outbox, rows, sending
from desktop.storage.schema import Tables
from records.changes import Change
from records.kinds import Json
from records.protocol import Problem
from records.stored import stored_bytes, wire_fault
from tests.storage.office import CATALOGUE, STREAM, Desk, Server, snapshot

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
_PLAIN: st.SearchStrategy[Json] = st.one_of(st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), _TEXT)
_WIRE: st.SearchStrategy[Json] = st.recursive(
    _PLAIN, lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)), max_leaves=5
)
_NAMES = st.sampled_from([*(spec.name for spec in CATALOGUE["project"].fields), "newer", "order", "from", "version"])
_LIKELY = st.sampled_from(["planned", "done", "1.5", "1.50", "2026-10-01", ["ก", "ข"], ["ข", "ก"], True, 7, "ถนน", {"a": [1]}])
_FIELDS = st.dictionaries(_NAMES, st.one_of(_LIKELY, _WIRE), max_size=6)


@given(values=_FIELDS)
def test_any_wire_fields_come_back_byte_for_byte(values: dict[str, Json]) -> None:
    for record_type in ("project", "ghost"):
        table = Tables(CATALOGUE).of(record_type)
        given_snapshot = snapshot("a", values, type=record_type)
        stored = dict(zip(table.names, table.values(given_snapshot), strict=True))

        read = table.snapshot(tuple(stored[name] for name in table.read_names))

        assert stored_bytes(read.fields) == stored_bytes(values)
        assert msgspec.structs.replace(read, fields=values) == given_snapshot


_EDITS = st.dictionaries(
    st.sampled_from(["title", "budget", "stage", "newer"]),
    st.one_of(st.sampled_from(["ก", "ข", "planned", 1, 2, True]), _WIRE.filter(lambda wire: not wire_fault(wire))),
    min_size=1,
    max_size=3,
)


class Office(RuleBasedStateMachine):
    """One desk, one server that applies what it is sent, another desk that edits on the server."""

    records = Bundle("records")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.desk = Desk(self.folder, synchronous="OFF")
        self.server = Server()
        self.expected: dict[str, dict[str, Json]] = {}

    def teardown(self) -> None:
        self.desk.close()
        shutil.rmtree(self.folder)

    @rule(target=records, values=_EDITS)
    def make(self, values: dict[str, Json]) -> str:
        row = self.desk.save(None, values)
        assert stored_bytes(row.fields) == stored_bytes(values)
        return row.id

    @rule(target=records, values=_EDITS)
    def arrive(self, values: dict[str, Json]) -> str:
        change = self._foreign(self.desk.new_id(), values)
        with self.desk.database.write() as connection:
            mirror.observe(connection, [self.server.apply(change, "other")])
        return change.id

    @rule(id=records, values=_EDITS, unset=st.sets(st.sampled_from(["title", "budget"])))
    def edit(self, id: str, values: dict[str, Json], unset: set[str]) -> None:
        before = self.desk.store.get("project", id)
        if before is not None and not before.deleted:
            row = self.desk.save(id, values, *unset)
            kept = {n: v for n, v in before.fields.items() if n not in unset}
            assert stored_bytes(row.fields) == stored_bytes({**kept, **values})

    @rule(id=records)
    def delete(self, id: str) -> None:
        before = self.desk.store.get("project", id)
        if before is not None:
            gone = self.desk.delete(id)
            assert gone.deleted

    @rule(id=records)
    def restore(self, id: str) -> None:
        row = self.desk.store.get("project", id)
        if row is not None:
            assert not self.desk.restore(id).deleted

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        standing = [act for act in self.desk.store.last_acts("somchai", 5) if not act.undone]
        if standing:
            undone = self.desk.store.undo(data.draw(st.sampled_from(standing)).id, "somchai")
            assert all(row.type == "project" for row in undone.undone)

    @rule()
    def send(self) -> None:
        with self.desk.database.write() as connection:
            chosen = sending.sendable(connection, [STREAM], self.desk.clock())
            outbox.freeze(connection, [entry.change.change_id for entry in chosen])

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        sent = outbox.in_flight(self.desk.database.read())
        if not sent:
            return
        entry = data.draw(st.sampled_from(sent))
        change, key = entry.change, (entry.change.stream, entry.change.type, entry.change.id)
        outcome = data.draw(st.sampled_from(["applied", "refused", "thawed"]))
        with self.desk.database.write() as connection:
            if outcome == "applied":
                snapshot = self.server.apply(change)
                outbox.remove(connection, change.change_id)
                for one in outbox.pending(connection, *key):
                    outbox.replace(connection, one.change.change_id, msgspec.structs.replace(one.change, base=snapshot.base))
                mirror.observe(connection, [snapshot])
                return
            later = [one for one in outbox.pending(connection, *key) if one.state != "in_flight"]
            if later:
                return  # joining the two is the engine's part
            if outcome == "refused":
                retry = self.desk.clock() + timedelta(minutes=30)
                outbox.refuse(connection, change.change_id, Problem("invalid", "ผิดรูปแบบ", "ข้อมูลผิดรูปแบบ"), retry)
            else:
                outbox.thaw(connection, [change.change_id])
            mirror.reproject(connection, *key)

    @rule(id=records, values=_EDITS)
    def news(self, id: str, values: dict[str, Json]) -> None:
        if (STREAM, "project", id) not in self.server.records:
            return
        with self.desk.database.write() as connection:
            mirror.observe(connection, [self.server.apply(self._foreign(id, values), "other")])

    @rule(id=consumes(records))
    def withdraw(self, id: str) -> None:
        with self.desk.database.write() as connection:
            for entry in outbox.pending(connection, STREAM, "project", id):
                if entry.state == "in_flight":
                    return
                outbox.remove(connection, entry.change.change_id)
                history.discard(connection, entry.change, "withdrawn", entry.change.made_at)
            row = mirror.reproject(connection, STREAM, "project", id)
            assert (row is None) == ((STREAM, "project", id) not in self.server.records)

    @rule()
    def restart(self) -> None:
        self.desk.close()
        self.desk.open()

    @invariant()
    def every_row_is_the_snapshot_with_the_pending_changes(self) -> None:
        if hasattr(self, "desk"):
            assert audit.check_projection(self.desk.database.read()) == []

    @invariant()
    def a_quiet_record_is_what_the_server_last_said(self) -> None:
        if not hasattr(self, "desk"):
            return
        connection = self.desk.database.read()
        for key, held in self.server.records.items():
            if not outbox.pending(connection, *key):
                row = rows.read(connection, *key)
                assert row is not None
                assert (stored_bytes(row.fields), row.version, row.deleted) == (stored_bytes(held.fields), held.version, held.deleted)

    def _foreign(self, id: str, values: dict[str, Json]) -> Change:
        return Change(
            change_id=self.desk.new_id(), stream=STREAM, type="project", id=id, base=None, op="put", set=values, made_at="2026-11-01T00:00:00Z",
            made_by="malee",
        )  # fmt: skip


Office.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestOffice = Office.TestCase
