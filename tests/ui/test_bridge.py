"""Work handed to the store's thread is done, also what was given last before the window closed; and the thread keeps nothing of a screen."""

import threading
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ui.bridge import Bridge
from desktop.ui.memory import Memory
from tests.ui.windows import desk_in


def test_what_is_kept_while_the_store_is_busy_survives_the_closing(qapp: QApplication, tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    bridge = Bridge(desk.office, desk.office.language)
    memory = Memory(bridge, desk.office)
    may_go_on = threading.Event()
    bridge.run(lambda: may_go_on.wait(60), lambda _: None)
    memory.put("draft.service_request", {"subject": "ยังพิมพ์ไม่จบ"})

    threading.Timer(0.05, may_go_on.set).start()
    bridge.close()

    assert "ยังพิมพ์ไม่จบ" in Memory.asked(desk.office)
    desk.office.close()


class Noted:
    """Says in which thread its last holder let it go."""

    def __init__(self, threads: list[int]) -> None:
        self._threads = threads

    def hears(self, _result: object) -> None:
        """Takes a result."""

    def __del__(self) -> None:
        self._threads.append(threading.get_ident())


def test_what_a_screen_gave_along_is_let_go_in_the_main_thread(qapp: QApplication, tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    bridge = Bridge(desk.office, desk.office.language)
    threads: list[int] = []
    count = 200

    def give() -> None:
        noted = Noted(threads)
        bridge.run(lambda: noted.hears(None), noted.hears)

    for _ in range(count):
        give()
        QTest.qWait(0)
    while bridge.is_busy:
        QTest.qWait(5)

    assert threads == [threading.get_ident()] * count
    bridge.close()
    desk.office.close()
