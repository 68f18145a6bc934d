"""Registry, second part: what an office asks DLA to change in the registry, its constituencies, and the published directory."""

from datetime import date

from records import fields
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

CHANGEABLE = (
    Option("name_th", Words("ชื่อ อปท.", "Thai name")),
    Option("name_en", Words("ชื่อภาษาอังกฤษ", "English name")),
    Option("type", Words("ประเภท อปท.", "Type")),
    Option("province", Words("จังหวัด", "Province")),
    Option("amphoe", Words("อำเภอ", "District")),
    Option("tambon", Words("ตำบล", "Subdistricts covered")),
    Option("area_km2", Words("พื้นที่ (ตร.กม.)", "Area (km²)")),
    Option("coordinates", Words("พิกัดที่ตั้ง", "Coordinates")),
    Option("website", Words("เว็บไซต์", "Web site")),
    Option("dopa_code", Words("รหัสกรมการปกครอง", "DOPA code")),
    Option("size_class", Words("ขนาด", "Size class")),
    Option("council_seats", Words("จำนวนสมาชิกสภา (คน)", "Council seats")),
    Option("status_since", Words("มีสถานะตั้งแต่วันที่", "Status since")),
)
"""The fields of `office` that a request may name, by their names there; the code and the status itself follow from events."""

_STATES = (
    Option("draft", Words("ร่าง", "Draft")),
    Option("submitted", Words("ส่งแล้ว รอพิจารณา", "Submitted"), "info"),
    Option("accepted", Words("รับแก้ไข", "Accepted"), "ok"),
    Option("returned", Words("ส่งคืน", "Returned"), "warn"),
    Option("withdrawn", Words("ถอนคำขอ", "Withdrawn")),
)
_ASKERS = frozenset({"clerk", "head", "office-admin"})
_DLA = frozenset({"dla"})

CHANGE_REQUEST_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "draft", Words("ร่างคำขอ", "Draft")),
        Transition("draft", "submitted", Words("ส่งคำขอถึง สถ.", "Submit to DLA"), _ASKERS, is_submission=True),
        Transition("draft", "withdrawn", Words("ถอนคำขอ", "Withdraw"), _ASKERS),
        Transition("submitted", "accepted", Words("รับแก้ไข", "Accept"), _DLA),
        Transition("submitted", "returned", Words("ส่งคืนให้แก้ไข", "Return"), _DLA),
        Transition("submitted", "withdrawn", Words("ถอนคำขอ", "Withdraw"), _ASKERS),
        Transition("returned", "draft", Words("แก้ไขคำขอ", "Mend"), _ASKERS),
        Transition("returned", "withdrawn", Words("ถอนคำขอ", "Withdraw"), _ASKERS),
    ),
)
"""draft → submitted → accepted or returned → draft; the office asks, DLA decides, and what is decided stays decided."""

BODIES = (
    Option("council", Words("สมาชิกสภา", "Council"), also=("ส.อบต.", "สท.", "ส.ท.", "ส.อบจ.", "สอบต.")),
    Option("executive", Words("นายก", "Chief executive")),
)


@record(
    type="registry_change_request",
    area="registry",
    label=Words("คำขอแก้ไขทะเบียน", "Registry change request"),
    title=("field", "proposed_value"),
    key=("office", "field", "proposed_value"),
    workflow=CHANGE_REQUEST_WORKFLOW,
)
class RegistryChangeRequest(Record):
    """What an office asks DLA to change in the office's own entry of the registry, one field at a time."""

    office: str = fields.reference(Words("อปท.", "Office"), "office", in_list=True)
    """Whose entry it is about."""
    field: str = fields.choice(Words("ข้อมูลที่ขอแก้ไข", "Field"), CHANGEABLE, in_list=True)
    """A field of `office`."""
    present_value: str | None = fields.long_text(Words("ข้อมูลปัจจุบัน", "Present value"), default=None)
    """As the registry showed it when the request was made; None where it was empty."""
    proposed_value: str = fields.long_text(Words("ขอแก้ไขเป็น", "Proposed value"), in_list=True, searchable=True)
    """As a person types it into that field."""
    reason: str = fields.long_text(Words("เหตุผล", "Reason"), searchable=True)
    """Why, with the paper that says so."""
    effective_on: date | None = fields.day(Words("มีผลวันที่", "Effective on"), default=None)
    """The day the change took effect; None when it mends a mistake."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """The announcement, the resolution of the council, a map."""
    state: str | None = fields.choice(Words("สถานะ", "State"), _STATES, default=None, in_list=True)
    """How far it has come."""
    submitted_on: date | None = fields.day(Words("วันที่ส่งคำขอ", "Submitted on"), default=None, in_list=True)
    """None until it is submitted."""
    decided_by: str | None = fields.text(Words("ผู้พิจารณา", "Decided by"), default=None, together="decision")
    """Name and post at DLA."""
    decided_on: date | None = fields.day(Words("วันที่พิจารณา", "Decided on"), default=None, in_list=True, together="decision")
    """None until it is decided."""
    answer: str | None = fields.long_text(Words("คำตอบของ สถ.", "Answer of DLA"), default=None, together="decision")
    """Why it was returned, or what was written instead."""
    applied_on: date | None = fields.day(Words("ลงทะเบียนแล้วเมื่อ", "Written to the registry on"), default=None, kept_by_program=True)
    """The day the accepted change was written into the office's entry; set by the program at DLA."""


@record(
    type="constituency",
    area="registry",
    label=Words("เขตเลือกตั้ง", "Constituency"),
    title=("body", "number", "name"),
    key=("body", "number", "valid_from"),
)
class Constituency(Record):
    """A constituency of the office, as the election commission of the province announced it."""

    body: str = fields.choice(Words("เลือกตั้ง", "Elects"), BODIES, in_list=True)
    """Whom it elects."""
    number: int | None = fields.integer(Words("เขตที่", "Number"), default=None, least=1, most=99, in_list=True)
    """Its number; None where the whole office is one."""
    name: str = fields.text(Words("ชื่อเขต/ท้องที่", "Name"), in_list=True, searchable=True)
    """As announced: หมู่ที่ 1 บ้านแม่ใส; the whole office where it is one."""
    seats: int | None = fields.integer(Words("จำนวนที่นั่ง (คน)", "Seats"), default=None, least=1, most=99, in_list=True)
    """How many it elects."""
    area: str | None = fields.long_text(Words("ท้องที่ในเขต", "Places in it"), default=None, searchable=True)
    """Villages, communities and parts of subdistricts, one a line."""
    village: str | None = fields.reference(Words("หมู่บ้าน/ชุมชน", "Village"), "village", default=None)
    """Where one village is one constituency, as in most อบต."""
    electors: int | None = fields.integer(Words("ผู้มีสิทธิเลือกตั้ง (คน)", "Electors"), default=None, least=0, in_list=True, together="electors")
    """At the last count."""
    counted_on: date | None = fields.day(Words("ข้อมูล ณ วันที่", "As of"), default=None, together="electors")
    """The day electors were counted."""
    valid_from: date | None = fields.day(Words("ใช้ตั้งแต่วันที่", "Valid from"), default=None, in_list=True)
    """The day of the announcement."""
    valid_to: date | None = fields.day(Words("ใช้ถึงวันที่", "Valid to"), default=None)
    """None while it is in force."""
    gazette: str | None = fields.text(Words("ประกาศ/ราชกิจจานุเบกษา", "Announcement"), default=None)
    """Number and day of the announcement, Gazette reference where there is one."""


@record(
    type="directory_entry",
    area="registry",
    label=Words("สมุดติดต่อ อปท.", "Directory entry"),
    home="central",
    title=("name", "post"),
    key=("office", "name", "post"),
)
class DirectoryEntry(Record):
    """A contact that an office publishes, copied by the server from its stream into the directory of all."""

    office: str = fields.reference(Words("อปท.", "Office"), "office", in_list=True)
    """Whose contact it is."""
    name: str = fields.text(Words("ชื่อหน่วยงาน/ผู้ติดต่อ", "Name"), in_list=True, searchable=True)
    """Of the office, a division, or a person in public office."""
    post: str | None = fields.text(Words("ตำแหน่ง/หน้าที่", "Post"), default=None, in_list=True, searchable=True)
    """What a person does there; None for the office or a division."""
    phone: str | None = fields.phone(Words("โทรศัพท์", "Telephone"), default=None, in_list=True)
    """Of the post, never a private one."""
    fax: str | None = fields.phone(Words("โทรสาร", "Fax"), default=None)
    """Fax number."""
    email: str | None = fields.email(Words("อีเมล", "E-mail"), default=None, in_list=True)
    """Mailbox of the office or the post."""
    line_id: str | None = fields.text(Words("ไลน์", "LINE"), default=None, max_length=100)
    """Official LINE account."""
    website: str | None = fields.text(Words("เว็บไซต์", "Web site"), default=None)
    """Address of its web site."""
    address: str | None = fields.text(Words("ที่อยู่", "Address"), default=None, searchable=True)
    """On one line, for a letter."""
    published_on: date | None = fields.day(Words("เผยแพร่เมื่อ", "Published on"), default=None)
    """The day the office published it; set by the server's copy."""
