"""What an office was on a day, from its record, its events and its codes. Pure: the desktop's page, its commands and tests ask it alike.

    created -- status change --> status change --> abolished          an event counts from its `effective_on`
             \\_ on the day: the last event before it says the type; before the first one, what that one changed _/

Nothing is guessed. Where the events do not lead to what the record says today, or an event has no day, `notes` says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from records.catalogue.registry import OFFICE_TYPES
from records.kinds import Json
from records.thai.codes import PROVINCES_SINCE
from records.words import Words

FORMER_TYPES: Mapping[str, Words] = {
    "sukhaphiban": Words("สุขาภิบาล", "Sanitary district"),
    "sukhaphiban_mueang": Words("สุขาภิบาลเมือง", "Town sanitary district"),
    "sapha_tambon": Words("สภาตำบล", "Tambon council"),
    "changwat": Words("จังหวัด", "Province"),
}
"""What offices once were and none is today; สุขาภิบาล became เทศบาลตำบล on 25 May 1999."""

TYPE_WORDS: Mapping[str, Words] = {**{option.value: option.label for option in OFFICE_TYPES}, **FORMER_TYPES}
"""Every type an office can have had, by the key that `type_key` gives."""

_KEYS: Mapping[str, str] = {
    **{word.casefold(): option.value for option in OFFICE_TYPES for word in (option.value, option.label.th, option.label.en, *option.also)},
    **{word.casefold(): key for key, words in FORMER_TYPES.items() for word in (key, key.replace("_", ""), words.th, words.en)},
}
_COUNTING = ("gazette", "done", None)
"""Statuses of an event that happened; pending, withdrawn and denied ones changed nothing. Sources leave it out of old ones."""
_ORDER = ("create", "status_change", "reassign", "rename", "area_change", "merged_with", "abolished")
"""How several events of one day follow each other."""

UNEXPLAINED_TYPE = Words(
    "วันนี้ทะเบียนระบุประเภท “{now}” แต่ไม่มีเหตุการณ์ใดบอกว่าเปลี่ยนจาก “{then}” เมื่อใด",
    "The registry says “{now}” today; no event says when “{then}” became that",
)
UNKNOWN_BEGINNING = Words(
    "ไม่มีเหตุการณ์จัดตั้งในทะเบียน จึงไม่ทราบว่าวันนั้นจัดตั้งแล้วหรือยัง", "No event says when it was established, so it may not have been yet"
)
UNKNOWN_END = Words("อปท. นี้ไม่มีแล้ว แต่ไม่มีเหตุการณ์ใดบอกวันยุบเลิก", "The office is no more, and no event says since when")
UNDATED = Words("มีเหตุการณ์ที่ไม่ทราบวัน {count} รายการ ไม่ได้นำมาคิด", "{count} events have no day and were left out")
AREA_SINCE = Words("พื้นที่เป็นของปัจจุบัน เขตเปลี่ยนแปลงหลังวันนั้น", "The area is that of today; the boundary changed after the day")


class Standing(StrEnum):
    """Whether an office was there."""

    THERE = "there"
    NOT_YET = "not_yet"
    GONE = "gone"


@dataclass(frozen=True)
class AsOf:
    """An office on one day."""

    day: date
    standing: Standing
    type: str
    """A key of TYPE_WORDS; empty when nothing says it."""
    name: str
    code: str | None
    """The DLA code in force that day; None when none is known."""
    province: str
    amphoe: str
    area_km2: str | None
    """Square kilometres as the record writes them today; None when not known or when the boundary changed after the day."""
    type_event: str | None
    """Id of the event that says the type; None when the record of today does."""
    name_event: str | None
    standing_event: str | None
    """Id of the event that says it was there, not yet or gone."""
    notes: tuple[Words, ...] = ()
    """What is not certain, in sentences."""

    @property
    def type_words(self) -> Words:
        """The type in words; a dash when nothing says it."""
        return TYPE_WORDS.get(self.type, Words(self.type or "-", self.type or "-"))


def type_key(written: Json) -> str:
    """The key of TYPE_WORDS of a type as a source or a record writes it; what is not known stays as written, empty for none."""
    text = str(written or "").strip()
    return _KEYS.get(text.casefold(), text)


def timeline(events: Iterable[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    """The events in the order they took effect, those without a day last."""
    return sorted(events, key=_place)


def as_of(
    office: Mapping[str, Json], events: Iterable[Mapping[str, Json]], codes: Iterable[Mapping[str, Json]], day: date, *, today: date
) -> AsOf:
    """What the office was on the day. All three are wire fields, an event with its `id`; the record itself speaks for `today`."""
    counted = [event for event in timeline(events) if event.get("status") in _COUNTING]
    dated = [event for event in counted if event.get("effective_on")]
    iso = day.isoformat()
    before = [event for event in dated if str(event["effective_on"]) <= iso]
    after = [event for event in dated if str(event["effective_on"]) > iso]
    notes: list[Words] = []
    standing, standing_event = _standing(office, before, after, notes, iso, is_today=day >= today)
    type_, type_event = _type(office, before, after, notes, is_today=day >= today)
    name, name_event = _name(office, before, after, is_today=day >= today)
    area = office.get("area_km2")
    if area is not None and any(event.get("kind") in ("area_change", "merged_with") for event in after):
        area = None
        notes.append(AREA_SINCE)
    if undated := len(counted) - len(dated):
        notes.append(UNDATED.filled(count=undated))
    since, _, former = PROVINCES_SINCE.get(str(office.get("province_code")), (date.min, "", ""))
    province = former if day < since else str(office.get("province") or "")
    if day < since and type_ == "pao" and not dated:
        # A provincial organisation is as old as its province at most.
        standing = Standing.NOT_YET
    return AsOf(
        day=day, standing=standing, type=type_, name=name, code=_code(office, codes, iso, is_today=day >= today),
        province=province, amphoe=str(office.get("amphoe") or ""), area_km2=str(area) if area is not None else None,
        type_event=type_event, name_event=name_event, standing_event=standing_event, notes=tuple(notes),
    )  # fmt: skip


def counts_on(states: Iterable[AsOf], provinces: Sequence[str]) -> dict[str, Counter[str]]:
    """How many offices of each type were there, by province: `provinces` says the province of each state, in the same order."""
    found: dict[str, Counter[str]] = {}
    for state, province in zip(states, provinces, strict=True):
        if state.standing is Standing.THERE:
            found.setdefault(province, Counter())[state.type] += 1
    return found


def _place(event: Mapping[str, Json]) -> tuple[str, int]:
    kind = str(event.get("kind"))
    return str(event.get("effective_on") or "9999"), _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _id(event: Mapping[str, Json]) -> str | None:
    return str(event["id"]) if "id" in event else None


def _standing(
    office: Mapping[str, Json],
    before: Sequence[Mapping[str, Json]],
    after: Sequence[Mapping[str, Json]],
    notes: list[Words],
    iso: str,
    *,
    is_today: bool,
) -> tuple[Standing, str | None]:
    turns = [event for event in before if event.get("kind") in ("create", "status_change", "abolished")]
    if office.get("status") in ("merged", "abolished") and not any(event.get("kind") == "abolished" for event in (*before, *after)):
        since = office.get("status_since")
        if is_today or (since is not None and str(since) <= iso):
            return Standing.GONE, None
        if since is None:
            notes.append(UNKNOWN_END)
    if turns:
        last = turns[-1]
        return (Standing.GONE if last.get("kind") == "abolished" else Standing.THERE), _id(last)
    first = next((event for event in after if event.get("kind") in ("create", "status_change", "abolished")), None)
    if first is not None and first.get("kind") == "create":
        return Standing.NOT_YET, _id(first)
    if office.get("status") == "pending":
        return Standing.NOT_YET, None
    notes.append(UNKNOWN_BEGINNING)
    return Standing.THERE, _id(first) if first is not None else None


def _type(
    office: Mapping[str, Json],
    before: Sequence[Mapping[str, Json]],
    after: Sequence[Mapping[str, Json]],
    notes: list[Words],
    *,
    is_today: bool,
) -> tuple[str, str | None]:
    now = type_key(office.get("type"))
    told = [event for event in before if event.get("kind") in ("create", "status_change") and event.get("type_after")]
    later = [
        event
        for event in after
        if event.get("type_after" if event.get("kind") == "create" else "type_before") and event.get("kind") in ("create", "status_change")
    ]
    if told:
        then = type_key(told[-1]["type_after"])
        is_last = not any(event.get("kind") in ("create", "status_change") for event in after)
        if is_last and now and now != then and office.get("status") not in ("merged", "abolished"):
            notes.append(UNEXPLAINED_TYPE.filled(now=TYPE_WORDS.get(now, now), then=TYPE_WORDS.get(then, then)))
            return (now, None) if is_today else (then, _id(told[-1]))
        return then, _id(told[-1])
    first = later[0] if later else None
    if first is None:
        return now, None
    return type_key(first["type_after" if first.get("kind") == "create" else "type_before"]), _id(first)


def _name(
    office: Mapping[str, Json], before: Sequence[Mapping[str, Json]], after: Sequence[Mapping[str, Json]], *, is_today: bool
) -> tuple[str, str | None]:
    now = str(office.get("name_th") or "")
    told = [event for event in before if event.get("kind") == "rename" and event.get("name_after")]
    later = [event for event in after if event.get("kind") == "rename" and event.get("name_before")]
    if later:
        return str(later[0]["name_before"]), _id(later[0])
    if told and not is_today:
        return str(told[-1]["name_after"]), _id(told[-1])
    return now, _id(told[-1]) if told and told[-1].get("name_after") == now else None


def _code(office: Mapping[str, Json], codes: Iterable[Mapping[str, Json]], iso: str, *, is_today: bool) -> str | None:
    if is_today and office.get("code"):
        return str(office["code"])
    fitting = [
        code
        for code in codes
        if code.get("scheme") == "dla"
        and (code.get("valid_from") is None or str(code["valid_from"]) <= iso)
        and (code.get("valid_to") is None or iso <= str(code["valid_to"]))
    ]
    # A code whose end is known was in force to that day; one without any day is in force until another is known.
    fitting.sort(key=lambda code: (str(code.get("valid_from") or ""), code.get("valid_to") is not None))
    return str(fitting[-1]["code"]) if fitting else None
