"""The day that closes: what it hands over, what it locks on desk and server, and how a head opens it again."""

from datetime import timedelta

import pytest

from desktop.reports.pdf.pages import page_texts
from desktop.services.office import Office
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.storage import outbox
from desktop.storage.rows import Row
from records.errors import Correctable, FieldError, Refused
from records.kinds import Json
from records.receipt_numbers import lists, ranges_of
from records.words import Words
from tests.receipts.line import Site


def issued(office: Office, amount: int = 10_000, means: str = "cash", revenue: str | None = None) -> Row:
    return office.receipts.issue(ReceiptDraft("สมชาย ใจดี", means=means), [ItemDraft("ค่าน้ำประปา", amount, revenue=revenue)])


def errors_of(office: Office, row: Row) -> set[str]:
    return {one.field for one in office.records.check(row.type, row.fields, row.id) if one.severity == "error"}


@pytest.fixture
def head(site: Site) -> Office:
    return site.desk("som", "head", "สมศรี ใจงาม")


def test_closing_hands_over_what_stands_per_means_and_revenue(head: Office) -> None:
    water = head.records.save("revenue_line", None, {"name": "ค่าน้ำ", "fiscal_year": head.numbering.year}).row
    rows = [issued(head, 10_000, revenue=water.id), issued(head, 20_000, "qr"), issued(head, 5_000, revenue=water.id), issued(head, 99)]
    head.receipts.void(rows[3].id, "ทดสอบ")

    closed = head.remittances.close_day(head.today, "สมศรี ใจงาม", note="ครบ")

    totals = head.remittances.totals_of(closed.id)
    wanted = {"receipt_count": 3, "void_count": 1, "total": 35_000, "cash": 15_000, "qr": 20_000, "card": 0}
    assert {name: closed.fields[name] for name in wanted} == wanted
    assert list(totals.revenues) == [("", 20_000), (head.records.title(water), 15_000)]
    assert (closed.fields["numbers"], closed.fields["closed_by"], closed.fields["round"]) == ("เล่มที่ 1 เลขที่ 1-4", "สมศรี ใจงาม", 1)
    assert head.remittances.open_days() == []
    assert errors_of(head, closed) == set()


def test_a_closed_day_locks_its_receipts_on_the_desk(head: Office) -> None:
    row = issued(head)
    head.remittances.close_day(head.today, "สมศรี ใจงาม")

    with pytest.raises(Refused, match="closed") as voided:
        head.receipts.void(row.id, "ผิด")
    with pytest.raises(Refused, match="closed") as deleted:
        head.records.delete("receipt", row.id)
    assert (voided.value.code, deleted.value.code) == ("closed-remittance", "closed-remittance")
    with pytest.raises(Refused):
        head.records.save("receipt_item", head.receipts.items(row.id)[0].id, {"amount": 1})
    assert head.receipts.count_copy(row.id).fields["copy_count"] == 1


def test_an_issued_receipt_keeps_what_was_printed(head: Office) -> None:
    row = issued(head)
    changes: tuple[dict[str, Json], ...] = ({"amount": 1}, {"payer": "อื่น"}, {"number": 9})
    for fields in changes:
        with pytest.raises(Refused) as refused:
            head.records.save("receipt", row.id, fields)
        assert refused.value.code == "issued-receipt"
    with pytest.raises(Refused):
        head.records.delete("receipt", row.id)
    with pytest.raises(Refused):
        head.records.save("receipt_item", None, {"receipt": row.id, "order": 2, "description": "แถม", "amount": 1})


def test_a_head_reopens_with_a_reason_and_the_day_is_closed_again_as_one(head: Office) -> None:
    rows = [issued(head), issued(head)]
    closed = head.remittances.close_day(head.today, "สมศรี ใจงาม")
    with pytest.raises(FieldError):
        head.remittances.reopen(closed.id, " ")

    head.remittances.reopen(closed.id, "ยกเลิกผิดใบ")
    head.receipts.void(rows[0].id, "ออกซ้ำ")
    issued(head, 700)
    again = head.remittances.close_day(head.today, "สมศรี ใจงาม")

    assert again.id == closed.id
    assert (again.fields["total"], again.fields["void_count"], again.fields["state"]) == (10_700, 1, "closed")
    assert len(head.remittances.earlier()) == 1


def test_money_that_comes_after_closing_is_another_round(head: Office) -> None:
    issued(head)
    head.remittances.close_day(head.today, "สมศรี ใจงาม")
    issued(head, 300)

    assert [(one.count, one.amount) for one in head.remittances.open_days()] == [(1, 300)]
    assert head.remittances.close_day(head.today, "สมศรี ใจงาม").fields["round"] == 2


def test_an_empty_day_and_a_day_to_come_are_not_closed(head: Office) -> None:
    with pytest.raises(Correctable, match="No receipts"):
        head.remittances.close_day(head.today, "สมศรี ใจงาม")
    with pytest.raises(FieldError):
        head.remittances.close_day(head.today + timedelta(days=1), "สมศรี ใจงาม")


def test_a_clerk_neither_voids_nor_reopens(site: Site) -> None:
    clerk = site.desk("lek", "clerk", "เล็ก")
    row = issued(clerk)
    with pytest.raises(Refused) as refused:
        clerk.receipts.void(row.id, "ผิด")
    assert refused.value.code == "workflow"
    closed = clerk.remittances.close_day(clerk.today, "เล็ก")
    with pytest.raises(Refused):
        clerk.remittances.reopen(closed.id, "ลืม")


def test_the_server_refuses_what_another_desk_changes_in_a_closed_day(site: Site, head: Office) -> None:
    clerk = site.desk("lek", "head", "เล็ก")
    row = issued(clerk)
    clerk.sync.run()
    head.sync.run()
    clerk.remittances.close_day(clerk.today, "เล็ก")
    clerk.sync.run()

    head.receipts.void(row.id, "ไม่รู้ว่าปิดแล้ว")
    report = head.sync.run()

    assert report.refused == 1
    with head.database.reading() as connection:
        (refused,) = [one for one in outbox.everything(connection) if one.state == "refused"]
    assert refused.problem is not None
    assert refused.problem.code == "closed-remittance"


def test_a_day_issued_voided_and_closed_without_a_line_goes_up_whole(site: Site, head: Office) -> None:
    issued(head)
    site.lines["som"].is_up = False
    rows = [issued(head, 100 * number) for number in range(1, 30)]
    head.receipts.void(rows[4].id, "ทดสอบ")
    closed = head.remittances.close_day(head.today, "สมศรี ใจงาม")
    site.lines["som"].is_up = True

    report = head.sync.run()

    other = site.desk("lek")
    other.sync.run()
    assert (report.refused, report.waiting, report.conflicts) == (0, 0, 0)
    seen = other.remittances.get(closed.id)
    assert seen.fields == head.remittances.get(closed.id).fields
    assert errors_of(other, seen) == set()
    assert len(other.remittances.totals_of(closed.id).receipts) == 30


def test_undo_leaves_a_closed_day_closed_and_a_void_receipt_void(head: Office) -> None:
    row = issued(head)
    head.receipts.void(row.id, "ทดสอบ")
    assert head.undo.last().records == ()
    closed = head.remittances.close_day(head.today, "สมศรี ใจงาม")
    assert head.undo.last().records == ()

    assert head.receipts.get(row.id).fields["state"] == "void"
    assert head.remittances.get(closed.id).fields["state"] == "closed"


def test_a_receipt_slipped_into_a_day_that_was_counted_is_listed_to_mend(head: Office) -> None:
    issued(head)
    closed = head.remittances.close_day(head.today, "สมศรี ใจงาม")
    late = issued(head, 500)
    head.remittances.reopen(closed.id, "ลืมหนึ่งใบ")
    with head.store.act("som", Words("ทดสอบ", "test")) as act:
        head.store.save(late.stream, "receipt", late.id, {"remittance": closed.id}, act=act)
    assert errors_of(head, closed) == {"receipt_count", "total", "cash"}


def test_ranges_of_numbers_are_said_for_people(head: Office) -> None:
    assert ranges_of([("1", 1), ("1", 2), ("1", 5), ("2/69", 7)]).en == "Book 1 numbers 1-2, 5; Book 2/69 numbers 7"


def test_what_a_remittance_lists_is_read_back_from_what_it_says() -> None:
    said = ranges_of([("1", 3), ("1", 4), ("1", 5), ("1", 9), ("เล่มที่ 2; ก", 1)]).th
    assert [number for number in range(12) if lists(said, "1", number)] == [3, 4, 5, 9]
    assert lists(said, "เล่มที่ 2; ก", 1)
    assert not lists(said, "2", 1)
    assert not lists("", "1", 3)
    assert not lists(said, "1", None)


def test_no_receipt_is_put_into_a_closed_day_that_was_closed_without_it(site: Site, head: Office) -> None:
    issued(head)
    closed = head.remittances.close_day(head.today, "สมศรี ใจงาม")
    late = issued(head, 300)

    with pytest.raises(Refused, match="closed without this receipt"), head.store.act("som", Words("ลอง", "Try")) as act:
        head.store.save(late.stream, "receipt", late.id, {"remittance": closed.id}, act=act)


def test_a_receipt_a_desk_sends_after_its_day_was_closed_goes_into_the_next_round(site: Site, head: Office) -> None:
    other = site.desk("lek", "clerk", "สมศรี ใจงาม")
    issued(other)
    issued(head)
    head.sync.run()
    site.lines["lek"].is_up = False
    late = issued(other, 300)
    head.remittances.close_day(head.today, "สมศรี ใจงาม")
    head.sync.run()
    site.lines["lek"].is_up = True

    report = other.sync.run()
    head.sync.run()

    assert report.refused == 0
    assert late.id in [row.id for row in head.receipts.of_day(head.today)]
    second = head.remittances.close_day(head.today, "สมศรี ใจงาม")
    assert second.fields["round"] == 2
    assert late.id in [row.id for row in head.remittances.totals_of(second.id).receipts]


def test_items_of_a_receipt_close_with_its_year(head: Office) -> None:
    draft = head.records.save("receipt", None, {"fiscal_year": 2569, "payer": "ก"}).row
    item = head.records.save("receipt_item", None, {"receipt": draft.id, "description": "ค่าน้ำ", "amount": 100}).row
    head.sync.run()
    head.records.save("fiscal_year", None, {"year": 2569, "state": "closed"})

    with pytest.raises(Refused, match="2569 is closed"):
        head.records.save("receipt_item", item.id, {"amount": 200})
    with pytest.raises(Refused, match="2569 is closed"):
        head.records.save("receipt_item", None, {"receipt": draft.id, "description": "ค่าไฟ", "amount": 100})
    assert head.years.closed_year_of(item) == 2569


def test_the_papers_say_what_happened(head: Office) -> None:
    row = issued(head, 12_550)
    first = page_texts(head.papers.receipt_pdf(row.id))[0]
    head.receipts.count_copy(row.id)
    head.receipts.count_copy(row.id)
    copy = page_texts(head.papers.receipt_pdf(row.id))[0]
    head.receipts.void(row.id, "พิมพ์ผิด")
    void = page_texts(head.papers.receipt_pdf(row.id, copy=0))[0]
    closed = head.remittances.close_day(head.today, "สมศรี ใจงาม")
    remitted = page_texts(head.papers.remittance_pdf(closed.id))[0]

    assert "หนึ่งร้อยยี่สิบห้าบาทห้าสิบสตางค์" in first
    assert ("สำเนา" in first, "สำเนา ครั้งที่ 2" in copy) == (False, True)
    assert "ยกเลิก: พิมพ์ผิด" in void
    assert "สำเนา" not in void
    assert "ใบนำส่งเงิน" in remitted
    assert "ยกเลิก 1 ฉบับ" in remitted
