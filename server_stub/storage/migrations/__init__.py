"""The numbered migrations of the server's database, one folder for each dialect; the same number brings the same tables in each.

A migration and the mark that it ran share one transaction. One that was released is never edited: a new number mends it.
"""

import re
from importlib import resources

from records.errors import Refused
from records.words import Words

_NAME = re.compile(r"(\d{4})_\w+\.sql")


def numbered(dialect: str) -> list[tuple[int, str]]:
    """The number and the text of every migration of `sqlite` or `postgres`, in the order they run."""
    folder = resources.files("server_stub.storage.migrations") / dialect
    found = sorted((int(match[1]), entry) for entry in folder.iterdir() if (match := _NAME.fullmatch(entry.name)))
    return [(number, entry.read_text(encoding="utf-8")) for number, entry in found]


def refuse_newer(database: object, had: int, newest: int) -> None:
    """Raises Refused when the database had a migration that this program does not know."""
    if had > newest:
        raise Refused(
            Words("ฐานข้อมูลเป็นรุ่นใหม่กว่าโปรแกรม", "The database is of a newer program"),
            Words(
                f"ฐานข้อมูล {database} เป็นรุ่น {had} โปรแกรมนี้รู้จักถึงรุ่น {newest} ไม่มีอะไรเปลี่ยนแปลง โปรดใช้โปรแกรมรุ่นใหม่",
                f"The database {database} is of version {had}, this program knows {newest}; nothing was changed. Use the newer program.",
            ),
        )
