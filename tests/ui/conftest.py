"""A QApplication without a screen, in the look of the program."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from desktop.ui.theme.theme import Theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    """Lets the platform without a screen say what it cannot do; every other Qt message fails a test."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light look at 100 %, put back after the test."""
    # What earlier tests closed is still waiting to be deleted, and every look would be put on it too.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    result = Theme()
    result.apply(qapp, "light", 1.0)
    yield result
    if (result.mode, result.text_scale) != ("light", 1.0):
        result.apply(qapp, "light", 1.0)
