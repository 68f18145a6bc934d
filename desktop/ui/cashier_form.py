"""The form of one receipt at the counter: who pays, for what, how, and the change; the sum and its words follow while one types."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.services.receipts import MOST_ITEMS, ItemDraft, ReceiptDraft
from desktop.storage.query import Query
from desktop.storage.rows import Row
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, IconButton
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.number_box import NumberBox
from desktop.ui.widgets.suggest_line import Suggestion, SuggestLine
from records.catalogue.receipts import MEANS
from records.errors import FieldError
from records.rules.receipts import amount_of
from records.thai.citizen import parse_citizen_id, parse_organisation_id
from records.thai.money import baht_text, parse_baht, show_baht
from records.words import Language, Words, say

PAYER = Words("ได้รับเงินจาก", "Received from")
PAYER_HINT = Words("พิมพ์ชื่อ เลขประจำตัว หรือเลขที่คำขอ", "Type a name, an id or a request's number")
PAYER_ID = Words("เลขประจำตัว (ถ้ามี)", "Id, if any")
ITEM = Words("รายการที่ {number}", "Item {number}")
ITEM_HINT = Words("พิมพ์รหัสหรือชื่อค่าธรรมเนียม", "Type the fee's code or name")
ITEMS = Words("รายการ", "Items")
QUANTITY = Words("จำนวน", "Quantity")
AMOUNT = Words("จำนวนเงิน (บาท)", "Amount (baht)")
ADD = Words("เพิ่มรายการ", "Add an item")
REMOVE = Words("นำรายการนี้ออก", "Take this item out")
MEANS_LABEL = Words("ชำระโดย", "Paid by")
REFERENCE = Words("เลขที่เช็ค/เลขที่อ้างอิง", "Number of the cheque or transfer")
GIVEN = Words("รับเงินมา (บาท)", "Cash given (baht)")
CHANGE = Words("เงินทอน {amount} บาท", "Change {amount} baht")
SHORT = Words("ยังขาดอีก {amount} บาท", "{amount} baht short")
TOTAL = Words("รวม {amount} บาท", "Total {amount} baht")
NO_AMOUNT = Words("ยังไม่ได้กรอกจำนวนเงินของรายการที่ {number}", "The amount of item {number} is still to fill.")
PERSON = Words("บุคคล", "Person")
_FOUND = 8


class _ItemRow:
    """The widgets of one item."""

    def __init__(self, number: int, context: Context, fees: "CashierForm") -> None:
        language = context.language
        self.name = SuggestLine(ITEM.filled(number=number), context, fees.find_fees, ITEM_HINT)
        self.quantity_label = Label(say(QUANTITY, language), "small")
        self.quantity = NumberBox(1, 99_999)
        self.quantity.setAccessibleName(say(QUANTITY, language))
        self.quantity.setFixedWidth(px(96))
        self.amount = QLineEdit()
        self.amount.setAccessibleName(say(AMOUNT, language))
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.amount.setPlaceholderText(say(AMOUNT, language))
        self.amount.setMinimumWidth(px(150))
        self.remove = IconButton("x", REMOVE, language)
        self.fee: Row | None = None

    def widgets(self) -> tuple[QWidget, ...]:
        """In the order of columns."""
        return self.name, self.quantity_label, self.quantity, self.amount, self.remove

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.name.text().strip() and not self.amount.text().strip()

    def satang(self) -> int | None:
        """The amount; None while it cannot be read."""
        try:
            return parse_baht(self.amount.text())
        except FieldError:
            return None

    def draft(self, number: int) -> ItemDraft:
        """What was typed. Raises FieldError when the amount cannot be read."""
        if not self.amount.text().strip():
            raise FieldError(NO_AMOUNT.filled(number=number))
        revenue = str(self.fee.fields["revenue"]) if self.fee is not None and self.fee.fields.get("revenue") else None
        quantity = self.quantity.value() if self.quantity.value() > 1 or (self.fee is not None and self.fee.fields.get("unit")) else None
        return ItemDraft(self.name.text(), parse_baht(self.amount.text()), self.fee.id if self.fee else None, quantity, revenue)


class CashierForm(QWidget):
    """A receipt before it is issued. `draft` and `items` read it; `clear` makes it ready for the next citizen."""

    changed = Signal()
    """Something was typed or chosen."""
    request_picked = Signal(str)
    """A request was chosen as what is paid: its id; who shows the form fetches it and calls `take_request`."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._language: Language = context.language
        self._request: str | None = None
        self._rows: list[_ItemRow] = []
        space = tokens().space
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(space.tight))
        self.payer = SuggestLine(PAYER, context, self.find_payers, PAYER_HINT)
        self.payer.picked.connect(self._take_payer)
        self.payer_id = QLineEdit()
        self.payer_id.setAccessibleName(say(PAYER_ID, self._language))
        self.payer_id.setMinimumWidth(px(140))
        who = QHBoxLayout()
        who.setSpacing(px(space.tight))
        for words, line, share in ((PAYER, self.payer, 3), (PAYER_ID, self.payer_id, 2)):
            part = QVBoxLayout()
            part.setSpacing(px(space.hair))
            self._add_labelled(part, words, line)
            who.addLayout(part, share)
        column.addLayout(who)
        column.addWidget(Label(say(ITEMS, self._language), "muted"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(space.tight))
        self._grid.setVerticalSpacing(px(space.hair))
        self._grid.setColumnStretch(0, 1)
        column.addLayout(self._grid)
        self.add_button = Button(ADD, self._language, icon="plus", look="bare")
        self.add_button.clicked.connect(lambda: self.add_item(takes_focus=True))
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        # Shown by the page beside the button, where they never scroll out of sight.
        self.total_label = WrapLabel("", "title", language=self._language)
        self.words_label = WrapLabel("", "muted", language=self._language)
        column.addWidget(Label(say(MEANS_LABEL, self._language), "muted"))
        self.means = ChipBar(self._language)
        self.means.set_chips([Chip(option.value, option.label) for option in MEANS])
        self.means.chosen.connect(lambda _key: self._after_change())
        column.addWidget(self.means)
        column.addLayout(self._payment_row())
        self.given.textChanged.connect(lambda _text: self._after_change())
        self.payer.textChanged.connect(lambda _text: self.changed.emit())
        self.add_item()
        self._after_change()

    def _payment_row(self) -> QHBoxLayout:
        """Cash and its change, or the number of a cheque or transfer."""
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        self._pay_label = Label(say(GIVEN, self._language), "muted")
        self.given = QLineEdit()
        self.given.setAccessibleName(say(GIVEN, self._language))
        self.given.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.given.setFixedWidth(px(132))
        self.reference = QLineEdit()
        self.reference.setAccessibleName(say(REFERENCE, self._language))
        self.reference.setMaximumWidth(px(240))
        self.change_label = Label("", "strong")
        for part in (self._pay_label, self.given, self.reference, self.change_label):
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _add_labelled(self, column: QVBoxLayout, words: Words, widget: QWidget) -> None:
        label = Label(say(words, self._language), "muted")
        label.setBuddy(widget)
        column.addWidget(label)
        column.addWidget(widget)

    # Items ------------------------------------------------------------------------------------------------------------------------

    def add_item(self, *, takes_focus: bool = False) -> _ItemRow:
        """Adds an empty item below."""
        row = _ItemRow(len(self._rows) + 1, self._context, self)
        self._rows.append(row)
        row.name.picked.connect(lambda fee: self._take_fee(row, fee))
        row.name.textEdited.connect(lambda _text: setattr(row, "fee", None))
        row.name.textChanged.connect(lambda _text: self._after_change())
        row.amount.textChanged.connect(lambda _text: self._after_change())
        row.amount.returnPressed.connect(lambda: self.add_item(takes_focus=True))
        row.quantity.valueChanged.connect(lambda _value: self._count(row))
        row.remove.clicked.connect(lambda: self._remove(row))
        self._lay_out()
        if takes_focus:
            row.name.setFocus()
        return row

    @property
    def rows(self) -> Sequence[_ItemRow]:
        """The items in sight."""
        return tuple(self._rows)

    def _remove(self, row: _ItemRow) -> None:
        if len(self._rows) == 1:
            row.name.clear()
            row.amount.clear()
            row.quantity.setValue(1)
            row.fee = None
            return
        self._rows.remove(row)
        for widget in row.widgets():
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._lay_out()
        self._after_change()

    def _lay_out(self) -> None:
        for number, row in enumerate(self._rows):
            for widget in row.widgets():
                self._grid.removeWidget(widget)
            self._grid.addWidget(row.name, 2 * number, 0, 1, 3)
            self._grid.addWidget(row.quantity_label, 2 * number + 1, 0, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(row.quantity, 2 * number + 1, 1)
            self._grid.addWidget(row.amount, 2 * number + 1, 2)
            self._grid.addWidget(row.remove, 2 * number + 1, 3)
            row.name.setAccessibleName(say(ITEM, self._language, number=number + 1))
            row.remove.setVisible(len(self._rows) > 1)
        self.add_button.setEnabled(len(self._rows) < MOST_ITEMS)
        before: QWidget = self.payer_id
        for row in self._rows:
            for widget in row.widgets():
                QWidget.setTabOrder(before, widget)
                before = widget
        QWidget.setTabOrder(before, self.add_button)

    def find_fees(self, text: str) -> list[Suggestion]:
        """Lines of the tariff in force whose code or name holds the text; on the store's thread."""
        wanted = text.lower()
        found = []
        for row in self._context.office.receipts.fees():
            code, name = str(row.fields.get("code", "")), str(row.fields.get("name", ""))
            if wanted in f"{code} {name}".lower():
                price = show_baht(amount_of(row.fields)) if "amount" in row.fields else ""
                found.append(Suggestion(name, "  ".join(filter(None, (code, price, str(row.fields.get("unit", ""))))), row))
        return found[: 3 * _FOUND]

    def _take_fee(self, row: _ItemRow, fee: object) -> None:
        if isinstance(fee, Row):
            row.fee = fee
            self._count(row)
            row.amount.setFocus()
            row.amount.selectAll()

    def _count(self, row: _ItemRow) -> None:
        """The rate of the fee times the quantity."""
        if row.fee is not None and "amount" in row.fee.fields:
            row.amount.setText(show_baht(amount_of(row.fee.fields) * row.quantity.value()))

    # The payer --------------------------------------------------------------------------------------------------------------------

    def find_payers(self, text: str) -> list[Suggestion]:
        """Persons of the register, then applicants of requests; on the store's thread."""
        if not text:
            return []
        office, found = self._context.office, []
        if "person" in office.catalogue and self._context.access.can_read("people"):
            for row in office.store.find(Query("person", text=text, limit=_FOUND)).rows:
                name = " ".join(str(row.fields[part]) for part in ("first_name", "last_name") if part in row.fields)
                found.append(Suggestion(f"{row.fields.get('prefix', '')}{name}", say(PERSON, self._language), row))
        for row in office.store.find(Query("service_request", text=text, limit=_FOUND)).rows:
            if row.fields.get("applicant_name"):
                more = " ".join(str(row.fields[part]) for part in ("tracking_number", "subject") if part in row.fields)
                found.append(Suggestion(str(row.fields["applicant_name"]), more, row))
        return found

    def _take_payer(self, row: object) -> None:
        if not isinstance(row, Row):
            return
        if row.type == "service_request":
            self.request_picked.emit(row.id)
            return
        self._request = None
        self.payer_id.setText(str(row.fields.get("citizen_id", "")))

    def take_request(self, request: Row, service: Row | None) -> None:
        """Fills in what a request pays: its applicant, and the fee of its service where that is one sum."""
        self._request = request.id
        self.payer.setText(str(request.fields.get("applicant_name", "")))
        self.payer_id.setText(str(request.fields.get("citizen_id", "")))
        row = self._rows[0]
        if row.is_empty:
            row.name.setText(str((service or request).fields.get("name" if service else "subject", "")))
            if service is not None and isinstance(service.fields.get("fee"), int):
                row.amount.setText(show_baht(amount_of({"amount": service.fields.get("fee")})))

    @property
    def pays_request(self) -> bool:
        """Whether what is typed pays a request."""
        return self._request is not None

    # Reading ----------------------------------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """Satang of the items whose amounts can be read."""
        return sum(row.satang() or 0 for row in self._rows)

    def draft(self) -> ReceiptDraft:
        """What was typed, the items aside. Raises FieldError for a sum or an id that cannot be read."""
        is_cash = self.means.current == "cash"
        typed = self.payer_id.text().strip()
        return ReceiptDraft(
            payer=self.payer.text(),
            means=self.means.current,
            means_ref=self.reference.text() if not is_cash else None,
            cash_given=parse_baht(self.given.text()) if is_cash and self.given.text().strip() else None,
            payer_tax_id=_thirteen(typed) if typed else None,
            request=self._request,
        )

    def items(self) -> list[ItemDraft]:
        """The items typed; empty rows are left out. Raises FieldError for an amount that cannot be read."""
        return [row.draft(number) for number, row in enumerate(self._rows, start=1) if not row.is_empty]

    def clear(self) -> None:
        """Makes the form ready for the next citizen; how it is paid begins with cash again."""
        for row in self._rows[1:]:
            self._remove(row)
        self._remove(self._rows[0])
        self._request = None
        for line in (self.payer, self.payer_id, self.given, self.reference):
            line.clear()
        self.means.set_current("cash")
        self._after_change()
        self.payer.setFocus()

    def _after_change(self) -> None:
        language, total, is_cash = self._language, self.total, self.means.current == "cash"
        self.total_label.set_text(say(TOTAL, language, amount=show_baht(total)))
        self.words_label.set_text(f"({baht_text(total)})" if total else "")
        self._pay_label.setText(say(GIVEN if is_cash else REFERENCE, language))
        self.given.setVisible(is_cash)
        self.reference.setVisible(not is_cash)
        self.change_label.setVisible(is_cash)
        try:
            given = parse_baht(self.given.text()) if self.given.text().strip() else None
        except FieldError:
            given = None
        text = ""
        if given is not None and total:
            text = say(CHANGE if given >= total else SHORT, language, amount=show_baht(abs(given - total)))
        self.change_label.setText(text)
        self.changed.emit()


def _thirteen(text: str) -> str:
    """A citizen id or an organisation's tax id. Raises FieldError."""
    try:
        return parse_citizen_id(text)
    except FieldError:
        return parse_organisation_id(text)
