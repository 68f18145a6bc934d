"""Brief answers to a push: the desk puts together what its changes made, and the hash says whether it is that."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from desktop.storage import outbox
from desktop.storage.outbox import Queued
from records.changes import Base, Change, Snapshot
from records.errors import Unavailable
from records.made import version_made
from records.protocol import Made, Position, PushReply
from records.stored import record_hash, stored_bytes
from tests.simulation.desk import Desk
from tests.simulation.network import SimulatedTransport
from tests.sync.office import STREAM, Office, fields, make, pending, shared, sync


def test_every_kind_of_change_comes_to_the_rows_that_others_pull(office: Office) -> None:
    one, two, row = shared(office)
    kept = one.save(STREAM, "note", None, {"title": "เก็บ", "body": "ก"})
    gone = make(one, title="ลบ")
    assert sync(one).done
    one.save(STREAM, row.type, row.id, {"title": "แก้"})
    one.save(STREAM, kept.type, kept.id, {"title": "แก้ด้วย"}, ["body"])
    one.delete(gone)
    made = make(one, title="ทำใหม่")

    report = sync(one)

    assert (report.pushed, report.pulled, report.requests, report.done) == (4, 0, 1, True)
    assert pending(one) == []
    assert sync(two).done
    assert one.snapshots(STREAM) == two.snapshots(STREAM)
    assert fields(two, made) == {"title": "ทำใหม่"}
    assert fields(two, kept) == {"title": "แก้ด้วย"}
    assert one.faults() == []


class Twisting(SimulatedTransport):
    """A server whose brief answers are not what the changes made."""

    def __init__(self, desk: Desk, twist: Callable[[Made], Made]) -> None:
        super().__init__(desk.transport.network, lambda: desk.session, lambda when: None)
        self._twist = twist

    def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
        reply = super().push(streams, changes)
        results = [msgspec.structs.replace(one, made=self._twist(one.made)) if one.made else one for one in reply.results]
        return msgspec.structs.replace(reply, results=results)


@pytest.mark.parametrize(
    "twist",
    [lambda made: msgspec.structs.replace(made, hash="0" * 16), lambda made: msgspec.structs.replace(made, version=9)],
    ids=["hash", "version"],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_an_answer_that_does_not_fit_the_change_settles_nothing_and_the_next_round_is_told_in_full(
    office: Office, twist: Callable[[Made], Made], is_new: bool
) -> None:
    one, two, row = shared(office)
    if is_new:
        row = make(one, title="ทำใหม่")
    else:
        one.save(STREAM, row.type, row.id, {"title": "แก้"})

    with pytest.raises(Unavailable):
        sync(one, Twisting(one, twist))
    assert [entry.state for entry in pending(one)] == ["in_flight"]
    assert one.faults() == []

    assert sync(one, Twisting(one, twist)).done
    assert pending(one) == []
    sync(two)
    assert fields(one, row) == fields(two, row)
    assert one.snapshots(STREAM) == two.snapshots(STREAM)


def _change(**parts: Any) -> Change:
    common: dict[str, Any] = {
        "stream": STREAM,
        "type": "note",
        "id": "b",
        "change_id": "c",
        "made_at": "2026-11-22T00:00:00Z",
        "made_by": "som",
    }
    return Change(**{"op": "put", "base": None, **common, **parts})


def _queued(change: Change) -> Queued:
    content = msgspec.json.encode(change, order="sorted")
    return Queued(1, change.change_id, change.stream, change.type, change.id, change.group, content, change.op == "delete")


@pytest.mark.parametrize(
    "values", [{}, {"title": 'ก","set":{"x":1},"y":"'}, {"set": {"set": "ก"}, "tags": ["a", "ข"], "n": -1, "yes": True}]
)
def test_what_makes_a_record_is_told_by_its_hash_without_being_read(values: dict[str, Any]) -> None:
    change = _change(set=values)
    hash_ = record_hash("note", "b", stored_bytes(values), deleted=False, previous="")
    assert _queued(change).makes(hash_)
    assert not _queued(change).makes("0" * 16)
    assert not _queued(msgspec.structs.replace(change, base=Base(1, "0" * 16))).makes(hash_)


def test_a_version_is_put_together_only_on_its_own_base() -> None:
    base = Snapshot(
        stream=STREAM, type="note", id="b", version=3, hash="a" * 16, seq=5, deleted=False, fields={"title": "ก", "body": "ข"}, schema=1,
        changed_at="2026-11-21T00:00:00Z", changed_by="noi", device="far", change_id="d",
    )  # fmt: skip
    change = _change(base=base.base, set={"title": "ค"}, unset=("body",))
    hash_ = record_hash("note", "b", stored_bytes({"title": "ค"}), deleted=False, previous=base.hash)
    made = Made(4, hash_, 9, "2026-11-22T00:00:01Z")

    snapshot = version_made(base, change, made, "near")

    assert snapshot is not None
    assert (snapshot.fields, snapshot.seq, snapshot.changed_by, snapshot.device) == ({"title": "ค"}, 9, "som", "near")
    assert version_made(None, change, made, "near") is None
    assert version_made(msgspec.structs.replace(base, version=2), change, made, "near") is None
    assert version_made(None, msgspec.structs.replace(change, base=None), made, "near") is None


def test_the_queue_knows_its_deletions_without_reading_the_changes(office: Office) -> None:
    one, _, row = shared(office)
    make(one, title='"op":"delete"')
    one.delete(row)
    with one.database.reading() as connection:
        assert connection.execute("SELECT id FROM outbox WHERE is_deletion = 1").fetchall() == [(row.id,)]
        assert len(outbox.everything(connection)) == 2
