"""What a person does with work of several desks before its picture is taken: the inbox, merges, records here twice, bundles, documents."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec
from PySide6.QtWidgets import QWidget

from demo.desk import SampleDesk
from desktop.storage import attachments, bundles, file_states, file_uses, state
from desktop.storage.bundles import Sent
from desktop.ui.conflict_bulk import FieldSheet
from desktop.ui.conflict_view import ConflictScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.widgets.editors.file_line import Fetching, FileLine
from desktop.ui.widgets.row_button import RowButton
from records.kinds import Json
from records.kinds.times import rfc3339
from records.protocol import Problem, ServerKeys
from records.sealing import public_sealing_key, public_signing_key
from tools.scene import scroller_of, settle

_MEGABYTE = 1_000_000
_REFUSED = "ภาพถ่ายทางอากาศ.pdf"


def many_conflicts(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget | None:
    """Leaves two dozen conflicts of several types, among them a deletion, and looks at the inbox."""
    for number, project in enumerate(desk.of_type("project")[10:20]):
        desk.conflict(project, {"division": "กองช่าง"}, {"division": "กองคลัง"}, ("wichai.t", "nipha.d")[number % 2])
    for request in desk.of_type("service_request")[:6]:
        desk.conflict(request, {"detail": "นัดตรวจวันจันทร์"}, {"detail": "ผู้ยื่นขอเลื่อนเป็นวันพุธ"}, "nipha.d")
    gone = desk.of_type("project")[11]
    desk.office.records.delete("project", gone.id)
    window.navigate(Place("home"))
    settle(window.bridge)
    window.navigate(Place("conflicts", "conflict"))
    return None


def narrowed(window: MainWindow, _: SampleDesk, __: Path) -> QWidget | None:
    """Narrows the inbox down to what nothing is left of."""
    screen = cast(ConflictScreen, window.screen_here())
    screen.filters.boxes["age"].setCurrentIndex(3)
    screen.filters.changed.emit()
    return None


def by_field(window: MainWindow, _: SampleDesk, __: Path) -> QWidget | None:
    """Asks for a choice by field for all that is shown."""
    screen = cast(ConflictScreen, window.screen_here())
    screen.filters.clear_choices()
    screen.filters.changed.emit()
    settle(window.bridge)
    sheet = FieldSheet(window, window.context, screen.bulk.lines)
    sheet.open()
    return sheet


def merges(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget | None:
    """Leaves some merges for information, one of which can be taken back, and looks at their list."""
    for number, project in enumerate(desk.of_type("project")[20:24]):
        place = f"บ้านโคก หมู่ที่ {number + 1}"
        desk.merged(project, {"location": place}, ("wichai.t", "nipha.d")[number % 2])
        if number % 2 == 0:
            desk.office.records.save("project", project.id, {"location": place})
    screen = window.screen_here()
    if isinstance(screen, ConflictScreen):
        screen.filters.clear_choices()
    window.navigate(Place("home"))
    settle(window.bridge)
    window.navigate(Place("conflicts", "merged"))
    return None


def twice(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget | None:
    """Types some records a second time, as another desk did."""
    for name in ("กองสวัสดิการสังคม", "กองการศึกษา"):
        for _time in range(2):
            desk.office.records.save("division", None, {"name": name})
    window.navigate(Place("home"))
    settle(window.bridge)
    window.navigate(Place("duplicates"))
    return None


def bundles_out(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget | None:
    """Gives the desk keys that open nothing and two bundles that went out, of which one is answered."""
    keys = ServerKeys(public_signing_key("33" * 32), public_sealing_key("44" * 32))
    with desk.office.database.write() as connection:
        who = msgspec.structs.replace(desk.office.enrolled, signing_key="11" * 32, sealing_key="22" * 32, server_keys=keys)
        state.save_identity(connection, who)
        for number, days, answered in ((1, 6, True), (2, 1, False)):
            at = desk.now - timedelta(days=days)
            one = Sent(
                id=f"sample-{number}", number=number, at=rfc3339(at), place=f"E:/thongthin/{who.account}-{number:04}.ttb", changes=14 * number,
                files=number, size=310_000 * number, answered_at=rfc3339(at + timedelta(days=2)) if answered else "",
            )  # fmt: skip
            bundles.remember(connection, one)
    window.navigate(Place("home"))
    settle(window.bridge)
    window.navigate(Place("bundles"))
    return None


def _file(desk: SampleDesk, name: str, size: int, *, here: bool = False) -> dict[str, Json]:
    content = hashlib.sha256(name.encode()).digest() * (size // 32)
    sha256 = hashlib.sha256(content).hexdigest()
    if here:
        with desk.office.database.write() as connection:
            attachments.add(connection, content, name, "application/pdf")
    return {"sha256": sha256, "name": name, "size": len(content), "media_type": "application/pdf"}


def documents(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget | None:
    """A request with documents in every state: sent, to be sent, not taken, not here, wished for, half fetched."""
    office, request = desk.office, desk.of_type("service_request")[3]
    wire = [
        _file(desk, "สำเนาบัตรประชาชน.pdf", 180_000, here=True),
        _file(desk, "แบบแปลนอาคาร.pdf", 2 * _MEGABYTE, here=True),
        _file(desk, _REFUSED, 3 * _MEGABYTE, here=True),
        _file(desk, "หนังสือยินยอมเจ้าของที่ดิน.pdf", 4 * _MEGABYTE),
        _file(desk, "รายการคำนวณโครงสร้าง.pdf", 5 * _MEGABYTE),
        _file(desk, "ผังบริเวณ.pdf", 6 * _MEGABYTE),
    ]
    by_name = {str(one["name"]): str(one["sha256"]) for one in wire}
    ordered: list[Json] = [*sorted(wire, key=lambda one: str(one["sha256"]))]
    office.records.save("service_request", request.id, {"attachments": ordered})
    file_uses.catch_up(office.database)
    with office.database.write() as connection:
        (sent,) = file_states.of_file(connection, by_name["สำเนาบัตรประชาชน.pdf"])
        file_states.sent(connection, sent)
        (refused,) = file_states.of_file(connection, by_name[_REFUSED])
        file_states.failed(connection, refused, Problem("quota"), desk.now + timedelta(hours=4))
        file_states.wish(connection, by_name["รายการคำนวณโครงสร้าง.pdf"], desk.now)
    window.navigate(Place("record", "service_request", request.id))
    settle(window.bridge)
    for line in window.findChildren(FileLine):
        if line.isVisible() and line.file.name == "ผังบริเวณ.pdf":
            line.show_fetching(Fetching(2 * _MEGABYTE + 400_000))
            scroller = scroller_of(line)
            if scroller is not None:
                scroller.ensureWidgetVisible(line)
    return None


def waiting_documents(window: MainWindow, _: SampleDesk, __: Path) -> QWidget | None:
    """Looks at the sync view's card of documents."""
    window.navigate(Place("sync"))
    settle(window.bridge)
    row = next((one for one in rows_of(window) if one.text() == _REFUSED), None)
    scroller = scroller_of(row) if row is not None else None
    if row is not None and scroller is not None:
        scroller.ensureWidgetVisible(row, 0, 160)
    return None


def rows_of(window: MainWindow) -> list[RowButton]:
    """The rows in sight that can be chosen."""
    return [one for one in window.findChildren(RowButton) if one.isVisible()]
