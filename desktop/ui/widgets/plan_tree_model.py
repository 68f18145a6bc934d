"""The lines of a plan tree of any size: nodes with their sums at once, projects only where somebody opened a แผนงาน and looked.

show(PlanTree) --> nodes --expand--> ids of the projects of one place --data()--> wanted pages --> lines
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.services.plan_tree import Node, PlanTree
from desktop.storage.plan_sums import YearMoney
from desktop.ui.later import Later
from desktop.ui.screen import Context
from records.catalogue.planning import STAGES
from records.stages import furthest_stage
from records.thai.money import show_baht
from records.words import Words, say

PAGE = 100
"""Projects fetched at once."""
_KEPT_PAGES = 60
_AT_ONCE = 4
HEADS = {"planned": Words("แผน {year}", "Plan {year}"), "ordinance": Words("ข้อบัญญัติ {year}", "Ordinance {year}")}
ALL_HEADS = {"planned": Words("รวมแผน", "Plan, all"), "ordinance": Words("รวมข้อบัญญัติ", "Ordinance, all")}
PROJECTS = Words("โครงการ/ขั้นตอน", "Projects/stage")
ALL_PROJECTS = Words("รวมทั้งแผน", "Whole plan")
TITLE = Words("ยุทธศาสตร์ / กลยุทธ์ / แผนงาน / โครงการ", "Strategy / tactic / programme / project")
WAITING = "…"
_STAGES = {option.value: option.label for option in STAGES}

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


@dataclass(frozen=True)
class MoneyColumn:
    """A column of money."""

    kind: str
    """`planned` or `ordinance`."""
    year: int | None
    """None for all years."""

    @property
    def words(self) -> Words:
        """Its head."""
        return ALL_HEADS[self.kind] if self.year is None else HEADS[self.kind].filled(year=self.year)


@dataclass(eq=False)
class Entry:
    """A node where it stands in the view."""

    number: int
    node: Node
    above: "Entry | None"
    row: int
    below: list["Entry"] = field(default_factory=list)
    ids: list[str] | None = None
    """The projects of a แผนงาน; None until it was opened."""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project as the tree shows it."""

    id: str
    title: str
    stage: str
    """The last stage of e-Plan it reached, in words; empty where nothing is recorded."""
    by_year: Mapping[int, YearMoney]


class PlanTreeModel(QAbstractItemModel):
    """Column 0 is the name, 1 the number of projects, then money."""

    came = Signal()
    """Projects of an opened แผนงาน, or lines of them, are here."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.tree: PlanTree | None = None
        self.columns: tuple[MoneyColumn, ...] = ()
        self._kinds: tuple[str, ...] = ("planned",)
        self._entries: list[Entry] = []
        self._top: list[Entry] = []
        self._pages: OrderedDict[tuple[int, int], list[ProjectLine]] = OrderedDict()
        self._wanted: list[tuple[int, int]] = []
        self._asked: set[tuple[int, int]] = set()
        self._generation = 0
        self._timer = Later(self, 0, self._fetch)

    # -- what is shown --

    def show(self, tree: PlanTree, kinds: Sequence[str]) -> None:
        """Shows a tree with these kinds of money."""
        self.beginResetModel()
        self._generation += 1
        self.tree = tree
        self._entries, self._top = [], []
        self._pages.clear()
        self._wanted.clear()
        self._asked.clear()
        for child in tree.root.children:
            self._top.append(self._entry(child, None, len(self._top)))
        self._top.append(Entry(len(self._entries), tree.root, None, len(self._top)))
        self._entries.append(self._top[-1])
        self._set_kinds(kinds)
        self.endResetModel()

    def show_money(self, kinds: Sequence[str]) -> None:
        """Shows other kinds of money; what is open stays open."""
        self.beginRemoveColumns(QModelIndex(), 2, self.columnCount() - 1)
        self.columns = ()
        self.endRemoveColumns()
        columns = self._columns_of(kinds)
        self.beginInsertColumns(QModelIndex(), 2, 1 + len(columns))
        self._set_kinds(kinds)
        self.endInsertColumns()

    def _set_kinds(self, kinds: Sequence[str]) -> None:
        self._kinds = tuple(kinds)
        self.columns = self._columns_of(kinds)

    def _columns_of(self, kinds: Sequence[str]) -> tuple[MoneyColumn, ...]:
        years: tuple[int | None, ...] = (*(self.tree.years if self.tree else ()), None)
        return tuple(MoneyColumn(kind, year) for year in years for kind in kinds)

    def _entry(self, node: Node, above: Entry | None, row: int) -> Entry:
        entry = Entry(len(self._entries), node, above, row)
        self._entries.append(entry)
        entry.below = [self._entry(child, entry, at) for at, child in enumerate(node.children)]
        return entry

    @property
    def entries(self) -> Sequence[Entry]:
        """Every node, those above first."""
        return self._entries

    def entry_of(self, index: _Index) -> Entry | None:
        """The node of an index, or that of the แผนงาน a project stands in; None for no index."""
        return self._entries[index.internalId() >> 1] if index.isValid() else None

    def is_project(self, index: _Index) -> bool:
        """Whether a project stands there."""
        return index.isValid() and bool(index.internalId() & 1)

    def project_id(self, index: _Index) -> str:
        """The project of an index; empty for a node."""
        entry = self.entry_of(index)
        if entry is None or entry.ids is None or not self.is_project(index) or index.row() >= len(entry.ids):
            return ""
        return entry.ids[index.row()]

    def index_of(self, entry: Entry) -> QModelIndex:
        """Where a node stands."""
        return self.createIndex(entry.row, 0, entry.number << 1)

    # -- what Qt asks --

    def index(self, row: int, column: int, parent: _Index = _NO_INDEX) -> QModelIndex:
        """Where a row and column of a node stand."""
        if row < 0 or column < 0 or row >= self.rowCount(parent) or column >= self.columnCount():
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, self._top[row].number << 1)
        above = self._entries[parent.internalId() >> 1]
        if above.node.level == "programme":
            return self.createIndex(row, column, above.number << 1 | 1)
        return self.createIndex(row, column, above.below[row].number << 1)

    def parent(self, index: _Index) -> QModelIndex:  # type: ignore[override]  # Qt also has parent() of QObject
        """The node above."""
        if not index.isValid():
            return QModelIndex()
        entry = self._entries[index.internalId() >> 1]
        if index.internalId() & 1:
            return self.index_of(entry)
        return self.index_of(entry.above) if entry.above is not None else QModelIndex()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Nodes below, or the projects that are here."""
        if not parent.isValid():
            return len(self._top)
        if parent.column() > 0 or self.is_project(parent):
            return 0
        entry = self._entries[parent.internalId() >> 1]
        return len(entry.ids or ()) if entry.node.level == "programme" else len(entry.below)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Name, count and money."""
        return 2 + len(self.columns)

    def hasChildren(self, parent: _Index = _NO_INDEX) -> bool:  # noqa: N802 - Qt's name
        """Whether there is anything below, fetched or not."""
        if not parent.isValid():
            return bool(self._top)
        if parent.column() > 0 or self.is_project(parent):
            return False
        entry = self._entries[parent.internalId() >> 1]
        return bool(entry.node.projects) if entry.node.level == "programme" else bool(entry.below)

    def canFetchMore(self, parent: _Index) -> bool:  # noqa: N802 - Qt's name
        """Whether a แผนงาน was never opened."""
        entry = self.entry_of(parent)
        is_place = entry is not None and not self.is_project(parent) and entry.node.level == "programme"
        return is_place and entry is not None and entry.ids is None and not entry.is_asked and bool(entry.node.projects)

    def fetchMore(self, parent: _Index) -> None:  # noqa: N802 - Qt's name
        """Asks for the projects of a แผนงาน."""
        entry, tree = self.entry_of(parent), self.tree
        if entry is None or tree is None or not self.canFetchMore(parent):
            return
        entry.is_asked = True
        generation, plans, place = self._generation, self._context.office.plans, entry.node.place
        plan_id, text = tree.plan.id if tree.plan else "", tree.text

        def work() -> tuple[int, Entry, list[str]]:
            return generation, entry, plans.project_ids(plan_id, place, text)

        self._context.bridge.run(work, self._ids_came, owner=self)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """The heads of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return say(self.head(section), self._context.language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def head(self, section: int) -> Words:
        """What stands above a column."""
        return TITLE if section == 0 else PROJECTS if section == 1 else self.columns[section - 2].words

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell; asks for its page when it is not here."""
        if not index.isValid():
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.text(index)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return self.text(index)
        return None

    def text(self, index: _Index) -> str:
        """What a cell says."""
        entry = self._entries[index.internalId() >> 1]
        if index.internalId() & 1:
            return self._project_text(entry, index)
        node = entry.node
        if index.column() == 0:
            return say(ALL_PROJECTS if node.level == "plan" else node.title, self._context.language)
        if index.column() == 1:
            return f"{node.projects:,}"
        column = self.columns[index.column() - 2]
        return baht(sum(getattr(one, column.kind) for year, one in node.by_year.items() if column.year in (None, year)))

    def _project_text(self, entry: Entry, index: _Index) -> str:
        line = self._line_or_ask(entry, index.row())
        if line is None:
            return WAITING if index.column() == 0 else ""
        if index.column() == 0:
            return line.title
        if index.column() == 1:
            return line.stage
        column = self.columns[index.column() - 2]
        return baht(sum(getattr(one, column.kind) for year, one in line.by_year.items() if column.year in (None, year)))

    # -- fetching --

    def _line_or_ask(self, entry: Entry, row: int) -> ProjectLine | None:
        key = (entry.number, row // PAGE)
        page = self._pages.get(key)
        if page is None:
            if key not in self._asked and key not in self._wanted:
                self._wanted.append(key)
                self._timer.start()
            return None
        return page[row % PAGE] if row % PAGE < len(page) else None

    def _fetch(self) -> None:
        wanted, self._wanted = self._wanted[-_AT_ONCE:], []
        for key in wanted:
            self._asked.add(key)
            self._fetch_page(key)

    def _fetch_page(self, key: tuple[int, int]) -> None:
        generation, plans = self._generation, self._context.office.plans
        ids = (self._entries[key[0]].ids or [])[key[1] * PAGE : (key[1] + 1) * PAGE]

        language = self._context.language

        def work() -> tuple[int, tuple[int, int], list[ProjectLine]]:
            facts = plans.facts(ids)
            lines = []
            for row, money in plans.projects(ids):
                title = " ".join(" ".join(str(row.fields.get(name, "")) for name in ("number", "title")).split())
                stage = furthest_stage(facts[row.id].reached) if row.id in facts else None
                lines.append(ProjectLine(row.id, title, say(_STAGES[stage], language) if stage else "", money))
            return generation, key, lines

        self._context.bridge.run(work, self._page_came, owner=self)

    def _ids_came(self, answer: tuple[int, Entry, list[str]]) -> None:
        generation, entry, ids = answer
        if generation != self._generation or entry.ids is not None or not ids:
            return
        self.beginInsertRows(self.index_of(entry), 0, len(ids) - 1)
        entry.ids = ids
        self.endInsertRows()
        self.came.emit()

    def _page_came(self, answer: tuple[int, tuple[int, int], list[ProjectLine]]) -> None:
        generation, key, lines = answer
        self._asked.discard(key)
        if generation != self._generation:
            return
        self._pages[key] = lines
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        above = self.index_of(self._entries[key[0]])
        first = key[1] * PAGE
        last = min(first + len(lines), self.rowCount(above)) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0, above), self.index(last, self.columnCount() - 1, above))
        self.came.emit()


def baht(satang: int) -> str:
    """Baht for a narrow column: satang only where there are any, nothing for nothing."""
    return show_baht(satang).removesuffix(".00") if satang else ""


def _side(column: int) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
