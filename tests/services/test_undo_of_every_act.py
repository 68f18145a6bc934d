"""Undo of every act leaves the desk as it was, or says in words what stays and why; done again it is as after the act."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.services.office import Office
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.services.requests import Intake
from desktop.services.year_opening import Opening
from desktop.storage import numbers
from desktop.storage.numbers import Lease
from desktop.storage.query import Query
from records.kinds import Json
from tests.offices import STREAM, made_office
from tests.services.budgets import YEAR, as_head, save, sent
from tests.services.test_holders import observed
from tests.services.test_ordinance_imports import SMALL
from tests.services.test_people_imports import ROWS

Shown = dict[tuple[str, str], dict[str, Json]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A head's desk with a block of receipt numbers, whose office stands in the registry."""
    made = as_head(made_office(tmp_path / "desk"))
    own: dict[str, Json] = {"name_th": "แม่นาเรือ", "type": "sao", "code": "6600101", "stream": STREAM, "dopa_code": "560154"}
    observed(made, own)
    with made.database.write() as connection:
        block = Lease(request_id=made.store.new_id(), stream=STREAM, book="1", year=made.numbering.year, count=50, first=1, last=50)
        numbers.put(connection, block)
    yield made
    made.close()


def shown(office: Office) -> Shown:
    """Every record a person sees, with its fields."""
    return {(name, row.id): row.fields for name in office.catalogue for row in office.store.find(Query(name)).rows}


def person(office: Office, first: str, **fields: Json) -> str:
    """The id of a person."""
    return save(office, "person", first_name=first, last_name="ใจดี", **fields)


def a_line(office: Office, name: str, amount: int) -> str:
    """The id of a line of the budget."""
    return save(office, "budget_line", fiscal_year=YEAR, name=name, programme="education", budget_group="operations", amount=amount)


def receiving(office: Office, _folder: Path) -> Callable[[], Any]:
    """A request with missing papers, from a person who is new."""
    service = save(office, "service", name="ขออนุญาตก่อสร้าง", code="b1")
    save(office, "service_document", service=service, order=1, name="โฉนด", required=True)
    save(office, "service_step", service=service, order=1, name="ตรวจเอกสาร", target_minutes=30)
    return lambda: office.requests.receive(Intake(service=service, applicant_name="นาย สมชาย ใจดี", registers=True))


def advancing(office: Office, _folder: Path) -> Callable[[], Any]:
    """A step of a request."""
    row = office.requests.receive(Intake(subject="ขอตัดต้นไม้", applicant_name="สมชาย ใจดี")).row
    return lambda: office.requests.advance(row.id, "checking")


def merging(office: Office, _folder: Path) -> Callable[[], Any]:
    """Two persons who are one, one of them named by a request."""
    keep, drop = person(office, "สมชาย"), person(office, "สมชาย", phone="0812345678")
    save(office, "service_request", subject="ขอตัดต้นไม้", applicant=drop, state="received")
    return lambda: office.merging.merge("person", keep, drop)


def transferring(office: Office, _folder: Path) -> Callable[[], Any]:
    """Money from one line to another."""
    fields: dict[str, Json] = {
        "fiscal_year": YEAR, "kind": "transfer", "from_line": a_line(office, "ค่าใช้สอย", 900), "to_line": a_line(office, "ค่าวัสดุ", 0),
        "amount": 300, "state": "approved", "approved_by": "executive", "approved_on": "2026-03-01",
    }  # fmt: skip
    return lambda: office.budget.transfer(fields)


def opening(office: Office, _folder: Path) -> Callable[[], Any]:
    """The next year from this one's lines."""
    save(office, "fiscal_year", year=YEAR, state="in_force")
    for number in range(5):
        a_line(office, f"รายการ {number}", 100 * number)
    return lambda: office.years.open_next(Opening(YEAR + 1))


def closing(office: Office, _folder: Path) -> Callable[[], Any]:
    """A year that closes."""
    save(office, "fiscal_year", year=YEAR, state="in_force")
    sent(office)
    warnings = [one.key for one in office.years.check_list(YEAR) if one.count and one.level == "warn"]
    return lambda: office.years.close(YEAR, "ครบถ้วน", warnings)


def ordinance(office: Office, folder: Path) -> Callable[[], Any]:
    """A published budget."""
    path = folder / "2565-pao-sample.json"
    path.write_text(json.dumps(SMALL), encoding="utf-8")
    preview = office.imports.preview("budget_line", path)
    return lambda: office.imports.apply(preview)


def officials(office: Office, folder: Path) -> Callable[[], Any]:
    """The history of executives, into records that were partly there."""
    path = folder / "officials.csv"
    path.write_text(ROWS, encoding="utf-8")
    save(office, "position", name="นายกองค์การบริหารส่วนตำบล")
    preview = office.imports.preview("term", path)
    return lambda: office.imports.apply(preview)


def changing_many(office: Office, _folder: Path) -> Callable[[], Any]:
    """One value for many records, some of which have it already."""
    ids = [save(office, "project", title=f"โครงการ {number}", **({"target": "ม.1"} if number % 2 else {})) for number in range(6)]
    return lambda: office.records.change_many("project", ids, {"target": "ม.2"})


def deleting_many(office: Office, _folder: Path) -> Callable[[], Any]:
    """Several records at once, one of them never sent."""
    ids = [save(office, "project", title=f"โครงการ {number}") for number in range(3)]
    sent(office)
    ids.append(save(office, "project", title="ใหม่"))
    return lambda: office.records.delete_many("project", ids)


def amending(office: Office, _folder: Path) -> Callable[[], Any]:
    """A project changed in an edition of its plan."""
    plan = save(office, "plan", name="แผน", first_year=2566, last_year=2570, edition="first")
    edition = save(office, "plan", name="แก้ไข", edition="corrected", number="2/2568", amends=plan)
    project = save(office, "project", title="ถนน", plan=plan)
    save(office, "project_budget", project=project, fiscal_year=YEAR, planned=100)
    return lambda: office.plans.amend(project, edition)


def positions(office: Office, _folder: Path) -> Callable[[], Any]:
    """The positions of the law."""
    return office.positions.add_missing


def issuing(office: Office, _folder: Path) -> Callable[[], Any]:
    """A receipt."""
    return lambda: office.receipts.issue(ReceiptDraft("สมชาย ใจดี"), [ItemDraft("ค่าน้ำ", 5_000), ItemDraft("ค่าขยะ", 2_000)])


def voiding(office: Office, _folder: Path) -> Callable[[], Any]:
    """A receipt taken back."""
    row = office.receipts.issue(ReceiptDraft("สมชาย ใจดี"), [ItemDraft("ค่าน้ำ", 5_000)])
    return lambda: office.receipts.void(row.id, "พิมพ์ผิด")


def remitting(office: Office, _folder: Path) -> Callable[[], Any]:
    """A cashier's day closed."""
    for amount in (5_000, 7_000):
        office.receipts.issue(ReceiptDraft("สมชาย ใจดี"), [ItemDraft("ค่าน้ำ", amount)])
    return lambda: office.remittances.close_day(office.today, office.receipts.cashier)


def reopening(office: Office, _folder: Path) -> Callable[[], Any]:
    """A closed day opened again."""
    office.receipts.issue(ReceiptDraft("สมชาย ใจดี"), [ItemDraft("ค่าน้ำ", 5_000)])
    closed = office.remittances.close_day(office.today, office.receipts.cashier)
    return lambda: office.remittances.reopen(closed.id, "ลืมยกเลิก")


TAKEN_BACK = (
    receiving, advancing, merging, transferring, opening, closing, ordinance, officials, changing_many, deleting_many, amending, positions,
    reopening,
)  # fmt: skip
STANDING = (issuing, voiding, remitting)
"""Acts that stand: a number that was given out is not taken back; a person is told what to do instead."""


@pytest.mark.parametrize("is_sent", [False, True], ids=["before it is sent", "after it was sent"])
@pytest.mark.parametrize("prepare", TAKEN_BACK, ids=lambda one: one.__name__)
def test_undo_leaves_the_desk_as_it_was(
    office: Office, tmp_path: Path, prepare: Callable[[Office, Path], Callable[[], Any]], is_sent: bool
) -> None:
    act = prepare(office, tmp_path)
    before = shown(office)
    act()
    after = shown(office)
    assert after != before
    if is_sent:
        sent(office)

    undone = office.undo.last()

    if undone.skipped:
        assert is_sent
        assert prepare is closing
        assert all(reason.en and reason.th for _, reason in undone.skipped)
        return
    assert shown(office) == before
    office.undo.act(office.undo.acts(1)[0].id)
    assert shown(office) == after


@pytest.mark.parametrize("prepare", STANDING, ids=lambda one: one.__name__)
def test_what_was_given_out_stands_and_undo_says_why(
    office: Office, tmp_path: Path, prepare: Callable[[Office, Path], Callable[[], Any]]
) -> None:
    act = prepare(office, tmp_path)
    act()
    after = shown(office)

    undone = office.undo.last()

    assert undone.records == ()
    assert {row.type for row, _ in undone.skipped} & {"receipt", "remittance"}
    assert all("nothing was changed" in reason.en.lower() for _, reason in undone.skipped)
    assert shown(office) == after
