"""The theme reaches the whole application: fonts, palette, style sheet, marks, text size."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

import desktop.ui.theme.theme as theme_module
from desktop.ui.theme.current import FAMILY, font, px
from desktop.ui.theme.theme import Theme, style_sheet
from desktop.ui.theme.tokens import DARK, DARK_TOKENS, LIGHT, LIGHT_TOKENS, Tokens, colour_of
from tests.ui.windows import PATIENCE_MS

FOLDER = Path(theme_module.__file__).parent
MARK_ROLES = {
    "chevron-down": "muted",
    "chevron-up": "muted",
    "chevron-right": "muted",
    "check": "on_accent",
    "minus": "on_accent",
    "dot": "on_accent",
}


def test_the_bundled_font_is_used_in_its_three_weights(theme: Theme) -> None:
    assert QFontInfo(font(14)).family() == FAMILY
    widths = [QFontMetrics(font(28, weight)).horizontalAdvance("งบประมาณ Budget") for weight in (400, 600, 700)]
    assert len(set(widths)) == 3


def test_the_bundled_font_has_thai_latin_and_the_baht_sign(theme: Theme) -> None:
    raw = QRawFont.fromFont(font(14))

    assert all(raw.supportsCharacter(ord(letter)) for letter in "กขฃฅ์ำ็๙฿AZaz09·–—“”…×\u200b")
    assert "SIL Open Font License" in (FOLDER / "fonts" / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("look", [LIGHT_TOKENS, DARK_TOKENS], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_the_style_sheet_is_filled_wholly(look: Tokens, scale: float) -> None:
    sheet = style_sheet(look, scale)

    assert "@" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert not re.search(r"px-\d", sheet)


def test_marks_are_shipped_and_have_the_colours_of_the_tokens() -> None:
    for mode, colours in (("light", LIGHT), ("dark", DARK)):
        for name, role in MARK_ROLES.items():
            assert colour_of(colours, role) in (FOLDER / "marks" / f"{mode}-{name}.svg").read_text(encoding="utf-8")
    named = set(re.findall(r"marks:@mark-([a-z-]+)\.svg", (FOLDER / "theme.qss").read_text(encoding="utf-8")))
    assert named == set(MARK_ROLES)


def test_dark_reaches_palette_and_tokens_and_is_announced(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed, timeout=PATIENCE_MS):
        theme.apply(qapp, "dark")

    assert theme.tokens is DARK_TOKENS
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.canvas


def test_system_takes_the_look_of_the_system(theme: Theme, qapp: QApplication) -> None:
    theme.apply(qapp, "system")

    assert theme.mode == "system"
    assert theme.tokens in (LIGHT_TOKENS, DARK_TOKENS)


def test_text_at_150_percent_makes_letters_and_controls_larger(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    button = QPushButton("บันทึก")
    qtbot.addWidget(button)
    before = button.sizeHint().height()

    theme.apply(qapp, "light", 1.5)

    assert qapp.font().pixelSize() == 21
    assert button.sizeHint().height() == pytest.approx(before * 1.5, abs=2)
    assert px(16) == theme.px(16) == 24


def test_a_text_scale_out_of_range_is_held_within_it(theme: Theme, qapp: QApplication) -> None:
    theme.apply(qapp, "light", 9.0)
    assert theme.text_scale == 1.5

    theme.apply(qapp, "light", 0.2)
    assert theme.text_scale == 1.0


def test_focus_changes_no_size_at_any_text_scale(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    for scale in (1.0, 1.1, 1.25, 1.4, 1.5):
        theme.apply(qapp, "light", scale)
        button = QPushButton("บันทึก")
        qtbot.addWidget(button)
        button.show()
        qtbot.waitExposed(button, timeout=PATIENCE_MS)
        before = button.sizeHint()
        button.setFocus()
        button.activateWindow()
        assert button.sizeHint() == before


def test_thai_marks_above_and_below_are_not_cut(theme: Theme) -> None:
    metrics = QFontMetrics(QFont(font(14)))

    assert metrics.tightBoundingRect("ปู่ญี่ปุ่นฎีกา").height() <= metrics.height()
