"""Files that records name: taken in by their content, written out again."""

import mimetypes
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import paths
from desktop.storage import attachments
from records.errors import Correctable, Unavailable
from records.kinds import FileRef
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

LARGEST = 100 * 1024 * 1024
"""Bytes of one attached file."""


def attach(office: "Office", path: Path) -> FileRef:
    """Keeps a file's content. Raises Correctable when it cannot be read, is empty or is larger than LARGEST."""
    try:
        if path.stat().st_size > LARGEST:
            raise _cannot(path, Words("ใหญ่เกิน 100 เมกะไบต์", "is larger than 100 megabytes"))
        content = path.read_bytes()
    except OSError as error:
        raise _cannot(path, Words("เปิดอ่านไม่ได้", "cannot be opened")) from error
    if not content:
        raise _cannot(path, Words("ไม่มีเนื้อหา", "is empty"))
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with office.database.write() as connection:
        return attachments.add(connection, content, path.name, media_type)


def write(office: "Office", file: FileRef, path: Path) -> None:
    """Writes an attached file. Raises Unavailable when its content has not arrived, Correctable when the place cannot be written."""
    with office.database.reading() as connection:
        content = attachments.content(connection, file.sha256)
    if content is None:
        raise Unavailable(
            Words("ไฟล์ยังมาไม่ถึง", "The file has not arrived"),
            Words(
                "ไฟล์ “{name}” ยังมาไม่ถึงเครื่องนี้ รายการยังอยู่ครบ โปรดรับส่งข้อมูลแล้วลองใหม่",
                "The file “{name}” has not arrived on this computer yet; the record is safe. Sync and try again.",
            ).filled(name=file.name),
        )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _cannot(path, Words("เขียนไม่ได้", "cannot be written")) from error


def open_copy(office: "Office", file: FileRef) -> Path:
    """Writes an attached file where another program can open it, readable by this user alone, and returns the place. Raises as `write`."""
    place = office.folder / paths.OPENED / file.sha256[:16]
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = place / Path(file.name).name
    write(office, file, path)
    return path


def forget_copies(office: "Office") -> None:
    """Takes away the copies that were opened; one that another program still holds goes the next time."""
    shutil.rmtree(office.folder / paths.OPENED, ignore_errors=True)


def _cannot(path: Path, reason: Words) -> Correctable:
    return Correctable(
        Words("ใช้ไฟล์นี้ไม่ได้", "This file cannot be used"),
        Words(
            "ไฟล์ “{name}” {reason} ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกไฟล์อื่น",
            "The file “{name}” {reason}; nothing was changed. Choose another.",
        ).filled(name=path.name, reason=reason),
    )
