"""The second wall on PostgreSQL: roles, row-level security and the making of the tables."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from benchmarks.postgres import Cluster
from records.errors import Correctable, Refused
from server_stub.storage.base import ALL_STREAMS, StoredFile
from server_stub.storage.migrations import numbered
from server_stub.storage.postgres import _READ, PostgresStorage
from server_stub.storage.postgres_connections import Connection
from tests.postgres import LOGIN, run
from tests.server_stub.statements import SYNCS
from tests.server_stub.storage_contract import A, B, _record, _revision


@pytest.fixture
def storage(postgres_url: str) -> Iterator[PostgresStorage]:
    made = PostgresStorage(postgres_url)
    for stream in (A, B):
        with made.write(stream) as writer:
            record = _record(1, stream=stream)
            writer.append([record], [_revision(record)])
            writer.set_last_number(stream, "b", 2569, 5)
            writer.use_number(stream, "b", 2569, 3, record.id)
            writer.set_number_floor(stream, "b", 2569, 5, 1)
            writer.put_file_names(stream, record.id, "planning", ["1" * 64])
            writer.put_stored_file(StoredFile(stream, "1" * 64, 5, ("*",)))
    yield made
    made.close()


@pytest.fixture
def empty_database(postgres_cluster: Cluster) -> Iterator[str]:
    """The name of a database without a table."""
    run(postgres_cluster, "CREATE DATABASE empty")
    yield "empty"
    run(postgres_cluster, "DROP DATABASE empty WITH (FORCE)")


def rows(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(statement.encode()).fetchall()


def test_every_table_of_what_syncs_belongs_to_an_owner_and_is_guarded(storage: PostgresStorage) -> None:
    asked = """
        SELECT relname::text, pg_get_userbyid(relowner)::text, relrowsecurity, relforcerowsecurity FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = 'thongthin' AND relkind = 'r'"""
    with storage._connections.transaction(storage._writing([])) as connection:
        found = {name: (owner, *guarded) for name, owner, *guarded in rows(connection, asked)}
    assert {name for name, (_, is_guarded, _) in found.items() if is_guarded} == SYNCS
    assert {facts for name, facts in found.items() if name in SYNCS} == {("thongthin_owner", True, True)}
    assert {owner for owner, _, _ in found.values()} == {"thongthin_owner"}


@pytest.mark.parametrize("login", [LOGIN, "floor"])
def test_the_program_works_as_a_role_that_owns_nothing_whoever_logs_in(postgres_cluster: Cluster, login: str) -> None:
    storage = PostgresStorage(postgres_cluster.address("tested", login))
    asked = """
        SELECT current_user::text, rolsuper, rolbypassrls, pg_has_role(current_user, 'thongthin_owner', 'MEMBER')
        FROM pg_roles WHERE rolname = current_user"""
    for begin in (storage._writing([A]), storage._writing([]), _READ.format("")):
        with storage._connections.transaction(begin) as connection:
            assert rows(connection, asked) == [("thongthin_server", False, False, False)]
    storage.close()


@pytest.mark.parametrize("table", sorted(SYNCS))
def test_no_statement_reads_or_writes_another_stream(storage: PostgresStorage, table: str) -> None:
    with storage._connections.transaction(storage._writing([A])) as connection:
        assert rows(connection, f"SELECT DISTINCT stream FROM {table}") == [(A,)]
        assert rows(connection, f"SELECT stream FROM {table} WHERE stream = '{B}'") == []
    columns = {
        "stream": "head = 9",
        "record": "seq = 9",
        "number_book": "last = 9",
        "stored_file": "size = 9",
        "number_floor": "floor = 9",
    }.get(table)
    if columns:
        with storage._connections.transaction(storage._writing([A])) as connection:
            assert connection.execute(f"UPDATE {table} SET {columns} WHERE stream = '{B}'".encode()).rowcount == 0
        with pytest.raises(Refused), storage._connections.transaction(storage._writing([A])) as connection:
            connection.execute(f"UPDATE {table} SET stream = 'office/3' WHERE stream = '{A}'".encode())
    planted = f"""
        CREATE TEMPORARY TABLE copied (LIKE {table}) ON COMMIT DROP;
        INSERT INTO copied SELECT * FROM {table};
        UPDATE copied SET stream = '{B}';
        INSERT INTO {table} SELECT * FROM copied"""
    with pytest.raises(Refused, match="row-level security"), storage._connections.transaction(storage._writing([A])) as connection:
        connection.execute(planted.encode())


def test_a_transaction_that_names_no_stream_sees_none(storage: PostgresStorage) -> None:
    for table in SYNCS:
        with storage._connections.transaction(storage._writing([])) as connection:
            assert rows(connection, f"SELECT * FROM {table}") == []
        with storage._connections.transaction(storage._writing(ALL_STREAMS)) as connection:
            assert len(rows(connection, f"SELECT * FROM {table}")) == 2


def test_the_setting_of_one_transaction_is_not_that_of_the_next(storage: PostgresStorage) -> None:
    with storage.read(ALL_STREAMS):
        pass
    assert len(storage._connections._free) == 1
    connection = storage._connections._free[0]
    connection.execute("SET ROLE thongthin_server")
    assert rows(connection, "SELECT * FROM thongthin.record") == []


def test_the_owner_is_held_by_the_wall_too(postgres_cluster: Cluster, storage: PostgresStorage) -> None:
    with psycopg.connect(postgres_cluster.address("tested")) as connection:
        connection.execute("SET ROLE thongthin_owner")
        assert rows(connection, "SELECT * FROM thongthin.record") == []


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM record", "DELETE FROM revision", "UPDATE revision SET hash = ''", "DELETE FROM stream", "TRUNCATE record",
     "ALTER TABLE record NO FORCE ROW LEVEL SECURITY", "DROP TABLE record", "CREATE TABLE thongthin.other (x INT)",
     "UPDATE migration SET number = 0"],
)  # fmt: skip
def test_the_program_has_no_right_to_forget(storage: PostgresStorage, statement: str) -> None:
    with pytest.raises(Refused), storage._connections.transaction(storage._writing(ALL_STREAMS)) as connection:
        connection.execute(statement.encode())


def test_servers_that_start_at_once_make_the_tables_once(postgres_cluster: Cluster, empty_database: str) -> None:
    url = postgres_cluster.address(empty_database)
    both = threading.Barrier(3)
    failed: list[BaseException] = []

    def start() -> None:
        both.wait()
        try:
            PostgresStorage(url).close()
        except BaseException as error:  # noqa: BLE001  # whatever it was, the test must hear of it
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with psycopg.connect(url) as connection:
        found = [number for (number,) in rows(connection, "SELECT number FROM thongthin.migration ORDER BY number")]
    assert found == [number for number, _ in numbered("postgres")]


def test_an_empty_database_is_made_by_init_alone(postgres_cluster: Cluster, empty_database: str) -> None:
    with pytest.raises(Correctable, match="is empty; nothing was changed"):
        PostgresStorage(postgres_cluster.address(empty_database), must_exist=True)
    with pytest.raises(Refused, match="too few rights"):
        PostgresStorage(postgres_cluster.address(empty_database, LOGIN))
    PostgresStorage(postgres_cluster.address(empty_database)).close()
    PostgresStorage(postgres_cluster.address(empty_database, LOGIN), must_exist=True).close()


def test_a_database_of_a_newer_program_is_refused_untouched(postgres_cluster: Cluster, empty_database: str) -> None:
    url = postgres_cluster.address(empty_database)
    PostgresStorage(url).close()
    run(postgres_cluster, "INSERT INTO thongthin.migration (number) VALUES (999)", database=empty_database)
    with pytest.raises(Refused, match="version 999"):
        PostgresStorage(url)


def test_an_older_database_is_brought_up_by_its_owner_only(
    postgres_cluster: Cluster, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    PostgresStorage(postgres_cluster.address(empty_database)).close()
    later = [*numbered("postgres"), (998, "CREATE TABLE later (stream TEXT PRIMARY KEY); GRANT SELECT ON later TO thongthin_server")]
    monkeypatch.setattr("server_stub.storage.postgres_schema.numbered", lambda dialect: later)
    with pytest.raises(Refused, match="init as the owner"):
        PostgresStorage(postgres_cluster.address(empty_database, LOGIN))
    PostgresStorage(postgres_cluster.address(empty_database)).close()
    PostgresStorage(postgres_cluster.address(empty_database, LOGIN)).close()
    with psycopg.connect(postgres_cluster.address(empty_database)) as connection:
        assert rows(connection, "SELECT tableowner::text FROM pg_tables WHERE tablename = 'later'") == [("thongthin_owner",)]
