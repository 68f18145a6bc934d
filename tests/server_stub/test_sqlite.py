"""The store on SQLite, in a file and in memory."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]

from records.errors import Refused, Unavailable
from server_stub.storage import sqlite_copies
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
    connection = storage._own().connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    with storage.directory(is_durable=False):
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    storage.close()


@pytest.mark.parametrize("fails", [False, True])
def test_what_need_not_wait_for_the_disk_is_there_at_once_and_the_next_waits_again(tmp_path: Path, fails: bool) -> None:
    storage = SqliteStorage(tmp_path / "server.db")
    connection = storage._own().connection
    during = None
    with contextlib.suppress(ZeroDivisionError), storage.directory(is_durable=False) as directory:
        (during,) = connection.execute("PRAGMA synchronous").fetchone()
        directory.set_meta("quick", "1")
        assert 1 / (0 if fails else 1)
    with storage.look_up() as directory:
        kept = directory.meta("quick")

    assert (during, connection.execute("PRAGMA synchronous").fetchone()) == (1, (2,))
    assert kept == (None if fails else "1")
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


def _looked(storage: SqliteStorage) -> None:
    with storage.read(ALL_STREAMS):
        pass


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns at every step, as on a busy machine they sometimes do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-7)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_nobody_has_the_file_open_after_close_though_threads_are_just_ending(tmp_path: Path) -> None:
    # One round in fifteen met a thread between letting its connection go and closing it.
    for number in range(60):
        storage = SqliteStorage(tmp_path / f"{number}.db", is_durable=False)
        are_ready, may_end = threading.Barrier(9), threading.Event()

        def work(storage: SqliteStorage = storage, ready: threading.Barrier = are_ready, end: threading.Event = may_end) -> None:
            _looked(storage)
            ready.wait()
            end.wait()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        are_ready.wait()
        may_end.set()
        time.sleep(number % 20 * 0.00005)

        storage.close()
        sqlite_copies.settle(tmp_path / f"{number}.db")

        for thread in threads:
            thread.join()


@pytest.mark.parametrize("name", ["server.db", None])
def test_whoever_comes_after_close_is_told_that_the_server_stops(tmp_path: Path, name: str | None) -> None:
    storage = SqliteStorage(tmp_path / name if name else None, is_durable=False)
    storage.close()
    with pytest.raises(Unavailable, match="stopping"):
        _looked(storage)
    if name:
        sqlite_copies.settle(tmp_path / name)


def test_close_lets_a_transaction_under_way_end(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "server.db", is_durable=False)
    is_inside, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with storage.directory() as directory:
            directory.set_meta("made", "late")
            is_inside.set()
            may_end.wait()

    writer = threading.Thread(target=write)
    writer.start()
    is_inside.wait()
    closing = threading.Thread(target=storage.close)
    closing.start()
    closing.join(0.05)
    is_waiting = closing.is_alive()
    may_end.set()
    writer.join()
    closing.join()

    assert is_waiting
    sqlite_copies.settle(tmp_path / "server.db")
    again = SqliteStorage(tmp_path / "server.db", is_durable=False)
    with again.look_up() as directory:
        assert directory.meta("made") == "late"
    again.close()
