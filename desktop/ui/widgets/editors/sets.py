"""Editors of several values: tags as chips, and what only a program writes, for reading."""

import json
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label
from records.fields import FieldSpec
from records.words import Words, say

ADD = Words("พิมพ์คำแล้วกด Enter", "Type a word and press Enter")
REMOVE = Words("เอาคำว่า “{tag}” ออก", "Take “{tag}” away")


class TagsEditor(Editor):
    """Words as chips, each with a cross, and a line to add more: Enter or a comma adds, Backspace in an empty line takes the last."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self._tags: tuple[str, ...] = ()
        self._is_read_only = False
        column = QVBoxLayout()
        column.setSpacing(px(tokens().space.hair))
        self.flow = Flow(self, gap=6)
        self.line = QLineEdit()
        self.line.setPlaceholderText(say(ADD, self.language))
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)
        column.addWidget(self.line)
        column.addWidget(self.flow)
        self.row.addLayout(column)
        self.flow.hide()
        self.name_box(self.line)

    def set_value(self, value: Any) -> None:
        """Shows the tags as chips."""
        self._tags = tuple(value or ())
        self.line.clear()
        self._draw()

    def value(self) -> Any:
        """The chips and what still stands in the line."""
        typed = ",".join((*self._tags, self.line.text()))
        return self.spec.kind.parse(typed, self.context.today())

    def typed(self) -> str:
        """The line."""
        return self.line.text()

    def set_draft(self, text: str) -> None:
        """Puts typed text back."""
        self.line.setText(text)

    def set_read_only(self, is_read_only: bool) -> None:
        """Shows the chips alone."""
        self._is_read_only = is_read_only
        self.line.setVisible(not is_read_only)
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Adds on Enter and on leaving, takes the last away on Backspace."""
        if event.type() == QEvent.Type.FocusOut:
            self._add()
            self.left.emit()
        elif event.type() == QEvent.Type.KeyPress:
            key = getattr(event, "key", lambda: 0)()
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.line.text().strip():
                self._add()
                return True
            if key == Qt.Key.Key_Backspace and not self.line.text() and self._tags:
                self._remove(self._tags[-1])
                return True
        return super().eventFilter(watched, event)

    def _typed(self, text: str) -> None:
        self.show_problem("")
        if text.endswith((",", ";")):
            self._add()
        self.edited.emit()

    def _add(self) -> None:
        if self.line.text().strip() and self.check():
            self._tags = self.value() or ()
            self.line.clear()
            self._draw()

    def _remove(self, tag: str) -> None:
        self._tags = tuple(other for other in self._tags if other != tag)
        self._draw()
        self.line.setFocus()
        self.edited.emit()

    def _draw(self) -> None:
        self.flow.clear()
        for tag in self._tags:
            chip = QFrame()
            chip.setProperty("look", "card")
            row = QHBoxLayout(chip)
            row.setContentsMargins(px(10), 0, px(2) if not self._is_read_only else px(10), 0)
            row.setSpacing(px(2))
            row.addWidget(Label(tag))
            if not self._is_read_only:
                cross = IconButton("x", REMOVE.filled(tag=tag), self.language, is_small=True)
                cross.clicked.connect(lambda _checked=False, tag=tag: self._remove(tag))
                row.addWidget(cross)
            self.flow.add(chip)
        self.flow.setVisible(bool(self._tags))


class StructureEditor(Editor):
    """What only a program writes: shown for reading, given back untouched."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self._value: Any = None
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(px(108))
        self.row.addWidget(self.text)
        self.name_box(self.text)

    def set_value(self, value: Any) -> None:
        """Shows the structure, one part a line."""
        self._value = value
        self.text.setPlainText("" if value is None else json.dumps(value, ensure_ascii=False, indent=2))

    def value(self) -> Any:
        """What was given."""
        return self._value

    def set_read_only(self, is_read_only: bool) -> None:
        """It always is."""
