"""The calls that carry contents of files: tus 1.0 up, ranges down (protocol.md, "Files"). What may be done is decided in files.py."""

import asyncio
import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from records.protocol import BASE_PATH, FileHere, FilesMissing
from server_stub.bodies import FileBody, checked
from server_stub.file_parts import CHECKSUMS, Appending, Checksum, Upload
from server_stub.file_reply import file_reply
from server_stub.files import Files
from server_stub.gateway import Blocks, Call, Gateway
from server_stub.problems import CallProblem, invalid
from server_stub.session import Session

TUS = "1.0.0"
_PART_TYPE = "application/offset+octet-stream"
_ENOUGH = 1 << 18
"""Bytes gathered before they go to the disk."""
_STALL_S = 60
"""Without a byte for so long a part counts as broken off; its upload must not stay locked for a line that is gone."""
_OFFSET = re.compile(r"\d{1,15}")


class FileRoutes:
    """What each route of files does."""

    def __init__(self, gateway: Gateway, files: Files) -> None:
        """The parts that decide."""
        self._gateway = gateway
        self._files = files

    def begin(self, call: Call, session: Session) -> Response:
        body = checked(FileBody, self._gateway.decoded(call))
        stream = call.path["stream"]
        upload = self._files.begin(session, stream, body.sha256, body.size)
        if upload is None:
            return self._gateway.reply(call, FileHere(body.sha256, body.size))
        place = f"{BASE_PATH}/streams/{stream}/files/uploads/{upload.id}"
        return Response(status_code=201, headers={"Location": place, **_tus(upload)})

    def missing(self, call: Call, session: Session) -> Response:
        return self._gateway.reply(call, FilesMissing(self._files.missing(session, call.path["stream"])))

    def options(self, call: Call, session: Session) -> Response:
        headers = {
            "Tus-Resumable": TUS,
            "Tus-Version": TUS,
            "Tus-Extension": "checksum,expiration",
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
            "Tus-Max-Size": str(self._files.limits.largest),
        }
        return Response(status_code=204, headers=headers)

    def content(self, call: Call, session: Session) -> Response:
        download = self._files.open(session, call.path["stream"], call.path["sha256"])
        reply = file_reply(download, call, "application/octet-stream")
        # A page that somebody attached must never run in this server's name.
        reply.headers["Content-Disposition"] = "attachment"
        return reply

    def offset(self, call: Call, session: Session) -> Response:
        if (refused := _other_tus(call)) is not None:
            return refused
        upload = self._files.upload(session, call.path["stream"], call.path["upload"])
        return Response(status_code=200, headers={**_tus(upload), "Cache-Control": "no-store"})

    async def append(self, call: Call, session: Session, blocks: Blocks) -> Response:
        if (refused := _other_tus(call)) is not None:
            return refused
        offset, checksum = _part_of(call.headers)
        stream, upload_id = call.path["stream"], call.path["upload"]
        # Entered and left on a worker thread: both touch the disk and the store.
        entered = self._files.appending(session, stream, upload_id, offset, checksum)
        part = await run_in_threadpool(entered.__enter__)
        try:
            await _write_all(part, blocks)
        except BaseException as error:
            await run_in_threadpool(entered.__exit__, type(error), error, error.__traceback__)
            raise
        await run_in_threadpool(entered.__exit__, None, None, None)
        return Response(status_code=204, headers={"Tus-Resumable": TUS, "Upload-Offset": str(part.offset)})


async def _write_all(part: Appending, blocks: Blocks) -> None:
    """Writes the body as it comes; of one that breaks off, what may be kept is kept."""
    gathered = bytearray()
    try:
        while block := await asyncio.wait_for(_next(blocks), _STALL_S):
            gathered += block
            if len(gathered) >= _ENOUGH:
                await run_in_threadpool(part.write, bytes(gathered))
                gathered.clear()
    except (ClientDisconnect, TimeoutError) as error:
        await run_in_threadpool(_broken_off, part, bytes(gathered))
        raise invalid("", "the body is cut off") from error
    await run_in_threadpool(_ended, part, bytes(gathered))


async def _next(blocks: Blocks) -> bytes:
    """The next bytes; empty at the end of the body."""
    async for block in blocks:
        if block:
            return block
    return b""


def _broken_off(part: Appending, rest: bytes) -> None:
    part.write(rest)
    part.broken_off()


def _ended(part: Appending, rest: bytes) -> None:
    part.write(rest)
    part.end()


def _part_of(headers: Mapping[str, str]) -> tuple[int, Checksum | None]:
    """Where the part begins and what it must hash to. Raises CallProblem."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _PART_TYPE:
        raise CallProblem("encoding", pointer="", detail=f"a part of a file is of the type {_PART_TYPE}")
    if headers.get("content-encoding", "identity") != "identity":
        raise CallProblem("encoding", pointer="", detail="a part of a file is not compressed")
    offset = headers.get("upload-offset", "")
    if not _OFFSET.fullmatch(offset):
        raise invalid("", "Upload-Offset is an integer from 0")
    return int(offset), _checksum(headers.get("upload-checksum"))


def _checksum(header: str | None) -> Checksum | None:
    if header is None:
        return None
    algorithm, _, digest = header.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise invalid("", f"Upload-Checksum is of {' or '.join(CHECKSUMS)}")
    try:
        return Checksum(algorithm, base64.b64decode(digest.strip(), validate=True))
    except (binascii.Error, ValueError) as error:
        raise invalid("", "the digest of Upload-Checksum is base64") from error


def _other_tus(call: Call) -> Response | None:
    """The reply to a caller of another version of tus; one that names none is taken for this one."""
    if call.headers.get("tus-resumable", TUS) == TUS:
        return None
    return Response(status_code=412, headers={"Tus-Version": TUS, "Tus-Resumable": TUS})


def _tus(upload: Upload) -> dict[str, str]:
    return {
        "Tus-Resumable": TUS,
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.size),
        "Upload-Expires": format_datetime(_utc(upload.expires), usegmt=True),
    }


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
