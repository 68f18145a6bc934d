"""The sync view: how things stand in one sentence, what needs a person, what waits, the last rounds, and what this desk holds.

A round is not run here: `RoundControl` (the sync thread) is asked, and its news come through the bridge.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.services.leftovers import Leftover, leftovers, let_go
from desktop.services.overview import Overview, WaitingRecord, overview
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.support_details import support_details
from desktop.ui.sync_cards import DISCARD, Acts, SyncCards
from desktop.ui.sync_sentence import SyncFacts, facts_of, sync_line
from desktop.ui.sync_streams import StreamsCard
from desktop.ui.sync_words import next_words
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.dialogs import confirm
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.row_button import RowButton
from records.words import Words, say

SYNC_NOW = Words("รับส่งตอนนี้", "Sync now")
BUNDLES = Words("ส่งงานด้วยแฟ้ม (USB)", "Work by bundle (USB)")
VERIFY = Words("เทียบกับเซิร์ฟเวอร์", "Compare with the server")
_VERIFY_TIP = Words(
    "ตรวจว่าข้อมูลในเครื่องนี้ตรงกับเซิร์ฟเวอร์ทุกรายการ แล้วแก้ที่ต่างให้ งานที่ยังไม่ส่งคงอยู่ โปรแกรมทำเองเดือนละครั้ง",
    "Checks that every record here is as on the server and puts right what differs; unsent work stays. It runs by itself once a month.",
)
STOP = Words("หยุดรอบนี้", "Stop this round")
COPY = Words("คัดลอกรายละเอียดให้ฝ่ายสนับสนุน", "Copy details for support")
COPIED = Words("คัดลอกแล้ว ไม่มีชื่อหรือข้อมูลส่วนบุคคล วางในข้อความถึงฝ่ายสนับสนุนได้", "Copied, without names or personal data; paste it to support")
_ALLOW_TITLE = Words("อนุญาตการลบ {count} รายการ?", "Allow {count} deletions?")
_ALLOW_TEXT = Words(
    "รอบนี้จะรับและส่งการลบได้ไม่เกิน {count} รายการต่อประเภท หากมากกว่านี้โปรแกรมจะหยุดถามอีก รายการที่ลบกู้คืนได้จากประวัติ",
    "This round takes in and sends at most {count} deletions of a type; for more it stops and asks again. "
    "Deleted records can be brought back from their history.",
)
ALLOW_NOW = Words("อนุญาตและรับส่ง", "Allow and sync")
_DISCARD_TITLE = Words("ละทิ้งการแก้ไขของ “{title}”?", "Discard the edit of “{title}”?")
_DISCARD_TEXT = Words(
    "การแก้ไขที่ยังไม่ได้ส่งจะไม่ถูกส่ง รายการกลับเป็นค่าที่เซิร์ฟเวอร์มี สิ่งที่ละทิ้งยังดูได้ในประวัติ หรือในรายการที่ลบหากยังไม่เคยส่ง",
    "What was not sent will not be sent, and the record becomes what the server has. The dropped edit stays in its history, or among the "
    "deleted records if it was never sent.",
)
_DISCARDED = Words("ละทิ้งแล้ว ยังดูได้ในประวัติ", "Discarded; it can still be seen in the history")


class RoundControl(Protocol):
    """Who runs the rounds: the sync thread."""

    def ask(self) -> None:
        """Asks for a round now; from any thread."""

    def allow(self, deletions: int) -> None:
        """Asks for a round now in which so many deletions of a type may go through."""

    def verify(self) -> None:
        """Asks for a round now, after which what is here is compared with the server."""

    def cancel(self) -> None:
        """Ends the round under way between two transactions; from any thread."""

    def next_due(self) -> datetime | None:
        """When the next round begins by itself; None where none will."""


LET_GO = Words("ลบออกจากเครื่องนี้", "Remove from this computer")
_GONE = Words("ลบออกจากเครื่องนี้แล้ว {count} รายการ", "{count} records were removed from this computer")


class SyncView(Screen):
    """What sync did, does and waits for."""

    help_page = "sync"

    def __init__(self, context: Context, control: RoundControl, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._control = control
        self._news: SyncStatus | None = None
        self._overview: Overview | None = None
        self._pairs = 0
        self._shows_all_rounds = False
        self._cards = SyncCards(context, Acts(self._ask_to_allow, self._retry, self._ask_to_discard, self._show_all_rounds))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        self._page.body.addWidget(self._made_head())
        self.leftover = Banner("warn", Words("", ""), self.language, action=LET_GO)
        self.leftover.acted.connect(self._ask_to_let_go)
        self.leftover.hide()
        self._left: Leftover | None = None
        self._page.body.addWidget(self.leftover)
        self._below = QVBoxLayout()
        self._below.setSpacing(px(tokens().space.normal))
        self._page.body.addLayout(self._below)
        self.streams = StreamsCard(self.language)
        self.streams.hide()
        self._page.body.addWidget(self.streams)
        foot = Flow()
        self.copy_button = Button(COPY, self.language, icon="copy", look="bare")
        self.copy_button.clicked.connect(self.copy_details)
        foot.add(self.copy_button)
        self._page.body.addWidget(foot)
        self._show_state()
        self.bridge.sync_status_changed.connect(self._hear)
        self.bridge.records_changed.connect(self._changed)

    def _made_head(self) -> Card:
        """How things stand, in words and a bar, and what can be done about it."""
        head = Card()
        top = QHBoxLayout()
        top.setSpacing(px(tokens().space.normal))
        self._icon = IconView("cloud", "muted", side=32)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(tokens().space.hair))
        self.sentence = WrapLabel("", "heading", language=self.language)
        self.detail = WrapLabel("", "muted", language=self.language)
        words.addWidget(self.sentence)
        words.addWidget(self.detail)
        top.addLayout(words, 1)
        self.sync_button = PrimaryButton(SYNC_NOW, self.language, icon="refresh-cw")
        self.sync_button.setToolTip(f"{say(SYNC_NOW, self.language)} (F5)")
        self.sync_button.clicked.connect(self.sync_now)
        self.stop_button = self._made_button(STOP, "x", self._control.cancel)
        self.verify_button = self._made_button(VERIFY, "list-checks", self.verify, _VERIFY_TIP)
        for button in (self.sync_button, self.verify_button, self.stop_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        head.body.addLayout(top)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        head.body.addWidget(self.progress)
        return head

    def _made_button(self, text: Words, icon: str, act: Callable[[], object], tip: Words | None = None) -> Button:
        made = Button(text, self.language, icon=icon)
        made.setToolTip(say(tip, self.language) if tip else "")
        made.clicked.connect(lambda _checked: act())
        return made

    # Screen -----------------------------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What stands above the page."""
        return say(Words("การรับส่งข้อมูล", "Sync"), self.language)

    def refresh(self) -> None:
        """Asks how things stand."""
        office = self.office
        self.bridge.run(lambda: overview(office), self._show, owner=self, is_long=True)
        self.bridge.run(lambda: leftovers(office), self._show_leftovers, owner=self, is_long=True)
        self.bridge.run(lambda: len(office.duplicates.pairs()), self._show_pairs, owner=self, is_long=True)

    def acts(self) -> list[Action]:
        """For the palette; F5 itself belongs to the window, on every screen."""
        return [
            Action("sync_now", SYNC_NOW, self.sync_now, "refresh-cw"),
            Action("verify", VERIFY, self.verify, "list-checks"),
            Action("copy_sync_details", COPY, self.copy_details, "copy"),
        ]

    def sync_now(self) -> None:
        """Asks for a round and says so at once."""
        self._news = SyncStatus(Phase.ASKING)
        self._show_state()
        self._control.ask()

    def verify(self) -> None:
        """Asks for a round and a comparison, and says so at once."""
        self._news = SyncStatus(Phase.ASKING)
        self._show_state()
        self._control.verify()

    # What is shown ----------------------------------------------------------------------------------------------------------------

    @property
    def facts(self) -> SyncFacts:
        """What the sentence is made of now."""
        news = self._news or (self._remembered() if self._overview else None)
        return facts_of(self._overview, self.office.clock(), news)

    def _remembered(self) -> SyncStatus | None:
        """Since the start nothing was heard: the last round remembered says whether there was a line."""
        last = self._overview.rounds[0] if self._overview and self._overview.rounds else None
        phases = {"offline": Phase.OFFLINE, "stopped": Phase.STOPPED}
        return SyncStatus(phases[last.outcome], message=last.message) if last and last.outcome in phases else None

    def _hear(self, status: object) -> None:
        if not isinstance(status, SyncStatus):
            return
        self._news = status
        self._show_state()
        if not self.facts.is_busy and self.isVisible():
            self.refresh()

    def _changed(self, types: object, ids: object) -> None:
        if self.isVisible() and not self.facts.is_busy:
            self.refresh()

    def _show(self, found: Overview) -> None:
        self._overview = found
        self._show_state()
        emptied(self._below)
        cards = self._cards
        rounds = cards.rounds(found, all_of_them=self._shows_all_rounds)
        for part in (
            *cards.needs(found, self._pairs),
            *cards.refused(found),
            cards.waiting(found),
            *cards.others(found),
            rounds,
            self._by_stick(),
        ):
            self._below.addWidget(part)
        self.streams.setVisible(bool(found.status.streams))
        self.streams.show_streams(found.status.streams)

    def _show_pairs(self, pairs: int) -> None:
        is_new = pairs != self._pairs
        self._pairs = pairs
        if is_new and self._overview is not None:
            self._show(self._overview)

    def _show_all_rounds(self) -> None:
        self._shows_all_rounds = True
        if self._overview is not None:
            self._show(self._overview)

    def _next_words(self, facts: SyncFacts) -> Words | None:
        if facts.is_busy or not facts.is_enrolled:
            return None
        return next_words(self._control.next_due(), self.office.clock(), is_asked_to_wait=self._last_code() == "slow-down")

    def _last_code(self) -> str:
        return self._overview.rounds[0].code if self._overview and self._overview.rounds else ""

    def _show_state(self) -> None:
        facts = self.facts
        line = sync_line(facts)
        self._icon.show_icon(line.icon, line.role)
        self.sentence.set_text(say(line.sentence, self.language))
        is_over_badly = facts.news is not None and facts.news.phase in (Phase.STOPPED, Phase.OFFLINE)
        said = [facts.news.message] if facts.news and is_over_badly else []
        parts = [*said, *filter(None, (line.waiting, line.last, self._next_words(facts)))]
        self.detail.set_text(" · ".join(say(part, self.language) for part in parts if part.th))
        self.detail.setVisible(bool(self.detail.plain_text))
        self.progress.setVisible(facts.is_busy)
        self.progress.setValue(int((line.progress or 0) * 1000))
        self.progress.setAccessibleName(self.sentence.plain_text)
        self.sync_button.setVisible(not facts.is_busy)
        self.sync_button.setEnabled(facts.is_enrolled)
        self.verify_button.setVisible(not facts.is_busy and facts.is_enrolled)
        self.stop_button.setVisible(facts.is_busy)

    # What a person does -----------------------------------------------------------------------------------------------------------

    def _ask_to_allow(self, count: int) -> None:
        shown = f"{count:,}"
        title, text = _ALLOW_TITLE.filled(count=shown), _ALLOW_TEXT.filled(count=shown)
        if confirm(self, self.language, title, text, ALLOW_NOW, is_dangerous=True):
            self._news = SyncStatus(Phase.ASKING)
            self._show_state()
            self._control.allow(count)

    def _retry(self, change_id: str | None) -> None:
        office = self.office
        self.bridge.run(lambda: office.sync.retry(change_id), lambda _count: self.sync_now(), owner=self)

    def _ask_to_discard(self, one: WaitingRecord) -> None:
        if not confirm(self, self.language, _DISCARD_TITLE.filled(title=one.title), _DISCARD_TEXT, DISCARD, is_dangerous=True):
            return
        office = self.office
        self.bridge.run(lambda: office.sync.discard(one.change_id), self._discarded, owner=self)

    def _show_leftovers(self, found: tuple[Leftover, ...]) -> None:
        """One stream at a time: the next is shown when this one is gone."""
        self._left = found[0] if found else None
        if self._left is not None:
            self.leftover.show_message("warn", self._left.words)
        self.leftover.setVisible(self._left is not None)

    def _ask_to_let_go(self) -> None:
        left, office = self._left, self.office
        if left is None or not confirm(self, self.language, LET_GO, left.words, LET_GO, is_dangerous=True):
            return
        self.bridge.run(lambda: let_go(office, left.stream), self._gone, owner=self, is_long=True)

    def _gone(self, count: int) -> None:
        self.context.notify(Notice("ok", _GONE.filled(count=f"{count:,}")))
        self.refresh()

    def _by_stick(self) -> RowButton:
        hint = Words("ไม่มีสัญญาณ ก็ส่งและรับงานด้วย USB ได้", "Without any line work goes and comes on a stick")
        row = RowButton(say(BUNDLES, self.language), say(hint, self.language), self.language, icon="package")
        row.clicked.connect(lambda: self.context.navigate(Place("bundles")))
        return row

    def _discarded(self, _count: int) -> None:
        self.context.notify(Notice("ok", _DISCARDED))
        self.refresh()

    def copy_details(self) -> None:
        """Puts what support needs on the clipboard: versions, counts and codes, no names."""
        office = self.office
        self.bridge.run(lambda: support_details(office), self._copied, owner=self, is_long=True)

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.context.notify(Notice("ok", COPIED))
