"""A document travels: scanned at one desk, sent over a line that breaks in the middle, opened at the other desk over one that breaks too."""

import hashlib
import random
import struct
import zlib
from pathlib import Path

from demo.stage import Stage, must

NAME = "แบบแปลน.png"
_WIDE, _HIGH = 1240, 1754
"""Dots of a page of A4 at 150 a inch."""
_BREAK = 1_300_000
"""Bytes after which the line breaks: in the middle of the second part."""


def attach_and_open(stage: Stage) -> None:
    """The missing paper comes in, is scanned and sent; where the line broke, both directions go on."""
    desk, other, line = stage.desks.a, stage.desks.b, stage.line
    scan = stage.folder / NAME
    scan.write_bytes(_scan())
    size = scan.stat().st_size
    file = desk.do("file", "add", str(scan))
    desk.do("record", "save", "service_request", "--id", stage.request, given={"attachments": [file]})
    stage.say("แนบแบบแปลนที่สแกนกับคำขอ", f"{NAME} {size:,} ไบต์")
    line.count()
    line.break_after(up=_BREAK)
    broken = desk.ask("sync")
    must(line.passed["up"] == _BREAK and _state(stage) == "waiting", "the line must break in the middle of the document")
    line.mend()
    line.count()
    again = desk.do("sync")
    must(again["files"]["waiting"] == 0 and _state(stage) == "sent", "the document must go on to its end")
    must(line.passed["up"] < size, "it must go on where it stopped, and not begin anew")
    said = broken.sentence or "บอกว่าไฟล์ยังรอส่ง"
    stage.say("สายขาดกลางไฟล์แล้วกลับมา", f"{said} · ครั้งหลังส่งต่ออีก {line.passed['up']:,} ไบต์จนครบ ไม่เริ่มใหม่")
    other.do("sync")
    absent = [one["name"] for one in other.do("file", "list", "--absent")]
    must(absent == [NAME], "desk B must know the document before it has it")
    target = stage.folder / "ที่โต๊ะ-ข.png"
    line.break_after(down=_BREAK)
    cut = other.ask("file", "get", NAME, "--to", str(target))
    must(cut.code == 1 and not target.exists(), "half a document must never be shown")
    line.mend()
    line.count()
    other.do("file", "get", NAME, "--to", str(target))
    must(line.passed["down"] < size, "what had come must not come again")
    must(_hash(target) == file["sha256"] == _hash(scan), "the document must arrive as it was attached")
    stage.say("โต๊ะ ข เปิดแบบแปลน สายขาดกลางทางอีกครั้ง", f"รับต่ออีก {line.passed['down']:,} ไบต์ ตรงกับต้นฉบับทุกไบต์")


def _state(stage: Stage) -> str:
    """How the document stands at the desk it was attached at."""
    return str(stage.desks.a.do("file", "list")[0]["state"])


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _scan() -> bytes:
    """A page from a scanner, as a PNG that every viewer opens: grey paper with the grain that makes scans large."""
    grain = random.Random(150)
    lines = b"".join(b"\0" + grain.randbytes(_WIDE) for _ in range(_HIGH))
    head = struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )
