"""What an empty pane says: what would be here, and what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, PrimaryButton
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from records.words import Language, Words, say


class EmptyState(QWidget):
    """An icon, a title, a sentence and, where one helps, a button (`button`, None without)."""

    acted = Signal()
    """The button was pressed."""

    def __init__(
        self, icon: str, title: Words, body: Words, language: Language, *, action: Words | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        space = tokens().space
        column = QVBoxLayout(self)
        column.setContentsMargins(px(space.wide), px(space.section), px(space.wide), px(space.section))
        column.setSpacing(px(space.tight))
        column.addStretch(2)
        column.addWidget(IconView(icon, "muted", side=40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(px(space.hair))
        for text, kind in ((title, "heading"), (body, "muted")):
            label = WrapLabel(say(text, language), "heading" if kind == "heading" else "muted", language=language)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            column.addWidget(label)
        self.button: Button | None = None
        if action is not None:
            self.button = PrimaryButton(action, language)
            self.button.clicked.connect(self.acted)
            column.addSpacing(px(space.tight))
            row = QHBoxLayout()
            row.setSpacing(px(space.tight))
            row.addStretch(1)
            row.addWidget(self.button)
            row.addStretch(1)
            column.addLayout(row)
            self._acts = row
        column.addStretch(3)

    def add_act(self, button: Button) -> None:
        """Adds a quieter way on, beside the button; there must be one."""
        self._acts.insertWidget(self._acts.count() - 1, button)
