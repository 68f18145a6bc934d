"""One PostgreSQL for the tests of a process, started when the first asks for it: databases are made in it and emptied between tests."""

from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.postgres import Cluster, cluster
from server_stub.storage.postgres import PostgresStorage

LOGIN = "web"
"""A login as an administrator gives it to the program: a member of thongthin_server, nothing else."""
BOTH = ("sqlite", "postgres")
"""A module of tests that says `STORES = BOTH` runs on either store."""
EMPTY = """
    DO $$ DECLARE made TEXT; BEGIN
        FOR made IN SELECT tablename FROM pg_tables WHERE schemaname = 'thongthin' AND tablename <> 'migration' LOOP
            EXECUTE format('DELETE FROM thongthin.%I', made);
        END LOOP;
    END $$"""
"""Takes away every row, as a superuser."""


def run(cluster: Cluster, *statements: str, database: str = "postgres") -> None:
    """Runs statements as the superuser, each by itself."""
    with psycopg.connect(cluster.address(database), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A cluster for what is not about durability, with a login for the program."""
    with cluster(is_durable=False) as made:
        roles = "CREATE ROLE thongthin_owner NOLOGIN; CREATE ROLE thongthin_server NOLOGIN"
        run(made, roles, f"CREATE ROLE {LOGIN} LOGIN IN ROLE thongthin_server", "CREATE DATABASE tested")
        PostgresStorage(made.address("tested")).close()
        yield made


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> str:
    """A database with every table and no row, for the program's login."""
    run(postgres_cluster, EMPTY, database="tested")
    return postgres_cluster.address("tested", LOGIN)
