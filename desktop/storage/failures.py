"""What SQLite failed with, as a sentence for a person: the one place where errors of the database library are translated."""

from collections.abc import Mapping

from records.errors import AppError, Refused, Unavailable
from records.words import Words

WRONG_KEY = "wrong-key"
"""The code of the error for a file that the key does not open."""
DAMAGED = ("damaged", WRONG_KEY)
"""Codes of the errors with which a damaged file answers: page 1 holds the salt, so damage there looks like a wrong key."""
_NOT_OPENED = Refused(
    Words("เปิดฐานข้อมูลไม่ได้", "The database does not open"),
    Words(
        "กุญแจที่เก็บไว้ใช้เปิดไฟล์ฐานข้อมูลนี้ไม่ได้ หรือไฟล์เสียหาย ไฟล์ยังอยู่ตามเดิม โปรดเข้าด้วยผู้ใช้เดิม ตั้ง THONGTHIN_KEY เดิม หรือแจ้งผู้ดูแลระบบ",
        "The stored key does not open this database file, or the file is damaged. The file was left as it is; "
        "sign in as the user who made it, set its THONGTHIN_KEY, or call the administrator.",
    ),
    code=WRONG_KEY,
)


def wrong_key() -> Refused:
    """The error for a file that the key does not open."""
    return Refused(_NOT_OPENED.title, _NOT_OPENED.message, code=_NOT_OPENED.code)


def too_new() -> Refused:
    """The error for a file written by a newer program."""
    return Refused(
        Words("ฐานข้อมูลเป็นของโปรแกรมรุ่นใหม่กว่า", "The database is of a newer version"),
        Words(
            "ฐานข้อมูลนี้สร้างโดยโปรแกรมรุ่นใหม่กว่า ไม่มีอะไรเปลี่ยนแปลง โปรดปรับรุ่นโปรแกรมแล้วเปิดใหม่",
            "This database was written by a newer version of the program. Nothing was changed; please upgrade the program and open it again.",
        ),
        code="newer-database",
    )


def old_sqlite(version: str) -> Refused:
    """The error for an SQLite library too old to be trusted with a WAL file."""
    return Refused(
        Words("ส่วนประกอบของโปรแกรมเก่าเกินไป", "A part of the program is too old"),
        Words(
            f"SQLite {version} เก่าเกินไป ไม่มีอะไรเปลี่ยนแปลง โปรดติดตั้งโปรแกรมใหม่",
            f"SQLite {version} is too old. Nothing was changed; please install the program again.",
        ),
        code="old-sqlite",
    )


def folder_missing(folder: str) -> Unavailable:
    """The error for a data folder that is not there."""
    return Unavailable(
        Words("ไม่พบโฟลเดอร์ข้อมูล", "The data folder is missing"),
        Words(
            f"ไม่พบโฟลเดอร์ {folder} ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจว่าไดรฟ์เชื่อมต่ออยู่แล้วเปิดใหม่",
            f"The folder {folder} is not there. Nothing was changed; please check that its drive is connected and open again.",
        ),
        code="folder-missing",
    )


def in_use() -> Unavailable:
    """The error for a file that another program of this computer has open while it must be replaced."""
    return Unavailable(
        Words("มีโปรแกรมอื่นเปิดฐานข้อมูลอยู่", "Another program has the database open"),
        Words(
            "มีโปรแกรมท้องถิ่นอีกหน้าต่างหรือคำสั่งหนึ่งเปิดฐานข้อมูลนี้อยู่ ไม่มีอะไรเปลี่ยนแปลง โปรดปิดที่นั่นแล้วลองอีกครั้ง",
            "Another window or command of the program has this database open. Nothing was changed; close it and try again.",
        ),
        code="in-use",
    )


def closed() -> Unavailable:
    """The error for work that comes after the data file was closed."""
    return Unavailable(
        Words("ปิดฐานข้อมูลแล้ว", "The database is closed"),
        Words(
            "โปรแกรมปิดฐานข้อมูลไปแล้ว จึงไม่ได้ทำรายการนี้ งานที่บันทึกไว้ก่อนหน้ายังอยู่ครบ โปรดเปิดโปรแกรมใหม่แล้วทำอีกครั้ง",
            "The program has closed the database, so this was not done; earlier work is safe. Open the program again and repeat it.",
        ),
        code="closed",
    )


_SENTENCES: Mapping[str, tuple[type[AppError], str, Words, Words]] = {
    "SQLITE_FULL": (
        Unavailable,
        "disk-full",
        Words("ดิสก์เต็ม", "The disk is full"),
        Words(
            "ดิสก์เต็ม จึงยังไม่ได้บันทึกครั้งนี้ งานที่บันทึกไว้ก่อนหน้ายังอยู่ครบ โปรดเพิ่มที่ว่างแล้วบันทึกอีกครั้ง",
            "The disk is full, so this was not saved; earlier work is safe. Please free some space and save again.",
        ),
    ),
    "SQLITE_BUSY": (
        Unavailable,
        "locked",
        Words("ฐานข้อมูลกำลังถูกใช้", "The database is in use"),
        Words(
            "โปรแกรมอื่นกำลังใช้ไฟล์ฐานข้อมูล จึงยังไม่ได้บันทึกครั้งนี้ งานที่บันทึกไว้ก่อนหน้ายังอยู่ครบ โปรดลองอีกครั้ง",
            "Another program is using the database file, so this was not saved; earlier work is safe. Please try again.",
        ),
    ),
    "SQLITE_IOERR": (
        Unavailable,
        "disk",
        Words("อ่านหรือเขียนดิสก์ไม่ได้", "The disk does not answer"),
        Words(
            "อ่านหรือเขียนไฟล์ฐานข้อมูลไม่ได้ งานที่บันทึกไว้ก่อนหน้ายังอยู่ โปรดตรวจดิสก์แล้วลองอีกครั้ง",
            "The database file could not be read or written; earlier work is kept. Please check the disk and try again.",
        ),
    ),
    "SQLITE_CANTOPEN": (
        Unavailable,
        "cannot-open",
        Words("เปิดไฟล์ฐานข้อมูลไม่ได้", "The database file does not open"),
        Words(
            "เปิดหรือสร้างไฟล์ฐานข้อมูลในโฟลเดอร์นี้ไม่ได้ ไม่มีอะไรเปลี่ยนแปลง โปรดตรวจสิทธิของโฟลเดอร์",
            "The database file cannot be opened or made in this folder. Nothing was changed; please check the folder's permissions.",
        ),
    ),
    "SQLITE_READONLY": (
        Unavailable,
        "read-only",
        Words("เขียนไฟล์ฐานข้อมูลไม่ได้", "The database file is read-only"),
        Words(
            "ไฟล์หรือโฟลเดอร์ข้อมูลอ่านได้อย่างเดียว จึงยังไม่ได้บันทึกครั้งนี้ งานที่บันทึกไว้ก่อนหน้ายังอยู่ครบ โปรดตรวจสิทธิของโฟลเดอร์",
            "The data file or folder is read-only, so this was not saved; earlier work is safe. Please check the folder's permissions.",
        ),
    ),
    "SQLITE_CORRUPT": (
        Refused,
        "damaged",
        Words("ไฟล์ฐานข้อมูลเสียหาย", "The database file is damaged"),
        Words(
            "ไฟล์ฐานข้อมูลเสียหาย ไฟล์ยังอยู่ตามเดิมและโปรแกรมหยุดเขียน โปรดนำสำเนาสำรองกลับมาหรือแจ้งผู้ดูแลระบบ",
            "The database file is damaged. It was left as it is and nothing more is written; restore a backup or call the administrator.",
        ),
    ),
}
_SAID = {
    "database or disk is full": "SQLITE_FULL",
    "disk i/o error": "SQLITE_IOERR",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "file is not a database": "SQLITE_NOTADB",
    "attempt to write a readonly database": "SQLITE_READONLY",
    "unable to open database file": "SQLITE_CANTOPEN",
    "database is locked": "SQLITE_BUSY",
}
"""What SQLite says where the library forgets its name for it: copying a database does."""
_SAME_AS = {"SQLITE_LOCKED": "SQLITE_BUSY", "SQLITE_PERM": "SQLITE_CANTOPEN", "SQLITE_PROTOCOL": "SQLITE_BUSY"}


def translated(error: Exception) -> AppError | None:
    """The AppError for an error of the database library; None when it is a bug of ours (a wrong statement) and must stay one."""
    name = str(getattr(error, "sqlite_errorname", "") or "") or _SAID.get(str(error).lower(), "")
    if name == "SQLITE_NOTADB":
        return wrong_key()
    # Extended names such as SQLITE_IOERR_WRITE or SQLITE_BUSY_SNAPSHOT begin with the primary one.
    primary = "_".join(name.split("_")[:2])
    entry = _SENTENCES.get(_SAME_AS.get(primary, primary))
    if entry is None:
        return None
    kind, code, title, message = entry
    return kind(title, message, code=code)
