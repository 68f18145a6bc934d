"""Pages of a PDF as pictures, for a preview and for a printer. The only importer of pypdfium2."""

import threading
from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped]  # the wheel has no stubs

POINTS_PER_INCH = 72
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class PageImage:
    """One page as pixels."""

    width: int
    height: int
    stride: int
    """Bytes a row."""
    pixels: bytes
    """Blue, green, red, unused: a byte each."""
    width_mm: float
    height_mm: float


def page_images(pdf: bytes, dpi: float) -> list[PageImage]:
    """Draws every page at so many dots per inch. Any thread; PDFium itself draws one at a time."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            found = []
            for page in document:
                width, height = page.get_size()
                bitmap = page.render(scale=dpi / POINTS_PER_INCH, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx)
                mm = 25.4 / POINTS_PER_INCH
                found.append(PageImage(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer), width * mm, height * mm))
                bitmap.close()
                page.close()
            return found
        finally:
            document.close()


def page_texts(pdf: bytes) -> list[str]:
    """What a reader copies out of each page."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [str(page.get_textpage().get_text_range()).replace("\r\n", "\n") for page in document]
        finally:
            document.close()
