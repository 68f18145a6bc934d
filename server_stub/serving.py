"""Running the server as a process: one socket, one or several workers, one line when it is ready."""

import gc
import logging
import os
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from records.catalogue import BY_TYPE
from records.errors import Correctable, Unavailable
from records.words import Words
from server_stub.app import create_app
from server_stub.workplace import open_storage

_DATABASE = "THONGTHIN_SERVER_DATABASE"
"""How a worker process is told which database it serves."""


def now() -> datetime:
    """The clock of a real server."""
    return datetime.now(UTC)


def keep_garbage_rare() -> None:
    """Has Python's collector look seldom, and never at what was loaded at the start: a push makes tens of thousands of rows and no circle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def app_of_environment() -> FastAPI:
    """The application of one worker, on the database the environment names."""
    path = Path(os.environ[_DATABASE])
    keep_garbage_rare()
    return create_app(open_storage(path, must_exist=True), BY_TYPE, now, os.urandom, cache_folder=path.parent / "downloads")


class _Announcing(uvicorn.Server):
    """Says that it is ready once it answers."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._line, flush=True)


def serve(database: Path, *, host: str, port: int, workers: int, tls_cert: Path | None, tls_key: Path | None) -> None:
    """Serves until it is told to stop. Port 0 takes a free one, which the line "ready" names. Raises Unavailable or Correctable."""
    if tls_cert is not None:
        _check_certificate(tls_cert, tls_key)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    os.environ[_DATABASE] = str(database)
    config = uvicorn.Config(
        "server_stub.serving:app_of_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    listening = _listening(host, port)
    address = f"[{host}]" if ":" in host else host
    line = f"ready {'https' if tls_cert else 'http'}://{address}:{listening.getsockname()[1]}"
    with listening:
        if workers == 1:
            _Announcing(config, line).run(sockets=[listening])
            return
        # Several workers inherit the socket; connections wait in it until the first of them answers.
        listening.listen(config.backlog)
        print(line, flush=True)
        Multiprocess(config, sockets=[listening]).run()


def _check_certificate(certificate: Path, key: Path | None) -> None:
    """Raises Correctable for a certificate that cannot be served, before anything is opened."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except OSError as error:
        # A file that is no PEM at all has a reason without words.
        reason = (error.reason if isinstance(error, ssl.SSLError) else error.strerror) or "PEM"
        raise Correctable(
            Words("ใช้ใบรับรอง TLS ไม่ได้", "The certificate cannot be used"),
            Words(
                f"ใช้ใบรับรอง {certificate} กับกุญแจที่ให้มาไม่ได้ ({reason}) ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจ --tls-cert และ --tls-key",
                f"The certificate {certificate} cannot be used with its key ({reason}); nothing was changed. Check --tls-cert and --tls-key.",
            ),
        ) from error


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family=family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise Unavailable(
            Words("เปิดพอร์ตไม่ได้", "The port cannot be opened"),
            Words(
                f"เปิด {host} พอร์ต {port} ไม่ได้ ({error.strerror}) ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกพอร์ตอื่นด้วย --port",
                f"Port {port} of {host} cannot be opened ({error.strerror}); nothing was changed. Choose another with --port.",
            ),
        ) from error
    bound.set_inheritable(True)
    return bound
