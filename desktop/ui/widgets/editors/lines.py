"""Editors of one line: text, numbers, money with baht in words, citizen ids checked as typed, moments, fiscal years; and long text."""

from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from desktop.ui.screen import Context
from desktop.ui.theme.current import px
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.calendar import DateEditor
from desktop.ui.widgets.editors.base import Editor, LineEditor
from records.errors import FieldError
from records.fields import FieldSpec
from records.thai.citizen import is_citizen_id, is_organisation_id
from records.thai.fiscal import fiscal_year_of
from records.thai.money import baht_text
from records.thai.numerals import to_arabic
from records.words import Language, Words, say

NOW = Words("ใส่เวลาปัจจุบัน", "Put the time now")
DIGITS_LEFT = Words("ยังขาดอีก {count} หลัก", "{count} more digits")
ON_MAP = Words("เลือกบนแผนที่", "Pick on the map")
DIGITS_RIGHT = Words("✓ เลขตรวจสอบถูกต้อง", "✓ The check digit is right")
DIGITS_WRONG = Words("✗ เลขตรวจสอบไม่ถูกต้อง โปรดดูตัวเลขอีกครั้ง", "✗ The check digit is wrong; please look at the digits again")
YEARS_BACK = 6


class TextEditor(LineEditor):
    """One line of text, an e-mail address, a telephone number."""


class ShortEditor(LineEditor):
    """A line that is never long: telephone, coordinates."""

    narrow = 280


class CoordinatesEditor(ShortEditor):
    """Latitude and longitude, typed or picked on the offline map."""

    narrow = 320

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self._map = IconButton("map-pin", ON_MAP, self.language)
        self._map.clicked.connect(self._pick)
        self.row.insertWidget(1, self._map)

    def set_read_only(self, is_read_only: bool) -> None:
        """Takes the button away too."""
        super().set_read_only(is_read_only)
        self._map.setVisible(not is_read_only)

    def _pick(self) -> None:
        # The map is brought when it is first wanted.
        from desktop.ui.widgets.map_picker import pick_coordinates

        try:
            start = self.value()
        except FieldError:
            start = None
        picked = pick_coordinates(self.context, start, self.window())
        if picked is not None:
            self.set_value(picked)
            self.show_problem("")
            self.edited.emit()
        self.line.setFocus()


class NumberEditor(LineEditor):
    """A number, aligned right."""

    narrow = 220

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class MoneyEditor(NumberEditor):
    """An amount of baht: separators on leaving, the amount in Thai words below."""

    def after_text(self) -> None:
        """Says the amount in words while it can be read."""
        try:
            satang = self.spec.kind.parse(self.line.text(), self.context.today())
        except FieldError:
            satang = None
        self.show_note("" if satang is None else baht_text(satang))


class CitizenIdEditor(LineEditor):
    """A citizen id: the digits still missing and the check digit are told as it is typed."""

    narrow = 280

    def after_text(self) -> None:
        """Counts and checks the digits; a masked value says nothing."""
        if self.is_masked or not self.line.text() or self.line.text() == self._shown:
            self.show_note("")
            return
        digits = "".join(letter for letter in to_arabic(self.line.text()) if letter.isdigit())
        if len(digits) < 13:
            self.show_note(say(DIGITS_LEFT, self.language, count=13 - len(digits)))
        else:
            is_right = len(digits) == 13 and (is_citizen_id(digits) or is_organisation_id(digits))
            self.show_note(say(DIGITS_RIGHT if is_right else DIGITS_WRONG, self.language))


class MomentEditor(LineEditor):
    """A day and a time of day, with a button for now."""

    narrow = 260

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self._now = IconButton("clock", NOW, self.language)
        self._now.clicked.connect(self._put_now)
        self.row.insertWidget(1, self._now)

    def set_read_only(self, is_read_only: bool) -> None:
        """Takes the button away too."""
        super().set_read_only(is_read_only)
        self._now.setVisible(not is_read_only)

    def _put_now(self) -> None:
        self.set_value(self.context.office.clock().replace(microsecond=0))
        self.edited.emit()


class DayEditor(Editor):
    """A day: typed as people write it, or picked in the พ.ศ. calendar."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.dates = DateEditor(
            self._day_of,
            lambda day: self.spec.kind.show(day, context.language),
            context.language,
            today=context.today,
        )
        self.dates.setMaximumWidth(px(260))
        self.row.addWidget(self.dates)
        self.row.addStretch(0)
        self._is_filling = False
        self.dates.changed.connect(self._changed)
        self.dates.line.left.connect(self.left)
        self.name_box(self.dates.line)

    def _day_of(self, text: str) -> date:
        day = self.spec.kind.parse(text, self.context.today())
        return day if isinstance(day, date) else self.context.today()

    def set_value(self, value: Any) -> None:
        """Shows the day as `22 พ.ย. 2569`."""
        self._is_filling = True
        self.dates.set_text("" if value is None else self.spec.kind.show(value, self.language))
        self._is_filling = False

    def value(self) -> Any:
        """Reads the line."""
        return self.spec.kind.parse(self.dates.text(), self.context.today())

    def typed(self) -> str:
        """The line."""
        return self.dates.text()

    def set_draft(self, text: str) -> None:
        """Puts typed text back."""
        self.dates.set_text(text)

    def set_read_only(self, is_read_only: bool) -> None:
        """Takes the calendar away."""
        self.dates.line.setReadOnly(is_read_only)
        self.dates.button.setVisible(not is_read_only)

    def _changed(self) -> None:
        if not self._is_filling:
            self.announce()


class FiscalYearEditor(Editor):
    """A fiscal year: typed, or one of the last years from the list."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.combo = QComboBox()
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        this_year = fiscal_year_of(context.today())
        self.combo.addItems([str(year) for year in range(this_year + 1, this_year - YEARS_BACK, -1)])
        self.combo.setCurrentIndex(-1)
        self.combo.setEditText("")
        self.combo.setMaximumWidth(px(160))
        self.combo.installEventFilter(self)
        self.combo.editTextChanged.connect(self._typed)
        self.row.addWidget(self.combo, 1)
        self.row.addStretch(0)
        self._is_filling = False
        self.name_box(self.combo)

    def set_value(self, value: Any) -> None:
        """Shows the year."""
        self._is_filling = True
        self.combo.setEditText("" if value is None else self.spec.kind.show(value, self.language))
        self._is_filling = False

    def value(self) -> Any:
        """Reads the text."""
        return self.spec.kind.parse(self.combo.currentText(), self.context.today())

    def typed(self) -> str:
        """The text of the box."""
        return self.combo.currentText()

    def set_draft(self, text: str) -> None:
        """Puts typed text back."""
        self.combo.setEditText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A wheel turned over the form scrolls the form, not the year."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        if not self._is_filling:
            self.announce()


class _LongBox(QPlainTextEdit):
    """Several lines; Tab goes on, as in every other box."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self._language = language

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leaves Ctrl+Enter to the form."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)


class LongTextEditor(Editor):
    """Text of several lines: two are seen of what names a record, three of the rest."""

    def __init__(self, spec: FieldSpec, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(spec, context, parent)
        self.text = _LongBox(context.language)
        self.text.setFixedHeight(px(72 if spec.required else 96))
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self._typed)
        self.row.addWidget(self.text)
        self._is_filling = False
        self.name_box(self.text)

    def set_value(self, value: Any) -> None:
        """Shows the lines."""
        self._is_filling = True
        self.text.setPlainText(value or "")
        self._is_filling = False

    def value(self) -> Any:
        """Reads the lines, mended."""
        return self.spec.kind.parse(self.text.toPlainText(), self.context.today())

    def typed(self) -> str:
        """All lines."""
        return self.text.toPlainText()

    def set_draft(self, text: str) -> None:
        """Puts typed text back."""
        self.text.setPlainText(text)

    def set_read_only(self, is_read_only: bool) -> None:
        """The text can still be read and copied."""
        self.text.setReadOnly(is_read_only)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Tells when the person goes on."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        if not self._is_filling:
            self.announce()
