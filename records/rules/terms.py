"""Rules of terms: days in order, one person in one place, one seat for so many, two terms in a row. What other records say is only read.

A term's end is a stored fact: that it is not begin and four years is said, never corrected (an order of 2557 extended thousands).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from records.kinds import Json
from records.positions import MOST_CONSECUTIVE, TERM_YEARS, consecutive_law, place_of
from records.rules.problem import Case, Problem, error, info, warning
from records.words import Words

_ELECTED = ("chief_executive", "councillor")
_ALONE = ("chief_executive", "council_chair", "clerk")
"""Ranks that one person holds at a time, whatever the register of positions says."""
_ELECTIONS = frozenset({"elected_directly", "elected", "elected_by_council"})
_COUNCIL_LEAST, _COUNCIL_MOST = 6, 500

_PLACES = ("office_code", "office", "office_name")
"""What says of which office a term is, the surest first."""

Fields = Mapping[str, Json]


def day_of(value: Json | date) -> date | None:
    """A wire day or a day; None for none or for what is no day."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def in_force(term: Fields, day: date) -> bool:
    """Whether a term runs on a day by its stored days; one without a day of beginning only when it has an end to come."""
    begin, end = day_of(term.get("begin")), day_of(term.get("end"))
    if end is not None and end < day:
        return False
    return begin <= day if begin is not None else end is not None and not term.get("end_year")


def usual_end(begin: date) -> date:
    """The last day of four years from a day."""
    try:
        return begin.replace(year=begin.year + TERM_YEARS) - timedelta(days=1)
    except ValueError:
        # 29 February
        return begin.replace(year=begin.year + TERM_YEARS, day=28)


def term(case: Case) -> Iterator[Problem]:
    """A term by itself, then beside the other terms of its person and of its seat."""
    yield from _days(case)
    yield from _papers(case)
    if case.value("vacant"):
        return
    yield from _of_person(case)
    yield from _in_seat(case)


def _days(case: Case) -> Iterator[Problem]:
    begin, end = case.value("begin"), case.value("end")
    first, last = case.value("suspended_from"), case.value("suspended_to")
    if (first and begin and first < begin) or (first and end and first > end):
        yield error("suspended_from", Words("ถูกสั่งพักก่อนหรือหลังการดำรงตำแหน่ง", "Suspended before or after the term"))
    if last and end and last > end:
        yield error("suspended_to", Words("การพักสิ้นสุดหลังพ้นจากตำแหน่ง", "The suspension ends after the term"))
    if last and not first:
        yield error("suspended_from", Words("มีวันสิ้นสุดการพักแต่ไม่มีวันเริ่ม", "A suspension ends that never began"))
    rank = place_of(str(case.value("position_name") or ""))[1]
    is_usual = not case.value("acting") and rank in _ELECTED and case.value("how_obtained") in _ELECTIONS
    if begin and end and is_usual and case.value("end_reason") in (None, "end_of_term") and end != usual_end(begin):
        text = Words(
            "วันพ้นจากตำแหน่งไม่ใช่วันครบสี่ปี โปรดระบุเหตุหากมี", "The end is not four years from the beginning; say why if there is a reason"
        )
        yield info("end", text)
    year = case.value("begin_year")
    if begin and year and str(begin.year) != str(year)[:4]:
        yield warning("begin_year", Words("ปีที่เริ่มไม่ตรงกับวันเริ่ม", "The year of beginning is not that of the day"))


def _papers(case: Case) -> Iterator[Problem]:
    ended = case.value("end")
    if ended and case.today and ended < case.today and not case.value("end_reason"):
        yield warning("end_reason", Words("พ้นจากตำแหน่งแล้วแต่ไม่มีเหตุ", "It ended without a reason"))
    if case.value("end_reason") and not ended and not case.value("end_year"):
        yield warning("end", Words("มีเหตุที่พ้นแต่ไม่มีวันพ้นจากตำแหน่ง", "A reason of end without a day"))
    if case.value("acting") and not case.value("order_number"):
        yield info("order_number", Words("ยังไม่มีเลขที่คำสั่งแต่งตั้งผู้รักษาการ", "The order for acting is not given"))


def _of_person(case: Case) -> Iterator[Problem]:
    mine = _others_of_person(case)
    if case.value("acting"):
        return
    place = _place(case)
    for other in mine:
        if other.get("acting") or not _overlap(case, other):
            continue
        body, rank = place_of(str(other.get("position_name", "")))
        here, here_rank = place_of(str(case.value("position_name") or ""))
        what = other.get("position_name", "")
        if {here, body} == {"executive", "council"} and place == _place_of(other):
            text = Words(
                "เป็น “{what}” ในเวลาเดียวกันด้วย ฝ่ายบริหารเป็นสมาชิกสภาไม่ได้", "Is “{what}” too: nobody sits in executive and council at once"
            )
            yield error("position_name", text, what=what)
        elif here_rank != rank and body == here == "council":
            # A chair of the council is one of its members.
            continue
        elif place != _place_of(other):
            text = Words("เป็น “{what}” ของ อปท. อื่นในเวลาเดียวกัน", "Is “{what}” of another office at the same time")
            yield warning("begin", text, what=what)
        else:
            yield warning("begin", Words("ช่วงเวลาซ้อนกับการเป็น “{what}”", "Overlaps with being “{what}”"), what=what)
    yield from _in_a_row(case, mine)


def _in_a_row(case: Case, mine: Sequence[Fields]) -> Iterator[Problem]:
    begin, rank = case.value("begin"), place_of(str(case.value("position_name") or ""))[1]
    if rank != "chief_executive" or not begin or case.value("how_obtained") not in _ELECTIONS:
        return
    most = next((one.get("term_limit") for one in case.others("position", id=case.value("position"))), None)
    limit = most if isinstance(most, int) else MOST_CONSECUTIVE
    elections = sorted(
        ((day, other) for other in mine if _is_election(other, case) and (day := day_of(other.get("begin"))) and day < begin),
        key=lambda pair: pair[0],
        reverse=True,
    )
    count, later = 1, begin
    for day, _ in elections:
        # Nobody who was out for four years from the end of a term stands in a row any more.
        if later > _years_after(usual_end(day), TERM_YEARS, mine, day):
            break
        count, later = count + 1, day
    if limit and count > limit:
        text = Words(
            "เป็นวาระติดต่อกันที่ {count} ผู้บริหารดำรงตำแหน่งติดต่อกันได้ไม่เกิน {limit} วาระ โปรดตรวจสอบ ({law})",
            "Term {count} in a row; an executive may hold {limit} ({law}). Please check",
        )
        yield warning("consecutive", text, count=count, limit=limit, law=consecutive_law(str(case.value("position_name"))))


def _years_after(end: date, years: int, mine: Sequence[Fields], begin: date) -> date:
    """The day until which a next term is in a row: so many years after the term's last day, an extension that followed it included."""
    stored = [last for other in mine if day_of(other.get("begin")) == begin and (last := day_of(other.get("end")))]
    last = stored[0] if stored else end
    for other in mine:
        first, until = day_of(other.get("begin")), day_of(other.get("end"))
        if other.get("how_obtained") == "term_extended" and first and until and begin < first <= last + timedelta(days=2):
            last = max(last, until)
    return last.replace(year=last.year + years, day=min(last.day, 28))


def _is_election(other: Fields, case: Case) -> bool:
    is_chief = place_of(str(other.get("position_name", "")))[1] == "chief_executive"
    return is_chief and other.get("how_obtained") in _ELECTIONS and _place_of(other) == _place(case)


def _in_seat(case: Case) -> Iterator[Problem]:
    name, begin = case.value("position_name"), case.value("begin")
    if not name or case.value("acting"):
        return
    seat = [one for one in _of_office(case, position_name=name) if not one.get("vacant")]
    holding = [one for one in seat if not one.get("acting")]
    quota = _quota(case)
    if quota == 1:
        # One sits at a time: who came after ended the term before, whatever was not written down.
        later = [day for one in holding if (day := day_of(one.get("begin"))) and begin and day > begin]
        if later and not case.value("end") and not case.value("end_year"):
            yield warning(
                "end", Words("มีผู้ดำรงตำแหน่งคนถัดไปแล้ว แต่ยังไม่ได้บันทึกวันพ้นจากตำแหน่ง", "Somebody came after, but no day of end is recorded")
            )
            return
        holding = [one for one in holding if one.get("end") or not begin or (day_of(one.get("begin")) or begin) >= begin]
    held = [one for one in holding if _overlap(case, one) and not _is_same_person(case, one)]
    if quota is not None and len(held) >= quota:
        text = Words("มีผู้ดำรงตำแหน่งนี้ในเวลาเดียวกันเกินกรอบ {quota} อัตรา", "More than {quota} hold this position at one time")
        yield warning("position_name", text, quota=quota)
    yield from _gap(case, seat)


def _of_office(case: Case, **wanted: Json) -> list[Fields]:
    """The other terms of the same office with these values; asked for by the office where it is named, which finds few among many."""
    named = {name: case.value(name) for name in _PLACES if case.value(name)}
    found = case.others("term", **dict(list(named.items())[:1]), **wanted)
    return [one for one in found if _place_of(one) == _place(case)]


def _quota(case: Case) -> int | None:
    for one in case.others("position", id=case.value("position")):
        if isinstance(quota := one.get("quota"), int):
            return quota
    return 1 if place_of(str(case.value("position_name") or ""))[1] in _ALONE else None


def _gap(case: Case, seat: Sequence[Fields]) -> Iterator[Problem]:
    """A seat that one person holds was empty before this term and nobody is recorded as acting."""
    begin = case.value("begin")
    if not begin or place_of(str(case.value("position_name") or ""))[1] != "chief_executive":
        return
    before = [end for one in seat if (end := day_of(one.get("end"))) and end < begin]
    if not before or max(before) + timedelta(days=1) >= begin:
        return
    empty_from = max(before) + timedelta(days=1)
    acted = any(
        one.get("acting") and in_force(one, empty_from + (begin - empty_from) / 2) for one in [*seat, *_of_office(case, acting=True)]
    )
    if not acted:
        text = Words(
            "ก่อนวาระนี้ตำแหน่งว่าง {days} วัน และไม่มีผู้รักษาการบันทึกไว้",
            "The seat was empty for {days} days before, and nobody is recorded as acting",
        )
        yield info("begin", text, days=(begin - empty_from).days)


def _others_of_person(case: Case) -> list[Fields]:
    """The other terms of the person; by name, in the same office, where the register does not have the person."""
    if case.value("person"):
        return case.others("term", person=case.value("person"))
    return _of_office(case, person_name=case.value("person_name"))


def _is_same_person(case: Case, other: Fields) -> bool:
    if case.value("person") and other.get("person"):
        return bool(case.value("person") == other.get("person"))
    return bool(case.value("person_name") == other.get("person_name"))


def _place(case: Case) -> Json:
    return _place_of({name: case.value(name) for name in _PLACES if case.value(name)})


def _place_of(term: Fields) -> Json:
    """Which office a term is of: its code, else its record, else its name (names repeat); None for the office whose record it is."""
    return next((term[name] for name in _PLACES if term.get(name)), None)


def _overlap(case: Case, other: Fields) -> bool:
    """Whether both run on one day by their stored days; terms whose days are not known overlap with nothing."""
    begin, end = case.value("begin"), case.value("end")
    first, last = day_of(other.get("begin")), day_of(other.get("end"))
    if begin is None or first is None or (end is None and case.value("end_year")) or (last is None and other.get("end_year")):
        return False
    return (end is None or first <= end) and (last is None or begin <= last)


def council_term(case: Case) -> Iterator[Problem]:
    """The term of a council: one council at a time, seats a council can have."""
    size = case.value("size")
    if size is not None and not _COUNCIL_LEAST <= size <= _COUNCIL_MOST:
        yield warning("size", Words("จำนวนสมาชิกน้อยกว่า {least} โปรดตรวจสอบ", "Fewer than {least} seats; please check"), least=_COUNCIL_LEAST)
    same = [one for one in case.others("council_term", council=case.value("council")) if _place_of(one) == _place(case)]
    if any(_overlap(case, one) for one in same):
        yield warning("begin", Words("ช่วงเวลาซ้อนกับวาระอื่นของสภาเดียวกัน", "Overlaps with another term of the same council"))
    begin, end = case.value("begin"), case.value("end")
    if begin and end and not case.value("end_reason") and case.value("begin_reason") != "term_extended" and end != usual_end(begin):
        yield info("end", Words("วันสิ้นสุดไม่ใช่วันครบสี่ปี และไม่มีเหตุ", "The end is not four years from the beginning and no reason is given"))
