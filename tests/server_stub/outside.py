"""A client written from docs/protocol.md alone: nothing of `records` is used here, so that a fault shared by both sides shows."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import httpx

from server_stub.cli import run

ZEROS = "0" * 16
START = {"cursor": 0, "chain": ZEROS}


def uuid7() -> str:
    value = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


def canonical(value: Any) -> bytes:
    """RFC 8785 without floats: names sorted by UTF-16 unit, short escapes where there are any, else four small hex digits."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def hash_of(snapshot: dict[str, Any], previous: str) -> str:
    deleted = b"1" if snapshot["deleted"] else b"0"
    parts = (snapshot["type"].encode(), snapshot["id"].encode(), canonical(snapshot["fields"]), deleted, previous.encode())
    return hashlib.sha256(b"\n".join(parts)).hexdigest()[:16]


def chain_after(chain: str, one: dict[str, Any]) -> str:
    """The 64 digits after this snapshot was written on top of `chain`."""
    told = (chain, one["hash"], one["change_id"], str(one["version"]), one["changed_by"], one["device"], one["changed_at"])
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def change(stream: str, **parts: Any) -> dict[str, Any]:
    """A change that creates a record of a type no program knows, unless its parts say otherwise."""
    made: dict[str, Any] = {
        "change_id": uuid7(), "stream": stream, "type": "zz_new", "id": uuid7(), "base": None, "op": "put", "set": {"x": "ก"}, "unset": [],
        "group": None, "schema": 1, "made_at": "2026-11-22T03:00:00Z", "merge": None, "origin": None,
    }  # fmt: skip
    return {**made, **parts}


def edit(snapshot: dict[str, Any], **parts: Any) -> dict[str, Any]:
    base = {"version": snapshot["version"], "hash": snapshot["hash"]}
    return change(snapshot["stream"], **{"type": snapshot["type"], "id": snapshot["id"], "base": base, "set": {}, **parts})


class Caller:
    """One account on one device, over HTTP."""

    def __init__(self, url: str, enrolled: dict[str, Any]) -> None:
        self.url = url
        self.enrolled = enrolled
        headers = {"Sync-Protocol": "1", "Accept-Language": "en", "Authorization": f"Bearer {enrolled['token']}"}
        self.http = httpx.Client(base_url=url + "/sync/v1", headers=headers, timeout=120)

    def post(self, path: str, body: object, **more: Any) -> httpx.Response:
        return self.http.post(path, json=body, **more)

    def push(self, *changes: dict[str, Any], at: dict[str, Any] | None = None, streams: dict[str, Any] | None = None) -> Any:
        """The reply to a push; without `streams`, those of the changes from their beginning."""
        streams = streams or {one["stream"]: at or START for one in changes}
        reply = self.post("/push", {"streams": streams, "changes": list(changes)})
        assert reply.status_code == 200, reply.text
        return reply.json()

    def one(self, made: dict[str, Any]) -> Any:
        return self.push(made)["results"][0]

    def made(self, stream: str, **parts: Any) -> Any:
        result = self.one(change(stream, **parts))
        assert result["status"] == "applied", result
        return result["snapshot"]

    def code(self, made: dict[str, Any]) -> str:
        """The status of a single change, or the code of its refusal."""
        result = self.one(made)
        return str(result["problem"]["code"] if result["status"] == "refused" else result["status"])

    def pull_all(self, stream: str, limit: int = 2000) -> tuple[list[Any], dict[str, Any]]:
        """Every snapshot from the beginning, and the position after it."""
        position, found = dict(START), []
        while (reply := self.post("/pull", {"streams": {stream: position}, "limit": limit})).status_code != 204:
            assert reply.status_code == 200, reply.text
            page = reply.json()
            move = page["cursors"][stream]
            assert move["from"] == position["cursor"] < move["cursor"] <= move["head"], move
            assert page["more"] is (move["cursor"] < move["head"])
            position = {"cursor": move["cursor"], "chain": move["chain"]}
            found += page["snapshots"]
        return found, position


class Outside:
    """A server process, and those who call it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self._callers: list[Caller] = []

    def command(self, *arguments: str) -> str:
        """What a command of the administrator printed; run in this process, as each costs a second in its own."""
        with redirect_stdout(StringIO()) as printed:
            assert run(["--home", str(self.home), *arguments]) == 0, arguments
        return printed.getvalue()

    def start(self, workers: int = 1, port: str = "0") -> None:
        line = [sys.executable, "-m", "server_stub", "--home", str(self.home), "serve", "--port", port, "--workers", str(workers)]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[1]

    def kill(self) -> None:
        """kill -9 of the server and its workers."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=120)

    def stop(self) -> str:
        """Ends the server as an administrator would; returns what it complained of."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=120)[1]

    def enrol_with(self, code: str, headers: dict[str, str] | None = None) -> httpx.Response:
        device = {"name": "โต๊ะ", "os": "linux", "app_version": "9", "public_key": "ab" * 32, "sealing_key": "cd" * 32}
        return httpx.post(
            self.url + "/sync/v1/enrol",
            json={"code": code, "device": device},
            headers={"Sync-Protocol": "1", **(headers or {})},
            timeout=120,
        )

    def account(self, name: str, *streams: str, role: str = "clerk") -> None:
        self.command("add-account", name, "--role", role, *(part for stream in streams for part in ("--stream", stream)))

    def new_code(self, name: str) -> str:
        return self.command("enrolment-code", name).strip()

    def caller(self, name: str, *streams: str, role: str = "clerk") -> Caller:
        """An account with these grants, enrolled on a device of its own."""
        self.account(name, *streams, role=role)
        reply = self.enrol_with(self.new_code(name))
        assert reply.status_code == 200, reply.text
        return self.calling(reply.json())

    def calling(self, enrolled: dict[str, Any]) -> Caller:
        """Somebody enrolled before, on the server as it runs now."""
        made = Caller(self.url, enrolled)
        self._callers.append(made)
        return made

    def close_callers(self) -> None:
        for caller in self._callers:
            caller.http.close()


@contextmanager
def serving(home: Path, workers: int = 1) -> Iterator[Outside]:
    """A server process on a home of its own; it must end without a trace in what it complained of."""
    server = Outside(home)
    server.command("init")
    server.start(workers)
    try:
        yield server
    finally:
        server.close_callers()
        complaints = server.stop() if server.process and server.process.poll() is None else ""
    assert "Traceback" not in complaints, complaints[-3000:]
