"""The registry of a day, base figures by year and change requests, on a real desk; the commands that print them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from desktop.services.office import Office
from desktop.storage import state
from desktop.storage.rows import Row
from records.as_of import Standing
from records.errors import Correctable, FieldError, Refused
from records.protocol import GrantedStream
from records.words import Language
from tests.offices import STREAM, made_office, thongthin

TWINS = (("6710101", "ไทรโยค"), ("6710102", "ท่ามะกา"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office whose account may write the registry itself, as DLA's may."""
    made = made_office(tmp_path / "home")
    grants = (GrantedStream(STREAM, "write", ("*",), "เทศบาลนครตัวอย่าง"), GrantedStream("central", "write", ("registry",), "ส่วนกลาง"))
    with made.database.write() as connection:
        state.take_grants(connection, grants)
    return made


def listed(office: Office) -> Row:
    """แพรกษา, upgraded in 2563, with its namesakes elsewhere."""
    save = office.records.save
    row = save(
        "office",
        None,
        {
            "type": "mueang",
            "name_th": "แพรกษา",
            "code": "4110113",
            "province_code": "11",
            "province": "สมุทรปราการ",
            "amphoe": "เมืองสมุทรปราการ",
            "status": "active",
            "website": "old.go.th",
        },
    ).row
    for code, amphoe in TWINS:
        save(
            "office",
            None,
            {
                "type": "sao",
                "name_th": "ท่าเสา",
                "code": code,
                "province_code": "71",
                "province": "กาญจนบุรี",
                "amphoe": amphoe,
                "status": "active",
            },
        )
    save("office_code", None, {"office": row.id, "code": "6110113", "scheme": "dla", "valid_to": "2020-05-12"})
    save("office_code", None, {"office": row.id, "code": "4110113", "scheme": "dla", "valid_from": "2020-05-13"})
    save(
        "office_event",
        None,
        {"office": row.id, "kind": "create", "type_after": "TAO", "effective_on": "1995-03-03", "status": "gazette", "gazette": "เล่ม 112"},
    )
    save(
        "office_event",
        None,
        {
            "office": row.id,
            "kind": "status_change",
            "type_before": "TAO",
            "type_after": "ThesabanMueang",
            "effective_on": "2020-05-13",
            "status": "gazette",
        },
    )
    save("office_event", None, {"office": row.id, "kind": "area_change", "effective_on": "2024-01-01", "status": "withdrawn"})
    return row


def test_an_office_is_found_by_what_people_know_of_it_and_told_from_its_namesakes(office: Office) -> None:
    row = listed(office)
    assert {found.place for found in office.registry.find("ท่าเสา")} == {"ไทรโยค กาญจนบุรี · 6710101", "ท่ามะกา กาญจนบุรี · 6710102"}
    assert [found.place for found in office.registry.find("ท่าเสา ท่ามะกา")] == ["ท่ามะกา กาญจนบุรี · 6710102"]
    assert [found.id for found in office.registry.find("6110113")] == [row.id]  # a code it no longer bears
    office.close()


def test_an_office_as_of_a_day_has_its_timeline(office: Office) -> None:
    row = listed(office)
    for key in (row.id, "4110113", "6110113"):
        found = office.registry.as_of(key, date(2007, 1, 12))
        assert (found.state.standing, found.state.type, found.state.code) == (Standing.THERE, "sao", "6110113")
    assert [(line.day, line.is_counted) for line in found.timeline] == [
        (date(1995, 3, 3), True),
        (date(2020, 5, 13), True),
        (date(2024, 1, 1), False),
    ]
    assert [code for code, _, _ in found.codes] == ["6110113", "4110113"]
    with pytest.raises(Correctable):
        office.registry.as_of("9999999", date(2007, 1, 12))
    office.close()


def test_the_whole_registry_is_counted_by_province(office: Office, tmp_path: Path) -> None:
    listed(office)
    before, after = office.registry.counts(date(2007, 1, 12)), office.registry.counts(date(2026, 1, 1))
    assert (dict(before.total), dict(after.total)) == ({"sao": 3}, {"sao": 2, "mueang": 1})
    assert after.lines(Language.ENGLISH) == [["สมุทรปราการ", 1, 0, 1], ["กาญจนบุรี", 0, 2, 2], ["Total", 1, 2, 3]]
    assert after.doubtful == 2
    assert office.registry.export_counts(after, tmp_path / "counts.xlsx") == 3
    sheet = openpyxl.load_workbook(tmp_path / "counts.xlsx").active
    assert sheet is not None
    assert ["Total", 1, 2, 3] in [[cell.value for cell in row] for row in sheet.iter_rows()]
    office.close()


def figures_of(office: Office) -> None:
    """Three years of two indicators, one of them in a village too."""
    village = office.records.save("village", None, {"moo": 1, "name": "บ้านใหม่", "tambon": "แม่ใส"}, STREAM).row
    for year, value in ((2568, "1000"), (2569, "1125")):
        office.records.save("base_figure", None, {"indicator": "ประชากร", "year": year, "value": value, "unit": "คน"}, STREAM)
    office.records.save(
        "base_figure", None, {"indicator": "ประชากร", "year": 2569, "value": "40", "unit": "คน", "village": village.id}, STREAM
    )


def test_figures_stand_beside_last_years(office: Office) -> None:
    figures_of(office)
    table = office.figures.table(2569)
    (line,) = table.of_place(None)
    assert (line.unit, line.values, line.change(2569), line.change(2568)) == (
        "คน",
        {2568: Decimal(1000), 2569: Decimal(1125)},
        (Decimal(125), Decimal("12.5")),
        None,
    )
    assert [(one.place, one.values.get(2569)) for one in table.of_indicator("ประชากร")] == [
        ("", Decimal(1125)),
        ("1 บ้านใหม่ แม่ใส", Decimal(40)),
    ]
    office.close()


def test_a_typed_figure_is_made_changed_and_taken_away(office: Office) -> None:
    figures_of(office)

    def put(text: str) -> dict[int, Decimal]:
        table = office.figures.table(2570)
        office.figures.put(table, table.of_place(None)[0], text)
        return dict(office.figures.table(2570).of_place(None)[0].values)

    assert put("๑,๒๐๐")[2570] == 1200
    assert put("1,300.5")[2570] == Decimal("1300.5")
    assert 2570 not in put("")
    with pytest.raises(FieldError):
        put("มาก")
    office.close()


def test_figures_go_to_excel_with_their_change(office: Office, tmp_path: Path) -> None:
    figures_of(office)
    table = office.figures.table(2569)
    assert office.figures.export(table, table.of_place(None), tmp_path / "figures.xlsx") == 1
    sheet = openpyxl.load_workbook(tmp_path / "figures.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in list(sheet.iter_rows())[-1]] == ["ประชากร", "Whole office", "คน", None, None, 1000, 1125, 125, 12.5]
    office.close()


def accepted(office: Office, entry: Row) -> Row:
    """A change request that DLA has accepted."""
    row = office.registry.request_change(entry.id, "website", "new.go.th", "ย้ายเว็บไซต์").row
    assert (row.fields["present_value"], row.fields["state"]) == ("old.go.th", "draft")
    # Each step is another person's; here only what the entry becomes is looked at.
    with office.store.act("somchai", office.record_type("office").label) as act:
        return office.store.save(row.stream, row.type, row.id, {"state": "accepted"}, (), act=act)


def test_an_accepted_request_is_written_into_the_entry_once(office: Office) -> None:
    entry = listed(office)
    request = accepted(office, entry)
    assert office.registry.apply_request(request.id).fields["website"] == "new.go.th"
    assert office.records.get("registry_change_request", request.id).fields["applied_on"] == "2026-11-22"
    with pytest.raises(Correctable):
        office.registry.apply_request(request.id)
    office.undo.last()
    assert office.records.get("office", entry.id).fields["website"] == "old.go.th"
    office.close()


def test_a_request_is_not_written_over_an_entry_that_changed_since(office: Office) -> None:
    entry = listed(office)
    request = accepted(office, entry)
    office.records.save("office", entry.id, {"website": "other.go.th"})
    with pytest.raises(Correctable):
        office.registry.apply_request(request.id)
    assert office.records.get("office", entry.id).fields["website"] == "other.go.th"
    office.close()


def test_an_office_may_not_write_the_registry_itself(office: Office) -> None:
    request = accepted(office, listed(office))
    with office.database.write() as connection:
        state.take_grants(connection, (GrantedStream(STREAM, "write", ("*",), ""), GrantedStream("central", "read", ("registry",), "")))
    with pytest.raises(Refused):
        office.registry.apply_request(request.id)
    office.close()


def test_the_commands_print_what_the_services_say(office: Office, tmp_path: Path) -> None:
    row = listed(office)
    figures_of(office)
    home = office.folder
    office.close()
    told = thongthin(home, "registry", "as-of", "6110113", "--on", "12 ม.ค. 2550", "--json").json
    assert (told["id"], told["on"], told["type"], told["code"], len(told["timeline"])) == (row.id, "2007-01-12", "sao", "6110113", 3)
    counted = thongthin(home, "registry", "counts", "--on", "2550-01-12", "--json").json
    assert (counted["on"], counted["total"], counted["by_type"]) == ("2007-01-12", 3, {"sao": 3})
    figures = thongthin(home, "registry", "figures", "--year", "2569", "--json").json
    assert [(one["indicator"], one["change"], one["percent"]) for one in figures["figures"]] == [
        ("ประชากร", "125", "12.5"),
        ("ประชากร", None, None),
    ]
    assert "1995" in thongthin(home, "registry", "as-of", "4110113").out
    assert thongthin(home, "registry", "as-of", "1").code == 1
    assert thongthin(home, "registry", "counts", "--on", "เมื่อวานซืน").code == 1
