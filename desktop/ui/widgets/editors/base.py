"""What every editor of a field can do. An editor holds text only; what the text means is decided by the field's kind.

set_value --> [ what stands in the box ] --> value (FieldError when it means nothing)
                      edited, left
"""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.record_text import has_mask
from records.errors import FieldError
from records.fields import FieldSpec
from records.words import Words, say

SHOW = Words("แสดงข้อมูลส่วนบุคคล", "Show this personal data")


class Editor(QWidget):
    """The box of one field, with a note and the field's problem below it."""

    edited = Signal()
    """The person changed what stands in the box; not sent by `set_value`."""
    left = Signal()
    """The person went on to another field."""
    revealed = Signal(str)
    """The person asked to see the masked value of this field (its name): the form has it logged."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.context = context
        self.language = context.language
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(tokens().space.hair))
        self.row = QHBoxLayout()
        self.row.setSpacing(px(tokens().space.hair))
        self._column.addLayout(self.row)
        self.note = WrapLabel("", "small", language=self.language)
        self.note.hide()
        self.problem = WrapLabel("", "problem", language=self.language)
        self.problem.hide()
        self._column.addWidget(self.note)
        self._column.addWidget(self.problem)

    # -- what each kind says of itself --

    def set_value(self, value: Any) -> None:
        """Shows a Python value of the field's kind, None for none; announces nothing."""
        raise TypeError(f"{type(self).__name__} shows no value")

    def value(self) -> Any:
        """The value that stands in the box, None when nothing does.

        Raises:
            FieldError: the text means nothing to the field's kind.
        """
        raise TypeError(f"{type(self).__name__} has no value")

    def set_read_only(self, is_read_only: bool) -> None:
        """Lets the value be read and copied but not changed."""
        self.setEnabled(not is_read_only)

    def draft(self) -> str:
        """What is typed and means nothing yet, kept in the draft as text; empty when `value` says it all."""
        try:
            self.value()
        except FieldError:
            return self.typed()
        return ""

    def typed(self) -> str:
        """The text that stands in the box; empty where nothing is typed into it."""
        return ""

    def set_draft(self, text: str) -> None:
        """Puts back what `draft` gave."""

    # -- what all share --

    def box(self) -> QWidget:
        """The widget that takes the keys."""
        return self.focusProxy() or self

    def name_box(self, box: QWidget) -> None:
        """Makes `box` the one that takes the keys and tells a screen reader whose it is."""
        box.setAccessibleName(say(self.spec.label, self.language))
        self.setFocusProxy(box)

    def show_problem(self, text: str) -> None:
        """Shows what is wrong with the value, in words; empty takes it away."""
        self.problem.set_text(text)
        self.problem.setVisible(bool(text))
        for box in (self.box(), *self.box().findChildren(QLineEdit)):
            box.setProperty("problem", "true" if text else "false")
            box.style().unpolish(box)
            box.style().polish(box)
        self.box().setAccessibleDescription(text)

    def show_note(self, text: str) -> None:
        """Shows a help under the box (baht in words, digits still missing); empty takes it away."""
        self.note.set_text(text)
        self.note.setVisible(bool(text))

    def announce(self) -> None:
        """Takes the problem away and says that the person changed something."""
        if not self.problem.isHidden():
            self.show_problem("")
        self.edited.emit()

    def check(self) -> bool:
        """Shows the field's own problem, if any; True when the value can be held."""
        try:
            self.value()
        except FieldError as error:
            self.show_problem(error.sentence(self.language))
            return False
        self.show_problem("")
        return True


class LineEditor(Editor):
    """One line of typed text, of any kind that `parse` and `show` make sense of; personal kinds stay masked until shown."""

    narrow = 0
    """Widest the box may grow, in pixels at 100 % text; 0 for as wide as the form."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.line = QLineEdit()
        if self.narrow:
            self.line.setMaximumWidth(px(self.narrow))
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)
        self.row.addWidget(self.line, 1)
        self._show_button: IconButton | None = None
        if has_mask(spec):
            self._show_button = IconButton("eye", SHOW, self.language)
            self._show_button.clicked.connect(self.reveal)
            self._show_button.hide()
            self.row.addWidget(self._show_button)
        if self.narrow:
            self.row.addStretch(0)
        self._hidden: Any = None
        self._is_read_only = False
        self._value: Any = None
        self._shown = ""
        self.name_box(self.line)

    @property
    def is_masked(self) -> bool:
        """Whether the value is hidden now."""
        return self._hidden is not None

    def set_value(self, value: Any) -> None:
        """Shows the value as people read it, or its mask."""
        self._hidden = value if value is not None and self._show_button is not None else None
        self._write(value)
        self._apply_lock()

    def value(self) -> Any:
        """Reads the line by the field's kind."""
        if self._hidden is not None:
            return self._hidden
        if self.line.text() == self._shown:
            return self._value
        return self.spec.kind.parse(self.line.text(), self.context.today())

    def typed(self) -> str:
        """The line."""
        return self.line.text()

    def set_draft(self, text: str) -> None:
        """Puts typed text back as it was."""
        self._hidden = None
        self.line.setText(text)
        self._apply_lock()

    def set_read_only(self, is_read_only: bool) -> None:
        """The line can still be read and copied."""
        self._is_read_only = is_read_only
        self._apply_lock()

    def reveal(self) -> None:
        """Shows the masked value in full, which the form has logged."""
        if self._hidden is None:
            return
        value, self._hidden = self._hidden, None
        self._write(value)
        self._apply_lock()
        self.revealed.emit(self.spec.name)
        self.line.setFocus()

    def settle(self) -> None:
        """Puts the text into its usual form, or shows what is wrong with it and leaves it as typed."""
        if self._hidden is None and self.check() and self.line.text() != self._shown:
            self._write(self.value())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Settles the text when the person goes on."""
        if watched is self.line and event.type() == QEvent.Type.FocusOut and not self._is_read_only:
            self.settle()
            self.left.emit()
        return super().eventFilter(watched, event)

    def _write(self, value: Any) -> None:
        kind = self.spec.kind
        self._value = value
        if value is None:
            self._shown = ""
        elif self._hidden is not None:
            self._shown = kind.mask(value, self.language)
        else:
            self._shown = kind.show(value, self.language)
        self.line.setText(self._shown)
        self.line.setCursorPosition(0)
        self.line.setToolTip(self._shown if len(self._shown) > 30 else "")
        self.after_text()

    def _typed(self) -> None:
        if not self.problem.isHidden():
            self.show_problem("")
        self.after_text()
        self.edited.emit()

    def _apply_lock(self) -> None:
        self.line.setReadOnly(self._is_read_only or self.is_masked)
        if self._show_button is not None:
            self._show_button.setVisible(self.is_masked)

    def after_text(self) -> None:
        """Called after the text changed by whatever way; kinds with a note write it here."""
