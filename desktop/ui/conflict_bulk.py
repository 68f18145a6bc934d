"""One choice for many conflicts: those selected, or all that the inbox is narrowed down to; by field where fields differ; stopped at any time.

Goes in parts of `AT_ONCE`, so that what a clerk saves meanwhile does not wait for it; all parts are one act.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.services.inbox import AT_ONCE, Line, Some
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, PrimaryButton, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page
from records.errors import AppError
from records.merge import DELETION
from records.words import Words, say

THEIRS = Words("ใช้ค่าของเซิร์ฟเวอร์", "Take the server's")
MINE = Words("ใช้ค่าที่แก้ทีหลัง", "Take the later edit")
BOTH = Words("ใช้ทั้งสองข้อความ", "Keep both texts")
BY_FIELD = Words("เลือกทีละช่อง…", "Choose by field…")
LEAVE = Words("ยังไม่เลือก", "Leave open")
ALL_SHOWN = Words("เลือกพร้อมกันทั้ง {count} รายการที่แสดง", "One choice for all {count} shown")
SELECTED = Words("เลือกพร้อมกัน {count} รายการที่ทำเครื่องหมายไว้", "One choice for the {count} ticked")
HINT = Words(
    "ค่าของเซิร์ฟเวอร์คือค่าที่ทุกเครื่องเห็นอยู่ ค่าที่ไม่ได้เลือกยังเก็บไว้ และย้อนทั้งหมดได้ในครั้งเดียว",
    "The server's value is what every computer shows now. What is not chosen is kept, and one undo takes it all back.",
)
WORKING = Words("ยืนยันแล้ว {done} จาก {total} รายการ", "Settled {done} of {total}")
STOP = Words("หยุด", "Stop")
FIELD_TITLE = Words("เลือกทีละช่องสำหรับ {count} รายการ", "Choose by field for {count} [record|records]")
FIELD_TEXT = Words("รายการที่ยังมีช่องไม่ได้เลือกจะรออยู่ในหน้านี้เหมือนเดิม", "Records with a field that is left open stay in this inbox.")
SETTLE = Words("ยืนยัน", "Settle")
_ROW_HEIGHT = 52
"""Pixels at 100 % text of a field of the sheet whose name takes two lines."""
_SHEET_HEIGHT = 364
"""Pixels at 100 % text that the fields of the sheet take at most before they scroll."""
_DELETION = Words("การลบรายการ", "Deletion of the record")


class BulkBar(Card):
    """Says how many are meant, offers the choices, then how far it has come."""

    begun = Signal()
    ended = Signal(object)
    """A `Some`: what was done in all."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._language = context.language
        self._lines: Sequence[Line] = ()
        self._left: list[str] = []
        self._whole = Some(None, 0, ())
        self.is_working = False
        column = QVBoxLayout()
        column.setSpacing(px(tokens().space.tight))
        self.count = WrapLabel("", "strong", language=self._language)
        column.addWidget(self.count)
        column.addWidget(WrapLabel(say(HINT, self._language), "small", language=self._language))
        self.acts = Flow()
        self.theirs_button = Button(THEIRS, self._language)
        self.theirs_button.clicked.connect(lambda: self.settle("theirs"))
        self.mine_button = Button(MINE, self._language)
        self.mine_button.clicked.connect(lambda: self.settle("mine"))
        self.field_button = Button(BY_FIELD, self._language, look="bare")
        self.field_button.clicked.connect(self._ask_by_field)
        for button in (self.theirs_button, self.mine_button, self.field_button):
            self.acts.add(button)
        column.addWidget(self.acts)
        self.working = QWidget()
        row = QHBoxLayout(self.working)
        row.setContentsMargins(0, 0, 0, 0)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.said = WrapLabel("", language=self._language)
        self.stop_button = QuietButton(STOP, self._language, icon="x")
        self.stop_button.clicked.connect(self._left.clear)
        row.addWidget(self.progress, 1)
        row.addWidget(self.said, 1)
        row.addWidget(self.stop_button)
        column.addWidget(self.working)
        self.body.addLayout(column)
        self.working.hide()

    @property
    def lines(self) -> Sequence[Line]:
        """What a choice would be for."""
        return self._lines

    def show_lines(self, lines: Sequence[Line], *, are_selected: bool) -> None:
        """What a choice would be for; while one goes on that stays."""
        if self.is_working:
            return
        self._lines = lines
        words = SELECTED if are_selected else ALL_SHOWN
        self.count.set_text(say(words, self._language, count=f"{len(lines):,}"))

    def settle(self, default: str, by_field: Mapping[str, str] | None = None) -> None:
        """Begins to settle all of them; `default` is empty where only the fields named have a choice."""
        if self.is_working or not self._lines:
            return
        self._left[:] = [one.id for one in self._lines]
        self._whole = Some(None, 0, ())
        self.is_working = True
        self.progress.setRange(0, len(self._left))
        self.acts.hide()
        self.working.show()
        self.begun.emit()
        self._next(default, dict(by_field or {}))

    def _next(self, default: str, by_field: Mapping[str, str]) -> None:
        done = self.progress.maximum() - len(self._left)
        self.progress.setValue(done)
        self.said.set_text(say(WORKING, self._language, done=f"{done:,}", total=f"{self.progress.maximum():,}"))
        self.progress.setAccessibleName(self.said.plain_text)
        if not self._left:
            self._end()
            return
        part, self._left[:] = self._left[:AT_ONCE], self._left[AT_ONCE:]
        inbox, act = self._context.office.inbox, self._whole.act

        def came(some: Some) -> None:
            whole = self._whole
            self._whole = Some(some.act or whole.act, whole.settled + some.settled, (*whole.left, *some.left))
            self._next(default, by_field)

        self._context.bridge.run(lambda: inbox.settle_some(part, default, by_field, act), came, self._failed, owner=self)

    def _failed(self, error: AppError) -> None:
        self._end()
        self._context.bridge.tell(error)

    def _end(self) -> None:
        self.is_working = False
        self.working.hide()
        self.acts.show()
        self.ended.emit(self._whole)

    def _ask_by_field(self) -> None:
        dialog = FieldSheet(self, self._context, self._lines)
        agreed = dialog.exec() == Sheet.DialogCode.Accepted
        choices = dialog.choices()
        dialog.deleteLater()
        if agreed and choices:
            self.settle("", choices)


class FieldSheet(Sheet):
    """Asks for a choice for every field that the conflicts are about."""

    def __init__(self, parent: QWidget | None, context: Context, lines: Sequence[Line]) -> None:
        language = context.language
        title = say(FIELD_TITLE, language, count=f"{len(lines):,}")
        super().__init__(parent, title, say(FIELD_TEXT, language), language, icon="git-merge")
        self._boxes: dict[str, QComboBox] = {}
        counts: dict[tuple[str, str], int] = {}
        for line in lines:
            for name in line.fields:
                counts[line.type, name] = counts.get((line.type, name), 0) + 1
        page = Page(is_inside=True)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        names: dict[str, list[str]] = {}
        for (type_name, name), count in counts.items():
            spec = context.office.catalogue.get(type_name)
            known = spec.by_name.get(name) if spec else None
            label = _DELETION if name == DELETION else known.label if known else Words(name, name)
            area = f"{say(spec.label, language)} · " if spec else ""
            names.setdefault(name, []).append(f"{area}{say(label, language)} ({count:,})")
            can_both = context.office.conflicts.can_have_both(type_name, name)
            box = self._boxes.get(name)
            if box is None:
                box = self._boxes[name] = QComboBox()
                for value, words in (("", LEAVE), ("theirs", THEIRS), ("mine", MINE)):
                    box.addItem(say(words, language), value)
            if can_both and box.findData("both") < 0:
                box.addItem(say(BOTH, language), "both")
        for at, (name, box) in enumerate(self._boxes.items()):
            said = ", ".join(names[name])
            box.setAccessibleName(said)
            box.activated.connect(self._chosen)
            grid.addWidget(WrapLabel(said, language=language), at, 0)
            grid.addWidget(box, at, 1)
        page.body.addWidget(holder)
        page.setMinimumHeight(px(min(_ROW_HEIGHT * len(self._boxes), _SHEET_HEIGHT)))
        self.body.addWidget(page, 1)
        give_up = QuietButton(CANCEL, language)
        give_up.clicked.connect(self.reject)
        self.settle_button = PrimaryButton(SETTLE, language, icon="check")
        self.settle_button.clicked.connect(self.accept)
        self.add_button(give_up)
        self.add_button(self.settle_button, is_default=True)
        self._chosen()
        first = next(iter(self._boxes.values()), None)
        if first is not None:
            first.setFocus()

    def _chosen(self) -> None:
        # Nothing is settled while nothing is chosen: the button says so before it is pressed.
        self.settle_button.setEnabled(bool(self.choices()))

    def choices(self) -> dict[str, str]:
        """The choice by field; those left open are absent."""
        return {name: str(box.currentData()) for name, box in self._boxes.items() if box.currentData()}
