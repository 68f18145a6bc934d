"""What the sync view says, decided without a widget: a round in one sentence, how a stream stands, when the next round begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.services.rounds import Round
from desktop.storage.state import LOST as NO_GRANT
from desktop.storage.state import StreamState
from desktop.sync.guard import CODE
from desktop.sync.status import pause_of
from desktop.ui.sync_sentence import when
from desktop.ui.widgets.pill import Kind
from records.protocol import Problem
from records.words import Language, Words, say

OUTCOMES: dict[str, tuple[Words, Kind]] = {
    "done": (Words("ตรงกันแล้ว", "In step"), "ok"),
    "left": (Words("ยังมีรายการค้าง", "Something still waits"), "warn"),
    "cancelled": (Words("หยุดกลางคัน", "Stopped by you"), "neutral"),
    "offline": (Words("ไม่มีเครือข่าย", "No line"), "neutral"),
    "stopped": (Words("ต้องแก้ไขก่อน", "Needs a person"), "danger"),
}
DELETES = Words(
    "มีการลบข้อมูลจำนวนมากผิดปกติ จึงหยุดไว้ก่อน โปรดตรวจกับผู้เกี่ยวข้อง หากถูกต้องจึงอนุญาตการลบในหน้านี้",
    "Unusually many deletions: it was stopped first. Check with those concerned; if right, allow the deletions on this page.",
)
ENROL_AGAIN = Words("ลงทะเบียนด้วยรหัสใหม่", "Enrol with a new code")
NEW_CODE = Words(
    "โปรดขอรหัสลงทะเบียนใหม่จากผู้ดูแลระบบของหน่วยงาน แล้วลงทะเบียนเครื่องนี้อีกครั้งในหน้าตั้งค่า งานที่ยังไม่ส่งอยู่ครบและจะส่งต่อให้เอง",
    "Ask your office's administrator for a new enrolment code and enrol this computer again in the settings. Unsent work is kept and goes on by itself.",
)
"""Where the server does not know this device any more, or finds it went back in time."""
READ_WRITE = Words("อ่านและบันทึกได้", "read and write")
READ_ONLY = Words("อ่านอย่างเดียว", "read only")
LOST = Words(
    "สิทธิในข้อมูลส่วนนี้สิ้นสุดแล้ว อ่านได้อย่างเดียว งานที่ยังไม่ส่งเก็บไว้และส่งออกเป็นไฟล์ได้ หากยังต้องใช้ให้ขอสิทธิจากผู้ดูแลระบบ",
    "The right to these data has ended; they are read-only. Unsent work is kept and can be exported. Ask the administrator if you still need it.",
)
_KILO = 1024
_MINUTE = 60


@dataclass(frozen=True)
class StreamLine:
    """How one stream stands, for people."""

    stream: str
    name: str
    detail: Words
    """What it may be used for, or what is in its way and what to do."""
    status: Words
    kind: Kind

    @property
    def has_problem(self) -> bool:
        """Whether a person should look at it."""
        return self.kind in ("danger", "warn")


def stream_line(one: StreamState) -> StreamLine:
    """How a stream stands: what is in its way first."""
    access = READ_WRITE if one.access == "write" and not one.read_only else READ_ONLY
    behind = max(one.head - one.cursor, 0)
    name = one.name or one.stream
    if one.paused == NO_GRANT:
        return StreamLine(one.stream, name, LOST, Words("สิทธิสิ้นสุด", "Right has ended"), "warn")
    if one.paused:
        detail = DELETES if one.paused == CODE else pause_of(Problem(one.paused)).message
        return StreamLine(one.stream, name, detail, Words("หยุดไว้", "Paused"), "danger")
    if behind:
        return StreamLine(one.stream, name, access, Words("รอรับ {count}", "{count} to receive").filled(count=f"{behind:,}"), "info")
    if not one.cursor:
        return StreamLine(one.stream, name, access, Words("ยังไม่มีข้อมูล", "Nothing yet"), "neutral")
    return StreamLine(one.stream, name, access, Words("ครบถ้วน", "Complete"), "ok")


def is_paused_for_deletions(streams: Sequence[StreamState]) -> bool:
    """Whether deletions wait for a person's word."""
    return any(one.paused == CODE for one in streams)


def round_words(one: Round, language: Language) -> str:
    """What a round did, on one line: what went up and down, then its size and time; why it ended early where it did."""
    counts = (
        (one.pushed, Words("ส่ง {count} รายการ", "sent {count}")),
        (one.pulled, Words("รับ {count} รายการ", "received {count}")),
        (one.merged, Words("รวมให้เอง {count}", "merged {count}")),
        (one.conflicts, Words("ต้องเลือก {count}", "to choose {count}")),
        (one.refused, Words("ส่งไม่ผ่าน {count}", "not accepted {count}")),
    )
    parts = [say(words, language, count=f"{count:,}") for count, words in counts if count]
    if one.deletions:
        # The whole story, with the button, stands at the top of the page while it waits.
        stopped = Words("หยุดรอการอนุญาตลบ {count} รายการ", "stopped before {count} [deletion|deletions]")
        parts.append(say(stopped, language, count=f"{one.deletions:,}"))
    elif one.th or not parts:
        parts.append(say(one.message if one.th else Words("ไม่มีอะไรเปลี่ยนแปลง", "nothing had changed"), language))
    if one.bytes_up or one.bytes_down:
        parts.append(
            say(Words("ขึ้น {up} ลง {down}", "{up} up, {down} down"), language, up=size_words(one.bytes_up), down=size_words(one.bytes_down))
        )
    if one.seconds:
        parts.append(say(lasting(one.seconds), language))
    if one.requests:
        parts.append(say(Words("ติดต่อ {count} ครั้ง", "{count} [request|requests]"), language, count=f"{one.requests:,}"))
    return " · ".join(parts)


def lasting(seconds: float) -> Words:
    """A time as people say it."""
    if seconds < _MINUTE:
        return Words("{n} วินาที", "{n} s").filled(n=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    return Words("{n} นาที", "{n} min").filled(n=f"{seconds / _MINUTE:.0f}")


def next_words(due: datetime | None, now: datetime, *, is_asked_to_wait: bool) -> Words | None:
    """When the next round begins by itself; None where none will. `is_asked_to_wait`: the server asked for it."""
    if due is None:
        return None
    minutes = round((due - now).total_seconds() / _MINUTE)
    if is_asked_to_wait:
        return Words("เซิร์ฟเวอร์มีงานมาก ขอให้รอถึง {when}", "The server is busy and asks to wait until {when}").filled(when=when(due, now))
    if minutes < 1:
        return Words("รอบถัดไปในไม่ถึงหนึ่งนาที", "Next round in less than a minute")
    return Words("รอบถัดไป {when} (อีก {n} นาที)", "Next round {when} (in {n} min)").filled(when=when(due, now), n=minutes)


def size_words(size: int) -> str:
    """Bytes as people read them: `812 B`, `14 KB`, `2.3 MB`."""
    if size < _KILO:
        return f"{size} B"
    if size < _KILO * _KILO:
        return f"{size / _KILO:.0f} KB"
    return f"{size / _KILO / _KILO:.1f} MB"
