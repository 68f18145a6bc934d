"""Rules of the registry: codes, events in their order, villages, base figures, and what an office asks DLA to change."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from records.as_of import TYPE_WORDS, timeline, type_key
from records.catalogue.registry import Office
from records.errors import FieldError
from records.kinds import CannotHold, Json
from records.rules.problem import Case, Problem, error, info, warning
from records.thai.codes import COUNTED_UNITS, code_fault
from records.thai.qr_payment import account_of
from records.words import Words

JUMP = Decimal("0.3")
"""A count of people or households that changes by more than this from one year to the next is looked at again."""
_LATITUDES = (Decimal(5), Decimal(21))
_LONGITUDES = (Decimal(97), Decimal(106))
_FIRST_DIGITS: Mapping[str, str] = {"pao": "2", "nakhon": "3", "pattaya": "3", "mueang": "4", "tambon": "56", "sao": "6"}
"""The first digit of a DLA code by type; some เทศบาลตำบล kept the 6 they had as อบต.."""


def office(case: Case) -> Iterator[Problem]:
    """An entry of the registry: its code, its place, and what became of it."""
    code, kind = case.value("code"), case.value("type")
    if code is not None:
        if fault := code_fault("dla", code):
            yield warning("code", fault)
        elif code[0] not in _FIRST_DIGITS.get(kind or "", "23456"):
            yield warning("code", Words("หลักแรกของรหัสไม่ตรงกับประเภท อปท.", "The first digit of the code is not that of the type"))
        elif case.value("province_code") not in (None, code[1:3]):
            yield warning("province_code", Words("รหัสจังหวัดไม่ตรงกับรหัส อปท.", "The province is not that of the code"))
    if case.value("status") in ("merged", "abolished") and case.value("status_since") is None:
        yield warning("status_since", Words("ยังไม่ได้ลงวันที่ยุบรวมหรือยุบเลิก", "The day it was merged or abolished is not given"))
    if case.value("status") == "merged" and case.value("successor") is None:
        yield warning("successor", Words("ยุบรวมแล้วแต่ยังไม่ได้ระบุ อปท. ที่รับช่วง", "It was merged, but no successor is named"))
    yield from _place(case)


def _place(case: Case) -> Iterator[Problem]:
    point = case.value("coordinates")
    if point is not None and not (_LATITUDES[0] <= point[0] <= _LATITUDES[1] and _LONGITUDES[0] <= point[1] <= _LONGITUDES[1]):
        yield warning(
            "coordinates",
            Words(
                "พิกัดอยู่นอกประเทศไทย โปรดตรวจว่าสลับละติจูดกับลองจิจูดหรือไม่", "The point lies outside Thailand; are latitude and longitude swapped?"
            ),
        )


def office_code(case: Case) -> Iterator[Problem]:
    """A code: of the form of its scheme, and one at a time."""
    code, scheme = case.value("code"), case.value("scheme")
    if code is not None and (fault := code_fault(scheme or "", code)):
        yield warning("code", fault)
    begin, end = _iso(case.value("valid_from"), ""), _iso(case.value("valid_to"), "9999")
    for other in case.others("office_code", office=case.value("office"), scheme=scheme):
        if other.get("code") == code:
            continue
        if begin <= str(other.get("valid_to") or "9999") and str(other.get("valid_from") or "") <= end:
            yield warning(
                "valid_from",
                Words("ช่วงเวลาที่ใช้ซ้อนกับรหัส {code} ของ อปท. เดียวกัน", "Its days overlap those of {code} of the same office"),
                code=other.get("code"),
            )


def _iso(day: date | None, absent: str) -> str:
    return day.isoformat() if day is not None else absent


def office_event(case: Case) -> Iterator[Problem]:
    """An event: dated, with its Gazette reference, and following from the one before it."""
    kind, status, day = case.value("kind"), case.value("status"), case.value("effective_on")
    happened = status in ("gazette", "done")
    if day is None and happened:
        yield warning(
            "effective_on", Words("ยังไม่ได้ลงวันที่มีผล จึงไม่ได้นำไปคิดในทะเบียนย้อนหลัง", "It has no day, so the registry of a past day leaves it out")
        )
    if case.value("gazette") is None and status == "gazette":
        yield warning("gazette", Words("ยังไม่ได้อ้างอิงราชกิจจานุเบกษา", "The Gazette is not cited"))
    if day is not None and case.today is not None and day > case.today and happened:
        yield warning("effective_on", Words("ยังไม่ถึงวันที่มีผล", "Its day has not come yet"))
    if kind == "status_change":
        before, after = type_key(case.value("type_before")), type_key(case.value("type_after"))
        if not before or not after:
            yield error("type_after", Words("การเปลี่ยนฐานะต้องระบุประเภทเดิมและประเภทใหม่", "A change of status names both types"))
        elif before == after:
            yield error("type_after", Words("ประเภทใหม่เหมือนประเภทเดิม", "Both types are the same"))
    if kind == "rename" and not case.value("name_after"):
        yield error("name_after", Words("การเปลี่ยนชื่อต้องระบุชื่อใหม่", "A change of name says the new one"))
    if day is not None and happened:
        yield from _order(case, day.isoformat())


def _order(case: Case, day: str) -> Iterator[Problem]:
    """How the event follows from those before it."""
    others = case.others("office_event", office=case.value("office"))
    counted = [other for other in timeline(others) if other.get("effective_on") and other.get("status") in ("gazette", "done", None)]
    before = [other for other in counted if str(other["effective_on"]) < day]
    if any(other.get("kind") == "abolished" for other in before):
        yield warning("effective_on", Words("อปท. ถูกยุบเลิกก่อนวันนี้แล้ว", "The office was abolished before this day"))
    if case.value("kind") != "create" and any(other.get("kind") == "create" and str(other["effective_on"]) > day for other in counted):
        yield warning("effective_on", Words("วันที่มีผลอยู่ก่อนวันจัดตั้ง", "It comes before the establishment"))
    told = next(
        (
            type_key(other["type_after"])
            for other in reversed(before)
            if other.get("type_after") and other.get("kind") in ("create", "status_change")
        ),
        "",
    )
    said = type_key(case.value("type_before")) if case.value("kind") == "status_change" else ""
    if told and said and told != said:
        yield warning(
            "type_before",
            Words("เหตุการณ์ก่อนหน้าระบุประเภท “{told}”", "The event before it says “{told}”"),
            told=TYPE_WORDS.get(told, told),
        )


def village(case: Case) -> Iterator[Problem]:
    """A village: its number once in a subdistrict, its code of 8 digits, its people not fewer than its houses."""
    if case.value("moo") is not None:
        twins = [other for other in case.others("village", moo=case.value("moo")) if other.get("tambon") == case.value("tambon")]
        for twin in twins[:1]:
            text = Words("หมู่ที่ {moo} ในตำบลนี้มีแล้ว คือ {name}", "Moo {moo} of this subdistrict is there already: {name}")
            yield warning("moo", text, moo=case.value("moo"), name=twin.get("name", ""))
    if case.value("code") is not None and (fault := code_fault("village", case.value("code"))):
        yield warning("code", fault)
    people, houses = case.value("population"), case.value("households")
    if people is not None and houses is not None and houses > people > 0:
        yield warning("households", Words("ครัวเรือนมากกว่าประชากร", "More households than people"))
    if (people is not None or houses is not None) and case.value("counted_on") is None:
        yield info("counted_on", Words("ยังไม่ได้ระบุว่าเป็นข้อมูล ณ วันใด", "The day it was counted is not given"))
    yield from _place(case)


def office_profile(case: Case) -> Iterator[Problem]:
    """What an office says of itself agrees with what it says of its villages."""
    for name, label in (("population", Words("ประชากร", "Population")), ("households", Words("ครัวเรือน", "Households"))):
        stated = case.value(name)
        counted = [other[name] for other in case.others("village") if isinstance(other.get(name), int)]
        total = sum(one for one in counted if isinstance(one, int))
        if stated is not None and counted and total != stated:
            text = Words("{label}รวมทุกหมู่บ้านได้ {total} ไม่เท่ากับ {stated}", "{label} of all villages is {total}, not {stated}")
            yield warning(name, text, label=label, total=f"{total:,}", stated=f"{stated:,}")
    if case.value("payment_account") and account_of(case.value("payment_account")) is None:
        text = Words("เลขรับชำระเงินต้องมี 15 หลัก (Biller ID) หรือ 13 หลัก", "An account for QR payments has 15 digits (a biller's) or 13")
        yield error("payment_account", text)
    yield from _place(case)


def base_figure(case: Case) -> Iterator[Problem]:
    """A figure: not below zero, no jump against last year, and villages that add up to the office."""
    value, year, indicator = case.value("value"), case.value("year"), case.value("indicator")
    if value is None or year is None or indicator is None:
        return
    if value < 0:
        yield warning("value", Words("ค่าติดลบ โปรดตรวจสอบ", "It is below zero; please check"))
    if case.value("unit") not in COUNTED_UNITS:
        return
    place = case.value("village")
    for other in case.others("base_figure", indicator=indicator, year=year - 1):
        former = _number(other.get("value"))
        if other.get("village") == place and former and abs(value - former) > former * JUMP:
            text = Words("ต่างจากปี {year} ({former}) เกินร้อยละ 30", "It differs from {year} ({former}) by more than 30 %")
            yield warning("value", text, year=year - 1, former=f"{former:,f}")
    if place is None:
        parts = [
            _number(other.get("value")) for other in case.others("base_figure", indicator=indicator, year=year) if other.get("village")
        ]
        total = sum((part for part in parts if part is not None), Decimal(0))
        if parts and total != value:
            text = Words("รวมทุกหมู่บ้านได้ {total} ไม่เท่ากับทั้งหน่วยงาน {value}", "The villages add up to {total}, not {value}")
            yield warning("value", text, total=f"{total:,f}", value=f"{value:,f}")


def _number(wire: Json) -> Decimal | None:
    try:
        return Decimal(str(wire)) if wire is not None else None
    except InvalidOperation:
        return None


def registry_change_request(case: Case) -> Iterator[Problem]:
    """What is proposed can stand in that field, differs from what stands there, and has its papers."""
    name, proposed = case.value("field"), case.value("proposed_value")
    spec = Office.spec.by_name.get(name or "")
    if spec is None or proposed is None:
        return
    try:
        wanted = spec.kind.parse(proposed, case.today or date.min)
    except FieldError as fault:
        yield error("proposed_value", fault.message)
        return
    if proposed.strip() == (case.value("present_value") or "").strip():
        yield error("proposed_value", Words("เหมือนข้อมูลปัจจุบัน", "It is what stands there already"))
        return
    for entry in case.others("office", id=case.value("office")):
        try:
            now = spec.kind.from_wire(entry[name]) if name in entry else None
        except CannotHold:
            continue
        if now == wanted and case.value("applied_on") is None and case.value("state") in (None, "draft", "submitted"):
            yield warning("proposed_value", Words("ทะเบียนเป็นเช่นนี้แล้ว", "The registry says so already"))
    if case.value("attachments") is None:
        yield warning("attachments", Words("ยังไม่ได้แนบเอกสาร เช่น ประกาศหรือมติสภา", "No paper is attached, such as the announcement"))
    if case.value("state") == "returned" and case.value("answer") is None:
        yield warning("answer", Words("ส่งคืนโดยไม่ได้บอกเหตุผล", "It was returned without saying why"))


def constituency(case: Case) -> Iterator[Problem]:
    """A constituency: the announcement it rests on, and its seats."""
    if case.value("gazette") is None:
        yield warning("gazette", Words("ยังไม่ได้อ้างอิงประกาศเขตเลือกตั้ง", "The announcement is not cited"))
    if case.value("body") == "executive" and case.value("seats") not in (None, 1):
        yield warning("seats", Words("นายกมีได้คนเดียว", "There is one chief executive only"))
