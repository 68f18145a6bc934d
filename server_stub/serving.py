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
from records.errors import AppError, Correctable, Unavailable
from records.words import Words
from server_stub.app import create_app
from server_stub.files import FileLimits
from server_stub.workplace import Database, database_of, open_storage

_log = logging.getLogger("server_stub")
_DATABASE = "THONGTHIN_SERVER_DATABASE"
"""How a worker process is told which database it serves: not on its command line, where every user could read a password."""
_FOLDER = "THONGTHIN_SERVER_FOLDER"
"""And where its files are."""
_MOVED_TO = "THONGTHIN_SERVER_MOVED_TO"
"""And where the server went, if it did."""
_FILES = "THONGTHIN_SERVER_FILES"
"""The same for the folder of files; empty: beside the database."""
_FILE_LIMITS = "THONGTHIN_SERVER_FILE_LIMITS"
"""The same for the bytes of one file and of all files of a stream, a space between."""


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
    keep_garbage_rare()
    database = database_of(os.environ[_DATABASE], Path(os.environ[_FOLDER]))
    largest, of_stream = map(int, os.environ[_FILE_LIMITS].split())
    try:
        storage = open_storage(database, must_exist=True)
    except AppError as error:
        # A worker that is started anew while the database is away: the one who watches over the workers tries again.
        _log.error("%s", error)  # a sentence, not a trace
        raise SystemExit(1) from error
    return create_app(
        storage, BY_TYPE, now, os.urandom, cache_folder=database.folder / "downloads",
        files_folder=files_folder(database, os.environ[_FILES]), file_limits=FileLimits(largest, of_stream),
        moved_to=os.environ.get(_MOVED_TO, ""),
    )  # fmt: skip


def files_folder(database: Database, named: str) -> Path:
    """Where contents of files are kept: as named, else beside the database."""
    return Path(named) if named else database.folder / "files"


class _Announcing(uvicorn.Server):
    """Says that it is ready once it answers."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._line, flush=True)


def serve(
    database: Database,
    *,
    host: str,
    port: int,
    workers: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    files: Path | None = None,
    file_limits: FileLimits | None = None,
    moved_to: str = "",
) -> None:
    """Serves until it is told to stop. Port 0 takes a free one, which the line "ready" names. Raises Unavailable or Correctable."""
    if tls_cert is not None:
        _check_certificate(tls_cert, tls_key)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    limits = file_limits or FileLimits()
    os.environ[_DATABASE], os.environ[_FOLDER] = database.url, str(database.folder)
    os.environ[_MOVED_TO] = moved_to
    os.environ[_FILES] = str(files.absolute()) if files else ""
    os.environ[_FILE_LIMITS] = f"{limits.largest} {limits.stream}"
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
