"""What a person meets rarely: headings nobody knows, many deletions, a deletion that met an edit, files, a second start."""

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QProcess, QProcessEnvironment, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from desktop.services import rounds
from desktop.services.attachments import forget_copies
from desktop.storage import state
from desktop.storage.query import Query
from desktop.sync.guard import CODE
from desktop.sync.status import Pause, Report, StreamReport
from desktop.ui.conflict_view import ConflictScreen
from desktop.ui.import_view import ImportScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.single_instance import SingleInstance
from desktop.ui.sync_view import SyncView
from desktop.ui.widgets.editors.files import FilesEditor
from records.ids import new_id
from records.kinds import Json
from records.merge import DELETION
from records.words import Words
from tests.ui.measure import name_of, seen
from tests.ui.test_forms import form_of
from tests.ui.test_lists import list_of
from tests.ui.windows import PATIENCE_MS, pressed, settle, texts

OpenWindow = Callable[..., MainWindow]


def button(root: QWidget, text: str) -> QAbstractButton:
    """The button in sight whose name begins with a text."""
    return next(one for one in seen(root) if isinstance(one, QAbstractButton) and name_of(one).startswith(text))


def answers(monkeypatch: pytest.MonkeyPatch, where: str, *, yes: bool) -> list[str]:
    """Answers the questions asked by a module; returns what was asked."""
    asked: list[str] = []

    def answer(_parent: object, _language: object, title: Words, text: Words, *_: object, **__: object) -> bool:
        asked.append(f"{title.th} {text.th}")
        return yes

    monkeypatch.setattr(f"{where}.confirm", answer)
    return asked


def test_a_sheet_whose_headings_nobody_knows_is_mapped_by_hand(
    open_window: OpenWindow, desk: SampleDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    sheet = tmp_path / "แปลก.csv"
    sheet.write_text("กขค,งจฉ\nถนนสายหนึ่ง,กองช่าง\nถนนสายสอง,กองคลัง\n", encoding="utf-8")
    window = open_window(Place("import", "project"))
    view = window.screen_here()
    assert isinstance(view, ImportScreen)

    view.open_file(sheet)
    settle(window)
    assert not view.import_button.isEnabled()
    assert "ยังไม่รู้ว่าคอลัมน์ใดเป็นช่องใด" in " ".join(texts(view))
    _, box = view.boxes[0]
    box.setCurrentIndex(box.findData("title"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: view.import_button.isEnabled() and view.import_button.text() == "นำเข้า 2 แถว", timeout=PATIENCE_MS)
    QTest.mouseClick(view.import_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert {"ถนนสายหนึ่ง", "ถนนสายสอง"} <= {row.fields["title"] for row in desk.office.store.find(Query("project")).rows}


def test_several_records_are_deleted_in_one_act_that_its_keys_take_back(
    open_window: OpenWindow, desk: SampleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, "desktop.ui.widgets.record_acts", yes=True)
    window = open_window(Place("type", "service"))
    table = list_of(window).table
    before = list(table.records.ids)
    assert len(before) > 2
    table.setFocus()
    pressed(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    pressed(window, Qt.Key.Key_Delete)
    settle(window)
    left = desk.office.store.count(Query("service"))
    pressed(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    assert len(asked) == 1
    assert left == 0
    assert desk.office.store.count(Query("service")) == len(before)
    assert list(table.records.ids) == before


@pytest.mark.parametrize(("button_text", "is_deleted"), [("ใช้ของเครื่องนี้ทั้งหมด", True), ("ใช้ของที่อื่นทั้งหมด", False)])
def test_a_deletion_that_met_an_edit_is_told_in_words_and_settled_either_way(
    open_window: OpenWindow, desk: SampleDesk, button_text: str, is_deleted: bool
) -> None:
    project = desk.of_type("project")[0]
    deletion_met_edit(desk, project.id)
    window = open_window(Place("conflicts"))
    view = window.screen_here()
    assert isinstance(view, ConflictScreen)
    said = " ".join(texts(view))
    assert "ที่นี่ลบ / ที่อื่นแก้ไข" in said
    assert DELETION not in said

    QTest.mouseClick(button(view, button_text), Qt.MouseButton.LeftButton)
    QTest.mouseClick(view.cards[0].settle_button, Qt.MouseButton.LeftButton)
    settle(window)

    assert view.cards == []
    assert desk.office.records.get("project", project.id).deleted is is_deleted


def deletion_met_edit(desk: SampleDesk, record_id: str) -> None:
    """Leaves a conflict as a merge does that met an edit of what was deleted here."""
    office = desk.office
    detail: dict[str, Json] = {
        "name": DELETION, "mine": True, "mine_by": "chanphen.w", "theirs_by": "wichai.t", "mine_device": "desk-1", "theirs_device": "desk-2",
    }  # fmt: skip
    entry: dict[str, Json] = {
        "record_type": "project", "record_id": record_id, "area": "planning", "grade": "conflict", "state": "open", "details": [detail],
    }  # fmt: skip
    with office.store.act("chanphen.w", Words("รวม", "Merge")) as act:
        office.store.save(desk.sample.stream, "conflict", new_id(desk.now, office.entropy), entry, (), act=act)


@pytest.mark.parametrize("yes", [True, False])
def test_many_deletions_are_allowed_on_the_sync_page_after_a_question(
    open_window: OpenWindow, desk: SampleDesk, monkeypatch: pytest.MonkeyPatch, yes: bool
) -> None:
    paused_by_deletions(desk, 34)
    asked = answers(monkeypatch, "desktop.ui.sync_view", yes=yes)
    window = open_window(Place("sync"))
    allowed: list[int] = []
    monkeypatch.setattr(window.control, "allow", allowed.append)
    view = window.screen_here()
    assert isinstance(view, SyncView)
    assert "มีการลบถึง 34 รายการในคราวเดียว" in " ".join(texts(view))

    QTest.mouseClick(button(view, "อนุญาตการลบ 34 รายการ"), Qt.MouseButton.LeftButton)

    assert len(asked) == 1
    assert "34" in asked[0]
    assert allowed == ([34] if yes else [])


def paused_by_deletions(desk: SampleDesk, count: int) -> None:
    """Leaves the desk as a round does that met too many deletions."""
    pause = Pause(CODE, Words("มีการลบมาก", "Many deletions"), count)
    report = Report(streams={desk.sample.stream: StreamReport(paused=pause)})
    with desk.office.database.write() as connection:
        rounds.remember_report(connection, desk.now, report)
        known = state.stream(connection, desk.sample.stream)
        assert known is not None
        state.save_stream(connection, msgspec.structs.replace(known, paused=CODE))


def test_attached_files_are_kept_opened_and_saved_elsewhere(
    open_window: OpenWindow, desk: SampleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "ใบแจ้ง.txt", tmp_path / "สำเนา.txt"
    source.write_text("ไฟดับหน้าวัด", encoding="utf-8")
    opened: list[QUrl] = []
    monkeypatch.setattr("desktop.ui.widgets.editors.files.QDesktopServices.openUrl", opened.append)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(source)], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    record = desk.of_type("service_request")[0]
    window = open_window(Place("record", "service_request", record.id))
    form = form_of(window)
    editor = form.boxes["attachments"].editor
    assert isinstance(editor, FilesEditor)

    editor.button.click()
    settle(window)
    form.save()
    settle(window)
    button(editor, "เปิด ใบแจ้ง.txt").click()
    settle(window)
    button(editor, "บันทึก ใบแจ้ง.txt").click()
    settle(window)

    assert "ใบแจ้ง.txt" in str(desk.office.records.get("service_request", record.id).fields["attachments"])
    assert [Path(url.toLocalFile()).read_text(encoding="utf-8") for url in opened] == ["ไฟดับหน้าวัด"]
    assert target.read_text(encoding="utf-8") == "ไฟดับหน้าวัด"
    forget_copies(desk.office)
    assert not any(Path(url.toLocalFile()).exists() for url in opened)


def test_a_second_start_raises_the_first_window_and_ends(tmp_path: Path, qtbot: QtBot) -> None:
    first = SingleInstance(tmp_path)
    assert first.is_first()
    second = QProcess()
    second.setProgram(sys.executable)
    second.setArguments(["-c", SECOND_START, str(tmp_path)])
    second.setWorkingDirectory(str(Path(__file__).resolve().parents[2]))
    second.setProcessEnvironment(QProcessEnvironment.systemEnvironment())

    with qtbot.waitSignals([first.raised, second.finished], timeout=PATIENCE_MS):
        second.start()

    assert second.exitCode() == 7
    first.close()


SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.ui.single_instance import SingleInstance
app = QCoreApplication([])
sys.exit(0 if SingleInstance(Path(sys.argv[1])).is_first() else 7)
"""
