"""The page of one record."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.screen import Context, Place, Screen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.record_form import RecordForm


class RecordScreen(Screen):
    """The form of a record as wide as it reads well."""

    help_page = "forms"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._column = QVBoxLayout(self)
        space = tokens().space
        self._column.setContentsMargins(px(space.wide), 0, px(space.wide), px(space.normal))
        self.form: RecordForm | None = None
        self._place = Place("record")

    def title(self) -> str:
        """The record's title."""
        return self.form.head.title if self.form is not None else ""

    def show_place(self, place: Place) -> None:
        """Opens the record, or an empty form."""
        self._place = place
        if self.form is None:
            self.form = RecordForm(self.context, self.office.catalogue[place.type])
            self.form.title_changed.connect(self._name_changed)
            self.form.new_wanted.connect(lambda: self.context.navigate(Place("record", place.type)))
            self._column.addWidget(self.form)
        if place.id:
            self.form.open(place.id)
        else:
            self.form.open_new(place.start)

    def _name_changed(self) -> None:
        # Looked up when it happens: the window sets it after the page is made.
        self.changed_title()

    def take_focus(self) -> None:
        """The form takes the keys itself, when its record is there."""

    def leave(self) -> None:
        """Keeps what was typed."""
        if self.form is not None:
            self.form.keep_draft()
