"""Checks law 1 on a whole file: every row is project(snapshot, pending changes), and nothing is kept that should not be."""

from collections.abc import Iterator

from desktop.storage import outbox
from desktop.storage.connection import Connection
from desktop.storage.held import held
from desktop.storage.mirror import refusal, shown_snapshot
from desktop.storage.rows import Key
from desktop.storage.schema import Table


def check_projection(connection: Connection) -> list[str]:
    """What breaks law 1 in the file, in English, by record; empty when nothing does.

    Besides the rows: the mirror holds exactly the records with pending changes that the server has, only the first change of a record is in
    flight, refused or has a base, and the search entries are those of the rows that are not deleted.
    """
    faults: list[str] = []
    pending = _pending(connection)
    shown: set[Key] = set()
    for table in connection.tables.all():
        for key, fault in _rows(connection, table, pending):
            shown.add(key)
            if fault:
                faults.append(f"{'/'.join(key)}: {fault}")
    for key, entries in pending.items():
        if key not in shown and shown_snapshot(key, held(connection, key), entries) is not None:
            faults.append(f"{'/'.join(key)}: pending changes without a row")
        states = [entry.state for entry in entries]
        if len(states) > 1 and (
            states[0] not in ("in_flight", "waiting") or any(e.state != "waiting" or e.change.base for e in entries[1:])
        ):
            faults.append(f"{'/'.join(key)}: changes in states {states}")
    mirrored = {(row[0], row[1], row[2]) for row in connection.execute("SELECT stream, type, id FROM mirror")}
    faults += [f"{'/'.join(key)}: in the mirror without pending changes" for key in mirrored - pending.keys()]
    return faults


def _pending(connection: Connection) -> dict[Key, list[outbox.Pending]]:
    found: dict[Key, list[outbox.Pending]] = {}
    for entry in outbox.everything(connection):
        found.setdefault((entry.change.stream, entry.change.type, entry.change.id), []).append(entry)
    return found


def _rows(connection: Connection, table: Table, pending: dict[Key, list[outbox.Pending]]) -> Iterator[tuple[Key, str]]:
    entries = {
        (row[0], row[1], row[2]): (row[3], row[4]) for row in connection.execute("SELECT stream, type, id, title, text FROM search_entry")
    }
    for values in connection.execute(table.select).fetchall():
        snapshot = table.snapshot(values)
        key = (snapshot.stream, snapshot.type, snapshot.id)
        changes = pending.get(key, [])
        fault = ""
        if not changes:
            if values[12] or values[13]:
                fault = "marked as waiting without pending changes"
            elif snapshot.version < 1:
                fault = "neither on the server nor waiting"
        else:
            expected = shown_snapshot(key, held(connection, key), changes)
            if expected != snapshot:
                fault = f"shows {snapshot}, not {expected}"
            elif not values[12] or values[13] != refusal(changes):
                fault = "not marked as its pending changes say"
        found = None if snapshot.deleted or not table.spec else table.search_texts([snapshot.fields])[0]
        if not fault and entries.get(key) != found:
            fault = "its search entry differs"
        yield key, fault
