"""What may be done with records from a list or a form: duplicate, delete, restore, undo, Excel. Each tells what it did and how to take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.ui.screen import Context, Notice, Place
from desktop.ui.widgets.dialogs import confirm
from records.record import RecordType
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.undo import TakenBack
    from desktop.storage.query import Query

DELETED = Words("ลบ{title}แล้ว", "{title} was deleted")
DELETED_MANY = Words("ลบ {count} รายการแล้ว", "{count} records were deleted")
CHANGED_MANY = Words("แก้ไข {count} รายการแล้ว", "{count} records were changed")
SAME = Words("ทุกรายการที่เลือกมีค่านี้อยู่แล้ว", "All of them have this value already")
DUPLICATED = Words("ทำสำเนาแล้ว เป็นรายการใหม่", "Duplicated as a new record")
OPEN = Words("เปิด", "Open")
UNDO = Words("เลิกทำ", "Undo")
UNDONE = Words("เลิกทำ “{what}” แล้ว", "“{what}” was taken back")
SKIPPED = Words("{count} รายการมีผู้แก้ไขต่อแล้ว จึงคงไว้", "{count} records were edited since and stay as they are")
EXPORTED = Words("ส่งออก {count} รายการไปที่ {name} แล้ว", "{count} records were written to {name}")
FOLDER = Words("เปิดโฟลเดอร์", "Open the folder")
USED_TITLE = Words("มีรายการอื่นอ้างถึงอยู่", "Other records refer to this")
USED_TEXT = Words(
    "{users}\n\nถ้าลบ รายการเหล่านั้นจะยังอยู่ แต่จะแสดงว่ารายการที่อ้างถึงถูกลบแล้ว กู้คืนได้ภายหลัง",
    "{users}\n\nIf you delete it, those records stay and say that it was deleted. It can be restored later.",
)
MANY_TITLE = Words("ลบ {count} รายการ?", "Delete {count} records?")
MANY_TEXT = Words("กู้คืนได้ภายหลังด้วยการเลิกทำ หรือจากรายการที่ลบแล้ว", "They can be brought back by undo, or from the deleted ones.")
DELETE = Words("ลบ", "Delete")
_NAMED_USERS = 5


@dataclass(frozen=True)
class Found:
    """What is known of records before they are deleted."""

    titles: dict[str, str]
    users: tuple[tuple[str, str], ...]
    """Type and title of each record outside the chosen ones that refers to one of them."""


class RecordActs:
    """The acts on records of one type."""

    def __init__(self, context: Context, spec: RecordType, owner: QWidget) -> None:
        self._context = context
        self._office = context.office
        self._spec = spec
        self._owner = owner

    def duplicate(self, record_id: str) -> None:
        """Makes a copy and opens it on demand."""
        if not record_id:
            return
        office, record_type = self._office, self._spec.type

        def done(new_id: str) -> None:
            place = Place("record", record_type, new_id)
            self._context.notify(Notice("ok", DUPLICATED, OPEN, lambda: self._context.navigate(place)))

        self._context.bridge.run(lambda: office.records.duplicate(record_type, record_id).row.id, done, owner=self._owner)

    def delete(self, ids: Sequence[str]) -> None:
        """Deletes records; asks first when others refer to them or when there are several. Undo is offered."""
        if not ids:
            return
        chosen = list(ids)
        office, spec, language = self._office, self._spec, self._context.language

        def look() -> Found:
            users = [user for one in chosen[:50] for user in office.records.users_of(spec.type, one) if user[1] not in chosen]
            named: list[tuple[str, str]] = []
            for user_type, user_id, _field in users[:_NAMED_USERS]:
                found = office.store.titles(user_type, [user_id]).get(user_id, user_id)
                known = office.catalogue.get(user_type)
                named.append((known.label.th if language == "th" and known else known.label.en if known else user_type, found))
            named += [("", "")] * (len(users) - len(named))
            return Found(office.store.titles(spec.type, chosen), tuple(named))

        self._context.bridge.run(look, lambda found: self._delete(chosen, found), owner=self._owner)

    def _delete(self, ids: list[str], found: Found) -> None:
        language = self._context.language
        if found.users:
            lines = [f"• {label} {title}" for label, title in found.users if label]
            more = len(found.users) - len(lines)
            lines += [f"• + {more:,}"] if more else []
            users = "\n".join(lines)
            if not confirm(self._owner, language, USED_TITLE, USED_TEXT.filled(users=users), DELETE, is_dangerous=True):
                return
        elif len(ids) > 1 and not confirm(
            self._owner, language, MANY_TITLE.filled(count=f"{len(ids):,}"), MANY_TEXT, DELETE, is_dangerous=True
        ):
            return
        office, record_type = self._office, self._spec.type

        def work() -> str:
            office.records.delete_many(record_type, ids)
            return office.undo.acts(1)[0].id

        def done(act: str) -> None:
            count = len(ids)
            title = found.titles.get(ids[0], "") if count == 1 else ""
            text = DELETED.filled(title=f" {title} " if title else "") if count == 1 else DELETED_MANY.filled(count=f"{count:,}")
            self._context.notify(Notice("ok", text, UNDO, lambda: self._take_back(act)))

        self._context.bridge.run(work, done, owner=self._context.bridge)

    def change_many(self, ids: Sequence[str], draft: Mapping[str, Any]) -> None:
        """Gives the same values to many records and offers to take it back."""
        office, record_type, chosen = self._office, self._spec.type, list(ids)

        def work() -> tuple[int, str]:
            changed = office.records.change_many(record_type, chosen, draft)
            return len(changed), office.undo.acts(1)[0].id if changed else ""

        def done(answer: tuple[int, str]) -> None:
            count, act = answer
            if not count:
                self._context.notify(Notice("info", SAME))
                return
            self._context.notify(Notice("ok", CHANGED_MANY.filled(count=f"{count:,}"), UNDO, lambda: self._take_back(act)))

        self._context.bridge.run(work, done, owner=self._context.bridge)

    def _take_back(self, act: str) -> None:
        office = self._office
        self._context.bridge.run(lambda: office.undo.act(act), self._say_undone, owner=self._context.bridge)

    def _say_undone(self, undone: "TakenBack") -> None:
        self._context.notify(undone_notice(undone))

    def restore(self, ids: Sequence[str]) -> None:
        """Brings deleted records back."""
        office, record_type = self._office, self._spec.type

        def work() -> int:
            for one in ids:
                office.records.restore(record_type, one)
            return len(ids)

        self._context.bridge.run(work, lambda _count: None, owner=self._context.bridge)

    def undo(self) -> None:
        """Takes back the last act of this person, whatever it was."""
        undo_last(self._context)

    def export(self, path: Path, query: "Query", columns: Sequence[str]) -> None:
        """Writes what a list shows to an Excel file."""
        office = self._office

        def done(count: int) -> None:
            text = EXPORTED.filled(count=f"{count:,}", name=path.name)
            folder = QUrl.fromLocalFile(str(path.parent))
            self._context.notify(Notice("ok", text, FOLDER, lambda: QDesktopServices.openUrl(folder)))

        self._context.bridge.run(lambda: office.exports.export(query, path, tuple(columns)), done, owner=self._context.bridge)


def undone_notice(undone: "TakenBack") -> Notice:
    """Says what was taken back and what was not, because somebody edited it since."""
    text = UNDONE.filled(what=undone.label)
    if undone.skipped:
        more = SKIPPED.filled(count=f"{len(undone.skipped):,}")
        text = Words(f"{text.th} · {more.th}", f"{text.en} · {more.en}")
    return Notice("warn" if undone.skipped else "ok", text)


def undo_last(context: Context) -> None:
    """Takes back the last act of the person at this desk and says what was taken back and what could not be."""
    office = context.office

    def done(undone: "TakenBack") -> None:
        context.notify(undone_notice(undone))

    context.bridge.run(office.undo.last, done, lambda error: context.notify(Notice("info", error.message)), owner=context.bridge)
