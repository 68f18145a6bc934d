"""The head of a form: what record this is, how it stands, and the acts on the whole of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.type_extras import extras_of
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.pill import Kind, Pill
from desktop.ui.widgets.record_text import cell_of, title_of
from records.kinds import Json
from records.record import RecordType
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.storage.rows import Row

NEW = Words("{type}ใหม่", "New {type}")
WAITING = Words("รอส่ง", "Waiting to be sent")
DRAFT = Words("ยังไม่ส่งเรื่อง", "Not submitted")
HISTORY = Words("ประวัติการแก้ไข", "History of changes")
DUPLICATE = Words("ทำสำเนา", "Duplicate")
DELETE = Words("ลบ", "Delete")
OPEN_WIDE = Words("เปิดเต็มหน้า", "Open as a page")


class FormHead(QWidget):
    """Type, title, state, and buttons for history, copy and delete."""

    history_wanted = Signal()
    duplicate_wanted = Signal()
    delete_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, context: Context, spec: RecordType, *, is_pane: bool, parent: QWidget | None = None) -> None:
        """In a pane the title stands here and a button opens the page; on a page the window shows the title."""
        super().__init__(parent)
        self._context = context
        self._spec = spec
        self._is_pane = is_pane
        language = context.language
        space = tokens().space
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(space.hair))
        column = QVBoxLayout()
        column.setSpacing(px(space.hair))
        self._type = WrapLabel(say(spec.label, language), "small", language=language)
        self._title = WrapLabel("", "heading", language=language)
        self._marks = Flow(self, gap=6)
        row.addLayout(column, 1)
        column.addWidget(self._type)
        column.addWidget(self._title)
        column.addWidget(self._marks)
        self._title.setVisible(is_pane)
        self.history_button = IconButton("history", HISTORY, language)
        self.history_button.clicked.connect(self.history_wanted)
        self.duplicate_button = IconButton("copy", DUPLICATE, language)
        self.duplicate_button.clicked.connect(self.duplicate_wanted)
        self.delete_button = IconButton("trash-2", DELETE, language)
        self.delete_button.clicked.connect(self.delete_wanted)
        self.open_button = IconButton("external-link", OPEN_WIDE, language, keys="Enter")
        self.open_button.clicked.connect(self.open_wanted)
        for button in (self.history_button, self.duplicate_button, self.delete_button, self.open_button):
            row.addWidget(button)
        self.title = ""
        self.is_fixed = False
        """Whether a closed fiscal year fixes the record: it is neither copied nor deleted then."""

    def show_record(self, row: "Row | None", start: Mapping[str, Json]) -> None:
        """Shows what a record is; None for a new one."""
        language = self._context.language
        is_new = row is None
        self.title = say(NEW, language, type=self._spec.label) if row is None else title_of(self._spec, row.fields, language)
        self._title.set_text(self.title)
        self._type.setVisible(not is_new)
        self._marks.clear()
        workflow = self._spec.workflow
        if row is not None and workflow is not None:
            wire = row.fields.get(workflow.field)
            cell = cell_of(self._spec.by_name[workflow.field], wire, language, {})
            tone: Kind = cell.tone or "neutral"  # type: ignore[assignment]  # the catalogue's tones are the pills' kinds
            self._marks.add(Pill(cell.text or say(DRAFT, language), tone))
        if row is not None and row.waiting:
            self._marks.add(Pill(say(WAITING, language), "neutral", icon_name="cloud-upload"))
        can_write = row is not None and self._context.access.can_write(self._spec.type, row.stream) and not row.deleted
        own_acts = extras_of(self._spec.type).acts
        acts = own_acts(self._context, row) if own_acts is not None and row is not None and not row.deleted else []
        for act in acts:
            button = Button(act.label, language, icon=act.icon)
            button.clicked.connect(act.run)
            self._marks.add(button)
        self._marks.setVisible(not is_new and (workflow is not None or bool(row and row.waiting) or bool(acts)))
        self.history_button.setVisible(not is_new)
        self.duplicate_button.setVisible(can_write and not self.is_fixed)
        self.delete_button.setVisible(can_write and not self.is_fixed)
        self.open_button.setVisible(self._is_pane and not is_new)
