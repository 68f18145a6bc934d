"""What the bar at the bottom says of sync: one sentence and what waits. Decided here without a widget, so that every case is a test."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desktop.storage.state import LOST as NO_GRANT
from desktop.sync.status import PHASE_WORDS, Phase, SyncStatus
from desktop.ui.widgets.status_bar import SyncLine
from records.thai.dates import show_date, today_in_thailand
from records.words import Language, Words

if TYPE_CHECKING:
    from desktop.services.overview import Overview

LOUD_AFTER = timedelta(days=7)
"""A last successful sync older than this is said loudly."""
BUSY = (Phase.SENDING_AGAIN, Phase.ASKING, Phase.RECOVERING, Phase.PULLING, Phase.PUSHING, Phase.SENDING_FILES, Phase.FETCHING_FILES)
_IN_STEP = "cloud-check"
"""The icon of all sent; its sentence says when."""
_OPEN = Words("เปิดดูวิธีแก้", "open to see what to do")
_BELOW = Words("ดูวิธีแก้ด้านล่าง", "what to do is said below")
_THAILAND = ZoneInfo("Asia/Bangkok")


@dataclass(frozen=True)
class SyncFacts:
    """What the sentence is made of."""

    now: datetime
    """Aware."""
    is_enrolled: bool = True
    waiting: int = 0
    """Changes not sent yet, without the refused ones."""
    refused: int = 0
    conflicts: int = 0
    """Conflicts that need a person."""
    last_sync: datetime | None = None
    """When a round last succeeded; None before the first."""
    news: SyncStatus | None = None
    """The latest the round under way, or the last one, said; None when nothing was said since the start."""
    paused: int = 0
    """Streams that are paused and need a person."""
    streams: int = 0
    """Streams this desk has, without those granted no longer."""
    lost: int = 0
    """Streams granted no longer of which something is still here."""
    is_asked_to_wait: bool = False
    """The last round found a server that has much to do and asked to wait."""
    is_locked: bool = False
    """The device was revoked."""

    @property
    def is_busy(self) -> bool:
        """Whether a round is under way."""
        return self.news is not None and self.news.phase in BUSY

    @property
    def is_late(self) -> bool:
        """Whether the last success is too long ago to be said quietly."""
        return self.is_enrolled and self.last_sync is not None and self.now - self.last_sync > LOUD_AFTER


def facts_of(overview: "Overview | None", now: datetime, news: SyncStatus | None) -> SyncFacts:
    """What the sentence is made of: how the desk stands, None while that was not asked yet, and what was heard of the round."""
    if overview is None:
        return SyncFacts(now, news=news)
    status = overview.status
    return SyncFacts(
        now=now,
        is_enrolled=status.identity is not None,
        waiting=max(status.waiting - status.refused, 0),
        refused=status.refused,
        conflicts=status.conflicts,
        last_sync=moment_of(status.last_sync),
        news=news,
        paused=sum(1 for one in status.streams if one.paused not in ("", NO_GRANT)),
        streams=sum(1 for one in status.streams if one.paused != NO_GRANT),
        lost=sum(1 for one in status.streams if one.paused == NO_GRANT),
        is_asked_to_wait=bool(overview.rounds) and overview.rounds[0].code == "slow-down",
        is_locked=overview.locked is not None,
    )


def moment_of(text: str) -> datetime | None:
    """An instant of RFC 3339 UTC; None for an empty text."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def when(moment: datetime, now: datetime) -> Words:
    """Says an instant as people do: the time alone for today, else the day too."""
    local = moment.astimezone(_THAILAND)
    clock = f"{local:%H:%M}"
    day, today = today_in_thailand(moment), today_in_thailand(now)
    if day == today:
        return Words(f"{clock} น.", clock)
    if day == today - timedelta(days=1):
        return Words(f"เมื่อวาน {clock} น.", f"yesterday {clock}")
    return Words(f"{show_date(day, Language.THAI)} {clock} น.", f"{show_date(day, Language.ENGLISH)} {clock}")


def sync_line(facts: SyncFacts, *, is_on_page: bool = False) -> SyncLine:
    """The line of the bar for these facts; `is_on_page`: it stands on the sync page itself, where what to do is said below it."""
    last = Words("รับส่งล่าสุด {when}", "Last sync {when}").filled(when=when(facts.last_sync, facts.now)) if facts.last_sync else None
    icon, role, sentence = _sentence(facts, _BELOW if is_on_page else _OPEN)
    says_last = icon == _IN_STEP
    rest = waiting_words(facts)
    if _is_attention(facts):
        # The sentence itself says what needs the person; only the rest is left to say.
        rest = waiting_words(replace(facts, conflicts=0, refused=0))
    return SyncLine(icon, role, sentence, rest, _progress(facts), None if says_last else last)


def _is_attention(facts: SyncFacts) -> bool:
    is_silent = facts.news is None or facts.news.phase not in (*BUSY, Phase.STOPPED, Phase.OFFLINE)
    return (
        facts.is_enrolled
        and is_silent
        and not facts.is_locked
        and not facts.paused
        and not facts.is_late
        and bool(facts.conflicts or facts.refused)
    )


def waiting_words(facts: SyncFacts) -> Words | None:
    """What waits: to be sent, for a choice, for a correction; None when nothing does."""
    parts = [
        words.filled(count=f"{count:,}")
        for count, words in (
            (facts.waiting, Words("รอส่ง {count} รายการ", "{count} to send")),
            (facts.conflicts, Words("รอท่านเลือก {count} รายการ", "{count} [needs|need] your choice")),
            (facts.refused, Words("ส่งไม่ผ่าน {count} รายการ", "{count} not accepted")),
        )
        if count
    ]
    return Words(" · ".join(part.th for part in parts), " · ".join(part.en for part in parts)) if parts else None


def _sentence(facts: SyncFacts, where: Words) -> tuple[str, str, Words]:
    """(icon, role, sentence); what needs a person goes first, then what goes on now, then how things stand."""
    if not facts.is_enrolled:
        return "cloud-off", "warn", Words("ยังไม่ได้ลงทะเบียนเครื่อง · งานเก็บในเครื่องนี้เท่านั้น", "Not enrolled yet · work stays on this computer")
    if facts.news is not None and facts.is_busy:
        return "refresh-cw", "accent", _busy(facts.news)
    if facts.is_locked:
        return "cloud-off", "danger", Words("เครื่องนี้ถูกยกเลิกสิทธิ · โปรดติดต่อผู้ดูแลระบบ", "This computer was revoked · call your administrator")
    if 0 < facts.paused < facts.streams:
        words = Words("การรับส่งบางส่วนหยุดอยู่ · งานในเครื่องครบถ้วน {where}", "Part of sync has stopped · work here is safe; {where}")
        return "cloud-alert", "danger", words.filled(where=where)
    if facts.paused or (facts.news is not None and facts.news.phase is Phase.STOPPED):
        return (
            "cloud-alert",
            "danger",
            Words("การรับส่งหยุดอยู่ · งานในเครื่องครบถ้วน {where}", "Sync has stopped · work here is safe; {where}").filled(where=where),
        )
    if facts.is_late and facts.last_sync is not None:
        days = (facts.now - facts.last_sync).days
        words = Words("ไม่ได้รับส่งข้อมูลมา {days} วันแล้ว · โปรดต่อเครือข่ายและกดรับส่ง", "No sync for {days} [day|days] · please connect and sync")
        return "cloud-alert", "danger", words.filled(days=days)
    if facts.news is not None and facts.news.phase is Phase.OFFLINE and facts.is_asked_to_wait:
        words = Words(
            "เซิร์ฟเวอร์มีงานมาก ขอให้รอ · บันทึกในเครื่องแล้วทั้งหมด", "The server is busy and asks to wait · everything is saved on this computer"
        )
        return "clock", "warn", words
    if facts.news is not None and facts.news.phase is Phase.OFFLINE:
        return (
            "cloud-off",
            "warn",
            Words("ทำงานโดยไม่มีเครือข่าย · บันทึกในเครื่องแล้วทั้งหมด", "Working offline · everything is saved on this computer"),
        )
    needing = waiting_words(replace(facts, waiting=0))
    if needing is not None:
        return "circle-alert", "warn", needing
    if facts.lost:
        words = Words("สิทธิในข้อมูลบางส่วนสิ้นสุดแล้ว · {where}", "The right to some data has ended · {where}")
        return "circle-alert", "warn", words.filled(where=where)
    if facts.waiting:
        return "cloud-upload", "accent", Words("บันทึกในเครื่องแล้ว จะส่งให้เองเมื่อมีเครือข่าย", "Saved here; sent by itself when there is a line")
    if facts.last_sync is None:
        return "cloud", "muted", Words("ยังไม่เคยรับส่งข้อมูล", "Never synced yet")
    return _IN_STEP, "ok", Words("ส่งแล้วทั้งหมด {when}", "All sent {when}").filled(when=when(facts.last_sync, facts.now))


def _busy(news: SyncStatus) -> Words:
    if news.phase is Phase.RECOVERING:
        return PHASE_WORDS[Phase.RECOVERING]
    if news.phase in (Phase.ASKING, Phase.SENDING_AGAIN) or not news.total:
        return {
            Phase.PULLING: Words("กำลังรับข้อมูล", "Receiving"),
            Phase.PUSHING: Words("กำลังส่งข้อมูล", "Sending"),
            Phase.SENDING_AGAIN: Words("กำลังยืนยันงานที่ส่งไปแล้ว", "Confirming what was sent"),
        }.get(news.phase, Words("กำลังติดต่อเซิร์ฟเวอร์", "Asking the server"))
    if news.phase in (Phase.SENDING_FILES, Phase.FETCHING_FILES):
        # Bytes, not records: a tenth of a megabyte is as fine as anybody asks.
        words = (
            Words("กำลังรับเอกสารแนบ {done} จาก {total} MB", "Receiving documents, {done} of {total} MB")
            if news.phase is Phase.FETCHING_FILES
            else Words("กำลังส่งเอกสารแนบ {done} จาก {total} MB", "Sending documents, {done} of {total} MB")
        )
        return words.filled(done=f"{min(news.done, news.total) / 1e6:,.1f}", total=f"{news.total / 1e6:,.1f}")
    words = (
        Words("กำลังรับ {done} จาก {total} รายการ", "Receiving {done} of {total}")
        if news.phase is Phase.PULLING
        else Words("กำลังส่ง {done} จาก {total} รายการ", "Sending {done} of {total}")
    )
    return words.filled(done=f"{min(news.done, news.total):,}", total=f"{news.total:,}")


def _progress(facts: SyncFacts) -> float | None:
    if facts.news is None or not facts.is_busy:
        return None
    return min(facts.news.done / facts.news.total, 1.0) if facts.news.total else 0.0
