"""Asking DLA for a change of an office's entry: which field, what stands there, what should, and why. Makes a draft, which is then submitted."""

from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPlainTextEdit, QWidget

from desktop.services.records import Saved
from desktop.ui.screen import Context, Place
from desktop.ui.theme.current import px
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import CANCEL, Sheet
from desktop.ui.widgets.labels import Label, WrapLabel
from records.catalogue.registry import Office
from records.catalogue.registry_requests import CHANGEABLE
from records.errors import FieldError
from records.words import Words, say

TITLE = Words("ขอแก้ไขทะเบียน อปท.", "Ask for a change of the registry")
TEXT = Words(
    "ทะเบียนเป็นของ สถ. คำขอนี้เก็บเป็นร่างก่อน แนบเอกสารแล้วจึงกด “ส่งคำขอถึง สถ.”",
    "The registry belongs to DLA. This is kept as a draft first; attach the papers, then press “Submit to DLA”.",
)
FIELD = Words("ข้อมูลที่ขอแก้ไข", "Field")
PRESENT = Words("ปัจจุบัน: {value}", "Now: {value}")
PROPOSED = Words("ขอแก้ไขเป็น", "Proposed value")
REASON = Words("เหตุผล", "Reason")
MAKE = Words("ทำร่างคำขอ", "Make the draft")
EMPTY = Words("ว่าง", "empty")


class ChangeRequestSheet(Sheet):
    """The dialog."""

    def __init__(self, context: Context, office_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, say(TITLE, context.language), say(TEXT, context.language), context.language, icon="landmark")
        self._context = context
        language = context.language
        self._present: dict[str, str] = {}
        self.field = QComboBox()
        self.field.setAccessibleName(say(FIELD, language))
        for option in CHANGEABLE:
            self.field.addItem(say(option.label, language), option.value)
        self.present = WrapLabel("", "muted", language=language)
        self.proposed = QLineEdit()
        self.proposed.setAccessibleName(say(PROPOSED, language))
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName(say(REASON, language))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(px(84))
        self.problem = WrapLabel("", "problem", language=language)
        self.problem.hide()
        for label, box in (
            (FIELD, self.field),
            (None, self.present),
            (PROPOSED, self.proposed),
            (None, self.problem),
            (REASON, self.reason),
        ):
            if label is not None:
                self.body.addWidget(Label(say(label, language), "muted"))
            self.body.addWidget(box)
        give_up = QuietButton(CANCEL, language)
        give_up.clicked.connect(self.reject)
        self.make = PrimaryButton(MAKE, language)
        self.make.clicked.connect(self.accept)
        self.add_button(give_up)
        self.add_button(self.make, is_default=True)
        self.field.currentIndexChanged.connect(lambda _: self._show())
        self.proposed.textChanged.connect(lambda _: self._show())
        self.reason.textChanged.connect(self._show)
        self.field.setFocus()
        self._show()
        registry = context.office.registry

        def fetch() -> dict[str, str]:
            row = registry.require(office_id)
            return {option.value: registry.shown(row, option.value) for option in CHANGEABLE}

        context.bridge.run(fetch, self._came, owner=self)

    @property
    def wanted(self) -> tuple[str, str, str]:
        """Field, proposed value, reason."""
        return str(self.field.currentData()), self.proposed.text().strip(), self.reason.toPlainText().strip()

    def _came(self, present: dict[str, str]) -> None:
        self._present = present
        self._show()

    def _show(self) -> None:
        name, proposed, reason = self.wanted
        language = self._context.language
        self.present.set_text(say(PRESENT, language, value=self._present.get(name) or say(EMPTY, language)))
        problem = ""
        try:
            Office.spec.field(name).kind.parse(proposed, self._context.today())
        except FieldError as fault:
            problem = fault.sentence(language)
        self.problem.set_text(problem)
        self.problem.setVisible(bool(problem))
        self.make.setEnabled(bool(proposed and reason and not problem))


def ask_for_change(context: Context, office_id: str, parent: QWidget | None = None) -> None:
    """Asks what should change, keeps the draft and opens it."""
    sheet = ChangeRequestSheet(context, office_id, parent)
    answer = sheet.exec() == QDialog.DialogCode.Accepted
    name, proposed, reason = sheet.wanted
    sheet.deleteLater()
    if not answer:
        return
    registry = context.office.registry

    def done(saved: Saved) -> None:
        context.navigate(Place("record", "registry_change_request", saved.row.id))

    context.bridge.run(lambda: registry.request_change(office_id, name, proposed, reason), done)
