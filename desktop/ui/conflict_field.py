"""One field of a conflict: before, here and there side by side, the choice, and what will stand. Narrow windows put them one below the other."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from desktop.ui.conflict_facts import FieldFacts, Side
from desktop.ui.screen import Context
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.editors.registry import editor_of
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.word_diff import LONG, as_html, word_diff
from records.errors import FieldError
from records.kinds import CannotHold
from records.words import Words, say

BASE = Words("ก่อนแก้", "Before")
HERE = Words("เครื่องนี้", "Here")
THERE = Words("ที่อื่น", "Elsewhere")
KEEP_MINE = Words("ใช้ของเครื่องนี้", "Keep mine")
KEEP_THEIRS = Words("ใช้ของที่อื่น", "Keep theirs")
KEEP_BOTH = Words("ใช้ทั้งสองข้อความ", "Keep both texts")
KEEP_OF = Words("ใช้ของ{name}", "Keep what {name} wrote")
TYPE_OTHER = Words("ระบุค่าอื่น", "Give another value")
RESULT = Words("ผลลัพธ์", "Result")
NOT_CHOSEN = Words("ยังไม่ได้เลือก", "Not chosen yet")
SHOW = Words("แสดงข้อมูลส่วนบุคคล", "Show this personal data")
_SIDE_BY_SIDE = 620
"""Width in pixels at 100 % text from which the three values stand side by side."""


def place_of(side: Side) -> Words:
    """Where a side was written."""
    return HERE if side.is_here else THERE


def keep_words(side: Side, other: Side) -> Words:
    """How choosing a side is called at this desk: where neither is of here, by who wrote it."""
    if side.is_here:
        return KEEP_MINE
    return KEEP_THEIRS if other.is_here or not side.by else KEEP_OF.filled(name=side.by)


class DiffLabel(QLabel):
    """A long text with what changed marked; what is new underlined, what is gone struck through."""

    def __init__(self, before: str, after: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        colours = tokens().colour
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setText(as_html(word_diff(before, after), colours.ok.ink, colours.danger.ink))
        self.setAccessibleName(after)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keeps room for all lines."""
        super().resizeEvent(event)
        self.setMinimumHeight(max(0, self.heightForWidth(event.size().width())))


class FieldChoice(QWidget):
    """The values of one field and a person's choice among them."""

    chosen = Signal()
    """The choice, or the third value, changed."""
    revealed = Signal(str)
    """The person asked to see the personal values of this field (its name): the card has it logged."""

    def __init__(self, facts: FieldFacts, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = facts
        self._context = context
        self._language = context.language
        self._is_revealed = not facts.is_masked
        space = tokens().space
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(space.tight))
        head = QHBoxLayout()
        head.addWidget(WrapLabel(say(facts.label, self._language), "strong", language=self._language), 1)
        if facts.is_masked:
            self.show_button = Button(SHOW, self._language, icon="eye", look="bare")
            self.show_button.clicked.connect(self._reveal)
            head.addWidget(self.show_button)
        column.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setSpacing(px(space.tight))
        column.addLayout(self._grid)
        self._group = QButtonGroup(self)
        mine, theirs = keep_words(facts.mine, facts.theirs), keep_words(facts.theirs, facts.mine)
        self.mine_radio = QRadioButton(say(mine, self._language))
        self.theirs_radio = QRadioButton(say(theirs, self._language))
        self.both_radio = QRadioButton(say(KEEP_BOTH, self._language))
        self.other_radio = QRadioButton(say(TYPE_OTHER, self._language))
        for radio, words in (
            (self.mine_radio, mine),
            (self.theirs_radio, theirs),
            (self.both_radio, KEEP_BOTH),
            (self.other_radio, TYPE_OTHER),
        ):
            radio.setAccessibleName(f"{say(facts.label, self._language)}: {say(words, self._language)}")
            radio.toggled.connect(self._changed)
            self._group.addButton(radio)
        self._boxes: tuple[QFrame, ...] = ()
        self._columns = 0
        self._build_boxes()
        column.addWidget(self.both_radio)
        self.both_radio.setVisible(facts.can_have_both)
        self.editor: Editor | None = None
        if facts.spec is not None:
            column.addWidget(self.other_radio)
            self.editor = editor_of(facts.spec, context)
            self.editor.edited.connect(self._changed)
            self.editor.hide()
            column.addWidget(self.editor)
        else:
            self.other_radio.hide()
        self._add_result(column)
        self._changed()

    def _add_result(self, column: QVBoxLayout) -> None:
        space = tokens().space
        result = QHBoxLayout()
        result.setSpacing(px(space.tight))
        self._result_icon = IconView("circle-dot", "muted")
        result.addWidget(self._result_icon, 0, Qt.AlignmentFlag.AlignTop)
        result.addWidget(Label(say(RESULT, self._language) + ":", "muted"), 0, Qt.AlignmentFlag.AlignTop)
        self.result = WrapLabel("", "strong", language=self._language)
        result.addWidget(self.result, 1)
        column.addLayout(result)

    # The choice -------------------------------------------------------------------------------------------------------------------

    def choose(self, side: str) -> None:
        """Chooses `mine`, `theirs` or, where it can be, `both` as a click would."""
        if side != "both" or self.facts.can_have_both:
            {"mine": self.mine_radio, "theirs": self.theirs_radio, "both": self.both_radio}[side].setChecked(True)

    def choice(self) -> object | None:
        """`mine`, `theirs`, `both`, `{"value": wire}`, or None while nothing (or nothing that can be held) is chosen."""
        if self.mine_radio.isChecked():
            return "mine"
        if self.theirs_radio.isChecked():
            return "theirs"
        if self.both_radio.isChecked():
            return "both"
        if not self.other_radio.isChecked() or self.editor is None or self.facts.spec is None:
            return None
        try:
            value = self.editor.value()
        except FieldError:
            return None
        return {"value": None if value is None else self.facts.spec.kind.to_wire(value)}

    def _changed(self) -> None:
        is_other = self.other_radio.isChecked()
        if self.editor is not None and is_other != self.editor.isVisibleTo(self):
            self._start_editor()
            self.editor.setVisible(is_other)
        choice = self.choice()
        self._result_icon.show_icon("circle-check" if choice is not None else "circle-dot", "ok" if choice is not None else "muted")
        self.result.set_text(self._result_text(choice))
        self.chosen.emit()

    def _start_editor(self) -> None:
        """The third value begins as what stands now, to be typed on."""
        if self.editor is None or self.facts.spec is None or not self.other_radio.isChecked():
            return
        try:
            value = None if self.facts.theirs.wire is None else self.facts.spec.kind.from_wire(self.facts.theirs.wire)
        except CannotHold:
            value = None
        self.editor.set_value(value)
        self.editor.setFocus()

    def _result_text(self, choice: object | None) -> str:
        if choice == "mine":
            return self._text(self.facts.mine)
        if choice == "theirs":
            return self._text(self.facts.theirs)
        if choice == "both":
            return f"{self._text(self.facts.theirs)}\n\n{self._text(self.facts.mine)}"
        if choice is None or self.editor is None or self.facts.spec is None:
            return say(NOT_CHOSEN, self._language)
        value = self.editor.value()
        if value is None:
            return say(Words("(ว่าง)", "(empty)"), self._language)
        if isinstance(choice, dict) and choice["value"] in (self.facts.mine.wire, self.facts.theirs.wire):
            return self._text(self.facts.mine if choice["value"] == self.facts.mine.wire else self.facts.theirs)
        kind = self.facts.spec.kind
        return kind.show(value, self._language) if self._is_revealed else kind.mask(value, self._language)

    def _text(self, side: Side) -> str:
        return side.full if self._is_revealed else side.text

    def _reveal(self) -> None:
        self._is_revealed = True
        self.revealed.emit(self.facts.name)
        self.show_button.hide()
        self._build_boxes()
        self._changed()

    # The three boxes --------------------------------------------------------------------------------------------------------------

    def _build_boxes(self) -> None:
        for radio in (self.mine_radio, self.theirs_radio):
            radio.setParent(self)
        for box in self._boxes:
            box.hide()
            box.deleteLater()
        facts = self.facts
        self._boxes = (
            self._box(BASE, facts.base, None),
            self._box(place_of(facts.mine), facts.mine, self.mine_radio),
            self._box(place_of(facts.theirs), facts.theirs, self.theirs_radio),
        )
        self._columns = 0
        self._place(self.width())

    def _box(self, title: Words, side: Side, radio: QRadioButton | None) -> QFrame:
        box = QFrame()
        box.setProperty("look", "card")
        column = QVBoxLayout(box)
        space = tokens().space
        column.setContentsMargins(px(space.snug), px(space.tight), px(space.snug), px(space.tight))
        column.setSpacing(px(space.hair))
        at = moment_of(side.at)
        parts = [say(title, self._language), side.by, say(when(at, self._context.office.clock()), self._language) if at else ""]
        column.addWidget(WrapLabel(" · ".join(filter(None, parts)), "small", language=self._language))
        text, before = self._text(side), self._text(self.facts.base)
        is_long = radio is not None and self.facts.base.wire is not None and max(len(text), len(before)) > LONG
        column.addWidget(DiffLabel(before, text) if is_long else WrapLabel(text, language=self._language, is_selectable=False))
        column.addStretch(1)
        if radio is not None:
            # Unpolished it asks for less height than it takes, and the box would keep to that.
            radio.ensurePolished()
            column.addWidget(radio)
            radio.show()
        return box

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Puts the values beside or below each other as there is room."""
        super().resizeEvent(event)
        self._place(event.size().width())

    def _place(self, width: int) -> None:
        columns = 3 if width >= px(_SIDE_BY_SIDE) else 1
        if columns == self._columns:
            return
        self._columns = columns
        for number in range(3):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)
        for number, box in enumerate(self._boxes):
            self._grid.addWidget(box, number // columns, number % columns)
