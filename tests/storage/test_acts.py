"""Acts and undo, before and after sending."""

import msgspec
import pytest

from desktop.storage import mirror, outbox, sending
from records.errors import Correctable
from records.words import Words
from tests.storage.office import EDIT, STREAM, Desk, Server, snapshot


def _sync(desk: Desk, server: Server) -> None:
    """Sends everything and takes in the answers."""
    with desk.database.write() as connection:
        for entry in sending.sendable(connection, [STREAM], desk.clock()):
            outbox.remove(connection, entry.change.change_id)
            mirror.observe(connection, [server.apply(entry.change)])


def test_an_act_of_many_saves_is_undone_as_one(desk: Desk) -> None:
    with desk.store.act("somchai", Words("นำเข้า", "Import")) as act:
        rows = [desk.store.save(STREAM, "project", None, {"title": f"{i}"}, act=act) for i in range(5)]
        desk.store.save(STREAM, "project", rows[0].id, {"title": "แก้", "note": "x"}, act=act)

    undone = desk.store.undo_last("somchai")

    assert undone.act.id == act.id
    assert {row.id for row in undone.undone} == {row.id for row in rows}
    assert undone.skipped == []
    assert [desk.store.get("project", row.id) for row in rows] == [None] * 5
    assert outbox.everything(desk.database.read()) == []


def test_undo_of_unsent_work_drops_the_change(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "เดิม", "budget": 1})])
    desk.save("a", {"title": "ใหม่", "note": "x"}, "budget")

    [row] = desk.store.undo_last("somchai").undone

    assert row.fields == {"title": "เดิม", "budget": 1}
    assert not row.waiting


def test_undo_of_sent_work_is_a_new_version_with_what_was_before(desk: Desk) -> None:
    server = Server()
    row = desk.save(None, {"title": "เดิม", "budget": 1})
    _sync(desk, server)
    desk.save(row.id, {"title": "ใหม่", "note": "x"}, "budget")
    _sync(desk, server)

    [undone] = desk.store.undo_last("somchai").undone
    [pending] = outbox.pending(desk.database.read(), STREAM, "project", row.id)
    _sync(desk, server)
    after = desk.store.get("project", row.id)

    assert (undone.fields, undone.waiting, undone.version) == ({"title": "เดิม", "budget": 1}, True, 2)
    assert (pending.change.set, pending.change.unset) == ({"title": "เดิม", "budget": 1}, ("note",))
    assert after is not None
    assert (after.version, after.fields) == (3, {"title": "เดิม", "budget": 1})


def test_undo_touches_only_the_fields_of_the_act(desk: Desk) -> None:
    server = Server()
    row = desk.save(None, {"title": "ก"})
    desk.save(row.id, {"budget": 7})
    budget = desk.act()
    desk.save(row.id, {"title": "ข"})
    _sync(desk, server)

    [undone] = desk.store.undo(budget.id, "somchai").undone

    assert undone.fields == {"title": "ข"}


def test_what_was_edited_since_is_skipped_and_listed(desk: Desk) -> None:
    server = Server()
    with desk.store.act("somchai", EDIT) as act:
        a, b, c, d = (desk.store.save(STREAM, "project", None, {"title": title}, act=act) for title in "กขคง")
    _sync(desk, server)
    desk.save(a.id, {"note": "แก้ที่นี่"})
    with desk.database.write() as connection:
        theirs = server.apply(
            msgspec.structs.replace(outbox.everything(connection)[0].change, id=b.id, set={"title": "แก้ที่อื่น"}, change_id="x")
        )
        mirror.observe(connection, [theirs])
    desk.delete(c.id)

    undone = desk.store.undo(act.id, "somchai")

    assert [row.id for row in undone.undone] == [d.id]
    assert {row.id: why.en for row, why in undone.skipped} == {
        a.id: "It was edited since",
        b.id: "It was edited since",
        c.id: "It was deleted since",
    }
    assert all(why.th for _, why in undone.skipped)


def test_a_deletion_is_undone_by_restoring_with_the_edits_it_dropped(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "เดิม"})])
    desk.save("a", {"title": "แก้แล้ว", "note": "x"})
    gone = desk.delete("a")

    [back] = desk.store.undo_last("somchai").undone

    assert gone.fields == {"title": "เดิม"}
    assert (back.deleted, back.fields) == (False, {"title": "แก้แล้ว", "note": "x"})


def test_a_deletion_that_was_sent_is_undone_by_a_new_version(desk: Desk) -> None:
    server = Server()
    row = desk.save(None, {"title": "ก"})
    _sync(desk, server)
    desk.delete(row.id)
    _sync(desk, server)

    desk.store.undo_last("somchai")
    _sync(desk, server)
    back = desk.store.get("project", row.id)

    assert back is not None
    assert (back.deleted, back.version, back.fields) == (False, 3, {"title": "ก"})


def test_a_record_made_and_deleted_here_comes_back_by_undo(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก", "budget": 2})
    desk.delete(row.id)

    [back] = desk.store.undo_last("somchai").undone

    assert (back.id, back.fields, back.waiting) == (row.id, {"title": "ก", "budget": 2}, True)


def test_undo_goes_back_act_by_act_and_an_undo_can_be_undone(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก"})
    desk.save(row.id, {"title": "ข"})
    desk.save(row.id, {"title": "ค"})

    titles = [desk.store.undo_last("somchai").undone[0].fields["title"] for _ in range(2)]
    redo = desk.store.undo(desk.act().id, "somchai").undone[0].fields["title"]
    again = desk.store.undo_last("somchai").undone[0].fields["title"]

    assert titles == ["ข", "ก"]
    assert redo == "ข"
    assert again == "ก"


def test_acts_belong_to_an_account_and_survive_a_restart(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก"})
    desk.close()
    desk.open()

    with pytest.raises(Correctable, match="did nothing"):
        desk.store.undo_last("malee")
    assert [act.label for act in desk.store.last_acts("somchai")] == [EDIT]
    assert [done.id for done in desk.store.undo_last("somchai").undone] == [row.id]
    with pytest.raises(Correctable, match="did nothing"):
        desk.store.undo_last("somchai")


def test_an_act_cannot_be_undone_twice_nor_an_unknown_one(desk: Desk) -> None:
    desk.save(None, {"title": "ก"})
    act = desk.act()
    desk.store.undo(act.id, "somchai")

    for unknown in (act.id, "ghost"):
        with pytest.raises(Correctable, match="no such act"):
            desk.store.undo(unknown, "somchai")


def test_an_act_inside_an_act_is_part_of_it_and_a_failed_one_leaves_nothing(desk: Desk) -> None:
    with desk.store.act("somchai", EDIT) as act, desk.store.act("somchai", Words("ใน", "Inner")) as inner:
        desk.store.save(STREAM, "project", None, {"title": "ก"}, act=inner)
    with pytest.raises(ZeroDivisionError):
        _fail_inside(desk)

    assert inner is act
    assert [one.id for one in desk.store.last_acts("somchai")] == [act.id]


def _fail_inside(desk: Desk) -> None:
    with desk.store.act("somchai", EDIT) as act:
        desk.store.save(STREAM, "project", None, {"title": "ข"}, act=act)
        raise ZeroDivisionError


def test_a_save_with_an_act_that_ended_is_a_bug_and_keeps_nothing(desk: Desk) -> None:
    with desk.store.act("somchai", EDIT) as act:
        pass

    with pytest.raises(ValueError, match="inside"):
        desk.store.save(STREAM, "project", None, {"title": "ก"}, act=act)

    assert outbox.everything(desk.database.read()) == []
