"""The file follows the catalogue: what was kept without a column moves into it, what loses its column is kept."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from desktop.storage import mirror
from desktop.storage.audit import check_projection
from desktop.storage.query import Filter, Query
from desktop.storage.search import Search
from records import catalogue, fields
from records.changes import Snapshot
from records.kinds import Json, Option
from records.record import Record, RecordType, record
from records.stored import stored_bytes
from tests.storage.office import CATALOGUE, Desk, said, snapshot


@record(type="plan", area="planning", label=said("plan"), title=("name",))
class OldPlan(Record):
    """A plan as an older program knows it."""

    name: str = fields.text(said("name"))
    stage: str | None = fields.choice(said("stage"), [Option("draft", said("draft"))], default=None, in_list=True)
    count: str | None = fields.text(said("count"), default=None)


@record(type="plan", area="planning", label=said("plan"), title=("name",), key=("number",))
class NewPlan(Record):
    """The same type as a newer program knows it."""

    name: str = fields.text(said("name"), in_list=True)
    stage: str | None = fields.choice(
        said("stage"), [Option("draft", said("draft")), Option("adopted", said("adopted"))], default=None, in_list=True
    )
    count: int | None = fields.integer(said("count"), default=None)
    number: str | None = fields.text(said("number"), default=None, in_list=True, searchable=True)
    is_open: bool | None = fields.yes_no(said("open"), default=None)


@record(type="plan", area="planning", label=said("plan"), title=("name",))
class GrownPlan(Record):
    """OldPlan with nothing but a field more."""

    name: str = fields.text(said("name"))
    stage: str | None = fields.choice(said("stage"), [Option("draft", said("draft"))], default=None, in_list=True)
    count: str | None = fields.text(said("count"), default=None)
    number: str | None = fields.text(said("number"), default=None, in_list=True, searchable=True)


NOTHING: Mapping[str, RecordType] = {"person": CATALOGUE["person"]}
OLD = {**NOTHING, "plan": OldPlan.spec}
GROWN = {**NOTHING, "plan": GrownPlan.spec}
NEW = {**NOTHING, "plan": NewPlan.spec}
_VALUES: dict[str, dict[str, Json]] = {
    "a": {"name": "แผน ก", "stage": "adopted", "count": 3, "number": "1/2570", "is_open": False, "newest": [1]},
    "b": {"name": "แผน ข", "stage": "draft", "count": "many"},
}


@pytest.fixture
def grown(tmp_path: Path) -> Iterator[Any]:
    desks: list[Desk] = []

    def reopened(types: Mapping[str, RecordType]) -> Desk:
        for desk in desks:
            desk.close()
        desks.append(Desk(tmp_path, types))
        return desks[-1]

    yield reopened
    assert check_projection(desks[-1].database.read()) == []
    desks[-1].close()


def _snapshots() -> list[Snapshot]:
    return [snapshot(id, values, type="plan") for id, values in _VALUES.items()]


@pytest.mark.parametrize(
    "path", [(NOTHING, NEW), (OLD, NEW), (OLD, GROWN, NEW), (NEW, OLD, NEW), (NEW, NOTHING, OLD), (OLD, NOTHING), (GROWN, OLD, GROWN)]
)
def test_records_survive_every_change_of_catalogue_byte_for_byte(grown: Any, path: tuple[Mapping[str, RecordType], ...]) -> None:
    desk = grown(path[0])
    with desk.database.write() as connection:
        mirror.observe(connection, _snapshots())

    for types in path[1:]:
        desk = grown(types)

    rows = desk.store.rows("plan", ["a", "b"])
    assert {row.id: stored_bytes(row.fields) for row in rows} == {id: stored_bytes(values) for id, values in _VALUES.items()}
    with desk.database.write() as connection:
        assert [mirror.snapshot_of(connection, s.stream, "plan", s.id) for s in _snapshots()] == _snapshots()


def test_a_type_that_becomes_known_is_listed_sorted_and_found_without_a_download(grown: Any) -> None:
    desk = grown(NOTHING)
    with desk.database.write() as connection:
        mirror.observe(connection, _snapshots())
    assert desk.store.get("plan", "a").fields == _VALUES["a"]

    desk = grown(NEW)

    assert desk.store.ids(Query("plan", sort=(("name", True),))) == ["b", "a"]
    assert desk.store.ids(Query("plan", filters=(Filter("stage", "eq", "adopted"), Filter("count", "eq", 3)))) == ["a"]
    assert [hit.id for hit in Search(desk.database).find("1/2570")] == ["a"]


def test_a_value_kept_aside_moves_into_its_new_column(grown: Any) -> None:
    desk = grown(OLD)
    with desk.database.write() as connection:
        mirror.observe(connection, _snapshots())

    for types in (GROWN, NEW):
        desk = grown(types)
        assert desk.store.ids(Query("plan", filters=(Filter("number", "eq", "1/2570"),))) == ["a"]
        assert [hit.id for hit in Search(desk.database).find("1/25")] == ["a"]


def test_pending_edits_survive_growth(grown: Any) -> None:
    desk = grown(OLD)
    with desk.database.write() as connection:
        mirror.observe(connection, _snapshots())
    edited = desk.save("a", {"name": "แผนใหม่", "number": "2/2570"}, type="plan", stream=_snapshots()[0].stream)

    desk = grown(NEW)

    assert desk.store.get("plan", "a") == edited
    assert desk.store.ids(Query("plan", filters=(Filter("number", "eq", "2/2570"),))) == ["a"]


def test_the_whole_catalogue_has_tables_and_opening_it_again_is_a_read(grown: Any) -> None:
    desk = grown(catalogue.BY_TYPE)
    tables = {row[0] for row in desk.database.read().execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'record%'")}
    before = desk.database.read().value("PRAGMA schema_version")

    desk = grown(catalogue.BY_TYPE)

    assert tables == {"record_unknown", *(f"record_{name}" for name in catalogue.BY_TYPE)}
    assert desk.database.read().value("PRAGMA schema_version") == before
    assert [desk.store.count(Query(name)) for name in catalogue.BY_TYPE] == [0] * len(catalogue.BY_TYPE)


def test_opening_again_changes_nothing(grown: Any) -> None:
    desk = grown(NEW)
    before = desk.database.read().value("PRAGMA schema_version")

    desk = grown(NEW)

    assert desk.database.read().value("PRAGMA schema_version") == before
