"""A PDF becomes a file where a person wants it."""

from pathlib import Path

from records.errors import Unavailable
from records.words import Words


def write_pdf(pdf: bytes, path: Path) -> Path:
    """Writes a PDF to a file. Raises Unavailable when it cannot be written."""
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise Unavailable(
            Words("บันทึกไฟล์ไม่ได้", "The file cannot be written"),
            Words(
                "บันทึกไฟล์ {name} ไม่ได้ ข้อมูลในโปรแกรมยังอยู่ครบ โปรดเลือกที่อื่นหรือปิดไฟล์ที่เปิดอยู่",
                "{name} cannot be written; everything in the program is safe. Choose another place, or close the file where it is open.",
            ).filled(name=path.name),
        ) from error
    return path
