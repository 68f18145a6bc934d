"""Every kind of field has an editor that gives back what it was given, and says in words what it cannot read."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.editors.base import Editor, LineEditor
from desktop.ui.widgets.editors.lines import CitizenIdEditor, MoneyEditor
from desktop.ui.widgets.editors.registry import EDITORS, editor_of
from desktop.ui.widgets.editors.sets import TagsEditor
from records import kinds
from records.errors import FieldError
from records.fields import FieldSpec
from records.thai.citizen import check_digit
from records.words import Words

CITIZEN = "110170023070" + check_digit("110170023070")

VALUES: dict[type[kinds.Kind[Any]], tuple[kinds.Kind[Any], Any]] = {
    kinds.Text: (kinds.Text(), "ท่อระบายน้ำอุดตัน"),
    kinds.LongText: (kinds.LongText(), "บรรทัดหนึ่ง\nบรรทัดสอง"),
    kinds.Integer: (kinds.Integer(), 1250),
    kinds.DecimalNumber: (kinds.DecimalNumber(), Decimal("12.5")),
    kinds.Money: (kinds.Money(), 163282000),
    kinds.Day: (kinds.Day(), date(2026, 11, 22)),
    kinds.Moment: (kinds.Moment(), datetime(2026, 11, 22, 2, 41, tzinfo=UTC)),
    kinds.FiscalYear: (kinds.FiscalYear(), 2570),
    kinds.Choice: (kinds.Choice((kinds.Option("a", Words("ก", "A")), kinds.Option("b", Words("ข", "B")))), "b"),
    kinds.YesNo: (kinds.YesNo(), False),
    kinds.Reference: (kinds.Reference("village"), "0199b1d2-0000-7000-8000-000000000001"),
    kinds.CitizenId: (kinds.CitizenId(), CITIZEN),
    kinds.Phone: (kinds.Phone(), "0812345678"),
    kinds.Email: (kinds.Email(), "office@example.go.th"),
    kinds.Coordinates: (kinds.Coordinates(), (Decimal("13.7563"), Decimal("100.5018"))),
    kinds.Tags: (kinds.Tags(), ("ถนน", "ไฟฟ้า")),
    kinds.Files: (kinds.Files(), (kinds.FileRef("a" * 64, "คำขอ.pdf", 2048, "application/pdf"),)),
    kinds.Structure: (kinds.Structure(), {"field": "name"}),
}


def field(kind: kinds.Kind[Any], *, personal: bool = False) -> FieldSpec:
    """A field of a kind."""
    return FieldSpec("value", kind, Words("ค่า", "Value"), required=False, personal=personal)


@pytest.fixture
def make(open_window: Callable[..., MainWindow]) -> Callable[..., Editor]:
    """Makes editors in the context of a real window."""
    window = open_window()

    def made(kind: kinds.Kind[Any], *, personal: bool = False) -> Editor:
        editor = editor_of(field(kind, personal=personal), window.context, window)
        editor.show()
        return editor

    return made


def test_every_kind_has_an_editor() -> None:
    assert set(EDITORS) == set(kinds.ALL)
    assert set(VALUES) == set(kinds.ALL)


def test_every_editor_gives_back_what_it_was_given(make: Callable[..., Editor]) -> None:
    for kind, value in VALUES.values():
        editor = make(kind)

        editor.set_value(value)

        assert editor.value() == value, kind.name


def test_every_editor_knows_no_value(make: Callable[..., Editor]) -> None:
    for kind, value in VALUES.values():
        editor = make(kind)
        editor.set_value(value)

        editor.set_value(None)

        assert editor.value() is None, kind.name


def test_every_editor_tells_a_screen_reader_whose_it_is(make: Callable[..., Editor]) -> None:
    unnamed = [
        kind.name for kind, _ in VALUES.values() if not (box := make(kind).box()).accessibleName() and not getattr(box, "text", str)()
    ]

    assert unnamed == []


def test_a_date_that_means_nothing_stays_as_typed_and_says_so(make: Callable[..., Editor]) -> None:
    editor = make(kinds.Day())

    editor.set_draft("32/13/69")

    assert not editor.check()
    assert editor.problem.plain_text
    assert editor.draft() == "32/13/69"


def test_money_gets_separators_and_its_words_when_it_is_left(make: Callable[..., Editor]) -> None:
    editor = make(kinds.Money())
    assert isinstance(editor, MoneyEditor)

    editor.line.setText("๑๒๕๐.๕")
    editor.settle()

    assert editor.line.text() == "1,250.50"
    assert editor.note.plain_text == "หนึ่งพันสองร้อยห้าสิบบาทห้าสิบสตางค์"


def test_a_citizen_id_is_checked_as_it_is_typed(make: Callable[..., Editor]) -> None:
    editor = make(kinds.CitizenId())
    assert isinstance(editor, CitizenIdEditor)
    notes = []

    for text in (CITIZEN[:5], CITIZEN[:12] + str((int(CITIZEN[12]) + 1) % 10), CITIZEN):
        editor.line.setText(text)
        editor.after_text()
        notes.append(editor.note.plain_text)

    assert "8" in notes[0]
    assert notes[1].startswith("✗")
    assert notes[2].startswith("✓")


def test_a_personal_number_is_masked_until_it_is_asked_for(make: Callable[..., Editor]) -> None:
    editor = make(kinds.CitizenId(), personal=True)
    assert isinstance(editor, LineEditor)
    told: list[str] = []
    editor.revealed.connect(told.append)

    editor.set_value(CITIZEN)
    masked = editor.line.text()
    editor.reveal()

    assert CITIZEN[5:10] not in masked.replace("-", "")
    assert editor.line.text().replace("-", "") == CITIZEN
    assert told == ["value"]


def test_a_masked_number_left_alone_is_given_back_whole(make: Callable[..., Editor]) -> None:
    editor = make(kinds.Phone(), personal=True)

    editor.set_value("0812345678")

    assert editor.value() == "0812345678"


def test_a_comma_makes_a_tag_and_a_cross_takes_it_away(make: Callable[..., Editor]) -> None:
    editor = make(kinds.Tags())
    assert isinstance(editor, TagsEditor)

    editor.line.setText("ไฟฟ้า, ถนน,")
    editor.line.textEdited.emit(editor.line.text())

    assert editor.value() == ("ถนน", "ไฟฟ้า")
    assert editor.line.text() == ""


def test_a_reference_that_is_no_record_yet_asks_to_choose_one(make: Callable[..., Editor]) -> None:
    editor = make(kinds.Reference("village"))

    editor.set_draft("บ้าน")

    with pytest.raises(FieldError):
        editor.value()
