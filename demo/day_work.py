"""The work of the day: what the desk is filled with, a citizen at the counter, money taken and handed over, a transfer, who holds what."""

from datetime import UTC, date, datetime
from typing import Any

from demo import sheets
from demo.sample_words import FEES, SERVICES, STEPS
from demo.stage import Stage, must
from records.thai.dates import show_date, today_in_thailand
from records.thai.fiscal import fiscal_year_of
from records.thai.money import show_baht
from records.words import Language

SERVICE = SERVICES[0]
"""The service the citizen asks for: it needs three papers."""
_TOO_MUCH = 900_000_000
"""Baht no line of the ordinance has."""


def fill_desk(stage: Stage) -> None:
    """The planning book, the ordinance, the officials and the villages come in from sheets; the service of the counter is typed."""
    desk, office = stage.desks.a, stage.office
    found = desk.do("import", "project", str(sheets.plan_sheet(stage.folder / "plan.csv", office)))
    related = found["related"]
    must(found["created"] == found["rows"] > 0 and related["strategy"] > 0, "the sheet must bring projects with their parents")
    must(related["project_budget"] == 5 * found["rows"], "every project must have five years of money")
    stage.say("นำเข้าแผนพัฒนาจากแฟ้มตาราง", f"{found['rows']} โครงการ พร้อมรายการเกี่ยวข้อง {sum(related.values())} รายการ")
    published = sheets.ordinance_of(office)
    lines = published or sheets.ordinance_sheet(stage.folder / "ordinance.csv", office, _year())
    found = desk.do("import", "budget_line", str(lines))
    must(found["created"] > 0, "the ordinance must bring lines")
    source = f"ฉบับเผยแพร่ {lines.stem}" if published else "แฟ้มตารางของหน่วยงาน"
    stage.say("นำเข้าข้อบัญญัติงบประมาณ", f"{found['created']} รายการ จาก{source}")
    terms = desk.do("import", "term", str(sheets.officials_sheet(stage.folder / "officials.csv", office)))
    villages = desk.do("import", "village", str(sheets.villages_sheet(stage.folder / "villages.csv", office)))
    must(terms["created"] and villages["created"], "officials and villages must come in")
    stage.say("นำเข้าผู้ดำรงตำแหน่งและหมู่บ้าน", f"{terms['created']} วาระ {villages['created']} หมู่บ้าน")
    service = {"code": SERVICE.code, "name": SERVICE.name, "division": SERVICE.division, "legal_limit_days": SERVICE.days, "fee": SERVICE.baht * 100, "state": "open"}  # fmt: skip
    made = desk.do("record", "save", "service", given=service)["id"]
    for order, paper in enumerate(SERVICE.papers, 1):
        desk.do("record", "save", "service_document", given={"service": made, "order": order, "name": paper, "required": True})
    name, owner, share = STEPS[0]
    step = {"service": made, "order": 1, "name": name, "owner": owner, "target_minutes": SERVICE.minutes * share // 10}
    desk.do("record", "save", "service_step", given=step)
    stage.say("ตั้งงานบริการตามคู่มือสำหรับประชาชน", f"{SERVICE.name} ใช้เอกสาร {len(SERVICE.papers)} ฉบับ")


def first_receipt(stage: Stage) -> None:
    """The first receipt of the day asks the server for a block of numbers; those after it need nobody."""
    row = _issue(stage, "นางทองใบ ใจดี", FEES[0][1], FEES[0][2] * 12)
    stage.say("ออกใบเสร็จใบแรก เครื่องจองเลขชุดใหม่จากเซิร์ฟเวอร์", _number(row))


def receive_citizen(stage: Stage) -> None:
    """Without a line a citizen comes with a paper missing; told in writing at once, as the law wants."""
    desk = stage.desks.a
    given = {"service": SERVICE.code, "subject": SERVICE.subjects[0], "applicant_name": "นายสมชาย ใจดี", "phone": "0812345678", "channel": "counter", "brought": list(SERVICE.papers[:-1])}  # fmt: skip
    work = desk.do("request", "receive", given=given)
    stage.request = work["request"]["id"]
    must(work["missing"] == [SERVICE.papers[-1]] and work["paused"], "the request must wait for the missing paper")
    slip = stage.paper("slip.pdf")
    desk.do("request", "print", stage.request, "--out", str(slip))
    must(slip.read_bytes().startswith(b"%PDF"), "the slip must be written")
    number = work["request"]["fields"]["tracking_number"]
    stage.say("รับคำขอที่เคาน์เตอร์ตอนสายขาด", f"เลขที่ {number} ขาด{work['missing'][0]} พิมพ์ใบรับคำขอแล้ว กำหนดเสร็จ {_day(work['due'])}")


def take_money(stage: Stage) -> None:
    """A receipt without a line, from the numbers this computer holds; its PDF."""
    row = _issue(stage, "นายสมชาย ใจดี", FEES[2][1], FEES[2][2], request=stage.request)
    must(row["fields"]["number"] == 2, "numbers must follow each other")
    paper = stage.paper("receipt.pdf")
    stage.desks.a.do("receipt", "print", row["id"], "--out", str(paper))
    must(paper.read_bytes().startswith(b"%PDF"), "the receipt must be written")
    stage.say("ออกใบเสร็จตอนสายขาด", f"{_number(row)} {show_baht(row['fields']['amount'])} บาท พิมพ์แล้ว")


def hand_over(stage: Stage) -> None:
    """The day's money is handed over: the remittance is closed and printed."""
    paper = stage.paper("remittance.pdf")
    closed = stage.desks.a.do("remittance", "close", "--out", str(paper))["fields"]
    must(closed["state"] == "closed" and closed["receipt_count"] == 2, "both receipts must be handed over")
    stage.say("ปิดยอดนำส่งเงินประจำวัน", f"{closed['receipt_count']} ใบ รวม {show_baht(closed['total'])} บาท ({closed['numbers']})")


def move_money(stage: Stage) -> None:
    """A transfer that would bring a line below zero is refused and writes nothing; one within what is left is done."""
    desk = stage.desks.a
    lines = [one for one in desk.do("record", "list", "budget_line", "--limit", "200") if one["fields"].get("amount")]
    giver, taker = max(lines, key=lambda one: one["fields"]["amount"]), min(lines, key=lambda one: one["fields"]["amount"])
    ends = ("budget", "transfer", "--from", giver["id"], "--to", taker["id"], "--reason", "ปรับตามผลการดำเนินงาน")
    refused = desk.ask(*ends, "--amount", str(_TOO_MUCH * 100), "--approved-by", "executive", "--approved-on", _today())
    must(refused.code == 1 and refused.sentence, "more than is left must be refused")
    must(desk.do("record", "list", "budget_transfer") == [], "a refused transfer must write nothing")
    stage.say("โอนงบประมาณเกินยอดคงเหลือ", f"โปรแกรมไม่รับ: {refused.sentence}")
    done = desk.do(*ends, "--amount", "5000", "--approved-by", "executive", "--approved-on", _today())
    left = done["balances"]
    must(left[taker["id"]] == taker["fields"]["amount"] + 500_000, "the line that takes must have more")
    stage.say("โอนงบประมาณ 5,000 บาท", f"“{taker['fields']['name'][:40]}” คงเหลือ {show_baht(left[taker['id']])} บาท")


def who_holds_what(stage: Stage) -> None:
    """The seats of the office today."""
    seats = stage.desks.a.do("people", "holders")["seats"]
    chief = next(one for one in seats if one["rank"] == "chief_executive")
    acting = [holder["name"] for one in seats for holder in one["holders"] if holder["acting"]]
    must(chief["holders"] and acting, "the chief executive and who is acting must be known")
    stage.say(
        "ผู้ดำรงตำแหน่งวันนี้", f"{chief['position']} {chief['holders'][0]['name']} · รักษาราชการแทน {', '.join(acting)} · {len(seats)} ตำแหน่ง"
    )


def mend(stage: Stage) -> None:
    """The list of what is to mend counts down when something is mended."""
    desk = stage.desks.a
    before = desk.do("mend")["records"]
    found = next(one for one in desk.do("mend", "village") if one["field"] == "households")
    wrong = desk.do("record", "get", "village", found["id"])["fields"]
    right = {"households": wrong["population"], "population": wrong["households"]}
    desk.do("record", "save", "village", "--id", found["id"], given=right)
    after = desk.do("mend")["records"]
    must(after < before, "the list must count down")
    stage.say("รายการที่ต้องแก้ไข", f"“{found['text']}” แก้แล้ว เหลือจาก {before} เป็น {after}")


def _issue(stage: Stage, payer: str, what: str, baht: int, **more: str) -> dict[str, Any]:
    items = [{"description": what, "amount": baht * 100}]
    given = {"payer": payer, "items": items, "means": "cash", "cash_given": baht * 100, **more}
    made: dict[str, Any] = stage.desks.a.do("receipt", "issue", given=given)
    return made


def _number(row: dict[str, Any]) -> str:
    return f"เล่มที่ {row['fields']['book']} เลขที่ {row['fields']['number']}"


def _day(wire: str) -> str:
    return show_date(date.fromisoformat(wire), Language.THAI)


def _today() -> str:
    return today_in_thailand(datetime.now(UTC)).isoformat()


def _year() -> int:
    return fiscal_year_of(today_in_thailand(datetime.now(UTC)))
