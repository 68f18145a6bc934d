"""`POST /bundles`: whoever has a line and a token brings a bundle of any device, and takes its sealed reply back."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastapi import Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from records.bundle import LARGEST_BUNDLE, MEDIA_TYPE
from records.bundle_faults import BundleFault
from records.protocol import Limits
from records.words import say
from server_stub.bundles import Bundles
from server_stub.gateway import Blocks, Call
from server_stub.problems import CallProblem, too_large
from server_stub.session import Session

_BLOCK = 1 << 18


class BundleRoutes:
    """The call that carries bundles."""

    def __init__(self, bundles: Bundles, folder: Path, limits: Limits) -> None:
        """`folder`: where bundle and reply lie, sealed and without a name, while the call lasts."""
        self._bundles = bundles
        self._folder = folder
        self._limits = limits

    async def bundle(self, call: Call, _relay: Session, body: Blocks) -> Response:
        """Answers a bundle; the right to what is in it is that of the device that made it. Raises CallProblem."""
        with tempfile.TemporaryFile(dir=self._folder) as work:
            await self._spool(call, body, work)
            return await run_in_threadpool(self._answered, call, work)

    async def _spool(self, call: Call, body: Blocks, work: BinaryIO) -> None:
        """Raises CallProblem before more than LARGEST_BUNDLE bytes are kept."""
        length = call.headers.get("content-length", "")
        size = int(length) if length.isdecimal() and len(length) < 19 else 0
        if size > LARGEST_BUNDLE:
            raise too_large(self._limits)
        size = 0
        async for part in body:
            size += len(part)
            if size > LARGEST_BUNDLE:
                raise too_large(self._limits)
            await run_in_threadpool(work.write, part)
        work.seek(0)

    def _answered(self, call: Call, work: BinaryIO) -> Response:
        reply: BinaryIO = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed when it was sent
        try:
            self._bundles.answer(work, reply, call.language)
            size = reply.tell()
            reply.seek(0)
        except BaseException as error:
            reply.close()
            if isinstance(error, BundleFault):
                raise _problem(error, call) from error
            raise
        return StreamingResponse(_sent(reply), 200, {"Content-Length": str(size)}, MEDIA_TYPE)


def _sent(reply: BinaryIO) -> Iterator[bytes]:
    with reply:
        while block := reply.read(_BLOCK):
            yield block


def _problem(fault: BundleFault, call: Call) -> CallProblem:
    """On the wire `invalid` with the reason: the client of whoever relays must not take `revoked` or `rewound` for its own."""
    words = {"reason": fault.code, "title": say(fault.title, call.language), "detail": say(fault.message, call.language)}
    return CallProblem("invalid", pointer="", detail=fault.detail or fault.code, extra=words)
