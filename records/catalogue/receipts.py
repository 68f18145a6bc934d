"""Receipts (ใบเสร็จรับเงิน): the tariff, receipts with their items, the daily remittance that closes, and notices to pay."""

from datetime import date, datetime

from records import fields
from records.kinds import Option
from records.record import Record, record
from records.words import Words
from records.workflow import Transition, Workflow

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

_HEADS = frozenset({"head", "office-admin"})

RECEIPT_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "issued", Words("ออกใบเสร็จ", "Issue"), is_submission=True),
        Transition("", "void", Words("บันทึกใบเสร็จที่ยกเลิกแล้ว", "Record a void one"), _HEADS),
        Transition("issued", "void", Words("ยกเลิกใบเสร็จ", "Void"), _HEADS),
    ),
)
"""A receipt is issued once and voided at most once, by a head, with a reason; its number is never used again.

A head may record a void one at once: a receipt voided before it was sent reaches the server so.
"""

REMITTANCE_STATES = (
    Option("open", Words("เปิดให้แก้ไข", "Open"), "warn"),
    Option("closed", Words("ปิดแล้ว", "Closed"), "ok"),
)

REMITTANCE_WORKFLOW = Workflow(
    "state",
    (
        Transition("", "open", Words("เริ่มใบนำส่ง", "Begin")),
        Transition("", "closed", Words("ปิดยอดนำส่งเงิน", "Close")),
        Transition("open", "closed", Words("ปิดยอดนำส่งเงิน", "Close")),
        Transition("closed", "open", Words("เปิดใบนำส่งใหม่", "Reopen"), _HEADS),
    ),
)
"""The cashier closes; only a head opens again, with a reason. While it is closed its receipts do not change (records/locks.py)."""

NOTICE_STATES = (
    Option("waiting", Words("รอชำระ", "Waiting"), "warn"),
    Option("paid", Words("ชำระแล้ว", "Paid"), "ok"),
    Option("cancelled", Words("ยกเลิก", "Cancelled"), "neutral"),
)


@record(type="fee_item", area="services", label=Words("อัตราค่าธรรมเนียม", "Fee"), title=("code", "name"), key=("code", "valid_from"))
class FeeItem(Record):
    """One line of the office's tariff, by date: a new rate is a new record, so that an old receipt keeps the rate of its day."""

    code: str | None = fields.text(Words("รหัส", "Code"), default=None, max_length=30, in_list=True, searchable=True)
    """The office's own, short: what a cashier types."""
    name: str = fields.text(Words("รายการ", "Item"), in_list=True, searchable=True, headings=("ค่าธรรมเนียม",))
    """As printed on the receipt."""
    amount: int | None = fields.money(Words("อัตรา (บาท)", "Rate (baht)"), default=None, in_list=True)
    """Satang for one; None where the sum is told case by case."""
    unit: str | None = fields.text(Words("หน่วยนับ", "Unit"), default=None, max_length=60, in_list=True)
    """ฉบับ, คัน, ลูกบาศก์เมตร; None for a sum alone."""
    revenue: str | None = fields.reference(Words("ประเภทรายได้", "Kind of revenue"), "revenue_line", default=None)
    """The revenue line it counts to."""
    law_ref: str | None = fields.text(Words("กฎหมายที่เกี่ยวข้อง", "Law"), default=None, searchable=True)
    """Act, ministerial regulation or ordinance that sets the rate."""
    valid_from: date | None = fields.day(Words("ใช้ตั้งแต่วันที่", "Valid from"), default=None, in_list=True, together="valid")
    """First day of this rate; None: as long as anybody knows."""
    valid_to: date | None = fields.day(Words("ใช้ถึงวันที่", "Valid to"), default=None, in_list=True, together="valid")
    """Last day; None while in force."""


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
    """What was paid, as printed: its items in one line."""
    amount: int = fields.money(Words("จำนวนเงิน (บาท)", "Amount (baht)"), in_list=True, together="amount", headings=("จำนวนเงิน",))
    """Satang; the sum of its items."""
    means: str | None = fields.choice(Words("ชำระโดย", "Means"), MEANS, default=None, in_list=True, together="amount")
    """How it was paid."""
    means_ref: str | None = fields.text(Words("เลขที่อ้างอิงการชำระ", "Payment reference"), default=None, max_length=60, together="amount")
    """Number of the cheque or of the transfer; None for cash."""
    cash_given: int | None = fields.money(Words("รับเงินมา (บาท)", "Cash given (baht)"), default=None, together="amount")
    """Satang handed over the counter; the change is what exceeds the amount. None where it was not asked."""
    revenue: str | None = fields.reference(Words("ประเภทรายได้", "Kind of revenue"), "revenue_line", default=None)
    """The revenue line it counts to, where all of its items count to one."""
    cashier: str | None = fields.text(Words("ผู้รับเงิน", "Cashier"), default=None, in_list=True)
    """Who took the money: the full name of the account."""
    state: str | None = fields.choice(Words("สถานะ", "State"), RECEIPT_STATES, default=None, in_list=True, together="state")
    """None on a draft."""
    void_reason: str | None = fields.text(Words("เหตุผลที่ยกเลิก", "Reason of voiding"), default=None, together="state")
    """Only of a void one, and then always."""
    voided_by: str | None = fields.text(Words("ผู้ยกเลิก", "Voided by"), default=None, together="state", kept_by_program=True)
    """Full name of the head; None while it stands."""
    voided_on: date | None = fields.day(Words("ยกเลิกวันที่", "Voided on"), default=None, together="state", kept_by_program=True)
    """None while it stands."""
    remittance: str | None = fields.reference(Words("ใบนำส่งเงิน", "Remittance"), "remittance", default=None, kept_by_program=True)
    """The remittance that handed the money over; None until its day is closed."""
    copy_count: int | None = fields.integer(Words("จำนวนสำเนา", "Copies printed"), default=None, least=0, kept_by_program=True)
    """Copies printed after the first paper; None for none."""


@record(
    type="receipt_item",
    area="services",
    label=Words("รายการในใบเสร็จ", "Item of a receipt"),
    title=("description", "amount"),
    key=("receipt", "order"),
)
class ReceiptItem(Record):
    """One line of a receipt."""

    receipt: str = fields.reference(Words("ใบเสร็จรับเงิน", "Receipt"), "receipt", in_list=True)
    """The receipt it stands on."""
    order: int = fields.integer(Words("ลำดับ", "Order"), least=1, in_list=True)
    """From 1, as printed."""
    fee_item: str | None = fields.reference(Words("อัตราค่าธรรมเนียม", "Fee"), "fee_item", default=None)
    """The line of the tariff; None when it is told in words alone."""
    description: str = fields.text(Words("รายละเอียด", "Description"), in_list=True, searchable=True)
    """As printed."""
    quantity: int | None = fields.integer(Words("จำนวน", "Quantity"), default=None, least=1, in_list=True)
    """How many of the fee's unit; None for one."""
    amount: int = fields.money(Words("จำนวนเงิน (บาท)", "Amount (baht)"), in_list=True)
    """Satang of the whole line."""
    revenue: str | None = fields.reference(Words("ประเภทรายได้", "Kind of revenue"), "revenue_line", default=None)
    """The revenue line it counts to."""


@record(
    type="remittance",
    area="services",
    label=Words("ใบนำส่งเงิน", "Remittance"),
    title=("day", "cashier"),
    key=("day", "cashier", "round"),
    workflow=REMITTANCE_WORKFLOW,
)
class Remittance(Record):
    """What one cashier hands over for one day: the receipts that name it, and their sums as they were when it was closed."""

    day: date = fields.day(Words("ประจำวันที่", "Day"), in_list=True)
    """The day the receipts were issued."""
    cashier: str = fields.text(Words("ผู้นำส่ง", "Cashier"), in_list=True, searchable=True)
    """Who took the money: the full name of the account."""
    round: int | None = fields.integer(Words("ครั้งที่", "Round"), default=None, least=1, in_list=True, kept_by_program=True)
    """1 for the first of the day; more when money came in after it was closed."""
    fiscal_year: int | None = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), default=None, in_list=True)
    """พ.ศ., of the day."""
    numbers: str | None = fields.text(Words("ใบเสร็จเล่มที่/เลขที่", "Book and numbers"), default=None, searchable=True, kept_by_program=True)
    """Which receipts, for people: `เล่มที่ 1 เลขที่ 12-40`."""
    receipt_count: int | None = fields.integer(
        Words("จำนวนใบเสร็จ", "Receipts"), default=None, least=0, in_list=True, together="totals", kept_by_program=True
    )
    """Those that stand, void ones aside."""
    void_count: int | None = fields.integer(
        Words("ใบเสร็จที่ยกเลิก", "Void receipts"), default=None, least=0, in_list=True, together="totals", kept_by_program=True
    )
    """Void ones among them; their money counts nowhere."""
    total: int | None = fields.money(
        Words("รวมเงินนำส่ง (บาท)", "Total (baht)"), default=None, in_list=True, together="totals", kept_by_program=True
    )
    """Satang of the receipts that stand."""
    cash: int | None = fields.money(
        Words("เป็นเงินสด (บาท)", "In cash (baht)"), default=None, in_list=True, together="totals", kept_by_program=True
    )
    """Satang."""
    transfer: int | None = fields.money(
        Words("เป็นเงินโอน (บาท)", "By transfer (baht)"), default=None, together="totals", kept_by_program=True
    )
    """Satang."""
    qr: int | None = fields.money(Words("เป็นคิวอาร์โค้ด (บาท)", "By QR code (baht)"), default=None, together="totals", kept_by_program=True)
    """Satang."""
    card: int | None = fields.money(Words("เป็นบัตร (บาท)", "By card (baht)"), default=None, together="totals", kept_by_program=True)
    """Satang."""
    cheque: int | None = fields.money(Words("เป็นเช็ค (บาท)", "By cheque (baht)"), default=None, together="totals", kept_by_program=True)
    """Satang."""
    state: str | None = fields.choice(Words("สถานะ", "State"), REMITTANCE_STATES, default=None, in_list=True, together="state")
    """Closed: its receipts do not change."""
    closed_by: str | None = fields.text(Words("ผู้ปิดยอด", "Closed by"), default=None, together="state", kept_by_program=True)
    """Full name of who closed it last."""
    closed_at: datetime | None = fields.moment(Words("ปิดเมื่อ", "Closed at"), default=None, together="state", kept_by_program=True)
    """When it was closed last."""
    reopen_reason: str | None = fields.text(Words("เหตุผลที่เปิดใหม่", "Reason of reopening"), default=None, together="state")
    """Of one opened again, and then always; kept when it is closed once more."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None, searchable=True)
    """What the one who receives the money should know."""


@record(
    type="payment_notice",
    area="services",
    label=Words("ใบแจ้งชำระเงิน", "Payment notice"),
    title=("number", "payer"),
    key=("number",),
)
class PaymentNotice(Record):
    """A notice to pay, with the text of the QR code a bank's app reads."""

    number: str | None = fields.text(Words("เลขที่ใบแจ้ง", "Notice number"), default=None, max_length=40, in_list=True, searchable=True)
    """The office's own; the reference a bank gives back."""
    payer: str = fields.text(Words("ผู้ชำระเงิน", "Payer"), in_list=True, searchable=True, personal=True)
    """Who is asked to pay."""
    request: str | None = fields.reference(Words("คำขอ", "Request"), "service_request", default=None)
    """The request it is about."""
    description: str | None = fields.long_text(Words("รายการ", "Items"), default=None, searchable=True)
    """What is to be paid, as printed."""
    amount: int = fields.money(Words("จำนวนเงิน (บาท)", "Amount (baht)"), in_list=True)
    """Satang."""
    due: date | None = fields.day(Words("ชำระภายในวันที่", "Due"), default=None, in_list=True)
    """The last day to pay without a surcharge."""
    qr_payload: str | None = fields.text(Words("ข้อความในคิวอาร์โค้ด", "QR payload"), default=None, kept_by_program=True)
    """The EMVCo text of the QR code, written with each save; None when no account to pay into is known (records/thai/qr_payment.py)."""
    receipt: str | None = fields.reference(Words("ใบเสร็จรับเงิน", "Receipt"), "receipt", default=None)
    """The receipt given for it; None until it is paid."""
    state: str | None = fields.choice(Words("สถานะ", "State"), NOTICE_STATES, default=None, in_list=True)
    """Whether it was paid."""
