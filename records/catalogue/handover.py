"""Handing duties over, checking who may stand, and complaints against executives, which the office concerned never reads."""

from datetime import date

from records import fields
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

HANDOVER_STATES = (
    Option("draft", Words("กำลังจัดทำ", "Being prepared")),
    Option("handed", Words("ส่งมอบแล้ว", "Handed over"), "ok"),
    Option("disputed", Words("มีข้อทักท้วง", "Disputed"), "warn"),
)

CHECK_RESULTS = (
    Option("pass", Words("ผ่าน", "Pass"), "ok"),
    Option("warn", Words("ควรตรวจสอบ", "Look again"), "warn"),
    Option("fail", Words("ไม่ผ่าน", "Fail"), "danger"),
    Option("unknown", Words("ยังไม่ทราบ", "Unknown")),
)

COMPLAINT_CHANNELS = (
    Option("letter", Words("หนังสือร้องเรียน", "Letter")),
    Option("in_person", Words("ร้องเรียนด้วยตนเอง", "In person")),
    Option("damrongdhama", Words("ศูนย์ดำรงธรรม", "Damrongdhama centre")),
    Option("agency", Words("หน่วยงานอื่นส่งมา", "Referred by an agency")),
    Option("anonymous", Words("บัตรสนเท่ห์", "Anonymous letter")),
)

INQUIRY_STEPS = (
    Option("received", Words("รับเรื่อง", "Received")),
    Option("fact_finding", Words("สอบข้อเท็จจริง", "Fact finding"), "warn"),
    Option("committee", Words("ตั้งคณะกรรมการสอบสวน", "Committee of inquiry"), "warn"),
    Option("concluded", Words("สรุปสำนวน", "Concluded"), "warn"),
    Option("ordered", Words("วินิจฉัย/มีคำสั่ง", "Decided"), "danger"),
    Option("dismissed", Words("ยุติเรื่อง", "Dismissed"), "ok"),
    Option("appealed", Words("อุทธรณ์/ฟ้องศาลปกครอง", "Appealed"), "warn"),
    Option("closed", Words("เสร็จสิ้น", "Closed"), "ok"),
)

SECRECY = (
    Option("confidential", Words("ลับ", "Confidential"), "warn"),
    Option("secret", Words("ลับมาก", "Secret"), "danger"),
    Option("ordinary", Words("ไม่ลับ", "Ordinary")),
)


@record(
    type="duty_handover",
    area="people",
    label=Words("การส่งมอบงาน", "Handover of duties"),
    title=("from_name", "to_name", "on"),
    key=("from_name", "to_name", "on"),
)
class DutyHandover(Record):
    """One handing over of an office from one holder to the next: what was there, what was missing, and that both signed."""

    position_name: str | None = fields.text(Words("ตำแหน่ง", "Position"), default=None, in_list=True, searchable=True)
    """Of which position."""
    from_person: str | None = fields.reference(Words("ผู้ส่งมอบในทะเบียน", "From (register)"), "person", default=None)
    """Who hands over; None when only the name is known."""
    from_name: str = fields.text(Words("ผู้ส่งมอบ", "From"), in_list=True, searchable=True)
    """As signed."""
    to_person: str | None = fields.reference(Words("ผู้รับมอบในทะเบียน", "To (register)"), "person", default=None)
    """Who takes over; None when only the name is known."""
    to_name: str = fields.text(Words("ผู้รับมอบ", "To"), in_list=True, searchable=True)
    """As signed."""
    on: date | None = fields.day(Words("วันที่ส่งมอบ", "Day of handover"), default=None, in_list=True)
    """None while it is prepared."""
    items: str | None = fields.long_text(Words("รายการที่ส่งมอบ", "Handed over"), default=None)
    """Papers, money, property, unfinished work; one a line."""
    missing: str | None = fields.long_text(Words("รายการที่ขาด", "Missing"), default=None)
    """What should have been there; one a line."""
    signed_by_giver: bool | None = fields.yes_no(Words("ผู้ส่งมอบลงนามแล้ว", "Giver signed"), default=None)
    """Whether the paper bears the signature."""
    signed_by_taker: bool | None = fields.yes_no(Words("ผู้รับมอบลงนามแล้ว", "Taker signed"), default=None)
    """Whether the paper bears the signature."""
    state: str | None = fields.choice(Words("สถานะ", "State"), HANDOVER_STATES, default=None, in_list=True)
    """How far it has come."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """The signed paper."""


@record(
    type="qualification_check",
    area="people",
    label=Words("การตรวจคุณสมบัติ", "Qualification check"),
    title=("person_name", "rule"),
    key=("person_name", "rule", "checked_on"),
)
class QualificationCheck(Record):
    """One rule of the statute held against one person. A result advises; it disqualifies nobody."""

    person: str | None = fields.reference(Words("บุคคล", "Person"), "person", default=None)
    """Who is checked; None when not in the register."""
    person_name: str = fields.text(Words("ชื่อ", "Name"), in_list=True, searchable=True, personal=True)
    """As on the application."""
    rule: str = fields.text(Words("ข้อที่ตรวจ", "Rule"), in_list=True, searchable=True)
    """In short words: age on election day, one year in the house register."""
    law_ref: str | None = fields.text(Words("มาตรา", "Section of the law"), default=None, in_list=True)
    """Statute and section."""
    result: str | None = fields.choice(Words("ผล", "Result"), CHECK_RESULTS, default=None, in_list=True)
    """None until somebody looked."""
    evidence: str | None = fields.long_text(Words("หลักฐาน", "Evidence"), default=None, personal=True)
    """What was looked at and what it says."""
    checked_by: str | None = fields.text(Words("ผู้ตรวจ", "Checked by"), default=None)
    """Name of the officer."""
    checked_on: date | None = fields.day(Words("วันที่ตรวจ", "Checked on"), default=None, in_list=True)
    """The day of the check."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None, personal=True)
    """Copies of the evidence."""


@record(
    type="executive_complaint",
    area="oversight",
    label=Words("เรื่องร้องเรียนผู้บริหารท้องถิ่น", "Complaint against an executive"),
    home="province",
    title=("number", "respondent_name"),
    key=("number",),
    workflow=Workflow(
        "state",
        (
            Transition("", "received", Words("รับเรื่อง", "Receive")),
            Transition("received", "fact_finding", Words("สอบข้อเท็จจริง", "Find the facts")),
            Transition("received", "dismissed", Words("ยุติเรื่อง", "Dismiss")),
            Transition("fact_finding", "committee", Words("ตั้งคณะกรรมการสอบสวน", "Appoint the committee")),
            Transition("fact_finding", "dismissed", Words("ยุติเรื่อง", "Dismiss")),
            Transition("committee", "concluded", Words("สรุปสำนวน", "Conclude")),
            Transition("concluded", "ordered", Words("วินิจฉัย/มีคำสั่ง", "Decide")),
            Transition("concluded", "dismissed", Words("ยุติเรื่อง", "Dismiss")),
            Transition("ordered", "appealed", Words("อุทธรณ์/ฟ้องศาลปกครอง", "Appeal")),
            Transition("ordered", "closed", Words("ปิดเรื่อง", "Close")),
            Transition("appealed", "closed", Words("ปิดเรื่อง", "Close")),
            Transition("dismissed", "closed", Words("ปิดเรื่อง", "Close")),
        ),
    ),
)
class ExecutiveComplaint(Record):
    """A complaint against an executive or councillor (ministerial regulation of 2563). It lives with the province, never with the office."""

    number: str = fields.text(Words("เลขที่เรื่อง", "Number"), max_length=60, in_list=True, searchable=True)
    """As the register of the supervisor counts."""
    office: str | None = fields.reference(Words("อปท.", "Office"), "office", default=None, in_list=True)
    """Whose executive."""
    respondent_name: str = fields.text(Words("ผู้ถูกร้อง", "Respondent"), in_list=True, searchable=True, personal=True)
    """Name and position."""
    allegation: str = fields.long_text(Words("ข้อกล่าวหา", "Allegation"), personal=True)
    """What is alleged, in the words of the complaint."""
    channel: str | None = fields.choice(Words("ช่องทาง", "Channel"), COMPLAINT_CHANNELS, default=None, in_list=True)
    """How it came."""
    received_on: date | None = fields.day(Words("วันที่รับเรื่อง", "Received on"), default=None, in_list=True)
    """The day it came."""
    state: str | None = fields.choice(Words("ขั้นตอน", "Step"), INQUIRY_STEPS, default=None, in_list=True)
    """How far the inquiry has come."""
    due_on: date | None = fields.day(Words("กำหนดของขั้นตอน", "Step due"), default=None, in_list=True)
    """The day by which the present step must be done."""
    committee: str | None = fields.long_text(Words("คณะกรรมการ", "Committee"), default=None)
    """Members and the order that appointed them."""
    finding: str | None = fields.long_text(Words("ผลการสอบสวน", "Finding"), default=None, personal=True)
    """What the inquiry found."""
    order_number: str | None = fields.text(Words("คำสั่งเลขที่", "Order number"), default=None, max_length=100, together="order")
    """Of the decision."""
    order_date: date | None = fields.day(Words("คำสั่งลงวันที่", "Order date"), default=None, together="order")
    """The day the decision is dated."""
    appeal: str | None = fields.long_text(Words("การอุทธรณ์", "Appeal"), default=None)
    """Where and when, and what came of it."""
    confidentiality: str | None = fields.choice(Words("ชั้นความลับ", "Secrecy"), SECRECY, default=None, in_list=True)
    """How it is kept."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None, personal=True)
    """The complaint and the file."""
