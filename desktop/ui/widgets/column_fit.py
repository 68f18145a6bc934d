"""How every table of ours looks, and its columns in the room there is: one takes what the others leave, the least needed ones give way."""

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


def look_calm(view: QTableView) -> None:
    """Rows without grid and numbers, read and chosen one at a time; Tab leaves the table."""
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.horizontalHeader().setHighlightSections(False)


def fit_columns(
    view: QTableView, *, least_stretched: int, stretched: int = 0, gives_way: Sequence[int] = (), least: int = 0, margin: int = 0
) -> None:
    """Lays the columns out anew; widths are pixels.

    Args:
        view: the table, its model set.
        least_stretched: what the stretched column wants at least.
        stretched: the column that takes what the others leave.
        gives_way: columns hidden one after the other, in this order, while the stretched one has less.
        least: what any other column has at least.
        margin: what a cell needs beside its text.
    """
    model, header = view.model(), view.horizontalHeader()
    if model is None or not model.columnCount():
        return
    widths = [max(least, view.sizeHintForColumn(at) + margin, header.sectionSizeHint(at) + margin) for at in range(model.columnCount())]
    room = view.viewport().width() - sum(widths) + widths[stretched]
    hidden: set[int] = set()
    for at in gives_way:
        if room >= least_stretched:
            break
        hidden.add(at)
        room += widths[at]
    for at, width in enumerate(widths):
        header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
        view.setColumnHidden(at, at in hidden)
        if at != stretched and at not in hidden:
            view.setColumnWidth(at, width)
    view.setColumnWidth(stretched, max(room, min(widths[stretched], least_stretched)))
