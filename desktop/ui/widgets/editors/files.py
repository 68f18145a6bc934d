"""Attached files: named, weighed, opened, saved elsewhere, taken away. Contents travel apart and may not be here yet: then they are fetched
when a person opens, saves or asks, with a bar and a way to stop; without a line they come with the next sync."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.attachments import FileStanding, fetch, open_copy, standings
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.screen import Context, Notice
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.editors.file_line import Fetching, FileLine
from desktop.ui.widgets.page import emptied
from records.errors import AppError
from records.fields import FieldSpec
from records.kinds import FileRef
from records.words import Words, say

ATTACH = Words("แนบเอกสาร", "Attach documents")
OPEN = Words("เปิด {name}", "Open {name}")
SAVE = Words("บันทึก {name} ไว้ที่อื่น", "Save {name} elsewhere")
REMOVE = Words("เอา {name} ออก", "Take {name} away")
SAVED = Words("บันทึก {name} แล้ว", "{name} was saved")
_POLL_MS = 200
"""How often the bar of a file that comes is drawn."""


class FilesEditor(Editor):
    """A list of files, one a line, and a button to attach more."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self._files: tuple[FileRef, ...] = ()
        self._is_read_only = False
        self._standings: dict[str, FileStanding] = {}
        self._fetching: dict[str, Fetching] = {}
        self._lines: dict[str, FileLine] = {}
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._show_progress)
        context.bridge.sync_status_changed.connect(self._synced)
        self.destroyed.connect(partial(_stop_all, self._fetching))
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
        acts: list[tuple[str, Words, Callable[[FileRef], object]]] = [("external-link", OPEN, self._open), ("save", SAVE, self._save)]
        if not self._is_read_only:
            acts.append(("x", REMOVE, self._remove))
        self._lines = {}
        for file in self._files:
            line = FileLine(file, self.language, acts, self._fetch_or_stop)
            self._lines[file.sha256] = line
            self._list.addWidget(line)
        self._show_standings(self._standings)
        self._ask()

    def _ask(self) -> None:
        """Asks how the files stand."""
        if self._files:
            office, hashes = self.context.office, [file.sha256 for file in self._files]
            self.context.bridge.run(lambda: standings(office, hashes), self._show_standings, owner=self)

    def _show_standings(self, found: dict[str, FileStanding]) -> None:
        self._standings = found
        for sha256, standing in found.items():
            if sha256 in self._lines and sha256 not in self._fetching:
                self._lines[sha256].show_standing(standing)

    def _synced(self, status: SyncStatus) -> None:
        if status.phase in (Phase.DONE, Phase.LEFT) and self.isVisible():
            self._ask()

    def _remove(self, file: FileRef) -> None:
        self._files = tuple(other for other in self._files if other != file)
        self._draw()
        self.box().setFocus()
        self.edited.emit()

    # What needs the content ---------------------------------------------------------------------------------------------------------

    def _save(self, file: FileRef) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, say(SAVE, self.language, name=file.name), file.name)
        if not chosen:
            return
        office, path = self.context.office, Path(chosen)
        done = Notice("ok", SAVED.filled(name=path.name))
        self._with(file, lambda: office.write_attachment(file, path), lambda _none: self.context.notify(done))

    def _open(self, file: FileRef) -> None:
        office = self.context.office

        def done(path: Path) -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self._with(file, lambda: open_copy(office, file), done)

    def _with(self, file: FileRef, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Does the work once the content is here."""

        def go_on() -> None:
            self.context.bridge.run(work, done, owner=self)

        found = self._standings.get(file.sha256)
        if found is None or found.is_here:
            go_on()
        else:
            self._fetch(file, go_on)

    def _fetch_or_stop(self, file: FileRef) -> None:
        under_way = self._fetching.get(file.sha256)
        if under_way is not None:
            under_way.is_cancelled = True
        else:
            self._fetch(file, lambda: None)

    def _fetch(self, file: FileRef, then: Callable[[], object]) -> None:
        if file.sha256 in self._fetching:
            return
        office, bridge = self.context.office, self.context.bridge
        fetching = self._fetching[file.sha256] = Fetching(self._standings[file.sha256].come)
        self._show_progress()
        self._poll.start()

        def progress(come: int, _size: int) -> None:
            fetching.come = come

        def ended() -> None:
            self._fetching.pop(file.sha256, None)
            if not self._fetching:
                self._poll.stop()

        def done(is_here: bool) -> None:
            ended()
            if is_here:
                then()
            self._ask()

        def failed(error: AppError) -> None:
            ended()
            # No dialog: it comes by itself later, and the line of the file says so.
            self.context.notify(Notice("info", error.message))
            self._ask()

        bridge.run(
            lambda: fetch(office, file, progress, lambda: fetching.is_cancelled or bridge.is_closed),
            done,
            failed,
            owner=self,
            uses_line=True,
        )

    def _show_progress(self) -> None:
        for sha256, fetching in self._fetching.items():
            if sha256 in self._lines:
                self._lines[sha256].show_fetching(fetching)


def _stop_all(fetching: dict[str, Fetching], *_: object) -> None:
    """Nobody looks at the form any more: what is here stays, the rest waits until somebody asks again."""
    for one in fetching.values():
        one.is_cancelled = True
