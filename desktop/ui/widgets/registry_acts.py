"""Acts on an entry of the registry and on a request to change one: buttons in the head of their forms, for whoever may take them.

An office's entry belongs to DLA: an office asks for a change, and DLA writes an accepted one into the entry with one press.
"""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from desktop.ui.screen import Action, Context, Notice, Place
from records.words import Words

if TYPE_CHECKING:
    from desktop.storage.rows import Row

ASK = Words("ขอแก้ไข", "Ask for a change")
HISTORY = Words("ทะเบียนย้อนหลัง", "As of a day")
APPLY = Words("ลงทะเบียนตามคำขอนี้", "Write to the registry")
APPLIED = Words("ลงทะเบียนแล้ว", "Written to the registry")
OPEN = Words("เปิดรายการในทะเบียน", "Open its entry")


def acts_of_office(context: Context, row: "Row") -> list[Action]:
    """Its past, and asking for a change."""
    acts = [Action("as_of", HISTORY, lambda: context.navigate(Place("registry_as_of", id=row.id)), "history")]
    if context.access.can_write("registry_change_request"):
        acts.append(Action("ask", ASK, lambda: _ask(context, row.id), "pencil"))
    return acts


def _ask(context: Context, office_id: str) -> None:
    # The dialog is brought when it is first wanted.
    from desktop.ui.widgets.change_request import ask_for_change

    ask_for_change(context, office_id, QApplication.activeWindow())


def acts_of_request(context: Context, row: "Row") -> list[Action]:
    """Opening the entry, and writing what was accepted into it."""
    office_id = str(row.fields.get("office") or "")
    acts = [Action("open_office", OPEN, lambda: context.navigate(Place("record", "office", office_id)), "building-2")] if office_id else []
    if row.fields.get("state") == "accepted" and "applied_on" not in row.fields and context.access.can_write("office"):
        acts.insert(0, Action("apply", APPLY, lambda: apply_request(context, row.id), "landmark"))
    return acts


def apply_request(context: Context, request_id: str) -> None:
    """Writes an accepted request into the office's entry; what is wrong is said in the usual dialog."""
    registry = context.office.registry
    context.bridge.run(lambda: registry.apply_request(request_id), lambda _row: context.notify(Notice("ok", APPLIED)))
