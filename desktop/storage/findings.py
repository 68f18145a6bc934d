"""What is to mend: the findings of each record's last check, and which records were not checked since they changed.

Both tables follow from the rows: they may be emptied at any time and are filled again in the background.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from desktop.storage.connection import Connection
from desktop.storage.rows import Key, Row, row_of
from desktop.storage.schema import quoted
from records.checks import Problem
from records.words import Words


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend."""

    stream: str
    type: str
    id: str
    field: str
    """Empty when it is about the whole record."""
    severity: str
    """error or warning."""
    text: Words


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of fault and how many records have it."""

    type: str
    severity: str
    text: Words
    records: int


AGAIN = ""
"""Stands for the change of a record whose own values are as they were checked, but not what it depends on."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a look through all records of a type has come."""

    stream: str = ""
    after: str = ""
    """The last id looked at."""
    is_over_rows: bool = True
    """First the records are gone through, then what was checked, for records that are not here any more."""


def look_through(
    connection: Connection, record_type: str, place: Place, streams: Collection[str], *, is_new_day: bool, limit: int
) -> tuple[list[Key], list[Key], Place | None]:
    """The next records of a type: those to be checked, those to be checked `again` and the place to go on from, None at the end.

    `is_new_day` means also those with findings: what they say of time and of distant records ages.
    """
    table = connection.tables.of(record_type)
    if place.is_over_rows:
        sql = (
            f"SELECT r._id, r._deleted, c.change_id, r._change_id, EXISTS (SELECT 1 FROM finding AS f WHERE f.stream = r._stream "
            f"AND f.type = ? AND f.id = r._id) FROM {table.name} AS r LEFT JOIN checked AS c ON c.stream = r._stream AND c.type = ? "
            "AND c.id = r._id WHERE r._stream = ? AND r._id > ? ORDER BY r._id LIMIT ?"
        )
        stream = place.stream or min(streams, default="")
        rows = connection.execute(sql, (record_type, record_type, stream, place.after, limit)).fetchall() if stream in streams else []
        due = [(stream, record_type, row[0]) for row in rows if (row[2] is not None if row[1] else row[2] != row[3])]
        old = [(stream, record_type, row[0]) for row in rows if is_new_day and row[4] and row[2] == row[3] and not row[1]]
        if len(rows) == limit:
            return due, old, Place(stream, rows[-1][0])
        following = min((one for one in streams if one > stream), default="")
        return due, old, Place(following) if following else Place(is_over_rows=False)
    stream = place.stream or str(connection.value("SELECT min(stream) FROM checked") or "")
    sql = (
        f"SELECT c.id, EXISTS (SELECT 1 FROM {table.name} AS r WHERE r._stream = c.stream AND r._id = c.id AND r._deleted = 0) "
        "FROM checked AS c WHERE c.stream = ? AND c.type = ? AND c.id > ? ORDER BY c.id LIMIT ?"
    )
    rows = connection.execute(sql, (stream, record_type, place.after, limit)).fetchall()
    due = [(stream, record_type, row[0]) for row in rows if not row[1]]
    if len(rows) == limit:
        return due, [], Place(stream, rows[-1][0], is_over_rows=False)
    following = str(connection.value("SELECT min(stream) FROM checked WHERE stream > ?", stream) or "")
    return due, [], Place(following, is_over_rows=False) if following else None


def unchecked(connection: Connection, record_type: str, streams: Collection[str], ids: Collection[str]) -> list[Row]:
    """Those of these records that changed since they were checked, or never were; deleted ones are left out."""
    table = connection.tables.of(record_type)
    sql = (
        f"{table.select} AS r WHERE r._stream = ? AND r._id IN (SELECT value FROM json_each(?)) AND +r._deleted = 0 AND NOT EXISTS "
        "(SELECT 1 FROM checked AS c WHERE c.stream = r._stream AND c.type = ? AND c.id = r._id AND c.change_id = r._change_id)"
    )
    given = msgspec.json.encode(sorted(ids)).decode()
    return [row_of(table, values) for stream in sorted(streams) for values in connection.execute(sql, (stream, given, record_type))]


def gone(connection: Connection, record_type: str, ids: Collection[str]) -> list[Key]:
    """Those of these records that were checked and are deleted or not here any more."""
    table = connection.tables.of(record_type)
    sql = (
        "SELECT c.stream, c.type, c.id FROM checked AS c WHERE c.stream = ? AND c.type = ? AND c.id IN (SELECT value FROM json_each(?)) "
        f"AND NOT EXISTS (SELECT 1 FROM {table.name} AS r WHERE r._stream = c.stream AND r._id = c.id AND r._deleted = 0)"
    )
    given = msgspec.json.encode(sorted(ids)).decode()
    found: list[Key] = []
    # Stream by stream, found in steps: the key of what was checked begins with it.
    stream = connection.value("SELECT min(stream) FROM checked")
    while stream is not None:
        found += [(row[0], row[1], row[2]) for row in connection.execute(sql, (stream, record_type, given))]
        stream = connection.value("SELECT min(stream) FROM checked WHERE stream > ?", stream)
    return found


def marks(connection: Connection, row: Row) -> tuple[str, str | None]:
    """The change that made the row what it is, and the one it was checked at: AGAIN when it must be looked at again, None for never."""
    table = connection.tables.of(row.type)
    now = connection.value(f"SELECT _change_id FROM {table.name} WHERE _stream = ? AND _id = ?", row.stream, row.id)
    return str(now), connection.value(
        "SELECT change_id FROM checked WHERE stream = ? AND type = ? AND id = ?", row.stream, row.type, row.id
    )


def keep(connection: Connection, row: Row, change_id: str, problems: Sequence[Problem]) -> None:
    """Writes what the check of a record found, in the place of what the check before it found."""
    key = (row.stream, row.type, row.id)
    connection.execute("DELETE FROM finding WHERE stream = ? AND type = ? AND id = ?", key)
    connection.executemany(
        "INSERT INTO finding (stream, type, id, place, field, severity, text_th, text_en) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*key, place, one.field, one.severity.value, one.text.th, one.text.en) for place, one in enumerate(problems)],
    )
    connection.execute(
        "INSERT INTO checked (stream, type, id, change_id) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET change_id = excluded.change_id",
        (*key, change_id),
    )


def again(connection: Connection, keys: Iterable[Key]) -> None:
    """Has these records checked again; what was found before stays until then."""
    connection.executemany(f"UPDATE checked SET change_id = '{AGAIN}' WHERE stream = ? AND type = ? AND id = ?", list(keys))


def is_small(connection: Connection, record_type: str, most: int) -> bool:
    """Whether a type has at most so many records."""
    table = connection.tables.of(record_type)
    return int(connection.value(f"SELECT count(*) FROM (SELECT 1 FROM {table.name} LIMIT ?)", most + 1)) <= most


def all_of(connection: Connection, record_type: str, streams: Collection[str]) -> list[Key]:
    """The records of a small type, deleted ones left out."""
    table = connection.tables.of(record_type)
    rows = connection.execute(f"SELECT _stream, _id FROM {table.name} WHERE _deleted = 0").fetchall()
    return [(row[0], record_type, row[1]) for row in rows if row[0] in streams]


def drop(connection: Connection, keys: Iterable[Key]) -> None:
    """Drops what is known of records that were deleted."""
    dropped = list(keys)
    connection.executemany("DELETE FROM finding WHERE stream = ? AND type = ? AND id = ?", dropped)
    connection.executemany("DELETE FROM checked WHERE stream = ? AND type = ? AND id = ?", dropped)


def with_field(connection: Connection, stream: str, record_type: str, field: str, limit: int) -> list[Key]:
    """Records of a type that have a finding beside a field."""
    sql = "SELECT DISTINCT stream, type, id FROM finding WHERE stream = ? AND type = ? AND field = ? LIMIT ?"
    return [(row[0], row[1], row[2]) for row in connection.execute(sql, (stream, record_type, field, limit))]


def pointing_to(connection: Connection, record_type: str, record_id: str, limit: int) -> list[Key]:
    """Records that refer to one, deleted ones left out."""
    found: list[Key] = []
    for table, field in connection.tables.referrers.get(record_type, ()):
        if table.spec is None or len(found) >= limit:
            continue
        sql = f"SELECT _stream, _id FROM {table.name} WHERE _deleted = 0 AND {quoted(field)} = ? LIMIT ?"
        found += [(row[0], table.spec.type, row[1]) for row in connection.execute(sql, (record_id, limit - len(found)))]
    return found


def count(connection: Connection, types: Collection[str], severity: str = "") -> int:
    """How many records of these types have something to mend."""
    sql, parameters = _scope(types, severity)
    return int(connection.value(f"SELECT count(*) FROM (SELECT DISTINCT stream, type, id FROM finding WHERE {sql})", *parameters))


def kinds(connection: Connection, types: Collection[str]) -> list[FindingKind]:
    """What is wrong, errors first, then the most frequent."""
    sql, parameters = _scope(types, "")
    rows = connection.execute(
        f"SELECT type, severity, text_th, text_en, count(DISTINCT id) AS n FROM finding WHERE {sql} "
        "GROUP BY severity, type, text_th ORDER BY severity, n DESC, type, text_th",
        parameters,
    )
    return [FindingKind(row[0], row[1], Words(row[2], row[3]), row[4]) for row in rows]


def listed(
    connection: Connection, types: Collection[str], severity: str = "", text_th: str = "", *, limit: int = 200, offset: int = 0
) -> list[Finding]:
    """The findings themselves, errors first; `text_th` narrows to one kind of fault."""
    sql, parameters = _scope(types, severity)
    if text_th:
        sql, parameters = f"{sql} AND text_th = ?", [*parameters, text_th]
    rows = connection.execute(
        f"SELECT stream, type, id, field, severity, text_th, text_en FROM finding WHERE {sql} "
        "ORDER BY severity, type, text_th, stream, id, place LIMIT ? OFFSET ?",
        (*parameters, limit, offset),
    )
    return [Finding(row[0], row[1], row[2], row[3], row[4], Words(row[5], row[6])) for row in rows]


def _scope(types: Collection[str], severity: str) -> tuple[str, list[str]]:
    sql, parameters = "type IN (SELECT value FROM json_each(?))", [msgspec.json.encode(sorted(types)).decode()]
    return (f"{sql} AND severity = ?", [*parameters, severity]) if severity else (sql, parameters)
