"""What PostgreSQL complains of, in words: who can mend it decides the kind of error. No password is ever in them."""

import psycopg

from records.errors import AppError, Correctable, Refused, Unavailable
from records.words import Words
from server_stub.storage.postgres_address import PostgresAddress

_WHO = ("28P01", "28000")
_NO_DATABASE = ("3D000",)
_NO_RIGHTS = ("42501", "25006")
_FULL = ("53100", "53200", "54000")
_CROWDED = ("53300", "53000", "53400")
_LOCKED = ("55P03", "40P01", "40001", "57014")


def translated(error: psycopg.Error, address: PostgresAddress) -> AppError:
    """The error of ours that a complaint of the driver becomes."""
    code, text = error.sqlstate or "", str(error)
    if code in _WHO or (not code and _is_about_who(text)):
        return Correctable(
            Words("เข้าฐานข้อมูลไม่ได้", "The database does not let us in"),
            Words(
                f"ฐานข้อมูล {address} ไม่รับชื่อผู้ใช้หรือรหัสผ่าน สิ่งที่บันทึกแล้วยังอยู่ครบ ไม่มีอะไรเปลี่ยนแปลง "
                "โปรดตรวจชื่อผู้ใช้และรหัสผ่านใน --database, PGPASSWORD หรือแฟ้มรหัสผ่าน",
                f"The database {address} does not take this user and password; what was stored is safe, nothing was changed. "
                "Check both in --database, PGPASSWORD or the password file.",
            ),
        )
    if code in _NO_DATABASE or (not code and 'database "' in text and "does not exist" in text):
        return Correctable(
            Words("ไม่พบฐานข้อมูล", "No such database"),
            Words(
                f"ไม่มีฐานข้อมูล {address} ในเซิร์ฟเวอร์นั้น ไม่มีอะไรเปลี่ยนแปลง โปรดแก้ชื่อใน --database หรือสร้างฐานข้อมูลด้วย CREATE DATABASE",
                f"The server has no database {address}; nothing was changed. Correct the name in --database, or make it with CREATE DATABASE.",
            ),
        )
    if code in _NO_RIGHTS:
        return _no_rights(address, _first_line(error))
    return _unavailable(code, error, address)


def _unavailable(code: str, error: psycopg.Error, address: PostgresAddress) -> Unavailable:
    if code in _FULL:
        title = Words("ฐานข้อมูลเต็ม", "The database is full")
        message = Words(
            f"ฐานข้อมูล {address} ไม่มีเนื้อที่เหลือ สิ่งที่บันทึกแล้วยังอยู่ครบ รายการล่าสุดไม่ได้บันทึก โปรดเพิ่มเนื้อที่ดิสก์แล้วลองใหม่",
            f"The database {address} has no room left; what was stored is safe, the last act was not stored. Give it room, then try again.",
        )
    elif code in _CROWDED:
        title = Words("ฐานข้อมูลมีผู้ใช้เต็ม", "The database has no free connection")
        message = Words(
            f"ฐานข้อมูล {address} รับการเชื่อมต่อเพิ่มไม่ได้ สิ่งที่บันทึกแล้วยังอยู่ครบ โปรดลองใหม่ หรือเพิ่ม max_connections",
            f"The database {address} takes no more connections; what was stored is safe. Try again, or raise max_connections.",
        )
    elif code in _LOCKED:
        title = Words("ฐานข้อมูลไม่ว่าง", "The database is busy")
        message = Words(
            f"ฐานข้อมูล {address} ไม่ว่างนานเกินไป สิ่งที่บันทึกแล้วยังอยู่ครบ รายการนี้ไม่ได้บันทึก โปรดลองใหม่",
            f"The database {address} was busy for too long; what was stored is safe, this act was not stored. Try again.",
        )
    else:
        title = Words("ใช้ฐานข้อมูลไม่ได้ชั่วคราว", "The database is not available")
        message = Words(
            f"ใช้ฐานข้อมูล {address} ไม่ได้ ({_first_line(error)}) สิ่งที่บันทึกแล้วยังอยู่ครบ โปรดตรวจว่า PostgreSQL ทำงานอยู่แล้วลองใหม่",
            f"The database {address} cannot be used ({_first_line(error)}); what was stored is safe. "
            "See that PostgreSQL runs and is reached, then try again.",
        )
    return Unavailable(title, message, code="unavailable")


def _no_rights(address: PostgresAddress, reason: str) -> Refused:
    return Refused(
        Words("ไม่มีสิทธิในฐานข้อมูล", "No rights in the database"),
        Words(
            f"ผู้ใช้ของฐานข้อมูล {address} ไม่มีสิทธิพอ ({reason}) ไม่มีอะไรเปลี่ยนแปลง "
            "ให้ผู้ดูแลฐานข้อมูลตั้งบทบาทตาม docs/postgresql.md หรือสั่ง thongthin-server init ด้วยผู้ใช้ที่เป็นเจ้าของตาราง",
            f"The user of the database {address} has too few rights ({reason}); nothing was changed. "
            "Have the roles set up as docs/postgresql.md says, or run thongthin-server init as the owner of the tables.",
        ),
    )


def no_roles(address: PostgresAddress) -> Refused:
    """The database has not the two roles, and this user may not make them."""
    return Refused(
        Words("ยังไม่มีบทบาทในฐานข้อมูล", "The database lacks its roles"),
        Words(
            f"ฐานข้อมูล {address} ยังไม่มีบทบาท thongthin_owner และ thongthin_server และผู้ใช้นี้สร้างไม่ได้ ไม่มีอะไรเปลี่ยนแปลง "
            "ให้ผู้ดูแลฐานข้อมูลตั้งตาม docs/postgresql.md แล้วสั่งใหม่",
            f"The database {address} has no roles thongthin_owner and thongthin_server, and this user may not make them; nothing was "
            "changed. Have them made as docs/postgresql.md says, then give the command again.",
        ),
    )


def no_tables(address: PostgresAddress) -> Correctable:
    """The database is empty, and the command needs one that was made."""
    return Correctable(
        Words("ยังไม่มีฐานข้อมูล", "No database yet"),
        Words(
            f"ฐานข้อมูล {address} ยังว่าง ไม่มีอะไรเปลี่ยนแปลง สร้างตารางด้วย thongthin-server init หรือระบุ --database ให้ถูก",
            f"The database {address} is empty; nothing was changed. Make its tables with thongthin-server init, or correct --database.",
        ),
    )


def crowded(address: PostgresAddress) -> Unavailable:
    """Every connection of this process was busy for too long."""
    return Unavailable(
        Words("ฐานข้อมูลไม่ว่าง", "The database is busy"),
        Words(
            f"การเชื่อมต่อกับฐานข้อมูล {address} ไม่ว่างเลย สิ่งที่บันทึกแล้วยังอยู่ครบ รายการนี้ไม่ได้บันทึก โปรดลองใหม่",
            f"No connection to the database {address} came free; what was stored is safe, this act was not stored. Try again.",
        ),
        code="unavailable",
    )


def _is_about_who(text: str) -> bool:
    """Whether libpq, which gives no code while it connects, tells of the user or the password."""
    found = ("password authentication failed", "no password supplied", "no pg_hba.conf entry", "authentication failed for user")
    return any(part in text for part in found) or ('role "' in text and "does not exist" in text)


def _first_line(error: psycopg.Error) -> str:
    return (error.diag.message_primary or str(error).strip().partition("\n")[0] or type(error).__name__)[:200]
