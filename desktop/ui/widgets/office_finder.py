"""Finding an office by typing its name, district, province or code; names repeat, so district, province and code always stand beside."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.services.registry import FoundOffice
from desktop.ui.screen import Context
from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.search_box import SearchBox
from records.words import Words, say

HINT = Words("ชื่อ อำเภอ จังหวัด หรือรหัส อปท.", "Name, district, province or code")
NONE = Words("ไม่พบ “{text}” ลองพิมพ์เฉพาะชื่อ หรือรหัส 7 หลัก", "Nothing matches “{text}”; try the name alone or the 7 digits of its code")
LIST = Words("อปท. ที่พบ", "Offices found")
_FOUND = Qt.ItemDataRole.UserRole.value + 1


class _TwoLines(QStyledItemDelegate):
    """Name above, place and code below."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paints the two lines."""
        item = index.data(_FOUND)
        painter.save()
        state = option.state
        area: QRect = option.rect.adjusted(px(4), px(2), -px(4), -px(2))
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selected" if is_chosen else "hover"))
            painter.drawRoundedRect(area, px(6), px(6))
        area = area.adjusted(px(10), px(4), -px(10), -px(4))
        half = area.height() // 2
        for text, look, top in ((item.name, font(tokens().type.base, 600), 0), (item.place, font(tokens().type.small), half)):
            painter.setFont(look)
            painter.setPen(colour("text" if top == 0 else "muted"))
            line = QRect(area.left(), area.top() + top, area.width(), half)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Two lines high."""
        return QSize(px(200), px(58))


class OfficeFinder(QWidget):
    """A search box over a list; Down goes into the list, Enter takes the first."""

    chosen = Signal(str)
    """The id of the office a person chose."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.tight))
        self.box = SearchBox(HINT, context.language)
        self.box.searched.connect(self.search)
        self.box.line.installEventFilter(self)
        self.box.line.returnPressed.connect(self._take_first)
        self.model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setAccessibleName(say(LIST, context.language))
        self.list.setModel(self.model)
        self.list.setItemDelegate(_TwoLines(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.selectionModel().currentChanged.connect(lambda index, _: self._choose(index.row()))
        self.nothing = WrapLabel("", "muted", language=context.language)
        self.nothing.hide()
        column.addWidget(self.box)
        column.addWidget(self.nothing)
        card = Card(padding=4)
        card.body.addWidget(self.list, 1)
        column.addWidget(card, 1)
        self.setFocusProxy(self.box)

    def search(self, text: str) -> None:
        """Looks for a text, off the main thread."""
        self._asked = text
        registry = self._context.office.registry
        self._context.bridge.run(lambda: (text, registry.find(text)), self._found, owner=self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Down goes from the box into the list."""
        if (
            watched is self.box.line
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        ):
            self.list.setFocus()
            if not self.list.currentIndex().isValid() and self.model.rowCount():
                self.list.setCurrentIndex(self.model.index(0, 0))
            return True
        return super().eventFilter(watched, event)

    def _found(self, answer: tuple[str, list[FoundOffice]]) -> None:
        text, found = answer
        if text != self._asked:
            return
        self.model.clear()
        for one in found:
            item = QStandardItem(f"{one.name} {one.place}")
            item.setData(one, _FOUND)
            item.setToolTip(f"{one.name}\n{one.place}")
            self.model.appendRow(item)
        self.nothing.set_text("" if found else say(NONE, self._context.language, text=text))
        self.nothing.setVisible(not found)
        self.list.setVisible(bool(found))

    def _take_first(self) -> None:
        if self.model.rowCount() and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0, 0))

    def _choose(self, row: int) -> None:
        item = self.model.item(row) if row >= 0 else None
        if item is not None:
            self.chosen.emit(item.data(_FOUND).id)
