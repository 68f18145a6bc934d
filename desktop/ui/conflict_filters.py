"""What narrows the conflict inbox down: area, type of record, person, age; each choice with how many conflicts it has."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.services.inbox import Age, Asked
from desktop.ui.conflict_facts import Inbox
from desktop.ui.screen import Context
from desktop.ui.widgets.flow import Flow
from records.areas import AREAS
from records.words import Words, say

ANY: dict[str, Words] = {
    "area": Words("ทุกส่วนงาน", "Every area"),
    "type": Words("ทุกประเภท", "Every type"),
    "person": Words("ทุกคน", "Everybody"),
    "age": Words("ทุกช่วงเวลา", "Any time"),
}
NAMES: dict[str, Words] = {
    "area": Words("กรองตามส่วนงาน", "By area"),
    "type": Words("กรองตามประเภทข้อมูล", "By type of record"),
    "person": Words("กรองตามผู้แก้ไข", "By person"),
    "age": Words("กรองตามเวลา", "By age"),
}
AGES: tuple[tuple[Age, Words], ...] = (
    ("day", Words("ภายใน 24 ชั่วโมง", "Within 24 hours")),
    ("week", Words("ภายใน 7 วัน", "Within 7 days")),
    ("older", Words("นานกว่า 7 วัน", "More than 7 days ago")),
)


class ConflictFilters(Flow):
    """Four boxes in a row that wraps."""

    changed = Signal()
    """A person narrowed down otherwise; `narrow` says how."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._language = context.language
        self.boxes: dict[str, QComboBox] = {}
        self._said: dict[tuple[str, str], str] = {}
        """How each value that was ever offered is called."""
        for name, words in NAMES.items():
            box = QComboBox()
            box.setAccessibleName(say(words, self._language))
            box.setToolTip(say(words, self._language))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            self.boxes[name] = box
            self.add(box)
            box.activated.connect(lambda _at: self.changed.emit())
        self._fill("age", [(key, say(said, self._language)) for key, said in AGES])

    @property
    def is_narrow(self) -> bool:
        """Whether anything is narrowed down."""
        return any(box.currentData() for box in self.boxes.values())

    def narrow(self, asked: Asked) -> Asked:
        """What is asked for, with what is chosen here."""
        chosen = {name: str(box.currentData() or "") for name, box in self.boxes.items()}
        age: Age = next((key for key, _ in AGES if key == chosen["age"]), "")
        return replace(asked, area=chosen["area"], type=chosen["type"], person=chosen["person"], age=age)

    def show_choices(self, found: Inbox) -> None:
        """Offers what there is; keeps what is chosen."""
        catalogue = self._context.office.catalogue
        for name, values in found.narrowed.items():
            said = []
            for value, count in values:
                words = AREAS.get(value) if name == "area" else None
                if name == "type" and value in catalogue:
                    words = catalogue[value].label
                text = say(words, self._language) if words else found.names.get(value, value)
                self._said[name, value] = text
                said.append((value, f"{text} ({count:,})"))
            self._fill(name, said)

    def clear_choices(self) -> None:
        """Narrows nothing down any more."""
        for box in self.boxes.values():
            box.setCurrentIndex(0)

    def _fill(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        box = self.boxes[name]
        kept = box.currentData()
        box.clear()
        box.addItem(say(ANY[name], self._language), "")
        for value, text in choices:
            box.addItem(text, value)
        if kept and box.findData(kept) < 0:
            # Its last conflict is settled: it stays chosen, so that the page says that nothing is left of it.
            box.addItem(f"{self._said.get((name, str(kept)), str(kept))} (0)", kept)
        box.setCurrentIndex(max(box.findData(kept), 0))
