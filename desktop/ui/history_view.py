"""The history of one record: who changed what, when and where, newest first; any change, any version can be brought back as a new version."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.history import HistoryEntry
from desktop.ui.conflict_field import DiffLabel
from desktop.ui.history_facts import ChangeFacts, HistoryFacts, VersionFacts, history_facts
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.pill import Kind, Pill
from desktop.ui.word_diff import LONG
from records.kinds import Json
from records.words import Words, say

BRING_BACK = Words("นำรุ่นนี้กลับมา", "Bring this version back")
UNDO_CHANGE = Words("ย้อนช่องนี้เป็นค่าก่อนแก้", "Set this field back")
SHOW_ALL = Words("แสดงทั้งหมด {count} ช่อง", "Show all {count} fields")
EMPTY = Words("(ว่าง)", "(empty)")
SAVED_BACK = Words("บันทึกเป็นรุ่นใหม่แล้ว", "Saved as a new version")
UNDO = Words("ย้อนกลับ", "Undo")
ASK = Words("ขอรุ่นก่อนหน้าจากเซิร์ฟเวอร์", "Ask the server for older versions")
_FEW = 6
"""Changes shown at once; a version with more (the first one has all fields) is opened by a person."""
_DROPPED: Mapping[str, Words] = {
    "theirs": Words("ไม่ได้ใช้ มีผู้เลือกค่าของที่อื่น", "Not used: the value from elsewhere was chosen"),
    "undone": Words("ย้อนกลับแล้ว", "Undone"),
    "withdrawn": Words("ถอนก่อนส่ง", "Taken back before it was sent"),
    "deleted": Words("ไม่ได้ใช้ รายการถูกลบ", "Not used: the record was deleted"),
    "refused": Words("เซิร์ฟเวอร์ไม่รับ", "Not accepted by the server"),
    "lost": Words("หายไปเมื่อเซิร์ฟเวอร์กลับไปวันก่อนหน้า", "Lost when the server went back to an earlier day"),
}


class HistoryScreen(Screen):
    """The history of the record that `show_place` names."""

    help_page = "history"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._place = Place("history")
        self._facts: HistoryFacts | None = None
        self._has_asked = False
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._page = Page()
        whole.addWidget(self._page)
        self.bridge.records_changed.connect(self._heard)

    def title(self) -> str:
        """What stands above the page."""
        return say(Words("ประวัติการแก้ไข", "History"), self.language)

    def show_place(self, place: Place) -> None:
        """Another record."""
        self._place = place
        self._facts = None
        self._has_asked = False
        self._page.clear()

    def refresh(self) -> None:
        """Gathers what is known here."""
        self._gather(ask_server=False)

    def acts(self) -> list[Action]:
        """For the palette."""
        if not self._place.id:
            return []
        return [Action("open_record", Words("เปิดรายการ", "Open the record"), self._open, "external-link")]

    def ask_server(self) -> None:
        """Fetches older versions; without a line what is known stays."""
        self._has_asked = True
        self._gather(ask_server=True)

    def _gather(self, *, ask_server: bool) -> None:
        office, place = self.office, self._place
        self.bridge.run(lambda: history_facts(office, place.type, place.id, ask_server=ask_server), self._show, owner=self)

    def _heard(self, types: object, ids: object) -> None:
        is_ours = isinstance(types, frozenset) and self._place.type in types
        if is_ours and self.isVisible() and isinstance(ids, frozenset) and (not ids or self._place.id in ids):
            self.refresh()

    def _open(self) -> None:
        self.context.navigate(Place("record", self._place.type, self._place.id))

    # What is shown ----------------------------------------------------------------------------------------------------------------

    def _show(self, facts: HistoryFacts) -> None:
        self._facts = facts
        self._page.clear()
        body = self._page.body
        head = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(px(2))
        names.addWidget(WrapLabel(facts.title, "title", language=self.language))
        names.addWidget(WrapLabel(say(facts.label, self.language), "small", language=self.language))
        head.addLayout(names, 1)
        open_button = Button(Words("เปิดรายการ", "Open the record"), self.language, icon="external-link")
        open_button.clicked.connect(self._open)
        head.addWidget(open_button, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(head)
        for number, version in enumerate(facts.versions):
            body.addWidget(self._version(facts, version, is_newest=number == 0))
        if not facts.versions:
            body.addWidget(self._nothing())
        if not facts.is_whole:
            body.addWidget(self._older(facts))
            if facts.has_line and not self._has_asked:
                self.ask_server()

    def _nothing(self) -> QWidget:
        card = Card()
        title = Words("ยังไม่มีประวัติ", "No history yet")
        text = Words("เมื่อบันทึกรายการนี้ ทุกการแก้ไขจะอยู่ที่นี่", "Each change of this record is listed here once it is saved.")
        card.body.addWidget(EmptyState("history", title, text, self.language))
        return card

    def _older(self, facts: HistoryFacts) -> QWidget:
        if self._has_asked or not facts.has_line:
            text = Words(
                "รุ่นที่เก่ากว่านี้อยู่บนเซิร์ฟเวอร์ ขอดูได้เมื่อมีเครือข่าย รุ่นที่เห็นอยู่นี้ครบถ้วนในเครื่อง",
                "Older versions are on the server and can be seen when there is a line. What is shown here is complete.",
            )
        else:
            text = Words("กำลังขอรุ่นก่อนหน้าจากเซิร์ฟเวอร์", "Asking the server for older versions")
        banner = Banner("info", text, self.language, action=ASK)
        banner.acted.connect(self.ask_server)
        return banner

    def _version(self, facts: HistoryFacts, version: VersionFacts, *, is_newest: bool) -> QWidget:
        entry = version.entry
        card = Card()
        card.body.setSpacing(px(tokens().space.tight))
        head = QHBoxLayout()
        head.setSpacing(px(tokens().space.snug))
        head.addWidget(IconView("user", "muted", side=18), 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(px(2))
        names.addWidget(WrapLabel(say(_who(entry), self.language), "strong", language=self.language))
        at = moment_of(entry.at)
        parts = [say(when(at, self.office.clock()), self.language) if at else "", self._device(entry.device)]
        names.addWidget(WrapLabel(" · ".join(filter(None, parts)), "small", language=self.language))
        head.addLayout(names, 1)
        text, kind = _status(version, is_newest=is_newest)
        head.addWidget(Pill(say(text, self.language), kind), 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(head)
        rows = QVBoxLayout()
        rows.setSpacing(px(tokens().space.tight))
        card.body.addLayout(rows)
        may_undo = facts.may_write and not entry.discarded and not facts.row.deleted
        self._fill(rows, version.changes if len(version.changes) <= _FEW else (), may_undo=may_undo)
        acts = QHBoxLayout()
        acts.setSpacing(px(tokens().space.tight))
        if len(version.changes) > _FEW:
            more = Button(SHOW_ALL.filled(count=len(version.changes)), self.language, look="bare", icon="chevron-down")
            more.clicked.connect(lambda: self._open_up(more, rows, version.changes, may_undo=may_undo))
            acts.addWidget(more)
        if not is_newest and may_undo and version.brings_back:
            back = Button(BRING_BACK, self.language, icon="undo-2")
            values = version.brings_back
            back.clicked.connect(lambda: self._save(values))
            acts.addWidget(back)
        acts.addStretch(1)
        if acts.count() > 1:
            card.body.addLayout(acts)
        return card

    def _device(self, device: str) -> str:
        identity = self.context.access.identity
        if identity is not None and device in ("", identity.device_id):
            here = Words("เครื่องนี้", "this computer")
            return say(here, self.language)
        return say(Words("เครื่อง {device}", "computer {device}"), self.language, device=device[:8]) if device else ""

    def _open_up(self, more: Button, rows: QVBoxLayout, changes: tuple[ChangeFacts, ...], *, may_undo: bool) -> None:
        more.hide()
        emptied(rows)
        self._fill(rows, changes, may_undo=may_undo)

    def _fill(self, rows: QVBoxLayout, changes: tuple[ChangeFacts, ...], *, may_undo: bool) -> None:
        for change in changes:
            rows.addWidget(Line())
            rows.addWidget(self._change(change, may_undo=may_undo))

    def _change(self, change: ChangeFacts, *, may_undo: bool) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(tokens().space.snug))
        label = WrapLabel(say(change.label, self.language), "muted", language=self.language)
        label.setFixedWidth(px(160))
        row.addWidget(label)
        before, after = change.before or say(EMPTY, self.language), change.after or say(EMPTY, self.language)
        if change.before and change.after and max(len(before), len(after)) > LONG:
            row.addWidget(DiffLabel(before, after), 1)
        elif not change.before:
            row.addWidget(WrapLabel(after, language=self.language), 1)
        else:
            row.addWidget(WrapLabel(before, "muted", language=self.language), 1)
            row.addWidget(IconView("arrow-right", "muted"))
            row.addWidget(WrapLabel(after, language=self.language), 1)
        if may_undo and change.is_known and self._stands(change):
            undo = IconButton("undo-2", UNDO_CHANGE, self.language, is_small=True)
            undo.setAccessibleName(f"{say(UNDO_CHANGE, self.language)}: {say(change.label, self.language)}")
            undo.clicked.connect(lambda: self._save({change.name: change.wire_before}))
            row.addWidget(undo)
        return holder

    def _stands(self, change: ChangeFacts) -> bool:
        """Whether the value this version gave is still the record's: else undoing it would undo somebody's later work."""
        return (
            self._facts is not None
            and self._facts.row.fields.get(change.name) == change.wire_after
            and change.wire_before != change.wire_after
        )

    def _save(self, values: Mapping[str, Json]) -> None:
        office, place = self.office, self._place
        self.bridge.run(lambda: office.records.save(place.type, place.id, values), self._saved, owner=self)

    def _saved(self, _saved: object) -> None:
        self.context.notify(Notice("ok", SAVED_BACK, UNDO, self._undo))
        self.refresh()

    def _undo(self) -> None:
        office = self.office
        self.bridge.run(office.undo.last, lambda _: self.refresh(), owner=self)


def _who(entry: HistoryEntry) -> Words:
    """Who wrote a version; of one that a server lost, who wrote it and who offered it again."""
    by = entry.by_name or entry.by
    if not entry.first_by:
        return Words(by, by)
    if entry.first_by == by:
        return Words(f"{by} · เสนอใหม่หลังเซิร์ฟเวอร์กลับไปวันก่อนหน้า", f"{by} · offered again after the server went back to an earlier day")
    return Words(f"{entry.first_by} · เสนอใหม่โดย {by}", f"{entry.first_by} · offered again by {by}")


def _status(version: VersionFacts, *, is_newest: bool) -> tuple[Words, Kind]:
    entry = version.entry
    if entry.discarded:
        return _DROPPED.get(entry.discarded, _DROPPED["withdrawn"]), "neutral"
    if entry.waiting:
        return Words("รอส่ง", "Waiting to be sent"), "warn"
    if entry.deleted:
        return Words("ลบรายการ", "Deleted"), "danger"
    number = Words("รุ่นที่ {number}", "Version {number}").filled(number=entry.version)
    if entry.version == 1:
        number = Words(f"สร้างรายการ · {number.th}", f"Created · {number.en}")
    return (Words(f"{number.th} · ปัจจุบัน", f"{number.en} · current"), "ok") if is_newest else (number, "neutral")
