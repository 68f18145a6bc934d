"""Take back and restore: the last acts of the person at this desk, each with its undo, and the records deleted last, each with its restore."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.deleted import DeletedRecord, deleted
from desktop.storage.acts import Act
from desktop.ui.screen import Context, Notice, Screen
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.record_acts import undone_notice
from records.words import Words, say

TITLE = Words("ย้อนและกู้คืน", "Undo and restore")
ACTS = Words("การกระทำล่าสุดของท่าน", "What you did last")
ACTS_HINT = Words(
    "ย้อนได้ทั้งการบันทึก การลบ การนำเข้า และการรวมรายการ รายการที่มีผู้แก้ไขต่อแล้วจะคงไว้",
    "Saves, deletions, imports and merges can be taken back; records somebody edited since stay as they are",
)
DELETED = Words("ลบล่าสุด", "Deleted lately")
DELETED_HINT = Words("ของทุกประเภท ใครลบก็กู้คืนได้", "Of every type, whoever deleted them")
UNDO = Words("ย้อน", "Take back")
WAS_UNDONE = Words("ย้อนแล้ว", "Taken back")
RESTORE = Words("กู้คืน", "Restore")
RESTORED = Words("กู้คืน {title} แล้ว", "{title} was restored")
NO_ACTS = Words("ยังไม่มีการกระทำในเครื่องนี้", "Nothing was done on this computer yet")
NO_DELETED = Words("ไม่มีรายการที่ถูกลบ", "Nothing is deleted")
_ACTS = 50
_DELETED = 200


class DeletedScreen(Screen):
    """Two lists, newest first."""

    help_page = "undo"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        page = Page()
        whole.addWidget(page)
        self.acts_card, self._acts = self._card(ACTS, ACTS_HINT)
        self.deleted_card, self._deleted = self._card(DELETED, DELETED_HINT)
        page.body.addWidget(self.acts_card)
        page.body.addWidget(self.deleted_card)
        page.body.addStretch(1)
        self.bridge.records_changed.connect(lambda _types, _ids: self.refresh() if self.isVisible() else None)

    def title(self) -> str:
        """Undo and restore."""
        return say(TITLE, self.language)

    def refresh(self) -> None:
        """Asks again."""
        office = self.office
        self.bridge.run(lambda: (office.undo.acts(_ACTS), deleted(office, _DELETED)), self._show, owner=self)

    def _card(self, title: Words, hint: Words) -> tuple[Card, QVBoxLayout]:
        card = Card()
        card.add_head(title, self.language, hint=hint)
        lines = QVBoxLayout()
        lines.setSpacing(px(tokens().space.tight))
        card.body.addLayout(lines)
        return card, lines

    def _show(self, answer: tuple[list[Act], tuple[DeletedRecord, ...]]) -> None:
        acts, gone = answer
        emptied(self._acts)
        emptied(self._deleted)
        for act in acts:
            if act.undoes is None:
                self._add(self._acts, say(act.label, self.language), self._when(act.made_at), self._undo_button(act))
        for one in gone:
            detail = "  ·  ".join(filter(None, (say(one.label, self.language), one.who, self._when(one.row.changed_at))))
            self._add(self._deleted, one.title, detail, self._button(RESTORE, one.title, partial(self._restore, one)))
        for lines, words in ((self._acts, NO_ACTS), (self._deleted, NO_DELETED)):
            if not lines.count():
                lines.addWidget(WrapLabel(say(words, self.language), "muted", language=self.language))

    def _add(self, lines: QVBoxLayout, name: str, detail: str, button: QWidget) -> None:
        if lines.count():
            lines.addWidget(Line())
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.snug))
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(WrapLabel(name, "strong", language=self.language))
        texts.addWidget(WrapLabel(detail, "small", language=self.language))
        row.addLayout(texts, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        lines.addLayout(row)

    def _undo_button(self, act: Act) -> QWidget:
        if act.undone:
            return WrapLabel(say(WAS_UNDONE, self.language), "muted", language=self.language)
        return self._button(UNDO, say(act.label, self.language), lambda: self._undo(act))

    def _button(self, words: Words, about: str, run: Callable[[], object]) -> Button:
        button = Button(words, self.language, icon="undo-2")
        button.setAccessibleName(f"{say(words, self.language)} {about}")
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _undo(self, act: Act) -> None:
        office = self.office
        self.bridge.run(lambda: office.undo.act(act.id), lambda undone: self.context.notify(undone_notice(undone)), owner=self)

    def _restore(self, one: DeletedRecord) -> None:
        office, row = self.office, one.row
        told = Notice("ok", RESTORED.filled(title=one.title))
        self.bridge.run(lambda: office.records.restore(row.type, row.id, row.stream), lambda _row: self.context.notify(told), owner=self)

    def _when(self, moment: str | datetime) -> str:
        at = moment if isinstance(moment, datetime) else moment_of(moment)
        return say(when(at, self.office.clock()), self.language) if at is not None else ""
