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
from server_stub.storage.base import Storage
from server_stub.workplace import database_of, open_storage

DATABASE = "THONGTHIN_BENCHMARK_SERVER"
"""The environment variable with the server's database: a file, or the address of one on PostgreSQL."""
_FOLDER = "THONGTHIN_BENCHMARK_FOLDER"


def now() -> datetime:
    """The time: aware, UTC."""
    return datetime.now(UTC)


def create_app() -> FastAPI:
    """The application, for uvicorn."""
    folder = Path(os.environ[_FOLDER])
    storage = open_storage(database_of(os.environ[DATABASE], folder), must_exist=False)
    keep_garbage_rare()
    return create_server(storage, CATALOGUE, now, os.urandom, cache_folder=folder)


class ProductServer:
    """A server's database and the process that serves it; starting it again keeps the address."""

    def __init__(self, folder: Path, port: int | None = None, workers: int = 1, url: str | None = None) -> None:
        """Makes the file's folder; a copy of a folder served on the same port is the same server to its desks.

        Args:
            url: A database on PostgreSQL instead of the file.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "server.db"
        self._url = url or str(self.path)
        self.port = port or free_port()
        self.process_id = 0
        """While it runs."""
        self._workers = workers

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serves; gives the address."""
        settings = {DATABASE: self._url, _FOLDER: str(self.path.parent)}
        with uvicorn("benchmarks.product_server:create_app", self.port, settings, workers=self._workers) as self.process_id:
            yield f"http://127.0.0.1:{self.port}"

    def storage(self) -> Storage:
        """The store, to prepare it."""
        return open_storage(database_of(self._url, self.path.parent), must_exist=False)

    def code(self, account: str, streams: list[str]) -> str:
        """An enrolment code of an account that may write these streams whole."""
        storage = self.storage()
        try:
            auth = Auth(storage, now, os.urandom)
            auth.add_account(account, "office-admin", [f"{stream}:write:*" for stream in streams])
            return auth.new_code(account)
        finally:
            storage.close()
