"""The conflict inbox: what is shown, what a choice writes, what is refused."""

from typing import Any

import pytest

from desktop.services.office import Office
from desktop.storage import outbox
from desktop.storage.rows import Row
from records.errors import Correctable
from records.ids import conflict_id, new_id
from records.kinds import Json
from records.merge import DELETION
from records.words import Words
from tests.offices import NOW, STREAM

BY: dict[str, Json] = {"mine_by": "somchai", "theirs_by": "malee", "theirs_at": "2026-11-22T03:00:00Z"}


def conflicted(office: Office, fields: dict[str, Json], *details: dict[str, Json]) -> tuple[Row, str]:
    """A record with these fields and an open conflict about it, as a merge leaves them: (the record, the conflict's id)."""
    record = office.records.save("project", None, fields).row
    entry: dict[str, Json] = {
        "record_type": "project", "record_id": record.id, "area": "planning", "grade": "conflict", "state": "open",
        "details": [{**one, **BY} for one in details],
    }  # fmt: skip
    record_id = conflict_id(record.id, new_id(NOW, office.entropy))
    with office.store.act("somchai", Words("รวม", "Merge")) as act:
        office.store.save(STREAM, "conflict", record_id, entry, (), act=act)
    return record, record_id


def pending_groups(office: Office) -> set[str | None]:
    """The groups of the changes that wait, of the records a settling touched."""
    with office.database.reading() as connection:
        return {one.change.group for one in outbox.everything(connection)}


@pytest.mark.parametrize(
    ("choice", "after"),
    [("mine", "ของฉัน"), ("theirs", "ของเขา"), ({"value": "ตกลงกัน"}, "ตกลงกัน"), ({"value": None}, None)],
)
def test_a_choice_is_written_and_the_conflict_is_settled_in_one_group(office: Office, choice: Any, after: str | None) -> None:
    record, found = conflicted(
        office, {"title": "x", "target": "ของเขา"}, {"name": "target", "base": "เดิม", "mine": "ของฉัน", "theirs": "ของเขา"}
    )
    assert [one.id for one in office.conflicts.list()] == [found]
    row = office.conflicts.settle(found, {"target": choice})
    assert row.fields.get("target") == after
    assert office.conflicts.list() == ()
    (settled,) = office.conflicts.list(settled_too=True)
    assert (settled.state, settled.row.fields["settled_by"], settled.record) == ("settled", "somchai", record.id)
    if choice != "theirs":
        assert len(pending_groups(office) - {None}) == 1


def test_undo_opens_a_settled_conflict_again(office: Office) -> None:
    record, found = conflicted(office, {"title": "x", "target": "b"}, {"name": "target", "mine": "a", "theirs": "b"})
    office.conflicts.settle(found, {"target": "mine"})
    office.undo.last()
    assert office.conflicts.show(found).state == "open"
    assert office.records.get("project", record.id).fields["target"] == "b"


def test_a_value_that_one_side_did_not_have_is_chosen_by_emptying(office: Office) -> None:
    _, found = conflicted(office, {"title": "x", "target": "b"}, {"name": "target", "theirs": "b", "base": "a"})
    assert "target" not in office.conflicts.settle(found, {"target": "mine"}).fields


def test_a_deletion_is_a_choice_too(office: Office) -> None:
    for choice, is_deleted in (("mine", True), ("theirs", False)):
        _, found = conflicted(office, {"title": "x"}, {"name": DELETION, "mine": True})
        assert office.conflicts.settle(found, {DELETION: choice}).deleted is is_deleted


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({}, "no choice was made for target"),
        ({"target": "mine", "title": "mine"}, "no field title"),
        ({"target": "ours"}, "must be “mine”"),
        ({"target": {"worth": 1}}, "must be “mine”"),
        ({"target": {"value": 5}}, "target"),
    ],
)
def test_a_choice_that_is_none_changes_nothing(office: Office, choices: dict[str, Any], said: str) -> None:
    record, found = conflicted(office, {"title": "x", "target": "b"}, {"name": "target", "mine": "a", "theirs": "b"})
    with pytest.raises(Correctable, match=said):
        office.conflicts.settle(found, choices)
    assert office.conflicts.show(found).state == "open"
    assert office.records.get("project", record.id).fields["target"] == "b"


def test_a_conflict_is_settled_once(office: Office) -> None:
    _, found = conflicted(office, {"title": "x", "target": "b"}, {"name": "target", "mine": "a", "theirs": "b"})
    office.conflicts.settle(found, {"target": "theirs"})
    with pytest.raises(Correctable, match="settled already"):
        office.conflicts.settle(found, {"target": "mine"})


def test_a_conflict_says_what_it_is_about(office: Office) -> None:
    record, found = conflicted(office, {"title": "ถนน", "target": "b"}, {"name": "target", "base": "0", "mine": "a", "theirs": "b"})
    shown = office.conflicts.show(found).as_json()
    assert (shown["type"], shown["record"], shown["title"]) == ("project", record.id, "ถนน")
    assert shown["fields"] == [
        {
            "name": "target", "base": "0", "mine": "a", "theirs": "b", "theirs_by": "malee", "theirs_at": "2026-11-22T03:00:00Z",
            "mine_by": "somchai", "mine_at": "",
        }
    ]  # fmt: skip
    assert office.sync.status().conflicts == 1


def test_a_list_of_conflicts_masks_personal_values_and_one_conflict_does_not(office: Office) -> None:
    person = office.records.save("person", None, {"first_name": "สมชาย", "citizen_id": "1101700230708"}).row
    details: list[Json] = [{"name": "citizen_id", "mine": "1101700230708"}, {"name": "first_name", "mine": "สมชาย", "theirs": "สมหมาย"}]
    entry: dict[str, Json] = {"record_type": "person", "record_id": person.id, "grade": "conflict", "state": "open", "details": details}
    found = conflict_id(person.id, new_id(NOW, office.entropy))
    with office.store.act("somchai", Words("รวม", "Merge")) as act:
        office.store.save(STREAM, "conflict", found, entry, (), act=act)
    shown = office.conflicts.show(found)
    masked = office.conflicts.masked(shown)
    assert shown.fields[0].mine == "1101700230708"
    assert "1101700230708" not in str(masked.fields).replace("-", "")
    assert (masked.fields[0].theirs, masked.fields[1]) == (None, shown.fields[1])
