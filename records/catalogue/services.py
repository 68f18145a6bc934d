"""Services (บริการประชาชน): what citizens may ask for, which papers and steps that takes, and the receipts."""

from datetime import date

from records import fields
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

SERVICE_STATES = (
    Option("open", Words("เปิดให้บริการ", "Offered"), "ok"),
    Option("paused", Words("งดชั่วคราว", "Paused"), "warn"),
    Option("closed", Words("ยกเลิกแล้ว", "Withdrawn"), "neutral"),
)

LIMIT_COUNTS = (
    Option("working_days", Words("วันทำการ", "Working days")),
    Option("days", Words("วันตามปฏิทิน", "Calendar days")),
)

HOLIDAY_KINDS = (
    Option("off", Words("วันหยุด", "Day off"), "neutral"),
    Option("working", Words("วันทำการ", "Working day"), "info"),
)

_DECIDERS = frozenset({"head", "office-admin"})

MEANS = (
    Option("cash", Words("เงินสด", "Cash")),
    Option("transfer", Words("โอนเงิน", "Bank transfer")),
    Option("qr", Words("คิวอาร์โค้ด", "QR code")),
    Option("card", Words("บัตร", "Card")),
    Option("cheque", Words("เช็ค", "Cheque")),
)

RECEIPT_STATES = (
    Option("issued", Words("ออกแล้ว", "Issued"), "ok"),
    Option("void", Words("ยกเลิก", "Void"), "danger"),
)

RECEIPT_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "issued", Words("ออกใบเสร็จ", "Issue")),
        Transition("issued", "void", Words("ยกเลิกใบเสร็จ", "Void"), _DECIDERS),
    ),
)
"""A receipt is issued once and voided at most once, by a head, with a reason; its number is never used again."""


@record(type="service", area="services", label=Words("งานบริการ", "Service"), title=("code", "name"), key=("code", "valid_from"))
class Service(Record):
    """One service of the office, as its citizens' manual (คู่มือสำหรับประชาชน) describes it; a new version is a new record by date."""

    code: str | None = fields.text(Words("รหัสบริการ", "Code"), default=None, max_length=30, in_list=True, searchable=True)
    """The office's own, short."""
    name: str = fields.text(Words("ชื่องานบริการ", "Name"), in_list=True, searchable=True, headings=("บริการ", "กระบวนงาน"))
    """As in the manual."""
    division: str | None = fields.text(Words("หน่วยงานรับผิดชอบ", "Responsible division"), default=None, in_list=True)
    """As text with suggestions from division."""
    target_minutes: int | None = fields.integer(Words("ระยะเวลาเป้าหมาย (นาที)", "Target (minutes)"), default=None, least=0, in_list=True)
    """Minutes of work the office promises for the whole service; its steps may say more closely."""
    legal_limit_days: int | None = fields.integer(
        Words("กำหนดเวลาตามกฎหมาย (วัน)", "Legal limit (days)"), default=None, least=0, in_list=True
    )
    """Days the law allows; None where it sets none."""
    limit_counts: str | None = fields.choice(Words("นับกำหนดเวลาเป็น", "The limit counts"), LIMIT_COUNTS, default=None)
    """Which days the limit counts; working days where nothing is said."""
    fee: int | None = fields.money(Words("ค่าธรรมเนียม (บาท)", "Fee (baht)"), default=None, in_list=True, together="fee")
    """Satang, where it is one sum; 0 is free of charge."""
    fee_rule: str | None = fields.long_text(Words("อัตราค่าธรรมเนียม", "Fee rule"), default=None, together="fee")
    """In words, where the sum depends on something."""
    law_ref: str | None = fields.text(Words("กฎหมายที่เกี่ยวข้อง", "Law"), default=None, searchable=True)
    """Act, section, ordinance."""
    state: str | None = fields.choice(Words("สถานะ", "State"), SERVICE_STATES, default=None, in_list=True)
    """Whether new requests are taken."""
    valid_from: date | None = fields.day(Words("ใช้ตั้งแต่วันที่", "Valid from"), default=None, in_list=True, together="valid")
    """First day of this version."""
    valid_to: date | None = fields.day(Words("ใช้ถึงวันที่", "Valid to"), default=None, together="valid")
    """Last day; None while in force."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("แบบฟอร์ม", "Forms"), default=None)
    """Blank forms and the manual."""


@record(
    type="service_document",
    area="services",
    label=Words("เอกสารของงานบริการ", "Paper of a service"),
    title=("name",),
    key=("service", "name"),
)
class ServiceDocument(Record):
    """One paper a citizen brings for a service: a line of the checklist at the counter."""

    service: str = fields.reference(Words("งานบริการ", "Service"), "service", in_list=True)
    """The service it is asked for."""
    order: int | None = fields.integer(Words("ลำดับ", "Order"), default=None, least=1, most=999, in_list=True)
    """Its place in the checklist."""
    name: str = fields.text(Words("เอกสาร", "Paper"), in_list=True, searchable=True)
    """As the citizens' manual names it, with the number of copies."""
    required: bool | None = fields.yes_no(Words("ต้องใช้ทุกราย", "Required of everybody"), default=None, in_list=True)
    """Whether the request is incomplete without it; yes where nothing is said."""
    note: str | None = fields.text(Words("หมายเหตุ", "Note"), default=None)
    """When it is needed, who issues it."""


@record(
    type="service_step",
    area="services",
    label=Words("ขั้นตอนของงานบริการ", "Step of a service"),
    title=("name",),
    key=("service", "name"),
)
class ServiceStep(Record):
    """One step of the work on a service as the citizens' manual promises it."""

    service: str = fields.reference(Words("งานบริการ", "Service"), "service", in_list=True)
    """The service it is a step of."""
    order: int | None = fields.integer(Words("ลำดับ", "Order"), default=None, least=1, most=999, in_list=True)
    """Its place among the steps."""
    name: str = fields.text(Words("ขั้นตอน", "Step"), in_list=True, searchable=True)
    """What is done: ตรวจเอกสาร, ตรวจสถานที่."""
    owner: str | None = fields.text(Words("ผู้รับผิดชอบ", "Owner"), default=None, in_list=True, searchable=True)
    """The officer or the position that does it; who has it when a request comes to this step."""
    target_minutes: int | None = fields.integer(Words("เป้าหมาย (นาที)", "Target (minutes)"), default=None, least=0, in_list=True)
    """Minutes of office hours it may take."""
    note: str | None = fields.text(Words("หมายเหตุ", "Note"), default=None)
    """What to look at."""


@record(
    type="holiday",
    area="services",
    label=Words("วันหยุดเพิ่มเติม", "Further holiday"),
    title=("name",),
    key=("day",),
)
class Holiday(Record):
    """A day the calendar of public holidays does not know: one the cabinet or the province gave, or a holiday on which the office works."""

    day: date = fields.day(Words("วันที่", "Day"), in_list=True)
    """The day."""
    name: str = fields.text(Words("ชื่อวัน", "Name"), in_list=True, searchable=True)
    """As the announcement calls it, with its number."""
    kind: str | None = fields.choice(Words("ประเภทวัน", "Kind of day"), HOLIDAY_KINDS, default=None, in_list=True)
    """Off or working; off where nothing is said."""


@record(
    type="receipt",
    area="services",
    label=Words("ใบเสร็จรับเงิน", "Receipt"),
    title=("book", "number", "payer"),
    key=("fiscal_year", "book", "number"),
    workflow=RECEIPT_WORKFLOW,
)
class Receipt(Record):
    """One receipt; its number comes from a leased number_block, so that two desks offline never use one twice."""

    fiscal_year: int | None = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), default=None, in_list=True, together="number")
    """Receipts are numbered by fiscal year (พ.ศ.)."""
    book: str | None = fields.text(Words("เล่มที่", "Book"), default=None, max_length=30, in_list=True, searchable=True, together="number")
    """The book, as number_block names it."""
    number: int | None = fields.integer(
        Words("เลขที่", "Number"), default=None, least=1, in_list=True, together="number", headings=("ใบเสร็จเลขที่",)
    )
    """None on a draft; once given never used again, voided or not."""
    issued_on: date | None = fields.day(Words("วันที่ออก", "Issued on"), default=None, in_list=True)
    """The day on the paper."""
    payer: str = fields.text(Words("ได้รับเงินจาก", "Received from"), in_list=True, searchable=True, personal=True, headings=("ผู้ชำระเงิน",))
    """Name as on the paper."""
    payer_tax_id: str | None = fields.citizen_id(
        Words("เลขประจำตัวผู้ชำระ", "Payer's id"), default=None, organisation=True, searchable=True, personal=True
    )
    """Citizen id or tax number, where asked."""
    request: str | None = fields.reference(Words("คำขอ", "Request"), "service_request", default=None)
    """The request it pays."""
    description: str | None = fields.long_text(Words("รายการ", "Items"), default=None, in_list=True, searchable=True)
    """What was paid, as printed."""
    amount: int = fields.money(Words("จำนวนเงิน (บาท)", "Amount (baht)"), in_list=True, together="amount", headings=("จำนวนเงิน",))
    """Satang."""
    means: str | None = fields.choice(Words("ชำระโดย", "Means"), MEANS, default=None, in_list=True, together="amount")
    """How it was paid."""
    revenue: str | None = fields.reference(Words("ประเภทรายได้", "Kind of revenue"), "revenue_line", default=None)
    """The revenue line it counts to."""
    cashier: str | None = fields.text(Words("ผู้รับเงิน", "Cashier"), default=None, in_list=True)
    """Who took the money."""
    state: str | None = fields.choice(Words("สถานะ", "State"), RECEIPT_STATES, default=None, in_list=True, together="state")
    """None on a draft."""
    void_reason: str | None = fields.text(Words("เหตุผลที่ยกเลิก", "Reason of voiding"), default=None, together="state")
    """Only of a void one, and then always."""
