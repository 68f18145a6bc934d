"""People: who may be whom, who holds what on a day, which terms end soon.

find_alike(first, last, citizen_id)  -->  persons that may be the same, with the reason
holders_on(day)  -->  seats of the office with who sits in them, vacant ones too
ending_soon(days)  -->  terms that end, with the day by which an election must follow
"""

import threading
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from desktop.storage import duplicates
from desktop.storage.database import Changed
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.kinds import Json
from records.thai.sounds import sound_of
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

SAME_ID = Words("เลขประจำตัวประชาชนเดียวกัน", "The same citizen id")
SAME_NAME = Words("ชื่อและชื่อสกุลเดียวกัน", "The same name")
SAME_SOUND = Words("ชื่อออกเสียงเหมือนกัน", "The name sounds the same")
SAME_BIRTH = Words("ชื่อและวันเกิดเดียวกัน แต่ชื่อสกุลต่างกัน", "The same first name and date of birth, another last name")
_RANKED = (SAME_ID, SAME_NAME, SAME_BIRTH, SAME_SOUND)
_COLUMNS = ("first_name", "last_name", "citizen_id", "birth_date")
_MOST = 8
_MOST_PAIRS = 500


@dataclass(frozen=True)
class Alike:
    """A person who may be the one looked for."""

    row: Row
    reason: Words

    def as_json(self, language: Language) -> dict[str, Json]:
        """The shape of the command line."""
        return {"id": self.row.id, "reason": say(self.reason, language), "record": self.row.as_json()}


@dataclass(frozen=True)
class _Known:
    """What of a person tells them from others."""

    first: str
    last: str
    citizen_id: str
    birth: str

    @cached_property
    def sound(self) -> tuple[str, str]:
        return sound_of(self.first), sound_of(self.last)

    @property
    def born(self) -> tuple[str, str]:
        return self.sound[0], self.birth


class _Index:
    """Every person by what finds them; built once, then kept in step with what is written."""

    def __init__(self) -> None:
        self.known: dict[str, _Known] = {}
        self.by_sound: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.by_birth: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.by_id: defaultdict[str, set[str]] = defaultdict(set)

    def put(self, person_id: str, one: _Known) -> None:
        self.take(person_id)
        self.known[person_id] = one
        if all(one.sound):
            self.by_sound[one.sound].add(person_id)
        if one.birth:
            self.by_birth[one.born].add(person_id)
        if one.citizen_id:
            self.by_id[one.citizen_id].add(person_id)

    def take(self, person_id: str) -> None:
        one = self.known.pop(person_id, None)
        if one is not None:
            self.by_sound[one.sound].discard(person_id)
            self.by_birth[one.born].discard(person_id)
            self.by_id[one.citizen_id].discard(person_id)


class People:
    """Finds persons."""

    def __init__(self, office: "Office") -> None:
        self._office = office
        self._lock = threading.Lock()
        self._index: _Index | None = None
        self._stale: set[str] = set()
        office.store.database.subscribe(self._written)

    def find_alike(
        self, first: str, last: str, citizen_id: str | None = None, birth_date: str | None = None, *, without: str = ""
    ) -> list[Alike]:
        """The persons who may be this one, the surest first, eight at the most.

        Two people of one name with two citizen ids are two people and are not offered.

        Args:
            citizen_id: 13 digits.
            birth_date: ISO.
            without: the id of the person looked from.
        """
        one = _Known(" ".join(first.split()), " ".join(last.split()), citizen_id or "", birth_date or "")
        with self._lock:
            found = self._found(self._current(), one)
        found.pop(without, None)
        order = sorted(found.items(), key=lambda pair: _RANKED.index(pair[1]))[:_MOST]
        rows = {row.id: row for row in self._office.store.rows("person", [person_id for person_id, _ in order])}
        return [Alike(rows[person_id], reason) for person_id, reason in order if person_id in rows and not rows[person_id].deleted]

    def pairs(self, limit: int = _MOST_PAIRS) -> list[tuple[Row, Alike]]:
        """The pairs of persons in the register who may be one and whom nobody told apart, each said once."""
        with self._office.database.reading() as connection:
            apart = {(one, other) for record_type, one, other in duplicates.told_apart(connection) if record_type == "person"}
        with self._lock:
            index = self._current()
            found: dict[tuple[str, str], Words] = {}
            # The surest first; groups of one, which are nearly all, cost nothing.
            for groups in (index.by_id, index.by_birth, index.by_sound):
                for group in groups.values():
                    for one, other in combinations(sorted(group), 2) if len(group) > 1 else ():
                        reason = self._found(index, index.known[one]).get(other)
                        if reason is not None and len(found) < limit and (one, other) not in apart:
                            found[one, other] = reason
        rows = {row.id: row for row in self._office.store.rows("person", list(dict.fromkeys(one for pair in found for one in pair)))}
        return [(rows[one], Alike(rows[other], reason)) for (one, other), reason in found.items() if one in rows and other in rows]

    @staticmethod
    def _found(index: _Index, one: _Known) -> dict[str, Words]:
        found: dict[str, Words] = {}
        if one.citizen_id:
            found = dict.fromkeys(index.by_id.get(one.citizen_id, ()), SAME_ID)
        if one.first and one.birth:
            for person_id in index.by_birth.get(one.born, ()):
                if not _are_two(one, index.known[person_id]):
                    found.setdefault(person_id, SAME_BIRTH)
        if all(one.sound):
            for person_id in index.by_sound.get(one.sound, ()):
                other = index.known[person_id]
                if not _are_two(one, other) and found.get(person_id) is not SAME_ID:
                    found[person_id] = SAME_NAME if (one.first, one.last) == (other.first, other.last) else SAME_SOUND
        return found

    def _current(self) -> _Index:
        """The index, brought up to date."""
        if self._index is None:
            self._stale.clear()
            index = _Index()
            for person_id, *values in self._office.store.values(Query("person"), _COLUMNS):
                index.put(person_id, _Known(*(str(value or "") for value in values)))
            self._index = index
        elif self._stale:
            stale = list(self._stale)
            self._stale.clear()
            rows = {row.id: row for row in self._office.store.rows("person", stale)}
            for person_id in stale:
                row = rows.get(person_id)
                if row is None or row.deleted:
                    self._index.take(person_id)
                else:
                    self._index.put(person_id, _Known(*(str(row.fields.get(name) or "") for name in _COLUMNS)))
        return self._index

    def _written(self, changed: Changed) -> None:
        if changed.types and "person" not in changed.types:
            return
        if changed.ids:
            self._stale |= changed.ids
        else:
            self._index = None


def _are_two(one: _Known, other: _Known) -> bool:
    """Whether two citizen ids prove that they are two people."""
    return bool(one.citizen_id and other.citizen_id and one.citizen_id != other.citizen_id)
