"""Work by stick: what a bundle made now would hold, writing it, taking a reply in, what is out; and relaying those of others.

Files may also be dropped on the page or handed over by another start of the program: what a file is, its seal says.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.services.bundles import Applied, Contents, Exported, Relayed, work_files
from desktop.storage.bundles import Sent
from desktop.ui.bundle_control import BundleControl
from desktop.ui.bundle_words import (
    ALLOW,
    APPLY,
    BUSY,
    ENROLMENT,
    EXPORT,
    FILES,
    FILTER,
    HOW,
    LIES_AT,
    NO_KEYS,
    PAUSED,
    RELAY,
    RELAY_FOLDER,
    RESULT,
    STEPS,
    TAKEN,
    TITLE,
    WAITS_ON,
    WRITTEN,
    contents_words,
    relay_question,
)
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.sync_words import size_words
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner, BannerKind
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.dialogs import confirm
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.pill import Kind
from desktop.ui.widgets.row_button import RowButton
from records.bundle import SUFFIX
from records.errors import AppError
from records.words import Words, say

_SHOWN = 20


class BundleScreen(Screen):
    """Out and back in, and past this desk."""

    help_page = "bundles"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.setAcceptDrops(True)
        self.control = BundleControl(self)
        self._pressed: Button | None = None
        self.control.told.connect(self._relayed_one, Qt.ConnectionType.QueuedConnection)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        page = Page(width=820)
        whole.addWidget(page)
        self.banner = Banner("info", Words("", ""), self.language)
        self.banner.hide()
        page.body.addWidget(self.banner)
        page.body.addWidget(self._work_card())
        page.body.addWidget(self._sent_card())
        page.body.addWidget(self._relay_card())
        page.body.addStretch(1)
        self._in_order([])

    # Screen -----------------------------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What stands above the page."""
        return say(TITLE, self.language)

    def acts(self) -> list[Action]:
        """For the palette."""
        return [
            Action("bundle_export", EXPORT, self.choose_export, "save"),
            Action("bundle_apply", APPLY, self.choose_reply, "download"),
            Action("bundle_relay", RELAY, self.choose_relay, "send"),
            Action("bundle_relay_folder", RELAY_FOLDER, self.choose_folder, "folder-open"),
        ]

    def show_place(self, place: Place) -> None:
        """A file handed over by another start of the program is opened at once."""
        if place.id:
            self.take([Path(place.id)])

    def refresh(self) -> None:
        """Asks what would go and what is out."""
        bundles = self.office.bundles
        self.bridge.run(lambda: (bundles.contents(), bundles.sent(), bundles.can_export), self._show, owner=self)

    # What people do ---------------------------------------------------------------------------------------------------------------

    def choose_export(self) -> None:
        """Asks where the bundle goes."""
        folder = QFileDialog.getExistingDirectory(self, say(EXPORT, self.language))
        if folder:
            self.export(Path(folder))

    def export(self, to: Path, allow_deletes: int = 0) -> None:
        """Writes a bundle to a folder or a file."""
        bundles = self.office.bundles
        self._run(lambda: bundles.export(to, allow_deletes=allow_deletes), lambda done: self._exported(done, to))

    def choose_reply(self) -> None:
        """Asks for the reply."""
        path, _ = QFileDialog.getOpenFileName(self, say(APPLY, self.language), "", say(FILTER, self.language))
        if path:
            self.apply(Path(path))

    def apply(self, path: Path, allow_deletes: int = 0) -> None:
        """Takes a reply in."""
        office = self.office

        def work() -> Applied:
            done = office.bundles.apply(path, allow_deletes=allow_deletes)
            office.sync.index_rest()
            return done

        self._run(work, lambda done: self._applied(done, path))

    def choose_relay(self) -> None:
        """Asks for bundles of others."""
        paths, _ = QFileDialog.getOpenFileNames(self, say(RELAY, self.language), "", say(FILTER, self.language))
        if paths:
            self.relay([Path(path) for path in paths])

    def choose_folder(self) -> None:
        """Asks for a folder of bundles."""
        folder = QFileDialog.getExistingDirectory(self, say(RELAY_FOLDER, self.language))
        if folder:
            self.relay([Path(folder)])

    def relay(self, paths: list[Path]) -> None:
        """Brings bundles to the server, one after the other."""
        bundles = self.office.bundles
        emptied(self.results)
        self._run(lambda: bundles.relay(work_files(paths), tell=self.control.told.emit), self._relayed)

    def take(self, paths: list[Path]) -> None:
        """Does what each file is for: replies to this desk are taken in, work is relayed."""
        bundles = self.office.bundles
        self.bridge.run(lambda: {path: bundles.kind_of(path) for path in paths}, self._sorted, self._failed, owner=self)

    def _sorted(self, kinds: dict[Path, str]) -> None:
        replies = [path for path, kind in kinds.items() if kind == "reply"]
        work = [path for path, kind in kinds.items() if kind == "work"]
        if replies:
            self.apply(replies[0])
        elif work and confirm(self, self.language, RELAY, relay_question(len(work)), RELAY):
            self.relay(work)
        elif not work:
            self._say("warn", ENROLMENT)

    # Dropping ---------------------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Takes files that look like bundles."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Does what the files are for."""
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self.take(paths)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """What was said is not said again when one comes back."""
        if not self.control.is_busy:
            self.banner.hide()
        super().hideEvent(event)

    # What came of it --------------------------------------------------------------------------------------------------------------

    def _run(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        if self.control.run(work, done, self._failed):
            # A button that is switched off loses the keys: they come back to it afterwards.
            self._pressed = next((button for button in self._buttons if button.hasFocus()), None)
            for button in self._buttons:
                button.setEnabled(False)
            self._say("info", BUSY)
        else:
            self.context.notify(Notice("info", BUSY))

    def _rest(self) -> None:
        for button in self._buttons:
            button.setEnabled(True)
        if self._pressed is not None:
            self._pressed.setFocus()
            self._pressed = None
        self.refresh()

    def _failed(self, error: AppError) -> None:
        self._rest()
        self._say("danger", error.message)

    def _exported(self, done: Exported, to: Path) -> None:
        self._rest()
        most = max((one.deletions for one in done.paused.values()), default=0)
        if most and self._may_delete(most):
            self.export(to, most)
            return
        self._say("ok", WRITTEN.filled(changes=f"{done.sent.changes:,}", size=size_words(done.sent.size), path=done.path))

    def _applied(self, done: Applied, path: Path) -> None:
        self._rest()
        report = done.report
        most = max((one.deletions for one in report.problems.values()), default=0)
        if most and self._may_delete(most):
            self.apply(path, most)
            return
        problem = next(iter((*done.problems.values(), *(one.message for one in report.problems.values()))), None)
        if problem is not None:
            self._say("warn", problem)
            return
        taken = TAKEN.filled(pushed=f"{report.pushed:,}", pulled=f"{report.pulled:,}")
        more = WAITS_ON if done.unanswered else Words("", "")
        self._say("ok", Words(taken.th + more.th, taken.en + more.en))

    def _relayed(self, done: list[Relayed]) -> None:
        self._rest()
        good = sum(one.reply is not None for one in done)
        text = Words("ส่งต่อแล้ว {good} จาก {all} แฟ้ม", "{good} of {all} [bundle was|bundles were] relayed")
        self._say("ok" if good == len(done) and done else "warn", text.filled(good=good, all=len(done)))

    def _relayed_one(self, one: Relayed) -> None:
        """One result of many, as soon as it is known."""
        said = one.error.message if one.error is not None else Words("แฟ้มตอบกลับ {name}", "Reply {name}").filled(name=one.reply)
        words, kind = RESULT[one.error is None]
        row = RowButton(
            one.path.name, say(said, self.language), self.language, icon="file-text", status=say(words, self.language), kind=kind
        )
        row.clicked.connect(lambda: self._say("info" if one.error is None else "warn", said))
        self.results.addWidget(row)

    def _may_delete(self, count: int) -> bool:
        shown = f"{count:,}"
        title = Words("มีการลบจำนวนมาก", "Many deletions")
        return confirm(self, self.language, title, PAUSED.filled(count=shown), ALLOW.filled(count=shown), is_dangerous=True)

    def _say(self, kind: BannerKind, words: Words) -> None:
        self.banner.show_message(kind, words)
        self.banner.show()

    # Parts ------------------------------------------------------------------------------------------------------------------------

    def _work_card(self) -> Card:
        card = Card()
        card.add_head(Words("งานของเครื่องนี้", "Work of this computer"), self.language, hint=HOW)
        steps = QVBoxLayout()
        steps.setSpacing(px(tokens().space.hair))
        for words in STEPS:
            steps.addWidget(WrapLabel(say(words, self.language), language=self.language))
        card.body.addLayout(steps)
        self.holds = WrapLabel("", "strong", language=self.language)
        card.body.addWidget(self.holds)
        self.export_button = PrimaryButton(EXPORT, self.language, icon="save")
        self.export_button.clicked.connect(self.choose_export)
        self.apply_button = Button(APPLY, self.language, icon="download")
        self.apply_button.clicked.connect(self.choose_reply)
        card.body.addWidget(_flow(self.export_button, self.apply_button))
        hint = Words("ลากแฟ้ม .ttb มาวางบนหน้านี้ได้", "A .ttb file may also be dropped on this page")
        card.body.addWidget(WrapLabel(say(hint, self.language), "small", language=self.language))
        return card

    def _sent_card(self) -> Card:
        card = Card()
        hint = Words("แฟ้มใหม่มีงานของแฟ้มที่ยังไม่ตอบรวมอยู่ด้วยเสมอ", "A new bundle always holds again what older ones were not answered for")
        card.add_head(Words("แฟ้มที่ส่งออกไป", "Bundles that went out"), self.language, hint=hint)
        self.list = QVBoxLayout()
        self.list.setSpacing(px(tokens().space.hair))
        card.body.addLayout(self.list)
        return card

    def _relay_card(self) -> Card:
        card = Card()
        hint = Words(
            "นำแฟ้มของเครื่องหรือหน่วยงานอื่นส่งถึงเซิร์ฟเวอร์ แฟ้มตอบกลับเขียนไว้ข้างแฟ้มเดิม เนื้อหาปิดผนึก เครื่องนี้อ่านไม่ได้",
            "Brings bundles of other computers to the server; each reply is written beside its bundle. They are sealed: this computer cannot read them.",
        )
        card.add_head(Words("ส่งต่อแฟ้มของผู้อื่น", "Relay for others"), self.language, hint=hint)
        self.results = QVBoxLayout()
        self.results.setSpacing(px(tokens().space.hair))
        self.relay_button = Button(RELAY, self.language, icon="send")
        self.relay_button.clicked.connect(self.choose_relay)
        self.folder_button = Button(RELAY_FOLDER, self.language, icon="folder-open")
        self.folder_button.clicked.connect(self.choose_folder)
        card.body.addWidget(_flow(self.relay_button, self.folder_button))
        card.body.addLayout(self.results)
        return card

    @property
    def _buttons(self) -> list[Button]:
        return [self.export_button, self.apply_button, self.relay_button, self.folder_button]

    def _show(self, found: tuple[Contents, tuple[Sent, ...], bool]) -> None:
        contents, sent, can_export = found
        self.holds.set_text(say(contents_words(contents) if can_export else NO_KEYS, self.language))
        if not self.control.is_busy:
            self.export_button.setEnabled(can_export)
            self.apply_button.setEnabled(can_export)
        emptied(self.list)
        rows: list[QWidget] = []
        if not sent:
            body = Words("เมื่อเขียนแฟ้มแล้ว จะเห็นที่นี่ว่าแฟ้มใดยังไม่ได้รับตอบกลับ", "Once you write a bundle you see here which are not answered yet.")
            self.list.addWidget(EmptyState("package", Words("ยังไม่เคยเขียนแฟ้ม", "No bundle yet"), body, self.language))
        for one in sent[:_SHOWN]:
            rows.append(self._sent(one))
            self.list.addWidget(rows[-1])
        self._in_order(rows)

    def _sent(self, one: Sent) -> RowButton:
        at, now = moment_of(one.at), self.office.clock()
        parts = [
            when(at, now) if at else Words("", ""),
            Words("{count} รายการ", "{count} [change|changes]").filled(count=f"{one.changes:,}"),
            *((FILES.filled(count=one.files, size=""),) if one.files else ()),
            Words(size_words(one.size), size_words(one.size)),
        ]
        answered = moment_of(one.answered_at)
        words = Words("ตอบแล้ว", "Answered") if answered else Words("ยังไม่ตอบ", "Not answered")
        kind: Kind = "ok" if answered else "warn"
        detail = " · ".join(said for part in parts if (said := say(part, self.language).strip(", ")))
        name = one.place.replace("\\", "/").rsplit("/", 1)[-1]
        row = RowButton(name, detail, self.language, icon="package", status=say(words, self.language), kind=kind)
        row.setToolTip(one.place)
        row.clicked.connect(lambda: self._say("info", LIES_AT.filled(path=one.place)))
        return row

    def _in_order(self, rows: list[QWidget]) -> None:
        # Made after the rest of the page, the rows would else stand behind the whole frame.
        for before, after in pairwise([self.export_button, self.apply_button, *rows, self.relay_button, self.folder_button]):
            QWidget.setTabOrder(before, after)


def _flow(*buttons: QWidget) -> Flow:
    flow = Flow()
    for button in buttons:
        flow.add(button)
    return flow


def _dropped(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile() and url.toLocalFile().lower().endswith(SUFFIX)]
