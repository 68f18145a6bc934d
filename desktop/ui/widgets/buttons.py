"""The buttons: one primary act per screen, quiet ones beside it, a red one for what destroys, and buttons of an icon alone."""

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QToolButton, QWidget

from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.theme.icons import set_icon
from records.words import Language, Words, say

Look = Literal["primary", "quiet", "danger", "bare"]
"""How loud a button is; `bare` has no border, for acts inside a sentence or a card's head."""

_INKS: dict[str, str] = {"primary": "on_accent", "danger": "on_danger", "bare": "accent", "quiet": "text"}
_QT_GAP = 4
"""Pixels that QPushButton itself leaves between icon and text."""
_GAP = 8


class Button(QPushButton):
    """A push button with an optional icon, as one of the four looks. The others below only name a look."""

    def __init__(self, words: Words, language: Language, *, icon: str = "", look: Look = "quiet", parent: QWidget | None = None) -> None:
        """`icon` is a name of `theme.icons`, empty for none."""
        super().__init__(say(words, language), parent)
        self._ink = _INKS[look]
        self.setProperty("look", look)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon:
            set_icon(self, icon, self._ink)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The size Qt finds, and the wider gap between icon and words."""
        self.setIconSize(QSize(px(tokens().space.icon), px(tokens().space.icon)))
        hint = super().sizeHint()
        return hint if self.icon().isNull() or not self.text() else hint + QSize(px(_GAP) - _QT_GAP, 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A button never shrinks below its words."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws the ground by the style sheet, and icon and words centred with our own gap."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        option.icon = QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        area = self.rect()
        words = painter.fontMetrics().horizontalAdvance(self.text())
        if not self.icon().isNull():
            side = self.iconSize().width()
            width = side + (px(_GAP) + words if self.text() else 0)
            left = area.left() + max(0, (area.width() - width) // 2)
            mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
            self.icon().paint(painter, QRect(left, area.top() + (area.height() - side) // 2, side, side), mode=mode)
            area.setLeft(left + side + px(_GAP))
            area.setWidth(words + 1)
        painter.setPen(colour(self._ink if self.isEnabled() else "disabled"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.text())


class PrimaryButton(Button):
    """The one main act of a screen."""

    def __init__(self, words: Words, language: Language, *, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, language, icon=icon, look="primary", parent=parent)


class QuietButton(Button):
    """Any other act."""

    def __init__(self, words: Words, language: Language, *, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, language, icon=icon, look="quiet", parent=parent)


class DangerButton(Button):
    """An act that takes something away."""

    def __init__(self, words: Words, language: Language, *, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, language, icon=icon, look="danger", parent=parent)


class IconButton(QToolButton):
    """A button of an icon alone; its words are the tool tip and what a screen reader says."""

    def __init__(
        self,
        icon: str,
        words: Words,
        language: Language,
        *,
        keys: str = "",
        is_small: bool = False,
        role: str = "muted",
        parent: QWidget | None = None,
    ) -> None:
        """`keys` is shown in the tool tip (`Ctrl+N`); it installs no shortcut. `is_small` fits inside inputs and cards' heads."""
        super().__init__(parent)
        said = say(words, language)
        self._is_small = is_small
        self.setProperty("look", "small-icon" if is_small else "icon")
        self.setToolTip(f"{said} ({keys})" if keys else said)
        self.setAccessibleName(said)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self, icon, role)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A square as high as other controls."""
        space = tokens().space
        side = px(space.icon if self._is_small else space.icon + 2)
        self.setIconSize(QSize(side, side))
        whole = px(28) if self._is_small else px(space.control)
        return QSize(whole, whole)
