"""What stands beside the projects of a plan: equipment (ผ.03), what became of moved and merged projects, and how projects turned out.

plan ── equipment_item ── equipment_budget   (one for each fiscal year)
project ──┬── project_link   (moved, merged, a double of another project)
          └── evaluation     (one for each fiscal year)
"""

from datetime import date
from decimal import Decimal

from records import fields
from records.catalogue.budget_tree import PROGRAMMES
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words

EQUIPMENT_KINDS = (
    Option("office", Words("ครุภัณฑ์สำนักงาน", "Office equipment"), also=("สำนักงาน",)),
    Option("education", Words("ครุภัณฑ์การศึกษา", "Education equipment"), also=("การศึกษา",)),
    Option("vehicles", Words("ครุภัณฑ์ยานพาหนะและขนส่ง", "Vehicles and transport"), also=("ยานพาหนะและขนส่ง",)),
    Option("agriculture", Words("ครุภัณฑ์การเกษตร", "Agricultural equipment"), also=("การเกษตร",)),
    Option("construction", Words("ครุภัณฑ์ก่อสร้าง", "Construction equipment"), also=("ก่อสร้าง",)),
    Option("household", Words("ครุภัณฑ์งานบ้านงานครัว", "Household and kitchen equipment"), also=("งานบ้านงานครัว",)),
    Option("electrical", Words("ครุภัณฑ์ไฟฟ้าและวิทยุ", "Electrical and radio equipment"), also=("ไฟฟ้าและวิทยุ",)),
    Option("advertising", Words("ครุภัณฑ์โฆษณาและเผยแพร่", "Publicity equipment"), also=("โฆษณาและเผยแพร่",)),
    Option(
        "science",
        Words("ครุภัณฑ์วิทยาศาสตร์หรือการแพทย์", "Scientific or medical equipment"),
        also=("วิทยาศาสตร์หรือการแพทย์", "ครุภัณฑ์วิทยาศาสตร์และการแพทย์"),
    ),
    Option("factory", Words("ครุภัณฑ์โรงงาน", "Factory equipment"), also=("โรงงาน",)),
    Option("sports", Words("ครุภัณฑ์กีฬา", "Sports equipment"), also=("กีฬา",)),
    Option("survey", Words("ครุภัณฑ์สำรวจ", "Survey equipment"), also=("สำรวจ",)),
    Option(
        "computer",
        Words("ครุภัณฑ์คอมพิวเตอร์หรืออิเล็กทรอนิกส์", "Computers or electronics"),
        also=("คอมพิวเตอร์หรืออิเล็กทรอนิกส์", "ครุภัณฑ์คอมพิวเตอร์", "คอมพิวเตอร์"),
    ),
    Option("other", Words("ครุภัณฑ์อื่น", "Other equipment"), also=("อื่น", "อื่น ๆ")),
)
"""ประเภท of form ผ.03, as the form lists them."""

LINK_KINDS = (
    Option("moved", Words("ย้ายไปเป็น", "Moved to"), "neutral", also=("ย้ายไปแผนงาน",)),
    Option("merged", Words("รวมกับ", "Merged with"), "neutral"),
    Option("duplicate", Words("ซ้ำกับ", "Double of"), "warn", also=("ซ้ำลำดับที่",)),
)
"""What a project is to another, as plans note it: ย้ายไปแผนงาน…, รวมกับลำดับที่ 2, ซ้ำลำดับที่ 63."""

OUTCOMES = (
    Option("reached", Words("บรรลุตัวชี้วัด", "Target reached"), "ok"),
    Option("partly", Words("บรรลุบางส่วน", "Partly reached"), "warn"),
    Option("missed", Words("ไม่บรรลุตัวชี้วัด", "Target missed"), "danger"),
    Option("not_done", Words("ไม่ได้ดำเนินการ", "Not carried out"), "neutral"),
)


@record(
    type="equipment_item",
    area="planning",
    label=Words("ครุภัณฑ์ในแผน", "Equipment in the plan"),
    title=("name",),
    key=("plan", "programme", "name"),
)
class EquipmentItem(Record):
    """One row of form ผ.03 (บัญชีครุภัณฑ์, once ผ.08): equipment the office plans to buy."""

    plan: str | None = fields.reference(Words("แผนพัฒนา", "Plan"), "plan", default=None)
    """The plan it stands in."""
    programme: str | None = fields.choice(Words("แผนงาน", "Programme"), PROGRAMMES, default=None, in_list=True)
    """One of the twelve แผนงาน."""
    number: str | None = fields.text(Words("ลำดับที่", "Number"), default=None, max_length=30, in_list=True, headings=("ที่", "ลำดับ"))
    """As printed."""
    kind: str | None = fields.choice(Words("ประเภท", "Kind"), EQUIPMENT_KINDS, default=None, in_list=True)
    """ประเภท of the form; its หมวด is always ค่าครุภัณฑ์."""
    name: str = fields.long_text(
        Words("เป้าหมาย (ผลผลิตของครุภัณฑ์)", "Item"), max_length=2000, in_list=True, searchable=True, headings=("เป้าหมาย", "ครุภัณฑ์")
    )
    """What is bought and how many, as printed."""
    division: str | None = fields.text(
        Words("หน่วยงานรับผิดชอบหลัก", "Responsible division"), default=None, in_list=True, searchable=True, headings=("หน่วยงานรับผิดชอบ",)
    )
    """Who will keep it, as text with suggestions from division."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """Whatever else is to be known."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """Specifications and quotations."""


@record(
    type="equipment_budget",
    area="planning",
    label=Words("งบประมาณครุภัณฑ์", "Equipment budget"),
    title=("fiscal_year", "planned"),
    key=("equipment_item", "fiscal_year"),
)
class EquipmentBudget(Record):
    """The money of one item of equipment in one fiscal year."""

    equipment_item: str = fields.reference(Words("ครุภัณฑ์ในแผน", "Equipment in the plan"), "equipment_item", in_list=True)
    """Whose money it is."""
    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """พ.ศ.; inside the period of the plan."""
    planned: int | None = fields.money(
        Words("งบประมาณตามแผน (บาท)", "Planned (baht)"),
        default=None,
        in_list=True,
        headings=("budget{fiscal_year}", "{fiscal_year} (บาท)", "{fiscal_year}", "ปี {fiscal_year}"),
    )
    """Satang in the plan."""
    ordinance: int | None = fields.money(Words("งบประมาณตามข้อบัญญัติ (บาท)", "In the ordinance (baht)"), default=None, in_list=True)
    """Satang in the budget ordinance; None while there is none."""


@record(
    type="project_link",
    area="planning",
    label=Words("ความเชื่อมโยงโครงการ", "Link of projects"),
    title=("kind", "note"),
    key=("project", "other", "kind"),
)
class ProjectLink(Record):
    """That a project was moved to, merged with, or is a double of another."""

    project: str = fields.reference(Words("โครงการ", "Project"), "project", in_list=True)
    """The project the note stands at."""
    kind: str = fields.choice(Words("เชื่อมโยงอย่างไร", "What it is"), LINK_KINDS, in_list=True)
    """What it is to the other."""
    other: str = fields.reference(Words("กับโครงการ", "Other project"), "project", in_list=True)
    """The project that goes on."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None, in_list=True, searchable=True)
    """As the plan says it."""


@record(
    type="evaluation",
    area="planning",
    label=Words("การติดตามประเมินผลโครงการ", "Evaluation of a project"),
    title=("fiscal_year", "outcome"),
    key=("project", "fiscal_year"),
)
class Evaluation(Record):
    """How one project turned out in one fiscal year."""

    project: str = fields.reference(Words("โครงการ", "Project"), "project", in_list=True)
    """What is evaluated."""
    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """The year (พ.ศ.) looked back on."""
    outcome: str | None = fields.choice(Words("ผลการดำเนินงาน", "Outcome"), OUTCOMES, default=None, in_list=True)
    """Against the KPI of the plan."""
    kpi_result: str | None = fields.long_text(Words("ผลตามตัวชี้วัด", "KPI result"), default=None, in_list=True, searchable=True)
    """What was reached, in the unit of the KPI."""
    score: Decimal | None = fields.decimal(Words("คะแนน (ร้อยละ)", "Score (percent)"), places=2, default=None, in_list=True)
    """0 to 100."""
    lessons: str | None = fields.long_text(Words("ปัญหาอุปสรรคและข้อเสนอแนะ", "Lessons"), default=None, searchable=True)
    """What hindered and what to do otherwise."""
    evaluated_on: date | None = fields.day(Words("ประเมินเมื่อวันที่", "Evaluated on"), default=None, in_list=True, together="evaluated")
    """The day of the evaluation."""
    evaluated_by: str | None = fields.text(Words("ผู้ประเมิน", "Evaluated by"), default=None, together="evaluated")
    """The committee or officer."""
    photographs: tuple[FileRef, ...] | None = fields.files(Words("ภาพถ่าย", "Photographs"), default=None)
    """Before and after."""
