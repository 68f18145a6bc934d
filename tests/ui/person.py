"""A person at a desk of an office with a real server: sees texts, clicks what can be seen, types, presses keys; waits for what the window says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenu, QPlainTextEdit, QTableView, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from desktop.app import open_office
from desktop.services.office import Office
from desktop.ui.first_start import FirstStart
from desktop.ui.main_window import MainWindow
from desktop.ui.start import Desk
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.field_box import FieldBox
from desktop.ui.widgets.record_form import RecordForm
from records.words import Language, say
from tests.offices import ENVIRON, Clock
from tests.ui.measure import name_of, seen
from tests.ui.windows import PATIENCE_MS, pressed, texts, typed


class Person:
    """Somebody at a computer of their own. Rounds run only when asked for: the clock of the computer stands until `later`."""

    def __init__(self, folder: Path, theme: Theme, qtbot: QtBot) -> None:
        """`folder` is the empty data folder."""
        self._qtbot = qtbot
        self._clock = Clock(datetime.now(UTC))
        self._folder = folder
        self.office = self._open()
        self._desk = Desk(self.office, theme, self._open)
        self._desk.open()

    def _open(self) -> Office:
        self.office = open_office(self._folder, Language.THAI, environ=ENVIRON, clock=self._clock)
        return self.office

    def leaves(self) -> None:
        """Closes the window and the data folder."""
        self.window.close()
        self.window.deleteLater()
        self.office.close()

    @property
    def window(self) -> QWidget:
        """The window that is open."""
        assert self._desk.window is not None
        return self._desk.window

    def waits(self, condition: Callable[[], object]) -> None:
        """Waits until it holds."""
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def sits_down(self) -> None:
        """Brings the window to the front, where the keys go."""
        self.window.activateWindow()
        self.waits(self.window.isActiveWindow)

    # What is seen -----------------------------------------------------------------------------------------------------------------

    def sees_now(self, *wanted: str) -> bool:
        """Whether every text stands somewhere in the window."""
        shown = list(texts(self.window))
        return all(any(text in one for one in shown) for text in wanted)

    def sees(self, *wanted: str) -> None:
        """Waits until every text stands somewhere in the window; says what stands there instead."""
        try:
            self.waits(lambda: self.sees_now(*wanted))
        except TimeoutError:
            pytest.fail(f"{wanted} is not seen in {[text for text in texts(self.window) if text]}")

    def buttons(self, text: str) -> list[QAbstractButton]:
        """The buttons that can be seen and pressed and whose name begins with a text, those of just that name first."""
        found = [one for one in seen(self.window) if isinstance(one, QAbstractButton) and one.isEnabled() and name_of(one).startswith(text)]
        return sorted(found, key=lambda one: name_of(one) != text)

    def table(self) -> QTableView:
        """The list in sight."""
        return self._tables()[0]

    def _tables(self) -> list[QTableView]:
        return [widget for widget in seen(self.window) if isinstance(widget, QTableView)]

    def rows(self, text: str) -> list[int]:
        """The rows of the list in sight in which a text stands; none where no list is."""
        if not self._tables():
            return []
        model = self.table().model()
        return [
            row
            for row in range(model.rowCount())
            if any(text in str(model.index(row, column).data() or "") for column in range(model.columnCount()))
        ]

    def box(self, label: str) -> FieldBox:
        """The field of the form in sight, by its label, once it is there."""
        self.waits(lambda: self._boxes(label))
        return self._boxes(label)[0]

    def line(self, label: str) -> QLineEdit | QPlainTextEdit:
        """Where a field of the form in sight is typed, by its label."""
        # Editors with something beside their line are named by a box of several parts.
        box = self.box(label)
        found = next(iter([*box.findChildren(QLineEdit), *box.findChildren(QPlainTextEdit)]))
        assert isinstance(found, QLineEdit | QPlainTextEdit)
        return found

    def reads(self, label: str) -> str:
        """What stands in a field of the form in sight; empty while there is no such field."""
        if not self._boxes(label):
            return ""
        line = self.line(label)
        return line.text() if isinstance(line, QLineEdit) else line.toPlainText()

    def _boxes(self, label: str) -> list[FieldBox]:
        return [one for one in seen(self.window) if isinstance(one, FieldBox) and say(one.spec.label, Language.THAI) == label]

    # What is done -----------------------------------------------------------------------------------------------------------------

    def clicks(self, text: str) -> None:
        """Clicks the first button of that name, once it is there."""
        self.waits(lambda: self.buttons(text))
        QTest.mouseClick(self.buttons(text)[0], Qt.MouseButton.LeftButton)

    def presses(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the keys go."""
        self.sits_down()
        pressed(self.window, key, modifier)  # type: ignore[arg-type]  # a first start has keys too

    def writes(self, label: str, text: str) -> None:
        """Writes a text into a field of the form instead of what stands there."""
        self.sits_down()
        line = self.line(label)
        self.waits(lambda: not line.isReadOnly())
        line.setFocus()
        self.waits(line.hasFocus)
        line.selectAll()
        typed(text)

    def goes(self, area: str, tab: str) -> None:
        """Goes to a list by the side bar and its tab."""
        self.clicks(area)
        self.waits(lambda: self.buttons(tab) or self.buttons("อีก"))
        if self.buttons(tab):
            self.clicks(tab)
        else:
            self.chooses_tab(tab)
        self.waits(lambda: any(one.isChecked() and name_of(one) == tab for one in self.buttons(tab)))
        self.waits(
            lambda: (
                [one for one in seen(self.window) if isinstance(one, QTableView) and one.accessibleName() == tab]
                or self.sees_now(f"ยังไม่มี{tab}")
            )
        )

    def chooses_tab(self, tab: str) -> None:
        """Chooses a tab that has no room from the menu at the end of the tabs."""
        self.clicks("อีก")
        menus = [one for one in self.window.findChildren(QMenu) if one.isVisible()]
        action = next(action for menu in menus for action in menu.actions() if action.text() == tab)
        action.trigger()
        menus[0].close()

    def opens(self, text: str) -> None:
        """Opens the record of a row as a page, by a double click."""
        self.waits(lambda: self.rows(text))
        table = self.table()
        cell = table.visualRect(table.model().index(self.rows(text)[0], table.horizontalHeader().logicalIndex(0)))
        at = cell.topLeft() + QPoint(12, cell.height() // 2)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def saves(self) -> None:
        """Saves the form in sight by its key, and waits until nothing in it waits to be saved."""
        form = next(widget for widget in seen(self.window) if isinstance(widget, RecordForm))
        self.presses(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        self.waits(lambda: form.record_id and not form.is_touched)

    # The line ---------------------------------------------------------------------------------------------------------------------

    def enrols(self, server: str, code: str) -> None:
        """Goes through the first start."""
        assert isinstance(self.window, FirstStart)
        self.clicks("ต่อไป")
        for name, text in (("ที่อยู่เซิร์ฟเวอร์", server), ("รหัสลงทะเบียน", code)):
            self.waits(partial(self._lines, name))
            QTest.keyClicks(self._lines(name)[0], text)
        self.clicks("ลงทะเบียนเครื่อง")
        self.sees("พร้อมแล้ว")
        self.clicks("เริ่มทำงาน")
        self.waits(lambda: isinstance(self.window, MainWindow) and self.window.here is not None)
        self.keeps_code()
        self.waits(self._is_in_step)

    def keeps_code(self) -> None:
        """Says that the recovery code, shown at the first start, is written down."""
        assert isinstance(self.window, MainWindow)
        safety = self.window.safety
        self.waits(lambda: safety.code_sheet is not None)
        assert safety.code_sheet is not None
        safety.code_sheet.kept.click()
        safety.code_sheet.done_button.click()
        self.waits(lambda: safety.code_sheet is None)

    def _lines(self, name: str) -> list[QLineEdit]:
        return [one for one in seen(self.window) if isinstance(one, QLineEdit) and name_of(one) == name]

    def later(self, minutes: int = 1) -> None:
        """Lets time pass on this computer, too little for a round by itself."""
        self._clock.now += timedelta(minutes=minutes)

    def syncs(self) -> None:
        """Asks for a round by its key and waits until it is over."""
        self._clock.now += timedelta(seconds=1)
        self.presses(Qt.Key.Key_F5)
        self.waits(self._is_in_step)

    def _is_in_step(self) -> bool:
        last = self.office.sync.status().last_sync
        return bool(last) and datetime.fromisoformat(last) == self._clock.now.replace(microsecond=0)
