"""The checker of law 1 notices what breaks it: a checker that cannot fail proves nothing."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from desktop.storage import mirror, outbox
from desktop.storage.audit import check_projection
from tests.storage.office import STREAM, Desk, snapshot


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a quiet record `a`, an edited one `b` and a new one; law 1 is not checked when the test ends."""
    desk = Desk(tmp_path)
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ก"}), snapshot("b", {"title": "ข"})])
    desk.save("b", {"budget": 1})
    desk.save(None, {"title": "ค"})
    assert check_projection(desk.database.read()) == []
    yield desk
    desk.close()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE record_project SET title = 'x' WHERE _id = 'b'", "shows"),
        ("UPDATE record_project SET _version = 7 WHERE _id = 'b'", "shows"),
        ("UPDATE record_project SET _waiting = 1 WHERE _id = 'a'", "marked as waiting"),
        ("UPDATE record_project SET _waiting = 0 WHERE _id = 'b'", "not marked"),
        ("UPDATE record_project SET _refused = 'why' WHERE _id = 'b'", "not marked"),
        ("UPDATE record_project SET _version = 0 WHERE _id = 'a'", "neither on the server nor waiting"),
        ("DELETE FROM record_project WHERE _id = 'b'", "without a row"),
        ("DELETE FROM mirror", "shows"),
        ("DELETE FROM outbox WHERE id = 'b'", "in the mirror without pending"),
        ("UPDATE search_entry SET text = 'x' WHERE id = 'a'", "search entry"),
        ("DELETE FROM search_entry WHERE id = 'a'", "search entry"),
    ],
)
def test_a_row_that_breaks_law_1_is_named(broken: Desk, statement: str, fault: str) -> None:
    broken.database.read().execute(statement)

    faults = check_projection(broken.database.read())

    assert any(fault in one for one in faults)


def test_two_changes_of_one_record_that_both_wait_are_named(broken: Desk) -> None:
    with broken.database.write() as connection:
        change = outbox.pending(connection, STREAM, "project", "b")[0].change
        outbox.put(connection, msgspec.structs.replace(change, change_id="other"))
        mirror.reproject(connection, STREAM, "project", "b")

    assert check_projection(broken.database.read()) == [f"{STREAM}/project/b: changes in states ['waiting', 'waiting']"]
