"""What a list shows before anybody arranged it, which choice its quick filters are, and how an office is named in the side bar."""

import pytest

from desktop.ui.office_name import place_lines, short_name
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.column_choice import usual_columns
from records.catalogue import BY_TYPE
from records.words import Language, Words

LONG = "องค์การบริหารส่วนตำบลคลองพน อ.คลองท่อม จ.กระบี่ (9810403)"


@pytest.mark.parametrize("record_type", sorted(BY_TYPE))
def test_what_names_a_record_is_always_a_column(record_type: str) -> None:
    spec = BY_TYPE[record_type]

    assert set(spec.title) <= set(usual_columns(spec))


@pytest.mark.parametrize(("record_type", "name"), [("project", "title"), ("contract", "subject"), ("receipt", "description")])
def test_a_long_name_is_a_column_too(record_type: str, name: str) -> None:
    assert name in usual_columns(BY_TYPE[record_type])


def test_money_of_a_project_is_read_by_the_project() -> None:
    assert usual_columns(BY_TYPE["project_budget"])[0] == "project"


def test_quick_filters_of_projects_are_their_status_not_twelve_programmes() -> None:
    chosen = BY_TYPE["project"].quick_choice

    assert chosen is not None
    assert chosen.name == "status"


def test_an_office_is_named_short_with_its_place_and_code_once() -> None:
    assert short_name(LONG) == "อบต.คลองพน"
    assert place_lines(LONG, "9810403", Language.THAI) == "อ.คลองท่อม จ.กระบี่\nรหัส 9810403"


def test_a_name_without_place_or_type_stays_as_it_is() -> None:
    assert short_name("เมืองพัทยา") == "เมืองพัทยา"
    assert place_lines("เมืองพัทยา", "", Language.THAI) == ""


@pytest.mark.usefixtures("theme")
def test_chips_that_do_not_fit_are_in_a_menu_and_can_be_chosen_there(qtbot: object) -> None:
    bar = ChipBar(Language.THAI, is_one_line=True)
    bar.resize(360, 40)
    bar.set_chips([Chip(f"key{number}", Words(f"สถานะที่ {number}", f"State {number}"), number) for number in range(8)])
    heard: list[str] = []
    bar.chosen.connect(heard.append)

    bar.menu.aboutToShow.emit()
    last = bar.menu.actions()[-1]
    last.trigger()

    assert heard == ["key7"]
    assert bar.current == "key7"
    assert bar.heightForWidth(360) == bar.sizeHint().height()
    bar.deleteLater()
