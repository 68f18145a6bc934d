"""What sync says of itself: to a status bar while it runs, and in a report when a round is over."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from records.problem_types import PROBLEMS
from records.protocol import Problem
from records.words import Words


class Phase(StrEnum):
    """What a round is doing; the last four are what it ended in."""

    SENDING_AGAIN = "sending_again"
    ASKING = "asking"
    RECOVERING = "recovering"
    """The server lost data: this desk and the server find what both have."""
    PULLING = "pulling"
    PUSHING = "pushing"
    SENDING_FILES = "sending_files"
    FETCHING_FILES = "fetching_files"
    DONE = "done"
    """Everything here is there, everything there is here."""
    LEFT = "left"
    """Finished, but something is refused, paused or still waits; the report lists it."""
    OFFLINE = "offline"
    """The world is in the way; it is tried again."""
    STOPPED = "stopped"
    """A person is needed first: the message says whom to call."""


PHASE_WORDS = {
    Phase.SENDING_AGAIN: Words("กำลังยืนยันงานที่ส่งไปแล้ว", "Confirming what was sent"),
    Phase.ASKING: Words("กำลังถามเซิร์ฟเวอร์", "Asking the server"),
    Phase.RECOVERING: Words(
        "เซิร์ฟเวอร์กลับไปวันก่อนหน้า กำลังเทียบกับงานในเครื่อง", "The server went back to an earlier day; comparing with this computer"
    ),
    Phase.PULLING: Words("กำลังรับข้อมูล", "Receiving"),
    Phase.PUSHING: Words("กำลังส่งข้อมูล", "Sending"),
    Phase.SENDING_FILES: Words("กำลังส่งเอกสารแนบ", "Sending documents"),
    Phase.FETCHING_FILES: Words("กำลังรับเอกสารแนบ", "Receiving documents"),
    Phase.DONE: Words("ข้อมูลตรงกันแล้ว", "Up to date"),
    Phase.LEFT: Words("รับส่งแล้ว แต่ยังมีรายการค้าง", "Synced, but some items still wait"),
    Phase.OFFLINE: Words("ยังติดต่อเซิร์ฟเวอร์ไม่ได้ งานเก็บไว้ในเครื่องแล้ว", "No line to the server; work is kept on this computer"),
    Phase.STOPPED: Words("หยุดรับส่งข้อมูล", "Sync has stopped"),
}


NO_WORDS = Words("", "")
WENT_BACK = Words(
    "เซิร์ฟเวอร์กลับไปวันก่อนหน้า เครื่องนี้เสนองานที่หายไปใหม่ {offered} รายการ",
    "The server was put back to an earlier day; this computer offered {offered} [record|records] again",
)
"""What a person hears after a stream found its way back to a server that lost data."""
WENT_BACK_WITH_IT = Words(
    "เซิร์ฟเวอร์กลับไปวันก่อนหน้า ส่วนที่เครื่องนี้อ่านอย่างเดียวกลับไปด้วย {went_back} รายการ จะได้คืนเมื่อเจ้าของงานรับส่งข้อมูล",
    "The server was put back to an earlier day; with it went back {went_back} [record|records] that this computer only reads; what is missing returns when its office syncs",
)


@dataclass(frozen=True)
class Pause:
    """Why a stream is not synced, and what to do."""

    code: str
    """A problem code of the protocol, or `deletions`."""
    message: Words
    deletions: int = 0
    """How many deletions of a type a person would have to allow; 0 when that is not what it waits for."""


_RECEIVES_ONLY = Words(
    "โปรแกรมรุ่นนี้เก่าเกินกว่าที่เซิร์ฟเวอร์จะรับงานใหม่ งานที่ยังไม่ส่งเก็บอยู่ในเครื่องครบ ส่วนที่ไม่มีงานค้างส่งยังรับข้อมูลได้ โปรดปรับรุ่นโปรแกรม แล้วงานจะส่งให้เอง",
    "This version of the program is too old for the server to take new work. Unsent work is safe on this computer, and parts without "
    "unsent work still receive. Please upgrade the program; the work then goes by itself.",
)
"""For `upgrade-required` on pushes alone: the rest of the round goes on."""
_FOLLOWED = Words(
    "หน่วยงานนี้ปิดแล้ว งานใหม่ให้บันทึกใน {successor} งานที่ยังไม่ส่งเก็บอยู่ในเครื่อง ย้ายไปที่นั่นหรือส่งออกเป็นไฟล์ได้ในหน้าการรับส่งข้อมูล",
    "This office is closed; record new work in {successor}. Unsent work is kept on this computer; it can move there, or be exported, on the sync page.",
)


def pause_of(problem: Problem) -> Pause:
    """The pause for a problem the server states about one stream."""
    if problem.code == "upgrade-required":
        return Pause(problem.code, _RECEIVES_ONLY)
    if problem.code == "closed-stream" and problem.successor:
        return Pause(problem.code, _FOLLOWED.filled(successor=problem.successor))
    known = PROBLEMS.get(problem.code)
    said = problem.detail or problem.title or problem.code
    return Pause(problem.code, known.detail if known else Words(said, said))


@dataclass(frozen=True)
class SyncStatus:
    """One moment of sync, for people."""

    phase: Phase
    stream: str = ""
    """The stream it is about; empty when about all."""
    done: int = 0
    """Records or changes dealt with in this phase."""
    total: int = 0
    """How many there are to deal with; 0 when not known."""
    message: Words = NO_WORDS


@dataclass
class StreamReport:
    """How one stream fared in a round."""

    cursor: int = 0
    """The seq up to which everything is here."""
    head: int = 0
    """The highest seq the server is known to have."""
    durable: int = 0
    """The seq up to which the server has safe backups."""
    waiting: int = 0
    """Changes that could be sent and were not."""
    refused: int = 0
    """Changes the server does not take as they are."""
    offered: int = 0
    """Records this desk offered again because the server had lost them."""
    went_back: int = 0
    """Records that went back to an earlier version with the server: this desk only reads the stream."""
    paused: Pause | None = None
    """Why nothing more is sent or received; None when it runs."""

    def as_json(self) -> dict[str, Any]:
        """The shape the command line prints."""
        numbers = {"cursor": self.cursor, "head": self.head, "durable": self.durable, "waiting": self.waiting, "refused": self.refused}
        if self.offered or self.went_back:
            numbers |= {"offered": self.offered, "went_back": self.went_back}
        if self.paused is None:
            return {**numbers, "paused": ""}
        return {**numbers, "paused": self.paused.code, "message": {"th": self.paused.message.th, "en": self.paused.message.en}}


@dataclass(frozen=True)
class FileTrouble:
    """A document the server did not take."""

    stream: str
    sha256: str
    name: str
    """As a record calls it."""
    code: str
    """A problem code of the protocol."""
    message: Words

    def as_json(self) -> dict[str, Any]:
        """The shape the command line prints."""
        names = ("stream", "sha256", "name", "code")
        return {**{name: getattr(self, name) for name in names}, "message": {"th": self.message.th, "en": self.message.en}}


@dataclass
class FilesReport:
    """What a round did with contents of documents; they never keep it from being done."""

    sent: int = 0
    received: int = 0
    waiting: int = 0
    """Documents of this computer the server does not have yet, those it did not take included."""
    more: bool = False
    """Some could go or come at once: the round left them to the next, so that records never wait for them."""
    is_broken: bool = False
    """The line broke under a document; it goes on where it stopped."""
    wait_s: int = 0
    """Seconds the server asked to wait; 0 when it did not."""
    troubles: tuple[FileTrouble, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape the command line prints."""
        numbers = {"sent": self.sent, "received": self.received, "waiting": self.waiting, "more": self.more}
        return {**numbers, "troubles": [one.as_json() for one in self.troubles]}


@dataclass
class Report:
    """What a round did."""

    done: bool = False
    """Nothing sendable waits and every cursor equals its head."""
    cancelled: bool = False
    pushed: int = 0
    """Changes the server took."""
    pulled: int = 0
    """Snapshots received and stored."""
    merged: int = 0
    """Waiting changes that met an edit of others and merged by themselves."""
    conflicts: int = 0
    """Conflicts recorded for a person to settle."""
    waiting: int = 0
    refused: int = 0
    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    streams: dict[str, StreamReport] = field(default_factory=dict)
    notices: list[Words] = field(default_factory=list)
    """What people are told besides: that the server went back to an earlier day, that copies were compared."""
    files: FilesReport = field(default_factory=FilesReport)

    @property
    def problems(self) -> dict[str, Pause]:
        """Why streams are paused, by stream."""
        return {name: one.paused for name, one in self.streams.items() if one.paused}

    @property
    def phase(self) -> Phase:
        """What the round ended in."""
        if self.done:
            return Phase.DONE
        return Phase.STOPPED if self.problems else Phase.LEFT

    def as_json(self) -> dict[str, Any]:
        """The shape the command line prints."""
        names = ("done", "pushed", "pulled", "merged", "conflicts", "waiting", "refused", "requests", "bytes_up", "bytes_down")
        said = {"notices": [{"th": one.th, "en": one.en} for one in self.notices]} if self.notices else {}
        streams = {name: one.as_json() for name, one in self.streams.items()}
        return {**{name: getattr(self, name) for name in names}, **said, "streams": streams, "files": self.files.as_json()}
