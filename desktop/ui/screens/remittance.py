"""The day's end: which days of which cashiers wait to be closed, what one would hand over, and the remittances closed before."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.services.remittances import UNNAMED, DayTotals, OpenDay
from desktop.storage.rows import Row
from desktop.ui.screen import Action, Context, Notice
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.dialogs import ask_text, confirm
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.fact_table import FactColumn, FactRow, FactTable
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.two_panes import TwoPanes
from records.catalogue.receipts import MEANS
from records.rules.receipts import amount_of
from records.thai.dates import show_date, show_date_long
from records.thai.money import show_baht
from records.words import Words, say

REMITTANCE = Words("นำส่งเงินประจำวัน", "Daily remittance")
DAYS = Words("วันที่และผู้รับเงิน", "Days and cashiers")
CLOSE = Words("ปิดยอดนำส่งเงิน", "Close the day")
CLOSE_ASK = Words("ปิดยอดนำส่งเงินวันที่ {day}", "Close {day}")
CLOSE_TEXT = Words(
    "นำส่ง {count} ฉบับ รวม {amount} บาท เมื่อปิดแล้วใบเสร็จเหล่านี้แก้ไขหรือยกเลิกไม่ได้ จนกว่าหัวหน้าจะเปิดใบนำส่งใหม่พร้อมเหตุผล",
    "{count} receipts, {amount} baht. Once closed they are neither changed nor voided until a head opens the remittance again, with a reason.",
)
CLOSED = Words("ปิดยอดนำส่งเงินแล้ว {amount} บาท", "Closed: {amount} baht")
REOPEN = Words("เปิดใบนำส่งใหม่", "Reopen")
REASON = Words("เหตุผลที่เปิดใหม่", "Reason of reopening")
PRINT = Words("พิมพ์ใบนำส่งเงิน", "Print the remittance")
WAITS = Words("รอปิดยอด", "Waiting")
IS_CLOSED = Words("ปิดแล้ว", "Closed")
IS_OPEN = Words("เปิดใหม่", "Reopened")
RECEIPTS = Words("ใบเสร็จในวันนี้", "Receipts of the day")
PER_MEANS = Words("แยกตามวิธีชำระ", "Per means")
PER_REVENUE = Words("แยกตามประเภทรายได้", "Per kind of revenue")
TOTAL = Words("รวม {count} ฉบับ {amount} บาท", "{count} receipts, {amount} baht")
VOIDS = Words("ยกเลิก {count} ฉบับ", "{count} void")
BY = Words("ปิดยอดโดย {name}", "Closed by {name}")
REOPENED = Words("เปิดใหม่เพราะ {reason}", "Reopened because: {reason}")
EMPTY = Words("ยังไม่มีเงินให้นำส่ง", "Nothing to hand over yet")
EMPTY_HINT = Words("เมื่อออกใบเสร็จแล้ว วันที่และผู้รับเงินจะขึ้นที่นี่ให้ปิดยอด", "Once receipts are issued, their days stand here to be closed.")
DAY_COLUMNS = (
    FactColumn(Words("วันที่", "Day")),
    FactColumn(Words("ผู้รับเงิน", "Cashier"), may_hide=True, stretches=True),
    FactColumn(Words("บาท", "Baht"), is_number=True),
    FactColumn(Words("สถานะ", "State")),
)
RECEIPT_COLUMNS = (
    FactColumn(Words("เล่ม/เลขที่", "Number")),
    FactColumn(Words("ได้รับเงินจาก", "Received from"), stretches=True),
    FactColumn(Words("บาท", "Baht"), is_number=True),
    FactColumn(Words("สถานะ", "State")),
)
_ISSUED, _VOID = Words("ออกแล้ว", "Issued"), Words("ยกเลิก", "Void")
_WAITING = "waiting:"


@dataclass(frozen=True)
class _Days:
    """What the list shows."""

    waiting: list[OpenDay]
    remittances: list[Row]


class RemittanceScreen(AreaScreen):
    """The page of the day's end."""

    page = "remittances"
    help_page = "receipts"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._waiting: dict[str, OpenDay] = {}
        self._closed: dict[str, Row] = {}
        self._totals: DayTotals | None = None
        self._split = TwoPanes(self._days_card(), self._day_card(), narrow=900)
        self.empty = EmptyState("wallet", EMPTY, EMPTY_HINT, self.language)
        self.body.addWidget(self._split, 1)
        self.body.addWidget(self.empty, 1)
        self.empty.hide()
        self.bridge.records_changed.connect(self._records_changed)

    def _days_card(self) -> QWidget:
        card = Card()
        card.setMinimumWidth(px(340))
        card.add_head(REMITTANCE, self.language)
        self.days = FactTable(DAYS, DAY_COLUMNS, self.language)
        self.days.chosen.connect(self._chosen)
        card.body.addWidget(self.days, 1)
        return card

    def _day_card(self) -> QWidget:
        card = Card()
        card.setMinimumWidth(px(360))
        self.head = WrapLabel("", "heading", language=self.language)
        card.body.addWidget(self.head)
        self.note = WrapLabel("", "small", language=self.language)
        card.body.addWidget(self.note)
        self.receipts = FactTable(RECEIPTS, RECEIPT_COLUMNS, self.language)
        card.body.addWidget(self.receipts, 3)
        self._sums = Page()
        self._sums.body.setSpacing(px(tokens().space.hair))
        holder = self._sums.widget()
        inner = holder.layout() if holder is not None else None
        if inner is not None:
            inner.setContentsMargins(0, 0, px(tokens().space.tight), 0)
        card.body.addWidget(self._sums, 2)
        acts = QHBoxLayout()
        acts.setSpacing(px(tokens().space.tight))
        self.print_button = QuietButton(PRINT, self.language, icon="printer")
        self.reopen_button = QuietButton(REOPEN, self.language, icon="lock-open")
        self.close_button = PrimaryButton(CLOSE, self.language, icon="lock")
        for button, slot in (
            (self.print_button, self.print_current),
            (self.reopen_button, self.reopen),
            (self.close_button, self.close_day),
        ):
            button.clicked.connect(slot)
            acts.addWidget(button)
        acts.insertStretch(0, 1)
        card.body.addLayout(acts)
        return card

    def refresh(self) -> None:
        """Fetches the days."""
        self.bridge.run(self._fetch, self._show, owner=self)

    def take_focus(self) -> None:
        """The list of days."""
        self.days.setFocus()

    def acts(self) -> list[Action]:
        """For the palette."""
        return [
            Action("remittance_close", CLOSE, self.close_day, "lock"),
            Action("remittance_print", PRINT, self.print_current, "printer"),
            Action("remittance_reopen", REOPEN, self.reopen, "lock-open"),
        ]

    def _fetch(self) -> _Days:
        remittances = self.office.remittances
        may_write = self.context.access.can_write("receipt")
        return _Days(remittances.open_days() if may_write else [], remittances.earlier())

    def _show(self, days: _Days) -> None:
        self._waiting = {f"{_WAITING}{one.day.isoformat()}:{one.cashier}": one for one in days.waiting}
        self._closed = {row.id: row for row in days.remittances}
        rows = [
            FactRow(key, (show_date(one.day, self.language), one.cashier or "-", show_baht(one.amount), say(WAITS, self.language)), "warn")
            for key, one in self._waiting.items()
        ]
        for row in days.remittances:
            is_closed = row.fields.get("state") == "closed"
            day = show_date(date.fromisoformat(str(row.fields["day"])), self.language) if row.fields.get("day") else ""
            total = row.fields.get("total")
            state = say(IS_CLOSED if is_closed else IS_OPEN, self.language)
            cells = (day, str(row.fields.get("cashier", "")), show_baht(total if isinstance(total, int) else 0), state)
            rows.append(FactRow(row.id, cells, "ok" if is_closed else "warn"))
        self._split.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.days.set_rows(rows)
        if rows and not self.days.current:
            self.days.setCurrentIndex(self.days.model().index(0, 0))
        self._chosen(self.days.current)

    def _chosen(self, key: str) -> None:
        remittances = self.office.remittances
        if key in self._waiting:
            one = self._waiting[key]
            self.bridge.run(lambda: remittances.totals(one.day, one.cashier), partial(self._show_day, key), owner=self)
        elif key in self._closed:
            self.bridge.run(lambda: remittances.totals_of(key), partial(self._show_day, key), owner=self)

    def _show_day(self, key: str, totals: DayTotals) -> None:
        if key != self.days.current:
            return
        self._totals, language = totals, self.language
        day, cashier, row = self._day_of(key)
        self.head.set_text(f"{show_date_long(day, language)} · {cashier or '-'}")
        notes = [say(VOIDS, language, count=totals.sums["void_count"])] if totals.sums["void_count"] else []
        if row is not None and row.fields.get("closed_by"):
            notes.append(say(BY, language, name=row.fields["closed_by"]))
        if row is not None and row.fields.get("reopen_reason"):
            notes.append(say(REOPENED, language, reason=row.fields["reopen_reason"]))
        self.note.set_text(" · ".join(notes))
        self.note.setVisible(bool(notes))
        self.receipts.set_rows([self._fact(one) for one in totals.receipts])
        self._show_sums(totals)
        is_closed = row is not None and row.fields.get("state") == "closed"
        workflow = self.office.catalogue["remittance"].workflow
        may_reopen = workflow is not None and workflow.allows("closed", "open", self.context.access.roles)
        self.close_button.setVisible(not is_closed)
        self.close_button.setEnabled(self.context.access.can_write("remittance"))
        self.print_button.setVisible(row is not None)
        self.reopen_button.setVisible(is_closed and may_reopen)

    def _fact(self, row: Row) -> FactRow:
        is_void = row.fields.get("state") == "void"
        cells = (
            f"{row.fields.get('book', '')}/{row.fields.get('number', '')}",
            str(row.fields.get("payer", "")),
            show_baht(amount_of(row.fields)),
            say(_VOID if is_void else _ISSUED, self.language),
        )
        return FactRow(row.id, cells, "danger" if is_void else "ok")

    def _show_sums(self, totals: DayTotals) -> None:
        language, body = self.language, self._sums.body
        self._sums.clear()
        amount = show_baht(totals.sums["total"])
        body.addWidget(
            WrapLabel(say(TOTAL, language, count=f"{totals.sums['receipt_count']:,}", amount=amount), "title", language=language)
        )
        means = [(say(option.label, language), totals.sums[option.value]) for option in MEANS if totals.sums[option.value]]
        for label, sums in (
            (PER_MEANS, means),
            (PER_REVENUE, [(name or say(UNNAMED, language), satang) for name, satang in totals.revenues]),
        ):
            if not sums:
                continue
            body.addWidget(Line())
            body.addWidget(Label(say(label, language), "muted"))
            for name, satang in sums:
                line = QWidget()
                row = QHBoxLayout(line)
                row.setContentsMargins(0, 0, 0, 0)
                row.addWidget(WrapLabel(name, language=language), 1)
                row.addWidget(Label(show_baht(satang), "strong"))
                body.addWidget(line)

    def _day_of(self, key: str) -> tuple[date, str, Row | None]:
        if key in self._waiting:
            return self._waiting[key].day, self._waiting[key].cashier, None
        row = self._closed[key]
        return date.fromisoformat(str(row.fields["day"])), str(row.fields.get("cashier", "")), row

    def _records_changed(self, types: frozenset[str], _ids: object) -> None:
        if self.isVisible() and not types.isdisjoint({"receipt", "remittance"}):
            self.refresh()

    # Acts -------------------------------------------------------------------------------------------------------------------------

    def close_day(self) -> None:
        """Closes the day a person is on, after asking."""
        key, totals = self.days.current, self._totals
        if not key or totals is None or not self.close_button.isVisibleTo(self) or not self.close_button.isEnabled():
            return
        day, cashier, _ = self._day_of(key)
        text = CLOSE_TEXT.filled(count=totals.sums["receipt_count"], amount=show_baht(totals.sums["total"]))
        title = CLOSE_ASK.filled(day=Words(*(show_date_long(day, one) for one in type(self.language))))
        if confirm(self.window(), self.language, title, text, CLOSE):
            self.bridge.run(lambda: self.office.remittances.close_day(day, cashier), self._closed_now, owner=self)

    def _closed_now(self, row: Row) -> None:
        total = row.fields.get("total")
        self.context.notify(Notice("ok", CLOSED.filled(amount=show_baht(total if isinstance(total, int) else 0))))
        self.bridge.run(self._fetch, partial(self._show_at, row.id), owner=self)

    def _show_at(self, remittance_id: str, days: _Days) -> None:
        self._show(days)
        places = [*self._waiting, *self._closed]
        if remittance_id in places:
            self.days.setCurrentIndex(self.days.model().index(places.index(remittance_id), 0))
            self._print(remittance_id)

    def print_current(self) -> None:
        """Shows the paper of the remittance a person is on."""
        if self.days.current in self._closed:
            self._print(self.days.current)

    def _print(self, remittance_id: str) -> None:
        title = say(self.office.catalogue["remittance"].label, self.language)
        office = self.office

        def show(pdf: bytes) -> None:
            # What draws and prints comes when something is printed: the page opens without it.
            from desktop.ui.print_view import show_pdf

            show_pdf(self.context, pdf, title, parent=self.window())

        self.bridge.run(lambda: office.papers.remittance_pdf(remittance_id), show, owner=self)

    def reopen(self) -> None:
        """Opens the remittance a person is on again, after a reason."""
        key = self.days.current
        if key not in self._closed or not self.reopen_button.isVisibleTo(self):
            return
        reason = ask_text(self.window(), self.language, REOPEN, REASON, ok=REOPEN)
        if reason:
            self.bridge.run(partial(self.office.remittances.reopen, key, reason), lambda _row: self.refresh(), owner=self)
