"""Which records name which files: noted by triggers of the record tables, so that no way of writing a row forgets it.

    row written  -->  triggers of record_<type>  -->  file_look  -- catch_up -->  file_use, file_state (one line per file and stream)

A row that names no file costs one look at its nested columns; what a row names is read by records.file_names, as on the server.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from desktop.storage import rows
from desktop.storage.connection import Connection
from desktop.storage.schema import Table, quoted
from records.file_names import named_files

if TYPE_CHECKING:
    from desktop.storage.database import Database

_BATCH = 500
_STATE = """
    INSERT OR IGNORE INTO file_state (stream, sha256, size, is_here, is_sent)
    VALUES (?, ?, ?, EXISTS (SELECT 1 FROM file WHERE sha256 = ? AND is_whole = 1), 0)"""
_USE = "INSERT OR IGNORE INTO file_use (stream, id, sha256, type, name, size, media_type, is_deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def watch(connection: Connection) -> None:
    """Makes the triggers that are not there or are of another catalogue, and marks the rows of their tables; a sound file costs one read."""
    there = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%:file_%'").fetchall())
    wanted = {table: dict(_triggers(table)) for table in connection.tables.all()}
    stale = [table for table, triggers in wanted.items() if any(there.get(name) != sql for name, sql in triggers.items())]
    if not stale:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for table in stale:
            for name, sql in wanted[table].items():
                connection.execute(f"DROP TRIGGER IF EXISTS {quoted(name)}")
                connection.execute(sql)
            look = f"SELECT _stream, {_type_of(table, '')}, _id FROM {quoted(table.name)} WHERE {_names('', table)}"
            connection.execute(f"INSERT OR IGNORE INTO file_look (stream, type, id) {look}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def catch_up(database: "Database") -> None:
    """Notes what the rows written since the last time name; to be called before uses or states of files are asked for."""
    while True:
        with database.reading() as connection:
            if connection.value("SELECT 1 FROM file_look LIMIT 1") is None:
                return
        with database.write() as connection:
            looked = connection.execute("SELECT stream, type, id FROM file_look LIMIT ?", (_BATCH,)).fetchall()
            for stream, record_type, record_id in looked:
                _note(connection, stream, record_type, record_id)
            connection.executemany("DELETE FROM file_look WHERE stream = ? AND type = ? AND id = ?", looked)


def _note(connection: Connection, stream: str, record_type: str, record_id: str) -> None:
    connection.execute("DELETE FROM file_use WHERE stream = ? AND id = ?", (stream, record_id))
    row = rows.read(connection, stream, record_type, record_id)
    for file in named_files(row.fields) if row is not None else ():
        connection.execute(
            _USE, (stream, record_id, file.sha256, record_type, file.name, file.size, file.media_type, int(row is not None and row.deleted))
        )
        connection.execute(_STATE, (stream, file.sha256, file.size, file.sha256))


def _names(row: str, table: Table) -> str:
    """Whether a row may name a file, as SQL."""
    columns = [column.name for column in table.columns if column.codec == "json"] + ["_extra"]
    return "(" + " OR ".join(f"""instr({row}{quoted(column)}, '"sha256"')""" for column in columns) + ")"


def _type_of(table: Table, row: str) -> str:
    return f"'{table.spec.type}'" if table.spec else f"{row}_type"


def _triggers(table: Table) -> Iterator[tuple[str, str]]:
    old, new = _names("OLD.", table), _names("NEW.", table)
    # No list of columns after UPDATE: looking costs less than the list takes to read at every start.
    for event, row, condition in (("INSERT", "NEW.", new), ("UPDATE", "NEW.", f"{old} OR {new}"), ("DELETE", "OLD.", old)):
        name = quoted(f"{table.name}:file_{event.lower()}")
        values = f"{row}_stream, {_type_of(table, row)}, {row}_id"
        # Not OR IGNORE: an upsert that fires the trigger puts its own way of meeting a conflict in the place of it.
        is_there = f"EXISTS (SELECT 1 FROM file_look WHERE (stream, type, id) = ({values}))"
        look = f"INSERT INTO file_look SELECT {values} WHERE NOT {is_there}"
        yield name.strip('"'), f"CREATE TRIGGER {name} AFTER {event} ON {quoted(table.name)} WHEN {condition} BEGIN {look}; END"
