"""A QApplication without a screen, in the look of the program."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from demo.desk import SampleDesk
from demo.server import CentralServer
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Theme
from records.errors import AppError
from tests.ui.person import Person
from tests.ui.windows import desk_in, opened

P = TypeVar("P", bound=Person)

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    """Lets the platform without a screen say what it cannot do; every other Qt message fails a test."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Closes the windows a test that failed left open, while their offices still are: work may be under way in them."""
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and not window.bridge.is_closed:
            window.close()


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


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SampleDesk]:
    """A desk of a sample office that has synced once."""
    result = desk_in(tmp_path)
    yield result
    result.office.close()


@pytest.fixture
def open_window(desk: SampleDesk, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., MainWindow]]:
    """Opens windows on the desk, closed after the test; an error nobody expected fails it instead of waiting for a person."""
    windows: list[MainWindow] = []
    errors: list[AppError] = []
    monkeypatch.setattr("desktop.ui.bridge.show_error", lambda _parent, error, *_: errors.append(error))

    def make(place: Place | None = None, size: tuple[int, int] = (1366, 768)) -> MainWindow:
        windows.append(opened(desk, theme, place, size))
        return windows[-1]

    yield make
    for window in windows:
        window.close()
        window.deleteLater()
    assert errors == []


class SettlesAs(Protocol):
    """Adds an account and puts a person of that class at a computer of their own, through the first start."""

    def __call__(self, who: type[P], account: str, role: str, grant: str, name: str) -> P: ...


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CentralServer]:
    """A central server in a process of its own, answering."""
    with CentralServer(tmp_path / "server") as made:
        made.run("init")
        made.up()
        yield made


@pytest.fixture
def settles_as(server: CentralServer, tmp_path: Path, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[SettlesAs]:
    """Settles people, who leave after the test; an error nobody expected fails it."""
    people: list[Person] = []
    errors: list[AppError] = []
    monkeypatch.setattr("desktop.ui.bridge.show_error", lambda _parent, error, *_: errors.append(error))

    def make(who: type[P], account: str, role: str, grant: str, name: str) -> P:
        server.run("add-account", account, "--role", role, "--stream", grant, "--full-name", name)
        person = who(tmp_path / account, theme, qtbot)
        people.append(person)
        person.enrols(server.url, server.run("enrolment-code", account).strip())
        return person

    yield make
    for person in people:
        person.leaves()
    assert errors == []
