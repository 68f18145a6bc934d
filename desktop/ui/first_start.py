"""The first start in three steps: language, enrolment, ready. The program is usable while the first download goes on.

1 language (Thai preselected)   2 server and code, or a bundle and its code   3 ready
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.storage.state import Identity
from desktop.ui.bridge import Bridge
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import emptied
from records.bundle_faults import BundleFault
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
BUNDLE = Words("แฟ้มลงทะเบียน", "Enrolment bundle")
BY_BUNDLE = Words("ไม่มีเครือข่าย: ใช้แฟ้มลงทะเบียน (USB)", "No line: use an enrolment bundle (USB)")
BY_LINE = Words("ใช้ที่อยู่เซิร์ฟเวอร์แทน", "Use a server address instead")
_FILTER = Words("แฟ้มลงทะเบียน (*.ttb)", "Enrolment bundles (*.ttb)")
_ADDRESS_CODES = ("not-found", "address", "foreign", "offline", "not-ours")
_STEPS = (Words("ภาษา", "Language"), Words("ลงทะเบียน", "Enrolment"), Words("พร้อม", "Ready"))


class FirstStart(QWidget):
    """The three steps; `finished` when the person begins to work."""

    finished = Signal()
    language_chosen = Signal(str)
    """`th` or `en`; these pages redraw themselves."""

    def __init__(
        self,
        bridge: Bridge,
        enrol: Callable[[str, str], Identity],
        language: Language = Language.THAI,
        *,
        server: str = "",
        by_bundle: Callable[[Path, str], Identity] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Args:
        bridge: brings the enrolment to the store's thread.
        enrol: `office.enrolment.enrol`; called with address and code, off the main thread.
        server: an address already known; shown to be changed.
        by_bundle: `office.bundles.enrol`; called with file and code, off the main thread. None where no bundle can be used.
        """
        super().__init__(parent)
        self._bridge = bridge
        self._enrol = enrol
        self._language = language
        self._by_bundle = by_bundle
        self._bundle: Path | None = None
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
        progress = self._progress()
        if progress is not None:
            body.addWidget(progress)
        (self._draw_language, self._draw_enrolment, self._draw_ready)[self._step]()

    def _progress(self) -> QWidget | None:
        """Which step this is; None where nobody is led through steps."""
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
        _give_keys(self.next_button)

    def _choose_language(self, language: Language) -> None:
        self._language = language
        self.language_chosen.emit(language.value)
        self._draw()
        _give_keys(self.language_buttons[language])

    # 2. Enrolment -----------------------------------------------------------------------------------------------------------------

    def _draw_enrolment(self) -> None:
        self.enrolment_title = self._text(Words("ลงทะเบียนเครื่องนี้กับหน่วยงาน", "Enrol this computer with your office"), "title")
        hint = Words(
            "ผู้ดูแลระบบของหน่วยงานให้ที่อยู่และรหัสนี้แก่ท่าน รหัสใช้ได้ครั้งเดียว", "Your office's administrator gives you both; the code works once."
        )
        if self._bundle is not None:
            hint = Words(
                "ผู้ดูแลระบบของหน่วยงานให้แฟ้มและรหัสนี้แก่ท่าน แฟ้มเปิดได้ด้วยรหัสนี้เท่านั้น",
                "Your office's administrator gives you both; nothing but the code opens the file.",
            )
        self.enrolment_hint = self._text(hint, "muted")
        self.banner = Banner("danger", Words("", ""), self._language)
        self.banner.hide()
        self._card.body.addWidget(self.banner)
        if self._bundle is None:
            self.server_line, self.server_problem = self._line(SERVER, self._server, "https://sync.dla.go.th")
        else:
            self.server_line, self.server_problem = self._line(BUNDLE, self._bundle.name, "")
            self.server_line.setReadOnly(True)
            self.server_line.setToolTip(str(self._bundle))
        self.code_line, self.code_problem = self._line(CODE, self._code, "ABCD-EFGH-JKLM")
        self._draw_other_way()
        self.enrol_button = PrimaryButton(ENROL, self._language, icon="key-round")
        self.enrol_button.clicked.connect(self._start_enrolment)
        for line in (self.server_line, self.code_line):
            line.returnPressed.connect(self._start_enrolment)
        self.back_button = Button(BACK, self._language, icon="arrow-left", look="bare")
        self.back_button.clicked.connect(lambda: self._go(0))
        self._buttons(self.back_button, self.enrol_button)
        _give_keys(self.code_line if self._server or self._bundle else self.server_line)

    def _draw_other_way(self) -> None:
        """The way without a line, and back to the one with it."""
        if self._by_bundle is None:
            return
        self.bundle_button = Button(BY_BUNDLE if self._bundle is None else BY_LINE, self._language, icon="package", look="bare")
        self.bundle_button.clicked.connect(self._change_way)
        self._card.body.addWidget(self.bundle_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _change_way(self) -> None:
        self._code = self.code_line.text().strip()
        if self._bundle is not None:
            self._take_bundle(None)
            return
        path, _ = QFileDialog.getOpenFileName(self, self._say(BY_BUNDLE), "", self._say(_FILTER))
        if path:
            self._take_bundle(Path(path))

    def choose_bundle(self, path: Path) -> None:
        """Enrols with this bundle: it was dropped, or the program was started with it."""
        if self._by_bundle is not None and self._step < 2:
            self._step = 1
            self._take_bundle(path)

    def _take_bundle(self, path: Path | None) -> None:
        self._bundle = path
        self._draw()

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
        self._code = self.code_line.text().strip()
        if self._bundle is None:
            self._server = self.server_line.text().strip()
        for problem, line in ((self.server_problem, self.server_line), (self.code_problem, self.code_line)):
            self._show_problem(line, problem, "")
        self.banner.hide()
        if self._bundle is None and self._server and "://" not in self._server:
            self._server = f"https://{self._server}"
            self.server_line.setText(self._server)
        missing = Words("โปรดกรอกช่องนี้", "Please fill this in")
        source = str(self._bundle or self._server)
        for text, line, problem in ((self._code, self.code_line, self.code_problem), (source, self.server_line, self.server_problem)):
            if not text:
                self._show_problem(line, problem, self._say(missing))
        if not (source and self._code):
            return
        self.enrol_button.setEnabled(False)
        self.enrol_button.setText(self._say(ENROLLING))
        server, code, enrol, bundle, by_bundle = self._server, self._code, self._enrol, self._bundle, self._by_bundle

        def work() -> Identity:
            return by_bundle(bundle, code) if bundle is not None and by_bundle is not None else enrol(server, code)

        self._bridge.run(work, self._enrolled, self._failed, owner=self)

    def _failed(self, error: AppError) -> None:
        self.enrol_button.setEnabled(True)
        self.enrol_button.setText(self._say(ENROL))
        sentence = error.sentence(self._language)
        if error.code in ("code", "wrong-code"):
            self._show_problem(self.code_line, self.code_problem, sentence)
        elif isinstance(error, Unavailable | BundleFault) or error.code in _ADDRESS_CODES:
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
        if self._bundle is not None:
            text = Words(
                "ข้อมูลของหน่วยงานอยู่ในเครื่องนี้แล้ว ท่านเริ่มทำงานได้เลยโดยไม่ต้องมีเครือข่าย ส่งและรับงานด้วยแฟ้มได้ที่หน้า การรับส่งข้อมูล",
                "Your office's data are on this computer. You can begin without any line; work goes and comes by bundles, see the sync page.",
            )
        self._text(text, "muted")
        self.begin_button = PrimaryButton(BEGIN, self._language, icon="arrow-right")
        self.begin_button.clicked.connect(self.finished)
        self._buttons(QWidget(), self.begin_button)
        _give_keys(self.begin_button)


def _give_keys(widget: QWidget) -> None:
    """Puts the keys on a widget that was just laid out: a layout shows it a moment later, and what is not shown gets no keys."""
    widget.show()
    widget.setFocus()
