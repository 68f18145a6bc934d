"""What the first page shows, asked of the store on its own thread: numbers, what to do next, who did what lately."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from desktop.ui.screen import Context
from desktop.ui.side_places import SIDE, types_of
from desktop.ui.widgets.record_list import counts_of
from desktop.ui.widgets.record_text import cell_of, title_of, titles_for
from records.fields import FieldSpec
from records.kinds import Choice, Day
from records.record import RecordType
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_LAST = 5
_NEXT = 10
_MANY = 4
"""So many records that one person wrote of one type within a minute came from a file or a script: one line tells them."""
_AHEAD = timedelta(days=30)
_SOON = timedelta(days=3)
_OPEN_TONES = ("info", "warn")
"""Tones of the states in which work goes on; the others end it."""


@dataclass(frozen=True)
class Change:
    """One record changed lately."""

    type: str
    label: Words
    row: Row
    title: str
    who: str
    """Full name of who wrote it."""
    is_many: bool = False
    """Whether it stands for several records written at once."""


@dataclass(frozen=True)
class Task:
    """One record of the main work that waits to be finished."""

    row: Row
    title: str
    more: str
    days: int
    """Until it is due; negative when it is late."""


@dataclass(frozen=True)
class Seen:
    """Everything the page shows."""

    waiting: int
    refused: int
    conflicts: int
    due_today: int
    due_soon: int
    late: int
    oldest_days: int
    states: tuple[tuple[str, int], ...]
    """State and count of the main work; an empty state for records that have none."""
    last: tuple[Change, ...]
    next: tuple[Task, ...] = ()


def work_types(context: Context) -> list[RecordType]:
    """The types a person works through: with states and a day by which they must be done; services first."""
    sides = ("services", *(side for side in SIDE if side != "services"))
    found = [spec for side in sides for spec in types_of(side, context.office.catalogue, context.access)]
    return [spec for spec in found if spec.workflow is not None and "due" in spec.by_name and isinstance(spec.by_name["due"].kind, Day)]


def due_filters(spec: RecordType, context: Context, *, is_late: bool) -> tuple[Filter, ...]:
    """The conditions of what is late, or due today."""
    today = context.office.today.isoformat()
    return (Filter("due", "lt" if is_late else "eq", today), open_filter(spec))


def open_filter(spec: RecordType) -> Filter:
    """The condition of work that goes on here; what waits for somebody else is neither due nor late."""
    name = spec.workflow.field if spec.workflow else ""
    paused = spec.workflow.paused if spec.workflow else frozenset()
    kind = spec.by_name[name].kind
    options = kind.options if isinstance(kind, Choice) else ()
    values = [option.value for option in options if option.tone in _OPEN_TONES and option.value not in paused]
    return Filter(name, "in", list(values))


def look(office: "Office", work: Sequence[RecordType], context: Context) -> Seen:
    """Asks everything the page shows; on the store's thread."""
    status = office.sync.status()
    store = office.store
    today = office.today
    due_today = due_soon = late = oldest = 0
    states: list[tuple[str, int]] = []
    if work:
        spec = work[0]
        base = Query(spec.type, filters=(open_filter(spec),))
        due_today = store.count(replace(base, filters=(*base.filters, Filter("due", "eq", today.isoformat()))))
        soon = (Filter("due", "gt", today.isoformat()), Filter("due", "le", (today + _SOON).isoformat()))
        due_soon = store.count(replace(base, filters=(*base.filters, *soon)))
        lates = replace(base, filters=due_filters(spec, context, is_late=True), sort=(("due", False),), limit=1)
        late = store.count(lates)
        first = store.find(lates).rows
        oldest = (today - Day().from_wire(first[0].fields["due"])).days if first else 0
        if spec.workflow is not None:
            field = spec.by_name[spec.workflow.field]
            counts = counts_of(store, Query(spec.type), field)
            options = [option.value for option in field.kind.options] if isinstance(field.kind, Choice) else []
            states = [(value, counts[value]) for value in options if counts.get(value)]
            without = store.count(Query(spec.type, filters=(Filter(field.name, "empty"),)))
            states += [("", without)] if without else []
    return Seen(
        status.waiting,
        status.refused,
        status.conflicts,
        due_today,
        due_soon,
        late,
        oldest,
        tuple(states),
        changes_of(office, context),
        tasks_of(office, work[0], context) if work else (),
    )


def tasks_of(office: "Office", spec: RecordType, context: Context) -> tuple[Task, ...]:
    """What waits to be finished, the latest first."""
    near = Filter("due", "le", (office.today + _AHEAD).isoformat())
    rows = office.store.find(Query(spec.type, filters=(open_filter(spec), near), sort=(("due", False),), limit=_NEXT)).rows
    state = spec.workflow.field if spec.workflow else ""
    tasks = []
    for row in rows:
        texts = [
            cell_of(spec.by_name[name], row.fields[name], context.language, {}).text for name in (state, "division") if name in row.fields
        ]
        days = (Day().from_wire(row.fields["due"]) - office.today).days
        tasks.append(Task(row, title_of(spec, row.fields, context.language), " · ".join(texts), days))
    return tuple(tasks)


def changes_of(office: "Office", context: Context) -> tuple[Change, ...]:
    """Who wrote what lately, newest first: what the office itself wrote where it has anything, many at once in one line."""
    found: list[tuple[RecordType, Row]] = []
    for spec in (spec for side in SIDE for spec in types_of(side, office.catalogue, context.access)):
        found += [(spec, row) for row in office.store.find(Query(spec.type, sort=(("_changed_at", True),), limit=2 * _LAST)).rows]
    found = [one for one in found if one[1].stream.startswith("office/")] or found
    found.sort(key=lambda one: one[1].changed_at, reverse=True)
    groups: dict[tuple[str, str, str], list[tuple[RecordType, Row]]] = {}
    for spec, row in found:
        groups.setdefault((spec.type, row.changed_by, row.changed_at[:16]), []).append((spec, row))
    changes: list[Change] = []
    for group in groups.values():
        shown = group[:1] if len(group) >= _MANY else group
        for spec, row in shown:
            who = office.history.name_of(row.changed_by)
            title = title_of(spec, row.fields, context.language, titles_for(office.store, title_fields(spec), [row]))
            changes.append(Change(spec.type, spec.label, row, title, who, is_many=len(group) >= _MANY))
        if len(changes) >= _LAST:
            break
    return tuple(changes[:_LAST])


def title_fields(spec: RecordType) -> list[FieldSpec]:
    """The fields that name a record."""
    return [spec.by_name[name] for name in spec.title]
