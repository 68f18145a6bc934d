"""Records that may have been entered twice, of every type with a natural key: pair by pair, compared and merged, or told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.duplicates import Pair
from desktop.storage.rows import Row
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, QuietButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.merge_dialog import ask_merge
from desktop.ui.widgets.page import Page
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.office import Office

TITLE = Words("รายการที่อาจบันทึกซ้ำ", "Possibly entered twice")
HINT = Words(
    "ช่องที่ใช้แยกรายการเหมือนกัน เช่น พิมพ์จากสองเครื่องก่อนรับส่ง เปรียบเทียบก่อนรวม เลิกทำได้เสมอ",
    "The fields that tell them apart are equal, as when typed at two desks before a round. Compare before merging; it can be undone.",
)
MERGE = Words("เปรียบเทียบและรวม", "Compare and merge")
NOT_SAME = Words("ไม่ใช่รายการเดียวกัน", "Not the same")
REMEMBERED = Words("จำไว้แล้วว่าเป็นคนละรายการ", "Remembered as two different records")
UNDO = Words("ย้อนกลับ", "Undo")
NONE = Words("ไม่พบรายการซ้ำ", "Nothing seems to be here twice")
NONE_BODY = Words(
    "หลังรับส่งทุกครั้ง โปรแกรมเทียบช่องที่ใช้แยกรายการของทุกประเภทข้อมูล บุคคลที่ชื่อคล้ายกันดูได้ในหน้าบุคลากร",
    "After every round the fields that tell records apart are compared, for all types. Persons with similar names are on a page of their own, under people.",
)
ALIKE = Words("ดูบุคคลที่อาจซ้ำ", "See persons who may be one")
_MOST = 60
_LATER_MS = 600
BESIDE = 9
"""Pixels between the edge of a bare button and its words."""


@dataclass(frozen=True)
class Shown:
    """A pair as people read it."""

    pair: Pair
    titles: tuple[str, str]
    whos: tuple[str, str]
    """Who typed each, by name."""


def _gathered(office: "Office") -> tuple[Shown, ...]:
    pairs = office.duplicates.pairs()
    names = {one.changed_by: "" for pair in pairs[:_MOST] for one in (pair.keep, pair.drop)}
    names = {account: office.history.name_of(account) for account in names}
    return tuple(
        Shown(
            pair,
            (office.records.title(pair.keep), office.records.title(pair.drop)),
            (names.get(pair.keep.changed_by, ""), names.get(pair.drop.changed_by, "")),
        )
        for pair in pairs[:_MOST]
    )


class DuplicatesScreen(Screen):
    """The pairs, type by type."""

    help_page = "sync"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.pairs: Sequence[Shown] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        self.refresh_after(tuple(self.office.catalogue), _LATER_MS)

    def title(self) -> str:
        """What stands above the page."""
        return say(TITLE, self.language)

    def refresh(self) -> None:
        """Looks through every type."""
        office = self.office
        self.bridge.run(lambda: _gathered(office), self._show, owner=self, is_long=True)

    def acts(self) -> list[Action]:
        """For the palette."""
        return [Action("people_alike", ALIKE, self._to_people, "users")]

    def _to_people(self) -> None:
        self.context.navigate(Place("people_alike"))

    def _show(self, pairs: Sequence[Shown]) -> None:
        self.pairs = pairs
        self._page.clear()
        if not pairs:
            card = Card()
            empty = EmptyState("circle-check", NONE, NONE_BODY, self.language, action=ALIKE)
            empty.acted.connect(self._to_people)
            card.body.addWidget(empty)
            self._page.body.addWidget(card)
            return
        for type_name in dict.fromkeys(one.pair.type for one in pairs):
            mine = [one for one in pairs if one.pair.type == type_name]
            card = Card()
            card.add_head(mine[0].pair.label, self.language, hint=HINT)
            for one in mine:
                card.body.addWidget(Line())
                card.body.addWidget(self._pair(one))
            self._page.body.addWidget(card)

    def _pair(self, one: Shown) -> QWidget:
        pair = one.pair
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(tokens().space.tight))
        column = QVBoxLayout()
        column.setSpacing(px(2))
        for row, title, who in zip((pair.keep, pair.drop), one.titles, one.whos, strict=True):
            column.addWidget(self._record(row, title, who))
        agreed = ", ".join(say(words, self.language) for words in pair.fields)
        equal = WrapLabel(
            say(Words("ตรงกันที่: {fields}", "Equal in: {fields}"), self.language, fields=agreed), "small", language=self.language
        )
        # A name one can press has room around it: what stands below begins where its letters do.
        equal.setContentsMargins(px(BESIDE), 0, 0, 0)
        column.addWidget(equal)
        line.addLayout(column, 1)
        acts = QVBoxLayout()
        acts.setSpacing(px(tokens().space.hair))
        spec = self.office.catalogue[pair.type]
        if self.context.access.can_write(spec.type, pair.keep.stream):
            merge = QuietButton(MERGE, self.language, icon="git-merge")
            merge.clicked.connect(lambda: ask_merge(self.context, self, pair.type, pair.keep.id, pair.drop.id, goes_there=False))
            acts.addWidget(merge)
        apart = Button(NOT_SAME, self.language, icon="x", look="bare")
        apart.setAccessibleName(f"{say(NOT_SAME, self.language)}: {one.titles[0]}")
        apart.clicked.connect(lambda: self.tell_apart(pair))
        acts.addWidget(apart)
        line.addLayout(acts)
        return holder

    def _record(self, row: Row, title: str, who: str) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(tokens().space.tight))
        button = Button(Words("{name}", "{name}").filled(name=title), self.language, look="bare")
        button.clicked.connect(lambda: self.context.navigate(Place("record", row.type, row.id)))
        line.addWidget(button)
        at = moment_of(row.changed_at)
        parts = [who, say(when(at, self.office.clock()), self.language) if at else ""]
        line.addWidget(WrapLabel(" · ".join(filter(None, parts)), "muted", language=self.language), 1)
        return holder

    def tell_apart(self, pair: Pair) -> None:
        """Remembers that the two of a pair are two; can be taken back from the message."""
        office = self.office
        ids = (pair.type, pair.keep.id, pair.drop.id)

        def back() -> None:
            self.bridge.run(lambda: office.duplicates.same_again(*ids), lambda _none: self.refresh(), owner=self)

        def done(_none: None) -> None:
            self.context.notify(Notice("ok", REMEMBERED, UNDO, back))
            self.refresh()

        self.bridge.run(lambda: office.duplicates.not_same(*ids), done, owner=self)
