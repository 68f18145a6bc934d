"""Rules of projects and their money. Real plans break many of them: they are listed for people, never mended silently."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from records.catalogue.planning import FORMS, STAGES
from records.kinds import Json
from records.rules.plan_items import same_plan
from records.rules.problem import Case, Problem, error, info, warning
from records.stages import rises
from records.thai.money import show_baht
from records.words import Words

_ORDER = {option.value: place for place, option in enumerate(STAGES)}
_STAGE_WORDS = {option.value: option.label for option in STAGES}
FIRST_YEAR_WITHOUT_KPI = 2571
"""Forms of plans from this fiscal year on have no KPI column."""


def project(case: Case) -> Iterator[Problem]:
    """A project: its place in the plan, what its row must say, its edition, and its money over the stages."""
    yield from _place_in_plan(case)
    yield from _row(case)
    yield from _edition(case)
    if case.id:
        yield from _links(case)
        yield from _money_by_year(case)
        yield from _stages(case)
        yield from _recorded(case)


def _place_in_plan(case: Case) -> Iterator[Problem]:
    if case.value("plan") is None:
        yield warning("plan", Words("ยังไม่ได้ระบุแผนพัฒนา", "No plan is named"))
    if case.value("strategy") is None:
        yield warning("strategy", Words("โครงการนี้ไม่มียุทธศาสตร์", "This project has no strategy"))
    if case.value("programme") is None:
        yield warning("programme", Words("โครงการนี้ไม่มีแผนงาน", "This project has no programme"))
    tactic, strategy = case.value("tactic"), case.value("strategy")
    for found in case.others("tactic", id=tactic):
        if strategy is not None and found.get("strategy") not in (None, strategy):
            yield warning("tactic", Words("กลยุทธ์นี้อยู่ใต้ยุทธศาสตร์อื่น", "This tactic belongs to another strategy"))
    yield from same_plan(case, "strategy")
    yield from same_plan(case, "tactic")


def _edition(case: Case) -> Iterator[Problem]:
    """An edition that amends the project's plan, with what it replaces and why."""
    plan, amendment, replaces = case.value("plan"), case.value("amendment"), case.value("replaces")
    if replaces is not None and amendment is None:
        yield warning("amendment", Words("แทนข้อความเดิมแล้วแต่ยังไม่ได้ระบุฉบับ", "It replaces other words but names no edition"))
    for found in case.others("plan", id=amendment):
        if found.get("amends") not in (None, plan) or found.get("edition") == "first":
            yield warning("amendment", Words("ฉบับนี้ไม่ได้แก้ไขแผนของโครงการ", "This edition does not amend the plan of the project"))
    own = _plan_of(case)
    last = own.get("last_year") if own else None
    if amendment is not None and case.value("reason") is None and isinstance(last, int) and last >= FIRST_YEAR_WITHOUT_KPI:
        yield warning("reason", Words("ฉบับเพิ่มเติมหรือเปลี่ยนแปลงต้องมีเหตุผลความจำเป็น", "An addition or change gives its reason"))


def _links(case: Case) -> Iterator[Problem]:
    """Where a project was moved to or merged with is said by a link."""
    status = case.value("status")
    if status in ("moved", "merged") and case.related is not None and not case.others("project_link", project=case.id, kind=status):
        yield warning("status", Words("ยังไม่ได้ระบุว่าย้ายหรือรวมกับโครงการใด", "It does not say which project it went to"))


def _row(case: Case) -> Iterator[Problem]:
    title = case.value("title")
    if title and "\n" in title:
        yield info("title", Words("ชื่อโครงการมีการขึ้นบรรทัดใหม่ เก็บไว้ตามต้นฉบับ", "The title has line breaks; they are kept as written"))
    plan = _plan_of(case)
    last = plan.get("last_year") if plan else None
    if case.value("kpi") is None and not (isinstance(last, int) and last >= FIRST_YEAR_WITHOUT_KPI):
        yield warning("kpi", Words("ยังไม่ได้กรอกตัวชี้วัด", "No KPI is given"))
    if case.value("target") is None:
        yield warning("target", Words("ยังไม่ได้กรอกเป้าหมาย", "No target is given"))
    if case.value("division") is None:
        yield warning("division", Words("ยังไม่ได้ระบุหน่วยงานรับผิดชอบหลัก", "No responsible division is named"))
    if case.value("form") == FORMS[2].value and case.value("source_of_money") is None:
        yield warning(
            "source_of_money", Words("โครงการเกินศักยภาพต้องระบุหน่วยงานที่ขอรับงบประมาณ", "A project beyond capacity names whom it asks for money")
        )


def _plan_of(case: Case) -> Mapping[str, Json] | None:
    return next(iter(case.others("plan", id=case.value("plan"))), None)


def _money_by_year(case: Case) -> Iterator[Problem]:
    budgets = case.others("project_budget", project=case.id)
    if case.related is not None and not any(_amount(budget, "planned") for budget in budgets):
        yield warning("", Words("โครงการนี้ยังไม่มีงบประมาณตามแผนในปีใดเลย", "This project has no planned money in any year"))
    plan = _plan_of(case)
    for budget in budgets:
        yield from _budget(budget, plan, "")


def project_budget(case: Case) -> Iterator[Problem]:
    """The money of one year: inside the plan, and no more in the ordinance than planned."""
    money: dict[str, Json] = {name: case.value(name) for name in ("fiscal_year", "planned", "ordinance")}
    parent = next(iter(case.others("project", id=case.value("project"))), None)
    plan = next(iter(case.others("plan", id=parent.get("plan"))), None) if parent else None
    yield from _budget(money, plan, "ordinance")


def _budget(budget: Mapping[str, Json], plan: Mapping[str, Json] | None, field: str) -> Iterator[Problem]:
    year, planned, ordinance = budget.get("fiscal_year"), _amount(budget, "planned"), _amount(budget, "ordinance")
    if ordinance > planned:
        yield warning(
            field,
            Words(
                "ปี {year} ข้อบัญญัติ {ordinance} บาท มากกว่าแผน {planned} บาท",
                "In {year} the ordinance has {ordinance} baht, more than the planned {planned} baht",
            ),
            year=year,
            ordinance=show_baht(ordinance),
            planned=show_baht(planned),
        )
    first, last = (plan.get("first_year"), plan.get("last_year")) if plan else (None, None)
    if isinstance(year, int) and ((isinstance(first, int) and year < first) or (isinstance(last, int) and year > last)):
        yield warning(
            "fiscal_year" if field else "",
            Words("ปี {year} อยู่นอกช่วงแผน พ.ศ. {first}-{last}", "The year {year} is outside the plan {first}-{last}"),
            year=year,
            first=first or "…",
            last=last or "…",
        )


def _amount(fields: Mapping[str, Json], name: str) -> int:
    value = fields.get(name)
    return value if isinstance(value, int) else 0


def _stages(case: Case) -> Iterator[Problem]:
    """Money must not rise from one stage to the next: contract ≤ approved, disbursed ≤ contract."""
    steps = case.others("project_step", project=case.id)
    for year in sorted({step["fiscal_year"] for step in steps if isinstance(step.get("fiscal_year"), int)}, key=str):
        yield from _falling([step for step in steps if step.get("fiscal_year") == year], year)
    reached = case.value("stage")
    furthest = max((str(step.get("stage")) for step in steps), key=lambda stage: _ORDER.get(stage, -1), default="")
    if reached in _ORDER and _ORDER.get(furthest, -1) > _ORDER[reached]:
        yield warning(
            "stage",
            Words(
                "บันทึกความก้าวหน้าถึงขั้น “{furthest}” แล้ว แต่โครงการยังอยู่ขั้น “{reached}”",
                "Its steps have come to “{furthest}”, but the project says “{reached}”",
            ),
            furthest=_STAGE_WORDS[furthest],
            reached=_STAGE_WORDS[reached],
        )


def _recorded(case: Case) -> Iterator[Problem]:
    """What budget lines, contracts and payments say of a project: in the plan when it has money, and never more than the stage before."""
    budgets, lines = case.others("project_budget", project=case.id), case.others("budget_line", project=case.id)
    contracts = [one for one in case.others("contract", project=case.id) if one.get("state") not in ("draft", "terminated")]
    approved = sum(_amount(one, "ordinance") for one in budgets) or sum(_amount(one, "amount") for one in lines)
    if approved and case.value("plan") is None:
        yield error("plan", Words("โครงการอยู่ในข้อบัญญัติแต่ไม่อยู่ในแผนพัฒนา", "It is in the ordinance but in no development plan"))
    if approved and case.value("status") in ("cancelled", "merged", "moved"):
        yield warning("status", Words("โครงการที่ยกเลิก ย้าย หรือรวมแล้วยังมีเงินในข้อบัญญัติ", "It has left the plan but has money in the ordinance"))
    if not contracts:
        return
    moved = sum(
        _amount(transfer, "amount") * sign
        for line in lines
        for end, sign in (("to_line", 1), ("from_line", -1))
        for transfer in case.others("budget_transfer", **{end: line.get("id")})
        if transfer.get("state") == "approved"
    )
    paid = sum(_amount(payment, "amount") for contract in contracts for payment in case.others("disbursement", contract=contract.get("id")))
    money = [approved + moved, sum(_amount(one, "amount") for one in contracts), paid]
    stages = ("approved", "contracted", "disbursed")
    for place in rises(money):
        yield warning(
            "",
            Words(
                "ยอด “{after}” {more} บาท มากกว่า “{before}” {less} บาท", "“{after}” is {more} baht, more than the {less} baht of “{before}”"
            ),
            after=_STAGE_WORDS[stages[place]],
            before=_STAGE_WORDS[stages[place - 1]],
            more=show_baht(money[place]),
            less=show_baht(money[place - 1]),
        )


def _falling(steps: list[Mapping[str, Json]], year: Json) -> Iterator[Problem]:
    totals: dict[str, int] = {}
    for step in steps:
        stage = str(step.get("stage"))
        if stage in _ORDER and isinstance(step.get("amount"), int):
            totals[stage] = totals.get(stage, 0) + _amount(step, "amount")
    passed = sorted(totals, key=_ORDER.__getitem__)
    for before, after in pairwise(passed):
        if totals[after] > totals[before]:
            yield error(
                "",
                Words(
                    "ปี {year} ยอดขั้น “{after}” {more} บาท มากกว่าขั้น “{before}” {less} บาท",
                    "In {year} “{after}” is {more} baht, more than the {less} baht of “{before}”",
                ),
                year=year,
                after=_STAGE_WORDS[after],
                before=_STAGE_WORDS[before],
                more=show_baht(totals[after]),
                less=show_baht(totals[before]),
            )
