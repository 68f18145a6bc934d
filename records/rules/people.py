"""Rules of persons, positions and handovers. Advice about persons never disqualifies anybody by itself."""

from collections.abc import Iterator
from datetime import date

from records.positions import standard_positions
from records.rules.problem import Case, Problem, error, info, warning
from records.rules.terms import in_force
from records.words import Words

_OLDEST = 110
"""Years of age from which a date of birth is looked at again."""


def person(case: Case) -> Iterator[Problem]:
    """A person: an id of a person and not of a company, an age people reach, an address in one piece."""
    citizen_id = case.value("citizen_id")
    if citizen_id and str(citizen_id).startswith("0"):
        text = Words(
            "เลขนี้ขึ้นต้นด้วย 0 เป็นเลขนิติบุคคลหรือบุคคลไม่มีสถานะทางทะเบียน โปรดตรวจสอบ",
            "This number begins with 0: of a company, or of a person without civil status; please check",
        )
        yield warning("citizen_id", text)
    born = case.value("birth_date")
    if case.today and born and age_on(born, case.today) > _OLDEST:
        yield warning(
            "birth_date", Words("อายุเกิน {years} ปี โปรดตรวจปีเกิด", "Older than {years} years; please check the year"), years=_OLDEST
        )
    if case.value("tambon") and not case.value("province"):
        yield warning("province", Words("มีตำบลแต่ไม่มีจังหวัด", "A subdistrict without a province"))
    for twin in case.others("person", citizen_id=citizen_id):
        if (twin.get("first_name"), twin.get("last_name")) != (case.value("first_name"), case.value("last_name")):
            text = Words(
                "เลขนี้เป็นของ “{name}” ในทะเบียนด้วย โปรดรวมรายการซ้ำหรือแก้เลข", "“{name}” in the register has this number too; merge or correct"
            )
            yield warning("citizen_id", text, name=f"{twin.get('first_name', '')} {twin.get('last_name', '')}".strip())


def age_on(born: date, day: date) -> int:
    """Whole years of age."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def position(case: Case) -> Iterator[Problem]:
    """A position: not more holders than its number, and no more than the law gives to the type of office."""
    quota, today = case.value("quota"), case.today
    if quota is not None and case.id and today:
        held = sum(
            in_force(term, today) and not term.get("acting") and not term.get("vacant") for term in case.others("term", position=case.id)
        )
        if held > quota:
            yield warning(
                "quota", Words("มีผู้ดำรงตำแหน่ง {held} คน เกินกรอบ {quota}", "{held} hold it, more than {quota}"), held=held, quota=quota
            )
    for one in standard_positions(case.value("office_type") or ""):
        if one.quota is not None and quota is not None and case.value("rank") == one.rank and quota > one.quota:
            text = Words("กฎหมายให้มีได้ไม่เกิน {most} อัตรา ({law})", "The law allows {most} at most ({law})")
            yield warning("quota", text, most=one.quota, law=one.law_ref or "-")


def duty_handover(case: Case) -> Iterator[Problem]:
    """A handover: from one to another, signed by both, with its day."""
    if case.value("from_name") and case.value("from_name") == case.value("to_name"):
        yield error("to_name", Words("ผู้ส่งมอบและผู้รับมอบเป็นคนเดียวกัน", "Giver and taker are the same"))
    if case.value("state") == "handed":
        for name in ("signed_by_giver", "signed_by_taker"):
            if not case.value(name):
                yield error(name, Words("ส่งมอบแล้วแต่ยังลงนามไม่ครบ", "Handed over without both signatures"))
        if not case.value("on"):
            yield error("on", Words("ส่งมอบแล้วแต่ไม่มีวันที่", "Handed over without a day"))
    if case.value("missing") and case.value("state") == "handed":
        yield warning("missing", Words("มีรายการที่ยังขาด โปรดติดตาม", "Something is still missing; please follow up"))


def qualification_check(case: Case) -> Iterator[Problem]:
    """A check: a result cites its law, a doubt its evidence."""
    result = case.value("result")
    if result in ("fail", "warn") and not case.value("law_ref"):
        yield error("law_ref", Words("ผลนี้ต้องอ้างมาตรา", "Such a result cites its section"))
    if result in ("fail", "warn", "pass") and not case.value("evidence"):
        yield warning("evidence", Words("ยังไม่ได้ระบุหลักฐาน", "No evidence is given"))
    if result and not case.value("checked_by"):
        yield info("checked_by", Words("ยังไม่ได้ระบุผู้ตรวจ", "Nobody is named as checker"))


def executive_complaint(case: Case) -> Iterator[Problem]:
    """A complaint: steps in time, a decision with its order, secrecy chosen."""
    due, state = case.value("due_on"), case.value("state")
    if case.today and due and due < case.today and state not in ("closed", "dismissed"):
        yield warning("due_on", Words("เกินกำหนดของขั้นตอนแล้ว", "The step is overdue"))
    if state == "ordered" and not case.value("order_number"):
        yield error("order_number", Words("วินิจฉัยแล้วต้องมีเลขที่คำสั่ง", "A decision has the number of its order"))
    if state == "concluded" and not case.value("finding"):
        yield error("finding", Words("สรุปสำนวนแล้วต้องมีผลการสอบสวน", "A concluded inquiry has a finding"))
    if not case.value("confidentiality"):
        yield warning("confidentiality", Words("ยังไม่ได้กำหนดชั้นความลับ", "How it is kept secret is not chosen"))
