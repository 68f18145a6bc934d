"""The conflict inbox as a whole: its lines, narrowed down as people ask, and one choice for many conflicts at once.

    lines(asked) --> settle_some(ids, choice) --> settle_some(more ids, choice, act) ...      one act in the end, one step of undo

Thousands of conflicts are listed from what their entries hold; values are read only of those opened.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from desktop.services.conflicts import CONFLICT, ConflictView
from desktop.storage import state
from desktop.storage.acts import Act
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.errors import AppError, Correctable
from records.kinds import Json
from records.kinds.times import rfc3339
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

Grade = Literal["conflict", "merged"]
Age = Literal["", "day", "week", "older"]
"""`day`: within 24 hours, `week`: within 7 days, `older`: before that, empty: any."""

FOLDS_AFTER = timedelta(days=7)
"""A merge that needed nobody is not shown any longer unless asked for."""
AT_ONCE = 100
"""Conflicts settled in one transaction: others may write between."""
_READ = "merged_read"
"""The setting that holds up to when merges were read at this desk, RFC 3339 UTC."""
_MANY = Words("ยืนยันการเลือกหลายรายการ", "Choices for several records")


@dataclass(frozen=True)
class Asked:
    """What of the inbox is shown; empty texts narrow nothing down."""

    grade: Grade = "conflict"
    area: str = ""
    type: str = ""
    person: str = ""
    """Account of whoever made either side."""
    age: Age = ""
    all_merged: bool = False
    """Also merges that were read or have folded away."""


@dataclass(frozen=True)
class Line:
    """One conflict, as a list needs it."""

    id: str
    stream: str
    type: str
    record: str
    title: str
    area: str
    people: frozenset[str]
    """Accounts of both sides."""
    fields: tuple[str, ...]
    noted_at: str
    """RFC 3339 UTC."""


@dataclass(frozen=True)
class Some:
    """What settling some conflicts did."""

    act: Act | None
    """The act it was part of, to go on with and to undo; None when nothing was settled."""
    settled: int
    left: tuple[tuple[ConflictView, Words], ...]
    """Those left as they are, each with why."""

    def as_json(self, language: Language) -> dict[str, Json]:
        """The shape of the command line."""
        left: list[Json] = [{"id": one.id, "title": one.title, "reason": say(why, language)} for one, why in self.left]
        return {"settled": self.settled, "left": left}


class Inbox:
    """Lists and settles many."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def lines(self, asked: Asked) -> tuple[Line, ...]:
        """The lines asked for: conflicts oldest first, merges newest first."""
        office = self._office
        now = office.clock()
        conditions = [Filter("grade", "eq", asked.grade)]
        if asked.grade == "conflict":
            conditions.append(Filter("state", "eq", "open"))
        since = "" if asked.all_merged or asked.grade == "conflict" else max(self._read_until(), rfc3339(now - FOLDS_AFTER))
        if since:
            conditions.append(Filter("_changed_at", "ge", since))
        found = (_line(row) for row in office.store.find(Query(CONFLICT, filters=tuple(conditions))).rows)
        lines = [one for one in found if one.noted_at > since and _is_asked(one, asked, now)]
        lines.sort(key=lambda one: (one.noted_at, one.id), reverse=asked.grade == "merged")
        return tuple(lines)

    def mark_read(self) -> None:
        """All merges so far were read at this desk: they fold away here, and nowhere else."""
        with self._office.database.write() as connection:
            state.set_setting(connection, _READ, rfc3339(self._office.clock()))

    def _read_until(self) -> str:
        with self._office.database.reading() as connection:
            return state.setting(connection, _READ) or ""

    def views(self, ids: Sequence[str]) -> list[ConflictView]:
        """These conflicts whole, in their order; those this desk does not have are left out."""
        return [self._office.conflicts.view(row) for row in self._office.store.rows(CONFLICT, ids)]

    def settle_some(self, ids: Sequence[str], default: str, by_field: Mapping[str, str] | None = None, act: Act | None = None) -> Some:
        """Gives these conflicts one choice in one transaction; meant for `AT_ONCE` of them, call by call, in one act.

        Args:
            default: `mine` or `theirs` for every field not named; empty leaves conflicts with such fields as they are.
            by_field: `mine`, `theirs` or `both` by the name of a field.
            act: what the call before returned.

        Raises Correctable for another choice; a conflict that cannot be settled is left, and said.
        """
        choices = dict(by_field or {})
        wrong = [one for one in (*choices.values(), default) if one not in ("mine", "theirs", "both", "")]
        if wrong or not (default or choices):
            raise Correctable(
                Words("ยังไม่ได้เลือก", "No choice"),
                Words("โปรดเลือก mine หรือ theirs ไม่มีอะไรเปลี่ยนแปลง", "Choose mine or theirs; nothing was changed."),
            )
        office = self._office
        settled = 0
        left: list[tuple[ConflictView, Words]] = []
        with office.store.act(office.enrolled.account, _MANY, more_of=act) as made:
            for conflict in self.views(ids):
                try:
                    with office.database.attempt():
                        office.conflicts.settle_in(made, conflict, _choices_of(conflict, default, choices))
                except AppError as error:
                    left.append((conflict, error.message))
                else:
                    settled += 1
        return Some(made if settled or act else None, settled, tuple(left))

    def settle_all(self, ids: Sequence[str], default: str, by_field: Mapping[str, str] | None = None) -> Some:
        """Gives all of these conflicts one choice, `AT_ONCE` by transaction, in one act. Raises as `settle_some`."""
        whole = Some(None, 0, ())
        for at in range(0, len(ids), AT_ONCE):
            part = self.settle_some(ids[at : at + AT_ONCE], default, by_field, whole.act)
            whole = Some(part.act or whole.act, whole.settled + part.settled, (*whole.left, *part.left))
        return whole


def narrowed(lines: Sequence[Line]) -> dict[str, list[tuple[str, int]]]:
    """What the lines can be narrowed down by: for `area`, `type` and `person` the values with how many lines have each, most first."""
    counts: dict[str, Counter[str]] = {"area": Counter(), "type": Counter(), "person": Counter()}
    for one in lines:
        counts["area"][one.area] += 1
        counts["type"][one.type] += 1
        counts["person"].update(one.people)
    return {name: [(value, count) for value, count in found.most_common() if value] for name, found in counts.items()}


def _choices_of(conflict: ConflictView, default: str, by_field: Mapping[str, str]) -> dict[str, str]:
    """The choice for each field that has one; a missing one is refused where the conflict is settled."""
    found = {one.name: by_field.get(one.name, default) for one in conflict.fields}
    return {name: choice for name, choice in found.items() if choice}


def _line(row: Row) -> Line:
    fields = row.fields
    told = fields.get("details")
    details = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return Line(
        id=row.id,
        stream=row.stream,
        type=str(fields.get("record_type", "")),
        record=str(fields.get("record_id", "")),
        title=str(fields.get("record_title", "")),
        area=str(fields.get("area", "")),
        people=frozenset(str(one[side]) for one in details for side in ("mine_by", "theirs_by") if one.get(side)),
        fields=tuple(str(one.get("name", "")) for one in details),
        noted_at=row.changed_at,
    )


def _is_asked(one: Line, asked: Asked, now: datetime) -> bool:
    wishes = ((asked.area, one.area), (asked.type, one.type))
    if any(wish and wish != value for wish, value in wishes) or (asked.person and asked.person not in one.people):
        return False
    if not asked.age:
        return True
    day, week = (rfc3339(now - timedelta(days=days)) for days in (1, 7))
    return {"day": one.noted_at > day, "week": one.noted_at > week, "older": one.noted_at <= week}[asked.age]
