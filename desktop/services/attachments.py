"""Files that records name: taken in by their content, written out again, fetched when a person asks, kept as the office wishes.

A content travels apart from its record: `standings` says of each file whether it is here, sent, waiting or still on its way.
"""

import hashlib
import mimetypes
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import durable, paths
from desktop.storage import attachments, file_states, file_uses, state
from desktop.storage.attachments import BLOCK
from desktop.storage.file_states import FileState
from records.errors import AppError, Correctable, Refused, Unavailable
from records.kinds import FileRef, Json
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.sync.transport import HttpTransport

LARGEST = 100 * 1024 * 1024
"""Bytes of one attached file."""
_AT_ONCE = 16 * BLOCK
"""Bytes written in one transaction."""


class Standing(StrEnum):
    """How a file stands on this computer."""

    SENT = "sent"
    """Here, and the server has it."""
    WAITING = "waiting"
    """Here; it goes with the next round."""
    NEW = "new"
    """Here; no saved record names it yet."""
    REFUSED = "refused"
    """Here; the server did not take it."""
    ABSENT = "absent"
    """Not here; it comes when a person asks."""
    WISHED = "wished"
    """Not here; it comes with the next round."""


STANDING_WORDS = {
    Standing.SENT: Words("ส่งแล้ว", "Sent"),
    Standing.WAITING: Words("รอส่ง", "Waiting to be sent"),
    Standing.NEW: Words("จะส่งหลังบันทึก", "Sent once saved"),
    Standing.REFUSED: Words("ส่งไม่ได้", "Not taken"),
    Standing.ABSENT: Words("ยังไม่อยู่ในเครื่องนี้", "Not here yet"),
    Standing.WISHED: Words("จะมาเมื่อรับส่งครั้งต่อไป", "Comes with the next sync"),
}


@dataclass(frozen=True)
class FileStanding:
    """How one file stands, for a screen."""

    standing: Standing
    come: int
    """Bytes of it that are here."""
    problem: Words | None
    """Why it did not go or come; None when nothing is wrong."""

    @property
    def is_here(self) -> bool:
        """Whether it can be opened without a line."""
        return self.standing not in (Standing.ABSENT, Standing.WISHED)


@dataclass(frozen=True)
class ListedFile:
    """A file that a record names."""

    stream: str
    type: str
    id: str
    """Of the record."""
    sha256: str
    name: str
    size: int
    media_type: str
    standing: Standing

    def as_json(self) -> dict[str, Json]:
        """The shape the command line prints."""
        names = ("stream", "type", "id", "sha256", "name", "size", "media_type")
        return {**{name: getattr(self, name) for name in names}, "state": self.standing.value}


# In -----------------------------------------------------------------------------------------------------------------------------------


def attach(office: "Office", path: Path) -> FileRef:
    """Keeps a file's content. Raises Correctable when it cannot be read, is empty or is larger than LARGEST."""
    try:
        if path.stat().st_size > LARGEST:
            raise _cannot(path, Words("ใหญ่เกิน 100 เมกะไบต์", "is larger than 100 megabytes"))
        sha256, size = _hash_of(path)
        if not size:
            raise _cannot(path, Words("ไม่มีเนื้อหา", "is empty"))
        if not _take_in(office, path, sha256, size):
            raise _cannot(path, Words("กำลังถูกแก้ไขอยู่", "is being changed"))
    except OSError as error:
        raise _cannot(path, Words("เปิดอ่านไม่ได้", "cannot be opened")) from error
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return FileRef(sha256=sha256, name=path.name, size=size, media_type=media_type)


def _hash_of(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_AT_ONCE):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def _take_in(office: "Office", path: Path, sha256: str, size: int) -> bool:
    """Copies the content in blocks; False, and nothing of it is shown, when the file changed while it was read."""
    database = office.database
    with database.write() as connection:
        attachments.begin(connection, sha256, size)
        if attachments.is_here(connection, sha256):
            return True
    digest, offset = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_AT_ONCE):
            digest.update(block)
            with database.write() as connection:
                attachments.put(connection, sha256, offset, [block])
            offset += len(block)
    with database.write() as connection:
        if digest.hexdigest() != sha256:
            attachments.forget(connection, sha256)
            return False
        attachments.mark_whole(connection, sha256, size)
    return True


# Out ----------------------------------------------------------------------------------------------------------------------------------


def write(office: "Office", file: FileRef, path: Path) -> None:
    """Writes an attached file. Raises Unavailable when its content has not arrived or is damaged, Correctable when the place cannot be written.

    Nothing is written of a damaged one; where the server has it, it goes from here and comes again with the next sync.
    """
    with office.database.reading() as connection:
        if not attachments.is_here(connection, file.sha256):
            raise _not_here(file)
    try:
        with durable.new_file(path) as out, office.database.reading() as connection:
            digest = hashlib.sha256()
            for block in attachments.blocks(connection, file.sha256):
                digest.update(block)
                out.write(block)
            if digest.hexdigest() != file.sha256:
                raise _damaged(file, _let_go(office, file))
    except OSError as error:
        raise _cannot(path, Words("เขียนไม่ได้", "cannot be written")) from error


def _let_go(office: "Office", file: FileRef) -> bool:
    """Lets a damaged content go and asks for it again where the server has it; True when it will come."""
    with office.database.write() as connection:
        if not file_states.state_of(connection, file.sha256).is_sent:
            return False
        attachments.forget(connection, file.sha256)
        file_states.wish(connection, file.sha256, office.clock())
    return True


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


# How they stand -----------------------------------------------------------------------------------------------------------------------


def standings(office: "Office", hashes: Iterable[str]) -> dict[str, FileStanding]:
    """How these files stand, by hash; asks nobody."""
    file_uses.catch_up(office.database)
    with office.database.reading() as connection:
        return {sha256: _standing(file_states.state_of(connection, sha256)) for sha256 in dict.fromkeys(hashes)}


def _standing(found: FileState) -> FileStanding:
    problem: Words | None = None
    if found.problem is not None:
        # Only then: a form of records without trouble opens without the code of sync.
        from desktop.sync.files import words_of

        problem = words_of(found.problem)
    if not found.is_here:
        return FileStanding(Standing.WISHED if found.is_wished else Standing.ABSENT, found.size_here, problem)
    if found.is_sent:
        return FileStanding(Standing.SENT, found.size_here, None)
    if not found.is_named:
        return FileStanding(Standing.NEW, found.size_here, None)
    return FileStanding(Standing.REFUSED if problem else Standing.WAITING, found.size_here, problem)


def listed(office: "Office", stream: str | None = None) -> Iterator[ListedFile]:
    """Every file that a record names, by stream and name; one read along an index, however many there are."""
    file_uses.catch_up(office.database)
    with office.database.reading() as connection:
        for one in file_states.listed(connection, stream):
            here = Standing.SENT if one.is_sent else Standing.WAITING
            absent = Standing.WISHED if one.is_wished else Standing.ABSENT
            yield ListedFile(*one[:7], here if one.is_here else absent)


def named(office: "Office", name: str) -> FileRef:
    """The file of that hash (its beginning is enough) or name. Raises Correctable when there is none, or several."""
    found = {one.sha256: one for one in listed(office) if one.name == name or (len(name) >= 8 and one.sha256.startswith(name))}
    if len(found) != 1:
        raise Correctable(
            Words("ไม่พบเอกสารแนบนี้", "No such document") if not found else Words("มีหลายฉบับ", "Several documents"),
            Words(
                "มีเอกสารแนบ “{name}” {count} ฉบับ ไม่มีอะไรเปลี่ยนแปลง โปรดระบุด้วยรหัสจาก file list",
                "{count} [document is|documents are] called “{name}”; nothing was changed. Name one by its hash from file list.",
            ).filled(name=name[:80], count=len(found)),
        )
    (one,) = found.values()
    return FileRef(one.sha256, one.name, one.size, one.media_type)


# From the server ----------------------------------------------------------------------------------------------------------------------


def fetch(
    office: "Office",
    file: FileRef,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Fetches a file now, from where it stopped; False when it was cancelled. What cannot be fetched now comes with a later round.

    Args:
        progress: is told the bytes here and the bytes of the whole; in the calling thread.
        cancelled: asked between two blocks.

    Raises:
        Unavailable: no line, or the desk that has it has not sent it yet; the wish is remembered.
        Correctable: before enrolment, or a file no record names.
    """
    file_uses.catch_up(office.database)
    with office.database.write() as connection:
        if attachments.is_here(connection, file.sha256):
            return True
        file_states.wish(connection, file.sha256, office.clock())
        places = file_states.of_file(connection, file.sha256)
    if not places:
        raise _not_here(file)
    with closing(office.transport()) as transport:
        # A round may be under way: a number of its own would make one of the two look like a desk that went back in time.
        transport.repeat_number(lambda: _counter(office))
        for place in places:
            try:
                if not _fetch_from(office, transport, place, file, progress, cancelled):
                    return False
            except Unavailable as error:
                raise _later(file, error) from error
    if not standings(office, [file.sha256])[file.sha256].is_here:
        raise _not_sent_yet(file)
    return True


def _fetch_from(
    office: "Office",
    transport: "HttpTransport",
    place: file_states.Travelling,
    file: FileRef,
    progress: Callable[[int, int], object],
    cancelled: Callable[[], bool],
) -> bool:
    from desktop.sync.files import Files, Stopped

    def tell(*_: object) -> None:
        progress(standings(office, [file.sha256])[file.sha256].come, file.size)

    for is_last in (False, True):
        try:
            Files(office.database, transport, office.clock, tell=tell, stopped=cancelled, most_bytes=None).fetch(place)
        except Stopped:
            return False
        except Refused as error:
            # The round that is under way had its number counted between ours being read and sent: asked once more.
            if error.code != "rewound" or is_last:
                raise
        else:
            return True
    return True


def _counter(office: "Office") -> state.Numbered:
    with office.database.reading() as connection:
        return state.numbered(connection)


# What goes wrong ----------------------------------------------------------------------------------------------------------------------


def _not_here(file: FileRef) -> Unavailable:
    return Unavailable(
        Words("เอกสารแนบยังมาไม่ถึง", "The document has not arrived"),
        Words(
            "เอกสารแนบ “{name}” ยังมาไม่ถึงเครื่องนี้ รายการยังอยู่ครบ โปรดรับส่งข้อมูลแล้วลองใหม่",
            "The document “{name}” has not arrived on this computer yet; the record is safe. Sync and try again.",
        ).filled(name=file.name),
        code="file-absent",
    )


def _damaged(file: FileRef, will_come: bool) -> Unavailable:
    again = Words("โปรแกรมจะรับมาใหม่เมื่อรับส่งข้อมูลครั้งต่อไป", "It will come again with the next sync.")
    nowhere = Words(
        "เซิร์ฟเวอร์ยังไม่มีเอกสารนี้ โปรดแนบใหม่จากต้นฉบับ หรือกู้ข้อมูลจากสำเนาสำรอง",
        "The server does not have it: attach it again from the original, or restore a backup.",
    )
    what = again if will_come else nowhere
    return Unavailable(
        Words("เอกสารแนบเสียหาย", "The document is damaged"),
        Words(
            "เนื้อหาของเอกสารแนบ “{name}” ในเครื่องนี้ไม่ตรงกับต้นฉบับ จึงไม่เขียนออกมา รายการยังอยู่ครบ " + what.th,
            "The content of “{name}” on this computer is not what was attached, so it was not written; the record is safe. " + what.en,
        ).filled(name=file.name),
        code="file-damaged",
    )


def _not_sent_yet(file: FileRef) -> Unavailable:
    return Unavailable(
        Words("เอกสารแนบยังมาไม่ถึง", "The document has not arrived"),
        Words(
            "เครื่องที่แนบ “{name}” ยังส่งถึงเซิร์ฟเวอร์ไม่ครบ รายการยังอยู่ครบ โปรแกรมจำไว้และจะรับมาให้เองเมื่อมีแล้ว",
            "The computer that attached “{name}” has not sent it yet. The record is safe; it will come by itself once it is there.",
        ).filled(name=file.name),
        code="file-absent",
    )


def _later(file: FileRef, error: AppError) -> Unavailable:
    return Unavailable(
        Words("ยังรับเอกสารแนบไม่ได้", "The document cannot come now"),
        Words(
            "ยังไม่มีสัญญาณถึงเซิร์ฟเวอร์ โปรแกรมจำไว้และจะรับ “{name}” มาให้เองเมื่อรับส่งครั้งต่อไป",
            "There is no line to the server. “{name}” is remembered and will come by itself with the next sync.",
        ).filled(name=file.name),
        code=error.code,
    )


def _cannot(path: Path, reason: Words) -> Correctable:
    return Correctable(
        Words("ใช้ไฟล์นี้ไม่ได้", "This file cannot be used"),
        Words(
            "ไฟล์ “{name}” {reason} ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกไฟล์อื่น",
            "The file “{name}” {reason}; nothing was changed. Choose another.",
        ).filled(name=path.name, reason=reason),
    )
