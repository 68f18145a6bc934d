"""A list of one record type: quick filters, conditions, search, the table, totals, and what may be done with its rows.

[search]  [filters] [columns] [Excel] [more]
(all 24) (received 9) (checking 5) ...
table
24 records · 3 selected          total 48,250.00 baht
"""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from desktop.services.merging import MERGED_FROM
from desktop.storage.query import Filter, Query
from desktop.storage.store import Store
from desktop.ui.later import Later
from desktop.ui.screen import Action, Context, Notice, Place
from desktop.ui.theme.current import px, tokens
from desktop.ui.theme.icons import set_icon
from desktop.ui.widgets.buttons import Button, IconButton, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.change_many import CHANGE_MANY, ChangeManyDialog
from desktop.ui.widgets.chips import Chip, ChipBar
from desktop.ui.widgets.column_choice import ColumnDialog
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.filter_panel import FilterPanel
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.merge_dialog import MERGE, ask_merge
from desktop.ui.widgets.record_acts import RecordActs
from desktop.ui.widgets.record_table import RecordTable
from desktop.ui.widgets.record_text import inner
from desktop.ui.widgets.search_box import SearchBox
from desktop.ui.widgets.shortcuts import sequences
from desktop.ui.widgets.year_chip import YearChip
from records.fields import FieldSpec
from records.kinds import Choice, Json, Money
from records.record import RecordType
from records.thai.money import show_baht
from records.words import Words, say

ALL = Words("ทั้งหมด", "All")
SEARCH = Words("ค้นหาในรายการนี้", "Find in this list")
FILTERS = Words("ตัวกรอง", "Filters")
COLUMNS = Words("เลือกคอลัมน์", "Choose columns")
EXCEL = Words("ส่งออก Excel", "Excel")
DELETED = Words("รายการที่ลบแล้ว", "Deleted records")
EMPTY_TITLE = Words("ยังไม่มี{type}", "No {type} yet")
IMPORT = Words("นำเข้าจากไฟล์", "Import from a file")
EMPTY_BODY = Words(
    "เพิ่มรายการแรก นำเข้าจากไฟล์ Excel หรือกด F5 เพื่อรับข้อมูลของหน่วยงาน",
    "Add the first one, import an Excel file, or press F5 to fetch your office's records",
)
EMPTY_READ_ONLY = Words("เมื่อมีการรับส่งข้อมูลแล้ว รายการจะปรากฏที่นี่", "Records appear here after the next sync")
NONE_TITLE = Words("ไม่พบรายการที่ตรงเงื่อนไข", "Nothing matches")
NONE_BODY = Words("ลองล้างคำค้นและตัวกรอง หรือใช้คำที่สั้นลง", "Clear the search and filters, or use shorter words")
CLEAR = Words("ล้างคำค้นและตัวกรอง", "Clear search and filters")
NEW = Words("เพิ่ม{type}", "New {type}")
COUNT = Words("{count} รายการ", "{count} records")
CHOSEN = Words("เลือก {count} รายการ", "{count} selected")
TOTAL = Words("รวม{label} {amount}", "{label} in all {amount}")
CHOOSE_TWO = Words("เลือกสองรายการที่ซ้ำกันก่อน (กด Ctrl แล้วคลิก)", "Select the two records first (Ctrl and click)")
_WAIT_MS = 200


class RecordList(QWidget):
    """Everything about the list of one type; where records open is decided by who shows it."""

    current_changed = Signal(str)
    opened = Signal(str)
    new_wanted = Signal()

    def __init__(self, context: Context, spec: RecordType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.spec = spec
        self.language = context.language
        self.acts = RecordActs(context, spec, self)
        self.can_write = context.access.can_write(spec.type)
        self._choice = spec.quick_choice
        self._money = [field for field in spec.fields if isinstance(field.kind, Money)]
        space = tokens().space
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(space.snug))
        self.search = SearchBox(SEARCH, self.language, keys="Ctrl+F")
        self.search.searched.connect(lambda _text: self.reload())
        column.addLayout(self._tools())
        self.chips = ChipBar(self.language, is_one_line=True)
        self.chips.chosen.connect(lambda _key: self.reload())
        column.addWidget(self.chips)
        self.chips.setVisible(self._choice is not None)
        self.panel = FilterPanel(spec, context)
        self.panel.changed.connect(self.reload)
        self.panel.hide()
        column.addWidget(self.panel)
        self.table = RecordTable(context, spec)
        self.table.current_changed.connect(self.current_changed)
        self.table.opened.connect(self.opened)
        self.table.menu_wanted.connect(self._menu)
        self.table.sort_changed.connect(self.reload)
        self.table.selected.connect(lambda _count: self._say_counts())
        self.table.records.loaded.connect(self._loaded)
        column.addWidget(self._card(), 1)
        self._later = Later(self, _WAIT_MS, self.reload)
        context.bridge.records_changed.connect(self._written)
        self._install_keys()

    def _card(self) -> Card:
        card = Card(padding=0)
        # Room for the card's round corners, over which the square ones of the table would be painted.
        card.body.setContentsMargins(px(2), px(4), px(2), px(2))
        space, spec = tokens().space, self.spec
        self._stack = QStackedLayout()
        card.body.addLayout(self._stack, 1)
        self._stack.addWidget(self.table)
        self.empty = EmptyState(
            "inbox",
            EMPTY_TITLE.filled(type=inner(spec.label)),
            EMPTY_BODY if self.can_write else EMPTY_READ_ONLY,
            self.language,
            action=NEW.filled(type=inner(spec.label)) if self.can_write else None,
        )
        self.empty.acted.connect(self.new_wanted)
        if self.can_write:
            bring = QuietButton(IMPORT, self.language, icon="upload")
            bring.clicked.connect(self._import)
            self.empty.add_act(bring)
        self._stack.addWidget(self.empty)
        self.none = EmptyState("search", NONE_TITLE, NONE_BODY, self.language, action=CLEAR)
        self.none.acted.connect(self.clear_filters)
        self._stack.addWidget(self.none)
        self.footer = QWidget()
        foot = QHBoxLayout(self.footer)
        foot.setContentsMargins(px(space.normal), px(space.tight), px(space.normal), px(space.tight))
        foot.setSpacing(px(space.normal))
        self.count_label = Label("", "small")
        self.totals_label = WrapLabel("", "small", language=self.language)
        self.totals_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.count_label)
        foot.addWidget(self.totals_label, 1)
        card.body.setSpacing(0)
        card.body.addWidget(self.footer)
        return card

    # -- what others ask --

    def query(self, *, with_chip: bool = True) -> Query:
        """The query of what is shown."""
        filters = list(self.panel.conditions())
        filters += self.year_chip.filters()
        key = self.chips.current
        if with_chip and key and self._choice is not None:
            filters.append(Filter(self._choice.name, "eq", key))
        sort = self.table.layout_chosen.sort or usual_sort(self.spec)
        return Query(self.spec.type, text=self.search.text(), filters=tuple(filters), sort=sort)

    def reload(self) -> None:
        """Asks again; counts again when the rows are here."""
        self._later.stop()
        self.table.records.load(self.query())
        self._show_filter_count()

    def show_filters(self, filters: tuple[Filter, ...]) -> None:
        """Shows what these conditions ask for, from a place that named them."""
        own = [one for one in filters if self._choice is not None and one.field == self._choice.name and one.op == "eq"]
        self.panel.set_conditions([one for one in filters if one not in own])
        self.year_chip.let_go(one.field for one in filters)
        self.panel.setVisible(len(own) != len(filters))
        wanted = str(own[0].value) if own else ""
        if wanted and self._choice is not None and isinstance(self._choice.kind, Choice):
            option = self._choice.kind.option(wanted)
            self.chips.set_chips([Chip("", ALL), Chip(option.value, option.label)])
            self.chips.set_current(wanted)

    def clear_filters(self) -> None:
        """Shows all records."""
        self.search.line.clear()
        self.panel.set_conditions(())
        self.panel.hide()
        if self.chips.current:
            self.chips.set_current("")
        self.year_chip.let_go()
        self.reload()
        self.table.setFocus()

    def actions_of_rows(self) -> list[Action]:
        """What may be done with the rows selected."""
        acts = [Action("open", Words("เปิด", "Open"), self._open, "external-link", "Return")]
        if self.can_write:
            acts += [
                Action("new", NEW.filled(type=inner(self.spec.label)), self.new_wanted.emit, "plus", "Ctrl+N"),
                Action("duplicate", Words("ทำสำเนา", "Duplicate"), lambda: self.acts.duplicate(self.table.current_id()), "copy", "Ctrl+D"),
                Action("delete", Words("ลบ", "Delete"), lambda: self.acts.delete(self.table.selected_ids()), "trash-2", "Del"),
                Action("change_many", CHANGE_MANY, self._change_many, "pencil", "Ctrl+Shift+E"),
                Action("undo", Words("เลิกทำครั้งล่าสุด", "Undo the last change"), self.acts.undo, "undo-2", "Ctrl+Z"),
                Action("deleted", DELETED, lambda: self.context.navigate(Place("deleted")), "trash-2"),
                Action("import", IMPORT, self._import, "upload"),
            ]
        if self.can_write and MERGED_FROM in self.spec.by_name:
            acts.append(Action("merge", MERGE, self._merge, "git-merge"))
        return [*acts, Action("excel", EXCEL, self.export, "file-spreadsheet", "Ctrl+E")]

    def export(self) -> None:
        """Asks for a file name and writes what is shown, as it is shown, to Excel."""
        name = f"{say(self.spec.label, self.language)}.xlsx"
        chosen, _ = QFileDialog.getSaveFileName(self, say(EXCEL, self.language), name, "Excel (*.xlsx)")
        if chosen:
            self.acts.export(Path(chosen).with_suffix(".xlsx"), self.query(), self.table.chosen_columns())

    def _change_many(self) -> None:
        ids = self.table.selected_ids()
        if not ids:
            return
        dialog = ChangeManyDialog(self, self.context, self.spec, len(ids))
        if dialog.exec() and dialog.chosen is not None:
            self.acts.change_many(ids, {dialog.chosen[0]: dialog.chosen[1]})
        dialog.deleteLater()

    def _merge(self) -> None:
        ids = self.table.selected_ids()
        if len(ids) != 2:
            self.context.notify(Notice("info", CHOOSE_TWO))
            return
        ask_merge(self.context, self, self.spec.type, ids[0], ids[1])

    def _import(self) -> None:
        self.context.navigate(Place("import", self.spec.type))

    # -- parts --

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        row.addWidget(self.search, 1)
        self.year_chip = YearChip(self.spec, self.context.year, self.language)
        self.year_chip.turned.connect(self.reload)
        row.addWidget(self.year_chip)
        row.addStretch(0)
        self.filter_button = Button(FILTERS, self.language, icon="filter")
        self.filter_button.setCheckable(True)
        self.filter_button.clicked.connect(self._toggle_panel)
        row.addWidget(self.filter_button)
        self.column_button = IconButton("columns-3", COLUMNS, self.language)
        self.column_button.clicked.connect(self.choose_columns)
        row.addWidget(self.column_button)
        self.excel_button = IconButton("file-spreadsheet", EXCEL, self.language, keys="Ctrl+E")
        self.excel_button.clicked.connect(self.export)
        row.addWidget(self.excel_button)
        if self.can_write:
            self.import_button = IconButton("upload", IMPORT, self.language)
            self.import_button.clicked.connect(self._import)
            row.addWidget(self.import_button)
        self.search.setMaximumWidth(px(420))
        return row

    def _install_keys(self) -> None:
        for act in self.actions_of_rows():
            if act.id in {"open", "new", "undo"} or not act.shortcut:
                # Enter is the table's; the others are the window's, and a key with two owners does nothing.
                continue
            action = QAction(say(act.label, self.language), self.table)
            action.setShortcuts(sequences(act.shortcut))
            is_of_rows = act.id in {"delete", "duplicate"}
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut if is_of_rows else Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, run=act.run: run())
            (self.table if is_of_rows else self).addAction(action)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for act in self.actions_of_rows():
            action = menu.addAction(f"{say(act.label, self.language)}\t{'Enter' if act.shortcut == 'Return' else act.shortcut}")
            set_icon(action, act.icon, "muted")
            action.triggered.connect(lambda _checked=False, run=act.run: run())
            if act.id in {"open", "excel"}:
                menu.addSeparator()
        menu.exec(at)
        menu.deleteLater()

    def choose_columns(self) -> None:
        """Asks which columns to show."""
        dialog = ColumnDialog(self, self.spec, self.table.chosen_columns(), self.language)
        if dialog.exec():
            self.table.show_columns(dialog.chosen())
        dialog.deleteLater()

    def _toggle_panel(self) -> None:
        self.panel.setVisible(self.filter_button.isChecked())
        if self.filter_button.isChecked():
            if not self.panel.conditions():
                self.panel.set_conditions(())
                self.panel.add()
            self.panel.setFocus()

    def _show_filter_count(self) -> None:
        count = len(self.panel.conditions())
        self.filter_button.setText(f"{say(FILTERS, self.language)} {count}" if count else say(FILTERS, self.language))
        self.filter_button.setChecked(not self.panel.isHidden())

    def _open(self) -> None:
        if self.table.current_id():
            self.opened.emit(self.table.current_id())

    # -- counts and totals --

    def _count(self) -> None:
        store, query, everything = self.context.office.store, self.query(), self.query(with_chip=False)
        choice, money = self._choice, [field.name for field in self._money]

        def work() -> tuple[Query, dict[str, int], int, dict[str, Json]]:
            counts = counts_of(store, everything, choice) if choice is not None else {}
            totals = store.totals(query, money) if money else {}
            return query, counts, sum(counts.values()), totals

        self.context.bridge.run(work, self._counted, owner=self)

    def _counted(self, answer: tuple[Query, dict[str, int], int, dict[str, Json]]) -> None:
        query, counts, everything, totals = answer
        if query != self.query():
            return
        if self._choice is not None and isinstance(self._choice.kind, Choice):
            options, current = self._choice.kind.options, self.chips.current
            filled = [option for option in options if counts.get(option.value) or option.value == current]
            self.chips.set_chips([Chip("", ALL, everything), *(Chip(one.value, one.label, counts.get(one.value, 0)) for one in filled)])
            # One value, or none, tells nothing apart.
            self.chips.setVisible(len(filled) > 1 or bool(current))
        parts = [
            say(TOTAL, self.language, label=field.label, amount=show_baht(int(str(totals[field.name]))))
            for field in self._money
            if totals.get(field.name)
        ]
        self.totals_label.set_text("  ·  ".join(parts[:3]))

    def _loaded(self) -> None:
        is_empty = not self.table.records.ids
        is_filtered = bool(self.search.text() or self.panel.conditions() or self.chips.current or self.year_chip.filters())
        self._stack.setCurrentWidget(self.table if not is_empty else self.none if is_filtered else self.empty)
        self.footer.setVisible(not is_empty)
        self._say_counts()
        self._count()

    def _say_counts(self) -> None:
        said = say(COUNT, self.language, count=f"{len(self.table.records.ids):,}")
        chosen = len(self.table.selectionModel().selectedRows())
        if chosen > 1:
            said += "  ·  " + say(CHOSEN, self.language, count=f"{chosen:,}")
        self.count_label.setText(said)

    def _written(self, types: frozenset[str], _ids: frozenset[str]) -> None:
        if not types or self.spec.type in types or "conflict" in types:
            self._later.start()


def counts_of(store: Store, query: Query, choice: FieldSpec) -> dict[str, int]:
    """How many of the records of a query have each value of a choice."""
    return {str(value): count for value, count in store.groups(query, choice.name)}


def usual_sort(spec: RecordType) -> tuple[tuple[str, bool], ...]:
    """How a list is sorted until a person clicks a head: work by its last date first, things by name."""
    dates = [field.name for field in spec.fields if field.in_list and field.kind.name in {"moment", "date"}]
    if spec.workflow is not None and dates:
        return ((dates[0], True),)
    return tuple((name, False) for name in spec.title[:1])
