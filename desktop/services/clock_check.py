"""Whether the clock of this computer can be right: a year of the Buddhist era, or minutes away from the server's."""

from datetime import datetime
from typing import TYPE_CHECKING

from desktop.storage import state
from desktop.storage.connection import Connection
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

AWAY_S = 300
"""From this many seconds on a person is told."""
_SETTING = "clock_off_s"
"""The setting that holds by how many seconds this clock was ahead of the server's at the last round; negative behind."""
_FIRST_YEAR = 2024
_BUDDHIST = 2400
YEAR = Words(
    "นาฬิกาของเครื่องบอกปี ค.ศ. {year} ซึ่งไม่น่าถูกต้อง วันที่ในเอกสารใหม่จะผิด งานยังบันทึกได้ตามปกติ โปรดตั้งวันเวลาของเครื่อง (ปี ค.ศ. ไม่ใช่ พ.ศ.)",
    "This computer's clock says the year {year}, which cannot be right: new papers get a wrong date. Work is saved as always. "
    "Please set the clock (the year of the common era, not of the Buddhist era).",
)
AWAY = Words(
    "นาฬิกาของเครื่องต่างจากเซิร์ฟเวอร์ {minutes} นาที เวลาในเอกสารใหม่จะไม่ตรง งานยังบันทึกและรับส่งได้ตามปกติ โปรดตั้งเวลาของเครื่อง",
    "This computer's clock is {minutes} minutes away from the server's: times on new papers will be wrong. Work is saved and sent as always. "
    "Please set the clock.",
)


def wrong_clock(now: datetime, off_s: float | None) -> Words | None:
    """What is wrong with a clock that says `now`; None when nothing is. `off_s`: seconds ahead of the server's, None when not known."""
    if now.year >= _BUDDHIST or now.year < _FIRST_YEAR:
        return YEAR.filled(year=now.year)
    if off_s is not None and abs(off_s) > AWAY_S:
        return AWAY.filled(minutes=f"{round(abs(off_s) / 60):,}")
    return None


def remember(connection: Connection, now: datetime, server_time: datetime | None) -> None:
    """Keeps how far `now` is off what a reply told; nothing where it told no time. Inside `write()`."""
    if server_time is not None:
        state.set_setting(connection, _SETTING, f"{(now - server_time).total_seconds():.0f}")


def clock_words(office: "Office") -> Words | None:
    """What is wrong with this computer's clock, by the year and by the last round."""
    with office.database.reading() as connection:
        kept = state.setting(connection, _SETTING)
    return wrong_clock(office.clock(), float(kept) if kept is not None else None)
