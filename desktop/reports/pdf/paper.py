"""A sheet of paper to draw Thai on, in millimetres: fonts, shaped text, wrapped lines, tables, QR codes.

Shaping takes sara am apart and moves marks, so a reader that copies glyphs gets broken words. Each line therefore carries its own text
beside its glyphs (ActualText, ISO 32000-1 14.9.4): what is copied out of the PDF is what was put in.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from desktop.reports.pdf.wrapping import lines_of
from records.words import Words

FONTS = Path(__file__).resolve().parents[1] / "fonts"
FAMILY = "Sarabun"
LINE_HEIGHT = 1.42
"""Times the size of the letters: Thai stacks two marks above and one below, and needs 135 % at least."""
POINT_MM = 25.4 / 72
_GREY = 150
_QUIET = 4
"""Empty modules around a QR code (ISO/IEC 18004)."""

Align = Literal["L", "C", "R"]


class PaperKind(StrEnum):
    """What a printer holds."""

    A5 = "a5"
    A4 = "a4"
    ROLL = "roll80"
    PREPRINTED = "preprinted"


PAPER_WORDS = {
    PaperKind.A5: Words("กระดาษ A5", "A5 paper"),
    PaperKind.A4: Words("กระดาษ A4", "A4 paper"),
    PaperKind.ROLL: Words("กระดาษม้วน 80 มม.", "80 mm roll"),
    PaperKind.PREPRINTED: Words("แบบพิมพ์สำเร็จ (A5)", "Pre-printed form (A5)"),
}
SIZES_MM = {
    PaperKind.A5: (148.0, 210.0),
    PaperKind.A4: (210.0, 297.0),
    PaperKind.ROLL: (80.0, 297.0),
    PaperKind.PREPRINTED: (148.0, 210.0),
}
"""Width and height; a roll is cut where its text ends."""
_MARGINS_MM = {PaperKind.A5: 10.0, PaperKind.A4: 20.0, PaperKind.ROLL: 4.0, PaperKind.PREPRINTED: 10.0}
_ROLL_END_MM = 8.0
"""Empty paper under the last line of a roll, for the cutter."""


@dataclass(frozen=True)
class PaperChoice:
    """What a desk prints on."""

    kind: PaperKind = PaperKind.A5
    right_mm: float = 0.0
    """How far everything moves to the right; negative to the left."""
    down_mm: float = 0.0
    """How far everything moves down; negative up."""


class Sheet:
    """Pages under way. Positions are millimetres from the upper left corner; `y` is where the next line begins."""

    def __init__(self, choice: PaperChoice, title: str, height_mm: float | None = None) -> None:
        width, height = SIZES_MM[choice.kind]
        self.width = width
        self.height = height_mm or height
        self.margin = _MARGINS_MM[choice.kind]
        self.is_roll = choice.kind is PaperKind.ROLL
        self._choice = choice
        self._pdf = FPDF(unit="mm", format=(self.width, self.height))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_title(title)
        self._pdf.set_lang("th-TH")
        self._pdf.set_creator("Thongthin")
        self._pdf.add_font(FAMILY, "", FONTS / "Sarabun_400Regular.ttf")
        self._pdf.add_font(FAMILY, "B", FONTS / "Sarabun_700Bold.ttf")
        self._pdf.set_text_shaping(True)
        self.y = 0.0
        self.add_page()

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.margin

    @property
    def bottom(self) -> float:
        """Where the lower margin begins."""
        return self.height - self.margin

    def add_page(self) -> None:
        """Begins another page."""
        self._pdf.add_page()
        self.y = self.margin

    def needs(self, height: float) -> bool:
        """Whether a part of this height still fits the page; begins another page where it does not, and says so."""
        if self.is_roll or self.y + height <= self.bottom:
            return False
        self.add_page()
        return True

    def line(
        self, text: str, *, x: float | None = None, y: float | None = None, width: float | None = None, size: float = 13, bold: bool = False,
        align: Align = "L", red: bool = False,
    ) -> float:  # fmt: skip
        """Writes one line, made smaller (to 60 %) where it is too long for its width; returns the height it takes. `y` stays."""
        left = self.margin if x is None else x
        room = self.inner - (left - self.margin) if width is None else width
        height = height_of(size)
        if text.strip():
            fitted = size
            while fitted > size * 0.6 and self.width_of(text, fitted, bold=bold) > room:
                fitted -= 0.5
            self._font(fitted, bold=bold)
            self._pdf.set_text_color(*((190, 20, 20) if red else (0, 0, 0)))
            self._pdf.set_xy(left + self._choice.right_mm, (self.y if y is None else y) + self._choice.down_mm)
            # WORKAROUND fpdf2 has no public call for marked content: text that is copied out must be what was put in.
            self._pdf._out(f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>> BDC")
            self._pdf.cell(room, height, text, align=align)
            self._pdf._out("EMC")
        return height

    def put(self, text: str, *, size: float = 13, bold: bool = False, align: Align = "L", red: bool = False) -> None:
        """Writes a text between the margins, wrapped between Thai words, and moves on below it."""
        for one in self.wrapped(text, self.inner, size, bold=bold):
            self.needs(height_of(size))
            self.y += self.line(one, size=size, bold=bold, align=align, red=red)

    def wrapped(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """The lines of a text in a width."""
        return lines_of(text, lambda part: self.width_of(part, size, bold=bold) <= width)

    def pair(
        self, label: str, value: str, *, size: float = 13, label_width: float | None = None, bold: bool = False, width: float | None = None
    ) -> None:
        """Writes `label value`, the value wrapped beside its label, and moves on below; `width` is that of both together."""
        room = self.inner if width is None else width
        indent = label_width if label_width is not None else self.width_of(label, size) + 2
        self.line(label, size=size)
        for one in self.wrapped(value, room - indent, size, bold=bold) or [""]:
            self.needs(height_of(size))
            self.y += self.line(one, x=self.margin + indent, width=room - indent, size=size, bold=bold)

    def ends(self, left: str, right: str, *, size: float = 13, bold: bool = False) -> None:
        """Writes one text at the left and one at the right of the same line, and moves on below."""
        self.line(left, size=size, bold=bold)
        self.y += self.line(right, size=size, bold=bold, align="R")

    def rule(self, *, is_dotted: bool = False) -> None:
        """Draws a thin line across at `y`."""
        left = self.margin + self._choice.right_mm
        self._pdf.set_line_width(0.2)
        self._pdf.set_draw_color(_GREY if is_dotted else 60)
        self._pdf.set_dash_pattern(0.4, 0.9) if is_dotted else self._pdf.set_dash_pattern()
        end = left + self.inner
        self._pdf.line(left, self.y + self._choice.down_mm, end, self.y + self._choice.down_mm)
        self._pdf.set_dash_pattern()

    def box(self, x: float, y: float, width: float, height: float, *, is_checked: bool = False) -> None:
        """Draws an empty box, or one with a tick."""
        left, top = x + self._choice.right_mm, y + self._choice.down_mm
        self._pdf.set_line_width(0.25)
        self._pdf.set_draw_color(40)
        self._pdf.rect(left, top, width, height)
        if is_checked:
            self._pdf.set_line_width(0.5)
            self._pdf.line(left + width * 0.2, top + height * 0.55, left + width * 0.42, top + height * 0.8)
            self._pdf.line(left + width * 0.42, top + height * 0.8, left + width * 0.85, top + height * 0.2)

    def qr(self, text: str, x: float, y: float, side: float) -> None:
        """Draws a QR code, its quiet zone inside `side`."""
        rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        module = side / (len(rows) + 2 * _QUIET)
        left, top = x + self._choice.right_mm + module * _QUIET, y + self._choice.down_mm + module * _QUIET
        self._pdf.set_fill_color(0)
        for down, row in enumerate(rows):
            for start, length in runs(row):
                # A hair taller than a module: rasterizers leave white seams between rows that only touch.
                self._pdf.rect(left + start * module, top + down * module, length * module, module * 1.02, style="F")

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a text is, in millimetres."""
        self._font(size, bold=bold)
        return float(self._pdf.get_string_width(text))

    def _font(self, size: float, *, bold: bool) -> None:
        self._pdf.set_font(FAMILY, "B" if bold else "", size)

    def pdf(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output() or b"")

    def close(self) -> None:
        """Closes the files of the fonts; the library leaves them open."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def drawn(choice: PaperChoice, title: str, draw: Callable[[Sheet], None]) -> bytes:
    """The PDF of what `draw` puts on a sheet; on a roll the paper is as long as the text."""
    with closing(Sheet(choice, title, height_mm=2_000.0 if choice.kind is PaperKind.ROLL else None)) as sheet:
        draw(sheet)
        if choice.kind is not PaperKind.ROLL:
            return sheet.pdf()
        needed = sheet.y + _ROLL_END_MM
    with closing(Sheet(choice, title, height_mm=needed)) as roll:
        draw(roll)
        return roll.pdf()


def height_of(size: float) -> float:
    """The height of a line of letters of `size` points, in millimetres."""
    return size * POINT_MM * LINE_HEIGHT


def runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Where dark modules begin and how many follow each other."""
    found: list[tuple[int, int]] = []
    for place, value in enumerate(row):
        if not value:
            continue
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found
