"""The sync view: how things stand in one sentence, what needs a person, what waits, the last rounds, and what this desk holds.

A round is not run here: `RoundControl` (the sync thread) is asked, and its news come through the bridge.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.services.overview import Overview, WaitingRecord, overview
from desktop.services.rounds import Round
from desktop.storage.state import StreamState
from desktop.sync.guard import CODE
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.screen import Action, Context, Place, Screen
from desktop.ui.sync_sentence import SyncFacts, facts_of, moment_of, sync_line, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.dialogs import confirm
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.pill import Kind, Pill
from desktop.ui.widgets.row_button import RowButton
from records.protocol import PROBLEMS
from records.words import Words, say

SYNC_NOW = Words("รับส่งตอนนี้", "Sync now")
VERIFY = Words("เทียบกับเซิร์ฟเวอร์", "Compare with the server")
_VERIFY_TIP = Words(
    "ตรวจว่าข้อมูลในเครื่องนี้ตรงกับเซิร์ฟเวอร์ทุกรายการ แล้วแก้ที่ต่างให้ งานที่ยังไม่ส่งคงอยู่ โปรแกรมทำเองเดือนละครั้ง",
    "Checks that every record here is as on the server and puts right what differs; unsent work stays. It runs by itself once a month.",
)
STOP = Words("หยุดรอบนี้", "Stop this round")
CHOOSE = Words("ไปเลือก", "Choose")
_OUTCOMES: dict[str, tuple[Words, Kind]] = {
    "done": (Words("ตรงกันแล้ว", "In step"), "ok"),
    "left": (Words("ยังมีรายการค้าง", "Something still waits"), "warn"),
    "cancelled": (Words("หยุดกลางคัน", "Stopped by you"), "neutral"),
    "offline": (Words("ไม่มีเครือข่าย", "No line"), "neutral"),
    "stopped": (Words("ต้องแก้ไขก่อน", "Needs a person"), "danger"),
}
_DELETES = Words(
    "มีการลบข้อมูลจำนวนมากผิดปกติ จึงหยุดไว้ก่อน โปรดตรวจกับผู้เกี่ยวข้อง หากถูกต้องจึงอนุญาตการลบในหน้านี้",
    "Unusually many deletions: it was stopped first. Check with those concerned; if right, allow the deletions on this page.",
)
_TOO_MANY = Words(
    "มีการลบถึง {count} รายการในคราวเดียว จึงหยุดไว้ก่อน การลบยังไม่ถูกรับหรือส่ง โปรดตรวจกับผู้เกี่ยวข้อง หากถูกต้องจึงอนุญาต",
    "{count} records would be deleted at once, so it was stopped first: no deletion was taken in or sent. Check with those concerned; "
    "allow it if it is right.",
)
ALLOW = Words("อนุญาตการลบ {count} รายการ", "Allow {count} deletions")
_ALLOW_TITLE = Words("อนุญาตการลบ {count} รายการ?", "Allow {count} deletions?")
_ALLOW_TEXT = Words(
    "รอบนี้จะรับและส่งการลบได้ไม่เกิน {count} รายการต่อประเภท หากมากกว่านี้โปรแกรมจะหยุดถามอีก รายการที่ลบกู้คืนได้จากประวัติ",
    "This round takes in and sends at most {count} deletions of a type; for more it stops and asks again. "
    "Deleted records can be brought back from their history.",
)
ALLOW_NOW = Words("อนุญาตและรับส่ง", "Allow and sync")
_KILO = 1024


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


class SyncView(Screen):
    """What sync did, does and waits for."""

    help_page = "sync"

    def __init__(self, context: Context, control: RoundControl, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._control = control
        self._news: SyncStatus | None = None
        self._overview: Overview | None = None
        space = tokens().space
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        head = Card()
        top = QHBoxLayout()
        top.setSpacing(px(space.normal))
        self._icon = IconView("cloud", "muted", side=32)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(space.hair))
        self.sentence = WrapLabel("", "heading", language=self.language)
        self.detail = WrapLabel("", "muted", language=self.language)
        words.addWidget(self.sentence)
        words.addWidget(self.detail)
        top.addLayout(words, 1)
        self.sync_button = PrimaryButton(SYNC_NOW, self.language, icon="refresh-cw")
        self.sync_button.setToolTip(f"{say(SYNC_NOW, self.language)} (F5)")
        self.sync_button.clicked.connect(self.sync_now)
        self.stop_button = Button(STOP, self.language, icon="x")
        self.stop_button.clicked.connect(self._control.cancel)
        self.verify_button = Button(VERIFY, self.language, icon="list-checks")
        self.verify_button.setToolTip(say(_VERIFY_TIP, self.language))
        self.verify_button.clicked.connect(self.verify)
        for button in (self.sync_button, self.verify_button, self.stop_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        head.body.addLayout(top)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        head.body.addWidget(self.progress)
        self._page.body.addWidget(head)
        self._below = QVBoxLayout()
        self._below.setSpacing(px(space.normal))
        self._page.body.addLayout(self._below)
        self._show_state()
        self.bridge.sync_status_changed.connect(self._hear)
        self.bridge.records_changed.connect(self._changed)

    # Screen -----------------------------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What stands above the page."""
        return say(Words("การรับส่งข้อมูล", "Sync"), self.language)

    def refresh(self) -> None:
        """Asks how things stand."""
        office = self.office
        self.bridge.run(lambda: overview(office), self._show, owner=self, is_long=True)

    def acts(self) -> list[Action]:
        """For the palette; F5 itself belongs to the window, on every screen."""
        return [Action("sync_now", SYNC_NOW, self.sync_now, "refresh-cw"), Action("verify", VERIFY, self.verify, "list-checks")]

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
        for part in (*self._needs(found), *self._cards(found)):
            self._below.addWidget(part)

    def _show_state(self) -> None:
        facts = self.facts
        line = sync_line(facts)
        self._icon.show_icon(line.icon, line.role)
        self.sentence.set_text(say(line.sentence, self.language))
        is_over_badly = facts.news is not None and facts.news.phase in (Phase.STOPPED, Phase.OFFLINE)
        said = [facts.news.message] if facts.news and is_over_badly else []
        parts = [*said, *filter(None, (line.waiting, line.last))]
        self.detail.set_text(" · ".join(say(part, self.language) for part in parts if part.th))
        self.detail.setVisible(bool(self.detail.plain_text))
        self.progress.setVisible(facts.is_busy)
        self.progress.setValue(int((line.progress or 0) * 1000))
        self.progress.setAccessibleName(self.sentence.plain_text)
        self.sync_button.setVisible(not facts.is_busy)
        self.sync_button.setEnabled(facts.is_enrolled)
        self.verify_button.setVisible(not facts.is_busy and facts.is_enrolled)
        self.stop_button.setVisible(facts.is_busy)

    def _needs(self, found: Overview) -> list[QWidget]:
        return [*self._deletions(found), *self._conflicts(found)]

    def _deletions(self, found: Overview) -> list[QWidget]:
        count = next((one.deletions for one in found.rounds if one.deletions), 0)
        if not count or all(one.paused != CODE for one in found.status.streams):
            return []
        shown = f"{count:,}"
        banner = Banner("danger", _TOO_MANY.filled(count=shown), self.language, action=ALLOW.filled(count=shown))
        banner.acted.connect(lambda: self._ask_to_allow(count))
        return [banner]

    def _ask_to_allow(self, count: int) -> None:
        shown = f"{count:,}"
        title, text = _ALLOW_TITLE.filled(count=shown), _ALLOW_TEXT.filled(count=shown)
        if confirm(self, self.language, title, text, ALLOW_NOW, is_dangerous=True):
            self._news = SyncStatus(Phase.ASKING)
            self._show_state()
            self._control.allow(count)

    def _conflicts(self, found: Overview) -> list[QWidget]:
        if not found.status.conflicts:
            return []
        text = Words(
            "มีผู้แก้ไขที่อื่น {count} รายการ โปรดเลือกว่าจะใช้ค่าใด", "{count} records were edited elsewhere too; please choose which value to keep"
        )
        banner = Banner("warn", text.filled(count=found.status.conflicts), self.language, action=CHOOSE)
        banner.acted.connect(lambda: self.context.navigate(Place("conflicts")))
        return [banner]

    def _cards(self, found: Overview) -> list[QWidget]:
        cards: list[QWidget] = []
        if found.refused:
            hint = Words(
                "เซิร์ฟเวอร์ยังไม่รับรายการเหล่านี้ งานยังอยู่ในเครื่อง เปิดรายการ แก้ตามคำแนะนำ แล้วบันทึก โปรแกรมจะส่งให้ใหม่",
                "The server does not take these yet; they are kept here. Open one, correct it as said, save, and it is sent again.",
            )
            cards.append(self._list(Words("ส่งไม่ผ่าน", "Not accepted"), hint, [self._refused(one) for one in found.refused]))
        cards.append(self._waiting(found))
        cards.append(self._list(Words("รอบล่าสุด", "Last rounds"), None, [self._round(one) for one in found.rounds] or [self._none_yet()]))
        if found.status.streams:
            hint = Words("ข้อมูลที่เครื่องนี้ได้รับสิทธิ", "What this computer is granted")
            cards.append(self._list(Words("ชุดข้อมูล", "Data sets"), hint, [self._stream(one) for one in found.status.streams]))
        return cards

    def _list(self, title: Words, hint: Words | None, rows: list[QWidget]) -> Card:
        card = Card()
        card.body.setSpacing(px(tokens().space.hair))
        card.add_head(title, self.language, hint=hint)
        card.body.addSpacing(px(tokens().space.hair))
        for number, row in enumerate(rows):
            if number:
                card.body.addWidget(Line())
            card.body.addWidget(row)
        return card

    def _opens(self, one: WaitingRecord) -> Callable[[], object]:
        return lambda: self.context.navigate(Place("record", one.type, one.id))

    def _refused(self, one: WaitingRecord) -> QWidget:
        spec = self.office.catalogue.get(one.type)
        field = spec.by_name.get(one.field) if spec else None
        problem = say(one.problem, self.language) if one.problem else ""
        detail = f"{say(field.label, self.language)}: {problem}" if field else problem
        detail = " · ".join((say(one.label, self.language), detail))
        status = say(Words("ต้องแก้ไข", "To correct"), self.language)
        row = RowButton(one.title, detail, self.language, icon="circle-alert", status=status, kind="danger")
        row.clicked.connect(self._opens(one))
        return row

    def _waiting(self, found: Overview) -> Card:
        title = Words("รอส่ง", "Waiting to be sent")
        if not found.waiting:
            text = Words("ไม่มีรายการรอส่ง ทุกอย่างที่บันทึกไว้ส่งแล้ว", "Nothing waits; everything saved here was sent.")
            return self._list(title, None, [self._quiet("circle-check", "ok", text)])
        rows: list[QWidget] = []
        for one in found.waiting:
            at = moment_of(one.made_at)
            parts = [
                one.label,
                *((Words("ลบรายการ", "Deletion"),) if one.is_deletion else ()),
                *((when(at, self.office.clock()),) if at else ()),
            ]
            row = RowButton(one.title, " · ".join(say(part, self.language) for part in parts), self.language, icon="cloud-upload")
            row.clicked.connect(self._opens(one))
            rows.append(row)
        total = max(found.status.waiting - found.status.refused, len(rows))
        if total > len(rows):
            more = Words("และอีก {count} รายการ", "and {count} more").filled(count=f"{total - len(rows):,}")
            rows.append(WrapLabel(say(more, self.language), "muted", language=self.language))
        hint = Words("บันทึกในเครื่องแล้ว จะส่งให้เองเมื่อมีเครือข่าย เปิดดูได้", "Saved here and sent by itself when there is a line; open to look")
        return self._list(title, hint, rows)

    def _quiet(self, icon: str, role: str, text: Words) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(px(tokens().space.snug), px(tokens().space.tight), 0, px(tokens().space.tight))
        row.setSpacing(px(tokens().space.snug))
        row.addWidget(IconView(icon, role, side=18))
        row.addWidget(WrapLabel(say(text, self.language), language=self.language), 1)
        return holder

    def _none_yet(self) -> QWidget:
        return self._quiet(
            "clock", "muted", Words("ยังไม่เคยรับส่ง กด “รับส่งตอนนี้” เมื่อมีเครือข่าย", "No round yet; press “Sync now” when there is a line.")
        )

    def _round(self, one: Round) -> QWidget:
        words, kind = _OUTCOMES.get(one.outcome, _OUTCOMES["left"])
        at = moment_of(one.at)
        done = [
            text.filled(count=f"{count:,}")
            for count, text in (
                (one.pushed, Words("ส่ง {count} รายการ", "sent {count}")),
                (one.pulled, Words("รับ {count} รายการ", "received {count}")),
                (one.merged, Words("รวมให้เอง {count}", "merged {count}")),
                (one.conflicts, Words("ต้องเลือก {count}", "to choose {count}")),
            )
            if count
        ]
        size = one.bytes_up + one.bytes_down
        texts = [say(part, self.language) for part in done] + ([size_words(size)] if size else [])
        texts += [say(one.message, self.language)] if one.th else []
        nothing = Words("ไม่มีอะไรเปลี่ยนแปลง", "nothing had changed")
        detail = " · ".join(texts) or say(nothing, self.language)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(px(tokens().space.snug), px(tokens().space.tight), px(tokens().space.snug), px(tokens().space.tight))
        row.setSpacing(px(tokens().space.snug))
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addWidget(Label(say(when(at, self.office.clock()), self.language) if at else "", "strong"))
        column.addWidget(WrapLabel(detail, "small", language=self.language))
        row.addLayout(column, 1)
        row.addWidget(Pill(say(words, self.language), kind), 0, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def _stream(self, one: StreamState) -> QWidget:
        is_writable = one.access == "write" and not one.read_only
        access = Words("อ่านและบันทึกได้", "read and write") if is_writable else Words("อ่านอย่างเดียว", "read only")
        behind = max(one.head - one.cursor, 0)
        if one.paused:
            known = PROBLEMS.get(one.paused)
            detail, status, kind = (known.detail if known else _DELETES), Words("หยุดไว้", "Paused"), "danger"
        elif behind:
            detail, kind = access, "info"
            status = Words("รอรับ {count}", "{count} to receive").filled(count=f"{behind:,}")
        elif not one.cursor:
            detail, status, kind = access, Words("ยังไม่มีข้อมูล", "Nothing yet"), "neutral"
        else:
            detail, status, kind = access, Words("ครบถ้วน", "Complete"), "ok"
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(px(tokens().space.snug), px(tokens().space.tight), px(tokens().space.snug), px(tokens().space.tight))
        row.setSpacing(px(tokens().space.snug))
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addWidget(WrapLabel(one.name or one.stream, "strong", language=self.language))
        column.addWidget(WrapLabel(say(detail, self.language), "small", language=self.language))
        row.addLayout(column, 1)
        row.addWidget(
            Pill(say(status, self.language), "danger" if kind == "danger" else "info" if kind == "info" else "ok"),
            0,
            Qt.AlignmentFlag.AlignVCenter,
        )
        return holder


def size_words(size: int) -> str:
    """Bytes as people read them: `812 B`, `14 KB`, `2.3 MB`."""
    if size < _KILO:
        return f"{size} B"
    if size < _KILO * _KILO:
        return f"{size / _KILO:.0f} KB"
    return f"{size / _KILO / _KILO:.1f} MB"
