"""What is not as it should be with a form, summed up at its top: each problem a link that puts the cursor where it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.icon_view import IconView
from desktop.ui.widgets.labels import WrapLabel
from records.words import Language, Words, say

ERRORS = Words("โปรดแก้ {count} ช่องก่อน", "Please mend {count} fields first")
WARNINGS = Words("บันทึกแล้ว มี {count} เรื่องที่ควรดู", "Saved; {count} things to look at")
FORCE = Words("บันทึกทั้งที่ยังไม่ครบ", "Save it incomplete")


@dataclass(frozen=True)
class Fault:
    """One problem of a form."""

    field: str
    """Empty when it is about the whole record."""
    label: str
    """The field's label, said."""
    text: str
    is_error: bool


class FormProblems(QFrame):
    """The summary; hidden while all is well."""

    chosen = Signal(str)
    """The person wants to mend this field."""
    forced = Signal()
    """The person wants it saved as it is."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        space = tokens().space
        self.setProperty("look", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(space.snug), px(space.tight), px(space.tight), px(space.tight))
        row.setSpacing(px(space.snug))
        self._icon = IconView("circle-alert", "danger", side=18)
        row.addWidget(self._icon)
        column = QVBoxLayout()
        column.setSpacing(px(space.hair))
        self.head = WrapLabel("", "strong", language=language)
        column.addWidget(self.head)
        self._general = WrapLabel("", language=language)
        column.addWidget(self._general)
        self._links = Flow(self, gap=4)
        column.addWidget(self._links)
        self.force_button = Button(FORCE, language)
        self.force_button.clicked.connect(self.forced)
        row.addLayout(column, 1)
        row.addWidget(self.force_button)
        self.hide()

    def show_faults(self, faults: Sequence[Fault], *, may_force: bool) -> None:
        """Shows these problems; none hides the summary."""
        errors = [fault for fault in faults if fault.is_error]
        self.setVisible(bool(faults))
        if not faults:
            return
        tone = "danger" if errors else "warn"
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon.show_icon("circle-alert" if errors else "alert-triangle", tone)
        words = ERRORS.filled(count=len(errors)) if errors else WARNINGS.filled(count=len(faults))
        self.head.set_text(say(words, self._language))
        self.setAccessibleName(self.head.plain_text)
        general = [fault.text for fault in faults if not fault.field]
        self._general.set_text("\n".join(general))
        self._general.setVisible(bool(general))
        self._links.clear()
        for fault in faults:
            if fault.field:
                link = Button(Words(fault.label, fault.label), self._language, look="bare")
                link.setToolTip(fault.text)
                link.setAccessibleDescription(fault.text)
                link.clicked.connect(lambda _checked=False, name=fault.field: self.chosen.emit(name))
                self._links.add(link)
        self._links.setVisible(any(fault.field for fault in faults))
        self.force_button.setVisible(may_force and bool(errors))
