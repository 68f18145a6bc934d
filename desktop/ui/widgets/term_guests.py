"""Beside the form of a term: a person or a position chosen from the register writes its name, and names of positions are offered."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter

from desktop.ui.widgets.editors.base import LineEditor
from desktop.ui.widgets.form_guests import FormGuest
from records.errors import FieldError
from records.kinds import Json

if TYPE_CHECKING:
    from desktop.storage.rows import Row
    from desktop.ui.widgets.form_frame import FormFrame

_NAMED_BY = {"person": "person_name", "position": "position_name"}
"""Reference field of a term -> the field that says the name as the order writes it."""


class TermNames(FormGuest):
    """Never seen: it only fills in what is chosen, and only where nothing is written yet or what was filled in before."""

    def __init__(self, form: "FormFrame") -> None:
        super().__init__()
        self._form = form
        self._filled: dict[str, str] = {}
        self.hide()
        for reference in _NAMED_BY:
            form.boxes[reference].editor.edited.connect(lambda reference=reference: self._chosen(reference))
        self._names = QStringListModel(self)
        editor = form.boxes["position_name"].editor
        if isinstance(editor, LineEditor):
            completer = QCompleter(self._names, editor)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setMaxVisibleItems(12)
            completer.activated.connect(lambda _text: editor.edited.emit())
            editor.line.setCompleter(completer)

    def show_record(self, row: "Row | None") -> None:
        """Brings the names of positions."""
        self._filled.clear()
        office = self._form.context.office
        self._form.context.bridge.run(office.positions.names, self._names.setStringList, owner=self)

    def _chosen(self, reference: str) -> None:
        try:
            chosen = self._form.boxes[reference].editor.value()
        except FieldError:
            return
        if not isinstance(chosen, str):
            return
        office = self._form.context.office

        def fetch() -> tuple[str, str]:
            row = office.store.get(reference, chosen)
            return reference, "" if row is None else _name_of(row.fields)

        self._form.context.bridge.run(fetch, self._write, owner=self)

    def _write(self, answer: tuple[str, str]) -> None:
        reference, name = answer
        editor = self._form.boxes[_NAMED_BY[reference]].editor
        standing = editor.value()
        if name and (not standing or standing == self._filled.get(reference)):
            self._filled[reference] = name
            editor.set_value(name)
            editor.edited.emit()


def _name_of(fields: "dict[str, Json]") -> str:
    """A position's name, or a person's as orders write it: the prefix right before the first name."""
    if "name" in fields:
        return str(fields["name"])
    first = f"{fields.get('prefix') or ''}{fields.get('first_name') or ''}"
    return f"{first} {fields.get('last_name') or ''}".strip()
