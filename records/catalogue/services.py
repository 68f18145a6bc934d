"""Services (บริการประชาชน): what citizens may ask for, their requests, and what was done."""

from datetime import date, datetime
from decimal import Decimal

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

CHANNELS = (
    Option("counter", Words("มาติดต่อด้วยตนเอง", "At the counter"), also=("walk-in", "เคาน์เตอร์")),
    Option("phone", Words("โทรศัพท์", "Telephone")),
    Option("letter", Words("หนังสือ/ไปรษณีย์", "Letter")),
    Option("web", Words("เว็บไซต์", "Web site")),
    Option("line", Words("ไลน์", "LINE")),
    Option("facebook", Words("เฟซบุ๊ก", "Facebook")),
    Option("mobile_unit", Words("หน่วยบริการเคลื่อนที่", "Mobile unit")),
    Option("damrongdhama", Words("ศูนย์ดำรงธรรม 1567", "Damrongdhama centre 1567"), also=("ศูนย์ดำรงธรรม",)),
    Option("other", Words("ช่องทางอื่น", "Other")),
)

REQUEST_STATES = (
    Option("received", Words("รับคำขอแล้ว", "Received"), "info"),
    Option("checking", Words("ตรวจสอบเอกสาร", "Checking"), "info"),
    Option("waiting_citizen", Words("รอเอกสารจากผู้ยื่น", "Waiting for the citizen"), "warn"),
    Option("approval", Words("เสนออนุมัติ", "Awaiting approval"), "warn"),
    Option("done", Words("เสร็จสิ้น", "Done"), "ok"),
    Option("rejected", Words("ไม่อนุมัติ", "Rejected"), "danger"),
    Option("cancelled", Words("ยกเลิก", "Cancelled"), "neutral"),
)

_DECIDERS = frozenset({"head", "office-admin"})

_LATER_STATES = ("checking", "waiting_citizen", "approval", "done", "rejected", "cancelled")

REQUEST_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "received", Words("รับคำขอ", "Receive")),
        *(Transition("", state, Words("บันทึกเรื่องเดิม", "Record an earlier request"), _DECIDERS) for state in _LATER_STATES),
        Transition("received", "checking", Words("เริ่มตรวจสอบ", "Start checking")),
        Transition("received", "cancelled", Words("ยกเลิกคำขอ", "Cancel")),
        Transition("checking", "waiting_citizen", Words("ขอเอกสารเพิ่ม", "Ask for papers")),
        Transition("waiting_citizen", "checking", Words("ได้รับเอกสารแล้ว", "Papers received")),
        Transition("checking", "approval", Words("เสนออนุมัติ", "Submit for approval")),
        Transition("checking", "cancelled", Words("ยกเลิกคำขอ", "Cancel")),
        Transition("checking", "received", Words("ถอยกลับ", "Step back")),
        Transition("waiting_citizen", "cancelled", Words("ยกเลิกคำขอ", "Cancel")),
        Transition("approval", "done", Words("อนุมัติ", "Approve"), _DECIDERS),
        Transition("approval", "rejected", Words("ไม่อนุมัติ", "Reject"), _DECIDERS),
        Transition("approval", "checking", Words("ส่งกลับให้ตรวจใหม่", "Send back")),
        Transition("cancelled", "received", Words("รับคำขออีกครั้ง", "Receive again")),
        Transition("done", "checking", Words("เปิดเรื่องใหม่", "Reopen"), _DECIDERS),
        Transition("rejected", "checking", Words("ทบทวนคำสั่ง", "Review"), _DECIDERS),
    ),
)
"""received ⇄ checking ⇄ waiting_citizen → approval → done or rejected; heads decide, anybody may cancel before approval.

Heads may also record requests of the time before this program in the state they had.
"""

STEP_RESULTS = (
    Option("passed", Words("ผ่าน", "Passed"), "ok"),
    Option("failed", Words("ไม่ผ่าน", "Failed"), "danger"),
    Option("incomplete", Words("เอกสารไม่ครบ", "Papers missing"), "warn"),
    Option("forwarded", Words("ส่งต่อ", "Forwarded"), "info"),
)


@record(type="service", area="services", label=Words("งานบริการ", "Service"), title=("code", "name"), key=("code", "valid_from"))
class Service(Record):
    """One service of the office, as its citizens' manual (คู่มือสำหรับประชาชน) describes it; a new version is a new record by date."""

    code: str | None = fields.text(Words("รหัสบริการ", "Code"), default=None, max_length=30, in_list=True, searchable=True)
    """The office's own, short."""
    name: str = fields.text(Words("ชื่องานบริการ", "Name"), in_list=True, searchable=True, headings=("บริการ", "กระบวนงาน"))
    """As in the manual."""
    division: str | None = fields.text(Words("หน่วยงานรับผิดชอบ", "Responsible division"), default=None, in_list=True)
    """As text with suggestions from division."""
    documents_needed: str | None = fields.long_text(Words("เอกสารที่ต้องใช้", "Documents needed"), default=None)
    """One a line."""
    steps: str | None = fields.long_text(Words("ขั้นตอน", "Steps"), default=None)
    """One a line, with minutes and who does it."""
    target_minutes: int | None = fields.integer(Words("ระยะเวลาเป้าหมาย (นาที)", "Target (minutes)"), default=None, least=0, in_list=True)
    """Minutes of work the office promises for the whole service."""
    legal_limit_days: int | None = fields.integer(
        Words("กำหนดเวลาตามกฎหมาย (วัน)", "Legal limit (days)"), default=None, least=0, in_list=True
    )
    """Days the law allows; None where it sets none."""
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
    type="service_request",
    area="services",
    label=Words("คำขอรับบริการ", "Service request"),
    title=("tracking_number", "subject"),
    key=("tracking_number",),
    workflow=REQUEST_WORKFLOW,
)
class ServiceRequest(Record):
    """What a citizen asked of the office, from the counter to the answer. Seen outside the office only as a count."""

    tracking_number: str | None = fields.text(
        Words("เลขที่คำขอ", "Tracking number"), default=None, max_length=40, in_list=True, searchable=True, headings=("เลขรับ", "เลขติดตาม")
    )
    """What the citizen is given to ask by; None until one is given."""
    subject: str = fields.text(Words("เรื่อง", "Subject"), in_list=True, searchable=True, headings=("หัวข้อ",))
    """What it is about, in a few words."""
    service: str | None = fields.reference(Words("งานบริการ", "Service"), "service", default=None)
    """The service of the manual; None when it fits none."""
    detail: str | None = fields.long_text(Words("รายละเอียด", "Detail"), default=None, searchable=True)
    """What the citizen said."""
    channel: str | None = fields.choice(Words("ช่องทาง", "Channel"), CHANNELS, default=None, in_list=True)
    """How it came in."""
    received_at: datetime | None = fields.moment(Words("รับเมื่อ", "Received at"), default=None, in_list=True, headings=("วันที่รับ",))
    """The instant it came in."""
    due: date | None = fields.day(Words("กำหนดแล้วเสร็จ", "Due"), default=None, in_list=True, headings=("วันครบกำหนด",))
    """The day by which it must be answered."""
    applicant: str | None = fields.reference(Words("ผู้ยื่นในทะเบียนบุคคล", "Applicant in the register"), "person", default=None)
    """None when the person is not registered."""
    applicant_name: str | None = fields.text(
        Words("ชื่อผู้ยื่นคำขอ", "Name of the applicant"),
        default=None,
        in_list=True,
        searchable=True,
        personal=True,
        headings=("ผู้ยื่น", "ชื่อ-สกุล", "ชื่อ - สกุล"),
    )
    """As told; kept beside the reference, because a request stands as it was filed."""
    citizen_id: str | None = fields.citizen_id(
        Words("เลขประจำตัวประชาชน", "Citizen id"), default=None, searchable=True, personal=True, headings=("เลขบัตรประชาชน",)
    )
    """Only where the service needs it."""
    phone: str | None = fields.phone(
        Words("โทรศัพท์", "Telephone"), default=None, in_list=True, searchable=True, personal=True, headings=("เบอร์โทรศัพท์", "โทร")
    )
    """Where the applicant is reached."""
    email: str | None = fields.email(Words("อีเมล", "E-mail"), default=None, personal=True)
    """Where the answer may be sent."""
    place: str | None = fields.text(Words("สถานที่", "Place"), default=None, searchable=True, together="place")
    """What place it is about."""
    coordinates: tuple[Decimal, Decimal] | None = fields.coordinates(Words("พิกัด", "Coordinates"), default=None, together="place")
    """WGS 84."""
    division: str | None = fields.text(Words("หน่วยงานรับผิดชอบ", "Responsible division"), default=None, in_list=True, searchable=True)
    """As text with suggestions from division."""
    officer: str | None = fields.text(Words("เจ้าหน้าที่ผู้รับผิดชอบ", "Officer"), default=None, in_list=True, searchable=True)
    """Who works on it."""
    state: str | None = fields.choice(Words("สถานะ", "State"), REQUEST_STATES, default=None, in_list=True, together="state")
    """Where it stands; moves only as the workflow allows."""
    closed_on: date | None = fields.day(Words("เสร็จสิ้นวันที่", "Closed on"), default=None, in_list=True, together="state")
    """The day of done, rejected or cancelled; None while open."""
    result: str | None = fields.long_text(Words("ผลการดำเนินการ", "Result"), default=None, searchable=True)
    """What was done, or why it was refused; the citizen is told this."""
    tags: tuple[str, ...] | None = fields.tags(Words("ป้ายกำกับ", "Tags"), default=None)
    """Words of the office's own."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attachments"), default=None, personal=True)
    """Papers the citizen brought and the answer."""


@record(
    type="request_step",
    area="services",
    label=Words("ขั้นตอนของคำขอ", "Step of a request"),
    title=("step", "officer"),
)
class RequestStep(Record):
    """One step of work on a request; waiting for the citizen stops its clock."""

    request: str = fields.reference(Words("คำขอ", "Request"), "service_request", in_list=True)
    """The request worked on."""
    step: str = fields.text(Words("ขั้นตอน", "Step"), in_list=True, searchable=True)
    """What is done: ตรวจเอกสาร, ตรวจสถานที่."""
    officer: str | None = fields.text(Words("เจ้าหน้าที่", "Officer"), default=None, in_list=True, searchable=True)
    """Who does it."""
    started_at: datetime | None = fields.moment(Words("เริ่ม", "Started"), default=None, in_list=True)
    """None until begun."""
    ended_at: datetime | None = fields.moment(Words("เสร็จ", "Ended"), default=None, in_list=True, together="result")
    """None while it lasts."""
    paused_minutes: int | None = fields.integer(Words("เวลารอผู้ยื่น (นาที)", "Paused (minutes)"), default=None, least=0)
    """Minutes that waited for the citizen, not counted against the office."""
    result: str | None = fields.choice(Words("ผล", "Result"), STEP_RESULTS, default=None, in_list=True, together="result")
    """None while it lasts."""
    note: str | None = fields.long_text(Words("บันทึก", "Note"), default=None, searchable=True)
    """What was seen or agreed."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attachments"), default=None)
    """Photographs and papers of this step."""
