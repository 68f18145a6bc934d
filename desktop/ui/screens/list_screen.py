"""The page of an area: its record types as tabs, the list of one of them, and where the window is wide the record beside it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop.ui.area_pages import place_of_tab, tabs_of
from desktop.ui.later import Later
from desktop.ui.screen import Action, Context, Place, Screen
from desktop.ui.side_places import SIDE, side_of
from desktop.ui.theme.current import px, text_scale, tokens
from desktop.ui.type_extras import extras_of, place_of_new
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.record_list import NEW, RecordList
from desktop.ui.widgets.record_text import inner
from desktop.ui.widgets.type_tabs import TypeTabs
from records.record import RecordType
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.ui.widgets.record_form import RecordForm

WIDE = 1200
"""Width of the window, in pixels at 100 % text, from which the record stands beside the list."""
PICK_TITLE = Words("เลือกรายการทางซ้าย", "Choose a record at the left")
PICK_BODY = Words("รายละเอียดและการแก้ไขจะแสดงที่นี่", "Its details appear here, ready to edit")
_PANE_MS = 120


class ListScreen(Screen):
    """One list with its record beside it."""

    help_page = "lists"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._column = QVBoxLayout(self)
        space = tokens().space
        self._column.setContentsMargins(px(space.wide), 0, px(space.wide), px(space.normal))
        self._column.setSpacing(px(space.snug))
        self.spec: RecordType | None = None
        self.list: RecordList | None = None
        self.form: RecordForm | None = None
        self.tabs: TypeTabs | None = None
        self._splitter: QSplitter | None = None
        self._pane: Card | None = None
        self._pick: EmptyState | None = None
        self._has_begun = False
        self._is_bare = False
        self._wanted = ""
        self._is_adding = False
        """A new record's form stands open, perhaps still untouched: a list that comes late leaves it there."""
        self._later = Later(self, _PANE_MS, self._show_record)

    # -- Screen --

    def title(self) -> str:
        """The area's name."""
        side = side_of(self.spec.area) if self.spec is not None else None
        return say(SIDE[side].words, self.language) if side is not None else ""

    def show_place(self, place: Place) -> None:
        """Builds the list of the place's type at the first time, later only its filters."""
        if self.spec is None:
            self.spec = self.office.catalogue[place.type]
            self._build(self.spec)
        if place.filters and self.list is not None:
            self.list.show_filters(place.filters)

    def refresh(self) -> None:
        """Asks the list again."""
        if self.list is not None:
            self.list.reload()
            self._has_begun = True

    def leave(self) -> None:
        """Keeps the draft of the record beside the list."""
        if self.form is not None:
            self.form.keep_draft()

    def primary_action(self) -> Action | None:
        """A new record of the type, for those who may write it."""
        if self.spec is None or not self.context.access.can_write(self.spec.type):
            return None
        return Action("new", NEW.filled(type=inner(self.spec.label)), self.new, "plus", "Ctrl+N")

    def acts(self) -> list[Action]:
        """What may be done with the rows."""
        return self.list.actions_of_rows() if self.list is not None else []

    def take_focus(self) -> None:
        """The keys go to the rows."""
        if self.list is not None:
            self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_here(self) -> None:
        """Puts the cursor in the list's search box."""
        if self.list is not None:
            self.list.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.list.search.line.selectAll()

    # -- acts --

    def new(self) -> None:
        """Opens an empty form: beside the list where it fits, else as a page."""
        if self.spec is None:
            return
        if extras_of(self.spec.type).new_page:
            self.context.navigate(place_of_new(self.spec.type))
        elif self.is_wide and self._pane is not None:
            self._later.stop()
            self._wanted = ""
            form = self._made_form(self.spec, self._pane)
            self._is_adding = True
            self._show_pane(has_record=True)
            form.open_new()
        else:
            self.context.navigate(Place("record", self.spec.type))

    @property
    def is_wide(self) -> bool:
        """Whether the record stands beside the list."""
        return self.window().width() >= WIDE * text_scale()

    # -- parts --

    def _build(self, spec: RecordType) -> None:
        side = side_of(spec.area)
        tabs = tabs_of(side, self.office.catalogue, self.context.access) if side is not None else []
        if len(tabs) > 1:
            self.tabs = TypeTabs(tabs, self.language)
            self.tabs.set_current(spec.type)
            self.tabs.chosen.connect(self._go_to_tab)
            self._column.addWidget(self.tabs)
        self.list = RecordList(self.context, spec)
        self.list.opened.connect(lambda record_id: self.context.navigate(Place("record", spec.type, record_id)))
        self.list.new_wanted.connect(self.new)
        self.list.current_changed.connect(self._row_chosen)
        self.list.table.records.loaded.connect(self._list_came)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(px(tokens().space.snug))
        self._splitter.addWidget(self.list)
        self._pane = Card(padding=14)
        self._pick = EmptyState("rows-3", PICK_TITLE, PICK_BODY, self.language)
        self._pane.body.addWidget(self._pick, 1)
        self._splitter.addWidget(self._pane)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.splitterMoved.connect(self._divided)
        self._column.addWidget(self._splitter, 1)
        self._show_pane(has_record=False)
        self._fit()

    def _made_form(self, spec: RecordType, pane: Card) -> "RecordForm":
        """The record beside the list: made when the list is shown, for nobody waits for it."""
        if self.form is None:
            from desktop.ui.widgets.record_form import RecordForm

            self.form = RecordForm(self.context, spec, is_pane=True)
            self.form.saved.connect(self._saved)
            self.form.new_wanted.connect(self.new)
            self.form.hide()
            pane.body.insertWidget(0, self.form, 1)
        return self.form

    def _go_to_tab(self, key: str) -> None:
        if self.tabs is not None and self.spec is not None:
            self.tabs.set_current(self.spec.type)
        self.context.navigate(place_of_tab(key, self.office.catalogue))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shows or hides the record beside the list."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._pane is None or self._splitter is None:
            return
        # A list that has nothing at all takes the whole page: there is nothing to choose beside it.
        is_shown = self.is_wide and not self._is_bare
        if is_shown == self._pane.isHidden():
            self._pane.setVisible(is_shown)
        if is_shown:
            share = self.context.memory.get("list.pane")
            right = int(self.width() * (share / 1000 if isinstance(share, int) else 0.38))
            self._splitter.setSizes([self.width() - right, right])

    def _divided(self) -> None:
        if self._splitter is not None and any(self._splitter.sizes()):
            self.context.memory.put("list.pane", round(1000 * self._splitter.sizes()[1] / sum(self._splitter.sizes())))

    def _row_chosen(self, record_id: str) -> None:
        self._wanted = record_id
        if self.is_wide:
            self._later.start()

    def _show_record(self) -> None:
        if self.spec is None or self._pane is None or not self._wanted:
            return
        form = self._made_form(self.spec, self._pane)
        self._is_adding = False
        self._show_pane(has_record=True)
        if self._wanted != form.record_id:
            form.open(self._wanted)

    def _show_pane(self, *, has_record: bool) -> None:
        if has_record and self._is_bare:
            self._is_bare = False
            self._fit()
        if self.form is not None:
            self.form.setVisible(has_record)
        if self._pick is not None:
            self._pick.setVisible(not has_record)

    def _list_came(self) -> None:
        if self.list is None:
            return
        is_touched = self.form is not None and self.form.is_touched
        is_hidden = self.form is None or self.form.isHidden()
        is_bare = not self.list.table.records.ids and not self.list.empty.isHidden() and is_hidden
        if is_bare != self._is_bare:
            self._is_bare = is_bare
            self._fit()
        if not self.list.table.records.ids:
            if not is_touched and not self._is_adding:
                self._show_pane(has_record=False)
        elif not self.list.table.currentIndex().isValid() and self.is_wide and not is_touched and is_hidden:
            self.list.table.selectRow(0)

    def _saved(self, record_id: str) -> None:
        if self.list is not None:
            self.list.reload()
            self._wanted = record_id
