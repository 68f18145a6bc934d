"""The intake: a request is taken down with the citizen at the counter, by keyboard, in under a minute.

service --> papers, due day, fee          applicant --> telephone and address of the register
tick the papers --> what is missing, in words            Ctrl+Enter --> number, slip, and the next one
"""

import itertools
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.request_words import due_words
from desktop.services.requests import Expected, Intake, Received
from desktop.storage.rows import Row
from desktop.ui.later import Later
from desktop.ui.request_paper import PAY, PAY_KEYS, PRINT_KEYS, PRINT_SLIP, may_take_money
from desktop.ui.screen import Action, Context
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.address_box import AddressBox
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import PrimaryButton, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.field_box import FieldBox, FieldGrid
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.intake_draft import draft_of, put, put_back
from desktop.ui.widgets.intake_last import LastReceived
from desktop.ui.widgets.intake_parts import ApplicantPicker, PapersCard, ServicePicker, TellCard
from desktop.ui.widgets.page import Scroller
from desktop.ui.widgets.shortcuts import shortcut
from records.errors import AppError
from records.kinds import Json
from records.words import Words, say

REGISTER = Words("เพิ่มบุคคลนี้ในทะเบียนบุคคล", "Put this person into the register")
RECEIVE = Words("รับคำขอ แล้วรับรายถัดไป", "Receive and take the next")
NEW = Words("เริ่มรายใหม่", "Begin anew")
READ_ONLY = Words("บัญชีนี้ไม่มีสิทธิรับคำขอ", "This account may not receive requests")
DONE = Words("รับคำขอแล้ว เลขที่ {number} {missing}", "Received as {number} {missing}")
MISSING = Words("รอเอกสาร {count} ฉบับ", "and waits for {count} papers")
RECALLED = Words("นี่คือรายการที่พิมพ์ค้างไว้ ยังไม่ได้บันทึก", "This was typed before and not saved")
_OF_PERSON = ("phone", "house_number", "moo", "road", "tambon", "amphoe", "province", "postcode", "citizen_id")
_ADDRESS = ("tambon", "amphoe", "province", "postcode")
_WHO = ("applicant", "citizen_id", "phone", "house_number", "moo", "road", *_ADDRESS)
_WHAT = ("service", "subject", "detail", "place", "channel")
_WIDE = 900
"""Width of the page, in pixels at 100 % text, from which what is told stands beside what is asked."""
_DRAFT = "draft.intake"
_DRAFT_MS = 600


class IntakeScreen(AreaScreen):
    """Everything that is asked, and what is told, on one page."""

    page = "intake"
    help_page = "intake"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        spec = self.office.catalogue["service_request"]
        self.boxes: dict[str, FieldBox] = {
            name: FieldBox(spec.by_name[name], context, editor=self._editor(name, context)) for name in (*_WHAT[:1], *_WHO, *_WHAT[1:])
        }
        self._expected: Expected | None = None
        self._is_saving = False
        self._is_touched = False
        self.register = QCheckBox(say(REGISTER, self.language))
        self.papers = PapersCard(self.language)
        self.tell = TellCard(self.language)
        self.last = LastReceived(context)
        self.problem = Banner("danger", READ_ONLY, self.language)
        self.done = Banner("ok", DONE, self.language)
        self.done.hide()
        self.save_button = PrimaryButton(RECEIVE, self.language, icon="check")
        self.save_button.setToolTip(f"{say(RECEIVE, self.language)} (Ctrl+Enter)")
        self.save_button.clicked.connect(self.receive)
        self.new_button = QuietButton(NEW, self.language, icon="plus")
        self.new_button.setToolTip(f"{say(NEW, self.language)} (Alt+N)")
        self.new_button.clicked.connect(self.begin_anew)
        self._build()
        self._connect()
        self.clear()

    @staticmethod
    def _editor(name: str, context: Context) -> Editor | None:
        spec = context.office.catalogue["service_request"].by_name[name]
        if name == "service":
            return ServicePicker(spec, context)
        return ApplicantPicker(spec, context) if name == "applicant" else None

    # -- Screen --

    def acts(self) -> list[Action]:
        """For the palette."""
        found = []
        if self._can_write:
            found += [Action("receive", RECEIVE, self.receive, "check"), Action("begin_anew", NEW, self.begin_anew, "plus")]
        if self.last.has_request:
            found.append(Action("print_slip", PRINT_SLIP, self.last.print_slip, "printer", PRINT_KEYS))
            if may_take_money(self.context):
                found.append(Action("pay_request", PAY, self.last.pay, "receipt", PAY_KEYS))
        return found

    def take_focus(self) -> None:
        """The keys go to the service."""
        self.service.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Shows whether requests may be received here, and brings back what was typed."""
        if not self._can_write:
            self.problem.show_message("info", READ_ONLY)
        self.problem.setVisible(not self._can_write)
        self.save_button.setEnabled(self._can_write)
        if not self._is_touched:
            self._recall()

    def leave(self) -> None:
        """Keeps what was typed."""
        self._keep()

    @property
    def _can_write(self) -> bool:
        return self.context.access.can_write("service_request")

    @property
    def service(self) -> ServicePicker:
        """The picker of the service."""
        editor = self.boxes["service"].editor
        assert isinstance(editor, ServicePicker)  # noqa: S101 - made so above
        return editor

    @property
    def applicant(self) -> ApplicantPicker:
        """The picker of the applicant."""
        editor = self.boxes["applicant"].editor
        assert isinstance(editor, ApplicantPicker)  # noqa: S101 - made so above
        return editor

    # -- what a person does --

    def begin_anew(self) -> None:
        """Empties the page for another request."""
        self._forget()
        self.clear()
        self.take_focus()

    def clear(self) -> None:
        """Empties every field."""
        for box in self.boxes.values():
            box.editor.set_value(None)
            box.editor.show_problem("")
            box.editor.show_note("")
        self.boxes["channel"].editor.set_value("counter")
        self.address.show_parts()
        self.address.unfold(is_open=False)
        self.register.setChecked(False)
        self.register.hide()
        self._show_expected(None)
        self.problem.hide()
        self._is_touched = False

    def receive(self) -> None:
        """Takes the request down and is ready for the next."""
        if self._is_saving or not self._can_write:
            return
        checked = [box.editor.check() for box in self.boxes.values()]
        if not all([*checked, self.address.check()]):
            wrong = next((box for box in self.boxes.values() if box.editor.problem.plain_text), None)
            if wrong is not None:
                wrong.editor.box().setFocus(Qt.FocusReason.OtherFocusReason)
            return
        intake = self.intake()
        requests = self.office.requests
        self._is_saving = True
        self.bridge.run(lambda: requests.receive(intake), self._received, self._not_received, owner=self)

    def intake(self) -> Intake:
        """What stands on the page. Raises FieldError where a text means nothing."""
        values = {name: box.editor.value() for name, box in self.boxes.items()}
        spec = self.office.catalogue["service_request"]
        wire: dict[str, Json] = {name: spec.field(name).kind.to_wire(value) for name, value in values.items() if value is not None}
        text = {name: str(value) for name, value in wire.items()}
        return Intake(
            service=text.get("service", ""),
            subject=text.get("subject", ""),
            detail=text.get("detail", ""),
            applicant=text.get("applicant", ""),
            applicant_name=self.applicant.typed_name,
            registers=self.register.isChecked() and bool(self.applicant.typed_name),
            citizen_id=text.get("citizen_id", ""),
            phone=text.get("phone", ""),
            address={name: wire[name] for name in _OF_PERSON if name in wire and name not in ("phone", "citizen_id")},
            channel=text.get("channel", ""),
            place=text.get("place", ""),
            brought=self.papers.brought,
        )

    def _received(self, received: Received) -> None:
        self._is_saving = False
        self.last.show_received(received)
        self.begin_anew()
        number = str(received.row.fields.get("tracking_number", ""))
        self.done.show_message(
            "ok", DONE.filled(number=number, missing=MISSING.filled(count=len(received.missing)) if received.missing else "")
        )
        self._fit()

    def _not_received(self, error: AppError) -> None:
        self._is_saving = False
        self.problem.show_message("danger", error.message)
        self.problem.show()
        if not self.service.value() and not self.boxes["subject"].editor.value():
            self.take_focus()

    # -- what follows from what is typed --

    def _connect(self) -> None:
        self.service.edited.connect(self._service_chosen)
        self.applicant.edited.connect(self._applicant_chosen)
        self.papers.changed.connect(self._show_missing)
        self._keep_later = Later(self, _DRAFT_MS, self._keep)
        for box in self.boxes.values():
            box.editor.edited.connect(self._edited)
            box.editor.revealed.connect(self._log_reading)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            shortcut(self, keys, self.receive, context=within)
        shortcut(self, "Alt+A", self.papers.tick_all, context=within)
        shortcut(self, "Alt+N", self.begin_anew, context=within)
        shortcut(self, PRINT_KEYS, self.last.print_slip, context=within)
        shortcut(self, PAY_KEYS, self.last.pay, context=within)

    def _edited(self) -> None:
        self._is_touched = True
        self._keep_later.start()

    def _log_reading(self, field: str) -> None:
        from desktop.services.readings import log_reading

        office, person = self.office, self.applicant.value() or "-"
        self.bridge.run(lambda: log_reading(office, "person", person, field), lambda _: None, owner=self)

    def _service_chosen(self) -> None:
        service = self.service.value() if not self.service.draft() else None
        if service is None:
            self._show_expected(None)
            return
        requests = self.office.requests
        self.bridge.run(lambda: requests.expected(service), self._show_expected, owner=self)

    def _show_expected(self, expected: Expected | None) -> None:
        self._expected = expected
        self.papers.show_papers(expected.definition.papers if expected else None)
        parts = [due_words(expected.due), *([expected.fee] if expected.fee else [])] if expected else []
        self.tell.show_promise(" · ".join(say(words, self.language) for words in parts))
        self._show_missing()
        self._order_keys()

    def _show_missing(self) -> None:
        service = str(self._expected.definition.row.fields.get("name", "")) if self._expected else ""
        name = self.applicant.typed_name or self.applicant.line.text()
        self.tell.show_missing(self.papers.missing, service=service, applicant=name, has_service=self._expected is not None)

    def _applicant_chosen(self) -> None:
        person = self.applicant.value()
        self.register.setVisible(person is None and bool(self.applicant.typed_name) and self.context.access.can_write("person"))
        self._show_missing()
        if person is None:
            return
        store = self.office.store
        self.bridge.run(lambda: store.get("person", person), self._show_person, owner=self)

    def _show_person(self, row: Row | None) -> None:
        if row is None or self.applicant.value() != row.id:
            return
        for name in _OF_PERSON:
            put(self.boxes[name], row.fields.get(name))
        self.address.show_parts()
        self._show_missing()

    # -- drafts --

    def _keep(self) -> None:
        self._keep_later.stop()
        if self._is_touched:
            self.context.memory.put(_DRAFT, draft_of(self.boxes, self.applicant.typed_name, self.papers.brought))

    def _forget(self) -> None:
        self._keep_later.stop()
        self.context.memory.put(_DRAFT, None)

    def _recall(self) -> None:
        draft = self.context.memory.get(_DRAFT)
        if not isinstance(draft, Mapping) or not self._can_write:
            return
        brought = put_back(draft, self.boxes)
        self.address.show_parts()
        self.register.setVisible(bool(self.applicant.typed_name) and self.context.access.can_write("person"))
        self._is_touched = True
        service = self.service.value() if not self.service.draft() else None
        if service is not None:
            requests = self.office.requests

            def show(expected: Expected) -> None:
                self._show_expected(expected)
                for line in self.papers.lines:
                    line.box.setChecked(line.paper.id in brought)

            self.bridge.run(lambda: requests.expected(service), show, owner=self)
        self.problem.show_message("info", RECALLED)
        self.problem.show()

    # -- parts --

    def _build(self) -> None:
        space = tokens().space
        left = self._left = QVBoxLayout()
        left.setSpacing(px(space.snug))
        main = Card()
        main.body.addWidget(self.boxes["service"])
        main.body.addWidget(self.boxes["applicant"])
        main.body.addWidget(self.register)
        self.address = AddressBox([self.boxes[name] for name in _ADDRESS], self.context)
        main.body.addLayout(self._beside("citizen_id", "phone"))
        main.body.addLayout(self._beside("house_number", "moo", "road"))
        main.body.addWidget(self.address)
        left.addWidget(main)
        more = Card()
        more.body.addWidget(FieldGrid([self.boxes[name] for name in ("subject", "place", "channel", "detail")]))
        left.addWidget(more)
        left.addStretch(1)
        right = self._right = QVBoxLayout()
        right.setSpacing(px(space.snug))
        right.addWidget(self.papers)
        right.addWidget(self.tell)
        right.addWidget(self.last)
        right.addStretch(1)
        page = QWidget()
        page.setProperty("look", "page")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setContentsMargins(0, 0, px(space.tight), 0)
        self._columns.setSpacing(px(space.snug))
        self._columns.addLayout(left, 3)
        self._columns.addLayout(right, 2)
        self.scroller = Scroller(page)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.done)
        self.body.addWidget(self.scroller, 1)
        acts = Flow()
        acts.add(self.save_button)
        acts.add(self.new_button)
        self.body.addWidget(acts)

    def _beside(self, *names: str) -> QHBoxLayout:
        """Short fields in one row."""
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.snug))
        for name in names:
            row.addWidget(self.boxes[name], 2 if name == "road" else 1, Qt.AlignmentFlag.AlignTop)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Puts what is told under what is asked in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        is_wide = self.width() >= px(_WIDE)
        # In a narrow window the card of the last request is far below: its number is said above.
        self.done.setVisible(not is_wide and self.last.has_request)
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        # Always right after the address, as Tab goes: beside it where there is room, else below it.
        if is_wide and self._right.indexOf(self.papers) < 0:
            self._right.insertWidget(0, self.papers)
        elif not is_wide and self._left.indexOf(self.papers) < 0:
            self._left.insertWidget(1, self.papers)

    def _order_keys(self) -> None:
        """Tab goes down the page: service, applicant, address, papers, the rest, save."""
        first = [self.boxes[name].editor.box() for name in ("service", "applicant")]
        middle = [self.boxes[name].editor.box() for name in ("citizen_id", "phone", "house_number", "moo", "road")]
        rest = [self.boxes[name].editor.box() for name in ("subject", "place", "channel", "detail")]
        address = [self.address.line, self.address.button, *(self.boxes[name].editor.box() for name in _ADDRESS)]
        papers: list[QWidget] = [line.box for line in self.papers.lines]
        chain = [*first, self.register, *middle, *address, *papers, self.papers.all_button, *rest, self.save_button, self.new_button]
        for one, other in itertools.pairwise(chain):
            QWidget.setTabOrder(one, other)
