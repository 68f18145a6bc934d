"""What opening the next fiscal year would write: worked out from what is here, then saved in one act. Touches no store itself.

    fiscal_year 2569 ──▶ fiscal_year 2570 (drafting)
    budget_line, revenue_line 2569 ──▶ the same of 2570
    plan 2566-2570 ──▶ plan 2571-2575 with its strategies, tactics, programmes and the projects chosen (where the period ends in 2570)

The id of a copy follows from the id of its source and the year, so a year opened twice, or by two desks that do not see each other, is made
once. References to what is copied too lead to the copies.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from desktop.storage.rows import Row
from records.errors import Correctable
from records.ids import copy_id
from records.kinds import Json, Reference
from records.record import RecordType
from records.words import Language, Words, say

Amounts = Literal["keep", "empty", "percent"]
PLAN_YEARS = 5
"""Fiscal years of a plan's period."""
FINISHED = frozenset({"done", "moved", "merged", "cancelled"})
"""Statuses of projects that do not go on into the next plan by themselves."""
_NEXT_PERIOD = Words("{name} (พ.ศ. {first}-{last})", "{name} ({first}-{last})")
"""What the plan of the next period is called where the name of the one before says no years; names of plans are Thai."""
_LEFT_BEHIND: Mapping[str, frozenset[str]] = {
    "budget_line": frozenset({"elaas_code"}),
    "revenue_line": frozenset({"received", "received_until", "elaas_code"}),
    "plan": frozenset({"adopted_on", "attachments", "number", "note", "amends"}),
    "project": frozenset({"edition", "status_since", "source_sheet", "source_row", "attachments"}),
    "project_budget": frozenset({"ordinance"}),
}
"""Fields that belong to the old year alone: what was received, printed, adopted or imported."""


@dataclass(frozen=True)
class Opening:
    """What a person wants of the next year."""

    year: int
    """The year opened (พ.ศ.); the one before it is the source."""
    amounts: Amounts = "keep"
    """Whether amounts are copied, left empty, or taken at a percentage."""
    percent: Decimal = Decimal(100)
    """With `percent`: 103 is three per cent more."""
    lines: bool = True
    """Whether the tree of the budget is copied."""
    revenue: bool = True
    """Whether the revenue lines are copied."""
    plan: bool = True
    """Whether a plan whose period ended with the source year goes on into the next period."""
    projects: frozenset[str] | None = None
    """Ids of the projects that go on; None for all that are not finished."""

    def __post_init__(self) -> None:
        """Raises Correctable for a percentage that makes no sense."""
        if self.amounts == "percent" and not Decimal(0) < self.percent <= Decimal(1000):
            raise Correctable(
                Words("ร้อยละใช้ไม่ได้", "The percentage does not work"),
                Words(
                    "ร้อยละต้องมากกว่า 0 และไม่เกิน 1000 ยังไม่มีอะไรเปลี่ยนแปลง",
                    "The percentage must be more than 0 and at most 1000; nothing was changed.",
                ),
            )


@dataclass(frozen=True)
class Write:
    """One record to be made, or brought back."""

    type: str
    id: str
    fields: dict[str, Json]
    is_restored: bool = False
    """Whether it is there as a deleted record: an opening that was undone after it was sent."""


@dataclass(frozen=True)
class Sources:
    """What an opening is worked out from: the records of one stream that are not deleted, by type."""

    rows: Mapping[str, tuple[Row, ...]]
    known: Callable[[str, Collection[str]], Mapping[str, Row]]
    """Asks for the records of some ids of a type, deleted ones included."""

    def of(self, type_name: str, **wanted: Json) -> tuple[Row, ...]:
        """The records of a type whose fields equal those wanted."""
        return tuple(row for row in self.rows.get(type_name, ()) if all(row.fields.get(n) == v for n, v in wanted.items()))


@dataclass(frozen=True)
class Worked:
    """The writes of an opening, in the order they are made."""

    year: int
    year_id: str
    """Of the fiscal_year record, which may have been there already."""
    writes: tuple[Write, ...]
    there: Mapping[str, int]
    """How many copies by type were there already."""

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each type are made."""
        return dict(Counter(write.type for write in self.writes))


@dataclass
class _Worker:
    stream: str
    opening: Opening
    catalogue: Mapping[str, RecordType]
    sources: Sources
    copies: dict[str, str] = field(default_factory=dict)
    """Source id -> id of its copy."""
    writes: list[Write] = field(default_factory=list)
    there: Counter[str] = field(default_factory=Counter)
    is_new: bool = True
    """Whether the year is not open yet: only then do deleted copies come back."""

    def run(self) -> Worked:
        year_id = self._year()
        # The plan first: lines of the budget lead to its projects.
        if self.opening.plan:
            self._plans()
        if self.opening.lines:
            self._copy_all("budget_line", self.sources.of("budget_line", fiscal_year=self.opening.year - 1), self._line)
        if self.opening.revenue:
            self._copy_all("revenue_line", self.sources.of("revenue_line", fiscal_year=self.opening.year - 1), self._revenue)
        return Worked(self.opening.year, year_id, tuple(self.writes), dict(self.there))

    def _year(self) -> str:
        made = copy_id(f"{self.stream}\nfiscal_year", str(self.opening.year))
        existing = self.sources.of("fiscal_year", year=self.opening.year)
        if existing:
            self.is_new = False
            self.there["fiscal_year"] += 1
            return existing[0].id
        was = self.sources.known("fiscal_year", [made])
        self.writes.append(Write("fiscal_year", made, {"year": self.opening.year, "state": "drafting"}, is_restored=made in was))
        return made

    # -- budget --

    def _line(self, fields: dict[str, Json], _source: Row) -> None:
        fields["fiscal_year"] = self.opening.year
        self._scale(fields, "amount")

    def _revenue(self, fields: dict[str, Json], source: Row) -> None:
        fields["fiscal_year"] = self.opening.year
        received = source.fields.get("received", source.fields.get("estimate"))
        fields.pop("previous", None)
        if received is not None:
            fields["previous"] = received
        self._scale(fields, "estimate")

    def _scale(self, fields: dict[str, Json], name: str) -> None:
        amount = fields.get(name)
        if self.opening.amounts == "empty":
            fields.pop(name, None)
        elif self.opening.amounts == "percent" and isinstance(amount, int):
            exact = Decimal(amount) * self.opening.percent / 100
            fields[name] = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    # -- plan --

    def _plans(self) -> None:
        last = self.opening.year - 1
        plans = [row for row in self.sources.of("plan", last_year=last) if isinstance(row.fields.get("first_year"), int)]
        firsts = [row for row in plans if row.fields.get("edition") in (None, "first")] or plans[:1]
        for base in firsts[:1]:
            if self._has_next(base):
                self.there["plan"] += 1
                return
            self._copy_all("plan", [base], self._plan)
            for other in plans:
                # What an amendment added goes on in the same next plan.
                self.copies[other.id] = self.copies[base.id]
            for name in ("strategy", "tactic", "plan_programme"):
                found = [row for row in self.sources.of(name) if row.fields.get("plan") in self.copies]
                self._fold_twins(name, found)
            projects = [row for row in self.sources.of("project") if row.fields.get("plan") in self.copies and self._goes_on(row)]
            self._copy_all("project", projects, self._project)
            budgets = [row for row in self.sources.of("project_budget") if row.fields.get("project") in self.copies]
            self._copy_all("project_budget", budgets, self._project_budget)

    def _has_next(self, base: Row) -> bool:
        """Whether somebody made the plan of the next period by hand."""
        made = copy_id(base.id, str(self.opening.year))
        return any(row.id != made for row in self.sources.of("plan", first_year=self.opening.year))

    def _fold_twins(self, type_name: str, rows: Iterable[Row]) -> None:
        """Copies the structure of all editions of a plan; what two editions have alike becomes one."""
        spec, first_of = self.catalogue[type_name], dict[tuple[str, ...], str]()
        for row in rows:
            key = tuple(str(self._led(spec, row).get(name)) for name in spec.key)
            if key in first_of:
                self.copies[row.id] = first_of[key]
            else:
                self._copy_all(type_name, [row], lambda _fields, _source: None)
                first_of[key] = self.copies[row.id]

    def _plan(self, fields: dict[str, Json], source: Row) -> None:
        first, last = source.fields["first_year"], source.fields["last_year"]
        if isinstance(first, int) and isinstance(last, int):
            span = last - first + 1
            fields.update(first_year=first + span, last_year=last + span, edition="first", state="drafting")
            name = str(source.fields.get("name", ""))
            shifted = name.replace(str(last), str(last + span)).replace(str(first), str(first + span))
            said = _NEXT_PERIOD.filled(name=name, first=first + span, last=last + span)
            fields["name"] = shifted if shifted != name else say(said, Language.THAI).strip()

    def _goes_on(self, row: Row) -> bool:
        if self.opening.projects is not None:
            return row.id in self.opening.projects
        return is_unfinished(row.fields)

    def _project(self, fields: dict[str, Json], _source: Row) -> None:
        fields.update(stage="planned", status="planning")

    def _project_budget(self, fields: dict[str, Json], source: Row) -> None:
        year = source.fields.get("fiscal_year")
        if isinstance(year, int):
            fields["fiscal_year"] = year + PLAN_YEARS

    # -- copying --

    def _copy_all(self, type_name: str, rows: Iterable[Row], change: Callable[[dict[str, Json], Row], None]) -> None:
        spec, rows = self.catalogue[type_name], tuple(rows)
        ids = {row.id: copy_id(row.id, str(self.opening.year)) for row in rows}
        known = self.sources.known(type_name, list(ids.values()))
        # A copy a person deleted stays deleted; an opening that was undone as a whole comes back as a whole.
        comes_back = self.is_new or all(row.deleted for row in known.values())
        by_hand = self._by_hand(spec, set(ids.values())) if type_name in ("budget_line", "revenue_line") else Counter[tuple[str, ...]]()
        for row in rows:
            made = self.copies[row.id] = ids[row.id]
            was = known.get(made)
            fields = self._led(spec, row)
            change(fields, row)
            if was is not None and (not was.deleted or not comes_back):
                self.there[type_name] += 1
                continue
            key = self._key(spec, fields)
            if by_hand[key] > 0:
                by_hand[key] -= 1
                self.there[type_name] += 1
                continue
            self.writes.append(Write(type_name, made, fields, is_restored=was is not None))

    def _by_hand(self, spec: RecordType, copies: Collection[str]) -> Counter[tuple[str, ...]]:
        """The lines the next year has already that no opening made, by natural key."""
        rows = self.sources.of(spec.type, fiscal_year=self.opening.year)
        return Counter(self._key(spec, row.fields) for row in rows if row.id not in copies)

    @staticmethod
    def _key(spec: RecordType, fields: Mapping[str, Json]) -> tuple[str, ...]:
        return tuple(str(fields.get(name)) for name in spec.key)

    def _led(self, spec: RecordType, row: Row) -> dict[str, Json]:
        """The fields a copy takes over, references led to the copies."""
        left = _LEFT_BEHIND.get(spec.type, frozenset())
        fields = {n: v for n, v in row.fields.items() if n in spec.by_name and n not in left and not spec.by_name[n].kept_by_program}
        for name, value in fields.items():
            if isinstance(spec.by_name[name].kind, Reference) and isinstance(value, str) and value in self.copies:
                fields[name] = self.copies[value]
        return fields


def is_unfinished(project: Mapping[str, Json]) -> bool:
    """Whether a project goes on into the next plan unless a person says otherwise."""
    return project.get("status") not in FINISHED and project.get("stage") != "completed"


def work_out(stream: str, opening: Opening, catalogue: Mapping[str, RecordType], sources: Sources) -> Worked:
    """What an opening would write; nothing where everything is there already."""
    return _Worker(stream, opening, catalogue, sources).run()


def types_read(opening: Opening) -> Iterator[tuple[str, dict[str, list[int]]]]:
    """The record types an opening is worked out from, each with the years (by field) that matter; an empty mapping reads all."""
    years = [opening.year - 1, opening.year]
    yield "fiscal_year", {}
    if opening.lines:
        yield "budget_line", {"fiscal_year": years}
    if opening.revenue:
        yield "revenue_line", {"fiscal_year": years}
    if opening.plan:
        for name in ("plan", "strategy", "tactic", "plan_programme", "project", "project_budget"):
            yield name, {}
