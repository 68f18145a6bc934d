"""The conflict inbox as a whole: narrowed down, settled many at a time in one act, merges read and taken back."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desktop.services.inbox import AT_ONCE, Asked, narrowed
from desktop.services.office import Office
from desktop.storage import mirror, outbox, state
from desktop.storage.rows import Row
from records.changes import Snapshot
from records.errors import Correctable
from records.ids import conflict_id, new_id
from records.kinds import Json
from records.stored import record_hash, stored_bytes
from records.words import Words
from tests.offices import NOW, STREAM, Clock


def noted(office: Office, record: Row, *details: dict[str, Json], grade: str = "conflict", by: str = "malee") -> str:
    """An entry about a record, as a merge leaves it; returns its id."""
    entry: dict[str, Json] = {
        "record_type": record.type, "record_id": record.id, "record_title": str(record.fields.get("title", "x")),
        "area": office.catalogue[record.type].area, "grade": grade, "state": "open" if grade == "conflict" else "settled",
        "details": [{"mine_by": "somchai", "theirs_by": by, **one} for one in details],
    }  # fmt: skip
    made = conflict_id(record.id, new_id(NOW, office.entropy))
    with office.store.act("somchai", Words("รวม", "Merge")) as act:
        office.store.save(STREAM, "conflict", made, entry, (), act=act)
    return made


def project(office: Office, **fields: Json) -> Row:
    return office.records.save("project", None, {"title": "x", **fields}).row


def clashing(office: Office, count: int) -> list[tuple[Row, str]]:
    """So many records with a conflict about their target each."""
    rows = [project(office, title=f"โครงการ {number}", target="เขา") for number in range(count)]
    return [(row, noted(office, row, {"name": "target", "mine": "ฉัน", "theirs": "เขา"})) for row in rows]


def taken(office: Office, row: Row) -> None:
    """The server took the record."""
    fields = dict(row.fields)
    digest = record_hash(row.type, row.id, stored_bytes(fields), deleted=False, previous="")
    with office.database.write() as connection:
        (pending,) = outbox.pending(connection, row.stream, row.type, row.id)
        outbox.remove(connection, pending.change.change_id)
        snapshot = Snapshot(
            stream=row.stream, type=row.type, id=row.id, version=1, hash=digest, seq=1, deleted=False, fields=fields, schema=1,
            changed_at=row.changed_at, changed_by=row.changed_by, device="d", change_id=pending.change.change_id,
        )  # fmt: skip
        mirror.observe(connection, [snapshot])


def target(office: Office, row: Row) -> object:
    return office.records.get("project", row.id).fields.get("target")


def test_one_choice_settles_all_of_them_in_one_act_and_one_undo_brings_all_back(office: Office) -> None:
    made = clashing(office, AT_ONCE + 5)

    done = office.inbox.settle_all([found for _, found in made], "mine")

    assert (done.settled, done.left, office.sync.status().conflicts) == (AT_ONCE + 5, (), 0)
    assert {target(office, row) for row, _ in made} == {"ฉัน"}
    undone = office.undo.last()
    assert (len(undone.records), undone.skipped) == (2 * (AT_ONCE + 5), ())
    assert {target(office, row) for row, _ in made} == {"เขา"}
    assert office.sync.status().conflicts == AT_ONCE + 5


def test_a_choice_by_field_leaves_those_it_does_not_answer_and_says_why(office: Office) -> None:
    (one, first), (two, _) = clashing(office, 2)
    second = noted(office, two, {"name": "title", "mine": "m", "theirs": "t"}, {"name": "target", "mine": "ฉัน", "theirs": "เขา"})

    done = office.inbox.settle_all([first, second], "", {"target": "mine"})

    assert (done.settled, [view.id for view, _ in done.left]) == (1, [second])
    assert "title" in done.left[0][1].en
    assert (target(office, one), target(office, two)) == ("ฉัน", "เขา")


def test_one_that_was_settled_elsewhere_meanwhile_does_not_stop_the_others(office: Office) -> None:
    (_, first), (two, second) = clashing(office, 2)
    office.conflicts.settle(first, {"target": "theirs"})

    done = office.inbox.settle_all([first, second], "mine")

    assert (done.settled, len(done.left), target(office, two)) == (1, 1, "ฉัน")
    assert "settled already, by" in done.left[0][1].en


def test_a_record_deleted_since_stays_deleted_for_theirs_and_comes_back_for_mine(office: Office) -> None:
    (one, first), (two, second) = clashing(office, 2)
    for row in (one, two):
        taken(office, row)
        office.records.delete("project", row.id)

    office.inbox.settle_all([first], "theirs")
    office.inbox.settle_all([second], "mine")

    assert office.records.get("project", one.id).deleted
    assert (office.records.get("project", two.id).deleted, target(office, two)) == (False, "ฉัน")


def test_a_conflict_of_a_stream_that_turned_read_only_stays_shown_and_cannot_be_settled(office: Office) -> None:
    ((row, found),) = clashing(office, 1)
    with office.database.write() as connection:
        known = state.stream(connection, STREAM)
        assert known is not None
        state.save_stream(connection, replace(known, access="read", read_only=True))

    done = office.inbox.settle_all([found], "mine")

    assert (done.settled, len(done.left), target(office, row)) == (0, 1, "เขา")
    assert "read" in done.left[0][1].en
    assert [line.id for line in office.inbox.lines(Asked())] == [found]


def test_no_choice_at_all_is_refused(office: Office) -> None:
    ((_, found),) = clashing(office, 1)
    for choice in ("", "ours"):
        with pytest.raises(Correctable, match="Choose mine or theirs"):
            office.inbox.settle_all([found], choice)


def test_both_texts_stand_one_below_the_other_in_a_long_text_only(office: Office) -> None:
    row = project(office, objective="เขาเขียน")
    found = noted(office, row, {"name": "objective", "mine": "ฉันเขียน", "theirs": "เขาเขียน"})
    assert office.conflicts.settle(found, {"objective": "both"}).fields["objective"] == "เขาเขียน\n\nฉันเขียน"
    short = noted(office, row, {"name": "budget_source", "mine": "a", "theirs": "b"})
    with pytest.raises(Correctable, match="both"):
        office.conflicts.settle(short, {"budget_source": "both"})


def test_the_inbox_is_narrowed_by_area_type_person_and_age(office: Office) -> None:
    one = noted(office, project(office), {"name": "target", "mine": "a", "theirs": "b"}, by="malee")
    person = office.records.save("person", None, {"first_name": "ก"}).row
    assert isinstance(office.clock, Clock)
    office.clock.now += timedelta(days=9)
    two = noted(office, person, {"name": "first_name", "mine": "a", "theirs": "b"}, by="wichai")

    def ids(asked: Asked) -> list[str]:
        return [line.id for line in office.inbox.lines(asked)]

    assert ids(Asked()) == [one, two]
    assert ids(Asked(area="planning")) == ids(Asked(type="project")) == ids(Asked(person="malee")) == ids(Asked(age="older")) == [one]
    assert ids(Asked(person="wichai")) == ids(Asked(age="day")) == [two]
    assert ids(Asked(area="people", age="older")) == []
    assert narrowed(office.inbox.lines(Asked()))["person"][0] == ("somchai", 2)


def test_merges_fold_away_once_read_and_after_a_week_and_are_found_again(office: Office) -> None:
    assert isinstance(office.clock, Clock)
    details: dict[str, Json] = {"name": "target", "mine": "ฉัน"}
    old = noted(office, project(office), details, grade="merged")
    office.clock.now += timedelta(days=8)
    new = noted(office, project(office), details, grade="merged")

    def ids(asked: Asked) -> list[str]:
        return [line.id for line in office.inbox.lines(asked)]

    assert ids(Asked("merged")) == [new]
    office.inbox.mark_read()
    assert ids(Asked("merged")) == []
    assert ids(Asked("merged", all_merged=True)) == [new, old]
    assert (office.sync.status().conflicts, ids(Asked())) == (0, [])


def test_a_merge_is_taken_back_as_a_new_change_once(office: Office) -> None:
    row = project(office, target="ฉัน", location="เขา")
    found = noted(
        office, row, {"name": "target", "base": "เดิม", "mine": "ฉัน", "theirs": "เดิม"}, {"name": "location", "theirs": "เขา"}, grade="merged"
    )

    back = office.conflicts.take_back(found)

    assert (back.fields["target"], back.fields["location"]) == ("เดิม", "เขา")
    assert office.conflicts.show(found).settled_by == "somchai"
    with pytest.raises(Correctable, match="taken back already"):
        office.conflicts.take_back(found)
    office.undo.last()
    assert (target(office, row), office.conflicts.show(found).can_take_back) == ("ฉัน", True)


def test_of_a_merge_only_what_nobody_changed_since_is_taken_back(office: Office) -> None:
    row = project(office, target="ฉัน")
    found = noted(office, row, {"name": "target", "mine": "ฉัน"}, {"name": "tags", "mine": ["a"], "merged": ["a", "b"]}, grade="merged")
    office.records.save("project", row.id, {"target": "ใหม่กว่า"})
    with pytest.raises(Correctable, match="changed since"):
        office.conflicts.take_back(found)
    assert target(office, row) == "ใหม่กว่า"
