"""Budget (งบประมาณ): the ordinance of a year, its lines, contracts, payments and revenue. e-LAAS stays the book of record."""

from datetime import date

from records import fields
from records.catalogue.budget_tree import BUDGET_GROUPS, PROGRAMMES, REVENUE_CATEGORIES, SIDES
from records.catalogue.year import YEAR_WORKFLOW
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words

YEAR_STATES = (
    Option("drafting", Words("จัดทำร่าง", "Draft"), "neutral"),
    Option("council", Words("อยู่ในการพิจารณาของสภา", "Before the council"), "info"),
    Option("in_force", Words("ประกาศใช้แล้ว", "In force"), "ok"),
    Option("closed", Words("ปิดปีงบประมาณแล้ว", "Closed"), "neutral"),
)

METHODS = (
    Option("e_bidding", Words("ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "e-bidding"), also=("e-bidding", "ประกวดราคาอิเล็กทรอนิกส์")),
    Option("e_market", Words("ตลาดอิเล็กทรอนิกส์ (e-market)", "e-market"), also=("e-market", "ตลาดอิเล็กทรอนิกส์")),
    Option("selection", Words("วิธีคัดเลือก", "Selection"), also=("คัดเลือก",)),
    Option("specific", Words("วิธีเฉพาะเจาะจง", "Specific"), also=("เฉพาะเจาะจง",)),
    Option("consultant", Words("จ้างที่ปรึกษา/ออกแบบ", "Consultants and design")),
    Option("other", Words("วิธีอื่น", "Other")),
)

CONTRACT_STATES = (
    Option("draft", Words("เตรียมลงนาม", "Being prepared"), "neutral"),
    Option("signed", Words("ลงนามแล้ว", "Signed"), "info"),
    Option("late", Words("ล่าช้ากว่ากำหนด", "Late"), "warn"),
    Option("accepted", Words("ตรวจรับครบแล้ว", "Accepted"), "ok"),
    Option("terminated", Words("บอกเลิกสัญญา", "Terminated"), "danger"),
)


@record(
    type="fiscal_year",
    area="budget",
    label=Words("ปีงบประมาณ", "Fiscal year"),
    title=("year", "ordinance_name"),
    key=("year",),
    workflow=YEAR_WORKFLOW,
)
class FiscalYear(Record):
    """The budget of one fiscal year: its ordinance and totals."""

    year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """พ.ศ.; 1 October of the year before to 30 September."""
    ordinance_name: str | None = fields.text(Words("ชื่อข้อบัญญัติ/เทศบัญญัติ", "Ordinance"), default=None, in_list=True, searchable=True)
    """In full."""
    ordinance_number: str | None = fields.text(Words("ข้อบัญญัติเลขที่", "Ordinance number"), default=None, max_length=50, in_list=True)
    """As announced."""
    state: str | None = fields.choice(Words("สถานะ", "State"), YEAR_STATES, default=None, in_list=True, together="state")
    """A closed year refuses changes of what belongs to it (records/periods.py)."""
    adopted_on: date | None = fields.day(Words("สภาอนุมัติวันที่", "Adopted by the council on"), default=None, together="state")
    """The day of the resolution."""
    effective_on: date | None = fields.day(Words("ประกาศใช้วันที่", "In force on"), default=None, in_list=True, together="state")
    """The day it took effect, 1 October unless late."""
    revenue_estimate: int | None = fields.money(Words("ประมาณการรายรับ (บาท)", "Revenue estimate (baht)"), default=None, in_list=True)
    """Satang."""
    expenditure_total: int | None = fields.money(Words("ประมาณการรายจ่าย (บาท)", "Expenditure (baht)"), default=None, in_list=True)
    """Satang; equals the sum of the lines."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """Supplementary ordinances and the like."""
    closed_on: date | None = fields.day(Words("ปิดปีวันที่", "Closed on"), default=None, together="state", kept_by_program=True)
    """The day of closing; None while open."""
    closed_by: str | None = fields.text(
        Words("ผู้ปิดหรือเปิดปี", "Closed or reopened by"), default=None, max_length=64, together="state", kept_by_program=True
    )
    """Account that closed the year last, or opened it again."""
    reason: str | None = fields.text(
        Words("เหตุผลที่ปิดหรือเปิดปีอีกครั้ง", "Reason of closing or reopening"), default=None, together="state", kept_by_program=True
    )
    """Of the last closing or reopening; those before stand in the history."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """The ordinance and its announcement."""


@record(
    type="budget_line",
    area="budget",
    label=Words("รายการงบประมาณ", "Budget line"),
    title=("name", "fiscal_year"),
    key=("fiscal_year", "programme", "work", "budget_group", "category", "kind", "name"),
)
class BudgetLine(Record):
    """One line of the ordinance: ด้าน → แผนงาน → งาน → งบ → หมวด → ประเภท."""

    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """พ.ศ."""
    side: str | None = fields.choice(Words("ด้าน", "Side"), SIDES, default=None, headings=("ด้าน",))
    """One of four."""
    programme: str | None = fields.choice(Words("แผนงาน", "Programme"), PROGRAMMES, default=None, in_list=True)
    """One of twelve."""
    work: str | None = fields.text(Words("งาน", "Work"), default=None, in_list=True, searchable=True)
    """งาน under the แผนงาน, as the ordinance names it."""
    budget_group: str | None = fields.choice(Words("งบ", "Budget group"), BUDGET_GROUPS, default=None, in_list=True)
    """One of six งบ."""
    category: str | None = fields.text(Words("หมวด", "Category"), default=None, searchable=True, headings=("หมวดรายจ่าย",))
    """ค่าตอบแทน, ค่าใช้สอย, ค่าครุภัณฑ์."""
    kind: str | None = fields.text(Words("ประเภท", "Kind"), default=None, searchable=True, headings=("ประเภทรายจ่าย",))
    """Under the category."""
    name: str = fields.long_text(Words("รายการ", "Line"), max_length=2000, in_list=True, searchable=True)
    """As the ordinance writes it."""
    project: str | None = fields.reference(Words("โครงการในแผน", "Project of the plan"), "project", default=None)
    """The project it pays; what the ordinance holds must be in the plan."""
    amount: int | None = fields.money(
        Words("งบประมาณ (บาท)", "Amount (baht)"), default=None, in_list=True, together="amount", headings=("จำนวนเงิน",)
    )
    """Satang as adopted, before transfers."""
    source: str | None = fields.text(Words("แหล่งเงิน", "Source of money"), default=None, together="amount")
    """เงินรายได้, เงินอุดหนุน, เงินสะสม."""
    elaas_code: str | None = fields.text(Words("รหัสในระบบ e-LAAS", "e-LAAS code"), default=None, max_length=60, searchable=True)
    """The line's code in the book of record."""
    note: str | None = fields.long_text(Words("คำชี้แจง", "Explanation"), default=None)
    """The explanation printed with the line."""


@record(type="contract", area="budget", label=Words("สัญญา", "Contract"), title=("number", "vendor"), key=("number", "signed_on"))
class Contract(Record):
    """One contract or purchase order."""

    number: str = fields.text(Words("สัญญาเลขที่", "Contract number"), max_length=60, in_list=True, searchable=True, headings=("เลขที่สัญญา",))
    """As on the paper: 12/2569."""
    subject: str | None = fields.long_text(Words("เรื่อง", "Subject"), default=None, max_length=2000, in_list=True, searchable=True)
    """What is bought or built."""
    project: str | None = fields.reference(Words("โครงการ", "Project"), "project", default=None)
    """The project it carries out."""
    budget_line: str | None = fields.reference(Words("รายการงบประมาณ", "Budget line"), "budget_line", default=None)
    """The line that pays it."""
    vendor: str = fields.text(Words("คู่สัญญา", "Vendor"), in_list=True, searchable=True, headings=("ผู้รับจ้าง", "ผู้ขาย"))
    """Name as on the contract."""
    vendor_tax_id: str | None = fields.citizen_id(
        Words("เลขประจำตัวผู้เสียภาษี", "Tax id"), default=None, organisation=True, searchable=True, personal=True
    )
    """13 digits; a citizen id when the vendor is a person."""
    method: str | None = fields.choice(Words("วิธีจัดซื้อจัดจ้าง", "Method"), METHODS, default=None, in_list=True)
    """Under the procurement act of 2560."""
    egp_number: str | None = fields.text(Words("เลขที่โครงการ e-GP", "e-GP number"), default=None, max_length=30, searchable=True)
    """Of the project in e-GP."""
    amount: int | None = fields.money(
        Words("วงเงินตามสัญญา (บาท)", "Amount (baht)"), default=None, in_list=True, together="amount", headings=("วงเงิน",)
    )
    """Satang, tax included."""
    signed_on: date | None = fields.day(
        Words("ลงนามวันที่", "Signed on"), default=None, in_list=True, together="state", headings=("วันที่ลงนาม",)
    )
    """None until signed."""
    starts_on: date | None = fields.day(Words("เริ่มงานวันที่", "Starts on"), default=None, together="time")
    """First day of the work."""
    due_on: date | None = fields.day(Words("สิ้นสุดสัญญาวันที่", "Due on"), default=None, in_list=True, together="time")
    """Last day of the work."""
    instalments: int | None = fields.integer(Words("จำนวนงวด", "Instalments"), default=None, least=1, most=999, together="amount")
    """How many payments."""
    guarantee: int | None = fields.money(Words("หลักประกันสัญญา (บาท)", "Guarantee (baht)"), default=None, together="guarantee")
    """Satang."""
    guarantee_returned_on: date | None = fields.day(Words("คืนหลักประกันวันที่", "Guarantee returned on"), default=None, together="guarantee")
    """None while the office holds it."""
    state: str | None = fields.choice(Words("สถานะ", "State"), CONTRACT_STATES, default=None, in_list=True, together="state")
    """How far it has come."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """The contract and its annexes."""


@record(
    type="disbursement",
    area="budget",
    label=Words("การเบิกจ่าย", "Disbursement"),
    title=("voucher_number", "payee"),
    key=("fiscal_year", "voucher_number"),
)
class Disbursement(Record):
    """One payment out of a budget line."""

    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """The year (พ.ศ.) whose money it is."""
    budget_line: str | None = fields.reference(Words("รายการงบประมาณ", "Budget line"), "budget_line", default=None)
    """The line that pays."""
    contract: str | None = fields.reference(Words("สัญญา", "Contract"), "contract", default=None)
    """None for payments without one."""
    voucher_number: str = fields.text(
        Words("เลขที่ฎีกา", "Voucher number"), max_length=60, in_list=True, searchable=True, headings=("ฎีกาเลขที่",)
    )
    """As on the voucher."""
    elaas_number: str | None = fields.text(
        Words("เลขที่เอกสาร e-LAAS", "e-LAAS number"), default=None, max_length=60, in_list=True, searchable=True
    )
    """Of the document in the book of record."""
    paid_on: date | None = fields.day(Words("วันที่จ่าย", "Paid on"), default=None, in_list=True, together="payment")
    """None until paid."""
    amount: int = fields.money(Words("จำนวนเงิน (บาท)", "Amount (baht)"), in_list=True, together="payment")
    """Satang before deductions."""
    deductions: int | None = fields.money(Words("หักภาษีและค่าปรับ (บาท)", "Deductions (baht)"), default=None, together="payment")
    """Satang: tax, fines, guarantee kept back."""
    payee: str = fields.text(Words("ผู้รับเงิน", "Payee"), in_list=True, searchable=True, personal=True)
    """Name on the cheque or transfer."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """Instalment and the like."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """Voucher and evidence."""


@record(
    type="revenue_line",
    area="budget",
    label=Words("ประมาณการรายรับ", "Revenue line"),
    title=("name", "fiscal_year"),
    key=("fiscal_year", "category", "name"),
)
class RevenueLine(Record):
    """One kind of revenue of a year: what was estimated and what came."""

    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """พ.ศ."""
    category: str | None = fields.choice(Words("หมวดรายได้", "Category"), REVENUE_CATEGORIES, default=None, in_list=True, headings=("หมวด",))
    """One of ten."""
    name: str = fields.text(Words("ประเภทรายได้", "Kind of revenue"), in_list=True, searchable=True, headings=("ประเภท", "รายการ"))
    """ภาษีที่ดินและสิ่งปลูกสร้าง, ค่าธรรมเนียมเก็บขยะ."""
    estimate: int | None = fields.money(Words("ประมาณการ (บาท)", "Estimate (baht)"), default=None, in_list=True)
    """Satang in the ordinance."""
    received: int | None = fields.money(Words("รับจริง (บาท)", "Received (baht)"), default=None, in_list=True, together="received")
    """Satang so far, from e-LAAS."""
    received_until: date | None = fields.day(Words("รับจริงถึงวันที่", "Received until"), default=None, together="received")
    """The last day counted in."""
    previous: int | None = fields.money(Words("รับจริงปีก่อน (บาท)", "Received the year before (baht)"), default=None)
    """Satang, for the estimate's reasons."""
    elaas_code: str | None = fields.text(Words("รหัสบัญชี e-LAAS", "e-LAAS code"), default=None, max_length=60, searchable=True)
    """The account in the book of record."""
