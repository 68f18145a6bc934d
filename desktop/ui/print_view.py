"""Looks at a paper before it is printed: its pages, the paper and its offset, and the ways out: a printer or a PDF file.

show_pdf(context, pdf, title)                     a finished paper
show_pdf(context, pdf, title, remade=..., ...)    one that is drawn anew for another paper
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFileDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.reports.pdf.pages import PageImage, page_images
from desktop.reports.pdf.paper import PAPER_WORDS, PaperChoice, PaperKind
from desktop.services.pdf_file import write_pdf
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.dialogs import CLOSE, Sheet, show_error
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.page import emptied
from records.words import Words, say

PRINT = Words("พิมพ์", "Print")
SAVE = Words("บันทึกเป็น PDF", "Save as PDF")
PAPER = Words("กระดาษ", "Paper")
RIGHT = Words("เลื่อนขวา (มม.)", "Right (mm)")
DOWN = Words("เลื่อนลง (มม.)", "Down (mm)")
PAGES = Words("ตัวอย่างก่อนพิมพ์", "Preview")
PAGE = Words("หน้า {number} จาก {count}", "Page {number} of {count}")
PDF_FILES = Words("ไฟล์ PDF (*.pdf)", "PDF files (*.pdf)")
_SCREEN_DPI = 96
_LEAST_DPI = 200
_MOST_DPI = 600

Remade = Callable[[PaperChoice], bytes]
"""Draws the paper anew for what the desk prints on; called on the store's thread."""


def show_pdf(
    context: Context,
    pdf: bytes,
    title: str,
    *,
    remade: Remade | None = None,
    kinds: Sequence[PaperKind] = tuple(PaperKind),
    parent: QWidget | None = None,
) -> None:
    """Shows a PDF in a dialog until it is closed. With `remade` the person chooses the paper, which this desk remembers."""
    view = PrintView(context, pdf, title, remade=remade, kinds=kinds, parent=parent)
    view.exec()
    view.deleteLater()


class PrintView(Sheet):
    """The dialog of `show_pdf`."""

    def __init__(
        self,
        context: Context,
        pdf: bytes,
        title: str,
        *,
        remade: Remade | None = None,
        kinds: Sequence[PaperKind] = tuple(PaperKind),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, title, "", context.language)
        self.pdf = pdf
        self._context = context
        self._title = title
        self._remade = remade
        self._choice = PaperChoice()
        space = tokens().space
        if remade is not None:
            self.body.addWidget(self._paper_row(kinds))
        self.pages = QScrollArea()
        self.pages.setWidgetResizable(True)
        self.pages.setAccessibleName(say(PAGES, context.language))
        self.pages.setMinimumSize(px(320), px(220))
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setSpacing(px(space.normal))
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.pages.setWidget(self._holder)
        self.body.addWidget(self.pages, 1)
        self.save_button = QuietButton(SAVE, context.language, icon="download")
        self.save_button.clicked.connect(self._save)
        close = QuietButton(CLOSE, context.language)
        close.clicked.connect(self.reject)
        self.print_button = PrimaryButton(PRINT, context.language, icon="printer")
        self.print_button.clicked.connect(self._print)
        self.add_button(self.save_button, is_left=True)
        self.add_button(close)
        self.add_button(self.print_button, is_default=True)
        available = self.screen().availableSize()
        self.resize(min(px(720), available.width() - 40), min(px(760), available.height() - 60))
        self._draw()

    def _paper_row(self, kinds: Sequence[PaperKind]) -> Flow:
        language = self._context.language
        row = Flow()
        self.paper_box = QComboBox()
        self.paper_box.setAccessibleName(say(PAPER, language))
        for kind in kinds:
            self.paper_box.addItem(say(PAPER_WORDS[kind], language), kind)
        row.add(_labelled(say(PAPER, language), self.paper_box))
        self.offsets: list[QDoubleSpinBox] = []
        for words in (RIGHT, DOWN):
            box = QDoubleSpinBox()
            box.setRange(-50, 50)
            box.setDecimals(1)
            box.setSingleStep(0.5)
            # The style sheet's padding does not reach the line inside a spin box.
            box.lineEdit().setTextMargins(px(8), 0, 0, 0)
            box.setAccessibleName(say(words, language))
            row.add(_labelled(say(words, language), box))
            self.offsets.append(box)
        papers = self._context.office.papers
        self._context.bridge.run(lambda: papers.choice, self._take_choice, owner=self)
        return row

    def _take_choice(self, choice: PaperChoice) -> None:
        self._choice = choice
        place = self.paper_box.findData(choice.kind)
        self.paper_box.setCurrentIndex(max(0, place))
        for box, value in zip(self.offsets, (choice.right_mm, choice.down_mm), strict=True):
            box.setValue(value)
        self.paper_box.activated.connect(self._choose)
        for box in self.offsets:
            box.editingFinished.connect(self._choose)

    def _choose(self) -> None:
        kind = PaperKind(self.paper_box.currentData())
        choice = replace(self._choice, kind=kind, right_mm=self.offsets[0].value(), down_mm=self.offsets[1].value())
        remade, papers = self._remade, self._context.office.papers
        if choice == self._choice or remade is None:
            return
        self._choice = choice

        def work() -> bytes:
            papers.choose(choice)
            return remade(choice)

        self._context.bridge.run(work, self._take_pdf, owner=self)

    def _take_pdf(self, pdf: bytes) -> None:
        self.pdf = pdf
        self._draw()

    def _draw(self) -> None:
        pdf, dpi = self.pdf, _SCREEN_DPI * self.devicePixelRatioF()
        self._context.bridge.run(lambda: page_images(pdf, dpi), self._show_pages, owner=self)

    def _show_pages(self, pages: Sequence[PageImage]) -> None:
        emptied(self._column)
        for number, page in enumerate(pages, start=1):
            picture = QPixmap.fromImage(image_of(page))
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            label = QLabel()
            label.setPixmap(picture)
            label.setAccessibleName(say(PAGE, self._context.language, number=number, count=len(pages)))
            self._column.addWidget(label)

    def _save(self) -> None:
        language = self._context.language
        name = f"{self._title.replace('/', '-')}.pdf"
        chosen, _ = QFileDialog.getSaveFileName(self, say(SAVE, language), name, say(PDF_FILES, language))
        if not chosen:
            return
        path = Path(chosen)
        pdf = self.pdf
        self._context.bridge.run(
            lambda: write_pdf(pdf, path), lambda _none: None, lambda error: show_error(self, error, language), owner=self
        )

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title)
        if QPrintDialog(printer, self).exec() != QPrintDialog.DialogCode.Accepted:
            return
        pdf, dpi = self.pdf, max(_LEAST_DPI, min(_MOST_DPI, printer.resolution()))

        def draw(pages: Sequence[PageImage]) -> None:
            print_pages(printer, pages)
            self.accept()

        self._context.bridge.run(lambda: page_images(pdf, dpi), draw, owner=self)


def _labelled(text: str, widget: QWidget) -> QWidget:
    """A widget with its label before it, kept together where a line breaks."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(tokens().space.tight))
    row.addWidget(Label(text, "muted"))
    row.addWidget(widget)
    return holder


def image_of(page: PageImage) -> QImage:
    """A page as Qt paints it; a copy, so that the bytes may go."""
    return QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32).copy()


def print_pages(printer: QPrinter, pages: Sequence[PageImage]) -> None:
    """Prints pages at their true size: nothing is fitted to the printer's margins, or pre-printed forms would miss."""
    for number, page in enumerate(pages):
        size = QPageSize(QSizeF(page.width_mm, page.height_mm), QPageSize.Unit.Millimeter)
        printer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
        printer.setFullPage(True)
        if number == 0:
            painter = QPainter(printer)
        else:
            printer.newPage()
        dots = printer.resolution() / 25.4
        painter.drawImage(QRectF(0, 0, page.width_mm * dots, page.height_mm * dots), image_of(page))
    if pages:
        painter.end()
