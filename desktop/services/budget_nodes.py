"""The trees of the budget: places with their sums, made of what storage added up. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.storage.budget import LEVELS as PLACES
from desktop.storage.budget import LineGroup, RevenueSum
from records.balances import Amounts
from records.catalogue.budget_tree import BUDGET_GROUPS, PROGRAMMES, REVENUE_CATEGORIES, REVENUE_SOURCES, SIDES, SOURCE_OF
from records.kinds import Json, Option
from records.words import Words

LEVELS: Mapping[str, Words] = {
    "side": Words("ด้าน", "Side"),
    "programme": Words("แผนงาน", "Programme"),
    "work": Words("งาน", "Work"),
    "budget_group": Words("งบ", "Budget group"),
    "category": Words("หมวด", "Category"),
    "kind": Words("ประเภท", "Kind"),
    "line": Words("รายการ", "Line"),
    "source": Words("แหล่งรายได้", "Source"),
}
"""What each level of the trees is called."""
_OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "side": SIDES,
    "programme": PROGRAMMES,
    "budget_group": BUDGET_GROUPS,
    "source": REVENUE_SOURCES,
    "category": REVENUE_CATEGORIES,
}
_UNNAMED = Words("ไม่ระบุ{level}", "No {level}")
TOTAL = Words("รวมทั้งสิ้น", "Total")


@dataclass(frozen=True)
class Node:
    """One place in the tree of expenditure. Its amounts are the sums of its children, or of its own lines."""

    level: str
    """A key of LEVELS; empty at the root."""
    path: tuple[str, ...]
    """Stored values from the top; empty texts where lines name nothing."""
    label: Words
    amounts: Amounts
    lines: int
    """Lines under it, at any depth."""
    children: tuple["Node", ...] = ()
    """Places under it; its own lines come from `Budget.lines`."""
    own_lines: int = 0
    """Lines that stand directly under it."""
    id: str = ""
    """The budget line, for a line."""

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line; amounts in satang."""
        return {
            "level": self.level or "total",
            "name": self.label.th,
            **({"id": self.id} if self.id else {}),
            **amounts_json(self.amounts),
            "lines": self.lines,
            "children": [child.as_json() for child in self.children],
        }


@dataclass(frozen=True)
class RevenueNode:
    """One place in the tree of revenue; satang."""

    level: str
    path: tuple[str, ...]
    label: Words
    estimate: int
    received: int
    lines: int
    children: tuple["RevenueNode", ...] = ()
    id: str = ""
    """The revenue line, for a line."""

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line; amounts in satang."""
        return {
            "level": self.level or "total",
            "name": self.label.th,
            **({"id": self.id} if self.id else {}),
            "estimate": self.estimate,
            "received": self.received,
            "lines": self.lines,
            "children": [child.as_json() for child in self.children],
        }


def amounts_json(amounts: Amounts) -> dict[str, Json]:
    """Amounts by their names on the command line; satang."""
    return {
        "adopted": amounts.adopted,
        "transfers_in": amounts.moved_in,
        "transfers_out": amounts.moved_out,
        "available": amounts.available,
        "contracted": amounts.contracted,
        "paid": amounts.paid,
        "balance": amounts.balance,
    }


def tree_of(found: Sequence[LineGroup]) -> Node:
    """The tree of groups of lines."""
    return Node("", (), TOTAL, total_of(one.amounts for one in found), sum(one.lines for one in found), _branches(found, ()))


def revenue_of(found: Sequence[RevenueSum]) -> RevenueNode:
    """The tree of groups of revenue: source, category."""
    categories = [
        RevenueNode(
            "category",
            (SOURCE_OF.get(one.category, ""), one.category),
            _label("category", one.category),
            one.estimate,
            one.received,
            one.lines,
        )
        for one in sorted(found, key=lambda one: _rank("category", one.category))
    ]
    sources = []
    for source in sorted({one.path[0] for one in categories}, key=lambda name: _rank("source", name)):
        sources.append(_revenue_sum("source", (source,), _label("source", source), [one for one in categories if one.path[0] == source]))
    return _revenue_sum("", (), TOTAL, sources)


def total_of(parts: Iterable[Amounts]) -> Amounts:
    """The sum of amounts."""
    return sum(parts, Amounts())


def _revenue_sum(level: str, path: tuple[str, ...], label: Words, children: Sequence[RevenueNode]) -> RevenueNode:
    return RevenueNode(
        level,
        path,
        label,
        sum(one.estimate for one in children),
        sum(one.received for one in children),
        sum(one.lines for one in children),
        tuple(children),
    )


def _rank(level: str, value: str) -> tuple[int, str]:
    """Options in the order they are written, free texts by their letters, what is not named last."""
    known = [option.value for option in _OPTIONS.get(level, ())]
    return (known.index(value) if value in known else len(known) + (not value), value)


def _label(level: str, value: str) -> Words:
    option = (
        next((one for one in _OPTIONS.get(level, ()) if one.value == value), None) if level != "category" or value in SOURCE_OF else None
    )
    if option is not None:
        return option.label
    return Words(value, value) if value else _UNNAMED.filled(level=LEVELS[level])


def _branches(found: Sequence[LineGroup], path: tuple[str, ...]) -> tuple[Node, ...]:
    """The places under `path`. Levels below งบ that no line fills are left out: its lines then stand directly under it."""
    depth = len(path)
    if depth == len(PLACES):
        return ()
    level = PLACES[depth]
    by_value: dict[str, list[LineGroup]] = {}
    for one in found:
        by_value.setdefault(one.path[depth], []).append(one)
    nodes = []
    for value in sorted(by_value, key=lambda value: _rank(level, value)):
        parts = by_value[value]
        if not value and level in ("category", "kind"):
            # Lines that name nothing from here on stand directly under the place above.
            parts = [part for part in parts if any(part.path[depth:])]
        if not parts:
            continue
        whole = (*path, value)
        own = sum(part.lines for part in parts if not any(part.path[depth + 1 :])) if depth >= 3 else 0
        nodes.append(
            Node(
                level,
                whole,
                _label(level, value),
                total_of(p.amounts for p in parts),
                sum(p.lines for p in parts),
                _branches(parts, whole),
                own,
            )
        )
    return tuple(nodes)
