"""Taking sheets in: preview, one act, again, undo; made sheets and the real plan of a city."""

from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from desktop.services.imports import Preview
from desktop.services.office import Office
from desktop.storage.query import Query
from records.errors import Correctable
from tests.offices import DATA, made_office

COMPLAINTS = DATA / "complaints" / "traffy_complaint_texts.csv"
PLAN = DATA / "local_plan" / "nakhonsawan_projects_flat.csv"
WORKBOOK = DATA / "xlsx" / "nakhonsawan_procurement_list_fy2569.xlsx"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real data are not here")


def csv_of(folder: Path, *lines: str) -> Path:
    """A CSV of these lines."""
    path = folder / "plan.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def said(preview: Preview) -> list[tuple[int, str, str]]:
    """(row, column, English text) of the problems."""
    return [(one.row, one.column, one.text.en) for one in preview.plan.problems]


def total(office: Office, field: str) -> int:
    """The sum of a money field over all budgets."""
    return sum(int(str(row.fields.get(field, 0))) for row in office.store.find(Query("project_budget")).rows)


def test_a_row_makes_its_record_its_parents_and_its_years(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    path = csv_of(
        tmp_path,
        "strategyNum,strategyName,tacticCode,tacticName,planName,name,budget2566,budget2567,ordinance2566",
        '1,ด้านสาธารณสุข,1.1,ป้องกันโรค,แผนงานสาธารณสุข,รณรงค์," 1,632,820 "," -   ",20000',
        "1,ด้านสาธารณสุข,1.1,ป้องกันโรค,แผนงานสาธารณสุข,ฉีดวัคซีน,๕๐๐,,",
    )
    office.imports.apply(office.imports.preview("project", path))
    (first, second) = office.store.find(Query("project")).rows
    (strategy,) = office.store.find(Query("strategy")).rows
    (tactic,) = office.store.find(Query("tactic")).rows
    (plan,) = office.store.find(Query("plan")).rows
    (programme,) = office.store.find(Query("plan_programme")).rows
    assert first.fields["title"] == "รณรงค์"
    assert (first.fields["strategy"], first.fields["tactic"], first.fields["plan"]) == (strategy.id, tactic.id, plan.id)
    assert tactic.fields == {"plan": plan.id, "strategy": strategy.id, "code": "1.1", "name": "ป้องกันโรค"}
    assert programme.fields["programme"] == first.fields["programme"] == "public_health"
    assert (plan.fields["first_year"], plan.fields["last_year"]) == (2566, 2567)
    budgets = [row.fields for row in office.store.find(Query("project_budget")).rows]
    assert budgets == [
        {"project": first.id, "fiscal_year": 2566, "planned": 163_282_000, "ordinance": 2_000_000},
        {"project": second.id, "fiscal_year": 2566, "planned": 50_000},
    ]
    office.close()


def test_a_second_import_changes_nothing_and_an_edited_file_changes_what_differs(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    head = "planName,name,target,budget2566"
    path = csv_of(tmp_path, head, "แผนงานสาธารณสุข,รณรงค์,สิบคน,100", "แผนงานสาธารณสุข,ถนน,สาย ก,200", "แผนงานสาธารณสุข,คลอง,ยาว,300")
    office.imports.apply(office.imports.preview("project", path))
    again = office.imports.preview("project", path)
    assert (again.plan.created, again.plan.updated, again.plan.unchanged, again.plan.writes) == (0, 0, 3, [])
    path = csv_of(tmp_path, head, "แผนงานสาธารณสุข,รณรงค์,ยี่สิบคน,100", "แผนงานสาธารณสุข,ถนน,สาย ก,250", "แผนงานสาธารณสุข,คลอง,ยาว,300")
    changed = office.imports.preview("project", path)
    assert (changed.plan.created, changed.plan.updated, changed.plan.unchanged) == (0, 2, 1)
    office.imports.apply(changed)
    assert total(office, "planned") == 65_000
    assert len(office.store.ids(Query("project"))) == 3
    office.close()


def test_repeated_rows_are_all_kept_and_listed_once(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    path = csv_of(tmp_path, "planName,name,target", *(["แผนงานสาธารณสุข,รณรงค์,ก"] * 2), "แผนงานสาธารณสุข,รณรงค์,ข", "แผนงานสาธารณสุข,อื่น,ค")
    preview = office.imports.preview("project", path)
    office.imports.apply(preview)
    assert said(preview) == [(3, "name", "Repeated in the file (rows 2, 3, 4); every row is imported")]
    assert len(office.store.ids(Query("project"))) == 4
    assert office.imports.preview("project", path).plan.unchanged == 4
    office.close()


def test_a_cell_that_cannot_be_read_leaves_its_row_out_and_says_where(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    path = csv_of(
        tmp_path, "name,citizen_id,first_name,phone", "x,1101700230708,สมชาย,0812345678", "y,1101700230705,สมหญิง,0812345678", ",,,"
    )
    preview = office.imports.preview("person", path)
    assert (preview.plan.rows, preview.plan.ready) == (2, 1)
    assert [(row, column) for row, column, _ in said(preview)] in ([(2, "citizen_id")], [(3, "citizen_id")])
    office.close()


def test_a_row_of_totals_and_empty_rows_are_no_records(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    path = csv_of(tmp_path, "ชื่อโครงการ,2566", "ถนน,100", ",", "รวม:,100", "รวมพลังชุมชน,5", ",105", ",")
    preview = office.imports.preview("project", path)
    assert (preview.plan.rows, preview.plan.ready) == (3, 2)
    assert [(row, text.split(",")[0]) for row, _, text in said(preview)] == [
        (4, "A row of totals"),
        (6, "The row has nothing of a Project"),
    ]
    office.close()


def test_a_row_without_strategy_and_programme_is_kept_and_listed(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    path = csv_of(tmp_path, "strategyNum,strategyName,planName,name", "1,ด้าน ก,แผนงานสาธารณสุข,รณรงค์", ",,,ถนน")
    preview = office.imports.preview("project", path)
    assert preview.plan.ready == 2
    assert said(preview) == [(3, "strategyNum, strategyName, planName", "No Strategy and Programme; imported without")]
    office.close()


def test_a_parent_that_is_there_stands_and_the_difference_is_listed(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    path = csv_of(tmp_path, "strategyNum,strategyName,name,2566", "1,ด้าน ก,รณรงค์,1", "1,ด้าน ข,ถนน,1")
    preview = office.imports.preview("project", path)
    office.imports.apply(preview)
    assert [row.fields["name"] for row in office.store.find(Query("strategy")).rows] == ["ด้าน ก"]
    assert any("already has “ด้าน ก”" in text for _, _, text in said(preview))
    office.close()


def test_a_reference_is_found_by_its_name(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    title = office.records.save("project", None, {"title": "ถนน"}).row.id
    path = csv_of(tmp_path, "project,stage", "ถนน,approved", "ไม่มีจริง,approved")
    preview = office.imports.preview("project_step", path)
    office.imports.apply(preview)
    steps = office.store.find(Query("project_step")).rows
    assert [row.fields.get("project") for row in steps] == [title, None]
    assert said(preview) == [(3, "project", "“ไม่มีจริง” was not found, or more than once; the field is left empty")]
    office.close()


def test_undo_takes_an_import_back_but_for_what_was_edited_since(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    office.imports.apply(office.imports.preview("project", csv_of(tmp_path, "name,2566", "ถนน,100", "คลอง,200")))
    road = office.store.find(Query("project", text="ถนน")).rows[0]
    with office.store.act("malee", office.record_type("project").label) as act:
        office.store.save(road.stream, "project", road.id, {"target": "สาย ก"}, (), act=act)
    done = office.undo.last()
    assert [row.id for row, _ in done.skipped if row.type == "project"] == [road.id]
    assert [row.fields["title"] for row in office.store.find(Query("project")).rows] == ["ถนน"]
    office.close()


def test_a_project_edited_since_keeps_its_money_and_its_plan_when_the_import_is_undone(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    path = csv_of(tmp_path, "strategyNum,strategyName,name,budget2566,budget2567", "1,สาธารณสุข,ถนน,100,200", "2,โยธา,คลอง,300,400")
    office.imports.apply(office.imports.preview("project", path))
    road = office.store.find(Query("project", text="ถนน")).rows[0]
    with office.store.act("malee", office.record_type("project").label) as act:
        office.store.save(road.stream, "project", road.id, {"target": "สาย ก"}, (), act=act)

    done = office.undo.last()

    assert Counter(row.type for row, _ in done.skipped) == {"project": 1, "project_budget": 2, "plan": 1, "strategy": 1}
    assert [row.fields["name"] for row in office.store.find(Query("strategy")).rows] == ["สาธารณสุข"]
    assert [row.fields["planned"] for row in office.store.find(Query("project_budget")).rows] == [10_000, 20_000]
    assert [row.id for row in office.store.find(Query("project")).rows] == [road.id]
    office.close()


def test_money_edited_since_keeps_its_project_when_the_import_is_undone(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    office.imports.apply(office.imports.preview("project", csv_of(tmp_path, "name,budget2566,budget2567", "ถนน,100,200", "คลอง,300,400")))
    budget = office.store.find(Query("project_budget")).rows[0]
    with office.store.act("malee", office.record_type("project_budget").label) as act:
        office.store.save(budget.stream, "project_budget", budget.id, {"planned": 5}, (), act=act)

    office.undo.last()

    assert [row.fields["title"] for row in office.store.find(Query("project")).rows] == ["ถนน"]
    assert [row.fields["planned"] for row in office.store.find(Query("project_budget")).rows] == [5, 20_000]
    assert len(office.store.find(Query("plan")).rows) == 1
    office.close()


def test_a_plan_renamed_since_stays_alone_when_the_import_is_undone(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    office.imports.apply(office.imports.preview("project", csv_of(tmp_path, "name,budget2566", "ถนน,100", "คลอง,300")))
    plan = office.store.find(Query("plan")).rows[0]
    with office.store.act("malee", office.record_type("plan").label) as act:
        office.store.save(plan.stream, "plan", plan.id, {"name": "แผนใหม่"}, (), act=act)

    done = office.undo.last()

    assert [row.type for row, _ in done.skipped] == ["plan"]
    assert office.store.find(Query("project")).rows == []
    office.close()


def test_a_preview_needs_no_enrolment_but_writing_does(tmp_path: Path) -> None:
    office = made_office(tmp_path, enrolled=False)
    preview = office.imports.preview("project", csv_of(tmp_path, "name,2566", "ถนน,100"))
    assert preview.plan.created == 1
    with pytest.raises(Correctable, match="not enrolled"):
        office.imports.apply(preview)
    office.close()


def test_stopping_an_import_writes_nothing(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    preview = office.imports.preview("project", csv_of(tmp_path, "name,2566", *(f"ถนน {n},100" for n in range(150))))

    def stop(done: int, total: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.imports.apply(preview, stop)
    assert office.store.ids(Query("project")) == []
    assert office.store.ids(Query("project_budget")) == []
    office.close()


def test_an_exported_list_comes_back_in_as_it_was(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    office.records.save("person", None, {"first_name": "สมชาย", "last_name": "ใจดี", "birth_date": "1980-02-29", "moo": 4})
    office.exports.export(Query("person"), tmp_path / "people.xlsx", unmasked=True)
    again = office.imports.preview("person", tmp_path / "people.xlsx")
    assert (again.plan.ready, again.plan.created, again.plan.problems) == (1, again.plan.created, [])
    values = {str(target): value for write in again.plan.writes for target, value in write.set.items()}
    assert values in ({}, {"first_name": "สมชาย", "last_name": "ใจดี", "birth_date": "1980-02-29", "moo": 4})
    office.close()


def test_a_workbook_with_merged_headings_is_read(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["แผนพัฒนาท้องถิ่น พ.ศ. 2566-2570"],
        ["ที่", "โครงการ", "งบประมาณ", None],
        [None, None, 2566, 2567],
        [1, "ถนน\nสาย ก", 1632820.1, " -   "],
        [2, "=HYPERLINK", "1,000.-", 5],
    ):
        page.append(row)
    for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        page.merge_cells(area)
    page["B5"].data_type = "s"
    book.save(tmp_path / "plan.xlsx")
    preview = office.imports.preview("project", tmp_path / "plan.xlsx")
    office.imports.apply(preview)
    assert total(office, "planned") == 163_282_010 + 100_000 + 500
    assert {row.fields["title"] for row in office.store.find(Query("project")).rows} == {"ถนน\nสาย ก", "=HYPERLINK"}
    office.close()


@needs_data
def test_the_real_plan_of_a_city_comes_in_whole(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    preview = office.imports.preview("project", PLAN)
    office.imports.apply(preview)
    assert len(office.store.ids(Query("project"))) == preview.plan.rows == preview.plan.ready == 548
    assert total(office, "planned") == 2_393_838_700_00
    assert total(office, "ordinance") == 167_986_500_00
    counted = Counter(one.text.en.split(";")[0].split(" (")[0] for one in preview.plan.problems)
    assert counted == {"The name breaks over lines": 67, "No Strategy and Programme": 31, "Repeated in the file": 12}
    years = {row.fields["fiscal_year"] for row in office.store.find(Query("project_budget")).rows}
    assert years == {2566, 2567, 2568, 2569, 2570}
    projects = office.store.find(Query("project")).rows
    assert all("tactic" in row.fields for row in projects)
    assert sum("strategy" in row.fields and "programme" in row.fields for row in projects) == 548 - 31
    again = office.imports.preview("project", PLAN)
    assert (again.plan.unchanged, again.plan.writes) == (548, [])
    office.close()


@needs_data
def test_a_real_workbook_with_merged_cells_and_mixed_numbers_can_be_mapped(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    preview = office.imports.preview("project", WORKBOOK, {"รายการ": "title"})
    assert (preview.plan.rows, preview.plan.ready) == (35, 35)
    assert preview.sample[0][:3] == [1.0, "ซองใส่แผ่น CD ห่อ (แบบใส)", 400.0]
    office.close()


def test_complaints_come_in_as_requests_and_keep_what_was_done_since(tmp_path: Path) -> None:
    office = made_office(tmp_path / "home")
    sheet = csv_of(tmp_path, "id,content", "09437,ป้ายซอยชำรุด จึงขอให้ดำเนินการแก้ไขครับ ทั้งซอยมองไม่เห็นเลยเวลากลางคืน", "09438,ไฟดับ")
    office.imports.apply(office.imports.preview("service_request", sheet))
    rows = {row.fields["tracking_number"]: row for row in office.store.find(Query("service_request")).rows}
    assert rows["09437"].fields["subject"] == "ป้ายซอยชำรุด จึงขอให้ดำเนินการแก้ไขครับ…"
    assert str(rows["09437"].fields["detail"]).endswith("กลางคืน")
    assert rows["09438"].fields == {"tracking_number": "09438", "subject": "ไฟดับ", "detail": "ไฟดับ", "state": "received"}

    office.records.save("service_request", rows["09438"].id, {"subject": "ไฟสาธารณะดับ", "state": "checking"})
    again = office.imports.preview("service_request", sheet)

    assert (again.plan.unchanged, again.plan.writes) == (2, [])
    office.close()


@pytest.mark.skipif(not COMPLAINTS.exists(), reason="the real data is not beside this repository")
def test_real_complaint_texts_come_in_as_requests(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    preview = office.imports.preview("service_request", COMPLAINTS)
    office.imports.apply(preview)
    rows = office.store.find(Query("service_request")).rows
    assert preview.plan.problems == [] or all(not problem.blocks for problem in preview.plan.problems)
    assert len(rows) == preview.plan.rows == preview.plan.ready > 200
    assert all(row.fields["state"] == "received" and row.fields["detail"] for row in rows)
    assert all(len(str(row.fields["subject"])) <= 60 for row in rows)
    again = office.imports.preview("service_request", COMPLAINTS)
    assert again.plan.writes == []
    office.close()
