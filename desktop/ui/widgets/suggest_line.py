"""A line that proposes while one types, and takes what is typed all the same: names of payers, lines of the tariff."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from desktop.ui.later import Later
from desktop.ui.screen import Context
from records.words import Words, say

WAIT_MS = 150
"""How long typing rests before a search, in milliseconds."""
_VALUE_ROLE = Qt.ItemDataRole.UserRole.value + 1


@dataclass(frozen=True)
class Suggestion:
    """One proposal."""

    text: str
    """What the line holds once it is chosen."""
    more: str = ""
    """What tells it from others of the same name; shown in the list alone."""
    value: object = None
    """What it stands for."""


class Proposals(QObject):
    """The list under a line: what a search finds for the text typed, to be chosen by key or mouse. The down key opens it."""

    picked = Signal(Suggestion)
    """The suggestion a person chose; what it does to the line is the owner's matter."""
    missed = Signal(str)
    """Nothing was found for this text."""

    def __init__(
        self,
        line: QLineEdit,
        name: str,
        context: Context,
        search: Callable[[str], Sequence[Suggestion]],
        text: Callable[[], str] | None = None,
        *,
        marks_first: bool = False,
    ) -> None:
        """Belongs to a line.

        Args:
            line: where somebody types.
            name: what the list is called to a person who does not see it.
            context: the window's.
            search: runs on the store's thread; touches no widget.
            text: what is searched now; what stands in the line where it is left out.
            marks_first: Enter takes the first suggestion.
        """
        super().__init__(line)
        self._line = line
        self._context = context
        self._search = search
        self._text = text or (lambda: line.text().strip())
        self._marks_first = marks_first
        self._model = QStandardItemModel(self)
        self.completer = QCompleter(self._model, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setWidget(line)
        self.popup = QListView()
        self.popup.setAccessibleName(name)
        self.completer.setPopup(self.popup)
        self.completer.activated[QModelIndex].connect(  # type: ignore[index]  # the stubs know one of its two forms
            lambda index: self.picked.emit(index.data(_VALUE_ROLE))
        )
        self._later = Later(self, WAIT_MS, self.ask)
        line.installEventFilter(self)

    def ask_soon(self) -> None:
        """Searches once typing rests."""
        self._later.start()

    def ask(self) -> None:
        """Searches now."""
        self._later.stop()
        text = self._text()
        self._context.bridge.run(lambda: (text, self._search(text)), self._found, owner=self)

    def forget(self) -> None:
        """Searches no more for what was typed."""
        self._later.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Offers the list on the down key."""
        is_down = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down
        if is_down and watched is self._line and not self._line.isReadOnly():
            self.ask()
            return True
        return super().eventFilter(watched, event)

    def _found(self, answer: tuple[str, Sequence[Suggestion]]) -> None:
        text, found = answer
        # An answer that comes after more was typed, or after a choice, must not open the list again.
        if text != self._text() or not self._line.hasFocus():
            return
        self._model.clear()
        for one in found:
            item = QStandardItem(f"{one.text}  ·  {one.more}" if one.more else one.text)
            item.setData(one, _VALUE_ROLE)
            item.setEditable(False)
            self._model.appendRow(item)
        if not found:
            self.popup.hide()
            self.missed.emit(text)
            return
        self.completer.complete()
        if self._marks_first:
            self.popup.setCurrentIndex(self.completer.completionModel().index(0, 0))


class SuggestLine(QLineEdit):
    """Takes what is typed, and proposes while one types."""

    picked = Signal(object)
    """The value of the suggestion a person chose."""

    def __init__(self, label: Words, context: Context, search: Callable[[str], Sequence[Suggestion]], hint: Words) -> None:
        """`search` touches the store and no widget."""
        super().__init__()
        self.setPlaceholderText(say(hint, context.language))
        self.setAccessibleName(say(label, context.language))
        self.proposals = Proposals(self, say(label, context.language), context, search)
        self.proposals.picked.connect(self._picked)
        self.textEdited.connect(lambda _text: self.proposals.ask_soon())

    def _picked(self, chosen: Suggestion) -> None:
        self.setText(chosen.text)
        self.setCursorPosition(0)
        self.picked.emit(chosen.value)
