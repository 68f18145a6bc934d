"""The lock that keeps two rounds from running at once, in this process or any other (docs/protocol.md, "A round, on the client")."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.file_lock import Taken, file_lock
from records.errors import Unavailable
from records.words import Words

LOCK_NAME = "round.lock"


@contextmanager
def round_lock(folder: Path) -> Iterator[None]:
    """Holds the lock of a data folder. Raises Unavailable (code `busy`) when another round holds it, or the file cannot be made."""
    lock = file_lock(folder / LOCK_NAME)
    try:
        lock.__enter__()
    except Taken as error:
        raise _unavailable(Words("กำลังรับส่งข้อมูลอยู่แล้วในอีกหน้าต่างหนึ่ง", "A sync is already running in another window"), "busy") from error
    except OSError as error:
        raise _unavailable(Words("เปิดไฟล์ล็อกไม่ได้", "The lock file cannot be opened"), "lock") from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _unavailable(what: Words, code: str) -> Unavailable:
    message = Words(f"{what.th} งานในเครื่องยังอยู่ครบ โปรดลองใหม่ภายหลัง", f"{what.en}. Work on this computer is safe; please try again later.")
    return Unavailable(Words("รับส่งข้อมูลยังไม่ได้", "Sync cannot start now"), message, code=code)
