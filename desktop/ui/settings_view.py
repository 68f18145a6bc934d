"""The settings: language, looks and text size at once and for good; who works where; the data folder, details for support, the program itself."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import config
from desktop.config import TEXT_PERCENTS, Config
from desktop.services.sync import Status
from desktop.storage.state import Identity
from desktop.ui.keep_documents import KeepCard
from desktop.ui.screen import Action, Context, Notice, Place, Screen
from desktop.ui.support_details import program_version, support_details
from desktop.ui.sync_sentence import moment_of, when
from desktop.ui.sync_view import RoundControl
from desktop.ui.sync_words import ENROL_AGAIN
from desktop.ui.theme.current import px, tokens
from desktop.ui.theme.theme import Mode
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.dialogs import CLOSE, Sheet, ask_text
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.row_button import RowButton
from records.areas import ROLES
from records.catalogue import AREA_TYPES
from records.words import Language, Words, say

LANGUAGE = Words("ภาษา", "Language")
THEME = Words("สีของหน้าจอ", "Colours")
TEXT_SIZE = Words("ขนาดตัวอักษร", "Text size")
COPY_DETAILS = Words("คัดลอกรายละเอียดให้ฝ่ายสนับสนุน", "Copy details for support")
SAVE_DETAILS = Words("บันทึกรายละเอียดเป็นไฟล์", "Save the details to a file")
OPEN_FOLDER = Words("เปิดโฟลเดอร์", "Open the folder")
LICENCES = Words("สัญญาอนุญาต", "Licences")
CODE = Words("รหัสลงทะเบียนจากผู้ดูแลระบบ", "Enrolment code from the administrator")
ENROLLED = Words("ลงทะเบียนแล้ว ผู้ใช้ {account} งานที่รอส่งจะส่งต่อ", "Enrolled as {account}; what waits is sent now")
BUNDLES = Words("ส่งงานด้วยแฟ้ม (USB)", "Work by bundle (USB)")
BACKUPS = Words("สำรองข้อมูลและกู้คืน", "Backups and restore")
SYNC_NOW = Words("รับส่งตอนนี้", "Sync now")
_MODES = {
    "light": Words("สว่าง", "Light"),
    "dark": Words("มืด", "Dark"),
    "system": Words("ตามระบบ", "As the system"),
}
_THEME_FOLDER = Path(__file__).parent / "theme"


class SettingsScreen(Screen):
    """The settings page."""

    help_page = "settings"

    language_chosen = Signal(str)
    """`th` or `en`, remembered already: the window speaks it from now on."""

    def __init__(self, context: Context, control: RoundControl, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        # What is in force now; `refresh` brings what is remembered, the names of a newer program included.
        self._config = Config(context.language, theme.mode, round(theme.text_scale * 100))
        self._control = control
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        page = Page(width=820)
        whole.addWidget(page)
        page.body.addWidget(self._looks())
        self._account = Card()
        page.body.addWidget(self._account)
        self.keep_card = KeepCard(context)
        page.body.addWidget(self.keep_card)
        page.body.addWidget(self._program_records())
        page.body.addWidget(self._data())
        page.body.addWidget(self._about())
        self._show_account(None)

    def title(self) -> str:
        """What stands above the page."""
        return say(Words("ตั้งค่า", "Settings"), self.language)

    def refresh(self) -> None:
        """Asks who works here and when all was last in step, and what is remembered of the looks."""
        folder = self.office.folder
        self.bridge.run(self.office.sync.status, self._show_account, owner=self)
        self.bridge.run(lambda: config.load(folder), self._take, owner=self)
        self.keep_card.refresh()

    def _take(self, remembered: Config) -> None:
        self._config = replace(self._config, theme=remembered.theme, other=remembered.other)
        self.theme_chips.set_current(self._config.theme)

    def acts(self) -> list[Action]:
        """For the palette: the looks by name, so that a person who cannot read this page still gets there."""
        made = [
            Action(
                f"theme_{mode}",
                Words(f"{THEME.th}: {words.th}", f"{THEME.en}: {words.en}"),
                partial(self.choose_theme, mode),
                "sun",
            )
            for mode, words in _MODES.items()
        ]
        made.append(Action("copy_details", COPY_DETAILS, self.copy_details, "copy"))
        return made

    # Looks ------------------------------------------------------------------------------------------------------------------------

    def _looks(self) -> Card:
        card = Card()
        card.add_head(Words("หน้าจอ", "Screen"), self.language, hint=Words("มีผลทันทีและจำไว้", "Takes effect at once and is remembered"))
        languages = (Chip("th", Words("ไทย", "ไทย")), Chip("en", Words("English", "English")))
        self.language_chips = self._choice(card, LANGUAGE, languages, self._config.language.value, self.choose_language)
        modes = tuple(Chip(mode, words) for mode, words in _MODES.items())
        self.theme_chips = self._choice(card, THEME, modes, self._config.theme, self.choose_theme)
        sizes = tuple(Chip(str(percent), Words(f"{percent} %", f"{percent} %")) for percent in TEXT_PERCENTS)
        self.size_chips = self._choice(card, TEXT_SIZE, sizes, str(self._config.text_percent), self.choose_text_size)
        return card

    def _choice(self, card: Card, label: Words, chips: tuple[Chip, ...], current: str, choose: Callable[[str], object]) -> ChipBar:
        card.body.addWidget(Line())
        card.body.addWidget(WrapLabel(say(label, self.language), "strong", language=self.language))
        bar = ChipBar(self.language)
        bar.setAccessibleName(say(label, self.language))
        bar.set_chips(chips)
        bar.set_current(current)
        bar.chosen.connect(choose)
        card.body.addWidget(bar)
        return bar

    def choose_language(self, language: str) -> None:
        """Speaks another language from now on."""
        self._choose(replace(self._config, language=Language(language)))

    def choose_theme(self, mode: str) -> None:
        """Puts on another look."""
        self.theme_chips.set_current(mode)
        self._choose(replace(self._config, theme=mode))

    def choose_text_size(self, percent: str) -> None:
        """Shows text in another size."""
        self._choose(replace(self._config, text_percent=int(percent)))

    def _choose(self, chosen: Config) -> None:
        before, self._config = self._config, chosen
        folder = self.office.folder
        self.bridge.run(lambda: config.save(folder, chosen), lambda _: self._saved(before, chosen), owner=self)
        if (before.theme, before.text_percent) != (chosen.theme, chosen.text_percent):
            application = QApplication.instance()
            if isinstance(application, QApplication):
                self.context.theme.apply(application, cast(Mode, chosen.theme), chosen.text_percent / 100)

    def _saved(self, before: Config, chosen: Config) -> None:
        if before.language is not chosen.language:
            self.language_chosen.emit(chosen.language.value)

    # Who works where --------------------------------------------------------------------------------------------------------------

    def _show_account(self, status: Status | None) -> None:
        body = self._account.body
        emptied(body)
        self._account.add_head(Words("ผู้ใช้ เครื่อง และเซิร์ฟเวอร์", "Account, computer and server"), self.language)
        identity = status.identity if status else self.context.access.identity
        if identity is None:
            text = Words(
                "เครื่องนี้ยังไม่ได้ลงทะเบียนกับหน่วยงาน ข้อมูลอยู่ในเครื่องนี้เท่านั้น ปิดแล้วเปิดโปรแกรมใหม่เพื่อลงทะเบียน",
                "This computer is not enrolled with an office yet and its data stay on it. Start the program again to enrol.",
            )
            body.addWidget(WrapLabel(say(text, self.language), "muted", language=self.language))
            return
        last = moment_of(status.last_sync) if status else None
        names = ", ".join(one.name or one.stream for one in status.streams) if status else ""
        never = Words("ยังไม่เคย", "never")
        body.addWidget(
            self._facts(
                (
                    (Words("ผู้ใช้", "Account"), f"{identity.full_name or identity.account} ({identity.account})"),
                    (Words("บทบาท", "Role"), say(ROLES.get(identity.role, Words(identity.role, identity.role)), self.language)),
                    (Words("เครื่อง", "Computer"), identity.device_name or identity.device_id),
                    (Words("รหัสเครื่อง", "Device id"), identity.device_id),
                    (Words("เซิร์ฟเวอร์", "Server"), identity.server),
                    (Words("ชุดข้อมูล", "Data sets"), names),
                    (Words("รับส่งล่าสุด", "Last sync"), say(when(last, self.office.clock()) if last else never, self.language)),
                )
            )
        )
        acts = Flow()
        sync = Button(SYNC_NOW, self.language, icon="refresh-cw")
        sync.setToolTip(f"{say(SYNC_NOW, self.language)} (F5)")
        sync.clicked.connect(self._control.ask)
        see = Button(Words("ดูการรับส่งข้อมูล", "See the sync view"), self.language, look="bare")
        see.clicked.connect(lambda: self.context.navigate(Place("sync")))
        self.again_button = Button(ENROL_AGAIN, self.language, icon="key-round", look="bare")
        self.again_button.clicked.connect(self.enrol_again)
        acts.add(sync)
        acts.add(see)
        acts.add(self.again_button)
        body.addWidget(acts)

    def enrol_again(self) -> None:
        """Asks for a new code: the server no longer takes this device, as after a restore of a database whose newer file was lost."""
        identity = self.context.access.identity
        code = ask_text(self, self.language, ENROL_AGAIN, CODE, ok=ENROL_AGAIN) if identity is not None else None
        if identity is not None and code:
            enrolment = self.office.enrolment
            self.bridge.run(lambda: enrolment.enrol(identity.server, code), self._enrolled_again, owner=self)

    def _enrolled_again(self, identity: Identity) -> None:
        self.context.notify(Notice("ok", ENROLLED.filled(account=identity.account)))
        self._control.ask()
        self.refresh()

    def _facts(self, facts: tuple[tuple[Words, str], ...]) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(tokens().space.normal))
        grid.setVerticalSpacing(px(tokens().space.tight))
        grid.setColumnStretch(1, 1)
        for row, (label, value) in enumerate(fact for fact in facts if fact[1]):
            name = WrapLabel(say(label, self.language), "muted", language=self.language)
            name.setFixedWidth(px(140))
            grid.addWidget(name, row, 0)
            grid.addWidget(WrapLabel(value, language=self.language, is_selectable=True), row, 1)
        return holder

    def _program_records(self) -> Card:
        card = Card()
        card.body.setSpacing(px(tokens().space.hair))
        hint = Words("ข้อมูลของโปรแกรมเอง", "Records of the program itself")
        card.add_head(Words("ระบบ", "System"), self.language, hint=hint)
        conflicts = RowButton(
            say(Words("รายการที่มีผู้แก้ไขที่อื่น", "Records edited elsewhere too"), self.language), "", self.language, icon="git-merge"
        )
        conflicts.clicked.connect(lambda: self.context.navigate(Place("conflicts")))
        card.body.addWidget(conflicts)
        backups = RowButton(say(BACKUPS, self.language), "", self.language, icon="archive")
        backups.clicked.connect(lambda: self.context.navigate(Place("backups")))
        card.body.addWidget(backups)
        self.backups_row = backups
        bundles = RowButton(say(BUNDLES, self.language), "", self.language, icon="package")
        bundles.clicked.connect(lambda: self.context.navigate(Place("bundles")))
        card.body.addWidget(bundles)
        for name in AREA_TYPES.get("platform", ()):
            spec = self.office.catalogue.get(name)
            if spec is None or name == "conflict":
                continue
            row = RowButton(say(spec.label, self.language), "", self.language, icon="rows-3")
            row.clicked.connect(lambda _checked=False, name=name: self.context.navigate(Place("type", name)))
            card.body.addWidget(row)
        return card

    # Data and support -------------------------------------------------------------------------------------------------------------

    def _data(self) -> Card:
        card = Card()
        hint = Words(
            "ฐานข้อมูลเข้ารหัสทั้งไฟล์ เปิดได้เฉพาะผู้ใช้เครื่องนี้ รายละเอียดให้ฝ่ายสนับสนุนไม่มีชื่อหรือข้อมูลส่วนบุคคล",
            "The whole database is encrypted for this user. Details for support hold no names and no personal data.",
        )
        card.add_head(Words("ข้อมูลและการสนับสนุน", "Data and support"), self.language, hint=hint)
        card.body.addWidget(self._facts(((Words("โฟลเดอร์ข้อมูล", "Data folder"), str(self.office.folder)),)))
        acts = Flow()
        folder = Button(OPEN_FOLDER, self.language, icon="folder-open")
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.office.folder))))
        self.copy_button = Button(COPY_DETAILS, self.language, icon="copy")
        self.copy_button.clicked.connect(self.copy_details)
        self.save_button = Button(SAVE_DETAILS, self.language, icon="save")
        self.save_button.clicked.connect(self._save_details)
        for button in (folder, self.copy_button, self.save_button):
            acts.add(button)
        card.body.addWidget(acts)
        return card

    def copy_details(self) -> None:
        """Puts the details for support on the clipboard."""
        office = self.office
        self.bridge.run(lambda: support_details(office), self._copied, owner=self)

    def _copied(self, details: str) -> None:
        QGuiApplication.clipboard().setText(details)
        self.context.notify(Notice("ok", Words("คัดลอกรายละเอียดแล้ว", "The details were copied")))

    def _save_details(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say(SAVE_DETAILS, self.language), "thongthin-support.json", "JSON (*.json)")
        if not name:
            return
        office, path = self.office, Path(name)
        self.bridge.run(lambda: path.write_text(support_details(office), encoding="utf-8"), self._details_saved, owner=self)

    def _details_saved(self, _written: int) -> None:
        self.context.notify(Notice("ok", Words("บันทึกรายละเอียดแล้ว", "The details were saved")))

    def _about(self) -> Card:
        card = Card()
        card.add_head(Words("เกี่ยวกับโปรแกรม", "About"), self.language)
        licence = Words("Apache License 2.0 · ใช้และแก้ไขได้โดยเสรี", "Apache License 2.0 · free to use and change")
        facts = ((Words("ท้องถิ่น", "Thongthin"), program_version()), (Words("สัญญาอนุญาต", "Licence"), say(licence, self.language)))
        card.body.addWidget(self._facts(facts))
        acts = Flow()
        self.licences_button = Button(LICENCES, self.language, icon="scale")
        self.licences_button.clicked.connect(lambda: licences_sheet(self, self.language).exec())
        acts.add(self.licences_button)
        card.body.addWidget(acts)
        return card


def licences_sheet(parent: QWidget, language: Language) -> Sheet:
    """The licences of what comes with the program, to be read."""
    text = Words(
        "หน้าจอใช้ Qt for Python (LGPL v3) ตัวอักษร Noto Sans Thai (SIL OFL 1.1) และไอคอน Lucide (ISC)",
        "The screens use Qt for Python (LGPL v3), the typeface Noto Sans Thai (SIL OFL 1.1) and Lucide icons (ISC).",
    )
    sheet = Sheet(parent, say(LICENCES, language), say(text, language), language, icon="scale")
    box = QPlainTextEdit()
    box.setReadOnly(True)
    box.setAccessibleName(say(LICENCES, language))
    files = (_THEME_FOLDER / "fonts" / "OFL.txt", _THEME_FOLDER / "icons" / "LICENSE.txt")
    box.setPlainText("\n\n".join(file.read_text(encoding="utf-8") for file in files))
    box.setMinimumSize(px(560), px(280))
    sheet.body.addWidget(box)
    close = PrimaryButton(CLOSE, language)
    close.clicked.connect(sheet.accept)
    sheet.add_button(close, is_default=True)
    return sheet
