"""The line above every page: back, title, the fiscal year, the search that reaches everything, and the page's one primary act."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.ui.screen import Action
from desktop.ui.theme.current import colour, font, px, text_scale, tokens
from desktop.ui.theme.icons import icon
from desktop.ui.widgets.buttons import IconButton, PrimaryButton
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.year_choice import YearButton, YearChoice
from records.words import Language, Words, say

BACK = Words("กลับ", "Back")
SEARCH = Words("ค้นหาทุกอย่าง", "Search everything")
_KEYS = "Ctrl+K"
_SHORT_BELOW = 760
"""Pixels at 100 % text below which the search is an icon."""


class SearchButton(QAbstractButton):
    """Looks like a search box, opens the palette."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = say(SEARCH, language)
        self.is_short = False
        self.setText(self._said)
        self.setAccessibleName(self._said)
        self.setToolTip(f"{self._said} ({_KEYS})")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The words and the keys, or the icon alone."""
        side = px(tokens().space.control)
        if self.is_short:
            return QSize(side, side)
        base, small = QFontMetrics(font(tokens().type.base)), QFontMetrics(font(tokens().type.small))
        return QSize(max(px(260), base.horizontalAdvance(self._said) + small.horizontalAdvance(_KEYS) + px(72)), side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints it as the search boxes are."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(colour("accent" if self.hasFocus() else "border"))
        pen.setWidthF(2 if self.hasFocus() else 1)
        painter.setPen(pen)
        painter.setBrush(colour("hover" if self.underMouse() else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(8), px(8))
        side = px(16)
        left = (self.width() - side) // 2 if self.is_short else px(12)
        icon("search", "muted").paint(painter, left, (self.height() - side) // 2, side, side)
        if self.is_short:
            return
        painter.setPen(colour("muted"))
        painter.setFont(font(tokens().type.base))
        painter.drawText(self.rect().adjusted(px(38), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._said)
        painter.setFont(font(tokens().type.small))
        painter.drawText(self.rect().adjusted(0, 0, -px(12), 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, _KEYS)


class TopBar(QWidget):
    """Back, title, fiscal year, search, primary act."""

    back = Signal()
    search = Signal()

    def __init__(self, language: Language, year: YearChoice, parent: QWidget | None = None) -> None:
        """`year` is the fiscal year chosen, which a button here changes."""
        super().__init__(parent)
        self._language = language
        space = tokens().space
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(space.wide), px(space.snug), px(space.wide), px(space.tight))
        self._row.setSpacing(px(space.snug))
        self.back_button = IconButton("arrow-left", BACK, language, keys="Alt+←")
        self.back_button.clicked.connect(self.back)
        self._row.addWidget(self.back_button)
        self.title = WrapLabel("", "title", language=language)
        self._row.addWidget(self.title, 1)
        self.year_button = YearButton(year, language)
        self._row.addWidget(self.year_button)
        self.search_button = SearchButton(language)
        self.search_button.clicked.connect(self.search)
        self._row.addWidget(self.search_button)
        self.primary: PrimaryButton | None = None
        self._action: Action | None = None

    def show_page(self, title: str, action: Action | None, *, can_go_back: bool) -> None:
        """Shows what belongs to a page."""
        self.title.set_text(title)
        self.back_button.setVisible(can_go_back)
        before = (self._action.id, self._action.label) if self._action else None
        self._action = action
        if before == ((action.id, action.label) if action else None):
            return
        if self.primary is not None:
            self.primary.hide()
            self.primary.deleteLater()
            self.primary = None
        if action is not None:
            self.primary = PrimaryButton(action.label, self._language, icon=action.icon)
            if action.shortcut:
                self.primary.setToolTip(f"{say(action.label, self._language)} ({action.shortcut})")
            self.primary.clicked.connect(self._act)
            self._row.addWidget(self.primary)

    def fit(self, width: int) -> None:
        """Makes the search an icon in a narrow window; `width` is in pixels."""
        is_short = width / text_scale() < _SHORT_BELOW
        if is_short != self.search_button.is_short:
            self.search_button.is_short = is_short
            self.search_button.updateGeometry()
        self.year_button.set_short(is_short=is_short)

    def _act(self) -> None:
        if self._action is not None:
            self._action.run()
