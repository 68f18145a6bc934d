"""What is typed at the counter and not saved yet, as the window remembers it."""

from collections.abc import Mapping

from desktop.ui.widgets.field_box import FieldBox
from records.errors import FieldError
from records.kinds import CannotHold, Json

_ALWAYS = frozenset({"channel"})
"""Fields that are filled on an empty page too."""


def draft_of(boxes: Mapping[str, FieldBox], name: str, brought: frozenset[str]) -> Json:
    """The draft of a page: values, texts that mean nothing yet, the `name` of somebody not in the register, ticked papers; None when empty."""
    kept: dict[str, Json] = {}
    typed: dict[str, Json] = {"applicant": name} if name else {}
    for field, box in boxes.items():
        try:
            value = box.editor.value()
        except FieldError:
            typed[field] = box.editor.draft()
            continue
        if value is not None:
            kept[field] = box.spec.kind.to_wire(value)
    if not typed and kept.keys() <= _ALWAYS:
        return None
    papers: list[Json] = [*sorted(brought)]
    return {"kept": kept, "typed": typed, "brought": papers}


def put_back(draft: Mapping[str, Json], boxes: Mapping[str, FieldBox]) -> frozenset[str]:
    """Fills the page from a draft; returns the ids of the ticked papers."""
    kept, typed, brought = draft.get("kept"), draft.get("typed"), draft.get("brought")
    for field, wire in (kept if isinstance(kept, Mapping) else {}).items():
        if field in boxes:
            put(boxes[field], wire)
    for field, text in (typed if isinstance(typed, Mapping) else {}).items():
        if field in boxes and isinstance(text, str):
            boxes[field].editor.set_draft(text)
    return frozenset(one for one in (brought if isinstance(brought, list) else []) if isinstance(one, str))


def put(box: FieldBox, wire: Json) -> None:
    """Shows a wire value in a box; nothing where the field cannot hold it."""
    try:
        box.editor.set_value(None if wire is None else box.spec.kind.from_wire(wire))
    except CannotHold:
        box.editor.set_value(None)
