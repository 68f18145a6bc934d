"""Columns of a small table in the room there is: the first takes what the others leave, the least needed ones give way in a narrow window."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView


def fit_columns(view: QTableView, *, least_first: int, gives_way: Sequence[int] = (), least: int = 0) -> None:
    """Lays the columns out anew.

    Args:
        view: the table, its model set.
        least_first: pixels the first column wants at least.
        gives_way: columns hidden one after the other, in this order, while the first one has less.
        least: pixels any other column has at least.
    """
    model, header = view.model(), view.horizontalHeader()
    if model is None or not model.columnCount():
        return
    widths = [max(least, view.sizeHintForColumn(at), header.sectionSizeHint(at)) for at in range(model.columnCount())]
    room = view.viewport().width() - sum(widths[1:])
    hidden: set[int] = set()
    for at in gives_way:
        if room >= least_first:
            break
        hidden.add(at)
        room += widths[at]
    for at, width in enumerate(widths):
        header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
        view.setColumnHidden(at, at in hidden)
        if at and at not in hidden:
            view.setColumnWidth(at, width)
    view.setColumnWidth(0, max(room, min(widths[0], least_first)))


class FittedTable(QTableView):
    """A table that lays its columns out anew whenever its room changes."""

    least_first: int = 0
    """Pixels the first column wants at least."""

    def fit(self) -> None:
        """Lays the columns out."""
        fit_columns(self, least_first=self.least_first)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A bar at the side takes room too."""
        super().resizeEvent(event)
        self.fit()
