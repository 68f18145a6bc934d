"""Copies of a PostgreSQL database: one taken while it serves, and one put in its place in a single transaction.

    copy       one snapshot: counts and heads of it, pg_dump of it, and the dump read back to see that it holds just that
    exchanged  schema thongthin -> thongthin_aside_<time>, a new one made and filled, handed to be checked and marked, COMMIT

Stopped anywhere before the COMMIT, the database is as it was: PostgreSQL takes schemas and tables back as it does rows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

import psycopg
from psycopg.sql import SQL, Identifier

from records.errors import Unavailable
from records.words import Words
from server_stub.storage.directory import Directory
from server_stub.storage.migrations import numbered, refuse_newer
from server_stub.storage.postgres_address import PostgresAddress, address_of
from server_stub.storage.postgres_archive import Archive, blocks, examined
from server_stub.storage.postgres_connections import Connection, Connections
from server_stub.storage.postgres_directory import PostgresDirectory
from server_stub.storage.postgres_programs import Programs, damaged
from server_stub.storage.postgres_schema import LOCK, make_schema, migrate
from server_stub.storage.postgres_stream import PostgresReader

Answer = TypeVar("Answer")
_SNAPSHOT = SQL(
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE thongthin_server; SET LOCAL search_path = thongthin, pg_temp;"
    "SET LOCAL thongthin.streams = '*'; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"
)
_EXCHANGE = SQL(
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = 0;"
    "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL thongthin.streams = '*'"
)
_IS_THERE = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'thongthin'"
_TAKEN = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s"
_TABLES = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'thongthin' ORDER BY tablename"
_COUNT = SQL("SELECT count(*) FROM thongthin.{}")
_HEADS = "SELECT stream, head FROM stream ORDER BY stream"
_OTHERS = """
    SELECT count(*) FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND application_name = 'thongthin-server' AND pid <> pg_backend_pid()"""
_GUARDED = """
    SELECT relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'thongthin' AND relkind = 'r' AND relrowsecurity ORDER BY relname"""
_GONE_WITHIN_S = 3.0
"""A session that was just closed is listed for a moment more."""
_BLOCK = 1 << 18


def copy(url: str, target: Path, programs: Programs) -> Archive:
    """Writes a dump of one moment, also while servers write, and reads it back to see that every row of that moment is in it.

    Raises:
        Correctable: pg_dump is missing or too old.
        Refused: the dump holds something else than the database.
        Unavailable: the database is away, no room.
    """
    connections = Connections(address_of(url), most=1)
    try:
        with connections.transaction(_SNAPSHOT) as connection:
            counts = {table: _count(connection, table) for (table,) in connection.execute(_TABLES).fetchall()}
            heads = dict(connection.execute(_HEADS).fetchall())
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            server = connection.info.server_version // 10_000
            programs.dump(connections.address, target, snapshot=row[0] if row else "", server=server)
    finally:
        connections.close()
    found = examined(target, programs)
    if (found.counts, found.heads) != (counts, heads):
        missing = [table for table, count in counts.items() if found.counts.get(table) != count]
        raise damaged(target, f"pg_dump saw other rows of {', '.join(missing) or 'stream'}")
    return found


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(_COUNT.format(Identifier(table))).fetchone()
    return int(row[0]) if row else 0


@dataclass
class Exchange:
    """A database that is being replaced, inside the transaction that does it."""

    _connections: Connections
    _connection: Connection
    _archive: Archive
    _path: Path
    _programs: Programs
    aside: str
    """The schema where the present tables go; empty where there are none."""

    @property
    def directory(self) -> PostgresDirectory:
        """Of the tables that stand now: the former ones, and after `fill` the new ones."""
        return PostgresDirectory(self._connection, is_writing=True)

    @property
    def reader(self) -> PostgresReader:
        """Every stream of the tables that stand now."""
        self._connection.execute("SET LOCAL thongthin.streams = '*'")
        return PostgresReader(self._connection)

    def asked(self, ask: Callable[[Directory], Answer], otherwise: Answer) -> Answer:
        """What the present tables say of themselves; `otherwise` where there are none, or they are damaged: that is what a restore is for."""
        if not self.aside:
            return otherwise
        try:
            with self._connection.transaction():
                return ask(self.directory)
        except (psycopg.DataError, psycopg.ProgrammingError, psycopg.InternalError):
            return otherwise

    def fill(self) -> None:
        """Sets the present tables aside and makes new ones with the rows of the archive. Raises Refused and what the database raises."""
        connection = self._connection
        if self.aside:
            connection.execute(SQL("ALTER SCHEMA thongthin RENAME TO {}").format(Identifier(self.aside)))
        make_schema(connection, self._connections)
        migrate(connection, after=0, until=self._archive.migration)
        # When each ran is among the rows.
        connection.execute("DELETE FROM migration")
        guarded = [name for (name,) in connection.execute(_GUARDED).fetchall()]
        # A guarded table takes no COPY; nobody else sees these tables before the COMMIT.
        for name in guarded:
            connection.execute(SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(Identifier(name)))
        self._load()
        for name in guarded:
            connection.execute(SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(Identifier(name)))
        migrate(connection, after=self._archive.migration, until=numbered("postgres")[-1][0])
        for (name,) in connection.execute(_TABLES).fetchall():
            connection.execute(SQL("ANALYZE {}").format(Identifier(name)))

    def _load(self) -> None:
        loaded: dict[str, int] = {}
        with self._programs.rows(self._path) as script, self._connection.cursor() as cursor:
            for block in blocks(script):
                columns = SQL(", ").join(map(Identifier, block.columns))
                try:
                    with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(block.table), columns)) as copy:
                        held: list[bytes] = []
                        size = count = 0
                        for row in block.rows:
                            held.append(row)
                            size += len(row)
                            count += 1
                            if size > _BLOCK:
                                copy.write(b"".join(held))
                                held, size = [], 0
                        copy.write(b"".join(held))
                except (psycopg.DataError, psycopg.ProgrammingError, psycopg.IntegrityError) as error:
                    raise damaged(self._path, f"{block.table}: {error.diag.message_primary}") from error
                loaded[block.table] = count
        if loaded != self._archive.counts:
            raise damaged(self._path, "it changed while it was read")


@contextmanager
def exchanged(url: str, path: Path, programs: Programs, at: datetime) -> Iterator[Exchange]:
    """Replaces a database, once what the caller does with it has gone well: one transaction, taken back when anything is raised.

    Raises:
        Refused: the archive is damaged or of a newer program, or this login may not make tables.
        Unavailable: a server runs (`in-use`), or the database is away.
    """
    archive = examined(path, programs)
    refuse_newer(path, archive.migration, numbered("postgres")[-1][0])
    connections = Connections(address_of(url), most=1)
    try:
        with connections.transaction(_EXCHANGE) as connection:
            # A server that starts now waits for this before it looks at the tables.
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            _be_alone(connection, connections.address)
            connection.execute("SET LOCAL search_path = thongthin, pg_temp")
            aside = ""
            if connection.execute(_IS_THERE).fetchone():
                for (name,) in connection.execute(_TABLES).fetchall():
                    connection.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Identifier("thongthin", name)))
                aside = _free_schema(connection, f"thongthin_aside_{at.astimezone(UTC):%Y%m%d_%H%M%S}")
            yield Exchange(connections, connection, archive, path, programs, aside)
    finally:
        connections.close()


def _be_alone(connection: Connection, address: PostgresAddress) -> None:
    """Raises Unavailable (`in-use`) while a server has a connection to this database."""
    until = monotonic() + _GONE_WITHIN_S
    while connection.execute(_OTHERS).fetchone() != (0,):
        if monotonic() > until:
            raise Unavailable(
                Words("เซิร์ฟเวอร์ยังทำงานอยู่", "The server is running"),
                Words(
                    f"ฐานข้อมูล {address} กำลังใช้งานอยู่ ไม่มีอะไรเปลี่ยนแปลง โปรดหยุด thongthin-server serve ทุกเครื่องก่อน แล้วสั่งใหม่",
                    f"The database {address} is in use; nothing was changed. Stop thongthin-server serve on every machine first, then try again.",
                ),
                code="in-use",
            )
        # What a transaction sees of other sessions stands still until it is told to look again.
        connection.execute("SELECT pg_stat_clear_snapshot()")
        sleep(0.1)


def _free_schema(connection: Connection, name: str) -> str:
    free, number = name, 2
    while connection.execute(_TAKEN, (free,)).fetchone():
        free, number = f"{name}_{number}", number + 1
    return free
