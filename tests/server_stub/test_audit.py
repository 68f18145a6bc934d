"""The audit chain, computed again."""

from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from server_stub.audit import verify
from tests.server_stub.world import World


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with edits, a deletion and a restored record."""
    world = World(tmp_path / "server.db")
    shown = world.made()
    edited = world.one(world.edit(shown, set={"amount": 5, "colour": "แดง"})).snapshot
    gone = world.one(world.edit(edited, op="delete")).snapshot
    world.one(world.edit(gone, unset=["colour"]))
    world.made()
    world.storage.close()
    return tmp_path / "server.db"


def test_an_untouched_database_fits(path: Path) -> None:
    audit = verify(World(path).storage)
    assert (audit.streams, audit.revisions, audit.damage) == (1, 5, ())


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE revision SET set_fields = CAST('{\"amount\":9}' AS BLOB) WHERE seq = 2", "hash"),
        ("UPDATE revision SET changed_by = 'other' WHERE seq = 3", "chain"),
        ("UPDATE revision SET changed_at = '2020-01-01T00:00:00Z' WHERE seq = 1", "chain"),
        ("UPDATE revision SET hash = '0000000000000000' WHERE seq = 4", "hash"),
        ("DELETE FROM revision WHERE seq = 2", "missing"),
        ("DELETE FROM revision WHERE seq = 5", "head"),
        ('UPDATE record SET fields = CAST(\'{"title":"x"}\' AS BLOB) WHERE seq = 4', "last version"),
        ("UPDATE record SET deleted = 1 WHERE seq = 4", "last version"),
        ("DELETE FROM record WHERE seq = 5", "missing"),
        ("UPDATE stream SET head = 9", "head"),
    ],
)
def test_any_tampering_is_found(path: Path, statement: str, word: str) -> None:
    connection = sqlite.connect(str(path))
    connection.execute(statement)
    connection.commit()
    connection.close()
    damage = verify(World(path).storage).damage
    assert damage
    assert any(word in part.what for part in damage)
