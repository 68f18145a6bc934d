"""Work by stick in the window: what a bundle would hold, writing it, taking the reply in, relaying, and a first start without a line."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from desktop.services.office import Office
from desktop.storage import state
from desktop.ui.bridge import Bridge
from desktop.ui.bundle_view import BundleScreen
from desktop.ui.first_start import FirstStart
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Notice, Place
from desktop.ui.single_instance import SingleInstance
from desktop.ui.sync_view import SyncView
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.row_button import RowButton
from records.catalogue import BY_TYPE
from records.protocol import ServerKeys
from records.sealing import public_sealing_key, public_signing_key
from records.words import Language, Words
from server_stub.auth import Auth
from server_stub.bundles import Bundles
from server_stub.enrolment_bundle import write_enrolment
from server_stub.storage.sqlite import SqliteStorage
from server_stub.sync import SyncService
from tests.offices import made_office
from tests.ui.windows import PATIENCE_MS, settle

STREAM = "office/6603001"


def now() -> datetime:
    return datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class Central:
    """A central server that only bundles reach."""

    def __init__(self) -> None:
        self.storage = SqliteStorage(None)
        self.auth = Auth(self.storage, now, os.urandom)
        self.auth.ensure_server()
        self.service = SyncService(self.storage, BY_TYPE, now, os.urandom)
        self.bundles = Bundles(self.service, self.auth, self.storage, now, os.urandom)

    def enrolment(self, account: str, path: Path) -> str:
        """Writes an enrolment bundle; returns its code."""
        self.auth.add_account(account, "office-admin", [f"{STREAM}:write"], "สมหญิง รักดี")
        with path.open("wb") as out:
            return write_enrolment(out, account, self.auth, self.service, self.storage, now, os.urandom).code

    def relay(self, work: Path, reply: Path) -> None:
        with work.open("rb") as source, reply.open("w+b") as target:
            self.bundles.answer(source, target, Language.THAI)


def _with_keys(desk: SampleDesk) -> None:
    signing, sealing = os.urandom(32).hex(), os.urandom(32).hex()
    keys = ServerKeys(public_signing_key(signing), public_sealing_key(sealing))
    with desk.office.database.write() as connection:
        who = state.identity(connection)
        assert who is not None
        state.save_identity(connection, msgspec.structs.replace(who, signing_key="11" * 32, sealing_key="22" * 32, server_keys=keys))


def _page(window: MainWindow) -> BundleScreen:
    screen = window.screen_here()
    assert isinstance(screen, BundleScreen)
    return screen


def _waited(qtbot: QtBot, window: MainWindow, screen: BundleScreen) -> None:
    qtbot.waitUntil(lambda: not screen.control.is_busy, timeout=PATIENCE_MS)
    settle(window)


def test_a_bundle_is_written_and_listed_until_it_is_answered(
    desk: SampleDesk, open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    _with_keys(desk)
    window = open_window(Place("bundles"))
    screen = _page(window)
    desk.office.records.save("project", None, {"title": "ถนนหน้าวัด"})
    screen.refresh()
    settle(window)
    waiting = screen.office.bundles.contents().changes
    assert waiting >= 1
    assert f"{waiting:,} รายการ" in screen.holds.plain_text
    stick = tmp_path / "stick"
    stick.mkdir()
    screen.export(stick)
    _waited(qtbot, window, screen)
    (written,) = stick.glob("*.ttb")
    assert str(written) in screen.banner.label.plain_text
    rows = screen.findChildren(RowButton)
    assert [row.text() for row in rows] == [written.name]
    assert "ยังไม่ตอบ" in rows[0].accessibleName()
    assert "เคยส่งแล้ว" in screen.holds.plain_text


def test_the_keys_stay_on_the_button_that_was_pressed_and_the_next_step_is_said(
    desk: SampleDesk, open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    _with_keys(desk)
    window = open_window(Place("bundles"))
    screen = _page(window)
    screen.export_button.setFocus()

    screen.export(tmp_path)
    _waited(qtbot, window, screen)

    assert screen.export_button.hasFocus()
    assert "ต่อไปให้ผู้ที่มีเครือข่ายส่งต่อ" in screen.banner.label.plain_text


def test_what_was_said_stays_in_front_of_the_page_that_comes(open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    window.notify(Notice("ok", Words("บันทึกแล้ว", "Saved")))

    window.navigate(Place("bundles"))
    settle(window)

    screen = window.screen_here()
    assert screen is not None
    assert window.stack.children().index(window.notices) > window.stack.children().index(screen)


def test_a_message_is_as_high_as_its_words_after_a_longer_one(open_window: Callable[..., MainWindow]) -> None:
    screen = _page(open_window(Place("bundles")))
    short, long = Words("รับแล้ว", "Taken in"), Words("รับแฟ้มแล้ว " * 40, "Taken in " * 40)
    screen.banner.show_message("ok", short)
    screen.banner.show()
    QTest.qWait(50)
    low = screen.banner.height()
    screen.banner.show_message("ok", long)
    QTest.qWait(50)
    assert screen.banner.height() > low

    screen.banner.show_message("ok", short)
    QTest.qWait(50)

    assert screen.banner.height() == low


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_lost(
    desk: SampleDesk, open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    _with_keys(desk)
    window = open_window(Place("bundles"))
    screen = _page(window)
    screen.export(tmp_path / "no such folder" / "w.ttb")
    _waited(qtbot, window, screen)
    assert screen.banner.isVisible()
    assert "ไม่พบที่เก็บนี้" in screen.banner.label.plain_text
    assert screen.export_button.isEnabled()


def test_a_file_that_is_no_bundle_is_told_where_it_was_dropped(
    desk: SampleDesk, open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    _with_keys(desk)
    wrong = tmp_path / "wrong.ttb"
    wrong.write_text("none")
    window = open_window(Place("bundles"))
    screen = _page(window)
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(wrong))])
    both = (Qt.DropAction.CopyAction, held, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPoint(9, 9), *both)
    screen.dragEnterEvent(entered)
    assert entered.isAccepted()
    screen.dropEvent(QDropEvent(QPointF(9, 9), *both))
    settle(window)
    assert "ไม่ใช่แฟ้มรับส่งงาน" in screen.banner.label.plain_text


def test_a_desk_without_keys_is_told_what_to_do(open_window: Callable[..., MainWindow]) -> None:
    screen = _page(open_window(Place("bundles")))
    assert not screen.export_button.isEnabled()
    assert "ยังไม่มีกุญแจ" in screen.holds.plain_text
    assert screen.relay_button.isEnabled()


def test_the_page_is_reached_from_sync_and_by_the_palette(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(Place("sync"))
    screen = window.screen_here()
    assert isinstance(screen, SyncView)
    row = next(one for one in screen.findChildren(Button) if "USB" in one.text())
    row.click()
    settle(window)
    assert _page(window).title() == "ส่งงานด้วยแฟ้ม (USB)"
    window.navigate(Place("home"))
    settle(window)
    act = next(one for one in window.acts_of_now() if one.id == "go_bundles")
    act.run()
    settle(window)
    assert isinstance(window.screen_here(), BundleScreen)


def test_a_first_start_without_a_line_and_the_first_exchange(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    central, file = Central(), tmp_path / "start.ttb"
    code = central.enrolment("somying", file)
    home = tmp_path / "home"
    home.mkdir()
    office = made_office(home, language=Language.THAI, enrolled=False)
    bridge = Bridge(office, Language.THAI)
    page = FirstStart(bridge, office.enrolment.enrol, Language.THAI, by_bundle=office.bundles.enrol)
    qtbot.addWidget(page)
    page.show()
    page.choose_bundle(file)
    assert page.server_line.text() == "start.ttb"
    page.code_line.setText("AAAA-AAAA-AAAA")
    page.enrol_button.click()
    qtbot.waitUntil(lambda: bool(page.code_problem.plain_text), timeout=PATIENCE_MS)
    assert "ไม่ตรงกับแฟ้ม" in page.code_problem.plain_text
    page.code_line.setText(code.lower())
    page.enrol_button.click()
    qtbot.waitUntil(lambda: page.step == 2, timeout=PATIENCE_MS)
    assert any("สมหญิง รักดี" in label.text() for label in page.findChildren(QLabel))
    _exchanges(office, central, tmp_path)
    bridge.close()
    office.close()
    central.storage.close()


def _exchanges(office: Office, central: Central, folder: Path) -> None:
    """Work goes out and its reply comes in; receipts have numbers before."""
    office.numbering.choose_book("1")
    assert office.numbering.left() == 50
    made = office.records.save("project", None, {"title": "ถนนหน้าวัด"})
    work, reply = folder / "w.ttb", folder / "w.reply.ttb"
    office.bundles.export(work)
    central.relay(work, reply)
    assert office.bundles.kind_of(reply) == "reply"
    assert office.bundles.kind_of(work) == "work"
    done = office.bundles.apply(reply)
    assert (done.report.pushed, done.report.done) == (1, True)
    assert office.records.get("project", made.row.id).version == 1
    assert office.bundles.sent()[0].answered_at


def test_a_second_start_hands_its_file_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    with qtbot.waitSignal(first.handed) as handed:
        assert not second.is_first("/media/USB/งาน.ttb")
    assert handed.args == ["/media/USB/งาน.ttb"]
    first.close()


@pytest.mark.parametrize("language", [Language.THAI, Language.ENGLISH])
def test_the_page_of_enrolment_goes_both_ways(theme: Theme, qtbot: QtBot, tmp_path: Path, language: Language) -> None:
    office = made_office(tmp_path, language=language, enrolled=False)
    bridge = Bridge(office, language)
    page = FirstStart(bridge, office.enrolment.enrol, language, by_bundle=office.bundles.enrol)
    qtbot.addWidget(page)
    page.choose_bundle(tmp_path / "a.ttb")
    assert page.server_line.isReadOnly()
    page.bundle_button.click()
    assert not page.server_line.isReadOnly()
    bridge.close()
    office.close()
