"""The server of the floor: one call in, one call out, PostgreSQL behind. No accounts, no checks, no conflicts, no history."""

import os
import threading
from datetime import date
from decimal import Decimal

import orjson
import psycopg
import zstandard
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.workload import NAMES

ADDRESS = "THONGTHIN_FLOOR"
"""The environment variable with the database's address."""
_TYPES = (
    "text primary key", *["text"] * 7, "int", "date", "date", "numeric(14,2)", "numeric(14,2)", "numeric(6,2)", "text",
)  # fmt: skip
_COLUMNS = ", ".join(NAMES)
_REPLACE = ", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])


def make_table(address: str, table: str) -> None:
    """Makes an empty table for one run."""
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(NAMES, _TYPES, strict=True))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE {table} ({columns}, seq bigserial)".encode())
        connection.execute(f"CREATE INDEX ON {table} (seq)".encode())


class Floor:
    """The two calls; each worker thread keeps one connection."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._of_thread = threading.local()

    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = psycopg.connect(self._address)
        connection: psycopg.Connection[tuple[object, ...]] = self._of_thread.connection
        return connection

    def take(self, body: bytes, table: str, is_new: bool) -> bytes:
        """Stores lines of JSON: COPY when none of them is there, else COPY aside and upsert; answers the last seq."""
        plain = zstandard.decompress(body)
        items = orjson.loads(b"[" + plain.replace(b"\n", b",") + b"]")
        connection = self._connection()
        with connection.cursor() as cursor:
            target = table
            if not is_new:
                target = "arriving"
                cursor.execute(f"CREATE TEMP TABLE arriving (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP".encode())
            with cursor.copy(f"COPY {target} ({_COLUMNS}) FROM STDIN".encode()) as copy:
                for item in items:
                    copy.write_row(list(item.values()))
            if not is_new:
                cursor.execute(
                    f"INSERT INTO {table} ({_COLUMNS}) SELECT {_COLUMNS} FROM arriving "
                    f"ON CONFLICT (id) DO UPDATE SET {_REPLACE}, seq = nextval('{table}_seq_seq')".encode()
                )
            cursor.execute(f"SELECT max(seq) FROM {table}".encode())
            last = cursor.fetchone()
        connection.commit()
        return orjson.dumps({"seq": last[0] if last else 0})

    def give(self, table: str, since: int, limit: int) -> bytes:
        """The rows after a seq, as lines of JSON."""
        connection = self._connection()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {_COLUMNS}, seq FROM {table} WHERE seq > %s ORDER BY seq LIMIT %s".encode(), (since, limit))
            rows = cursor.fetchall()
        connection.commit()
        return zstandard.compress(b"\n".join(orjson.dumps(row, default=_plain) for row in rows), 3)


def _plain(value: object) -> str | float:
    if isinstance(value, Decimal):
        return float(value)
    assert isinstance(value, date)
    return value.isoformat()


def create_bare_app() -> Starlette:
    """Reads a body and answers nothing: what any server of this kind costs."""

    async def call(request: Request) -> Response:
        await request.body()
        return Response(b"{}")

    return Starlette(routes=[Route("/sync/v1/{call}", call, methods=["POST"])])


def create_app() -> Starlette:
    """The application, for uvicorn."""
    floor = Floor(os.environ[ADDRESS])

    async def push(request: Request) -> Response:
        asked = request.query_params
        return Response(await run_in_threadpool(floor.take, await request.body(), asked["table"], asked["new"] == "1"))

    async def pull(request: Request) -> Response:
        asked = request.query_params
        return Response(await run_in_threadpool(floor.give, asked["table"], int(asked["since"]), int(asked["limit"])))

    return Starlette(routes=[Route("/push", push, methods=["POST"]), Route("/pull", pull)])
