"""Editors that pick: one of a written list, yes or no."""

from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px
from desktop.ui.widgets.editors.base import Editor
from records.fields import FieldSpec
from records.kinds import Choice
from records.words import Words, say

NONE = Words("— ยังไม่ระบุ —", "— not given —")


class ListEditor(Editor):
    """A drop-down list; the first line stands for no value. Letters typed jump to the option that begins with them."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.combo = QComboBox()
        self.combo.addItem(say(NONE, self.language), None)
        for value, text in self.options():
            self.combo.addItem(text, value)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setMaximumWidth(px(360))
        self.combo.setMaxVisibleItems(14)
        self.combo.installEventFilter(self)
        self.combo.activated.connect(self._picked)
        self.row.addWidget(self.combo, 1)
        self.row.addStretch(0)
        self.name_box(self.combo)

    def options(self) -> list[tuple[Any, str]]:
        """Value and text of each line."""
        return [(value, self.spec.kind.show(value, self.language)) for value in (True, False)]

    def set_value(self, value: Any) -> None:
        """Chooses the line of a value."""
        found = 0 if value is None else self.combo.findData(value)
        self.combo.setCurrentIndex(max(found, 0))
        self.combo.setToolTip(self.combo.currentText() if found > 0 else "")

    def value(self) -> Any:
        """The value of the chosen line."""
        return self.combo.currentData()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A wheel turned over the form scrolls the form, not the choice; tells when the person goes on."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _picked(self) -> None:
        self.show_problem("")
        self.combo.setToolTip(self.combo.currentText())
        self.edited.emit()


class YesNoEditor(ListEditor):
    """Yes, no, or not given."""


class ChoiceEditor(ListEditor):
    """One of the options of a choice."""

    def options(self) -> list[tuple[Any, str]]:
        """The options in the order written."""
        kind = self.spec.kind
        return [(option.value, say(option.label, self.language)) for option in kind.options] if isinstance(kind, Choice) else []
