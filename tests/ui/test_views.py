"""Sync view, history, settings, import, first start and palette, driven through what a person sees."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from desktop import config
from desktop.storage.query import Query
from desktop.storage.state import Identity
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.bridge import Bridge
from desktop.ui.first_start import FirstStart
from desktop.ui.history_view import HistoryScreen
from desktop.ui.import_view import ImportScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place, Screen
from desktop.ui.settings_view import SettingsScreen
from desktop.ui.sync_view import SyncView
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.row_button import RowButton
from records.errors import AppError, Refused, Unavailable
from records.problem_types import PROBLEMS
from records.protocol import Problem
from records.words import Language
from tests.ui.measure import clipped_labels, nameless, unfocusable
from tests.ui.windows import PATIENCE_MS, desk_in, go, opened, settle, texts, typed

S = TypeVar("S", bound=Screen)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SampleDesk]:
    """A desk in the middle of a morning."""
    made = desk_in(tmp_path)
    yield made
    made.office.close()


@pytest.fixture
def window(desk: SampleDesk, theme: Theme) -> Iterator[MainWindow]:
    """The window at the first page."""
    made = opened(desk, theme, Place("home"))
    yield made
    made.close()
    made.deleteLater()


def shown(window: MainWindow, kind: type[S], place: Place) -> S:
    """Goes to a place and returns its page."""
    go(window, place)
    screen = window.screen_here()
    assert isinstance(screen, kind)
    return screen


# Sync view ------------------------------------------------------------------------------------------------------------------------


def test_what_waits_is_listed_by_name_and_opens(window: MainWindow, desk: SampleDesk) -> None:
    request = desk.of_type("service_request")[0]
    desk.office.records.save("service_request", request.id, {"subject": "ขอตัดต้นไม้"})
    view = shown(window, SyncView, Place("sync"))

    row = next(row for row in view.findChildren(RowButton) if "ขอตัดต้นไม้" in row.text())
    QTest.keyClick(row, Qt.Key.Key_Return)

    assert window.here == Place("record", "service_request", request.id)


def test_what_the_server_refused_says_why_and_what_to_do(window: MainWindow, desk: SampleDesk) -> None:
    desk.refuse(desk.of_type("project")[0], {"source_of_money": "เงินสะสม"}, Problem("closed-period", field="source_of_money"))
    view = shown(window, SyncView, Place("sync"))

    said = " ".join(texts(view))
    assert "งวดหรือปีนี้ปิดแล้ว" in said
    assert "แก้ตามคำแนะนำ" in said
    assert "ไม่มีรายการรอส่ง" in said


def test_a_round_shows_progress_and_can_be_stopped(window: MainWindow) -> None:
    view = shown(window, SyncView, Place("sync"))
    assert view.head.sync_button.isVisible()

    window.bridge.sync_status_changed.emit(SyncStatus(Phase.PULLING, done=340, total=1200))
    QApplication.processEvents()

    assert view.head.sentence.plain_text == "กำลังรับ 340 จาก 1,200 รายการ"
    assert view.head.progress.isVisible()
    assert view.head.stop_button.isVisible()
    assert not view.head.sync_button.isVisible()


def test_the_last_rounds_are_told_in_plain_words(window: MainWindow) -> None:
    said = " ".join(texts(shown(window, SyncView, Place("sync"))))

    assert "ส่ง 4 รายการ · รับ 9 รายการ" in said
    assert "ไม่มีเครือข่าย" in said


# History --------------------------------------------------------------------------------------------------------------------------


def test_history_names_who_changed_what_and_brings_a_version_back(window: MainWindow, desk: SampleDesk) -> None:
    project = desk.of_type("project")[0]
    desk.change_elsewhere(project, {"division": "กองคลัง"}, "wichai.t")
    view = shown(window, HistoryScreen, Place("history", "project", project.id))
    said = " ".join(texts(view))
    assert "วิชัย ทองสุข" in said
    assert "กองคลัง" in said

    back = next(one for one in view.findChildren(Button) if one.text() == "นำรุ่นนี้กลับมา")
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    settle(window)

    row = desk.office.records.get("project", project.id)
    assert row.fields["division"] == project.fields["division"]
    assert row.waiting


# Settings -------------------------------------------------------------------------------------------------------------------------


def test_a_choice_takes_effect_at_once_and_is_remembered(window: MainWindow, desk: SampleDesk, theme: Theme) -> None:
    view = shown(window, SettingsScreen, Place("settings"))

    view.choose_theme("dark")
    view.choose_text_size("125")
    settle(window)

    assert (theme.mode, theme.text_scale) == ("dark", 1.25)
    kept = config.load(desk.office.folder)
    assert (kept.theme, kept.text_percent) == ("dark", 125)


def test_the_arrows_reach_every_choice_of_a_setting(window: MainWindow, desk: SampleDesk) -> None:
    view = shown(window, SettingsScreen, Place("settings"))
    asked = QSignalSpy(view.language_chosen)
    chosen, other = view.language_chips.findChildren(QPushButton)
    chosen.setFocus()

    QTest.keyClick(chosen, Qt.Key.Key_Right)
    has_moved = other.hasFocus()
    QTest.keyClick(other, Qt.Key.Key_Space)
    settle(window)

    assert has_moved
    assert asked.count() == 1
    assert config.load(desk.office.folder).language is Language.ENGLISH


def test_another_language_is_asked_of_the_window_once_it_is_remembered(window: MainWindow, desk: SampleDesk) -> None:
    view = shown(window, SettingsScreen, Place("settings"))
    asked = QSignalSpy(window.language_wanted)

    view.choose_language("en")
    settle(window)

    assert asked.count() == 1
    assert config.load(desk.office.folder).language is Language.ENGLISH


def test_details_for_support_hold_no_name(window: MainWindow, desk: SampleDesk) -> None:
    view = shown(window, SettingsScreen, Place("settings"))

    view.copy_details()
    settle(window)

    told = QApplication.clipboard().text()
    assert '"streams"' in told
    assert "จันทร์เพ็ญ" not in told
    assert str(desk.of_type("person")[0].fields["citizen_id"]) not in told


# Import ---------------------------------------------------------------------------------------------------------------------------

SHEET = "ชื่อหมู่บ้าน,หมู่ที่,ครัวเรือน\nบ้านใหม่หนึ่ง,21,100\nบ้านใหม่สอง,22,สามร้อย\nบ้านใหม่สาม,23,50\n"


@pytest.fixture
def importing(window: MainWindow, tmp_path: Path) -> ImportScreen:
    """The import page with a sheet of villages, one of them with a word for a number."""
    path = tmp_path / "หมู่บ้าน.csv"
    path.write_text(SHEET, encoding="utf-8")
    view = shown(window, ImportScreen, Place("import", "village"))
    view.open_file(path)
    settle(window)
    return view


def test_a_sheet_is_mapped_previewed_imported_and_undone(window: MainWindow, desk: SampleDesk, importing: ImportScreen) -> None:
    said = " ".join(texts(importing))
    assert "แถว 3" in said
    before = len(desk.of_type("village"))

    QTest.mouseClick(importing.import_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert len(villages(desk)) > before

    QTest.mouseClick(importing.undo_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert len(villages(desk)) == before


def villages(desk: SampleDesk) -> list[str]:
    return desk.office.store.ids(Query("village"))


def test_a_column_can_be_left_aside(importing: ImportScreen, qtbot: QtBot) -> None:
    assert any("แถว 3" in text for text in texts(importing))
    box = next(box for heading, box in importing.boxes if heading == "ครัวเรือน")
    assert box.currentData() == "households"

    box.setCurrentIndex(box.findData(""))
    box.activated.emit(box.currentIndex())

    qtbot.waitUntil(lambda: not any("แถว 3" in text for text in texts(importing)), timeout=PATIENCE_MS)


def test_a_file_that_is_no_sheet_gets_a_sentence(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "ภาพ.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    view = shown(window, ImportScreen, Place("import", "village"))

    view.open_file(path)
    settle(window)

    assert any("ไม่มีอะไรเปลี่ยนแปลง" in text for text in texts(view))


# First start ----------------------------------------------------------------------------------------------------------------------


def first_start(desk: SampleDesk, enrol: Callable[[str, str], Identity]) -> tuple[FirstStart, Bridge]:
    bridge = Bridge(desk.office, Language.THAI)
    page = FirstStart(bridge, enrol, Language.THAI)
    page.resize(900, 700)
    page.show()
    return page, bridge


def wait_for(bridge: Bridge) -> None:
    while bridge.is_busy:
        QTest.qWait(10)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("error", "is_about_code"),
    [
        (Refused(PROBLEMS["code"].title, PROBLEMS["code"].detail, code="code"), True),
        (Unavailable(PROBLEMS["unavailable"].title, PROBLEMS["unavailable"].detail, code="offline"), False),
    ],
)
def test_a_wrong_code_or_address_is_said_beside_its_field(desk: SampleDesk, theme: Theme, error: AppError, *, is_about_code: bool) -> None:
    def enrol(_server: str, _code: str) -> Identity:
        raise error

    page, bridge = first_start(desk, enrol)
    QTest.keyClick(page.next_button, Qt.Key.Key_Space)
    page.server_line.setText("sync.example.go.th")
    page.code_line.setText("ABCD")
    QTest.keyClick(page.code_line, Qt.Key.Key_Return)
    wait_for(bridge)

    beside, other = (page.code_problem, page.server_problem) if is_about_code else (page.server_problem, page.code_problem)
    assert beside.plain_text == error.sentence(Language.THAI)
    assert beside.isVisible()
    assert not other.isVisible()
    assert page.server_line.text() == "https://sync.example.go.th"
    assert [*clipped_labels(page), *unfocusable(page), *nameless(page)] == []
    page.close()
    bridge.close()


def test_three_steps_lead_to_work(desk: SampleDesk, theme: Theme) -> None:
    identity = desk.office.enrolled
    page, bridge = first_start(desk, lambda _server, _code: identity)
    finished = QSignalSpy(page.finished)

    QTest.mouseClick(page.language_buttons[Language.ENGLISH], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.next_button, Qt.MouseButton.LeftButton)
    page.server_line.setText("https://sync.example.go.th")
    page.code_line.setText("ABCD")
    QTest.mouseClick(page.enrol_button, Qt.MouseButton.LeftButton)
    wait_for(bridge)

    assert page.step == 2
    QTest.keyClick(page.begin_button, Qt.Key.Key_Space)
    assert finished.count() == 1
    page.close()
    bridge.close()


def test_empty_fields_are_asked_for_before_anything_is_sent(desk: SampleDesk, theme: Theme) -> None:
    asked: list[str] = []

    def enrol(server: str, _code: str) -> Identity:
        asked.append(server)
        return desk.office.enrolled

    page, bridge = first_start(desk, enrol)
    QTest.mouseClick(page.next_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.enrol_button, Qt.MouseButton.LeftButton)
    wait_for(bridge)

    assert page.server_problem.isVisible()
    assert page.code_problem.isVisible()
    assert asked == []
    page.close()
    bridge.close()


# Palette --------------------------------------------------------------------------------------------------------------------------


def entries(window: MainWindow) -> list[str]:
    model = window.palette_box.list.model()
    return [str(model.index(row, 0).data() or "") for row in range(model.rowCount())]


def test_ctrl_k_finds_a_record_and_enter_opens_it(window: MainWindow, desk: SampleDesk) -> None:
    request = desk.of_type("service_request")[0]
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_box.isVisible()

    window.palette_box.search.line.setFocus()
    typed(str(request.fields["tracking_number"]))
    QTest.qWait(200)
    settle(window)
    assert any(str(request.fields["tracking_number"]) in text for text in entries(window))
    QTest.keyClick(window.palette_box.search.line, Qt.Key.Key_Return)
    settle(window)

    assert window.here == Place("record", "service_request", request.id)


def test_an_act_is_found_by_either_language_and_the_other_keyboard_layout(window: MainWindow) -> None:
    window.open_palette()
    for text in ("รับส่งตอนนี้", "sync now", "ีืก"):
        window.palette_box.search.line.setText(text)
        QTest.qWait(200)
        settle(window)
        assert len([one for one in entries(window) if one in ("รับส่งตอนนี้", "ย้อนการกระทำล่าสุด")]) == 1, text
    window.palette_box.close()


def test_what_is_not_found_says_what_to_try(window: MainWindow) -> None:
    window.open_palette()
    window.palette_box.search.line.setText("ไม่มีคำนี้แน่นอน")
    QTest.qWait(200)
    settle(window)

    assert window.palette_box.note.isVisible()
    assert entries(window) == []
    window.palette_box.close()


def test_citizen_ids_never_show_in_the_palette(window: MainWindow, desk: SampleDesk) -> None:
    number = str(desk.of_type("person")[0].fields["citizen_id"])
    window.open_palette()
    window.palette_box.search.line.setText(number)
    QTest.qWait(200)
    settle(window)

    model = window.palette_box.list.model()
    shown_texts = [str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]
    assert shown_texts
    assert not any(number in text.replace("-", "") for text in shown_texts)
    window.palette_box.close()
