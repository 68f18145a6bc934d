"""Copies of a server's SQLite database: one taken while it serves, and one put in its place. Whole files, no records."""

import os
from contextlib import closing
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]  # the wheel has no stubs

from records.errors import Refused, Unavailable
from records.words import Words
from server_stub.durable import flush
from server_stub.storage.sqlite import translated

_BESIDE = ("-wal", "-shm", "-journal")


def copy(source: Path, target: Path) -> None:
    """Writes a consistent copy of a database, also of one that is served, as one file that is on the disk when this returns.

    Raises:
        Refused: what was written is not a sound database.
        Unavailable: no room, no right, no such file.
    """
    sweep(target)
    try:
        with closing(_opened(source)) as reading, closing(sqlite.connect(str(target), isolation_level=None)) as writing:
            reading.backup(writing)
            # One file, to be carried anywhere: what is beside it would be left behind.
            writing.execute("PRAGMA journal_mode = DELETE").fetchone()
            faults = [fault for (fault,) in writing.execute("PRAGMA integrity_check(5)").fetchall() if fault != "ok"]
            if writing.execute("PRAGMA user_version").fetchone() == (0,):
                # An empty file is a sound database too, of nobody.
                faults.append("no server database")
    except sqlite.Error as error:
        raise translated(error, source) from error
    except UnicodeDecodeError as error:
        # The library names what is damaged by its damaged name.
        raise damaged(source, str(error)) from error
    if faults:
        raise damaged(source, faults[0])
    flush(target)


def _opened(path: Path) -> sqlite.Connection:
    # Never made where it is not: a copy of an empty file would pass for a backup.
    return sqlite.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30)


def settle(path: Path) -> None:
    """Brings everything into the one file, alone. Raises Unavailable (`in-use`) while a server has the database open, Refused when damaged."""
    try:
        with closing(_opened(path)) as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite.Error as error:
        if "locked" in str(error):
            raise Unavailable(
                Words("เซิร์ฟเวอร์ยังทำงานอยู่", "The server is running"),
                Words(
                    f"ฐานข้อมูล {path} กำลังใช้งานอยู่ ไม่มีอะไรเปลี่ยนแปลง โปรดหยุด thongthin-server serve ก่อน แล้วสั่งใหม่",
                    f"The database {path} is in use; nothing was changed. Stop thongthin-server serve first, then try again.",
                ),
                code="in-use",
            ) from error
        raise translated(error, path) from error


def damaged(path: Path, fault: str) -> Refused:
    """The error for a file that is no sound database."""
    return Refused(
        Words("แฟ้มฐานข้อมูลเสียหาย", "The database file is damaged"),
        Words(
            f"ตรวจแฟ้ม {path} แล้วพบว่าเสียหาย ({fault}) จึงไม่ใช้ ไม่มีอะไรเปลี่ยนแปลง โปรดใช้สำเนาอื่น",
            f"{path} did not stand the check ({fault}) and is not used; nothing was changed. Use another backup.",
        ),
        code="damaged",
    )


def sweep(path: Path) -> None:
    """Removes a database file and what SQLite keeps beside it."""
    for ending in ("", *_BESIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def exchange(present: Path, new: Path, aside: Path) -> None:
    """Puts a settled database in the place of the present one, which goes to the folder `aside`; at no moment there is none.

    `settle` was called for both, or the present one is damaged: then what is beside it goes along.
    """
    if present.exists():
        aside.mkdir(parents=True, exist_ok=True)
        _give_second_name(present, aside / present.name)
        for ending in _BESIDE:
            beside = present.with_name(present.name + ending)
            if beside.exists():
                beside.rename(aside / beside.name)
        flush(aside)
    new.replace(present)
    flush(present.parent)


def _give_second_name(present: Path, aside: Path) -> None:
    try:
        os.link(present, aside)
    except OSError:
        # A disk without links: a copy, under its name only when it is whole.
        part = aside.with_name(f"{aside.name}.part")
        part.write_bytes(present.read_bytes())
        flush(part)
        part.replace(aside)
