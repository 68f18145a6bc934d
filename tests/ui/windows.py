"""A real window on a real desk, for tests: filled with a sample office, driven as a person would, waited for by what it says."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget

from demo.desk import SampleDesk
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.record_form import RecordForm
from records.thai.citizen import is_citizen_id
from records.words import Language
from tests import fresh_files
from tests.ui.measure import seen

NOW = datetime(2026, 11, 22, 2, 41, tzinfo=UTC)
"""A Sunday morning in Thailand."""
SEED = 2569
QUIET_MS = 260
"""Longer than every delay by which the window waits for more to come."""
PATIENCE_MS = 120_000
"""How long anything is waited for before a test fails: many times what it takes, as the computer may be busy with other things."""
_TURN_MS = 10
_QUIET_TURNS = 6


def opened(desk: SampleDesk, theme: Theme, place: Place | None = None, size: tuple[int, int] = (1366, 768)) -> MainWindow:
    """A window on a desk, at a place, everything fetched; no rounds run."""
    window = MainWindow(desk.office, theme, desk.office.language)
    window.resize(*size)
    window.show()
    window.start(place, syncs=False)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    settle(window)
    return window


def settle(window: MainWindow) -> None:
    """Waits until the store's threads have had nothing to do for some turns of the event loop, and nothing waits for more to come.

    Turns and not the clock alone: a computer that is busy elsewhere lets the clock run while this process stands still.
    """
    whole = QElapsedTimer()
    whole.start()
    quiet = 0

    def worked() -> None:
        nonlocal quiet
        quiet = 0

    window.bridge.became_idle.connect(worked)
    while quiet < _QUIET_TURNS:
        quiet += 1
        QTest.qWait(_TURN_MS)
        if window.bridge.is_busy or _will_act(window) or not all(form.is_built for form in window.findChildren(RecordForm)):
            quiet = 0
        assert whole.elapsed() < PATIENCE_MS, "the window never comes to rest"
    window.bridge.became_idle.disconnect(worked)


def _will_act(window: MainWindow) -> bool:
    """Whether a delay runs after which the window does something by itself."""
    timers = (*window.findChildren(QTimer), *window.bridge.findChildren(QTimer))
    return any(timer.isSingleShot() and timer.isActive() and timer.interval() <= QUIET_MS for timer in timers)


def go(window: MainWindow, place: Place) -> None:
    """Goes to a place and waits for it."""
    window.navigate(place)
    settle(window)


def typed(text: str) -> None:
    """Types a text, Thai too, into what has the keys; `QTest.keyClicks` knows only Latin letters."""
    target = QApplication.focusWidget()
    assert target is not None, "nothing has the keys"
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(target, event)
    QApplication.processEvents()


def pressed(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Presses a key where the keys go."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)
    QApplication.processEvents()


def texts(root: QWidget) -> Iterator[str]:
    """Every text a person can read inside `root`, cells of lists included."""
    for widget in seen(root):
        if isinstance(widget, QLabel | QLineEdit):
            yield widget.text()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText()
        elif isinstance(widget, QComboBox):
            yield widget.currentText()
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
            for row in range(min(model.rowCount(), 60)):
                for column in range(columns):
                    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                        yield str(model.index(row, column).data(role) or "")
        yield widget.toolTip()
        yield widget.accessibleName()


def citizen_ids(root: QWidget) -> list[str]:
    """Every citizen id in full that a person can read inside `root`; empty when all are masked."""
    found: list[str] = []
    for text in texts(root):
        for digits in re.findall(r"\d(?:-?\d){12}", text):
            if is_citizen_id(digits.replace("-", "")):
                found.append(digits)
    return found


def dead_ends(root: QWidget) -> list[str]:
    """Lists without rows, and empty panes that do not say what to do."""
    found = [
        f"{type(widget).__name__} {widget.accessibleName()!r} is empty and says nothing"
        for widget in seen(root)
        if isinstance(widget, QAbstractItemView) and widget.model() is not None and not widget.model().rowCount()
    ]
    for widget in seen(root):
        if isinstance(widget, EmptyState) and not any(label.text().strip() for label in widget.findChildren(QLabel)):
            found.append("an empty pane without a word")
    return found


def desk_in(folder: Path, language: Language = Language.THAI) -> SampleDesk:
    """A desk that has synced once and remembers a morning of rounds."""
    fresh_files.lay(folder, random.Random(SEED).randbytes(32))
    desk = SampleDesk(folder, NOW, language=language, seed=SEED)
    desk.enrol()
    desk.receive_all()
    desk.remember_rounds()
    return desk
