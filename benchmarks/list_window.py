"""A list of many records in a window, worked as a person works it; prints one JSON object of lists of seconds. Started by `benchmarks.scroll`.

python -m benchmarks.list_window product FOLDER STEPS    the program's list on a desk's folder
python -m benchmarks.list_window floor FILE STEPS        a bare lazy table on a plain SQLite file of the same rows

    frame    from the step of a scroll to the end of the paint it causes: how long the window is deaf
    rows     from that step until the rows that came into sight are painted
    sort     from a click on a head until the first rows in their new order are painted
    filter   from the choice of a state until the first rows of it are painted
"""

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

Times = dict[str, list[float]]
SHOWN = ("code", "title", "owner", "status", "fiscal_year", "budget")
_SEED = 3


def played(
    app: QApplication, table: QTableView, is_there: Callable[[], bool], sort: Callable[[], object], choose: Callable[[], object], steps: int
) -> Times:
    """Scrolls, sorts and filters a table that shows its first rows. `is_there`: whether every row in sight is here."""
    chance = random.Random(_SEED)
    times: Times = {"frame": [], "rows": [], "sort": [], "filter": []}
    bar = table.verticalScrollBar()

    def until_there(began: float) -> float:
        while not is_there():
            app.processEvents()
        table.viewport().repaint()
        return time.perf_counter() - began

    for step in range(steps):
        # Two steps of a page, then a jump, as a dragged handle does.
        goal = chance.randrange(bar.maximum() + 1) if step % 3 == 2 else bar.value() + bar.pageStep()
        began = time.perf_counter()
        bar.setValue(min(goal, bar.maximum()))
        table.viewport().repaint()
        times["frame"].append(time.perf_counter() - began)
        times["rows"].append(until_there(began))
    for name, act in (("sort", sort), ("filter", choose)):
        for _ in range(max(2, steps // 10)):
            began = time.perf_counter()
            act()
            times[name].append(until_there(began))
    return times


def in_sight(table: QTableView) -> range:
    """The rows of a table that can be seen."""
    first = table.rowAt(1)
    last = table.rowAt(table.viewport().height() - 2)
    return range(max(first, 0), (last if last >= 0 else table.model().rowCount() - 1) + 1)


def product(app: QApplication, folder: Path, steps: int) -> Times:
    """The program's own list."""
    from benchmarks.work_item import CATALOGUE, SPEC
    from desktop.app import open_office
    from desktop.storage.query import Filter
    from desktop.ui.main_window import MainWindow
    from desktop.ui.screen import Place
    from desktop.ui.screens.list_screen import ListScreen
    from desktop.ui.theme.theme import Theme

    theme = Theme(app)
    office = open_office(folder, catalogue=CATALOGUE)
    theme.apply(app, "light")
    window = MainWindow(office, theme, office.language)
    window.resize(1280, 800)
    window.show()
    window.start(Place("type", SPEC.type), syncs=False)
    while not isinstance(window.screen_here(), ListScreen) or window.bridge.is_busy:
        app.processEvents()
    screen = window.screen_here()
    assert isinstance(screen, ListScreen)
    assert screen.list is not None
    shown = screen.list
    table, records = shown.table, shown.table.records
    answers = 0

    def count() -> None:
        nonlocal answers
        answers += 1

    records.loaded.connect(count)
    records.page_came.connect(count)
    asked = -1

    def is_there() -> bool:
        # A new order or condition is there when it was answered, not while the old rows stand.
        return answers > asked and bool(records.ids) and all(records.line(row) is not None for row in in_sight(table))

    head = table.horizontalHeader()
    columns = [field.name for field in records.columns]
    descending = False
    chosen = False

    def sort() -> None:
        nonlocal asked, descending
        asked, descending = answers, not descending
        head.setSortIndicator(columns.index("budget") + 1, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    def choose() -> None:
        nonlocal asked, chosen
        asked, chosen = answers, not chosen
        shown.panel.set_conditions([Filter("status", "eq", "approved")] if chosen else [])
        shown.reload()

    times = played(app, table, is_there, sort, choose, steps)
    window.close()
    office.close()
    return times


class LazyModel(QAbstractTableModel):
    """Ids at once, rows by pages of a hundred when they are painted, all on the main thread."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._connection = sqlite3.connect(path)
        self._rows: dict[int, list[tuple[Any, ...]]] = {}
        self._ids: list[str] = []
        self.show("")

    def show(self, clause: str) -> None:
        """Shows another order or condition."""
        self.beginResetModel()
        self._rows.clear()
        self._ids = [row[0] for row in self._connection.execute(f"SELECT id FROM item {clause}")]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802  # Qt's name
        """All of them."""
        return len(self._ids)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802  # Qt's name
        """As many as the program's list shows."""
        return len(SHOWN)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The bare text."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        page = index.row() // 100
        if page not in self._rows:
            ids = json.dumps(self._ids[page * 100 : page * 100 + 100])
            sql = f"SELECT id, {', '.join(SHOWN)} FROM item WHERE id IN (SELECT value FROM json_each(?))"
            found = {row[0]: row[1:] for row in self._connection.execute(sql, (ids,))}
            self._rows[page] = [found[one] for one in self._ids[page * 100 : page * 100 + 100]]
        return str(self._rows[page][index.row() % 100][index.column()])


def floor(app: QApplication, path: Path, steps: int) -> Times:
    """The bare table."""
    model = LazyModel(path)
    table = QTableView()
    table.setModel(model)
    table.resize(1048, 640)
    table.show()
    app.processEvents()
    turns = 0

    def sort() -> None:
        nonlocal turns
        turns += 1
        model.show(f"ORDER BY budget {'DESC' if turns % 2 else 'ASC'}")

    def choose() -> None:
        nonlocal turns
        turns += 1
        model.show("WHERE status = 'approved'" if turns % 2 else "")

    return played(app, table, lambda: True, sort, choose, steps)


def main(arguments: list[str]) -> None:
    """Plays the side asked for and prints its times."""
    app = QApplication([])
    side = product if arguments[0] == "product" else floor
    sys.stdout.write(json.dumps(side(app, Path(arguments[1]), int(arguments[2]))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
