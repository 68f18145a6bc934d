"""Why a backup or a restore cannot be made, in words; and whether there is room for it."""

import shutil
from collections.abc import Callable
from pathlib import Path

from records.errors import Refused, Unavailable
from records.words import Words

SPARE_BYTES = 20_000_000
"""What a disk must have left besides the copy: the program goes on writing."""

FreeBytes = Callable[[Path], int]


def free_bytes(folder: Path) -> int:
    """How much this user may still write to the disk of a folder."""
    return shutil.disk_usage(folder).free


def require_room(place: Path, size: int, free: FreeBytes = free_bytes) -> None:
    """Raises Unavailable `backup-space` unless the disk of a folder has room for so many bytes and some to spare; OSError."""
    left = free(place)
    if left < size + SPARE_BYTES:
        raise Unavailable(
            Words("ที่ว่างไม่พอ", "Not enough room"),
            Words(
                "ต้องใช้ที่ว่าง {need} MB ใน {place} แต่เหลือ {left} MB ยังไม่มีอะไรเปลี่ยนแปลง โปรดเพิ่มที่ว่างหรือเลือกที่อื่น",
                "{need} MB are needed in {place} and {left} MB are left; nothing was changed. Free some space or choose another place.",
            ).filled(need=-(-(size + SPARE_BYTES) // 1_000_000), place=place, left=left // 1_000_000),
            code="backup-space",
        )


def damaged() -> Refused:
    """The error for a database that did not stand the check when it was backed up."""
    return Refused(
        Words("ไฟล์ฐานข้อมูลเสียหาย", "The database file is damaged"),
        Words(
            "ตรวจพบว่าไฟล์ฐานข้อมูลเสียหายขณะสำรอง สำเนาที่ดีก่อนหน้ายังอยู่ครบ โปรดกู้คืนจากสำเนาที่ดีล่าสุด",
            "The check of a backup found the database file damaged. Earlier good backups are untouched; restore the newest good one.",
        ),
        code="damaged",
    )


def place_failed(place: Path, error: OSError) -> Unavailable:
    """The error for a place that cannot be written or read, in words."""
    if isinstance(error, FileNotFoundError):
        why = Words(
            "ไม่พบที่เก็บนี้ อาจยังไม่ได้เสียบไดรฟ์หรือต่อเครือข่าย", "the place is not there; the stick may not be plugged in or the network is away"
        )
    elif isinstance(error, PermissionError) or error.errno == 30:
        why = Words("เขียนที่นั่นไม่ได้ (ไม่มีสิทธิหรืออ่านได้อย่างเดียว)", "it cannot be written (no permission, or read-only)")
    elif error.errno in (28, 122):
        why = Words("ดิสก์เต็ม", "the disk is full")
    else:
        why = Words(f"ดิสก์ตอบว่า {error.strerror or error}", f"the disk says: {error.strerror or error}")
    return failed(place, why, "backup-place")


def failed(place: Path, why: Words, code: str) -> Unavailable:
    """The error for a backup that was not made."""
    return Unavailable(
        Words("สำรองข้อมูลไม่สำเร็จ", "The backup was not made"),
        Words(
            "สำรองไปที่ {place} ไม่ได้ เพราะ{why} ข้อมูลที่ใช้อยู่ไม่ถูกแตะต้อง โปรดแก้แล้วลองอีกครั้ง",
            "No backup was made in {place}: {why}. The data in use are untouched; put it right and try again.",
        ).filled(place=place, why=why),
        code=code,
    )
