"""One start of a window in a process of its own; says `usable` when a person could begin. Started by `benchmarks.start`.

python -m benchmarks.start_window empty           an empty QMainWindow, shown
python -m benchmarks.start_window list FOLDER     the program's window on a desk's folder, the first rows of its list shown
"""

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from benchmarks import USABLE


class _FirstPaint(QObject):
    """Says so when a window was painted for the first time."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        if event.type() == QEvent.Type.Paint:
            _say()
        return False


def _say() -> None:
    sys.stdout.write(USABLE + "\n")
    sys.stdout.flush()
    QTimer.singleShot(0, QApplication.quit)


def _empty() -> None:
    app = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    paint = _FirstPaint()
    window.installEventFilter(paint)
    window.show()
    app.exec()


def _list(folder: Path) -> None:
    from desktop import collecting

    # As the program's own start does.
    collecting.hold()
    from benchmarks.work_item import CATALOGUE, SPEC
    from desktop.app import open_office
    from desktop.ui.main_window import MainWindow
    from desktop.ui.screen import Place
    from desktop.ui.theme.theme import Theme
    from desktop.ui.widgets.record_table import RecordTable

    app = QApplication([])
    theme = Theme(app)
    office = open_office(folder, catalogue=CATALOGUE)
    theme.apply(app, "light")
    window = MainWindow(office, theme, office.language)
    window.resize(1280, 800)
    window.show()
    window.start(Place("type", SPEC.type), syncs=False)

    def look() -> None:
        table = window.findChild(RecordTable)
        if table is None or table.records.line(0) is None:
            QTimer.singleShot(5, look)
            return
        # The paint that brings the rows, whoever asked for it.
        table.viewport().repaint()
        _say()

    look()
    app.exec()
    window.close()
    office.close()


def main(arguments: list[str]) -> None:
    """Opens the window asked for."""
    if arguments[0] == "empty":
        _empty()
    else:
        _list(Path(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
