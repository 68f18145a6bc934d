"""Copies of the data file and files set aside: looking whether one is sound, giving it another key, reading what still waits in it.

None of these files is open as the `Database` of an office. What is damaged is read as far as it goes.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from desktop.storage import attachments, file_states, outbox, state
from desktop.storage.connection import Connection, DatabaseError, connect, translating
from desktop.storage.failures import in_use, translated
from desktop.storage.outbox import Pending
from desktop.storage.rows import Key
from desktop.storage.schema import Tables, quoted
from desktop.storage.state import NOT_COUNTED, Identity, Numbered, StreamState
from records.changes import Snapshot
from records.errors import AppError

T = TypeVar("T")
_ALONE_MS = 2_000
"""How long another process may take to let go of the file before a person is asked to close it."""
_OLDER = "SELECT substr(content, ?, ?) FROM attachment WHERE sha256 = ?"
_HASH = re.compile(r'"([0-9a-f]{64})"')
_SNAPSHOT = msgspec.json.Decoder(Snapshot)


@dataclass(frozen=True)
class Examined:
    """What a copy holds."""

    schema: int
    """Number of migrations it has had."""
    counts: Mapping[str, int]
    """Records that are not deleted, by type; types without any are left out."""
    waiting: int
    """Changes that the server had not taken."""
    problems: tuple[str, ...]
    """What is wrong with it, in English for the log; empty when it is sound."""


def examine(path: Path, key: bytes) -> Examined:
    """Opens a copy with the key, checks every page and counts its records. Raises Refused (wrong key, damaged), Unavailable."""
    with translating(), closing(connect(path, key, Tables({}), journal_mode="DELETE")) as connection:
        problems = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
        problems += [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        counts: dict[str, int] = {}
        if not problems:
            names = connection.execute(
                r"SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'record\_%' ESCAPE '\'"
            ).fetchall()
            for (name,) in names:
                count = connection.value(f"SELECT count(*) FROM {quoted(name)} WHERE _deleted = 0")
                if count:
                    counts[name.removeprefix("record_")] = count
        waiting = 0 if problems else connection.value("SELECT count(*) FROM outbox")
        return Examined(connection.value("PRAGMA user_version"), counts, waiting, tuple(problems))


def rekey(path: Path, key: bytes, new_key: bytes) -> None:
    """Encrypts a copy with another key, in place. Raises Refused, Unavailable."""
    with translating(), closing(connect(path, key, Tables({}), journal_mode="DELETE")) as connection:
        connection.execute(f"PRAGMA rekey = \"x'{new_key.hex()}'\"")


def settle_alone(path: Path, key: bytes) -> None:
    """Moves the write-ahead log into the file, so that it is one file. Raises Unavailable `in-use` while another process has it open."""
    try:
        with closing(connect(path, key, Tables({}))) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_ALONE_MS}").fetchone()
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except DatabaseError as error:
        known = translated(error)
        if known is not None and known.code == "locked":
            raise in_use() from error
        raise known or error from error


@dataclass(frozen=True)
class Left:
    """What a file set aside still holds that nowhere else is."""

    pending: tuple[Pending, ...] = ()
    """Changes the server has not taken, in the order of the queue."""
    observed: Mapping[Key, Snapshot] = field(default_factory=dict)
    """The server's snapshots on which these changes build."""
    streams: tuple[StreamState, ...] = ()
    identity: Identity | None = None
    counter: Numbered = NOT_COUNTED
    """The number of its last request; 0 when that could not be read."""
    window: str | None = None
    """What the window remembered, drafts among it."""
    documents: tuple[str, ...] = ()
    """Hashes of the documents that these changes name, and of those the server is not known to have, that are here, whole and right;
    `documents_of` reads them."""
    is_whole: bool = True
    """Whether all of this could be read."""


def left_in(path: Path, key: bytes) -> Left:
    """Reads what waits in a file, as far as it can be read; a file that does not open at all has nothing. Changes nothing of importance:
    at most its write-ahead log moves into it."""
    try:
        with closing(connect(path, key, Tables({}))) as connection:
            return _left(connection)
    except (DatabaseError, AppError):
        return Left(is_whole=False)


def _left(connection: Connection) -> Left:
    reader = _Reader(connection)
    if not connection.value("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'outbox_change'"):
        # A file of before changes were kept apart from their marks; nothing of it is written.
        connection.execute("CREATE TEMP VIEW outbox_change AS SELECT position, change FROM outbox")
    pending = tuple(reader.read(lambda: outbox.everything(connection)) or reader.one_by_one())
    observed: dict[Key, Snapshot] = {}
    for change in (one.change for one in pending):
        found = reader.read(partial(_observed, connection, (change.stream, change.type, change.id)))
        if found is not None:
            observed[(found.stream, found.type, found.id)] = found
    hashes = {sha for one in pending for sha in _HASH.findall(msgspec.json.encode(one.change.set).decode())}
    # A document goes after its record: that of a change which went in may still be nowhere but here.
    unsent = set(reader.read(lambda: file_states.unsent_contents(connection)) or ())
    documents = _Documents(connection)
    found_whole = tuple(sha256 for sha256 in sorted(hashes | unsent) if reader.read(partial(documents.is_right, sha256)))
    reader.is_whole = reader.is_whole and unsent <= set(found_whole)
    return Left(
        pending,
        observed,
        tuple(reader.read(lambda: state.streams(connection)) or ()),
        reader.read(lambda: state.identity(connection)),
        reader.read(lambda: state.numbered(connection)) or NOT_COUNTED,
        reader.read(lambda: state.setting(connection, state.WINDOW)),
        found_whole,
        reader.is_whole,
    )


def _observed(connection: Connection, key: Key) -> Snapshot | None:
    text = connection.value("SELECT snapshot FROM mirror WHERE stream = ? AND type = ? AND id = ?", *key)
    return None if text is None else _SNAPSHOT.decode(text)


Documents = Callable[[str], Iterator[bytes]]
"""The content of a hash, a block at a time."""


@contextmanager
def documents_of(path: Path, key: bytes) -> Iterator[Documents]:
    """Opens a file to read documents from it; nothing of them is ever in memory, or on the disk unencrypted, as a whole."""
    with translating(), closing(connect(path, key, Tables({}))) as connection:
        yield _Documents(connection).blocks


class _Documents:
    """The documents of a file, also of one that was made before they were kept in blocks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_older = bool(connection.value("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'attachment'"))

    def blocks(self, sha256: str) -> Iterator[bytes]:
        """The content; nothing when it is not here whole."""
        return self._older_blocks(sha256) if self._is_older else attachments.blocks(self._connection, sha256)

    def _older_blocks(self, sha256: str) -> Iterator[bytes]:
        number = 0
        while block := self._connection.value(_OLDER, number * attachments.BLOCK + 1, attachments.BLOCK, sha256):
            yield block
            number += 1

    def is_right(self, sha256: str) -> bool:
        """Whether it is here, and every byte as it was."""
        digest = hashlib.sha256()
        for block in self.blocks(sha256):
            digest.update(block)
        return digest.hexdigest() == sha256


class _Reader:
    """Reads from a file that may be damaged: what fails is noted, not raised."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_whole = True

    def read(self, work: Callable[[], T]) -> T | None:
        """What the work answers; None when the file is damaged there."""
        try:
            return work()
        except (DatabaseError, msgspec.DecodeError):
            self.is_whole = False
            return None

    def one_by_one(self) -> list[Pending]:
        """The changes of the queue from both its ends, up to where the damage is."""
        if self.is_whole:
            return []
        found: dict[int, Pending] = {}
        for order in ("ASC", "DESC"):
            last: int | None = None
            while True:
                entry = self.read(partial(self._after, order, last))
                if entry is None or entry.position in found:
                    break
                found[entry.position] = entry
                last = entry.position
        return [found[position] for position in sorted(found)]

    def _after(self, order: str, last: int | None) -> Pending | None:
        return outbox.next_of_queue(self._connection, last, is_backwards=order == "DESC")
