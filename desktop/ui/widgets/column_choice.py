"""Which columns of a list are shown, in what order and how wide: chosen by a person, remembered per record type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.ui.memory import Memory
from desktop.ui.theme.current import px
from desktop.ui.widgets.buttons import Button, IconButton, PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import CANCEL, OK, Sheet
from desktop.ui.widgets.record_text import is_name
from records.fields import FieldSpec
from records.kinds import Choice, Files, Json, LongText, Money, Reference, Structure
from records.record import PROGRESS, RecordType
from records.words import Language, Words, say

TITLE = Words("เลือกคอลัมน์", "Choose columns")
TEXT = Words("เลือกคอลัมน์ที่จะแสดง และเลื่อนขึ้นลงเพื่อจัดลำดับ", "Tick the columns to show; move them up or down to order them")
UP = Words("เลื่อนขึ้น", "Move up")
DOWN = Words("เลื่อนลง", "Move down")
RESET = Words("กลับเป็นค่าเริ่มต้น", "Back to the usual columns")
_FIRST = 9
"""Columns shown until a person chooses: more than these crowd a small screen."""


@dataclass(frozen=True)
class Layout:
    """What a person chose for the list of one type."""

    names: tuple[str, ...]
    """Fields shown, in order."""
    widths: Mapping[str, int]
    """Pixels at 100 % text by field, only those a person dragged."""
    sort: tuple[tuple[str, bool], ...] = ()
    """Field and whether descending; empty for the usual order."""


def usual_columns(spec: RecordType) -> tuple[str, ...]:
    """The columns of a list nobody has arranged: what names the record always, then who, the state and the dates."""
    listed = [field.name for field in spec.fields if field.in_list and not isinstance(field.kind, Structure | Files)]
    listed = listed or [field.name for field in spec.fields[:4]]
    state = [spec.workflow.field] if spec.workflow and spec.workflow.field in listed else []
    first = list(spec.title)
    if not any(is_name(spec, spec.by_name[name]) for name in first):
        # Nothing names it but what it belongs to: the money of a project is read by the project.
        first = [name for name in listed if isinstance(spec.by_name[name].kind, Reference)][:1] + first
    first += [name for name in listed if isinstance(spec.by_name[name].kind, LongText) and name not in first]
    first += [name for name in listed if isinstance(spec.by_name[name].kind, Money) and name not in first][:1]
    rest = sorted((name for name in listed if name not in (*first, *state)), key=lambda name: _weight(spec.by_name[name]))
    return tuple((*dict.fromkeys((*first, *state)), *rest)[:_FIRST])


def _weight(field: FieldSpec) -> float:
    """By when and who come before how and how to reach them; how far it is before when it ended."""
    if field.name == "due":
        return 0
    if field.personal and field.kind.name == "text":
        return 1
    if isinstance(field.kind, Choice) and field.name in PROGRESS:
        return 2 + PROGRESS.index(field.name) / len(PROGRESS)
    return {"fiscal_year": 2, "money": 3, "date": 4, "moment": 6, "phone": 7, "email": 7, "citizen_id": 7}.get(field.kind.name, 5)


def remembered(spec: RecordType, memory: Memory) -> Layout:
    """The layout remembered for a type; names this program does not know are left out."""
    kept = memory.get(f"list.{spec.type}")
    usual = Layout(usual_columns(spec), {})
    if not isinstance(kept, dict):
        return usual
    names, widths, sort = kept.get("names"), kept.get("widths"), kept.get("sort")
    known = tuple(str(name) for name in names if name in spec.by_name) if isinstance(names, list) else ()
    return Layout(
        known or usual.names,
        {name: width for name, width in widths.items() if isinstance(width, int)} if isinstance(widths, dict) else {},
        tuple((str(part[0]), bool(part[1])) for part in sort if isinstance(part, list) and part[0] in spec.by_name)
        if isinstance(sort, list)
        else (),
    )


def remember(spec: RecordType, layout: Layout, memory: Memory) -> None:
    """Keeps a layout; the usual one is forgotten."""
    if layout == Layout(usual_columns(spec), {}):
        memory.put(f"list.{spec.type}", None)
        return
    sort: list[Json] = [[name, descending] for name, descending in layout.sort]
    memory.put(f"list.{spec.type}", {"names": list(layout.names), "widths": dict(layout.widths), "sort": sort})


class ColumnDialog(Sheet):
    """Ticks and order of columns."""

    def __init__(self, parent: QWidget | None, spec: RecordType, shown: Sequence[str], language: Language) -> None:
        super().__init__(parent, say(TITLE, language), say(TEXT, language), language)
        self._spec = spec
        self._language = language
        row = QHBoxLayout()
        self.list = QListWidget()
        self.list.setAccessibleName(say(TITLE, language))
        self.list.setMinimumSize(px(340), px(300))
        row.addWidget(self.list, 1)
        side = QVBoxLayout()
        for icon, words, step in (("arrow-up", UP, -1), ("arrow-down", DOWN, 1)):
            button = IconButton(icon, words, language)
            button.clicked.connect(lambda _checked=False, step=step: self.move_by(step))
            side.addWidget(button)
        side.addStretch(1)
        row.addLayout(side)
        self.body.addLayout(row)
        self._fill(shown)
        reset = Button(RESET, language, look="bare")
        reset.clicked.connect(lambda: self._fill(usual_columns(spec)))
        refuse = QuietButton(CANCEL, language)
        refuse.clicked.connect(self.reject)
        agree = PrimaryButton(OK, language)
        agree.clicked.connect(self.accept)
        self.add_button(reset, is_left=True)
        self.add_button(refuse)
        self.add_button(agree, is_default=True)
        self.list.setFocus()

    def chosen(self) -> tuple[str, ...]:
        """The ticked fields, in order; never empty."""
        items = [self.list.item(at) for at in range(self.list.count())]
        names = tuple(str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() == Qt.CheckState.Checked)
        return names or usual_columns(self._spec)

    def move_by(self, step: int) -> None:
        """Moves the current line up (-1) or down (1)."""
        at = self.list.currentRow()
        goal = at + step
        if at < 0 or not 0 <= goal < self.list.count():
            return
        self.list.insertItem(goal, self.list.takeItem(at))
        self.list.setCurrentRow(goal)

    def _fill(self, shown: Sequence[str]) -> None:
        self.list.clear()
        others = [field.name for field in self._spec.fields if field.name not in shown and not isinstance(field.kind, Structure)]
        for name in (*shown, *others):
            spec: FieldSpec = self._spec.by_name[name]
            item = QListWidgetItem(say(spec.label, self._language))
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)


def with_width(layout: Layout, name: str, width: int) -> Layout:
    """The layout with one column's width (pixels at 100 % text) set by hand."""
    return replace(layout, widths={**layout.widths, name: width})
