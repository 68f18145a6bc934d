"""A first download while it arrives: its bytes as they travel, in the encrypted file, until all of it is here and found right.

What came before a cut need not come again, and nothing of it stands on the disk in the open.
"""

from collections.abc import Iterator

import msgspec

from desktop.storage.connection import Connection
from desktop.storage.database import Database


class Arriving(msgspec.Struct, frozen=True):
    """What is here of a stream's first download."""

    stream: str
    etag: str
    """Of the file at the server."""
    grants: str
    """The mark of the grants it was made for."""
    here: int
    """Bytes that have come."""
    size: int
    """Bytes of the whole."""


def arriving(connection: Connection, stream: str) -> Arriving | None:
    """What is here; None when nothing is."""
    row = connection.execute(
        "SELECT etag, grants, size, (SELECT coalesce(max(place + length(content)), 0) FROM arriving_block b WHERE b.stream = a.stream) "
        "FROM arriving a WHERE stream = ?",
        (stream,),
    ).fetchone()
    return None if row is None else Arriving(stream, row[0], row[1], row[3], row[2])


def begin(connection: Connection, stream: str, etag: str, grants: str, size: int) -> None:
    """Begins anew; what was here of another file goes."""
    forget(connection, stream)
    connection.execute("INSERT INTO arriving (stream, etag, grants, size) VALUES (?, ?, ?, ?)", (stream, etag, grants, size))


def add(connection: Connection, stream: str, place: int, content: bytes) -> None:
    """Keeps the bytes from a place on."""
    connection.execute("INSERT INTO arriving_block (stream, place, content) VALUES (?, ?, ?)", (stream, place, content))


def forget(connection: Connection, stream: str) -> None:
    """Lets go of what is here."""
    connection.execute("DELETE FROM arriving_block WHERE stream = ?", (stream,))
    connection.execute("DELETE FROM arriving WHERE stream = ?", (stream,))


def keep_only(connection: Connection, grants: str) -> None:
    """Lets go of what was made for other grants than these."""
    for (stream,) in connection.execute("SELECT stream FROM arriving WHERE grants <> ?", (grants,)).fetchall():
        forget(connection, stream)


def blocks(database: Database, stream: str) -> Iterator[bytes]:
    """The bytes in order, one block in memory at a time; no statement stays open between two."""
    place = 0
    while True:
        with database.reading() as connection:
            content = connection.value("SELECT content FROM arriving_block WHERE stream = ? AND place = ?", stream, place)
        if content is None:
            return
        yield content
        place += len(content)
