"""Asks for the passphrase of the database where the computer has no keyring: set with care at the first start, asked at each later one."""

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit

from desktop.credentials import ASK, ASK_AGAIN, ASK_CODE, ASK_NEW, DIFFER, SHORTEST_PASSPHRASE, TOO_SHORT
from desktop.ui.recovery_sheet import AskCodeSheet
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import Sheet
from desktop.ui.widgets.labels import WrapLabel
from records.words import Language, Words, say

SET_TITLE = Words("ตั้งรหัสผ่านของฐานข้อมูล", "Choose a passphrase for the database")
SET_TEXT = Words(
    "เครื่องนี้ไม่มีที่เก็บกุญแจของระบบ ข้อมูลจึงเข้ารหัสด้วยรหัสผ่านของท่าน โปรแกรมจะถามทุกครั้งที่เปิด",
    "This computer keeps no keys, so your data are encrypted with a passphrase of yours. It is asked each time the program starts.",
)
ENTER_TITLE = Words("ใส่รหัสผ่านของฐานข้อมูล", "Enter the passphrase of the database")
ENTER_TEXT = Words(
    "ข้อมูลในเครื่องนี้เข้ารหัสไว้ด้วยรหัสผ่านที่ตั้งเมื่อเริ่มใช้ครั้งแรก", "The data on this computer are encrypted with the passphrase set at the first start."
)
KEEP_IT = Words(
    "โปรดจดไว้ในที่ปลอดภัย หากลืมและไม่มีรหัสกู้คืนที่พิมพ์ไว้ ไม่มีใครเปิดฐานข้อมูลนี้ได้ รวมถึงฝ่ายสนับสนุน",
    "Keep it somewhere safe: without it and without a printed recovery code nobody can open this database, support included.",
)
FORGOTTEN = Words(
    "หากลืมรหัสผ่าน พิมพ์รหัสกู้คืนจากกระดาษในช่องนี้แทนได้ หากไม่มีรหัสกู้คืน ไม่มีใครเปิดฐานข้อมูลนี้ได้ งานที่ส่งแล้วยังอยู่บนเซิร์ฟเวอร์ "
    "ขอรหัสลงทะเบียนใหม่จากผู้ดูแลระบบ แล้วเริ่มในโฟลเดอร์ข้อมูลใหม่",
    "If it is forgotten, type the recovery code from the printed page here instead. Without that nobody can open this database. What was sent is "
    "still on the server: ask your administrator for a new enrolment code and start with a new data folder.",
)
WRONG = Words(
    "รหัสผ่านไม่ถูกต้อง ข้อมูลยังอยู่ครบและไม่ถูกแก้ไข โปรดลองอีกครั้ง",
    "The passphrase is wrong; the data are untouched. Please try again.",
)
SHOW = Words("แสดงรหัสผ่าน", "Show the passphrase")
SET = Words("ตั้งรหัสผ่าน", "Set the passphrase")
OPEN = Words("เปิดโปรแกรม", "Open the program")
LEAVE = Words("ออกจากโปรแกรม", "Leave the program")


class PassphraseSheet(Sheet):
    """One line, or two where the passphrase is set; says below what is wrong with it."""

    def __init__(self, language: Language, *, is_new: bool, problem: Words | None = None) -> None:
        """`problem` is what was wrong with the last attempt."""
        title, text = (SET_TITLE, SET_TEXT) if is_new else (ENTER_TITLE, ENTER_TEXT)
        super().__init__(None, say(title, language), say(text, language), language, icon="key-round")
        self._language = language
        self._is_new = is_new
        self.setMinimumWidth(px(480))
        self.line = self._line(ASK_NEW if is_new else ASK)
        self.again = self._line(ASK_AGAIN) if is_new else None
        self.problem = WrapLabel("", "problem", language=language)
        self.body.addWidget(self.problem)
        self._say(problem)
        show = QCheckBox(say(SHOW, language))
        show.toggled.connect(self._show)
        self.body.addWidget(show)
        self.body.addWidget(WrapLabel(say(KEEP_IT if is_new else FORGOTTEN, language), "small", language=language))
        leave = QuietButton(LEAVE, language)
        leave.clicked.connect(self.reject)
        self.accept_button = PrimaryButton(SET if is_new else OPEN, language, icon="check")
        self.accept_button.clicked.connect(self._finish)
        self.add_button(leave)
        self.add_button(self.accept_button, is_default=True)
        self.line.setFocus()

    @property
    def passphrase(self) -> str:
        """What was typed."""
        return self.line.text()

    def _line(self, label: Words) -> QLineEdit:
        line = QLineEdit()
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setAccessibleName(say(label, self._language))
        self.body.addSpacing(px(tokens().space.hair))
        self.body.addWidget(WrapLabel(say(label, self._language), "strong", language=self._language))
        self.body.addWidget(line)
        return line

    def _show(self, is_shown: bool) -> None:
        for line in (self.line, self.again):
            if line is not None:
                line.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)

    def _say(self, problem: Words | None) -> None:
        self.problem.set_text(say(problem, self._language) if problem else "")
        self.problem.setVisible(problem is not None)
        self.line.setAccessibleDescription(self.problem.plain_text)

    def _finish(self) -> None:
        if not self.passphrase:
            self.line.setFocus()
        elif self.again is not None and len(self.passphrase) < SHORTEST_PASSPHRASE:
            self._say(TOO_SHORT)
            self.line.setFocus()
        elif self.again is not None and self.again.text() != self.passphrase:
            self._say(DIFFER)
            self.again.setFocus()
            self.again.selectAll()
        else:
            self.accept()


class PassphraseAsker:
    """A `credentials.Ask` by windows; setting asks for both lines at once and answers the second question by itself."""

    def __init__(self, language: Language, prepare: Callable[[], object]) -> None:
        """`prepare` is called before a window shows: it puts the look on."""
        self._language = language
        self._prepare = prepare
        self._set = ""
        self.was_asked = False
        self.gave_up = False
        """The person wants no passphrase: leave."""
        self.problem: Words | None = None
        """What was wrong with the last one, shown at the next."""

    def __call__(self, words: Words) -> str | None:
        """The passphrase; None when the person gave up."""
        if words == ASK_AGAIN:
            return self._set
        self._prepare()
        self.was_asked = True
        if words == ASK_CODE:
            asks = AskCodeSheet(None, self._language, problem=self.problem)
            self.gave_up = asks.exec() != QDialog.DialogCode.Accepted
            code = asks.typed
            asks.deleteLater()
            return None if self.gave_up else code
        sheet = PassphraseSheet(self._language, is_new=words == ASK_NEW, problem=self.problem)
        is_given = sheet.exec() == QDialog.DialogCode.Accepted
        typed = sheet.passphrase
        sheet.deleteLater()
        self.gave_up = not is_given
        self._set = typed
        return typed if is_given else None
