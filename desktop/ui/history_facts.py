"""What the history of a record shows, gathered on the store's thread, and what bringing a version back would write."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services.grants import may_write
from desktop.services.history import HistoryEntry
from desktop.services.rounds import rounds
from records.fields import FieldSpec
from records.kinds import Json
from records.record import RecordType
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.storage.rows import Row


@dataclass(frozen=True)
class ChangeFacts:
    """One field of one version."""

    name: str
    label: Words
    before: str
    """As people read it, personal kinds masked; empty for no value."""
    after: str
    wire_before: Json
    wire_after: Json
    is_known: bool
    """Whether this program knows the field, hence can write it back."""


@dataclass(frozen=True)
class VersionFacts:
    """One version, or an edit that is none (yet)."""

    entry: HistoryEntry
    changes: tuple[ChangeFacts, ...]
    brings_back: Mapping[str, Json] | None
    """What saving would make the record as this version was, None emptying a field; None where that is not known, empty for no difference."""


@dataclass(frozen=True)
class HistoryFacts:
    """The history of one record."""

    row: "Row"
    label: Words
    title: str
    versions: tuple[VersionFacts, ...]
    """Newest first."""
    is_whole: bool
    """Whether the first version is known here; else older ones are only on the server."""
    may_write: bool
    has_line: bool
    """Whether the last round reached the server: asking it for older versions is worth a try."""


def history_facts(office: "Office", record_type: str, record_id: str, *, ask_server: bool) -> HistoryFacts:
    """Gathers the history; with `ask_server` older versions are fetched where a line is up. Raises Correctable for an unknown record."""
    entries = office.history.of(record_type, record_id, ask_server=ask_server)
    row = office.records.get(record_type, record_id)
    spec = office.record_type(record_type)
    numbers = [entry.version for entry in entries if entry.version is not None]
    last_round = _last_outcome(office)
    stream = next((one for one in office.streams if one.stream == row.stream), None)
    return HistoryFacts(
        row=row,
        label=spec.label,
        title=office.records.title(row),
        versions=tuple(
            VersionFacts(entry, _changes(office, spec, entry), _brings_back(spec, entries, row, index))
            for index, entry in enumerate(entries)
        ),
        is_whole=row.version == 0 or set(range(1, row.version + 1)) <= set(numbers),
        may_write=stream is not None and may_write(stream, spec.area),
        has_line=last_round in ("done", "left"),
    )


def _last_outcome(office: "Office") -> str:
    with office.database.reading() as connection:
        found = rounds(connection)
    return found[0].outcome if found else ""


def _changes(office: "Office", spec: RecordType, entry: HistoryEntry) -> tuple[ChangeFacts, ...]:
    order = {field.name: number for number, field in enumerate(spec.fields)}
    names = sorted(entry.changed, key=lambda name: (order.get(name, len(order)), name))
    return tuple(_change(office, spec.by_name.get(name), name, *entry.changed[name]) for name in names)


def _change(office: "Office", field: FieldSpec | None, name: str, before: Json, after: Json) -> ChangeFacts:
    if field is None:
        return ChangeFacts(name, Words(name, name), _plain(before), _plain(after), before, after, is_known=False)
    texts = ["" if value is None else office.records.shown(field, value) for value in (before, after)]
    return ChangeFacts(name, field.label, texts[0], texts[1], before, after, is_known=not field.kept_by_program)


def _plain(value: Json) -> str:
    return "" if value is None else str(value)


def fields_at(entries: Sequence[HistoryEntry], now: Mapping[str, Json], index: int) -> dict[str, Json] | None:
    """The fields as they were after `entries[index]` (newest first), found by taking back what came later; None across a gap.

    An edit that was dropped never stood, so it is passed over; asking for one gives None.
    """
    if entries[index].discarded:
        return None
    fields = dict(now)
    standing = [entry for entry in entries[: index + 1] if not entry.discarded]
    for later, entry in itertools.pairwise(standing):
        if later.version is not None and entry.version is not None and later.version != entry.version + 1:
            return None
        for name, (before, _after) in later.changed.items():
            if before is None:
                fields.pop(name, None)
            else:
                fields[name] = before
    return fields


def _brings_back(spec: RecordType, entries: Sequence[HistoryEntry], row: "Row", index: int) -> dict[str, Json] | None:
    former = fields_at(entries, row.fields, index)
    if former is None:
        return None
    names = {name for name in (*former, *row.fields) if former.get(name) != row.fields.get(name)}
    return {name: former.get(name) for name in sorted(names) if name in spec.by_name and not spec.by_name[name].kept_by_program}
