"""The request that was just taken down: its number to read out, its day, what is missing, and where to go with it."""

from PySide6.QtWidgets import QWidget

from desktop.services.request_words import due_words, missing_words
from desktop.services.requests import Received
from desktop.ui.request_paper import PAY, PAY_KEYS, PRINT_KEYS, PRINT_SLIP, may_take_money, payment_of, show_slip
from desktop.ui.screen import Context, Place
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label, WrapLabel
from records.checks import Severity
from records.kinds import Day
from records.words import Words, say

LAST = Words("รับแล้วล่าสุด", "Received last")
NOTHING = Words("เลขที่คำขอจะแสดงที่นี่เมื่อรับคำขอแล้ว", "The tracking number appears here when a request was received")
OPEN = Words("เปิดคำขอ", "Open the request")
COPY = Words("คัดลอกข้อความแจ้ง", "Copy what is told")
WAITS = Words("รอเอกสารจากผู้ยื่น {count} ฉบับ นาฬิกาหยุดเดินจนกว่าจะได้รับครบ", "Waits for {count} papers; the clock stands until they are here")


class LastReceived(Card):
    """Empty until the first request of the day was received."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._language = language = context.language
        self._received: Received | None = None
        self.add_head(LAST, language)
        self.none = WrapLabel(say(NOTHING, language), "muted", language=language)
        self.number = Label("", "display")
        self.subject = WrapLabel("", "strong", language=language)
        self.due = WrapLabel("", language=language)
        self.waits = Banner("warn", WAITS, language)
        self.problems = WrapLabel("", "problem", language=language)
        self.acts = Flow()
        self.print_button = QuietButton(PRINT_SLIP, language, icon="printer")
        self.print_button.setToolTip(f"{say(PRINT_SLIP, language)} ({PRINT_KEYS})")
        self.print_button.clicked.connect(self.print_slip)
        self.pay_button = QuietButton(PAY, language, icon="receipt")
        self.pay_button.setToolTip(f"{say(PAY, language)} ({PAY_KEYS})")
        self.pay_button.clicked.connect(self.pay)
        self.open_button = QuietButton(OPEN, language, icon="external-link")
        self.open_button.clicked.connect(self._open)
        self.copy_button = QuietButton(COPY, language, icon="copy")
        self.copy_button.clicked.connect(self._copy)
        for button in (self.print_button, self.pay_button, self.open_button):
            self.acts.add(button)
        self.acts.add(self.copy_button)
        for part in (self.none, self.number, self.subject, self.due, self.waits, self.problems, self.acts):
            self.body.addWidget(part)
        for part in (self.number, self.subject, self.due, self.waits, self.problems, self.acts):
            part.hide()

    @property
    def has_request(self) -> bool:
        """Whether any was received since the page was opened."""
        return self._received is not None

    def show_received(self, received: Received) -> None:
        """Shows a request that was taken down."""
        self._received = received
        language, fields = self._language, received.row.fields
        due = fields.get("due")
        self.number.setText(str(fields.get("tracking_number", "")))
        self.subject.set_text(str(fields.get("subject", "")))
        self.due.set_text(say(due_words(Day().from_wire(due) if due else None), language))
        self.waits.show_message("warn", WAITS.filled(count=len(received.missing)))
        faults = [say(problem.text, language) for problem in received.problems if problem.severity is not Severity.INFO]
        self.problems.set_text("\n".join(faults))
        self.none.hide()
        for part in (self.number, self.subject, self.due, self.acts):
            part.show()
        self.waits.setVisible(bool(received.missing))
        self.problems.setVisible(bool(faults))
        self.copy_button.setVisible(bool(received.missing))
        self.pay_button.setVisible(may_take_money(self._context))
        self.acts.place_again()

    def print_slip(self) -> None:
        """Shows the acknowledgement slip of the request received last."""
        if self._received is not None:
            row = self._received.row
            show_slip(self._context, row.id, str(row.fields.get("tracking_number", "")), self.window())

    def pay(self) -> None:
        """Goes to the cashier with who pays and what filled in."""
        if self._received is not None and may_take_money(self._context):
            self._context.navigate(payment_of(self._received.row.id))

    def _open(self) -> None:
        if self._received is not None:
            self._context.navigate(Place("record", "service_request", self._received.row.id))

    def _copy(self) -> None:
        if self._received is None:
            return
        from PySide6.QtGui import QGuiApplication

        fields = self._received.row.fields
        words = missing_words(
            self._received.missing,
            service=str(fields.get("subject", "")),
            applicant=str(fields.get("applicant_name", "")),
            tracking=str(fields.get("tracking_number", "")),
        )
        QGuiApplication.clipboard().setText(say(words, self._language))
