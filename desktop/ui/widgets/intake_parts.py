"""The parts of the intake: the pickers of service and applicant, the checklist of papers, and what the citizen is told.

None of them saves; `screens/intake` puts them together.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.request_words import missing_words
from desktop.storage.rows import Row
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.editors.reference import ReferenceEditor
from desktop.ui.widgets.labels import WrapLabel
from records.fields import FieldSpec
from records.words import Language, Words, say

PAPERS = Words("เอกสารที่ผู้ยื่นนำมา", "Papers brought")
PAPERS_HINT = Words("กดเว้นวรรคเพื่อทำเครื่องหมาย", "Space ticks a paper")
NO_PAPERS = Words("งานบริการนี้ไม่ต้องใช้เอกสาร", "This service needs no papers")
NO_SERVICE = Words("เลือกงานบริการเพื่อดูรายการเอกสาร", "Choose a service to see its papers")
ALL_HERE = Words("ครบทุกฉบับ", "All are here")
OPTIONAL = Words("{paper} (ถ้ามี)", "{paper} (where it applies)")
TELL = Words("แจ้งผู้ยื่นคำขอ", "Tell the citizen")
COMPLETE = Words("เอกสารครบ รับเรื่องได้", "All papers are here")
BEFORE = Words(
    "เมื่อเลือกงานบริการ กำหนดแล้วเสร็จ ค่าธรรมเนียม และเอกสารที่ยังขาดจะขึ้นที่นี่ เพื่ออ่านหรือคัดลอกแจ้งผู้ยื่น",
    "Once a service is chosen its due day, its fee and what is missing stand here, to be read out or copied",
)
COPY = Words("คัดลอกข้อความ", "Copy the text")
WHO_HINT = Words("พิมพ์ชื่อหรือเลขประจำตัวประชาชน", "Type a name or a citizen id")
NEW_PERSON = Words("ไม่มีในทะเบียนบุคคล จะบันทึกชื่อตามที่พิมพ์", "Not in the register; the name is kept as typed")


class ServicePicker(ReferenceEditor):
    """Offers only what the office offers today; the first match is chosen by Enter."""

    marks_first = True

    def matching(self, text: str) -> list[Row]:
        """The services offered whose name or code holds the text."""
        return self.context.office.requests.services(text)


class ApplicantPicker(ReferenceEditor):
    """A person of the register, or a name as typed: whoever stands at the counter need not be in the register."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.line.setPlaceholderText(say(WHO_HINT, self.language))
        self.edited.connect(self._say_new)
        self.proposals.missed.connect(self._say_new)

    def matching(self, text: str) -> list[Row]:
        """The persons whose name or citizen id (with or without dashes) holds the text."""
        digits = text.replace("-", "").replace(" ", "")
        return super().matching(digits if digits.isdigit() else text)

    def value(self) -> str | None:
        """The id of the person chosen; None for a name as typed."""
        return self._id

    @property
    def typed_name(self) -> str:
        """The name typed while nobody is chosen; empty otherwise."""
        return "" if self._id is not None else " ".join(self.line.text().split())

    def _say_new(self) -> None:
        if self._id is None:
            self.show_note(say(NEW_PERSON, self.language) if self.typed_name else "")


class PaperLine(QWidget):
    """One paper of the checklist: a box to tick and its name, which breaks into lines where the card is narrow."""

    def __init__(self, row: Row, *, is_required: bool, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = str(row.fields.get("name", ""))
        self.paper = row
        self.is_required = is_required
        shown = name if is_required else say(OPTIONAL, language, paper=name)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(tokens().space.hair))
        self.box = QCheckBox()
        self.box.setAccessibleName(shown)
        line.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        self.label = WrapLabel(shown, language=language)
        line.addWidget(self.label, 1)
        note = row.fields.get("note")
        if isinstance(note, str):
            self.setToolTip(note)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on the name ticks as well."""
        self.box.toggle()
        event.accept()


class PapersCard(Card):
    """The checklist of a service."""

    changed = Signal()

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        head = self.add_head(PAPERS, language, hint=PAPERS_HINT)
        self.all_button = QuietButton(ALL_HERE, language, icon="check")
        self.all_button.setToolTip(f"{say(ALL_HERE, language)} (Alt+A)")
        self.all_button.clicked.connect(self.tick_all)
        head.add_act(self.all_button)
        self.none = WrapLabel(say(NO_SERVICE, language), "muted", language=language)
        self.body.addWidget(self.none)
        self._column = QVBoxLayout()
        self._column.setSpacing(px(tokens().space.hair))
        self.body.addLayout(self._column)
        self.lines: list[PaperLine] = []
        self.show_papers(None)

    def show_papers(self, papers: Sequence[Row] | None) -> None:
        """Shows the papers of a service; None while none is chosen."""
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = []
        for row in papers or ():
            line = PaperLine(row, is_required=bool(row.fields.get("required", True)), language=self._language)
            line.box.toggled.connect(self.changed)
            self._column.addWidget(line)
            self.lines.append(line)
        self.none.set_text(say(NO_SERVICE if papers is None else NO_PAPERS, self._language))
        self.none.setVisible(not self.lines)
        self.all_button.setVisible(len(self.lines) > 1)
        self.changed.emit()

    def tick_all(self) -> None:
        """Everything was brought."""
        for line in self.lines:
            line.box.setChecked(True)

    @property
    def brought(self) -> frozenset[str]:
        """The ids of the papers that are ticked."""
        return frozenset(line.paper.id for line in self.lines if line.box.isChecked())

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the required papers that are not."""
        return tuple(str(line.paper.fields.get("name", "")) for line in self.lines if line.is_required and not line.box.isChecked())


class TellCard(Card):
    """What the citizen is told now, ready to be given in writing."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.add_head(TELL, language)
        self.promise = WrapLabel("", language=language)
        self.body.addWidget(self.promise)
        self.text = WrapLabel("", language=language, is_selectable=True)
        self.text.setAccessibleName(say(TELL, language))
        self.body.addWidget(self.text)
        self.copy_button = QuietButton(COPY, language, icon="copy")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.plain_text))
        self.body.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_promise(self, text: str) -> None:
        """The due day and the fee of the service."""
        self.promise.set_text(text)
        self.promise.setVisible(bool(text))

    def show_missing(self, missing: Sequence[str], *, service: str = "", applicant: str = "", has_service: bool) -> None:
        """What is missing, in the words of the law; that everything is here when nothing is."""
        if missing:
            words = missing_words(missing, service=service, applicant=applicant)
            self.text.set_text(say(words, self._language))
        else:
            self.text.set_text(say(COMPLETE if has_service else BEFORE, self._language))
        self.copy_button.setVisible(bool(missing))
