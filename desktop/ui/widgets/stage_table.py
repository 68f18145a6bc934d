"""The table of the e-Plan summary: strategies and the total, count and money at each of five stages; every number leads to its projects."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.services.eplan import StageLine, StageSummary
from desktop.ui.screen import Context
from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.column_fit import look_calm
from desktop.ui.widgets.plan_tree_model import baht
from records.catalogue.planning import STAGES
from records.words import Words, say

NAME = Words("ตารางสรุปขั้นตอน e-Plan", "Table of e-Plan stages")
STRATEGY = Words("ยุทธศาสตร์", "Strategy")
_BROKEN = {
    "planned": Words("อยู่ในแผน", "In the\nplan"),
    "approved": Words("อนุมัติ\nงบประมาณ", "Budget\napproved"),
    "contracted": Words("ลงนาม\nสัญญา", "Contract\nsigned"),
    "completed": Words("แล้วเสร็จ\n100%", "Completed"),
}
"""Stages whose words stand on two lines: eleven columns are to fit beside each other on a small screen."""
COUNT = Words("จำนวน", "Count")
MONEY = Words("บาท", "Baht")
RISES = Words("มากกว่าขั้นก่อนหน้า โปรดตรวจสอบ", "More than the stage before; please check")
_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_LEAST_TITLE = 150
_AIR = 28
"""Beside figures, both sides together, in pixels at 100 % text."""
_HEAD = 70


class StageModel(QAbstractTableModel):
    """Column 0 is the strategy; stage n has its count in column 2n+1 and its money in 2n+2."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.lines: tuple[StageLine, ...] = ()

    def show(self, summary: StageSummary) -> None:
        """Shows a summary, its total last."""
        self.beginResetModel()
        self.lines = (*summary.lines, summary.total)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """Strategies and the total."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802 - Qt's name
        """The strategy, and two for each stage."""
        return 0 if parent.isValid() else 1 + 2 * len(STAGES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """The stage above, count or money below."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.head(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        return None

    def head(self, section: int) -> str:
        """What stands above a column, on two or three lines for figures."""
        if section == 0:
            return say(STRATEGY, self._context.language)
        stage = STAGES[(section - 1) // 2]
        words = _BROKEN.get(stage.value, stage.label)
        return f"{say(words, self._context.language)}\n{say(COUNT if section % 2 else MONEY, self._context.language)}"

    def text(self, row: int, column: int) -> str:
        """What a cell says; figures that rise carry a mark beside their colour."""
        line = self.lines[row]
        if column == 0:
            return say(line.title, self._context.language)
        stage = (column - 1) // 2
        text = f"{line.counts[stage]:,}" if column % 2 else baht(line.money[stage]) or "0"
        return f"▲ {text}" if self.rises(row, column) else text

    def rises(self, row: int, column: int) -> bool:
        """Whether the figure is more than that of the stage before."""
        line = self.lines[row]
        return column > 0 and (column - 1) // 2 in (line.rising_counts if column % 2 else line.rising_money)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return (Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return self._face(row)
        if role == Qt.ItemDataRole.ForegroundRole and self.rises(row, column):
            return colour("danger")
        if role == Qt.ItemDataRole.ToolTipRole:
            return say(RISES, self._context.language) if self.rises(row, column) else self.text(row, 0) if column == 0 else None
        return None

    def _face(self, row: int) -> QFont:
        return font(tokens().type.base, 600 if self.lines[row].is_total else 400)


class StageTable(QTableView):
    """The summary as a table, as high as its lines."""

    chosen = Signal(int, int)
    """The row and the stage (0 to 4) of a number somebody wants the projects of."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.lines = StageModel(context, self)
        self.setModel(self.lines)
        self.setAccessibleName(say(NAME, context.language))
        look_calm(self)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(False)
        context.theme.changed.connect(self.fit)
        self.fit()

    def show_summary(self, summary: StageSummary) -> None:
        """Shows a summary; the cell one stood on keeps the cursor."""
        row, column = max(self.currentIndex().row(), 0), max(self.currentIndex().column(), 1)
        self.lines.show(summary)
        self.fit()
        self.setCurrentIndex(self.lines.index(min(row, self.lines.rowCount() - 1), column))

    def fit(self) -> None:
        """Gives figures the room they need and the strategy what is left."""
        self.verticalHeader().setDefaultSectionSize(px(38))
        self.horizontalHeader().setFixedHeight(px(_HEAD))
        bold, small = QFontMetrics(font(tokens().type.base, 600)), QFontMetrics(font(tokens().type.small, 600))
        needs = []
        for column in range(1, self.lines.columnCount()):
            heads = [small.horizontalAdvance(part) for part in self.lines.head(column).split("\n")]
            cells = [bold.horizontalAdvance(self.lines.text(row, column)) for row in range(self.lines.rowCount())]
            needs.append(max([*heads, *cells]))
        room = self.viewport().width() - sum(needs)
        for column, need in enumerate(needs, 1):
            self.setColumnWidth(column, need + px(_AIR))
        room -= px(_AIR) * len(needs)
        self.setColumnWidth(0, max(px(_LEAST_TITLE), room))
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """High enough for every line."""
        return QSize(px(900), px(_HEAD) + px(38) * max(self.lines.rowCount(), 1) + self.horizontalScrollBar().sizeHint().height() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never less high; the page scrolls."""
        return QSize(px(320), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shares the new width."""
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter shows the projects behind a number."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a number shows its projects."""
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose(self.indexAt(event.position().toPoint()))

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.row(), max(index.column() - 1, 0) // 2)
