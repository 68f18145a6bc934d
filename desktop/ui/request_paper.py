"""What the counter does with one request beside its form: prints its acknowledgement slip, and takes it to the cashier."""

from PySide6.QtWidgets import QWidget

from desktop.services.readings import log_reading
from desktop.ui.screen import Context, Place
from records.words import Words, say

PRINT_SLIP = Words("พิมพ์ใบรับคำขอ", "Print the slip")
PRINT_KEYS = "Ctrl+P"
PAY = Words("ไปรับชำระเงิน", "Take the payment")
PAY_KEYS = "Alt+C"
_SLIP = Words("ใบรับคำขอ {number}", "Acknowledgement {number}")


def show_slip(context: Context, request_id: str, number: str, parent: QWidget) -> None:
    """Shows the slip of a request before it is printed or saved; that it was read is noted."""
    office = context.office

    def work() -> bytes:
        log_reading(office, "service_request", request_id)
        return office.papers.slip_pdf(request_id)

    def show(pdf: bytes) -> None:
        # What draws and prints comes when something is printed: the counter opens without it.
        from desktop.reports.pdf.paper import PaperKind
        from desktop.ui.print_view import show_pdf

        kinds = [kind for kind in PaperKind if kind is not PaperKind.PREPRINTED]
        title = say(_SLIP, context.language, number=number)
        show_pdf(context, pdf, title, remade=lambda choice: office.papers.slip_pdf(request_id, choice), kinds=kinds, parent=parent)

    context.bridge.run(work, show, owner=parent)


def may_take_money(context: Context) -> bool:
    """Whether this account issues receipts."""
    return context.access.can_write("receipt")


def payment_of(request_id: str) -> Place:
    """The cashier's page with who pays and what filled in."""
    return Place("cashier", "service_request", request_id)
