"""A person who has a keyboard and no mouse: Tab, arrows, letters and keys of the program, and nothing that cannot be reached by them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QDialog, QLineEdit, QTextEdit, QWidget
from pytestqt.exceptions import TimeoutError

from desktop.ui.first_start import FirstStart
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.field_box import FieldBox
from desktop.ui.widgets.record_form import RecordForm
from records.words import Language, say
from tests.ui.measure import name_of, seen
from tests.ui.person import Person
from tests.ui.windows import PATIENCE_MS, texts

CONTROL, ALT, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
_MOST_TABS = 90
_TURN_MS = 10
_QUIET_MS = 60
_LIST_MS = 200
"""Longer than a line waits before it looks for what was typed."""


class Hands(Person):
    """Somebody at a computer of their own who touches nothing but the keys."""

    strokes = 0
    """Keys pressed so far."""

    def keeps_code(self) -> None:
        """Says by keys that the recovery code, shown at the first start, is written down."""
        self.waits(QApplication.activeModalWidget)
        self.presses_button("พิมพ์หรือจดรหัสเก็บไว้แล้ว")
        self.presses_button("เสร็จ")
        self.sits_down()

    # Where the keys go ------------------------------------------------------------------------------------------------------------

    @property
    def target(self) -> QWidget:
        """What a key pressed now is for."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return popup.focusWidget() or popup
        at = QApplication.focusWidget()
        assert at is not None, "the keys go nowhere: the focus is lost"
        return at

    @property
    def at(self) -> str:
        """The name of what has the keys: its own, else the label of its field."""
        target = self.target
        own = name_of(target)
        part: QWidget | None = target
        while not own and part is not None:
            own = say(part.spec.label, Language.THAI) if isinstance(part, FieldBox) else ""
            part = part.parentWidget()
        return own

    def rests(self, quiet_ms: int = _QUIET_MS) -> None:
        """Waits until the store's thread has had nothing to do for a while."""
        quiet = 0
        while quiet < quiet_ms // _TURN_MS:
            QTest.qWait(_TURN_MS)
            # After a restore it is another one, and for a moment none.
            window = self._desk.window
            if not isinstance(window, MainWindow | FirstStart):
                quiet = 0
                continue
            bridge = window.bridge if isinstance(window, MainWindow) else self._desk._bridge
            is_built = all(form.is_built for form in window.findChildren(RecordForm))
            quiet = 0 if (bridge is not None and bridge.is_busy) or not is_built else quiet + 1

    # What the fingers do ----------------------------------------------------------------------------------------------------------

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
        """Presses a key, and waits for what follows."""
        unasked: list[str] = []

        def give_up() -> None:
            sheet = QApplication.activeModalWidget()
            if isinstance(sheet, QDialog):
                unasked.extend(texts(sheet))
                sheet.done(QDialog.DialogCode.Rejected)

        guard = QTimer()
        guard.setSingleShot(True)
        guard.timeout.connect(give_up)
        guard.start(2 * PATIENCE_MS)
        for _ in range(times):
            QTest.keyClick(self.target, key, modifier)
            QApplication.processEvents()
            self.strokes += 1
        self.rests()
        guard.stop()
        assert unasked == [], "a window nobody answers"

    def types(self, text: str) -> None:
        """Types a text, Thai too, where the keys go."""
        target = self.target
        if isinstance(target, QAbstractItemView) and isinstance(QApplication.focusWidget(), QLineEdit):
            # A list of suggestions hands on what is typed to the line it belongs to.
            target = QApplication.focusWidget() or target
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(target, event)
        QApplication.processEvents()
        self.strokes += len(text)

    def digits(self, text: str) -> None:
        """Types digits, key by key, where no line is open yet."""
        for digit in text:
            QTest.keyClicks(self.target, digit)
            QApplication.processEvents()
        self.strokes += len(text)

    def buttons_in_sheet(self, text: str) -> list[QAbstractButton]:
        """The buttons of the window over the work that can be pressed and whose name begins with a text."""
        sheet = QApplication.activeModalWidget()
        found = seen(sheet) if sheet is not None else iter(())
        return [one for one in found if isinstance(one, QAbstractButton) and one.isEnabled() and name_of(one).startswith(text)]

    def tabs_to(self, name: str, *, back: bool = False) -> None:
        """Presses Tab until something of that name has the keys; fails when the keys never come there."""
        been: list[str] = []
        for _ in range(_MOST_TABS):
            if f" {name} " in f" {self.at} ":
                return
            been.append(self.at)
            QTest.keyClick(self.target, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab, SHIFT if back else Qt.KeyboardModifier.NoModifier)
            QApplication.processEvents()
            self.strokes += 1
        pytest.fail(f"Tab never comes to {name!r}: {been}")

    def fills(self, name: str, text: str) -> None:
        """Goes to a field by Tab and types instead of what stands there."""
        self.tabs_to(name)
        if isinstance(self.target, QLineEdit | QTextEdit):
            self.key(Qt.Key.Key_A, CONTROL)
        self.types(text)

    def picks(self, name: str, text: str) -> None:
        """Goes to a field by Tab, types a part of what it offers and takes the first."""
        self.fills(name, text)
        self.waits(QApplication.activePopupWidget)
        self.rests(_LIST_MS)
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QAbstractItemView) and not popup.currentIndex().isValid():
            self.key(Qt.Key.Key_Down)
        self.key(Qt.Key.Key_Return)

    def turns(self, name: str, option: str) -> None:
        """Goes to a box of choices by Tab and turns it by the arrows to one whose words begin so."""
        self.tabs_to(name)
        box = self.target
        assert isinstance(box, QComboBox), f"{name} is no box of choices but {box}"
        self.key(Qt.Key.Key_Home)
        for _ in range(box.count()):
            if box.currentText().startswith(option):
                return
            self.key(Qt.Key.Key_Down)
        pytest.fail(f"{name} offers no {option}: {[box.itemText(at) for at in range(box.count())]}")

    def reads_all(self) -> list[str]:
        """Every text in sight, the words of buttons among them."""
        return [*texts(self.window), *(one.text() for one in seen(self.window) if isinstance(one, QAbstractButton))]

    def waits_for(self, *wanted: str) -> None:
        """Waits until every text stands somewhere in the window, and the window has come to rest."""
        self.sees(*wanted)
        self.rests()

    def presses_button(self, name: str, *, back: bool = False) -> None:
        """Goes to a button by Tab and presses it."""
        self.tabs_to(name, back=back)
        self.key(Qt.Key.Key_Space)

    def asks_for(self, text: str, wanted: str = "") -> None:
        """Opens the box over everything, types a part of what is wanted, goes down to it and takes it."""
        self.sits_down()
        self.key(Qt.Key.Key_K, CONTROL)
        window = self.window
        assert isinstance(window, MainWindow)
        box = window.palette_box
        self.types(text)
        self.rests(_LIST_MS)
        for _ in range(60):
            if str(box.list.currentIndex().data() or "") == (wanted or text):
                self.key(Qt.Key.Key_Return)
                return
            self.key(Qt.Key.Key_Down)
        pytest.fail(f"{wanted or text} is not found by {text}: {list(texts(box))}")

    def goes_to(self, page: str) -> None:
        """Goes to a page or a list by its name."""
        self.asks_for(page, f"ไปที่ {page}")

    def saves_by_key(self) -> None:
        """Saves the form in sight, and waits until nothing in it waits to be saved."""
        form = next(widget for widget in seen(self.window) if isinstance(widget, RecordForm))
        self.key(Qt.Key.Key_S, CONTROL)
        try:
            self.waits(lambda: form.record_id and not form.is_touched)
        except TimeoutError:
            pytest.fail(f"it is not saved: {list(texts(form.problems))}")

    @contextmanager
    def when_asked(self, *answers: Callable[[], object]) -> Iterator[list[str]]:
        """While this lasts, each window that opens over the work is answered by the next of `answers`; yields what the windows said."""
        said: list[str] = []
        left = list(answers)
        busy = False

        def look() -> None:
            nonlocal busy
            sheet = QApplication.activeModalWidget()
            if busy or not left or not isinstance(sheet, QDialog) or not sheet.isVisible():
                return
            focus = QApplication.focusWidget()
            if focus is None or focus.window() is not sheet:
                # Without a screen nobody brings it to the front.
                sheet.activateWindow()
                return
            busy = True
            said.append(" ".join(text for text in texts(sheet) if text))
            left.pop(0)()
            busy = False

        timer = QTimer()
        timer.setInterval(30)
        timer.timeout.connect(look)
        timer.start()
        try:
            yield said
            self.waits(lambda: not left and QApplication.activeModalWidget() is None)
            # Without a screen nobody brings the window to the front again.
            self.sits_down()
        except TimeoutError:
            pytest.fail(f"{len(left)} windows never came; those that came said {said}")
        finally:
            timer.stop()
