"""Messages that come over the work and go by themselves: what was done, and how to take it back."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.screen import Notice
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from records.words import Language

_SHORT_MS = 4_000
_LONG_MS = 12_000
"""With an act to choose, people need longer."""
_WIDEST = 520


class Notices(QWidget):
    """The last notice, at the lower right of its parent; a new one takes its place."""

    def __init__(self, language: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self._language = language
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self.banner: Banner | None = None
        parent.installEventFilter(self)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Shows a notice."""
        self.clear()
        self.banner = Banner(notice.kind, notice.text, self._language, action=notice.action, is_closable=True)
        run = notice.run
        if run is not None:
            self.banner.acted.connect(self.clear)
            self.banner.acted.connect(run)
        self.banner.closed.connect(self.clear)
        self._column.addWidget(self.banner)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(_LONG_MS if notice.action is not None else _SHORT_MS)

    def clear(self) -> None:
        """Takes the notice away."""
        self._timer.stop()
        if self.banner is not None:
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stays in its corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None or self.banner is None:
            return
        margin = px(tokens().space.normal)
        width = min(max(self.banner.sizeHint().width() + px(40), px(280)), px(_WIDEST), parent.width() - 2 * margin)
        height = max(self.banner.heightForWidth(width), self.banner.sizeHint().height())
        self.setGeometry(parent.width() - width - margin, parent.height() - height - margin, width, height)
