"""The first start in three steps: language, enrolment, ready. The program is usable while the first download goes on.

1 language (Thai preselected)   2 server and code   3 ready
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.storage.state import Identity
from desktop.ui.bridge import Bridge
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import emptied
from records.errors import AppError, Unavailable
from records.words import Language, Words, say

WELCOME = Words("ยินดีต้อนรับสู่ ท้องถิ่น", "Welcome to Thongthin")
NEXT = Words("ต่อไป", "Next")
BACK = Words("ย้อนกลับ", "Back")
ENROL = Words("ลงทะเบียนเครื่อง", "Enrol this computer")
ENROLLING = Words("กำลังลงทะเบียน", "Enrolling")
BEGIN = Words("เริ่มทำงาน", "Begin")
SERVER = Words("ที่อยู่เซิร์ฟเวอร์", "Server address")
CODE = Words("รหัสลงทะเบียน", "Enrolment code")
_ADDRESS_CODES = ("not-found", "address", "foreign", "offline", "not-ours")
_STEPS = (Words("ภาษา", "Language"), Words("ลงทะเบียน", "Enrolment"), Words("พร้อม", "Ready"))


class FirstStart(QWidget):
    """The three steps; `finished` when the person begins to work."""

    finished = Signal()
    enrolled = Signal(object)
    """The Identity, as soon as the server gave one: the first download may begin while the person reads on."""
    language_chosen = Signal(str)
    """`th` or `en`; these pages redraw themselves."""

    def __init__(
        self,
        bridge: Bridge,
        enrol: Callable[[str, str], Identity],
        language: Language = Language.THAI,
        *,
        server: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Args:
        bridge: brings the enrolment to the store's thread.
        enrol: `office.enrolment.enrol`; called with address and code, off the main thread.
        server: an address already known; shown to be changed.
        """
        super().__init__(parent)
        self._bridge = bridge
        self._enrol = enrol
        self._language = language
        self._server, self._code = server, ""
        self._identity: Identity | None = None
        self._step = 0
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        self._card = Card(padding=32)
        self._card.setMaximumWidth(px(560))
        self._card.setMinimumWidth(px(360))
        row.addWidget(self._card, 4)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)
        self._draw()

    @property
    def step(self) -> int:
        """0 language, 1 enrolment, 2 ready."""
        return self._step

    def _go(self, step: int) -> None:
        self._step = step
        self._draw()

    def _say(self, words: Words) -> str:
        return say(words, self._language)

    def _draw(self) -> None:
        body = self._card.body
        emptied(body)
        body.setSpacing(px(tokens().space.normal))
        body.addWidget(self._progress())
        (self._draw_language, self._draw_enrolment, self._draw_ready)[self._step]()

    def _progress(self) -> QWidget:
        number = Words("ขั้นที่ {step} จาก 3 · {name}", "Step {step} of 3 · {name}")
        return WrapLabel(say(number, self._language, step=self._step + 1, name=_STEPS[self._step]), "small", language=self._language)

    def _text(self, words: Words, kind: str = "") -> WrapLabel:
        label = WrapLabel(
            self._say(words), "muted" if kind == "muted" else "title" if kind == "title" else "strong", language=self._language
        )
        self._card.body.addWidget(label)
        return label

    def _buttons(self, *buttons: QWidget) -> None:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        for button in buttons[:-1]:
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(buttons[-1])
        self._card.body.addLayout(row)

    # 1. Language ------------------------------------------------------------------------------------------------------------------

    def _draw_language(self) -> None:
        self._text(WELCOME, "title")
        self._text(Words("เลือกภาษาของโปรแกรม เปลี่ยนได้ภายหลังในตั้งค่า", "Choose the language; it can be changed later in the settings"), "muted")
        self.language_buttons: dict[Language, Button] = {}
        for language, name in ((Language.THAI, Words("ไทย", "ไทย")), (Language.ENGLISH, Words("English", "English"))):
            button = Button(name, self._language, icon="check" if language is self._language else "")
            button.setCheckable(True)
            button.setChecked(language is self._language)
            button.clicked.connect(lambda _checked=False, language=language: self._choose_language(language))
            self.language_buttons[language] = button
            self._card.body.addWidget(button)
        self.next_button = PrimaryButton(NEXT, self._language, icon="arrow-right")
        self.next_button.clicked.connect(lambda: self._go(1))
        self._buttons(QWidget(), self.next_button)
        self.next_button.setFocus()

    def _choose_language(self, language: Language) -> None:
        self._language = language
        self.language_chosen.emit(language.value)
        self._draw()
        self.language_buttons[language].setFocus()

    # 2. Enrolment -----------------------------------------------------------------------------------------------------------------

    def _draw_enrolment(self) -> None:
        self._text(Words("ลงทะเบียนเครื่องนี้กับหน่วยงาน", "Enrol this computer with your office"), "title")
        hint = Words(
            "ผู้ดูแลระบบของหน่วยงานให้ที่อยู่และรหัสนี้แก่ท่าน รหัสใช้ได้ครั้งเดียว", "Your office's administrator gives you both; the code works once."
        )
        self._text(hint, "muted")
        self.banner = Banner("danger", Words("", ""), self._language)
        self.banner.hide()
        self._card.body.addWidget(self.banner)
        self.server_line, self.server_problem = self._line(SERVER, self._server, "https://sync.dla.go.th")
        self.code_line, self.code_problem = self._line(CODE, self._code, "ABCD-EFGH-JKLM")
        self.enrol_button = PrimaryButton(ENROL, self._language, icon="key-round")
        self.enrol_button.clicked.connect(self._start_enrolment)
        for line in (self.server_line, self.code_line):
            line.returnPressed.connect(self._start_enrolment)
        back = Button(BACK, self._language, icon="arrow-left", look="bare")
        back.clicked.connect(lambda: self._go(0))
        self._buttons(back, self.enrol_button)
        (self.code_line if self._server else self.server_line).setFocus()

    def _line(self, label: Words, text: str, example: str) -> tuple[QLineEdit, WrapLabel]:
        holder = QVBoxLayout()
        holder.setSpacing(px(tokens().space.hair))
        holder.addWidget(WrapLabel(self._say(label), "strong", language=self._language))
        line = QLineEdit(text)
        line.setPlaceholderText(example)
        line.setAccessibleName(self._say(label))
        holder.addWidget(line)
        problem = WrapLabel("", "problem", language=self._language)
        problem.hide()
        holder.addWidget(problem)
        self._card.body.addLayout(holder)
        return line, problem

    def _start_enrolment(self) -> None:
        self._server, self._code = self.server_line.text().strip(), self.code_line.text().strip()
        for problem, line in ((self.server_problem, self.server_line), (self.code_problem, self.code_line)):
            self._show_problem(line, problem, "")
        self.banner.hide()
        if self._server and "://" not in self._server:
            self._server = f"https://{self._server}"
            self.server_line.setText(self._server)
        missing = Words("โปรดกรอกช่องนี้", "Please fill this in")
        for text, line, problem in ((self._code, self.code_line, self.code_problem), (self._server, self.server_line, self.server_problem)):
            if not text:
                self._show_problem(line, problem, self._say(missing))
        if not (self._server and self._code):
            return
        self.enrol_button.setEnabled(False)
        self.enrol_button.setText(self._say(ENROLLING))
        server, code, enrol = self._server, self._code, self._enrol
        self._bridge.run(lambda: enrol(server, code), self._enrolled, self._failed, owner=self)

    def _failed(self, error: AppError) -> None:
        self.enrol_button.setEnabled(True)
        self.enrol_button.setText(self._say(ENROL))
        sentence = error.sentence(self._language)
        if error.code == "code":
            self._show_problem(self.code_line, self.code_problem, sentence)
        elif isinstance(error, Unavailable) or error.code in _ADDRESS_CODES:
            self._show_problem(self.server_line, self.server_problem, sentence)
        else:
            self.banner.show_message("danger", error.message)
            self.banner.show()

    def _show_problem(self, line: QLineEdit, label: WrapLabel, sentence: str) -> None:
        label.set_text(sentence)
        label.setVisible(bool(sentence))
        line.setProperty("problem", "true" if sentence else "false")
        line.setAccessibleDescription(sentence)
        line.style().unpolish(line)
        line.style().polish(line)
        if sentence:
            line.setFocus()

    def _enrolled(self, identity: Identity) -> None:
        self._identity = identity
        self.enrolled.emit(identity)
        self._go(2)

    # 3. Ready ---------------------------------------------------------------------------------------------------------------------

    def _draw_ready(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.normal))
        row.addWidget(IconView("circle-check", "ok", side=32), 0, Qt.AlignmentFlag.AlignTop)
        name = self._identity.full_name or self._identity.account if self._identity else ""
        ready = Words("พร้อมแล้ว {name}", "Ready, {name}") if name else Words("พร้อมแล้ว", "Ready")
        row.addWidget(WrapLabel(say(ready, self._language, name=name) if name else self._say(ready), "title", language=self._language), 1)
        self._card.body.addLayout(row)
        text = Words(
            "โปรแกรมกำลังรับข้อมูลของหน่วยงาน ท่านเริ่มทำงานได้เลย ข้อมูลจะทยอยมาครบเอง และใช้งานได้แม้ไม่มีเครือข่าย",
            "The program is receiving your office's data. You can begin now: the rest arrives by itself, and everything works without a line.",
        )
        self._text(text, "muted")
        self.begin_button = PrimaryButton(BEGIN, self._language, icon="arrow-right")
        self.begin_button.clicked.connect(self.finished)
        self._buttons(QWidget(), self.begin_button)
        self.begin_button.setFocus()
