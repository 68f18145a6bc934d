"""Rules of plans, their parts, links of projects, evaluations and equipment. What real plans break is listed for people, never mended silently."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from records.kinds import Json
from records.rules.problem import Case, Problem, error, warning
from records.thai.fiscal import fiscal_year_bounds
from records.words import Words

YEARS = 5
"""Fiscal years of a local development plan (ระเบียบ มท. ว่าด้วยการจัดทำแผนพัฒนา อปท.)."""

_OTHER_PLAN = Words("“{label}” อยู่ในแผนอื่น", "“{label}” stands in another plan")
_OUTSIDE = Words("ปี {year} อยู่นอกช่วงแผน พ.ศ. {first}-{last}", "The year {year} is outside the plan {first}-{last}")


def plan(case: Case) -> Iterator[Problem]:
    """A plan: its five years; an amendment says of what and which."""
    first, last = case.value("first_year"), case.value("last_year")
    if first and last and first <= last and last - first + 1 != YEARS:
        yield warning(
            "last_year",
            Words("แผนพัฒนาท้องถิ่นมีห้าปี ช่วงนี้มี {count} ปี", "A development plan has five years, this one {count}"),
            count=last - first + 1,
        )
    edition, amends = case.value("edition"), case.value("amends")
    if edition == "first" and amends:
        yield warning("amends", Words("ฉบับแรกไม่แก้ไขแผนใด", "A first edition amends nothing"))
    if edition in ("added", "changed", "corrected"):
        if not amends:
            yield warning("amends", Words("ยังไม่ได้ระบุว่าแก้ไขแผนฉบับใด", "It does not say which plan it amends"))
        if not case.value("number"):
            yield warning("number", Words("ยังไม่ได้ระบุครั้งที่ เช่น 2/2568", "It has no number, such as 2/2568"))
    for above in case.others("plan", id=amends):
        if above.get("amends"):
            yield warning("amends", Words("ให้ระบุแผนฉบับแรก ไม่ใช่ฉบับแก้ไข", "Name the plan itself, not another amendment of it"))
    if case.value("state") == "adopted" and not case.value("adopted_on"):
        yield warning("adopted_on", Words("ประกาศใช้แล้วแต่ยังไม่ได้ลงวันที่", "It is adopted but has no day"))


def tactic(case: Case) -> Iterator[Problem]:
    """A tactic: under a strategy of its own plan."""
    if case.value("strategy") is None:
        yield warning("strategy", Words("กลยุทธ์นี้ยังไม่อยู่ใต้ยุทธศาสตร์ใด", "This tactic stands under no strategy"))
    yield from same_plan(case, "strategy")


def plan_programme(case: Case) -> Iterator[Problem]:
    """A แผนงาน of a plan: its tactic and strategy belong together and to the plan."""
    yield from same_plan(case, "strategy")
    yield from same_plan(case, "tactic")
    strategy = case.value("strategy")
    for found in case.others("tactic", id=case.value("tactic")):
        if strategy is not None and found.get("strategy") not in (None, strategy):
            yield warning("tactic", Words("กลยุทธ์นี้อยู่ใต้ยุทธศาสตร์อื่น", "This tactic belongs to another strategy"))


def same_plan(case: Case, name: str) -> Iterator[Problem]:
    """A reference to a strategy or tactic stays inside the plan."""
    plan_id = case.value("plan")
    for found in case.others(name, id=case.value(name)):
        if plan_id is not None and found.get("plan") not in (None, plan_id):
            yield warning(name, _OTHER_PLAN, label=case.spec.field(name).label)


def project_link(case: Case) -> Iterator[Problem]:
    """A link: to another project, once, and the project says what became of it."""
    kind, here, there = case.value("kind"), case.value("project"), case.value("other")
    if here is not None and here == there:
        yield error("other", Words("โครงการเชื่อมโยงกับตัวเองไม่ได้", "A project cannot be linked to itself"))
    if case.others("project_link", project=there, other=here, kind=kind):
        yield warning("other", Words("มีความเชื่อมโยงย้อนกลับแบบเดียวกันอยู่แล้ว", "The same link stands the other way round"))
    status = next((found.get("status") for found in case.others("project", id=here)), None)
    if kind in ("moved", "merged") and here is not None and case.related is not None and status != kind:
        yield warning("kind", Words("สถานะของโครงการยังไม่ตรงกับความเชื่อมโยงนี้", "The status of the project does not say so yet"))


def evaluation(case: Case) -> Iterator[Problem]:
    """An evaluation: a score in percent, of a year of the plan, made when the year had begun."""
    score, year, made = case.value("score"), case.value("fiscal_year"), case.value("evaluated_on")
    if isinstance(score, Decimal) and not 0 <= score <= 100:
        yield error("score", Words("คะแนนต้องอยู่ระหว่าง 0 ถึง 100", "The score is between 0 and 100"))
    if isinstance(made, date) and isinstance(year, int) and made < fiscal_year_bounds(year)[0]:
        yield warning("evaluated_on", Words("ประเมินก่อนปีงบประมาณเริ่มต้น", "It was evaluated before the fiscal year began"))
    for found in case.others("project", id=case.value("project")):
        yield from inside_plan(case, found.get("plan"), "fiscal_year")


def equipment_item(case: Case) -> Iterator[Problem]:
    """A row of form ผ.03: it stands in a plan, has a kind and somebody who keeps it."""
    if case.value("plan") is None:
        yield warning("plan", Words("ยังไม่ได้ระบุแผนพัฒนา", "No plan is named"))
    if case.value("kind") is None:
        yield warning("kind", Words("ยังไม่ได้ระบุประเภทครุภัณฑ์", "No kind of equipment is named"))
    if case.value("division") is None:
        yield warning("division", Words("ยังไม่ได้ระบุหน่วยงานรับผิดชอบหลัก", "No responsible division is named"))


def equipment_budget(case: Case) -> Iterator[Problem]:
    """The money of equipment in one year: inside the plan, and no more in the ordinance than planned."""
    planned, ordinance = case.value("planned") or 0, case.value("ordinance") or 0
    if ordinance > planned:
        yield warning("ordinance", Words("ข้อบัญญัติมากกว่าแผน", "The ordinance has more than the plan"))
    for found in case.others("equipment_item", id=case.value("equipment_item")):
        yield from inside_plan(case, found.get("plan"), "fiscal_year")


def inside_plan(case: Case, plan_id: Json, field: str) -> Iterator[Problem]:
    """The year of a field lies in the period of a plan."""
    year = case.value(field)
    for found in case.others("plan", id=plan_id):
        first, last = _period(found)
        if isinstance(year, int) and ((first is not None and year < first) or (last is not None and year > last)):
            yield warning(field, _OUTSIDE, year=year, first=first or "…", last=last or "…")


def _period(plan_fields: Mapping[str, Json]) -> tuple[int | None, int | None]:
    first, last = plan_fields.get("first_year"), plan_fields.get("last_year")
    return first if isinstance(first, int) else None, last if isinstance(last, int) else None
