"""Editions of a plan: what an addition, change or correction says, old beside new, field by field as the change form prints it.

[plan] [edition]                                             [Excel]
projects of the edition | field | old | new
"""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from desktop.services.plan_compare import FATES, Changed, Comparison
from desktop.services.plan_sheets import COMPARE_TITLE, PlanSheets
from desktop.services.plans import PlanChoice
from desktop.ui.screen import Action, Context, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import QuietButton
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import Type, WrapLabel
from desktop.ui.widgets.page import Page
from desktop.ui.widgets.pill import Kind, Pill
from desktop.ui.widgets.plan_parts import EXCEL, PlanBox, write_workbook
from records.kinds import Json
from records.words import Words, say

EDITION = Words("ฉบับ", "Edition")
COUNTS = Words("เพิ่มเติม {added} · เปลี่ยนแปลง {changed} · ยกเลิก {gone}", "{added} added · {changed} changed · {gone} gone")
PROJECTS = Words("โครงการในฉบับนี้", "Projects of this edition")
FIELD = Words("ช่อง", "Field")
OLD = Words("ข้อความเดิม", "Old")
NEW_WORDS = Words("ข้อความใหม่", "New")
OPEN = Words("เปิดโครงการ", "Open the project")
NOT_KEPT = Words(
    "ไฟล์ที่นำเข้ามีเฉพาะข้อความใหม่ จึงไม่มีข้อความเดิมให้เทียบ", "The imported file has only the new words, so there is nothing old to compare with"
)
EMPTY_TITLE = Words("แผนนี้ยังไม่มีฉบับเพิ่มเติม เปลี่ยนแปลง หรือแก้ไข", "This plan has no additions, changes or corrections yet")
EMPTY_BODY = Words(
    "เพิ่มฉบับใหม่ แล้วเลือกโครงการในผังแผนพัฒนาเพื่อแก้ไขในฉบับนั้น", "Add an edition, then choose a project in the plan tree to change it there"
)
ADD = Words("เพิ่มฉบับ", "New edition")
NO_PROJECTS_TITLE = Words("ฉบับนี้ยังไม่มีโครงการ", "This edition has no projects yet")
NO_PROJECTS_BODY = Words(
    "เลือกโครงการในผังแผนพัฒนา คลิกขวาแล้วเลือกแก้ไขในฉบับนี้", "Choose a project in the plan tree, right-click, and change it in this edition"
)
_FATE_KINDS: dict[str, Kind] = {"added": "ok", "changed": "info", "gone": "warn"}
_WAIT_MS = 200


@dataclass(frozen=True)
class _Seen:
    plans: list[PlanChoice]
    plan_id: str
    editions: list[tuple[str, str]]
    """Id and name."""
    comparison: Comparison | None


class PlanCompareScreen(AreaScreen):
    """One edition beside what stood before."""

    page = "plan_compare"
    help_page = "plans"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._plan_id: str | None = None
        self._edition_id = ""
        self.comparison: Comparison | None = None
        self.body.addLayout(self._tools())
        self._stack = QStackedWidget()
        self._panes = self._splitter()
        self._stack.addWidget(self._panes)
        can_write = context.access.can_write("plan")
        self.empty = EmptyState("git-merge", EMPTY_TITLE, EMPTY_BODY, self.language, action=ADD if can_write else None)
        self.empty.acted.connect(self._add)
        self._stack.addWidget(self.empty)
        self.none = EmptyState("list-checks", NO_PROJECTS_TITLE, NO_PROJECTS_BODY, self.language)
        self._stack.addWidget(self.none)
        self.body.addWidget(self._stack, 1)
        self._later = self.refresh_after(("plan", "project", "project_budget"), _WAIT_MS)
        context.year.changed.connect(self._year_changed)

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        self.plan_box = PlanBox(self.context)
        self.plan_box.setMaximumWidth(px(340))
        self.plan_box.chosen.connect(self._plan_chosen)
        row.addWidget(self.plan_box, 2)
        self.edition_box = QComboBox()
        self.edition_box.setAccessibleName(say(EDITION, self.language))
        self.edition_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edition_box.setMaximumWidth(px(260))
        self.edition_box.activated.connect(lambda at: self._edition_chosen(str(self.edition_box.itemData(at))))
        row.addWidget(self.edition_box, 1)
        self.counts = WrapLabel("", "small", language=self.language)
        row.addWidget(self.counts, 2)
        self.excel_button = QuietButton(EXCEL, self.language, icon="file-spreadsheet")
        self.excel_button.clicked.connect(self.export)
        row.addWidget(self.excel_button)
        return row

    def _splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(px(tokens().space.snug))
        left = Card(padding=4)
        self._items = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._items)
        self.list.setAccessibleName(say(PROJECTS, self.language))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(lambda index, _before: self._show(index))
        self.list.activated.connect(self._open)
        left.body.addWidget(self.list)
        splitter.addWidget(left)
        right = Card(padding=0)
        self.sheet = Page(width=4000)
        right.body.addWidget(self.sheet)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 5)
        splitter.setSizes([px(320), px(800)])
        return splitter

    # -- Screen --

    def show_place(self, place: Place) -> None:
        """A place may name an edition."""
        if place.id:
            self._edition_id = place.id

    def refresh(self) -> None:
        """Asks for plans, editions and the comparison of the one chosen."""
        self._later.stop()
        plans, chosen, edition, year = self.office.plans, self._plan_id, self._edition_id, self.context.year.year

        def work() -> _Seen:
            known = [one for one in plans.plans() if one.id]
            plan_id = chosen if chosen is not None and any(one.id == chosen for one in known) else plans.usual_plan(year)
            editions = [(row.id, plans.edition_name(row)) for row in plans.editions(plan_id)] if plan_id else []
            wanted = edition if any(one == edition for one, _ in editions) else editions[0][0] if editions else ""
            return _Seen(known, plan_id, editions, plans.compare(wanted) if wanted else None)

        self.bridge.run(work, self._came, owner=self, is_long=True)

    def take_focus(self) -> None:
        """The keys go to the projects."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def primary_action(self) -> Action | None:
        """A new edition of the plan."""
        if not self.context.access.can_write("plan"):
            return None
        return Action("new", ADD, self._add, "plus", "Ctrl+N")

    def acts(self) -> list[Action]:
        """Excel."""
        return [Action("excel", EXCEL, self.export, "file-spreadsheet", "Ctrl+E")]

    # -- acts --

    def export(self) -> None:
        """Writes the change form to Excel."""
        comparison = self.comparison
        if comparison is not None:
            sheets = PlanSheets(self.office)
            write_workbook(self, self.context, say(COMPARE_TITLE, self.language), lambda to: sheets.compare(comparison, to))

    def _add(self) -> None:
        plan = self.plan_box.plan_id
        start: dict[str, Json] = {"amends": plan, "name": self.plan_box.currentText()} if plan else {}
        self.context.navigate(Place("record", "plan", start=start))

    def _open(self, index: QModelIndex) -> None:
        changed = self._changed(index)
        if changed is not None:
            self.context.navigate(Place("record", "project", changed.row.id))

    # -- what comes --

    def _came(self, seen: _Seen) -> None:
        self.plan_box.show_plans(seen.plans, seen.plan_id)
        self.comparison = seen.comparison
        self.edition_box.clear()
        for edition, name in seen.editions:
            self.edition_box.addItem(name, edition)
        self.excel_button.setEnabled(seen.comparison is not None)
        self.edition_box.setEnabled(bool(seen.editions))
        self._items.clear()
        if seen.comparison is None:
            self.counts.set_text("")
            self._stack.setCurrentWidget(self.empty)
            return
        self._edition_id = seen.comparison.edition.id
        self.edition_box.setCurrentIndex(self.edition_box.findData(self._edition_id))
        self.counts.set_text(say(COUNTS, self.language, **{fate: f"{seen.comparison.count(fate):,}" for fate in FATES}))
        for one in seen.comparison.projects:
            title = " ".join(str(one.row.fields.get("title", "")).split())
            item = QStandardItem(f"{say(FATES[one.fate], self.language)} · {title}")
            item.setToolTip(title)
            self._items.appendRow(item)
        self._stack.setCurrentWidget(self._panes if seen.comparison.projects else self.none)
        if seen.comparison.projects:
            self.list.setCurrentIndex(self._items.index(0, 0))

    def _changed(self, index: QModelIndex) -> Changed | None:
        projects = self.comparison.projects if self.comparison is not None else ()
        return projects[index.row()] if index.isValid() and index.row() < len(projects) else None

    def _show(self, index: QModelIndex) -> None:
        changed = self._changed(index)
        self.sheet.clear()
        if changed is None:
            return
        space = tokens().space
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(space.snug))
        row.addWidget(Pill(say(FATES[changed.fate], self.language), _FATE_KINDS[changed.fate]), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(WrapLabel(" ".join(str(changed.row.fields.get("title", "")).split()), "heading", language=self.language), 1)
        open_button = QuietButton(OPEN, self.language, icon="external-link")
        open_button.clicked.connect(lambda: self.context.navigate(Place("record", "project", changed.row.id)))
        row.addWidget(open_button, 0, Qt.AlignmentFlag.AlignTop)
        self.sheet.body.addWidget(head)
        if not changed.knows_old:
            self.sheet.body.addWidget(WrapLabel(say(NOT_KEPT, self.language), "muted", language=self.language))
        self.sheet.body.addWidget(self._table(changed))
        self.sheet.body.addStretch(1)

    def _table(self, changed: Changed) -> QWidget:
        """The lines of the form; without old words one column is enough."""
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(tokens().space.normal))
        grid.setVerticalSpacing(px(tokens().space.tight))
        has_old = changed.old is not None
        heads = (FIELD, OLD, NEW_WORDS) if has_old else (FIELD, NEW_WORDS)
        for column, words in enumerate(heads):
            grid.addWidget(WrapLabel(say(words, self.language), "small", language=self.language), 0, column)
            grid.setColumnStretch(column, 2 if column == 0 else 5)
        for at, line in enumerate(changed.lines):
            grid.addWidget(Line(), 2 * at + 1, 0, 1, len(heads))
            is_marked = has_old and line.is_changed
            texts = (say(line.label, self.language), *((line.old,) if has_old else ()), line.new)
            for column, text in enumerate(texts):
                kind: Type = "strong" if is_marked and column == len(texts) - 1 else "muted" if column == 0 or not is_marked else ""
                label = WrapLabel(text or "-", kind, language=self.language, is_selectable=column > 0)
                label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(label, 2 * at + 2, column, Qt.AlignmentFlag.AlignTop)
        return table

    def _plan_chosen(self, plan_id: str) -> None:
        self._plan_id, self._edition_id = plan_id, ""
        self.refresh()

    def _edition_chosen(self, edition_id: str) -> None:
        self._edition_id = edition_id
        self.refresh()

    def _year_changed(self, _year: object) -> None:
        self._plan_id = None
        if self.isVisible():
            self.refresh()
