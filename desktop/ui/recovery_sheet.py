"""The recovery code in windows: shown once and printed when it is made, asked for when the key is lost."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QWidget

from desktop import recovery_code
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import Sheet
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from records.errors import Correctable
from records.words import Language, Words, say

TITLE = Words("รหัสกู้คืนของฐานข้อมูล", "The recovery code of the database")
SHOWN = Words(
    "หากเครื่องนี้เสียหรือกุญแจในเครื่องหาย รหัสนี้เปิดฐานข้อมูลและสำเนาสำรองได้ แสดงครั้งเดียว โปรดพิมพ์แล้วเก็บในตู้เอกสารลับ ไม่เก็บไว้กับเครื่องหรือไดรฟ์สำรอง",
    "If this computer breaks or its key is lost, this code opens the database and its backups. It is shown once: print it and keep it locked away, "
    "not with the computer or the backup stick.",
)
KEPT = Words("พิมพ์หรือจดรหัสเก็บไว้แล้ว", "The code is printed or written down")
PRINT = Words("พิมพ์", "Print")
SAVE = Words("บันทึกเป็น PDF", "Save as PDF")
COPY = Words("คัดลอก", "Copy")
DONE = Words("เสร็จ", "Done")
ASK_TITLE = Words("ใส่รหัสกู้คืน", "Enter the recovery code")
ASK_TEXT = Words(
    "ไม่พบกุญแจของฐานข้อมูลในเครื่องนี้ ข้อมูลยังอยู่ครบ โปรดพิมพ์รหัสกู้คืน 6 กลุ่มจากกระดาษที่พิมพ์ไว้",
    "The key of the database is not on this computer; the data are untouched. Type the 6 groups of the recovery code from the printed page.",
)
LABEL = Words("รหัสกู้คืน", "Recovery code")
OPEN = Words("เปิดฐานข้อมูล", "Open the database")
LEAVE = Words("ออกจากโปรแกรม", "Leave the program")
_PAGE = Words(
    "ใช้เปิดฐานข้อมูลหรือสำเนาสำรองเมื่อกุญแจในเครื่องหาย หรือเมื่อย้ายไปเครื่องใหม่ ผู้มีรหัสนี้และไฟล์สำรองอ่านข้อมูลทั้งหมดได้ โปรดเก็บในที่ปลอดภัย "
    "เมื่อออกรหัสใหม่ รหัสนี้ใช้ไม่ได้อีก",
    "It opens the database or a backup when the key on the computer is lost, or on a new computer. Whoever has this code and a backup can read "
    "everything: keep it safe. When a new code is made this one works no more.",
)


class CodeSheet(Sheet):
    """Shows a code just made; it cannot be closed before the person says that it is kept."""

    def __init__(self, parent: QWidget | None, language: Language, code: str, office: str, made_on: str) -> None:
        """`office` and `made_on` are printed with the code; both already said."""
        super().__init__(parent, say(TITLE, language), say(SHOWN, language), language, icon="key-round")
        self._language = language
        self._html = page_html(language, code, office, made_on)
        self._code = code
        self.setMinimumWidth(px(580))
        self.code_line = QLineEdit(code)
        self.code_line.setReadOnly(True)
        self.code_line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code_line.setAccessibleName(say(LABEL, language))
        # Set by a sheet of its own: the program's look would write over a font.
        self.code_line.setStyleSheet(f"font-size: {px(20)}px; font-weight: 600")
        self.body.addSpacing(px(tokens().space.tight))
        self.body.addWidget(self.code_line)
        acts = Flow()
        self.print_button = Button(PRINT, language, icon="printer")
        self.save_button = Button(SAVE, language, icon="save")
        self.copy_button = Button(COPY, language, icon="copy")
        self.print_button.clicked.connect(self._print)
        self.save_button.clicked.connect(self._save)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(code))
        for button in (self.print_button, self.save_button, self.copy_button):
            acts.add(button)
        self.body.addWidget(acts)
        self.kept = QCheckBox(say(KEPT, language))
        self.body.addWidget(self.kept)
        self.done_button = PrimaryButton(DONE, language, icon="check")
        self.done_button.setEnabled(False)
        self.kept.toggled.connect(self.done_button.setEnabled)
        self.done_button.clicked.connect(self.accept)
        self.add_button(self.done_button, is_default=True)
        self.print_button.setFocus()

    def reject(self) -> None:
        """Escape and the cross close it only when the code is kept: it cannot be shown again."""
        if self.kept.isChecked():
            super().reject()
        else:
            self.kept.setFocus()

    def _print(self) -> None:
        # Brings the printing system, which takes its time: only when somebody prints.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self._document().print_(printer)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say(SAVE, self._language), "thongthin-recovery-code.pdf", "PDF (*.pdf)")
        if name:
            self.write_pdf(name)

    def write_pdf(self, name: str) -> None:
        """Writes the page to a file."""
        writer = QPdfWriter(name)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setTitle(say(TITLE, self._language))
        self._document().print_(writer)

    def _document(self) -> QTextDocument:
        document = QTextDocument()
        # In points: the screen's font is measured in pixels, which paper has more of.
        font = QFont(self.font().family())
        font.setPointSizeF(12)
        document.setDefaultFont(font)
        document.setHtml(self._html)
        return document


def page_html(language: Language, code: str, office: str, made_on: str) -> str:
    """The printed page."""
    groups = [escape(group) for group in code.split("-")]
    lines = "<br>".join("&nbsp;&nbsp; ".join(groups[at : at + 3]) for at in range(0, len(groups), 3))
    return (
        f"<h1>{escape(say(TITLE, language))}</h1><p>{escape(office)}</p><p>{escape(made_on)}</p>"
        f"<p style='font-size:20pt; font-family:monospace'><b>{lines}</b></p><p>{escape(say(_PAGE, language))}</p>"
    )


class CodeLine:
    """A line for a recovery code in the body of a sheet, with what is wrong with it below."""

    def __init__(self, language: Language, sheet: Sheet, problem: Words | None = None) -> None:
        self._language = language
        self.line = QLineEdit()
        self.line.setPlaceholderText("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
        self.line.setAccessibleName(say(LABEL, language))
        self.problem = WrapLabel("", "problem", language=language)
        sheet.body.addWidget(WrapLabel(say(LABEL, language), "strong", language=language))
        sheet.body.addWidget(self.line)
        sheet.body.addWidget(self.problem)
        self.say_problem(problem)

    def say_problem(self, problem: Words | None) -> None:
        """Says what is wrong; None for nothing."""
        self.problem.set_text(say(problem, self._language) if problem else "")
        self.problem.setVisible(problem is not None)
        self.line.setAccessibleDescription(self.problem.plain_text)
        self.line.setFocus()

    def checked(self) -> bool:
        """Whether what was typed can be a code; says the slip otherwise."""
        try:
            recovery_code.read_code(self.line.text())
        except Correctable as error:
            self.say_problem(error.message)
            return False
        return True


class AskCodeSheet(Sheet):
    """Asks for the recovery code; says at once in which group there is a slip."""

    def __init__(self, parent: QWidget | None, language: Language, *, problem: Words | None = None) -> None:
        """`problem` is what was wrong with the last attempt."""
        super().__init__(parent, say(ASK_TITLE, language), say(ASK_TEXT, language), language, icon="key-round")
        self.setMinimumWidth(px(520))
        self.code = CodeLine(language, self, problem)
        give_up = QuietButton(LEAVE, language)
        give_up.clicked.connect(self.reject)
        self.accept_button = PrimaryButton(OPEN, language, icon="lock-open")
        self.accept_button.clicked.connect(self._finish)
        self.add_button(give_up)
        self.add_button(self.accept_button, is_default=True)
        self.code.line.setFocus()

    @property
    def typed(self) -> str:
        """What was typed."""
        return self.code.line.text()

    def _finish(self) -> None:
        if self.code.checked():
            self.accept()
