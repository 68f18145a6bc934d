"""The store on PostgreSQL: the stream's row as its lock, REPEATABLE READ for readers, several processes and servers on one database.

    every transaction   SET LOCAL ROLE thongthin_server      not the owner of the tables, no superuser
                        SET LOCAL thongthin.streams          the streams it may touch: row-level security shows no other
    read(streams)       REPEATABLE READ, READ ONLY
    write(stream)       READ COMMITTED; SELECT ... FOR UPDATE on the stream's row, held to the commit

Every setting is of the transaction, none of the session, and nothing is prepared: a pooler may stand between (docs/postgresql.md).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from psycopg.sql import SQL, Composed, Literal

from server_stub.storage.base import ALL_STREAMS, Reader, Storage, Writer
from server_stub.storage.directory import Directory
from server_stub.storage.postgres_address import address_of
from server_stub.storage.postgres_connections import Connections
from server_stub.storage.postgres_directory import PostgresDirectory
from server_stub.storage.postgres_schema import bring_up_to_date
from server_stub.storage.postgres_stream import PostgresReader, PostgresWriter

_CONNECTIONS = 8
"""Of one process: `serve --workers N` opens up to 8 N. More threads than that wait, which PostgreSQL does worse than we."""
# Every statement is served by an index that begins with the stream; a planner without statistics, after a large import, would read whole
# tables for a list of ids (measured: 220 ms for 1).
_SETTINGS = """
    SET LOCAL ROLE thongthin_server; SET LOCAL search_path = thongthin, pg_temp; SET LOCAL enable_seqscan = off; SET LOCAL jit = off;
    SET LOCAL thongthin.streams = {}"""
_READ = SQL("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;" + _SETTINGS)
_WRITE = SQL(
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '30s';"
    "SET LOCAL idle_in_transaction_session_timeout = '5min';" + _SETTINGS
)
_QUICK_COMMIT = SQL("; SET LOCAL synchronous_commit = off")


class _MadeForNothing(Exception):
    """Nothing was written to a stream that was not there before."""


class PostgresStorage(Storage):
    """One PostgreSQL database as the store of a central server, or of several."""

    def __init__(self, url: str, *, must_exist: bool = False, is_durable: bool = True) -> None:
        """Connects and brings the schema up to date, making it where it is not there.

        Args:
            url: `postgresql://user:password@host:port/database`, or any form libpq takes.
            must_exist: Asks for tables that are there already.
            is_durable: False does not wait for the disk: for simulations only.

        Raises:
            Correctable: The address, the user or the password is wrong, there is no such database, or no tables where they must exist.
            Refused: The database is of a newer program, or the login has too few rights.
            Unavailable: The server cannot be reached.
        """
        self._is_durable = is_durable
        self._connections = Connections(address_of(url), most=_CONNECTIONS)
        try:
            self._schema = bring_up_to_date(self._connections, must_exist=must_exist)
        except BaseException:
            self._connections.close()
            raise

    @contextmanager
    def read(self, streams: Collection[str]) -> Iterator[Reader]:
        with self._connections.transaction(_READ.format(Literal(_setting(streams)))) as connection:
            yield PostgresReader(connection)

    @contextmanager
    def write(self, stream: str) -> Iterator[Writer]:
        try:
            with self._connections.transaction(self._writing([stream])) as connection:
                writer = PostgresWriter(connection, stream, schema=self._schema)
                yield writer
                if writer.is_made_for_nothing:
                    raise _MadeForNothing
        except _MadeForNothing:
            return

    @contextmanager
    def directory(self, *, is_durable: bool = True) -> Iterator[Directory]:
        with self._connections.transaction(self._writing([], is_durable=is_durable)) as connection:
            yield PostgresDirectory(connection, is_writing=True)

    @contextmanager
    def look_up(self) -> Iterator[Directory]:
        with self._connections.transaction(_READ.format(Literal(_setting([])))) as connection:
            yield PostgresDirectory(connection, is_writing=False)

    def close(self) -> None:
        self._connections.close()

    def _writing(self, streams: Collection[str], *, is_durable: bool = True) -> Composed:
        begin = _WRITE.format(Literal(_setting(streams)))
        return begin if self._is_durable and is_durable else begin + _QUICK_COMMIT


def _setting(streams: Collection[str]) -> str:
    """What `thongthin.streams` says: `*`, or the names between commas. A name with a comma is of no stream (envelope.py)."""
    if tuple(streams) == ALL_STREAMS:
        return "*"
    return f",{','.join(stream for stream in streams if ',' not in stream and chr(0) not in stream)},"
