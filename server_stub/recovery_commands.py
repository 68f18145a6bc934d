"""backup · restore · floors · floor: what an administrator does before and after a server lost data."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from records.errors import Correctable
from records.kinds.base import LARGEST_INTEGER
from records.words import Words
from server_stub.auth import Auth
from server_stub.backup import back_up
from server_stub.backup import restore as put_back
from server_stub.numbers import needs_floor
from server_stub.restores import restores_of
from server_stub.serving import now
from server_stub.storage.base import ALL_STREAMS, NumberBook

if TYPE_CHECKING:
    from server_stub.cli import Workplace

LISTED = 3
"""Exit code: finished, but something is listed that needs a person."""


def register(app: typer.Typer) -> None:
    """Adds these commands."""
    commands: dict[str, Callable[..., None]] = {"backup": backup, "restore": restore, "floors": floors, "floor": floor}
    for name, command in commands.items():
        app.command(name)(command)


def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="Where to; a file that is there is replaced when all is well.")]
) -> None:
    """Write a checked backup, also while the server serves."""
    place: Workplace = context.obj
    storage = place.open()
    try:
        done = back_up(storage, _file_of(place), file)
    finally:
        storage.close()
    told = {"file": str(done.path), "bytes": done.bytes, "streams": done.streams, "writes": done.writes, "files": done.files}
    place.tell(
        told,
        Words(
            f"สำรองแล้วที่ {done.path}: {done.streams:,} ชุดข้อมูล {done.writes:,} รายการ เอกสารใหม่ {done.files:,} แฟ้ม",
            f"Backed up to {done.path}: {done.streams:,} streams, {done.writes:,} writes, {done.files:,} new documents",
        ),
    )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup.")],
    force: Annotated[bool, typer.Option("--force", help="Also when its audit chain does not fit or it is of another server.")] = False,
) -> None:
    """Put a backup in the place of the database, which is set aside; stop the server first. Exit 3: books of numbers wait for a floor."""
    place: Workplace = context.obj
    done = put_back(_file_of(place), file, now, is_forced=force)
    storage = place.open()
    Auth(storage, now, os.urandom).ensure_server()
    waiting = _waiting(place)
    storage.close()
    aside = str(done.set_aside) if done.set_aside else None
    told = {
        "set_aside": aside, "streams": done.streams, "writes": done.writes, "damage": done.damage, "files": done.files,
        "floors_needed": len(waiting),
    }  # fmt: skip
    place.tell(
        told,
        Words(
            f"กู้คืนแล้ว: {done.streams:,} ชุดข้อมูล {done.writes:,} รายการ ฐานข้อมูลเดิมอยู่ที่ {aside or '-'}\n"
            "เครื่องที่เคยรับส่งจะพบเองและเสนองานที่หายไปใหม่ เครื่องที่ลงทะเบียนหลังสำรองต้องลงทะเบียนอีกครั้ง\n"
            f"เล่มเลขที่รอกำหนดเลขเริ่มต้น {len(waiting):,} เล่ม: ดูด้วย thongthin-server floors แล้วกำหนดด้วย thongthin-server floor",
            f"Restored: {done.streams:,} streams, {done.writes:,} writes; the former database is in {aside or '-'}\n"
            "Devices notice by themselves and offer again what was lost; those enrolled since the backup need a new code\n"
            f"{len(waiting):,} books of numbers wait for a floor: see thongthin-server floors, name them with thongthin-server floor",
        ),
    )
    if waiting or done.damage:
        raise typer.Exit(LISTED)


def _file_of(place: "Workplace") -> Path:
    """The file of an SQLite database. Raises Correctable for a database of another kind."""
    if place.database.path is None:
        raise Correctable(
            Words("สำรองด้วยคำสั่งของ PostgreSQL", "Back up with PostgreSQL's own commands"),
            Words(
                f"{place.database} เป็น PostgreSQL ไม่มีอะไรเปลี่ยนแปลง โปรดใช้ pg_dump และ pg_restore ตาม docs/postgresql.md",
                f"{place.database} is PostgreSQL; nothing was changed. Use pg_dump and pg_restore as docs/postgresql.md says.",
            ),
        )
    return place.database.path


def _waiting(place: "Workplace") -> list[NumberBook]:
    return [one for one, is_waiting in _books(place) if is_waiting]


def _books(place: "Workplace") -> list[tuple[NumberBook, bool]]:
    """Every book and year known, and whether it waits for a floor."""
    storage = place.open()
    try:
        with storage.look_up() as directory:
            restores = restores_of(directory)
        with storage.read(ALL_STREAMS) as reader:
            found = [book for stream in reader.stream_names() for book in reader.number_books(stream)]
    finally:
        storage.close()
    return [(one, needs_floor(one.book, one.year, restores) and one.restores < restores.count) for one in found]


def floors(context: typer.Context) -> None:
    """List the books of numbers and which wait for a floor; exit 3 when one does. Books the backup does not know are not listed."""
    place: Workplace = context.obj
    found = _books(place)
    told = [
        {
            "stream": one.stream, "book": one.book, "year": one.year, "leased": one.last, "used": one.used,
            "floor": one.floor if one.restores >= 0 else None, "waiting": is_waiting,
        }
        for one, is_waiting in found
    ]  # fmt: skip
    lines = [
        f"{one.stream}\t{one.book}\t{one.year}\t{max(one.last, one.used)}\t{'!' if is_waiting else ''}".rstrip()
        for one, is_waiting in found
    ]
    place.tell(told, "\n".join(lines) if lines else Words("ยังไม่มีเล่มเลข", "No book of numbers yet"))
    if any(is_waiting for _, is_waiting in found):
        raise typer.Exit(LISTED)


def floor(
    context: typer.Context,
    stream: Annotated[str, typer.Argument(help="Such as office/6560115.")],
    book: Annotated[str, typer.Argument(help="letter_in, letter_out, order_or_announcement, or the name of a receipt book.")],
    year: Annotated[int, typer.Argument(min=1, max=9999, help="Buddhist era, calendar for letters, fiscal for receipts.")],
    number: Annotated[
        int, typer.Argument(min=0, max=LARGEST_INTEGER // 2, help="The highest number given out on paper or by any computer.")
    ],
) -> None:
    """Say above which number a book goes on after a restore; no block begins at or below it."""
    place: Workplace = context.obj
    storage = place.open()
    try:
        with storage.look_up() as directory:
            restores = restores_of(directory).count
            if stream not in directory.stream_names([stream]):
                raise Correctable(
                    Words("ไม่มีชุดข้อมูลนี้", "No such stream"),
                    Words(
                        f"ไม่มีชุดข้อมูล {stream} ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจรหัส", f"There is no stream {stream}; nothing was changed. Check it."
                    ),
                )
        with storage.write(stream) as writer:
            writer.set_number_floor(stream, book, year, number, restores)
            first = max(number, writer.last_number(stream, book, year)) + 1
    finally:
        storage.close()
    told = {"stream": stream, "book": book, "year": year, "floor": number, "next": first}
    place.tell(
        told, Words(f"เล่ม {book} ปี {year} ของ {stream} เริ่มที่เลข {first:,}", f"Book {book}, {year}, of {stream} goes on from {first:,}")
    )
