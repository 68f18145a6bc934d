"""Labels that are never cut: they break lines between Thai words and grow in height, and what is copied from them is clean."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from desktop.ui.theme.current import px
from desktop.ui.widgets.thai_words import ThaiWords
from desktop.ui.widgets.thai_wrap import unwrapped
from records.words import Language, Words, say

Type = Literal["", "display", "title", "heading", "strong", "muted", "small", "problem", "link"]
"""The looks of text; empty is plain."""

COPY = Words("คัดลอก", "Copy")

_LONGEST_LINE = 560
"""Pixels at 100 % after which a label would rather break than grow wider."""


class Label(QLabel):
    """One line of text, as wide as it is. Give it what certainly fits; else a `WrapLabel`."""

    def __init__(self, text: str = "", kind: Type = "", parent: QWidget | None = None) -> None:
        """`text` is already said in a language; it is shown as it is, never read as HTML."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", kind)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A label never shrinks below its words."""
        return self.sizeHint()


class WrapLabel(QLabel):
    """A text of any length that breaks between words, Thai or not. The dictionary is asked only when the text does not fit one line
    and Qt cannot part it."""

    def __init__(
        self,
        text: str = "",
        kind: Type = "",
        *,
        language: Language = Language.THAI,
        is_selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`text` is already said in a language; `language` is for the words of its own menu."""
        super().__init__(parent)
        self._plain = ""
        self._waits = False
        self._language = language
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", kind)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if is_selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Shows another text."""
        self._plain = unwrapped(text)
        self.setText(self._plain)
        self.setAccessibleName(self._plain)
        self._break_for(self.width())
        if self.minimumHeight():
            # Laid out already: the room kept for the lines of the former text is not kept for this one. Qt counts it in, so it goes first.
            self.setMinimumHeight(0)
            self.setMinimumHeight(max(0, super().heightForWidth(self.width())))

    @property
    def plain_text(self) -> str:
        """The text without break marks; `text()` may hold U+200B."""
        return self._plain

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line, or the height its lines take at the longest line we like."""
        self.ensurePolished()
        line = self.fontMetrics().horizontalAdvance(self._plain) + 2
        width = min(
            max((self.fontMetrics().horizontalAdvance(part) + 2 for part in self._plain.split("\n")), default=line), px(_LONGEST_LINE)
        )
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Narrow enough for any pane; the height is found from the width."""
        self.ensurePolished()
        return QSize(min(px(96), self.fontMetrics().horizontalAdvance(self._plain) + 2), self.fontMetrics().lineSpacing())

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """The height of all lines at `width` pixels."""
        self._break_for(width)
        return super().heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Finds the breaks when one line is no longer enough, and keeps room for all lines."""
        self._break_for(event.size().width())
        super().resizeEvent(event)
        self.setMinimumHeight(max(0, super().heightForWidth(event.size().width())))

    def copy_selection(self) -> None:
        """Puts the selected part on the clipboard, or all of it when nothing is selected; without break marks."""
        QGuiApplication.clipboard().setText(unwrapped(self.selectedText()) or self._plain)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copies clean text."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offers to copy clean text, where the text may be selected at all."""
        if self.textInteractionFlags() == Qt.TextInteractionFlag.NoTextInteraction:
            super().contextMenuEvent(event)
            return
        menu = QMenu(self)
        menu.addAction(say(COPY, self._language)).triggered.connect(self.copy_selection)
        menu.exec(event.globalPos())

    def _break_for(self, width: int) -> None:
        if self.text() != self._plain or width <= 0:
            return
        self.ensurePolished()
        if any(self.fontMetrics().horizontalAdvance(line) > width for line in self._plain.split("\n")):
            words = ThaiWords.of_app()
            self.setText(words.wrapped(self._plain))
            if words.is_loading and not self._waits:
                self._waits = True
                words.ready.connect(self._words_came)

    def _words_came(self) -> None:
        self._break_for(self.width())
        self.updateGeometry()
