"""Asks before a restore: what comes back, what is set aside, what happens with the work not sent; and for the code of a foreign backup."""

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop import credentials, paths, recovery_code
from desktop.services.backup_sets import BackupSet
from desktop.ui.backup_facts import set_line
from desktop.ui.recovery_sheet import CodeLine
from desktop.ui.theme.current import px
from desktop.ui.widgets.buttons import DangerButton, QuietButton
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.labels import WrapLabel
from records.errors import AppError
from records.words import Language, Words, say

TITLE = Words("กู้คืนจากสำเนานี้", "Restore this backup")
TEXT = Words(
    "ข้อมูลในเครื่องจะกลับไปเป็นอย่างเมื่อ {when} ({detail}) ฐานข้อมูลปัจจุบันถูกเก็บไว้ในโฟลเดอร์ set-aside ไม่ลบ งานที่ส่งแล้วจะรับกลับจากเซิร์ฟเวอร์เอง โปรแกรมจะเปิดใหม่",
    "The data on this computer go back to {when} ({detail}). The present database is set aside in the folder set-aside, never deleted. What was sent "
    "comes back from the server by itself. The program opens again.",
)
UNSENT = Words("นำงานที่ยังไม่ได้ส่ง {count} รายการมารอส่งต่อ", "Keep the {count} changes that were not sent waiting")
UNSENT_HINT = Words("หากไม่นำมา งานเหล่านี้ยังอยู่ในฐานข้อมูลที่เก็บไว้", "If you do not, they stay in the database that is set aside.")
FOREIGN = Words(
    "สำเนานี้มาจากเครื่องอื่นหรือกุญแจอื่น โปรดใส่รหัสกู้คืนของสำเนานี้", "This backup has another key: enter the recovery code that belongs to it."
)
NO_CODE = Words(
    "สำเนานี้ใช้กุญแจอื่นและไม่มีรหัสกู้คืน เปิดได้เฉพาะเครื่องที่สร้างสำเนา",
    "This backup has another key and no recovery code; only the computer that made it opens it.",
)
RESTORE = Words("กู้คืน", "Restore")


@dataclass(frozen=True)
class RestoreWish:
    """What a person confirmed."""

    backup: BackupSet
    backup_key: bytes
    with_unsent: bool

    def __repr__(self) -> str:
        # Never the key: this lands in logs.
        return f"RestoreWish({self.backup.name!r}, with_unsent={self.with_unsent})"


class RestoreSheet(Sheet):
    """The question; `wish` has the answer once it is accepted."""

    def __init__(self, parent: QWidget | None, language: Language, one: BackupSet, key: bytes, unsent: int) -> None:
        """`key` is the present database's; `unsent` is how many changes wait in it."""
        line = set_line(one)
        text = TEXT.filled(when=line.name, detail=line.detail)
        super().__init__(parent, say(TITLE, language), say(text, language), language, icon="history", role="danger")
        self._one = one
        self._key = key
        self.wish: RestoreWish | None = None
        self.setMinimumWidth(px(520))
        self.unsent = QCheckBox(say(UNSENT, language, count=f"{unsent:,}"))
        self.unsent.setChecked(True)
        if unsent:
            self.body.addWidget(self.unsent)
            self.body.addWidget(WrapLabel(say(UNSENT_HINT, language), "small", language=language))
        self.agree = DangerButton(RESTORE, language, icon="history")
        self.code: CodeLine | None = None
        if one.facts.key_id != recovery_code.key_id(key):
            self.body.addWidget(WrapLabel(say(FOREIGN if one.has_code else NO_CODE, language), language=language))
            if one.has_code:
                self.code = CodeLine(language, self)
            else:
                self.agree.setEnabled(False)
        refuse = QuietButton(CANCEL, language)
        refuse.clicked.connect(self.reject)
        self.agree.clicked.connect(self._finish)
        self.add_button(refuse, is_default=self.code is None)
        self.add_button(self.agree)
        if self.code is not None:
            self.code.line.setFocus()

    def _finish(self) -> None:
        key = self._key
        if self.code is not None:
            if not self.code.checked():
                return
            try:
                key = credentials.key_by_code(self._one.path / paths.KEY, self.code.line.text())
            except AppError as error:
                self.code.say_problem(error.message)
                return
        self.wish = RestoreWish(self._one, key, self.unsent.isChecked())
        self.accept()
