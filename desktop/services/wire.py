"""Checks field values given as JSON before they are stored, naming the field in a sentence."""

from collections.abc import Mapping
from datetime import date

from records.errors import Correctable, FieldError
from records.fields import FieldSpec
from records.ids import is_id
from records.kinds import CannotHold, Choice, CitizenId, Day, Email, FiscalYear, Json, Phone, Reference, Tags, Text
from records.record import RecordType
from records.stored import wire_fault
from records.words import Words

_FORMS: Mapping[str, Words] = {
    "text": Words("ข้อความหนึ่งบรรทัด", "a text of one line"),
    "long_text": Words("ข้อความ", "a text"),
    "integer": Words("จำนวนเต็ม เช่น 12", "a whole number such as 12"),
    "decimal": Words("เลขทศนิยมเป็นข้อความ เช่น “12.5”", "a decimal as text such as “12.5”"),
    "money": Words("จำนวนเต็มเป็นสตางค์ เช่น 125050", "a whole number of satang such as 125050"),
    "date": Words("วันที่แบบ “2026-11-22”", "a date such as “2026-11-22”"),
    "moment": Words("เวลาแบบ “2026-11-22T08:00:00Z”", "an instant such as “2026-11-22T08:00:00Z”"),
    "fiscal_year": Words("ปีงบประมาณ พ.ศ. เช่น 2569", "a fiscal year B.E. such as 2569"),
    "yes_no": Words("true หรือ false", "true or false"),
    "reference": Words("รหัสของรายการ", "the id of a record"),
    "citizen_id": Words("เลข 13 หลักที่ถูกต้อง", "a valid number of 13 digits"),
    "phone": Words("หมายเลขโทรศัพท์เป็นตัวเลข", "a telephone number in digits"),
    "email": Words("ที่อยู่อีเมล", "an e-mail address"),
    "coordinates": Words("ละติจูด,ลองจิจูด เช่น “13.7563,100.5018”", "latitude,longitude such as “13.7563,100.5018”"),
    "tags": Words("รายการข้อความ", "a list of texts"),
    "files": Words("รายการไฟล์", "a list of files"),
    "structure": Words("รายการหรือออบเจกต์", "a list or an object"),
}
"""What the JSON of a kind looks like."""
_FIRST_BUDDHIST_YEAR = 2400
"""A day of such a year was written in the Buddhist Era; no day of this program's records lies so far ahead."""


def checked(spec: RecordType, given: Mapping[str, Json], today: date) -> tuple[dict[str, Json], tuple[str, ...]]:
    """The (set, unset) of given JSON fields: null unsets, texts are mended as typed ones are.

    Raises Correctable naming the field: unknown, kept by the program, or of the wrong kind.
    """
    values: dict[str, Json] = {}
    unset: list[str] = []
    for name, value in given.items():
        field = spec.field(name)
        if field.kept_by_program:
            raise _cannot(field, Words("โปรแกรมเป็นผู้บันทึกช่องนี้เอง", "the program itself keeps this field"))
        if value is None or value in ("", []):
            unset.append(name)
            continue
        held = _held(field, value, today)
        if held is None:
            unset.append(name)
        else:
            values[name] = held
    return values, tuple(sorted(unset))


def _held(field: FieldSpec, value: Json, today: date) -> Json:
    kind = field.kind
    try:
        if isinstance(kind, Text | CitizenId | Phone | Email) and isinstance(value, str):
            parsed = kind.parse(value, today)
            return None if parsed is None else kind.to_wire(parsed)
        if isinstance(kind, Tags) and isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            tags = kind.parse("\n".join(map(str, value)), today)
            return None if tags is None else kind.to_wire(tags)
        wire = kind.to_wire(kind.from_wire(value))
        if isinstance(kind, FiscalYear) and kind.parse(str(wire), today) != wire:
            raise _cannot(field, _needed(field))
        if isinstance(kind, Day) and kind.from_wire(wire).year >= _FIRST_BUDDHIST_YEAR:
            raise _cannot(field, _needed(field))
    except CannotHold as error:
        raise _cannot(field, _reason(field, value, today)) from error
    except FieldError as error:
        raise _cannot(field, error.message) from error
    if isinstance(kind, Reference) and not is_id(wire):
        raise _cannot(field, _needed(field))
    fault = wire_fault(wire)
    if fault:
        raise _cannot(field, Words(fault, fault))
    return wire


def _reason(field: FieldSpec, value: Json, today: date) -> Words:
    """What is wrong: the kind's own words when it would not read the text either (a wrong digit of an id), else the form it needs."""
    if isinstance(value, str) and not isinstance(field.kind, Choice):
        try:
            field.kind.parse(value, today)
        except FieldError as error:
            return error.message
    return _needed(field)


def _needed(field: FieldSpec) -> Words:
    if isinstance(field.kind, Choice):
        return Words("ต้องเป็นค่าใดค่าหนึ่งใน {known}", "it must be one of {known}").filled(known=", ".join(o.value for o in field.kind.options))
    return Words("ต้องเป็น{form}", "it must be {form}").filled(form=_FORMS[field.kind.name])


def _cannot(field: FieldSpec, reason: Words) -> Correctable:
    return Correctable(
        Words("ข้อมูลในช่องนี้ใช้ไม่ได้", "This field cannot hold that"),
        Words(
            "บันทึกช่อง “{label}” ({name}) ไม่ได้ ไม่มีอะไรเปลี่ยนแปลง: {reason}",
            "The field “{label}” ({name}) was not saved and nothing was changed: {reason}.",
        ).filled(label=field.label, name=field.name, reason=Words(reason.th, reason.en.rstrip("."))),
    )
