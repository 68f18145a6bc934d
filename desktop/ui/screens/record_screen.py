"""The page of one record."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.screen import Context, Place, Screen
from desktop.ui.theme.current import px
from desktop.ui.widgets.record_form import RecordForm

_WIDEST = 1100


class RecordScreen(Screen):
    """The form of a record as wide as it reads well."""

    help_page = "forms"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
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
            self.form.setMaximumWidth(px(_WIDEST))
            self.form.title_changed.connect(lambda: self.changed_title())
            self.form.new_wanted.connect(lambda: self.context.navigate(Place("record", place.type)))
            self._column.addWidget(self.form)
        if place.id:
            self.form.open(place.id)
        else:
            self.form.open_new(place.start)

    def leave(self) -> None:
        """Keeps what was typed."""
        if self.form is not None:
            self.form.keep_draft()
