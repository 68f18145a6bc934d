"""What is to mend: every record this desk may write is checked after it changed, in the background, and what was found is listed.

    a record changes --> it, what it points to and what points to it are checked again --> findings, errors and warnings
    mending.catch_up()   checks for a moment and says how many are left; call until 0, in the background

The list counts down as people mend. A problem of severity info is shown on the form alone.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from desktop.services.grants import may_write
from desktop.storage import findings
from desktop.storage.connection import Connection
from desktop.storage.database import Changed
from desktop.storage.findings import Finding, FindingKind, Place
from desktop.storage.rows import Key, Row
from records.checks import Problem, Severity
from records.kinds import Reference

if TYPE_CHECKING:
    from desktop.services.office import Office

_BATCH = 25
_SPAN = 250
"""Records looked at in one step when all of a type are gone through."""
_MOST_DEPENDENT = 200
"""Records that point to a changed one and are checked again; the rest follow when they change themselves."""
_FEW = 500
"""Changed records up to this number are looked for by id; after more, all of their type are looked through."""
_SMALL = 500
"""Types with at most so many records are checked whole at each start."""
_AT_ONCE_S = 0.03


@dataclass(frozen=True)
class ToMend:
    """How things stand."""

    errors: int
    """Records with an error: they cannot be handed in."""
    records: int
    """Records with an error or a warning."""
    kinds: tuple[FindingKind, ...]


class Mending:
    """Checks in the background and lists what was found."""

    def __init__(self, office: "Office") -> None:
        self._office = office
        self._lock = threading.Lock()
        self._dirty: dict[str, set[str]] = {}
        """By type, the ids that may have to be checked."""
        self._places: dict[str, Place] = {name: Place() for name in office.catalogue}
        """By type, where the look through all records goes on."""
        self._is_new_day = set(office.catalogue)
        """Types that were not gone through since the program started."""
        office.database.subscribe(self._hear)

    def _hear(self, changed: Changed) -> None:
        types = changed.types & self._office.catalogue.keys() if changed.types else self._office.catalogue.keys()
        is_few = bool(changed.types) and len(changed.ids) <= _FEW
        with self._lock:
            for record_type in types:
                if is_few:
                    self._dirty.setdefault(record_type, set()).update(changed.ids)
                else:
                    self._places[record_type] = Place()

    @property
    def is_done(self) -> bool:
        """Whether every record is checked as it is now."""
        return not self._dirty and not self._places

    def catch_up(self, seconds: float = _AT_ONCE_S) -> bool:
        """Checks for about that long; False when nothing is left. Raises Unavailable when the disk is full."""
        until = time.monotonic() + seconds
        streams = self._streams()
        while time.monotonic() < until:
            with self._lock:
                record_type = min(self._dirty, default="")
                ids = self._taken(record_type)
                place = None if record_type else next(iter(self._places.items()), None)
            if record_type:
                left = self._check_some(record_type, streams[record_type], ids, until)
                with self._lock:
                    self._put_back(record_type, left)
            elif place is not None:
                self._look_through(*place, streams[place[0]])
            else:
                return False
        return not self.is_done

    def run(self) -> None:
        """Checks everything that is not checked yet, however long it takes: the command line."""
        while self.catch_up(seconds=1.0):
            pass

    def to_mend(self) -> ToMend:
        """Counts what is to mend now."""
        types = self._office.catalogue.keys()
        with self._office.database.reading() as connection:
            return ToMend(
                findings.count(connection, types, Severity.ERROR.value),
                findings.count(connection, types),
                tuple(findings.kinds(connection, types)),
            )

    def listed(
        self, types: Iterable[str] | None = None, severity: str = "", text_th: str = "", *, limit: int = 200, offset: int = 0
    ) -> list[Finding]:
        """What is to mend, errors first; of some types, of one severity or of one kind of fault."""
        wanted = tuple(types) if types is not None else tuple(self._office.catalogue)
        with self._office.database.reading() as connection:
            return findings.listed(connection, wanted, severity, text_th, limit=limit, offset=offset)

    # -- checking --

    def _streams(self) -> dict[str, frozenset[str]]:
        """By type, the streams whose records people at this desk can mend."""
        granted = self._office.streams
        return {
            name: frozenset(one.stream for one in granted if may_write(one, spec.area)) for name, spec in self._office.catalogue.items()
        }

    def _taken(self, record_type: str) -> set[str]:
        """Takes a batch out of what is to be checked: who writes one of them meanwhile puts it in anew."""
        known = self._dirty.get(record_type, set())
        taken = set(islice(known, _BATCH))
        known -= taken
        if not known:
            self._dirty.pop(record_type, None)
        return taken

    def _put_back(self, record_type: str, ids: set[str]) -> None:
        if ids:
            self._dirty.setdefault(record_type, set()).update(ids)

    def _is_checked(self, record_type: str) -> bool:
        return not all(field.kept_by_program for field in self._office.catalogue[record_type].fields)

    def _look_through(self, record_type: str, place: Place, streams: frozenset[str]) -> None:
        """Goes through some more records of a type and notes which are to be checked."""
        keys: list[Key] = []
        following: Place | None = None
        is_new_day = record_type in self._is_new_day
        if self._is_checked(record_type):
            with self._office.database.reading() as connection:
                keys, old, following = findings.look_through(connection, record_type, place, streams, is_new_day=is_new_day, limit=_SPAN)
                if is_new_day and place == Place() and findings.is_small(connection, record_type, _SMALL):
                    old = findings.all_of(connection, record_type, streams)
            if old:
                with self._office.database.write() as connection:
                    findings.again(connection, old)
                keys += old
        with self._lock:
            self._put_back(record_type, {key[2] for key in keys})
            if self._places.get(record_type) is place:
                if following is None:
                    del self._places[record_type]
                    self._is_new_day.discard(record_type)
                else:
                    self._places[record_type] = following

    def _check_some(self, record_type: str, streams: frozenset[str], ids: set[str], until: float) -> set[str]:
        """Checks some records of a type; returns the ids that time did not suffice for."""
        if not self._is_checked(record_type):
            return set()
        with self._office.database.reading() as connection:
            rows = findings.unchecked(connection, record_type, streams, ids)
            gone = findings.gone(connection, record_type, ids)
            marks = {row.id: findings.marks(connection, row) for row in rows}
        checked: list[tuple[Row, list[Problem]]] = []
        for row in rows:
            if checked and time.monotonic() > until:
                break
            problems = self._office.records.check(record_type, row.fields, row.id, row.stream)
            checked.append((row, [one for one in problems if one.severity is not Severity.INFO]))
        left = {row.id for row in rows[len(checked) :]}
        if not checked and not gone:
            return left
        with self._office.database.write() as connection:
            again: set[Key] = set()
            for row, problems in checked:
                if marks[row.id][1] != findings.AGAIN:
                    again |= self._dependent(connection, row) | self._doubles(row, problems)
            for key in gone:
                again |= self._around(connection, key)
            findings.drop(connection, gone)
            findings.again(connection, again)
            for row, problems in checked:
                findings.keep(connection, row, marks[row.id][0], problems)
        with self._lock:
            for _, other, record_id in again:
                self._put_back(other, {record_id})
        return left

    def _dependent(self, connection: Connection, row: Row) -> set[Key]:
        """Records whose check may say otherwise now: what it points to, what points to it, and what was taken for its double."""
        spec = self._office.catalogue[row.type]
        found = self._around(connection, (row.stream, row.type, row.id))
        for field in spec.fields:
            value = row.fields.get(field.name)
            if isinstance(field.kind, Reference) and field.kind.to and isinstance(value, str):
                found.add((row.stream, field.kind.to, value))
        return found - {(row.stream, row.type, row.id)}

    def _around(self, connection: Connection, key: Key) -> set[Key]:
        """Records that point to one, and those that were taken for its doubles."""
        stream, record_type, record_id = key
        found = set(findings.pointing_to(connection, record_type, record_id, _MOST_DEPENDENT))
        if spec_key := self._office.catalogue[record_type].key:
            found.update(findings.with_field(connection, stream, record_type, spec_key[-1], _MOST_DEPENDENT))
        return found

    def _doubles(self, row: Row, problems: Sequence[Problem]) -> set[Key]:
        """Records with the same natural key: they were checked before this one became their double."""
        spec = self._office.catalogue[row.type]
        if not spec.key or not any(one.field == spec.key[-1] for one in problems):
            return set()
        wanted = {name: row.fields[name] for name in spec.key if name in row.fields}
        twins = self._office.store.by_key(row.type, wanted, row.stream)[:_MOST_DEPENDENT]
        return {(twin.stream, twin.type, twin.id) for twin in twins if twin.id != row.id}
