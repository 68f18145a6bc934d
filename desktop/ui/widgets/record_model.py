"""The rows of a list of any length: all ids in order, and only those records in full that somebody looked at.

load --first page(Query)--> lines of it (texts made on the store's thread) --ids(Query)--> ids --data()--> wanted pages --> lines
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush

from desktop.storage.query import Filter, Query
from desktop.storage.rows import Row
from desktop.ui.later import Later
from desktop.ui.screen import Context
from desktop.ui.theme.current import colour
from desktop.ui.widgets.pill import KIND_ROLE
from desktop.ui.widgets.record_text import EMPTY, Cell, cell_of, is_name, titles_for
from records.fields import FieldSpec
from records.record import RecordType
from records.words import Language, Words, say

PAGE = 100
"""Records fetched at once."""
_KEPT_PAGES = 40
"""Pages kept in memory: 4,000 records, whatever the list's length."""
_AT_ONCE = 3
"""Pages fetched for one look: a table shows at most two at a time; what was only passed by is not fetched."""

MARK_ROLE = KIND_ROLE + 2
"""Under this role the first column gives the `Mark` of a row, None for none."""

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class Mark:
    """What is special about a row: an icon, its colour role, and the word a tool tip and a screen reader say."""

    icon: str
    role: str
    words: Words


WAITING = Mark("cloud-upload", "muted", Words("รอส่ง", "Waiting to be sent"))
REFUSED = Mark("circle-alert", "danger", Words("ส่งไม่ได้ โปรดเปิดดู", "Could not be sent; please open it"))
CONFLICT = Mark("git-merge", "warn", Words("มีผู้แก้ไขที่อื่น โปรดเลือก", "Edited elsewhere too; please choose"))


@dataclass(frozen=True, slots=True)
class Line:
    """One record as the list shows it."""

    row: Row
    cells: dict[str, Cell]
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class _First:
    """The first answer of a query."""

    generation: int
    columns: tuple[FieldSpec, ...]
    ids: list[str]
    is_all: bool
    """Whether these are all ids."""
    conflicts: frozenset[str]
    lines: list[Line]
    """The first page; empty when its ids were shown already."""


class RecordModel(QAbstractTableModel):
    """A table of records: the first column is the mark, then one per field."""

    loaded = Signal()
    """All ids are known; a first page may be shown before."""
    page_came = Signal()

    def __init__(self, context: Context, spec: RecordType, columns: Sequence[FieldSpec], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.spec = spec
        self._columns = tuple(columns)
        self.query = Query(spec.type)
        self._ids: list[str] = []
        self._conflicts: frozenset[str] = frozenset()
        self._pages: OrderedDict[int, list[Line]] = OrderedDict()
        self._stale: set[int] = set()
        self._wanted: list[int] = []
        self._asked: set[int] = set()
        self._generation = 0
        self.is_loaded = False
        self.rows_fetched = 0
        """Records fetched in full since it was made."""
        self._timer = Later(self, 0, self._fetch)

    # -- what is shown --

    @property
    def columns(self) -> tuple[FieldSpec, ...]:
        """The fields shown, in order; field n is in column n + 1."""
        return self._columns

    def set_columns(self, columns: Sequence[FieldSpec]) -> None:
        """Shows other fields."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self._forget()
        self.endResetModel()

    def load(self, query: Query) -> None:
        """Shows the answer of a query; the old rows stay until the new ids are here."""
        is_same = self.is_loaded and query == self.query
        self.query = query
        self._generation += 1
        generation, office, columns, language = self._generation, self._context.office, self._columns, self._context.language
        store = office.store
        # A whole table is walked in the order of an index: its first page is there at once, and is shown before the other ids are asked.
        is_whole = not query.text and not query.filters

        def work() -> _First:
            asked = replace(query, limit=PAGE) if is_whole and not is_same else query
            ids = store.ids(asked)
            conflicts = conflicts_of(store, query.type, office.catalogue)
            rows = [] if is_same else store.rows(query.type, ids[:PAGE])
            titles = titles_for(store, columns, rows)
            lines = [line_of(row, columns, language, titles, conflicts) for row in rows]
            return _First(generation, columns, ids, asked is query or len(ids) < PAGE, conflicts, lines)

        self._context.bridge.run(work, self._came, owner=self)

    def reload(self) -> None:
        """Asks the same query again: somebody wrote."""
        self.load(self.query)

    @property
    def ids(self) -> Sequence[str]:
        """The ids of all rows, in order."""
        return self._ids

    def line(self, row: int) -> Line | None:
        """The record of a row, None while it is not fetched."""
        page = self._pages.get(row // PAGE)
        return page[row % PAGE] if page is not None and row % PAGE < len(page) else None

    def row_of(self, record_id: str) -> int:
        """Where a record stands; -1 when it is not in the list."""
        try:
            return self._ids.index(record_id)
        except ValueError:
            return -1

    # -- what Qt asks --

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """All records of the answer."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """The mark and the fields."""
        return 0 if parent.isValid() else len(self._columns) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """The labels of the fields."""
        if orientation is not Qt.Orientation.Horizontal or section == 0 or section > len(self._columns):
            return None
        column = self._columns[section - 1]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return say(column.label, self._context.language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell; asks for its page when it is not here."""
        if not index.isValid():
            return None
        line = self.line_or_ask(index.row())
        if index.column() == 0:
            return self._mark_data(line, role)
        column = self._columns[index.column() - 1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        if line is None:
            return None
        cell = line.cells.get(column.name, EMPTY)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.text if len(cell.text) > 18 else None
        if role == KIND_ROLE:
            return cell.tone or None
        if role == Qt.ItemDataRole.ForegroundRole:
            is_main = is_name(self.spec, column) or column.kind.is_number
            return QBrush(colour("text" if is_main and not cell.is_quiet else "muted"))
        return None

    def _mark_data(self, line: Line | None, role: int) -> Any:
        if line is None or line.mark is None:
            return None
        if role == MARK_ROLE:
            return line.mark
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return say(line.mark.words, self._context.language)
        return None

    # -- fetching --

    def line_or_ask(self, row: int) -> Line | None:
        """The record of a row; when it is not here None, and its page is fetched."""
        page = row // PAGE
        if (page not in self._pages or page in self._stale) and page not in self._asked and page not in self._wanted:
            self._wanted.append(page)
            self._timer.start()
        return self.line(row)

    def _fetch(self) -> None:
        wanted, self._wanted = self._wanted[-_AT_ONCE:], []
        for page in wanted:
            self._asked.add(page)
            self._fetch_page(page)

    def _fetch_page(self, page: int) -> None:
        generation, columns, conflicts = self._generation, self._columns, self._conflicts
        ids = self._ids[page * PAGE : (page + 1) * PAGE]
        store, language, record_type = self._context.office.store, self._context.language, self.spec.type

        def work() -> tuple[int, int, list[Line]]:
            rows = store.rows(record_type, ids)
            titles = titles_for(store, columns, rows)
            return generation, page, [line_of(row, columns, language, titles, conflicts) for row in rows]

        self._context.bridge.run(work, self._page_came, owner=self)

    def _came(self, first: _First) -> None:
        if first.generation != self._generation:
            return
        self._conflicts = first.conflicts
        if self.is_loaded and first.is_all and first.ids == self._ids:
            self._stale = set(self._pages)
            self._asked.clear()
            if first.ids:
                self.dataChanged.emit(self.index(0, 0), self.index(len(first.ids) - 1, len(self._columns)))
        else:
            self.beginResetModel()
            self._ids = first.ids
            self._forget()
            if first.lines and first.columns == self._columns:
                self.rows_fetched += len(first.lines)
                self._pages[0] = first.lines
            self.is_loaded = True
            self.endResetModel()
        if first.is_all:
            self.loaded.emit()
            return
        generation, store, query = first.generation, self._context.office.store, self.query
        self._context.bridge.run(lambda: (generation, store.ids(query)), self._rest_came, owner=self)

    def _rest_came(self, answer: tuple[int, list[str]]) -> None:
        generation, ids = answer
        if generation != self._generation:
            return
        shown = len(self._ids)
        if ids[:shown] == self._ids:
            if len(ids) > shown:
                self.beginInsertRows(QModelIndex(), shown, len(ids) - 1)
                self._ids = ids
                self.endInsertRows()
        else:
            # Somebody wrote between the two questions.
            self.take_ids(ids)
        self.loaded.emit()

    def take_ids(self, ids: list[str]) -> None:
        """Shows these records, in this order; each is fetched when somebody looks at it."""
        self.beginResetModel()
        self._ids = ids
        self._forget()
        self.is_loaded = True
        self.endResetModel()

    def _page_came(self, answer: tuple[int, int, list[Line]]) -> None:
        generation, page, lines = answer
        self._asked.discard(page)
        if generation != self._generation:
            return
        self.rows_fetched += len(lines)
        self._pages[page] = lines
        self._pages.move_to_end(page)
        self._stale.discard(page)
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        first = page * PAGE
        last = min(first + len(lines), len(self._ids)) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns)))
        self.page_came.emit()

    def _forget(self) -> None:
        self._pages.clear()
        self._stale.clear()
        self._asked.clear()
        self._wanted.clear()


def alignment(column: FieldSpec) -> Qt.AlignmentFlag:
    """Numbers stand at the right, all else at the left."""
    side = Qt.AlignmentFlag.AlignRight if column.kind.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def line_of(row: Row, columns: Sequence[FieldSpec], language: Language, titles: dict[str, str], conflicts: frozenset[str]) -> Line:
    """Makes the texts of one record; runs on the store's thread."""
    mark = REFUSED if row.refused else CONFLICT if row.id in conflicts else WAITING if row.waiting else None
    cells = {column.name: cell_of(column, row.fields[column.name], language, titles) for column in columns if column.name in row.fields}
    return Line(row, cells, mark)


def conflicts_of(store: Any, record_type: str, catalogue: Any) -> frozenset[str]:
    """The ids of the records of a type that wait for somebody's choice."""
    if "conflict" not in catalogue:
        return frozenset()
    wanted = Query("conflict", filters=(Filter("state", "eq", "open"), Filter("record_type", "eq", record_type)), limit=1000)
    return frozenset(str(row.fields.get("record_id", "")) for row in store.find(wanted).rows)
