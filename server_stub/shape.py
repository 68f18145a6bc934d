"""Is this a change? What can be told of one change without looking at anything stored (protocol.md, "Words")."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from records.changes import Change
from records.ids import is_id
from records.kinds import Json
from records.kinds.base import LARGEST_INTEGER
from records.protocol import Limits
from records.stored import ACCOUNT_NAME, NAME, are_plain, stored_bytes, wire_fault
from records.words import Words

_DEEPEST = 32
_ENVELOPE = 4096
"""Bytes a change may have beside its fields."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_MOMENTS = re.compile(f"(?:{_MOMENT.pattern},)*", re.ASCII)
_NAMES = re.compile(f"({NAME.pattern},)*")
_PLACE = re.compile(r" - at `\$\.([a-z_]+)")


class Fault(Exception):
    """Why a change is refused."""

    def __init__(self, code: str, detail: Words | None = None, field: str = "", successor: str = "", *, is_applied: bool = False) -> None:
        """`code` is a key of `records.problem_types.REFUSALS`; without a detail its words are all there is to say. `is_applied`: the change went in before."""
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.field = field
        self.successor = successor
        self.is_applied = is_applied


@dataclass(frozen=True, slots=True)
class Shaped:
    """A change of the right form, with its parts as they are stored."""

    change: Change
    set_fields: bytes
    unset_names: bytes


def _not_valid(field: str, english: str) -> Fault:
    return Fault("invalid", Words(f"ข้อมูลที่ส่งไม่ถูกต้องที่ “{field}” ({english})", f"“{field}” is not valid: {english}"), field)


def shaped(raw: Mapping[str, object], *, account: str, limits: Limits) -> Shaped:
    """The change, its parts checked; `account` is the author when none is named. Raises Fault."""
    named = {**raw, "set": {}, "made_by": account if raw.get("made_by") is None else raw["made_by"]}
    try:
        change = msgspec.convert(named, Change)
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        missing = re.search(r"missing required field `([a-z_]+)`", str(error))
        field = place[1] if place else missing[1] if missing else "change"
        raise _not_valid(field, str(error)) from None
    except UnicodeEncodeError:
        raise _not_valid("change", "text has a lone surrogate") from None
    given = raw.get("set", {})
    if not isinstance(given, dict):
        raise _not_valid("set", "it is an object of fields")
    change = msgspec.structs.replace(change, set=given)
    _check_envelope(change)
    _check_fields(change)
    set_fields = stored_bytes(change.set)
    unset_names = msgspec.json.encode(sorted(set(change.unset)))
    if len(set_fields) + len(unset_names) > limits.record or is_too_large(raw, limits):
        raise Fault("too-large")
    return Shaped(change, set_fields, unset_names)


def size_of(raw: object) -> int:
    """Bytes of a change on the wire, members nobody knows included; 0 for one that cannot be written, which its own test refuses."""
    try:
        return len(msgspec.json.encode(raw))
    except (UnicodeEncodeError, OverflowError, RecursionError):
        return 0


def is_too_large(raw: object, limits: Limits) -> bool:
    """Whether a change is above what one may hold, whatever member makes it so."""
    return size_of(raw) > limits.record + _ENVELOPE


def _check_envelope(change: Change) -> None:
    for field, value in (("change_id", change.change_id), ("id", change.id), ("group", change.group)):
        if not is_id(value) and not (field == "group" and value is None):
            raise _not_valid(field, "an id is a UUID in lower case with dashes")
    if not NAME.fullmatch(change.type):
        raise _not_valid("type", "a type name matches [a-z][a-z0-9_]*, 64 at most")
    if not ACCOUNT_NAME.fullmatch(change.made_by):
        raise _not_valid("made_by", "an account name matches [a-z0-9._-]+")
    if not _MOMENT.fullmatch(change.made_at):
        raise _not_valid("made_at", "a time is RFC 3339")
    if not 0 <= change.schema <= LARGEST_INTEGER:
        raise _not_valid("schema", "a catalogue number is 0 to 2^53-1")
    if change.base is not None and (abs(change.base.version) > LARGEST_INTEGER or _text_fault(change.base.hash)):
        raise _not_valid("base", "no record has such a version")
    if change.op == "delete" and (change.set or change.unset or change.base is None):
        raise _not_valid("op", "a delete has a base and no set or unset")
    claimed = [*(change.merge.parents if change.merge else ()), *(msgspec.structs.astuple(change.origin)[:-1] if change.origin else ())]
    if any(_text_fault(text) or len(text) > 200 for text in claimed):
        raise _not_valid("merge" if change.origin is None else "origin", "its texts are short and well formed")


def _text_fault(text: str) -> str:
    return wire_fault(text) if text else ""


def _check_fields(change: Change) -> None:
    if not change.set.keys().isdisjoint(change.unset):
        raise _not_valid(next(name for name in change.unset if name in change.set), "it is both set and unset")
    if not are_names((*change.set, *change.unset)):
        raise Fault("invalid", Words("ชื่อช่องข้อมูลไม่ถูกต้อง", "A field name matches [a-z][a-z0-9_]*, 64 at most"))
    if are_plain(change.set.values()):
        return
    for name, value in change.set.items():
        fault = "it is nested too deep" if isinstance(value, list | dict) and _too_deep(value) else wire_fault(value)
        if fault:
            raise _not_valid(name, fault)


def are_moments(texts: Collection[str]) -> bool:
    """Whether each is a time as RFC 3339 writes it, told for all at once."""
    listed = "".join([text + "," for text in texts])
    return _MOMENTS.fullmatch(listed) is not None and listed.count(",") == len(texts)


def are_names(names: Sequence[str]) -> bool:
    """Whether each is a field's name, told for all at once."""
    listed = "".join([name + "," for name in names])
    return _NAMES.fullmatch(listed) is not None and listed.count(",") == len(names)


def _too_deep(value: Json) -> bool:
    """Whether lists and objects nest beyond what any reader keeps; told without recursion, as the value is a stranger's."""
    level: list[Json] = [value]
    for _ in range(_DEEPEST):
        level = [
            part
            for holder in level
            for part in (holder.values() if isinstance(holder, dict) else holder if isinstance(holder, list) else ())
            if isinstance(part, list | dict)
        ]
        if not level:
            return False
    return True
