"""A line that ends at something strange: whatever answers, the round ends with a clear error, nothing is lost, and the next good round succeeds."""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import msgspec
import pytest
import zstandard

from desktop.storage import outbox
from desktop.storage.outbox import Queued
from desktop.sync.engine import run_round
from desktop.sync.replies import LONGEST_WAIT_S, SlowDown
from desktop.sync.round_state import FEW_STREAMS
from desktop.sync.status import Report
from desktop.sync.transport import HttpTransport
from records.errors import AppError
from records.protocol import Position, PushReply, StreamMove
from server_stub.json_in import decode, inflate
from server_stub.problems import CallProblem
from server_stub.session import Grant, Session
from server_stub.sync import SyncService
from tests.simulation.desk import Desk
from tests.simulation.kinds import CATALOGUE
from tests.simulation.network import SimulatedTransport
from tests.sync.office import OTHER, STREAM, Office

OURS = {"Sync-Protocol": "1", "Content-Type": "application/json"}
PROBLEM = {"Sync-Protocol": "1", "Content-Type": "application/problem+json"}
Raw = tuple[int, dict[str, str], bytes]
Twist = Callable[[str, Any], Any]
"""Of a call's path and its good reply: what is sent instead, as JSON or raw."""
BOTH = {STREAM: Grant(True, ("*",)), OTHER: Grant(True, ("*",))}
MORE = {f"office/8{number:02}": Grant(False, ("*",)) for number in range(FEW_STREAMS)}


class Strange(BaseHTTPRequestHandler):
    """Answers as the real server does, then lets the test twist it."""

    protocol_version = "HTTP/1.1"
    service: ClassVar[SyncService]
    session: ClassVar[Session]
    twist: ClassVar[Twist]
    calls: ClassVar[list[str]]

    def do_POST(self) -> None:
        path = self.path.rsplit("/", 1)[1]
        body = decode(inflate(self.rfile.read(int(self.headers["Content-Length"])), self.headers.get("Content-Encoding", ""), 1 << 22))
        self.calls.append(path)
        if len(self.calls) > 60:
            path = "ended"  # a round that never ends would ask for ever
        try:
            reply = getattr(self.service, path)(self.session, body) if path != "ended" else None
        except CallProblem as problem:
            reply = problem.document(self.session.language)
        said = type(self).twist(path, msgspec.to_builtins(reply))
        status, headers, content = said if isinstance(said, tuple) else (200, OURS, msgspec.json.encode(said))
        if said is None:
            status, headers, content = 204, {"Sync-Protocol": "1"}, b""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204 and "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = "Content-Length" in headers

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    Strange.service = office.service()
    Strange.calls = []
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Strange)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}"
    listening.shutdown()
    thread.join()
    listening.server_close()


def _sync(desk: Desk, url: str, twist: Twist) -> Report:
    Strange.session, Strange.twist, Strange.calls = desk.session, staticmethod(twist), []
    line = HttpTransport(url, "secret")
    try:
        return run_round(desk.database, CATALOGUE, line, desk.clock, desk.random.randbytes, lambda status: None)
    finally:
        line.close()


def _good(path: str, reply: Any) -> Any:
    return reply


def _waiting(desk: Desk) -> int:
    with desk.database.reading() as connection:
        return len(outbox.everything(connection))


def _survives(office: Office, url: str, twist: Twist, path: str, *, is_believed: bool = False) -> str:
    """A desk with work to send and to receive meets the twist of a call; returns the code of the error, empty when none ended the round.

    `is_believed`: what the twist says of records cannot be told from the truth.
    """
    # Only a desk with many streams asks for heads before all else.
    other, desk = office.desk("other", BOTH), office.desk("desk", BOTH | (MORE if path == "heads" else {}))
    for stream in (STREAM, OTHER):
        other.save(stream, "note", None, {"title": "theirs"})
    _sync(other, url, _good)
    assert _sync(desk, url, _good).done
    for stream in (STREAM, OTHER):
        other.save(stream, "note", None, {"title": "theirs too"})
        other.save(stream, "note", None, {"title": "theirs as well"})
        desk.save(stream, "note", None, {"title": "mine"})
    _sync(other, url, _good)
    mine = {row.id for row in desk.rows_of(["note"]) if row.fields["title"] == "mine"}

    code = ""
    try:
        _sync(desk, url, twist)
    except AppError as error:
        code = error.code if error.message.th and error.message.en else "without words"
    assert code != "without words"
    assert len(Strange.calls) <= 40, "the round does not end"
    assert desk.faults() == []
    assert {row.id for row in desk.rows_of(["note"])} >= mine

    desk.clock.now += timedelta(hours=1)  # what it marked as refused is offered again
    assert _sync(desk, url, _good).done
    assert _waiting(desk) == 0
    assert desk.faults() == []
    _sync(other, url, _good)
    for stream in (STREAM, OTHER):
        assert desk.snapshots(stream).keys() == other.snapshots(stream).keys()
        assert is_believed or desk.snapshots(stream) == other.snapshots(stream)
        assert len(desk.snapshots(stream)) == 4
    return code


DEEP = b"[" * 100_000 + b"]" * 100_000
RAW: dict[str, Raw] = {
    "a sign-in page": (200, {"Content-Type": "text/html"}, b"<html>sign in</html>"),
    "a sign-in page with our header": (200, {**OURS, "Content-Type": "text/html"}, b"<html>"),
    "JSON of somebody else": (200, {"Content-Type": "application/json"}, b'{"results":[],"snapshots":[],"heads":{}}'),
    "401 of somebody else": (401, {"Content-Type": "application/problem+json"}, b'{"code":"revoked"}'),
    "network authentication required": (511, {"Content-Type": "text/html"}, b"<html>511</html>"),
    "a redirect to a page": (302, {"Location": "http://portal.example/", "Content-Type": "text/html"}, b"<html>moved</html>"),
    "a packed sign-in page": (200, {**OURS, "Content-Encoding": "gzip"}, gzip.compress(b"<html>sign in</html>")),
    "401 of somebody else with our type": (
        401,
        {"Content-Type": "application/problem+json; charset=utf-8"},
        b'{"code":"revoked","status":401}',
    ),
    "a good reply without our header": (
        200,
        {"Content-Type": "application/json"},
        b'{"heads":{},"snapshots":[],"cursors":{},"results":[]}',
    ),
    "a good reply in an unknown encoding": (200, {**OURS, "Content-Encoding": "br"}, b'{"heads":{}}'),
    "a good reply and half another": (
        200,
        {**OURS, "Content-Encoding": "gzip"},
        gzip.compress(b'{"heads":{}}') + gzip.compress(b"{}")[:-5],
    ),
    "a bomb of gzip": (200, {**OURS, "Content-Encoding": "gzip"}, gzip.compress(bytes(80_000_000), 9)),
    "a bomb of zstd": (200, {**OURS, "Content-Encoding": "zstd"}, zstandard.ZstdCompressor().compress(bytes(200_000_000))),
    "plain text": (200, {**OURS, "Content-Type": "text/plain"}, b"ok"),
    "a list": (200, OURS, b"[]"),
    "null": (200, OURS, b"null"),
    "wrong types": (200, OURS, b'{"heads":5,"snapshots":5,"results":5}'),
    "a trace": (500, {"Content-Type": "text/plain"}, b"Traceback (most recent call last)"),
    "500 with a list": (500, PROBLEM, b"[1]"),
    "a problem nested without end": (500, PROBLEM, DEEP),
    "a redirect": (302, {"Location": "/sync/v1/hello"}, b""),
    "a redirect with our header": (307, {**OURS, "Location": "/sync/v1/heads"}, b""),
    "nesting without end": (200, OURS, b'{"snapshots":' + DEEP + b',"heads":{},"results":[]}'),
    "nesting in fields": (200, OURS, b'{"heads":{},"snapshots":[{"fields":' + DEEP + b'}],"x":' + DEEP + b',"results":[]}'),
    "half a reply": (200, {**OURS, "Content-Length": "5000"}, b'{"heads":{'),
    "half an encoding": (200, {**OURS, "Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00"),
    "bytes that are no text": (200, OURS, b'{"heads":{"\xff":1},"snapshots":["\xff"],"results":["\xff"]}'),
    "a wait without end": (429, {**PROBLEM, "Retry-After": "9" * 5000}, b'{"code":"slow-down"}'),
    "a wait of ages": (503, {**PROBLEM, "Retry-After": "99999999999999"}, b'{"code":"slow-down"}'),
}


@pytest.mark.parametrize("path", ["heads", "pull", "push"])
@pytest.mark.parametrize("what", RAW)
def test_what_is_not_our_server_stops_the_round_and_harms_nothing(office: Office, url: str, what: str, path: str) -> None:
    assert _survives(office, url, lambda called, reply: RAW[what] if called == path else reply, path) != ""


HUGE = 2**63
TWISTS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "heads of streams not asked for": ("heads", lambda r: {**r, "heads": {**r["heads"], "office/9": 5}}),
    "a head beyond all": ("heads", lambda r: {**r, "heads": {STREAM: HUGE, OTHER: HUGE}}),
    "a durable beyond all": ("heads", lambda r: {**r, "durable": {STREAM: HUGE}}),
    "a head below zero": ("heads", lambda r: {**r, "heads": {STREAM: -1}}),
    "a page from elsewhere": ("pull", lambda r: _moves(r, **{"from": 0})),
    "a page that goes back": ("pull", lambda r: _moves(r, cursor=0)),
    "a cursor beyond all": ("pull", lambda r: _moves(r, cursor=HUGE)),
    "more without end": ("pull", lambda r: {**r, "snapshots": [], "cursors": {}, "more": True}),
    "more and a problem elsewhere": (
        "pull",
        lambda r: {**r, "snapshots": [], "cursors": {}, "more": True, "problems": {"office/9": {"code": "fork"}}},
    ),
    "more and a fork": (
        "pull",
        lambda r: {**r, "snapshots": [], "cursors": {}, "more": True, "problems": {STREAM: {"code": "fork"}}},
    ),
    "snapshots twice": ("pull", lambda r: {**r, "snapshots": r["snapshots"] * 2}),
    "snapshots backwards": ("pull", lambda r: {**r, "snapshots": r["snapshots"][::-1]}),
    "snapshots of other streams": ("pull", lambda r: {**r, "snapshots": [*r["snapshots"], *_all(r, stream="office/9")]}),
    "a seq beyond all": ("pull", lambda r: {**r, "snapshots": _all(r, seq=HUGE)}),
    "a version beyond all": ("pull", lambda r: {**r, "snapshots": _all(r, version=HUGE)}),
    "a field beyond all": ("pull", lambda r: {**r, "snapshots": _all(r, fields={"title": "x", "amount": HUGE, "zz": [HUGE]})}),
    "a stranger's type": ("pull", lambda r: {**r, "snapshots": _all(r, type="x'; DROP TABLE note; --", fields={"'\"": "\u0000"})}),
    "results backwards": ("push", lambda r: {**r, "results": r["results"][::-1]}),
    "results twice": ("push", lambda r: {**r, "results": r["results"] * 2}),
    "no results": ("push", lambda r: {**r, "results": []}),
    "a push beyond all": ("push", lambda r: {**r, "streams": {STREAM: {"previous_head": 1, "head": HUGE, "chain": "a" * 16}}}),
    "applied without a snapshot": ("push", lambda r: _results(r, snapshot=None)),
    "stale without a snapshot": ("push", lambda r: _results(r, status="stale", snapshot=None)),
    "refused without a reason": ("push", lambda r: _results(r, status="refused", snapshot=None)),
    "waiting without a reason": ("push", lambda r: _results(r, status="waiting", snapshot=None)),
    "snapshots of one another": (
        "push",
        lambda r: {**r, "results": [{**a, "snapshot": b["snapshot"]} for a, b in zip(r["results"], r["results"][::-1], strict=True)]},
    ),
}  # fmt: skip

BELIEVED = ("a field beyond all", "a stranger's type")


def _moves(reply: Any, **parts: Any) -> Any:
    return {**reply, "cursors": {name: {**move, **parts} for name, move in reply["cursors"].items()}}


def _all(reply: Any, **parts: Any) -> list[Any]:
    return [{**one, **parts} for one in reply["snapshots"]]


def _results(reply: Any, **parts: Any) -> Any:
    return {**reply, "results": [{**one, **parts} for one in reply["results"]]}


@pytest.mark.parametrize("what", TWISTS)
def test_a_reply_that_cannot_be_harms_nothing(office: Office, url: str, what: str) -> None:
    path, bend = TWISTS[what]
    _survives(office, url, lambda called, reply: bend(reply) if called == path and reply else reply, path, is_believed=what in BELIEVED)


def test_a_wait_nobody_can_mean_is_cut(office: Office, url: str) -> None:
    desk = office.desk("desk")
    for named in ("9" * 5000, "99999999999999"):
        answer = (429, {**PROBLEM, "Retry-After": named}, b'{"code":"slow-down"}')
        with pytest.raises(SlowDown) as raised:
            _sync(desk, url, lambda path, reply, answer=answer: answer)  # type: ignore[misc]
        assert raised.value.retry_after_s == LONGEST_WAIT_S


def test_a_push_that_claims_more_than_was_sent_hides_nothing(office: Office) -> None:
    other, desk = office.desk("other"), office.desk("desk")

    class Liar(SimulatedTransport):
        """Others write just before, and it says that every seq is of this push."""

        def push(self, streams: Mapping[str, Position], changes: Sequence[Queued]) -> PushReply:
            other.save(STREAM, "note", None, {"title": "in between"})
            other.round()
            reply = super().push(streams, changes)
            moves = {name: StreamMove(streams[name].cursor, move.head, move.chain) for name, move in reply.streams.items()}
            return PushReply(reply.results, moves, reply.problems)

    desk.save(STREAM, "note", None, {"title": "mine"})
    desk.transport = Liar(office.network, desk.session, lambda when: None)
    desk.round()
    assert desk.round().done
    assert {row.fields["title"] for row in desk.rows_of(["note"])} == {"mine", "in between"}
