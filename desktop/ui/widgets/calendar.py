"""Dates as people in Thailand write them: a line to type into and a calendar that counts in พ.ศ.

Qt knows no Buddhist years, so the calendar's own head is hidden and ours shows month and พ.ศ. year; the days are Qt's, which keeps its keys
(arrows, Page Up and Down, Home, End, Enter). What a text means is decided by the functions given: the widget holds text only.
"""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QTableView, QVBoxLayout, QWidget

from desktop.ui.theme.current import colour, font, px, tokens
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.labels import Label, WrapLabel
from records.errors import FieldError
from records.thai.dates import MONTHS_LONG
from records.words import Language, Words, say

BUDDHIST_ERA_OFFSET = 543
"""พ.ศ. = ค.ศ. + 543."""

PREVIOUS = Words("เดือนก่อน", "Previous month")
NEXT = Words("เดือนถัดไป", "Next month")
PREVIOUS_YEAR = Words("ปีก่อน", "Previous year")
NEXT_YEAR = Words("ปีถัดไป", "Next year")
TODAY = Words("วันนี้", "Today")
OPEN = Words("เปิดปฏิทิน", "Open the calendar")

WEEKDAYS: tuple[tuple[Words, Words], ...] = (
    (Words("อา.", "Sun"), Words("วันอาทิตย์", "Sunday")),
    (Words("จ.", "Mon"), Words("วันจันทร์", "Monday")),
    (Words("อ.", "Tue"), Words("วันอังคาร", "Tuesday")),
    (Words("พ.", "Wed"), Words("วันพุธ", "Wednesday")),
    (Words("พฤ.", "Thu"), Words("วันพฤหัสบดี", "Thursday")),
    (Words("ศ.", "Fri"), Words("วันศุกร์", "Friday")),
    (Words("ส.", "Sat"), Words("วันเสาร์", "Saturday")),
)
"""Short and whole names, Sunday first as Thai calendars are printed."""

_CELL = 40
"""Width of a day in pixels at 100 % text."""


def month_title(year: int, month: int, language: Language) -> str:
    """Says a month and its พ.ศ. year: `พฤศจิกายน 2569`, `November 2569 BE`; `year` is Gregorian."""
    name = say(MONTHS_LONG[month - 1], language)
    buddhist = year + BUDDHIST_ERA_OFFSET
    return f"{name} {buddhist}" if language is Language.THAI else f"{name} {buddhist} BE"


class _Days(QCalendarWidget):
    """Qt's days in our look."""

    def __init__(self, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self._today = QDate(today.year, today.month, today.day)
        self.setNavigationBarVisible(False)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.NoHorizontalHeader)
        self.setFirstDayOfWeek(Qt.DayOfWeek.Sunday)
        self.setGridVisible(False)
        self.setDateEditEnabled(False)
        self.setFixedSize(7 * px(_CELL), 6 * px(_CELL - 4))
        for view in self.findChildren(QTableView):
            view.setFrameShape(QFrame.Shape.NoFrame)

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate | int) -> None:  # noqa: N802 - Qt's name
        """Paints a day: filled when chosen, ringed when today, quiet outside the month."""
        if not isinstance(date, QDate):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, colour("surface"))
        side = min(rect.width(), rect.height()) - px(4)
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        is_chosen = date == self.selectedDate()
        painter.setPen(Qt.PenStyle.NoPen)
        if is_chosen:
            painter.setBrush(colour("accent"))
            painter.drawEllipse(box)
        elif date == self._today:
            painter.setPen(colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box)
        is_here = date.month() == self.monthShown()
        painter.setPen(colour("on_accent" if is_chosen else "text" if is_here else "disabled"))
        painter.setFont(font(tokens().type.base, 600 if is_chosen or date == self._today else 400))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(date.day()))
        painter.restore()


class CalendarPopup(QFrame):
    """A month of days under a head with month and พ.ศ. year."""

    picked = Signal(object)
    """The chosen `date`; the popup is closed already."""

    def __init__(self, language: Language, today: date, parent: QWidget) -> None:
        """`today` is the day in Thailand (UTC+7), given by the caller's clock."""
        super().__init__(parent, Qt.WindowType.Popup)
        space = tokens().space
        self._language = language
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(space.snug), px(space.tight), px(space.snug), px(space.tight))
        column.setSpacing(px(space.hair))
        head = QHBoxLayout()
        head.setSpacing(0)
        self.days = _Days(today, self)
        self.title = Label("", "strong")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for name, words, step in (
            ("chevrons-left", PREVIOUS_YEAR, self.days.showPreviousYear),
            ("chevron-left", PREVIOUS, self.days.showPreviousMonth),
        ):
            head.addWidget(self._turner(name, words, step))
        head.addWidget(self.title, 1)
        for name, words, step in (("chevron-right", NEXT, self.days.showNextMonth), ("chevrons-right", NEXT_YEAR, self.days.showNextYear)):
            head.addWidget(self._turner(name, words, step))
        column.addLayout(head)
        column.addLayout(self._weekdays())
        column.addWidget(self.days)
        button = Button(TODAY, language, look="bare")
        button.clicked.connect(lambda: self._pick(QDate(today.year, today.month, today.day)))
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.days.currentPageChanged.connect(self._name_month)
        self.days.clicked.connect(self._pick)
        self.days.activated.connect(self._pick)
        self._name_month(self.days.yearShown(), self.days.monthShown())

    def open_at(self, corner: QPoint, day: date) -> None:
        """Shows the month of `day` with its upper left corner at `corner` (global pixels), moved to stay on the screen."""
        self.days.setSelectedDate(QDate(day.year, day.month, day.day))
        self.days.setCurrentPage(day.year, day.month)
        self.adjustSize()
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        y = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.days.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the rounded ground: the style sheet does not reach a translucent window's own."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("border"))
        painter.setBrush(colour("surface"))
        radius = px(tokens().space.card_radius)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _weekdays(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for short, whole in WEEKDAYS:
            label = Label(say(short, self._language), "small")
            label.setAccessibleName(say(whole, self._language))
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setFixedWidth(px(_CELL))
            row.addWidget(label)
        return row

    def _turner(self, name: str, words: Words, step: Callable[[], None]) -> IconButton:
        button = IconButton(name, words, self._language, is_small=True)
        button.clicked.connect(step)
        return button

    def _name_month(self, year: int, month: int) -> None:
        self.title.setText(month_title(year, month, self._language))

    def _pick(self, day: QDate) -> None:
        self.close()
        self.picked.emit(date(day.year(), day.month(), day.day()))


class _Line(QLineEdit):
    """The line; tells when it is left, and opens the calendar with Alt+Down or F4."""

    left = Signal()
    wants_calendar = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Tells that the person went on."""
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Opens the calendar by its keys."""
        is_alt_down = event.key() == Qt.Key.Key_Down and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if is_alt_down or event.key() == Qt.Key.Key_F4:
            self.wants_calendar.emit()
            return
        super().keyPressEvent(event)


class DateEditor(QWidget):
    """A date as text, typed freely or picked. On leaving the field the text is put into the usual form, or its problem shown."""

    changed = Signal()
    """The text is another, typed or picked."""

    def __init__(
        self,
        parse: Callable[[str], date],
        show: Callable[[date], str],
        language: Language,
        *,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        """Takes the meaning of texts from outside.

        Args:
            parse: gives the date of a text or raises FieldError, whose message is shown under the line.
            show: gives the usual text of a date (`22 พ.ย. 2569`).
            language: of the calendar and of messages.
            today: gives the day in Thailand now; asked when the calendar opens.
            parent: the Qt parent.
        """
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._parse, self._show, self._language, self._today = parse, show, language, today
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.hair))
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.hair))
        self.line = _Line()
        self.line.setMinimumWidth(px(136))
        row.addWidget(self.line, 1)
        self.button = IconButton("calendar", OPEN, language, keys="F4")
        row.addWidget(self.button)
        column.addLayout(row)
        self.problem = WrapLabel("", "problem", language=language)
        self.problem.hide()
        column.addWidget(self.problem)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._typed)
        self.line.left.connect(self.settle)
        self.line.returnPressed.connect(self.settle)
        self.line.wants_calendar.connect(self.open_calendar)
        self.button.clicked.connect(self.open_calendar)

    def text(self) -> str:
        """What stands in the line, trimmed; empty means no date."""
        return self.line.text().strip()

    def set_text(self, text: str) -> None:
        """Puts a text into the line as it is."""
        self.line.setText(text)

    def settle(self) -> None:
        """Puts the text into the usual form, or shows what is wrong with it and leaves it as typed."""
        if not self.text():
            self.show_problem(None)
            return
        try:
            day = self._parse(self.text())
        except FieldError as error:
            self.show_problem(error)
            return
        self.show_problem(None)
        if self.line.text() != self._show(day):
            self.line.setText(self._show(day))

    def show_problem(self, error: FieldError | None) -> None:
        """Shows an error under the line in red with the border; None takes it away."""
        self.problem.set_text(error.sentence(self._language) if error else "")
        self.problem.setVisible(error is not None)
        self.line.setProperty("problem", "true" if error else "false")
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)

    def open_calendar(self) -> CalendarPopup:
        """Opens the calendar under the line, at the typed date or today."""
        today = self._today()
        try:
            day = self._parse(self.text()) if self.text() else today
        except FieldError:
            day = today
        popup = CalendarPopup(self._language, today, self)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.picked.connect(self._picked)
        popup.open_at(self.line.mapToGlobal(QPoint(0, self.line.height() + px(4))), day)
        return popup

    def _picked(self, day: date) -> None:
        self.line.setText(self._show(day))
        self.settle()
        self.line.setFocus()

    def _typed(self) -> None:
        if self.problem.isVisible():
            self.show_problem(None)
        self.changed.emit()
