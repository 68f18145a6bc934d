"""When labels need the dictionary of Thai words, and bringing it without making anybody wait.

Loading it takes about a second: it is done on a thread of its own, and only where Qt does not part Thai words by itself. Labels asked
meanwhile show their text as it is and ask again at `ready`.
"""

import sys
import threading

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtGui import QTextLayout, QTextOption

from desktop.ui.widgets.thai_wrap import has_thai, load, wrapped

_NAME = "thai-words"
_LOOK_MS = 50


class ThaiWords(QObject):
    """The break marks of texts, once the dictionary is here. One belongs to the application: `of_app`."""

    ready = Signal()
    """The dictionary is loaded."""

    def __init__(self, parent: QObject | None = None, *, is_needed: bool | None = None) -> None:
        """`is_needed` is None to find out whether Qt parts Thai words by itself."""
        super().__init__(parent)
        self.setObjectName(_NAME)
        self.is_needed = not qt_parts_thai() if is_needed is None else is_needed
        self._thread: threading.Thread | None = None
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._looked)

    @staticmethod
    def of_app() -> "ThaiWords":
        """The application's, made at the first question."""
        app = QCoreApplication.instance()
        found = app.findChild(ThaiWords, _NAME) if app is not None else None
        return found if found is not None else ThaiWords(app)

    def wrapped(self, text: str) -> str:
        """The text with break marks where they are needed and known; else as it is, and `ready` follows when they will be known."""
        if not self.is_needed or not has_thai(text):
            return text
        if self.is_loading or "newmm_tokenizer" not in sys.modules:
            self.start_loading()
            return text
        return wrapped(text)

    @property
    def is_loading(self) -> bool:
        """Whether `ready` will follow."""
        return self._thread is not None

    def start_loading(self) -> None:
        """Brings the dictionary on a thread of its own."""
        if self._thread is None:
            self._thread = threading.Thread(target=load, name="thai-words", daemon=True)
            self._thread.start()
            self._look.start()

    def _looked(self) -> None:
        if self._thread is not None and not self._thread.is_alive():
            self._look.stop()
            self._thread = None
            self.ready.emit()


def qt_parts_thai() -> bool:
    """Whether Qt breaks lines between Thai words here: it does where it found libthai."""
    layout = QTextLayout("ตรวจแบบแปลนแล้ว")
    layout.setTextOption(QTextOption())
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(1)
    layout.endLayout()
    return line.textLength() < len(layout.text())
