"""The lock that keeps two rounds from running at once, in this process or any other (docs/protocol.md, "A round, on the client").

It is the operating system's lock on a file beside the database: a process that dies lets go of it, so nothing is left to clean up.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from records.errors import Unavailable
from records.words import Words

LOCK_NAME = "round.lock"


@contextmanager
def round_lock(folder: Path) -> Iterator[None]:
    """Holds the lock of a data folder. Raises Unavailable (code `busy`) when another round holds it, or the file cannot be made."""
    try:
        handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unavailable(Words("เปิดไฟล์ล็อกไม่ได้", "The lock file cannot be opened"), "lock") from error
    try:
        _lock(handle)
        try:
            yield
        finally:
            _unlock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise _unavailable(Words("กำลังรับส่งข้อมูลอยู่แล้วในอีกหน้าต่างหนึ่ง", "A sync is already running in another window"), "busy") from error


def _unlock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_UN)


def _unavailable(what: Words, code: str) -> Unavailable:
    message = Words(f"{what.th} งานในเครื่องยังอยู่ครบ โปรดลองใหม่ภายหลัง", f"{what.en}. Work on this computer is safe; please try again later.")
    return Unavailable(Words("รับส่งข้อมูลยังไม่ได้", "Sync cannot start now"), message, code=code)
