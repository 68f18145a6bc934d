"""States of sync, drawn and walked through: what a desk looks like offline, in a round, paused, put back, with an office granted no longer ..."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QWidget

from demo.desk import SampleDesk
from desktop.services import lock, moving, rounds
from desktop.services.sync import LAST_SYNC
from desktop.storage import state
from desktop.sync import guard
from desktop.sync.replies import not_ours
from desktop.sync.status import NO_WORDS, Pause, Phase, Report, StreamReport, SyncStatus, pause_of
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.sync_view import SyncView
from records.errors import AppError, Refused, Unavailable
from records.kinds.times import rfc3339
from records.problem_types import PROBLEMS
from records.protocol import GrantedStream, Problem
from records.words import Words
from tools.scene import Act, scroller_of, settle

_OFFICES = 334
_FEW = 6
"""More data sets than these are a table, which is looked at."""


@dataclass(frozen=True)
class SyncState:
    """One state: what the desk remembers, and what was heard of the round."""

    prepare: Callable[[SampleDesk], None]
    news: SyncStatus | None = None


def show_state(name: str) -> Act:
    """Puts the desk into a state of `STATES`, from the same beginning each time, and looks at the sync view."""

    def act(window: MainWindow, desk: SampleDesk, _: Path) -> QWidget | None:
        window.navigate(Place("home"))
        settle(window.bridge)
        begin(desk)
        chosen = STATES[name]
        chosen.prepare(desk)
        window.bridge.sync_status_changed.emit(chosen.news or SyncStatus(Phase.DONE))
        window.navigate(Place("sync"))
        settle(window.bridge)
        view = window.screen_here()
        scroller = scroller_of(view.streams) if isinstance(view, SyncView) and len(desk.office.streams) > _FEW else None
        if isinstance(view, SyncView) and scroller is not None:
            scroller.ensureWidgetVisible(view.streams, 0, 0)
        return None

    return act


def begin(desk: SampleDesk) -> None:
    """The office and the centre granted, nothing paused, a morning of rounds remembered."""
    with desk.office.database.write() as connection:
        state.set_setting(connection, "sync_rounds", None)
        lock.note(connection, None)
        seqs = {one.stream: one.cursor for one in state.streams(connection)}
        connection.execute("DELETE FROM stream")
    identity = desk.office.enrolled
    desk.enrol()
    with desk.office.database.write() as connection:
        state.save_identity(connection, identity)
        for one in state.streams(connection):
            seq = seqs.get(one.stream, 0)
            state.save_stream(connection, msgspec.structs.replace(one, cursor=seq, head=seq, durable=seq))
    desk.remember_rounds()


def _nothing(_: SampleDesk) -> None:
    """The desk as it is."""


def _never(desk: SampleDesk) -> None:
    with desk.office.database.write() as connection:
        state.set_setting(connection, "sync_rounds", None)
        state.set_setting(connection, LAST_SYNC, None)
        for one in state.streams(connection):
            state.save_stream(connection, msgspec.structs.replace(one, cursor=0, head=0))


def _offline(desk: SampleDesk, error: AppError | None = None, *, days: int = 0) -> None:
    failure = error or Unavailable(PROBLEMS["unavailable"].title, PROBLEMS["unavailable"].detail, code="offline")
    with desk.office.database.write() as connection:
        for ago in (timedelta(days=days, hours=2), timedelta(hours=1), timedelta(minutes=4)):
            rounds.remember_failure(connection, desk.now - ago, failure)
        if days:
            state.set_setting(connection, LAST_SYNC, rfc3339(desk.now - timedelta(days=days, hours=3)))


def _late(desk: SampleDesk) -> None:
    _offline(desk, days=9)


def _portal(desk: SampleDesk) -> None:
    _offline(desk, not_ours())


def _busy_server(desk: SampleDesk) -> None:
    known = PROBLEMS["slow-down"]
    _offline(desk, Unavailable(known.title, known.detail, code="slow-down"))


def _paused(desk: SampleDesk, stream: str, pause: Pause) -> None:
    with desk.office.database.write() as connection:
        rounds.remember_report(connection, desk.now - timedelta(minutes=4), Report(pulled=2, streams={stream: StreamReport(paused=pause)}))
        known = state.stream(connection, stream)
        if known is not None:
            state.save_stream(connection, msgspec.structs.replace(known, paused=pause.code))


def _deletions(desk: SampleDesk) -> None:
    message = Words("มีการลบจำนวนมาก โปรดตรวจก่อนอนุญาต", "Many deletions; please check before allowing them")
    _paused(desk, desk.sample.stream, Pause(guard.CODE, message, 34))


def _upgrade(desk: SampleDesk) -> None:
    _paused(desk, desk.sample.stream, pause_of(Problem("upgrade-required")))


def _lost(desk: SampleDesk) -> None:
    others = [one for one in desk.office.streams if one.stream != desk.sample.stream]
    granted = [GrantedStream(one.stream, one.access, one.areas, one.name) for one in others]
    with desk.office.database.write() as connection:
        state.take_grants(connection, granted)


def _revoked(desk: SampleDesk) -> None:
    known = PROBLEMS["revoked"]
    error = Refused(known.title, known.detail, code="revoked")
    with desk.office.database.write() as connection:
        rounds.remember_failure(connection, desk.now - timedelta(minutes=4), error)
        lock.note(connection, error)


def _rewound(desk: SampleDesk) -> None:
    known = PROBLEMS["rewound"]
    with desk.office.database.write() as connection:
        rounds.remember_failure(connection, desk.now - timedelta(minutes=4), Refused(known.title, known.detail, code="rewound"))


def _restored(desk: SampleDesk) -> None:
    report = Report(done=True, pushed=37, pulled=4, bytes_up=22_400, bytes_down=9_100, requests=6)
    report.streams = {desk.sample.stream: StreamReport(offered=37), "central": StreamReport(went_back=4)}
    with desk.office.database.write() as connection:
        rounds.remember_report(connection, desk.now - timedelta(minutes=12), report, desk.now - timedelta(minutes=12, seconds=4))


def _told(desk: SampleDesk, words: Words) -> None:
    report = Report(done=True, notices=[words], bytes_up=510, bytes_down=1_900, requests=3)
    with desk.office.database.write() as connection:
        rounds.remember_report(connection, desk.now - timedelta(minutes=4), report, desk.now - timedelta(minutes=4, seconds=2))


def _moved(desk: SampleDesk) -> None:
    _told(desk, moving.FOLLOWED.filled(address="https://sync2.example.go.th"))


def _verified(desk: SampleDesk) -> None:
    words = Words("เทียบกับเซิร์ฟเวอร์แล้ว ตรงกันทั้ง {n} รายการ", "Compared with the server: all {n} records are the same")
    _told(desk, words.filled(n="8,214"))


def _province(desk: SampleDesk) -> None:
    names = ("ทุ่งใหญ่", "ท่าเรือ", "บ้านโคก", "หนองบัว", "คลองพน", "วัดป่า", "ห้วยยาง", "นาดี")
    granted = [GrantedStream(one.stream, one.access, one.areas, one.name) for one in desk.office.streams]
    granted += [
        GrantedStream(f"office/{9_900_000 + number}", "read", ("*",), f"อบต. {names[number % len(names)]} {number // len(names) + 1}")
        for number in range(1, _OFFICES - 1)
    ]
    with desk.office.database.write() as connection:
        state.take_grants(connection, granted)
        for number, one in enumerate(state.streams(connection)):
            seq = one.cursor or 1_000 + 37 * number % 9_000
            head = seq + (number % 40 == 7) * 120
            paused = "quota" if number in (40, 41) else ""
            state.save_stream(connection, msgspec.structs.replace(one, cursor=seq, head=head, paused=paused))


def _heard(error: AppError | None, phase: Phase) -> SyncStatus:
    return SyncStatus(phase, message=error.message if error else NO_WORDS)


_PULLING = SyncStatus(Phase.PULLING, done=12_400, total=40_000)
_FILES = SyncStatus(Phase.SENDING_FILES, done=3_400_000, total=18_900_000)
_NO_LINE = SyncStatus(Phase.OFFLINE, message=PROBLEMS["unavailable"].detail)

STATES: dict[str, SyncState] = {
    "never": SyncState(_never),
    "offline": SyncState(_offline, _NO_LINE),
    "late": SyncState(_late, _NO_LINE),
    "portal": SyncState(_portal, _heard(not_ours(), Phase.OFFLINE)),
    "busy-server": SyncState(_busy_server, replace(_NO_LINE, message=PROBLEMS["slow-down"].detail)),
    "receiving": SyncState(_nothing, _PULLING),
    "documents-go": SyncState(_nothing, _FILES),
    "recovering": SyncState(_nothing, SyncStatus(Phase.RECOVERING)),
    "deletions": SyncState(_deletions, SyncStatus(Phase.STOPPED)),
    "upgrade": SyncState(_upgrade, SyncStatus(Phase.STOPPED, message=pause_of(Problem("upgrade-required")).message)),
    "lost": SyncState(_lost),
    "revoked": SyncState(_revoked, SyncStatus(Phase.STOPPED, message=PROBLEMS["revoked"].detail)),
    "rewound": SyncState(_rewound, SyncStatus(Phase.STOPPED, message=PROBLEMS["rewound"].detail)),
    "restored": SyncState(_restored),
    "moved": SyncState(_moved),
    "verified": SyncState(_verified),
    "province": SyncState(_province),
}
