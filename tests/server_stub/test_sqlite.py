"""The store on SQLite, in a file and in memory."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from records.errors import Refused, Unavailable
from server_stub.storage.base import ALL_STREAMS, Storage
from server_stub.storage.sqlite import SqliteStorage
from tests.server_stub.storage_contract import SharedContract, StorageContract


class TestSqliteFile(StorageContract, SharedContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Iterator[Storage]:
        made = SqliteStorage(tmp_path / "server.db")
        yield made
        made.close()


class TestSqliteMemory(StorageContract):
    @pytest.fixture
    def storage(self) -> Iterator[Storage]:
        made = SqliteStorage(None, is_durable=False)
        yield made
        made.close()


def test_a_file_is_durable_and_has_a_log_ahead(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "server.db")
    connection = storage._own_connection()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    with storage.directory(is_durable=False):
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    storage.close()


def test_a_database_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "server.db"
    SqliteStorage(path).close()
    connection = sqlite.connect(str(path))
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(Refused, match="version 999"):
        SqliteStorage(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "server.db"
    path.write_text("<html>not a database, and long enough to be looked at</html>" * 50)
    with pytest.raises(Refused, match="no database"):
        SqliteStorage(path)


def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        SqliteStorage(tmp_path / "none" / "server.db")


def test_the_connection_of_a_thread_that_ended_is_let_go(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "server.db")

    def look() -> None:
        with storage.read(ALL_STREAMS):
            pass

    for _ in range(5):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert len(storage._every) == 1
    storage.close()
