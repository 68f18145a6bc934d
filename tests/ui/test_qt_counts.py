"""The binding of Qt counts references rightly: PySide6 6.12.0 did not, and the interpreter died of it (docs/decisions/0005)."""

import sys

from PySide6.QtCore import QObject, QTimer


def test_calls_of_qt_that_return_nothing_leave_the_count_of_none_alone(qapp: QObject) -> None:
    timer = QTimer(qapp)
    before = sys.getrefcount(None)

    for _ in range(1000):
        timer.setInterval(5)

    assert before - sys.getrefcount(None) < 500
