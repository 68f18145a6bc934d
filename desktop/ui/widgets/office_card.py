"""An office as of a day: what it was, which event says so, and everything that became of it."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.services.registry import EventLine, OfficeHistory
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.buttons import QuietButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.pill import Kind, Pill
from records.as_of import Standing
from records.thai.codes import place_line
from records.thai.dates import show_date, show_date_long
from records.words import Words, say

STANDINGS: dict[Standing, tuple[Words, Kind]] = {
    Standing.THERE: (Words("มีอยู่", "There"), "ok"),
    Standing.NOT_YET: (Words("ยังไม่จัดตั้ง", "Not yet established"), "info"),
    Standing.GONE: (Words("ไม่มีแล้ว", "No more"), "neutral"),
}
ON = Words("ณ วันที่ {day}", "On {day}")
TYPE = Words("ประเภท", "Type")
CODE = Words("รหัส อปท.", "DLA code")
PLACE = Words("อำเภอ/จังหวัด", "District and province")
AREA = Words("พื้นที่", "Area")
KM2 = Words("{area} ตร.กม.", "{area} km²")
BY_EVENT = Words("ตามเหตุการณ์วันที่ {day}", "From the event of {day}")
BY_RECORD = Words("ตามทะเบียนปัจจุบัน", "From the registry of today")
TIMELINE = Words("ลำดับเหตุการณ์", "Timeline")
NO_EVENTS = Words("ยังไม่มีเหตุการณ์ของ อปท. นี้ในทะเบียน", "The registry has no event of this office yet")
CODES = Words("รหัสที่เคยใช้", "Codes it bore")
UNKNOWN = Words("ไม่ทราบวัน", "Day unknown")
OPEN = Words("เปิดรายการในทะเบียน", "Open its entry")
ASK = Words("ขอแก้ไขทะเบียน", "Ask for a change")
UNTIL = Words("{begin} ถึง {end}", "{begin} to {end}")


class OfficeCard(QScrollArea):
    """The pane of one office."""

    open_wanted = Signal(str)
    """Show this office's entry."""
    change_wanted = Signal(str)
    """Ask DLA for a change of this office's entry."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shown: OfficeHistory | None = None

    def show_history(self, history: OfficeHistory, *, may_ask: bool) -> None:
        """Shows an office as of a day; `may_ask` offers to ask for a change."""
        self.shown = history
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, px(tokens().space.tight), 0)
        column.setSpacing(px(tokens().space.snug))
        column.addWidget(self._state(history, may_ask=may_ask))
        column.addWidget(self._timeline(history))
        column.addStretch(1)
        self.setWidget(page)

    def _say(self, words: Words, **values: object) -> str:
        return say(words, self._context.language, **values)

    def _state(self, history: OfficeHistory, *, may_ask: bool) -> Card:
        language, state = self._context.language, history.state
        card = Card()
        column = card.layout()
        assert isinstance(column, QVBoxLayout)  # noqa: S101  # what Card makes itself
        day = show_date_long(state.day, language)
        column.addWidget(WrapLabel(self._say(ON, day=day), "muted", language=language))
        head = Flow(gap=10)
        name = state.name if state.type in ("", "pattaya", "bangkok") else f"{self._say(state.type_words)}{state.name}"
        title = WrapLabel(name if language.value == "th" else f"{self._say(state.type_words)} {state.name}", "title", language=language)
        column.addWidget(title)
        words, kind = STANDINGS[state.standing]
        head.add(Pill(self._say(words), kind))
        column.addWidget(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(tokens().space.normal))
        grid.setVerticalSpacing(px(tokens().space.hair))
        grid.setColumnStretch(1, 1)
        facts = (
            (TYPE, self._say(state.type_words), self._reason(history, state.type_event)),
            (CODE, state.code or "-", ""),
            (PLACE, place_line(state.amphoe, state.province, language) or "-", ""),
            (AREA, self._say(KM2, area=state.area_km2) if state.area_km2 else "-", ""),
        )
        for row, (label, value, reason) in enumerate(facts):
            grid.addWidget(Label(self._say(label), "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            told = f"{value}  ·  {reason}" if reason else value
            grid.addWidget(WrapLabel(told, language=language, is_selectable=True), row, 1)
        column.addLayout(grid)
        for note in state.notes:
            column.addWidget(Banner("info", note, language))
        acts = Flow(gap=8)
        opening = QuietButton(OPEN, language, icon="external-link")
        opening.clicked.connect(lambda: self.open_wanted.emit(history.office.id))
        acts.add(opening)
        if may_ask:
            asking = QuietButton(ASK, language, icon="pencil")
            asking.clicked.connect(lambda: self.change_wanted.emit(history.office.id))
            acts.add(asking)
        column.addWidget(acts)
        return card

    def _reason(self, history: OfficeHistory, event_id: str | None) -> str:
        if event_id is None:
            return self._say(BY_RECORD)
        day = next((line.day for line in history.timeline if line.id == event_id), None)
        return self._say(BY_EVENT, day=show_date(day, self._context.language)) if day is not None else ""

    def _timeline(self, history: OfficeHistory) -> Card:
        language = self._context.language
        card = Card()
        column = card.layout()
        assert isinstance(column, QVBoxLayout)  # noqa: S101  # what Card makes itself
        card.add_head(TIMELINE, language)
        if not history.timeline:
            column.addWidget(WrapLabel(self._say(NO_EVENTS), "muted", language=language))
        for place, line in enumerate(history.timeline):
            if place:
                column.addWidget(Line())
            column.addLayout(self._event(line))
        if len(history.codes) > 1:
            column.addWidget(Line())
            column.addWidget(Label(self._say(CODES), "strong"))
            for code, begin, end in history.codes:
                span = self._say(UNTIL, begin=self._iso(begin), end=self._iso(end))
                column.addWidget(WrapLabel(f"{code}  ·  {span}", "muted", language=language))
        return card

    def _iso(self, written: str) -> str:
        return show_date(date.fromisoformat(written), self._context.language) if written else "…"

    def _event(self, line: EventLine) -> QHBoxLayout:
        language = self._context.language
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.normal))
        day = show_date(line.day, language) if line.day is not None else self._say(UNKNOWN)
        when = Label(day, "strong" if line.is_counted else "muted")
        when.setMinimumWidth(px(96))
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(WrapLabel(self._say(line.what), "" if line.is_counted else "muted", language=language, is_selectable=True))
        beside = " · ".join(filter(None, (line.gazette, line.status)))
        if beside:
            told.addWidget(WrapLabel(beside, "small", language=language, is_selectable=True))
        row.addLayout(told, 1)
        return row
