"""The acts at the foot of a form: the steps of its workflow, save, save and next."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.flow import Flow
from records.words import Language, Words, say
from records.workflow import Transition

SAVE = Words("บันทึก", "Save")
NEXT = Words("บันทึกแล้วเพิ่มใหม่", "Save and new")
DRAFT = Words("เก็บเป็นร่าง", "Keep as a draft")


class FormActs(Flow):
    """Buttons, the main one first; goes on in a second line in a narrow pane."""

    save_wanted = Signal()
    next_wanted = Signal()
    draft_wanted = Signal()
    step_wanted = Signal(object)
    """A Transition."""
    offers_steps = True
    """Whether the steps of a record that is there have buttons here; the page may have them elsewhere."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=8)
        self._language = language
        self._offered: tuple[object, ...] = ()

    def show_for(self, *, is_new: bool, is_read_only: bool, steps: Sequence[Transition]) -> None:
        """Shows the acts of a record."""
        wanted = (is_new, is_read_only, tuple(steps))
        if wanted == self._offered:
            return
        self._offered = wanted
        self.clear()
        self.setVisible(not is_read_only)
        if is_read_only:
            return
        first = steps[0] if is_new and steps else None
        self._add(first.label if first else SAVE, "Ctrl+S", look="primary", icon="check" if first else "save").clicked.connect(
            self.save_wanted
        )
        if is_new:
            self._add(NEXT, "Ctrl+Enter", icon="plus").clicked.connect(self.next_wanted)
        if first is not None:
            self._add(DRAFT, "", icon="file-text").clicked.connect(self.draft_wanted)
            # The other first steps record what happened before the program came: an import takes them, not a button.
            return
        for step in steps if self.offers_steps else ():
            button = self._add(step.label, "", icon="arrow-right")
            button.clicked.connect(lambda _checked=False, step=step: self.step_wanted.emit(step))

    def _add(self, words: Words, keys: str, *, look: str = "quiet", icon: str = "") -> Button:
        button = Button(words, self._language, icon=icon, look="primary" if look == "primary" else "quiet")
        if keys:
            button.setToolTip(f"{say(words, self._language)} ({keys})")
        self.add(button)
        return button
