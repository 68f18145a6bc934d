"""The line over HTTP, against a server on loopback that answers what each test tells it."""

import contextlib
import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from desktop.sync import replies as replies_module
from desktop.sync import transport as transport_module
from desktop.sync.replies import Moved, SlowDown, problem_error
from desktop.sync.transport import HttpTransport
from records.changes import Change
from records.errors import AppError, Correctable, Refused, Unavailable
from records.problem_types import PROBLEMS
from records.protocol import HeadsReply, NumbersReply, Position, PullReply
from records.words import Language

JSON = {"Sync-Protocol": "1", "Content-Type": "application/json"}
PROBLEM = {"Sync-Protocol": "1", "Content-Type": "application/problem+json; charset=utf-8"}
HERE = {"office/1": Position(3, "a" * 16, (5, "b" * 16))}


@dataclass
class Answer:
    """What the server says to every request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    body: bytes = b"{}"


@dataclass
class Server:
    """A server on loopback: what it answers, what it got."""

    url: str = ""
    answer: Answer = field(default_factory=Answer)
    got: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: ClassVar[dict[int, Server]] = {}

    def setup(self) -> None:
        super().setup()
        self.server_of[self.server.server_address[1]].connections += 1  # type: ignore[index]  # a TCP address

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        mine = self.server_of[self.server.server_address[1]]  # type: ignore[index]  # a TCP address
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        mine.got.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response_only(mine.answer.status)
        for name, value in mine.answer.headers.items():
            self.send_header(name, value)
        if mine.answer.status != 204:
            self.send_header("Content-Length", str(len(mine.answer.body)))
        self.end_headers()
        self.wfile.write(mine.answer.body if mine.answer.status != 204 else b"")

    def handle(self) -> None:
        # A client that does not trust the certificate hangs up in the middle of the handshake.
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = listening.server_address[1]
    mine = Handler.server_of[port] = Server(f"http://127.0.0.1:{port}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield mine
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def line(server: Server) -> Iterator[HttpTransport]:
    counter = iter(range(1, 99))
    made = HttpTransport(server.url, "secret", lambda: next(counter), Language.ENGLISH)
    yield made
    made.close()


def failure(call: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as error:
        call()
    return error.value


def test_every_message_says_its_protocol_token_counter_and_language(server: Server, line: HttpTransport) -> None:
    line.heads(HERE)
    line.heads(HERE)

    method, path, headers, body = server.got[1]
    assert (method, path) == ("POST", "/sync/v1/heads")
    assert (headers["sync-protocol"], headers["authorization"], headers["sync-counter"]) == ("1", "Bearer secret", "2")
    assert (headers["accept-language"], headers["content-type"]) == ("en", "application/json")
    assert msgspec.json.decode(body) == {"streams": {"office/1": {"cursor": 3, "chain": "a" * 16, "witness": [5, "b" * 16]}}}


def test_one_connection_serves_all_calls(server: Server, line: HttpTransport) -> None:
    for _ in range(3):
        line.heads(HERE)

    assert server.connections == 1


def test_nothing_new_is_204_and_few_bytes(server: Server, line: HttpTransport) -> None:
    server.answer = Answer(204, {"Sync-Protocol": "1", "Sync-Grants": "0123456789abcdef"})

    assert line.heads(HERE) == HeadsReply()
    assert line.pull(HERE, 10) == PullReply()
    assert (line.grants, line.requests) == ("0123456789abcdef", 2)
    assert 0 < line.bytes_up < 1000
    assert 0 < line.bytes_down < 300


@pytest.mark.parametrize(("encoding", "pack"), [("zstd", zstandard.ZstdCompressor().compress), ("gzip", gzip.compress), ("", bytes)])
def test_replies_are_read_in_every_encoding(server: Server, line: HttpTransport, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    plain = msgspec.json.encode({"heads": {f"office/{n}": n for n in range(200)}})
    server.answer = Answer(200, {**JSON, **({"Content-Encoding": encoding} if encoding else {})}, pack(plain))

    assert line.heads(HERE).heads["office/199"] == 199


def test_a_large_body_is_sent_as_zstd(server: Server, line: HttpTransport) -> None:
    change = Change(
        change_id="c", stream="office/1", type="note", id="i", base=None, op="put", set={"title": "ก" * 500}, made_at="", made_by="m"
    )

    line.push(HERE, [change])

    _, _, headers, body = server.got[0]
    assert headers["content-encoding"] == "zstd"
    sent = msgspec.json.decode(zstandard.ZstdDecompressor().decompress(body, max_output_size=9999))
    assert sent["changes"][0]["set"] == {"title": "ก" * 500}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>"),
        Answer(200, {"Content-Type": "application/json"}, b"{}"),
        Answer(302, {"Location": "http://portal.example/"}, b""),
        Answer(401, {"Content-Type": "application/json"}, b'{"code":"revoked"}'),
        Answer(200, {"Sync-Protocol": "1", "Content-Type": "text/html"}, b"{}"),
        Answer(200, dict(JSON), b"<html>"),
        Answer(200, dict(JSON), b'{"heads":[]}'),
        Answer(200, {**JSON, "Content-Encoding": "zstd"}, b"not zstd"),
        Answer(200, {**JSON, "Content-Encoding": "gzip"}, b"not gzip"),
        Answer(204, {}, b""),
    ],
    ids=lambda answer: f"{answer.status} {sorted(answer.headers)} {answer.body[:12]!r}",
)
def test_what_is_not_our_server_is_no_line_and_signs_nobody_out(server: Server, line: HttpTransport, answer: Answer) -> None:
    server.answer = answer

    error = failure(lambda: line.heads(HERE))

    assert (type(error), error.code) == (Unavailable, "offline")
    assert "Work on this computer is safe" in error.message.en


def test_a_reply_that_inflates_beyond_all_measure_is_not_read(server: Server, line: HttpTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies_module, "LARGEST_REPLY", 1_000_000)
    for encoding, bomb in (("zstd", zstandard.ZstdCompressor().compress(b" " * 9_000_000)), ("gzip", gzip.compress(b" " * 9_000_000))):
        server.answer = Answer(200, {**JSON, "Content-Encoding": encoding}, bomb)
        assert failure(lambda: line.heads(HERE)).code == "offline"


@pytest.mark.parametrize(("encoding", "pack"), [("zstd", zstandard.ZstdCompressor().compress), ("gzip", gzip.compress)])
def test_a_reply_of_several_frames_is_read_whole_and_one_cut_off_is_none(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    whole = pack(b'{"heads":') + pack(b"{}}")
    assert replies_module.inflated(whole, encoding) == b'{"heads":{}}'
    for cut in range(len(whole)):
        if cut != len(pack(b'{"heads":')):
            assert failure(lambda cut=cut: replies_module.inflated(whole[:cut], encoding)).code == "offline"  # type: ignore[misc]


def test_calls_a_person_waits_for_say_so_and_those_of_timers_cost_no_byte(server: Server, line: HttpTransport) -> None:
    line.heads(HERE)
    line.is_waited_for = False
    line.heads(HERE)
    assert [headers.get("priority") for _, _, headers, _ in server.got] == ["u=1", None]


def test_a_person_who_waits_hears_how_long_a_busy_server_asks_to_wait() -> None:
    error = problem_error(503, b'{"code":"slow-down"}', "95")
    assert "95 seconds" in error.message.en
    assert "95 วินาที" in error.message.th


@pytest.mark.parametrize(
    ("body", "address"),
    [(b'{"code":"moved","base_url":"https://new.example"}', "https://new.example"), (b'{"code":"moved"}', ""), (b'{"base_url":[1]}', "")],
)
def test_where_a_server_moved_to_is_told(body: bytes, address: str) -> None:
    error = problem_error(421, body)
    assert isinstance(error, Moved)
    assert error.base_url == address


def test_no_server_is_no_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    error = failure(HttpTransport(f"http://127.0.0.1:{port}").hello)

    assert (type(error), error.code) == (Unavailable, "offline")


def test_a_line_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "STALL_TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = HttpTransport(f"http://127.0.0.1:{silent.getsockname()[1]}")
        error = failure(line.hello)
        line.close()

    assert (type(error), error.code) == (Unavailable, "offline")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "unauthenticated", Refused), (401, "revoked", Refused), (403, "no-grant", Refused), (404, "not-found", Refused),
        (409, "fork", Refused), (409, "rewound", Refused), (413, "too-large", Refused), (421, "moved", Moved), (422, "invalid", Refused),
        (426, "upgrade-required", Refused), (429, "slow-down", SlowDown), (500, "server", Unavailable), (503, "unavailable", Unavailable),
    ],
)  # fmt: skip
def test_a_problem_the_server_states_has_its_code_and_words(
    server: Server, line: HttpTransport, status: int, code: str, kind: type[AppError]
) -> None:
    server.answer = Answer(status, dict(PROBLEM), msgspec.json.encode({"code": code, "title": "x", "detail": "y"}))

    error = failure(lambda: line.heads(HERE))

    assert (type(error), error.code, error.title, error.message) == (kind, code, PROBLEMS[code].title, PROBLEMS[code].detail)


def test_a_problem_of_a_newer_server_is_said_in_its_words() -> None:
    error = problem_error(403, '{"code":"newer","title":"ใหม่","detail":"รอก่อน"}'.encode())

    assert (error.code, error.title.th, error.message.th) == ("newer", "ใหม่", "รอก่อน")


def test_an_incident_number_is_said() -> None:
    assert "abc-1" in problem_error(500, b'{"code":"server","incident":"abc-1"}').message.en


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null"])
def test_a_problem_without_words_still_is_a_problem(body: bytes) -> None:
    assert isinstance(problem_error(418, body), Refused)


@pytest.mark.parametrize(("status", "after", "seconds"), [(429, "120", 120), (503, "7", 7), (429, "", 0), (429, "Wed, 21 Oct 2026", 0)])
def test_the_time_the_server_asks_to_wait_is_told(status: int, after: str, seconds: int) -> None:
    error = problem_error(status, b'{"code":"slow-down"}', after)

    assert isinstance(error, SlowDown)
    assert error.retry_after_s == seconds


def test_a_code_that_does_not_work_is_said_so(server: Server, line: HttpTransport) -> None:
    server.answer = Answer(403, dict(PROBLEM), b'{"code":"no-grant"}')

    error = failure(lambda: line.enrol("ABCD", {"name": "pc"}))

    assert (error.code, error.message) == ("code", PROBLEMS["code"].detail)


def test_enrolling_history_numbers_and_logout_call_their_addresses(server: Server, line: HttpTransport) -> None:
    account = {"device_id": "d", "token": "t", "account": {"name": "a", "role": "clerk"}, "streams": []}
    server.answer = Answer(body=msgspec.json.encode(account))
    assert line.enrol("ABCD", {"name": "pc"}).token == "t"
    assert line.account().device_id == "d"
    server.answer = Answer(body=b'{"versions":[],"more":false}')
    assert not line.history("office/1", "note", "i", 4).more
    server.answer = Answer(body=b'{"from":1,"to":5}')
    assert line.numbers("office/1", "receipt", 2570, 5, 0, "r") == NumbersReply(1, 5)
    server.answer = Answer(204, {"Sync-Protocol": "1"})
    line.logout()

    assert [f"{method} {path.removeprefix('/sync/v1')}" for method, path, _, _ in server.got] == [
        "POST /enrol", "GET /account", "GET /streams/office/1/records/note/i/history?before=4", "POST /numbers", "POST /logout",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["", "example.go.th", "ftp://example.go.th", "https://", "https://a:b@example.go.th", "https://x:port", "http://example.go.th"],
)
def test_an_address_that_cannot_work_or_is_not_safe_is_said_at_once(address: str) -> None:
    with pytest.raises(Correctable) as error:
        HttpTransport(address)

    assert "https://" in error.value.message.th


@pytest.mark.parametrize("address", ["https://sync.example.go.th", "https://sync.example.go.th/", "https://sync.example.go.th/sync/v1/"])
def test_an_address_may_be_written_in_several_ways(address: str) -> None:
    assert HttpTransport(address).base_url == "https://sync.example.go.th"


def test_a_server_that_speaks_no_tls_is_no_line(server: Server) -> None:
    line = HttpTransport(server.url.replace("http://", "https://"))

    error = failure(line.hello)
    line.close()

    assert (type(error), error.code) == (Unavailable, "offline")


def test_a_certificate_the_system_does_not_trust_is_refused(tmp_path: Path) -> None:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = listening.server_address[1]
    mine = Handler.server_of[port] = Server()
    listening.socket = self_signed(tmp_path).wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    line = HttpTransport(f"https://127.0.0.1:{port}")

    error = failure(line.hello)
    line.close()
    listening.shutdown()
    thread.join()
    listening.server_close()

    assert (type(error), error.code, mine.got) == (Unavailable, "certificate", [])


def self_signed(folder: Path) -> ssl.SSLContext:
    """A context with a certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context
