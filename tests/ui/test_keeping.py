"""Which documents are kept here is chosen on the settings page; a photograph that comes is seen at once; two persons are told apart."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from demo.desk import SampleDesk
from desktop.services.kept_documents import EVERYTHING, kept_areas
from desktop.storage import attachments, file_uses
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.people_alike import PeopleAlikeScreen
from desktop.ui.settings_view import SettingsScreen
from desktop.ui.widgets.portrait import PhotographEditor, scaled_jpeg
from records.kinds import FileRef, Json
from tests.ui.test_forms import form_of
from tests.ui.windows import go, settle

OpenWindow = Callable[..., MainWindow]


def test_documents_of_an_area_are_kept_from_the_settings_by_mouse_and_by_keyboard(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("settings"))
    screen = window.screen_here()
    assert isinstance(screen, SettingsScreen)
    card, stream = screen.keep_card, desk.sample.stream
    assert card.streams_box.currentData() == stream
    assert not any(box.isChecked() for box in card.boxes.values())

    QTest.mouseClick(card.boxes["services"], Qt.MouseButton.LeftButton, pos=card.boxes["services"].rect().center())
    settle(window)
    assert kept_areas(desk.office, stream) == {"services"}

    card.boxes[EVERYTHING].setFocus()
    QTest.keyClick(card.boxes[EVERYTHING], Qt.Key.Key_Space)
    settle(window)
    assert kept_areas(desk.office, stream) == {EVERYTHING}
    assert all(box.isChecked() for box in card.boxes.values())
    assert not card.boxes["services"].isEnabled()

    card.boxes[EVERYTHING].click()
    settle(window)
    assert kept_areas(desk.office, stream) == frozenset()
    assert not any(box.isChecked() for box in card.boxes.values())


def test_what_is_kept_of_another_data_set_is_chosen_apart(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("settings"))
    screen = window.screen_here()
    assert isinstance(screen, SettingsScreen)
    box = screen.keep_card.streams_box
    box.setCurrentIndex(box.findData("central"))
    box.activated.emit(box.currentIndex())
    settle(window)

    screen.keep_card.boxes[EVERYTHING].click()
    settle(window)

    assert kept_areas(desk.office, "central") == {EVERYTHING}
    assert kept_areas(desk.office, desk.sample.stream) == frozenset()


def test_a_photograph_that_comes_with_a_round_is_seen_at_once(open_window: OpenWindow, desk: SampleDesk, tmp_path: Path) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    image.save(str(tmp_path / "a.png"))
    content, office = scaled_jpeg(tmp_path / "a.png"), desk.office
    with office.database.write() as connection:
        file: FileRef = attachments.add(connection, content, "a.jpg", "image/jpeg")
    person = desk.of_type("person")[0]
    wire: list[Json] = [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]
    office.records.save("person", person.id, {"photograph": wire})
    with office.database.write() as connection:
        attachments.forget(connection, file.sha256)
    window = open_window(Place("record", "person", person.id))
    editor = form_of(window).boxes["photograph"].editor
    assert isinstance(editor, PhotographEditor)
    assert not editor.portrait.has_picture

    with office.database.write() as connection:
        attachments.add(connection, content, "a.jpg", "image/jpeg")
    file_uses.catch_up(office.database)
    window.bridge.sync_status_changed.emit(SyncStatus(Phase.DONE))
    settle(window)

    assert editor.portrait.has_picture


def test_two_persons_told_apart_are_not_listed_again_until_that_is_taken_back(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window()
    go(window, Place("people_alike"))
    screen = window.screen_here()
    assert isinstance(screen, PeopleAlikeScreen)
    before = len(screen.pairs)
    assert before
    row, other = screen.pairs[0]

    screen.tell_apart(row.id, other.row.id)
    settle(window)
    assert len(screen.pairs) == before - 1

    desk.office.duplicates.same_again("person", row.id, other.row.id)
    screen.refresh()
    settle(window)
    assert len(screen.pairs) == before
