"""Attached files: named, weighed, opened, saved elsewhere, taken away. Contents travel apart and may not be here yet."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.attachments import open_copy
from desktop.ui.screen import Context, Notice
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import emptied
from records.fields import FieldSpec
from records.kinds import FileRef
from records.words import Words, say

ATTACH = Words("แนบไฟล์", "Attach files")
OPEN = Words("เปิด {name}", "Open {name}")
SAVE = Words("บันทึก {name} เป็นไฟล์อื่น", "Save {name} elsewhere")
REMOVE = Words("เอา {name} ออก", "Take {name} away")
SAVED = Words("บันทึก {name} แล้ว", "{name} was saved")
_KILO = 1024


def size_text(size: int) -> str:
    """A file's size as people read it: `812 B`, `14 KB`, `2.3 MB`."""
    if size < _KILO:
        return f"{size} B"
    if size < _KILO * _KILO:
        return f"{size / _KILO:.0f} KB"
    return f"{size / _KILO / _KILO:.1f} MB"


class FilesEditor(Editor):
    """A list of files, one a line, and a button to attach more."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self._files: tuple[FileRef, ...] = ()
        self._is_read_only = False
        column = QVBoxLayout()
        column.setSpacing(px(tokens().space.hair))
        self._list = QVBoxLayout()
        self._list.setSpacing(px(tokens().space.hair))
        column.addLayout(self._list)
        line = QHBoxLayout()
        self.button = Button(ATTACH, self.language, icon="paperclip")
        self.button.clicked.connect(self._choose)
        line.addWidget(self.button)
        line.addStretch(1)
        column.addLayout(line)
        self.row.addLayout(column)
        self.setFocusProxy(self.button)

    def set_value(self, value: Any) -> None:
        """Lists the files."""
        self._files = tuple(value or ())
        self._draw()

    def value(self) -> Any:
        """The files listed."""
        return self._files or None

    def set_read_only(self, is_read_only: bool) -> None:
        """Files can still be opened."""
        self._is_read_only = is_read_only
        self.button.setVisible(not is_read_only)
        self._draw()

    def attach(self, paths: list[Path]) -> None:
        """Attaches files from disk; their contents are kept encrypted with the records."""
        office = self.context.office
        self.context.bridge.run(lambda: [office.attach(path) for path in paths], self._attached, owner=self)

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, say(ATTACH, self.language))
        if chosen:
            self.attach([Path(name) for name in chosen])

    def _attached(self, files: list[FileRef]) -> None:
        self._files = tuple(sorted({*self._files, *files}))
        self._draw()
        self.edited.emit()

    def _draw(self) -> None:
        emptied(self._list)
        for file in self._files:
            self._list.addWidget(self._line_of(file))

    def _line_of(self, file: FileRef) -> QFrame:
        line = QFrame()
        line.setProperty("look", "card")
        row = QHBoxLayout(line)
        row.setContentsMargins(px(10), px(2), px(4), px(2))
        row.setSpacing(px(tokens().space.tight))
        row.addWidget(IconView("file-text"))
        row.addWidget(WrapLabel(file.name, language=self.language), 1)
        row.addWidget(Label(size_text(file.size), "small"))
        acts = [("external-link", OPEN, self._open), ("download", SAVE, self._save)]
        if not self._is_read_only:
            acts.append(("x", REMOVE, self._remove))
        for icon, words, act in acts:
            button = IconButton(icon, words.filled(name=file.name), self.language, is_small=True)
            button.clicked.connect(lambda _checked=False, act=act, file=file: act(file))
            row.addWidget(button)
        return line

    def _remove(self, file: FileRef) -> None:
        self._files = tuple(other for other in self._files if other != file)
        self._draw()
        self.box().setFocus()
        self.edited.emit()

    def _save(self, file: FileRef) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, say(SAVE, self.language, name=file.name), file.name)
        if not chosen:
            return
        office, path = self.context.office, Path(chosen)
        done = Notice("ok", SAVED.filled(name=path.name))
        self.context.bridge.run(lambda: office.write_attachment(file, path), lambda _none: self.context.notify(done), owner=self)

    def _open(self, file: FileRef) -> None:
        office = self.context.office

        def done(path: Path) -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self.context.bridge.run(lambda: open_copy(office, file), done, owner=self)
