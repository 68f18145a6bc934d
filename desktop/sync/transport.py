"""The line to the central server: one call, one request, one struct of records/protocol.py back.

The only importer of requests. Every foreign error becomes ours here; what a reply means is said in replies.py. A reply without our header
and content type is never read: a hotel's sign-in page must not sign anybody out.
"""

import logging
import ssl
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar
from urllib.parse import quote

import msgspec

from desktop.storage.outbox import Queued
from desktop.sync.address import checked_address
from desktop.sync.batches import written
from desktop.sync.file_calls import FileCalls
from desktop.sync.line import Answered, Number, counting
from desktop.sync.replies import LARGEST_REPLY, Answer, head_size, inflated, moment, not_ours, packed, problem_error, read_as, unavailable
from records.bundle import LARGEST_BUNDLE, MEDIA_TYPE
from records.changes import Change
from records.errors import Refused, Unavailable
from records.problem_types import PROBLEMS
from records.protocol import (
    BASE_PATH,
    PROTOCOL_VERSION,
    AccountReply,
    DigestReply,
    Enrolled,
    HeadsReply,
    Hello,
    HistoryReply,
    NumbersReply,
    Position,
    PullReply,
    PushReply,
)
from records.words import Language, Words

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    import requests

    from desktop.sync.kept_line import KeptLine

CONNECT_TIMEOUT_S = 10
STALL_TIMEOUT_S = 30
"""Without a byte for so long the line counts as lost; a slow line that still moves is waited for without limit."""

Reply = TypeVar("Reply", bound=msgspec.Struct)


class HttpTransport(FileCalls):
    """The transport over HTTP: one keep-alive session, one call at a time; what is asked about files is in file_calls.py."""

    def __init__(
        self,
        base_url: str,
        token: str = "",
        next_counter: Callable[[], Number] | None = None,
        language: Language = Language.THAI,
        kept: "KeptLine[requests.Session] | None" = None,
    ) -> None:
        """Opens nothing yet. Raises Correctable for a wrong address.

        Args:
            next_counter: gives the number of the next request, stored before it is returned.
            kept: where the session comes from and goes back to; None for one of its own.
        """
        self.base_url = checked_address(base_url)
        self.grants = ""
        self.server_time: datetime | None = None
        """What the server's clock said in its last reply (the Date header, RFC 9110), aware UTC; None before."""
        self.requests = 0
        self.bytes_up = 0
        self.bytes_down = 0
        self.is_waited_for = True
        """Whether a person waits for the calls: a busy server takes them before those of timers (RFC 9218)."""
        self._token = token
        self._next_counter = next_counter
        self._language = language
        self._kept = kept
        self._session: requests.Session | None = None
        self._line: ThreadPoolExecutor | None = None
        self._numbers: deque[Number] = deque()
        """Numbers stored already for requests to come."""

    def hello(self) -> Hello:
        """Asks for the server's limits; needs no token."""
        return self.call("GET", "/hello", Hello)

    def enrol(self, code: str, device: Mapping[str, str], request_id: str = "") -> Enrolled:
        """Turns a code into a device and its token; with a token already held, adds the account to this device.

        `request_id`: known to nobody else; the same again after a lost reply is the same use of the code.
        """
        body = {"code": code, "device": dict(device)} | ({"request_id": request_id} if request_id else {})
        try:
            return self.call("POST", "/enrol", Enrolled, body)
        except Refused as error:
            if error.code != "no-grant":
                raise
            # On the wire a wrong, used or expired code is a plain 403; here the words can say what to do about it.
            raise Refused(PROBLEMS["code"].title, PROBLEMS["code"].detail, code="code") from error

    def account(self) -> AccountReply:
        """Asks who this device is and which streams it may use."""
        return self.call("GET", "/account", AccountReply)

    def keys(self, public_key: str, sealing_key: str) -> AccountReply:
        """Tells the server the public keys of this device; those it has stay."""
        return self.call("POST", "/keys", AccountReply, {"public_key": public_key, "sealing_key": sealing_key})

    def bundle(self, work: BinaryIO, reply: BinaryIO) -> None:
        """Brings a bundle, of this device or another, and writes its reply. Raises as every call, BundleFault for what is wrong with it."""
        with self.exchange("POST", "/bundles", {"Content-Type": MEDIA_TYPE}, work) as answer:
            if answer.media_type != MEDIA_TYPE or answer.status != 200:
                raise not_ours()
            length, size = answer.headers.get("content-length", ""), 0
            for block in answer.blocks():
                size += len(block)
                if size > LARGEST_BUNDLE:
                    raise not_ours()
                reply.write(block)
            if not length.isdecimal() or int(length) != size:
                raise _line_error(ConnectionError("the reply is cut off"))

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        """Asks which streams moved beyond these positions."""
        return self.call("POST", "/heads", HeadsReply, {"streams": streams}, HeadsReply())

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        """Fetches the next page of what is new after these positions."""
        return self.call("POST", "/pull", PullReply, {"streams": streams, "limit": limit}, PullReply())

    def push(self, streams: Mapping[str, Position], changes: Sequence[Change] | Sequence[Queued]) -> PushReply:
        """Offers changes."""
        raw = [msgspec.Raw(written(one)) for one in changes]
        return self.call("POST", "/push", PushReply, {"streams": streams, "changes": raw, "brief": True})

    def history(self, stream: str, record_type: str, record_id: str, before: int | None = None) -> HistoryReply:
        """Fetches up to 100 versions of a record, newest first, below the version `before`."""
        query = f"?before={before}" if before is not None else ""
        return self.call("GET", f"/streams/{quote(stream)}/records/{record_type}/{record_id}/history{query}", HistoryReply)

    def lineage(self, stream: str, after: int) -> bytes:
        """Fetches every hash each record had after a seq: gzip JSON lines, as they travelled."""
        with self.exchange("GET", f"/streams/{quote(stream)}/lineage?after={after}") as answer:
            received = answer.read()
            if answer.status != 200 or answer.media_type != "application/gzip" or len(received) > LARGEST_REPLY:
                raise not_ours()
            return received

    def digest(self, stream: str, at: int) -> DigestReply:
        """Asks for count and sum of hashes by type and first byte of id, as the stream stood at a seq."""
        return self.call("GET", f"/streams/{quote(stream)}/digest?at={at}", DigestReply)

    def numbers(self, stream: str, book: str, year: int, count: int, seen: int, request_id: str) -> NumbersReply:
        """Leases a block of numbers above `seen`; the same request_id gets the same block."""
        body = {"stream": stream, "book": book, "year": year, "count": count, "seen": seen, "request_id": request_id}
        return self.call("POST", "/numbers", NumbersReply, body)

    def logout(self) -> None:
        """Ends the token."""
        self.call("POST", "/logout", HeadsReply, {}, HeadsReply())

    def reserve(self) -> None:
        """Takes the number of the next call now; it is stored by the connection of this thread, with the transaction open on it."""
        if self._token and self._next_counter is not None:
            self._numbers.append(self._next_counter())

    def begin(self, call: Callable[[], Answered]) -> Callable[[], Answered]:
        """Starts one call of this transport in a thread of its own and returns what waits for its answer; one call at a time."""
        from concurrent.futures import ThreadPoolExecutor

        if not self._numbers:
            # By the caller's connection: the thread has none.
            self.reserve()
        self._line = self._line or ThreadPoolExecutor(1, "sync line")
        return self._line.submit(call).result

    def repeat_number(self, counter: Callable[[], Number]) -> None:
        """From now on sends the number this gives and takes none of its own: for what runs beside a round."""
        self._next_counter = counter

    def close(self) -> None:
        """Ends the use of the session; the next call begins another."""
        if self._line is not None:
            self._line.shutdown()
            self._line = None
        self._numbers.clear()
        session, self._session = self._session, None
        if session is not None and self._kept is not None:
            self._kept.give(session)
        elif session is not None:
            session.close()

    def call(self, method: str, path: str, kind: type[Reply], body: object = None, empty: Reply | None = None) -> Reply:
        """Sends one request with a JSON body and reads a struct back; `empty` is what 204 stands for."""
        headers = {"Accept-Encoding": "zstd, gzip"}
        content = b"" if body is None else packed(msgspec.json.encode(body), headers)
        with self.exchange(method, path, headers, content) as answer:
            if answer.status == 204 and empty is not None:
                return empty
            return read_as(kind, answer)

    @contextmanager
    def exchange(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, content: bytes | BinaryIO = b""
    ) -> Iterator[Answer]:
        """Sends one request and opens its answer, whose body is read as it comes; a problem the server states is raised.

        Args:
            path: Below `/sync/v1`, or a whole address of the same server that it gave itself (a Location).
            content: The body, or a file at its beginning that is sent as it is read.
        """
        url = path if path.startswith(self.base_url + BASE_PATH) else self.base_url + BASE_PATH + path
        with self._sent(method, url, self._headers() | dict(headers or {}), content) as response:
            answer = Answer(
                response.status_code,
                {name.lower(): value for name, value in response.headers.items()},
                partial(self._taken, response),
            )
            if "sync-protocol" not in answer.headers:
                raise not_ours()
            self.grants = answer.headers.get("sync-grants", self.grants)
            self.server_time = moment(answer.headers.get("date", "")) or self.server_time
            if answer.media_type == "application/problem+json":
                plain = inflated(answer.read(), answer.headers.get("content-encoding", ""))
                raise problem_error(answer.status, plain, answer.headers.get("retry-after", ""))
            yield answer

    def _sent(self, method: str, url: str, headers: Mapping[str, str], content: bytes | BinaryIO) -> "requests.Response":
        import requests

        session = self._session = self._session or (self._kept.take() if self._kept else None) or _new_session()
        self.requests += 1
        try:
            response = session.request(
                method, url, headers=headers, data=content or None, stream=True, allow_redirects=False, auth=_as_given,
                timeout=(CONNECT_TIMEOUT_S, STALL_TIMEOUT_S),
            )  # fmt: skip
        except (requests.exceptions.RequestException, OSError) as error:
            session.close()
            raise _line_error(error) from error
        line = len(f"{method} {response.request.path_url} HTTP/1.1\r\n")
        sent = len(content) if isinstance(content, bytes) else content.tell()
        self.bytes_up += sent + head_size(response.request.headers) + line
        self.bytes_down += head_size(response.headers) + len(f"HTTP/1.1 {response.status_code} {response.reason}\r\n")
        return response

    def _taken(self, response: "requests.Response", size: int) -> bytes:
        import requests
        import urllib3

        try:
            received: bytes = response.raw.read(size, decode_content=False)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _line_error(error) from error
        self.bytes_down += len(received)
        return received

    def _headers(self) -> dict[str, str]:
        headers = {"Sync-Protocol": str(PROTOCOL_VERSION), "Accept-Language": self._language.value, "Accept-Encoding": "identity"}
        if self.is_waited_for:
            headers["Priority"] = "u=1"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
            if self._next_counter is not None:
                headers |= counting(self._numbers.popleft() if self._numbers else self._next_counter())
        return headers


def _line_error(error: Exception) -> Unavailable:
    if "CertificateVerif" in repr(error) or "CERTIFICATE_VERIFY" in repr(error):
        distrusted = Words(
            "ใบรับรองของเซิร์ฟเวอร์ไม่น่าเชื่อถือ โปรดแจ้งผู้ดูแลเครือข่าย",
            "The server's certificate is not trusted; please tell the network's administrator",
        )
        return unavailable(distrusted, "certificate")
    return unavailable(Words("ติดต่อเซิร์ฟเวอร์ไม่ได้", "The server cannot be reached"), "offline")


def _new_session() -> "requests.Session":
    """A session that trusts what the operating system trusts, follows its proxies and keeps no cookies."""
    from http.cookiejar import DefaultCookiePolicy

    import requests
    import truststore
    from requests.adapters import HTTPAdapter

    class SystemTrust(HTTPAdapter):
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool: Any) -> None:
            super().init_poolmanager(connections, maxsize, block, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **pool)

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            # requests would load its own list of authorities here; the system's list is the one people administer.
            conn.cert_reqs = "CERT_REQUIRED"

    # A reply cut off in its head would be logged with a trace; it is told to the person as a lost line.
    logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
    session = requests.Session()
    session.mount("https://", SystemTrust())
    session.headers.clear()
    session.headers["User-Agent"] = "thongthin"
    # Nobody who answers instead of our server may put anything into what is asked later.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _as_given(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    """Keeps requests from putting a .netrc entry in the place of our token."""
    return request
