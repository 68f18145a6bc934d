"""What is sent to each route when it is right, and how a right request is made wrong; used by test_bad_input.py.

Every route has a row in ROWS: a test fails when the table of routes has one that is missing here.
"""

import copy
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.server_stub.web import DEVICE, Web
from tests.server_stub.world import OFFICE, START

CITIZEN_ID = "1101700230708"
"""Stands in every record that is sent: it must be in no log."""
DEEP: Any = "x"
for _ in range(40):
    DEEP = [DEEP]
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 1e300, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, -(2**63), 10**40, 10**400,
    "", " ", "a", "x" * 65, "x" * 5000, "\x00", "a\x00b", "\ud800", "e\u0301", "\u202e", "ก" * 300, "../../etc/passwd", "%2e%2e%2f", "'; DROP TABLE record; --",
    "office/6560116", "central", OFFICE, "0" * 16, "0" * 64, "00000000-0000-7000-8000-000000000000", "NaN", "2026-13-45T99:99:99Z",
    [], [None], [0, 0, 0], [[]], {}, {"": ""}, {"a": {"b": None}}, {"\x00": 1}, {"\ud800": 1}, {"version": 1}, DEEP,
)  # fmt: skip
"""Put in the place of every member in turn."""


class Names:
    """Objects of a request as lists of pairs: JSON in which a name may stand twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs

    def text(self) -> str:
        """As JSON."""
        return "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in self.pairs) + "}"


@dataclass(frozen=True)
class Row:
    """How a route is called rightly."""

    path: Callable[[Web, dict[str, str]], str]
    """Below /sync/v1, for ids of things that are there."""
    body: Callable[[Web, dict[str, str]], Any] | None = None
    """A body that is taken; None where the route has none."""
    may_write: bool = False
    """Whether a success changes the database by its nature."""
    headers: tuple[tuple[str, str], ...] = ()
    """What a right request has besides those of every call."""
    content: bytes | None = None
    """The body where it is no JSON."""
    is_there: bool = True
    """False where what the path names is not there: a right request is 404 or 422 then."""


def _push(web: Web, ids: dict[str, str]) -> Any:
    made = web.world.change(set={"title": CITIZEN_ID, "amount": 5}, made_by="som", merge={"auto": True, "parents": ["a" * 16, "b" * 16]})
    origin = {"change_id": web.world.new_id(), "changed_by": "som", "device": "d", "changed_at": "2026-11-22T03:00:00Z", "hash": "a" * 16}
    edit = web.world.change(id=ids["note"], base={"version": 1, "hash": ids["hash"]}, set={"title": "ข"}, unset=["amount"], made_by="som")
    return {"streams": {OFFICE: START}, "changes": [made, {**edit, "group": ids["group"], "origin": origin}]}


def _numbers(web: Web, ids: dict[str, str]) -> Any:
    asked = {"stream": OFFICE, "book": "1", "year": 2570, "count": 5, "seen": 0, "request_id": web.world.new_id()}
    return {"streams": {OFFICE: START}, **asked}


def _streams(web: Web, ids: dict[str, str]) -> Any:
    return {"streams": {OFFICE: {**START, "witness": [1, ids["chain"]]}}}


ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/hello"): Row(lambda web, ids: "/hello"),
    ("POST", "/enrol"): Row(lambda web, ids: "/enrol", lambda web, ids: {"code": ids["code"], "device": DEVICE}, may_write=True),
    ("GET", "/account"): Row(lambda web, ids: "/account"),
    ("POST", "/heads"): Row(lambda web, ids: "/heads", _streams),
    ("POST", "/pull"): Row(lambda web, ids: "/pull", lambda web, ids: {**_streams(web, ids), "limit": 10}),
    ("POST", "/push"): Row(lambda web, ids: "/push", _push, may_write=True),
    ("POST", "/numbers"): Row(lambda web, ids: "/numbers", _numbers, may_write=True),
    ("POST", "/logout"): Row(lambda web, ids: "/logout", may_write=True),
    ("POST", "/keys"): Row(lambda web, ids: "/keys", lambda web, ids: {"public_key": "ab" * 32, "sealing_key": "cd" * 32}, may_write=True),
    ("POST", "/bundles"): Row(lambda web, ids: "/bundles", content=b"PK\x03\x04 no bundle of anybody", is_there=False),
    ("GET", "/streams/{stream}/lineage"): Row(lambda web, ids: f"/streams/{OFFICE}/lineage?after=0"),
    ("GET", "/streams/{stream}/digest"): Row(lambda web, ids: f"/streams/{OFFICE}/digest?at=1"),
    ("POST", "/streams/{stream}/files"): Row(
        lambda web, ids: f"/streams/{OFFICE}/files", lambda web, ids: {"sha256": "ab" * 32, "size": 5, "media_type": "text/plain"}
    ),
    ("GET", "/streams/{stream}/files"): Row(lambda web, ids: f"/streams/{OFFICE}/files"),
    ("OPTIONS", "/streams/{stream}/files"): Row(lambda web, ids: f"/streams/{OFFICE}/files"),
    ("GET", "/streams/{stream}/files/{sha256}"): Row(lambda web, ids: f"/streams/{OFFICE}/files/{'ab' * 32}", is_there=False),
    ("HEAD", "/streams/{stream}/files/uploads/{upload}"): Row(lambda web, ids: f"/streams/{OFFICE}/files/uploads/{ids['upload']}"),
    ("PATCH", "/streams/{stream}/files/uploads/{upload}"): Row(
        lambda web, ids: f"/streams/{OFFICE}/files/uploads/{ids['upload']}",
        headers=(("Content-Type", "application/offset+octet-stream"), ("Upload-Offset", "0")),
        content=b"x",
    ),
    ("GET", "/streams/{stream}/snapshot"): Row(lambda web, ids: f"/streams/{OFFICE}/snapshot"),
    ("GET", "/streams/{stream}/records/{type}/{id}/history"): Row(
        lambda web, ids: f"/streams/{OFFICE}/records/note/{ids['note']}/history?before=2"
    ),
}


def routes(web: Web) -> dict[tuple[str, str], set[int]]:
    """Every route of the server with the statuses its OpenAPI page names."""
    document = web.client.get("/openapi.json").json()
    return {
        (method.upper(), path.removeprefix("/sync/v1")): {int(status) for status in operation["responses"]}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every member of a body, the whole first."""
    yield at
    if isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*at, name))


def bent(body: Any, at: tuple[Any, ...]) -> Iterator[tuple[str, bytes]]:
    """The body with each thing wrong that can be wrong at that place."""
    for wrong in WRONG:
        yield f"is {ascii(wrong)[:40]}", json.dumps(_with(body, at, wrong)).encode()
    for raw in (b"NaN", b"-Infinity", b"1e400", b"1.0", b"-0", b'"\\ud800"', b'"\xff"', b"[" * 3000 + b"]" * 3000, b"01", b"'a'", b"\x00"):
        marked = json.dumps(_with(body, at, "@@")).encode()
        yield f"is {raw[:20]!r}", marked.replace(b'"@@"', raw)
    if at:
        yield "is missing", json.dumps(_without(body, at)).encode()
    found = _at(body, at)
    if isinstance(found, dict) and found:
        name, value = next(iter(found.items()))
        twice = Names([*found.items(), (name, value)]).text()
        yield "has a name twice", json.dumps(_with(body, at, "@@")).encode().replace(b'"@@"', twice.encode())
        yield "has a stranger", json.dumps(_with(body, at, {**found, "zz": DEEP, "": None})).encode()
    if isinstance(found, list) and found:
        yield "holds one twice", json.dumps(_with(body, at, [*found, found[0]])).encode()
        yield "holds too many", json.dumps(_with(body, at, found * 1001)).encode()


def _at(body: Any, at: tuple[Any, ...]) -> Any:
    for name in at:
        body = body[name]
    return body


def _with(body: Any, at: tuple[Any, ...], value: Any) -> Any:
    if not at:
        return value
    bent_body = copy.deepcopy(body)
    _at(bent_body, at[:-1])[at[-1]] = value
    return bent_body


def _without(body: Any, at: tuple[Any, ...]) -> Any:
    bent_body = copy.deepcopy(body)
    del _at(bent_body, at[:-1])[at[-1]]
    return bent_body


_COUNTED = {"enrolment_failure"}
"""Tables that count failures: they may grow."""


def contents(database: Path) -> str:
    """A digest of every row of the database but what counts requests and failures."""
    digest = hashlib.sha256()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for name in names:
            if name in _COUNTED:
                continue
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")') if row[1] != "counter"]
            listed = ", ".join(f'"{column}"' for column in columns)
            for row in connection.execute(f'SELECT {listed} FROM "{name}" ORDER BY {listed}'):
                digest.update(repr((name, row)).encode())
    connection.close()
    return digest.hexdigest()
