"""Work handed to the store's thread is done, also what was given last before the window closed."""

import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.ui.bridge import Bridge
from desktop.ui.memory import Memory
from tests.ui.windows import desk_in


def test_what_is_kept_while_the_store_is_busy_survives_the_closing(qapp: QApplication, tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    bridge = Bridge(desk.office, desk.office.language)
    memory = Memory(bridge, desk.office)
    may_go_on = threading.Event()
    bridge.run(lambda: may_go_on.wait(10), lambda _: None)
    memory.put("draft.service_request", {"subject": "ยังพิมพ์ไม่จบ"})

    threading.Timer(0.05, may_go_on.set).start()
    bridge.close()

    assert "ยังพิมพ์ไม่จบ" in Memory.asked(desk.office)
    desk.office.close()
