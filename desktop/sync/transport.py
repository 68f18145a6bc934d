"""The line to the central server: one call, one request, one struct of records/protocol.py back.

The only importer of requests. Every foreign error becomes ours here:

    no line, a stall, a captive portal, a reply that is not ours, 5xx, 429     Unavailable   (trying again helps)
    a problem the server states (401, 403, 409, 413, 421, 422, 426 ...)        Refused       (code and words of records.protocol)

A reply without our header and content type is never read: a hotel's sign-in page must not sign anybody out.
"""

import json
import ssl
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from records.changes import Change
from records.errors import AppError, Correctable, Refused, Unavailable
from records.protocol import (
    BASE_PATH,
    PROBLEMS,
    PROTOCOL_VERSION,
    AccountReply,
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
    import requests

CONNECT_TIMEOUT_S = 10
STALL_TIMEOUT_S = 30
"""Without a byte for so long the line counts as lost; a slow line that still moves is waited for without limit."""
COMPRESS_FROM = 400
"""Bytes of body from which zstd pays for its header."""
LONGEST_WAIT_S = 24 * 3600
"""Seconds of Retry-After that are obeyed; a longer wait is a slip of some box on the way, and the server can ask again."""
LARGEST_REPLY = 64 * 1024 * 1024
"""Bytes after inflating; far above any page, so that a broken reply cannot fill the memory."""

OFFLINE = Words("ไม่มีสัญญาณถึงเซิร์ฟเวอร์", "No line to the server")
_SAFE = Words("งานในเครื่องยังอยู่ครบ โปรแกรมจะลองใหม่เอง", "Work on this computer is safe; the program will try again by itself")

Reply = TypeVar("Reply", bound=msgspec.Struct)


class SlowDown(Unavailable):
    """The server asks to wait."""

    retry_after_s: int = 0
    """Seconds the server asked for; 0 when it named none."""


class Transport(Protocol):
    """What the engine may ask of the server. Every call raises Unavailable, or Refused with the `code` of the problem."""

    @property
    def grants(self) -> str:
        """The last `Sync-Grants` a reply carried; empty before the first."""

    @property
    def requests(self) -> int:
        """Requests sent so far."""

    @property
    def bytes_up(self) -> int:
        """Bytes sent so far, headers included."""

    @property
    def bytes_down(self) -> int:
        """Bytes received so far, as they travelled, headers included."""

    def hello(self) -> Hello:
        """Asks for the server's limits; needs no token."""

    def account(self) -> AccountReply:
        """Asks who this device is and which streams it may use."""

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        """Asks which streams moved beyond these positions."""

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        """Fetches the next page of what is new after these positions."""

    def push(self, streams: Mapping[str, Position], changes: Sequence[Change]) -> PushReply:
        """Offers changes."""


class HttpTransport:
    """The transport over HTTP: one keep-alive session, used by one thread."""

    def __init__(
        self, base_url: str, token: str = "", next_counter: Callable[[], int] | None = None, language: Language = Language.THAI
    ) -> None:
        """`next_counter` gives the number of the next request, stored before it is returned. Raises Correctable for a wrong address."""
        self.base_url = _checked_address(base_url)
        self.grants = ""
        self.server_date = ""
        """The server's clock as its last reply told it, in the form of HTTP; for people, nothing is ordered by it."""
        self.requests = 0
        self.bytes_up = 0
        self.bytes_down = 0
        self._token = token
        self._next_counter = next_counter
        self._language = language
        self._session: requests.Session | None = None

    def hello(self) -> Hello:
        """Asks for the server's limits; needs no token."""
        return self._call("GET", "/hello", Hello)

    def enrol(self, code: str, device: Mapping[str, str]) -> Enrolled:
        """Turns a code into a device and its token; with a token already held, adds the account to this device."""
        try:
            return self._call("POST", "/enrol", Enrolled, {"code": code, "device": dict(device)})
        except Refused as error:
            if error.code != "no-grant":
                raise
            # On the wire a wrong, used or expired code is a plain 403; here the words can say what to do about it.
            raise Refused(PROBLEMS["code"].title, PROBLEMS["code"].detail, code="code") from error

    def account(self) -> AccountReply:
        """Asks who this device is and which streams it may use."""
        return self._call("GET", "/account", AccountReply)

    def heads(self, streams: Mapping[str, Position]) -> HeadsReply:
        """Asks which streams moved beyond these positions."""
        return self._call("POST", "/heads", HeadsReply, {"streams": streams}, HeadsReply())

    def pull(self, streams: Mapping[str, Position], limit: int) -> PullReply:
        """Fetches the next page of what is new after these positions."""
        return self._call("POST", "/pull", PullReply, {"streams": streams, "limit": limit}, PullReply())

    def push(self, streams: Mapping[str, Position], changes: Sequence[Change]) -> PushReply:
        """Offers changes."""
        return self._call("POST", "/push", PushReply, {"streams": streams, "changes": changes})

    def history(self, stream: str, record_type: str, record_id: str, before: int | None = None) -> HistoryReply:
        """Fetches up to 100 versions of a record, newest first, below the version `before`."""
        query = f"?before={before}" if before is not None else ""
        return self._call("GET", f"/streams/{quote(stream)}/records/{record_type}/{record_id}/history{query}", HistoryReply)

    def numbers(self, stream: str, book: str, year: int, count: int, seen: int, request_id: str) -> NumbersReply:
        """Leases a block of numbers above `seen`; the same request_id gets the same block."""
        body = {"stream": stream, "book": book, "year": year, "count": count, "seen": seen, "request_id": request_id}
        return self._call("POST", "/numbers", NumbersReply, body)

    def logout(self) -> None:
        """Ends the token."""
        self._call("POST", "/logout", HeadsReply, {}, HeadsReply())

    def close(self) -> None:
        """Closes the session; the next call opens another."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _call(self, method: str, path: str, kind: type[Reply], body: object = None, empty: Reply | None = None) -> Reply:
        """Sends one request; `empty` is what 204 stands for."""
        headers = {"Sync-Protocol": str(PROTOCOL_VERSION), "Accept-Language": self._language.value, "Accept-Encoding": "zstd, gzip"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
            if self._next_counter is not None:
                headers["Sync-Counter"] = str(self._next_counter())
        content = b""
        if body is not None:
            content = _packed(msgspec.json.encode(body), headers)
        status, answer, received = self._sent(method, self.base_url + BASE_PATH + path, headers, content)
        if "sync-protocol" not in answer:
            raise not_ours()
        self.grants = answer.get("sync-grants", self.grants)
        self.server_date = answer.get("date", "")
        if status == 204 and empty is not None:
            return empty
        media_type = answer.get("content-type", "").partition(";")[0].strip().lower()
        plain = _inflated(received, answer.get("content-encoding", ""))
        if media_type == "application/problem+json":
            raise problem_error(status, plain, answer.get("retry-after", ""))
        if media_type != "application/json" or not 200 <= status < 300:
            raise not_ours()
        try:
            return msgspec.json.decode(plain, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise not_ours() from error

    def _sent(self, method: str, url: str, headers: dict[str, str], content: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """The status, the headers by lower-case name and the body as it travelled."""
        import requests
        import urllib3

        session = self._session = self._session or _new_session()
        self.requests += 1
        try:
            with session.request(
                method, url, headers=headers, data=content or None, stream=True, allow_redirects=False, auth=_as_given,
                timeout=(CONNECT_TIMEOUT_S, STALL_TIMEOUT_S),
            ) as response:  # fmt: skip
                self.bytes_up += (
                    len(content) + _head_size(response.request.headers) + len(f"{method} {response.request.path_url} HTTP/1.1\r\n")
                )
                received = response.raw.read(LARGEST_REPLY + 1, decode_content=False)
                answer = {name.lower(): value for name, value in response.headers.items()}
                self.bytes_down += (
                    len(received) + _head_size(response.headers) + len(f"HTTP/1.1 {response.status_code} {response.reason}\r\n")
                )
                return response.status_code, answer, received
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _line_error(error) from error


def _line_error(error: Exception) -> Unavailable:
    if "CertificateVerif" in repr(error) or "CERTIFICATE_VERIFY" in repr(error):
        distrusted = Words(
            "ใบรับรองของเซิร์ฟเวอร์ไม่น่าเชื่อถือ โปรดแจ้งผู้ดูแลเครือข่าย",
            "The server's certificate is not trusted; please tell the network's administrator",
        )
        return _unavailable(distrusted, "certificate")
    return _unavailable(Words("ติดต่อเซิร์ฟเวอร์ไม่ได้", "The server cannot be reached"), "offline")


def problem_error(status: int, body: bytes, retry_after: str = "") -> AppError:
    """The error of a problem+json reply, in the words of records.protocol where the code is known, else in the server's."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = {}
    said = said if isinstance(said, dict) else {}
    code = str(said.get("code", ""))
    known = PROBLEMS.get(code)
    title = known.title if known else Words(*[str(said.get("title") or "เซิร์ฟเวอร์ไม่รับคำขอ")] * 2)
    detail = known.detail if known else Words(*[str(said.get("detail") or title.th)] * 2)
    incident = said.get("incident")
    if incident:
        detail = Words(f"{detail.th} ({incident})", f"{detail.en} ({incident})")
    if status == 429 or (status == 503 and retry_after):
        slow = SlowDown(title, detail, code=code or "slow-down")
        slow.retry_after_s = min(int(retry_after[:9]), LONGEST_WAIT_S) if retry_after.isdecimal() else 0
        return slow
    if status >= 500 and status != 507:
        return Unavailable(title, detail, code=code or "server")
    return Refused(title, detail, code=code or "invalid")


def _packed(body: bytes, headers: dict[str, str]) -> bytes:
    headers["Content-Type"] = "application/json"
    if len(body) < COMPRESS_FROM:
        return body
    import zstandard

    headers["Content-Encoding"] = "zstd"
    return zstandard.ZstdCompressor(level=3).compress(body)


def _inflated(received: bytes, encoding: str) -> bytes:
    """The body without its encoding. Raises Unavailable for a body that is broken or inflates beyond all measure."""
    import zstandard

    if len(received) > LARGEST_REPLY:
        raise not_ours()
    try:
        if encoding == "zstd":
            with zstandard.ZstdDecompressor().stream_reader(received) as reader:
                plain = reader.read(LARGEST_REPLY + 1)
        elif encoding == "gzip":
            plain = zlib.decompressobj(wbits=31).decompress(received, LARGEST_REPLY + 1)
        else:
            plain = received
    except (zstandard.ZstdError, zlib.error) as error:
        raise not_ours() from error
    if len(plain) > LARGEST_REPLY:
        raise not_ours()
    return plain


def _checked_address(base_url: str) -> str:
    address = base_url.strip().rstrip("/").removesuffix(BASE_PATH)
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in ("https", "http") or parts.query or parts.fragment or parts.username:
        raise Correctable(
            Words("ที่อยู่เซิร์ฟเวอร์ใช้ไม่ได้", "The server's address does not work"),
            Words(
                "ที่อยู่เซิร์ฟเวอร์ต้องเป็นแบบ https://ชื่อ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจตัวอักษร",
                "A server's address looks like https://name; nothing was changed. Please check its letters.",
            ),
            code="address",
        )
    if parts.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        raise Correctable(
            Words("ที่อยู่เซิร์ฟเวอร์ไม่ปลอดภัย", "The server's address is not safe"),
            Words(
                "ต้องใช้ https เพื่อไม่ให้ผู้อื่นอ่านข้อมูลระหว่างทาง ไม่มีอะไรเปลี่ยนแปลง โปรดพิมพ์ที่อยู่ขึ้นต้นด้วย https://",
                "It must begin with https:// so that nobody reads the data on the way; nothing was changed.",
            ),
            code="address",
        )
    return address


def _new_session() -> "requests.Session":
    """A session that trusts what the operating system trusts, and follows its proxies."""
    import requests
    import truststore
    from requests.adapters import HTTPAdapter

    class SystemTrust(HTTPAdapter):
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool: Any) -> None:
            super().init_poolmanager(connections, maxsize, block, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **pool)

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            # requests would load its own list of authorities here; the system's list is the one people administer.
            conn.cert_reqs = "CERT_REQUIRED"

    session = requests.Session()
    session.mount("https://", SystemTrust())
    session.headers.clear()
    session.headers["User-Agent"] = "thongthin"
    return session


def _as_given(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    """Keeps requests from putting a .netrc entry in the place of our token."""
    return request


def _head_size(headers: Mapping[str, str | bytes]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.items()) + 2


def _unavailable(what: Words, code: str) -> Unavailable:
    return Unavailable(OFFLINE, Words(f"{what.th} {_SAFE.th}", f"{what.en}. {_SAFE.en}."), code=code)


def not_ours() -> Unavailable:
    """The error for a reply that is none of our server's: as good as no line."""
    return _unavailable(
        Words(
            "ปลายทางไม่ได้ตอบแบบเซิร์ฟเวอร์ของท้องถิ่น อาจต้องลงชื่อเข้าเครือข่ายก่อน",
            "What answered is not our server; the network may ask you to sign in first",
        ),
        "offline",
    )
