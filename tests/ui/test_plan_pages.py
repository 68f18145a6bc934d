"""The pages of plans through what can be seen and the keyboard: the tree, the stages of e-Plan, editions."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from demo.desk import SampleDesk
from desktop.storage.query import Query
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.eplan import EplanScreen
from desktop.ui.screens.plan_compare import PlanCompareScreen
from desktop.ui.screens.plan_tree import PlanTreeScreen
from desktop.ui.screens.record_screen import RecordScreen
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.editors.reference import ReferenceEditor
from records.words import Language
from tests.ui.measure import clipped_labels
from tests.ui.windows import go, pressed, settle, texts

OpenWindow = Callable[..., MainWindow]


def tree_of(window: MainWindow) -> PlanTreeScreen:
    """The plan tree in sight."""
    screen = window.screen_here()
    assert isinstance(screen, PlanTreeScreen)
    return screen


def line(screen: PlanTreeScreen) -> str:
    """What the current line of the tree says."""
    return str(screen.view.currentIndex().siblingAtColumn(0).data())


def opened_project(window: MainWindow) -> PlanTreeScreen:
    """Goes by keys from the first strategy down to the first project."""
    screen = tree_of(window)
    for _ in range(3):
        pressed(window, Qt.Key.Key_Right)
        settle(window)
        pressed(window, Qt.Key.Key_Down)
    settle(window)
    return screen


def test_arrows_open_the_tree_down_to_a_project_and_enter_opens_it(open_window: OpenWindow) -> None:
    window = open_window(Place("plan_tree"))
    screen = opened_project(window)
    project = screen.view.lines.project_id(screen.view.currentIndex())
    assert project
    assert screen.view.currentIndex().siblingAtColumn(1).data(), "the stage of the project stands beside it"

    pressed(window, Qt.Key.Key_Return)
    settle(window)

    assert isinstance(window.screen_here(), RecordScreen)
    assert window.here == Place("record", "project", project)


def test_the_area_opens_with_the_tree_and_its_sums_are_those_of_the_records(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("area", "money"))
    screen = tree_of(window)
    model = screen.view.lines
    total = model.index(model.rowCount() - 1, model.columnCount() - 1).data()
    replaced = {one.fields.get("replaces") for one in desk.of_type("project")}
    counted = {one.id for one in desk.of_type("project") if one.id not in replaced and one.fields["status"] != "merged"}
    wanted = sum(int(str(one.fields["planned"])) for one in desk.of_type("project_budget") if one.fields["project"] in counted)
    assert int(str(total).replace(",", "")) * 100 == wanted
    assert f"{len(counted):,} โครงการ" in screen.sums.plain_text


def test_what_is_added_belongs_under_the_current_line(open_window: OpenWindow) -> None:
    window = open_window(Place("plan_tree"))
    screen = tree_of(window)
    strategy = screen.view.lines.entries[0].node.id
    assert screen.primary_action() is not None

    pressed(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    assert window.here is not None
    assert (window.here.type, window.here.start["strategy"]) == ("tactic", strategy)


def test_the_filter_is_reached_by_its_keys_and_finds_projects(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("plan_tree"))
    screen = tree_of(window)
    title = str(desk.of_type("project")[0].fields["title"])
    pressed(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert screen.search.line.hasFocus()
    screen.search.line.setText(title)
    settle(window)
    found = desk.office.store.count(Query("project", text=title))
    assert screen.sums.plain_text.startswith(f"{found:,} ")
    assert any(title in text for text in shown(screen))

    screen.search.line.setText("ไม่มีคำนี้แน่นอน")
    settle(window)
    assert screen.none.isVisible()


def shown(screen: PlanTreeScreen) -> list[str]:
    """Every open line of the tree."""
    model, view = screen.view.lines, screen.view
    lines: list[str] = []

    def walk(parent: QModelIndex) -> None:
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            lines.append(str(index.data()))
            if view.isExpanded(index):
                walk(index)

    walk(QModelIndex())
    return lines


def test_the_workbook_of_the_tree_is_what_the_tree_shows(open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window(Place("plan_tree"))
    screen = opened_project(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "tree.xlsx"), ""))
    wanted = shown(screen)

    pressed(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    rows = list(openpyxl.load_workbook(tmp_path / "tree.xlsx").worksheets[0].iter_rows(values_only=True))
    written = [str(row[1]).strip() for row in rows[-len(wanted) :]]
    assert written[:-1] == wanted[:-1]


def test_another_kind_of_money_keeps_what_is_open(open_window: OpenWindow) -> None:
    window = open_window(Place("plan_tree"))
    screen = opened_project(window)
    before, here = shown(screen), line(screen)
    screen.kinds.setFocus()
    pressed(window, Qt.Key.Key_Down)
    pressed(window, Qt.Key.Key_Down)
    settle(window)
    assert screen.view.lines.columnCount() == 2 + 2 * 6
    assert (shown(screen), line(screen)) == (before, here)


def test_an_edit_elsewhere_shows_in_the_tree_and_leaves_it_open(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("plan_tree"))
    screen = opened_project(window)
    here = line(screen)
    assert screen.view.lines.tree is not None
    before = screen.view.lines.tree.root.planned
    budget = desk.of_type("project_budget")[0]
    window.bridge.run(lambda: desk.office.records.save("project_budget", budget.id, {"planned": 12_345_678_900}), lambda _saved: None)
    settle(window)
    assert line(screen) == here
    assert screen.view.lines.tree is not None
    assert screen.view.lines.tree.root.planned - before == 12_345_678_900 - int(str(budget.fields["planned"]))


def test_enter_on_a_number_of_eplan_shows_the_projects_behind_it_and_escape_returns(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("plan_tree"))
    go(window, Place("eplan"))
    screen = window.screen_here()
    assert isinstance(screen, EplanScreen)
    assert screen.table.hasFocus()
    line_one = screen.table.lines.lines[0]

    pressed(window, Qt.Key.Key_Right)
    pressed(window, Qt.Key.Key_Right)
    pressed(window, Qt.Key.Key_Return)
    settle(window)

    assert len(screen.projects.records.ids) == line_one.counts[1] > 0
    assert f"{line_one.counts[1]:,} โครงการ" in screen.behind_label.plain_text
    pressed(window, Qt.Key.Key_Escape)
    settle(window)
    assert screen.table.isVisible()
    assert screen.table.hasFocus()


def test_eplan_obeys_the_year_worked_in(open_window: OpenWindow, desk: SampleDesk) -> None:
    window = open_window(Place("plan_tree"))
    go(window, Place("eplan"))
    screen = window.screen_here()
    assert isinstance(screen, EplanScreen)
    year = int(str(desk.office.store.find(Query("project_budget", limit=1)).rows[0].fields["fiscal_year"]))

    window.context.year.choose(year)
    settle(window)

    assert f"ปีงบประมาณ {year}" in list(texts(screen))
    assert screen.summary is not None
    assert screen.summary.total == desk.office.plans.stages(year).total
    assert screen.funnel.accessibleDescription().count("โครงการ") == 5


def test_an_edition_shows_old_beside_new(open_window: OpenWindow, desk: SampleDesk) -> None:
    office = desk.office
    plan = desk.of_type("plan")[0].id
    project = desk.of_type("project")[0]
    edition = office.records.save("plan", None, {"name": "แก้ไข", "edition": "corrected", "number": "2/2568", "amends": plan}).row.id
    office.plans.amend(project.id, edition)
    office.records.save("project", project.id, {"target": "ยาวกว่าเดิมสองเท่า"})
    old = " ".join(str(project.fields["target"]).split())

    window = open_window(Place("plan_compare"))
    screen = window.screen_here()
    assert isinstance(screen, PlanCompareScreen)
    assert screen.edition_box.currentText() == "แก้ไข 2/2568"
    labels = " ".join(" ".join(text.replace("\u200b", "").split()) for text in texts(screen))
    assert old in labels
    assert "ยาวกว่าเดิมสองเท่า" in labels
    assert screen.counts.plain_text == "เพิ่มเติม 0 · เปลี่ยนแปลง 1 · ยกเลิก 0"


def test_a_picker_of_projects_tells_namesakes_apart_by_programme_number_and_money(open_window: OpenWindow, desk: SampleDesk) -> None:
    step = desk.of_type("project_step")[0]
    window = open_window(Place("record", "project_step", step.id))
    editor = next(one for one in window.findChildren(ReferenceEditor) if one.isVisible())
    assert "แผนงาน" in editor.note.plain_text
    assert "บาท" in editor.note.plain_text


@pytest.mark.parametrize("place", ["plan_tree", "plan_compare", "eplan"])
@pytest.mark.parametrize(
    ("size", "scale", "language"),
    [((1093, 614), 1.0, Language.THAI), ((1366, 768), 1.5, Language.THAI), ((1366, 768), 1.0, Language.ENGLISH)],
)
def test_no_label_of_a_plan_page_is_cut(
    open_window: OpenWindow,
    desk: SampleDesk,
    qapp: QApplication,
    theme: Theme,
    place: str,
    size: tuple[int, int],
    scale: float,
    language: Language,
) -> None:
    desk.office.language = language
    theme.apply(qapp, "light", scale)
    window = open_window(Place(place), size)
    assert clipped_labels(window) == []
