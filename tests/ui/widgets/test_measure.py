"""The measures find what they are for: each is shown a fault."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabBar, QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from tests.ui.measure import clipped_labels, low_contrast, nameless, unfocusable
from tests.ui.windows import PATIENCE_MS

LONG = "ขออนุญาตก่อสร้างอาคารพักอาศัยชั้นเดียว"


def shown(qtbot: QtBot, *parts: QWidget, size: QSize | None = None) -> QWidget:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    for part in parts:
        layout.addWidget(part)
    holder.resize(size or QSize(600, 400))
    holder.show()
    qtbot.waitExposed(holder, timeout=PATIENCE_MS)
    return holder


def test_a_label_cut_in_width_is_found(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel(LONG)
    label.setFixedWidth(60)

    assert "of width" in clipped_labels(shown(qtbot, label))[0]


def test_a_wrapped_label_cut_in_height_is_found(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel("one two three four five six seven")
    label.setWordWrap(True)
    label.setFixedSize(60, 20)

    assert "of height" in clipped_labels(shown(qtbot, label))[0]


def test_a_button_cut_in_width_is_found(theme: Theme, qtbot: QtBot) -> None:
    button = QPushButton(LONG)
    button.setFixedWidth(50)

    assert len(clipped_labels(shown(qtbot, button))) == 1


def test_a_tab_and_a_head_cut_in_width_are_found(theme: Theme, qtbot: QtBot) -> None:
    bar = QTabBar()
    bar.setUsesScrollButtons(False)
    bar.setElideMode(Qt.TextElideMode.ElideRight)
    bar.setFixedWidth(60)
    bar.addTab(LONG)
    table = QTableWidget(1, 1)
    table.setHorizontalHeaderLabels([LONG])
    table.setColumnWidth(0, 40)

    found = clipped_labels(shown(qtbot, bar, table))

    assert [said.split()[0] for said in found] == ["QTabBar", "QHeaderView"]


def test_a_label_pushed_out_of_its_box_is_found(theme: Theme, qtbot: QtBot) -> None:
    holder = QWidget()
    QHBoxLayout(holder)
    label = QLabel("Word", holder)
    label.move(590, 0)

    assert "reaches out" in clipped_labels(shown(qtbot, holder))[0]


def test_what_fits_is_not_reported(theme: Theme, qtbot: QtBot) -> None:
    assert clipped_labels(shown(qtbot, QLabel(LONG), QPushButton(LONG))) == []


def test_a_control_without_tab_focus_or_name_is_found(theme: Theme, qtbot: QtBot) -> None:
    button = QPushButton()
    button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    holder = shown(qtbot, button)

    assert len(unfocusable(holder)) == 1
    assert len(nameless(holder)) == 1


def test_faint_text_is_found(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel("faint words")
    label.setStyleSheet("color: #b0b0b0")

    assert "contrast" in low_contrast(shown(qtbot, label))[0]
