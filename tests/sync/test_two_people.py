"""Two people work on one desk before a line comes: each change goes under the right of the one who made it."""

from desktop.storage.rows import Row
from records.kinds import Json
from server_stub.storage.base import ALL_STREAMS
from tests.simulation.desk import Desk
from tests.sync.office import STREAM, Office, fields, pending, shared, sync


def by(desk: Desk, account: str, row: Row, **values: Json) -> None:
    """Saves as one of the two who work at the desk."""
    desk.account = account
    desk.save(STREAM, row.type, row.id, values)


def task(desk: Desk, account: str, **values: Json) -> Row:
    """A task made by an account of the desk."""
    desk.account = account
    return desk.save(STREAM, "task", None, {"title": "ก", "state": "draft", **values})


def authors(office: Office, row: Row) -> list[str]:
    """Who made each version the server has, oldest first."""
    with office.storage.read(ALL_STREAMS) as reader:
        return [one.changed_by for one in reader.revisions_in_order(STREAM) if one.id == row.id]


def test_what_the_head_decides_stands_though_the_clerk_edits_it_before_a_line_comes(office: Office) -> None:
    desk = office.desk("one")
    row = task(desk, "one")
    by(desk, "one", row, state="sent")
    sync(desk)
    by(desk, desk.head, row, state="done")
    by(desk, "one", row, remark="ส่งสำเนาแล้ว")
    by(desk, desk.head, row, result="อนุมัติ")

    report = sync(desk)

    assert (report.pushed, report.refused, report.done) == (3, 0, True)
    assert fields(desk, row) == {"title": "ก", "state": "done", "remark": "ส่งสำเนาแล้ว", "result": "อนุมัติ"}
    assert authors(office, row) == ["one", "one.head", "one", "one.head"]


def test_a_head_may_make_a_record_and_decide_it_before_a_line_comes(office: Office) -> None:
    desk = office.desk("one")
    row = task(desk, desk.head)
    by(desk, desk.head, row, state="sent")
    by(desk, desk.head, row, state="done")
    by(desk, desk.head, row, remark="ข")

    report = sync(desk)

    assert (report.pushed, report.refused) == (2, 0)
    assert fields(desk, row)["state"] == "done"


def test_the_saves_of_one_person_are_still_one_change(office: Office) -> None:
    desk = office.desk("one")
    row = task(desk, "one")
    for title in ("ข", "ค", "ง"):
        by(desk, "one", row, title=title)

    assert [one.change.set["title"] for one in pending(desk)] == ["ง"]


def test_others_work_that_comes_between_leaves_each_change_its_author(office: Office) -> None:
    one, two, row = shared(office)
    by(one, one.head, row, title="ข")
    by(one, "one", row, body="ค")
    by(two, "two", row, place="ง")
    sync(two)

    report = sync(one)

    assert (report.pushed, report.conflicts, report.refused) == (2, 0, 0)
    assert fields(one, row) == {"title": "ข", "body": "ค", "place": "ง"}
    assert authors(office, row) == ["one", "two", "one.head", "one"]


def test_what_cannot_be_merged_under_each_name_becomes_one_change_and_one_question(office: Office) -> None:
    one, two, row = shared(office)
    by(one, one.head, row, title="ข")
    by(one, "one", row, body="ค")
    by(two, "two", row, title="ง")
    sync(two)

    report = sync(one)

    assert (report.conflicts, report.refused) == (1, 0)
    assert fields(one, row) == {"title": "ง", "body": "ค"}


def test_a_refused_change_is_joined_with_the_edit_of_whoever_mends_it(office: Office) -> None:
    desk = office.desk("one")
    row = task(desk, "one")
    sync(desk)
    by(desk, "one", row, state="done")
    assert sync(desk).refused == 1

    by(desk, desk.head, row, state="sent")

    assert [(one.change.made_by, one.change.set) for one in pending(desk)] == [("one.head", {"state": "sent"})]
    assert sync(desk).refused == 0


def test_a_deletion_takes_the_place_of_what_both_had_not_sent_and_a_restore_brings_the_record_back(office: Office) -> None:
    desk = office.desk("one")
    row = task(desk, "one")
    sync(desk)
    by(desk, desk.head, row, title="ข")
    by(desk, "one", row, remark="ค")
    desk.delete(row)

    assert [one.change.op for one in pending(desk)] == ["delete"]
    assert sync(desk).done
    found = desk.store.get("task", row.id)
    assert found is not None
    assert found.deleted


def test_undo_of_the_first_of_two_leaves_the_second(office: Office) -> None:
    desk = office.desk("one")
    row = task(desk, "one")
    sync(desk)
    by(desk, desk.head, row, title="ข")
    by(desk, "one", row, remark="ค")
    desk.account = desk.head
    desk.undo()

    assert fields(desk, row) == {"title": "ก", "state": "draft", "remark": "ค"}
    assert sync(desk).done
