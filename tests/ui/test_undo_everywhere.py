"""Taking back and restoring as a person does it: the page of both, and one value for many records."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from demo.desk import SampleDesk
from desktop.storage.query import Query
from desktop.ui.deleted_view import DeletedScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.list_screen import ListScreen
from desktop.ui.widgets.change_many import ChangeManyDialog, fields_for_many
from desktop.ui.widgets.editors.base import LineEditor
from tests.ui.measure import clipped_labels, nameless, seen, unfocusable
from tests.ui.windows import pressed, settle, typed

OpenWindow = Callable[..., MainWindow]


def button(window: MainWindow, name: str) -> QPushButton:
    """The button of that spoken name."""
    return next(one for one in seen(window) if isinstance(one, QPushButton) and one.accessibleName() == name)


def test_a_deleted_record_is_restored_from_the_page(desk: SampleDesk, open_window: OpenWindow) -> None:
    row = desk.office.records.save("village", None, {"name": "บ้านโนนสูง", "moo": 3}).row
    desk.office.records.delete("village", row.id)
    window = open_window(Place("deleted"))
    wanted = button(window, "กู้คืน 3 บ้านโนนสูง")
    wanted.setFocus()
    pressed(window, Qt.Key.Key_Space)
    settle(window)
    assert not desk.office.records.get("village", row.id).deleted
    assert isinstance(window.screen_here(), DeletedScreen)
    assert not [one for one in seen(window) if one.accessibleName() == "กู้คืน 3 บ้านโนนสูง"]


def test_an_act_of_long_ago_is_taken_back_from_the_page(desk: SampleDesk, open_window: OpenWindow) -> None:
    row = desk.office.records.save("village", None, {"name": "บ้านโนนสูง", "moo": 3}).row
    desk.office.records.save("position", None, {"name": "นายก"})
    window = open_window(Place("deleted"))
    button(window, "ย้อน บันทึกหมู่บ้าน/ชุมชน 3 บ้านโนนสูง").click()
    settle(window)
    assert desk.office.store.get("village", row.id) is None
    assert desk.office.store.count(Query("position")) > 0


@pytest.mark.parametrize("size", [(1093, 614), (1440, 880)])
def test_the_page_can_be_read_and_reached(desk: SampleDesk, open_window: OpenWindow, size: tuple[int, int]) -> None:
    desk.office.records.delete("village", desk.office.records.save("village", None, {"name": "บ้านโนนสูง", "moo": 3}).row.id)
    window = open_window(Place("deleted"), size)
    assert (clipped_labels(window), nameless(window), unfocusable(window)) == ([], [], [])


def test_many_records_get_one_value_by_keyboard(desk: SampleDesk, open_window: OpenWindow) -> None:
    window = open_window(Place("type", "project"), (1440, 880))
    screen = window.screen_here()
    assert isinstance(screen, ListScreen)
    assert screen.list is not None
    table = screen.list.table
    table.setFocus()
    table.selectRow(0)
    pressed(window, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    pressed(window, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    ids = table.selected_ids()
    assert len(ids) == 3
    names = [field.name for field in fields_for_many(screen.list.spec)]

    def answer() -> None:
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, ChangeManyDialog) and one.isVisible())
        dialog.field.setCurrentIndex(names.index("division"))
        assert isinstance(dialog.editor, LineEditor)
        dialog.editor.line.setFocus()
        typed("สำนักช่าง")
        pressed(window, Qt.Key.Key_Return)

    QTimer.singleShot(200, answer)
    pressed(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settle(window)
    assert {desk.office.records.get("project", one).fields["division"] for one in ids} == {"สำนักช่าง"}
    desk.office.undo.last()
    assert "สำนักช่าง" not in {desk.office.records.get("project", one).fields.get("division") for one in ids}
