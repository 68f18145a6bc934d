"""What the server would refuse of an import is said row by row in the preview, and does not go into the outbox."""

from pathlib import Path

import pytest

from desktop.services.imports import Preview
from desktop.services.office import Office
from desktop.storage.query import Query
from records.errors import Refused
from records.kinds import Json
from tests.services.budgets import YEAR, as_head, save


def closed(office: Office, year: int) -> None:
    """Closes a fiscal year, recorded as of the time before this program."""
    as_head(office)
    save(office, "fiscal_year", year=year, state="closed")
    as_head(office, "clerk")


def preview(office: Office, tmp_path: Path, type_name: str, *lines: str) -> Preview:
    """What importing a CSV of these lines would do."""
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return office.imports.preview(type_name, path)


def said(found: Preview) -> list[tuple[int, bool]]:
    """Row, and whether it is left out, of each problem."""
    return [(problem.row, problem.blocks) for problem in found.plan.problems]


def test_rows_of_a_closed_year_are_left_out_and_the_others_come_in(office: Office, tmp_path: Path) -> None:
    closed(office, YEAR)

    found = preview(office, tmp_path, "budget_line", "fiscal_year,name,amount", f"{YEAR},ก,100", f"{YEAR + 1},ข,200")
    office.imports.apply(found)

    assert (2, True) in said(found)
    assert "closed" in next(one.text.en for one in found.plan.problems if one.row == 2)
    assert [row.fields["name"] for row in office.store.find(Query("budget_line")).rows] == ["ข"]


def test_a_record_of_a_closed_year_is_not_changed_by_a_sheet(office: Office, tmp_path: Path) -> None:
    heads = "fiscal_year,name,amount,note"
    office.imports.apply(preview(office, tmp_path, "budget_line", heads, f"{YEAR},ก,100,"))
    closed(office, YEAR)

    found = preview(office, tmp_path, "budget_line", heads, f"{YEAR},ก,900,")

    assert found.plan.ready == 0
    assert found.plan.writes == []


def test_a_year_that_closes_after_the_preview_stops_the_whole_import(office: Office, tmp_path: Path) -> None:
    found = preview(office, tmp_path, "budget_line", "fiscal_year,name,amount", f"{YEAR + 1},ข,200", f"{YEAR},ก,100")
    closed(office, YEAR)

    with pytest.raises(Refused, match="closed"):
        office.imports.apply(found)

    assert office.store.find(Query("budget_line")).rows == []


def test_a_state_that_only_steps_reach_is_left_out_and_the_row_comes_in(office: Office, tmp_path: Path) -> None:
    found = preview(office, tmp_path, "service_request", "subject,state", "ขอตัดต้นไม้,done", "ขอซ่อมไฟ,received")
    office.imports.apply(found)

    assert (2, False) in said(found)
    states = {str(row.fields["subject"]): row.fields.get("state") for row in office.store.find(Query("service_request")).rows}
    assert states == {"ขอตัดต้นไม้": "received", "ขอซ่อมไฟ": "received"}


def test_a_submission_with_errors_comes_in_as_a_draft(office: Office, tmp_path: Path) -> None:
    found = preview(office, tmp_path, "budget_transfer", "fiscal_year,number,amount,state", f"{YEAR},1/{YEAR},100,approved")
    office.imports.apply(found)

    (row,) = office.store.find(Query("budget_transfer")).rows
    assert "state" not in row.fields
    assert any("cannot be" in one.text.en for one in found.plan.problems)


def test_an_issued_receipt_is_not_changed_by_a_sheet(office: Office, tmp_path: Path) -> None:
    with office.store.act("somchai", office.record_type("receipt").label) as act:
        place = office.stream_for_new(office.record_type("receipt"))
        values: dict[str, Json] = {"book": "1", "number": 7, "fiscal_year": 2570, "payer": "ก", "amount": 100, "state": "issued"}
        office.store.save(place, "receipt", None, values, act=act)

    found = preview(office, tmp_path, "receipt", "fiscal_year,book,number,payer,amount", "2570,1,7,ก,5")

    assert (2, True) in said(found)
    assert found.plan.writes == []
