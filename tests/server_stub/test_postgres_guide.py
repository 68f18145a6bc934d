"""What docs/postgresql.md tells an administrator to type is typed here: roles, init, daily work, backup and restore."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.postgres import Cluster, cluster
from records.errors import Refused
from server_stub.audit import verify
from server_stub.cli import run as server
from server_stub.storage.base import ALL_STREAMS
from server_stub.storage.postgres import PostgresStorage
from tests.postgres import run
from tests.server_stub.world import OFFICE, World

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "postgresql.md").read_text(encoding="utf-8")
SETTING_UP, BACKUP = re.findall(r"```sql\n(.*?)```", GUIDE, re.DOTALL)[:2]
USERS = re.findall(r"postgresql://(\w+)@", GUIDE)


def typed(made: Cluster, block: str) -> None:
    """Runs the statements of a block as the superuser."""
    run(made, *(statement for statement in re.sub(r"--[^\n]*", "", block).split(";") if statement.strip()))


@pytest.fixture(scope="module")
def office() -> Iterator[Cluster]:
    """A cluster set up as the guide says, with its tables made."""
    with cluster(is_durable=False) as made:
        typed(made, SETTING_UP)
        typed(made, BACKUP)
        assert server(["init", "--database", made.address("thongthin", "thongthin_admin")]) == 0
        yield made


def test_the_guide_names_the_logins_it_makes() -> None:
    assert {"thongthin_admin", "thongthin_web"} <= set(USERS)
    assert "thongthin_admin LOGIN" in SETTING_UP
    assert re.search(r"thongthin_web +LOGIN", SETTING_UP)


def test_the_login_of_every_day_works_and_cannot_change_tables(office: Cluster) -> None:
    url = office.address("thongthin", "thongthin_web")
    assert server(["add-account", "som", "--role", "clerk", "--stream", "office/1:write", "--database", url]) == 0
    storage = PostgresStorage(url)
    for statement in ("ALTER TABLE record ADD extra TEXT", "SET LOCAL ROLE thongthin_owner"):
        with pytest.raises(Refused), storage._connections.transaction(storage._writing([])) as connection:
            connection.execute(statement.encode())
    storage.close()


def test_a_backup_of_the_guide_restored_is_the_same_database(office: Cluster, tmp_path: Path) -> None:
    world = World(storage=PostgresStorage(office.address("thongthin", "thongthin_web")))
    for _ in range(30):
        world.made()
    world.storage.close()
    where = ["--host", "127.0.0.1", "--port", str(office.port)]
    dump = [
        str(office.programs / "pg_dump"),
        *where,
        "--format=custom",
        "--file",
        str(tmp_path / "dump"),
        "-U",
        "thongthin_backup",
        "thongthin",
    ]
    subprocess.run(dump, check=True)
    run(office, "CREATE DATABASE restored")
    restore = [str(office.programs / "pg_restore"), *where, "-U", "floor", "--dbname", "restored", str(tmp_path / "dump")]
    subprocess.run(restore, check=True)
    contents = []
    for database in ("thongthin", "restored"):
        storage = PostgresStorage(office.address(database, "floor"), must_exist=True)
        assert verify(storage).damage == ()
        with storage.read(ALL_STREAMS) as reader:
            contents.append((reader.states([OFFICE]), list(reader.page(OFFICE, after=0, until=None, areas=None, limit=None))))
        with storage.read([]) as reader:
            assert reader.records(OFFICE, [contents[0][1][0].id]) == {}
        storage.close()
    assert contents[0] == contents[1]
    assert len(contents[0][1]) == 30
