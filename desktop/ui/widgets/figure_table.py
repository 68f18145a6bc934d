"""The table of base figures: years side by side, this year's column typed from top to bottom, Enter goes down."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QTableView, QWidget

from desktop.services.figures import DIFFERENCE, INDICATOR, PERCENT, PLACE, UNIT, WHOLE, YEAR, FigureLine, FigureTable
from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.column_fit import fit_columns, look_calm
from records.catalogue.registry import BaseFigure
from records.errors import FieldError
from records.words import Language, Words, say

NAME = Words("ข้อมูลพื้นฐานรายปี พิมพ์ในช่องปีล่าสุดได้ทันที กด Enter ลงช่องถัดไป", "Base figures by year; type in the last year's column, Enter goes down")
HOW = Words("พิมพ์ค่าแล้วกด Enter เพื่อลงช่องถัดไป", "Type a value and press Enter for the next one")
_VALUE = BaseFigure.spec.field("value").kind
Index = QModelIndex | QPersistentModelIndex


def shown(value: Decimal | None) -> str:
    """A number with separators, without needless zeros; empty for none."""
    if value is None:
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class FigureModel(QAbstractTableModel):
    """Lines of figures. What was typed and cannot be read stays in its cell, in red, until it is mended."""

    typed = Signal(int, str)
    """A line and the text typed for the last year; it can be read."""
    wrong = Signal(int, object)
    """A line whose text cannot be read, and the FieldError."""

    def __init__(self, language: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self._language = language
        self.table = FigureTable("", 0, (0,), (), ())
        self.lines: list[FigureLine] = []
        self.is_by_place = False
        """Whether the first column names places rather than indicators."""
        self.can_write = False
        self.faulty: dict[tuple[str, str | None], str] = {}
        self.waiting: dict[tuple[str, str | None], str] = {}

    def show_lines(self, table: FigureTable, lines: list[FigureLine], *, is_by_place: bool, can_write: bool) -> None:
        """Shows other lines."""
        self.beginResetModel()
        self.table, self.lines, self.is_by_place, self.can_write = table, lines, is_by_place, can_write
        self.faulty.clear()
        self.waiting.clear()
        self.endResetModel()

    def keep(self, row: int, line: FigureLine) -> None:
        """Puts a line in the place of another: its value was stored."""
        self.lines[row] = line
        self.waiting.pop((line.indicator, line.village), None)
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    @property
    def year_column(self) -> int:
        """The column one types in."""
        return 1 + len(self.table.years)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """One for each line."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Name, unit, years, change, per cent."""
        return 0 if parent.isValid() else self.year_column + 3

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only the last year is typed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == self.year_column and self.can_write else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Numbers at the right, what cannot be read in red, changes in words of sign and colour."""
        line, column = self.lines[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column > 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == self.year_column and (line.indicator, line.village) in self.faulty:
                return colour("danger")
            if column in (0, self.year_column):
                return colour("text")
            return colour("muted")
        if role == Qt.ItemDataRole.BackgroundRole and column == self.year_column and self.can_write:
            return colour("raised")
        if role == Qt.ItemDataRole.FontRole and column == self.year_column:
            return font(tokens().type.base, 600)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(line, 0) if column == 0 else line.source
        return None

    def _text(self, line: FigureLine, column: int) -> str:
        if column == 0:
            return (line.place or say(WHOLE, self._language)) if self.is_by_place else line.indicator
        if column == 1:
            return line.unit
        if column <= self.year_column:
            key = (line.indicator, line.village)
            if column == self.year_column and (key in self.faulty or key in self.waiting):
                return self.faulty.get(key) or self.waiting[key]
            return shown(line.values.get(self.table.years[column - 2]))
        change = line.change(self.table.year)
        if change is None:
            return ""
        if column == self.year_column + 1:
            return f"+{shown(change[0])}" if change[0] > 0 else shown(change[0])
        return "" if change[1] is None else f"{change[1]:+,.1f} %"

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Takes what was typed; the screen stores it."""
        if role != Qt.ItemDataRole.EditRole or index.column() != self.year_column:
            return False
        line, text = self.lines[index.row()], str(value).strip()
        key = (line.indicator, line.village)
        if text == self._text(line, index.column()):
            return True
        self.faulty.pop(key, None)
        try:
            _VALUE.parse(text, date.min)
        except FieldError as fault:
            self.faulty[key] = text
            self.wrong.emit(index.row(), fault)
        else:
            self.waiting[key] = text
            self.typed.emit(index.row(), text)
        self.dataChanged.emit(index, index)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: N802 - Qt's name
        """The heads of columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if section > 1 else Qt.AlignmentFlag.AlignLeft)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == 0:
            return say(PLACE if self.is_by_place else INDICATOR, self._language)
        if section == 1:
            return say(UNIT, self._language)
        if section <= self.year_column:
            return say(YEAR, self._language, year=self.table.years[section - 2])
        return say(DIFFERENCE if section == self.year_column + 1 else PERCENT, self._language)


def with_value(line: FigureLine, year: int, value: Decimal | None, record_id: str | None) -> FigureLine:
    """The line with another value of a year; None takes it away."""
    values = {at: one for at, one in line.values.items() if at != year}
    ids = {at: one for at, one in line.ids.items() if at != year}
    if value is not None and record_id is not None:
        values[year], ids[year] = value, record_id
    return replace(line, values=values, ids=ids)


class FigureView(QTableView):
    """The table; keys type, Enter stores and goes down."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(say(NAME, language))
        look_calm(self)
        self.setEditTriggers(
            QTableView.EditTrigger.AnyKeyPressed | QTableView.EditTrigger.DoubleClicked | QTableView.EditTrigger.EditKeyPressed
        )
        self.verticalHeader().setDefaultSectionSize(px(40))

    def fit(self) -> None:
        """The first column takes what the others leave; older years and the unit give way in a narrow window."""
        model = self.model()
        if isinstance(model, FigureModel):
            older = range(2, model.year_column - 1)
            fit_columns(self, least_stretched=px(190), gives_way=(*older, 1), least=px(96))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lays the columns out anew."""
        super().resizeEvent(event)
        self.fit()

    def go_to_year(self, row: int = 0) -> None:
        """Puts the cursor into this year's column."""
        model = self.model()
        if isinstance(model, FigureModel) and model.rowCount():
            self.setCurrentIndex(model.index(min(row, model.rowCount() - 1), model.year_column))

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:  # noqa: N802 - Qt's name
        """After Enter the next line is typed."""
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        here = self.currentIndex()
        if hint is QAbstractItemDelegate.EndEditHint.SubmitModelCache and here.row() + 1 < self.model().rowCount():
            self.setCurrentIndex(here.siblingAtRow(here.row() + 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter on a cell opens it; Delete empties it."""
        model, here = self.model(), self.currentIndex()
        is_typed = isinstance(model, FigureModel) and here.isValid() and here.column() == model.year_column and model.can_write
        if is_typed and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() is not QTableView.State.EditingState:
            self.edit(here)
            return
        if is_typed and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.state() is not QTableView.State.EditingState:
            model.setData(here, "")
            return
        super().keyPressEvent(event)
