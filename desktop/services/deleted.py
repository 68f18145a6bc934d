"""What was deleted lately, of every type, newest first: nothing that was deleted is gone, it can be restored as long as it exists."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services.grants import may_write
from desktop.storage import history
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office


@dataclass(frozen=True)
class DeletedRecord:
    """One deleted record."""

    row: Row
    label: Words
    """Of its type."""
    title: str
    who: str
    """Full name of who deleted it, as far as it is known here."""


def _row(one: history.Discard) -> Row:
    """The row a record that never left this desk had when it was deleted."""
    change = one.change
    return Row(change.stream, change.type, change.id, 0, False, True, change.set, one.discarded_at, change.made_by, "")


def deleted(office: "Office", limit: int = 200) -> tuple[DeletedRecord, ...]:
    """The records deleted last that this desk may restore."""
    granted = office.streams
    rows: list[Row] = []
    for name, spec in office.catalogue.items():
        writable = {one.stream for one in granted if may_write(one, spec.area)}
        if writable and not all(field.kept_by_program for field in spec.fields):
            found = office.store.find(Query(name, deleted=True, sort=(("_changed_at", True),), limit=limit)).rows
            rows += [row for row in found if row.stream in writable]
    with office.database.reading() as connection:
        unsent = history.deleted_unsent(connection, limit)
    rows += [_row(one) for one in unsent if one.change.type in office.catalogue]
    rows.sort(key=lambda row: row.changed_at, reverse=True)
    return tuple(
        DeletedRecord(row, office.catalogue[row.type].label, office.records.title(row), office.history.name_of(row.changed_by))
        for row in rows[:limit]
    )
