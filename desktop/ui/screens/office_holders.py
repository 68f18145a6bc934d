"""Who holds what: the board of the office on any day, seat by seat, with vacant seats and terms that end soon.

[on 22 Nov 2569] [today]
terms that end soon: name, position, end, the day by which an election must follow
executive   seat | people with their pictures | vacant
council     ...
permanent   ...
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services import photographs
from desktop.services.holders import Ending, Holder, Seat
from desktop.storage.rows import Row
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.screen import Action, Context, Notice, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, IconButton, QuietButton
from desktop.ui.widgets.calendar import BUDDHIST_ERA_OFFSET, DateEditor
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.dialogs import CLOSE, Sheet
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.pill import Pill
from desktop.ui.widgets.portrait import Portrait
from desktop.ui.widgets.record_acts import UNDO, undone_notice
from records.catalogue.terms import BODIES, END_REASONS
from records.errors import FieldError
from records.rules.terms import day_of
from records.thai.dates import parse_date, show_date
from records.words import Language, Words, say

PAGE = "office_holders"
_BARE = 9
"""Pixels at 100 % text that a bare button keeps beside its words: what stands below begins with them."""
ON = Words("ณ วันที่", "On")
TODAY = Words("วันนี้", "Today")
ADD = Words("เพิ่มการดำรงตำแหน่ง", "New term")
OF_LAW = Words("เพิ่มตำแหน่งตามกฎหมาย", "Add the positions of the law")
ADDED = Words("เพิ่ม {count} ตำแหน่งแล้ว แก้จำนวนอัตราได้ที่รายการตำแหน่ง", "{count} positions were added; their numbers can be changed in the list")
ENDING = Words("วาระที่ใกล้ครบหรือเพิ่งพ้น", "Terms that end soon or ended lately")
ENDING_HINT = Words(
    "กำหนดเลือกตั้งเป็นคำแนะนำตามกฎหมายที่อ้าง โปรดตรวจกับประกาศ กกต.", "The day of election is advice by the law named; check it with the ECT"
)
ENDS = Words("พ้น {day}", "Ends {day}")
EXPECTED = Words("คาดว่าพ้น {day}", "Expected to end {day}")
ELECTION_BY = Words("เลือกตั้งภายใน {day}", "Election by {day}")
VACANT = Words("ว่าง {count}", "{count} vacant")
OVER = Words("เกินกรอบ {count}", "{count} over quota")
ACTING = Words("รักษาราชการแทน", "Acting")
SUSPENDED = Words("ถูกสั่งพัก", "Suspended")
SEATS = Words("{held} จาก {quota} อัตรา", "{held} of {quota}")
NO_SEATS = Words("{held} คน", "{held} people")
HISTORY = Words("ประวัติผู้ดำรงตำแหน่ง {seat}", "Who held {seat} before")
SINCE = Words("ตั้งแต่ {day}", "Since {day}")
NOBODY = Words("ยังไม่มีผู้ดำรงตำแหน่งที่บันทึกไว้", "No terms are recorded yet")
NOBODY_BODY = Words(
    "บันทึกการดำรงตำแหน่งของผู้บริหาร สมาชิกสภา และพนักงาน หรือนำเข้าจากไฟล์ แล้วหน้านี้จะแสดงว่าใครดำรงตำแหน่งใดในวันใด",
    "Record the terms of executives, councillors and officers, or import a file; this page then says who held what on any day",
)
AND_MORE = Words("และอีก {count} คน", "and {count} more")
OTHER_BODY = Words("อื่น ๆ", "Others")
UNKNOWN_DAY = Words("ไม่ทราบวัน", "day unknown")
YEAR = Words("พ.ศ. {be}", "{ce}")
_LATER_MS = 300
_ENDING_DAYS = 180
_NAMED_ENDING = 3
_MOST_HOLDERS = 60


@dataclass(frozen=True)
class _Board:
    """What the page shows, fetched in one go."""

    day: date
    seats: Sequence[Seat]
    ending: Sequence[Ending]
    pictures: Mapping[str, bytes]
    missing: int
    """Positions of the law that the register does not have."""


class OfficeHoldersScreen(AreaScreen):
    """The board of the office on a day."""

    page = PAGE
    help_page = "people"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._day = context.today()
        self.seats: Sequence[Seat] = ()
        self.body.addLayout(self._head())
        self.board = Page(is_inside=True)
        self.body.addWidget(self.board, 1)
        self._later = self.refresh_after(("term", "position", "person", "council_term"), _LATER_MS)
        self._awaits_pictures = False
        self.bridge.sync_status_changed.connect(self._synced)

    # -- Screen --

    def refresh(self) -> None:
        """Asks who holds what on the day chosen."""
        office, day = self.office, self._day

        def ask() -> _Board:
            seats = office.holders.on(day)
            pictures = photographs.contents(office, [one.photograph for seat in seats for one in seat.holders])
            return _Board(day, seats, office.holders.ending(_ENDING_DAYS), pictures, len(office.positions.missing()))

        self.bridge.run(ask, self._show, owner=self)

    def _synced(self, status: SyncStatus) -> None:
        """Photographs that were on their way may have come: records tell nothing of that."""
        if self._awaits_pictures and status.phase in (Phase.DONE, Phase.LEFT) and self.isVisible():
            self._later.start()

    def primary_action(self) -> Action | None:
        """A new term."""
        if not self.context.access.can_write("term"):
            return None
        return Action("new", ADD, lambda: self.context.navigate(Place("record", "term")), "plus", "Ctrl+N")

    def acts(self) -> list[Action]:
        """Back to today."""
        return [Action("holders_today", TODAY, self._to_today, "calendar")]

    def take_focus(self) -> None:
        """The keys go to the day."""
        self.dates.line.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- parts --

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        label = Label(say(ON, self.language), "muted")
        row.addWidget(label)
        self.dates = DateEditor(
            lambda text: parse_date(text, self.context.today()),
            lambda day: show_date(day, self.language),
            self.language,
            today=self.context.today,
        )
        self.dates.line.setAccessibleName(say(ON, self.language))
        self.dates.setMaximumWidth(px(240))
        self.dates.set_text(show_date(self._day, self.language))
        self.dates.changed.connect(self._day_typed)
        label.setBuddy(self.dates)
        row.addWidget(self.dates)
        self.today_button = QuietButton(TODAY, self.language)
        self.today_button.clicked.connect(self._to_today)
        row.addWidget(self.today_button)
        row.addStretch(1)
        self.law_button = QuietButton(OF_LAW, self.language, icon="plus")
        self.law_button.clicked.connect(self._add_missing)
        self.law_button.hide()
        row.addWidget(self.law_button)
        return row

    def _add_missing(self) -> None:
        office = self.office

        def work() -> tuple[int, str]:
            return office.positions.add_missing(), office.undo.acts(1)[0].id

        def done(answer: tuple[int, str]) -> None:
            count, act = answer

            def take_back() -> None:
                self.bridge.run(lambda: office.undo.act(act), lambda undone: self.context.notify(undone_notice(undone)), owner=self.bridge)

            self.context.notify(Notice("ok", ADDED.filled(count=count), UNDO, take_back))

        self.bridge.run(work, done, owner=self)

    def _to_today(self) -> None:
        self.dates.set_text(show_date(self.context.today(), self.language))

    def _day_typed(self) -> None:
        try:
            day = parse_date(self.dates.text(), self.context.today())
        except FieldError:
            return
        if day != self._day:
            self._day = day
            self._later.start()

    def _show(self, board: _Board) -> None:
        if board.day != self._day:
            return
        self.seats = board.seats
        photographed = {photographs.first_of(one.photograph) for seat in board.seats for one in seat.holders} - {""}
        self._awaits_pictures = bool(photographed - board.pictures.keys())
        self.law_button.setVisible(bool(board.missing) and self.context.access.can_write("position"))
        self.board.clear()
        if not any(seat.holders for seat in board.seats) and not board.ending:
            empty = EmptyState("users", NOBODY, NOBODY_BODY, self.language, action=ADD if self.primary_action() else None)
            empty.acted.connect(lambda: self.context.navigate(Place("record", "term")))
            self.board.body.addWidget(empty)
        if board.ending and board.day == self.context.today():
            self.board.body.addWidget(self._ending_card(board.ending))
        words = {option.value: option.label for option in BODIES}
        for body in (*words, ""):
            seats = [seat for seat in board.seats if seat.body == body]
            if seats:
                self.board.body.addWidget(self._body_card(words.get(body, OTHER_BODY), seats, board.pictures))
        self.board.body.addStretch(1)

    def _ending_card(self, ending: Sequence[Ending]) -> Card:
        card = Card()
        card.add_head(ENDING, self.language, hint=ENDING_HINT)
        together: dict[tuple[str, date, bool], list[Ending]] = {}
        for one in ending:
            together.setdefault((str(one.term.fields.get("position_name", "")), one.end, one.is_expected), []).append(one)
        for (position, end, is_expected), terms in together.items():
            flow = Flow(gap=10)
            flow.add(Label(position))
            for one in terms[:_NAMED_ENDING]:
                flow.add(self._term_button(one.term))
            if len(terms) > _NAMED_ENDING:
                flow.add(Label(say(AND_MORE, self.language, count=len(terms) - _NAMED_ENDING), "muted"))
            ends = (EXPECTED if is_expected else ENDS).filled(day=show_date(end, self.language))
            flow.add(Pill(say(ends, self.language), "warn" if end >= self.context.today() else "danger"))
            if terms[0].deadline is not None:
                by = Pill(say(ELECTION_BY, self.language, day=show_date(terms[0].deadline, self.language)), "info", icon_name="calendar")
                by.setToolTip(terms[0].law_ref)
                flow.add(by)
            card.body.addWidget(flow)
        laws = "; ".join(dict.fromkeys(one.law_ref for one in ending if one.law_ref))
        if laws:
            card.body.addWidget(WrapLabel(laws, "small", language=self.language))
        return card

    def _term_button(self, term: Row) -> Button:
        button = Button(Words("{name}", "{name}").filled(name=_named(term)), self.language, look="bare")
        button.clicked.connect(lambda: self.context.navigate(Place("record", "term", term.id)))
        return button

    def _body_card(self, title: Words, seats: Sequence[Seat], pictures: Mapping[str, bytes]) -> Card:
        card = Card()
        card.add_head(title, self.language)
        for at, seat in enumerate(seats):
            if at:
                card.body.addWidget(Line())
            card.body.addWidget(self._seat(seat, pictures))
        return card

    def _seat(self, seat: Seat, pictures: Mapping[str, bytes]) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.hair))
        head = QHBoxLayout()
        head.setSpacing(px(tokens().space.tight))
        name = WrapLabel(seat.name, "strong", language=self.language)
        name.setToolTip(seat.law_ref)
        head.addWidget(name, 1)
        held = len([one for one in seat.holders if not one.acting])
        count = SEATS.filled(held=held, quota=seat.quota) if seat.quota is not None else NO_SEATS.filled(held=held)
        head.addWidget(Label(say(count, self.language), "small"))
        if seat.over:
            head.addWidget(Pill(say(OVER, self.language, count=seat.over), "warn"))
        elif seat.vacant:
            head.addWidget(Pill(say(VACANT, self.language, count=seat.vacant), "neutral"))
        history = IconButton("history", HISTORY.filled(seat=seat.name), self.language, is_small=True)
        history.clicked.connect(lambda: self._ask_history(seat.name))
        head.addWidget(history)
        column.addLayout(head)
        if seat.holders:
            people = Flow(gap=16)
            for one in seat.holders[:_MOST_HOLDERS]:
                people.add(self._holder(one, pictures))
            column.addWidget(people)
        return holder

    def _holder(self, one: Holder, pictures: Mapping[str, bytes]) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(tokens().space.tight))
        portrait = Portrait(one.name)
        portrait.show_picture(pictures.get(photographs.first_of(one.photograph)))
        row.addWidget(portrait)
        column = QVBoxLayout()
        column.setSpacing(0)
        button = Button(Words("{name}", "{name}").filled(name=one.name), self.language, look="bare")
        place = Place("record", "person", one.person_id) if one.person_id else Place("record", "term", one.term.id)
        button.clicked.connect(lambda: self.context.navigate(place))
        column.addWidget(button)
        since = Label(say(SINCE, self.language, day=_day_said(one.term, "begin", self.language)), "small")
        since.setContentsMargins(px(_BARE), 0, 0, 0)
        column.addWidget(since)
        row.addLayout(column)
        if one.acting:
            row.addWidget(Pill(say(ACTING, self.language), "info"))
        if one.suspended:
            row.addWidget(Pill(say(SUSPENDED, self.language), "danger"))
        return holder

    def _ask_history(self, seat: str) -> None:
        office = self.office
        self.bridge.run(lambda: office.holders.history(seat), lambda rows: self._show_history(seat, rows), owner=self)

    def _show_history(self, seat: str, rows: Sequence[Row]) -> None:
        sheet = history_sheet(self, seat, rows, self.language)
        sheet.exec()
        sheet.deleteLater()


def history_sheet(parent: QWidget, seat: str, rows: Sequence[Row], language: Language) -> Sheet:
    """The dialog of who held a seat, the last first."""
    sheet = Sheet(parent, say(HISTORY, language, seat=seat), "" if rows else say(NOBODY, language), language, icon="history")
    reasons = {option.value: option.label for option in END_REASONS}
    page = Page(width=700)
    for row in rows:
        parts = [_named(row), f"{_day_said(row, 'begin', language)} – {_day_said(row, 'end', language)}"]
        reason = reasons.get(str(row.fields.get("end_reason")))
        parts += [say(reason, language)] if reason else []
        parts += [say(ACTING, language)] if row.fields.get("acting") else []
        page.body.addWidget(WrapLabel("  ·  ".join(parts), language=language, is_selectable=True))
    page.setMinimumSize(px(560), px(min(360, 48 + 30 * len(rows))))
    page.setVisible(bool(rows))
    sheet.body.addWidget(page)
    close = QuietButton(CLOSE, language)
    close.clicked.connect(sheet.accept)
    sheet.add_button(close, is_default=True)
    return sheet


def _named(row: Row) -> str:
    return str(row.fields.get("person_name") or "")


def _day_said(row: Row, end: str, language: Language) -> str:
    """A day of a term, its year where the day is not known, an ellipsis while it runs."""
    day = day_of(row.fields.get(end))
    if day is not None:
        return show_date(day, language)
    year = str(row.fields.get(f"{end}_year") or "")
    if year.isdigit():
        return say(YEAR, language, be=int(year) + BUDDHIST_ERA_OFFSET, ce=year)
    return year or (say(UNKNOWN_DAY, language) if end == "begin" else "…")
