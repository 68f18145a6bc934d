"""Emptying a page frees what stood in it once and no more, nested layouts too, while the collector runs at every step and in another thread."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.widgets.page import emptied

TIMES = 1_000


@pytest.fixture
def collecting() -> Iterator[None]:
    """Python's collector at every third object, in the main thread and in another that makes garbage."""
    before, may_end = gc.get_threshold(), threading.Event()
    gc.set_threshold(3, 2, 2)

    def litter() -> None:
        while not may_end.is_set():
            garbage: list[object] = [{} for _ in range(50)]
            garbage.append(garbage)

    thread = threading.Thread(target=litter)
    thread.start()
    yield
    may_end.set()
    thread.join()
    gc.set_threshold(*before)


def filled(layout: QBoxLayout, depth: int) -> None:
    """Widgets, gaps, a grid with a layout inside and, so many times, layouts of the same kind: some filled before they are added, some after."""
    layout.addWidget(QLabel("ก"))
    layout.addSpacing(4)
    layout.addStretch(1)
    grid, inside = QGridLayout(), QHBoxLayout()
    grid.addWidget(QPushButton("ข"), 0, 0)
    inside.addWidget(QLabel("ค"))
    grid.addLayout(inside, 1, 0)
    layout.addLayout(grid)
    if depth:
        before, after = QHBoxLayout(), QVBoxLayout()
        filled(before, depth - 1)
        layout.addLayout(before)
        layout.addLayout(after)
        filled(after, depth - 1)


def test_nested_layouts_are_emptied_a_thousand_times_while_the_collector_runs(qapp: QApplication, collecting: None) -> None:
    holder = QWidget()
    outer = QVBoxLayout(holder)

    for time in range(TIMES):
        filled(outer, 2)
        if time % 3:
            QApplication.processEvents()
        emptied(outer)
        if time % 2:
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert outer.count() == 0
    assert holder.findChildren(QWidget) == []
    assert holder.findChildren(QLayout) == [outer]
