"""The history of the registry: events, former codes and empty fields from an older registry; the real one where it is there."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from records.as_of import Standing, as_of
from records.catalogue import BY_TYPE
from records.errors import Correctable
from records.stored import wire_fault
from server_stub.audit import verify
from server_stub.registry_history import HistoryFound, RegistryHistory, gazette_reference
from server_stub.registry_list import read_list
from server_stub.registry_older import read_events, read_older
from tests.server_stub.test_registry_import import Registry

DATA = Path(__file__).parents[2].parent / "shared" / "data"
OLDER = ["lao_geocode", "type", "name_th", "name_en", "province_code", "province_th", "parent_amphoe", "obsolete", "dla_code_2017", "size_2017",
         "dla_name_2017", "url", "council_size_latest", "area_coverage"]  # fmt: skip
EVENTS = ["lao_geocode", "event", "type", "old", "new", "name", "oldname", "english", "mergeto", "effective", "status", "gazette"]
SAO = ["6560115", "แม่ใส", "subdistrict_admin_org", "56", "เมืองพะเยา", "", "", "", "560115", ""]
TOWN = ["4110113", "แพรกษา", "town_municipality", "11", "เมืองสมุทรปราการ", "", "", "", "110160", ""]
OLD_SAO = [
    "560115",
    "TAO",
    "แม่ใส",
    "Mae Sai",
    "56",
    "พะเยา",
    "5601",
    "",
    "6560115",
    "S",
    "แม่ใส",
    "http://www.maesai.go.th/",
    "12",
    "560114:completely",
]
OLD_TOWN = ["110160", "ThesabanMueang", "แพรกษา", "Phraek Sa", "11", "สมุทรปราการ", "1101", "", "6110113", "L", "แพรกษา", "", "18", ""]
GONE = ["560199", "TAO", "เก่า", "", "56", "พะเยา", "5601", "1", "", "", "", "", "", ""]
CREATED = ["560115", "create", "TAO", "", "", "", "", "", "", "1996-12-16", "Gazette", "volume=113 issue=พิเศษ 52 ง page=1 date=1996-12-16"]
UPGRADED = ["110160", "statuschange", "", "TAO", "ThesabanMueang", "", "", "", "", "2020-05-13", "Gazette", ""]
ENDED = ["560199", "abolished", "TAO", "", "", "", "", "", "560115", "2004-08-20", "Gazette", ""]
MERGED = ["560115", "mergedwith", "", "", "", "", "", "", "", "2004-08-20", "Gazette", ""]


class History(Registry):
    """A server that imports history too."""

    def bring(self, older: list[list[str]], events: list[list[str]], *, is_dry_run: bool = False) -> HistoryFound:
        """Imports these rows."""
        for name, headings, rows in (("older.csv", OLDER, older), ("events.csv", EVENTS, events)):
            with (self.folder / name).open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([headings, *rows])
        return self.bring_files(self.folder / "older.csv", self.folder / "events.csv", is_dry_run=is_dry_run)

    def bring_files(self, older: Path, events: Path, *, is_dry_run: bool = False) -> HistoryFound:
        """Imports these files."""
        history = RegistryHistory(self.world.storage, BY_TYPE, self.world.clock, self.world.entropy, device="the-server")
        return (history.plan if is_dry_run else history.run)(read_older(older), read_events(events))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[History]:
    made = History(tmp_path)
    made.imports.run(made.listed(SAO, TOWN))
    yield made
    made.world.storage.close()


def test_events_become_records_of_our_office(registry: History) -> None:
    found = registry.bring([OLD_SAO, OLD_TOWN], [CREATED, UPGRADED])
    events = {event["kind"]: event for event in registry.of_type("office_event")}
    assert (found.matched, found.unmatched, found.event_kinds) == (2, (), {"create": 1, "status_change": 1})
    assert events["create"]["office"] == registry.office("6560115")["id"]
    assert (events["create"]["type_after"], events["create"]["effective_on"]) == ("องค์การบริหารส่วนตำบล", "1996-12-16")
    assert events["create"]["gazette"] == "ราชกิจจานุเบกษา เล่ม 113 ตอนที่ พิเศษ 52 ง หน้า 1 วันที่ 16 ธันวาคม 2539"
    assert (events["status_change"]["type_before"], events["status_change"]["type_after"]) == ("องค์การบริหารส่วนตำบล", "เทศบาลเมือง")
    assert verify(registry.world.storage).damage == ()


def test_a_code_that_changed_ends_the_day_before_the_event(registry: History) -> None:
    found = registry.bring([OLD_TOWN], [UPGRADED])
    codes = {code["code"]: code for code in registry.of_type("office_code") if code["office"] == registry.office("4110113")["id"]}
    assert (codes["6110113"]["valid_to"], codes["4110113"]["valid_from"]) == ("2020-05-12", "2020-05-13")
    assert (found.former_codes, found.codes_without_day) == (1, 0)


def test_a_code_that_changed_without_an_event_says_so(registry: History) -> None:
    found = registry.bring([OLD_TOWN], [])
    (former,) = [code for code in registry.of_type("office_code") if code["code"] == "6110113"]
    assert "ไม่ทราบวัน" in former["note"]
    assert (found.former_codes, found.codes_without_day) == (1, 1)


def test_empty_fields_are_filled_and_others_kept(registry: History) -> None:
    registry.bring([OLD_SAO], [])
    office = registry.office("6560115")
    assert (office["name_en"], office["website"], office["size_class"], office["council_seats"], office["tambon"]) == (
        "Mae Sai", "http://www.maesai.go.th/", "small", 12, "แม่ใส",
    )  # fmt: skip
    registry.bring([[*OLD_SAO[:3], "Another Name", *OLD_SAO[4:]]], [])
    assert registry.office("6560115")["name_en"] == "Mae Sai"


def test_an_office_that_is_no_more_is_added_with_its_successor(registry: History) -> None:
    registry.bring([OLD_SAO, GONE], [ENDED, MERGED])
    (gone,) = [office for office in registry.of_type("office") if office["name_th"] == "เก่า"]
    ours = registry.office("6560115")["id"]
    assert (gone["status"], gone["status_since"], gone["successor"], gone["amphoe"]) == ("merged", "2004-08-20", ours, "เมืองพะเยา")
    merged = next(event for event in registry.of_type("office_event") if event["kind"] == "merged_with")
    assert (merged["office"], merged["other_office"]) == (ours, gone["id"])
    assert registry.imports.plan(registry.listed(SAO, TOWN)).open_points == 0


def test_the_same_history_again_changes_nothing(registry: History) -> None:
    rows = [OLD_SAO, OLD_TOWN, GONE], [CREATED, CREATED, UPGRADED, ENDED, MERGED]
    registry.bring(*rows)
    head = registry.world.head("central")
    found = registry.bring(*rows)
    assert (found.created, found.filled, registry.world.head("central")) == ({}, {}, head)
    assert len(registry.of_type("office_event")) == 5


def test_a_dry_run_tells_the_same_and_writes_nothing(registry: History) -> None:
    head = registry.world.head("central")
    told = registry.bring([OLD_SAO, GONE], [CREATED, ENDED], is_dry_run=True)
    assert registry.world.head("central") == head
    assert registry.bring([OLD_SAO, GONE], [CREATED, ENDED]) == told


def test_an_office_of_another_name_under_our_code_is_listed_not_guessed(registry: History) -> None:
    swapped = ["569999", "TAO", "แม่กา", "", "56", "พะเยา", "5601", "", "6560115", "", "", "", "", ""]
    found = registry.bring([swapped], [["569999", *CREATED[1:]]])
    assert [(one.geocode, one.near) for one in found.unmatched] == [("569999", ["6560115 แม่ใส เมืองพะเยา"])]
    assert (found.events_left, found.created) == ((("569999", 1),), {})


def test_two_that_fit_one_of_ours_are_both_listed(registry: History) -> None:
    twins = [[code, "TAO", "แม่ใส", "", "56", "พะเยา", "5601", "", "", "", "", "", "", ""] for code in ("560198", "560197")]
    assert {one.geocode for one in registry.bring(twins, []).unmatched} == {"560198", "560197"}


def test_what_is_written_fits_the_catalogue(registry: History) -> None:
    registry.bring([OLD_SAO, OLD_TOWN, GONE], [CREATED, UPGRADED, ENDED, MERGED])
    for record_type in ("office", "office_code", "office_event"):
        for fields in registry.of_type(record_type):
            wire = {name: value for name, value in fields.items() if name not in ("id", "version")}
            assert not any(map(wire_fault, wire.values()))
            assert BY_TYPE[record_type].cls.of(wire).fields() == wire


def test_a_file_that_is_no_older_registry_is_refused(registry: History) -> None:
    (registry.folder / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Correctable):
        read_older(registry.folder / "other.csv")


@pytest.mark.parametrize(("written", "shown"), [("", None), ("as told", "as told")])
def test_a_gazette_reference_of_another_form_is_kept(written: str, shown: str | None) -> None:
    assert gazette_reference(written) == shown


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_the_real_history_gives_the_registry_of_past_days(tmp_path: Path) -> None:
    registry = History(tmp_path)
    registry.imports.run(read_list(DATA / "lao_dla_2026-06.csv"))
    found = registry.bring_files(DATA / "lao_registry_2022-08.csv", DATA / "lao_events.csv")
    assert (found.matched, len(found.unmatched), found.events, sum(found.event_kinds.values())) == (7844, 6, 11802, 11789)
    assert (found.former_codes, found.codes_without_day, found.created["office"]) == (39, 5, 126)
    events, codes = _by_office(registry, "office_event"), _by_office(registry, "office_code")
    offices = registry.of_type("office")

    def counted(day: date) -> Counter[str]:
        states = [as_of(one, events[one["id"]], codes[one["id"]], day, today=date(2026, 6, 10)) for one in offices]
        return Counter(state.type for state in states if state.standing is Standing.THERE)

    with (DATA / "lao_counts_by_province_2026-06.csv").open(encoding="utf-8-sig", newline="") as file:
        sums = Counter(
            {name: sum(int(row[name]) for row in rows) for rows in [list(csv.DictReader(file))] for name in rows[0] if name in _COUNTS}
        )
    assert counted(date(2026, 6, 10)) == {_COUNTS[name]: count for name, count in sums.items()}
    # As DOLA counted it that day, without Bangkok: 75, 22, 120, 1,020, 6,616, 1: six offices could not be matched.
    assert counted(date(2007, 1, 12)) == {"pao": 75, "nakhon": 22, "mueang": 121, "tambon": 1021, "sao": 6615, "pattaya": 1}
    registry.world.storage.close()


_COUNTS = {"PAO": "pao", "nakhon": "nakhon", "mueang": "mueang", "tambon_municipality": "tambon", "SAO": "sao", "special": "pattaya"}


def _by_office(registry: History, record_type: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fields in registry.of_type(record_type):
        found[fields["office"]].append(fields)
    return found


def test_the_command_prints_what_it_did(registry: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from server_stub.cli import run

    registry.bring([OLD_SAO], [CREATED], is_dry_run=True)
    registry.world.storage.close()
    line = [
        "--database",
        str(tmp_path / "server.db"),
        "--json",
        "import-events",
        str(tmp_path / "events.csv"),
        "--older",
        str(tmp_path / "older.csv"),
    ]
    assert run([*line, "--dry-run"]) == 0
    assert run(line) == 0
    dry, done = capsys.readouterr().out.replace("}\n{", "}\0{").split("\0")
    assert json.loads(dry)["created"] == json.loads(done)["created"] == {"office_event": 1}
    assert json.loads(done)["event_kinds"] == {"create": 1}
