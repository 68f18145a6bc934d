"""Numbered points at which a program is killed: before and after each commit, fsync, rename, link, removal, request sent and reply received,
and before, in the middle of and after each write to a file.

Put in by wrapping from outside, in the process that is to die; the product has no switch for it. The writes of the databases themselves lie
below Python: there a process is killed by the system, at any byte (`killed_beyond`).
"""

import builtins
import io
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from desktop.storage.connection import Connection
from desktop.sync.transport import HttpTransport
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.sqlite import SqliteStorage


def killed_beyond(size: int) -> None:
    """From now on the process is killed by the write that brings a file beyond so many bytes, which it does up to there."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class WatchedFile:
    """A file opened for writing, with points at each write."""

    def __init__(self, file: Any, reach: Callable[[str], None]) -> None:
        self._file = file
        self._reach = reach

    def write(self, content: Any) -> int:
        """Writes the first half, so that it is there, and then the rest."""
        self._reach("before write")
        half = len(content) // 2
        if half:
            done: int = self._file.write(content[:half])
            self._file.flush()
            self._reach("middle of write")
            if done < half:
                return done
        done = half + self._file.write(content[half:])
        self._reach("after write")
        return done

    def __enter__(self) -> "WatchedFile":
        self._file.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Points:
    """Counts the points a program passes; at number `deadly` it is killed as by `kill -9`."""

    def __init__(self, deadly: int) -> None:
        """`deadly`: 1 for the first; 0 to count only."""
        self.deadly = deadly
        self.passed: list[str] = []

    def reach(self, name: str) -> None:
        """The program is here."""
        self.passed.append(name)
        if len(self.passed) == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work with a point before and after it."""

        def watched(*given: Any, **named: Any) -> Any:
            self.reach(f"before {name}")
            done = work(*given, **named)
            self.reach(f"after {name}")
            return done

        return watched

    def watch_files(self) -> None:
        """Points around what writes files, makes them durable and puts them in their place or away."""
        for name in ("fsync", "replace", "rename", "link", "unlink", "truncate", "sendfile"):
            setattr(os, name, self.around(name, getattr(os, name)))
        open_any = io.open

        def watched(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
            opened = open_any(file, mode, *given, **named)
            return WatchedFile(opened, self.reach) if set(mode) & set("wax+") else opened

        io.open = watched
        builtins.open = watched

    def watch_desk(self) -> None:
        """Points around every commit of a desk and every request and reply."""
        execute = Connection.execute

        def watched(connection: Connection, sql: str, *given: Any) -> Any:
            work = self.around("commit", execute) if sql == "COMMIT" else execute
            return work(connection, sql, *given)

        Connection.execute = watched
        HttpTransport._sent = self.around("request", HttpTransport._sent)  # type: ignore[method-assign]
        HttpTransport._taken = self.around("reply", HttpTransport._taken)  # type: ignore[method-assign]

    def watch_programs(self) -> None:
        """Points around every statement sent to PostgreSQL and every program of it."""
        for kind, name in ((psycopg.Connection, "execute"), (subprocess, "run"), (subprocess.Popen, "wait")):
            setattr(kind, name, self.around(name, getattr(kind, name)))

    def watch_server(self) -> None:
        """Points around every transaction of a server."""
        for kind in (SqliteStorage, PostgresStorage):
            for name in ("write", "directory"):
                setattr(kind, name, self._around_transaction(name, getattr(kind, name)))

    def _around_transaction(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def watched(*given: Any, **named: Any) -> Iterator[Any]:
            with work(*given, **named) as inside:
                self.reach(f"begun {name}")
                yield inside
                self.reach(f"before commit of {name}")
            self.reach(f"after commit of {name}")

        return watched
