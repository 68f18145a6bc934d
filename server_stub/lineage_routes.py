"""The routes by which a client recovers and compares: lineage and digest."""

import re
import tempfile
from collections.abc import Iterator
from typing import IO

from fastapi import Response
from fastapi.responses import StreamingResponse

from server_stub.gateway import Call, Gateway
from server_stub.problems import invalid
from server_stub.session import Session
from server_stub.sync import SyncService

_SEQ = re.compile(r"[0-9]{1,15}")
_IN_MEMORY = 1 << 20
"""Bytes of a lineage that are kept in memory; a longer one goes through a file of the system's."""
_BLOCK = 1 << 18


class LineageRoutes:
    """What these routes do with a call."""

    def __init__(self, gateway: Gateway, service: SyncService) -> None:
        """The parts that decide."""
        self._gateway = gateway
        self._service = service

    def lineage(self, call: Call, session: Session) -> Response:
        # Written whole before it is sent: a slow line must not hold a view of the store open.
        made = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed when the last block is sent
        try:
            self._service.lineage(session, call.path["stream"], _seq(call, "after") or 0, made)
            size = made.tell()
            made.seek(0)
        except BaseException:
            made.close()
            raise
        return StreamingResponse(_blocks(made), 200, {"Content-Length": str(size)}, "application/gzip")

    def digest(self, call: Call, session: Session) -> Response:
        return self._gateway.reply(call, self._service.digest(session, call.path["stream"], _seq(call, "at")))


def _seq(call: Call, name: str) -> int | None:
    text = call.query.get(name)
    if text is not None and not _SEQ.fullmatch(text):
        raise invalid("", f"{name} is a seq: an integer from 0")
    return None if text is None else int(text)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
