"""Draws the window of a data folder as it stands into one file: `python -m tools.portrait HOME FILE [PLACE]`, no display needed.

PLACE is a record type, for its list, or a page such as `sync`; the list of projects unless said.
"""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.app import open_office
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Theme
from records.catalogue import BY_TYPE
from tools.scene import settle

SIZE = (1440, 880)


def draw(home: Path, path: Path, place: str) -> None:
    """Draws a page as the window of that data folder shows it. Raises AppError when the folder cannot be opened."""
    app = QApplication.instance() or QApplication(["portrait"])
    theme = Theme(app)
    theme.apply(app, "light", 1.0)  # type: ignore[arg-type]  # a QApplication, as made above
    office = open_office(home)
    window = MainWindow(office, theme, office.language)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.resize(*SIZE)
    window.show()
    window.start(Place("type", place) if place in BY_TYPE else Place(place), syncs=False)
    settle(window.bridge)
    # A start puts the window where it was left, on a screen that is smaller here.
    window.resize(*SIZE)
    settle(window.bridge)
    window.grab().save(str(path))
    window.close()
    office.close()


def main() -> None:
    """Reads the arguments and draws."""
    home, path, *rest = sys.argv[1:]
    draw(Path(home), Path(path), rest[0] if rest else "project")


if __name__ == "__main__":
    main()
