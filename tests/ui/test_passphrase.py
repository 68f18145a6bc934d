"""A computer without a keyring: the passphrase is set twice at the first start, asked at later ones, and said to be wrong when it is."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring as NullKeyring
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.app import open_office
from desktop.services.office import Office
from desktop.ui.passphrase import PassphraseSheet
from desktop.ui.start import opened
from desktop.ui.theme.theme import Theme
from records.words import Language
from tests.ui.measure import clipped_labels, nameless, unfocusable

GOOD = "correct horse"


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    """No keyring at all."""
    before = keyring.get_keyring()
    keyring.set_keyring(NullKeyring())  # type: ignore[no-untyped-call]  # keyring is partly typed
    yield
    keyring.set_keyring(before)


class Typist:
    """Answers each passphrase window as soon as it is open, in turn; notes what it said."""

    def __init__(self, *acts: Callable[[PassphraseSheet], object]) -> None:
        self._acts = list(acts)
        self.saw: list[str] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(5)

    def _look(self) -> None:
        sheet = QApplication.activeModalWidget()
        if isinstance(sheet, PassphraseSheet) and sheet.isVisible() and self._acts:
            self.saw.append(" ".join(label.text() for label in sheet.findChildren(QLabel) if label.isVisible()).replace("\u200b", ""))
            self._acts.pop(0)(sheet)

    def is_done(self) -> bool:
        """Whether every window came."""
        self._timer.stop()
        return not self._acts


def types(first: str, again: str, sheet: PassphraseSheet) -> None:
    """Types into the line, or the two, and presses Enter."""
    for line, text in ((sheet.line, first), (sheet.again, again)):
        if line is not None:
            line.clear()
            QTest.keyClicks(line, text)
    QTest.keyClick(sheet.line, Qt.Key.Key_Return)


def start(folder: Path) -> Office | None:
    """Opens a data folder as the window does."""
    return opened(folder, Language.THAI, partial(open_office, environ={}), lambda: None)


def test_a_passphrase_is_set_twice_and_asked_at_the_next_start(theme: Theme, tmp_path: Path) -> None:
    first = Typist(partial(types, "short", "short"), partial(types, GOOD, "other words"), partial(types, GOOD, GOOD))
    office = start(tmp_path)
    assert office is not None
    office.close()
    assert first.is_done()
    assert "ไม่มีใครเปิดฐานข้อมูลนี้ได้" in first.saw[0]
    assert "อย่างน้อย 8 ตัวอักษร ยังไม่มีอะไร" in first.saw[1]
    assert "รหัสผ่านสองครั้งไม่ตรงกัน" in first.saw[2]

    later = Typist(partial(types, "a wrong one", ""), partial(types, GOOD, ""))
    again = start(tmp_path)
    assert again is not None
    again.close()
    assert later.is_done()
    assert "รหัสผ่านไม่ถูกต้อง" not in later.saw[0]
    assert "หากลืมรหัสผ่าน" in later.saw[0]
    assert "รหัสผ่านไม่ถูกต้อง" in later.saw[1]


def test_who_gives_up_leaves_and_nothing_is_made(theme: Theme, tmp_path: Path) -> None:
    typist = Typist(lambda sheet: sheet.reject())

    assert start(tmp_path) is None
    assert typist.is_done()
    assert not (tmp_path / "thongthin.db").exists()
    assert not (tmp_path / "thongthin.salt").exists()


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("is_new", [True, False])
def test_the_window_is_whole(qapp: QApplication, theme: Theme, is_new: bool, language: Language, scale: float) -> None:
    theme.apply(qapp, "dark", scale)
    sheet = PassphraseSheet(language, is_new=is_new)
    sheet.show()
    assert QTest.qWaitForWindowExposed(sheet)

    assert [*clipped_labels(sheet), *unfocusable(sheet), *nameless(sheet)] == []
    sheet.close()
