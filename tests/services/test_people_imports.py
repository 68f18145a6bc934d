"""The open history of executives and councils, taken in for an office and for a province."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.imports import Preview
from desktop.services.office import Office
from desktop.storage.query import Filter, Query
from records.errors import Correctable
from records.kinds import Json
from tests.offices import DATA, STREAM, made_office, thongthin
from tests.services.test_holders import observed

HISTORY, COUNCILS = DATA / "lao_officials_history.csv", DATA / "lao_council_terms.csv"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real data are not here")
HEAD = "lao_geocode,lao,kind,title,name,english,begin,beginyear,end,endyear,beginreason,endreason,acting,index\n"
ROWS = HEAD + (
    "560154,แม่นาเรือ,official,TAOMayor,นาย สมบัติ สมศักดิ์,,2016-09-30,,2021-11-27,,TermExtended,EndOfTerm,,\n"
    "560154,แม่นาเรือ,official,TAOMayor,สมบัติ สมศักดิ์,,2012-09-30,,2016-09-29,,ElectedDirectly,EndOfTerm,,2\n"
    "560154,แม่นาเรือ,vacant,TAOMayor,,,2011-09-30,,2012-09-29,,,,,\n"
    "560155,แม่ใส,official,TAOMayor,สมบัติ สมศักดิ์,,,2010,,2014,ElectedDirectly,Removed,1,\n"
    "100050,กรุงเทพ,official,BangkokGovernor,ใคร ก็ได้,,2010-01-01,,,,Appointed,,,\n"
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk of แม่นาเรือ, whose office stands in the registry."""
    result = made_office(tmp_path / "desk")
    own: dict[str, Json] = {"name_th": "แม่นาเรือ", "type": "sao", "code": "6600101", "stream": STREAM, "dopa_code": "560154"}
    observed(result, own)
    yield result
    result.close()


def written(folder: Path, text: str) -> Path:
    """A CSV with that text."""
    path = folder / "officials.csv"
    path.write_text(text, encoding="utf-8")
    return path


def counts(preview: Preview) -> tuple[int, int, int, int]:
    """Rows made, changed, as before, and of other offices."""
    return preview.plan.created, preview.plan.updated, preview.plan.unchanged, preview.left_out


def test_an_office_takes_its_own_rows_as_its_own_and_a_person_once(tmp_path: Path, office: Office) -> None:
    preview = office.imports.preview("term", written(tmp_path, ROWS))
    assert counts(preview) == (3, 0, 0, 2)
    office.imports.apply(preview)

    (person,) = office.store.find(Query("person")).rows
    assert person.fields == {"prefix": "นาย", "first_name": "สมบัติ", "last_name": "สมศักดิ์"}
    (position,) = office.store.find(Query("position")).rows
    assert position.fields == {"name": "นายกองค์การบริหารส่วนตำบล", "body": "executive", "rank": "chief_executive"}
    terms = {row.fields.get("begin"): row.fields for row in office.store.find(Query("term")).rows}
    assert terms["2016-09-30"] == {
        "person": person.id,
        "person_name": "นาย สมบัติ สมศักดิ์",
        "position": position.id,
        "position_name": "นายกองค์การบริหารส่วนตำบล",
        "how_obtained": "term_extended",
        "begin": "2016-09-30",
        "end": "2021-11-27",
        "end_reason": "end_of_term",
    }
    assert terms["2012-09-30"]["holder_number"] == 2
    assert terms["2011-09-30"]["vacant"] is True
    assert "person" not in terms["2011-09-30"]


def test_a_province_keeps_two_people_of_one_name_in_two_offices_apart(tmp_path: Path, office: Office) -> None:
    path = written(tmp_path, ROWS)
    preview = office.imports.preview("term", path, province="พะเยา")
    assert counts(preview) == (4, 0, 0, 1)
    office.imports.apply(preview)
    (other,) = office.store.find(Query("term", filters=(Filter("office_name", "eq", "แม่ใส"),))).rows
    assert other.fields["office_code"] == "560155"
    assert (other.fields["begin_year"], other.fields["end_year"], other.fields["end_reason"], other.fields["acting"]) == (
        "2010",
        "2014",
        "removed",
        True,
    )
    assert len(office.store.ids(Query("person"))) == 2
    assert counts(office.imports.preview("term", path, province="56")) == (0, 0, 4, 1)
    office.undo.last()
    assert office.store.ids(Query("term")) == office.store.ids(Query("person")) == []


def test_two_offices_of_one_name_stay_two(tmp_path: Path, office: Office) -> None:
    observed(office, {"name_th": "แม่ใส", "type": "sao", "code": "6600102", "dopa_code": "560155"})
    path = written(tmp_path, ROWS + "560199,แม่ใส,official,TAOMayor,สมบัติ สมศักดิ์,,2012-01-01,,,,,,,\n")
    office.imports.apply(office.imports.preview("term", path, province="พะเยา"))
    terms = {
        row.fields["office_code"]: row.fields for row in office.store.find(Query("term", filters=(Filter("office_name", "filled"),))).rows
    }
    assert terms["560155"]["person"] != terms["560199"]["person"]
    known = office.store.by_key("office", {"dopa_code": "560155"})
    assert terms["560155"]["office"] == known[0].id
    assert "office" not in terms["560199"], "the registry does not know it"


def test_a_file_of_many_offices_needs_to_know_which(tmp_path: Path) -> None:
    office = made_office(tmp_path / "desk")
    path = written(tmp_path, ROWS)
    with pytest.raises(Correctable, match="--province"):
        office.imports.preview("term", path)
    with pytest.raises(Correctable, match="Phayao"):
        office.imports.preview("term", path, province="ไม่มี")
    office.close()


def test_a_sheet_of_terms_without_offices_is_read_as_before(tmp_path: Path, office: Office) -> None:
    path = written(tmp_path, "ชื่อ-สกุล,ตำแหน่ง,วันที่เริ่ม\nนางสาวสมหญิง ใจดี,รองนายกองค์การบริหารส่วนตำบล,1 ม.ค. 2568\n")
    office.records.save("person", None, {"first_name": "สมหญิง", "last_name": "ใจดี"})
    office.imports.apply(office.imports.preview("term", path))
    (term,) = office.store.find(Query("term")).rows
    (person,) = office.store.find(Query("person")).rows
    assert (term.fields["person"], term.fields["begin"]) == (person.id, "2025-01-01")


@needs_data
def test_the_real_history_of_a_province_comes_in_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    preview = office.imports.preview("term", HISTORY, province="พะเยา")
    assert (preview.plan.created, preview.left_out) == (289, 30_654 - 289)
    assert [one for one in preview.plan.problems if one.blocks] == []
    office.imports.apply(preview)
    extended = office.store.find(Query("term", filters=(Filter("how_obtained", "eq", "term_extended"),))).rows
    assert extended
    assert all(str(row.fields["end"]) > str(row.fields["begin"]) for row in extended if "end" in row.fields and "begin" in row.fields)
    assert office.imports.preview("term", HISTORY, province="พะเยา").plan.writes == []
    office.undo.last()
    assert office.store.ids(Query("term")) == office.store.ids(Query("person")) == []
    office.close()


@needs_data
def test_every_extended_term_of_a_province_is_kept_also_one_whose_beginning_nobody_knows(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    preview = office.imports.preview("term", HISTORY, province="นครราชสีมา")
    assert [one for one in preview.plan.problems if one.blocks] == []
    (unknown,) = [
        w.set for w in preview.plan.writes if w.type == "term" and w.set.get("person_name") == "สุพจน์ ตากลม" and "begin" not in w.set
    ]
    assert (unknown["how_obtained"], unknown["end"]) == ("term_extended", "2021-11-27")
    office.close()


@needs_data
def test_the_real_council_terms_come_in_as_council_terms(tmp_path: Path) -> None:
    home = tmp_path
    office = made_office(home)
    office.close()
    done = thongthin(home, "--json", "import", "term", str(COUNCILS), "--province", "56")
    assert (done.code, done.json["type"]) == (0, "council_term")
    assert done.json["created"] > 300
    again = thongthin(home, "--json", "import", "term", str(COUNCILS), "--province", "56")
    assert (again.json["created"], again.json["updated"]) == (0, 0)
    office = made_office(home)
    rows = office.store.find(Query("council_term", filters=(Filter("office_name", "eq", "พะเยา"), Filter("council", "eq", "pao")))).rows
    assert {row.fields["size"] for row in rows} == {24}
    office.close()
