"""The counter: a receipt is issued at the left in seconds; the receipts of today stand at the right, to be printed again, copied or voided."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.storage.rows import Row
from desktop.ui.cashier_form import CashierForm
from desktop.ui.request_paper import PRINT_KEYS
from desktop.ui.screen import Action, Context, Notice, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.dialogs import ask_text, show_error
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.fact_table import FactColumn, FactRow, FactTable
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Scroller
from desktop.ui.widgets.shortcuts import shortcut
from desktop.ui.widgets.two_panes import TwoPanes
from records.catalogue.receipts import MEANS
from records.errors import AppError, FieldError
from records.rules.receipts import amount_of
from records.thai.money import show_baht
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.reports.pdf.paper import PaperChoice
    from desktop.services.requests import Work
    from desktop.ui.sync_control import SyncControl

KEYS = "Ctrl+Enter"
NEW = Words("ออกใบเสร็จ", "Issue a receipt")
ISSUE = Words("ออกใบเสร็จและพิมพ์", "Issue and print")
ISSUED = Words("ออกใบเสร็จเล่มที่ {book} เลขที่ {number} แล้ว", "Receipt {book}/{number} is issued")
TODAY = Words("ใบเสร็จวันนี้", "Today's receipts")
SUMMARY = Words("{count} ฉบับ รวม {amount} บาท", "{count} receipts, {amount} baht")
LEFT = Words("เล่มที่ {book} ปี {year} · เหลือ {count} เลข", "Book {book}, {year} · {count} numbers left")
NONE_LEFT = Words(
    "ยังไม่มีเลขที่ใบเสร็จในเครื่องนี้ โปรแกรมจะขอจากเซิร์ฟเวอร์ให้เอง ระหว่างนี้ให้ใช้ใบเสร็จเล่มกระดาษก่อน",
    "This computer has no receipt numbers yet; the program asks the server for some by itself. Until then use the paper book.",
)
EMPTY = Words("ยังไม่มีใบเสร็จวันนี้", "No receipts today")
EMPTY_HINT = Words("กรอกชื่อผู้ชำระและรายการทางซ้าย แล้วกดออกใบเสร็จ", "Fill in who pays and for what at the left, then issue.")
COPY = Words("พิมพ์สำเนา", "Print a copy")
VOID = Words("ยกเลิกใบเสร็จ", "Void")
OPEN = Words("เปิดรายการ", "Open")
REASON = Words("เหตุผลที่ยกเลิก", "Reason of voiding")
VOID_ASK = Words("ยกเลิกใบเสร็จ {number}", "Void receipt {number}")
BOOK = Words("เปลี่ยนเล่ม", "Change the book")
BOOK_NAME = Words("เล่มที่", "Book")
PAYS = Words("รับชำระของคำขอ {number} {subject}", "Payment of request {number} {subject}")
PAID = Words(
    "คำขอ {number} ออกใบเสร็จแล้วเลขที่ {receipts} จึงไม่ได้กรอกให้อีก",
    "Request {number} has receipt {receipts} already; nothing was filled in again",
)
TO_REQUEST = Words("กลับไปคำขอ", "Back to the request")
TO_REQUEST_KEYS = "Alt+C"
CLEAR = Words("ล้างแบบฟอร์ม", "Clear the form")
COLUMNS = (
    FactColumn(Words("เล่ม/เลขที่", "Number")),
    FactColumn(Words("ได้รับเงินจาก", "Received from"), stretches=True),
    FactColumn(Words("บาท", "Baht"), is_number=True),
    FactColumn(Words("ชำระโดย", "Paid by"), may_hide=True),
    FactColumn(Words("สถานะ", "State")),
)
_STATES = {"issued": Words("ออกแล้ว", "Issued"), "void": Words("ยกเลิก", "Void")}
_MEANS = {option.value: option.label for option in MEANS}
_PANE = 540
"""What each pane needs when they stand one below the other, in pixels at 100 % text: the form whole, without a scroll bar inside."""
_MOST = 500
"""Receipts of today in sight; a counter issues fewer."""


@dataclass(frozen=True)
class _Today:
    """What the page shows, fetched in one go."""

    rows: list[Row]
    total: int
    """Satang of those that stand."""
    left: int
    book: str
    year: int
    clock: Words | None


class CashierScreen(AreaScreen):
    """The page of the counter."""

    page = "cashier"
    help_page = "receipts"

    def __init__(self, context: Context, control: "SyncControl | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._control = control
        self._asked_request = ""
        self._request_id = ""
        self._rows: dict[str, Row] = {}
        self._is_issuing = False
        self.warning = Banner("warn", Words("-", "-"), self.language)
        self.warning.hide()
        self.body.addWidget(self.warning)
        self.request_banner = Banner("info", PAYS, self.language, action=TO_REQUEST, is_closable=True)
        self.request_banner.acted.connect(self.to_request)
        self.request_banner.hide()
        self.body.addWidget(self.request_banner)
        self.body.addWidget(TwoPanes(self._form_card(), self._list_card(), pane_height=_PANE), 1)
        self.bridge.records_changed.connect(self._records_changed)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+Return", KEYS):
            shortcut(self, keys, self.issue, context=within)
        shortcut(self, PRINT_KEYS, self.print_copy, context=within)
        shortcut(self, TO_REQUEST_KEYS, self.to_request, context=within)

    def _form_card(self) -> QWidget:
        card = Card()
        card.setMinimumWidth(px(360))
        head = card.add_head(NEW, self.language)
        self.left_label = WrapLabel("", "small", language=self.language)
        self.left_label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        head.add_act(self.left_label)
        self.form = CashierForm(self.context)
        scroll = Scroller()
        holder = QWidget()
        holder.setProperty("look", "plain")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, px(tokens().space.tight), 0)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll.setWidget(holder)
        scroll.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)
        card.body.addWidget(scroll, 1)
        self.problem = WrapLabel("", "problem", language=self.language)
        self.problem.hide()
        card.body.addWidget(self.problem)
        foot = QHBoxLayout()
        self.issue_button = PrimaryButton(ISSUE, self.language, icon="printer")
        self.issue_button.setToolTip(f"{say(ISSUE, self.language)} ({KEYS})")
        self.issue_button.clicked.connect(self.issue)
        foot.addWidget(self.form.total_label, 1)
        foot.addWidget(self.issue_button)
        card.body.addWidget(self.form.words_label)
        card.body.addLayout(foot)
        self.form.changed.connect(self.problem.hide)
        self.form.request_picked.connect(self._ask_request)
        return card

    def _list_card(self) -> QWidget:
        card = Card()
        card.setMinimumWidth(px(340))
        head = card.add_head(TODAY, self.language)
        self.summary = WrapLabel("", "muted", language=self.language)
        self.summary.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        head.add_act(self.summary)
        self.table = FactTable(TODAY, COLUMNS, self.language)
        self.table.opened.connect(self._open)
        self.table.chosen.connect(lambda _key: self._show_acts())
        self.empty = EmptyState("receipt", EMPTY, EMPTY_HINT, self.language)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.empty, 1)
        acts = Flow(gap=8)
        self.copy_button = QuietButton(COPY, self.language, icon="copy")
        self.void_button = QuietButton(VOID, self.language, icon="x")
        self.open_button = QuietButton(OPEN, self.language, icon="external-link")
        for button, slot in ((self.copy_button, self.print_copy), (self.void_button, self.void), (self.open_button, self._open_current)):
            button.clicked.connect(slot)
            acts.add(button)
        card.body.addWidget(acts)
        return card

    # The page ---------------------------------------------------------------------------------------------------------------------

    def show_place(self, place: Place) -> None:
        """A place with an id is that of a request to be paid."""
        self._asked_request = place.id

    def refresh(self) -> None:
        """Fetches today's receipts and what is left to give out; a request to be paid fills the form."""
        self.bridge.run(self._fetch, self._show, owner=self)
        if self._asked_request:
            request_id, self._asked_request = self._asked_request, ""
            self._ask_request(request_id)
        elif not self.form.pays_request:
            self._forget_request()

    def take_focus(self) -> None:
        """The next citizen's name."""
        self.form.payer.setFocus()

    def acts(self) -> list[Action]:
        """For the palette."""
        return [
            Action("issue_receipt", ISSUE, self.issue, "printer", KEYS),
            Action("receipt_copy", COPY, self.print_copy, "copy", PRINT_KEYS),
            Action("receipt_void", VOID, self.void, "x"),
            Action("receipt_book", BOOK, self.change_book, "book-open"),
            Action("receipt_clear", CLEAR, self.clear, "x"),
            *([Action("receipt_request", TO_REQUEST, self.to_request, "chevron-left", TO_REQUEST_KEYS)] if self._request_id else []),
        ]

    def _fetch(self) -> _Today:
        from desktop.services.clock_check import clock_words

        office = self.office
        numbering, day = office.numbering, office.today
        if not numbering.is_chosen:
            # From here on this computer leases numbers by itself.
            numbering.choose_book(numbering.book)
        rows = office.receipts.of_day(day, limit=_MOST)
        total = sum(amount_of(row.fields) for row in rows if row.fields.get("state") != "void")
        try:
            left = numbering.left()
        except AppError:
            left = 0
        return _Today(rows, total, left, numbering.book, numbering.year, clock_words(office))

    def _show(self, today: _Today) -> None:
        language = self.language
        self._rows = {row.id: row for row in today.rows}
        self.table.set_rows([self._fact(row) for row in today.rows])
        self.table.setVisible(bool(today.rows))
        self.empty.setVisible(not today.rows)
        standing = sum(row.fields.get("state") != "void" for row in today.rows)
        self.summary.set_text(say(SUMMARY, language, count=f"{standing:,}", amount=show_baht(today.total)))
        self.left_label.set_text(say(LEFT, language, book=today.book, year=today.year, count=f"{today.left:,}"))
        warning = today.clock or (None if today.left else NONE_LEFT)
        self.warning.setVisible(warning is not None)
        if warning is not None:
            self.warning.show_message("warn", warning)
        if not today.left and self._control is not None:
            self._control.ask()
        self._show_acts()

    def _fact(self, row: Row) -> FactRow:
        fields, state = row.fields, str(row.fields.get("state", ""))
        cells = (
            f"{fields.get('book', '')}/{fields.get('number', '')}",
            str(fields.get("payer", "")),
            show_baht(amount_of(fields)),
            say(_MEANS.get(str(fields.get("means", "")), Words("-", "-")), self.language),
            say(_STATES.get(state, Words("-", "-")), self.language),
        )
        return FactRow(row.id, cells, "danger" if state == "void" else "ok")

    def _show_acts(self) -> None:
        row = self._rows.get(self.table.current)
        self.copy_button.setEnabled(row is not None)
        self.open_button.setEnabled(row is not None)
        self.void_button.setEnabled(row is not None and row.fields.get("state") == "issued" and self._may_void())

    def _may_void(self) -> bool:
        workflow = self.office.catalogue["receipt"].workflow
        return workflow is not None and workflow.allows("issued", "void", self.context.access.roles)

    def _records_changed(self, types: frozenset[str], _ids: object) -> None:
        if self.isVisible() and not types.isdisjoint({"receipt", "number_block"}):
            self.bridge.run(self._fetch, self._show, owner=self)

    # Acts -------------------------------------------------------------------------------------------------------------------------

    def issue(self) -> None:
        """Issues what the form holds and shows the paper."""
        if self._is_issuing:
            return
        try:
            draft, items = self.form.draft(), self.form.items()
        except FieldError as error:
            self._refused(error)
            return
        self._set_issuing(is_issuing=True)
        office = self.office

        def work() -> tuple[Row, bytes]:
            row = office.receipts.issue(draft, items, may_ask=False)
            return row, office.papers.receipt_pdf(row.id, copy=0)

        self.bridge.run(work, self._issued, self._refused, owner=self)

    def _issued(self, done: tuple[Row, bytes]) -> None:
        row, pdf = done
        self._set_issuing(is_issuing=False)
        self.form.clear()
        numbers = {"book": row.fields["book"], "number": row.fields["number"]}
        self.context.notify(Notice("ok", ISSUED.filled(**numbers)))
        self._show_paper(row, pdf, 0)

    def _refused(self, error: AppError) -> None:
        self._set_issuing(is_issuing=False)
        if error.code == "no-numbers" and self._control is not None:
            self._control.ask()
        if isinstance(error, FieldError) or error.code == "no-numbers":
            self.problem.set_text(say(error.message, self.language))
            self.problem.show()
            return
        show_error(self.window(), error, self.language)

    def _set_issuing(self, *, is_issuing: bool) -> None:
        self._is_issuing = is_issuing
        self.issue_button.setEnabled(not is_issuing)

    def _show_paper(self, row: Row, pdf: bytes, copy: int) -> None:
        # What draws and prints comes when something is printed: the counter opens without it.
        from desktop.ui.print_view import show_pdf

        papers = self.office.papers
        title = f"{say(self.office.catalogue['receipt'].label, self.language)} {row.fields.get('book')}/{row.fields.get('number')}"

        def remade(choice: "PaperChoice") -> bytes:
            return papers.receipt_pdf(row.id, choice, copy=copy)

        show_pdf(self.context, pdf, title, remade=remade, parent=self.window())

    def print_copy(self) -> None:
        """Counts one more copy of the receipt a person is on, and shows it, marked as one."""
        key, office = self.table.current, self.office
        if not key:
            return

        def work() -> tuple[Row, bytes]:
            row = office.receipts.count_copy(key)
            return row, office.papers.receipt_pdf(row.id)

        def done(made: tuple[Row, bytes]) -> None:
            count = made[0].fields.get("copy_count")
            self._show_paper(*made, count if isinstance(count, int) else 1)

        self.bridge.run(work, done, owner=self)

    def void(self) -> None:
        """Voids the receipt a person is on, after a reason."""
        row = self._rows.get(self.table.current)
        if row is None or not self.void_button.isEnabled():
            return
        number = f"{row.fields.get('book')}/{row.fields.get('number')}"
        reason = ask_text(self.window(), self.language, VOID_ASK.filled(number=number), REASON, ok=VOID)
        if reason:
            self.bridge.run(partial(self.office.receipts.void, row.id, reason), lambda _row: self.refresh(), owner=self)

    def change_book(self) -> None:
        """Issues from another book from now on."""
        name = ask_text(self.window(), self.language, BOOK, BOOK_NAME)
        if name:
            self.bridge.run(partial(self.office.numbering.choose_book, name), lambda _none: self.refresh(), owner=self)

    def _open(self, key: str) -> None:
        if key:
            self.context.navigate(Place("record", "receipt", key))

    def _open_current(self) -> None:
        self._open(self.table.current)

    # A request that is paid -------------------------------------------------------------------------------------------------------

    def to_request(self) -> None:
        """Goes back to the request that is paid."""
        if self._request_id:
            self.context.navigate(Place("record", "service_request", self._request_id))

    def clear(self) -> None:
        """Empties the form."""
        self.form.clear()
        self._forget_request()

    def _forget_request(self) -> None:
        self._request_id = ""
        self.request_banner.hide()

    def _ask_request(self, request_id: str) -> None:
        office = self.office
        self.bridge.run(lambda: office.requests.work(request_id), self._take_request, owner=self)

    def _take_request(self, work: "Work") -> None:
        fields = work.row.fields
        number, subject = str(fields.get("tracking_number", "")), str(fields.get("subject", ""))
        self._request_id = work.row.id
        if work.receipts:
            receipts = ", ".join(f"{row.fields.get('book', '')}/{row.fields.get('number', '')}" for row in work.receipts)
            self.request_banner.show_message("warn", PAID.filled(number=number, receipts=receipts))
        else:
            self.form.take_request(work.row, work.service)
            self.request_banner.show_message("info", PAYS.filled(number=number, subject=subject))
        self.request_banner.show()
