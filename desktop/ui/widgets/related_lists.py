"""What belongs to a record: the records of other types that refer to it, as small tables with a button to add one."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.storage.query import Filter, Query
from desktop.ui.later import Later
from desktop.ui.screen import Context, Place
from desktop.ui.theme.current import px, tokens
from desktop.ui.type_extras import extras_of
from desktop.ui.widgets.balance_panel import BalancePanel
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.column_choice import usual_columns
from desktop.ui.widgets.form_work import children_of
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.record_table import RecordTable
from records.record import RecordType
from records.words import Words, say

ADD = Words("เพิ่ม", "Add")
SEE_ALL = Words("ดูทั้งหมด {count}", "See all {count}")
NONE = Words("ยังไม่มี", "None yet")
WAY = Words("{type} · {field}", "{type} · {field}")
_ROWS = 5
_COLUMNS = 4


class RelatedList(Card):
    """The records of one type that refer to a record by one field."""

    def __init__(self, context: Context, child: RecordType, field: str, title: Words | None = None, parent: QWidget | None = None) -> None:
        """`title` is the label of the type, where nothing else is said."""
        super().__init__(parent, padding=12)
        self._context = context
        self._child = child
        self._field = field
        self._record_id = ""
        language = context.language
        head = self.add_head(title or child.label, language)
        self.all_button = Button(SEE_ALL.filled(count=""), language, look="bare")
        self.all_button.clicked.connect(lambda: context.navigate(Place("type", child.type, filters=(self._filter(),))))
        head.add_act(self.all_button)
        self.add_button = Button(ADD, language, icon="plus")
        self.add_button.setAccessibleName(f"{say(ADD, language)} {say(child.label, language)}")
        self.add_button.clicked.connect(lambda: context.navigate(Place("record", child.type, start={field: self._record_id})))
        head.add_act(self.add_button)
        self.none = Label(say(NONE, language), "small")
        self.body.addWidget(self.none)
        columns = [name for name in usual_columns(child) if name != field][:_COLUMNS]
        self.table = RecordTable(context, child, columns=columns)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setSortingEnabled(False)
        self.table.opened.connect(lambda record_id: context.navigate(Place("record", child.type, record_id)))
        self.table.records.loaded.connect(self._loaded)
        self.body.addWidget(self.table)
        self.table.hide()
        self._later = Later(self, 200, self._load)
        context.bridge.records_changed.connect(self._written)

    def show_for(self, record_id: str) -> None:
        """Shows what refers to a record."""
        self._record_id = record_id
        self.add_button.setVisible(self._context.access.can_write(self._child.type))
        self._load()

    def _filter(self) -> Filter:
        return Filter(self._field, "eq", self._record_id)

    def _load(self) -> None:
        if self._record_id:
            self.table.records.load(Query(self._child.type, filters=(self._filter(),)))

    def _loaded(self) -> None:
        count = len(self.table.records.ids)
        self.none.setVisible(not count)
        self.table.setVisible(bool(count))
        self.all_button.setVisible(count > _ROWS)
        self.all_button.setText(say(SEE_ALL, self._context.language, count=f"{count:,}"))
        self.table.setFixedHeight(px(40) + min(count, _ROWS) * px(tokens().space.row) + px(4))
        self.table.fit_columns()

    def _written(self, types: frozenset[str], _ids: frozenset[str]) -> None:
        if not types or self._child.type in types:
            self._later.start()


class RelatedLists(QWidget):
    """All that belongs to a record, one card per type."""

    def __init__(self, context: Context, spec: RecordType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.snug))
        children = [(child, field) for child, field in children_of(context.office.catalogue, spec) if context.access.can_read(child.area)]
        ways = Counter(child.type for child, _ in children)
        self.lists: Sequence[RelatedList] = [
            # A type that refers in two ways (who hands over, who takes over) says in which.
            RelatedList(
                context, child, field, WAY.filled(type=child.label, field=child.field(field).label) if ways[child.type] > 1 else None
            )
            for child, field in children
        ]
        ask = extras_of(spec.type).balance
        self.balance = BalancePanel(context, spec, ask) if ask is not None and context.access.can_read("budget") else None
        if self.balance is not None:
            column.addWidget(self.balance)
        for one in self.lists:
            column.addWidget(one)

    def show_for(self, record_id: str) -> None:
        """Shows what belongs to a record; a new one has nothing yet."""
        self.setVisible(bool(record_id) and (bool(self.lists) or self.balance is not None))
        if self.balance is not None and record_id:
            self.balance.show_for(record_id)
        for one in self.lists:
            if record_id:
                one.show_for(record_id)
