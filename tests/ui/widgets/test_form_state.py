"""What a form knows of its record: what was changed here, what moved elsewhere, and in which sections fields stand."""

import pytest

from desktop.ui.widgets.form_state import KeptDraft, changed, kept_draft, rebase, sections_of
from records.catalogue import ALL, BY_TYPE
from records.kinds import Json
from records.record import Record


def test_only_fields_that_differ_are_changed() -> None:
    base: dict[str, Json] = {"subject": "ท่อ", "place": "หมู่ 4", "urgent": True}

    found = changed(base, {"subject": "ท่อตัน", "place": "หมู่ 4", "urgent": 1, "phone": None})

    assert found == {"subject": "ท่อตัน", "urgent": 1}


def test_a_field_moved_elsewhere_and_left_alone_here_is_refreshed() -> None:
    found = rebase({"subject": "ก", "place": "ข"}, ["subject"], {"subject": "ก2"}, {"subject": "ก", "place": "ข2"})

    assert (found.untouched, found.both) == (("place",), ())


def test_a_field_moved_on_both_sides_is_for_the_person() -> None:
    found = rebase({"subject": "ก"}, ["subject"], {"subject": "ก2"}, {"subject": "ก3"})

    assert (found.untouched, found.both) == ((), ("subject",))


def test_the_same_change_on_both_sides_asks_nobody() -> None:
    found = rebase({"subject": "ก"}, ["subject"], {"subject": "ก2"}, {"subject": "ก2"})

    assert (found.untouched, found.both) == ((), ())


def test_a_field_emptied_here_and_changed_elsewhere_is_for_the_person() -> None:
    found = rebase({"place": "ข"}, ["place"], {"place": None}, {"place": "ข2"})

    assert found.both == ("place",)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.spec.type)
def test_every_field_but_the_state_stands_in_one_section(cls: type[Record]) -> None:
    spec = cls.spec

    names = [field.name for section in sections_of(spec) for field in section.fields]

    state = {spec.workflow.field} if spec.workflow else set()
    assert sorted(names) == sorted(set(spec.by_name) - state)


def test_a_draft_comes_back_as_it_was_kept() -> None:
    draft = KeptDraft({"subject": "ท่อ", "place": None}, {"due": "32/13"}, {"place": "หมู่ 4"})

    assert kept_draft(draft.as_json(), BY_TYPE["service_request"]) == draft


@pytest.mark.parametrize("value", [None, "text", {"given": {}}, {"given": {}, "typed": {}, "base": {}}])
def test_what_is_no_draft_is_none(value: Json) -> None:
    assert kept_draft(value, BY_TYPE["service_request"]) is None
