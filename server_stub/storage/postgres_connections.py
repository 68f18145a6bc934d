"""The connections of one process: a few, shared by its threads, made when needed and thrown away when they break.

A pool of our own: it starts no thread, writes no log line and tells a stale connection by the first statement of a transaction, where
nothing has happened yet and a fresh one can take its place unseen.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed

from server_stub.storage.postgres_address import PostgresAddress
from server_stub.storage.postgres_errors import crowded, translated

Connection = psycopg.Connection[tuple[Any, ...]]
_PATIENCE_S = 30.0


class Connections:
    """Lends connections to threads. Safe to use from several."""

    def __init__(self, address: PostgresAddress, *, most: int) -> None:
        """`most`: connections that are open at once; a thread that needs one more waits."""
        self.address = address
        self._free: list[Connection] = []
        self._guard = threading.Lock()
        self._room = threading.BoundedSemaphore(most)
        self._is_closed = False

    @contextmanager
    def transaction(self, begin: Composed | SQL) -> Iterator[Connection]:
        """One transaction: committed at the end, taken back when it is left with an exception. Raises AppError.

        Args:
            begin: BEGIN and the settings of the transaction, in one message to the server.
        """
        if not self._room.acquire(timeout=_PATIENCE_S):
            raise crowded(self.address)
        try:
            try:
                connection = self._begun(begin)
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    self._take_back(connection)
                    raise
                self._put_back(connection)
            except psycopg.Error as error:
                raise translated(error, self.address) from error
        finally:
            self._room.release()

    def close(self) -> None:
        """Closes what is free now; what is lent is closed when it comes back."""
        with self._guard:
            self._is_closed = True
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    def _begun(self, begin: Composed | SQL) -> Connection:
        """A connection inside the transaction; one that broke while it lay idle is replaced, and so are the others."""
        with self._guard:
            waiting = self._free.pop() if self._free else None
        if waiting is not None:
            try:
                waiting.execute(begin)
            except psycopg.OperationalError:
                waiting.close()
                self._drop_free()
            except BaseException:
                waiting.close()
                raise
            else:
                return waiting
        # prepare_threshold=None: a pooler between us and the server may give every transaction another of its connections.
        connection = psycopg.connect(self.address.connection, autocommit=True, prepare_threshold=None)
        try:
            connection.execute(begin)
        except BaseException:
            connection.close()
            raise
        return connection

    def _take_back(self, connection: Connection) -> None:
        """Ends a transaction that failed; a connection that cannot even do that is thrown away."""
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()
        self._put_back(connection)

    def _put_back(self, connection: Connection) -> None:
        with self._guard:
            if not self._is_closed and not connection.closed:
                self._free.append(connection)
                return
        connection.close()

    def _drop_free(self) -> None:
        with self._guard:
            free, self._free = self._free, []
        for connection in free:
            connection.close()
