"""Record types, drafts and wire fields, tried on a small type of their own and on the catalogue's."""

from datetime import date
from typing import Any

import pytest

from records import fields
from records.catalogue import ALL, BY_TYPE
from records.catalogue.people import Person
from records.catalogue.planning import Project
from records.errors import Correctable
from records.kinds import Option
from records.record import Record, from_wire, record, to_wire
from records.words import Language, Words
from records.workflow import Transition, Workflow

TODAY = date(2026, 11, 22)
STATES = (Option("open", Words("เปิด", "Open")), Option("shut", Words("ปิด", "Shut")))


@record(type="well", area="property", label=Words("บ่อน้ำ", "Well"), title=("state", "name"), key=("name",), home="province")
class Well(Record):
    """A well."""

    name: str = fields.text(Words("ชื่อ", "Name"), max_length=10, in_list=True, searchable=True, headings=("บ่อ",))
    """Its name."""
    depth: int | None = fields.integer(Words("ลึก", "Depth"), default=None, together="size", personal=True, kept_by_program=True)
    """Metres."""
    dug: date | None = fields.day(Words("วันขุด", "Dug"), default=None)
    """The day."""
    state: str | None = fields.choice(Words("สถานะ", "State"), STATES, default=None)
    """Open or shut."""


def test_a_declaration_says_what_layers_ask() -> None:
    spec = Well.spec
    assert (spec.type, spec.area, spec.home, spec.title, spec.key, spec.workflow, spec.cls) == (
        "well", "property", "province", ("state", "name"), ("name",), None, Well,
    )  # fmt: skip
    assert [field.name for field in spec.fields] == ["name", "depth", "dug", "state"]
    name, depth = spec.field("name"), spec.field("depth")
    assert (name.required, name.in_list, name.searchable, name.headings, name.together) == (True, True, True, ("บ่อ",), "")
    assert (depth.required, depth.personal, depth.kept_by_program, depth.together) == (False, True, True, "size")


def test_a_record_is_frozen_and_goes_to_the_wire_and_back() -> None:
    well = Well(name="บ่อใหญ่", depth=12, dug=date(2020, 2, 29))
    assert well.fields() == {"name": "บ่อใหญ่", "depth": 12, "dug": "2020-02-29"}
    assert Well.of(well.fields()) == well
    with pytest.raises(AttributeError):
        well.depth = 5  # type: ignore[misc]  # that it is frozen is the point


def test_a_record_without_a_required_field_names_it() -> None:
    with pytest.raises(Correctable) as caught:
        Well.of({"depth": 5})
    assert "ชื่อ" in caught.value.sentence(Language.THAI)
    assert "Name" in caught.value.sentence(Language.ENGLISH)


def test_unknown_names_and_values_of_newer_programs_are_left_aside() -> None:
    wire: dict[str, Any] = {"name": "x", "newer": 5, "state": "half_open", "depth": "deep"}
    assert from_wire(Well.spec, wire) == {"name": "x"}
    assert Well.of(wire) == Well(name="x")


def test_a_draft_goes_to_the_wire_without_its_empty_fields() -> None:
    assert to_wire(Well.spec, {"depth": None, "name": "x"}) == {"name": "x"}


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(Correctable) as caught:
        to_wire(Well.spec, {"wide": 1})
    assert "wide" in caught.value.sentence(Language.THAI)
    assert "Well" in caught.value.sentence(Language.ENGLISH)


def test_a_title_is_one_line_in_words() -> None:
    wire: dict[str, Any] = {"name": "บ่อ\n  ใหญ่", "state": "open"}
    assert Well.spec.title_of(wire) == "เปิด บ่อ ใหญ่"
    assert Well.spec.title_of(wire, Language.ENGLISH) == "Open บ่อ ใหญ่"
    assert Well.spec.title_of({"state": "half_open"}) == "half_open"
    assert Well.spec.title_of({}) == ""


def test_titles_of_the_catalogue_read_well() -> None:
    office = {"type": "sao", "name_th": "แม่ใส", "amphoe": "เมืองพะเยา", "code": "6560115"}
    assert BY_TYPE["office"].title_of(office) == "องค์การบริหารส่วนตำบล แม่ใส เมืองพะเยา 6560115"
    assert BY_TYPE["project_budget"].title_of({"fiscal_year": 2569, "planned": 5_000_000}) == "2569 50,000.00"


@pytest.mark.parametrize(
    ("title", "key", "workflow"),
    [
        (("nama",), (), None),
        (("name",), ("nama",), None),
        (("name",), (), Workflow("nama", (Transition("", "open", Words("เปิด", "Open")),))),
    ],
)
def test_a_declaration_that_names_no_field_is_refused(title: tuple[str, ...], key: tuple[str, ...], workflow: Workflow | None) -> None:
    class Pond(Record):
        """A pond."""

        name: str = fields.text(Words("ชื่อ", "Name"))

    with pytest.raises(TypeError, match="nama"):
        record(type="pond", area="property", label=Words("สระ", "Pond"), title=title, key=key, workflow=workflow)(Pond)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.spec.type)
def test_a_type_of_the_catalogue_demands_its_required_fields(cls: type[Record]) -> None:
    with pytest.raises(Correctable):
        cls.of({})


def test_line_breaks_of_a_real_title_are_kept() -> None:
    assert Project.spec.field("title").kind.parse("กิจกรรมรณรงค์\nลดขยะ", TODAY) == "กิจกรรมรณรงค์\nลดขยะ"
    assert Project.spec.field("division").kind.parse("สำนักช่าง \nงานโยธา", TODAY) == "สำนักช่าง งานโยธา"


def test_a_person_is_titled_by_prefix_and_names() -> None:
    person = Person(prefix="นาง", first_name="สมใจ", last_name="ดีงาม")
    assert Person.spec.title_of(person.fields()) == "นาง สมใจ ดีงาม"
