"""Records of one stream that have the same natural key, and the pairs of which a person said that they are not the same."""

from collections.abc import Sequence

import msgspec

from desktop.storage.connection import Connection
from desktop.storage.schema import quoted


def same_key(connection: Connection, record_type: str, key: Sequence[str], required: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """(stream, ids) of the records, not deleted, whose `key` fields are equal: two ids or more, those made first in front.

    Fields of the key that are `required` must have a value; in the others none equals none.
    """
    table = quoted(connection.tables.of(record_type).name)
    columns = ", ".join(quoted(name) for name in key)
    filled = "".join(f" AND {quoted(name)} IS NOT NULL" for name in required)
    sql = f"""
        SELECT _stream, json_group_array(_id ORDER BY _id) FROM {table} WHERE _deleted = 0{filled}
        GROUP BY _stream, {columns} HAVING count(*) > 1
    """
    return [(stream, tuple(msgspec.json.decode(ids, type=list[str]))) for stream, ids in connection.execute(sql).fetchall()]


def tell_apart(connection: Connection, record_type: str, one: str, other: str) -> None:
    """Remembers that two records are not the same; inside `write()`."""
    connection.execute("INSERT OR IGNORE INTO not_same (type, one, other) VALUES (?, ?, ?)", (record_type, *sorted((one, other))))


def take_together(connection: Connection, record_type: str, one: str, other: str) -> None:
    """Forgets it again; inside `write()`."""
    connection.execute("DELETE FROM not_same WHERE type = ? AND one = ? AND other = ?", (record_type, *sorted((one, other))))


def told_apart(connection: Connection) -> set[tuple[str, str, str]]:
    """Every (type, one, other) a person told apart; the ids in order."""
    return {(row[0], row[1], row[2]) for row in connection.execute("SELECT type, one, other FROM not_same").fetchall()}
