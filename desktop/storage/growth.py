"""Makes the file agree with the catalogue: new tables, new nullable columns, new indexes, and values that now have a column.

What each table was made from is kept in the setting `tables`; when it equals what the catalogue says, opening costs one read. Rows are moved
by what they hold on the wire, so nothing is downloaded again and nothing is lost: what has no column goes to `_extra`, what has one leaves it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from desktop.storage import migrations, search, state
from desktop.storage.columns import decoder
from desktop.storage.connection import Connection
from desktop.storage.failures import too_new
from desktop.storage.schema import ENVELOPE, UNKNOWN, Table, is_nullable, quoted
from records.changes import SCHEMA, Snapshot
from records.kinds import Json

if TYPE_CHECKING:
    from desktop.storage.database import Database

CACHE_KIB = 64_000
"""What the database keeps in memory during a large download and while its indexes are made, each of which reads the whole table."""
_TABLES = "tables"
_SCHEMA = "schema"
_BATCH = 5_000

Description = dict[str, Any]


def is_due(connection: Connection) -> bool:
    """Whether opening changes the schema of a file that has one: by a migration or because the catalogue grew. Raises Refused as `grow`."""
    if not connection.value("PRAGMA user_version"):
        return False
    return migrations.is_behind(connection) or _described(connection) != (SCHEMA, _wanted(connection))


def _wanted(connection: Connection) -> dict[str, Description]:
    return {table.name: table.description() for table in connection.tables.by_type.values()}


def grow(connection: Connection) -> None:
    """Brings the record tables up to the catalogue. Raises Refused when a newer catalogue wrote the file."""
    wanted = _wanted(connection)
    if _described(connection) == (SCHEMA, wanted):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        _, present = _described(connection)
        for table in connection.tables.by_type.values():
            _grow_table(connection, table, present.get(table.name))
        for name in present.keys() - wanted.keys():
            _put_away(connection, name, present[name])
        state.set_setting(connection, _TABLES, msgspec.json.encode(wanted).decode())
        state.set_setting(connection, _SCHEMA, str(SCHEMA))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.changed_types.clear()
        connection.changed_ids.clear()


def put_off_indexes(connection: Connection, types: Collection[str]) -> None:
    """Takes the indexes off those of these types that have no record yet, for a large download: made once, they cost a third.

    The file says in the same transaction that it lacks them: `make_indexes` makes them, or the next opening where nobody came to that.
    Until then lists are right all the same, only slower.
    """
    _, present = _described(connection)
    empty = [table for table in map(connection.tables.of, types) if table.spec and present.get(table.name, {}).get("indexes")]
    empty = [table for table in empty if not connection.value(f"SELECT EXISTS (SELECT 1 FROM {quoted(table.name)})")]
    for table in empty:
        for name in present[table.name]["indexes"]:
            connection.execute(f"DROP INDEX IF EXISTS {quoted(name)}")
        present[table.name]["indexes"] = {}
    if empty:
        state.set_setting(connection, _TABLES, msgspec.json.encode(present).decode())


def make_indexes(database: "Database", cancelled: Callable[[], bool] = lambda: False) -> None:
    """Makes the indexes that were put off, each in a transaction of its own, so that nobody waits for all of them; for the background."""
    with database.reading() as connection:
        _, present = _described(connection)
        tables = [table for table in connection.tables.by_type.values() if table.name in present]
        lacking = [(table, one) for table in tables for one in table.indexes() if one[0] not in present[table.name]["indexes"]]
        records = max((connection.value(f"SELECT max(rowid) FROM {quoted(table.name)}") or 0 for table, _ in lacking), default=0)
        with connection.roomy(records, CACHE_KIB):
            for table, (name, columns) in lacking:
                if cancelled():
                    return
                _make_index(database, table.name, name, columns)


def _make_index(database: "Database", table: str, index: str, columns: Sequence[str]) -> None:
    with database.write() as connection:
        _, present = _described(connection)
        if index not in present[table]["indexes"]:
            _create_index(connection, table, index, columns)
            present[table]["indexes"][index] = list(columns)
            state.set_setting(connection, _TABLES, msgspec.json.encode(present).decode())


def _described(connection: Connection) -> tuple[int, dict[str, Description]]:
    number = int(state.setting(connection, _SCHEMA) or 0)
    if number > SCHEMA:
        raise too_new()
    return number, msgspec.json.decode(state.setting(connection, _TABLES) or "{}")


def _grow_table(connection: Connection, table: Table, before: Description | None) -> None:
    after = table.description()
    if before == after:
        return
    if before is None:
        _create(connection, table)
        _adopt(connection, table)
    else:
        _alter(connection, table, before, after)
    _index(connection, table, (before or {}).get("indexes", {}))


def _create(connection: Connection, table: Table) -> None:
    # Slow to import: only when the catalogue grew.
    from sqlite_utils import Database as SqliteUtils

    columns = {name: int if _sql_type(table, name) == "INTEGER" else str for name in table.names}
    database = SqliteUtils(connection, recursive_triggers=False, execute_plugins=False)
    not_null = [name for name in table.names if not is_nullable(name)]
    database.create_table(table.name, columns, pk=("_stream", "_id"), not_null=not_null, strict=True)


def _sql_type(table: Table, name: str) -> str:
    if name in ENVELOPE:
        return ENVELOPE[name]
    return next((column.spec.kind.sql_type for column in table.columns if column.name == name), "TEXT")


def _adopt(connection: Connection, table: Table) -> None:
    """Moves records of a type that was unknown until now into its table."""
    unknown = connection.tables.unknown
    spec = table.spec
    if spec is None:
        return
    found = connection.execute(f"{unknown.select} WHERE _type = ?", (spec.type,)).fetchall()
    _write(connection, table, [(unknown.snapshot(values), values[12], values[13]) for values in found])
    connection.execute(f"DELETE FROM {UNKNOWN} WHERE _type = ?", (spec.type,))


def _alter(connection: Connection, table: Table, before: Description, after: Description) -> None:
    old, new = before["columns"], after["columns"]
    added_sorts = set(after["sorts"]) - set(before["sorts"])
    only_adds = all(new.get(name) == column for name, column in old.items()) and added_sorts <= new.keys() - old.keys()
    if only_adds and set(before["sorts"]) <= set(after["sorts"]):
        from sqlite_utils import Database as SqliteUtils

        there = SqliteUtils(connection, recursive_triggers=False, execute_plugins=False).table(table.name)
        for name in [*(new.keys() - old.keys()), *(f"_sort_{name}" for name in added_sorts)]:
            there.add_column(name, int if _sql_type(table, name) == "INTEGER" else str)
        for batch in _batches(connection, table.name, _type_of(table), old, "WHERE _extra IS NOT NULL"):
            _write(connection, table, batch)
    else:
        former = f"{table.name}__former"
        for name in before["indexes"]:
            connection.execute(f"DROP INDEX IF EXISTS {quoted(name)}")
        connection.execute(f"ALTER TABLE {quoted(table.name)} RENAME TO {quoted(former)}")
        _create(connection, table)
        for batch in _batches(connection, former, _type_of(table), old, ""):
            _write(connection, table, batch)
        connection.execute(f"DROP TABLE {quoted(former)}")
        before["indexes"] = {}
    if before["search"] != after["search"]:
        for batch in _batches(connection, table.name, _type_of(table), new, ""):
            search.update(connection, table, [snapshot for snapshot, _, _ in batch])


def _type_of(table: Table) -> str:
    return table.spec.type if table.spec else ""


def _put_away(connection: Connection, name: str, before: Description) -> None:
    """Keeps the records of a type the catalogue no longer has, whole, among the unknown ones."""
    record_type = name.removeprefix("record_")
    for batch in _batches(connection, name, record_type, before["columns"], ""):
        unknown = connection.tables.unknown
        connection.executemany(unknown.upsert, [unknown.values(snapshot, waiting, refused) for snapshot, waiting, refused in batch])
        for snapshot, _, _ in batch:
            search.remove(connection, snapshot.stream, [snapshot.id])
    connection.execute(f"DROP TABLE {quoted(name)}")


Stored = tuple[Snapshot, bool, str]


def _batches(connection: Connection, name: str, record_type: str, columns: dict[str, Sequence[str]], where: str) -> Iterator[list[Stored]]:
    """The rows of a table as the description it was made from says, in batches; rows may be rewritten meanwhile, for they keep their rowid."""
    names = ", ".join(map(quoted, (*ENVELOPE, *columns)))
    last = 0
    decoders = [(column, decoder(codec)) for column, (codec, _) in columns.items()]
    unknown = connection.tables.unknown
    condition = f"{where} AND" if where else "WHERE"
    while True:
        sql = f"SELECT rowid, {names} FROM {quoted(name)} {condition} rowid > ? ORDER BY rowid LIMIT ?"
        rows = connection.execute(sql, (last, _BATCH)).fetchall()
        if not rows:
            return
        last = rows[-1][0]
        batch: list[Stored] = []
        for _, *values in rows:
            fields: dict[str, Json] = {}
            for (column, decode), value in zip(decoders, values[len(ENVELOPE) :], strict=True):
                if value is not None:
                    fields[column] = decode(value) if decode else value
            # The table of unknown types reads an envelope whose fields are all in `_extra`.
            envelope = unknown.snapshot((*values[: len(ENVELOPE)], record_type))
            snapshot = msgspec.structs.replace(envelope, fields={**fields, **envelope.fields})
            batch.append((snapshot, bool(values[12]), values[13]))
        yield batch


def _write(connection: Connection, table: Table, batch: Sequence[Stored]) -> None:
    connection.executemany(table.upsert, [table.values(snapshot, waiting, refused) for snapshot, waiting, refused in batch])
    if table.spec:
        search.update(connection, table, [snapshot for snapshot, _, _ in batch])


def _index(connection: Connection, table: Table, before: dict[str, list[str]]) -> None:
    wanted = dict(table.indexes())
    for name, columns in before.items():
        if list(wanted.get(name, ())) != columns:
            connection.execute(f"DROP INDEX IF EXISTS {quoted(name)}")
    for name, indexed in wanted.items():
        _create_index(connection, table.name, name, indexed)


def _create_index(connection: Connection, table: str, name: str, columns: Sequence[str]) -> None:
    connection.execute(f"CREATE INDEX IF NOT EXISTS {quoted(name)} ON {quoted(table)} ({', '.join(map(quoted, columns))})")
