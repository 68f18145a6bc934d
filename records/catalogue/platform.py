"""Platform (ระบบ): accounts as colleagues see them, conflicts that wait for a person, and leased blocks of numbers.

Grants, devices and tokens are the server's own tables, never records.
"""

from datetime import datetime

from records import fields
from records.areas import AREAS, ROLES
from records.kinds import Json, Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

ROLE_OPTIONS = tuple(Option(role, label) for role, label in ROLES.items())
AREA_OPTIONS = tuple(Option(area, label) for area, label in AREAS.items())

GRADES = (
    Option("merged", Words("รวมให้แล้ว (เพื่อทราบ)", "Merged (for information)"), "info"),
    Option("conflict", Words("ขัดแย้ง ต้องเลือก", "Conflict, needs a person"), "danger"),
)

CONFLICT_STATES = (
    Option("open", Words("รอตัดสิน", "Open"), "warn"),
    Option("settled", Words("ตัดสินแล้ว", "Settled"), "ok"),
)

CONFLICT_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "open", Words("แจ้ง", "Report")),
        Transition("", "settled", Words("บันทึกว่าตัดสินแล้ว", "Record as settled")),
        Transition("open", "settled", Words("ตัดสิน", "Settle")),
        Transition("settled", "open", Words("เปิดใหม่", "Reopen")),
    ),
)
"""Any desk of the office may settle; undoing that opens it again. The server never refuses a conflict for this (protocol.md)."""


@record(type="account", area="platform", label=Words("บัญชีผู้ใช้", "Account"), title=("full_name", "name"), key=("name",))
class Account(Record):
    """Who works in the program, as colleagues see the name in history. Rights are grants on the server, not this record."""

    name: str = fields.text(Words("ชื่อบัญชี", "Account name"), max_length=64, in_list=True, searchable=True)
    """`[a-z0-9._-]+`; what changed_by holds."""
    full_name: str | None = fields.text(Words("ชื่อ-สกุล", "Full name"), default=None, in_list=True, searchable=True)
    """As colleagues know the person."""
    role: str | None = fields.choice(Words("บทบาท", "Role"), ROLE_OPTIONS, default=None, in_list=True)
    """For people to read; the server decides by its own."""
    position: str | None = fields.text(Words("ตำแหน่ง", "Position"), default=None, in_list=True, searchable=True)
    """As on the person's letters."""
    division: str | None = fields.text(Words("หน่วยงาน", "Division"), default=None, in_list=True)
    """As text with suggestions from division."""
    email: str | None = fields.email(Words("อีเมล", "E-mail"), default=None, in_list=True)
    """Official mailbox."""
    phone: str | None = fields.phone(Words("โทรศัพท์", "Telephone"), default=None, in_list=True)
    """Official number."""


@record(
    type="conflict",
    area="platform",
    label=Words("มีผู้แก้ไขที่อื่น", "Conflict"),
    title=("record_title", "record_type"),
    workflow=CONFLICT_WORKFLOW,
)
class Conflict(Record):
    """Two edits of one record met. Its id is the UUIDv5 of record and losing change; it is read in the area of the record."""

    record_type: str = fields.text(Words("ประเภทข้อมูล", "Record type"), max_length=64, in_list=True, kept_by_program=True)
    """Type of the record, also one this program does not know."""
    record_id: str = fields.text(Words("รหัสรายการ", "Record id"), max_length=36, kept_by_program=True)
    """Id of the record."""
    record_title: str | None = fields.text(Words("รายการ", "Record"), default=None, in_list=True, searchable=True, kept_by_program=True)
    """What the record was called then; None when it had no title."""
    area: str | None = fields.choice(Words("ส่วนงาน", "Area"), AREA_OPTIONS, default=None, in_list=True, kept_by_program=True)
    """Area of the record; None for a type this program does not know."""
    grade: str = fields.choice(Words("ระดับ", "Grade"), GRADES, in_list=True, kept_by_program=True)
    """merged is for information, conflict needs a person."""
    state: str = fields.choice(Words("สถานะ", "State"), CONFLICT_STATES, in_list=True, together="state", kept_by_program=True)
    """open until a person of the office has chosen."""
    details: Json = fields.structure(Words("ค่าที่ขัดแย้ง", "Values"), personal=True, kept_by_program=True)
    """For each field (or fields that move together): base, mine, theirs, with who, when and on which device."""
    settled_by: str | None = fields.text(Words("ผู้ตัดสิน", "Settled by"), default=None, in_list=True, together="state", kept_by_program=True)
    """Account name; None while open."""
    settled_at: datetime | None = fields.moment(
        Words("ตัดสินเมื่อ", "Settled at"), default=None, in_list=True, together="state", kept_by_program=True
    )
    """None while open."""


@record(
    type="number_block",
    area="platform",
    label=Words("ช่วงเลขที่จอง", "Number block"),
    title=("book", "year", "from_number", "to_number"),
    key=("book", "year", "from_number"),
)
class NumberBlock(Record):
    """Numbers the server leased to one device; made by the server, its id is the request's."""

    book: str = fields.text(Words("ทะเบียน/เล่ม", "Book"), max_length=60, in_list=True, searchable=True, kept_by_program=True)
    """What is numbered: letters in, letters out, a receipt book."""
    year: int = fields.fiscal_year(Words("ปี", "Year"), in_list=True, kept_by_program=True)
    """พ.ศ. of the kind the book declares: calendar for letters, fiscal for receipts."""
    device: str | None = fields.text(Words("เครื่อง", "Device"), default=None, max_length=64, in_list=True, kept_by_program=True)
    """Id of the device that may use it."""
    from_number: int = fields.integer(Words("ตั้งแต่เลข", "From"), least=1, in_list=True, kept_by_program=True)
    """First number, included."""
    to_number: int = fields.integer(Words("ถึงเลข", "To"), least=1, in_list=True, kept_by_program=True)
    """Last number, included."""
    used: int | None = fields.integer(Words("ใช้ถึงเลข", "Used up to"), default=None, least=0, in_list=True, kept_by_program=True)
    """Highest number given out; None while none is."""
    voided: Json = fields.structure(Words("เลขที่ยกเลิก", "Voided numbers"), default=None, kept_by_program=True)
    """Object: number as text to the reason in words."""
    returned_from: int | None = fields.integer(Words("คืนตั้งแต่เลข", "Returned from"), default=None, least=1, kept_by_program=True)
    """First number given back unused, to the end of the block; None while the device keeps what is left."""
    closed_because: str | None = fields.text(Words("เหตุที่ปิดช่วงเลข", "Why it was closed"), default=None, max_length=200, kept_by_program=True)
    """Why the server closed the block in the place of its device (revoked, the year ended); None when the device gave it back itself."""
