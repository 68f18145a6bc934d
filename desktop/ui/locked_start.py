"""What opens on a device that was revoked: whom to call, how much is unsent, enrolling again, and a file of the unsent work. No record is shown."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.storage.state import Identity
from desktop.ui.bridge import Bridge
from desktop.ui.first_start import FirstStart
from desktop.ui.unsent_words import EXPORT, EXPORTED, UNSENT_FILES
from desktop.ui.widgets.buttons import Button
from records.errors import AppError
from records.words import Language, Words, say

TITLE = Words("เครื่องนี้ถูกยกเลิกสิทธิ", "This computer was revoked")
_AGAIN = Words(
    "หากใช้เครื่องนี้ต่อ ขอรหัสลงทะเบียนใหม่จากผู้ดูแลระบบ งานที่ยังไม่ส่งจะส่งต่อเมื่อลงทะเบียนแล้ว",
    "To go on using this computer, ask your administrator for a new enrolment code; unsent work is sent once you are enrolled again.",
)


class LockedStart(FirstStart):
    """The step of enrolment, under the reason for the lock."""

    def __init__(
        self,
        bridge: Bridge,
        enrol: Callable[[str, str], Identity],
        export: Callable[[Path], int],
        message: Words,
        language: Language,
        *,
        server: str,
        parent: QWidget | None = None,
    ) -> None:
        """`export` writes the unsent work to a file and says how much it was; `message` is that of the lock."""
        self._message = message
        self._export = export
        super().__init__(bridge, enrol, language, server=server, parent=parent)
        self._go(1)

    def _progress(self) -> QWidget | None:
        """Nobody is led through steps here."""
        return None

    def _draw_enrolment(self) -> None:
        super()._draw_enrolment()
        self.enrolment_title.set_text(say(TITLE, self._language))
        self.enrolment_hint.set_text(say(_AGAIN, self._language))
        self.back_button.hide()
        self.banner.show_message("danger", self._message)
        self.banner.show()
        self.export_button = Button(EXPORT, self._language, icon="download")
        self.export_button.clicked.connect(self._ask_where)
        self._buttons(QWidget(), self.export_button)

    def _start_enrolment(self) -> None:
        super()._start_enrolment()
        # The reason stays in sight until the device is enrolled again.
        self.banner.show()

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say(EXPORT, self._language), "unsent.xlsx", say(UNSENT_FILES, self._language))
        if name:
            self.write_to(Path(name))

    def write_to(self, path: Path) -> None:
        """Writes the unsent work there and says so."""
        export = self._export
        self._bridge.run(lambda: export(path), lambda count: self._wrote(count, path), self._not_written, owner=self)

    def _wrote(self, count: int, path: Path) -> None:
        self.banner.show_message("ok", EXPORTED.filled(count=f"{count:,}", name=path.name))

    def _not_written(self, error: AppError) -> None:
        self.banner.show_message("danger", error.message)
