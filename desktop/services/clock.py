"""How far this computer's clock is off the server's, as the last reply told; asked before a receipt is printed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desktop.storage import state
from desktop.storage.connection import Connection
from records.rules.problem import Problem
from records.rules.receipts import clock_warning

if TYPE_CHECKING:
    from desktop.services.office import Office

_SETTING = "clock_offset_s"


def remember(connection: Connection, now: datetime, server_time: datetime | None) -> None:
    """Keeps what a reply told; nothing where it told no time. Inside `write()`."""
    if server_time is not None:
        state.set_setting(connection, _SETTING, str(round((server_time - now).total_seconds())))


def warning_of(office: "Office") -> Problem | None:
    """What is wrong with the clock; None when nothing is known to be."""
    with office.database.reading() as connection:
        text = state.setting(connection, _SETTING)
    return clock_warning(office.clock(), timedelta(seconds=int(text)) if text else None)
