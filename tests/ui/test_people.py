"""A clerk of the people's register: finds who is here before making somebody twice, merges two, and sees who held what on a day."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QRadioButton

from demo.desk import SampleDesk
from desktop.reports.vcard import vcard
from desktop.storage.query import Filter, Query
from desktop.ui.import_view import ImportScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.list_screen import ListScreen
from desktop.ui.screens.office_holders import OfficeHoldersScreen
from desktop.ui.screens.people_alike import PeopleAlikeScreen
from desktop.ui.screens.record_screen import RecordScreen
from desktop.ui.widgets.editors.base import LineEditor
from desktop.ui.widgets.merge_dialog import MergeDialog
from desktop.ui.widgets.person_guests import AlikeOffer, ContactCard
from desktop.ui.widgets.portrait import LONGEST_SIDE, PhotographEditor, scaled_jpeg
from desktop.ui.widgets.record_form import RecordForm
from records.errors import Correctable
from records.kinds import Json
from tests.ui.measure import clipped_labels, seen
from tests.ui.windows import go, settle, texts, typed

OpenWindow = Callable[..., MainWindow]


def person(desk: SampleDesk, **fields: Json) -> str:
    """Saves a person and gives the id."""
    return desk.office.records.save("person", None, fields).row.id


def form_of(window: MainWindow) -> RecordForm:
    """The form in sight."""
    screen = window.screen_here()
    form = screen.form if isinstance(screen, RecordScreen | ListScreen) else None
    assert form is not None
    return form


def click(window: MainWindow, name: str) -> None:
    """Clicks the first button in sight of that name."""
    button = next(one for one in seen(window) if isinstance(one, QAbstractButton) and (one.text() or one.toolTip()).startswith(name))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(window)


def write(form: RecordForm, name: str, text: str) -> None:
    """Types into a field."""
    form.boxes[name].editor.setFocus()
    typed(text)


def answer(act: Callable[[MergeDialog], None]) -> None:
    """Does something with the merge dialog as soon as it stands open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, MergeDialog):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def test_alike_persons_are_offered_while_a_new_one_is_typed(open_window: OpenWindow, desk: SampleDesk) -> None:
    here = person(desk, first_name="ศิริพร", last_name="พรหมเผ่า", phone="0812345678")
    window = open_window(Place("record", "person"))
    form = form_of(window)
    offer = next(guest for guest in form.guests if isinstance(guest, AlikeOffer))

    write(form, "first_name", "สิริพร")
    settle(window)
    assert not offer.isVisible(), "a first name alone says nothing"
    write(form, "last_name", "พรมเผ่า")
    settle(window)

    assert offer.isVisible()
    assert any("ออกเสียงเหมือนกัน" in text for text in texts(offer))
    assert not any("0812345678" in text for text in texts(offer)), "masked"
    click(window, "เปิด ศิริพร")
    assert form_of(window).record_id == here


def test_a_first_name_of_nobody_here_offers_nobody(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("record", "person"))
    write(form_of(window), "first_name", "ฌัลลิกา")
    write(form_of(window), "last_name", "ไม่มีใคร")
    settle(window)
    assert not next(guest for guest in form_of(window).guests if isinstance(guest, AlikeOffer)).isVisible()


def test_two_persons_are_merged_side_by_side_and_taken_apart_again(open_window: OpenWindow, desk: SampleDesk) -> None:
    keep = person(desk, first_name="ศิริพร", last_name="พรหมเผ่า", phone="0812345678")
    drop = person(desk, first_name="สิริพร", last_name="พรหมเผ่า", email="siri@example.go.th")
    term = desk.office.records.save("term", None, {"person": drop, "person_name": "สิริพร", "position_name": "ที่ปรึกษา"}).row.id
    window = open_window(Place("record", "person", keep))

    def choose(dialog: MergeDialog) -> None:
        assert clipped_labels(dialog) == []
        name = next(one for one in dialog.findChildren(QRadioButton) if one.text() == "สิริพร")
        QTest.mouseClick(name, Qt.MouseButton.LeftButton)
        QTest.mouseClick(dialog.merge_button, Qt.MouseButton.LeftButton)

    answer(choose)
    click(window, "รวมรายการซ้ำ")
    settle(window)

    office = desk.office
    assert office.records.get("person", keep).fields["first_name"] == "สิริพร"
    assert office.records.get("person", keep).fields["email"] == "siri@example.go.th"
    assert office.records.get("term", term).fields["person"] == keep
    assert office.store.count(Query("person", filters=(Filter("_id", "eq", drop),))) == 0

    click(window, "เลิกทำ")

    assert office.records.get("person", keep).fields == {"first_name": "ศิริพร", "last_name": "พรหมเผ่า", "phone": "0812345678"}
    assert office.records.get("person", drop).fields["email"] == "siri@example.go.th"
    assert office.records.get("term", term).fields["person"] == drop


def test_the_list_merges_two_chosen_rows_and_says_so_when_they_are_not_two(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("type", "person"))
    screen = window.screen_here()
    assert isinstance(screen, ListScreen)
    assert screen.list is not None
    merge = next(act for act in screen.acts() if act.id == "merge")
    screen.list.table.selectRow(0)
    merge.run()
    settle(window)
    assert any("เลือกสองรายการ" in text for text in texts(window))
    before = desk.office.store.count(Query("person"))
    model = screen.list.table.selectionModel()
    assert model is not None
    rows = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    model.select(screen.list.table.model().index(1, 0), rows)
    assert len(screen.list.table.selected_ids()) == 2
    answer(lambda dialog: dialog.merge_button.click())
    merge.run()
    settle(window)
    assert desk.office.store.count(Query("person")) == before - 1


def test_the_board_says_who_held_what_on_a_day(open_window: OpenWindow, desk: SampleDesk) -> None:
    office = desk.office
    for row in office.store.find(Query("term")).rows:
        office.records.delete("term", row.id)
    who = person(desk, first_name="ศิริพร", last_name="พรหมเผ่า")
    terms: tuple[dict[str, Json], ...] = (
        {"person": who, "person_name": "ศิริพร พรหมเผ่า", "position_name": "นายกองค์การบริหารส่วนตำบล", "begin": "2024-06-01"},
        {"person_name": "สมหมาย เก่าก่อน", "position_name": "นายกองค์การบริหารส่วนตำบล", "begin": "2016-01-01", "end": "2020-12-31"},
        {"person_name": "ปลัดดี", "position_name": "ปลัดองค์การบริหารส่วนตำบล", "begin": "2010-01-01", "suspended_from": "2026-01-01"},
    )
    for fields in terms:
        office.records.save("term", None, fields)
    window = open_window(Place("office_holders"))
    screen = window.screen_here()
    assert isinstance(screen, OfficeHoldersScreen)
    shown = list(texts(screen))
    assert "ศิริพร พรหมเผ่า" in shown or any("ศิริพร" in one.text() for one in seen(screen) if isinstance(one, QAbstractButton))
    assert "ถูกสั่งพัก" in {one.accessibleName() or "" for one in seen(screen)} | set(shown)

    screen.dates.line.setFocus()
    screen.dates.line.selectAll()
    typed("1 ม.ค. 2561")
    QTest.qWait(350)
    settle(window)

    buttons = {one.text() for one in seen(screen) if isinstance(one, QAbstractButton)}
    assert "สมหมาย เก่าก่อน" in buttons
    assert "ศิริพร พรหมเผ่า" not in buttons
    vacant = {seat.name for seat in screen.seats if not seat.holders and seat.vacant}
    assert "รองนายกองค์การบริหารส่วนตำบล" in vacant
    assert clipped_labels(window) == []
    click(window, "วันนี้")
    QTest.qWait(350)
    settle(window)
    click(window, "ศิริพร พรหมเผ่า")
    assert form_of(window).record_id == who


def test_pairs_of_the_register_are_listed_and_merged(open_window: OpenWindow, desk: SampleDesk) -> None:
    keep = person(desk, first_name="ศิริพร", last_name="พรหมเผ่า")
    drop = person(desk, first_name="สิริพร", last_name="พรมเผ่า")
    window = open_window(Place("people_alike"))
    screen = window.screen_here()
    assert isinstance(screen, PeopleAlikeScreen)
    mine = [(row.id, other.row.id) for row, other in screen.pairs if {row.id, other.row.id} == {keep, drop}]
    assert len(mine) == 1
    assert clipped_labels(window) == []
    while len(screen.pairs) > 1:
        other = next({row.id, alike.row.id} - {keep, drop} for row, alike in screen.pairs if {row.id, alike.row.id} != {keep, drop})
        desk.office.records.delete("person", other.pop())
        QTest.qWait(650)
        settle(window)
    answer(lambda dialog: dialog.merge_button.click())
    click(window, "เปรียบเทียบและรวม")
    QTest.qWait(650)
    settle(window)
    assert screen.pairs == []
    assert any("ไม่พบบุคคลที่อาจซ้ำกัน" in text for text in texts(window))


def test_positions_of_the_law_are_added_to_the_register_and_taken_back(open_window: OpenWindow, desk: SampleDesk) -> None:
    desk.office.records.delete_many("position", [one.id for one in desk.of_type("position") if one.fields["body"] == "executive"])
    before = desk.office.store.count(Query("position"))
    window = open_window(Place("office_holders"))
    click(window, "เพิ่มตำแหน่งตามกฎหมาย")
    assert desk.office.positions.missing() == ()
    (seat,) = desk.office.store.find(Query("position", filters=(Filter("name", "eq", "รองนายกองค์การบริหารส่วนตำบล"),))).rows
    assert seat.fields["rank"] == "deputy"
    assert desk.office.store.count(Query("position")) > before
    click(window, "เลิกทำ")
    assert desk.office.store.count(Query("position")) == before


def test_a_person_chosen_for_a_term_writes_the_name_and_positions_are_offered(open_window: OpenWindow, desk: SampleDesk) -> None:
    who = person(desk, prefix="นาง", first_name="ศิริพร", last_name="พรหมเผ่า")
    window = open_window(Place("record", "term"))
    form = form_of(window)
    form.boxes["person"].editor.set_value(who)
    form.boxes["person"].editor.edited.emit()
    settle(window)
    assert form.boxes["person_name"].editor.value() == "นางศิริพร พรหมเผ่า"
    position = form.boxes["position_name"].editor
    assert isinstance(position, LineEditor)
    position.setFocus()
    typed("ปลัด")
    QTest.qWait(50)
    offered = position.line.completer().completionModel()
    assert "ปลัดองค์การบริหารส่วนตำบล" in {offered.index(row, 0).data() for row in range(offered.rowCount())}


def test_a_province_is_chosen_for_a_file_of_many_offices(open_window: OpenWindow, desk: SampleDesk, tmp_path: Path) -> None:
    path = tmp_path / "officials.csv"
    lines = ["lao_geocode,lao,title,name,begin", "560154,แม่นาเรือ,TAOMayor,สมบัติ สมศักดิ์,2012-09-30", "100001,บางรัก,Mayor,ใคร ก็ได้,2012-09-30"]
    path.write_text("\n".join(lines), encoding="utf-8")
    window = open_window(Place("import", "term"))
    screen = window.screen_here()
    assert isinstance(screen, ImportScreen)
    screen.open_file(path)
    settle(window)

    box = screen.province.box
    box.setCurrentIndex(box.findText("พะเยา"))
    box.activated.emit(box.currentIndex())
    settle(window)
    QTest.mouseClick(screen.import_button, Qt.MouseButton.LeftButton)
    settle(window)

    rows = desk.office.store.find(Query("term", filters=(Filter("office_code", "filled"),))).rows
    assert [row.fields["office_name"] for row in rows] == ["แม่นาเรือ"]


def test_a_photograph_is_scaled_down_and_seen(open_window: OpenWindow, desk: SampleDesk, tmp_path: Path) -> None:
    large = QImage(2400, 3200, QImage.Format.Format_RGB32)
    large.fill(QColor("teal"))
    path = tmp_path / "รูป.png"
    assert large.save(str(path))
    who = person(desk, first_name="มีรูป")
    window = open_window(Place("record", "person", who))
    form = form_of(window)
    editor = form.boxes["photograph"].editor
    assert isinstance(editor, PhotographEditor)

    editor.attach([path])
    settle(window)
    form.save()
    settle(window)

    (file,) = editor.value()
    assert (file.name, file.media_type) == ("รูป.jpg", "image/jpeg")
    assert editor.portrait.has_picture
    kept = QImage.fromData(scaled_jpeg(path))
    assert (kept.width(), kept.height()) == (LONGEST_SIDE * 3 // 4, LONGEST_SIDE)
    (tmp_path / "ไม่ใช่รูป.png").write_text("ไม่ใช่รูป", encoding="utf-8")
    with pytest.raises(Correctable):
        scaled_jpeg(tmp_path / "ไม่ใช่รูป.png")


def test_a_contact_card_is_copied_and_saved_and_its_reading_is_logged(open_window: OpenWindow, desk: SampleDesk, tmp_path: Path) -> None:
    who = person(
        desk,
        first_name="ศิริพร",
        last_name="พรหมเผ่า",
        phone="0812345678",
        tambon="แม่ใส",
        amphoe="เมืองพะเยา",
        province="พะเยา",
        postcode="56000",
    )
    desk.office.records.save("term", None, {"person": who, "person_name": "ศิริพร", "position_name": "ที่ปรึกษา", "begin": "2025-01-01"})
    window = open_window(Place("record", "person", who))
    card = next(guest for guest in form_of(window).guests if isinstance(guest, ContactCard))
    assert card.lines() == []

    card.show_button.click()
    settle(window)
    card.copy_button.click()

    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines()[:2] == ["ศิริพร พรหมเผ่า", "ที่ปรึกษา"]
    assert "081-234-5678" in copied
    assert "ต.แม่ใส อ.เมืองพะเยา จ.พะเยา 56000" in copied
    card.save(tmp_path / "card.vcf")
    settle(window)
    text = (tmp_path / "card.vcf").read_bytes().decode()
    assert text.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert "TEL;TYPE=CELL:0812345678\r\n" in text


def test_a_vcard_escapes_folds_and_leaves_out_what_is_nobodys_business() -> None:
    text = vcard(
        {"first_name": "ก;ข", "last_name": "ค,ง" * 40, "citizen_id": "1101700230708", "birth_date": "1980-01-01"}, ("นายก",), "อบต."
    )
    assert "N:" + "ค\\,ง" in text
    assert "ก\\;ข" in text.replace("\r\n ", "")
    assert "1101700230708" not in text
    assert "1980" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.parametrize("place", [Place("office_holders"), Place("record", "person")])
@pytest.mark.parametrize("size", [(1093, 614), (1440, 880)])
def test_nothing_is_cut_in_small_and_large_windows(open_window: OpenWindow, place: Place, size: tuple[int, int]) -> None:
    window = open_window(place, size)
    assert clipped_labels(window) == []
    go(window, Place("type", "term"))
    assert clipped_labels(window) == []
