"""How a page is drawn: its look, the person's acts before it, and the wait until the window has come to rest."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from demo.desk import SampleDesk
from desktop.ui.bridge import Bridge
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Mode
from records.words import Language

_MOMENT_MS = 60
_QUIET = 8
"""Moments without work after which a window is at rest."""
_SOON_MS = 260
"""Longer than every delay by which a page waits for more to come, or builds itself part by part."""
_PATIENCE = 400
"""Moments waited for the store's thread, 24 s, before drawing what is there."""


@dataclass(frozen=True)
class Look:
    """How a page is drawn."""

    suffix: str
    mode: Mode = "light"
    size: tuple[int, int] = (1440, 880)
    scale: float = 1.0
    language: Language = Language.THAI


Act = Callable[[MainWindow, SampleDesk, Path], QWidget | None]
"""What a person does before the page is drawn. Returns another window to draw over it, None for the program's own."""


@dataclass(frozen=True)
class Scene:
    """One page and what a person does on it before it is drawn."""

    name: str
    place: Callable[[SampleDesk], Place]
    act: Act | None = None
    is_main: bool = False
    """Drawn in every look, not only light and dark."""
    is_new: bool = False
    """Drawn at 150 % and at 1366x768 too."""


def settle(bridge: Bridge) -> None:
    """Waits until the store's thread is idle and what it brought is drawn."""
    quiet = 0
    for _ in range(_PATIENCE):
        loop = QEventLoop()
        QTimer.singleShot(_MOMENT_MS, loop.quit)
        loop.exec()
        quiet = 0 if bridge.is_busy or _will_act() else quiet + 1
        if quiet > _QUIET:
            return


def _will_act() -> bool:
    """Whether a window does something more by itself soon."""
    timers = (timer for window in QApplication.topLevelWidgets() for timer in window.findChildren(QTimer))
    return any(timer.isSingleShot() and timer.isActive() and timer.interval() <= _SOON_MS for timer in timers)


def scroller_of(widget: QWidget) -> QScrollArea | None:
    """What a widget is scrolled by; None when it stands still."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above
