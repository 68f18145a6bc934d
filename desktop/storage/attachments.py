"""Contents of files, kept in the same encrypted file and once per content, in blocks; records name them by `FileRef`.

A content is there for others only when it is whole and its hash was checked. Functions that write take a connection inside `write()`.
"""

import hashlib
from collections.abc import Iterable, Iterator

from desktop.storage.connection import Connection
from records.kinds import FileRef

BLOCK = 256 * 1024
"""Bytes of a block; what is in memory of a file is a few of them."""
_PUT = "INSERT OR REPLACE INTO file_block (sha256, number, content) VALUES (?, ?, ?)"


def add(connection: Connection, content: bytes, name: str, media_type: str) -> FileRef:
    """Keeps the content (once, however often it is added) and returns what a record names it by."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not is_here(connection, sha256):
        begin(connection, sha256, len(content))
        put(connection, sha256, 0, [content])
        mark_whole(connection, sha256, len(content))
    return FileRef(sha256=sha256, name=name, size=len(content), media_type=media_type)


def is_here(connection: Connection, sha256: str) -> bool:
    """Whether the content is here, whole."""
    return bool(connection.value("SELECT is_whole FROM file WHERE sha256 = ?", sha256))


def begin(connection: Connection, sha256: str, size: int) -> int:
    """Makes room for a content that comes; returns how many of its bytes are here already, a multiple of BLOCK unless it is whole."""
    connection.execute("INSERT OR IGNORE INTO file (sha256, size, is_whole) VALUES (?, ?, 0)", (sha256, size))
    if is_here(connection, sha256):
        return size
    return BLOCK * int(connection.value("SELECT count(*) FROM file_block WHERE sha256 = ? AND length(content) = ?", sha256, BLOCK))


def put(connection: Connection, sha256: str, offset: int, parts: Iterable[bytes]) -> None:
    """Writes bytes from an offset that is a multiple of BLOCK on; what is no whole block may only come last."""
    number, rest = offset // BLOCK, b""
    for part in parts:
        rest += part
        while len(rest) >= BLOCK:
            connection.execute(_PUT, (sha256, number, rest[:BLOCK]))
            number, rest = number + 1, rest[BLOCK:]
    if rest:
        connection.execute(_PUT, (sha256, number, rest))


def hash_of(connection: Connection, sha256: str) -> tuple[str, int]:
    """What the bytes that are here hash to, and how many they are; of a large content to be asked outside `write()`."""
    digest, size = hashlib.sha256(), 0
    for block in _blocks(connection, sha256):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def mark_whole(connection: Connection, sha256: str, size: int) -> None:
    """Shows a content of which every byte is here and `hash_of` was found right."""
    connection.execute("UPDATE file SET is_whole = 1, size = ? WHERE sha256 = ?", (size, sha256))


def forget(connection: Connection, sha256: str) -> None:
    """Takes a content away."""
    connection.execute("DELETE FROM file WHERE sha256 = ?", (sha256,))


def size_of(connection: Connection, sha256: str) -> int | None:
    """Bytes of the content; None when it is not here."""
    found: int | None = connection.value("SELECT size FROM file WHERE sha256 = ? AND is_whole = 1", sha256)
    return found


def blocks(connection: Connection, sha256: str, offset: int = 0) -> Iterator[bytes]:
    """The content from an offset on, in blocks of at most BLOCK; nothing when it is not here whole."""
    if not is_here(connection, sha256):
        return
    skip = offset % BLOCK
    for block in _blocks(connection, sha256, offset // BLOCK):
        yield block[skip:]
        skip = 0


def content(connection: Connection, sha256: str) -> bytes | None:
    """The content of that hash, for what is small; None when it is not here (it travels apart from the record and may arrive later)."""
    return b"".join(_blocks(connection, sha256)) if is_here(connection, sha256) else None


def missing(connection: Connection, hashes: Iterable[str]) -> list[str]:
    """Those of the hashes whose content is not here, in their order."""
    return [sha256 for sha256 in dict.fromkeys(hashes) if not is_here(connection, sha256)]


def _blocks(connection: Connection, sha256: str, first: int = 0) -> Iterator[bytes]:
    # One statement per block: an open cursor would hold the write-ahead log for as long as a file takes.
    while (block := connection.value("SELECT content FROM file_block WHERE sha256 = ? AND number = ?", sha256, first)) is not None:
        yield block
        first += 1
