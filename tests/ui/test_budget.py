"""A clerk at the ordinance: unfolds it, finds, opens, adds a line at a place, transfers, sends to Excel; by keyboard, in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from demo.desk import SampleDesk
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.screens.budget_tree import BudgetTreeScreen
from desktop.ui.screens.record_screen import RecordScreen
from desktop.ui.widgets.balance_panel import BalancePanel
from desktop.ui.widgets.charts.tree_map import squarified
from desktop.ui.widgets.transfer_dialog import TransferDialog
from records.kinds import Json
from records.thai.money import show_baht
from tests.ui.windows import pressed, settle, texts, typed

OpenWindow = Callable[..., MainWindow]
YEAR = 2575
"""A year of which the sample office has no line."""


def made(desk: SampleDesk, name: str, baht: int, **fields: Json) -> str:
    """The id of a new line."""
    place: dict[str, Json] = {"side": "social", "programme": "education", "work": "บริหารทั่วไป", "budget_group": "operations"}
    values = {"fiscal_year": YEAR, "name": name, "amount": baht * 100, **place, **fields}
    return desk.office.records.save("budget_line", None, values).row.id


@pytest.fixture
def lines(desk: SampleDesk) -> tuple[str, str]:
    """Two lines of one place."""
    return made(desk, "ค่าจ้างเหมาบริการ", 1000), made(desk, "ค่าวัสดุสำนักงาน", 200, category="ค่าวัสดุ")


def shown(window: MainWindow) -> BudgetTreeScreen:
    """The page in sight."""
    screen = window.screen_here()
    assert isinstance(screen, BudgetTreeScreen)
    return screen


@pytest.fixture
def window(open_window: OpenWindow, lines: tuple[str, str]) -> MainWindow:
    """A window at the ordinance of the year."""
    opened = open_window(Place("budget_tree"), (1366, 768))
    opened.context.year.choose(YEAR)
    settle(opened)
    assert opened.isActiveWindow()
    return opened


def rows(screen: BudgetTreeScreen) -> list[str]:
    """Name and money of every row that is unfolded, from the top."""
    found = []
    index = screen.model.index(0, 0)
    while index.isValid():
        item = screen.model.item(index)
        assert item is not None
        found.append(f"{screen.model.cell(item, 0)} {screen.model.cell(item, 1)}")
        index = screen.tree.indexBelow(index)
    return found


def test_the_tree_obeys_the_year_and_unfolds_by_keys_down_to_its_lines(window: MainWindow) -> None:
    screen = shown(window)
    assert rows(screen) == ["รวมทั้งสิ้น 1,200.00", "ด้านบริการชุมชนและสังคม 1,200.00"]
    screen.tree.setFocus()
    pressed(window, Qt.Key.Key_Home)
    for _ in range(4):
        pressed(window, Qt.Key.Key_Down)
        pressed(window, Qt.Key.Key_Right)
        settle(window)
    assert rows(screen)[2:] == [
        "แผนงานการศึกษา 1,200.00",
        "บริหารทั่วไป 1,200.00",
        "งบดำเนินงาน 1,200.00",
        "ค่าวัสดุ 200.00",
        "ค่าจ้างเหมาบริการ 1,000.00",
    ]
    window.context.year.choose(YEAR + 1)
    settle(window)
    assert "ยังไม่มีข้อบัญญัติของปีนี้" in list(texts(screen))


def test_enter_opens_a_line_and_a_new_one_begins_at_the_place_chosen(window: MainWindow, lines: tuple[str, str]) -> None:
    screen = shown(window)
    screen.search.setFocus()
    typed("จ้างเหมา")
    settle(window)
    QTest.qWait(200)
    settle(window)
    group = rows(screen).index("งบดำเนินงาน 1,000.00")
    screen.tree.setFocus()
    pressed(window, Qt.Key.Key_Home)
    for _ in range(group):
        pressed(window, Qt.Key.Key_Down)
    action = screen.primary_action()
    assert action is not None
    item = screen.model.item(screen.tree.currentIndex())
    assert screen.start_of(item) == {
        "fiscal_year": YEAR, "side": "social", "programme": "education", "work": "บริหารทั่วไป", "budget_group": "operations",
    }  # fmt: skip
    pressed(window, Qt.Key.Key_Right)
    settle(window)
    pressed(window, Qt.Key.Key_Down)
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    assert window.here == Place("record", "budget_line", lines[0])
    screen.add_line()
    settle(window)
    form = window.screen_here()
    assert isinstance(form, RecordScreen)
    assert form.form is not None
    assert form.form.boxes["work"].editor.value() == "บริหารทั่วไป"


def test_a_change_elsewhere_shows_in_the_tree_that_stays_open(window: MainWindow, desk: SampleDesk) -> None:
    screen = shown(window)
    before = len(rows(screen))
    made(desk, "ค่าใหม่", 50)
    settle(window)
    QTest.qWait(300)
    settle(window)
    assert rows(screen)[0] == "รวมทั้งสิ้น 1,250.00"
    assert len(rows(screen)) == before


def test_a_transfer_shows_both_balances_refuses_in_words_and_then_moves(
    window: MainWindow, desk: SampleDesk, lines: tuple[str, str]
) -> None:
    dialog = TransferDialog(window.context, lines[0], window)
    dialog.open()
    settle(window)
    dialog.boxes["to_line"].editor.set_value(lines[1])
    dialog.boxes["amount"].editor.box().setFocus()
    typed("1000.01")
    QTest.qWait(300)
    settle(window)
    assert not dialog.save_button.isEnabled()
    assert "โอนได้ไม่เกิน 1,000.00 บาท" in dialog.state.label.plain_text
    dialog.boxes["amount"].editor.set_value(40_000)
    dialog.boxes["approved_by"].editor.set_value("executive")
    dialog.boxes["approved_by"].editor.edited.emit()
    QTest.qWait(300)
    settle(window)
    assert [dialog.amounts[row, column].text() for row in (1, 2) for column in (1, 2)] == ["1,000.00", "200.00", "600.00", "600.00"]
    assert dialog.save_button.isEnabled()
    QTest.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert desk.office.budget.balance(lines[0]).amounts.balance == 60_000
    (transfer,) = desk.office.store.by_key("budget_transfer", {"from_line": lines[0]})
    assert (transfer.fields["fiscal_year"], transfer.fields["state"]) == (YEAR, "approved")


def test_a_line_shows_its_movements_with_the_balance_after_each(open_window: OpenWindow, desk: SampleDesk, lines: tuple[str, str]) -> None:
    desk.office.budget.transfer(
        {"fiscal_year": YEAR, "kind": "transfer", "from_line": lines[0], "to_line": lines[1], "amount": 10_000, "state": "approved"}
    )
    window = open_window(Place("record", "budget_line", lines[0]), (1366, 768))
    panel: Any = window.findChild(BalancePanel)
    settle(window)
    assert {name: label.text() for name, label in panel.sums.items()} == {
        "available": "900.00", "contracted": "0.00", "paid": "0.00", "balance": "900.00",
    }  # fmt: skip
    assert [panel.table.model().index(row, 4).data() for row in range(panel.table.model().rowCount())] == ["1,000.00", "900.00"]


def test_the_picker_of_lines_says_their_place_and_what_is_left(open_window: OpenWindow, desk: SampleDesk, lines: tuple[str, str]) -> None:
    contract = desk.office.records.save(
        "contract", None, {"number": "9/2575", "vendor": "ร้าน ก", "budget_line": lines[1], "amount": 5_000}
    ).row.id
    window = open_window(Place("record", "contract", contract), (1366, 768))
    settle(window)
    assert "แผนงานการศึกษา · บริหารทั่วไป · งบดำเนินงาน · ค่าวัสดุ · คงเหลือ 150.00 บาท" in list(texts(window))


def test_what_is_shown_goes_to_excel(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ordinance.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    shown(window).export()
    settle(window)
    cells: list[Any] = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert cells[-1][1:3] == ("รวมทั้งสิ้น", 1200)
    assert {row[0] for row in cells if row[0]} >= {"ด้าน", "แผนงาน", "งาน", "งบ", "หมวด"}


def test_revenue_and_the_picture_are_a_chip_away(window: MainWindow, desk: SampleDesk) -> None:
    desk.office.records.save("revenue_line", None, {"fiscal_year": YEAR, "category": "taxes", "name": "ภาษีที่ดิน", "estimate": 70_000})
    screen = shown(window)
    screen.parts.chosen.emit("revenue")
    settle(window)
    assert rows(screen) == ["รวมทั้งสิ้น 700.00", "รายได้จัดเก็บเอง 700.00"]
    screen.parts.chosen.emit("picture")
    settle(window)
    assert [screen.picture.told(tile).splitlines()[0] for tile in screen.picture.tiles] == ["แผนงานการศึกษา"]
    screen.picture.setFocus()
    pressed(window, Qt.Key.Key_Return)
    settle(window)
    assert "แผนงานการศึกษา 1,200.00" in rows(screen)


@pytest.mark.parametrize("values", [[5], [9, 5, 3, 1], [100, 1, 1], list(range(40, 0, -1))])
def test_the_areas_of_the_picture_are_as_large_as_their_money_and_fill_it(values: list[int]) -> None:
    area = QRectF(0, 0, 640, 360)
    boxes = squarified(values, area)
    for value, box in zip(values, boxes, strict=True):
        assert box.width() * box.height() == pytest.approx(value / sum(values) * 640 * 360)
        assert area.adjusted(-0.01, -0.01, 0.01, 0.01).contains(box)


def test_a_published_budget_comes_in_on_the_page_of_imports(open_window: OpenWindow, desk: SampleDesk, tmp_path: Path) -> None:
    path = tmp_path / "2575-pao-ตัวอย่าง.json"
    path.write_text(
        '{"total": 5, "tasks": [{"task": "งบกลาง", "area": "ด้านการดำเนินงานอื่น ๆ ", "plan": "งบกลาง", "type": "งบกลาง", "total": 5}],'
        ' "pao": {"name": "ตัวอย่าง", "incomes": []}}',
        encoding="utf-8",
    )
    window = open_window(Place("import", "project"), (1366, 768))
    screen: Any = window.screen_here()
    screen.open_file(path)
    settle(window)
    QTest.mouseClick(screen.import_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert show_baht(desk.office.budget.tree(YEAR).amounts.adopted) == "5.00"
