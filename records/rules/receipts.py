"""Rules of receipts, their items, the tariff and remittances."""

from collections.abc import Iterator, Mapping

from records.catalogue.receipts import MEANS
from records.kinds import Json
from records.rules.problem import Case, Problem, error, info, warning
from records.thai.fiscal import fiscal_year_of
from records.thai.money import show_baht
from records.words import Words


def receipt(case: Case) -> Iterator[Problem]:
    """A receipt: its number, day and year agree, its items make its sum, a void one says why."""
    state = case.value("state")
    if state == "void" and not case.value("void_reason"):
        yield error("void_reason", Words("ใบเสร็จที่ยกเลิกต้องระบุเหตุผล", "A void receipt says why"))
    if state != "void" and case.value("void_reason"):
        yield warning("void_reason", Words("มีเหตุผลที่ยกเลิก แต่ใบเสร็จยังไม่ได้ยกเลิก", "It has a reason of voiding but is not void"))
    if state and not (case.value("book") and case.value("number")):
        yield error("number", Words("ใบเสร็จที่ออกแล้วต้องมีเล่มที่และเลขที่", "An issued receipt has a book and a number"))
    yield from _day(case)
    yield from _money(case)


def _day(case: Case) -> Iterator[Problem]:
    day, year = case.value("issued_on"), case.value("fiscal_year")
    if case.value("state") and case.value("number") and day is None:
        yield error("issued_on", Words("ใบเสร็จที่ออกแล้วต้องมีวันที่ออก", "An issued receipt has its day"))
    if day and case.today and day > case.today:
        yield error("issued_on", Words("วันที่ออกใบเสร็จอยู่ในอนาคต", "It is issued in the future"))
    if day and year and fiscal_year_of(day) != year:
        text = Words("วันที่ออกอยู่ในปีงบประมาณ {year} ไม่ตรงกับเลขที่ของใบเสร็จ", "Its day lies in fiscal year {year}, not in that of its number")
        yield error("issued_on", text, year=fiscal_year_of(day))


def _money(case: Case) -> Iterator[Problem]:
    amount, given = case.value("amount"), case.value("cash_given")
    items = case.others("receipt_item", receipt=case.id) if case.id else []
    total = sum(amount_of(item) for item in items)
    if items and amount is not None and total != amount:
        text = Words("รายการรวมได้ {total} บาท ไม่ตรงกับจำนวนเงิน", "Its items come to {total} baht, not to its amount")
        yield error("amount", text, total=show_baht(total))
    if amount == 0 and case.value("state") == "issued":
        yield warning("amount", Words("ออกใบเสร็จโดยไม่มีจำนวนเงิน", "It is issued for no money"))
    if amount and given is not None and given < amount:
        yield error("cash_given", Words("เงินที่รับมาน้อยกว่าจำนวนเงินในใบเสร็จ", "Less cash was given than the receipt says"))
    if case.value("state") == "issued" and not case.value("means"):
        yield warning("means", Words("ยังไม่ได้ระบุว่าชำระโดยอะไร", "It does not say how it was paid"))
    if case.value("means") == "cheque" and not case.value("means_ref"):
        yield warning("means_ref", Words("ชำระด้วยเช็ค โปรดบันทึกเลขที่เช็ค", "It was paid by cheque; please note the cheque's number"))


def receipt_item(case: Case) -> Iterator[Problem]:
    """An item: the rate of its fee, and a rate in force on the receipt's day."""
    for fee in case.others("fee_item", id=case.value("fee_item")):
        rate = fee.get("amount")
        owed = rate * (case.value("quantity") or 1) if isinstance(rate, int) else None
        if owed is not None and case.value("amount") not in (None, owed):
            text = Words("อัตราที่กำหนดคือ {owed} บาท", "The tariff says {owed} baht")
            yield info("amount", text, owed=show_baht(owed))
        for holder in case.others("receipt", id=case.value("receipt")):
            day = holder.get("issued_on")
            begin, end = fee.get("valid_from"), fee.get("valid_to")
            if isinstance(day, str) and ((isinstance(begin, str) and day < begin) or (isinstance(end, str) and day > end)):
                yield warning("fee_item", Words("อัตรานี้ไม่ได้ใช้ในวันที่ออกใบเสร็จ", "This rate was not in force on the receipt's day"))


def fee_item(case: Case) -> Iterator[Problem]:
    """A line of the tariff: the law it rests on, and the revenue it counts to."""
    if not case.value("law_ref"):
        yield info("law_ref", Words("ยังไม่ได้ระบุกฎหมายที่กำหนดอัตรา", "The law that sets the rate is not named"))
    if not case.value("revenue"):
        yield info(
            "revenue",
            Words("ยังไม่ได้ระบุประเภทรายได้ ใบนำส่งเงินจะแยกประเภทไม่ได้", "No kind of revenue is named; remittances cannot tell it apart"),
        )


def remittance(case: Case) -> Iterator[Problem]:
    """A remittance: its sums are those of the receipts that name it, and a closed one says who closed it."""
    day = case.value("day")
    if day and case.today and day > case.today:
        yield error("day", Words("วันที่นำส่งอยู่ในอนาคต", "Its day lies in the future"))
    if case.value("state") == "closed" and not (case.value("closed_by") and case.value("closed_at")):
        yield error("closed_by", Words("ใบนำส่งที่ปิดแล้วต้องมีผู้ปิดยอดและเวลา", "A closed remittance says who closed it and when"))
    if not case.id or case.related is None or case.value("state") != "closed":
        return
    sums = sums_of(case.others("receipt", remittance=case.id))
    for name, found in sums.items():
        if (case.value(name) or 0) != found:
            shown = str(found) if name.endswith("_count") else show_baht(found)
            text = Words("ใบเสร็จที่อ้างถึงรวมได้ {found} ไม่ตรงกับ “{label}”", "The receipts that name it come to {found}, not to “{label}”")
            yield error(name, text, found=shown, label=case.spec.field(name).label)


def sums_of(receipts: list[Mapping[str, Json]]) -> dict[str, int]:
    """The sums of a remittance over the wire fields of its receipts: counts, then satang in all and per means; void ones count nowhere else."""
    standing = [one for one in receipts if one.get("state") != "void"]
    sums = {"receipt_count": len(standing), "void_count": len(receipts) - len(standing), "total": sum(amount_of(one) for one in standing)}
    for option in MEANS:
        # What does not say how it was paid is cash: that is what lies in the drawer.
        sums[option.value] = sum(amount_of(one) for one in standing if (one.get("means") or "cash") == option.value)
    return sums


def amount_of(fields: Mapping[str, Json]) -> int:
    """The satang of wire fields; 0 where there are none."""
    amount = fields.get("amount")
    return amount if isinstance(amount, int) else 0
