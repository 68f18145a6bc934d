"""Where a server keeps its things: the data folder and the database that `--home` and `--database` name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from platformdirs import user_data_path

from records.errors import Correctable
from records.words import Words
from server_stub import durable
from server_stub.storage.address import is_postgres, without_password
from server_stub.storage.base import Storage
from server_stub.storage.sqlite import SqliteStorage

_FILE = "thongthin-server.db"


@dataclass(frozen=True, slots=True)
class Database:
    """The database of a server; `str()` names it for people, without a password."""

    url: str = field(repr=False)
    """What another process is told to find it: the path of a file, or a URL that may hold a password."""
    path: Path | None
    """The file of SQLite; None on PostgreSQL."""
    folder: Path
    """Where the server keeps files beside it."""

    def __str__(self) -> str:
        return without_password(self.url)[0]


def home_folder(named: Path | None) -> Path:
    """The data folder: as named, else THONGTHIN_HOME, else the one of the system."""
    return named or Path(os.environ.get("THONGTHIN_HOME") or user_data_path("thongthin-server", appauthor=False))


def database_of(url: str | None, home: Path) -> Database:
    """What `--database` names: `postgresql://...`, `sqlite:///path` (four slashes for an absolute one) or a plain path. Raises Correctable."""
    if not url:
        return _file(home / _FILE)
    if is_postgres(url):
        return Database(url, None, home)
    scheme, separator, rest = url.partition("://")
    if not separator:
        return _file(Path(url))
    path = rest.removeprefix("/")
    if scheme != "sqlite" or not path:
        raise Correctable(
            Words("ไม่รู้จักฐานข้อมูลแบบนี้", "Not a database of this server"),
            Words(
                f"ใช้ฐานข้อมูล “{scheme}” ไม่ได้ ไม่มีอะไรเปลี่ยนแปลง เขียนเป็น sqlite:///ที่อยู่แฟ้ม ที่อยู่แฟ้ม หรือ postgresql://ผู้ใช้@เครื่อง/ฐานข้อมูล",
                f"A database of “{scheme}” is not known here; nothing was changed. "
                "Write sqlite:///path, a path, or postgresql://user@host/database.",
            ),
        )
    return _file(Path(path))


def _file(path: Path) -> Database:
    return Database(str(path), path, path.parent)


def open_storage(database: Database, *, must_exist: bool) -> Storage:
    """The store of that database. Raises Correctable when it must be there and is not, and what opening it raises."""
    path = database.path
    if path is None:
        return _open_postgres(database.url, must_exist=must_exist)
    if not path.is_file():
        if must_exist:
            raise Correctable(
                Words("ยังไม่มีฐานข้อมูล", "No database yet"),
                Words(
                    f"ไม่พบฐานข้อมูลที่ {path} ไม่มีอะไรเปลี่ยนแปลง สร้างด้วย thongthin-server init หรือระบุ --database ให้ถูก",
                    f"There is no database at {path}; nothing was changed. Make one with thongthin-server init, or correct --database.",
                ),
            )
        _make_folder(path.parent)
    return SqliteStorage(path)


def _open_postgres(url: str, *, must_exist: bool) -> Storage:
    try:
        # Imported here alone: a server on SQLite runs without the driver.
        from server_stub.storage.postgres import PostgresStorage
    except ImportError as error:
        raise Correctable(
            Words("ยังไม่มีตัวเชื่อมต่อ PostgreSQL", "The PostgreSQL driver is missing"),
            Words(
                "ยังไม่ได้ติดตั้ง psycopg ไม่มีอะไรเปลี่ยนแปลง ติดตั้งด้วย pip install 'thongthin[postgres]' แล้วสั่งใหม่",
                "psycopg is not installed; nothing was changed. Install it with pip install 'thongthin[postgres]', then try again.",
            ),
        ) from error
    return PostgresStorage(url, must_exist=must_exist)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Correctable(
            Words("สร้างโฟลเดอร์ข้อมูลไม่ได้", "The data folder cannot be made"),
            Words(
                f"สร้างโฟลเดอร์ {folder} ไม่ได้ ({error.strerror}) ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกที่อื่นด้วย --home หรือ --database",
                f"The folder {folder} cannot be made ({error.strerror}); nothing was changed. Choose another with --home or --database.",
            ),
        ) from error


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that stands at its place once it is whole and on the disk; until then nothing does. Raises Correctable."""
    try:
        with durable.new_file(path) as file:
            yield file
    except OSError as error:
        raise Correctable(
            Words("เขียนแฟ้มไม่ได้", "The file cannot be written"),
            Words(
                f"เขียนแฟ้ม {path} ไม่ได้ ({error.strerror}) โปรดเลือกที่อื่นหรือตรวจที่ว่างในดิสก์",
                f"The file {path} cannot be written ({error.strerror}); choose another place or check the disk.",
            ),
        ) from error
