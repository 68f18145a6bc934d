"""One conflict as a card of the inbox: both sides field by field, the choices, and what else a person must know of the record."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.readings import log_reading
from desktop.sync.status import NO_WORDS
from desktop.ui.conflict_facts import ConflictFacts
from desktop.ui.conflict_field import FieldChoice
from desktop.ui.screen import Context, Place
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.shortcuts import shortcut
from records.words import Words, say

ALL_MINE = Words("ใช้ของเครื่องนี้ทั้งหมด", "Keep all of mine")
ALL_THEIRS = Words("ใช้ของที่อื่นทั้งหมด", "Keep all of theirs")
SETTLE = Words("ยืนยันการเลือก", "Settle")
SELECT = Words("ทำเครื่องหมายเพื่อเลือกพร้อมกับรายการอื่น", "Tick to settle with others")
OPEN_RECORD = Words("เปิดรายการ", "Open the record")
ALIKE = Words("ใช้กับรายการที่เหมือนกันอีก {count} รายการ", "The same for {count} more [record|records] alike")
SETTLED_ELSEWHERE = Words(
    "มีผู้เลือกรายการนี้ที่เครื่องอื่นแล้ว สิ่งที่เลือกค้างไว้ไม่ได้ใช้", "Somebody settled this at another desk meanwhile; the choice begun here is not used"
)
READ_ONLY = Words(
    "ข้อมูลส่วนนี้เปลี่ยนเป็นอ่านอย่างเดียว จึงเลือกที่เครื่องนี้ไม่ได้ ค่าทั้งสองยังเก็บไว้ครบ โปรดให้ผู้มีสิทธิบันทึกเป็นผู้เลือก",
    "These data turned read-only, so it cannot be settled here. Both values are kept; ask somebody who may write.",
)
DELETED = Words(
    "รายการนี้ถูกลบแล้ว เลือกของที่อื่นจะคงการลบไว้ เลือกค่าอื่นจะกู้คืนรายการกลับมา",
    "The record was deleted since. Keeping theirs leaves it deleted; any other choice brings it back.",
)
GONE = Words(
    "รายการนี้ไม่อยู่ในเครื่องนี้แล้ว เลือกได้เฉพาะของที่อื่น เพื่อปิดเรื่องนี้",
    "The record is not on this computer any more; only theirs can be chosen, to close the conflict.",
)


def _state_words(facts: ConflictFacts) -> Words | None:
    if facts.is_read_only:
        return READ_ONLY
    return GONE if facts.is_gone else DELETED if facts.is_deleted else None


class ConflictCard(Card):
    """One conflict and its choices; Alt+1 takes mine, Alt+2 theirs, Alt+3 both texts, Ctrl+Enter settles."""

    settled = Signal()
    """The person confirmed; `choices` has one for every field."""

    def __init__(self, facts: ConflictFacts, alike: int, context: Context, parent: QWidget | None = None) -> None:
        """`alike` is how many other open conflicts could take the same choice."""
        super().__init__(parent)
        self.facts = facts
        self._context = context
        self._is_over = False
        language = context.language
        self._add_head()
        self.state_note = Banner("info", _state_words(facts) or NO_WORDS, language)
        self.body.addWidget(self.state_note)
        self.state_note.setVisible(_state_words(facts) is not None)
        self.fields = [FieldChoice(one, context) for one in facts.fields]
        for field in self.fields:
            self.body.addWidget(Line())
            self.body.addWidget(field)
            field.chosen.connect(self._changed)
            field.revealed.connect(self._log_reading)
        self.body.addWidget(Line())
        self.alike_box = QCheckBox(say(ALIKE, language, count=alike))
        self.body.addWidget(self.alike_box)
        self.alike_box.setVisible(alike > 0)
        self._add_acts()
        for keys, side in (("Alt+1", "mine"), ("Alt+2", "theirs"), ("Alt+3", "both")):
            shortcut(self, keys, partial(self._choose, side), context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut(self, "Ctrl+Return", self.settle, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._changed()

    def _add_head(self) -> None:
        facts, context, language = self.facts, self._context, self._context.language
        head = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(px(2))
        names.addWidget(WrapLabel(facts.title, "heading", language=language))
        names.addWidget(WrapLabel(say(facts.label, language), "small", language=language))
        self.select_box = QCheckBox()
        self.select_box.setAccessibleName(f"{say(SELECT, language)}: {facts.title}")
        self.select_box.setToolTip(say(SELECT, language))
        head.addWidget(self.select_box, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        self.open_button = Button(OPEN_RECORD, language, icon="external-link", look="bare")
        self.open_button.clicked.connect(lambda: context.navigate(Place("record", facts.type, facts.record)))
        head.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        # Only now that it has a parent: before, it would flash as a window of its own.
        self.open_button.setVisible(not facts.is_gone)

    def _add_acts(self) -> None:
        facts, language = self.facts, self._context.language
        acts = Flow(gap=tokens().space.tight)
        self.settle_button = PrimaryButton(SETTLE, language, icon="check")
        self.settle_button.setToolTip(f"{say(SETTLE, language)} (Ctrl+Enter)")
        self.settle_button.clicked.connect(self.settle)
        mine, theirs = facts.fields[0].mine if facts.fields else None, facts.fields[0].theirs if facts.fields else None
        is_turned = theirs is not None and theirs.is_here
        self.mine_button = Button(ALL_THEIRS if is_turned or (mine is not None and not mine.is_here) else ALL_MINE, language, parent=self)
        self.mine_button.setToolTip(f"{self.mine_button.text()} (Alt+1)")
        self.mine_button.clicked.connect(lambda: self._choose("mine"))
        self.theirs_button = Button(ALL_MINE if is_turned else ALL_THEIRS, language, parent=self)
        self.theirs_button.setToolTip(f"{self.theirs_button.text()} (Alt+2)")
        self.theirs_button.clicked.connect(lambda: self._choose("theirs"))
        # Where neither side is of here, "elsewhere" would say nothing: the fields name who wrote what.
        has_place = is_turned or mine is None or mine.is_here
        acts.add(self.settle_button)
        for button in (self.mine_button, self.theirs_button):
            acts.add(button)
            button.setVisible(has_place)
        self.body.addWidget(acts)

    def choices(self) -> dict[str, object] | None:
        """A choice for every field; None while one is missing."""
        found = {field.facts.name: field.choice() for field in self.fields}
        return None if None in found.values() else {name: choice for name, choice in found.items() if choice is not None}

    def settle(self) -> None:
        """Confirms, when every field has a choice."""
        if self.choices() is not None and self.settle_button.isEnabled():
            self.settled.emit()

    def mark_settled_elsewhere(self) -> None:
        """Says that somebody settled it meanwhile: what was begun here is not needed any more."""
        self._is_over = True
        self.state_note.show_message("warn", SETTLED_ELSEWHERE)
        self.state_note.show()
        self._changed()

    def _log_reading(self, field: str) -> None:
        office, facts = self._context.office, self.facts
        self._context.bridge.run(lambda: log_reading(office, facts.type, facts.record, field), lambda _: None, owner=self)

    def _choose(self, side: str) -> None:
        for field in self.fields:
            field.choose(side)
        self.settle_button.setFocus()

    def _changed(self) -> None:
        choices = self.choices()
        self.settle_button.setEnabled(choices is not None and not self._is_over and not self.facts.is_read_only)
        # A typed value belongs to one record; only "mine" and "theirs" can be said of many.
        is_common = choices is None or all(choice in ("mine", "theirs", "both") for choice in choices.values())
        self.alike_box.setEnabled(is_common)
        if not is_common:
            self.alike_box.setChecked(False)
