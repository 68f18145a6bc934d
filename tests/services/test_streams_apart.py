"""A desk that reads two offices: what is checked, summed and closed is that of the record's own office."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.storage import mirror, state
from records.changes import Snapshot
from records.kinds import Json
from records.protocol import GrantedStream
from tests.offices import STREAM, made_office
from tests.services.budgets import YEAR, as_head, save

OTHER = "office/6600102"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk that writes one office and reads another."""
    made = made_office(tmp_path)
    with made.database.write() as connection:
        state.take_grants(connection, [GrantedStream(STREAM, "write", ("*",), "ก"), GrantedStream(OTHER, "read", ("*",), "ข")])
    yield made
    made.close()


def foreign(office: Office, record_type: str, record_id: str, **fields: Json) -> None:
    """A record of the other office, as a pull brings it."""
    with office.database.write() as connection:
        news = Snapshot(
            stream=OTHER, type=record_type, id=record_id, version=1, hash="h" * 16, seq=1, deleted=False, fields=fields, schema=1,
            changed_at="2026-11-22T03:00:00Z", changed_by="malee", device="d", change_id=record_id,
        )  # fmt: skip
        mirror.observe(connection, [news])


def test_a_year_of_another_office_is_no_double_of_ours(office: Office) -> None:
    foreign(office, "fiscal_year", "0192bbbb-0000-7000-8000-000000000001", year=YEAR, state="in_force")

    saved = office.records.save("fiscal_year", None, {"year": YEAR, "state": "in_force"})

    assert saved.problems == tuple(office.records.check("fiscal_year", saved.row.fields, saved.row.id))
    assert not any("may be the same" in problem.text.en for problem in saved.problems)


def test_payments_of_another_office_do_not_bring_a_line_below_zero(office: Office) -> None:
    line = save(office, "budget_line", fiscal_year=YEAR, name="ค่าวัสดุ", amount=100)
    foreign(office, "disbursement", "0192bbbb-0000-7000-8000-000000000002", fiscal_year=YEAR, budget_line=line, amount=900)

    problems = office.records.check("budget_line", office.records.get("budget_line", line).fields, line)

    assert not any("below zero" in problem.text.en for problem in problems)


def test_a_year_another_office_closed_is_open_here(office: Office) -> None:
    foreign(office, "fiscal_year", "0192bbbb-0000-7000-8000-000000000003", year=YEAR, state="closed")

    assert YEAR not in office.years.closed()
    assert save(office, "budget_line", fiscal_year=YEAR, name="ค่าวัสดุ", amount=100)


def test_receipts_of_another_office_are_not_handed_over_here(office: Office) -> None:
    as_head(office)
    foreign(
        office, "receipt", "0192bbbb-0000-7000-8000-000000000004", book="1", number=1, fiscal_year=2570, amount=500, state="issued",
        issued_on=office.today.isoformat(), cashier="สมชาย ใจดี",
    )  # fmt: skip

    assert office.receipts.of_day(office.today) == []
    assert office.remittances.totals(office.today, "สมชาย ใจดี").sums["receipt_count"] == 0
