"""Where a PostgreSQL database is: what `--database postgresql://...` says, and how it is named without its password."""

import re
from dataclasses import dataclass, field

from psycopg import ProgrammingError, conninfo

from records.errors import Correctable
from records.words import Words
from server_stub.storage.address import is_postgres, without_password

_PORTS = re.compile(r"[0-9,]*")
_ALWAYS: dict[str, str] = {
    "application_name": "thongthin-server",
    "client_encoding": "UTF8",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
"""Settings of every connection, unless the address says otherwise: a dead line is noticed within a minute."""


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """One database of one server; `str()` names it without the password."""

    name: str
    """`postgresql://user@host:port/database`, for people."""
    connection: str = field(repr=False)
    """For libpq; holds the password where the address had one, else libpq takes PGPASSWORD or its passfile."""

    def __str__(self) -> str:
        return self.name


def address_of(url: str) -> PostgresAddress:
    """The database a URL names. Raises Correctable, never naming what was typed: a password may be in the wrong place of it."""
    try:
        parts = conninfo.conninfo_to_dict(url) if is_postgres(url) else {"port": "none"}
    except (ProgrammingError, UnicodeError):
        parts = {"port": "none"}
    if not _PORTS.fullmatch(str(parts.get("port") or "")):
        raise Correctable(
            Words("อ่านที่อยู่ฐานข้อมูลไม่ได้", "The database's address cannot be read"),
            Words(
                "ที่อยู่ของ PostgreSQL ไม่ถูกต้อง ไม่มีอะไรเปลี่ยนแปลง เขียนเป็น postgresql://ผู้ใช้@เครื่อง:พอร์ต/ฐานข้อมูล "
                "โดยแทนอักขระพิเศษในรหัสผ่านด้วย %XX หรือใช้ PGPASSWORD",
                "The PostgreSQL address is not well formed; nothing was changed. Write postgresql://user@host:port/database, "
                "with %XX for special characters of a password, or give the password in PGPASSWORD.",
            ),
        )
    return PostgresAddress(without_password(url)[0], conninfo.make_conninfo("", **(_ALWAYS | parts)))
