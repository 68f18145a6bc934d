"""The tree of a plan put together from sums: strategies, tactics, แผนงาน, with the money of every fiscal year at every level. Pure.

    plan ── strategy ── tactic ── แผนงาน (programme)        projects hang under the last; they are asked for when somebody looks

What projects name and the plan does not hold (a tactic under another strategy, none at all) stands where the projects say it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from desktop.storage.plan_sums import Place, PlaceCount, PlaceMoney
from desktop.storage.rows import Row
from records.catalogue.budget_tree import PROGRAMMES
from records.kinds import Json
from records.words import Words

Level = Literal["plan", "strategy", "tactic", "programme"]

NO_PLAN = Words("โครงการที่ยังไม่ระบุแผน", "Projects without a plan")
NO_STRATEGY = Words("ไม่ระบุยุทธศาสตร์", "No strategy")
NO_TACTIC = Words("ไม่ระบุกลยุทธ์", "No tactic")
NO_PROGRAMME = Words("ไม่ระบุแผนงาน", "No programme")
NOT_HERE = Words("ยังมาไม่ถึงเครื่องนี้", "Not here yet")

_PROGRAMME_PLACES = {option.value: place for place, option in enumerate(PROGRAMMES)}
_PROGRAMME_WORDS = {option.value: option.label for option in PROGRAMMES}


@dataclass
class YearSum:
    """The money of one fiscal year at one node, in satang, and how many projects have any."""

    planned: int = 0
    ordinance: int = 0
    planned_projects: int = 0
    ordinance_projects: int = 0

    def add(self, other: "YearSum | PlaceMoney") -> None:
        """Adds another sum to this one."""
        self.planned += other.planned
        self.ordinance += other.ordinance
        self.planned_projects += other.planned_projects
        self.ordinance_projects += other.ordinance_projects


@dataclass(eq=False)
class Node:
    """One line of the tree above the projects."""

    level: Level
    place: Place
    """Where it is; parts below its level are None."""
    id: str
    """The record it stands for; empty for a แผนงาน and for what is not named."""
    title: Words
    projects: int = 0
    by_year: dict[int, YearSum] = field(default_factory=dict)
    """By fiscal year (พ.ศ.); a year without money may be absent."""
    children: list["Node"] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, ...]:
        """The same node after the tree was made anew."""
        return (self.level, *(part or "" for part in self.place))

    @property
    def planned(self) -> int:
        """Satang in the plan, all years."""
        return sum(one.planned for one in self.by_year.values())

    @property
    def ordinance(self) -> int:
        """Satang in the ordinances, all years."""
        return sum(one.ordinance for one in self.by_year.values())

    def year(self, year: int) -> YearSum:
        """The sums of a year, zero where there is no money."""
        return self.by_year.get(year) or YearSum()

    def walk(self) -> Iterator["Node"]:
        """This node and all below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class PlanTree:
    """A plan with its sums."""

    plan: Row | None
    """None for the projects that name no plan."""
    years: tuple[int, ...]
    """The fiscal years of the plan, and any other in which its projects have money."""
    root: Node
    text: str
    """What the projects were searched for; empty for all of them."""
    uncounted: int
    """Projects left out of all sums: moved, merged or cancelled."""


def assemble(
    plan: Row | None,
    strategies: Sequence[Row],
    tactics: Sequence[Row],
    programmes: Sequence[Row],
    counts: Iterable[PlaceCount],
    money: Iterable[PlaceMoney],
    *,
    shows_empty: bool = True,
) -> Node:
    """The tree of a plan. `programmes` are plan_programme records; `shows_empty` also shows strategies and the like without a project."""
    root = Node("plan", (None, None, None), plan.id if plan else "", _named(plan, "name") if plan else NO_PLAN)
    nodes: dict[tuple[str, ...], Node] = {}
    names = {row.id: row for row in (*strategies, *tactics)}

    def at(level: Level, place: Place, record_id: str, title: Words) -> Node:
        node = Node(level, place, record_id, title)
        return nodes.setdefault(node.key, node)

    def branch(place: Place) -> tuple[Node, ...]:
        strategy, tactic, programme = place
        first = at("strategy", (strategy, None, None), strategy or "", _title(names, strategy, NO_STRATEGY))
        second = at("tactic", (strategy, tactic, None), tactic or "", _title(names, tactic, NO_TACTIC))
        third = at("programme", place, "", _PROGRAMME_WORDS.get(programme or "", NO_PROGRAMME))
        _hang(root, first)
        _hang(first, second)
        _hang(second, third)
        return root, first, second, third

    for row in strategies if shows_empty else ():
        _hang(root, at("strategy", (row.id, None, None), row.id, _title(names, row.id, NO_STRATEGY)))
    for row in tactics if shows_empty else ():
        above = _text(row, "strategy")
        first = at("strategy", (above, None, None), above or "", _title(names, above, NO_STRATEGY))
        _hang(root, first)
        _hang(first, at("tactic", (above, row.id, None), row.id, _title(names, row.id, NO_TACTIC)))
    for row in programmes:
        branch((_text(row, "strategy"), _text(row, "tactic"), _text(row, "programme")))
    for count in counts:
        for node in branch(count.place):
            node.projects += count.projects
    for one in money:
        for node in branch(one.place):
            node.by_year.setdefault(one.year, YearSum()).add(one)
    _sort(root, names)
    return root


def years_of(plan: Row | None, root: Node) -> tuple[int, ...]:
    """The years of the plan's period with all that have money."""
    first, last = (plan.fields.get("first_year"), plan.fields.get("last_year")) if plan else (None, None)
    period = range(first, last + 1) if isinstance(first, int) and isinstance(last, int) and 0 <= last - first < 20 else ()
    return tuple(sorted({*period, *root.by_year}))


def _hang(above: Node, below: Node) -> None:
    # Nodes are compared by identity.
    if below not in above.children:
        above.children.append(below)


def _text(row: Row, name: str) -> str | None:
    value = row.fields.get(name)
    return value if isinstance(value, str) else None


def _named(row: Row, *names: str) -> Words:
    text = " ".join(str(row.fields[name]) for name in names if name in row.fields)
    return Words(text, text)


def _title(names: Mapping[str, Row], record_id: str | None, missing: Words) -> Words:
    if record_id is None:
        return missing
    row = names.get(record_id)
    if row is None:
        return NOT_HERE
    return _named(row, "number", "name") if row.type == "strategy" else _named(row, "code", "name")


def _sort(node: Node, names: Mapping[str, Row]) -> None:
    node.children.sort(key=lambda child: _order(child, names))
    for child in node.children:
        _sort(child, names)


def _order(node: Node, names: Mapping[str, Row]) -> tuple[bool, list[int], str]:
    """Numbers as numbers (1.2 before 1.10), แผนงาน in the order of the ordinance, what is not named last."""
    if node.level == "programme":
        place = _PROGRAMME_PLACES.get(node.place[2] or "", len(PROGRAMMES))
        return (node.place[2] is None, [place], "")
    row = names.get(node.id)
    number: Json = row.fields.get("number", row.fields.get("code", "")) if row else ""
    return (not node.id, [int(part) for part in re.findall(r"\d+", str(number))] or [999], node.title.th)
