"""Ctrl+K: any record and any act, by typing. Records are sought on the store's thread while one types; the keyboard alone is enough.

typed ──▶ acts whose words hold it (also as typed on the other keyboard layout)
      ──▶ office.search, debounced; answers of an older text are dropped
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.screen import Action, Context, Place
from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.theme.icons import icon
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.search_box import SearchBox
from records.thai.keyboard import other_layout
from records.thai.text import search_form
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

HINT = Words("ค้นหาเรื่อง คน โครงการ หรือสิ่งที่จะทำ", "Find a record, a person, a project, or something to do")
ACTS = Words("สิ่งที่ทำได้", "Acts")
KEYS = Words("↑ ↓ เลือก · Enter เปิด · Esc ปิด", "↑ ↓ choose · Enter open · Esc close")
_LEAST = 1
"""Characters from which records are sought."""
_MOST_OF_TYPE = 6
_CHOICE = Qt.ItemDataRole.UserRole.value + 1
_DETAIL = _CHOICE + 1
_ICON = _CHOICE + 2
_KEYS = _CHOICE + 3


@dataclass(frozen=True)
class Found:
    """One record found."""

    type: str
    id: str
    label: Words
    """Of its type."""
    title: str
    """Personal kinds masked."""
    excerpt: str


def sought(office: "Office", text: str, limit: int = 50) -> list[Found]:
    """The records a text finds, by type, best type first; on the store's thread."""
    by_type: dict[str, list[Found]] = {}
    for hit in office.records.search(text, limit=limit):
        spec = office.catalogue.get(hit.type)
        of_type = by_type.setdefault(hit.type, [])
        if spec is None or len(of_type) >= _MOST_OF_TYPE:
            continue
        row = office.store.get(hit.type, hit.id, hit.stream)
        if row is not None:
            of_type.append(Found(hit.type, hit.id, spec.label, office.records.title(row), hit.excerpt))
    return [found for of_type in by_type.values() for found in of_type]


def matching(actions: Sequence[Action], text: str) -> list[Action]:
    """The acts whose words, in either language, hold what was typed, also as it was meant on the other keyboard layout."""
    wanted = [search_form(one) for one in (text, other_layout(text)) if one.strip()]
    if not wanted:
        return list(actions)
    return [one for one in actions if any(part in search_form(f"{one.label.th} {one.label.en}") for part in wanted)]


class CommandPalette(QDialog):
    """The box over the window. `open_over` shows it; choosing an entry closes it and does what was chosen."""

    def __init__(self, context: Context, actions: Callable[[], Sequence[Action]], parent: QWidget | None = None) -> None:
        """`actions` gives the acts of now: of the screen in sight and of the window."""
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._context = context
        self._actions_of_now = actions
        self._acts: Sequence[Action] = ()
        self._found: list[Found] = []
        self._asked = 0
        space = tokens().space
        self.setWindowTitle(say(HINT, context.language))
        self.setAccessibleName(say(HINT, context.language))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(space.snug), px(space.snug), px(space.snug), px(space.tight))
        column.setSpacing(px(space.tight))
        self.search = SearchBox(HINT, context.language)
        self.search.searched.connect(self._seek)
        self.search.line.installEventFilter(self)
        column.addWidget(self.search)
        self.list = QListView()
        self.list.setAccessibleName(say(Words("ผลการค้นหา", "Results"), context.language))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._model = QStandardItemModel(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.clicked.connect(self._choose)
        self.list.installEventFilter(self)
        column.addWidget(self.list, 1)
        self.note = WrapLabel("", "muted", language=context.language)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.note)
        column.addWidget(WrapLabel(say(KEYS, context.language), "small", language=context.language))

    def open_over(self, window: QWidget) -> None:
        """Shows itself at the upper middle of a window, empty."""
        self._acts = self._actions_of_now()
        self._found = []
        self.search.line.clear()
        width = min(px(640), window.width() - px(48))
        height = min(px(460), window.height() - px(96))
        self.resize(width, height)
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, px(56))))
        self._draw()
        self.show()
        self.search.line.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the ground and a border: what stands over a page is told from it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("surface"))
        painter.setPen(colour("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    # Seeking ----------------------------------------------------------------------------------------------------------------------

    def _seek(self, text: str) -> None:
        self._asked += 1
        asked, office = self._asked, self._context.office
        if len(text) < _LEAST:
            self._found = []
            self._draw()
            return
        self._context.bridge.run(lambda: sought(office, text), lambda found: self._take(asked, found), owner=self)

    def _take(self, asked: int, found: list[Found]) -> None:
        if asked == self._asked:
            self._found = found
            self._draw()

    def _draw(self) -> None:
        language = self._context.language
        self._model.clear()
        text = self.search.text()
        for label, of_type in self._grouped():
            self._head(say(label, language))
            for one in of_type:
                self._entry(one.title, one.excerpt, "file-text", "", Place("record", one.type, one.id))
        acts = matching(self._acts, text)
        if acts:
            self._head(say(ACTS, language))
            for act in acts:
                self._entry(say(act.label, language), "", act.icon or "command", act.shortcut, act)
        nothing = Words("ไม่พบ “{text}” ลองคำที่สั้นลง หรือเลขที่เรื่อง", "Nothing found for “{text}”; try a shorter word or a number")
        self.note.set_text("" if self._model.rowCount() else say(nothing, language, text=text))
        self.note.setVisible(not self._model.rowCount())
        self.list.setVisible(self._model.rowCount() > 0)
        self._step(1, start=-1)

    def _grouped(self) -> list[tuple[Words, list[Found]]]:
        groups: dict[str, list[Found]] = {}
        for one in self._found:
            groups.setdefault(one.type, []).append(one)
        return [(of_type[0].label, of_type) for of_type in groups.values()]

    def _head(self, text: str) -> None:
        item = QStandardItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._model.appendRow(item)

    def _entry(self, title: str, detail: str, icon_name: str, keys: str, choice: Place | Action) -> None:
        item = QStandardItem(title)
        item.setData(detail, _DETAIL)
        item.setData(icon_name, _ICON)
        item.setData(keys, _KEYS)
        item.setData(choice, _CHOICE)
        item.setData(" · ".join(filter(None, (title, detail, keys))), Qt.ItemDataRole.AccessibleTextRole)
        self._model.appendRow(item)

    # Choosing ---------------------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrows move in the list while the cursor stays in the line; Enter chooses; Escape closes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            if key in steps:
                self._step(steps[Qt.Key(key)])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex())
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def _step(self, by: int, start: int | None = None) -> None:
        row = self.list.currentIndex().row() if start is None else start
        count = self._model.rowCount()
        for _ in range(count):
            row = (row + by) % count
            if self._model.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentIndex(self._model.index(row, 0))
                # The head of the first group stays in sight with its first entry.
                self.list.scrollTo(self._model.index(0 if row == 1 else row, 0))
                return

    def _choose(self, index: QModelIndex) -> None:
        choice = index.data(_CHOICE) if index.isValid() else None
        if choice is None:
            return
        self.close()
        if isinstance(choice, Place):
            self._context.navigate(choice)
        elif isinstance(choice, Action):
            choice.run()


class _Painter(QStyledItemDelegate):
    """Paints heads of groups, and entries of an icon, a title, a line below it and keys at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Heads are low; entries with a second line high."""
        if index.data(_CHOICE) is None:
            return QSize(px(200), px(30))
        return QSize(px(200), px(52 if index.data(_DETAIL) else 40))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paints one row."""
        area: QRect = option.rect
        state = option.state
        painter.save()
        title = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if index.data(_CHOICE) is None:
            painter.setFont(font(tokens().type.small, 600))
            painter.setPen(colour("muted"))
            painter.drawText(area.adjusted(px(8), 0, -px(8), -px(2)), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, title)
            painter.restore()
            return
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        if is_selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selected" if is_selected else "hover"))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), px(8), px(8))
        self._words(painter, area, index, title, is_selected=is_selected)
        painter.restore()

    @staticmethod
    def _words(painter: QPainter, area: QRect, index: QModelIndex | QPersistentModelIndex, title: str, *, is_selected: bool) -> None:
        side = px(18)
        inner = area.adjusted(px(12), px(4), -px(12), -px(4))
        ink = "on_selected" if is_selected else "muted"
        icon(str(index.data(_ICON)), ink).paint(painter, QRect(inner.left(), inner.center().y() - side // 2, side, side))
        left = inner.left() + side + px(12)
        keys = str(index.data(_KEYS) or "")
        small = font(tokens().type.small)
        room = QFontMetrics(small).horizontalAdvance(keys) + px(8) if keys else 0
        words = QRect(left, inner.top(), inner.right() - left - room, inner.height())
        detail = str(index.data(_DETAIL) or "")
        top = QRect(words.left(), words.top(), words.width(), words.height() // 2 if detail else words.height())
        face = font(tokens().type.base, 600)
        painter.setFont(face)
        painter.setPen(colour("on_selected" if is_selected else "text"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(top, middle, QFontMetrics(face).elidedText(title, Qt.TextElideMode.ElideRight, top.width()))
        painter.setFont(small)
        painter.setPen(colour("muted"))
        if detail:
            below = QRect(words.left(), top.bottom(), words.width(), words.height() - top.height())
            painter.drawText(below, middle, QFontMetrics(small).elidedText(detail, Qt.TextElideMode.ElideRight, below.width()))
        if keys:
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)
