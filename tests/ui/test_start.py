"""Which window opens: the first start before an enrolment, then the program; another one in another language."""

from pathlib import Path
from typing import cast

from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from desktop.services import lock
from desktop.services.office import NewTransport
from desktop.storage import state
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.first_start import FirstStart
from desktop.ui.locked_start import LockedStart
from desktop.ui.main_window import MainWindow
from desktop.ui.start import Desk
from desktop.ui.theme.theme import Theme
from records.errors import Refused, Unavailable
from records.problem_types import PROBLEMS
from records.protocol import Account, Enrolled, GrantedStream
from records.words import Language
from tests.ui.windows import NOW, PATIENCE_MS, settle


class _Line:
    """A line to a server that takes any code; stands in for the network."""

    def enrol(self, _code: str, _device: dict[str, str], _request_id: str) -> Enrolled:
        granted = GrantedStream("office/9000000", "write", ("*",), "องค์การบริหารส่วนตำบลตัวอย่าง")
        return Enrolled("desk-9", "a token", Account("somsri.j", "clerk", "สมศรี ใจดี"), (granted,))

    def close(self) -> None:
        """Nothing is open."""

    def __getattr__(self, name: str) -> object:
        raise Unavailable(PROBLEMS["unavailable"].title, PROBLEMS["unavailable"].detail, code="offline")


def test_the_first_start_leads_to_the_window(tmp_path: Path, theme: Theme, qtbot: QtBot) -> None:
    sample = SampleDesk(tmp_path, NOW)
    sample.office.new_transport = cast(NewTransport, lambda _server, _token, _language: _Line())
    desk = Desk(sample.office, theme)
    desk.open()
    first = desk.window
    assert isinstance(first, FirstStart)

    first.next_button.click()
    first.server_line.setText("https://sync.example.go.th")
    first.code_line.setText("ABCD")
    first.enrol_button.click()
    qtbot.waitUntil(lambda: first.step == 2, timeout=PATIENCE_MS)
    first.begin_button.click()

    assert isinstance(desk.window, MainWindow)
    settle(desk.window)
    assert desk.window.access.identity is not None
    assert desk.window.access.identity.account == "somsri.j"
    desk.window.close()
    with sample.office.database.reading() as connection:
        assert state.identity(connection) is not None
    sample.office.close()


def test_another_language_opens_the_window_again_at_the_settings(tmp_path: Path, theme: Theme) -> None:
    sample = SampleDesk(tmp_path, NOW)
    sample.enrol()
    desk = Desk(sample.office, theme)
    desk.open()
    before = desk.window
    assert isinstance(before, MainWindow)
    settle(before)

    before.language_wanted.emit("en")

    after = desk.window
    assert isinstance(after, MainWindow)
    assert after is not before
    settle(after)
    assert (after.language, sample.office.language) == (Language.ENGLISH, Language.ENGLISH)
    assert after.here is not None
    assert after.here.kind == "settings"
    after.close()
    sample.office.close()


def test_a_revoked_device_shows_nothing_but_whom_to_call_until_it_is_enrolled_again(tmp_path: Path, theme: Theme, qtbot: QtBot) -> None:
    sample = SampleDesk(tmp_path, NOW)
    office = sample.office
    office.new_transport = cast(NewTransport, lambda _server, _token, _language: _Line())
    desk = Desk(office, theme)
    with office.database.write() as connection:
        state.save_identity(
            connection, state.Identity(device_id="desk-9", server="https://sync.example", account="somsri.j", role="clerk", token="t")
        )
    desk.open()
    assert isinstance(desk.window, MainWindow)
    settle(desk.window)
    revoked = PROBLEMS["revoked"]
    with office.database.write() as connection:
        lock.note(connection, Refused(revoked.title, revoked.detail, code="revoked"))
    desk.window.bridge.sync_status_changed.emit(SyncStatus(Phase.STOPPED, message=revoked.detail))
    qtbot.waitUntil(lambda: isinstance(desk.window, LockedStart), timeout=PATIENCE_MS)
    page: object = desk.window
    assert isinstance(page, LockedStart)
    assert "ผู้ดูแลระบบ" in page.banner.label.plain_text
    assert page.server_line.text() == "https://sync.example"

    page.write_to(tmp_path / "unsent.jsonl")
    qtbot.waitUntil((tmp_path / "unsent.jsonl").is_file, timeout=PATIENCE_MS)
    page.code_line.setText("ABCD-EFGH-JKLM")
    page.enrol_button.click()
    qtbot.waitUntil(lambda: page.step == 2, timeout=PATIENCE_MS)
    page.begin_button.click()
    assert isinstance(desk.window, MainWindow)
    settle(desk.window)
    desk.window.close()
    desk.close()
