"""Requests (คำขอรับบริการ): what citizens asked of the office, the papers they brought, and the work on it step by step."""

from datetime import date, datetime
from decimal import Decimal

from records import fields
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

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

CLOSED_STATES = frozenset({"done", "rejected", "cancelled"})
"""States in which nothing more is to be done."""

_DECIDERS = frozenset({"head", "office-admin"})

_LATER_STATES = ("checking", "waiting_citizen", "approval", "done", "rejected", "cancelled")

REQUEST_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "received", Words("รับคำขอ", "Receive")),
        *(Transition("", state, Words("บันทึกเรื่องเดิม", "Record an earlier request"), _DECIDERS) for state in _LATER_STATES),
        Transition("received", "checking", Words("เริ่มตรวจสอบ", "Start checking")),
        Transition("received", "waiting_citizen", Words("ขอเอกสารเพิ่ม", "Ask for papers")),
        Transition("received", "cancelled", Words("ยกเลิกคำขอ", "Cancel")),
        Transition("checking", "waiting_citizen", Words("ขอเอกสารเพิ่ม", "Ask for papers")),
        Transition("waiting_citizen", "checking", Words("ได้รับเอกสารแล้ว", "Papers received")),
        Transition("checking", "approval", Words("เสนออนุมัติ", "Submit for approval"), is_submission=True),
        Transition("checking", "cancelled", Words("ยกเลิกคำขอ", "Cancel")),
        Transition("checking", "received", Words("ถอยกลับ", "Step back")),
        Transition("waiting_citizen", "cancelled", Words("ยกเลิกคำขอ", "Cancel")),
        Transition("approval", "done", Words("อนุมัติ", "Approve"), _DECIDERS, is_submission=True),
        Transition("approval", "rejected", Words("ไม่อนุมัติ", "Reject"), _DECIDERS, is_submission=True),
        Transition("approval", "checking", Words("ส่งกลับให้ตรวจใหม่", "Send back")),
        Transition("cancelled", "received", Words("รับคำขออีกครั้ง", "Receive again")),
        Transition("done", "checking", Words("เปิดเรื่องใหม่", "Reopen"), _DECIDERS),
        Transition("rejected", "checking", Words("ทบทวนคำสั่ง", "Review"), _DECIDERS),
    ),
    paused=frozenset({"waiting_citizen"}),
)
"""received → checking ⇄ waiting_citizen, checking → approval → done or rejected; heads decide, anybody may cancel before approval.
The clock stands while it waits for the citizen.

Heads may also record requests of the time before this program in the state they had.
"""

DOCUMENT_STATES = (
    Option("received", Words("ได้รับแล้ว", "Received"), "ok"),
    Option("missing", Words("ยังขาด", "Missing"), "warn"),
    Option("not_needed", Words("ไม่ต้องใช้", "Not needed"), "neutral"),
)

STEP_RESULTS = (
    Option("passed", Words("ผ่าน", "Passed"), "ok"),
    Option("failed", Words("ไม่ผ่าน", "Failed"), "danger"),
    Option("incomplete", Words("เอกสารไม่ครบ", "Papers missing"), "warn"),
    Option("forwarded", Words("ส่งต่อ", "Forwarded"), "info"),
)


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
    """The day by which it must be answered; moves on by as long as the office waited for the citizen."""
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
    house_number: str | None = fields.text(Words("บ้านเลขที่", "House number"), default=None, max_length=50, personal=True, together="address")
    """Of the applicant's address."""
    moo: int | None = fields.integer(Words("หมู่ที่", "Moo"), default=None, least=1, most=99, personal=True, together="address")
    """Number of the village, 1-99."""
    road: str | None = fields.text(Words("ถนน/ซอย", "Road"), default=None, personal=True, together="address")
    """Road and lane."""
    tambon: str | None = fields.text(Words("ตำบล/แขวง", "Subdistrict"), default=None, personal=True, together="address")
    """Name without ตำบล."""
    amphoe: str | None = fields.text(Words("อำเภอ/เขต", "District"), default=None, personal=True, together="address")
    """Name without อำเภอ."""
    province: str | None = fields.text(Words("จังหวัด", "Province"), default=None, personal=True, together="address")
    """Name without จังหวัด."""
    postcode: str | None = fields.text(Words("รหัสไปรษณีย์", "Postcode"), default=None, max_length=5, personal=True, together="address")
    """5 digits."""
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
    missing_notified_at: datetime | None = fields.moment(Words("แจ้งเอกสารที่ขาดเมื่อ", "Told what is missing at"), default=None)
    """When the citizen was given the list of missing papers in writing (Licensing Facilitation Act 2558); None when nothing was missing."""
    result: str | None = fields.long_text(Words("ผลการดำเนินการ", "Result"), default=None, searchable=True)
    """What was done, or why it was refused; the citizen is told this."""
    tags: tuple[str, ...] | None = fields.tags(Words("ป้ายกำกับ", "Tags"), default=None)
    """Words of the office's own."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None, personal=True)
    """Papers the citizen brought and the answer."""


@record(
    type="request_document",
    area="services",
    label=Words("เอกสารของคำขอ", "Paper of a request"),
    title=("name",),
    key=("request", "name"),
)
class RequestDocument(Record):
    """One paper of one request: brought, missing or not needed."""

    request: str = fields.reference(Words("คำขอ", "Request"), "service_request", in_list=True)
    """The request it belongs to."""
    service_document: str | None = fields.reference(Words("เอกสารตามคู่มือ", "Paper of the manual"), "service_document", default=None)
    """The line of the service's checklist; None for a paper asked for beside it."""
    name: str = fields.text(Words("เอกสาร", "Paper"), in_list=True, searchable=True)
    """As it was asked for."""
    state: str | None = fields.choice(Words("สถานะ", "State"), DOCUMENT_STATES, default=None, in_list=True)
    """Whether it was brought."""
    note: str | None = fields.text(Words("หมายเหตุ", "Note"), default=None, in_list=True)
    """What is wrong with it, when it was brought."""


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
    service_step: str | None = fields.reference(Words("ขั้นตอนตามคู่มือ", "Step of the manual"), "service_step", default=None)
    """The step of the service it is; None for one of its own."""
    target_minutes: int | None = fields.integer(Words("เป้าหมาย (นาที)", "Target (minutes)"), default=None, least=0)
    """Minutes of office hours promised when it began; later changes of the manual do not touch it."""
    officer: str | None = fields.text(Words("เจ้าหน้าที่", "Officer"), default=None, in_list=True, searchable=True)
    """Who does it."""
    started_at: datetime | None = fields.moment(Words("เริ่ม", "Started"), default=None, in_list=True)
    """None until begun."""
    ended_at: datetime | None = fields.moment(Words("เสร็จ", "Ended"), default=None, in_list=True, together="result")
    """None while it lasts."""
    paused_at: datetime | None = fields.moment(Words("เริ่มรอผู้ยื่นเมื่อ", "Waiting since"), default=None)
    """Since when it waits for the citizen; None while the clock runs."""
    paused_minutes: int | None = fields.integer(Words("เวลารอผู้ยื่น (นาที)", "Paused (minutes)"), default=None, least=0)
    """Minutes of office hours that waited for the citizen and are over; they are not counted against the office."""
    result: str | None = fields.choice(Words("ผล", "Result"), STEP_RESULTS, default=None, in_list=True, together="result")
    """None while it lasts."""
    note: str | None = fields.long_text(Words("บันทึก", "Note"), default=None, searchable=True)
    """What was seen or agreed."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """Photographs and papers of this step."""
