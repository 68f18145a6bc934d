"""The side bar: whose office this is, its areas in words with what waits in each, and the settings at the bottom.

In a window too narrow for words (150 % text, small screen) it becomes a rail of icons whose words are tool tips; in a window too low its
rows move together, and below that they scroll.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.theme.current import colour, font, px, text_scale, tokens
from desktop.ui.theme.icons import icon
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Scroller
from records.words import Language, Words, say

_ROWS = (40, 36, 32, 26)
"""Heights of a row in pixels at 100 % text; the first with which all entries fit the window."""
_RAIL = 60
_WORDS_FROM = 900
"""Width of the window, in pixels at 100 % text, from which areas are shown in words."""


@dataclass(frozen=True, slots=True)
class SideEntry:
    """One place to go."""

    key: str
    """What `chosen` says."""
    icon: str
    words: Words
    count: int = 0
    """Records that wait there; 0 shows nothing."""


class _EntryButton(QAbstractButton):
    """One row of the side bar, painted whole."""

    def __init__(self, entry: SideEntry, language: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = entry.icon
        self.row_height = _ROWS[0]
        self.is_rail = False
        self._count = 0
        self.setText(say(entry.words, language))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_count(entry.count)

    def set_count(self, count: int) -> None:
        """Shows how many wait; 0 hides it."""
        self._count = count
        said = f"{self.text()} · {count:,}" if count else self.text()
        self.setAccessibleName(said)
        self.setToolTip(said if self.is_rail else "")
        self.update()

    def set_rail(self, *, is_rail: bool) -> None:
        """Shows the icon alone, or icon and words."""
        self.is_rail = is_rail
        self.set_count(self._count)
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The row with its words, or the square of the icon."""
        if self.is_rail:
            return QSize(px(44), px(self.row_height))
        words = QFontMetrics(font(tokens().type.base, 600)).horizontalAdvance(self.text())
        return QSize(words + self._count_width() + px(12 + 20 + 12 + 12), px(self.row_height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Words are never cut."""
        return self.sizeHint()

    def _count_width(self) -> int:
        if not self._count:
            return 0
        metrics = QFontMetrics(font(tokens().type.small, 600))
        return max(metrics.horizontalAdvance(f"{self._count:,}") + px(14), px(24)) + px(8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints ground, mark of the current place, icon, words and count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_current = self.isChecked()
        ground = "selected" if is_current else "pressed" if self.isDown() else "hover" if self.underMouse() else None
        painter.setPen(Qt.PenStyle.NoPen)
        if ground is not None:
            painter.setBrush(colour(ground))
            painter.drawRoundedRect(box, px(8), px(8))
        if is_current:
            painter.setBrush(colour("accent"))
            painter.drawRoundedRect(QRectF(box.left() + px(2), box.center().y() - px(9), px(3), px(18)), px(1.5), px(1.5))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(colour("accent"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRoundedRect(box, px(8), px(8))
        ink = "on_selected" if is_current else "text"
        side = px(18)
        left = (self.width() - side) // 2 if self.is_rail else px(12)
        drawing: QIcon = icon(self._icon, ink if is_current else "muted")
        drawing.paint(painter, QRect(left, (self.height() - side) // 2, side, side))
        if self.is_rail:
            self._paint_dot(painter, left + side)
            return
        painter.setFont(font(tokens().type.base, 600 if is_current else 400))
        painter.setPen(colour(ink))
        words = QRect(left + side + px(12), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        self._paint_count(painter, is_current=is_current)

    def _paint_count(self, painter: QPainter, *, is_current: bool) -> None:
        if not self._count:
            return
        width = self._count_width() - px(8)
        height = px(20)
        box = QRectF(self.width() - px(10) - width, (self.height() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("surface" if is_current else "neutral.ground"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(font(tokens().type.small, 600))
        painter.setPen(colour("on_selected" if is_current else "neutral.ink"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{self._count:,}")

    def _paint_dot(self, painter: QPainter, right: int) -> None:
        if self._count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent"))
            painter.drawEllipse(QRectF(right - px(2), self.height() / 2 - px(12), px(7), px(7)))


class SideBar(QFrame):
    """The places of the program. Give it the office, then the entries above and those at the bottom."""

    chosen = Signal(str)
    """The key of the entry a person chose; not sent by `set_current`."""

    def __init__(self, office: str, place: str, language: Language, parent: QWidget | None = None) -> None:
        """`office` is the office's name, `place` where it is (`อ.ทุ่งใหญ่ จ.นครศรีธรรมราช`)."""
        super().__init__(parent)
        space = tokens().space
        self._language = language
        self._buttons: dict[str, _EntryButton] = {}
        self._is_rail = False
        self._watched: QWidget | None = None
        self.setProperty("look", "side")
        self._office = WrapLabel(office, "strong", language=language)
        self._place = WrapLabel(place, "small", language=language)
        self._head = QWidget(self)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(px(space.tight), 0, px(space.tight), px(space.snug))
        head.setSpacing(px(2))
        head.addWidget(self._office)
        head.addWidget(self._place)
        self._list = QWidget()
        self._list.setProperty("look", "page")
        self._top = QVBoxLayout(self._list)
        self._top.setContentsMargins(0, 0, 0, 0)
        self._top.setSpacing(px(2))
        self._scroll = Scroller(self._list)
        self._scroll.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        self._bottom = QVBoxLayout()
        self._bottom.setSpacing(px(2))
        self._person = WrapLabel("", "small", language=language)
        self._person.setContentsMargins(px(space.tight), px(space.hair), 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(space.tight), px(space.normal), px(space.tight), px(space.snug))
        column.setSpacing(px(space.hair))
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._bottom)
        column.addWidget(self._person)
        self._person.hide()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_office(self, office: str, place: str) -> None:
        """Names another office."""
        self._office.set_text(office)
        self._place.set_text(place)

    def set_person(self, text: str) -> None:
        """Shows who works here (name and role) at the very bottom; empty hides it."""
        self._person.set_text(text)
        self._person.setVisible(bool(text) and not self._is_rail)

    def set_entries(self, entries: Sequence[SideEntry], bottom: Sequence[SideEntry] = ()) -> None:
        """Shows these entries; the current one stays current if it is still there."""
        kept = self.current
        for button in self._buttons.values():
            button.deleteLater()
        self._buttons = {}
        while self._top.count():
            self._top.takeAt(0)
        for layout, given, holder in ((self._top, entries, self._list), (self._bottom, bottom, self)):
            for entry in given:
                button = _EntryButton(entry, self._language, holder)
                button.clicked.connect(lambda _checked=False, key=entry.key: self._choose(key))
                button.installEventFilter(self)
                layout.addWidget(button)
                self._buttons[entry.key] = button
        self._top.addStretch(1)
        if kept in self._buttons:
            self.set_current(kept)
        self._fit()

    def set_count(self, key: str, count: int) -> None:
        """Shows how many wait at an entry.

        Raises:
            KeyError: no such entry.
        """
        self._buttons[key].set_count(count)

    @property
    def current(self) -> str:
        """The current key; empty before the first `set_current`."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    @property
    def is_rail(self) -> bool:
        """Whether only icons are shown for want of room."""
        return self._is_rail

    def set_current(self, key: str) -> None:
        """Marks the current place without announcing it; a key that is not here marks none."""
        for other, button in self._buttons.items():
            button.setChecked(other == key)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for its longest entry, or the rail."""
        space = tokens().space
        if self._is_rail:
            return QSize(px(_RAIL), px(320))
        widest = max((button.sizeHint().width() for button in self._buttons.values()), default=0)
        return QSize(max(px(space.side_bar), widest + 2 * px(space.tight) + 2), px(320))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its hint; low windows scroll it."""
        return QSize(self.sizeHint().width(), px(200))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Watches the window's width from now on."""
        super().showEvent(event)
        window = self.window()
        if window is not self._watched and window is not self:
            self._watched = window
            window.installEventFilter(self)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Moves rows together in a low window."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follows the window's width, and moves between entries by arrow keys."""
        if watched is self._watched and event.type() == QEvent.Type.Resize:
            self._fit()
        if isinstance(watched, _EntryButton) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._moved(watched, event.key())
        return super().eventFilter(watched, event)

    def _moved(self, at: _EntryButton, key: int) -> bool:
        places = list(self._buttons.values())
        here = places.index(at)
        goals = {
            Qt.Key.Key_Down: min(here + 1, len(places) - 1),
            Qt.Key.Key_Up: max(here - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(places) - 1,
        }
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            at.click()
            return True
        if key not in goals:
            return False
        goal = places[goals[Qt.Key(key)]]
        goal.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(goal)
        return True

    def _choose(self, key: str) -> None:
        self.set_current(key)
        self.chosen.emit(key)

    def _fit(self) -> None:
        window = self._watched
        is_rail = window is not None and window.width() / text_scale() < _WORDS_FROM
        above = sum(1 for button in self._buttons.values() if button.parent() is self._list)
        below = len(self._buttons) - above
        texts = 0 if is_rail else self._head.heightForWidth(self.width()) + self._person.sizeHint().height()
        room = self.height() - px(40) - texts
        rows = (row for row in _ROWS if room >= (above + below) * (px(row) + px(2)))
        row = next(rows, _ROWS[-1]) if self.isVisible() else _ROWS[0]
        if is_rail == self._is_rail and all(button.row_height == row and button.is_rail == is_rail for button in self._buttons.values()):
            return
        self._is_rail = is_rail
        bars = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if is_rail else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._scroll.setVerticalScrollBarPolicy(bars)
        for button in self._buttons.values():
            button.row_height = row
            button.set_rail(is_rail=is_rail)
        self._head.setVisible(not is_rail)
        self._person.setVisible(not is_rail and bool(self._person.plain_text))
        self.updateGeometry()
