"""Icons are complete, sharp at every pixel ratio, and follow the theme."""

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.theme import icons
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import DARK, LIGHT


def ink(picture: QImage) -> str:
    """The commonest colour of the pixels that are wholly painted; where strokes meet, blending may be off by one."""
    found = (picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height()))
    return Counter(colour.name() for colour in found if colour.alpha() == 255).most_common(1)[0][0]


def test_every_name_has_a_drawing_and_every_drawing_a_name() -> None:
    folder = Path(icons.__file__).parent / "icons"

    assert {file.stem for file in folder.glob("*.svg")} == set(icons.NAMES)
    assert "Permission to use, copy" in (folder / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(icons.NAMES))
def test_every_icon_is_drawn_in_the_colour_asked_for(name: str, theme: Theme) -> None:
    picture = icons.icon(name, "danger").pixmap(QSize(64, 64), 1.0).toImage()

    assert ink(picture) == LIGHT.danger.ink


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_an_icon_has_as_many_pixels_as_the_screen(ratio: float, theme: Theme) -> None:
    picture = icons.icon("search").pixmap(QSize(16, 16), ratio)

    assert picture.size() == QSize(round(16 * ratio), round(16 * ratio))


def test_a_disabled_icon_has_the_colour_of_disabled_text(theme: Theme) -> None:
    picture = icons.icon("check", "accent").pixmap(QSize(64, 64), 1.0, QIcon.Mode.Disabled).toImage()

    assert ink(picture) == LIGHT.disabled


def test_an_icon_set_on_a_button_or_an_action_follows_the_theme(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    button = QPushButton(holder)
    action = holder.addAction("")
    icons.set_icon(button, "plus", "text")
    icons.set_icon(action, "plus", "accent")

    theme.apply(qapp, "dark")

    assert ink(button.icon().pixmap(QSize(64, 64), 1.0).toImage()) == DARK.text
    assert ink(action.icon().pixmap(QSize(64, 64), 1.0).toImage()) == DARK.accent


def test_an_icon_that_is_not_shipped_is_refused(theme: Theme) -> None:
    with pytest.raises(KeyError):
        icons.icon("unicorn")
