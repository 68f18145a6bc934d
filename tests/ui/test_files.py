"""Documents on screen: how each stands, fetched with a bar and a way to stop, remembered without a line. By mouse and by keyboard."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from desktop.services import attachments as service
from desktop.storage import attachments, file_states
from desktop.sync.line import FileDownload
from desktop.sync.replies import not_ours
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.widgets.editors.file_line import FileLine
from desktop.ui.widgets.editors.files import FilesEditor
from desktop.ui.widgets.thai_wrap import unwrapped
from records.kinds import FileRef, Json
from records.protocol import Problem
from tests.ui.test_forms import form_of
from tests.ui.test_missing_flows import button
from tests.ui.windows import PATIENCE_MS, settle, texts

OpenWindow = Callable[..., MainWindow]
CONTENT = bytes(range(256)) * 16_000


class SlowLine:
    """A stand-in for the line: brings the content in two halves, the second when it is let through; or breaks."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.may_end = threading.Event()
        self._breaks = breaks

    @contextmanager
    def fetch_file(self, stream: str, sha256: str, offset: int) -> Iterator[FileDownload]:
        if self._breaks:
            raise not_ours()

        def blocks() -> Iterator[bytes]:
            half = len(CONTENT) // 2
            yield CONTENT[offset:][:half]
            assert self.may_end.wait(60)
            yield CONTENT[offset:][half:]

        yield FileDownload(offset, len(CONTENT), blocks())

    def repeat_number(self, counter: Callable[[], int]) -> None:
        """It counts nothing."""

    def close(self) -> None:
        """It holds nothing."""


def words_in(root: QWidget) -> str:
    """All that can be read there."""
    return unwrapped("\n".join(texts(root)))


def editor_with(desk: SampleDesk, open_window: OpenWindow, line: Any) -> tuple[FilesEditor, FileRef, MainWindow]:
    """A form whose record names a document that is not here."""
    office = desk.office
    office.new_transport = lambda *_: line
    file = FileRef(hashlib.sha256(CONTENT).hexdigest(), "แบบแปลน.pdf", len(CONTENT), "application/pdf")
    record = desk.of_type("service_request")[0]
    wire: dict[str, Json] = {"attachments": [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]}
    office.records.save("service_request", record.id, wire)
    window = open_window(Place("record", "service_request", record.id))
    settle(window)
    editor = form_of(window).boxes["attachments"].editor
    assert isinstance(editor, FilesEditor)
    return editor, file, window


def test_a_document_that_is_not_here_is_fetched_with_a_bar_and_opened(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr("desktop.ui.widgets.editors.files.QDesktopServices.openUrl", opened.append)
    line = SlowLine()
    editor, file, window = editor_with(desk, open_window, line)
    assert "ยังไม่อยู่ในเครื่องนี้" in words_in(editor)

    button(editor, "เปิด แบบแปลน.pdf").click()
    shown = editor.findChild(FileLine)
    assert shown is not None
    qtbot.waitUntil(lambda: shown.bar.isVisible() and shown.bar.value() > 0, timeout=PATIENCE_MS)
    assert "กำลังรับ" in words_in(editor)
    line.may_end.set()
    qtbot.waitUntil(lambda: bool(opened), timeout=PATIENCE_MS)
    settle(window)

    assert "ส่งแล้ว" in words_in(editor)
    assert not shown.bar.isVisible()
    with desk.office.database.reading() as connection:
        assert attachments.content(connection, file.sha256) == CONTENT


def test_fetching_is_stopped_by_a_button_and_goes_on_from_there(open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    line = SlowLine()
    editor, file, window = editor_with(desk, open_window, line)
    button(editor, "รับ แบบแปลน.pdf").click()
    shown = editor.findChild(FileLine)
    assert shown is not None
    qtbot.waitUntil(lambda: shown.bar.value() > 0, timeout=PATIENCE_MS)

    button(editor, "หยุดรับ แบบแปลน.pdf").click()
    line.may_end.set()
    settle(window)
    qtbot.waitUntil(lambda: not shown.bar.isVisible(), timeout=PATIENCE_MS)

    standing = service.standings(desk.office, [file.sha256])[file.sha256]
    assert (standing.is_here, standing.come > 0) == (False, True)
    button(editor, "รับ แบบแปลน.pdf").click()
    qtbot.waitUntil(lambda: service.standings(desk.office, [file.sha256])[file.sha256].is_here, timeout=PATIENCE_MS)
    settle(window)


def test_without_a_line_the_wish_is_remembered_and_said(open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    editor, file, window = editor_with(desk, open_window, SlowLine(breaks=True))

    button(editor, "รับ แบบแปลน.pdf").click()
    qtbot.waitUntil(lambda: "จะมาเมื่อรับส่งครั้งต่อไป" in words_in(editor), timeout=PATIENCE_MS)
    settle(window)

    assert "โปรแกรมจำไว้" in words_in(window)
    with desk.office.database.reading() as connection:
        assert [one.sha256 for one in file_states.to_fetch(connection, desk.sample.stream, desk.office.clock(), 5)] == [file.sha256]


@pytest.mark.parametrize(("code", "said"), [("quota", "ไม่มีพื้นที่"), ("too-large", "ใหญ่เกินกว่า")])
def test_what_the_server_did_not_take_is_said_beside_the_document(open_window: OpenWindow, desk: SampleDesk, code: str, said: str) -> None:
    office, file = desk.office, FileRef(hashlib.sha256(CONTENT).hexdigest(), "แบบแปลน.pdf", len(CONTENT), "application/pdf")
    with office.database.write() as connection:
        attachments.add(connection, CONTENT, file.name, file.media_type)
    editor, _, window = editor_with(desk, open_window, SlowLine())
    with office.database.write() as connection:
        (place,) = file_states.of_file(connection, file.sha256)
        file_states.failed(connection, replace(place), Problem(code), office.clock())
    editor.set_value((file,))
    settle(window)

    assert "ส่งไม่ได้" in words_in(editor)
    assert said in words_in(editor)
