"""Conditions on a list, one line each: a field, what is asked of it, and a value fit for its kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.storage.query import Filter, Op
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.editors.registry import editor_of
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.record_text import cell_of
from records.errors import FieldError
from records.fields import FieldSpec
from records.kinds import (
    Choice,
    CitizenId,
    Coordinates,
    Day,
    Email,
    Files,
    FiscalYear,
    Kind,
    LongText,
    Moment,
    Phone,
    Reference,
    Structure,
    Tags,
    Text,
    YesNo,
)
from records.record import RecordType
from records.words import Language, Words, say

FIELD = Words("ช่องข้อมูล", "Field")
ASKED = Words("เงื่อนไข", "Condition")
ADD = Words("เพิ่มเงื่อนไข", "Add a condition")
REMOVE = Words("เอาเงื่อนไขนี้ออก", "Remove this condition")
CLEAR = Words("ล้างทั้งหมด", "Clear all")


@dataclass(frozen=True)
class Asked:
    """One thing that may be asked of a field."""

    op: Op
    words: Words


IS = Asked("eq", Words("เป็น", "is"))
IS_NOT = Asked("ne", Words("ไม่ใช่", "is not"))
EQUAL = Asked("eq", Words("เท่ากับ", "equals"))
BEFORE = Asked("lt", Words("ก่อน/น้อยกว่า", "before/below"))
AFTER = Asked("gt", Words("หลัง/มากกว่า", "after/above"))
ONE_OF = Asked("in", Words("เป็น", "is one of"))
FROM = Asked("ge", Words("ตั้งแต่", "from"))
TO = Asked("le", Words("ถึง", "up to"))
CONTAINS = Asked("contains", Words("มีคำว่า", "contains"))
FILLED = Asked("filled", Words("กรอกแล้ว", "is filled"))
EMPTY = Asked("empty", Words("ยังว่าง", "is empty"))
THESE = Words("เฉพาะ {count} รายการที่ตรวจพบ", "Only the {count} records found")
_WITHOUT_VALUE = {"filled", "empty"}


def asked_of(kind: Kind[Any]) -> tuple[Asked, ...]:
    """What may be asked of a kind of field; empty for what no list is filtered by."""
    if isinstance(kind, Structure):
        return ()
    if isinstance(kind, Files):
        return (FILLED, EMPTY)
    if isinstance(kind, Choice | YesNo | Reference):
        return (IS, IS_NOT, FILLED, EMPTY)
    if isinstance(kind, Day | Moment | FiscalYear) or kind.is_number:
        return (FROM, TO, BEFORE, AFTER, EQUAL, FILLED, EMPTY)
    if isinstance(kind, CitizenId | Phone):
        return (EQUAL, FILLED, EMPTY)
    if isinstance(kind, Text | LongText | Email | Tags):
        return (CONTAINS, EQUAL, FILLED, EMPTY)
    return (FILLED, EMPTY) if isinstance(kind, Coordinates) else (EQUAL, FILLED, EMPTY)


def sentence(spec: RecordType, one: Filter, language: Language) -> str:
    """Says a condition: `วันที่รับ ตั้งแต่ 1 ต.ค. 2568`."""
    if one.field == "_id" and isinstance(one.value, list):
        return say(THESE, language, count=f"{len(one.value):,}")
    field = spec.by_name.get(one.field)
    if field is None:
        return one.field
    label = say(field.label, language)
    words = next((asked.words for asked in (*asked_of(field.kind), EQUAL, IS_NOT, ONE_OF) if asked.op == one.op), Words(one.op, one.op))
    if one.op in _WITHOUT_VALUE:
        return f"{label} {say(words, language)}"
    if one.op == "contains" or isinstance(field.kind, Reference):
        return f"{label} {say(words, language)} {one.value if one.op == 'contains' else '…'}"
    values = one.value if isinstance(one.value, list) else [one.value]
    shown = ", ".join(cell_of(field, value, language, {}).text for value in values)
    return f"{label} {say(words, language)} {shown}"


class _Line(QFrame):
    """One condition."""

    changed = Signal()
    removed = Signal()

    def __init__(self, spec: RecordType, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._context = context
        language = context.language
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(tokens().space.tight))
        self.field = QComboBox()
        self.field.setAccessibleName(say(FIELD, language))
        for column in spec.fields:
            if asked_of(column.kind):
                self.field.addItem(say(column.label, language), column.name)
        self.asked = QComboBox()
        self.asked.setAccessibleName(say(ASKED, language))
        self._room = QHBoxLayout()
        self.editor: Editor | None = None
        remove = IconButton("x", REMOVE, language)
        row.addWidget(self.field)
        row.addWidget(self.asked)
        row.addLayout(self._room, 1)
        row.addWidget(remove)
        self.field.activated.connect(self._field_chosen)
        self.asked.activated.connect(self._asked_chosen)
        remove.clicked.connect(self.removed)
        self._field_chosen()

    def start(self, one: Filter) -> None:
        """Shows a condition given."""
        self.field.setCurrentIndex(max(self.field.findData(one.field), 0))
        self._field_chosen()
        self.asked.setCurrentIndex(max(self.asked.findData(one.op), 0))
        self._asked_chosen()
        if self.editor is not None and one.value is not None:
            spec = self._column()
            self.editor.set_value(one.value if one.op == "contains" else spec.kind.from_wire(one.value))

    def condition(self) -> Filter | None:
        """The condition, None while its value is missing or means nothing."""
        op: Op = self.asked.currentData()
        column = self._column()
        if op in _WITHOUT_VALUE:
            return Filter(column.name, op, None)
        if self.editor is None:
            return None
        try:
            value = self.editor.value()
        except FieldError:
            return None
        if value is None:
            return None
        return Filter(column.name, op, value if op == "contains" else column.kind.to_wire(value))

    def _column(self) -> FieldSpec:
        return self._spec.by_name[str(self.field.currentData())]

    def _field_chosen(self) -> None:
        self.asked.clear()
        for asked in asked_of(self._column().kind):
            self.asked.addItem(say(asked.words, self._context.language), asked.op)
        self._asked_chosen()

    def _asked_chosen(self) -> None:
        if self.editor is not None:
            self.editor.hide()
            self.editor.deleteLater()
            self.editor = None
        if self.asked.currentData() not in _WITHOUT_VALUE:
            self.editor = editor_of(plain(self._column(), is_text=self.asked.currentData() == "contains"), self._context)
            self.editor.edited.connect(self.changed)
            self._room.addWidget(self.editor)
        self.changed.emit()


class _Given(QFrame):
    """A condition from elsewhere that no line can ask for: read, and taken away."""

    changed = Signal()
    removed = Signal()

    def __init__(self, spec: RecordType, one: Filter, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._one = one
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(tokens().space.tight))
        row.addWidget(WrapLabel(sentence(spec, one, context.language), language=context.language), 1)
        remove = IconButton("x", REMOVE, context.language)
        remove.clicked.connect(self.removed)
        row.addWidget(remove)

    def condition(self) -> Filter:
        """What was given."""
        return self._one


def plain(spec: FieldSpec, *, is_text: bool) -> FieldSpec:
    """The field as a condition asks for it: never masked, and one line where a part of a text is asked."""
    kind: Kind[Any] = Text() if is_text or isinstance(spec.kind, LongText) else spec.kind
    return FieldSpec(spec.name, kind, spec.label, required=False)


class FilterPanel(QFrame):
    """The conditions of a list; all must hold."""

    changed = Signal()
    """The conditions mean something else than before."""

    def __init__(self, spec: RecordType, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._context = context
        self.setProperty("look", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(px(tokens().space.snug),) * 4)
        column.setSpacing(px(tokens().space.tight))
        self._lines: list[_Line | _Given] = []
        self._room = QVBoxLayout()
        self._room.setSpacing(px(tokens().space.tight))
        column.addLayout(self._room)
        acts = QHBoxLayout()
        self.add_button = Button(ADD, context.language, icon="plus", look="bare")
        self.add_button.clicked.connect(self._add_clicked)
        self.clear_button = Button(CLEAR, context.language, look="bare")
        self.clear_button.clicked.connect(self.clear)
        acts.addWidget(self.add_button)
        acts.addWidget(self.clear_button)
        acts.addStretch(1)
        column.addLayout(acts)
        self._said: tuple[Filter, ...] = ()

    def conditions(self) -> tuple[Filter, ...]:
        """The conditions that mean something."""
        return tuple(one for one in (line.condition() for line in self._lines) if one is not None)

    def set_conditions(self, conditions: Sequence[Filter]) -> None:
        """Shows other conditions; announces nothing."""
        self._said = tuple(conditions)
        self._drop_all()
        for one in conditions:
            self.add(one)
        self._said = self.conditions()

    def add(self, one: Filter | None = None) -> QWidget:
        """Adds a line, empty or with a condition; the widget that takes its keys."""
        field = None if one is None else self._spec.by_name.get(one.field)
        known = one is None or (field is not None and one.op in {asked.op for asked in asked_of(field.kind)})
        line: _Line | _Given = _Line(self._spec, self._context) if known or one is None else _Given(self._spec, one, self._context)
        if one is not None and isinstance(line, _Line):
            line.start(one)
        line.changed.connect(self._changed)
        line.removed.connect(lambda: self._remove(line))
        self._lines.append(line)
        self._room.addWidget(line)
        return line.field if isinstance(line, _Line) else line

    def _add_clicked(self) -> None:
        self.add().setFocus()

    def clear(self) -> None:
        """Takes all conditions away."""
        self._drop_all()
        self._changed()

    def _drop_all(self) -> None:
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = []

    def _remove(self, line: _Line | _Given) -> None:
        self._lines.remove(line)
        line.hide()
        line.deleteLater()
        self.add_button.setFocus()
        self._changed()

    def _changed(self) -> None:
        now = self.conditions()
        if now != self._said:
            self._said = now
            self.changed.emit()
