"""What the people of a desk do with its program: one act each, as services do it."""

from collections.abc import Collection
from typing import Any, cast

import msgspec

from desktop.storage import attachments, state
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.errors import Correctable
from records.kinds import Json
from records.words import Words
from tests.simulation import papers
from tests.simulation.computer import Computer
from tests.simulation.kinds import FLOW, TOKEN_FIELDS, token_fields

WORD = Words("งาน", "work")
BOOK, BOOK_YEAR = "1", 2570


class Working(Computer):
    """A computer that people work at."""

    @property
    def writable(self) -> list[str]:
        """The streams it believes that it may write."""
        with self.database.reading() as connection:
            return [one.stream for one in state.streams(connection) if not one.read_only]

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The token fields its program knows, by type."""
        return token_fields(self.generation, locking=self.locking)

    def rows_of(
        self, types: Collection[str] = tuple(TOKEN_FIELDS), streams: Collection[str] | None = None, *, deleted: bool = False
    ) -> list[Row]:
        """The records of these types in these streams, in no order; None for the streams it is granted to write."""
        writable = [name for name, one in self.session.grants.items() if one.may_write] if streams is None else streams
        found = [row for one in types if one in self.catalogue for row in self.store.find(Query(one, deleted=deleted)).rows]
        return [row for row in found if row.stream in writable and row.deleted == deleted]

    def save(self, stream: str, record_type: str, record_id: str | None, values: dict[str, Json], gone: Collection[str] = ()) -> Row:
        """One act of one save."""
        with self.store.act(self.account, WORD) as act:
            return self.store.save(stream, record_type, record_id, values, gone, act=act)

    def attach(self, row: Row, content: bytes, name: str) -> None:
        """One act that lays a document in a record, its content kept in a transaction before, as a form does it."""
        with self.using.database.write() as connection:
            file = attachments.add(connection, content, name, "text/plain")
        held = cast(list[Json], row.fields.get("papers") or [])
        self.save(row.stream, row.type, row.id, {"papers": papers.with_one(held, file)})

    def delete(self, row: Row) -> None:
        """One act of one deletion."""
        with self.store.act(self.account, WORD) as act:
            self.store.delete(row.stream, row.type, row.id, act=act)

    def restore(self, row: Row) -> None:
        """One act of one restore."""
        with self.store.act(self.account, WORD) as act:
            self.store.restore(row.stream, row.type, row.id, act=act)

    def save_together(self, edits: Collection[tuple[Row, dict[str, Json]]]) -> None:
        """One act whose changes reach the server together or not at all."""
        group = self.store.new_id()
        with self.store.act(self.account, WORD) as act:
            for row, values in edits:
                self.store.save(row.stream, row.type, row.id, values, act=act, group=group)

    def issue(self, stream: str, record_id: str, values: dict[str, Json]) -> int:
        """Issues a receipt with the next number, one transaction as in `services/receipts.py`; returns the number."""
        with self.using.database.write() as connection:
            number = self.using.numbering.next_number(connection, stream, BOOK, BOOK_YEAR)
            numbered = {**values, "book": BOOK, "number": number, "fiscal_year": BOOK_YEAR, "state": "issued"}
            self.save(stream, "receipt", record_id, numbered)
        return number

    def settle(self, conflict: Row, choice: str) -> None:
        """Settles a conflict: every field gets mine, or theirs stays; the entry and the record in one group."""
        fields = conflict.fields
        record = self.store.get(str(fields["record_type"]), str(fields["record_id"]), conflict.stream)
        details = details_of(conflict)
        values = {str(d["name"]): d["mine"] for d in details if "mine" in d and not str(d["name"]).startswith("_")}
        gone = [str(d["name"]) for d in details if "mine" not in d and not str(d["name"]).startswith("_")]
        group = self.store.new_id()
        settled: dict[str, Json] = {"state": "settled", "settled_by": self.account, "settled_at": "2026-11-22T09:00:00Z"}
        with self.store.act(self.account, WORD) as act:
            self.store.save(conflict.stream, "conflict", conflict.id, settled, act=act, group=group)
            if choice == "mine" and record is not None and not record.deleted and record.type in self.catalogue:
                self.store.save(conflict.stream, record.type, record.id, values, gone, act=act, group=group)

    def undo(self) -> list[Row]:
        """Takes the last act back; the records it touched."""
        try:
            return self.store.undo_last(self.account).undone
        except Correctable:
            return []

    def next_state(self, row: Row) -> str | None:
        """A state this record may go to from here; None when it is at its end."""
        here = row.fields.get("state")
        steps = FLOW.steps_from(str(here) if here else None, ("head",) if self.account == self.head else ())
        return self.random.choice(steps).target if steps else None


def details_of(conflict: Row) -> list[dict[str, Json]]:
    """The details of a conflict, one per field."""
    return msgspec.convert(conflict.fields["details"], list[dict[str, Any]])
