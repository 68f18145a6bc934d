"""The truth about sync in one sentence, at the bottom of the window. A click opens the sync view."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLayout, QProgressBar, QSizePolicy, QWidget

from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label
from records.words import Language, Words, say

OPENS = Words("เปิดดูการรับส่งข้อมูล", "Open the sync view")


@dataclass(frozen=True, slots=True)
class SyncLine:
    """What the bar says now."""

    icon: str
    role: str
    """Colour role of the icon: `warn` offline, `ok` all sent, `accent` busy, `danger` needs a person."""
    sentence: Words
    waiting: Words | None = None
    """What waits (`รอส่ง 3 รายการ · รอท่านเลือก 1 รายการ`); None when nothing does."""
    progress: float | None = None
    """0 to 1 while busy; None hides the bar of progress."""
    last: Words | None = None
    """When all was last sent; None when never or when the sentence says it."""


class SyncBar(QAbstractButton):
    """One line: icon, sentence, what waits, progress, last time; all of it one button. `clicked` is Qt's own."""

    def __init__(self, line: SyncLine, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        space = tokens().space
        self._icon = IconView(line.icon, line.role)
        self._sentence = Label()
        self._waiting = Label()
        self._last = Label()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(px(120))
        for label in (self._waiting, self._last):
            label.setProperty("type", "muted")
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(px(space.normal), px(space.hair), px(space.normal), px(space.hair))
        row.setSpacing(px(space.snug))
        row.addWidget(self._icon)
        row.addWidget(self._sentence)
        row.addStretch(1)
        for part in (self._waiting, self._progress, self._last):
            row.addWidget(part)
        for shown in self.findChildren(QWidget):
            shown.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_line(line)

    def show_line(self, line: SyncLine) -> None:
        """Says something else."""
        self._line = line
        self._icon.show_icon(line.icon, line.role)
        self._sentence.setText(say(line.sentence, self._language))
        self._waiting.setText(say(line.waiting, self._language) if line.waiting else "")
        self._last.setText(say(line.last, self._language) if line.last else "")
        if line.progress is not None:
            self._progress.setValue(int(min(max(line.progress, 0.0), 1.0) * 1000))
        parts = [label.text() for label in (self._sentence, self._waiting, self._last) if label.text()]
        self.setAccessibleName(" · ".join(parts))
        self.setToolTip(" · ".join([*parts, say(OPENS, self._language)]))
        self._fit(self.width())

    @property
    def is_busy(self) -> bool:
        """Whether progress is shown."""
        return self._line.progress is not None

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of any width."""
        return QSize(px(480), px(tokens().space.control))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The icon and the sentence are always seen."""
        return QSize(self._icon.sizeHint().width() + self._sentence.sizeHint().width() + px(48), px(tokens().space.control))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leaves out, in a narrow window, first the last time, then the progress; the tool tip says all."""
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        gap = px(tokens().space.snug)
        room = width - self.minimumSizeHint().width()
        wanted = (
            (self._waiting, bool(self._waiting.text())),
            (self._progress, self.is_busy),
            (self._last, bool(self._last.text())),
        )
        for part, is_wanted in wanted:
            needs = (part.width() if part is self._progress else QFontMetrics(part.font()).horizontalAdvance(self._text_of(part))) + gap
            is_shown = is_wanted and needs <= room
            part.setVisible(is_shown)
            room -= needs if is_shown else 0

    def _text_of(self, part: QWidget) -> str:
        return part.text() if isinstance(part, Label) else ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the ground, the line above, and the focus."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("hover" if self.underMouse() or self.isDown() else "surface"))
        painter.fillRect(0, 0, self.width(), 1, colour("line"))
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(colour("accent"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
