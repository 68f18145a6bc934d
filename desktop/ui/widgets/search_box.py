"""The search box: says what it searches and by which keys it is reached, waits until the typing pauses."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop.ui.later import Later
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label
from records.words import Language, Words, say

CLEAR = Words("ล้างคำค้น", "Clear the search")
DEBOUNCE_MS = 120


class SearchBox(QFrame):
    """A line to type into (`line`) with a magnifier, a cross while there is text, and a hint of its keys while there is none."""

    searched = Signal(str)
    """The text, trimmed, 120 ms after the last key, at once on Enter and when cleared; never the same text twice."""

    def __init__(self, hint: Words, language: Language, *, keys: str = "", parent: QWidget | None = None) -> None:
        """`keys` is shown at the right (`Ctrl+K`); it installs no shortcut: see `shortcuts.shortcut`."""
        super().__init__(parent)
        space = tokens().space
        said = say(hint, language)
        self.setProperty("look", "search")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(space.snug), 0, px(space.tight), 0)
        row.setSpacing(px(space.tight))
        row.addWidget(IconView("search", "muted"))
        self.line = QLineEdit()
        self.line.setProperty("look", "inner")
        self.line.setPlaceholderText(said)
        self.line.setAccessibleName(said)
        self.line.installEventFilter(self)
        row.addWidget(self.line, 1)
        self._keys = Label(keys)
        self._keys.setProperty("look", "keys")
        row.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignVCenter)
        self.clear_button = IconButton("x", CLEAR, language, is_small=True)
        self.clear_button.clicked.connect(self.clear)
        row.addWidget(self.clear_button)
        self.setFocusProxy(self.line)
        self._timer = Later(self, DEBOUNCE_MS, self._announce)
        self._said = ""
        self.line.textChanged.connect(self._typed)
        self.line.returnPressed.connect(self._announce)
        self._show_parts()

    def text(self) -> str:
        """What is typed, trimmed."""
        return self.line.text().strip()

    def clear(self) -> None:
        """Empties the line, announces it at once and keeps the focus."""
        self.line.clear()
        self._announce()
        self.line.setFocus()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for its hint, as high as a button."""
        hint = self.line.fontMetrics().horizontalAdvance(self.line.placeholderText())
        wanted = hint + self._keys.sizeHint().width() + px(72)
        return QSize(max(px(240), wanted), px(tokens().space.control))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The hint is never cut."""
        return self.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Shows the focus on the whole box; Escape clears a search before it closes anything."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            self.style().unpolish(self)
            self.style().polish(self)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape and self.line.text():
            self.clear()
            return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self._show_parts()
        self._timer.start()

    def _show_parts(self) -> None:
        has_text = bool(self.line.text())
        self.clear_button.setVisible(has_text)
        self._keys.setVisible(not has_text and bool(self._keys.text()))

    def _announce(self) -> None:
        self._timer.stop()
        if self.text() != self._said:
            self._said = self.text()
            self.searched.emit(self._said)
