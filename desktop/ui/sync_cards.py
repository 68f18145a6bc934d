"""The cards of the sync view below its head: what needs a person, what waits and was refused, the last rounds, number blocks.

Each is made anew from an `Overview`; what a person chooses on one goes to the view through `Acts`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.documents import Documents
from desktop.services.overview import Overview, WaitingRecord
from desktop.services.rounds import Round
from desktop.storage.state import LOST as NO_GRANT
from desktop.sync.guard import CODE as DELETIONS
from desktop.ui.screen import Context, Place
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.sync_words import ENROL_AGAIN, NEW_CODE, OUTCOMES, is_paused_for_deletions, round_words, size_words, stream_line
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.pill import Pill
from desktop.ui.widgets.row_button import RowButton
from records.words import Words, say

CHOOSE = Words("ไปเลือก", "Choose")
LOOK = Words("ดูรายการ", "Look")
RETRY = Words("ส่งอีกครั้งตอนนี้", "Send again now")
DISCARD = Words("ละทิ้ง", "Discard")
LOOK_DELETED = Words("ดูรายการที่ลบ", "See what was deleted")
ALLOW = Words("อนุญาตการลบ {count} รายการ", "Allow {count} [deletion|deletions]")
TOO_MANY = Words(
    "มีการลบถึง {count} รายการในคราวเดียว จึงหยุดไว้ก่อน การลบยังไม่ถูกรับหรือส่ง โปรดตรวจกับผู้เกี่ยวข้อง หากถูกต้องจึงอนุญาต",
    "{count} [record|records] would be deleted at once, so it was stopped first: no deletion was taken in or sent. Check with those concerned; "
    "allow it if it is right.",
)
CONFLICTS = Words(
    "มีผู้แก้ไขที่อื่น {count} รายการ โปรดเลือกว่าจะใช้ค่าใด",
    "{count} [record was|records were] edited elsewhere too; please choose which value to keep",
)
DUPLICATES = Words(
    "อาจบันทึกซ้ำ {count} คู่ จากคนละเครื่อง โปรดตรวจ", "{count} [pair|pairs] may have been entered twice, at two desks; please check"
)
MERGED = Words("รวมให้เองแล้ว {count} รายการ ไม่ต้องทำอะไร", "{count} [edit was|edits were] merged for you; nothing needs doing")
WENT_BACK = Words(
    "{when} เซิร์ฟเวอร์กลับไปวันก่อนหน้า เครื่องนี้เสนองานที่หายไปใหม่ {offered} รายการ ไม่มีงานของเครื่องนี้สูญหาย ไม่ต้องทำอะไร",
    "{when}: the server was put back to an earlier day; this computer offered {offered} [record|records] again. No work of this computer was lost and "
    "nothing needs doing.",
)
WENT_BACK_WITH_IT = Words(
    "{when} เซิร์ฟเวอร์กลับไปวันก่อนหน้า ส่วนที่เครื่องนี้อ่านอย่างเดียวกลับไปด้วย {went_back} รายการ จะได้คืนเมื่อเจ้าของงานรับส่งข้อมูล",
    "{when}: the server was put back to an earlier day, and with it {went_back} [record|records] that this computer only reads; what is missing returns when its "
    "offices sync.",
)
_NEW_CODE_FOR = frozenset({"unauthenticated", "rewound"})
_FEW_NUMBERS = 20
_SHOWN = 8
"""Rounds, and waiting records, shown before a person asks for all."""
_PAUSES_SHOWN = 3
"""Paused streams told at the top; the list of streams has the others."""
_NEWS_FOR = timedelta(days=3)
"""How long it is told that the server went back to an earlier day."""


@dataclass(frozen=True)
class Acts:
    """What a person can do on a card."""

    allow: Callable[[int], object]
    retry: Callable[[str | None], object]
    """A change, or all that were refused."""
    discard: Callable[[WaitingRecord], object]
    all_rounds: Callable[[], object]
    all_waiting: Callable[[], object]


class SyncCards:
    """Makes the cards."""

    def __init__(self, context: Context, acts: Acts) -> None:
        self._context = context
        self._language = context.language
        self._acts = acts

    def needs(self, found: Overview, pairs: int) -> list[QWidget]:
        """What needs a person; `pairs` is how many records may be here twice."""
        shown: list[QWidget] = self._enrol_again(found)
        shown += self._deletions(found)
        shown += self._paused(found)
        shown += self._went_back(found)
        shown += self._told(found)
        for count, words, place, kind in (
            (found.status.conflicts, CONFLICTS, Place("conflicts"), "warn"),
            (pairs, DUPLICATES, Place("duplicates"), "info"),
        ):
            if count:
                banner = Banner(
                    "warn" if kind == "warn" else "info",
                    words.filled(count=f"{count:,}"),
                    self._language,
                    action=CHOOSE if kind == "warn" else LOOK,
                )
                banner.acted.connect(lambda place=place: self._context.navigate(place))
                shown.append(banner)
        return shown

    def _enrol_again(self, found: Overview) -> list[QWidget]:
        """Where the server takes this device no longer: what to ask for, and the way to where it is typed."""
        is_unknown = bool(found.rounds) and found.rounds[0].code in _NEW_CODE_FOR
        if found.locked is None and not is_unknown:
            return []
        banner = Banner("danger", found.locked or NEW_CODE, self._language, action=ENROL_AGAIN)
        banner.acted.connect(lambda: self._context.navigate(Place("settings")))
        return [banner]

    def _deletions(self, found: Overview) -> list[QWidget]:
        count = next((one.deletions for one in found.rounds if one.deletions), 0)
        if not count or not is_paused_for_deletions(found.status.streams):
            return []
        said = f"{count:,}"
        banner = Banner("danger", TOO_MANY.filled(count=said), self._language, action=ALLOW.filled(count=said))
        banner.acted.connect(lambda: self._acts.allow(count))
        parts: list[QWidget] = [banner]
        if found.deletions:
            # Those of this desk are known one by one; those of the server are not here yet.
            look = Button(LOOK_DELETED, self._language, icon="trash-2", look="quiet")
            look.clicked.connect(lambda: self._context.navigate(Place("deleted")))
            row = Flow()
            row.add(look)
            parts.append(row)
        return parts

    def _paused(self, found: Overview) -> list[QWidget]:
        """Why streams are paused and what to do; deletions, and streams granted no longer, have a message of their own."""
        paused = [stream_line(one) for one in found.status.streams if one.paused not in ("", NO_GRANT, DELETIONS)]
        lines = [Words(f"{one.name}: {one.detail.th}", f"{one.name}: {one.detail.en}") for one in paused[:_PAUSES_SHOWN]]
        if len(paused) > len(lines):
            more = Words("และหยุดอยู่อีก {count} ชุดข้อมูล ดูรายการด้านล่าง", "{count} more data [set has|sets have] stopped; see the list below")
            lines.append(more.filled(count=f"{len(paused) - len(lines):,}"))
        return [Banner("danger", words, self._language) for words in lines]

    def _went_back(self, found: Overview) -> list[QWidget]:
        """What became of a server that was put back, for some days: the round in which it happened is soon far down."""
        now = self._context.office.clock()
        shown: list[QWidget] = []
        for one in found.rounds:
            at = moment_of(one.at)
            if at is None or now - at > _NEWS_FOR:
                continue
            for count, words in ((one.offered, WENT_BACK), (one.went_back, WENT_BACK_WITH_IT)):
                if count:
                    said = words.filled(when=when(at, now), offered=f"{one.offered:,}", went_back=f"{one.went_back:,}")
                    shown.append(Banner("info", said, self._language))
        return shown[:_PAUSES_SHOWN]

    def _told(self, found: Overview) -> list[QWidget]:
        """What the last round has to say besides: that copies were compared, that the server moved."""
        last = found.rounds[0] if found.rounds else None
        if last is None or not last.th or last.outcome not in ("done", "left") or last.offered or last.went_back:
            return []
        return [Banner("ok" if last.outcome == "done" else "info", last.message, self._language)]

    def refused(self, found: Overview) -> list[QWidget]:
        """What the server does not take, with why, when it is tried again, and what a person can do."""
        if not found.refused:
            return []
        hint = Words(
            "เซิร์ฟเวอร์ยังไม่รับรายการเหล่านี้ งานยังอยู่ในเครื่อง เปิดรายการ แก้ตามคำแนะนำ แล้วบันทึก โปรแกรมจะส่งให้ใหม่",
            "The server does not take these yet; they are kept here. Open one, correct it as said, save, and it is sent again.",
        )
        card = self._list(Words("ส่งไม่ผ่าน", "Not accepted"), hint, [self._refused(one) for one in found.refused])
        again = Button(RETRY, self._language, icon="refresh-cw", look="quiet")
        again.clicked.connect(lambda: self._acts.retry(None))
        row = Flow()
        row.add(again)
        card.body.addWidget(row)
        return [card]

    def _refused(self, one: WaitingRecord) -> QWidget:
        spec = self._context.office.catalogue.get(one.type)
        field = spec.by_name.get(one.field) if spec else None
        problem = say(one.problem, self._language) if one.problem else ""
        detail = f"{say(field.label, self._language)}: {problem}" if field else problem
        due = moment_of(one.retry_at)
        again = Words("ส่งให้อีกครั้ง {when}", "tried again {when}").filled(when=when(due, self._context.office.clock())) if due else None
        parts = [say(one.label, self._language), detail, say(again, self._language) if again else ""]
        status = say(Words("ต้องแก้ไข", "To correct"), self._language)
        row = RowButton(one.title, " · ".join(filter(None, parts)), self._language, icon="circle-alert", status=status, kind="danger")
        row.clicked.connect(self._opens(one))
        return self._with_discard(row, one)

    def _with_discard(self, row: QWidget, one: WaitingRecord) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(tokens().space.tight))
        line.addWidget(row, 1)
        if not one.is_sent:
            drop: QAbstractButton = IconButton("x", DISCARD, self._language, is_small=True)
            if one.problem is not None:
                drop = Button(DISCARD, self._language, icon="x", look="bare")
            drop.setAccessibleName(f"{say(DISCARD, self._language)}: {one.title}")
            drop.clicked.connect(lambda: self._acts.discard(one))
            line.addWidget(drop, 0, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def waiting(self, found: Overview, *, all_of_them: bool) -> QWidget:
        """What is to be sent: by type, then the oldest by name."""
        title = Words("รอส่ง", "Waiting to be sent")
        if not found.waiting:
            text = Words("ไม่มีรายการรอส่ง ทุกอย่างที่บันทึกไว้ส่งแล้ว", "Nothing waits; everything saved here was sent.")
            return self._list(title, None, [self.quiet("circle-check", "ok", text)])
        rows: list[QWidget] = []
        if len(found.waiting_by_type) > 1:
            types = [f"{say(label, self._language)} {count:,}" for _, label, count in found.waiting_by_type]
            rows.append(WrapLabel(" · ".join(types), "muted", language=self._language))
        shown = found.waiting if all_of_them else found.waiting[:_SHOWN]
        for one in shown:
            at = moment_of(one.made_at)
            parts = [
                one.label,
                *((Words("ลบรายการ", "Deletion"),) if one.is_deletion else ()),
                *((Words("กำลังส่ง รอคำตอบ", "sent, waiting for the answer"),) if one.is_sent else ()),
                *((when(at, self._context.office.clock()),) if at else ()),
            ]
            row = RowButton(one.title, " · ".join(say(part, self._language) for part in parts), self._language, icon="cloud-upload")
            row.clicked.connect(self._opens(one))
            rows.append(self._with_discard(row, one))
        hint = Words("บันทึกในเครื่องแล้ว จะส่งให้เองเมื่อมีเครือข่าย เปิดดูได้", "Saved here and sent by itself when there is a line; open to look")
        card = self._list(title, hint, rows)
        total = sum(count for _, _, count in found.waiting_by_type)
        if len(shown) < len(found.waiting):
            self._add_more(card, Words("ดูทั้งหมด {count} รายการ", "Show all {count}").filled(count=f"{total:,}"), self._acts.all_waiting)
        elif total > len(shown):
            more = Words("และอีก {count} รายการ", "and {count} more").filled(count=f"{total - len(shown):,}")
            card.body.addWidget(WrapLabel(say(more, self._language), "muted", language=self._language))
        return card

    def documents(self, found: Documents) -> list[QWidget]:
        """Attached documents that wait to be sent or were not taken; nothing where there are none."""
        if not found.waiting:
            return []
        rows: list[QWidget] = []
        left = found.waiting - found.all_untaken
        if left:
            words = Words(
                "เอกสารแนบรอส่ง {count} ฉบับ รวม {size} จะส่งให้เองหลังส่งรายการแล้ว สายขาดก็ส่งต่อจากที่ค้าง",
                "{count} [document|documents] to send, {size} in all; sent by themselves after the records, going on where a line broke",
            )
            rows.append(self.quiet("cloud-upload", "accent", words.filled(count=f"{left:,}", size=size_words(found.size))))
        for one in found.untaken:
            status = say(Words("ส่งไม่ได้", "Not taken"), self._language)
            detail = f"{size_words(one.size)} · {say(one.problem, self._language)}"
            name = one.name or say(Words("(ไม่มีรายการใดใช้แล้ว)", "(no record names it any more)"), self._language)
            row = RowButton(name, detail, self._language, icon="file-text", status=status, kind="danger")
            row.setEnabled(bool(one.id))
            row.clicked.connect(lambda _checked=False, one=one: self._context.navigate(Place("record", one.type, one.id)))
            rows.append(row)
        if found.all_untaken > len(found.untaken):
            more = Words("และอีก {count} ฉบับ", "and {count} more").filled(count=f"{found.all_untaken - len(found.untaken):,}")
            rows.append(WrapLabel(say(more, self._language), "muted", language=self._language))
        hint = Words(
            "เก็บในเครื่องนี้ครบ เปิดรายการเพื่อดูหรือเปลี่ยนเอกสาร", "All are kept on this computer; open the record to look or to change one"
        )
        return [self._list(Words("เอกสารแนบ", "Documents"), hint, rows)]

    def others(self, found: Overview) -> list[QWidget]:
        """Merges for information and numbers left: nothing that must be done."""
        rows: list[QWidget] = []
        if found.merged:
            words = say(MERGED, self._language, count=f"{found.merged:,}")
            hint = say(Words("เปิดดูหรือย้อนได้", "Open to look, or to take one back"), self._language)
            row = RowButton(words, hint, self._language, icon="git-merge")
            row.clicked.connect(lambda: self._context.navigate(Place("conflicts", "merged")))
            rows.append(row)
        if found.numbers_left is not None:
            left = found.numbers_left
            words = say(Words("เลขใบเสร็จที่ออกได้โดยไม่มีเครือข่าย: {count}", "Receipt numbers left without a line: {count}"), self._language)
            role, icon = ("warn", "circle-alert") if left < _FEW_NUMBERS else ("ok", "circle-check")
            filled = words.replace("{count}", f"{left:,}")
            rows.append(self.quiet(icon, role, Words(filled, filled)))
        return [self._list(Words("อื่น ๆ", "Also"), None, rows)] if rows else []

    def rounds(self, found: Overview, *, all_of_them: bool) -> QWidget:
        """The last rounds, newest first."""
        title = Words("รอบล่าสุด", "Last rounds")
        if not found.rounds:
            none = Words("ยังไม่เคยรับส่ง กด “รับส่งตอนนี้” เมื่อมีเครือข่าย", "No round yet; press “Sync now” when there is a line.")
            return self._list(title, None, [self.quiet("clock", "muted", none)])
        shown = found.rounds if all_of_them else found.rounds[:_SHOWN]
        card = self._list(title, None, [self._round(one) for one in shown])
        if len(shown) < len(found.rounds):
            words = Words("ดูทั้งหมด {count} รอบ", "Show all {count} [round|rounds]").filled(count=len(found.rounds))
            self._add_more(card, words, self._acts.all_rounds)
        return card

    def _add_more(self, card: Card, words: Words, act: Callable[[], object]) -> None:
        more = Button(words, self._language, look="bare")
        more.clicked.connect(lambda _checked: act())
        row = Flow()
        row.add(more)
        card.body.addWidget(row)

    def _round(self, one: Round) -> QWidget:
        words, kind = OUTCOMES.get(one.outcome, OUTCOMES["left"])
        at = moment_of(one.at)
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addWidget(Label(say(when(at, self._context.office.clock()), self._language) if at else "", "strong"))
        column.addWidget(WrapLabel(round_words(one, self._language), "small", language=self._language))
        return self.line(column, Pill(say(words, self._language), kind))

    def line(self, column: QVBoxLayout, right: QWidget) -> QWidget:
        """A row of a card: words at the left, a pill at the right."""
        space = tokens().space
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(px(space.snug), px(space.tight), px(space.snug), px(space.tight))
        row.setSpacing(px(space.snug))
        row.addLayout(column, 1)
        row.addWidget(right, 0, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def quiet(self, icon: str, role: str, text: Words) -> QWidget:
        """One sentence with an icon."""
        space = tokens().space
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(px(space.snug), px(space.tight), 0, px(space.tight))
        row.setSpacing(px(space.snug))
        row.addWidget(IconView(icon, role, side=18))
        row.addWidget(WrapLabel(say(text, self._language), language=self._language), 1)
        return holder

    def _list(self, title: Words, hint: Words | None, rows: Sequence[QWidget]) -> Card:
        card = Card()
        card.body.setSpacing(px(tokens().space.hair))
        card.add_head(title, self._language, hint=hint)
        card.body.addSpacing(px(tokens().space.hair))
        for number, row in enumerate(rows):
            if number:
                card.body.addWidget(Line())
            card.body.addWidget(row)
        return card

    def _opens(self, one: WaitingRecord) -> Callable[[], object]:
        return lambda: self._context.navigate(Place("record", one.type, one.id))
