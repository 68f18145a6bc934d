"""The central server as it runs, with the workload's record type in its catalogue; and what an administrator does on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI

from benchmarks.processes import free_port, uvicorn
from benchmarks.work_item import CATALOGUE
from server_stub.app import create_app as create_server
from server_stub.auth import Auth
from server_stub.serving import keep_garbage_rare
from server_stub.storage.sqlite import SqliteStorage

DATABASE = "THONGTHIN_BENCHMARK_SERVER"
"""The environment variable with the server's file."""


def now() -> datetime:
    """The time: aware, UTC."""
    return datetime.now(UTC)


def create_app() -> FastAPI:
    """The application, for uvicorn."""
    path = Path(os.environ[DATABASE])
    keep_garbage_rare()
    return create_server(SqliteStorage(path), CATALOGUE, now, os.urandom, cache_folder=path.parent)


class ProductServer:
    """A server's file and the process that serves it; starting it again keeps the address."""

    def __init__(self, folder: Path, port: int | None = None, workers: int = 1) -> None:
        """Makes the file's folder; a copy of a folder served on the same port is the same server to its desks."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "server.db"
        self.port = port or free_port()
        self.process_id = 0
        """While it runs."""
        self._workers = workers

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serves; gives the address."""
        settings = {DATABASE: str(self.path)}
        with uvicorn("benchmarks.product_server:create_app", self.port, settings, workers=self._workers) as self.process_id:
            yield f"http://127.0.0.1:{self.port}"

    def code(self, account: str, streams: list[str]) -> str:
        """An enrolment code of an account that may write these streams whole."""
        storage = SqliteStorage(self.path)
        try:
            auth = Auth(storage, now, os.urandom)
            auth.add_account(account, "office-admin", [f"{stream}:write:*" for stream in streams])
            return auth.new_code(account)
        finally:
            storage.close()
