"""The page of one record."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QWidget

from desktop.ui.screen import Action, Context, Place, Screen
from desktop.ui.theme.current import px, tokens
from desktop.ui.type_extras import extras_of
from desktop.ui.widgets.record_form import RecordForm
from desktop.ui.widgets.shortcuts import shortcut

if TYPE_CHECKING:
    from desktop.ui.widgets.request_work import RequestWork

OTHER_PANE = "F6"
"""From the form to the panel beside it and back."""
_BESIDE = 760
"""Width of the page, in pixels at 100 % text, from which a panel stands beside the form; below it stands above."""


class RecordScreen(Screen):
    """The form of a record as wide as it reads well, and beside it what its type shows of its own."""

    help_page = "forms"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._column = QBoxLayout(QBoxLayout.Direction.RightToLeft, self)
        space = tokens().space
        self._column.setContentsMargins(px(space.wide), 0, px(space.wide), px(space.normal))
        self._column.setSpacing(px(space.normal))
        self.form: RecordForm | None = None
        self.panel: RequestWork | None = None
        self._place = Place("record")

    def title(self) -> str:
        """The record's title."""
        return self.form.head.title if self.form is not None else ""

    def show_place(self, place: Place) -> None:
        """Opens the record, or an empty form."""
        self._place = place
        if self.form is None:
            make_panel = extras_of(place.type).panel
            self.form = RecordForm(self.context, self.office.catalogue[place.type])
            self.form.form_acts.offers_steps = make_panel is None
            self.form.title_changed.connect(self._name_changed)
            self.form.new_wanted.connect(lambda: self.context.navigate(Place("record", place.type)))
            if make_panel is not None:
                self.panel = make_panel(self.context)
                self.panel.step_wanted.connect(self.form.take)
                self.form.saved.connect(self.panel.show_for)
                self._column.addWidget(self.panel, 2)
                shortcut(self, OTHER_PANE, self._other_pane, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._column.addWidget(self.form, 3)
            self._fit()
        if self.panel is not None:
            self.panel.show_for(place.id)
        if place.id:
            self.form.open(place.id)
        else:
            self.form.open_new(place.start)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Puts the panel above the form in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.panel is None:
            return
        is_beside = self.width() >= px(_BESIDE)
        # The panel was added first: beside the form it stands at the right, else above it.
        self._column.setDirection(QBoxLayout.Direction.RightToLeft if is_beside else QBoxLayout.Direction.TopToBottom)
        self.panel.setMaximumHeight(16_777_215 if is_beside else self.height() * 2 // 5)

    def _other_pane(self) -> None:
        focus = QApplication.focusWidget()
        if self.panel is None or self.form is None:
            return
        if focus is not None and self.panel.isAncestorOf(focus):
            self.form.focus_first()
        elif self.panel.isVisible():
            self.panel.take_focus()

    def _name_changed(self) -> None:
        # Looked up when it happens: the window sets it after the page is made.
        self.changed_title()

    def take_focus(self) -> None:
        """The form takes the keys itself, when its record is there."""

    def acts(self) -> list[Action]:
        """What the panel offers, for the palette."""
        return self.panel.offered() if self.panel is not None and self.panel.isVisible() else []

    def leave(self) -> None:
        """Keeps what was typed."""
        if self.form is not None:
            self.form.keep_draft()
