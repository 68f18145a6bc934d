"""The page of what is to mend, as a person works it off: choose a fault, open a record, put it right, see one less."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from desktop.ui.main_window import MainWindow
from desktop.ui.mend_view import MendScreen
from desktop.ui.screen import Place
from desktop.ui.widgets.editors.base import LineEditor
from desktop.ui.widgets.record_form import RecordForm
from desktop.ui.widgets.row_button import RowButton
from tests.ui.measure import seen
from tests.ui.windows import PATIENCE_MS, go, pressed, settle, typed


def screen_of(window: MainWindow) -> MendScreen:
    """The page in sight."""
    found = window.screen_here()
    assert isinstance(found, MendScreen)
    return found


def test_a_fault_put_right_counts_down(desk: SampleDesk, open_window: Callable[..., MainWindow]) -> None:
    row = desk.office.records.save("village", None, {"moo": 88, "tambon": "คลองพน"}).row
    desk.office.mending.run()
    before = desk.office.mending.to_mend().records
    window = open_window(Place("mend"))
    page = screen_of(window)
    assert str(before) in page.head.text()
    fault = next(one for one in seen(page) if isinstance(one, RowButton) and "ยังไม่ได้กรอกชื่อหมู่บ้าน/ชุมชน" in one.text())
    fault.setFocus()
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    page.list.setFocus()
    page.list.setCurrentIndex(page.records.index(0, 0))
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    assert window.here is not None
    assert (window.here.kind, window.here.id) == ("record", row.id)
    form = next(one for one in seen(window) if isinstance(one, RecordForm))
    editor = form.boxes["name"].editor
    assert isinstance(editor, LineEditor)
    editor.line.setFocus()
    typed("บ้านคลองพน")
    pressed(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    while desk.office.mending.catch_up():
        pass
    go(window, Place("mend"))
    assert desk.office.mending.to_mend().records == before - 1
    assert f"{before - 1}" in page.head.text()
    assert not [one for one in seen(page) if isinstance(one, RowButton) and "ยังไม่ได้กรอกชื่อหมู่บ้าน/ชุมชน" in one.text()]


def test_a_clean_office_says_so(desk: SampleDesk, open_window: Callable[..., MainWindow]) -> None:
    mending = desk.office.mending
    mending.run()
    while found := mending.listed(limit=5000):
        for record_type in {one.type for one in found}:
            desk.office.records.delete_many(record_type, sorted({one.id for one in found if one.type == record_type}))
        mending.run()
    page = screen_of(open_window(Place("mend")))
    assert desk.office.mending.to_mend().records == 0
    assert page.empty.isVisible()
    assert page.panes.isHidden()


def test_checking_runs_by_itself_and_the_side_bar_counts(desk: SampleDesk, open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window(Place("home"))
    window.mend_control.start()
    qtbot.waitUntil(lambda: desk.office.mending.is_done, timeout=PATIENCE_MS)
    settle(window)
    QTest.qWait(700)
    settle(window)
    assert desk.office.mending.to_mend().records > 0
    said = [one.accessibleName() for one in seen(window.side) if one.accessibleName().startswith("รายการที่ต้องแก้ไข")]
    assert said == [f"รายการที่ต้องแก้ไข · {desk.office.mending.to_mend().records}"]
