"""The view of a plan tree: arrows open and close, Enter opens a record, columns as wide as their sums, the year worked in stands out."""

from typing import cast

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from desktop.services.plan_tree import PlanTree
from desktop.ui.screen import Context
from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.plan_tree_model import PlanTreeModel
from records.catalogue.planning import STAGES
from records.words import Words, say

NAME = Words("ผังแผนพัฒนา", "Plan tree")
_PADDING = 10
_LEAST_TITLE = 300
Key = tuple[str, ...]


class _Delegate(QStyledItemDelegate):
    """Paints the cells by hand, as lists do: the style sheet's painter is too slow for a screen of numbers."""

    year: int | None = None
    """The fiscal year whose columns stand out."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paints one cell: ground, line below, text."""
        area: QRect = option.rect
        model = cast(PlanTreeModel, index.model())
        column, is_project = index.column(), model.is_project(index)
        is_of_year = self.year is not None and column > 1 and model.columns[column - 2].year == self.year
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("selected"))
        elif is_of_year:
            painter.fillRect(area, colour("hover"))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, colour("line"))
        entry = model.entry_of(index)
        level = "project" if is_project or entry is None else entry.node.level
        face = font(tokens().type.base, 600 if level in {"strategy", "plan"} else 400)
        painter.setFont(face)
        is_quiet = (level == "programme" and column == 0) or (level == "project" and column == 1)
        painter.setPen(colour("muted" if is_quiet else "text"))
        room = area.adjusted(px(_PADDING) if column else px(2), 0, -px(_PADDING), 0)
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        text = QFontMetrics(face).elidedText(model.text(index), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)


class PlanTreeView(QTreeView):
    """Strategies, tactics, แผนงาน and projects with their sums."""

    opened = Signal(QModelIndex)
    """Enter or a double click on a line."""
    current_moved = Signal()
    menu_wanted = Signal(QPoint)
    """A context menu is wanted at this point of the screen."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.lines = PlanTreeModel(context, self)
        self.setModel(self.lines)
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(say(NAME, context.language))
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(False)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self._wanted: set[Key] = set()
        self._at: tuple[Key, int] | None = None
        self.lines.came.connect(self._return_to_project)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.current_moved.emit())
        context.theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setIndentation(px(18))
        self.header().setFixedHeight(px(40))
        self.fit_columns()
        self.viewport().update()

    # -- what others ask --

    def show_tree(self, tree: PlanTree, kinds: tuple[str, ...]) -> None:
        """Shows a tree; what was open and where one stood is found again."""
        kept, at = self.opened_keys(), self._place()
        self.lines.show(tree, kinds)
        for entry in self.lines.entries:
            if entry.node.key in kept:
                self.setExpanded(self.lines.index_of(entry), True)
        self._at = at
        self._return(at)
        self.fit_columns()

    def show_money(self, kinds: tuple[str, ...]) -> None:
        """Shows other kinds of money."""
        self.lines.show_money(kinds)
        # The new columns belong to the line chosen too.
        self._choose(self.currentIndex().siblingAtColumn(0))
        self.fit_columns()

    def show_year(self, year: int | None) -> None:
        """Makes the columns of a fiscal year stand out; None for none."""
        self._delegate.year = year
        self.viewport().update()

    def opened_keys(self) -> set[Key]:
        """The keys of the nodes that stand open."""
        return {entry.node.key for entry in self.lines.entries if self.isExpanded(self.lines.index_of(entry))}

    def open_level(self, level: str) -> None:
        """Opens every node above a level and closes the rest: `strategy` closes all, `programme` shows every แผนงาน, `project` all there is."""
        order = ("strategy", "tactic", "programme", "project")
        for entry in self.lines.entries:
            if entry.node.level != "plan":
                self.setExpanded(self.lines.index_of(entry), order.index(entry.node.level) < order.index(level))

    def fit_columns(self) -> None:
        """Gives sums the room of the largest and their head, and the name what is left."""
        model, head = self.lines, self.header()
        if model.tree is None:
            return
        bold, small = QFontMetrics(font(tokens().type.base, 600)), QFontMetrics(font(tokens().type.small, 600))
        total = model.index(model.rowCount() - 1, 0)
        room = self.viewport().width()
        for column in range(1, model.columnCount()):
            widest = max(
                bold.horizontalAdvance(model.text(total.siblingAtColumn(column))),
                small.horizontalAdvance(say(model.head(column), self._context.language)) + px(14),
            )
            if column == 1:
                plain = QFontMetrics(font(tokens().type.base))
                widest = max(widest, *(plain.horizontalAdvance(say(option.label, self._context.language)) for option in STAGES))
            width = widest + 2 * px(_PADDING) + px(4)
            head.resizeSection(column, width)
            room -= width
        head.resizeSection(0, max(px(_LEAST_TITLE), room))

    # -- place --

    def _place(self) -> tuple[Key, int] | None:
        """The node of the current line, and the row of its project or -1."""
        index = self.currentIndex()
        entry = self.lines.entry_of(index)
        return None if entry is None else (entry.node.key, index.row() if self.lines.is_project(index) else -1)

    def _return(self, at: tuple[Key, int] | None) -> None:
        entry = next((one for one in self.lines.entries if at is not None and one.node.key == at[0]), None)
        index = self.lines.index_of(entry) if entry is not None else self.lines.index(0, 0)
        self._choose(index)
        self._return_to_project()

    def _return_to_project(self) -> None:
        if self._at is None or self._at[1] < 0:
            return
        entry = next((one for one in self.lines.entries if self._at is not None and one.node.key == self._at[0]), None)
        if entry is not None and entry.ids is not None:
            row = min(self._at[1], len(entry.ids) - 1)
            self._at = None
            self._choose(self.lines.index(row, 0, self.lines.index_of(entry)))

    def _choose(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)

    # -- Qt --

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shares the new width."""
        super().resizeEvent(event)
        self.fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens; the arrows open and close as in every tree."""
        self._at = None
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Opens the line."""
        super().mouseDoubleClickEvent(event)
        if self.indexAt(event.position().toPoint()).isValid():
            self.opened.emit(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Asks for the menu, at the mouse or at the line."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft()))
        else:
            self.menu_wanted.emit(event.globalPos())

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802 - Qt's name
        """Draws the arrow and the end of the line below."""
        super().drawBranches(painter, rect, index)
        if self.selectionModel().isSelected(index.sibling(index.row(), 0)):
            # The style sheet paints the ground of branches plain: all but the arrow takes the colour of the line.
            arrow = self.indentation() if self.lines.hasChildren(index) else 0
            painter.fillRect(rect.adjusted(0, 0, -arrow, 0), colour("selected"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the lines, and a ring around the current one while the tree has the keys."""
        super().paintEvent(event)
        if not self.hasFocus() or not self.currentIndex().isValid():
            return
        painter = QPainter(self.viewport())
        line = self.visualRect(self.currentIndex().siblingAtColumn(0))
        pen = painter.pen()
        pen.setColor(colour("accent"))
        pen.setWidth(2)
        painter.setPen(pen)
        painter.drawRoundedRect(1, line.top() + 1, self.viewport().width() - 2, line.height() - 3, px(4), px(4))
        painter.end()
