"""The registry from DLA's list: the real one where it is there, and lists made here."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from records.catalogue import BY_TYPE
from records.errors import Correctable
from records.ids import is_id
from records.protocol import PullReply
from records.stored import wire_fault
from server_stub.audit import verify
from server_stub.ledger import fields_of
from server_stub.registry_import import Imported, Plan, RegistryImport, office_id, read_plan
from server_stub.registry_list import OfficeList, read_list
from server_stub.session import Grant, Session
from server_stub.storage.base import ALL_STREAMS
from server_stub.sync import SyncService
from tests.server_stub.world import START, World

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "lao_dla_2026-06.csv"
HEADINGS = ["dla_code", "name_th", "type", "province_code", "district_name_th", "lat", "lon", "area_km2", "dopa_geocode", "name_en"]
SAO = ["6560115", "แม่ใส", "subdistrict_admin_org", "56", "เมืองพะเยา", "19.1", "99.9", "53.20", "560115", "Mae Sai"]
TOWN = ["4500103", "แม่เหียะ", "town_municipality", "50", "เมืองเชียงใหม่", "", "", "", "", ""]
PAO = ["2560101", "พะเยา", "provincial_admin_org", "56", "เมืองพะเยา", "", "", "", "", ""]
TWINS = [[f"671010{n}", "ท่าเสา", "subdistrict_admin_org", "71", amphoe, "", "", "", "", ""] for n, amphoe in ((1, "ไทรโยค"), (2, "ท่ามะกา"))]


class Registry:
    """A server that imports, and what it then holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World(folder / "server.db")
        self.imports = RegistryImport(self.world.storage, BY_TYPE, self.world.clock, self.world.entropy, device="the-server")

    def listed(self, *rows: list[str], headings: list[str] = HEADINGS, encoding: str = "utf-8-sig") -> OfficeList:
        """A list of these rows, read from a file."""
        path = self.folder / "list.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([headings, *rows])
        return read_list(path)

    def of_type(self, record_type: str) -> list[dict[str, Any]]:
        """The fields of every record of the type, with its id."""
        with self.world.storage.read(ALL_STREAMS) as reader:
            rows = list(reader.page("central", after=0, until=None, areas=None, limit=None))
        return [{**fields_of(row), "id": row.id, "version": row.version} for row in rows if row.type == record_type]

    def office(self, code: str) -> dict[str, Any]:
        """The office that now bears the code."""
        (found,) = [office for office in self.of_type("office") if office.get("code") == code]
        return found


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = Registry(tmp_path)
    yield made
    made.world.storage.close()


def _left(done: Imported) -> Plan:
    assert done.left is not None
    return done.left


def test_an_empty_registry_is_filled_with_offices_and_their_codes(registry: Registry) -> None:
    done = registry.imports.run(registry.listed(SAO, TOWN, PAO))
    assert (done.by_type, done.created, done.left, done.faults) == ({"pao": 1, "mueang": 1, "sao": 1}, 3, None, [])
    office = registry.office("6560115")
    assert {name: value for name, value in office.items() if name not in ("id", "version")} == {
        "type": "sao", "name_th": "แม่ใส", "name_en": "Mae Sai", "code": "6560115", "province_code": "56", "province": "พะเยา",
        "amphoe": "เมืองพะเยา", "area_km2": "53.2", "coordinates": "19.1,99.9", "dopa_code": "560115", "status": "active",
        "stream": "office/6560115",
    }  # fmt: skip
    codes = {code["code"]: code for code in registry.of_type("office_code")}
    assert (codes["6560115"]["office"], codes["6560115"]["scheme"], is_id(office["id"])) == (office["id"], "dla", True)


def test_what_is_written_fits_the_catalogue(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO, TOWN, PAO))
    for record_type in ("office", "office_code"):
        for fields in registry.of_type(record_type):
            wire = {name: value for name, value in fields.items() if name not in ("id", "version")}
            assert not any(map(wire_fault, wire.values()))
            assert BY_TYPE[record_type].cls.of(wire).fields() == wire


def test_the_same_list_again_changes_nothing(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO, TOWN))
    head = registry.world.head("central")
    done = registry.imports.run(registry.listed(TOWN, SAO))
    assert (done.created, done.updated, done.unchanged, done.left, registry.world.head("central")) == (0, 0, 2, None, head)


def test_the_imports_are_writes_of_the_server_that_clients_pull(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO))
    session = Session("som", "clerk", "d", {"central": Grant(may_write=False, areas=("registry",))}, {"som": "clerk"})
    service = SyncService(registry.world.storage, BY_TYPE, registry.world.clock, registry.world.entropy)
    page = service.pull(session, {"streams": {"central": START}})
    assert isinstance(page, PullReply)
    assert {(shown.type, shown.device, shown.changed_by) for shown in page.snapshots} == {
        ("office", "the-server", "server"), ("office_code", "the-server", "server"),
    }  # fmt: skip
    assert verify(registry.world.storage).damage == ()


def test_every_office_gets_a_stream_that_tells_it_from_its_namesake(registry: Registry) -> None:
    registry.imports.run(registry.listed(*TWINS))
    with registry.world.storage.look_up() as directory:
        names = directory.stream_names(["office/6710101", "office/6710102"])
    assert names["office/6710101"] == "อบต.ท่าเสา อ.ไทรโยค จ.กาญจนบุรี (6710101)"
    assert names["office/6710102"] == "อบต.ท่าเสา อ.ท่ามะกา จ.กาญจนบุรี (6710102)"


def test_bangkok_has_no_code_and_its_absence_is_not_its_end(registry: Registry) -> None:
    bangkok = ["", "กรุงเทพมหานคร", "กรุงเทพมหานคร", "10", "", "", "", "", "", ""]
    assert registry.imports.run(registry.listed(SAO, bangkok)).by_type == {"sao": 1, "bangkok": 1}
    assert [code["code"] for code in registry.of_type("office_code")] == ["6560115"]
    assert registry.imports.run(registry.listed(SAO)).left is None


def test_the_headings_of_dlas_open_data_are_read_and_repeated_codes_are_one_office(registry: Registry) -> None:
    headings = [
        "จังหวัด", "อำเภอ", "ตำบล", "รหัส อปท.", "ประเภท อปท.", "อปท.", "ที่ตั้งสำนักงานเลขที่", "หมู่ที่", "รหัสไปรษณีย์", "ขนาดพื้นที่", "LAT",
        "LONG", "เว็ปไซต์ของอปท",
    ]  # fmt: skip
    rows = [
        ["พะเยา", "เมืองพะเยา", tambon, "06560115", "องค์การบริหารส่วนตำบล", "แม่ใส", "1", "2", "56000", "53.20", "19.1", "99.9", "www,x.go.th"]
        for tambon in ("แม่ใส", "แม่กา")
    ]
    done = registry.imports.run(registry.listed(*rows, headings=headings))
    office = registry.office("6560115")
    assert (done.created, done.faults) == (1, [])
    assert (office["tambon"], office["website"], office["province_code"]) == ("แม่กา, แม่ใส", "www,x.go.th", "56")


def test_a_list_in_windows_874_is_read(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO, encoding="cp874"))
    assert registry.office("6560115")["name_th"] == "แม่ใส"


def test_rows_that_cannot_be_read_are_listed(registry: Registry) -> None:
    rows = [SAO, ["12", *SAO[1:]], ["6560116", "ก", "a kingdom", *SAO[3:]], ["6560117", "", *SAO[2:]], [SAO[0], "อื่น", *SAO[2:]], []]
    done = registry.imports.run(registry.listed(*rows))
    assert (done.created, [fault.split(":")[0] for fault in done.faults]) == (1, ["3", "4", "5", "6"])


@pytest.mark.parametrize("content", ["", "a,b,c\n1,2,3\n", "<html>captive portal</html>", '"'])
def test_a_file_that_is_no_list_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)
    with pytest.raises(Correctable, match="nothing was changed"):
        read_list(path)
    with pytest.raises(Correctable, match="cannot be opened"):
        read_list(tmp_path / "none.csv")


def test_a_later_list_is_left_for_a_person(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO, TOWN, PAO))
    head = registry.world.head("central")
    upgraded = ["5560115", "แม่ใส", "subdistrict_municipality", *SAO[3:]]
    renamed = [TOWN[0], "แม่เหียะใหม่", *TOWN[2:]]
    done = registry.imports.run(registry.listed(upgraded, renamed, *TWINS))
    plan = _left(done)
    assert [entry["code"] for entry in plan.new] == ["6710101", "6710102"]
    assert [entry["code"] for entry in plan.gone] == ["2560101"]
    assert [(entry["from_code"], entry["to_code"]) for entry in plan.upgraded] == [("6560115", "5560115")]
    assert [(entry["from"], entry["to"]) for entry in plan.renamed] == [("แม่เหียะ", "แม่เหียะใหม่")]
    assert (registry.world.head("central"), done.created, done.updated) == (head, 0, 0)


def test_an_accepted_plan_is_done_and_doing_it_again_changes_nothing(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO, TOWN, PAO))
    before = registry.office("6560115")
    later = registry.listed(
        ["5560115", "แม่ใส", "subdistrict_municipality", *SAO[3:7], "54", *SAO[8:]], [TOWN[0], "แม่เหียะใหม่", *TOWN[2:]], *TWINS
    )
    plan = registry.imports.plan(later)
    done = registry.imports.accept(later, plan)
    assert (done.created, done.updated, done.left) == (2, 3, None)
    office = registry.office("5560115")
    assert (office["id"], office["stream"], office["type"], office["area_km2"]) == (before["id"], "office/6560115", "tambon", "54")
    codes = {code["code"]: code for code in registry.of_type("office_code") if code["office"] == before["id"]}
    assert (codes["6560115"]["valid_to"], codes["5560115"]["valid_from"]) == ("2026-11-21", "2026-11-22")
    assert registry.office("4500103")["name_th"] == "แม่เหียะใหม่"
    assert (registry.office("2560101")["status"], done.by_type) == ("abolished", {"mueang": 1, "tambon": 1, "sao": 2})
    head = registry.world.head("central")
    assert registry.imports.accept(later, plan).updated == 0
    assert (registry.world.head("central"), verify(registry.world.storage).damage) == (head, ())


def test_what_is_struck_out_of_a_plan_is_not_done(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO, PAO))
    later = registry.listed(SAO, *TWINS)
    plan = registry.imports.plan(later)
    plan.gone = []
    plan.new = plan.new[:1]
    done = registry.imports.accept(later, plan)
    assert (done.created, done.updated) == (1, 0)
    assert ([entry["code"] for entry in _left(done).new], len(_left(done).gone)) == (["6710102"], 1)


def test_a_plan_of_another_list_is_refused(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO))
    plan = registry.imports.plan(registry.listed(*TWINS))
    with pytest.raises(Correctable, match="another list"):
        registry.imports.accept(registry.listed(TOWN), plan)


def test_an_entry_that_a_person_invented_is_not_done(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO))
    later = registry.listed(SAO, TOWN)
    plan = registry.imports.plan(later)
    plan.gone = [{"id": office_id("6560115"), "code": "6560115"}]
    plan.new = [{"code": "9999999"}]
    assert registry.imports.accept(later, plan).created == 0
    assert registry.office("6560115")["status"] == "active"


def test_another_type_under_the_same_code_is_a_candidate_too(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO))
    later = registry.listed([SAO[0], SAO[1], "subdistrict_municipality", *SAO[3:]])
    plan = registry.imports.plan(later)
    assert [(entry["from_code"], entry["to_code"], entry["to"]["type"]) for entry in plan.upgraded] == [("6560115", "6560115", "tambon")]
    registry.imports.accept(later, plan)
    assert (registry.office("6560115")["type"], len(registry.of_type("office_code"))) == ("tambon", 1)


def test_particulars_a_later_list_does_not_know_stay(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO))
    assert registry.imports.run(registry.listed([*SAO[:5], "", "", "", "", ""])).left is None


def test_a_new_office_under_a_code_once_used_gets_its_own_id_and_stream(registry: Registry) -> None:
    registry.imports.run(registry.listed(SAO, TOWN))
    without = registry.listed(TOWN)
    registry.imports.accept(without, registry.imports.plan(without))
    again = registry.listed(TOWN, [SAO[0], "เกิดใหม่", *SAO[2:]])
    assert registry.imports.accept(again, registry.imports.plan(again)).created == 1
    born = next(office for office in registry.of_type("office") if office["name_th"] == "เกิดใหม่")
    assert (born["stream"], born["id"] != office_id("6560115"), born["version"]) == ("office/6560115-2", True, 1)


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for content in ("", "[]", "{}", '{"list_sha256": 5}'):
        path.write_text(content)
        with pytest.raises(Correctable, match="no plan"):
            read_plan(path)
    with pytest.raises(Correctable, match="cannot be opened"):
        read_plan(tmp_path / "none")


@pytest.mark.skipif(not SHARED.is_file(), reason="the real list is not beside the project")
def test_the_real_list_of_dla(registry: Registry) -> None:
    listed = read_list(SHARED)
    done = registry.imports.run(listed)
    assert done.by_type == {"pao": 76, "nakhon": 30, "mueang": 195, "tambon": 2247, "sao": 5300, "pattaya": 1}
    assert (done.created, done.faults, done.left) == (7849, [], None)
    assert {code["code"] for code in registry.of_type("office_code")} == set(listed.offices)
    office = BY_TYPE["office"].cls
    for fields in registry.of_type("office"):
        wire = {name: value for name, value in fields.items() if name not in ("id", "version")}
        assert office.of(wire).fields() == wire
        assert fields["province"]
    again = registry.imports.run(listed)
    assert (again.created, again.updated, again.unchanged, again.left) == (0, 0, 7849, None)
