"""The sample offices are whole, valid and the same each time."""

from datetime import UTC, datetime

from demo.sample import sample_office, sample_offices
from records.catalogue import BY_TYPE
from records.checks import check
from records.ids import is_id
from records.kinds import Reference
from records.record import from_wire
from records.stored import wire_fault
from records.thai.citizen import is_citizen_id
from records.thai.dates import today_in_thailand

NOW = datetime(2026, 11, 22, 2, 41, tzinfo=UTC)


def test_the_same_seed_gives_the_same_office() -> None:
    assert sample_office(7, NOW) == sample_office(7, NOW)
    assert sample_office(7, NOW) != sample_office(8, NOW)


def test_every_record_is_complete_and_has_no_error() -> None:
    for office in sample_offices(3, 2, NOW):
        for record in (office.office, *office.registry, *office.records):
            spec = BY_TYPE[record.type]
            assert is_id(record.id)
            assert [wire_fault(value) for value in record.fields.values() if wire_fault(value)] == []
            spec.cls.of(record.fields)
            problems = check(spec, from_wire(spec, record.fields), today=today_in_thailand(NOW))
            assert [(record.type, problem) for problem in problems if problem.severity == "error"] == []


def test_what_is_referred_to_comes_first() -> None:
    office = sample_office(3, NOW)
    seen = {office.office.id}
    for record in (*office.registry, *office.records):
        for spec in BY_TYPE[record.type].fields:
            if isinstance(spec.kind, Reference) and spec.name in record.fields:
                assert record.fields[spec.name] in seen
        seen.add(record.id)


def test_citizens_have_valid_numbers_and_offices_differ() -> None:
    first, second = sample_offices(5, 2, NOW)

    assert all(is_citizen_id(str(r.fields["citizen_id"])) for r in first.records if "citizen_id" in r.fields)
    assert first.stream != second.stream
    assert first.province_code == second.province_code
    assert not {r.id for r in first.records} & {r.id for r in second.records}
