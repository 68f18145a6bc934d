"""Persons who stand in the register twice, perhaps: pair by pair, with the reason, to be compared and merged."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.people import Alike
from desktop.storage.rows import Row
from desktop.ui.duplicates_view import BESIDE
from desktop.ui.screen import Context, Notice, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, QuietButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.merge_dialog import ask_merge
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.record_text import secondary_text
from records.words import Words, say

TITLE = Words("บุคคลที่อาจเป็นคนเดียวกัน {count} คู่", "{count} pairs of persons who may be one")
HINT = Words(
    "เปรียบเทียบทีละช่องก่อนรวม เลิกทำได้เสมอ หากเป็นคนละคนให้บอก จะไม่ถามอีก",
    "Compare field by field before merging; it can be undone. Say so if they are two people, and they are not listed again.",
)
MERGE = Words("เปรียบเทียบและรวม", "Compare and merge")
NOT_SAME = Words("ไม่ใช่คนเดียวกัน", "Not the same person")
REMEMBERED = Words("จำไว้แล้วว่าเป็นคนละคน", "Remembered as two persons")
UNDO = Words("ย้อนกลับ", "Undo")
NONE = Words("ไม่พบบุคคลที่อาจซ้ำกัน", "Nobody seems to be here twice")
NONE_BODY = Words(
    "โปรแกรมเทียบเลขประจำตัว ชื่อ เสียงของชื่อ และวันเกิดของทุกคนในทะเบียน",
    "Citizen ids, names, their sound and dates of birth of the whole register were compared",
)
_MOST = 60
_LATER_MS = 600


class PeopleAlikeScreen(AreaScreen):
    """The pairs, the surest first."""

    page = "people_alike"
    help_page = "people"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.pairs: Sequence[tuple[Row, Alike]] = ()
        self._board = Page(is_inside=True)
        self.body.addWidget(self._board, 1)
        self.refresh_after(("person",), _LATER_MS)

    def refresh(self) -> None:
        """Looks through the register."""
        people = self.office.people
        self.bridge.run(people.pairs, self._show, owner=self, is_long=True)

    def _show(self, pairs: Sequence[tuple[Row, Alike]]) -> None:
        self.pairs = pairs
        self._board.clear()
        if not pairs:
            self._board.body.addWidget(EmptyState("users", NONE, NONE_BODY, self.language))
            return
        card = Card()
        card.add_head(TITLE.filled(count=f"{len(pairs):,}"), self.language, hint=HINT)
        for row, other in pairs[:_MOST]:
            card.body.addWidget(Line())
            card.body.addWidget(self._pair(row, other))
        self._board.body.addWidget(card)

    def _pair(self, row: Row, other: Alike) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(tokens().space.tight))
        column = QVBoxLayout()
        column.setSpacing(px(2))
        for one in (row, other.row):
            column.addWidget(self._name(one))
        reason = WrapLabel(say(other.reason, self.language), "small", language=self.language)
        # A name one can press has room around it: what stands below begins where its letters do.
        reason.setContentsMargins(px(BESIDE), 0, 0, 0)
        column.addWidget(reason)
        line.addLayout(column, 1)
        acts = QVBoxLayout()
        acts.setSpacing(px(tokens().space.hair))
        if self.context.access.can_write("person", row.stream):
            merge = QuietButton(MERGE, self.language, icon="git-merge")
            merge.clicked.connect(lambda: ask_merge(self.context, self, "person", row.id, other.row.id, goes_there=False))
            acts.addWidget(merge)
        apart = Button(NOT_SAME, self.language, icon="x", look="bare")
        apart.setAccessibleName(f"{say(NOT_SAME, self.language)}: {self.office.catalogue['person'].title_of(row.fields, self.language)}")
        apart.clicked.connect(lambda: self.tell_apart(row.id, other.row.id))
        acts.addWidget(apart)
        line.addLayout(acts)
        return holder

    def tell_apart(self, one: str, other: str) -> None:
        """Remembers that two persons are two; can be taken back from the message."""
        told = self.office.duplicates

        def back() -> None:
            self.bridge.run(lambda: told.same_again("person", one, other), lambda _none: self.refresh(), owner=self)

        def done(_none: None) -> None:
            self.context.notify(Notice("ok", REMEMBERED, UNDO, back))
            self.refresh()

        self.bridge.run(lambda: told.not_same("person", one, other), done, owner=self)

    def _name(self, row: Row) -> QWidget:
        spec = self.office.catalogue["person"]
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(tokens().space.tight))
        button = Button(Words("{name}", "{name}").filled(name=spec.title_of(row.fields, self.language)), self.language, look="bare")
        button.clicked.connect(lambda: self.context.navigate(Place("record", "person", row.id)))
        line.addWidget(button)
        line.addWidget(WrapLabel(secondary_text(spec, row, self.language), "muted", language=self.language), 1)
        return holder
