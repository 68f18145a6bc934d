"""A line of a short list that can be chosen: a name, something about it, a status at the right. For lists too long to build, see the record list."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.pill import Kind, Pill
from records.words import Language


class RowButton(QAbstractButton):
    """Name and detail, already said in a language; `clicked` is Qt's own and comes by mouse, Enter and Space."""

    def __init__(
        self,
        name: str,
        detail: str,
        language: Language,
        *,
        icon: str = "",
        status: str = "",
        kind: Kind = "neutral",
        parent: QWidget | None = None,
    ) -> None:
        """`status` is a word for a pill at the right; empty for none."""
        super().__init__(parent)
        space = tokens().space
        row = QHBoxLayout(self)
        row.setContentsMargins(px(space.snug), px(space.tight), px(space.snug), px(space.tight))
        row.setSpacing(px(space.snug))
        if icon:
            row.addWidget(IconView(icon, "muted", side=18), 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout()
        column.setSpacing(px(2))
        self.name_label = WrapLabel(name, "strong", language=language)
        column.addWidget(self.name_label)
        if detail:
            column.addWidget(WrapLabel(detail, "small", language=language))
        row.addLayout(column, 1)
        if status:
            row.addWidget(Pill(status, kind), 0, Qt.AlignmentFlag.AlignVCenter)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setText(name)
        self.setAccessibleName(" · ".join(filter(None, (name, detail, status))))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What its lines take."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Its lines may break, never be cut."""
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()

    def keyPressEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """Enter chooses, as Space does."""
        key = getattr(event, "key", lambda: None)()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]  # Qt gives a QKeyEvent

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the ground under the mouse and the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("pressed" if self.isDown() else "hover"))
            painter.drawRoundedRect(box, px(8), px(8))
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(colour("accent"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, px(8), px(8))
