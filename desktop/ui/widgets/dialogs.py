"""Questions and bad news in windows of their own: few, short, and saying what happens next. No traceback in anybody's face."""

import traceback

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, DangerButton, PrimaryButton, QuietButton
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from records.errors import AppError, Correctable, Unavailable
from records.words import Language, Words, say

OK = Words("ตกลง", "OK")
CANCEL = Words("ยกเลิก", "Cancel")
CLOSE = Words("ปิด", "Close")
COPY_DETAILS = Words("คัดลอกรายละเอียดให้ฝ่ายสนับสนุน", "Copy details for support")
COPIED = Words("คัดลอกแล้ว", "Copied")


class Sheet(QDialog):
    """A dialog of our look: icon, title and text above, what is added to `body` below, buttons at the lower right."""

    def __init__(self, parent: QWidget | None, title: str, text: str, language: Language, *, icon: str = "", role: str = "accent") -> None:
        """`title` and `text` are already said in the language; an empty text takes no room."""
        super().__init__(parent)
        space = tokens().space
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(px(420))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(space.wide), px(space.wide), px(space.wide), px(space.normal + 4))
        column.setSpacing(px(space.normal))
        head = QHBoxLayout()
        head.setSpacing(px(space.normal))
        if icon:
            head.addWidget(IconView(icon, role, side=24), 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout()
        self.body.setSpacing(px(space.tight))
        self.title_label = WrapLabel(title, "heading", language=language)
        self.text_label = WrapLabel(text, language=language, is_selectable=True)
        self.text_label.setVisible(bool(text))
        self.body.addWidget(self.title_label)
        self.body.addWidget(self.text_label)
        head.addLayout(self.body, 1)
        column.addLayout(head)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(px(space.tight))
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)

    def add_button(self, button: Button, *, is_default: bool = False, is_left: bool = False) -> None:
        """Adds a button at the right (or the far left); the default one answers Enter and has the focus."""
        self._buttons.insertWidget(0 if is_left else self._buttons.count(), button)
        if is_default:
            button.setDefault(True)
            button.setFocus()


def confirm(parent: QWidget | None, language: Language, title: Words, text: Words, yes: Words, *, is_dangerous: bool = False) -> bool:
    """Asks one question; True when `yes` was chosen. Escape and the cross mean no; a dangerous `yes` is red and not the default."""
    icon, role = ("alert-triangle", "danger") if is_dangerous else ("circle-help", "accent")
    sheet = Sheet(parent, say(title, language), say(text, language), language, icon=icon, role=role)
    refuse = QuietButton(CANCEL, language)
    agree = DangerButton(yes, language) if is_dangerous else PrimaryButton(yes, language)
    refuse.clicked.connect(sheet.reject)
    agree.clicked.connect(sheet.accept)
    sheet.add_button(refuse, is_default=is_dangerous)
    sheet.add_button(agree, is_default=not is_dangerous)
    answer = sheet.exec() == QDialog.DialogCode.Accepted
    sheet.deleteLater()
    return answer


def ask_text(parent: QWidget | None, language: Language, title: Words, label: Words, *, ok: Words = OK) -> str | None:
    """Asks for one line of text; returns it trimmed, None when the person gave up. An empty line cannot be accepted."""
    sheet = Sheet(parent, say(title, language), "", language)
    line = QLineEdit()
    line.setAccessibleName(say(label, language))
    sheet.body.addSpacing(px(tokens().space.tight))
    sheet.body.addWidget(Label(say(label, language), "muted"))
    sheet.body.addWidget(line)
    give_up = QuietButton(CANCEL, language)
    accept = PrimaryButton(ok, language)
    give_up.clicked.connect(sheet.reject)
    accept.clicked.connect(sheet.accept)
    sheet.add_button(give_up)
    sheet.add_button(accept, is_default=True)
    accept.setEnabled(False)
    line.textChanged.connect(lambda text: accept.setEnabled(bool(text.strip())))
    line.setFocus()
    answer = line.text().strip() if sheet.exec() == QDialog.DialogCode.Accepted else None
    sheet.deleteLater()
    return answer


def details_of(error: AppError, more: str = "") -> str:
    """Returns what support needs to know about an error, in English first: kind, code, both texts, the place in the program, `more`."""
    where = "".join(traceback.format_exception(error)) if error.__traceback__ else ""
    lines = [
        f"{type(error).__name__} {error.code}".strip(),
        f"{error.title.en}: {error.message.en}",
        f"{error.title.th}: {error.message.th}",
        more,
        where,
    ]
    return "\n".join(line for line in lines if line)


def error_sheet(parent: QWidget | None, error: AppError, language: Language, more: str = "") -> Sheet:
    """Builds the dialog of `show_error` without showing it."""
    icon, role = "circle-alert", "danger"
    if isinstance(error, Unavailable):
        icon, role = "cloud-off", "warn"
    elif isinstance(error, Correctable):
        icon, role = "alert-triangle", "warn"
    sheet = Sheet(parent, say(error.title, language), say(error.message, language), language, icon=icon, role=role)
    copy = Button(COPY_DETAILS, language, icon="copy", look="bare")

    def copy_details() -> None:
        QGuiApplication.clipboard().setText(details_of(error, more))
        copy.setText(say(COPIED, language))

    copy.clicked.connect(copy_details)
    close = PrimaryButton(CLOSE, language)
    close.clicked.connect(sheet.accept)
    sheet.add_button(copy, is_left=True)
    sheet.add_button(close, is_default=True)
    return sheet


def show_error(parent: QWidget | None, error: AppError, language: Language, more: str = "") -> None:
    """Tells what happened, what is safe and what to do; a button copies the details for support. `more` goes only into those details."""
    sheet = error_sheet(parent, error, language, more)
    sheet.exec()
    sheet.deleteLater()
