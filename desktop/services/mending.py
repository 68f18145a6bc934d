"""What is to mend: every record this desk may write is checked after it changed, in the background, and what was found is listed.

    a record changes --> it, what it points to and what points to it are checked again --> findings, errors and warnings
    mending.catch_up()   checks for a moment and says how many are left; call until 0, in the background

The list counts down as people mend. A problem of severity info is shown on the form alone.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services.office import may_write
from desktop.storage import findings
from desktop.storage.connection import Connection
from desktop.storage.database import Changed
from desktop.storage.findings import Finding, FindingKind
from desktop.storage.rows import Key, Row
from records.checks import Problem, Severity
from records.kinds import Reference

if TYPE_CHECKING:
    from desktop.services.office import Office

_BATCH = 50
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
        self._dirty: dict[str, set[str] | None] = dict.fromkeys(office.catalogue)
        """By type, the ids that may have to be checked; None when any may."""
        self._has_begun = False
        office.database.subscribe(self._hear)

    def _hear(self, changed: Changed) -> None:
        types = changed.types & self._office.catalogue.keys() if changed.types else self._office.catalogue.keys()
        is_few = bool(changed.types) and len(changed.ids) <= _FEW
        with self._lock:
            for record_type in types:
                known = self._dirty.get(record_type, set())
                self._dirty[record_type] = known | changed.ids if is_few and known is not None else None

    @property
    def is_done(self) -> bool:
        """Whether every record is checked as it is now."""
        return not self._dirty

    def catch_up(self, seconds: float = _AT_ONCE_S) -> bool:
        """Checks for about that long; False when nothing is left. Raises Unavailable when the disk is full."""
        until = time.monotonic() + seconds
        if not self._has_begun:
            with self._office.database.write() as connection:
                findings.begin_anew(connection, _SMALL)
            self._has_begun = True
        streams = self._streams()
        while time.monotonic() < until:
            with self._lock:
                record_type = min(self._dirty, default="")
                ids = self._dirty.pop(record_type, None)
            if not record_type:
                return False
            if self._check_some(record_type, streams[record_type], ids, until):
                with self._lock:
                    later = self._dirty.get(record_type, set())
                    self._dirty[record_type] = None if ids is None or later is None else ids | later
        return bool(self._dirty)

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

    def _check_some(self, record_type: str, streams: frozenset[str], ids: set[str] | None, until: float) -> bool:
        """Checks a batch of a type; False when none is left."""
        spec = self._office.catalogue[record_type]
        if not streams or all(field.kept_by_program for field in spec.fields):
            return False
        with self._office.database.reading() as connection:
            rows = findings.unchecked(connection, record_type, streams, _BATCH, ids)
            # Looking for what was deleted reads all that was ever checked: once, at the end of a type.
            gone = findings.gone(connection, record_type, ids) if len(rows) < _BATCH else []
            marks = {row.id: findings.marks(connection, row) for row in rows}
        checked: list[tuple[Row, list[Problem]]] = []
        for row in rows:
            if checked and time.monotonic() > until:
                break
            problems = self._office.records.check(record_type, row.fields, row.id, row.stream)
            checked.append((row, [one for one in problems if one.severity is not Severity.INFO]))
        if not checked and not gone:
            return False
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
                known = self._dirty.get(other, set())
                self._dirty[other] = None if known is None else known | {record_id}
        return len(checked) < len(rows) or len(rows) == _BATCH

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
