"""A card that is one button: a number or a line with where it leads."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from records.words import Language

_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class _ClickFrame(QAbstractButton):
    """The ground, the hover and the focus of a card that can be pressed."""

    def __init__(self, *, is_row: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_row = is_row
        self._has_ring = True
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed if is_row else QSizePolicy.Policy.Preferred)
        layout: QBoxLayout = QHBoxLayout(self) if is_row else QVBoxLayout(self)
        pad = px(tokens().space.tight if is_row else tokens().space.normal)
        side, above = (px(tokens().space.snug), px(6)) if is_row else (pad, pad)
        layout.setContentsMargins(side, above, side, above)
        layout.setSpacing(px(tokens().space.tight if is_row else tokens().space.hair))
        self.inner = layout

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """A focus the window gave by itself shows no ring: it would look like a choice nobody made."""
        self._has_ring = event.reason() in _BY_KEY
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever uses the keys sees where they go."""
        self._has_ring = True
        self.update()
        super().keyPressEvent(event)

    def add(self, part: QWidget, stretch: int = 0) -> None:
        """Adds a part that lets the mouse through."""
        part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.inner.addWidget(part, stretch)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As its parts want."""
        return self.inner.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As its parts need."""
        return self.inner.minimumSize()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Its texts may break."""
        return self.inner.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """The height of its texts at a width."""
        return self.inner.totalHeightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the ground and the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_lit = self.underMouse() or self.isDown()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = px(tokens().space.radius if self._is_row else tokens().space.card_radius)
        if not self._is_row or is_lit:
            painter.setPen(Qt.PenStyle.NoPen if self._is_row else colour("line"))
            painter.setBrush(colour("hover" if is_lit else "surface"))
            painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus() and self._has_ring:
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(colour("accent"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)


class NumberCard(_ClickFrame):
    """What is counted, how many, and a word on it."""

    def __init__(self, title: str, icon: str, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(is_row=False, parent=parent)
        self._title = title
        self._drawing = icon
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(tokens().space.tight))
        self._icon = IconView(icon, "muted", side=18)
        row.addWidget(self._icon)
        row.addWidget(WrapLabel(title, "muted", language=language), 1)
        self.number = Label("…", "display")
        self.word = WrapLabel("", "small", language=language)
        for part in (head, self.number, self.word):
            self.add(part)

    def show_number(self, number: int, word: str, role: str = "muted") -> None:
        """Shows a count; `role` colours the icon, the word says what the colour means."""
        self.number.setText(f"{number:,}")
        self.word.set_text(word)
        self._icon.show_icon(self._drawing, role)
        self.setAccessibleName(f"{self._title} {number:,} · {word}")


class RowCard(_ClickFrame):
    """One line of a list in a card: what it is given at the left, a quiet word at the right."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is what a screen reader says."""
        super().__init__(is_row=True, parent=parent)
        self.setAccessibleName(name)
