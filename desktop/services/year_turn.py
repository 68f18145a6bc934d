"""Year's turn on one page: the steps from one fiscal year to the next, how far each has come, who took it and when."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.services.year_checks import CheckItem, CheckLevel
from desktop.services.year_opening import Opening, Worked
from desktop.services.years import Carried, Year
from desktop.storage.query import Filter, Query
from records.periods import CLOSED
from records.thai.money import show_baht
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office


class StepState(StrEnum):
    """How far a step has come."""

    DONE = "done"
    PARTLY = "partly"
    """Something is there, something is left."""
    OPEN = "open"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Step:
    """One step of the turn."""

    key: str
    """`year`, `lines`, `revenue`, `plan`, `carry`, `books`, `check`, `close`."""
    label: Words
    state: StepState
    detail: Words
    by: str = ""
    """Full name of who took it; empty while nobody did, or where many hands did."""
    at: str = ""
    """RFC 3339 UTC; empty as `by`."""


@dataclass(frozen=True)
class Turn:
    """Everything the page shows of the turn from `year` to the year after."""

    year: Year
    next_year: Year
    steps: tuple[Step, ...]
    items: tuple[CheckItem, ...]
    carried: tuple[Carried, ...]
    next_lines: dict[str, str]
    """Titles of the lines of the next year, by id, that carried money stands beside."""
    opening: Worked
    """What opening would still make."""


def look(office: "Office", year: int) -> Turn:
    """Asks the store; on its own thread."""
    years = office.years
    this, following = years.get(year), years.get(year + 1)
    opening = years.preview(Opening(year + 1))
    items = years.check_list(year)
    carried = tuple(years.carried_into(year + 1))
    steps = (
        _year_step(office, year, following),
        _copied(office, "lines", "budget_line", Words("คัดลอกรายการงบประมาณ", "Copy the budget lines"), year, opening),
        _copied(office, "revenue", "revenue_line", Words("คัดลอกประมาณการรายรับ", "Copy the revenue lines"), year, opening),
        _plan(office, year, opening),
        _carry(carried, items),
        _books(office, year),
        _check(items),
        _close(office, this),
    )
    titles = office.records.titles("budget_line", [one.next_line for one in carried if one.next_line])
    return Turn(this, following, steps, items, carried, titles, opening)


def _first_hand(office: "Office", type_name: str, record_id: str, field: str = "", value: str = "") -> tuple[str, str]:
    """Who made a record and when, or who gave a field its value last; full name and RFC 3339 UTC."""
    entries = office.history.of(type_name, record_id, ask_server=False)
    if field:
        entries = [entry for entry in entries if field in entry.changed and entry.changed[field][1] == value][:1]
    return (entries[-1].by_name, entries[-1].at) if entries else ("", "")


def _year_step(office: "Office", year: int, following: Year) -> Step:
    label = Words("เปิดปีงบประมาณ {year}", "Open fiscal year {year}").filled(year=year + 1)
    if not following.id:
        return Step(
            "year",
            label,
            StepState.OPEN,
            Words("สร้างปีใหม่เป็นร่าง คัดลอกสิ่งที่เลือก ย้อนกลับได้", "Makes the year as a draft with the copies chosen; can be undone"),
        )
    by, at = _first_hand(office, "fiscal_year", following.id)
    return Step("year", label, StepState.DONE, Words("", ""), by, at)


def _copied(office: "Office", key: str, type_name: str, label: Words, year: int, opening: Worked) -> Step:
    def of(wanted: int) -> Query:
        return Query(type_name, filters=(Filter("fiscal_year", "eq", wanted),))

    before, now = office.store.count(of(year)), office.store.count(of(year + 1))
    left = opening.counts.get(type_name, 0)
    detail = Words("ปี {year} {before} รายการ · ปี {next} {now} รายการ", "{year}: {before} · {next}: {now}").filled(
        year=year, next=year + 1, before=f"{before:,}", now=f"{now:,}"
    )
    if not before:
        return Step(key, label, StepState.NOT_NEEDED, Words("ปีนี้ไม่มีรายการ", "This year has none"))
    state = StepState.DONE if not left and now else StepState.PARTLY if now else StepState.OPEN
    return Step(key, label, state, detail)


def _plan(office: "Office", year: int, opening: Worked) -> Step:
    label = Words("ต่อแผนพัฒนาไปยังช่วงถัดไป", "Continue the plan into its next period")
    ending = office.store.count(Query("plan", filters=(Filter("last_year", "eq", year),)))
    if not ending:
        return Step("plan", label, StepState.NOT_NEEDED, Words("ไม่มีแผนที่สิ้นสุดในปีนี้", "No plan ends with this year"))
    left = opening.counts.get("plan", 0)
    if left:
        count = opening.counts.get("project", 0)
        detail = Words("แผนสิ้นสุดปี {year} มีโครงการที่ทำต่อ {count} โครงการ", "A plan ends in {year}; {count} projects would go on")
        return Step("plan", label, StepState.OPEN, detail.filled(year=year, count=f"{count:,}"))
    return Step("plan", label, StepState.DONE, Words("มีแผนช่วงถัดไปแล้ว", "The plan of the next period is there"))


def _carry(carried: tuple[Carried, ...], items: tuple[CheckItem, ...]) -> Step:
    label = Words("กันเงินเหลื่อมปี", "Carry money over")
    left = next((item.count for item in items if item.key == "contracts_unpaid"), 0)
    total = show_baht(sum(one.amount for one in carried))
    detail = Words("กันแล้ว {count} รายการ รวม {total} บาท", "{count} carried over, {total} baht in all").filled(
        count=f"{len(carried):,}", total=total
    )
    if left:
        more = Words(" · สัญญาที่จ่ายไม่ครบ {left} ฉบับ", " · {left} contracts not fully paid").filled(left=f"{left:,}")
        return Step("carry", label, StepState.PARTLY if carried else StepState.OPEN, Words(detail.th + more.th, detail.en + more.en))
    return Step("carry", label, StepState.DONE if carried else StepState.NOT_NEEDED, detail)


def _books(office: "Office", year: int) -> Step:
    label = Words("เล่มใบเสร็จและเลขของปีใหม่", "Receipt books and numbers of the new year")
    count = (
        office.store.count(Query("number_block", filters=(Filter("year", "eq", year + 1),))) if "number_block" in office.catalogue else 0
    )
    if count:
        detail = Words(
            "จองเลขของปี {year} แล้ว {count} ช่วง เลขของปีเก่าไม่ใช้กับปีใหม่",
            "{count} blocks of {year} are leased; numbers of the old year stay in it",
        )
        return Step("books", label, StepState.DONE, detail.filled(year=year + 1, count=f"{count:,}"))
    detail = Words(
        "จองให้เองเมื่อออกใบเสร็จแรกของปี {year} เลขเริ่มใหม่ทุกเล่ม", "Leased by itself with the first receipt of {year}; each book begins anew"
    )
    return Step("books", label, StepState.OPEN, detail.filled(year=year + 1))


def _check(items: tuple[CheckItem, ...]) -> Step:
    blocks = sum(1 for item in items if item.count and item.level is CheckLevel.BLOCK)
    warns = sum(1 for item in items if item.count and item.level is CheckLevel.WARN)
    detail = Words("ต้องแก้ {blocks} ข้อ ต้องดู {warns} ข้อ", "{blocks} to put right, {warns} to look at").filled(blocks=blocks, warns=warns)
    state = StepState.OPEN if blocks else StepState.PARTLY if warns else StepState.DONE
    return Step("check", Words("ตรวจรายการก่อนปิดปี", "Go through the check list"), state, detail)


def _close(office: "Office", this: Year) -> Step:
    label = Words("ปิดปีงบประมาณ {year}", "Close fiscal year {year}").filled(year=this.year)
    if this.is_closed:
        by, at = _first_hand(office, "fiscal_year", this.id, "state", CLOSED)
        return Step("close", label, StepState.DONE, Words("เหตุผล: {reason}", "Reason: {reason}").filled(reason=this.reason or "-"), by, at)
    if this.reason:
        detail = Words("เปิดอีกครั้งโดย {by}: {reason}", "Reopened by {by}: {reason}")
        return Step("close", label, StepState.OPEN, detail.filled(by=office.history.name_of(this.closed_by), reason=this.reason))
    return Step("close", label, StepState.OPEN, Words("หลังปิด รายการของปีอ่านได้อย่างเดียว", "Its records are read-only from then on"))
