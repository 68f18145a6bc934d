"""Year's turn on one page: the steps, the check list, the money carried over; each doable by keyboard.

[year ▾]                    [open 2570] [close 2569]
steps        1 open the year … 8 close             by whom, when
check list   what blocks, what to look at (tick)   → the list that shows them
carried      line of 2569 → line of 2570           amount, paid
"""

from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QProgressBar, QWidget

from desktop.storage.query import Filter
from desktop.ui.later import Later
from desktop.ui.screen import Action, Context, Notice, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.dialogs import ask_text, confirm
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import Page, emptied
from desktop.ui.widgets.row_button import RowButton
from desktop.ui.widgets.year_cards import CarriedCard, ChecksCard, StepsCard, place_of
from desktop.ui.widgets.year_sheet import YearSheet
from records.catalogue.year import DECIDERS
from records.errors import AppError, Correctable
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.services.year_checks import CheckItem
    from desktop.services.year_opening import Opening, Worked
    from desktop.services.year_turn import Turn
    from desktop.services.years import Year

PAGE = Words("ขึ้นปีใหม่", "Year's turn")
FROM = Words("ปีที่จะปิด", "The year to close")
OPEN = Words("เปิดปีงบประมาณ {year}", "Open fiscal year {year}")
COMPLETE = Words("คัดลอกส่วนที่ยังขาด", "Copy what is missing")
CLOSE = Words("ปิดปีงบประมาณ {year}", "Close fiscal year {year}")
REOPEN = Words("เปิดปี {year} อีกครั้ง", "Reopen {year}")
REASON = Words("เหตุผล", "Reason")
CLOSED_BANNER = Words("ปีงบประมาณ {year} ปิดแล้ว อ่านอย่างเดียว", "Fiscal year {year} is closed: read only")
OPENED = Words("เปิดปีงบประมาณ {year} แล้ว สร้าง {count} รายการ", "Fiscal year {year} is open: {count} records made")
NOTHING = Words("มีครบอยู่แล้ว ไม่ได้สร้างเพิ่ม", "Everything was there already; nothing was made")
WORKING = Words("กำลังสร้าง {done} จาก {total} รายการ", "Making {done} of {total} records")
STOP = Words("หยุด", "Stop")
UNDO = Words("ย้อนกลับ", "Undo")
GIVE_BACK = Words("คืนเลขที่เหลือ", "Give back what is left")
GIVE_BACK_BODY = Words(
    "คืนเลขใบเสร็จปี {year} ที่เครื่องนี้ยังไม่ได้ใช้ เลขเหล่านี้จะไม่มีใครใช้อีก และย้อนกลับไม่ได้ “ยกเลิก” แสดงรายการเลขที่เหลือ",
    "Gives back the receipt numbers of {year} this computer has not used. Nobody uses them any more, and it cannot be undone. Cancel shows what is left.",
)
GIVEN_BACK = Words("คืนเลขใบเสร็จแล้ว {count} เลข", "{count} receipt numbers were given back")
NONE_HERE = Words(
    "เครื่องนี้ไม่มีเลขเหลือ เลขที่เหลืออยู่ที่เครื่องอื่น หรือเป็นเลขที่ข้ามไป",
    "This computer has none left; they are on other computers, or were skipped",
)
STOPPED = Words("หยุดแล้ว ไม่มีอะไรเปลี่ยนแปลง", "Stopped; nothing was changed")
_LATER_MS = 500


class _Stopped(Correctable):
    """A person stopped the opening."""

    def __init__(self) -> None:
        super().__init__(STOP, STOPPED)


class YearTurnScreen(AreaScreen):
    """The page of year's turn."""

    page = "year_turn"
    help_page = "year"
    _progressed = Signal(int, int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.turn: Turn | None = None
        self._year = 0
        self._stop = Event()
        self._is_working = False
        top = QHBoxLayout()
        top.setSpacing(px(tokens().space.tight))
        top.addWidget(Label(say(FROM, self.language), "muted"))
        self.years = QComboBox()
        self.years.setAccessibleName(say(FROM, self.language))
        self.years.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.years.activated.connect(self._year_picked)
        top.addWidget(self.years)
        top.addStretch(1)
        self.close_button = Button(CLOSE, self.language, icon="lock")
        self.close_button.clicked.connect(self.close_year)
        self.reopen_button = Button(REOPEN, self.language, icon="lock-open")
        self.reopen_button.clicked.connect(self.reopen_year)
        for button in (self.close_button, self.reopen_button):
            top.addWidget(button)
            button.hide()
        self.body.addLayout(top)
        self.progress_card = self._progress()
        self.body.addWidget(self.progress_card)
        self.progress_card.hide()
        self._page = Page(is_inside=True)
        self.body.addWidget(self._page, 1)
        self.step_rows: dict[str, RowButton] = {}
        self.item_rows: dict[str, RowButton] = {}
        self.ticks: dict[str, QCheckBox] = {}
        self._later = Later(self, _LATER_MS, self.refresh)
        self._progressed.connect(self._show_progress)
        context.year.changed.connect(self._year_chosen)
        self.bridge.records_changed.connect(lambda _types, _ids: self._later.start() if self.isVisible() else None)

    # -- Screen --

    def refresh(self) -> None:
        """Asks how the turn stands."""
        if self._is_working:
            return
        office, wanted, chosen = self.office, self._year, self.context.year.year

        def work() -> "tuple[int, tuple[Year, ...], Turn]":
            from desktop.services.year_turn import look

            known = office.years.known()
            year = wanted or _usual(known, chosen)
            return wanted, known, look(office, year)

        self.bridge.run(work, self._came, owner=self, is_long=True)

    def primary_action(self) -> Action | None:
        """Opening the next year, or what is missing of it."""
        turn = self.turn
        if turn is None or not turn.opening.writes or not self.context.access.can_write("fiscal_year"):
            return None
        words = COMPLETE if turn.next_year.id else OPEN.filled(year=turn.next_year.year)
        return Action("open_year", words, self.open_year, "plus", "Ctrl+N")

    def acts(self) -> list[Action]:
        """Closing or reopening, for those who may."""
        if self.turn is None or not self._may_decide():
            return []
        if self.turn.year.is_closed:
            return [Action("reopen_year", REOPEN.filled(year=self._year), self.reopen_year, "lock-open")]
        return [Action("close_year", CLOSE.filled(year=self._year), self.close_year, "lock")]

    # -- acts --

    def open_year(self) -> None:
        """Asks what to copy, then makes it in one act."""
        if self.turn is None or self._is_working:
            return
        office, year = self.office, self._year + 1
        self.bridge.run(lambda: office.years.going_on(year), self._ask_opening, owner=self)

    def _ask_opening(self, projects: object) -> None:
        if self.turn is None or not isinstance(projects, list):
            return
        sheet = YearSheet(self, self.turn.opening, projects, self.language)
        opening = sheet.opening() if sheet.exec() else None
        sheet.deleteLater()
        if opening is not None:
            self.run_opening(opening)

    def run_opening(self, opening: "Opening") -> None:
        """Opens the year on the store's thread; the window stays free and shows how far it is."""
        office, stop, tell = self.office, self._stop, self._progressed.emit
        stop.clear()

        def progress(done: int, total: int) -> None:
            if stop.is_set():
                raise _Stopped
            tell(done, total)

        self._is_working = True
        self._show_progress(0, 1)
        self.progress_card.show()
        self.bridge.run(lambda: office.years.open_next(opening, progress), self._opened, self._failed, owner=self)

    def close_year(self) -> None:
        """Asks for the reason and closes the year, the warnings ticked being looked at."""
        title = CLOSE.filled(year=self._year)
        reason = ask_text(self, self.language, title, REASON, ok=title)
        if reason:
            office, year, accepted = self.office, self._year, self._ticked()
            self.bridge.run(lambda: office.years.close(year, reason, accepted), lambda _row: self._stepped(), owner=self)

    def reopen_year(self) -> None:
        """Asks for the reason and opens the year again."""
        title = REOPEN.filled(year=self._year)
        reason = ask_text(self, self.language, title, REASON, ok=title)
        if reason:
            office, year = self.office, self._year
            self.bridge.run(lambda: office.years.reopen(year, reason), lambda _row: self._stepped(), owner=self)

    def _opened(self, worked: "Worked") -> None:
        self._is_working = False
        self.progress_card.hide()
        count = len(worked.writes)
        if count:
            text = OPENED.filled(year=worked.year, count=f"{count:,}")
            self.context.notify(Notice("ok", text, UNDO, self._undo))
        else:
            self.context.notify(Notice("info", NOTHING))
        self.refresh()

    def _undo(self) -> None:
        from desktop.ui.widgets.record_acts import undo_last

        undo_last(self.context)

    def _failed(self, error: AppError) -> None:
        self._is_working = False
        self.progress_card.hide()
        self.context.notify(Notice("info" if isinstance(error, _Stopped) else "danger", error.message))
        self.refresh()

    def _stepped(self) -> None:
        self.refresh()

    # -- which year --

    def _year_chosen(self, _year: int | None) -> None:
        self._year = 0
        if self.isVisible():
            self.refresh()

    def _year_picked(self) -> None:
        self._year = int(self.years.currentData())
        self.refresh()

    # -- what is shown --

    def _came(self, answer: "tuple[int, tuple[Year, ...], Turn]") -> None:
        wanted, known, turn = answer
        if wanted != self._year:
            return
        self.turn = turn
        year = self._year = turn.year.year
        with QSignalBlocker(self.years):
            self.years.clear()
            for one in known:
                self.years.addItem(str(one.year), one.year)
            self.years.setCurrentIndex(self.years.findData(year))
        may = self._may_decide() and bool(turn.year.id)
        self.close_button.setText(say(CLOSE, self.language, year=year))
        self.close_button.setVisible(may and not turn.year.is_closed)
        self.reopen_button.setText(say(REOPEN, self.language, year=year))
        self.reopen_button.setVisible(may and turn.year.is_closed)
        self._draw(turn)
        self.changed_title()

    def _draw(self, turn: "Turn") -> None:
        focused = next((name for name, row in {**self.step_rows, **self.item_rows, **self.ticks}.items() if row.hasFocus()), "")
        bar = self._page.verticalScrollBar()
        place = bar.value()
        emptied(self._page.body)
        if turn.year.is_closed:
            self._page.body.addWidget(Banner("info", CLOSED_BANNER.filled(year=turn.year.year), self.language))
        kept = self.context.memory.get(self._memory())
        steps = StepsCard(turn, self.context, self._go_to_step)
        checks = ChecksCard(turn, self.context, kept if isinstance(kept, list) else [], self._go_to_item)
        checks.ticked.connect(lambda: self.context.memory.put(self._memory(), list(self._ticked())))
        self.step_rows, self.item_rows, self.ticks = steps.rows, checks.rows, checks.ticks
        for card in (steps, checks, CarriedCard(turn, self.context)):
            self._page.body.addWidget(card)
        again = self.step_rows.get(focused) or self.item_rows.get(focused)
        if again is not None:
            again.setFocus()
        QTimer.singleShot(0, bar, lambda: bar.setValue(place))

    # -- where rows lead --

    def _go_to_step(self, key: str) -> None:
        year = self._year
        if key in ("year", "lines", "revenue", "plan") and self.primary_action() is not None:
            self.open_year()
        elif key == "carry":
            self.context.navigate(Place("type", "carry_over", filters=(Filter("fiscal_year", "eq", year),)))
        elif key == "books":
            self.context.navigate(Place("type", "receipt", filters=(Filter("fiscal_year", "eq", year + 1),)))
        elif key == "check":
            first = next((row for row in self.item_rows.values() if row.isEnabled()), None)
            if first is not None:
                first.setFocus()
                self._page.ensureWidgetVisible(first)
        elif key == "close" and self._may_decide() and self.turn is not None and self.turn.year.id:
            (self.reopen_year if self.turn.year.is_closed else self.close_year)()
        elif self.turn is not None and key == "year":
            self.context.navigate(Place("record", "fiscal_year", self.turn.next_year.id))
        elif key in ("lines", "revenue"):
            of = "budget_line" if key == "lines" else "revenue_line"
            self.context.navigate(Place("type", of, filters=(Filter("fiscal_year", "eq", year + 1),)))

    def _go_to_item(self, item: "CheckItem") -> None:
        if item.key == "numbers_left" and item.count:
            self._give_back(item)
            return
        self._show_item(item)

    def _give_back(self, item: "CheckItem") -> None:
        """Asks whether the numbers left on this computer are given back; where it has none, or the answer is no, the list shows them all."""
        office, year = self.office, self._year
        if not self.context.access.can_write("receipt") or not confirm(
            self, self.language, GIVE_BACK, GIVE_BACK_BODY.filled(year=year), GIVE_BACK
        ):
            self._show_item(item)
            return

        def done(count: int) -> None:
            self.context.notify(Notice("ok", GIVEN_BACK.filled(count=f"{count:,}")) if count else Notice("info", NONE_HERE))
            self.refresh()

        self.bridge.run(lambda: office.numbering.give_back_year(year), done, owner=self)

    def _show_item(self, item: "CheckItem") -> None:
        place = place_of(item)
        if place is not None:
            self.context.navigate(place)

    # -- small answers --

    def _may_decide(self) -> bool:
        return not DECIDERS.isdisjoint(self.context.access.roles) and self.context.access.can_write("fiscal_year")

    def _memory(self) -> str:
        return f"year_turn.{self._year}"

    def _ticked(self) -> frozenset[str]:
        return frozenset(key for key, tick in self.ticks.items() if tick.isChecked())

    # -- progress --

    def _progress(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        self.progress_label = WrapLabel("", language=self.language)
        row.addWidget(self.progress_label, 1)
        self.stop_button = Button(STOP, self.language, icon="x")
        self.stop_button.clicked.connect(self._stop.set)
        row.addWidget(self.stop_button)
        card.body.addLayout(row)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        card.body.addWidget(self.progress)
        return card

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setValue(int(done / total * 1000) if total else 0)
        said = say(WORKING, self.language, done=f"{done:,}", total=f"{total:,}")
        self.progress_label.set_text(said)
        self.progress.setAccessibleName(said)


def _usual(known: "tuple[Year, ...]", chosen: int | None) -> int:
    """The year to close: the one chosen, or the one that ended last while it is still open, where the current one or none is chosen."""
    current = next(one.year for one in known if one.is_current)
    if chosen not in (None, current):
        return chosen or current
    before = next((one for one in known if one.year == current - 1), None)
    return current - 1 if before is not None and before.id and not before.is_closed else current
