"""How files travel: what is to be sent, what is to be fetched, what was refused. `file_uses.catch_up` comes before any question.

Functions that write take a connection inside `write()`. Times are RFC 3339 UTC text; nothing is ordered by them but retries.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from desktop.storage import attachments
from desktop.storage.connection import Connection
from desktop.storage.outbox import LONGEST_RETRY
from records.kinds.times import rfc3339
from records.protocol import Problem

SMALL = 256 * 1024
"""Bytes up to which a document always comes by itself: photographs, seals, a scanned page."""
KEPT_UNUSED = timedelta(days=30)
"""How long a document that no record names any more stays on this computer after the server has it."""
_KEEP = "files_kept"
_ASKED = "files_asked"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Travelling:
    """A file on its way."""

    stream: str
    sha256: str
    size: int
    """Bytes."""
    name: str
    """As a record calls it; empty when no record here names it any more."""
    media_type: str
    upload: str
    """The server's id of the unfinished upload; empty when there is none."""
    failures: int


@dataclass(frozen=True)
class FileState:
    """How one file stands on this computer."""

    sha256: str
    is_here: bool
    is_sent: bool
    """The server has it, in every stream that names it, as far as is known; False for one no saved record names."""
    is_named: bool
    """A saved record names it."""
    is_wished: bool
    """A person asked for it and it has not come."""
    size_here: int
    """Bytes that have come."""
    problem: Problem | None
    """Why it did not go or come; None when nothing is wrong."""


class Listed(NamedTuple):
    """A file a living record names."""

    stream: str
    type: str
    id: str
    """Of the record."""
    sha256: str
    name: str
    size: int
    media_type: str
    is_here: int
    is_sent: int
    is_wished: int


_COLUMNS = """
    SELECT file_state.stream, file_state.sha256, coalesce(file.size, file_state.size), coalesce(file_use.name, ''),
        coalesce(file_use.media_type, ''), file_state.upload, file_state.failures
    FROM file_state LEFT JOIN file ON file.sha256 = file_state.sha256
        LEFT JOIN file_use ON file_use.sha256 = file_state.sha256 AND file_use.stream = file_state.stream AND file_use.id = (
            SELECT min(id) FROM file_use AS first WHERE first.sha256 = file_state.sha256 AND first.stream = file_state.stream)"""
_STREAMS = """
    WITH RECURSIVE s (name) AS (
        SELECT min(stream) FROM file_state
        UNION ALL SELECT (SELECT min(stream) FROM file_state WHERE stream > name) FROM s WHERE name IS NOT NULL)
    SELECT name FROM s WHERE name IS NOT NULL"""
_DUE = "(file_state.retry_at IS NULL OR file_state.retry_at NOT BETWEEN ? AND ?)"
# The bounds: later than now, and no further off than any delay; what lies further off was written by a clock that was wrong.
_LIVING = """EXISTS (SELECT 1 FROM file_use AS living
    WHERE living.sha256 = file_state.sha256 AND living.stream = file_state.stream AND living.is_deleted = 0)"""


def streams_with_files(connection: Connection) -> frozenset[str]:
    """The streams of which a record ever named a file here: one step of the primary key for each, not one for each file."""
    return frozenset(row[0] for row in connection.execute(_STREAMS))


def to_send(connection: Connection, stream: str, now: datetime, limit: int) -> list[Travelling]:
    """Files of the stream that are here and the server lacks, those due now, small ones first."""
    sql = f"{_COLUMNS} WHERE file_state.stream = ? AND file_state.is_here = 1 AND file_state.is_sent = 0 AND {_DUE} ORDER BY file_state.size LIMIT ?"
    return [Travelling(*row) for row in connection.execute(sql, (stream, *_delays(now), limit))]


def to_fetch(connection: Connection, stream: str, now: datetime, limit: int) -> list[Travelling]:
    """Files of the stream that are not here and are to be: first those asked for, then small ones, then those of types that are kept."""
    due = _delays(now)
    chosen: list[tuple[str, tuple[object, ...]]] = [("file_state.wished_at IS NOT NULL", ()), ("file_state.size <= ?", (SMALL,))]
    kept = kept_types(connection).get(stream, frozenset())
    if "*" in kept:
        chosen.append(("1", ()))
    elif kept:
        of_types = "AND kept.is_deleted = 0 AND kept.type IN (SELECT value FROM json_each(?))"
        same = "kept.sha256 = file_state.sha256 AND kept.stream = file_state.stream"
        chosen.append((f"EXISTS (SELECT 1 FROM file_use AS kept WHERE {same} {of_types})", (msgspec.json.encode(sorted(kept)).decode(),)))
    found: dict[str, Travelling] = {}
    # One question each: every one of them stops at its limit along an index.
    for condition, bound in chosen:
        sql = (
            f"{_COLUMNS} WHERE file_state.stream = ? AND file_state.is_here = 0 AND {_DUE} AND {condition} AND {_LIVING}"
            " ORDER BY file_state.size LIMIT ?"
        )
        for row in connection.execute(sql, (stream, *due, *bound, limit)):
            found.setdefault(row[1], Travelling(*row))
    return list(found.values())[:limit]


def _delays(now: datetime) -> tuple[str, str]:
    """The first and the last moment until which something may be put off now."""
    return rfc3339(now + timedelta(seconds=1)), rfc3339(now + LONGEST_RETRY)


def waiting(connection: Connection) -> tuple[int, int]:
    """How many files wait to be sent, and the bytes of them."""
    count, size = connection.execute("SELECT count(*), coalesce(sum(size), 0) FROM file_state WHERE is_here = 1 AND is_sent = 0").fetchone()
    return count, size


def troubled(connection: Connection) -> list[tuple[Travelling, Problem]]:
    """Files the server did not take, and why."""
    rows = connection.execute(
        f"{_COLUMNS.replace('SELECT', 'SELECT file_state.problem,', 1)} "
        "WHERE file_state.problem IS NOT NULL AND file_state.is_here = 1 AND file_state.is_sent = 0 ORDER BY file_state.sha256"
    )
    return [(Travelling(*row[1:]), msgspec.json.decode(row[0], type=Problem)) for row in rows]


def begun(connection: Connection, file: Travelling, upload: str) -> None:
    """Remembers where the rest of a file goes; empty: its upload begins anew."""
    _set(connection, file, "upload = ?", upload)


def sent(connection: Connection, file: Travelling) -> None:
    """The server of its stream has it."""
    _set(connection, file, "is_sent = 1, upload = '', problem = NULL, retry_at = NULL, failures = 0")


def failed(connection: Connection, file: Travelling, problem: Problem, retry_at: datetime) -> None:
    """Remembers why it did not go or come, and when it is tried again."""
    encoded = msgspec.json.encode(problem).decode()
    _set(connection, file, "problem = ?, retry_at = ?, failures = failures + 1", encoded, rfc3339(retry_at))


def ask_again(connection: Connection, stream: str, hashes: Collection[str] | None = None) -> None:
    """The server may have lost these files of the stream (all: None): those that are here are offered again."""
    if hashes is None:
        connection.execute("UPDATE file_state SET is_sent = 0, upload = '' WHERE stream = ?", (stream,))
        return
    connection.executemany(
        "UPDATE file_state SET is_sent = 0, upload = '' WHERE stream = ? AND sha256 = ?", [(stream, one) for one in hashes]
    )


def has_sent(connection: Connection, stream: str) -> bool:
    """Whether the server ever had a file of the stream that is here."""
    return bool(connection.value("SELECT 1 FROM file_state WHERE stream = ? AND is_sent = 1 AND is_here = 1 LIMIT 1", stream))


def unsent_contents(connection: Connection) -> list[str]:
    """Contents that are here and that the server of some stream is not known to have, those no saved record names among them.

    Asked of a file of any age: one from before documents travelled has none.
    """
    if connection.value("SELECT 1 FROM sqlite_master WHERE name = 'file_state'") is None:
        return []
    sql = """
        SELECT sha256 FROM file WHERE is_whole = 1 AND (
            EXISTS (SELECT 1 FROM file_state WHERE file_state.sha256 = file.sha256 AND file_state.is_sent = 0)
            OR NOT EXISTS (SELECT 1 FROM file_state WHERE file_state.sha256 = file.sha256))
        ORDER BY sha256"""
    return [sha256 for (sha256,) in connection.execute(sql)]


def wish(connection: Connection, sha256: str, now: datetime) -> None:
    """A person asks for a file: it comes with the next round, whatever is kept."""
    sql = "UPDATE file_state SET wished_at = ?, retry_at = NULL WHERE sha256 = ? AND is_here = 0"
    connection.execute(sql, (rfc3339(now), sha256))


def of_file(connection: Connection, sha256: str) -> list[Travelling]:
    """The file in each stream whose records name it."""
    return [Travelling(*row) for row in connection.execute(f"{_COLUMNS} WHERE file_state.sha256 = ?", (sha256,))]


def state_of(connection: Connection, sha256: str) -> FileState:
    """How one file stands."""
    rows = connection.execute("SELECT is_sent, wished_at, problem FROM file_state WHERE sha256 = ?", (sha256,)).fetchall()
    is_here = attachments.is_here(connection, sha256)
    partly = 0 if is_here else connection.value("SELECT coalesce(sum(length(content)), 0) FROM file_block WHERE sha256 = ?", sha256)
    problem = next((text for _, _, text in rows if text is not None), None)
    return FileState(
        sha256,
        is_here,
        bool(rows) and all(is_sent for is_sent, _, _ in rows),
        bool(rows),
        any(wished for _, wished, _ in rows) and not is_here,
        attachments.size_of(connection, sha256) or 0 if is_here else partly,
        msgspec.json.decode(problem, type=Problem) if problem else None,
    )


def listed(connection: Connection, stream: str | None = None) -> Iterator[Listed]:
    """Every file a living record names, once per record, by stream and name."""
    sql = """
        SELECT file_use.stream, file_use.type, file_use.id, file_use.sha256, file_use.name, file_use.size, file_use.media_type,
            file_state.is_here, file_state.is_sent, file_state.wished_at IS NOT NULL
        FROM file_use JOIN file_state ON file_state.stream = file_use.stream AND file_state.sha256 = file_use.sha256
        WHERE file_use.is_deleted = 0 AND (?1 IS NULL OR file_use.stream = ?1) ORDER BY file_use.stream, file_use.name, file_use.id"""
    return map(Listed._make, connection.execute(sql, (stream,)))


def named_by(connection: Connection, stream: str, sha256: str) -> tuple[str, str] | None:
    """Type and id of a living record that names the file; None when none does."""
    sql = "SELECT type, id FROM file_use WHERE sha256 = ? AND stream = ? AND is_deleted = 0 ORDER BY id LIMIT 1"
    found = connection.execute(sql, (sha256, stream)).fetchone()
    return None if found is None else (found[0], found[1])


def kept_types(connection: Connection) -> Mapping[str, frozenset[str]]:
    """By stream: the record types whose documents are all kept on this computer; `*` for every type."""
    text = connection.value("SELECT value FROM setting WHERE name = ?", _KEEP)
    found: dict[str, frozenset[str]] = msgspec.json.decode(text, type=dict[str, frozenset[str]]) if text else {}
    return found


def keep_types(connection: Connection, stream: str, types: Collection[str]) -> None:
    """From now on keeps the documents of these types of a stream; none: only small ones and those asked for."""
    kept = {**kept_types(connection), stream: frozenset(types)}
    text = msgspec.json.encode({name: sorted(found) for name, found in sorted(kept.items()) if found}).decode()
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (_KEEP, text)
    )


def asked_at(connection: Connection, stream: str) -> str:
    """When the server was last asked which files it lacks, RFC 3339 UTC; empty: never."""
    text = connection.value("SELECT value FROM setting WHERE name = ?", f"{_ASKED}:{stream}")
    return text or ""


def note_asked(connection: Connection, stream: str, now: datetime) -> None:
    """The server was just asked."""
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (f"{_ASKED}:{stream}", rfc3339(now)),
    )


def ask_soon(connection: Connection, stream: str) -> None:
    """The server lost data: it is asked in this round which files it lacks, not a day later."""
    if has_sent(connection, stream):
        note_asked(connection, stream, _LONG_AGO)


def prune(connection: Connection, now: datetime) -> int:
    """Takes away contents that no record has named for KEPT_UNUSED and the server has; returns how many. One not sent is never touched."""
    used = "EXISTS (SELECT 1 FROM file_use WHERE file_use.sha256 = file.sha256 AND file_use.is_deleted = 0)"
    connection.execute(f"UPDATE file SET unused_since = NULL WHERE unused_since IS NOT NULL AND {used}")
    connection.execute(f"UPDATE file SET unused_since = ? WHERE unused_since IS NULL AND NOT {used}", (rfc3339(now),))
    gone = connection.execute(
        "SELECT sha256 FROM file WHERE is_whole = 1 AND unused_since < ? "
        "AND EXISTS (SELECT 1 FROM file_state WHERE file_state.sha256 = file.sha256) "
        "AND NOT EXISTS (SELECT 1 FROM file_state WHERE file_state.sha256 = file.sha256 AND is_sent = 0)",
        (rfc3339(now - KEPT_UNUSED),),
    ).fetchall()
    for (sha256,) in gone:
        attachments.forget(connection, sha256)
    return len(gone)


def _set(connection: Connection, file: Travelling, what: str, *values: object) -> None:
    connection.execute(f"UPDATE file_state SET {what} WHERE stream = ? AND sha256 = ?", (*values, file.stream, file.sha256))
