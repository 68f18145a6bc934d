"""Plans (แผนพัฒนา): the five-year local development plan, its strategies, projects and what became of each.

    plan ── strategy ── tactic ──┬── plan_programme   (one แผนงาน stands under several tactics)
                                 └── project ──┬── project_budget   (one for each fiscal year)
                                               └── project_step     (plan, ordinance, contract, payment, done)

Real plans hold projects without strategy, without แผนงาน, with line breaks in their names and with repeated names: all are kept.
"""

from datetime import date
from decimal import Decimal

from records import fields
from records.catalogue.budget_tree import PROGRAMMES
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words

EDITIONS = (
    Option("first", Words("ฉบับแรก", "First edition"), also=("original", "ฉบับเดิม")),
    Option("added", Words("เพิ่มเติม", "Addition")),
    Option("changed", Words("เปลี่ยนแปลง", "Change")),
    Option("corrected", Words("แก้ไข", "Correction")),
)

PLAN_STATES = (
    Option("drafting", Words("กำลังจัดทำ", "Being drafted"), "info"),
    Option("adopted", Words("ประกาศใช้แล้ว", "Adopted"), "ok"),
    Option("closed", Words("สิ้นสุดแล้ว", "Ended"), "neutral"),
)

FORMS = (
    Option("p02", Words("ผ.02", "Form Ph.02"), also=("ผ. 02", "ผ02", "แบบ ผ.02")),
    Option("p02_1", Words("ผ.02/1", "Form Ph.02/1"), also=("ผ. 02/1", "แบบ ผ.02/1")),
    Option("p02_2", Words("ผ.02/2", "Form Ph.02/2"), also=("ผ. 02/2", "แบบ ผ.02/2")),
)
"""ผ.02 is the office's own, ผ.02/1 of a community plan, ผ.02/2 beyond its capacity (asks another agency)."""

STAGES = (
    Option("planned", Words("อยู่ในแผน", "In the plan"), "neutral"),
    Option("approved", Words("อนุมัติงบประมาณ", "Budget approved"), "info"),
    Option("contracted", Words("ลงนามสัญญา", "Contract signed"), "info"),
    Option("disbursed", Words("เบิกจ่าย", "Disbursed"), "info"),
    Option("completed", Words("แล้วเสร็จ 100%", "Completed"), "ok", also=("แล้วเสร็จ",)),
)
"""The stages of e-Plan, in order: money and count must not rise from one to the next."""

PROJECT_STATUSES = (
    Option("planning", Words("อยู่ระหว่างวางแผน", "Planning"), "neutral"),
    Option("in_progress", Words("กำลังดำเนินการ", "In progress"), "info"),
    Option("done", Words("ดำเนินการแล้วเสร็จ", "Done"), "ok"),
    Option("postponed", Words("เลื่อนออกไป", "Postponed"), "warn"),
    Option("moved", Words("ย้ายไปแผนงานอื่น", "Moved to another programme"), "neutral"),
    Option("merged", Words("รวมกับโครงการอื่น", "Merged with another project"), "neutral"),
    Option("cancelled", Words("ยกเลิก", "Cancelled"), "danger"),
)


@record(type="plan", area="planning", label=Words("แผนพัฒนาท้องถิ่น", "Development plan"), title=("name",), key=("name",))
class Plan(Record):
    """One five-year plan, or one addition, change or correction of it."""

    name: str = fields.text(Words("ชื่อแผน", "Name"), in_list=True, searchable=True, headings=("แผน", "แผนพัฒนาท้องถิ่น"))
    """แผนพัฒนาท้องถิ่น (พ.ศ. 2566-2570) แก้ไข ครั้งที่ 2/2568."""
    first_year: int | None = fields.fiscal_year(Words("ปีแรกของแผน", "First year"), default=None, in_list=True, together="period")
    """First fiscal year (พ.ศ.)."""
    last_year: int | None = fields.fiscal_year(Words("ปีสุดท้ายของแผน", "Last year"), default=None, in_list=True, together="period")
    """Last fiscal year (พ.ศ.), four after the first."""
    edition: str | None = fields.choice(Words("ฉบับ", "Edition"), EDITIONS, default=None, in_list=True, together="edition")
    """Whether it is the plan itself or an amendment."""
    number: str | None = fields.text(Words("ครั้งที่", "Number"), default=None, max_length=30, in_list=True, together="edition")
    """Of an amendment: 2/2568."""
    amends: str | None = fields.reference(Words("แก้ไขแผนฉบับ", "Amends"), "plan", default=None, together="edition")
    """The plan itself, of which this is an addition, change or correction; None for the first edition."""
    state: str | None = fields.choice(Words("สถานะ", "State"), PLAN_STATES, default=None, in_list=True, together="state")
    """How far it has come."""
    adopted_on: date | None = fields.day(Words("ประกาศใช้วันที่", "Adopted on"), default=None, in_list=True, together="state")
    """The day of the announcement; None while it is drafted."""
    vision: str | None = fields.long_text(Words("วิสัยทัศน์", "Vision"), default=None)
    """As printed."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """Why it was amended."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """Announcement, resolution, the printed book."""


@record(type="strategy", area="planning", label=Words("ยุทธศาสตร์", "Strategy"), title=("number", "name"), key=("plan", "number", "name"))
class Strategy(Record):
    """One strategy of the office's plan; plans from 2571 call it ประเด็นการพัฒนา."""

    plan: str | None = fields.reference(Words("แผนพัฒนา", "Plan"), "plan", default=None, in_list=True)
    """The plan it belongs to."""
    number: int | None = fields.integer(
        Words("ยุทธศาสตร์ที่", "Number"), default=None, least=1, most=99, in_list=True, headings=("strategyNum", "ประเด็นการพัฒนาที่")
    )
    """1, 2, 3 in the plan."""
    name: str = fields.text(
        Words("ชื่อยุทธศาสตร์", "Name"), in_list=True, searchable=True, headings=("strategyName", "ยุทธศาสตร์", "ประเด็นการพัฒนา")
    )
    """As printed."""
    national: str | None = fields.text(Words("ยุทธศาสตร์ชาติ 20 ปี", "National strategy"), default=None)
    """The strategy of the nation it serves (line ก of ผ.02)."""
    provincial: str | None = fields.text(Words("ยุทธศาสตร์จังหวัด", "Provincial strategy"), default=None)
    """The strategy of the province it serves (line ค of ผ.02)."""


@record(type="tactic", area="planning", label=Words("กลยุทธ์", "Tactic"), title=("code", "name"), key=("plan", "code", "name"))
class Tactic(Record):
    """One กลยุทธ์ (แนวทางการพัฒนา) under a strategy."""

    plan: str | None = fields.reference(Words("แผนพัฒนา", "Plan"), "plan", default=None)
    """The plan it belongs to."""
    strategy: str | None = fields.reference(Words("ยุทธศาสตร์", "Strategy"), "strategy", default=None, in_list=True)
    """The strategy above; real sheets have tactics without one."""
    code: str | None = fields.text(
        Words("กลยุทธ์ที่", "Code"), default=None, max_length=20, in_list=True, searchable=True, headings=("tacticCode", "รหัสกลยุทธ์")
    )
    """1.1, 6.7; as printed."""
    name: str = fields.text(Words("ชื่อกลยุทธ์", "Name"), in_list=True, searchable=True, headings=("tacticName", "กลยุทธ์", "แนวทางการพัฒนา"))
    """As printed."""


@record(
    type="plan_programme",
    area="planning",
    label=Words("แผนงานในแผนพัฒนา", "Programme of a plan"),
    title=("programme", "name"),
    key=("plan", "tactic", "programme"),
)
class PlanProgramme(Record):
    """That a แผนงาน appears under a tactic: many to many, one record for each pair."""

    plan: str | None = fields.reference(Words("แผนพัฒนา", "Plan"), "plan", default=None)
    """The plan it belongs to."""
    strategy: str | None = fields.reference(Words("ยุทธศาสตร์", "Strategy"), "strategy", default=None, in_list=True)
    """The strategy above the tactic, or alone where there is no tactic."""
    tactic: str | None = fields.reference(Words("กลยุทธ์", "Tactic"), "tactic", default=None, in_list=True)
    """The tactic it stands under."""
    programme: str = fields.choice(Words("แผนงาน", "Programme"), PROGRAMMES, in_list=True, headings=("planName",))
    """One of the twelve แผนงาน."""
    name: str | None = fields.text(Words("ชื่อแผนงานตามเล่มแผน", "Name as printed"), default=None, searchable=True)
    """Only where the book prints it differently."""
    division: str | None = fields.text(Words("หน่วยงานรับผิดชอบหลัก", "Responsible division"), default=None, in_list=True)
    """Who answers for it (form ผ.01), as text with suggestions from division."""


@record(
    type="project",
    area="planning",
    label=Words("โครงการ", "Project"),
    title=("title",),
    key=("plan", "tactic", "programme", "title"),
)
class Project(Record):
    """One project of the plan: a row of form ผ.02."""

    plan: str | None = fields.reference(Words("แผนพัฒนา", "Plan"), "plan", default=None)
    """The plan it stands in."""
    strategy: str | None = fields.reference(Words("ยุทธศาสตร์", "Strategy"), "strategy", default=None, together="place_in_plan")
    """None is kept and warned of: 31 of 548 rows of a real plan have none."""
    tactic: str | None = fields.reference(Words("กลยุทธ์", "Tactic"), "tactic", default=None, together="place_in_plan")
    """The tactic it serves."""
    programme: str | None = fields.choice(
        Words("แผนงาน", "Programme"), PROGRAMMES, default=None, in_list=True, together="place_in_plan", headings=("planName",)
    )
    """One of the twelve แผนงาน."""
    number: str | None = fields.text(
        Words("ลำดับที่", "Number"), default=None, max_length=30, in_list=True, headings=("sequenceNum", "ที่", "ลำดับ")
    )
    """As printed; begins again with each แผนงาน and each amendment, so it names nothing alone."""
    title: str = fields.long_text(
        Words("โครงการ", "Project"), max_length=2000, in_list=True, searchable=True, headings=("name", "ชื่อโครงการ", "โครงการ/กิจกรรม")
    )
    """As printed, line breaks included."""
    objective: str | None = fields.long_text(Words("วัตถุประสงค์", "Objective"), default=None, searchable=True)
    """What it is for."""
    target: str | None = fields.long_text(
        Words("เป้าหมาย", "Target"), default=None, searchable=True, headings=("เป้าหมาย (ผลผลิตของโครงการ)", "ผลผลิตของโครงการ")
    )
    """The output: what, how much, where."""
    kpi: str | None = fields.long_text(Words("ตัวชี้วัด", "KPI"), default=None, headings=("ตัวชี้วัด (KPI)", "KPI"))
    """How success is measured; forms from 2571 have none."""
    expected_result: str | None = fields.long_text(
        Words("ผลที่คาดว่าจะได้รับ", "Expected result"), default=None, headings=("expectedResult", "ผลลัพธ์ที่คาดว่าจะได้รับ")
    )
    """The outcome."""
    reason: str | None = fields.long_text(Words("เหตุผลความจำเป็น", "Reason"), default=None)
    """Why it is added or changed; on forms from 2571."""
    division: str | None = fields.text(
        Words("หน่วยงานรับผิดชอบหลัก", "Responsible division"),
        default=None,
        in_list=True,
        searchable=True,
        headings=("department", "หน่วยงานรับผิดชอบ", "หน่วยงานที่รับผิดชอบ"),
    )
    """Who carries it out, as text with suggestions from division."""
    source_of_money: str | None = fields.text(
        Words("แหล่งงบประมาณ", "Source of money"),
        default=None,
        searchable=True,
        headings=("fundingSource", "ที่มาของงบประมาณ", "แหล่งที่มาของงบประมาณ"),
    )
    """ข้อบัญญัติ, เงินสะสม, เงินอุดหนุน; as written."""
    form: str | None = fields.choice(Words("แบบ", "Form"), FORMS, default=None)
    """Which list of the plan it stands in; None is read as ผ.02."""
    edition: str | None = fields.text(
        Words("ฉบับของแผน", "Edition"), default=None, max_length=60, headings=("amendmentVersion", "ฉบับที่แก้ไข/เพิ่มเติม")
    )
    """As written: original, แก้ไข 2/2568; the plan record says what kind of edition it is."""
    amendment: str | None = fields.reference(Words("เพิ่มหรือแก้ไขโดยฉบับ", "By the edition"), "plan", default=None, together="amendment")
    """The addition, change or correction whose words these are; None while the first edition's stand. `plan` stays the plan itself."""
    replaces: str | None = fields.reference(Words("แทนข้อความเดิม", "Replaces"), "project", default=None, together="amendment")
    """What the project said before that edition, kept as a project of its own that nothing counts; None where nobody kept it."""
    location: str | None = fields.text(
        Words("สถานที่ดำเนินการ", "Place"), default=None, searchable=True, together="place", headings=("สถานที่",)
    )
    """Village, road, school."""
    coordinates: tuple[Decimal, Decimal] | None = fields.coordinates(Words("พิกัด", "Coordinates"), default=None, together="place")
    """WGS 84."""
    stage: str | None = fields.choice(Words("ขั้นตอน", "Stage"), STAGES, default=None, in_list=True)
    """How far e-Plan's stages have come; the facts behind it are project_step."""
    status: str | None = fields.choice(Words("สถานะ", "Status"), PROJECT_STATUSES, default=None, in_list=True, together="status")
    """What is to become of it."""
    status_since: date | None = fields.day(Words("มีสถานะตั้งแต่วันที่", "Status since"), default=None, together="status")
    """The day of the status."""
    tags: tuple[str, ...] | None = fields.tags(Words("ป้ายกำกับ", "Tags"), default=None)
    """Words of the office's own."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None, searchable=True, headings=("remark",))
    """Such as ย้ายไปแผนงาน…, รวมกับลำดับที่ 2, ซ้ำลำดับที่ 63."""
    source_sheet: str | None = fields.text(Words("แผ่นงานที่นำเข้า", "Imported sheet"), default=None, headings=("sourceSheet",))
    """Name of the sheet it came from; None when typed."""
    source_row: int | None = fields.integer(Words("แถวที่นำเข้า", "Imported row"), default=None, least=1, headings=("sourceRow",))
    """Row of that sheet, counted from 1."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """Drawings, estimates, photographs."""


@record(
    type="project_budget",
    area="planning",
    label=Words("งบประมาณโครงการ", "Project budget"),
    title=("fiscal_year", "planned"),
    key=("project", "fiscal_year"),
)
class ProjectBudget(Record):
    """The money of one project in one fiscal year: what the plan says and what the ordinance gave."""

    project: str = fields.reference(Words("โครงการ", "Project"), "project", in_list=True)
    """Whose money it is."""
    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """พ.ศ.; inside the period of the plan."""
    planned: int | None = fields.money(
        Words("งบประมาณตามแผน (บาท)", "Planned (baht)"),
        default=None,
        in_list=True,
        together="planned",
        headings=("budget{fiscal_year}", "งบประมาณ {fiscal_year}", "{fiscal_year} (บาท)", "{fiscal_year}", "ปี {fiscal_year}"),
    )
    """Satang in the plan; None where the sheet is blank or has a dash."""
    ordinance: int | None = fields.money(
        Words("งบประมาณตามข้อบัญญัติ (บาท)", "In the ordinance (baht)"),
        default=None,
        in_list=True,
        headings=("ordinance{fiscal_year}", "เทศบัญญัติ {fiscal_year}", "ข้อบัญญัติ {fiscal_year}"),
    )
    """Satang in the budget ordinance; None while there is none."""
    source: str | None = fields.text(Words("แหล่งงบประมาณ", "Source of money"), default=None, together="planned")
    """Only where it differs from the project's."""


@record(
    type="project_step",
    area="planning",
    label=Words("ความก้าวหน้าโครงการ", "Step of a project"),
    title=("stage", "happened_on"),
)
class ProjectStep(Record):
    """One fact of follow-up: the project reached a stage, on a day, for an amount, by a document."""

    project: str = fields.reference(Words("โครงการ", "Project"), "project", in_list=True)
    """Whose step it is."""
    stage: str = fields.choice(Words("ขั้นตอน", "Stage"), STAGES, in_list=True, together="step")
    """The stage reached."""
    fiscal_year: int | None = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), default=None, in_list=True)
    """The year (พ.ศ.) whose money it is."""
    happened_on: date | None = fields.day(Words("วันที่", "Date"), default=None, in_list=True, together="step")
    """The day of the document."""
    amount: int | None = fields.money(Words("จำนวนเงิน (บาท)", "Amount (baht)"), default=None, in_list=True, together="step")
    """Satang at this stage."""
    document: str | None = fields.text(Words("เอกสารอ้างอิง", "Document"), default=None, in_list=True, searchable=True)
    """Number of ordinance, contract or e-LAAS voucher."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """What hindered or helped."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """Photographs and papers."""
