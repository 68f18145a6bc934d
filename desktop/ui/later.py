"""What is done once things have been quiet for a moment: a search while somebody types, a page that is read anew after a write."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Later(QTimer):
    """Does an act once, a while after `start()` was last called; `stop()` forgets it."""

    def __init__(self, owner: QObject, wait_ms: int, act: Callable[[], object]) -> None:
        """`owner` ends it with itself."""
        super().__init__(owner)
        self.setSingleShot(True)
        self.setInterval(wait_ms)
        self.timeout.connect(act)
