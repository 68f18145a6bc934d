"""The work on one request: how its clock stands, its steps as a line in time, its papers, and the acts that are allowed now.

It stands beside the form. Steps of the workflow are taken by the form, which saves with them what was typed; what concerns steps and papers
is done here.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.requests import Step, Work
from desktop.storage.rows import Row
from desktop.ui.request_paper import PAY, PAY_KEYS, PRINT_KEYS, PRINT_SLIP, may_take_money, payment_of, show_slip
from desktop.ui.screen import Action, Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import Button, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Scroller, emptied
from desktop.ui.widgets.pill import Kind, Pill
from desktop.ui.widgets.shortcuts import shortcut
from desktop.ui.widgets.timeline import Mark, TimeLine
from records.thai.dates import show_date, show_moment
from records.words import Language, Words, say
from records.workflow import Transition

CLOCK = Words("เวลาดำเนินการ", "Clock")
STEPS = Words("ขั้นตอน", "Steps")
PAPERS = Words("เอกสาร", "Papers")
DUE = Words("กำหนดแล้วเสร็จ {day}", "Due {day}")
NO_DUE = Words("ไม่ได้กำหนดวันแล้วเสร็จ", "No due day")
LEFT = Words("เหลือ {days} วันทำการ", "{days} working days left")
TODAY = Words("ครบกำหนดวันนี้", "Due today")
LATE = Words("เกินกำหนด {days} วันทำการ", "Late by {days} working days")
PAUSED = Words("หยุดนับเวลา รอผู้ยื่น", "Clock stopped, waits for the citizen")
CLOSED = Words("ปิดเรื่องแล้ว", "Closed")
IN_TIME = Words("เสร็จภายในกำหนด", "Done in time")
WORKED = Words("ใช้เวลาทำงาน {minutes}", "{minutes} worked")
OF = Words("ใช้เวลาทำงาน {minutes} จากเป้าหมาย {target}", "{minutes} worked of {target} promised")
MINUTES = Words("{count} นาที", "{count} min")
HOURS = Words("{count} ชม.", "{count} h")
DAYS = Words("{count} วันทำการ", "{count} working days")
TARGET = Words("เป้าหมาย {target}", "target {target}")
TOOK = Words("ใช้ {minutes}", "took {minutes}")
SO_FAR = Words("ถึงขณะนี้ {minutes}", "{minutes} so far")
NOT_BEGUN = Words("ยังไม่เริ่ม", "Not begun")
SLOW = Words("เกินเป้าหมาย", "Over the target")
FINISH = Words("เสร็จขั้นตอนนี้", "This step is done")
NO_STEPS = Words("คำขอนี้ไม่ได้ระบุงานบริการ จึงไม่มีขั้นตอนให้จับเวลา", "No service is named, so there are no steps to time")
NO_PAPERS = Words("ไม่มีเอกสารที่ต้องใช้", "No papers are needed")
BROUGHT = Words("ได้รับแล้ว", "Received")
NOT_NEEDED = Words("ไม่ต้องใช้", "Not needed")
STILL_MISSING = Words("ยังขาด", "Missing")
MISSING = Words("เอกสารยังขาด {count} ฉบับ", "{count} papers are missing")
PAID = Words("ชำระแล้ว ใบเสร็จ {numbers}", "Paid: receipt {numbers}")
_TICK_MS = 60_000
"""The clock of a step moves by minutes."""


def time_words(minutes: int) -> Words:
    """Minutes of office hours as people say them: 45 นาที, 2 ชม. 5 นาที, 3 วันทำการ 1 ชม.; a working day is 480 minutes."""
    days, rest = divmod(minutes, 480)
    hours, left = divmod(rest, 60)
    parts = [words.filled(count=count) for words, count in ((DAYS, days), (HOURS, hours), (MINUTES, left)) if count]
    parts = parts or [MINUTES.filled(count=0)]
    return Words(" ".join(part.th for part in parts), " ".join(part.en for part in parts))


class RequestWork(QWidget):
    """Shows one request and what may be done with it."""

    step_wanted = Signal(object)
    """A Transition the person takes."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._language: Language = context.language
        self._record_id = ""
        self.work: Work | None = None
        space = tokens().space
        page = QWidget()
        page.setProperty("look", "page")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, px(space.tight), 0)
        self._column.setSpacing(px(space.snug))
        self._scroller = Scroller(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroller)
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self._tick.start()
        context.bridge.records_changed.connect(self._written)

    def show_for(self, record_id: str) -> None:
        """Shows a request; hidden for a new one."""
        self._record_id = record_id
        self.setVisible(bool(record_id))
        self.refresh()

    def refresh(self) -> None:
        """Asks how the request stands now."""
        record_id, requests = self._record_id, self._context.office.requests
        if record_id:
            self._context.bridge.run(lambda: requests.work(record_id), self._show, lambda _: self.hide(), owner=self)

    def _written(self, types: frozenset[str], _ids: frozenset[str]) -> None:
        if not types or types & {"service_request", "request_step", "request_document", "receipt", "holiday"}:
            self.refresh()

    # -- parts --

    def _build(self) -> None:
        language = self._language
        clock = Card()
        head = clock.add_head(CLOCK, language)
        self._pill_place = QHBoxLayout()
        head.layout().addLayout(self._pill_place)  # type: ignore[union-attr]  # a section has a row
        self.due = WrapLabel("", "strong", language=language)
        self.worked = WrapLabel("", "muted", language=language)
        clock.body.addWidget(self.due)
        clock.body.addWidget(self.worked)
        self.fee = WrapLabel("", language=language)
        clock.body.addWidget(self.fee)
        self.print_button = Button(PRINT_SLIP, language, icon="printer", look="bare")
        self.pay_button = Button(PAY, language, icon="receipt", look="bare")
        self.ways = Flow()
        for button, words, keys, run in (
            (self.print_button, PRINT_SLIP, PRINT_KEYS, self.print_slip),
            (self.pay_button, PAY, PAY_KEYS, self.pay),
        ):
            button.setToolTip(f"{say(words, language)} ({keys})")
            button.clicked.connect(run)
            shortcut(self, keys, run)
            self.ways.add(button)
        clock.body.addWidget(self.ways)
        self.acts = Flow()
        clock.body.addWidget(self.acts)
        self._column.addWidget(clock)
        steps = Card()
        steps.add_head(STEPS, language)
        self.line = TimeLine(language)
        self.no_steps = WrapLabel(say(NO_STEPS, language), "muted", language=language)
        self.finish_button = QuietButton(FINISH, language, icon="check")
        self.finish_button.clicked.connect(self._finish)
        for part in (self.line, self.no_steps):
            steps.body.addWidget(part)
        steps.body.addWidget(self.finish_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(steps)
        papers = Card()
        papers.add_head(PAPERS, language)
        self.missing = Banner("warn", MISSING, language)
        papers.body.addWidget(self.missing)
        self.no_papers = WrapLabel(say(NO_PAPERS, language), "muted", language=language)
        papers.body.addWidget(self.no_papers)
        self._papers = QVBoxLayout()
        self._papers.setSpacing(px(tokens().space.tight))
        papers.body.addLayout(self._papers)
        self._column.addWidget(papers)
        self._column.addStretch(1)

    def _show(self, work: Work) -> None:
        if work.row.id != self._record_id or work == self.work:
            return
        self.work = work
        # What has the keys is made anew below: they stay at its place.
        at = self._kept_place()
        can_write = self._context.access.can_write("service_request", work.row.stream) and not work.row.deleted
        self._show_clock(work)
        self._show_acts(self._steps())
        self.line.show_marks([self._mark(step) for step in work.steps])
        self.line.setVisible(bool(work.steps))
        self.no_steps.setVisible(not work.steps)
        running = [step for step in work.steps if step.time.is_running]
        self.finish_button.setVisible(can_write and bool(running) and not work.is_closed)
        self._show_papers(work, can_write=can_write)
        self._order_keys()
        if at is not None:
            self._give_keys(at)

    def _order_keys(self) -> None:
        """Tab goes down the panel, also over buttons that were made after the rest of the page."""
        chain = [self.print_button, self.pay_button, *self._buttons_in(self.acts), self.finish_button]
        for at in range(self._papers.count()):
            line = self._papers.itemAt(at)
            chain += self._buttons_in(line.widget() if line is not None else None)
        for one, other in pairwise(chain):
            QWidget.setTabOrder(one, other)

    @staticmethod
    def _buttons_in(part: QWidget | None) -> list[QAbstractButton]:
        """Those in use: buttons taken away live until the event loop comes round."""
        return [button for button in part.findChildren(QAbstractButton) if not button.isHidden()] if part is not None else []

    def _kept_place(self) -> tuple[QWidget, int] | None:
        """In which part the keys are, and at which of its lines; None when they are elsewhere."""
        focus = QApplication.focusWidget()
        if focus is None:
            return None
        if focus is self.finish_button or self.acts.isAncestorOf(focus):
            return self.acts, 0
        lines = [self._papers.itemAt(at) for at in range(self._papers.count())]
        widgets = [line.widget() for line in lines if line is not None]
        return next(((line, at) for at, line in enumerate(widgets) if line is not None and line.isAncestorOf(focus)), None)

    def _give_keys(self, place: tuple[QWidget, int]) -> None:
        part, at = place
        line = self._papers.itemAt(at) if part is not self.acts else None
        home = line.widget() if line is not None else self.acts
        next(iter(self._buttons_in(home)), self.print_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_clock(self, work: Work) -> None:
        emptied(self._pill_place)
        text, kind = self._standing(work)
        self._pill_place.addWidget(Pill(say(text, self._language), kind))
        self.due.set_text(say(DUE, self._language, day=show_date(work.due, self._language)) if work.due else say(NO_DUE, self._language))
        words = OF.filled(minutes=time_words(work.minutes), target=time_words(work.target)) if work.target else None
        self.worked.set_text(say(words or WORKED.filled(minutes=time_words(work.minutes)), self._language))
        self.worked.setVisible(bool(work.steps))
        numbers = ", ".join(f"{row.fields.get('book', '')}/{row.fields.get('number', '')}" for row in work.receipts)
        fee = PAID.filled(numbers=numbers) if numbers else work.fee
        self.fee.set_text(say(fee, self._language) if fee is not None else "")
        self.fee.setVisible(fee is not None)
        self.pay_button.setVisible(may_take_money(self._context) and not work.row.deleted)
        self.ways.place_again()

    @staticmethod
    def _standing(work: Work) -> tuple[Words, Kind]:
        days = work.days_left
        if work.is_closed:
            if days is None:
                return CLOSED, "neutral"
            return (IN_TIME, "ok") if days >= 0 else (LATE.filled(days=-days), "danger")
        if work.is_paused:
            return PAUSED, "warn"
        if days is None:
            return NO_DUE, "neutral"
        if days < 0:
            return LATE.filled(days=-days), "danger"
        return (TODAY, "warn") if days == 0 else (LEFT.filled(days=days), "info")

    def _show_acts(self, allowed: tuple[Transition, ...]) -> None:
        self.acts.clear()
        for step in allowed:
            button = QuietButton(step.label, self._language, icon="arrow-right")
            button.clicked.connect(partial(self.step_wanted.emit, step))
            self.acts.add(button)
        self.acts.setVisible(bool(allowed))

    def _mark(self, step: Step) -> Mark:
        language = self._language
        parts: list[str] = [step.officer] if step.officer else []
        if step.started_at:
            parts.append(show_moment(step.started_at, language))
        if step.row is None:
            parts.append(say(NOT_BEGUN, language))
        else:
            words = TOOK if step.ended_at else SO_FAR
            parts.append(say(words, language, minutes=time_words(step.time.minutes)))
        if step.time.target is not None:
            parts.append(say(TARGET, language, target=time_words(step.time.target)))
        state: Kind = "neutral" if step.row is None else "ok" if step.ended_at else "warn" if step.time.is_paused else "info"
        return Mark(step.name, " · ".join(parts), state, say(SLOW, language) if step.time.is_late else "")

    def _show_papers(self, work: Work, *, can_write: bool) -> None:
        emptied(self._papers)
        self.no_papers.setVisible(not work.papers)
        self.missing.setVisible(bool(work.missing) and not work.is_closed)
        self.missing.show_message("warn", MISSING.filled(count=len(work.missing)))
        for row in work.papers:
            self._papers.addWidget(self._paper(row, can_write=can_write and not work.is_closed))

    def _paper(self, row: Row, *, can_write: bool) -> QWidget:
        language = self._language
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.hair))
        name = str(row.fields.get("name", ""))
        column.addWidget(WrapLabel(name, language=language))
        flow = Flow(gap=6)
        column.addWidget(flow)
        state = row.fields.get("state")
        shown: dict[str, tuple[Words, Kind]] = {
            "received": (BROUGHT, "ok"),
            "missing": (STILL_MISSING, "warn"),
            "not_needed": (NOT_NEEDED, "neutral"),
        }
        words, kind = shown.get(str(state), (STILL_MISSING, "warn"))
        flow.add(Pill(say(words, language), kind))
        if can_write:
            for target, (label, _) in shown.items():
                if target != state:
                    button = Button(label, language, look="bare")
                    button.setAccessibleName(f"{say(label, language)}: {name}")
                    button.clicked.connect(partial(self._set_paper, row.id, target))
                    flow.add(button)
        return line

    # -- acts --

    def offered(self) -> list[Action]:
        """For the palette."""
        found = [Action(f"step_{step.target}", step.label, partial(self.step_wanted.emit, step), "arrow-right") for step in self._steps()]
        if not self.finish_button.isHidden():
            found.append(Action("finish_step", FINISH, self._finish, "check"))
        found.append(Action("print_slip", PRINT_SLIP, self.print_slip, "printer", PRINT_KEYS))
        return [*found, Action("pay_request", PAY, self.pay, "receipt", PAY_KEYS)] if may_take_money(self._context) else found

    def take_focus(self) -> None:
        """The first step that may be taken, else the slip."""
        next(iter(self._buttons_in(self.acts)), self.print_button).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _steps(self) -> tuple[Transition, ...]:
        work = self.work
        if work is None or work.row.deleted or not self._context.access.can_write("service_request", work.row.stream):
            return ()
        return work.allowed

    def print_slip(self) -> None:
        """Shows the acknowledgement slip as the request stands now."""
        if self.work is not None and self.isVisible():
            number = str(self.work.row.fields.get("tracking_number", ""))
            show_slip(self._context, self.work.row.id, number, self.window())

    def pay(self) -> None:
        """Goes to the cashier with who pays and what filled in."""
        if self.work is not None and self.pay_button.isVisible():
            self._context.navigate(payment_of(self.work.row.id))

    def _set_paper(self, document_id: str, state: str) -> None:
        record_id, requests = self._record_id, self._context.office.requests
        self._do(lambda: requests.set_paper(record_id, document_id, state))

    def _finish(self) -> None:
        record_id, requests = self._record_id, self._context.office.requests
        self._do(lambda: requests.finish_step(record_id))

    def _do(self, work: Callable[[], Work]) -> None:
        self._context.bridge.run(work, self._show, owner=self)
