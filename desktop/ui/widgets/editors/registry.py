"""Which editor edits which kind of field: written out, so that a kind without one is seen."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.ui.screen import Context
from desktop.ui.type_extras import extras_of
from desktop.ui.widgets.editors.base import Editor, LineEditor
from desktop.ui.widgets.editors.files import FilesEditor
from desktop.ui.widgets.editors.lines import (
    CitizenIdEditor,
    CoordinatesEditor,
    DayEditor,
    FiscalYearEditor,
    LongTextEditor,
    MomentEditor,
    MoneyEditor,
    NumberEditor,
    ShortEditor,
    TextEditor,
)
from desktop.ui.widgets.editors.picks import ChoiceEditor, YesNoEditor
from desktop.ui.widgets.editors.reference import ReferenceEditor
from desktop.ui.widgets.editors.sets import StructureEditor, TagsEditor
from records import kinds
from records.fields import FieldSpec

EDITORS: Mapping[type[kinds.Kind[Any]], type[Editor]] = {
    kinds.Text: TextEditor,
    kinds.LongText: LongTextEditor,
    kinds.Integer: NumberEditor,
    kinds.DecimalNumber: NumberEditor,
    kinds.Money: MoneyEditor,
    kinds.Day: DayEditor,
    kinds.Moment: MomentEditor,
    kinds.FiscalYear: FiscalYearEditor,
    kinds.Choice: ChoiceEditor,
    kinds.YesNo: YesNoEditor,
    kinds.Reference: ReferenceEditor,
    kinds.CitizenId: CitizenIdEditor,
    kinds.Phone: ShortEditor,
    kinds.Email: TextEditor,
    kinds.Coordinates: CoordinatesEditor,
    kinds.Tags: TagsEditor,
    kinds.Files: FilesEditor,
    kinds.Structure: StructureEditor,
}

PHOTOGRAPH = "photograph"
"""The name of a field of files that are pictures of a person."""


def editor_of(spec: FieldSpec, context: Context, parent: QWidget | None = None) -> Editor:
    """Makes the editor of a field; a kind of nobody's is shown as one line."""
    if isinstance(spec.kind, kinds.Reference):
        picker = extras_of(spec.kind.to).picker
        return (picker() if picker is not None else ReferenceEditor)(spec, context, parent)
    if spec.name == PHOTOGRAPH and isinstance(spec.kind, kinds.Files):
        # Brought when a form has a photograph: reading pictures is nobody else's business.
        from desktop.ui.widgets.portrait import PhotographEditor

        return PhotographEditor(spec, context, parent)
    return EDITORS.get(type(spec.kind), LineEditor)(spec, context, parent)
