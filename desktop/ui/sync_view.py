"""The sync view: how things stand in one sentence, what needs a person, what waits, the last rounds, and what this desk holds.

A round is not run here: `RoundControl` (the sync thread) is asked, and its news come through the bridge.
"""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.services.documents import Documents, documents
from desktop.services.leftovers import Leftover, leftovers, let_go
from desktop.services.overview import Overview, WaitingRecord, overview
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.succession_banner import SuccessionBanner
from desktop.ui.support_details import support_details
from desktop.ui.sync_cards import DISCARD, Acts, SyncCards
from desktop.ui.sync_head import SYNC_NOW, SyncHead
from desktop.ui.sync_sentence import SyncFacts, facts_of, moment_of, when
from desktop.ui.sync_streams import StreamsCard
from desktop.ui.sync_words import next_words
from desktop.ui.theme.current import px, tokens
from desktop.ui.unsent_words import EXPORT, EXPORTED, UNSENT_FILES
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.dialogs import confirm
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.page import Page, emptied
from records.words import Words, say

BUNDLES = Words("ส่งงานด้วยแฟ้ม (USB)", "Work by bundle (USB)")
VERIFY = Words("เทียบกับเซิร์ฟเวอร์", "Compare with the server")
_VERIFY_TIP = Words(
    "ตรวจว่าข้อมูลในเครื่องนี้ตรงกับเซิร์ฟเวอร์ทุกรายการ แล้วแก้ที่ต่างให้ งานที่ยังไม่ส่งคงอยู่ โปรแกรมทำเองเดือนละครั้ง",
    "Checks that every record here is as on the server and puts right what differs; unsent work stays. It runs by itself once a month.",
)
_BY_STICK = Words("ไม่มีสัญญาณ ก็ส่งและรับงานด้วย USB ได้", "Without any line work goes and comes on a stick")
_EXPORT_TIP = Words(
    "เขียนงานที่เซิร์ฟเวอร์ยังไม่ได้รับลงไฟล์ มีข้อมูลครบทุกช่อง งานในเครื่องไม่เปลี่ยน",
    "Writes the work the server has not taken to a file, in full; nothing on this computer changes.",
)
COPY = Words("คัดลอกรายละเอียดให้ฝ่ายสนับสนุน", "Copy details for support")
COPIED = Words("คัดลอกแล้ว ไม่มีชื่อหรือข้อมูลส่วนบุคคล วางในข้อความถึงฝ่ายสนับสนุนได้", "Copied, without names or personal data; paste it to support")
_ALLOW_TITLE = Words("อนุญาตการลบ {count} รายการ?", "Allow {count} [deletion|deletions]?")
_ALLOW_TEXT = Words(
    "รอบนี้จะรับและส่งการลบได้ไม่เกิน {count} รายการต่อประเภท หากมากกว่านี้โปรแกรมจะหยุดถามอีก รายการที่ลบกู้คืนได้จากประวัติ",
    "This round takes in and sends at most {count} [deletion|deletions] of a type; for more it stops and asks again. "
    "Deleted records can be brought back from their history.",
)
ALLOW_NOW = Words("อนุญาตและรับส่ง", "Allow and sync")
_DISCARD_TITLE = Words("ละทิ้งการแก้ไขของ “{title}”?", "Discard the edit of “{title}”?")
_DISCARD_TEXT = Words(
    "การแก้ไขที่ยังไม่ได้ส่งจะไม่ถูกส่ง รายการกลับเป็นค่าที่เซิร์ฟเวอร์มี สิ่งที่ละทิ้งยังดูได้ในประวัติ หรือในรายการที่ลบหากยังไม่เคยส่ง",
    "What was not sent will not be sent, and the record becomes what the server has. The dropped edit stays in its history, or among the "
    "deleted records if it was never sent.",
)
_SINCE = Words("ไม่มีเครือข่ายตั้งแต่ {when}", "No line since {when}")
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
_GONE = Words("ลบออกจากเครื่องนี้แล้ว {count} รายการ", "{count} [record was|records were] removed from this computer")


class SyncView(Screen):
    """What sync did, does and waits for."""

    help_page = "sync"

    def __init__(self, context: Context, control: RoundControl, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._control = control
        heard = context.bridge.last_sync_status
        self._news = heard if isinstance(heard, SyncStatus) else None
        self._overview: Overview | None = None
        self._pairs = 0
        self._documents = Documents()
        self._shows_all_rounds = False
        self._shows_all_waiting = False
        self._cards = SyncCards(
            context, Acts(self._ask_to_allow, self._retry, self._ask_to_discard, self._show_all_rounds, self._show_all_waiting)
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        self.head = SyncHead(self.language, self.sync_now, self._control.cancel)
        self._page.body.addWidget(self.head)
        self.leftover = Banner("warn", Words("", ""), self.language, action=LET_GO)
        self.leftover.acted.connect(self._ask_to_let_go)
        self.leftover.hide()
        self._left: Leftover | None = None
        self._page.body.addWidget(self.leftover)
        self.succession = SuccessionBanner(context, self.refresh)
        self._page.body.addWidget(self.succession)
        self._below = QVBoxLayout()
        self._below.setSpacing(px(tokens().space.normal))
        self._page.body.addLayout(self._below)
        self.streams = StreamsCard(self.language)
        self.verify_button = self.streams.add_act(VERIFY, _VERIFY_TIP, "list-checks", self.verify)
        self.streams.hide()
        self._page.body.addWidget(self.streams)
        self._foot = self._made_foot()
        self._page.body.addWidget(self._foot)
        self._show_state()
        self.bridge.sync_status_changed.connect(self._hear)
        self.bridge.records_changed.connect(self._changed)

    def _made_foot(self) -> Flow:
        foot = Flow()
        bundles = Button(BUNDLES, self.language, icon="package", look="quiet")
        bundles.setToolTip(say(_BY_STICK, self.language))
        bundles.clicked.connect(lambda: self.context.navigate(Place("bundles")))
        foot.add(bundles)
        self.export_button = Button(EXPORT, self.language, icon="download", look="quiet")
        self.export_button.setToolTip(say(_EXPORT_TIP, self.language))
        self.export_button.clicked.connect(self._ask_where)
        self.export_button.hide()
        foot.add(self.export_button)
        self.copy_button = Button(COPY, self.language, icon="copy", look="bare")
        self.copy_button.clicked.connect(self.copy_details)
        foot.add(self.copy_button)
        return foot

    # Screen -----------------------------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What stands above the page."""
        return say(Words("การรับส่งข้อมูล", "Sync"), self.language)

    def show_place(self, place: Place) -> None:
        """Whoever comes here asks how things stand: the sentence at the top says it."""
        self._page.verticalScrollBar().setValue(0)

    def refresh(self) -> None:
        """Asks how things stand."""
        office = self.office
        self.bridge.run(lambda: overview(office), self._show, owner=self, is_long=True)
        self.bridge.run(lambda: leftovers(office), self._show_leftovers, owner=self, is_long=True)
        self.succession.refresh()
        self.bridge.run(lambda: documents(office), self._show_documents, owner=self)
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
            cards.waiting(found, all_of_them=self._shows_all_waiting),
            *cards.documents(self._documents),
            *cards.others(found),
            rounds,
        ):
            self._below.addWidget(part)
        self.export_button.setVisible(found.status.waiting > 0)
        self._foot.place_again()
        self.streams.setVisible(bool(found.status.streams))
        self.streams.show_streams(found.status.streams)

    def _show_pairs(self, pairs: int) -> None:
        is_new = pairs != self._pairs
        self._pairs = pairs
        if is_new and self._overview is not None:
            self._show(self._overview)

    def _show_documents(self, found: Documents) -> None:
        is_new = found != self._documents
        self._documents = found
        if is_new and self._overview is not None:
            self._show(self._overview)

    def _show_all_waiting(self) -> None:
        self._shows_all_waiting = True
        if self._overview is not None:
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
        since = self._since(facts)
        self.head.show_facts(facts, [words for words in (since, self._next_words(facts)) if words is not None])
        self.verify_button.setVisible(not facts.is_busy and facts.is_enrolled and not facts.is_locked)

    def _since(self, facts: SyncFacts) -> Words | None:
        """Since when there is no line, where several rounds found none."""
        last = self._overview.rounds[0] if self._overview and self._overview.rounds else None
        is_offline = facts.news is not None and facts.news.phase is Phase.OFFLINE and not facts.is_asked_to_wait
        at = moment_of(last.since) if last is not None and is_offline else None
        return _SINCE.filled(when=when(at, facts.now)) if at else None

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

    def _discarded(self, _count: int) -> None:
        self.context.notify(Notice("ok", _DISCARDED))
        self.refresh()

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say(EXPORT, self.language), "unsent.xlsx", say(UNSENT_FILES, self.language))
        if name:
            self.export_unsent(Path(name))

    def export_unsent(self, path: Path) -> None:
        """Writes what was not sent to a file, in full; nothing of it is changed by that."""
        # Only then: it needs the code of reports.
        from desktop.services.unsent import export_unsent

        office = self.office
        self.bridge.run(lambda: export_unsent(office, path), lambda count: self._exported(count, path), owner=self)

    def _exported(self, count: int, path: Path) -> None:
        self.context.notify(Notice("ok", EXPORTED.filled(count=f"{count:,}", name=path.name)))

    def copy_details(self) -> None:
        """Puts what support needs on the clipboard: versions, counts and codes, no names."""
        office = self.office
        self.bridge.run(lambda: support_details(office), self._copied, owner=self, is_long=True)

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.context.notify(Notice("ok", COPIED))
