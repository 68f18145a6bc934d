"""Messages inside a screen: what is so, and what can be done about it, without stopping the work."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from records.words import Language, Words, say

BannerKind = Literal["info", "warn", "ok", "danger"]

CLOSE = Words("ปิดข้อความ", "Close this message")

_ICONS: dict[str, str] = {"info": "info", "warn": "alert-triangle", "ok": "circle-check", "danger": "circle-alert"}


class Banner(QFrame):
    """One message with an icon, an optional act (`button`) and an optional cross (`close_button`). Closing only hides it."""

    acted = Signal()
    """The act was chosen."""
    closed = Signal()
    """The cross was pressed; the banner is hidden already."""

    def __init__(
        self,
        kind: BannerKind,
        text: Words,
        language: Language,
        *,
        action: Words | None = None,
        is_closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        space = tokens().space
        self._language = language
        self.setProperty("look", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(space.snug), px(space.tight), px(space.tight), px(space.tight))
        row.setSpacing(px(space.snug))
        self._icon = IconView(_ICONS[kind], kind, side=18)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self.label = WrapLabel("", language=language)
        row.addWidget(self.label, 1)
        self.button: Button | None = None
        if action is not None:
            self.button = Button(action, language, look="quiet")
            self.button.clicked.connect(self.acted)
            row.addWidget(self.button)
        self.close_button: IconButton | None = None
        if is_closable:
            self.close_button = IconButton("x", CLOSE, language, is_small=True, role="text")
            self.close_button.clicked.connect(self._close)
            row.addWidget(self.close_button)
        self.show_message(kind, text)

    def show_message(self, kind: BannerKind, text: Words) -> None:
        """Shows another message; its act stays."""
        self.setProperty("tone", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon.show_icon(_ICONS[kind], kind)
        self.label.set_text(say(text, self._language))
        self.setAccessibleName(self.label.plain_text)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
