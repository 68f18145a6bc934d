"""The record type of the workload: the same 15 fields, declared like any other, beside the whole catalogue as a real desk has it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from records.catalogue import BY_TYPE
from records.fields import choice, day, decimal, fiscal_year, money, text
from records.kinds import Json, Option
from records.record import Record, RecordType, record
from records.words import Words

Item = dict[str, Any]
"""One record of the workload: money in baht as a float, dates as ISO text, an absent note as empty text."""
STATES = ("draft", "proposed", "approved", "running", "closed")
_LABELS = ("ร่าง", "เสนอ", "อนุมัติ", "ดำเนินการ", "ปิดโครงการ")


@record(
    type="work_item",
    area="planning",
    label=Words("งานทดสอบ", "Work item"),
    title=("title",),
)
class WorkItem(Record):
    """A project of the workload."""

    code: str = text(Words("รหัส", "Code"), in_list=True, searchable=True)
    title: str = text(Words("ชื่อโครงการ", "Title"), in_list=True, searchable=True)
    owner: str = text(Words("ผู้รับผิดชอบ", "Owner"), in_list=True, searchable=True)
    faculty: str = text(Words("สำนัก/กอง", "Bureau"))
    division: str = text(Words("ฝ่าย", "Division"))
    fund: str = text(Words("แหล่งเงิน", "Fund"))
    status: str = choice(Words("สถานะ", "Status"), [Option(s, Words(th, s)) for s, th in zip(STATES, _LABELS, strict=True)], in_list=True)
    fiscal_year: int = fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True)
    start_date: object = day(Words("วันเริ่ม", "Start"), default=None)
    end_date: object = day(Words("วันสิ้นสุด", "End"), default=None)
    budget: int = money(Words("งบประมาณ", "Budget"), in_list=True)
    spent: int | None = money(Words("เบิกจ่าย", "Spent"), default=None)
    progress: Decimal | None = decimal(Words("ความก้าวหน้า", "Progress"), default=None)
    note: str | None = text(Words("หมายเหตุ", "Note"), default=None)


SPEC: RecordType = WorkItem.spec
CATALOGUE: Mapping[str, RecordType] = {**BY_TYPE, SPEC.type: SPEC}
"""Every type of the program and this one."""


def wire_fields(item: Item) -> dict[str, Json]:
    """The item as this program stores and sends it: satang, decimals as text, what is empty absent."""
    fields: dict[str, Json] = {name: value for name, value in item.items() if name != "id" and value != ""}
    fields["budget"] = round(item["budget"] * 100)
    fields["spent"] = round(item["spent"] * 100)
    fields["progress"] = SPEC.by_name["progress"].kind.to_wire(Decimal(str(item["progress"])))
    return fields
