"""Where the simulated server keeps its data: a store that can be copied as a whole and put back to the copy."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg

from benchmarks.postgres import SUPERUSER, cluster
from server_stub.storage.base import Storage
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.sqlite import SqliteStorage

KINDS = ("sqlite", "postgres")


class Stores(Protocol):
    """A server's store of one history."""

    def opened(self) -> Storage:
        """Opens it, empty the first time."""

    def keep(self) -> None:
        """Makes a backup; the store is closed."""

    def put_back(self) -> None:
        """Puts the last backup in its place; the store is closed."""

    def end(self) -> None:
        """Takes it away; the store is closed."""


class SqliteStores:
    """A file in the folder of a history."""

    def __init__(self, folder: Path, template: Path) -> None:
        """`template`: a server's file with the schema alone."""
        self._path = folder / "server.db"
        self._backup = folder / "server.backup"
        shutil.copyfile(template, self._path)

    def opened(self) -> Storage:
        """As `Stores`."""
        return SqliteStorage(self._path, is_durable=False)

    def keep(self) -> None:
        """As `Stores`."""
        # The last connection moved the log ahead into the file when it was closed.
        shutil.copyfile(self._path, self._backup)

    def put_back(self) -> None:
        """As `Stores`."""
        for rest in self._path.parent.glob(self._path.name + "*"):
            rest.unlink()
        shutil.copyfile(self._backup, self._path)

    def end(self) -> None:
        """As `Stores`."""


def sqlite_template(folder: Path) -> Path:
    """A server's file with the schema alone, to be copied."""
    path = folder / "server-template.db"
    SqliteStorage(path, is_durable=False).close()
    for rest in folder.glob(f"{path.name}-*"):
        rest.unlink()
    return path


_LOGIN = "web"
"""A login as an administrator gives it to the program: a member of thongthin_server, nothing else."""
_TEMPLATE = "template_of_simulation"


class PostgresStores:
    """A database of its own in a cluster, copied as a whole."""

    def __init__(self, port: int) -> None:
        """`port`: that of the cluster, which has the template."""
        self._port = port
        self._name = f"simulated_{os.getpid()}"
        self._backup = f"{self._name}_backup"
        self._copy(_TEMPLATE, self._name)

    def opened(self) -> Storage:
        """As `Stores`."""
        return PostgresStorage(_address(self._port, self._name, _LOGIN), is_durable=False)

    def keep(self) -> None:
        """As `Stores`."""
        self._copy(self._name, self._backup)

    def put_back(self) -> None:
        """As `Stores`."""
        self._copy(self._backup, self._name)

    def end(self) -> None:
        """As `Stores`."""
        for name in (self._name, self._backup):
            _run(self._port, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _copy(self, source: str, target: str) -> None:
        _run(self._port, f"DROP DATABASE IF EXISTS {target} WITH (FORCE)", f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY FILE_COPY")


@dataclass(frozen=True)
class PostgresMaker:
    """Makes the store of a history; it may be sent to another process."""

    port: int

    def __call__(self, _: Path) -> Stores:
        return PostgresStores(self.port)


@contextmanager
def postgres_stores() -> Iterator[PostgresMaker]:
    """Runs a PostgreSQL; gives what makes the store of a history."""
    with cluster(is_durable=False) as made:
        _run(made.port, "CREATE ROLE thongthin_owner NOLOGIN", "CREATE ROLE thongthin_server NOLOGIN")
        _run(made.port, f"CREATE ROLE {_LOGIN} LOGIN IN ROLE thongthin_server", f"CREATE DATABASE {_TEMPLATE}")
        PostgresStorage(_address(made.port, _TEMPLATE)).close()
        yield PostgresMaker(made.port)


def _address(port: int, database: str = "postgres", user: str = SUPERUSER) -> str:
    return f"postgresql://{user}@127.0.0.1:{port}/{database}"


def _run(port: int, *statements: str) -> None:
    with psycopg.connect(_address(port), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
