"""Possible duplicates: the same new record typed at two desks, told by an equal natural key, of every type that has one.

pairs() --> merging.merge(type, keep, drop)     or     not_same(type, one, other), which this desk remembers

Persons are looked for more widely, by sound and date of birth: `people.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.storage import duplicates
from desktop.storage.rows import Row
from records.errors import Correctable
from records.kinds import Json
from records.record import RecordType
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

MOST = 500
"""Pairs that are listed; the others follow when these are settled."""


@dataclass(frozen=True)
class Pair:
    """Two records that are possibly one."""

    type: str
    label: Words
    """Of their type."""
    keep: Row
    """The one made first."""
    drop: Row
    fields: tuple[Words, ...]
    """The labels of the fields in which they agree: the key."""

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {"type": self.type, "stream": self.keep.stream, "keep": self.keep.id, "drop": self.drop.id}


class Duplicates:
    """Finds records that may be one."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def pairs(self, type_name: str = "", limit: int = MOST) -> tuple[Pair, ...]:
        """The pairs of a type, or of every type, that nobody told apart; looks through all records. Raises Correctable for an unknown type."""
        found: list[Pair] = []
        specs = (
            [self._office.record_type(type_name)] if type_name else [one for one in self._office.catalogue.values() if _is_looked_at(one)]
        )
        with self._office.database.reading() as connection:
            apart = duplicates.told_apart(connection)
            for spec in specs if not type_name or _is_looked_at(specs[0]) else ():
                agreed = [name for name in spec.key if spec.field(name).required] or spec.key[:1]
                for _, ids in duplicates.same_key(connection, spec.type, spec.key, agreed):
                    left = [(ids[0], other) for other in ids[1:] if (spec.type, *sorted((ids[0], other))) not in apart]
                    found += self._pairs(spec, left[: limit - len(found)])
                    if len(found) >= limit:
                        return tuple(found)
        return tuple(found)

    def _pairs(self, spec: RecordType, ids: list[tuple[str, str]]) -> list[Pair]:
        rows = self._rows(spec, {one for pair in ids for one in pair})
        labels = tuple(spec.field(name).label for name in spec.key)
        return [Pair(spec.type, spec.label, rows[one], rows[other], labels) for one, other in ids if one in rows and other in rows]

    def _rows(self, spec: RecordType, ids: set[str]) -> Mapping[str, Row]:
        return {row.id: row for row in self._office.store.rows(spec.type, sorted(ids))}

    def not_same(self, type_name: str, one: str, other: str) -> None:
        """Remembers at this desk that two records are two. Raises Correctable when one is not here, or they are one."""
        self._require(type_name, one, other)
        with self._office.database.write() as connection:
            duplicates.tell_apart(connection, type_name, one, other)

    def same_again(self, type_name: str, one: str, other: str) -> None:
        """Forgets that two records are two: they are listed again. Raises as `not_same`."""
        self._require(type_name, one, other)
        with self._office.database.write() as connection:
            duplicates.take_together(connection, type_name, one, other)

    def _require(self, type_name: str, one: str, other: str) -> None:
        if one == other:
            raise Correctable(
                Words("ต้องเป็นสองรายการ", "Two records are needed"),
                Words("รหัสทั้งสองเป็นรายการเดียวกัน ไม่มีอะไรเปลี่ยนแปลง", "Both ids are the same record; nothing was changed."),
            )
        for record_id in (one, other):
            self._office.records.get(type_name, record_id)


def _is_looked_at(spec: RecordType) -> bool:
    """Types with a natural key that people type; what the program keeps is told apart by its id."""
    return bool(spec.key) and spec.area != "platform" and not all(field.kept_by_program for field in spec.fields)
