"""One attached file: its name, size and how it stands, its bar while it comes, and what can be done with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from desktop.services.attachments import STANDING_WORDS, FileStanding, Standing
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import Label, WrapLabel
from records.kinds import FileRef
from records.words import Language, Words, say

FETCHING = Words("กำลังรับ {come} จาก {size}", "Receiving {come} of {size}")
CANCEL = Words("หยุดรับ {name}", "Stop receiving {name}")
FETCH = Words("รับ {name} มาเดี๋ยวนี้", "Receive {name} now")
_ICONS = {
    Standing.SENT: "cloud-check",
    Standing.WAITING: "cloud-upload",
    Standing.NEW: "cloud-upload",
    Standing.REFUSED: "cloud-alert",
    Standing.ABSENT: "cloud",
    Standing.WISHED: "clock",
}
_KILO = 1024


def size_text(size: int) -> str:
    """A file's size as people read it: `812 B`, `14 KB`, `2.3 MB`."""
    if size < _KILO:
        return f"{size} B"
    if size < _KILO * _KILO:
        return f"{size / _KILO:.0f} KB"
    return f"{size / _KILO / _KILO:.1f} MB"


@dataclass
class Fetching:
    """A file that is being fetched; written by the thread that fetches, read by the screen."""

    come: int = 0
    """Bytes that are here."""
    is_cancelled: bool = False


class FileLine(QFrame):
    """A line of the list of files."""

    def __init__(
        self,
        file: FileRef,
        language: Language,
        acts: Sequence[tuple[str, Words, Callable[[FileRef], object]]],
        fetch: Callable[[FileRef], object],
    ) -> None:
        """`acts`: icon, words with a place for the name, and what is done; `fetch` begins or stops fetching."""
        super().__init__()
        self.file = file
        self._language = language
        self.setProperty("look", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), px(2), px(4), px(5))
        column.setSpacing(px(2))
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        column.addLayout(row)
        row.addWidget(IconView("file-text"))
        row.addWidget(WrapLabel(file.name, language=language), 1)
        row.addWidget(Label(size_text(file.size), "small"))
        self.fetch = IconButton("download", FETCH.filled(name=file.name), language, is_small=True)
        self.fetch.clicked.connect(lambda: fetch(file))
        self.fetch.hide()
        self.stop = IconButton("circle-x", CANCEL.filled(name=file.name), language, is_small=True)
        self.stop.clicked.connect(lambda: fetch(file))
        self.stop.hide()
        row.addWidget(self.fetch)
        row.addWidget(self.stop)
        for icon, words, act in acts:
            button = IconButton(icon, words.filled(name=file.name), language, is_small=True)
            button.clicked.connect(lambda _checked=False, act=act: act(file))
            row.addWidget(button)
        under = QHBoxLayout()
        under.setSpacing(px(tokens().space.tight))
        column.addLayout(under)
        self._icon = IconView("cloud")
        self._icon.hide()
        under.addWidget(self._icon)
        self.state = WrapLabel("", "small", language=language)
        self.state.hide()
        under.addWidget(self.state, 1)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(file.name)
        self.bar.hide()
        column.addWidget(self.bar)

    def show_standing(self, found: FileStanding) -> None:
        """Says how the file stands."""
        words = STANDING_WORDS[found.standing]
        said = say(words, self._language)
        if found.problem is not None:
            said = f"{said} · {say(found.problem, self._language)}"
        self._say(_ICONS[found.standing], said)
        had_focus = self.stop.hasFocus()
        self.stop.hide()
        self.bar.hide()
        self.fetch.setVisible(not found.is_here)
        if had_focus:
            if found.is_here:
                self.focusNextChild()
            else:
                self.fetch.setFocus()

    def show_fetching(self, fetching: Fetching) -> None:
        """Says how much of it is here."""
        self._say("download", say(FETCHING, self._language, come=size_text(fetching.come), size=size_text(self.file.size)))
        had_focus = self.fetch.hasFocus()
        self.fetch.hide()
        self.stop.show()
        if had_focus:
            self.stop.setFocus()
        self.bar.setValue(min(1000, fetching.come * 1000 // max(self.file.size, 1)))
        self.bar.show()

    def _say(self, icon: str, text: str) -> None:
        self._icon.show_icon(icon, {"cloud-check": "ok", "cloud-alert": "warn"}.get(icon, "muted"))
        self._icon.show()
        self.state.set_text(text)
        self.state.show()
