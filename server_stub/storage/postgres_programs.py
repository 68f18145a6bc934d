"""pg_dump and pg_restore: where they are, and running them. Neither address nor password ever stands on their line, which `ps` shows."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from psycopg import pq

from records.errors import AppError, Correctable, Refused, Unavailable
from records.words import Words
from server_stub.storage.postgres_address import PostgresAddress

SEES_EVERYTHING = "-c thongthin.streams=*"
"""What lets a dump see the rows of every stream: row-level security holds pg_dump as it holds everybody."""
_VERSION = re.compile(r"\) (\d+)")
_NO_ROOM = re.compile(r"No space left|Disk quota|Permission denied|Read-only file system|Input/output error")


class Programs:
    """The programs that come with PostgreSQL."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: where they are; None looks along PATH."""
        self._folder = folder

    def dump(self, address: PostgresAddress, target: Path, *, snapshot: str, server: int) -> None:
        """Writes what a snapshot shows, in PostgreSQL's custom format.

        Args:
            snapshot: as pg_export_snapshot named it; its transaction is still open.
            server: major version of the server: an older pg_dump is refused by it.

        Raises:
            Correctable: there is no such program, or it is too old.
            Unavailable: it failed, such as for want of room.
        """
        program = self._found("pg_dump", server)
        line = [
            program, "--format=custom", "--schema=thongthin", f"--snapshot={snapshot}", "--role=thongthin_server", "--enable-row-security",
            "--no-password", "--encoding=UTF8", f"--file={target}",
        ]  # fmt: skip
        done = subprocess.run(line, env=_environment(address), stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode != 0:
            raise _not_dumped(target, _last_line(done.stderr))

    @contextmanager
    def rows(self, archive: Path) -> Iterator[IO[bytes]]:
        """The rows of an archive as a script of COPY blocks; asks no server for anything.

        Raises:
            Correctable: there is no such program.
            Refused: the archive is damaged or none; also at the end, for what comes to light there.
        """
        program = self._found("pg_restore", 0)
        with tempfile.TemporaryFile() as complaints:
            line = [program, "--data-only", "--schema=thongthin", "--file=-", str(archive)]
            with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints) as process:
                script = cast(IO[bytes], process.stdout)
                try:
                    yield script
                except BaseException as error:
                    if isinstance(error, AppError) and not script.read(1):
                        # It came to its end: what it complained of says more than that something is missing.
                        _raise_if_failed(process.wait(), complaints, archive)
                    process.kill()
                    raise
            _raise_if_failed(process.returncode, complaints, archive)

    def _found(self, name: str, server: int) -> str:
        found = shutil.which(name, path=str(self._folder) if self._folder is not None else None)
        if found is None:
            raise _missing(name, self._folder, server)
        told = _VERSION.search(subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout)
        if told is not None and int(told[1]) < server:
            raise _too_old(found, int(told[1]), server)
        return found


def _environment(address: PostgresAddress) -> dict[str, str]:
    """This process's environment with the address in it, in libpq's own names."""
    named = {}
    for option in pq.Conninfo.parse(address.connection.encode()):
        if option.envvar and option.val is not None:
            named[option.envvar.decode()] = option.val.decode()
    options = f"{named.get('PGOPTIONS') or os.environ.get('PGOPTIONS', '')} {SEES_EVERYTHING}".strip()
    return {**os.environ, **named, "PGOPTIONS": options, "PGAPPNAME": "thongthin-backup", "LC_ALL": "C"}


def _raise_if_failed(code: int, complaints: IO[bytes], archive: Path) -> None:
    if code != 0:
        complaints.seek(0)
        raise damaged(archive, _last_line(complaints.read()))


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines() or [""]
    errors = [line for line in lines if "error:" in line]
    return (errors or lines)[0].partition("error: ")[2][:200] or lines[-1][:200]


def damaged(archive: Path, reason: str) -> Refused:
    """The file is no backup of a server, or not a whole one."""
    return Refused(
        Words("ใช้สำเนานี้ไม่ได้", "This backup cannot be used"),
        Words(
            f"แฟ้ม {archive} ไม่ใช่สำเนาที่สมบูรณ์ของเซิร์ฟเวอร์ ({reason}) ไม่มีอะไรเปลี่ยนแปลง โปรดใช้สำเนาอื่น",
            f"The file {archive} is not a sound backup of a server ({reason}); nothing was changed. Use another one.",
        ),
    )


def _not_dumped(target: Path, reason: str) -> Unavailable:
    if _NO_ROOM.search(reason):
        title = Words("เขียนแฟ้มไม่ได้", "The file cannot be written")
        todo = Words("โปรดตรวจเนื้อที่ดิสก์และสิทธิของโฟลเดอร์ แล้วลองใหม่", "Check the disk and the folder's rights, then try again.")
    else:
        title = Words("สำรองข้อมูลไม่สำเร็จ", "The backup was not made")
        todo = Words("โปรดตรวจว่า PostgreSQL ทำงานอยู่แล้วลองใหม่", "See that PostgreSQL runs and is reached, then try again.")
    return Unavailable(
        title,
        Words(
            f"pg_dump เขียน {target} ไม่สำเร็จ ({reason}) ฐานข้อมูลเดิมไม่เปลี่ยนแปลง {todo.th}",
            f"pg_dump could not write {target} ({reason}); the database is as it was. {todo.en}",
        ),
        code="unavailable",
    )


def _missing(name: str, folder: Path | None, server: int) -> Correctable:
    package = f"postgresql-client-{server}" if server else "postgresql-client"
    place = str(folder) if folder is not None else "PATH"
    return Correctable(
        Words(f"ไม่พบโปรแกรม {name}", f"{name} is missing"),
        Words(
            f"ไม่พบ {name} ใน {place} ไม่มีอะไรเปลี่ยนแปลง โปรดติดตั้ง {package} (Windows: ชุดติดตั้ง PostgreSQL เลือก Command Line Tools) "
            "หรือระบุโฟลเดอร์ของโปรแกรมด้วย --pg-bin",
            f"{name} is not in {place}; nothing was changed. Install {package} (on Windows the Command Line Tools of the PostgreSQL "
            "installer), or name its folder with --pg-bin.",
        ),
    )


def _too_old(program: str, version: int, server: int) -> Correctable:
    return Correctable(
        Words("pg_dump เก่าเกินไป", "pg_dump is too old"),
        Words(
            f"{program} เป็นรุ่น {version} แต่เซิร์ฟเวอร์เป็น PostgreSQL {server} ไม่มีอะไรเปลี่ยนแปลง โปรดติดตั้ง postgresql-client-{server} "
            "หรือระบุโฟลเดอร์ของรุ่นนั้นด้วย --pg-bin",
            f"{program} is of version {version}, the server is PostgreSQL {server}; nothing was changed. Install "
            f"postgresql-client-{server}, or name its folder with --pg-bin.",
        ),
    )
