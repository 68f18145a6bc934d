"""The registry of a day, base figures, the offline map and the asking for changes, as a person works them."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from demo.desk import SampleDesk
from demo.sample import SampleRecord
from desktop.storage import state
from desktop.storage.query import Query
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.figures import FiguresScreen
from desktop.ui.screens.registry_as_of import RegistryAsOfScreen
from desktop.ui.widgets.change_request import ChangeRequestSheet
from desktop.ui.widgets.editors.reference import ReferenceEditor
from desktop.ui.widgets.map_picker import MapPicker
from desktop.ui.widgets.map_shapes import load_shapes, on_map
from desktop.ui.widgets.map_view import MapView
from desktop.ui.widgets.record_form import RecordForm
from records.ids import new_id
from records.kinds import Json
from records.protocol import GrantedStream
from records.words import Language
from tests.ui.measure import seen
from tests.ui.windows import pressed, settle, texts, typed

Open = Callable[..., MainWindow]


def central(desk: SampleDesk, record_type: str, **fields: Json) -> str:
    """A record DLA wrote; returns its id."""
    record = SampleRecord(record_type, new_id(desk.now, desk.office.entropy), fields)
    desk._receive("central", [record])
    return record.id


@pytest.fixture
def phraeksa(desk: SampleDesk) -> str:
    """An office that was upgraded in 2563, and a namesake."""
    place: dict[str, Json] = {"province_code": "11", "province": "สมุทรปราการ", "status": "active"}
    one = central(
        desk,
        "office",
        type="mueang",
        name_th="แพรกษา",
        code="4110113",
        amphoe="เมืองสมุทรปราการ",
        coordinates="13.58,100.65",
        website="old.go.th",
        **place,
    )
    central(desk, "office", type="tambon", name_th="แพรกษา", code="5110107", amphoe="พระประแดง", **place)
    central(
        desk,
        "office_event",
        office=one,
        kind="create",
        type_after="TAO",
        effective_on="1995-03-03",
        status="gazette",
        gazette="เล่ม 112 หน้า 1",
    )
    central(
        desk,
        "office_event",
        office=one,
        kind="status_change",
        type_before="TAO",
        type_after="ThesabanMueang",
        effective_on="2020-05-13",
        status="gazette",
    )
    return one


def as_of_page(window: MainWindow) -> RegistryAsOfScreen:
    """The page in sight."""
    found = window.screen_here()
    assert isinstance(found, RegistryAsOfScreen)
    return found


def test_an_office_is_typed_chosen_and_seen_as_of_a_day(phraeksa: str, open_window: Open) -> None:
    window = open_window(Place("registry_as_of"))
    page = as_of_page(window)
    typed("แพรกษา เมืองสมุทรปราการ")
    QTest.qWait(200)
    settle(window)
    assert [page.finder.model.item(at).text() for at in range(page.finder.model.rowCount())] == [
        "เทศบาลเมืองแพรกษา อ.เมืองสมุทรปราการ จ.สมุทรปราการ · 4110113"
    ]
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    assert "เทศบาลเมืองแพรกษา" in list(texts(page.card))
    page.day.line.setFocus()
    page.day.line.selectAll()
    typed("12 ม.ค. 2550")
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    shown = list(texts(page.card))
    assert "องค์การบริหารส่วนตำบลแพรกษา" in shown
    assert any("ตามเหตุการณ์วันที่ 3 มี.ค. 2538" in text for text in shown)
    assert any("เล่ม 112 หน้า 1" in text for text in shown)


def test_the_whole_registry_of_a_day_is_counted(desk: SampleDesk, phraeksa: str, open_window: Open) -> None:
    window = open_window(Place("registry_as_of"))
    page = as_of_page(window)
    chip = next(one for one in seen(page) if isinstance(one, QPushButton) and one.text() == "ทั้งทะเบียน")
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    settle(window)
    model = page.table.model()
    lines = [[model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())]
    assert ["สมุทรปราการ", "1", "1", "0", "2"] in lines
    assert lines[-1][0] == "รวม"
    of_sample = [desk.sample.office, *(one for one in desk.sample.registry if one.type == "office")]
    standing = sum(one.fields["status"] == "active" for one in of_sample)
    assert f"{standing + 2} แห่ง" in page.summary.plain_text


@pytest.fixture
def figures(desk: SampleDesk) -> None:
    """Last year's figures, and no others."""
    desk.office.records.delete_many("base_figure", [one.id for one in desk.of_type("base_figure")])
    for indicator, value in (("ครัวเรือน", "100"), ("ประชากร", "400")):
        desk.office.records.save("base_figure", None, {"indicator": indicator, "year": 2569, "value": value, "unit": "คน"})


def figures_page(window: MainWindow) -> FiguresScreen:
    """The page in sight."""
    found = window.screen_here()
    assert isinstance(found, FiguresScreen)
    return found


@pytest.mark.usefixtures("figures")
def test_this_years_column_is_typed_from_top_to_bottom(desk: SampleDesk, open_window: Open) -> None:
    window = open_window(Place("figures"))
    page = figures_page(window)
    page.view.setFocus()
    expected: dict[str, str] = {}
    for row, number in enumerate(("150", "390")):
        assert page.view.currentIndex().row() == row
        expected[page.model.lines[row].indicator] = number
        QTest.keyClick(page.view, Qt.Key.Key_Return)
        typed(number)
        pressed(window, Qt.Key.Key_Return)
        settle(window)
    rows = desk.office.store.find(Query("base_figure")).rows
    assert {str(row.fields["indicator"]): row.fields["value"] for row in rows if row.fields["year"] == 2570} == expected
    year = page.model.year_column
    assert page.model.index(0, year + 1).data().startswith(("+", "-"))
    assert page.model.index(0, year + 2).data().endswith("%")


@pytest.mark.usefixtures("figures")
def test_what_is_no_number_stays_typed_and_is_told(desk: SampleDesk, open_window: Open) -> None:
    window = open_window(Place("figures"))
    page = figures_page(window)
    page.model.setData(page.model.index(0, page.model.year_column), "มาก")
    settle(window)
    assert page.model.index(0, page.model.year_column).data() == "มาก"
    assert page.model.lines[0].indicator in page.note.plain_text
    assert all(row.fields["year"] == 2569 for row in desk.office.store.find(Query("base_figure")).rows)


@pytest.mark.usefixtures("figures")
def test_the_figures_obey_the_year_chosen(open_window: Open) -> None:
    window = open_window(Place("figures"))
    window.context.year.choose(2569)
    settle(window)
    page = figures_page(window)
    assert page.model.headerData(page.model.year_column, Qt.Orientation.Horizontal) == "ปี 2569"
    assert {page.model.index(row, page.model.year_column).data() for row in range(2)} == {"100", "400"}


def test_the_provinces_are_where_they_are() -> None:
    shapes = load_shapes()
    assert len([code for code in shapes.provinces if code != "00"]) == 77
    places = {"10": (13.7563, 100.5018), "50": (18.79, 98.98), "56": (19.16, 99.90), "38": (18.36, 103.65), "90": (7.0, 100.4)}
    assert {code: shapes.province_at(on_map(*place)) for code, place in places.items()} == {code: code for code in places}
    assert shapes.province_at(on_map(10.0, 90.0)) == ""


@pytest.mark.usefixtures("theme")
def test_the_map_is_moved_magnified_and_picked_by_keys() -> None:
    view = MapView(Language.THAI)
    view.resize(600, 500)
    view.show()
    picked: list[tuple[float, float]] = []
    view.picked.connect(lambda latitude, longitude: picked.append((latitude, longitude)))
    view.put_cross(19.16, 99.90)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    ((latitude, longitude),) = picked
    assert 19.16 < latitude < 19.4
    assert 99.90 < longitude < 100.2
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.rect().contains(view._transform().mapRect(view.shapes.bounds).toRect())
    view.deleteLater()


@pytest.mark.usefixtures("theme")
def test_a_click_puts_the_cross_and_a_drag_moves_the_map() -> None:
    view = MapView(Language.THAI)
    view.resize(600, 500)
    view.show()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    first = view.place
    assert first is not None
    view.magnify(8)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    QTest.mouseMove(view, view.rect().center() + QPointF(60, 0).toPoint())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.rect().center() + QPointF(60, 0).toPoint())
    assert view.place == first
    view.deleteLater()


def test_coordinates_are_typed_or_picked_and_the_office_there_is_named(phraeksa: str, open_window: Open) -> None:
    window = open_window(Place("home"))
    picker = MapPicker(window.context, None, window)
    picker.show()
    settle(window)
    assert not picker.use.isEnabled()
    picker.line.setFocus()
    typed("13.58, 100.65")
    assert picker.value == (Decimal("13.58"), Decimal("100.65"))
    assert "จังหวัดสมุทรปราการ" in picker.where.plain_text
    assert "เทศบาลเมืองแพรกษา" in picker.where.plain_text
    picker.line.selectAll()
    typed("บ้านเหนือ")
    assert not picker.use.isEnabled()
    assert picker.problem.isVisible()
    picker.reject()
    picker.deleteLater()


def test_an_office_asks_for_a_change_from_the_entry(desk: SampleDesk, phraeksa: str, open_window: Open) -> None:
    window = open_window(Place("record", "office", phraeksa))
    asked: list[bool] = []

    def fill() -> None:
        sheet = QApplication.activeModalWidget()
        assert isinstance(sheet, ChangeRequestSheet)
        settle(window)
        sheet.field.setCurrentIndex(sheet.field.findData("website"))
        asked.append("old.go.th" in sheet.present.plain_text)
        sheet.proposed.setFocus()
        typed("new.go.th")
        sheet.reason.setFocus()
        typed("ย้ายเว็บไซต์")
        QTest.mouseClick(sheet.make, Qt.MouseButton.LeftButton)

    button = next(one for one in seen(window) if isinstance(one, QPushButton) and one.text().strip() == "ขอแก้ไข")
    QTimer.singleShot(0, fill)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(window)
    (request,) = desk.office.store.by_key("registry_change_request", {"office": phraeksa})
    assert asked == [True]
    assert (request.fields["present_value"], request.fields["proposed_value"], request.fields["state"]) == (
        "old.go.th",
        "new.go.th",
        "draft",
    )
    assert window.here is not None
    assert (window.here.type, window.here.id) == ("registry_change_request", request.id)
    assert any(isinstance(one, RecordForm) for one in seen(window))


def test_the_counts_go_to_excel(phraeksa: str, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(Place("registry_as_of"))
    page = as_of_page(window)
    page.modes.set_current("all")
    page._mode_chosen("all")
    settle(window)
    to = tmp_path / "นับ.xlsx"
    monkeypatch.setattr("desktop.ui.screens.registry_as_of.QFileDialog.getSaveFileName", lambda *_: (str(to), ""))
    page.export()
    settle(window)
    assert to.exists()


def test_an_office_is_picked_by_its_name_with_place_and_code_beside(phraeksa: str, open_window: Open) -> None:
    window = open_window(Place("record", "registry_change_request"))
    form = next(one for one in seen(window) if isinstance(one, RecordForm))
    editor = form.boxes["office"].editor
    assert isinstance(editor, ReferenceEditor)
    editor.line.setFocus()
    typed("แพรกษา")
    QTest.qWait(250)
    settle(window)
    model = editor.proposals.completer.completionModel()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "เทศบาลตำบลแพรกษา  ·  อ.พระประแดง จ.สมุทรปราการ · 5110107",
        "เทศบาลเมืองแพรกษา  ·  อ.เมืองสมุทรปราการ จ.สมุทรปราการ · 4110113",
    ]


def test_dla_writes_an_accepted_request_into_the_entry_with_one_press(desk: SampleDesk, phraeksa: str, open_window: Open) -> None:
    grants = (GrantedStream(desk.sample.stream, "write", ("*",), "อบต."), GrantedStream("central", "write", ("registry",), "สถ."))
    with desk.office.database.write() as connection:
        state.take_grants(connection, grants)
    fields: dict[str, Json] = {
        "office": phraeksa,
        "field": "website",
        "present_value": "old.go.th",
        "proposed_value": "new.go.th",
        "reason": "ย้าย",
    }
    request = SampleRecord("registry_change_request", new_id(desk.now, desk.office.entropy), {**fields, "state": "accepted"})
    desk.receive([request])
    window = open_window(Place("record", request.type, request.id))
    button = next(one for one in seen(window) if isinstance(one, QPushButton) and one.text().strip() == "ลงทะเบียนตามคำขอนี้")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(window)
    assert desk.office.records.get("office", phraeksa).fields["website"] == "new.go.th"
    assert "applied_on" in desk.office.records.get(request.type, request.id).fields
    assert not [one for one in seen(window) if isinstance(one, QPushButton) and one.text().strip() == "ลงทะเบียนตามคำขอนี้"]
