"""Numbered points at which a program is killed: before and after each commit, fsync, rename, request sent and reply received.

Put in by wrapping from outside, in the process that is to die; the product has no switch for it.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from desktop.storage.connection import Connection
from desktop.sync.transport import HttpTransport
from server_stub.storage.postgres import PostgresStorage
from server_stub.storage.sqlite import SqliteStorage


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
        """Points around what makes files durable and puts them in their place."""
        for name in ("fsync", "replace", "rename"):
            setattr(os, name, self.around(name, getattr(os, name)))

    def watch_desk(self) -> None:
        """Points around every commit of a desk and every request and reply."""
        execute = Connection.execute

        def watched(connection: Connection, sql: str, *given: Any) -> Any:
            work = self.around("commit", execute) if sql == "COMMIT" else execute
            return work(connection, sql, *given)

        Connection.execute = watched
        HttpTransport._sent = self.around("request", HttpTransport._sent)  # type: ignore[method-assign]
        HttpTransport._taken = self.around("reply", HttpTransport._taken)  # type: ignore[method-assign]

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
