"""Who has a data folder open: a small file naming computer, user and time, kept fresh while the program runs.

SQLite's own locks keep processes of one computer apart; over a share they do not work and the database would be damaged. A fresh file of
another computer or another user is therefore refused, with their names. A stale one (the computer lost power, the folder was copied here)
is taken over.
"""

import getpass
import platform
import threading
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from desktop import durable, paths
from records.errors import Refused
from records.words import Words

BEAT_S = 60.0
FRESH_S = 180.0
"""A file touched within this time, by whichever clock, means that somebody is there."""


class InUse(msgspec.Struct, frozen=True):
    """What the file says."""

    computer: str
    user: str


def me() -> InUse:
    """This computer and user."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        # A service account may have no name.
        user = "?"
    return InUse(platform.node() or "?", user)


class Presence:
    """This program's presence in a data folder, while it has it open."""

    def __init__(self, folder: Path, who: InUse | None = None) -> None:
        """Says that it is here. Raises Refused when another computer or user is."""
        self._path = folder / paths.IN_USE
        self._who = who or me()
        self._ended = threading.Event()
        other = self._other()
        if other is not None:
            raise _taken(folder, other)
        self._beat()
        self._thread: threading.Thread | None = None

    def keep(self) -> None:
        """Keeps the file fresh until `end`: for a program that stays open, unlike a command."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._beats, name="presence", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Says that it has left. What another program of this user said meanwhile comes back with its next beat."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _other(self) -> InUse | None:
        try:
            is_fresh = abs(time.time() - self._path.stat().st_mtime) <= FRESH_S
            found = msgspec.json.decode(self._path.read_bytes(), type=InUse)
        except (OSError, msgspec.DecodeError):
            return None
        return found if is_fresh and found != self._who else None

    def _beat(self) -> None:
        # A folder that cannot be written is told by the database in its own words.
        with suppress(OSError):
            durable.replace_file(self._path, msgspec.json.encode(self._who))

    def _beats(self) -> None:
        while not self._ended.wait(BEAT_S):
            if self._path.parent.is_dir():
                self._beat()


def _taken(folder: Path, other: InUse) -> Refused:
    return Refused(
        Words("มีผู้เปิดโฟลเดอร์ข้อมูลนี้อยู่", "Somebody has this data folder open"),
        Words(
            "โฟลเดอร์ {folder} กำลังเปิดอยู่ที่เครื่อง {computer} โดยผู้ใช้ {user} ไม่มีอะไรเปลี่ยนแปลง โปรดปิดโปรแกรมที่นั่นก่อน หรือใช้โฟลเดอร์ของตนเองด้วย --home "
            "หากเครื่องนั้นปิดไปแล้ว รอสามนาทีแล้วเปิดใหม่",
            "The folder {folder} is open on {computer} by the user {user}; nothing was changed. Close the program there, or use a folder of "
            "your own with --home. If that computer is switched off, wait three minutes and start again.",
        ).filled(folder=folder, computer=other.computer, user=other.user),
        code="in-use",
    )
