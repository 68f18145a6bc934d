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
from typing import TypeVar

import msgspec

from records.bundle_faults import BUNDLE_FAULTS, BundleFault
from records.errors import AppError, Refused, Unavailable
from records.problem_types import PROBLEMS, REASONS
from records.words import Words

Reply = TypeVar("Reply", bound=msgspec.Struct)

COMPRESS_FROM = 200
"""Bytes of body from which it travels as zstd: questions stay short and plain, whatever carries records has the frame's checksum."""
LONGEST_WAIT_S = 24 * 3600
"""Seconds of Retry-After that are obeyed; a longer wait is a slip of some box on the way, and the server can ask again."""
LARGEST_REPLY = 64 * 1024 * 1024
"""Bytes after inflating; far above any page, so that a broken reply cannot fill the memory."""

CHECKSUM = 460
"""The status of tus for a part that did not arrive as it was sent."""
_CODES = {401: "unauthenticated", 403: "no-grant", 404: "not-found", 410: "not-found"}
_MOST_FRAMES = 100
_MOST_ZSTD_MEMORY = 1 << 23
_ZSTD_PIECE = 512

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


class Moved(Refused):
    """The server lives at another address now."""

    base_url: str = ""
    """The address it names; empty when it names none. It is as the reply said: to be checked before it is used."""


_WAIT = Words(
    "เซิร์ฟเวอร์กำลังรับงานจากหลายหน่วยงานพร้อมกันและขอให้รอ {seconds} วินาที งานในเครื่องยังอยู่ครบ โปรแกรมจะรับส่งให้เองเมื่อถึงคิว",
    "The server is busy with many offices at once and asks to wait {seconds} seconds. Work on this computer is safe; "
    "the program syncs by itself when its turn comes.",
)


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
    reason = said.get("reason")
    if isinstance(reason, str) and reason in BUNDLE_FAULTS:
        return BundleFault(reason)
    if isinstance(reason, str) and reason in REASONS:
        code = reason
    known = PROBLEMS.get(code)
    title = known.title if known else Words(*[str(said.get("title") or "เซิร์ฟเวอร์ไม่รับคำขอ")] * 2)
    detail = known.detail if known else Words(*[str(said.get("detail") or title.th)] * 2)
    incident = said.get("incident")
    if incident:
        detail = Words(f"{detail.th} ({incident})", f"{detail.en} ({incident})")
    if status == 429 or (status == 503 and retry_after):
        seconds = min(int(retry_after[:9]), LONGEST_WAIT_S) if retry_after.isascii() and retry_after.isdecimal() else 0
        is_busy = seconds > 0 and code in ("", "slow-down")
        slow = SlowDown(title, _WAIT.filled(seconds=seconds) if is_busy else detail, code=code or "slow-down")
        slow.retry_after_s = seconds
        return slow
    if status == 421:
        moved = Moved(title, detail, code=code or "moved")
        named = said.get("base_url")
        moved.base_url = named if isinstance(named, str) else ""
        return moved
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
    return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(body)


def inflated(received: bytes, encoding: str) -> bytes:
    """The body without its encoding, every frame of it. Raises Unavailable for a body that is broken or inflates beyond all measure."""
    if len(received) > LARGEST_REPLY:
        raise not_ours()
    if encoding in ("", "identity"):
        return received
    if encoding not in ("zstd", "gzip"):
        raise not_ours()
    return _gunzipped(received) if encoding == "gzip" else _unzstd(received)


def _gunzipped(received: bytes) -> bytes:
    plain = b""
    for _ in range(_MOST_FRAMES):
        inflater = zlib.decompressobj(wbits=31)
        try:
            plain += inflater.decompress(received, LARGEST_REPLY + 1 - len(plain))
        except zlib.error as error:
            raise not_ours() from error
        received = inflater.unused_data
        if len(plain) > LARGEST_REPLY or not inflater.eof:
            break
        if not received:
            return plain
    raise not_ours()


def _unzstd(received: bytes) -> bytes:
    """Fed in small pieces, because one call inflates all it is given: a piece of 512 bytes makes 16 MB at the very most."""
    import zstandard

    parts: list[bytes] = []
    left, at = LARGEST_REPLY, 0
    inflater = zstandard.ZstdDecompressor(max_window_size=_MOST_ZSTD_MEMORY).decompressobj()
    while at < len(received):
        piece = received[at : at + _ZSTD_PIECE]
        try:
            parts.append(inflater.decompress(piece))
        except zstandard.ZstdError as error:
            raise not_ours() from error
        left -= len(parts[-1])
        if left < 0:
            raise not_ours()
        at += len(piece) - len(inflater.unused_data)
        if inflater.eof and at < len(received):
            inflater = zstandard.ZstdDecompressor(max_window_size=_MOST_ZSTD_MEMORY).decompressobj()
    if not inflater.eof:
        raise not_ours()
    return b"".join(parts)


def read_as(kind: type[Reply], answer: Answer) -> Reply:
    """The struct a reply holds. Raises Unavailable for what is none of ours."""
    plain = inflated(answer.read(), answer.headers.get("content-encoding", ""))
    if answer.media_type != "application/json" or not 200 <= answer.status < 300:
        raise not_ours()
    try:
        return msgspec.json.decode(plain, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise not_ours() from error


def unavailable(what: Words, code: str) -> Unavailable:
    """The error of a line that does not work, with the sentence that work is safe."""
    return Unavailable(OFFLINE, Words(f"{what.th} {_SAFE.th}", f"{what.en}. {_SAFE.en}."), code=code)


def not_ours() -> Unavailable:
    """The error for a reply that is none of our server's: as good as no line."""
    return unavailable(
        Words(
            "สิ่งที่ตอบมาไม่ใช่เซิร์ฟเวอร์ของโปรแกรมนี้ อาจต้องลงชื่อเข้าเครือข่ายก่อน โดยเปิดหน้าเว็บใดก็ได้แล้วทำตามหน้าจอ",
            "What answered is not our server; the network may ask you to sign in first: open any web page and follow it",
        ),
        "offline",
    )


def head_size(headers: Mapping[str, str | bytes]) -> int:
    """Bytes of the headers as they travel."""
    return sum(len(name) + len(value) + 4 for name, value in headers.items()) + 2
