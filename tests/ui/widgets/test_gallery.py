"""Every widget at every size a clerk may have: nothing cut, nothing faint, nothing out of the keyboard's reach."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Mode, Theme
from records.words import Language
from tests.ui.gallery import window
from tests.ui.measure import clipped_labels, low_contrast, nameless, unfocusable
from tests.ui.windows import PATIENCE_MS

SIZES = ((1440, 880, 1.0), (1366, 768, 1.0), (1366, 768, 1.25), (1093, 614, 1.0), (1440, 880, 1.5), (1366, 768, 1.5))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_no_text_is_cut(
    theme: Theme, qapp: QApplication, qtbot: QtBot, *, width: int, height: int, scale: float, language: Language
) -> None:
    theme.apply(qapp, "light", scale)
    shown = window(language, QSize(width, height))
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown, timeout=PATIENCE_MS)
    qapp.processEvents()

    heads = [said for said in clipped_labels(shown) if not said.startswith("QHeaderView")]

    assert heads == []
    assert unfocusable(shown) == []
    assert nameless(shown) == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_label_is_drawn_with_enough_contrast(theme: Theme, qapp: QApplication, qtbot: QtBot, mode: Mode) -> None:
    theme.apply(qapp, mode)
    shown = window(Language.THAI, QSize(1440, 1500))
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown, timeout=PATIENCE_MS)

    assert low_contrast(shown) == []
