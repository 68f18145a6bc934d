"""The walk: every page, at every size a clerk may have, in both languages and looks, is whole, reachable, readable and discreet."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from demo.desk import SampleDesk
from desktop.ui.main_window import MainWindow
from desktop.ui.theme.theme import Mode, Theme
from records.words import Language
from tests.ui.measure import clipped_labels, low_contrast, nameless, unfocusable
from tests.ui.walk import WALK
from tests.ui.windows import citizen_ids, dead_ends, desk_in, go, opened

LOOKS: tuple[tuple[tuple[int, int], Language, Mode, float], ...] = (
    ((1440, 880), Language.THAI, "light", 1.0),
    ((1366, 768), Language.ENGLISH, "dark", 1.0),
    ((1093, 614), Language.THAI, "dark", 1.0),
    ((1093, 614), Language.ENGLISH, "light", 1.0),
    ((1440, 880), Language.THAI, "light", 1.5),
    ((1366, 768), Language.ENGLISH, "dark", 1.5),
)


class _Shown(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


def test_nothing_but_the_window_ever_flashes_up(qapp: QApplication, open_window: Callable[..., MainWindow], desk: SampleDesk) -> None:
    shown = _Shown()
    qapp.installEventFilter(shown)

    window = open_window()
    for stop in WALK:
        go(window, stop.place(desk))

    qapp.removeEventFilter(shown)
    assert shown.windows == ["MainWindow"]


@pytest.mark.parametrize(("size", "language", "mode", "scale"), LOOKS)
def test_every_page_is_whole_and_reachable_and_readable(
    qapp: QApplication, theme: Theme, tmp_path: Path, size: tuple[int, int], language: Language, mode: Mode, scale: float
) -> None:
    theme.apply(qapp, mode, scale)
    desk = desk_in(tmp_path, language)
    window = opened(desk, theme, size=size)
    found: dict[str, list[str]] = {}

    for stop in WALK:
        go(window, stop.place(desk))
        faults = [*clipped_labels(window), *unfocusable(window), *nameless(window), *low_contrast(window), *dead_ends(window)]
        faults += [f"a citizen id in full: {shown}" for shown in citizen_ids(window)]
        if faults:
            found[stop.name] = faults

    window.close()
    window.deleteLater()
    desk.office.close()
    assert found == {}
