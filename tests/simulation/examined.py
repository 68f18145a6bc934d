"""What must always hold at a desk, and what it holds, as the laws ask for it."""

from collections.abc import Collection

import msgspec

from desktop.storage import numbers, outbox, rows, state
from desktop.storage.audit import check_projection
from desktop.storage.held import snapshot_of
from desktop.storage.rows import Row
from records.changes import Snapshot
from tests.simulation import papers
from tests.simulation.computer import Computer


class Examined(Computer):
    """A computer that is looked into."""

    def faults(self) -> list[str]:
        """What breaks law 1, or leaves a waiting change without the snapshot it stands on; asked again only after a commit."""
        with self.database.reading() as connection:
            here = (connection, connection.total_changes, connection.value("PRAGMA data_version"))
            if here == self._checked:
                return []
            self._checked = here
            found = check_projection(connection)
            firsts: set[tuple[str, str, str]] = set()
            for entry in outbox.everything(connection):
                change = entry.change
                key = (change.stream, change.type, change.id)
                if entry.problem is not None and entry.problem.code in ("number-taken", "change-id-reused"):
                    found.append(f"{'/'.join(key)}: the server says {entry.problem.code}")
                if key in firsts:
                    continue
                firsts.add(key)
                held = snapshot_of(connection, *key)
                if change.base != (held.base if held else None):
                    found.append(f"{'/'.join(key)}: waits on {change.base}, but the snapshot is {held}")
            for one in state.streams(connection):
                if one.witness_seq < one.cursor:
                    found.append(f"{one.stream}: the witness is behind the cursor")
            found += papers.half_shown(connection)
        return [f"{self.name}: {fault}" for fault in found]

    def put_by(self) -> list[str]:
        """Values kept beside the columns though the program has a column that can hold them."""
        found: list[str] = []
        with self.database.reading() as connection:
            for table in connection.tables.all():
                kinds = {column.name: column for column in table.columns}
                for values in connection.execute(f"{table.select} WHERE _extra IS NOT NULL").fetchall():
                    if table.spec is None:
                        found += [f"{values[-1]} is among the unknown types"] if values[-1] in self.catalogue else []
                        continue
                    for name, wire in msgspec.json.decode(values[14]).items():
                        if name in kinds and kinds[name].holds(wire):
                            found.append(f"{table.name}.{name} = {wire} has a column")
        return [f"{self.name}: {fault}" for fault in found]

    def witnesses(self) -> dict[str, tuple[int, str]]:
        """The highest seq it remembers to have been told, with its chain, by stream."""
        with self.database.reading() as connection:
            return {one.stream: (one.witness_seq, one.witness_chain) for one in state.streams(connection)}

    def kept(self, streams: Collection[str]) -> list[tuple[object, ...]]:
        """Rows, snapshots, pending changes and, where no new grant begins a stream anew, positions of the streams, as stored."""
        asked = [f"{table.select} WHERE _stream = ? ORDER BY _id" for table in self.database.tables.all()]
        asked += [f"SELECT * FROM {name} WHERE stream = ? ORDER BY 1, 2, 3" for name in ("mirror", "revision", "discard")]
        # A change may have been sent, and is in flight then: the server that lost data says nothing of it.
        asked.append("SELECT position, change, refusals FROM outbox JOIN outbox_change USING (position) WHERE stream = ? ORDER BY 1")
        with self.database.reading() as connection:
            held: list[tuple[object, ...]] = [
                row for stream in sorted(streams) for sql in asked for row in connection.execute(sql, (stream,)).fetchall()
            ]
            stands = [one for one in state.streams(connection) if one.stream in streams and not self.had_other_grants]
            return held + [(one.cursor, one.chain, one.witness_seq) for one in stands]

    def highest_leased(self, stream: str) -> int:
        """The highest number it may have given out."""
        with self.database.reading() as connection:
            return max((lease.last for lease in numbers.leases(connection) if lease.stream == stream), default=0)

    def lease_ids(self) -> set[str]:
        """The blocks of numbers it knows of."""
        with self.database.reading() as connection:
            return {lease.request_id for lease in numbers.leases(connection)}

    def snapshots(self, stream: str) -> dict[str, Snapshot]:
        """The server's snapshots this desk holds of a stream, by id."""
        with self.database.reading() as connection:
            found: dict[str, Snapshot] = {}
            for table in connection.tables.all():
                for values in connection.execute(f"{table.select} WHERE _stream = ?", (stream,)).fetchall():
                    shown = table.snapshot(values)
                    held = snapshot_of(connection, stream, shown.type, shown.id)
                    if held is not None:
                        found[held.id] = held
            return found

    def former(self, stream: str) -> list[Snapshot]:
        """The versions of before that it keeps whole."""
        with self.database.reading() as connection:
            found = connection.execute("SELECT content FROM revision WHERE stream = ? AND is_whole = 1", (stream,))
            return [msgspec.json.decode(row[0], type=Snapshot) for row in found]

    def waiting_text(self) -> str:
        """Everything in the outbox as one text."""
        with self.database.reading() as connection:
            return "\n".join(str(entry.change) for entry in outbox.everything(connection))

    def told_text(self) -> str:
        """What the history of this desk keeps of versions that a restored server lost, as one text."""
        with self.database.reading() as connection:
            return "\n".join(row[0] for row in connection.execute("SELECT change FROM discard WHERE reason = 'lost'"))

    def shown(self, stream: str) -> dict[str, Row]:
        """What a person sees of records without waiting changes, by id."""
        with self.database.reading() as connection:
            return {
                row.id: row
                for table in connection.tables.all()
                for row in (rows.row_of(table, v) for v in connection.execute(f"{table.select} WHERE _stream = ?", (stream,)).fetchall())
                if not row.waiting
            }
