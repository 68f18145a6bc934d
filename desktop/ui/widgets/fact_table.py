"""A short table of facts already said in words: today's receipts, days to be closed. Long lists are the record table's."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.column_fit import fit_columns, look_calm
from desktop.ui.widgets.pill import KIND_ROLE, Kind, PillDelegate
from records.words import Language, Words, say

_ROW = 40
_MARGIN = 12
"""Pixels at 100 % text a cell needs beside what Qt finds: the style's padding."""
_STRETCHED = 110
"""The least width of the column that takes the rest."""
_KEY_ROLE = Qt.ItemDataRole.UserRole.value + 7


@dataclass(frozen=True)
class FactColumn:
    """One column."""

    label: Words
    is_number: bool = False
    """Aligned right."""
    stretches: bool = False
    """Takes the room that is left."""
    may_hide: bool = False
    """Left out where the table is narrow."""
    is_strong: bool = False
    """Written bold, as a total."""
    marks_debt: bool = False
    """Amounts below zero stand in the colour of danger."""


@dataclass(frozen=True)
class FactRow:
    """One row."""

    key: str
    """What `chosen` says."""
    cells: Sequence[str]
    """As many as there are columns."""
    pill: Kind | None = None
    """How the last cell is coloured, as a pill; None for plain text."""
    is_strong: bool = False
    """Written bold, as a total."""


class FactTable(QTableView):
    """Rows to choose from; a double click or Enter opens one."""

    chosen = Signal(str)
    """The key of the row a person is on now; empty for none."""
    opened = Signal(str)
    """The key of a row a person opened."""

    def __init__(self, name: Words, columns: Sequence[FactColumn], language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.setAccessibleName(say(name, language))
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setItemDelegate(PillDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        look_calm(self)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._key(index)))
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.chosen.emit(self._key(now)))
        self.set_columns(columns)

    @property
    def current(self) -> str:
        """The key of the row a person is on; empty for none."""
        return self._key(self.currentIndex())

    def set_columns(self, columns: Sequence[FactColumn]) -> None:
        """Shows these columns, without rows."""
        self._columns = columns
        self._model.clear()
        self._model.setHorizontalHeaderLabels([say(column.label, self._language) for column in columns])
        for place, column in enumerate(columns):
            item = self._model.horizontalHeaderItem(place)
            if item is not None:
                item.setTextAlignment(_side(column))

    def set_rows(self, rows: Sequence[FactRow]) -> None:
        """Shows these rows; stays on the row of the same key."""
        before = self.current
        self._model.setRowCount(0)
        self.verticalHeader().setDefaultSectionSize(px(_ROW))
        for at, row in enumerate(rows):
            items = []
            for column, text in zip(self._columns, row.cells, strict=True):
                item = QStandardItem(" ".join(text.split()))
                item.setToolTip(text if len(text) > 24 else "")
                item.setTextAlignment(_side(column))
                if row.is_strong or column.is_strong:
                    item.setFont(font(tokens().type.base, 600))
                if column.marks_debt and text.startswith("-"):
                    item.setForeground(colour("danger"))
                items.append(item)
            items[0].setData(row.key, _KEY_ROLE)
            if row.pill is not None:
                items[-1].setData(row.pill, KIND_ROLE)
            self._model.appendRow(items)
            if row.key == before:
                self.setCurrentIndex(self._model.index(at, 0))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current:
            self.opened.emit(self.current)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Gives the columns their widths anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The column that stretches takes what the others leave, columns that may hide make room for it."""
        fit_columns(
            self,
            stretched=next((at for at, column in enumerate(self._columns) if column.stretches), 0),
            least_stretched=px(_STRETCHED),
            gives_way=[at for at, column in enumerate(self._columns) if column.may_hide and not column.stretches],
            margin=px(_MARGIN),
        )

    def _key(self, index: QModelIndex) -> str:
        return str(index.siblingAtColumn(0).data(_KEY_ROLE) or "") if index.isValid() else ""


def _side(column: FactColumn) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
