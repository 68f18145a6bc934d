"""The picture of a person: a round one beside a name, and the editor that scales a file down before it is kept."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.services import photographs
from desktop.services.attachments import FileStanding
from desktop.ui.screen import Context
from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.editors.files import FilesEditor
from records.errors import Correctable
from records.fields import FieldSpec
from records.kinds import FileRef
from records.words import Words, say

CHOOSE = Words("เลือกรูปถ่าย", "Choose a photograph")
PICTURES = Words("รูปภาพ (*.jpg *.jpeg *.png)", "Pictures (*.jpg *.jpeg *.png)")
LONGEST_SIDE = 800
"""Pixels of the longest side of a kept photograph: enough for a badge, small enough to travel over a bad line."""
_QUALITY = 85
_LARGEST_READ = 60_000_000
"""Pixels of the largest picture that is opened."""


def scaled_jpeg(path: Path) -> bytes:
    """A picture of a file as JPEG, turned upright, its longest side LONGEST_SIDE at most.

    Raises:
        Correctable: the file cannot be read as a picture, or is too large to open.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() > _LARGEST_READ:
            raise _no_picture(path)
        if max(size.width(), size.height()) > LONGEST_SIDE:
            reader.setScaledSize(size.scaled(LONGEST_SIDE, LONGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise _no_picture(path)
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    # JPEG has no transparency: a cut-out stands on white.
    flat.fill(Qt.GlobalColor.white)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    flat.save(buffer, "JPEG", _QUALITY)  # type: ignore[call-overload]  # the stubs ask for bytes, Qt takes the name of a format
    return bytes(content.data())


class Portrait(QWidget):
    """A round picture; without one the first letter of the name."""

    def __init__(self, name: str, side: int = 40, parent: QWidget | None = None) -> None:
        """`side` is in pixels at 100 % text."""
        super().__init__(parent)
        self._name = name
        self._picture: QPixmap | None = None
        self.setFixedSize(QSize(px(side), px(side)))
        self.setAccessibleName(name)

    def show_picture(self, content: bytes | None) -> None:
        """Shows a picture of these bytes; None or what is none shows the letter."""
        picture = QPixmap()
        self._picture = picture if content and picture.loadFromData(content) else None
        self.update()

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._picture is not None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the circle."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        circle = QPainterPath()
        circle.addEllipse(area)
        painter.setClipPath(circle)
        painter.fillRect(area, colour("neutral.ground"))
        if self._picture is not None:
            wanted = self.size() * self.devicePixelRatioF()
            shown = self._picture.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation)
            cut = QRectF((shown.width() - wanted.width()) / 2, (shown.height() - wanted.height()) / 4, wanted.width(), wanted.height())
            painter.drawPixmap(area, shown, cut)
            return
        painter.setPen(colour("neutral"))
        painter.setFont(font(tokens().type.base, 600))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, first_letter(self._name))


def first_letter(name: str) -> str:
    """The first consonant or letter of a name: a vowel written before its consonant says little alone."""
    return next((letter for letter in name if "ก" <= letter <= "ฮ" or (letter.isascii() and letter.isalnum())), "")


class PhotographEditor(FilesEditor):
    """Files that are photographs: the first is seen, and each is scaled down before it is kept."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.portrait = Portrait(say(spec.label, context.language), side=96)
        self.row.insertWidget(0, self.portrait, 0, Qt.AlignmentFlag.AlignTop)
        self.button.setText(say(CHOOSE, context.language))

    def attach(self, paths: list[Path]) -> None:
        """Keeps pictures from disk, scaled down."""
        office = self.context.office

        def take() -> list[FileRef]:
            return [photographs.keep(office, scaled_jpeg(path), f"{path.stem}.jpg", "image/jpeg") for path in paths]

        self.context.bridge.run(take, self._attached, owner=self)

    def set_value(self, value: Any) -> None:
        """Shows the first picture."""
        super().set_value(value)
        self._show_first()

    def _attached(self, files: list[FileRef]) -> None:
        super()._attached(files)
        self._show_first()

    def _remove(self, file: FileRef) -> None:
        super()._remove(file)
        self._show_first()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, say(CHOOSE, self.language), "", say(PICTURES, self.language))
        if chosen:
            self.attach([Path(name) for name in chosen])

    def _show_standings(self, found: dict[str, FileStanding]) -> None:
        """A photograph that has come meanwhile is seen at once."""
        super()._show_standings(found)
        if not self.portrait.has_picture and any(one.is_here for one in found.values()):
            self._show_first()

    def _show_first(self) -> None:
        value = self.value()
        self.portrait.setVisible(bool(value))
        if not value:
            return
        office, wire = self.context.office, self.spec.kind.to_wire(value)

        def shown(found: dict[str, bytes]) -> None:
            self.portrait.show_picture(found.get(photographs.first_of(wire)))

        self.context.bridge.run(lambda: photographs.contents(office, [wire]), shown, owner=self)


def _no_picture(path: Path) -> Correctable:
    return Correctable(
        Words("ใช้รูปนี้ไม่ได้", "This picture cannot be used"),
        Words(
            "เปิด “{name}” เป็นรูปภาพไม่ได้ ไม่มีอะไรเปลี่ยนแปลง โปรดเลือกไฟล์ JPG หรือ PNG",
            "“{name}” cannot be opened as a picture; nothing was changed. Choose a JPG or PNG file.",
        ).filled(name=path.name),
    )
