"""The checksum of a backup, in a file beside it that `sha256sum -c` reads too: a flipped bit is found before anything is put back.

    b.db    b.db.sha256      one line; for a moment two, while a new backup takes the place of a former one

Stopped between any two steps, the backup that is there fits a line. A backup without the file is taken as it is.
"""

import re
from pathlib import Path

from records.errors import Refused
from records.words import Words
from server_stub.durable import new_file
from server_stub.file_damage import hash_of

_LINE = re.compile(r"([0-9a-f]{64}) [ *].+")


def seal_of(backup: Path) -> Path:
    """Where the checksum of a backup stands."""
    return backup.with_name(f"{backup.name}.sha256")


def place(part: Path, target: Path) -> None:
    """Gives a whole backup, which is on the disk, its name; its checksum goes along. Raises OSError."""
    new = hash_of(part)
    _write(target, [*_listed(target), new])
    part.replace(target)
    _write(target, [new])


def check(backup: Path) -> None:
    """Raises Refused (`damaged`) for a backup that is not what its checksum says, OSError where it cannot be read."""
    if not seal_of(backup).exists() or hash_of(backup) in _listed(backup):
        return
    seal = seal_of(backup)
    raise Refused(
        Words("แฟ้มสำเนาเสียหาย", "The backup is damaged"),
        Words(
            f"แฟ้ม {backup} ไม่ตรงกับค่าตรวจสอบใน {seal.name} จึงไม่ใช้ ไม่มีอะไรเปลี่ยนแปลง โปรดใช้สำเนาอื่น หรือสั่งด้วย --force หากแน่ใจ",
            f"{backup} is not what {seal.name} says and is not used; nothing was changed. Use another backup, or --force if you are sure.",
        ),
        code="damaged",
    )


def _listed(backup: Path) -> list[str]:
    try:
        lines = seal_of(backup).read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    return [found[1] for line in lines if (found := _LINE.fullmatch(line))]


def _write(target: Path, hashes: list[str]) -> None:
    with new_file(seal_of(target)) as file:
        file.write("".join(f"{one}  {target.name}\n" for one in hashes).encode())
