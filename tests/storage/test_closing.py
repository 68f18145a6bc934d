"""Closing the file while other threads read, write, end or come late."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]  # the wheel has no stubs

from desktop.storage.connection import connect
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.query import Query
from records.errors import Unavailable
from tests.storage.office import CATALOGUE, KEY, Desk

_LONG = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT x, x || 'a' FROM n"


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns at every step, as on a busy machine they sometimes do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-7)
    yield
    sys.setswitchinterval(before)


def _require_alone(database: Database) -> None:
    """Raises when anybody has the file open."""
    alone = connect(database.path, KEY, database.tables, synchronous="OFF")
    alone.execute("PRAGMA busy_timeout = 0")
    try:
        alone.execute("PRAGMA journal_mode = DELETE").fetchone()
    finally:
        alone.close()


def test_a_thread_in_the_middle_of_reading_ends_its_statement_and_then_hears_that_the_file_is_closed(desk: Desk) -> None:
    """Closing a connection under a statement that runs ends the process."""
    read: list[int] = []
    told: list[str] = []
    is_reading = threading.Event()

    def work() -> None:
        try:
            while True:
                with desk.database.reading() as connection:
                    is_reading.set()
                    read.append(len(connection.execute(_LONG).fetchall()))
        except Unavailable as error:
            told.append(error.code)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    is_reading.wait()
    desk.close()
    _require_alone(desk.database)
    for thread in threads:
        thread.join()

    assert set(read) <= {20000}
    assert told == ["closed"] * 3
    desk.open()


def test_an_act_under_way_is_saved_before_the_file_is_closed(desk: Desk) -> None:
    is_inside, may_end = threading.Event(), threading.Event()

    def act() -> None:
        with desk.database.write():
            desk.save(None, {"title": "ก"})
            is_inside.set()
            may_end.wait()
            desk.save(None, {"title": "ข"})

    writer = threading.Thread(target=act)
    writer.start()
    is_inside.wait()
    closing = threading.Thread(target=desk.database.close)
    closing.start()
    closing.join(0.05)
    is_waiting = closing.is_alive()
    may_end.set()
    writer.join()
    closing.join()

    assert is_waiting
    _require_alone(desk.database)
    desk.open()
    assert desk.store.count(Query("project", None)) == 2


def test_whoever_comes_after_close_does_not_open_the_file_again(tmp_path: Path) -> None:
    database = Database.open(tmp_path / FILE_NAME, KEY, CATALOGUE, synchronous="OFF")
    database.close()
    with pytest.raises(Unavailable, match="closed"), database.reading():
        pass
    with pytest.raises(Unavailable, match="closed"), database.write():
        pass
    _require_alone(database)


@pytest.mark.usefixtures("restless")
def test_nobody_has_the_file_open_after_close_though_threads_are_just_ending(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    Database.open(path, KEY, CATALOGUE, synchronous="OFF").close()
    for _ in range(30):
        database = Database(path, KEY, CATALOGUE, synchronous="OFF")
        are_ready, may_end = threading.Barrier(7), threading.Event()

        def work(database: Database = database, ready: threading.Barrier = are_ready, end: threading.Event = may_end) -> None:
            with database.reading() as connection:
                connection.value("SELECT count(*) FROM writer")
            ready.wait()
            end.wait()

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        are_ready.wait()
        may_end.set()

        database.close()
        _require_alone(database)

        for thread in threads:
            thread.join()


def test_the_check_that_nobody_has_the_file_open_can_fail(desk: Desk) -> None:
    with desk.database.reading() as connection:
        connection.execute("BEGIN")
        connection.value("SELECT count(*) FROM writer")
        with pytest.raises(sqlite.OperationalError, match="locked"):
            _require_alone(desk.database)
        connection.execute("COMMIT")
