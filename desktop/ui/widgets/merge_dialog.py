"""Two records side by side: which stays, and field by field whose value it gets. One act, which undo takes back whole."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from desktop.services.merging import Difference, Merged, MergePreview
from desktop.ui.screen import Context, Notice, Place
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.record_acts import UNDO, undone_notice
from desktop.ui.widgets.record_text import cell_of, has_mask
from records.kinds import Json
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.undo import TakenBack

MERGE = Words("รวมรายการซ้ำ", "Merge records of one")
TITLE = Words("รวมสองรายการเป็นหนึ่ง", "Merge two records into one")
TEXT = Words(
    "เลือกค่าที่ถูกต้องทีละช่อง รายการที่อ้างถึง {users} รายการจะย้ายมาที่รายการที่เก็บไว้ อีกรายการจะถูกลบ เลิกทำได้ในครั้งเดียว",
    "Choose the right value field by field. {users} references move to the record that stays; the other is deleted. One undo takes it all back.",
)
KEEPS = Words("รายการที่เก็บไว้", "The record that stays")
GOES = Words("รายการที่จะลบ", "The record that goes")
SWAP = Words("สลับรายการที่เก็บ", "Keep the other one")
NOTHING = Words("(ว่าง)", "(empty)")
ALL_ALIKE = Words("ทุกช่องเหมือนกัน", "All fields agree")
_WIDTH = 760
_LONGEST = 48
"""Letters of a value that stand beside its circle; the whole is its tool tip."""
MERGED = Words("รวมแล้ว ย้ายการอ้างถึง {followed} รายการ", "Merged; {followed} references moved")


class MergeDialog(Sheet):
    """Compares two records and asks whose values are right."""

    def __init__(self, parent: QWidget | None, context: Context, preview: MergePreview) -> None:
        language = context.language
        users = say(TEXT, language, users=f"{preview.users:,}")
        super().__init__(parent, say(TITLE, language), users, language, icon="git-merge")
        self._context = context
        self._groups: dict[str, tuple[Difference, QButtonGroup]] = {}
        self.preview = preview
        self.is_swapped = False
        """Whether the person wants the other record to stay: the dialog closes and is made anew."""
        self._page = Page(width=900)
        self._page.setMinimumHeight(px(300))
        self.setMinimumWidth(px(_WIDTH))
        self.body.addWidget(self._page, 1)
        self._draw()
        swap = Button(SWAP, language, look="bare", icon="arrow-up-down")
        swap.clicked.connect(self._swap)
        give_up = QuietButton(CANCEL, language)
        give_up.clicked.connect(self.reject)
        self.merge_button = PrimaryButton(MERGE, language, icon="git-merge")
        self.merge_button.clicked.connect(self.accept)
        self.add_button(swap, is_left=True)
        self.add_button(give_up)
        self.add_button(self.merge_button, is_default=True)

    def from_drop(self) -> list[str]:
        """The fields whose value the record that goes gives."""
        return [name for name, (_, group) in self._groups.items() if group.checkedId() == 1]

    def choose(self, name: str, *, from_drop: bool) -> None:
        """Chooses whose value a field gets, and with it those of its group."""
        _, group = self._groups[name]
        group.button(1 if from_drop else 0).setChecked(True)

    def _swap(self) -> None:
        self.is_swapped = True
        self.reject()

    def _draw(self) -> None:
        emptied(self._page.body)
        language, preview = self._context.language, self.preview
        spec = self._context.office.catalogue[preview.keep.type]
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(tokens().space.normal))
        grid.setVerticalSpacing(px(tokens().space.tight))
        for column, (words, row) in enumerate(((KEEPS, preview.keep), (GOES, preview.drop)), start=1):
            grid.addWidget(WrapLabel(say(words, language), "small", language=language), 0, column)
            grid.addWidget(WrapLabel(spec.title_of(row.fields, language), "strong", language=language), 1, column)
            grid.setColumnStretch(column, 2)
        grid.setColumnStretch(0, 1)
        if not preview.differences:
            grid.addWidget(WrapLabel(say(ALL_ALIKE, language), "muted", language=language), 2, 0, 1, 3)
        for at, one in enumerate(preview.differences, start=2):
            label = say(one.field.label, language)
            grid.addWidget(WrapLabel(label, "muted", language=language), at, 0, Qt.AlignmentFlag.AlignTop)
            group = QButtonGroup(holder)
            for side, wire in enumerate((one.keep, one.drop)):
                text = self._said(one, wire)
                radio = QRadioButton(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
                radio.setToolTip(text if len(text) > _LONGEST else "")
                radio.setAccessibleName(f"{label}: {text}")
                radio.setChecked(side == int(one.takes_drop))
                group.addButton(radio, side)
                grid.addWidget(radio, at, side + 1)
            group.idToggled.connect(lambda side, is_on, name=one.field.name: self._follow(name, side) if is_on else None)
            self._groups[one.field.name] = (one, group)
        self._page.body.addWidget(holder)

    def _follow(self, name: str, side: int) -> None:
        """Fields that belong together (an address, an order and its day) are chosen together."""
        together = self._groups[name][0].field.together
        for other, (one, group) in self._groups.items():
            if together and other != name and one.field.together == together and group.checkedId() != side:
                group.button(side).setChecked(True)

    def _said(self, one: Difference, wire: Json) -> str:
        if wire is None:
            return say(NOTHING, self._context.language)
        if has_mask(one.field):
            return self._context.office.records.shown(one.field, wire)
        return " ".join(cell_of(one.field, wire, self._context.language, {}).text.split())


def ask_merge(context: Context, owner: QWidget, type_name: str, keep_id: str, drop_id: str, *, goes_there: bool = True) -> None:
    """Compares two records, asks, merges, and offers to take it back; `goes_there` opens the one that stays."""
    office = context.office

    def shown(preview: MergePreview) -> None:
        dialog = MergeDialog(owner, context, preview)
        agreed = dialog.exec() == Sheet.DialogCode.Accepted
        chosen, is_swapped = dialog.from_drop(), dialog.is_swapped
        dialog.deleteLater()
        if is_swapped:
            ask_merge(context, owner, type_name, drop_id, keep_id, goes_there=goes_there)
        elif agreed:
            _merge(context, type_name, keep_id, drop_id, chosen, goes_there=goes_there)

    context.bridge.run(lambda: office.merging.preview(type_name, keep_id, drop_id), shown, owner=owner)


def _merge(context: Context, type_name: str, keep_id: str, drop_id: str, chosen: list[str], *, goes_there: bool) -> None:
    office = context.office

    def work() -> tuple[Merged, str]:
        return office.merging.merge(type_name, keep_id, drop_id, chosen), office.undo.acts(1)[0].id

    def done(answer: tuple[Merged, str]) -> None:
        merged, act = answer

        def back(undone: "TakenBack") -> None:
            context.notify(undone_notice(undone))

        def take_back() -> None:
            context.bridge.run(lambda: office.undo.act(act), back, owner=context.bridge)

        context.notify(Notice("ok", MERGED.filled(followed=f"{merged.followed:,}"), UNDO, take_back))
        if goes_there:
            context.navigate(Place("record", type_name, keep_id))

    context.bridge.run(work, done, owner=context.bridge)
