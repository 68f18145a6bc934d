"""A whole country at once: every office has one record to send and asks what is new, on kept connections, without waiting for its slot.

The floor is a bare handler that reads the same bodies and answers nothing. Who sends is a process of its own with plain sockets, the same for both.
"""

import hashlib
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.bench import Bench
from benchmarks.measuring import Line, Seconds, in_turns, percentile
from benchmarks.processes import ROOT, free_port, uvicorn
from benchmarks.product_server import ProductServer, now
from benchmarks.work_item import SPEC, wire_fields
from benchmarks.workload import items
from records.ids import new_id
from records.stored import stored_bytes
from server_stub.storage.base import Storage
from server_stub.storage.directory import StoredAccount, StoredDevice, StoredGrant

_CONNECTIONS = 32
_START = {"cursor": 0, "chain": "0" * 16}
_WORKERS = 2


def storm(bench: Bench) -> Iterable[Line]:
    """All offices push one record each and ask for heads, at once."""
    offices = bench.sizes.offices
    told: dict[str, Any] = {}

    def product() -> Seconds:
        folder = bench.place("storm")
        server = ProductServer(folder / "server", workers=_WORKERS)
        _enrol_all(server.storage(), offices)
        _write_calls(folder / "calls.jsonl", offices)
        with server.running():
            said = _sent(server.port, folder / "calls.jsonl")
        told.update(said)
        return float(said["seconds"])

    def floor() -> Seconds:
        folder = bench.place("storm-floor")
        _write_calls(folder / "calls.jsonl", offices)
        port = free_port()
        with uvicorn("benchmarks.floor_server:create_bare_app", port, {}, workers=_WORKERS):
            return float(_sent(port, folder / "calls.jsonl")["seconds"])

    ours, theirs = in_turns(product, floor, 1)
    yield Line(
        name="storm",
        value=round(ours[0] * 1000, 1),
        floor=round(theirs[0] * 1000, 1),
        ratio=round(ours[0] / theirs[0], 2),
        unit="ms",
        n=offices,
        runs=1,
        requests=2 * offices,
        note=f"replies {told['statuses']}, p99 {told['p99_ms']} ms",
    )


def _enrol_all(storage: Storage, offices: int) -> None:
    at = "2026-11-22T00:00:00Z"
    with storage.directory() as directory:
        for number in range(offices):
            name, device = f"clerk{number}", new_id(now(), os.urandom)
            directory.put_account(StoredAccount(name, "office-admin", ""), [StoredGrant(_stream(number), "write", ("*",))], at=at)
            directory.put_device(StoredDevice(device, name, "linux", "", "", "", at, revoked_at=None, counter=0))
            directory.enrol_account(device, name)
            directory.put_token(hashlib.sha256(f"token{number}".encode()).hexdigest(), device, name, at=at)
    storage.close()


def _stream(number: int) -> str:
    return f"office/{5_000_000 + number}"


def _write_calls(path: Path, offices: int) -> None:
    """Two lines for each office: token, path and body."""
    made_at = datetime(2026, 11, 22, tzinfo=UTC)
    with path.open("wb") as file:
        for number, item in enumerate(islice(items(offices), offices)):
            stream, positions = _stream(number), {_stream(number): _START}
            change: dict[str, Any] = {
                "change_id": new_id(made_at, os.urandom), "stream": stream, "type": SPEC.type, "id": new_id(made_at, os.urandom), "base": None,
                "op": "put", "set": msgspec.Raw(stored_bytes(wire_fields(item))), "unset": [], "group": None, "schema": 1,
                "made_at": "2026-11-22T00:00:00Z", "made_by": f"clerk{number}", "merge": None, "origin": None,
            }  # fmt: skip
            for call, body in (("push", {"streams": positions, "changes": [change]}), ("heads", {"streams": positions})):
                file.write(msgspec.json.encode([f"token{number}", call, msgspec.json.encode(body).decode()]) + b"\n")


def _sent(port: int, calls: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.storm", str(port), str(calls)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def main(port: int, calls: Path) -> None:
    """Sends all calls over kept connections and says how long it took."""
    lines = [msgspec.json.decode(line) for line in calls.read_bytes().splitlines()]
    statuses: Counter[int] = Counter()
    times: list[Seconds] = []
    guard = threading.Lock()

    def send(part: list[tuple[str, str, str]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        own: list[tuple[int, Seconds]] = []
        for token, call, body in part:
            headers = {"Authorization": f"Bearer {token}", "Sync-Protocol": "1", "Content-Type": "application/json"}
            began = time.perf_counter()
            connection.request("POST", f"/sync/v1/{call}", body.encode(), headers)
            reply = connection.getresponse()
            reply.read()
            own.append((reply.status, time.perf_counter() - began))
        connection.close()
        with guard:
            statuses.update(status for status, _ in own)
            times.extend(taken for _, taken in own)

    threads = [threading.Thread(target=send, args=(_part(lines, place),)) for place in range(_CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    said = {"seconds": seconds, "statuses": dict(statuses), "p99_ms": round(percentile(times, 99) * 1000, 1)}
    sys.stdout.write(json.dumps(said))


def _part(lines: list[tuple[str, str, str]], place: int) -> list[tuple[str, str, str]]:
    """Whole offices: push and heads of one stay together."""
    return [line for start in range(2 * place, len(lines), 2 * _CONNECTIONS) for line in lines[start : start + 2]]


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
