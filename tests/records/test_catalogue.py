"""Laws of the catalogue: what every record type and field must say of itself, and what the real sheets must find there."""

import csv
import inspect
import re
from pathlib import Path

import pytest

from records.areas import AREAS, DEFAULT_AREAS, ROLES, covers
from records.catalogue import ALL, AREA_TYPES, BY_TYPE
from records.errors import Correctable
from records.fields import FieldSpec
from records.kinds import Choice, Option, Reference, Structure
from records.kinds.choices import folded
from records.record import RecordType, named
from records.stored import NAME
from records.words import Language, Words
from tools.catalogue_page import PAGE, docstrings, page

SPECS = tuple(cls.spec for cls in ALL)
FIELDS = [(spec, field) for spec in SPECS for field in spec.fields]
ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".." / "shared" / "data"
PLAN = DATA / "local_plan" / "nakhonsawan_projects_flat.csv"
THAI = re.compile("[\u0e00-\u0e7f]")

ISSUED = {
    "registry": {"office", "office_code", "office_event", "office_profile", "village", "base_figure", "division"}
    | {"registry_change_request", "constituency", "directory_entry"},
    "people": {"person", "position", "term", "council_term", "duty_handover", "qualification_check"},
    "oversight": {"executive_complaint"},
    "planning": {
        *("plan", "strategy", "tactic", "plan_programme", "project", "project_budget", "project_step"),
        *("project_link", "evaluation", "equipment_item", "equipment_budget"),
    },
    "budget": {
        *("fiscal_year", "budget_line", "budget_transfer", "contract", "disbursement", "revenue_line", "revenue_receipt", "carry_over"),
    },
    "services": {
        *("service", "service_document", "service_step", "service_request", "request_document", "request_step", "holiday"),
        *("receipt", "receipt_item", "fee_item", "remittance", "payment_notice"),
    },
    "platform": {"account", "conflict", "number_block"},
}

every_type = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.type)
every_field = pytest.mark.parametrize(("spec", "field"), FIELDS, ids=lambda part: getattr(part, "type", None) or part.name)


def faults_of_words(words: Words) -> list[str]:
    """What is wrong with a pair of words."""
    faults = [f"“{text}” is empty or spaced oddly" for text in (words.th, words.en) if not text or text != " ".join(text.split())]
    if not THAI.search(words.th) and words.th != words.en:
        faults.append(f"“{words.th}” is not Thai")
    if THAI.search(words.en):
        faults.append(f"“{words.en}” is not English")
    return faults


def options_of(field: FieldSpec) -> tuple[Option, ...]:
    """The options of a choice; none for another kind."""
    return field.kind.options if isinstance(field.kind, Choice) else ()


def test_the_types_of_the_issue_are_there() -> None:
    assert {area: set(types) for area, types in AREA_TYPES.items() if types} == ISSUED
    assert len(BY_TYPE) == len(ALL) == sum(map(len, ISSUED.values()))
    assert list(AREA_TYPES) == list(AREAS)


def test_an_unknown_type_is_said_to_be_unknown() -> None:
    assert named(BY_TYPE, "project") is BY_TYPE["project"]
    with pytest.raises(Correctable) as caught:
        named(BY_TYPE, "projekt")
    assert "projekt" in caught.value.sentence(Language.THAI)


@every_type
def test_a_type_is_named_and_placed(spec: RecordType) -> None:
    assert NAME.fullmatch(spec.type)
    assert spec.area in AREAS
    assert spec.home in ("office", "province", "central")
    assert faults_of_words(spec.label) == []
    assert inspect.getdoc(spec.cls)
    assert BY_TYPE[spec.type] is spec


def test_labels_of_types_are_told_apart() -> None:
    for language in ("th", "en"):
        assert len({getattr(spec.label, language) for spec in SPECS}) == len(SPECS)


@every_type
def test_labels_inside_a_type_are_told_apart(spec: RecordType) -> None:
    for language in ("th", "en"):
        labels = [getattr(field.label, language) for field in spec.fields]
        assert sorted(labels) == sorted(set(labels))


@every_type
def test_a_list_shows_something_but_not_everything(spec: RecordType) -> None:
    listed = [field.name for field in spec.fields if field.in_list]
    assert 2 <= len(listed) <= 12, listed


@every_type
def test_title_and_key_are_of_fields_that_can_bear_it(spec: RecordType) -> None:
    assert spec.title
    for name in spec.title:
        assert not isinstance(spec.field(name).kind, Reference | Structure), f"a person reads no id: {name}"
        assert not (name == spec.title[0] and not spec.field(name).in_list and name != "prefix")
    assert len(set(spec.key)) == len(spec.key)
    assert all(not spec.field(name).kind.is_set for name in spec.key)


@every_type
def test_something_of_every_type_is_found_by_search(spec: RecordType) -> None:
    children = {"project_budget", "equipment_budget", "office_event", "project_step", "base_figure"}
    assert spec.type in children or any(field.searchable for field in spec.fields)


@every_type
def test_fields_that_move_together_are_at_least_two(spec: RecordType) -> None:
    groups = [field.together for field in spec.fields if field.together]
    lonely = {group for group in groups if groups.count(group) == 1}
    assert not lonely


@every_field
def test_a_field_is_named_labelled_and_explained(spec: RecordType, field: FieldSpec) -> None:
    assert NAME.fullmatch(field.name)
    assert faults_of_words(field.label) == []
    assert docstrings(spec.cls).get(field.name, "").endswith((".", "…"))


@every_field
def test_a_reference_names_a_type_that_exists(spec: RecordType, field: FieldSpec) -> None:
    if isinstance(field.kind, Reference):
        assert field.kind.to in BY_TYPE


@every_field
def test_options_of_a_choice_are_told_apart(spec: RecordType, field: FieldSpec) -> None:
    readings = [reading for option in options_of(field) for reading in option.readings]
    assert len(readings) == len(set(readings))
    for option in options_of(field):
        assert re.fullmatch(r"[a-z0-9_-]+", option.value)
        assert option.tone in ("neutral", "info", "warn", "ok", "danger")
        assert faults_of_words(option.label) == []
        assert all(folded(word) for word in option.also)


@every_type
def test_headings_of_a_type_lead_to_one_field_each(spec: RecordType) -> None:
    leads: dict[str, set[str]] = {}
    for field in spec.fields:
        for text in (field.name, field.label.th, field.label.en, *field.headings):
            leads.setdefault(folded(text), set()).add(field.name)
    assert {heading: names for heading, names in leads.items() if len(names) > 1} == {}


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.workflow], ids=lambda spec: spec.type)
def test_the_states_of_a_workflow_are_the_options_and_all_are_reached(spec: RecordType) -> None:
    assert spec.workflow
    states = {option.value for option in options_of(spec.field(spec.workflow.field))}
    named = {state for step in spec.workflow.transitions for state in (step.source, step.target)} - {""}
    assert named == states
    reached = {""}
    for _ in states:
        reached |= {step.target for step in spec.workflow.transitions if step.source in reached}
    assert reached - {""} == states
    for step in spec.workflow.transitions:
        assert step.roles <= set(ROLES)
        assert faults_of_words(step.label) == []


def test_a_request_is_decided_by_a_head_and_cancelled_by_anyone_before() -> None:
    workflow = BY_TYPE["service_request"].workflow
    assert workflow
    assert workflow.allows(None, "received", ["clerk"])
    assert workflow.allows("approval", "approval", [])
    assert not workflow.allows("approval", "done", ["clerk"])
    assert workflow.allows("approval", "done", ["clerk", "head"])
    assert not workflow.allows("received", "done", ["head"])
    assert [step.target for step in workflow.steps_from("checking", ["clerk"])] == [
        "waiting_citizen",
        "approval",
        "cancelled",
        "received",
    ]
    assert not workflow.allows(None, "done", ["clerk"])
    assert workflow.allows(None, "done", ["head"])


def test_personal_data_is_marked() -> None:
    marked = {name for name, spec in BY_TYPE.items() for field in spec.fields if field.personal}
    assert {"person", "service_request", "receipt"} <= marked
    telling = [(spec.type, field.name) for spec, field in FIELDS if field.kind.name == "citizen_id" and not field.personal]
    assert telling == []


def test_nobody_reads_oversight_of_himself() -> None:
    assert not any(covers(DEFAULT_AREAS[role], "oversight") for role in ("clerk", "head", "office-admin"))
    assert covers(["*"], "oversight")
    assert covers(DEFAULT_AREAS["dla"], "oversight")


def test_the_page_of_the_catalogue_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.catalogue_page"


def headings_of(*types: str) -> set[str]:
    """Every heading under which sheets carry the fields of these types."""
    found: set[str] = set()
    for name in types:
        for field in BY_TYPE[name].fields:
            for text in (field.name, field.label.th, field.label.en, *field.headings):
                found |= {folded(text.replace("{fiscal_year}", str(year))) for year in range(2566, 2576)}
    return found


def test_the_columns_of_form_p02_are_known() -> None:
    columns = (
        "ที่", "โครงการ", "วัตถุประสงค์", "เป้าหมาย (ผลผลิตของโครงการ)", "เป้าหมาย", "2566", "งบประมาณ 2570", "ตัวชี้วัด (KPI)", "ตัวชี้วัด",
        "ผลที่คาดว่าจะได้รับ", "หน่วยงานรับผิดชอบหลัก", "เทศบัญญัติ 2566", "ยุทธศาสตร์", "กลยุทธ์", "แผนงาน", "เหตุผลความจำเป็น",
    )  # fmt: skip
    assert [column for column in columns if folded(column) not in headings_of("project", "project_budget", "strategy", "tactic")] == []


def test_a_real_plan_finds_a_field_for_each_filled_column() -> None:
    if not PLAN.exists():
        pytest.skip("the real data is not beside this repository")
    with PLAN.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    filled = {name for name in rows[0] if any(row[name] for row in rows)}
    known = headings_of("project", "project_budget", "strategy", "tactic", "plan_programme")
    assert {name for name in filled if folded(name) not in known} == set()
    programme = BY_TYPE["project"].field("programme").kind
    assert isinstance(programme, Choice)
    spellings = {row["planName"] for row in rows} - {""}
    assert [name for name in spellings if not any(folded(name) in option.readings for option in programme.options)] == []


@pytest.mark.parametrize(
    ("sheet", "column", "type", "field"),
    [
        ("lao_dla_2026-06.csv", "type", "office", "type"),
        ("lao_events.csv", "event", "office_event", "kind"),
        ("lao_officials_history.csv", "beginreason", "term", "how_obtained"),
        ("lao_officials_history.csv", "endreason", "term", "end_reason"),
        ("lao_officials_history.csv", "title", "position", "rank"),
    ],
)
def test_every_word_of_the_real_registers_is_an_option(sheet: str, column: str, type: str, field: str) -> None:
    if not (DATA / sheet).exists():
        pytest.skip("the real data is not beside this repository")
    with (DATA / sheet).open(encoding="utf-8-sig", newline="") as file:
        seen = {row[column] for row in csv.DictReader(file)} - {""}
    known = {reading for option in options_of(BY_TYPE[type].field(field)) for reading in option.readings}
    assert {word for word in seen if folded(word) not in known} == set()
