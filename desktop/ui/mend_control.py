"""Checks records in the background, a moment at a time between what people ask for, so that nobody waits for it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.ui.bridge import Bridge

_REST_MS = 60
"""Between two moments of checking: whoever wants the store's thread finds it free more often than not."""
_AFTER_CHANGE_MS = 400


class MendControl(QObject):
    """Begins when asked, checks until nothing is left, and begins again when records change."""

    def __init__(self, office: "Office", bridge: "Bridge", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._bridge = bridge
        self._has_begun = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._check)
        bridge.records_changed.connect(self._changed)

    def start(self) -> None:
        """Begins to check."""
        self._has_begun = True
        self._timer.start(_AFTER_CHANGE_MS)

    def stop(self) -> None:
        """Ends; what is not checked yet is checked after the next start."""
        self._has_begun = False
        self._timer.stop()

    def _changed(self, _types: object, _ids: object) -> None:
        if self._has_begun and not self._timer.isActive():
            self._timer.start(_AFTER_CHANGE_MS)

    def _check(self) -> None:
        if not self._has_begun:
            return
        if self._bridge.is_busy:
            self._timer.start(_REST_MS)
            return
        self._bridge.run(self._office.mending.catch_up, self._checked, lambda _error: None, owner=self)

    def _checked(self, is_more: bool) -> None:
        if is_more and self._has_begun:
            self._timer.start(_REST_MS)
        self._bridge.findings_changed.emit()
