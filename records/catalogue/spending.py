"""How money moves after the ordinance is adopted: transfers between its lines, and revenue that came in. e-LAAS stays the book of record."""

from datetime import date

from records import fields
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

TRANSFER_KINDS = (
    Option("transfer", Words("โอนงบประมาณ", "Transfer"), also=("โอน", "โอนเพิ่ม", "โอนลด", "โอนเพิ่ม/โอนลด")),
    Option("new_item", Words("โอนไปตั้งจ่ายเป็นรายการใหม่", "Transfer to a new item"), also=("ตั้งจ่ายใหม่", "ตั้งจ่ายรายการใหม่")),
    Option("amend", Words("แก้ไขเปลี่ยนแปลงคำชี้แจง", "Amend the explanation"), also=("แก้ไขคำชี้แจง", "แก้ไข")),
)
"""What a change of the ordinance after its adoption may be."""

APPROVERS = (
    Option("executive", Words("ผู้บริหารท้องถิ่น", "The executive"), also=("นายก", "ผู้บริหาร")),
    Option("council", Words("สภาท้องถิ่น", "The council"), also=("สภา",)),
    Option("governor", Words("ผู้ว่าราชการจังหวัด", "The provincial governor"), also=("ผู้ว่าฯ",)),
)

TRANSFER_STATES = (
    Option("proposed", Words("เสนอขออนุมัติ", "Proposed"), "info"),
    Option("approved", Words("อนุมัติแล้ว", "Approved"), "ok"),
    Option("cancelled", Words("ยกเลิก", "Cancelled"), "danger"),
)

TRANSFER_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "proposed", Words("เสนอขออนุมัติ", "Propose")),
        Transition("", "approved", Words("บันทึกที่อนุมัติแล้ว", "Record as approved"), is_submission=True),
        Transition("proposed", "approved", Words("บันทึกการอนุมัติ", "Record the approval"), is_submission=True),
        Transition("proposed", "cancelled", Words("ยกเลิก", "Cancel")),
        Transition("approved", "cancelled", Words("ยกเลิกการโอน", "Cancel the transfer")),
        Transition("cancelled", "proposed", Words("เสนอใหม่", "Propose again")),
    ),
)
"""Money moves when a transfer is approved, and back when it is cancelled; a proposed one moves none."""


@record(
    type="budget_transfer",
    area="budget",
    label=Words("การโอนงบประมาณ", "Budget transfer"),
    title=("number", "reason"),
    key=("fiscal_year", "number"),
    workflow=TRANSFER_WORKFLOW,
)
class BudgetTransfer(Record):
    """Money moved from one line of the ordinance to another, or an explanation changed."""

    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """พ.ศ.; the same as of both lines."""
    number: str | None = fields.text(
        Words("ครั้งที่/เลขที่", "Number"), default=None, max_length=60, in_list=True, searchable=True, headings=("โอนครั้งที่", "ครั้งที่")
    )
    """As on the memorandum: 3/2569."""
    kind: str = fields.choice(Words("ลักษณะ", "Kind"), TRANSFER_KINDS, in_list=True)
    """Transfer, new item or amended explanation."""
    from_line: str | None = fields.reference(Words("โอนลดจากรายการ", "From line"), "budget_line", default=None, in_list=True)
    """The line that gives; empty when only an explanation is amended."""
    to_line: str | None = fields.reference(Words("โอนเพิ่มให้รายการ", "To line"), "budget_line", default=None, in_list=True)
    """The line that takes, or whose explanation is amended."""
    amount: int | None = fields.money(Words("จำนวนเงินที่โอน (บาท)", "Amount (baht)"), default=None, in_list=True, headings=("จำนวนเงิน",))
    """Satang; empty when only an explanation is amended."""
    reason: str | None = fields.long_text(
        Words("เหตุผล", "Reason"), default=None, max_length=4000, searchable=True, headings=("เหตุผลและความจำเป็น",)
    )
    """Why; for an amended explanation also what it says now."""
    state: str | None = fields.choice(Words("สถานะ", "State"), TRANSFER_STATES, default=None, in_list=True, together="state")
    """Only an approved transfer moves money."""
    approved_by: str | None = fields.choice(Words("ผู้อนุมัติ", "Approved by"), APPROVERS, default=None, in_list=True, together="state")
    """Who had the power to approve it and did."""
    approved_on: date | None = fields.day(Words("อนุมัติวันที่", "Approved on"), default=None, in_list=True, together="state")
    """None until approved."""
    document: str | None = fields.text(Words("หนังสือ/มติที่อนุมัติ", "Document"), default=None, max_length=300, searchable=True, together="state")
    """Memorandum, or meeting and agenda item of the council."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """The signed paper."""


@record(
    type="revenue_receipt",
    area="budget",
    label=Words("รายรับจริง", "Revenue received"),
    title=("elaas_number", "received_on"),
    key=("fiscal_year", "elaas_number"),
)
class RevenueReceipt(Record):
    """Money that came in under one line of revenue."""

    revenue_line: str | None = fields.reference(Words("ประเภทรายได้", "Revenue line"), "revenue_line", default=None, in_list=True)
    """The line it counts for."""
    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    """พ.ศ.; the year whose money it is."""
    received_on: date | None = fields.day(Words("รับเมื่อวันที่", "Received on"), default=None, in_list=True, headings=("วันที่รับเงิน",))
    """The day of the entry in the book of record."""
    amount: int = fields.money(Words("จำนวนเงิน (บาท)", "Amount (baht)"), in_list=True)
    """Satang."""
    elaas_number: str | None = fields.text(
        Words("เลขที่เอกสาร e-LAAS", "e-LAAS number"), default=None, max_length=60, in_list=True, searchable=True
    )
    """Of the document in the book of record."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None, max_length=2000)
    """From whom, which month and the like."""
