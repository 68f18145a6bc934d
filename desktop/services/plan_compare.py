"""What an edition of a plan adds, changes and takes away, old beside new, as the form of the law prints it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from desktop.storage import plan_sums
from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from records.kinds import Json
from records.stages import LEFT_THE_PLAN
from records.thai.money import show_baht
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

Fate = Literal["added", "changed", "gone"]

FATES: Mapping[Fate, Words] = {
    "added": Words("เพิ่มเติม", "Added"),
    "changed": Words("เปลี่ยนแปลง", "Changed"),
    "gone": Words("ยกเลิก ย้าย หรือรวม", "Gone"),
}
PRINTED = (
    "number", "title", "objective", "target", "kpi", "expected_result", "division", "strategy", "tactic", "programme", "location",
    "source_of_money", "form", "reason", "status", "note",
)  # fmt: skip
"""The fields of a project that the change form prints, in its order; the money of each year stands after the target."""
_PLANNED = Words("งบประมาณ {year} (บาท)", "Budget {year} (baht)")


@dataclass(frozen=True)
class Difference:
    """One line of the form: what stood and what stands."""

    name: str
    """The field; `planned.2569` for the money of a year."""
    label: Words
    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        """Whether they differ."""
        return self.old != self.new


@dataclass(frozen=True)
class Changed:
    """One project of an edition."""

    fate: Fate
    row: Row
    old: Row | None
    """What it said before; None for what is new, and where nobody kept it."""
    lines: tuple[Difference, ...]
    """Every field that either has."""

    @property
    def knows_old(self) -> bool:
        """Whether the words before are known, or there were none."""
        return self.fate == "added" or self.old is not None


@dataclass(frozen=True)
class Comparison:
    """An edition beside the plan it amends."""

    edition: Row
    plan: Row | None
    """The plan itself; None where the edition does not say, or it is not here."""
    projects: tuple[Changed, ...]

    def count(self, fate: Fate) -> int:
        """How many projects the edition added, changed or took away."""
        return sum(one.fate == fate for one in self.projects)


def compare(office: "Office", edition_id: str) -> Comparison:
    """What an edition changes. Raises Correctable when there is no such plan here."""
    edition = office.records.get("plan", edition_id)
    above = edition.fields.get("amends")
    plan = office.store.get("plan", above) if isinstance(above, str) else None
    rows = office.store.find(Query("project", filters=(Filter("amendment", "eq", edition_id),))).rows
    replaced = [str(row.fields["replaces"]) for row in rows if "replaces" in row.fields]
    before = {row.id: row for row in office.store.rows("project", replaced)}
    money = plan_sums.project_money(office.database, [*(row.id for row in rows), *before])
    shown = _Shown(office, [*rows, *before.values()], money)
    is_addition = edition.fields.get("edition") == "added"
    projects = []
    for row in rows:
        old = before.get(str(row.fields.get("replaces", "")))
        is_gone = row.fields.get("status") in LEFT_THE_PLAN
        fate: Fate = "gone" if is_gone else "added" if old is None and is_addition else "changed"
        projects.append(Changed(fate, row, old, shown.lines(old, row)))
    order = list(FATES)
    return Comparison(edition, plan, tuple(sorted(projects, key=lambda one: order.index(one.fate))))


class _Shown:
    """Projects as people read them."""

    def __init__(self, office: "Office", rows: Sequence[Row], money: Mapping[str, Mapping[int, plan_sums.YearMoney]]) -> None:
        self._office = office
        self._spec = office.record_type("project")
        self._money = money
        self._titles: dict[str, str] = {}
        for name in ("strategy", "tactic"):
            self._titles.update(office.store.titles(name, sorted({str(row.fields[name]) for row in rows if name in row.fields})))

    def lines(self, old: Row | None, new: Row) -> tuple[Difference, ...]:
        """Every field that either row has, the money of each year among them."""
        lines: list[Difference] = []
        for name in PRINTED:
            before, after = self._text(old, name), self._text(new, name)
            if before or after:
                lines.append(Difference(name, self._spec.field(name).label, before, after))
            if name == "target":
                lines += self._years(old, new)
        return tuple(lines)

    def _years(self, old: Row | None, new: Row) -> list[Difference]:
        before, after = self._money.get(old.id if old else "", {}), self._money.get(new.id, {})
        return [
            Difference(f"planned.{year}", _PLANNED.filled(year=year), _baht(before.get(year)), _baht(after.get(year)))
            for year in sorted({*before, *after})
        ]

    def _text(self, row: Row | None, name: str) -> str:
        value: Json = row.fields.get(name) if row else None
        if value is None:
            return ""
        if name in ("strategy", "tactic"):
            return self._titles.get(str(value), str(value))
        return self._office.records.shown(self._spec.field(name), value)


def _baht(money: plan_sums.YearMoney | None) -> str:
    return show_baht(money.planned) if money and money.planned else ""


def name_of(edition: Row, office: "Office") -> str:
    """How people call an edition: its kind and number, else its name."""
    spec = office.record_type("plan")
    kind, number = edition.fields.get("edition"), edition.fields.get("number")
    if kind and number:
        return f"{office.records.shown(spec.field('edition'), kind)} {number}"
    return spec.title_of(edition.fields, office.language)
