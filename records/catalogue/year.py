"""Year's turn (การขึ้นปีใหม่งบประมาณ): how a fiscal year goes from draft to closed, and money carried over (เงินกันเหลื่อมปี)."""

from datetime import date

from records import fields
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

DECIDERS = frozenset({"head", "office-admin"})
"""The roles that close a year and open it again."""

YEAR_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "drafting", Words("เริ่มจัดทำ", "Start drafting")),
        Transition("", "council", Words("บันทึกปีที่อยู่ในสภา", "Record a year before the council")),
        Transition("", "in_force", Words("บันทึกปีที่ใช้อยู่", "Record a year in force")),
        Transition("", "closed", Words("บันทึกปีที่ปิดแล้ว", "Record a closed year"), DECIDERS),
        Transition("drafting", "council", Words("เสนอสภา", "Submit to the council")),
        Transition("drafting", "in_force", Words("ประกาศใช้", "Put in force")),
        Transition("council", "in_force", Words("ประกาศใช้", "Put in force")),
        Transition("council", "drafting", Words("ถอยกลับเป็นร่าง", "Back to draft")),
        Transition("in_force", "council", Words("ถอยกลับ", "Step back")),
        Transition("in_force", "closed", Words("ปิดปีงบประมาณ", "Close the year"), DECIDERS),
        Transition("closed", "in_force", Words("เปิดปีอีกครั้ง", "Reopen the year"), DECIDERS),
    ),
)
"""drafting ⇄ council ⇄ in_force ⇄ closed; only heads and office administrators close and reopen, and both with a reason."""

CARRY_OVER_STATES = (
    Option("asked", Words("ขออนุมัติกันเงิน", "Asked for"), "info"),
    Option("approved", Words("อนุมัติแล้ว", "Approved"), "ok"),
    Option("spent", Words("เบิกจ่ายครบแล้ว", "Spent"), "neutral"),
    Option("lapsed", Words("พับตก", "Lapsed"), "danger"),
)


@record(
    type="carry_over",
    area="budget",
    label=Words("เงินกันเหลื่อมปี", "Money carried over"),
    title=("fiscal_year", "amount"),
)
class CarryOver(Record):
    """Money of a line that may still be paid after its year has closed."""

    fiscal_year: int = fields.fiscal_year(Words("ปีงบประมาณของเงิน", "Fiscal year of the money"), in_list=True)
    """The year (พ.ศ.) the money comes from."""
    budget_line: str = fields.reference(Words("รายการงบประมาณ", "Budget line"), "budget_line", in_list=True)
    """The line of that year; its balance bounds the amount."""
    contract: str | None = fields.reference(Words("สัญญา", "Contract"), "contract", default=None, in_list=True)
    """What binds the money; None for money carried over without a contract, which the council approves."""
    amount: int = fields.money(Words("จำนวนเงินที่กัน (บาท)", "Amount carried over (baht)"), in_list=True)
    """Satang."""
    approved_on: date | None = fields.day(Words("อนุมัติวันที่", "Approved on"), default=None, in_list=True, together="state")
    """None until approved."""
    approved_by: str | None = fields.text(Words("ผู้อนุมัติ", "Approved by"), default=None, together="state")
    """The executive, or the council with its meeting."""
    until: date | None = fields.day(Words("เบิกจ่ายได้ถึงวันที่", "Payable until"), default=None, in_list=True)
    """Last day it may be paid: 30 September of the next year at first, six months more where extended."""
    reason: str | None = fields.long_text(Words("เหตุผล", "Reason"), default=None, searchable=True)
    """Why it could not be paid inside its year."""
    state: str | None = fields.choice(Words("สถานะ", "State"), CARRY_OVER_STATES, default=None, in_list=True, together="state")
    """How far it has come."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """The approval."""
