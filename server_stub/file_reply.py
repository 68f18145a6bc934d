"""A file, or the part of it a Range asks for (RFC 9110), as a reply with flat memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import Response
from fastapi.responses import StreamingResponse

from server_stub.gateway import Call

_BLOCK = 1 << 18
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
"""A longer number than any file needs is no range at all."""


@dataclass(frozen=True, slots=True)
class Download:
    """One file to be served."""

    path: Path
    etag: str
    """With its quotes."""
    size: int
    """Bytes, compressed."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of a download that are asked for, both ends included."""

    first: int
    last: int
    is_whole: bool


def file_reply(download: Download, call: Call, media_type: str) -> Response:
    """The reply to a call for the file: 200 whole, 206 a part, 416 beyond the end."""
    headers = {"ETag": download.etag, "Accept-Ranges": "bytes"}
    part = part_of(download, call.headers.get("range", ""), call.headers.get("if-range", ""))
    if part is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{download.size}"})
    status = 200 if part.is_whole else 206
    headers["Content-Length"] = str(part.last - part.first + 1)
    if not part.is_whole:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{download.size}"
    return StreamingResponse(_blocks(download.path, part), status, headers, media_type)


def _blocks(path: Path, part: Part) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.first)
        left = part.last - part.first + 1
        while left > 0 and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            yield block


def part_of(download: Download, range_header: str, if_range: str) -> Part | None:
    """The part a Range header asks for; the whole where there is none, it cannot be read or If-Range names another file.

    None when it begins beyond the end (416).
    """
    whole = Part(0, download.size - 1, is_whole=True)
    found = _RANGE.fullmatch(range_header.strip())
    if found is None or found.groups() == ("", "") or (if_range and if_range != download.etag):
        return whole
    first, last = found.groups()
    if not first:
        length = min(int(last), download.size)
        return Part(download.size - length, download.size - 1, is_whole=False) if length else None
    if int(first) >= download.size or (last and int(last) < int(first)):
        return None
    return Part(int(first), min(int(last), download.size - 1) if last else download.size - 1, is_whole=False)
