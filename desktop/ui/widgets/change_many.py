"""Gives one value to many records: which field, which value; the records chosen in the list change in one act."""

from typing import Any

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.editors.registry import editor_of
from desktop.ui.widgets.labels import Label
from records.errors import FieldError
from records.fields import FieldSpec
from records.kinds import Files, Structure
from records.record import RecordType
from records.words import Words, say

CHANGE_MANY = Words("แก้ไขรายการที่เลือกพร้อมกัน", "Change the chosen records")
TITLE = Words("แก้ไข {count} รายการพร้อมกัน", "Change {count} records at once")
TEXT = Words(
    "เลือกช่องแล้วกรอกค่าใหม่ ทุกรายการที่เลือกจะได้ค่านี้ เว้นว่างไว้คือล้างช่องนั้น ย้อนได้ในครั้งเดียว",
    "Choose a field and its new value; every chosen record gets it. An empty value empties the field. One undo takes it all back.",
)
FIELD = Words("ช่อง", "Field")
VALUE = Words("ค่าใหม่", "New value")
APPLY = Words("แก้ไขทั้งหมด", "Change them all")


class ChangeManyDialog(Sheet):
    """Asks for a field and a value."""

    def __init__(self, parent: QWidget, context: Context, spec: RecordType, count: int) -> None:
        title = say(TITLE, context.language, count=f"{count:,}")
        super().__init__(parent, title, say(TEXT, context.language), context.language, icon="pencil")
        self._context = context
        self.chosen: tuple[str, Any] | None = None
        """Field name and Python value (None empties); None until a person agreed."""
        self._fields = fields_for_many(spec)
        self.body.addSpacing(px(tokens().space.tight))
        self.body.addWidget(Label(say(FIELD, context.language), "muted"))
        self.field = QComboBox()
        self.field.setAccessibleName(say(FIELD, context.language))
        for one in self._fields:
            self.field.addItem(say(one.label, context.language))
        self.field.currentIndexChanged.connect(lambda _index: self._show_editor())
        self.body.addWidget(self.field)
        self.body.addWidget(Label(say(VALUE, context.language), "muted"))
        self._place = QVBoxLayout()
        self.body.addLayout(self._place)
        self.editor: Editor | None = None
        give_up = QuietButton(CANCEL, context.language)
        give_up.clicked.connect(self.reject)
        apply = PrimaryButton(APPLY, context.language)
        apply.clicked.connect(self._agree)
        self.add_button(give_up)
        self.add_button(apply, is_default=True)
        self._show_editor()
        self.field.setFocus()

    def _show_editor(self) -> None:
        if self.editor is not None:
            self._place.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
        self.editor = editor_of(self._fields[self.field.currentIndex()], self._context, self)
        self._place.addWidget(self.editor)

    def _agree(self) -> None:
        if self.editor is None:
            return
        try:
            value = self.editor.value()
        except FieldError:
            self.editor.check()
            self.editor.setFocus()
            return
        self.chosen = (self._fields[self.field.currentIndex()].name, value)
        self.accept()


def fields_for_many(spec: RecordType) -> list[FieldSpec]:
    """The fields that several records may share: not the program's own, no files, no state, no natural key of one field."""
    state = spec.workflow.field if spec.workflow else ""
    alone = spec.key[0] if len(spec.key) == 1 else ""
    return [
        field
        for field in spec.fields
        if not field.kept_by_program and field.name not in (state, alone) and not isinstance(field.kind, Files | Structure)
    ]
