"""What a reply means: its body without the encoding, the problem it states, or nothing of ours at all.

no line, a stall, a captive portal, a reply that is not ours, 5xx, 429     Unavailable   (trying again helps)
a problem the server states (401, 403, 409, 413, 421, 422, 426 ...)        Refused       (code and words of records.protocol)
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from records.errors import AppError, Refused, Unavailable
from records.protocol import PROBLEMS
from records.words import Words

COMPRESS_FROM = 400
"""Bytes of body from which zstd pays for its header."""
LONGEST_WAIT_S = 24 * 3600
"""Seconds of Retry-After that are obeyed; a longer wait is a slip of some box on the way, and the server can ask again."""
LARGEST_REPLY = 64 * 1024 * 1024
"""Bytes after inflating; far above any page, so that a broken reply cannot fill the memory."""

CHECKSUM = 460
"""The status of tus for a part that did not arrive as it was sent."""
_CODES = {401: "unauthenticated", 403: "no-grant", 404: "not-found", 410: "not-found"}

OFFLINE = Words("ไม่มีสัญญาณถึงเซิร์ฟเวอร์", "No line to the server")
_SAFE = Words("งานในเครื่องยังอยู่ครบ โปรแกรมจะลองใหม่เอง", "Work on this computer is safe; the program will try again by itself")


@dataclass
class Answer:
    """A reply whose body is still on its way."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    take: Callable[[int], bytes]
    """Reads so many bytes of the body as it travels, fewer at its end. Raises Unavailable when the line breaks."""

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def read(self) -> bytes:
        """The whole body as it travels, never more than one byte over LARGEST_REPLY."""
        return self.take(LARGEST_REPLY + 1)

    def blocks(self, size: int = 1 << 18) -> Iterator[bytes]:
        """The body in blocks as they come, without a roof."""
        while block := self.take(size):
            yield block


class SlowDown(Unavailable):
    """The server asks to wait."""

    retry_after_s: int = 0
    """Seconds the server asked for; 0 when it named none."""


def moment(text: str) -> datetime | None:
    """The instant of a Date header; None for none or one that cannot be read."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (TypeError, ValueError):
        return None


def problem_error(status: int, body: bytes, retry_after: str = "") -> AppError:
    """The error of a problem+json reply, in the words of records.protocol where the code is known, else in the server's."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = {}
    said = said if isinstance(said, dict) else {}
    # The answer to HEAD has no body; 460 travels as `invalid`, which would tell nobody to send the part again.
    code = "checksum" if status == CHECKSUM else str(said.get("code") or _CODES.get(status, ""))
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


def packed(body: bytes, headers: dict[str, str]) -> bytes:
    """A JSON body as it travels; the headers that say so are added."""
    headers["Content-Type"] = "application/json"
    if len(body) < COMPRESS_FROM:
        return body
    import zstandard

    headers["Content-Encoding"] = "zstd"
    return zstandard.ZstdCompressor(level=3).compress(body)


def inflated(received: bytes, encoding: str) -> bytes:
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


def unavailable(what: Words, code: str) -> Unavailable:
    """The error of a line that does not work, with the sentence that work is safe."""
    return Unavailable(OFFLINE, Words(f"{what.th} {_SAFE.th}", f"{what.en}. {_SAFE.en}."), code=code)


def not_ours() -> Unavailable:
    """The error for a reply that is none of our server's: as good as no line."""
    return unavailable(
        Words(
            "ปลายทางไม่ได้ตอบแบบเซิร์ฟเวอร์ของท้องถิ่น อาจต้องลงชื่อเข้าเครือข่ายก่อน",
            "What answered is not our server; the network may ask you to sign in first",
        ),
        "offline",
    )


def head_size(headers: Mapping[str, str | bytes]) -> int:
    """Bytes of the headers as they travel."""
    return sum(len(name) + len(value) + 4 for name, value in headers.items()) + 2
