"""The server on PostgreSQL under several writers: records of ten offices through HTTP and two workers, against a bare COPY of as many.

The floor is one connection that copies the rows of the workload into a table without an index, in one transaction: no HTTP, no checks, no
history, no chain. Both run in the same durable cluster, in turns; what the senders do is made ready before.
"""

import hashlib
import http.client
import os
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec
import psycopg
import zstandard

from benchmarks import floor_server
from benchmarks.bench import Bench
from benchmarks.measuring import Line, Seconds, in_turns, line, timed
from benchmarks.postgres import cluster, is_there
from benchmarks.product_server import ProductServer, now
from benchmarks.work_item import SPEC, wire_fields
from benchmarks.workload import NAMES, items
from records.ids import new_id
from records.stored import stored_bytes
from server_stub.storage.directory import StoredAccount, StoredDevice, StoredGrant

_OFFICES = 10
_SENDERS = 4
_WORKERS = 2
_TOKEN = "token"  # noqa: S105  # of this benchmark alone
_START = {"cursor": 0, "chain": "0" * 16}


def on_postgres(bench: Bench) -> Iterable[Line]:
    """Ten offices push an equal part each, every part in one request."""
    if not is_there():
        return
    n = bench.sizes.exchange
    runs = 0
    with cluster() as made:

        def product() -> Seconds:
            nonlocal runs
            runs += 1
            with psycopg.connect(made.address(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE product_{runs}".encode())
            folder = bench.place("postgres")
            server = ProductServer(folder, workers=_WORKERS, url=made.address(f"product_{runs}"))
            _enrol(server)
            bodies = _bodies(n)
            with server.running():
                _warm(server.port)
                taken = timed(lambda: _send(server.port, bodies))
            storage = server.storage()
            with storage.read([_stream(office) for office in range(_OFFICES)]) as reader:
                assert sum(state.head for state in reader.states([_stream(office) for office in range(_OFFICES)]).values()) == n
            storage.close()
            return taken

        def floor() -> Seconds:
            nonlocal runs
            runs += 1
            table, rows = f"item_{runs}", [list(item.values()) for item in items(n)]
            floor_server.make_table(made.address(), table)
            with psycopg.connect(made.address()) as connection:
                return timed(lambda: _copied(connection, table, rows))

        ours, theirs = in_turns(product, floor, bench.sizes.runs)
    yield line("postgres_push", ours, theirs, n=n, requests=_OFFICES, note=f"{_WORKERS} workers, {_SENDERS} senders, {_OFFICES} offices")


def _copied(connection: psycopg.Connection[Any], table: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(NAMES)}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
    connection.commit()


def _stream(office: int) -> str:
    return f"office/{5_000_000 + office}"


def _enrol(server: ProductServer) -> None:
    """One clerk who may write to every office, on one device."""
    at, device, storage = "2026-11-22T00:00:00Z", new_id(now(), os.urandom), server.storage()
    with storage.directory() as directory:
        grants = [StoredGrant(_stream(office), "write", ("*",)) for office in range(_OFFICES)]
        directory.put_account(StoredAccount("clerk", "office-admin", ""), grants, at=at)
        directory.put_device(StoredDevice(device, "pc", "linux", "", "", "", at, revoked_at=None, counter=0))
        directory.enrol_account(device, "clerk")
        directory.put_token(hashlib.sha256(_TOKEN.encode()).hexdigest(), device, "clerk", at=at)
    storage.close()


def _bodies(n: int) -> list[bytes]:
    """A push for each office, packed as clients pack them."""
    made_at = datetime(2026, 11, 22, tzinfo=UTC)
    made, found = iter(items(n)), []
    for office in range(_OFFICES):
        changes: list[dict[str, Any]] = [
            {
                "change_id": new_id(made_at, os.urandom), "stream": _stream(office), "type": SPEC.type, "id": new_id(made_at, os.urandom),
                "base": None, "op": "put", "set": msgspec.Raw(stored_bytes(wire_fields(item))), "unset": [], "group": None, "schema": 1,
                "made_at": "2026-11-22T00:00:00Z", "made_by": "clerk", "merge": None, "origin": None,
            }
            for item in islice(made, n // _OFFICES)
        ]  # fmt: skip
        found.append(zstandard.compress(msgspec.json.encode({"streams": {_stream(office): _START}, "changes": changes}), 3))
    return found


def _send(port: int, bodies: Sequence[bytes]) -> None:
    """Sends every body, a few at a time on kept connections. Raises RuntimeError when one was not taken whole."""
    statuses: Counter[str] = Counter()
    guard = threading.Lock()

    def send(part: Sequence[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for body in part:
            told = _asked(connection, "push", body)
            with guard:
                statuses.update(result["status"] for result in told["results"])
        connection.close()

    threads = [threading.Thread(target=send, args=(bodies[place::_SENDERS],)) for place in range(_SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if set(statuses) != {"applied"}:
        raise RuntimeError(f"not every record was taken: {dict(statuses)}")


def _warm(port: int) -> None:
    """Asks both workers something, so that none of them is measured while it starts."""
    for _ in range(8):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        _asked(connection, "heads", msgspec.json.encode({"streams": {_stream(0): _START}}))
        connection.close()


def _asked(connection: http.client.HTTPConnection, call: str, body: bytes) -> Any:
    headers = {"Authorization": f"Bearer {_TOKEN}", "Sync-Protocol": "1", "Accept-Encoding": "zstd", "Content-Type": "application/json"}
    if call == "push":
        headers["Content-Encoding"] = "zstd"
    connection.request("POST", f"/sync/v1/{call}", body, headers)
    reply = connection.getresponse()
    told = reply.read()
    if reply.status not in (200, 204):
        raise RuntimeError(f"{call} was answered {reply.status}")
    if reply.getheader("Content-Encoding") == "zstd":
        told = zstandard.ZstdDecompressor().decompressobj().decompress(told)
    return msgspec.json.decode(told) if told else None
