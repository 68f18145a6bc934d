"""The table of a list: rows of any number, columns that fit the window, keys and menu; what is done with rows is decided above it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.ui.later import Later
from desktop.ui.screen import Context
from desktop.ui.theme.current import colour, font, px, text_scale, tokens
from desktop.ui.widgets.column_choice import Layout, remember, remembered, usual_columns, with_width
from desktop.ui.widgets.pill import KIND_ROLE
from desktop.ui.widgets.record_cells import RecordDelegate
from desktop.ui.widgets.record_model import RecordModel
from desktop.ui.widgets.record_text import is_name
from records.fields import FieldSpec
from records.kinds import LongText, Reference
from records.record import RecordType
from records.words import say

_MARKS = 34
_WIDEST = 380
_LEAST = 88
_MAIN = 240
"""Width the record's name keeps before other columns are left out."""
_MEASURED = 40
"""Rows whose texts decide how wide a column begins."""


class RecordTable(QTableView):
    """Rows of one record type. It sorts by its heads, remembers its columns, and says what a person wants done."""

    current_changed = Signal(str)
    """The id of the record under the cursor; empty when there is none."""
    opened = Signal(str)
    """Enter or a double click on a record."""
    menu_wanted = Signal(object)
    """A context menu is wanted at this point (global QPoint)."""
    sort_changed = Signal()
    """A head was clicked: load with `layout.sort`."""
    selected = Signal(int)
    """How many rows are selected."""

    def __init__(self, context: Context, spec: RecordType, parent: QWidget | None = None, *, columns: Sequence[str] | None = None) -> None:
        """`columns` are the fields of a small table, which remembers nothing; None for those a person chose."""
        super().__init__(parent)
        self._context = context
        self.spec = spec
        self._is_small = columns is not None
        self.layout_chosen: Layout = remembered(spec, context.memory) if columns is None else Layout(tuple(columns), {})
        self.records = RecordModel(context, spec, [spec.by_name[name] for name in self.layout_chosen.names], self)
        self.setModel(self.records)
        self._delegate = RecordDelegate(self)
        self.setItemDelegate(self._delegate)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.viewportEntered.connect(lambda: self._hover(-1))
        self.setAccessibleName(say(spec.label, context.language))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._dress_heads()
        self.setCurrentIndex(QModelIndex())
        self._kept: tuple[str, set[str], int] = ("", set(), 0)
        self._is_fitting = False
        self._is_resetting = False
        self._has_measured = False
        self._wanted: dict[str, int] = {}
        self._dragged = Later(self, 400, self._remember)
        self.records.modelAboutToBeReset.connect(self._keep_place)
        self.records.modelReset.connect(self._find_place)
        self.records.page_came.connect(self._measure_once)
        self.selectionModel().currentRowChanged.connect(self._current_moved)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit(len(self.selectionModel().selectedRows())))
        context.theme.changed.connect(self._look_changed)
        self._show_sort()

    def _dress_heads(self) -> None:
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(px(28))
        rows.setDefaultSectionSize(px(tokens().space.row))
        rows.hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        head.setFirstSectionMovable(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicatorClearable(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setFixedHeight(px(40))
        head.sortIndicatorChanged.connect(self._sorted)
        head.sectionMoved.connect(self._moved)
        head.sectionResized.connect(self._resized)

    # -- what others ask --

    def current_id(self) -> str:
        """The record under the cursor; empty for none."""
        row = self.currentIndex().row()
        return self.records.ids[row] if 0 <= row < len(self.records.ids) else ""

    def selected_ids(self) -> list[str]:
        """The selected records, in the order shown."""
        return [self.records.ids[index.row()] for index in sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())]

    def go_to(self, record_id: str) -> bool:
        """Puts the cursor on a record; False when it is not in the list."""
        row = self.records.row_of(record_id)
        if row < 0:
            return False
        self.selectRow(row)
        self.scrollTo(self.records.index(row, 1))
        return True

    def show_columns(self, names: Sequence[str]) -> None:
        """Shows these fields, remembered from now on."""
        self.layout_chosen = Layout(tuple(names), self.layout_chosen.widths, self.layout_chosen.sort)
        self._remember()
        head = self.horizontalHeader()
        for visual in range(head.count()):
            head.moveSection(head.visualIndex(visual), visual)
        self.records.set_columns([self.spec.by_name[name] for name in names])
        self._has_measured = False
        self._wanted = {}
        self._show_sort()
        self.fit_columns()

    def chosen_columns(self) -> tuple[str, ...]:
        """The fields of the list in their order, those included for which a narrow window has no room just now."""
        return self.layout_chosen.names

    # -- columns --

    def fit_columns(self) -> None:
        """Gives each column what its texts need, and what is left to the name; too much is shared, then scrolled."""
        columns = self.records.columns
        if not columns or self._is_fitting:
            return
        head = self.horizontalHeader()
        face = QFontMetrics(font(tokens().type.small, 600))
        room = self.viewport().width() - px(_MARKS)
        widths: dict[str, int] = {}
        for column in columns:
            least = face.horizontalAdvance(say(column.label, self._context.language)) + px(20) + px(22)
            dragged = self.layout_chosen.widths.get(column.name)
            wanted = self._wanted.get(column.name, px(120))
            widths[column.name] = px(dragged) if dragged else max(least, min(wanted, px(_WIDEST)), px(_LEAST))
        main = self._main(columns)
        hidden = self._left_out(columns, widths, main, room)
        widths = {name: width for name, width in widths.items() if name not in hidden}
        left = room - sum(widths.values())
        if left > 0 and main not in self.layout_chosen.widths:
            widths[main] += left
        elif left < 0 and main not in self.layout_chosen.widths:
            least = max(px(180), face.horizontalAdvance(say(self.spec.by_name[main].label, self._context.language)) + px(42))
            widths[main] = max(least, widths[main] + left)
        self._is_fitting = True
        head.setMinimumSectionSize(px(24))
        head.resizeSection(0, px(_MARKS))
        for at, column in enumerate(columns):
            self.setColumnHidden(at + 1, column.name in hidden)
            if column.name not in hidden:
                head.resizeSection(at + 1, widths[column.name])
        self._is_fitting = False

    def _main(self, columns: Sequence[FieldSpec]) -> str:
        """The column that takes the room left: the long text, else the last part of the name, else what the record belongs to."""
        long = [column.name for column in columns if isinstance(column.kind, LongText)]
        names = [column.name for column in columns if is_name(self.spec, column)]
        parents = [column.name for column in columns if isinstance(column.kind, Reference)]
        return (long[:1] or names[-1:] or parents[:1] or [columns[0].name])[0]

    def _left_out(self, columns: Sequence[FieldSpec], widths: dict[str, int], main: str, room: int) -> set[str]:
        """The last columns, where nobody chose any and the window has no room for all; what a person chose is scrolled instead."""
        if self.layout_chosen.names != usual_columns(self.spec) and not self._is_small:
            return set()
        hidden: set[str] = set()
        needed = sum(widths.values()) - widths[main] + min(widths[main], px(_MAIN))
        for column in reversed(columns):
            if needed <= room or len(columns) - len(hidden) <= 2:
                break
            if column.name not in self.spec.title and column.name != main:
                hidden.add(column.name)
                needed -= widths[column.name]
        return hidden

    def _measure_once(self) -> None:
        if self._has_measured:
            return
        self._has_measured = True
        metrics = QFontMetrics(font(tokens().type.base))
        for at, column in enumerate(self.records.columns):
            widest = 0
            for row in range(min(_MEASURED, len(self.records.ids))):
                index = self.records.index(row, at + 1)
                text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
                widest = max(widest, RecordDelegate.wanted_width(text, index.data(KIND_ROLE) or "", metrics))
            self._wanted[column.name] = widest
        self.fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shares the new width."""
        super().resizeEvent(event)
        self.fit_columns()

    def _resized(self, section: int, _old: int, new: int) -> None:
        if self._is_fitting or section == 0 or not self.isVisible():
            return
        name = self.records.columns[section - 1].name
        self.layout_chosen = with_width(self.layout_chosen, name, round(new / text_scale()))
        self._dragged.start()

    def _moved(self) -> None:
        head = self.horizontalHeader()
        order = [self.records.columns[head.logicalIndex(visual) - 1].name for visual in range(1, head.count())]
        self.layout_chosen = Layout(tuple(order), self.layout_chosen.widths, self.layout_chosen.sort)
        self._dragged.start()

    def _remember(self) -> None:
        if not self._is_small:
            remember(self.spec, self.layout_chosen, self._context.memory)

    # -- sorting --

    def _show_sort(self) -> None:
        head = self.horizontalHeader()
        head.blockSignals(True)
        names = [column.name for column in self.records.columns]
        sort = self.layout_chosen.sort
        if sort and sort[0][0] in names:
            head.setSortIndicator(names.index(sort[0][0]) + 1, Qt.SortOrder.DescendingOrder if sort[0][1] else Qt.SortOrder.AscendingOrder)
        else:
            head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.blockSignals(False)

    def _sorted(self, section: int, order: Qt.SortOrder) -> None:
        sort: tuple[tuple[str, bool], ...] = ()
        if section > 0:
            sort = ((self.records.columns[section - 1].name, order == Qt.SortOrder.DescendingOrder),)
        self.layout_chosen = Layout(self.layout_chosen.names, self.layout_chosen.widths, sort)
        self._remember()
        self.sort_changed.emit()

    # -- place, keys, menu --

    def _keep_place(self) -> None:
        self._is_resetting = True
        self._kept = (self.current_id(), set(self.selected_ids()), self.verticalScrollBar().value())

    def _find_place(self) -> None:
        current, selected, scroll = self._kept
        row = self.records.row_of(current) if current else -1
        if row >= 0:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.records.index(row, 1), flags)
            for other in selected - {current}:
                at = self.records.row_of(other)
                if at >= 0:
                    self.selectionModel().select(
                        self.records.index(at, 1), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
                    )
        self.verticalScrollBar().setValue(scroll)
        self._is_resetting = False
        if self.current_id() != current:
            self.current_changed.emit(self.current_id())
        self.selected.emit(len(self.selectionModel().selectedRows()))
        if self.records.line(0) is not None:
            # The first page may come together with the ids.
            self._measure_once()
        self.fit_columns()

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered_row:
            self._delegate.hovered_row = row
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The mouse is elsewhere."""
        super().leaveEvent(event)
        self._hover(-1)

    def _current_moved(self) -> None:
        # Rows that come anew bring the cursor back: nobody chose another record.
        if not self._is_resetting:
            self.current_changed.emit(self.current_id())

    def _look_changed(self) -> None:
        self._delegate.forget()
        self.verticalHeader().setDefaultSectionSize(px(tokens().space.row))
        self.horizontalHeader().setFixedHeight(px(40))
        self._has_measured = False
        self._measure_once()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens, Home and End go to the first and last row."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.current_id():
                self.opened.emit(self.current_id())
            return
        if event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and not event.modifiers() and self.records.ids:
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else len(self.records.ids) - 1)
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Opens the record."""
        super().mouseDoubleClickEvent(event)
        if self.indexAt(event.position().toPoint()).isValid() and self.current_id():
            self.opened.emit(self.current_id())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Asks for the menu, at the mouse or at the row."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft()))
        else:
            self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the rows, and a ring around the current one while the table has the keys."""
        super().paintEvent(event)
        if not self.hasFocus() or not self.currentIndex().isValid():
            return
        painter = QPainter(self.viewport())
        row = self.visualRect(self.currentIndex())
        pen = painter.pen()
        pen.setColor(colour("accent"))
        pen.setWidth(2)
        painter.setPen(pen)
        painter.drawRoundedRect(1, row.top() + 1, self.viewport().width() - 2, row.height() - 3, px(4), px(4))
        painter.end()
