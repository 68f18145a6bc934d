"""A row that changes is written where it differs, and shows all the same what its snapshot says."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from desktop.storage import held, history, migrations, mirror
from desktop.storage.audit import check_projection
from desktop.storage.connection import Connection
from desktop.storage.query import Query
from desktop.storage.search import Search
from records.changes import Snapshot
from records.kinds import Json
from tests.storage.office import STREAM, Desk, snapshot

KEY = (STREAM, "project", "a")


def _observe(desk: Desk, *snapshots: Snapshot) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, snapshots)


def _found(desk: Desk, text: str) -> list[str]:
    return sorted(hit.id for hit in Search(desk.database).find(text))


def _listed(desk: Desk) -> list[str]:
    return desk.store.ids(Query("project", sort=(("title", False),)))


def _fields(desk: Desk) -> Mapping[str, Json]:
    row = desk.store.get("project", "a")
    assert row is not None
    return row.fields


def _written(desk: Desk, work: Callable[[], None]) -> list[str]:
    """The statements that wrote while the work was done."""
    said: list[str] = []
    connection = desk.database.read()
    connection.set_trace_callback(said.append)
    work()
    connection.set_trace_callback(None)
    return [one for one in said if one.startswith(("UPDATE", "INSERT"))]


def test_a_new_value_leaves_the_columns_and_the_search_entry_of_all_others_alone(desk: Desk) -> None:
    _observe(desk, snapshot("a", {"title": "ถนน", "budget": 5}))

    said = _written(desk, lambda: _observe(desk, snapshot("a", {"title": "ถนน", "budget": 6}, version=2, seq=2)))

    updates = [one for one in said if "record_project" in one]
    assert updates
    assert all('"budget" = 6' in one and '"title"' not in one for one in updates)
    assert not any("search_entry" in one for one in said)
    assert _fields(desk) == {"title": "ถนน", "budget": 6}


def test_a_new_title_is_found_sorted_and_the_former_is_not_found(desk: Desk) -> None:
    _observe(desk, snapshot("a", {"title": "ถนน"}), snapshot("b", {"title": "ขุดลอก"}, seq=2))

    _observe(desk, snapshot("a", {"title": "กำจัดขยะ"}, version=2, seq=3))

    assert (_found(desk, "กำจัด"), _found(desk, "ถนน")) == (["a"], [])
    assert _listed(desk) == ["a", "b"]


@pytest.mark.parametrize("values", [{"title": ["ถนน"]}, {"title": "ถนน", "note": 7}, {"title": "ถนน", "later": {"x": True}}])
def test_a_value_no_column_holds_comes_and_goes(desk: Desk, values: Mapping[str, Json]) -> None:
    plain: dict[str, Json] = {"title": "ถนน", "note": "หมายเหตุ"}
    _observe(desk, snapshot("a", plain))
    _observe(desk, snapshot("a", values, version=2, seq=2))
    odd = _fields(desk)
    _observe(desk, snapshot("a", plain, version=3, seq=3))

    assert odd == values
    assert _fields(desk) == plain
    assert _found(desk, "หมายเหตุ") == ["a"]


def test_a_deleted_record_leaves_search_and_comes_back_with_its_next_version(desk: Desk) -> None:
    _observe(desk, snapshot("a", {"title": "ถนน"}))
    _observe(desk, snapshot("a", {"title": "ถนน"}, version=2, seq=2, deleted=True))
    gone = _found(desk, "ถนน")
    _observe(desk, snapshot("a", {"title": "ถนน"}, version=3, seq=3))

    assert (gone, _found(desk, "ถนน")) == ([], ["a"])


def test_a_page_of_known_and_new_records_of_any_kind_is_stored_whole(desk: Desk) -> None:
    chance = random.Random(7)
    pool: list[dict[str, Json]] = [
        {"title": "ก"},
        {"title": "ข", "urgent": True},
        {"title": "ข", "urgent": False, "tags": ["x", "y"]},
        {"note": "น"},
    ]
    now: dict[str, Snapshot] = {}
    for version in range(1, 30):
        page = [
            snapshot(id, chance.choice(pool), version=version, seq=version * 10 + place, deleted=chance.random() < 0.2,
                     type="project" if id < "d" else "ghost")
            for place, id in enumerate(chance.sample("abcdef", 4))
        ]  # fmt: skip
        _observe(desk, *page)
        now |= {one.id: one for one in page}

    with desk.database.reading() as connection:
        assert {id: held.snapshot_of(connection, STREAM, one.type, id) for id, one in now.items()} == now
    assert check_projection(desk.database.read()) == []
    assert _listed(desk) == sorted(
        (id for id, one in now.items() if one.type == "project" and not one.deleted),
        key=lambda id: (now[id].fields.get("title") is None, str(now[id].fields.get("title")), id),
    )


def test_a_file_of_before_keeps_its_history_and_its_snapshots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        former = [one for one in migrations._ALL if one[0] < "0006"]
        patch.setattr(migrations, "_ALL", tuple(former))
        patch.setattr(migrations, "LATEST", len(former))
        desk = Desk(tmp_path)
        for version in (1, 2, 3):
            _observe(desk, snapshot("a", {"title": f"ถนน {version}", "note": "น" * 900}, version=version, seq=version))
        desk.save("a", {"title": "ถนน 4"})
        desk.close()

    desk.open()

    with desk.database.reading() as connection:
        assert [one.version for one in history.snapshots(connection, *KEY)] == [2, 1]
        base = held.held(connection, KEY)
        assert base is not None
        assert base.fields["title"] == "ถนน 3"
        assert _is_with_rowid(connection, "revision")
        assert _is_with_rowid(connection, "mirror")
    assert check_projection(desk.database.read()) == []
    desk.close()


def _is_with_rowid(connection: Connection, table: str) -> bool:
    return bool(connection.value("SELECT wr FROM pragma_table_list WHERE name = ?", table) == 0)


@pytest.mark.parametrize("fails", [False, True])
def test_what_need_not_wait_for_the_disk_is_there_at_once_and_the_next_waits_again(desk: Desk, fails: bool) -> None:
    connection = desk.database.read()

    with pytest.raises(ZeroDivisionError) if fails else desk.database.reading(), desk.database.write(is_durable=False) as writing:
        during = writing.value("PRAGMA synchronous")
        writing.execute("INSERT INTO setting (name, value) VALUES ('quick', '1')")
        assert 1 / (0 if fails else 1)

    assert (during, connection.value("PRAGMA synchronous")) == (1, 2)
    assert connection.value("SELECT value FROM setting WHERE name = 'quick'") == (None if fails else "1")
