"""Every call with every wrong shape, size, token, stream, path and encoding: a documented problem, never a 500, nothing changed, nothing told.

The cases are generated from the table of routes; what a right request is stands in bad_input.py.
"""

import asyncio
import gzip
import itertools
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard

from records.problem_types import PROBLEMS
from records.protocol import Limits
from server_stub.audit import verify
from tests.server_stub.bad_input import CITIZEN_ID, ROWS, bent, contents, places, routes
from tests.server_stub.web import Web, web_of
from tests.server_stub.world import OFFICE, START, World

CODES = {*PROBLEMS, "invalid"} - {"encoding", "unavailable", "code", "method"}
"""The codes protocol.md names; those taken out only choose our own words."""
Header = tuple[str, str]
Raw = tuple[int, dict[str, str], bytes]


class Site:
    """A server on a file with one record in it, and what may be known of a request to it."""

    def __init__(self, web: Web, folder: Path) -> None:
        self.web = web
        self.database = folder / "server.db"
        self.token = web.enrol("som")
        self.stranger = web.enrol("stranger", "office/6560999:write")
        self.revoked = web.enrol("gone")
        web.auth.revoke(web.call("GET", "/account", self.revoked).json()["device_id"])
        made = web.push(self.token, web.world.change(set={"title": CITIZEN_ID, "amount": 1})).json()
        note = made["results"][0]["snapshot"]
        self.ids = {
            "note": note["id"], "hash": note["hash"], "chain": made["streams"][OFFICE]["chain"],
            "code": web.auth.new_code("som"), "group": web.world.new_id(),
        }  # fmt: skip
        part = web.call("POST", f"/streams/{OFFICE}/files", self.token, json={"sha256": "ef" * 32, "size": 5})
        self.ids["upload"] = part.headers["Location"].rsplit("/", 1)[1]
        self.statuses = routes(web)

    def path(self, route: tuple[str, str]) -> str:
        return ROWS[route].path(self.web, self.ids)

    def body(self, route: tuple[str, str]) -> bytes:
        make = ROWS[route].body
        return ROWS[route].content or b"" if make is None else json.dumps(make(self.web, self.ids)).encode()

    def send(self, route: tuple[str, str], body: bytes, headers: dict[str, str] | None = None, token: str | None = "") -> Any:
        """A call of the route; with the good token unless another is named."""
        return self.web.call(
            route[0],
            self.path(route),
            self.token if token == "" else token,
            headers=dict(ROWS[route].headers) | (headers or {}),
            content=body,
        )

    def raw(self, method: str, path: str, headers: Sequence[Header], *parts: bytes, query: bytes = b"", breaks: bool = False) -> Raw:
        """A request as no decent client would send it, straight to the application; `breaks`: the line goes before the body's end."""
        return asyncio.run(_raw(self.web.client.app, method, path, headers, parts, query, breaks))


async def _raw(app: Any, method: str, path: str, headers: Sequence[Header], parts: Sequence[bytes], query: bytes, breaks: bool) -> Raw:
    sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"), "query_string": query, "root_path": "", "headers": sent,
        "client": ("127.0.0.1", 5), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if not breaks:
        waiting.append({"type": "http.request", "body": b"", "more_body": False})
    said: dict[str, Any] = {"body": b""}

    async def receive() -> Any:
        if not waiting and not breaks:
            await asyncio.Event().wait()
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.update(status=message["status"], headers={n.decode(): v.decode("latin-1") for n, v in message["headers"]})
        else:
            said["body"] += message.get("body", b"")

    await app(scope, receive, send)
    return said["status"], said["headers"], said["body"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with web_of(tmp_path) as web:
        yield Site(web, tmp_path)


@pytest.fixture(autouse=True)
def told() -> Iterator[list[str]]:
    """Every log line of the test, tracebacks included, of whatever level."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root, keeper = logging.getLogger(), Keeper(logging.DEBUG)
    former = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(keeper)
    root.setLevel(former)


def _is_told_rightly(status: int, headers: Any, content: bytes, allowed: set[int], case: str) -> None:
    """The status is one the page names, and a problem is a whole problem document of ours."""
    assert status in allowed, f"{case}: {status} {content[:300]!r}"
    assert status != 500, case
    assert headers["sync-protocol"] == "1", case
    if status >= 400 and status not in (412, 416):
        assert headers["content-type"] == "application/problem+json", case
        problem = json.loads(content)
        assert problem["code"] in CODES, case
        assert problem["status"] == status, case
        assert problem["title"], case
        assert problem["detail"], case
        assert (status == 413) == ("limits" in problem), case
        if status == 422:
            assert all({"pointer", "detail"} <= fault.keys() for fault in problem["errors"]), case


def _wrote(reply: Any, route: tuple[str, str]) -> bool:
    """Whether the reply says that something went in."""
    if not ROWS[route].may_write or reply.status_code >= 300:
        return False
    return route != ("POST", "/push") or any(result["status"] == "applied" for result in reply.json()["results"])


def test_every_route_has_a_row(site: Site) -> None:
    assert set(site.statuses) == set(ROWS)


@pytest.mark.parametrize("route", ROWS, ids=" ".join)
def test_a_right_request_is_taken(site: Site, route: tuple[str, str]) -> None:
    reply = site.send(route, site.body(route), token=None if route[1] == "/enrol" else "")
    assert reply.status_code < 300 or (not ROWS[route].is_there and reply.status_code in (404, 422)), reply.text
    if route == ("POST", "/push"):
        assert [result["status"] for result in reply.json()["results"]] == ["applied", "applied"]


@pytest.mark.parametrize("route", [route for route, row in ROWS.items() if row.body], ids=" ".join)
def test_every_member_with_every_wrong_value(site: Site, route: tuple[str, str], told: list[str]) -> None:
    right = json.loads(site.body(route))
    before = contents(site.database)
    for at in places(right):
        for case, body in bent(right, at):
            named = f"{route} {at} {case}"
            reply = site.send(route, body)
            _is_told_rightly(reply.status_code, reply.headers, reply.content, site.statuses[route], named)
            assert len(reply.headers["Sync-Grants"]) == 16, named
            after = contents(site.database)
            assert after == before or _wrote(reply, route), named
            if after != before and "code" in right:
                right["code"] = site.web.auth.new_code("som")
                after = contents(site.database)
            before = after
    assert verify(site.web.world.storage).damage == ()
    _assert_no_secret(site, told)


@pytest.mark.parametrize("route", ROWS, ids=" ".join)
def test_every_route_with_every_wrong_token_and_header(site: Site, route: tuple[str, str], told: list[str]) -> None:
    before, body = contents(site.database), site.body(route)
    is_open = route[1] in ("/hello", "/enrol")
    path = "/sync/v1" + site.path(route).partition("?")[0]
    good = [("Sync-Protocol", "1"), ("Authorization", f"Bearer {site.token}"), *ROWS[route].headers]
    cases: list[tuple[str, list[Header], set[int]]] = [
        (f"token {value[:12]!r}", [("Sync-Protocol", "1"), ("Authorization", value)], {401})
        for value in (
            "", "Bearer", "Bearer ", "Bearer x", "Bearer " + "A" * 43, "Bearer " + "x" * 100_000, "Basic c29tOnNvbQ==", f"Token {site.token}",
            f"Bearer {site.token}x", f"Bearer {site.token[:-1]}", f"Bearer {site.revoked}", "Bearer \x00", "Bearer \xff\xfe", "Bearer ' OR 1=1 --",
        )
    ]  # fmt: skip
    cases += [(f"protocol {v!r}", [("Sync-Protocol", v), good[1]], {426}) for v in ("", "0", "2", "1.0", "01", " 1", "1, 1", "x" * 9000)]
    cases += [("no protocol", [good[1]], {426})]
    counters = ("", "-1", "1.5", "x", "9" * 5000, str(2**53), "\u00b2", "1e3", "0x10", "+1", " ")
    cases += [(f"counter {v[:9]!r}", [*good, ("Sync-Counter", v)], {422}) for v in counters]
    marks = [[*good, ("Sync-Counter", "1"), ("Sync-Mark", v)] for v in ("", "x", "AB", "0" * 65, "a b", "\u00b2", "9" * 5000)]
    cases += [(f"mark {v[-1][1][:9]!r}", v, {422}) for v in marks]
    cases += [(f"encoding {v!r}", [*good, ("Content-Encoding", v)], {415}) for v in ("br", "deflate", "gzip, zstd", "x" * 5000, "\xff")]
    cases += [(f"packed {v!r}", [*good, ("Content-Encoding", v)], {422}) for v in ("gzip", "zstd", "GZIP")]
    cases += [
        (f"{name} {value[:20]!r}", [*good, (name, value)], set())
        for name in ("Accept-Language", "Accept-Encoding", "Range", "If-Range", "If-None-Match", "Priority", "Content-Type", "Content-Length", "Host", "Cookie")
        for value in ("", "\xff", "x" * 9000, ";;;q=,,=", "bytes=0-", "bytes=9-1", "bytes=-0", "bytes=" + "9" * 5000 + "-", "u=1, u=x", "text/html", "-5", '"', "gzip;q=nan")
    ]  # fmt: skip
    for case, headers, expected in cases:
        status, answered, content = site.raw(route[0], path, headers, body)
        takes_anything = is_open or not expected or (ROWS[route].body is None and case.startswith(("encoding", "packed")))
        allowed = {*site.statuses[route], 200, 204} if takes_anything else expected
        _is_told_rightly(status, answered, content, allowed, f"{route} {case}")
        if status < 300 and ROWS[route].may_write:
            before, body = contents(site.database), site.body(route)
        assert contents(site.database) == before, f"{route} {case}"
        if route[1] == "/logout" and status == 204:
            # The token is ended: the rest would only meet 401.
            break
    _assert_no_secret(site, told)


STREAMS = (
    "", "office", "office/", "/office/6560115", "office//6560115", "office/6560115/", "OFFICE/6560115", "office/6560116", "central", "../office/6560115",
    "office/../office/6560115", "office/6560115/../6560116", "..", ".", "%2e%2e/%2e%2e", "office%2f6560115", "office/6560115%00", "office/6560115\x00",
    "office/6560115\n", "office/6560115;x", "office/6560115?x", "office/6560115#x", "x" * 101, "x" * 60_000, "office/๖๕๖๐๑๑๕", "office/6560115'--", "\udcff",
    "office/6560115/snapshot", "office/6560115/records/note/x/history", "a b", "~", "office/*", "\\..\\",
)  # fmt: skip


@pytest.mark.parametrize("tail", ["snapshot", "records/note/{note}/history"])
def test_a_stream_that_is_no_stream_in_a_path(site: Site, tail: str, told: list[str]) -> None:
    before = contents(site.database)
    for stream in STREAMS:
        path = f"/sync/v1/streams/{stream}/{tail.format(**site.ids)}"
        status, headers, content = site.raw("GET", path, [("Sync-Protocol", "1"), ("Authorization", f"Bearer {site.token}")])
        _is_told_rightly(status, headers, content, {403, 404, 422}, path)
        assert len(headers["sync-grants"]) == 16
        assert contents(site.database) == before
    _assert_no_secret(site, told)


def test_a_record_that_is_none_in_a_path(site: Site) -> None:
    for record_type, record_id in itertools.product(
        ("", "x", "note\x00", "NOTE", "receipt", "../note", "x" * 9000, "\udcff", "note'--", "%00"),
        ("", "x", "{note}\x00", "0" * 36, "../{note}", "x" * 9000, "\udcff", "' OR 1=1", "{note}/", "*"),
    ):
        path = f"/sync/v1/streams/{OFFICE}/records/{record_type}/{record_id.format(**site.ids)}/history"
        status, headers, content = site.raw("GET", path, [("Sync-Protocol", "1"), ("Authorization", f"Bearer {site.token}")])
        _is_told_rightly(status, headers, content, {403, 404}, path)


@pytest.mark.parametrize(
    "query",
    [
        b"before=",
        b"before=-1",
        b"before=x",
        b"before=" + b"9" * 900,
        b"before=\xff",
        b"before=1&before=x",
        b"before=%00",
        b"before=\xc2\xb2",
    ],
)
def test_a_query_that_is_wrong(site: Site, query: bytes) -> None:
    path = f"/sync/v1/streams/{OFFICE}/records/note/{site.ids['note']}/history"
    status, headers, content = site.raw("GET", path, [("Sync-Protocol", "1"), ("Authorization", f"Bearer {site.token}")], query=query)
    _is_told_rightly(status, headers, content, {422}, repr(query))


@pytest.mark.parametrize("route", ROWS, ids=" ".join)
def test_another_method_is_405_and_says_what_is_granted(site: Site, route: tuple[str, str]) -> None:
    path = "/sync/v1" + site.path(route).partition("?")[0]
    taken = {method for method, known in ROWS if known == route[1]}
    for method in {"HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "", "get", "X" * 5000} - taken:
        status, headers, content = site.raw(method, path, [("Sync-Protocol", "1"), ("Authorization", f"Bearer {site.token}")])
        _is_told_rightly(status, headers, content, {405}, f"{method} {path}")
        assert len(headers["sync-grants"]) == 16


def test_a_reply_made_before_the_token_was_looked_up_carries_the_grants_of_a_good_one_only(site: Site) -> None:
    for path, protocol, expected in (("/sync/v1/nothing", "1", 404), ("/sync/v1/heads", "2", 426), ("/elsewhere", "1", 404)):
        for token, is_good in ((site.token, True), ("x", False), (site.revoked, False)):
            status, headers, _ = site.raw("POST", path, [("Sync-Protocol", protocol), ("Authorization", f"Bearer {token}")], b"{}")
            assert (status, "sync-grants" in headers) == (expected, is_good)
    huge = site.raw("POST", "/sync/v1/heads", [("Sync-Protocol", "1"), ("Authorization", f"Bearer {site.token}")], *[b" " * 1_000_000] * 20)
    assert (huge[0], len(huge[1]["sync-grants"])) == (413, 16)


@pytest.mark.parametrize("route", [route for route, row in ROWS.items() if row.body], ids=" ".join)
def test_a_body_that_is_packed_wrongly_or_without_end(site: Site, route: tuple[str, str], told: list[str]) -> None:
    before, body = contents(site.database), site.body(route)
    zstd = zstandard.ZstdCompressor().compress
    bombs = {"gzip": gzip.compress(bytes(30_000_000), 1), "zstd": zstd(bytes(300_000_000))}
    cases = [(coding, bomb, {413}) for coding, bomb in bombs.items()]
    cases += [
        ("gzip", gzip.compress(b"") * 5000, {422}),
        ("zstd", zstd(b"") * 5000, {422}),
        ("", b" " * 4_194_305, {413, 422}),
        ("", b" " * 17_000_000, {413}),
    ]
    cases += [
        ("gzip", gzip.compress(gzip.compress(body)), {422}),
        ("zstd", zstd(zstd(body)), {422}),
        ("gzip", zstd(body), {422}),
        ("zstd", gzip.compress(body), {422}),
    ]
    cases += [
        (coding, packed[:cut], {422})
        for coding, packed in (("gzip", gzip.compress(body)), ("zstd", zstd(body)))
        for cut in range(0, len(packed) - 1, 7)
    ]
    for coding, content, expected in cases:
        reply = site.send(route, content, {"Content-Encoding": coding} if coding else None)
        _is_told_rightly(reply.status_code, reply.headers, reply.content, expected, f"{route} {coding} {len(content)}")
        assert contents(site.database) == before
    _assert_no_secret(site, told)


def test_sizes_at_each_limit_are_taken_and_one_more_is_not(tmp_path: Path) -> None:
    limits = Limits(changes=5, bytes=60_000, record=9_000, group=3, group_bytes=12_000, streams=4, page=6)
    world = World(tmp_path / "server.db", limits)
    with web_of(tmp_path, world) as web:
        site = Site(web, tmp_path)
        token, group = site.token, web.world.new_id()

        def statuses(*changes: Any, streams: int = 1) -> Any:
            positions = {OFFICE: START, **{f"office/{n}": START for n in range(streams - 1)}}
            reply = web.call("POST", "/push", token, json={"streams": positions, "changes": list(changes)})
            return [r["status"] for r in reply.json()["results"]] if reply.status_code == 200 else (reply.status_code, reply.json()["code"])

        def change(size: int = 1, **parts: Any) -> Any:
            return web.world.change(set={"zz": "x" * size}, **parts)

        assert statuses(*[change() for _ in range(5)]) == ["applied"] * 5
        assert statuses(*[change() for _ in range(6)]) == (413, "too-large")
        assert statuses(change(8_980)) == ["applied"]
        assert statuses(change(9_001)) == ["refused"]
        assert statuses(change(200_000)) == ["refused"]
        assert statuses(change(300_000)) == (413, "too-large")
        assert statuses(*[change(group=group) for _ in range(3)]) == ["applied"] * 3
        group = web.world.new_id()
        assert statuses(*[change(group=group) for _ in range(4)]) == ["refused"] * 4
        assert statuses(*[change(7_000, group=group) for _ in range(2)]) == (413, "too-large")
        assert statuses(change(), streams=4) == ["applied"]
        assert statuses(change(), streams=5) == (413, "too-large")
        for limit, expected in ((6, 200), (7, 422), (0, 422), (1, 200)):
            assert web.call("POST", "/pull", token, json={"streams": {OFFICE: START}, "limit": limit}).status_code == expected


def test_one_id_twice_in_a_push_is_one_write_and_others_ids_tell_nothing(site: Site) -> None:
    web = site.web
    change = web.world.change()
    again = {**change, "set": {"title": "another"}}
    results = web.push(site.token, change, change, again).json()["results"]
    assert [(r["status"], (r["problem"] or {}).get("code")) for r in results] == [
        ("applied", None),
        ("applied", None),
        ("refused", "change-id-reused"),
    ]
    assert web.world.head() == 2

    other = web.world.change(stream="office/6560999", id=site.ids["note"], base={"version": 1, "hash": site.ids["hash"]}, made_by=None)
    body = {
        "streams": {"office/6560999": START},
        "changes": [other, {**web.world.change(stream="office/6560999", made_by=None), "change_id": change["change_id"]}],
    }
    results = web.call("POST", "/push", site.stranger, json=body).json()["results"]
    assert [(r["status"], r["snapshot"]) for r in results] == [("stale", None), ("applied", results[1]["snapshot"])]
    assert CITIZEN_ID not in json.dumps(results)
    for path in ("/heads", "/pull"):
        reply = web.call("POST", path, site.stranger, json={"streams": {OFFICE: START}})
        assert (reply.json()["problems"][OFFICE]["code"], CITIZEN_ID in reply.text) == ("no-grant", False)


@pytest.mark.parametrize("route", [("POST", "/push"), ("POST", "/enrol"), ("POST", "/numbers")], ids=" ".join)
def test_a_line_that_breaks_inside_a_body_changes_nothing(site: Site, route: tuple[str, str]) -> None:
    before, body = contents(site.database), site.body(route)
    for cut in range(0, len(body), 40):
        status, _, content = site.raw(
            route[0],
            "/sync/v1" + site.path(route),
            [("Sync-Protocol", "1"), ("Authorization", f"Bearer {site.token}")],
            body[:cut],
            breaks=True,
        )
        assert (status, json.loads(content)["code"]) == (422, "invalid")
        assert contents(site.database) == before


def _assert_no_secret(site: Site, told: list[str]) -> None:
    text = "\n".join(line for line in told if not line.startswith("HTTP Request"))
    for secret in (site.token, site.stranger, site.revoked, site.ids["code"], site.ids["code"].replace("-", ""), CITIZEN_ID):
        assert secret not in text
