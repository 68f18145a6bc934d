"""The parts of a form, put together: head, banners, sections of fields, what belongs to the record, acts. What they do is `record_form`'s."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.theme.icons import set_icon
from desktop.ui.type_extras import extras_of
from desktop.ui.widgets.address_box import ADDRESS, AddressBox, gathered
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card, Section
from desktop.ui.widgets.field_box import FieldBox, FieldGrid
from desktop.ui.widgets.form_acts import FormActs
from desktop.ui.widgets.form_guests import FormGuest
from desktop.ui.widgets.form_head import FormHead
from desktop.ui.widgets.form_problems import Fault, FormProblems
from desktop.ui.widgets.form_state import KEPT, sections_of
from desktop.ui.widgets.page import Scroller
from desktop.ui.widgets.related_lists import RelatedLists
from records.checks import Problem, Severity
from records.kinds import CannotHold, Json
from records.record import RecordType
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.storage.rows import Row

DRAFT = Words("นี่คือร่างที่ยังไม่ได้บันทึก", "This is a draft that was not saved")
DISCARD = Words("ทิ้งร่าง", "Discard the draft")
MOVED = Words(
    "มีผู้แก้ไขรายการนี้ที่อื่น ช่องที่ท่านไม่ได้แก้ได้ปรับตามแล้ว ช่องที่แก้ตรงกันมีข้อความกำกับ",
    "Somebody changed this record elsewhere. Fields you left alone were refreshed; fields you both changed say so.",
)
DELETED = Words("รายการนี้ถูกลบแล้ว", "This record was deleted")
RESTORE = Words("กู้คืน", "Restore")
READ_ONLY = Words("อ่านได้อย่างเดียว บัญชีนี้ไม่มีสิทธิ์แก้ไขรายการนี้", "Read only: this account may not change this record")
REFUSED = Words("ส่งไม่ได้: {reason}", "Could not be sent: {reason}")
CONFLICT = Words("มีผู้แก้ไขที่อื่น โปรดเลือกว่าจะใช้ค่าใด", "Edited elsewhere too; please choose which to keep")
CHOOSE = Words("เปิดเพื่อเลือก", "Open to choose")
YEAR_CLOSED = Words("ปีงบประมาณ {year} ปิดแล้ว อ่านอย่างเดียว", "Fiscal year {year} is closed: read only")
YEAR_CLOSED_PARTLY = Words(
    "ปีงบประมาณ {year} ปิดแล้ว แก้ได้เฉพาะช่องที่ยังทำต่อในปีใหม่", "Fiscal year {year} is closed: only what goes on in the new year can be changed"
)
TO_YEAR_TURN = Words("ไปที่ขึ้นปีใหม่", "To year's turn")
NOT_HERE = Words("รายการนี้ยังไม่มาถึงเครื่องนี้ หรือท่านไม่มีสิทธิ์อ่าน", "This record is not here yet, or not yours to read")
SAVED = Words("บันทึกแล้ว", "Saved")
SHOW_KEPT = Words("แสดง", "Show")
HIDE_KEPT = Words("ซ่อน", "Hide")
_WIDEST = 1200
"""Pixels at 100 % text: wider forms tear label and neighbour apart."""


class FormFrame(QWidget):
    """Everything a form shows, still without what it does. Its sections are made one by one, so that no frame of the window is missed."""

    built = Signal()
    """All sections are there."""

    def __init__(self, context: Context, spec: RecordType, *, is_pane: bool, parent: QWidget | None = None) -> None:
        """`is_pane` is the narrow form beside a list."""
        super().__init__(parent)
        self.context = context
        self.spec = spec
        self.language = context.language
        self.boxes: dict[str, FieldBox] = {}
        self.addresses: list[AddressBox] = []
        self.guests: list[FormGuest] = []
        self._cards: list[Card] = []
        self.is_built = False
        self._is_pane = is_pane
        self._to_build = sections_of(spec)
        self.head = FormHead(context, spec, is_pane=is_pane)
        self.problems = FormProblems(self.language)
        self.state_banner = Banner("info", READ_ONLY, self.language)
        self.year_banner = Banner("info", READ_ONLY, self.language, action=TO_YEAR_TURN)
        self.fixed: frozenset[str] = frozenset()
        """The fields a closed fiscal year fixes in the record shown."""
        self.is_closed = False
        """Whether nothing of the record shown can be changed, because its fiscal year is closed."""
        self.deleted_banner = Banner("warn", DELETED, self.language, action=RESTORE)
        self.draft_banner = Banner("info", DRAFT, self.language, action=DISCARD)
        self.moved_banner = Banner("warn", MOVED, self.language, is_closable=True)
        self.conflict_banner = Banner("warn", CONFLICT, self.language, action=CHOOSE)
        self.related = RelatedLists(context, spec)
        self.form_acts = FormActs(self.language)
        self.scroller = Scroller(self._page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.snug))
        column.addWidget(self.head)
        column.addWidget(self.scroller, 1)
        column.addWidget(self.form_acts)
        self._step = QTimer(self)
        self._step.setInterval(0)
        self._step.timeout.connect(self._build_more)
        self._step.start()

    def show_findings(self, findings: Sequence[Problem], *, is_saved: bool) -> None:
        """Shows what a check found beside its fields and summed up above; what kept it from being saved gets the cursor."""
        for box in self.boxes.values():
            box.editor.show_problem("")
        faults: list[Fault] = []
        for problem in findings:
            if problem.severity is Severity.INFO:
                continue
            text = say(problem.text, self.language)
            named = self.boxes.get(problem.field)
            if named is not None and not named.editor.problem.plain_text:
                named.editor.show_problem(text)
            label = say(named.spec.label, self.language) if named is not None else ""
            faults.append(
                Fault(problem.field if named is not None else "", label, text, problem.severity is Severity.ERROR and not is_saved)
            )
        self.problems.show_faults(faults, may_force=True)
        first = next((fault.field for fault in faults if fault.field and fault.is_error), "")
        if first:
            self.go_to(first)

    def show_year(self, year: int | None, fixed: frozenset[str]) -> None:
        """Says that the record belongs to a closed fiscal year, None for no."""
        self.fixed = fixed
        self.head.is_fixed = bool(fixed)
        self.is_closed = year is not None and all(name in fixed or box.spec.kept_by_program for name, box in self.boxes.items())
        if year is not None:
            self.year_banner.show_message("info", (YEAR_CLOSED if self.is_closed else YEAR_CLOSED_PARTLY).filled(year=year))
        self.year_banner.setVisible(year is not None)

    def go_to(self, name: str) -> None:
        """Puts the cursor in a field."""
        box = self.boxes[name]
        box.asked_to_be_seen.emit()
        holder = box.parentWidget()
        if holder is not None and holder.isHidden():
            holder.show()
        self.scroller.ensureWidgetVisible(box)
        box.editor.box().setFocus(Qt.FocusReason.TabFocusReason)

    def _put(self, name: str, wire: Json) -> None:
        """Shows a wire value in its field; one this program cannot hold is shown as it is and not changed."""
        editor = self.boxes[name].editor
        try:
            value = None if wire is None else editor.spec.kind.from_wire(wire)
        except CannotHold:
            value = None
            editor.set_read_only(True)
            editor.show_note(str(wire))
        editor.set_value(value)

    def _seat_guests(self) -> None:
        """Brings what a type's form shows beside its fields: under the first section or below all."""
        make_guests = extras_of(self.spec.type).guests
        for guest in make_guests(self) if make_guests is not None else ():
            self._inner.insertWidget(
                self._inner.indexOf(self._cards[0]) + 1 if guest.is_early else self._inner.indexOf(self.related), guest
            )
            self.guests.append(guest)

    def show_guests(self, row: "Row | None") -> None:
        """Tells what stands beside the fields which record is shown; None for a new one."""
        for guest in self.guests:
            guest.show_record(row)

    def lock(self, fixed: Collection[str] = (), *, is_read_only: bool) -> None:
        """Lets the fields be read and copied only, or written; those the program keeps, and those `fixed`, are never written."""
        for box in self.boxes.values():
            box.editor.set_read_only(is_read_only or box.spec.kept_by_program or box.spec.name in fixed)
        for address in self.addresses:
            address.set_read_only(is_read_only)

    def show_addresses(self) -> None:
        """Writes on the line of an address what its fields hold."""
        for address in self.addresses:
            address.show_parts()

    def read_addresses(self) -> bool:
        """Fills the fields of addresses from their lines; False when a line means none, which is then said and has the cursor."""
        unread = [address for address in self.addresses if not address.check()]
        faults = [Fault(one.first, say(ADDRESS, self.language), one.problem.plain_text, is_error=True) for one in unread]
        if unread:
            self.problems.show_faults(faults, may_force=False)
            unread[0].setFocus(Qt.FocusReason.TabFocusReason)
        return not unread

    def _page(self) -> QWidget:
        space = tokens().space
        page = QWidget()
        page.setProperty("look", "page")
        aside = QHBoxLayout(page)
        aside.setContentsMargins(0, 0, px(space.tight), px(space.tight))
        holder = QWidget()
        holder.setMaximumWidth(px(_WIDEST))
        aside.addWidget(holder, 1)
        aside.addStretch(0)
        self._inner = inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(px(space.snug))
        banners = (self.deleted_banner, self.year_banner, self.conflict_banner, self.state_banner, self.draft_banner, self.moved_banner)
        for part in (self.problems, *banners):
            inner.addWidget(part)
            part.hide()
        inner.addWidget(self.related)
        self.related.hide()
        inner.addStretch(1)
        return page

    def _collapse(self, head: Section, grid: FieldGrid) -> None:
        """Hides what is rarely looked at behind a button."""
        grid.hide()
        button = Button(SHOW_KEPT, self.language, look="bare", icon="chevron-down")

        def turn() -> None:
            grid.setVisible(grid.isHidden())
            button.setText(say(SHOW_KEPT if grid.isHidden() else HIDE_KEPT, self.language))
            set_icon(button, "chevron-down" if grid.isHidden() else "chevron-up", "accent")

        button.clicked.connect(turn)
        head.add_act(button)

    def _build_more(self) -> None:
        if not self._to_build:
            self._step.stop()
            self.is_built = True
            self._seat_guests()
            self.built.emit()
            return
        section = self._to_build.pop(0)
        boxes = [FieldBox(field, self.context) for field in section.fields]
        for box in boxes:
            # Until it shows a record: what is typed before would be written over by it.
            box.editor.set_read_only(True)
        self.boxes.update((box.spec.name, box) for box in boxes)
        card = Card(padding=0 if self._is_pane else None)
        if self._is_pane:
            # Inside the pane's own card another frame would only take room.
            card.setProperty("look", "page")
            card.body.setContentsMargins(0, 0, 0, px(tokens().space.tight))
        head = card.add_head(section.title, self.language)
        parts = gathered(boxes, self.context)
        self.addresses += [part for part in parts if isinstance(part, AddressBox)]
        grid = FieldGrid(parts)
        card.body.addWidget(grid)
        if section.title == KEPT:
            self._collapse(head, grid)
        self._inner.insertWidget(self._inner.indexOf(self.related), card)
        self._cards.append(card)
