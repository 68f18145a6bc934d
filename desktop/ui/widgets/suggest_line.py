"""A line that proposes while one types, and takes what is typed all the same: names of payers, lines of the tariff."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from desktop.ui.later import Later
from desktop.ui.screen import Context
from records.words import Words, say

_WAIT_MS = 150
_VALUE_ROLE = Qt.ItemDataRole.UserRole.value + 1


@dataclass(frozen=True)
class Suggestion:
    """One proposal."""

    text: str
    """What the line holds once it is chosen."""
    more: str = ""
    """What tells it from others of the same name; shown in the list alone."""
    value: object = None
    """What `picked` hands on."""


class SuggestLine(QLineEdit):
    """Asks `search` on the store's thread while one types, and shows what it found below."""

    picked = Signal(object)
    """The value of the suggestion a person chose."""

    def __init__(
        self, label: Words, context: Context, search: Callable[[str], Sequence[Suggestion]], hint: Words, parent: QWidget | None = None
    ) -> None:
        """`search` touches the store and no widget."""
        super().__init__(parent)
        self._context = context
        self._search = search
        self.setPlaceholderText(say(hint, context.language))
        self.setAccessibleName(say(label, context.language))
        self._model = QStandardItemModel(self)
        self.completer_ = QCompleter(self._model, self)
        self.completer_.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer_.setWidget(self)
        self.popup = QListView()
        self.popup.setAccessibleName(say(label, context.language))
        self.completer_.setPopup(self.popup)
        self.completer_.activated[QModelIndex].connect(self._picked)  # type: ignore[index]  # the stubs know one of its two forms
        self._timer = Later(self, _WAIT_MS, self.propose)
        self.textEdited.connect(lambda _text: self._timer.start())
        self.installEventFilter(self)

    def propose(self) -> None:
        """Asks for suggestions to what is typed now."""
        text = self.text().strip()
        self._context.bridge.run(lambda: (text, self._search(text)), self._found, owner=self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Offers the list on the down key."""
        if watched is self and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            self.propose()
            return True
        return super().eventFilter(watched, event)

    def _found(self, answer: tuple[str, Sequence[Suggestion]]) -> None:
        text, found = answer
        if text != self.text().strip() or not self.hasFocus():
            return
        self._model.clear()
        for one in found:
            item = QStandardItem(f"{one.text}  ·  {one.more}" if one.more else one.text)
            item.setData(one, _VALUE_ROLE)
            item.setEditable(False)
            self._model.appendRow(item)
        if found:
            self.completer_.complete()
        else:
            self.popup.hide()

    def _picked(self, index: QModelIndex) -> None:
        chosen = index.data(_VALUE_ROLE)
        if isinstance(chosen, Suggestion):
            self.setText(chosen.text)
            self.setCursorPosition(0)
            self.picked.emit(chosen.value)
