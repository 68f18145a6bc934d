"""The page of backups: how the data are kept safe, the recovery code, and the way back to an earlier day in three clicks."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.services.backup_sets import BackupSet, sets_in
from desktop.ui.backup_facts import BackupFacts, facts_of, set_line
from desktop.ui.screen import Action, Context, Screen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.row_button import RowButton
from records.words import Words, say

TITLE = Words("สำรองข้อมูล", "Backups")
NOW = Words("สำรองตอนนี้", "Back up now")
CHOOSE = Words("เลือกที่เก็บที่สอง", "Choose a second place")
NO_SECOND = Words("ไม่ใช้ที่เก็บที่สอง", "Use no second place")
NEW_CODE = Words("ออกรหัสกู้คืน", "Make a recovery code")
NEXT_CODE = Words("ออกรหัสใหม่แทน", "Make a new code instead")
ELSEWHERE = Words("เปิดสำเนาจากไดรฟ์หรือโฟลเดอร์อื่น", "Open backups from a stick or folder")
_SHOWN = 12


class BackupScreen(Screen):
    """What is kept, where, and how to get it back."""

    help_page = "backups"
    backup_wanted = Signal()
    code_wanted = Signal()
    second_wanted = Signal(str)
    """A folder chosen as the second place; empty for none."""
    restore_wanted = Signal(object)
    """A BackupSet was chosen: the person is asked before anything happens."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        page = Page(width=820)
        whole.addWidget(page)
        self.problem = Banner("warn", Words("", ""), self.language)
        self.problem.hide()
        page.body.addWidget(self.problem)
        page.body.addWidget(self._kept_card())
        page.body.addWidget(self._list_card())
        page.body.addWidget(self._code_card())
        page.body.addStretch(1)

    def title(self) -> str:
        """What stands above the page."""
        return say(TITLE, self.language)

    def primary_action(self) -> Action | None:
        """A backup now."""
        return Action("back_up_now", NOW, self.backup_wanted.emit, "shield-check", "")

    def acts(self) -> list[Action]:
        """For the palette."""
        return [
            Action("recovery_code", NEW_CODE, self.code_wanted.emit, "key-round"),
            Action("second_place", CHOOSE, self.choose_second, "folder-open"),
        ]

    def refresh(self) -> None:
        """Asks which backups there are; their files are read, the database is not."""
        office = self.office
        self.bridge.run(lambda: facts_of(office), self._show, owner=self)

    def say_problem(self, words: Words | None) -> None:
        """Says why the last backup, or its second copy, was not made; None when all is well."""
        if words is not None:
            self.problem.show_message("warn", words)
        self.problem.setVisible(words is not None)

    def choose_second(self) -> None:
        """Asks for the folder of the second place."""
        chosen = QFileDialog.getExistingDirectory(self, say(CHOOSE, self.language))
        if chosen:
            self.second_wanted.emit(chosen)

    def choose_elsewhere(self) -> None:
        """Asks for a folder with backups of this or another computer and lists them."""
        chosen = QFileDialog.getExistingDirectory(self, say(ELSEWHERE, self.language))
        if chosen:
            self.show_elsewhere(Path(chosen))

    def show_elsewhere(self, folder: Path) -> None:
        """Lists the backups of a folder."""
        self.bridge.run(lambda: sets_in(folder), self._show_sets, owner=self)

    # Parts ------------------------------------------------------------------------------------------------------------------------

    def _kept_card(self) -> Card:
        card = Card()
        hint = Words(
            "โปรแกรมสำรองเองวันละครั้ง เก็บ 7 วันและ 4 สัปดาห์ล่าสุด ทุกชุดเข้ารหัสและเปิดตรวจแล้ว",
            "The program backs up by itself once a day and keeps the last 7 days and 4 weeks; each is encrypted and was opened to check it.",
        )
        card.add_head(Words("การสำรองข้อมูล", "Backing up"), self.language, hint=hint)
        self.last_label = WrapLabel("", "strong", language=self.language)
        self.second_label = WrapLabel("", "muted", language=self.language)
        card.body.addWidget(self.last_label)
        card.body.addWidget(self.second_label)
        acts = Flow()
        self.second_button = Button(CHOOSE, self.language, icon="folder-open")
        self.second_button.clicked.connect(self.choose_second)
        self.no_second_button = Button(NO_SECOND, self.language, look="bare")
        self.no_second_button.clicked.connect(lambda: self.second_wanted.emit(""))
        for button in (self.second_button, self.no_second_button):
            acts.add(button)
        card.body.addWidget(acts)
        return card

    def _list_card(self) -> Card:
        card = Card()
        hint = Words(
            "เลือกสำเนาแล้วยืนยัน ฐานข้อมูลปัจจุบันถูกเก็บไว้ต่างหาก ไม่ลบ",
            "Choose one and confirm. The present database is set aside, never deleted.",
        )
        card.add_head(Words("กู้คืนจากสำเนา", "Restore a backup"), self.language, hint=hint)
        self.list = QVBoxLayout()
        self.list.setSpacing(px(tokens().space.hair))
        card.body.addLayout(self.list)
        acts = Flow()
        self.elsewhere_button = Button(ELSEWHERE, self.language, icon="folder-open", look="bare")
        self.elsewhere_button.clicked.connect(self.choose_elsewhere)
        acts.add(self.elsewhere_button)
        card.body.addWidget(acts)
        return card

    def _code_card(self) -> Card:
        card = Card()
        hint = Words(
            "กระดาษหนึ่งแผ่นที่เปิดฐานข้อมูลและสำเนาได้ แม้เครื่องนี้เสียหรือกุญแจหาย",
            "One sheet of paper that opens the database and its backups even when this computer or its key is lost.",
        )
        card.add_head(Words("รหัสกู้คืน", "Recovery code"), self.language, hint=hint)
        self.code_label = WrapLabel("", "strong", language=self.language)
        card.body.addWidget(self.code_label)
        acts = Flow()
        self.code_button = Button(NEW_CODE, self.language, icon="key-round")
        self.code_button.clicked.connect(self.code_wanted)
        acts.add(self.code_button)
        card.body.addWidget(acts)
        return card

    def _show(self, facts: BackupFacts) -> None:
        self.last_label.set_text(say(facts.last_words(), self.language))
        self.second_label.set_text(say(facts.second_words(), self.language))
        self.no_second_button.setVisible(bool(facts.second))
        self.code_label.set_text(say(facts.code_words(), self.language))
        self.code_button.setText(say(NEXT_CODE if facts.has_code else NEW_CODE, self.language))
        self._show_sets(list(facts.sets))

    def _show_sets(self, sets: list[BackupSet]) -> None:
        emptied(self.list)
        if not sets:
            body = Words(
                "โปรแกรมจะสำรองเองหลังเปิดไม่นาน หรือกด “สำรองตอนนี้”", "The program makes one soon after its start, or press “Back up now”."
            )
            self.list.addWidget(EmptyState("archive", Words("ยังไม่มีสำเนา", "No backups yet"), body, self.language))
        rows: list[QWidget] = []
        for one in sets[:_SHOWN]:
            line = set_line(one)
            row = RowButton(
                say(line.name, self.language),
                say(line.detail, self.language),
                self.language,
                icon="archive",
                status=say(line.status, self.language),
                kind="ok" if one.is_verified else "danger",
            )
            row.setEnabled(one.is_verified)
            row.clicked.connect(lambda _checked=False, one=one: self.restore_wanted.emit(one))
            self.list.addWidget(row)
            rows.append(row)
        # Made after the rest of the page, they would else stand behind the whole frame.
        for before, after in pairwise([self.second_button, self.no_second_button, *rows, self.elsewhere_button]):
            QWidget.setTabOrder(before, after)
