"""Cards and section heads: the quiet frames in which a screen groups what belongs together."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.labels import WrapLabel
from records.words import Language, Words, say


class Section(QWidget):
    """The head of a section: its title, a line of explanation, and room for acts at the right (`add_act`)."""

    def __init__(self, title: Words, language: Language, *, hint: Words | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(tokens().space.tight))
        column = QVBoxLayout()
        column.setSpacing(px(2))
        self.title = WrapLabel(say(title, language), "heading", language=language)
        column.addWidget(self.title)
        if hint is not None:
            column.addWidget(WrapLabel(say(hint, language), "small", language=language))
        self._row.addLayout(column, 1)

    def add_act(self, act: QWidget) -> None:
        """Adds a button at the right."""
        self._row.addWidget(act)


class Card(QFrame):
    """A rounded surface; what it holds goes into `body`."""

    def __init__(self, parent: QWidget | None = None, *, padding: int | None = None) -> None:
        """`padding` is in pixels at 100 % text: None takes the usual 16, 4 lets a table reach the border but for its corners."""
        super().__init__(parent)
        self.setProperty("look", "card")
        space = tokens().space
        inner = px(space.normal if padding is None else padding)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(inner, inner, inner, inner)
        self.body.setSpacing(px(space.snug))

    def add_head(self, title: Words, language: Language, *, hint: Words | None = None) -> Section:
        """Adds a section head at the end of the body and returns it."""
        head = Section(title, language, hint=hint)
        self.body.addWidget(head)
        return head


class Line(QFrame):
    """A thin line between groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "line")
