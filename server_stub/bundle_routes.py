"""`POST /bundles`: whoever has a line and a token brings a bundle of any device, and takes its sealed reply back."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastapi import Response
from fastapi.responses import StreamingResponse

from records.bundle import MEDIA_TYPE
from records.bundle_faults import BundleFault
from records.words import say
from server_stub.bundles import Bundles
from server_stub.gateway import Call
from server_stub.problems import CallProblem
from server_stub.session import Session

_BLOCK = 1 << 18


class BundleRoutes:
    """The call that carries bundles."""

    def __init__(self, bundles: Bundles, folder: Path) -> None:
        """`folder`: where a reply lies, sealed and without a name, until it was sent."""
        self._bundles = bundles
        self._folder = folder

    def bundle(self, call: Call, _relay: Session, work: BinaryIO) -> Response:
        """Answers a bundle; the right to what is in it is that of the device that made it. Raises CallProblem."""
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
