"""The hazard of commit order: a number given before its row is seen lets a cursor run past the row. Ours does not, the control does.

Several writers and one reader that asks without a pause, all through connections of their own on a real PostgreSQL. Both sides hold each
transaction open for a moment after the number was given, as a slow disk or a busy server does.
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from benchmarks.postgres import Cluster
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.postgres_stream import PostgresReader
from tests.postgres import run
from tests.server_stub.storage_contract import A, B, _record, _revision

WRITERS, EACH = 4, 30
A_MOMENT = "SELECT pg_sleep(0.001 + random() * 0.002)"


def lost(write: Callable[[int, int], None], after: Callable[[int], list[int]]) -> int:
    """How many rows a reader missed that asked for all above its cursor, while the writers wrote and once after them."""
    failed: list[BaseException] = []

    def work(writer: int) -> None:
        try:
            for place in range(EACH):
                write(writer, place)
        except BaseException as error:  # noqa: BLE001  # whatever it was, the test must hear of it
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    is_last = False
    while not is_last:
        is_last = not any(thread.is_alive() for thread in threads)
        seen += after(max(seen, default=0))
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(seen) == len(set(seen))
    return WRITERS * EACH - len(seen)


@pytest.fixture
def storage(postgres_url: str) -> Iterator[PostgresStorage]:
    made = PostgresStorage(postgres_url)
    yield made
    made.close()


def test_a_cursor_misses_no_row_however_the_writers_race(storage: PostgresStorage) -> None:
    def write(writer: int, place: int) -> None:
        with storage.write(A) as stream:
            seq = stream.state.head + 1
            record = _record(seq, id=f"{writer}-{place}", change_id=f"{writer}-{place}")
            stream.append([record], [_revision(record)])
            assert isinstance(stream, PostgresReader)
            stream._connection.execute(A_MOMENT)

    def after(cursor: int) -> list[int]:
        with storage.read([A]) as reader:
            return [row.seq for row in reader.page(A, after=cursor, until=None, areas=None, limit=None)]

    assert lost(write, after) == 0


def test_the_control_without_the_lock_loses_rows(postgres_cluster: Cluster) -> None:
    run(postgres_cluster, "CREATE TABLE unordered (seq BIGSERIAL PRIMARY KEY, id TEXT)")

    @contextmanager
    def connected() -> Iterator[psycopg.Connection[tuple[int]]]:
        with psycopg.connect(postgres_cluster.address()) as connection:
            yield connection

    def write(writer: int, place: int) -> None:
        with connected() as connection:
            connection.execute("INSERT INTO unordered (id) VALUES (%s)", (f"{writer}-{place}",))
            connection.execute(A_MOMENT)

    with connected() as reading:

        def after(cursor: int) -> list[int]:
            found = reading.execute("SELECT seq FROM unordered WHERE seq > %s ORDER BY seq", (cursor,)).fetchall()
            reading.commit()
            return [seq for (seq,) in found]

        missed = lost(write, after)
    run(postgres_cluster, "DROP TABLE unordered")
    assert missed > 0


def test_two_streams_do_not_wait_for_each_other(storage: PostgresStorage) -> None:
    order: list[str] = []
    is_inside, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with storage.write(A) as writer:
            writer.append([_record(1)], [_revision(_record(1))])
            is_inside.set()
            may_end.wait(30)
        order.append(A)

    thread = threading.Thread(target=hold)
    thread.start()
    is_inside.wait(30)
    with storage.write(B) as writer:
        record = _record(1, stream=B)
        writer.append([record], [_revision(record)])
    order.append(B)
    may_end.set()
    thread.join()
    assert order == [B, A]


def test_two_servers_on_one_database_leave_no_gap(postgres_url: str) -> None:
    servers = [PostgresStorage(postgres_url) for _ in range(2)]
    number = itertools.count()

    def work(storage: PostgresStorage) -> None:
        for _ in range(20):
            name = str(next(number))
            with storage.write(A) as writer:
                record = _record(writer.state.head + 1, id=name, change_id=name)
                writer.append([record], [_revision(record)])

    threads = [threading.Thread(target=work, args=(storage,)) for storage in servers * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with servers[0].read([A]) as reader:
        assert [row.seq for row in reader.revisions_in_order(A)] == list(range(1, 81))
    for storage in servers:
        storage.close()
