"""A transfer step by step: from which line, to which, how much; what both have before and after; why it cannot be, in words.

Nothing is saved until the person says so, and never what would bring a line below zero.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.services.budget import TransferPreview
from desktop.ui.later import Later
from desktop.ui.screen import Context, Notice
from desktop.ui.theme.current import colour, px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.field_box import FieldBox, FieldGrid
from desktop.ui.widgets.labels import Label
from records.balances import Amounts
from records.checks import Problem, Severity
from records.errors import AppError, FieldError
from records.kinds import Json
from records.thai.fiscal import fiscal_year_of
from records.thai.money import show_baht
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.services.records import Saved

TITLE = Words("โอนงบประมาณ", "Transfer between budget lines")
TEXT = Words(
    "เลือกรายการที่โอนลดและรายการที่รับโอน ยอดก่อนและหลังโอนจะแสดงทันที ยังไม่บันทึกจนกว่าจะกดปุ่ม",
    "Choose the line that gives and the one that takes; what both have before and after appears at once. Nothing is saved until you say so.",
)
CHOOSE = Words("เลือกรายการทั้งสองก่อน", "Choose both lines first")
SAVE = Words("บันทึกการโอน", "Save the transfer")
SAVED = Words("บันทึกการโอนแล้ว", "The transfer was saved")
PROPOSED = Words("บันทึกเป็นข้อเสนอแล้ว ยอดจะเปลี่ยนเมื่ออนุมัติ", "Saved as proposed; money moves when it is approved")
BEFORE = Words("คงเหลือก่อนโอน", "Left before")
AFTER = Words("คงเหลือหลังโอน", "Left after")
GIVES = Words("รายการที่โอนลด", "The line that gives")
TAKES = Words("รายการที่รับโอน", "The line that takes")
POSSIBLE = Words("โอนได้", "The transfer can be made")
FIELDS = ("from_line", "to_line", "amount", "kind", "approved_by", "approved_on", "number", "document", "reason")
_WAIT_MS = 250


class TransferDialog(Sheet):
    """The dialog of one transfer."""

    def __init__(self, context: Context, line: str = "", parent: QWidget | None = None) -> None:
        """`line` is the id of the line that gives; empty to choose it here."""
        super().__init__(parent, say(TITLE, context.language), say(TEXT, context.language), context.language, icon="arrow-up-down")
        self._context = context
        self._asked = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = parent.size() if parent is not None else QSize(px(900), px(760))
        self.setMinimumWidth(min(px(760), room.width() - px(40)))
        spec = context.office.catalogue["budget_transfer"]
        self.boxes = {name: FieldBox(spec.field(name), context) for name in FIELDS}
        self.boxes["kind"].editor.set_value("transfer")
        if line:
            self.boxes["from_line"].editor.set_value(line)
        holder = QWidget()
        holder.setProperty("look", "page")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, px(tokens().space.tight), 0)
        column.addWidget(FieldGrid(list(self.boxes.values())))
        column.addStretch(1)
        scroller = QScrollArea()
        scroller.setWidget(holder)
        scroller.setWidgetResizable(True)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setMinimumHeight(px(120))
        self.body.addWidget(scroller, 1)
        self.body.addWidget(self._effect())
        self.state = Banner("info", CHOOSE, context.language)
        self.body.addWidget(self.state)
        cancel = QuietButton(CANCEL, context.language)
        cancel.clicked.connect(self.reject)
        self.save_button = PrimaryButton(SAVE, context.language)
        self.save_button.clicked.connect(self.save)
        self.save_button.setEnabled(False)
        self.add_button(cancel)
        self.add_button(self.save_button)
        self._timer = Later(self, _WAIT_MS, self._look)
        for box in self.boxes.values():
            box.editor.edited.connect(self._edited)
        self.boxes["to_line" if line else "from_line"].editor.setFocus()
        self.resize(min(px(820), room.width() - px(40)), min(px(820), room.height() - px(20)))
        self._look()

    def save(self) -> None:
        """Saves the transfer; approved when it says by whom."""
        fields = self._fields()
        if fields is None:
            return
        office = self._context.office
        self.save_button.setEnabled(False)
        self._context.bridge.run(lambda: office.budget.transfer(_dated(office, fields)), self._saved, self._failed, owner=self)

    # -- parts --

    def _effect(self) -> Card:
        card = Card(padding=12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(tokens().space.wide))
        language = self._context.language
        for row, words in enumerate((BEFORE, AFTER), 1):
            grid.addWidget(Label(say(words, language), "muted"), row, 0)
        self.amounts: dict[tuple[int, int], Label] = {}
        for column, words in enumerate((GIVES, TAKES), 1):
            grid.addWidget(Label(say(words, language), "muted"), 0, column, Qt.AlignmentFlag.AlignRight)
            for row in (1, 2):
                label = Label("–", "strong")
                self.amounts[row, column] = label
                grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        card.body.addLayout(grid)
        return card

    def _edited(self) -> None:
        self.save_button.setEnabled(False)
        self._timer.start()

    def _fields(self) -> dict[str, Json] | None:
        """The wire fields of the transfer; None while something typed means nothing, which its editor then says."""
        fields: dict[str, Json] = {}
        is_whole = True
        for name, box in self.boxes.items():
            try:
                value = box.editor.value()
            except FieldError:
                is_whole = False
                continue
            if value is not None:
                fields[name] = box.spec.kind.to_wire(value)
        fields["state"] = "approved" if fields.get("approved_by") else "proposed"
        return fields if is_whole else None

    def _look(self) -> None:
        fields = self._fields()
        if fields is None:
            return
        self._asked += 1
        asked, office = self._asked, self._context.office

        def work() -> tuple[int, TransferPreview]:
            return asked, office.budget.propose(_dated(office, fields))

        self._context.bridge.run(work, self._came, self._failed, owner=self)

    def _came(self, answer: tuple[int, TransferPreview]) -> None:
        asked, preview = answer
        if asked != self._asked:
            return
        for row, found in ((1, preview.before), (2, preview.after)):
            for column, amounts in enumerate(found, 1):
                self._show(self.amounts[row, column], amounts)
        self.save_button.setEnabled(preview.is_possible)
        if preview.before == (None, None):
            self.state.show_message("info", CHOOSE)
            return
        order = [one for one in preview.problems if one.severity is Severity.ERROR] or [
            one for one in preview.problems if one.severity is Severity.WARNING
        ]
        texts = [self._named(one) for one in order]
        if texts:
            said = Words(" · ".join(one.th for one in texts), " · ".join(one.en for one in texts))
            self.state.show_message("warn" if preview.is_possible else "danger", said)
        else:
            self.state.show_message("ok", POSSIBLE)

    def _named(self, problem: Problem) -> Words:
        """A problem under the name of its field: here it does not stand beside it."""
        box = self.boxes.get(problem.field)
        if box is None:
            return problem.text
        label = box.spec.label
        return Words(f"{label.th}: {problem.text.th}", f"{label.en}: {problem.text.en}")

    @staticmethod
    def _show(label: Label, amounts: Amounts | None) -> None:
        label.setText(show_baht(amounts.balance) if amounts is not None else "–")
        label.setStyleSheet(f"color: {colour('danger').name()}" if amounts is not None and amounts.balance < 0 else "")

    def _saved(self, saved: "Saved") -> None:
        self._context.notify(Notice("ok", SAVED if saved.row.fields.get("state") == "approved" else PROPOSED))
        self.accept()

    def _failed(self, error: AppError) -> None:
        self.state.show_message("danger", error.message)


def _dated(office: "Office", fields: dict[str, Json]) -> dict[str, Json]:
    """The fields with the year of the line that gives, else of the one that takes, else of today; on the store's thread."""
    for name in ("from_line", "to_line"):
        row = office.store.get("budget_line", str(fields[name])) if fields.get(name) else None
        if row is not None and row.fields.get("fiscal_year") is not None:
            return {**fields, "fiscal_year": row.fields["fiscal_year"]}
    return {**fields, "fiscal_year": fiscal_year_of(office.today)}
