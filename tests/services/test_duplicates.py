"""Possible duplicates: the same record typed twice is listed, merged or told apart, of every type with a natural key."""

import pytest

from desktop.services.office import Office
from records.errors import Correctable
from records.kinds import Json
from tests.offices import NOW


def made(office: Office, type_name: str, **fields: Json) -> str:
    return office.records.save(type_name, None, fields).row.id


def listed(office: Office, type_name: str = "") -> list[tuple[str, str, str]]:
    return [(pair.type, pair.keep.id, pair.drop.id) for pair in office.duplicates.pairs(type_name)]


def test_records_of_one_key_are_listed_with_the_one_made_first_in_front(office: Office) -> None:
    one = made(office, "contract", number="12/2569", signed_on="2025-11-22", vendor="ก")
    other = made(office, "contract", number="12/2569", signed_on="2025-11-22", vendor="ข")
    made(office, "contract", number="13/2569", signed_on="2025-11-22")

    (pair,) = office.duplicates.pairs()

    assert sorted((one, other)) == [pair.keep.id, pair.drop.id]
    assert [words.en for words in pair.fields] == [office.catalogue["contract"].field(name).label.en for name in ("number", "signed_on")]


def test_what_has_no_key_value_is_no_duplicate(office: Office) -> None:
    for _ in range(2):
        made(office, "contract", vendor="ก")
        made(office, "person", first_name="สมชาย")

    assert listed(office) == []


def test_two_told_apart_are_listed_no_more_until_they_are_taken_together_again(office: Office) -> None:
    one, other = (made(office, "division", name="กองช่าง") for _ in range(2))

    office.duplicates.not_same("division", other, one)
    assert listed(office) == []
    office.duplicates.same_again("division", one, other)
    assert len(listed(office, "division")) == 1


def test_a_merge_ends_the_pair_and_its_undo_lists_it_again(office: Office) -> None:
    one, other = (made(office, "division", name="กองช่าง") for _ in range(2))
    office.merging.merge("division", one, other)
    assert listed(office) == []
    office.undo.last()
    assert len(listed(office)) == 1


def test_three_alike_make_two_pairs_and_a_limit_cuts_the_list(office: Office) -> None:
    first, *_ = sorted(made(office, "division", name="กองช่าง") for _ in range(3))
    assert [keep for _, keep, _ in listed(office)] == [first, first]
    assert len(office.duplicates.pairs(limit=1)) == 1


@pytest.mark.parametrize("other", ["same", "01a20132-3f80-78b4-a652-e44da7f29e26"])
def test_only_two_records_that_are_here_are_told_apart(office: Office, other: str) -> None:
    one = made(office, "division", name="กองช่าง")
    with pytest.raises(Correctable):
        office.duplicates.not_same("division", one, one if other == "same" else other)
    assert office.clock() == NOW
