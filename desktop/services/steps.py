"""Steps of a workflow that cannot be taken, in words: the desktop refuses at once what the server would refuse later."""

from collections.abc import Sequence

from records.checks import Problem
from records.errors import Correctable, Refused
from records.kinds import Choice, Json
from records.record import RecordType
from records.words import Words

_NO_STATE = Words("ยังไม่มีสถานะ", "no state")


def as_state(value: Json) -> str | None:
    """The state in a wire value; None for a value no state has."""
    return value if isinstance(value, str) else None


def step_refused(spec: RecordType, before: str | None, after: str | None) -> Refused:
    """The error for a step that the workflow or the role of the account does not allow."""
    return Refused(
        Words("เปลี่ยนสถานะนี้ไม่ได้", "This step is not allowed"),
        Words(
            "บัญชีนี้เปลี่ยน{type}จาก “{before}” เป็น “{after}” ไม่ได้ ไม่มีอะไรเปลี่ยนแปลง โปรดทำตามลำดับขั้นหรือให้หัวหน้าเป็นผู้ดำเนินการ",
            "This account may not move a {type} from “{before}” to “{after}”; nothing was changed. Follow the steps, or ask the head to do it.",
        ).filled(type=spec.label, before=_words_of(spec, before), after=_words_of(spec, after)),
        code="workflow",
    )


def held_back(spec: RecordType, faults: Sequence[Problem]) -> Correctable:
    """The error for handing in a record that has errors."""
    return Correctable(
        Words("ยังส่งไม่ได้ ต้องแก้ไขก่อน", "Mend this before handing it in"),
        Words(
            "{type}นี้ยังมีที่ต้องแก้ไข {count} แห่ง: {first} ข้อมูลเดิมยังอยู่ครบ โปรดแก้ไขแล้วลองอีกครั้ง",
            "This {type} has {count} things to mend: {first}. What was saved is safe; correct it and try again.",
        ).filled(type=spec.label, count=len(faults), first=faults[0].text),
        code="invalid",
    )


def _words_of(spec: RecordType, state: str | None) -> Words:
    field = spec.by_name[spec.workflow.field] if spec.workflow else None
    if state and field is not None and isinstance(field.kind, Choice):
        return next((option.label for option in field.kind.options if option.value == state), Words(state, state))
    return _NO_STATE
