"""A clerk types an address in one line of a form, and its four fields are filled."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from demo.desk import SampleDesk
from desktop.storage.query import Filter, Query
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.record_screen import RecordScreen
from desktop.ui.widgets.record_form import RecordForm
from tests.ui.windows import pressed, settle, typed

OpenWindow = Callable[..., MainWindow]
WHOLE = "ต.แม่ใส อ.เมืองพะเยา จ.พะเยา 56000"


def form_of(window: MainWindow) -> RecordForm:
    """The form in sight."""
    screen = window.screen_here()
    form = screen.form if isinstance(screen, RecordScreen) else None
    assert form is not None
    return form


def popup_of(window: MainWindow) -> QAbstractItemView:
    """The list under the line of the address."""
    popup = form_of(window).addresses[0].proposals.completer.popup()
    assert popup is not None
    return popup


def type_address(window: MainWindow, text: str) -> None:
    """Types into the line of the address from the start and waits for the list."""
    line = form_of(window).addresses[0].line
    line.setFocus()
    line.selectAll()
    typed(text)
    settle(window)


@pytest.mark.parametrize("record_type", ["person", "office_profile"])
@pytest.mark.parametrize("text", ["แม่ใส", "ต.แม่ใส พะเยา", "Mae Sai Phayao"])
def test_choosing_from_the_list_fills_all_four_fields(open_window: OpenWindow, record_type: str, text: str) -> None:
    window = open_window(Place("record", record_type))
    form = form_of(window)

    type_address(window, text)
    popup = popup_of(window)
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Return)
    settle(window)

    assert {name: form.changes()[0].get(name) for name in ("tambon", "amphoe", "province", "postcode")} == {
        "tambon": "แม่ใส",
        "amphoe": "เมืองพะเยา",
        "province": "พะเยา",
        "postcode": "56000",
    }
    assert form.addresses[0].line.text() == WHOLE


def test_a_postcode_offers_its_subdistricts(open_window: OpenWindow) -> None:
    window = open_window(Place("record", "person"))

    type_address(window, "56000")

    model = form_of(window).addresses[0].proposals.completer.completionModel()
    offered = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert len(offered) >= 10
    assert all(text.endswith("จ.พะเยา 56000") for text in offered)


def test_a_saved_address_comes_back_as_one_line_and_can_be_emptied(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("record", "person"))
    form = form_of(window)
    name = form.boxes["first_name"].editor
    name.setFocus()
    typed("สมใส")
    type_address(window, "แม่ใส พะเยา")
    popup_of(window).hide()
    form.save()
    settle(window)
    (row,) = desk.office.store.find(Query("person", filters=(Filter("first_name", "eq", "สมใส"),))).rows
    assert row.fields["postcode"] == "56000"
    assert form.addresses[0].line.text() == WHOLE

    type_address(window, "")
    form.addresses[0].line.clear()
    form.save()
    settle(window)

    after = desk.office.store.get("person", row.id)
    assert after is not None
    assert "tambon" not in after.fields
    assert "postcode" not in after.fields


def test_an_unknown_place_is_said_and_can_be_filled_field_by_field(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("record", "person"))
    form = form_of(window)
    address = form.addresses[0]
    form.boxes["first_name"].editor.setFocus()
    typed("ต่างแดน")
    type_address(window, "เวียงจันทน์ ลาว")
    assert address.problem.isVisible()

    pressed(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert not form.record_id, "what is typed is not thrown away by saving"
    assert address.grid.isVisible()

    form.boxes["tambon"].editor.setFocus()
    typed("สีโคด")
    QApplication.processEvents()
    form.save()
    settle(window)

    (row,) = desk.office.store.find(Query("person", filters=(Filter("first_name", "eq", "ต่างแดน"),))).rows
    assert row.fields["tambon"] == "สีโคด"
    assert address.line.text() == "ต.สีโคด"
