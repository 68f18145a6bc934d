"""Work the server has not taken, as a file: for a device that was revoked, a stream that is granted no longer, or a person who wants a copy.

*.xlsx    one line a field, in words: for people
*.jsonl   one change a line, as it would be sent: for programs
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from desktop import durable
from desktop.reports.excel import Column, Head, write_list
from desktop.services.overview import problem_words
from desktop.services.readings import log_reading
from desktop.storage import outbox
from desktop.storage.outbox import Pending
from records.errors import Correctable
from records.kinds import CannotHold, CellValue, Json, Text
from records.thai.dates import show_moment
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

_TITLE = Words("งานที่ยังไม่ได้ส่ง", "Work not sent yet")
_HEADINGS = (
    Words("หน่วยงาน", "Stream"),
    Words("ประเภท", "Type"),
    Words("รายการ", "Record"),
    Words("การแก้ไข", "What was done"),
    Words("ช่องข้อมูล", "Field"),
    Words("ค่า", "Value"),
    Words("ผู้บันทึก", "By"),
    Words("เมื่อ", "When"),
    Words("เหตุที่ยังไม่ส่ง", "Why it was not taken"),
)
_PUT, _MADE, _DELETED = Words("แก้ไข", "Changed"), Words("เพิ่ม", "Added"), Words("ลบ", "Deleted")
_EMPTIED = Words("(ลบค่า)", "(emptied)")
_ASIDE = Words("ไม่มีสิทธิแล้ว", "Granted no longer")


def export_unsent(office: "Office", to: Path, stream: str | None = None) -> int:
    """Writes what was not taken, of one stream or all, in full, and returns the number of changes. Nothing of it is changed by that.

    Raises Correctable (another ending than .xlsx or .jsonl, a place that cannot be written) or Unavailable (the disk is full).
    """
    with office.database.reading() as connection:
        entries = outbox.everything(connection, None if stream is None else [stream])
    if to.suffix.lower() not in (".xlsx", ".jsonl"):
        raise Correctable(
            Words("ชื่อไฟล์ต้องลงท้ายด้วย .xlsx หรือ .jsonl", "The name must end in .xlsx or .jsonl"),
            Words(
                "เขียนได้เฉพาะไฟล์ .xlsx หรือ .jsonl ไม่ได้เขียน {name} โปรดตั้งชื่อใหม่",
                "Only .xlsx and .jsonl files are written; {name} was not. Please name it again.",
            ).filled(name=to.name),
        )
    for record_type in sorted({entry.change.type for entry in entries}):
        log_reading(office, record_type, "-")
    if to.suffix.lower() == ".xlsx":
        columns = [Column(say(heading, office.language), Text()) for heading in _HEADINGS]
        write_list(to, Head(say(_TITLE, office.language)), columns, _lines(office, entries), office.language)
    else:
        _write(to, b"".join(msgspec.json.encode(entry.change) + b"\n" for entry in entries))
    return len(entries)


def _write(to: Path, content: bytes) -> None:
    try:
        with durable.new_file(to) as file:
            file.write(content)
    except OSError as error:
        raise Correctable(
            Words("เขียนไฟล์ไม่ได้", "The file cannot be written"),
            Words(
                "เขียน {name} ไม่ได้ ({reason}) งานที่ยังไม่ส่งยังอยู่ครบ โปรดเลือกที่อื่น",
                "{name} cannot be written ({reason}). The unsent work is safe; please choose another place.",
            ).filled(name=to.name, reason=error.strerror or ""),
        ) from error


def _lines(office: "Office", entries: list[Pending]) -> Iterator[list[CellValue]]:
    language = office.language
    for entry in entries:
        change = entry.change
        spec = office.catalogue.get(change.type)
        row = office.store.get(change.type, change.id, change.stream) if spec else None
        done = _DELETED if change.op == "delete" else _MADE if change.base is None else _PUT
        why = problem_words(entry.problem) if entry.problem else _ASIDE if entry.state == "set_aside" else Words("", "")
        label, title = say(spec.label, language) if spec else change.type, office.records.title(row) if row else change.id
        head = [change.stream, label, title, say(done, language)]
        tail = [change.made_by, show_moment(datetime.fromisoformat(change.made_at), language), say(why, language)]
        fields: list[tuple[str, str]] = [(name, _shown(office, change.type, name, value)) for name, value in change.set.items()]
        fields += [(name, say(_EMPTIED, language)) for name in change.unset]
        for name, shown in fields or [("", "")]:
            known = spec.by_name.get(name) if spec else None
            yield [*head, say(known.label, language) if known else name, shown, *tail]


def _shown(office: "Office", record_type: str, name: str, value: Json) -> str:
    spec = office.catalogue.get(record_type)
    known = spec.by_name.get(name) if spec else None
    if known is None:
        return msgspec.json.encode(value).decode()
    try:
        return known.kind.show(known.kind.from_wire(value), office.language)
    except CannotHold:
        return msgspec.json.encode(value).decode()
