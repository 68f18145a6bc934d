"""Making many records in one go does what saving them one after the other does, and refuses what is not new."""

import random
from pathlib import Path

import pytest

from desktop.storage.search import Search
from records.errors import Correctable
from records.kinds import Json
from tests.storage.office import EDIT, STREAM, Desk

TABLES = ("outbox", "mirror", "act_record", "search_entry", "record_project", "record_person", "record_unknown")
IDS_OF_CHANGES = ("change_id", "_change_id", "change", "act_id", "position", "_changed_at", "number")


def new_records(chance: random.Random, count: int) -> list[tuple[str, str, dict[str, Json]]]:
    """Records of two types with fields of many kinds, a few of them of a newer program."""
    made: list[tuple[str, str, dict[str, Json]]] = []
    for number in range(count):
        record_id = f"{chance.randrange(1 << 32):08x}-0000-7000-8000-{number:012d}"
        fields: dict[str, Json] = {"title": f"โครงการ {number}", "budget": chance.randrange(10**9), "tags": ["ก", "ข"]}
        if chance.random() < 0.3:
            fields |= {"later": [1, {"a": None}], "urgent": True, "share": "0.5"}
        made.append(("project", record_id, fields) if chance.random() < 0.7 else ("person", record_id, {"full_name": f"นาย {number}"}))
    return made


def content(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """Every table that a save writes, without ids and times of the changes."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in TABLES:
        columns = [row[1] for row in desk.database.read().execute(f"PRAGMA table_info({table})") if row[1] not in IDS_OF_CHANGES]
        found[table] = sorted(desk.database.read().execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_file_holds_the_same_as_after_single_saves(tmp_path: Path, seed: int) -> None:
    made = new_records(random.Random(seed), 40)
    desks = []
    for name in ("one", "many"):
        (tmp_path / name).mkdir()
        desks.append(Desk(tmp_path / name))
    one, many = desks
    with one.store.act("somchai", EDIT) as act:
        for record_type, record_id, fields in made:
            one.store.save(STREAM, record_type, record_id, fields, act=act)
    with many.store.act("somchai", EDIT) as act:
        many.store.make(STREAM, made, act=act)
    assert content(many) == content(one)
    assert [hit.id for hit in Search(many.database).find("โครงการ 1")] == [hit.id for hit in Search(one.database).find("โครงการ 1")]


def test_one_undo_takes_them_all_back(desk: Desk) -> None:
    before = content(desk)
    with desk.store.act("somchai", EDIT) as act:
        desk.store.make(STREAM, new_records(random.Random(1), 20), act=act)
    assert len(desk.store.undo_last("somchai").undone) == 20
    after = content(desk)
    # The history of acts stays; the records do not.
    assert {name: rows for name, rows in after.items() if name != "act_record"} == {n: r for n, r in before.items() if n != "act_record"}


def test_a_record_made_so_can_be_edited_in_the_same_act(desk: Desk) -> None:
    with desk.store.act("somchai", EDIT) as act:
        desk.store.make(STREAM, [("project", "a", {"title": "ถนน"})], act=act)
        row = desk.store.save(STREAM, "project", "a", {"budget": 5}, act=act)
    assert row.fields == {"title": "ถนน", "budget": 5}
    assert [record.id for record in desk.store.undo_last("somchai").undone] == ["a"]
    assert desk.store.get("project", "a") is None


def test_what_is_known_is_not_made_again(desk: Desk) -> None:
    row = desk.save(None, {"title": "ถนน"})
    cases: list[list[tuple[str, str, dict[str, Json]]]] = [
        [("project", row.id, {"title": "ข"})],
        [("project", "b", {}), ("person", "b", {})],
    ]
    for new in cases:
        with pytest.raises(ValueError, match="nobody knows"), desk.store.act("somchai", EDIT) as act:
            desk.store.make(STREAM, new, act=act)
    assert desk.store.get("project", "b") is None


def test_a_value_that_cannot_be_stored_makes_none_of_them(desk: Desk) -> None:
    with pytest.raises(Correctable), desk.store.act("somchai", EDIT) as act:
        desk.store.make(STREAM, [("project", "a", {"title": "ก"}), ("project", "b", {"title": ""})], act=act)
    assert desk.store.get("project", "a") is None
