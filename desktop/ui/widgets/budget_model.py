"""The tree of a budget as a Qt model: places are there at once, lines come a page at a time as their place is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.services.budget_nodes import Node, RevenueNode
from desktop.services.budget_sheets import COLUMNS, NAME, PERCENT, REVENUE_COLUMNS, percent
from desktop.ui.theme.current import colour, font
from records.thai.money import show_baht
from records.words import Language, say

Place = Node | RevenueNode
Fetch = Callable[["Item", int], None]
"""Asks for the lines of an item from a number on; they come by `BudgetModel.take_lines`."""
AnyIndex = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TEXT = 13


@dataclass
class Item:
    """One row of the tree."""

    place: Place
    parent: "Item | None"
    children: list["Item"] = field(default_factory=list)
    own_lines: int = 0
    """Lines that stand directly under it, fetched or not."""
    fetched: int = 0
    is_asking: bool = False

    @property
    def row(self) -> int:
        """Where it stands under its parent."""
        return self.parent.children.index(self) if self.parent else 0


class BudgetModel(QAbstractItemModel):
    """Rows of a tree of expenditure or revenue; the first row is the total, all else stands under it."""

    def __init__(self, language: Language, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._fetch = fetch
        self._root: Item | None = None
        self._is_revenue = False

    def show_tree(self, root: Place) -> None:
        """Shows another tree."""
        self.beginResetModel()
        self._is_revenue = isinstance(root, RevenueNode)
        self._root = _item(root, None)
        self.endResetModel()

    def take_lines(self, item: Item, lines: Sequence[Place]) -> None:
        """Adds the lines that came for an item."""
        item.is_asking = False
        if not lines:
            item.fetched = item.own_lines
            return
        first = len(item.children)
        self.beginInsertRows(self.index_of(item), first, first + len(lines) - 1)
        item.children += [Item(line, item) for line in lines]
        item.fetched += len(lines)
        self.endInsertRows()

    def item(self, index: AnyIndex) -> Item | None:
        """The item of an index; None for none."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Item) else None

    def index_of(self, item: Item) -> QModelIndex:
        """The index of an item's first column."""
        return self.createIndex(item.row, 0, item)

    def money(self) -> Sequence[str]:
        """The names of the money columns shown."""
        return tuple(REVENUE_COLUMNS if self._is_revenue else COLUMNS)

    # -- Qt --

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's own default
        """A cell; its pointer is its place."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        above = self.item(parent)
        found = above.children[row] if above is not None else self._root
        return self.createIndex(row, column, found)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008 - QObject has a parent() too
        """The place above, in the first column."""
        item = self.item(index)
        return self.index_of(item.parent) if item is not None and item.parent is not None else QModelIndex()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name
        """The places under one that were fetched; under nothing, the root."""
        if parent.column() > 0:
            return 0
        item = self.item(parent)
        return len(item.children) if item is not None else int(self._root is not None)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name
        """The name, the money, the percentage."""
        return len(self.money()) + 2

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: N802, B008 - Qt's name
        """Places, or lines that are still to be fetched."""
        item = self.item(parent)
        return self._root is not None if item is None else bool(item.children or item.own_lines)

    def canFetchMore(self, parent: AnyIndex) -> bool:  # noqa: N802 - Qt's name
        """Whether lines of the place are missing and nobody asks for them."""
        item = self.item(parent)
        return item is not None and item.fetched < item.own_lines and not item.is_asking

    def fetchMore(self, parent: AnyIndex) -> None:  # noqa: N802 - Qt's name
        """Asks for the next lines of a place."""
        item = self.item(parent)
        if item is not None and self.canFetchMore(parent):
            item.is_asking = True
            self._fetch(item, item.fetched)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802
        """What stands above a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        headings = [NAME, *(REVENUE_COLUMNS if self._is_revenue else COLUMNS).values(), PERCENT]
        return say(headings[section], self._language)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell; amounts below zero in the colour of danger."""
        item = self.item(index)
        if item is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return font(_TEXT, 400 if item.place.level == "line" else 600)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() and self.cell(item, index.column()).startswith("-"):
            return colour("danger")
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.cell(item, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and not index.column():
            return say(item.place.label, self._language)
        return None

    def cell(self, item: Item, column: int) -> str:
        """The text of a cell; money in baht with satang, an amount of nothing as a dash."""
        place = item.place
        if not column:
            return " ".join(say(place.label, self._language).split())
        if column <= len(self.money()):
            name = self.money()[column - 1]
            satang = getattr(place, name) if isinstance(place, RevenueNode) else getattr(place.amounts, name)
            return show_baht(satang) if satang else "–"
        if isinstance(place, RevenueNode):
            return percent(place.received, place.estimate)
        return percent(place.amounts.paid, place.amounts.available)


def _item(place: Place, parent: Item | None) -> Item:
    """A place with all places under it."""
    # Lines of revenue stand under its categories alone.
    own = place.own_lines if isinstance(place, Node) else place.lines if place.level == "category" else 0
    item = Item(place, parent, own_lines=own)
    item.children = [_item(child, item) for child in place.children]
    return item
