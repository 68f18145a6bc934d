"""The plan as a tree: strategies, tactics, แผนงาน and projects with five years side by side and sums at every level.

[plan]  [filter]  (plan)(ordinance)(both)   [open all] [close all] [Excel] [ผ.01]
tree ...
548 projects · plan 2,393,838,700.00 · ordinance 167,986,500.00
"""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QStackedLayout, QWidget

from desktop.services.plan_sheets import PlanSheets
from desktop.services.plan_tree import PlanTree
from desktop.services.plans import PlanChoice
from desktop.storage.query import Filter
from desktop.storage.rows import Row
from desktop.ui.screen import Action, Context, Notice, Place
from desktop.ui.screens.area_screen import AreaScreen
from desktop.ui.theme.current import px, tokens
from desktop.ui.theme.icons import set_icon
from desktop.ui.widgets.buttons import IconButton, QuietButton
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.plan_parts import PlanBox, write_workbook
from desktop.ui.widgets.plan_tree_view import PlanTreeView
from desktop.ui.widgets.record_list import IMPORT, NEW, NONE_BODY, NONE_TITLE
from desktop.ui.widgets.record_text import inner
from desktop.ui.widgets.search_box import SearchBox
from desktop.ui.widgets.shortcuts import sequences
from records.kinds import Json
from records.stages import LEFT_THE_PLAN
from records.thai.money import show_baht
from records.words import Words, say

FILTER = Words("กรองโครงการในผัง", "Filter projects in the tree")
KINDS: dict[str, tuple[Words, tuple[str, ...]]] = {
    "planned": (Words("เงินตามแผน", "Planned money"), ("planned",)),
    "ordinance": (Words("เงินตามข้อบัญญัติ", "Money in the ordinance"), ("ordinance",)),
    "both": (Words("แผนและข้อบัญญัติ", "Plan and ordinance"), ("planned", "ordinance")),
}
SHOWN_MONEY = Words("เงินที่แสดงในผัง", "Money shown in the tree")
OPEN_ALL = Words("เปิดถึงแผนงาน", "Open down to programmes")
CLOSE_ALL = Words("ปิดทั้งหมด", "Close all")
AS_SHOWN = Words("Excel ตามที่แสดง", "Excel as shown")
P01 = Words("สรุปแบบ ผ.01", "Form Ph.01")
COUNT = Words("{count} โครงการ", "{count} projects")
SUMS = Words(
    "แผน {planned} บาท · ข้อบัญญัติ {ordinance} บาท · ในตารางเป็นบาท", "Plan {planned} baht · ordinance {ordinance} baht · the table is in baht"
)
UNCOUNTED = Words("ไม่นับ {count} โครงการที่ยกเลิก ย้าย หรือรวมแล้ว", "{count} cancelled, moved or merged projects not counted")
OPEN = Words("เปิด", "Open")
AMEND = Words("แก้ไขใน{edition}", "Change it in {edition}")
AMENDED = Words("เก็บข้อความเดิมไว้แล้ว แก้ไขโครงการต่อได้เลย", "The old words are kept; go on and change the project")
EMPTY_TITLE = Words("ยังไม่มีแผนพัฒนา", "No development plan yet")
EMPTY_BODY = Words("นำเข้าแผนจากไฟล์ Excel ที่มีอยู่ หรือเพิ่มแผนแรกได้ทันที", "Import the Excel file you have, or add the first plan now")
_TYPES = frozenset({"plan", "strategy", "tactic", "plan_programme", "project", "project_budget"})
_WAIT_MS = 200
_MOST_OPENED = 200
"""Projects found by a filter up to which every แผนงาน is opened."""
_EDITIONS_OFFERED = 8


@dataclass(frozen=True)
class _Seen:
    """What one look found."""

    plans: list[PlanChoice]
    plan_id: str
    tree: PlanTree | None
    editions: list[tuple[Row, str]]


class PlanTreeScreen(AreaScreen):
    """One plan."""

    page = "plan_tree"
    help_page = "plans"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._plan_id: str | None = None
        self._editions: list[tuple[Row, str]] = []
        self._adds = ""
        """The type that is added at the current line, as the window's main button says it."""
        self.body.addLayout(self._tools())
        self.view = PlanTreeView(context)
        self.view.opened.connect(self._open)
        self.view.menu_wanted.connect(self._menu)
        self.view.current_moved.connect(self._current_moved)
        self.body.addWidget(self._card(), 1)
        self._later = self.refresh_after(_TYPES, _WAIT_MS)
        context.year.changed.connect(self._year_changed)
        for act in self._tree_acts():
            action = QAction(say(act.label, self.language), self)
            action.setShortcuts(sequences(act.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, run=act.run: run())
            self.addAction(action)

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.tight))
        self.plan_box = PlanBox(self.context)
        self.plan_box.setMaximumWidth(px(360))
        self.plan_box.chosen.connect(self._plan_chosen)
        row.addWidget(self.plan_box, 3)
        self.search = SearchBox(FILTER, self.language, keys="Ctrl+F")
        self.search.searched.connect(lambda _text: self.refresh())
        row.addWidget(self.search, 3)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(say(SHOWN_MONEY, self.language))
        self.kinds.setToolTip(say(SHOWN_MONEY, self.language))
        for key, (words, _) in KINDS.items():
            self.kinds.addItem(say(words, self.language), key)
        self.kinds.setCurrentIndex(max(self.kinds.findData(self.context.memory.get("plan_tree.money")), 0))
        self.kinds.activated.connect(lambda _at: self._kinds_chosen())
        row.addWidget(self.kinds)
        for icon, act in (("chevrons-up-down", self._tree_acts()[0]), ("chevron-up", self._tree_acts()[1])):
            row.addWidget(self._icon_button(icon, act))
        row.addWidget(self._icon_button("file-spreadsheet", self._tree_acts()[2]))
        self.p01_button = IconButton("file-text", P01, self.language)
        self.p01_button.clicked.connect(self.export_p01)
        row.addWidget(self.p01_button)
        return row

    def _icon_button(self, icon: str, act: Action) -> IconButton:
        button = IconButton(icon, act.label, self.language, keys=act.shortcut)
        button.clicked.connect(lambda _checked=False: act.run())
        return button

    def _tree_acts(self) -> list[Action]:
        return [
            Action("open_all", OPEN_ALL, lambda: self.view.open_level("programme"), "chevrons-up-down", "Ctrl+Shift+Down"),
            Action("close_all", CLOSE_ALL, lambda: self.view.open_level("strategy"), "chevron-up", "Ctrl+Shift+Up"),
            Action("excel", AS_SHOWN, self.export, "file-spreadsheet", "Ctrl+E"),
        ]

    def _card(self) -> Card:
        card = Card(padding=0)
        card.body.setContentsMargins(px(2), px(4), px(2), px(2))
        card.body.setSpacing(0)
        self._stack = QStackedLayout()
        card.body.addLayout(self._stack, 1)
        self._stack.addWidget(self.view)
        can_write = self.context.access.can_write("plan")
        spec = self.office.catalogue["plan"]
        self.empty = EmptyState(
            "map", EMPTY_TITLE, EMPTY_BODY, self.language, action=NEW.filled(type=inner(spec.label)) if can_write else None
        )
        self.empty.acted.connect(lambda: self.context.navigate(Place("record", "plan")))
        if can_write:
            bring = QuietButton(IMPORT, self.language, icon="upload")
            bring.clicked.connect(lambda: self.context.navigate(Place("import", "project")))
            self.empty.add_act(bring)
        self._stack.addWidget(self.empty)
        self.none = EmptyState("search", NONE_TITLE, NONE_BODY, self.language)
        self._stack.addWidget(self.none)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(tokens().space.normal), px(tokens().space.tight), px(tokens().space.normal), px(tokens().space.tight))
        self.sums = WrapLabel("", "small", language=self.language)
        foot.addWidget(self.sums, 1)
        self.uncounted = QuietButton(UNCOUNTED, self.language)
        self.uncounted.clicked.connect(self._show_uncounted)
        self.uncounted.hide()
        foot.addWidget(self.uncounted)
        card.body.addLayout(foot)
        return card

    # -- Screen --

    def show_place(self, place: Place) -> None:
        """A place may name a plan."""
        if place.id:
            self._plan_id = place.id

    def refresh(self) -> None:
        """Asks for the plans and the tree of the one chosen."""
        self._later.stop()
        plans, chosen, year, text = self.office.plans, self._plan_id, self.context.year.year, self.search.text().strip()

        def work() -> _Seen:
            known = plans.plans()
            plan_id = chosen if chosen is not None and any(one.id == chosen for one in known) else plans.usual_plan(year)
            tree = plans.tree(plan_id, text) if known else None
            editions = [(row, plans.edition_name(row)) for row in plans.editions(plan_id)] if plan_id else []
            return _Seen(known, plan_id, tree, editions)

        self.bridge.run(work, self._came, owner=self, is_long=True)

    def take_focus(self) -> None:
        """The keys go to the tree."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_here(self) -> None:
        """Puts the cursor in the filter."""
        self.search.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.line.selectAll()

    def primary_action(self) -> Action | None:
        """Adds what belongs under the current line."""
        added = self._added()
        if added is None:
            return None
        kind, start = added
        label = NEW.filled(type=inner(self.office.catalogue[kind].label))
        return Action("new", label, lambda: self.context.navigate(Place("record", kind, start=start)), "plus", "Ctrl+N")

    def acts(self) -> list[Action]:
        """What may be done with the tree."""
        return [*self._tree_acts(), Action("p01", P01, self.export_p01, "file-text")]

    # -- acts --

    def export(self) -> None:
        """Writes the tree as it is shown."""
        tree, opened, kinds = self.view.lines.tree, self.view.opened_keys(), self._kinds()
        if tree is not None:
            sheets = PlanSheets(self.office)
            write_workbook(self, self.context, say(tree.root.title, self.language), lambda to: sheets.tree(tree, to, opened, kinds))

    def export_p01(self) -> None:
        """Writes form ผ.01."""
        tree = self.view.lines.tree
        if tree is not None:
            sheets = PlanSheets(self.office)

            def work(to: Path) -> int:
                return sheets.p01(tree, to)

            write_workbook(self, self.context, say(P01, self.language), work)

    def _open(self, index: QModelIndex) -> None:
        entry = self.view.lines.entry_of(index)
        if self.view.lines.is_project(index):
            project = self.view.lines.project_id(index)
            if project:
                self.context.navigate(Place("record", "project", project))
        elif entry is not None and entry.node.id and entry.node.level != "programme":
            self.context.navigate(Place("record", entry.node.level, entry.node.id))
        else:
            self.view.setExpanded(index, not self.view.isExpanded(index))

    def _added(self) -> tuple[str, dict[str, Json]] | None:
        """The type and first fields of what is added at the current line; None where this account may add nothing."""
        if not self.context.access.can_write("project") or self.view.lines.tree is None:
            return None
        entry = self.view.lines.entry_of(self.view.currentIndex())
        plan = self.view.lines.tree.plan
        start: dict[str, Json] = {"plan": plan.id} if plan else {}
        if plan is None:
            return "project", start
        if entry is None or entry.node.level == "plan":
            return "strategy", start
        place = dict(zip(("strategy", "tactic", "programme"), entry.node.place, strict=True))
        start.update({name: value for name, value in place.items() if value})
        return ("tactic" if entry.node.level == "strategy" else "project"), start

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        index = self.view.currentIndex()
        menu.addAction(f"{say(OPEN, self.language)}\tEnter").triggered.connect(lambda: self._open(index))
        added = self.primary_action()
        if added is not None:
            action = menu.addAction(f"{say(added.label, self.language)}\tCtrl+N")
            set_icon(action, "plus", "muted")
            action.triggered.connect(lambda _checked=False: added.run())
        project = self.view.lines.project_id(index)
        if project and self.context.access.can_write("project"):
            menu.addSeparator()
            for row, name in self._editions[:_EDITIONS_OFFERED]:
                action = menu.addAction(say(AMEND, self.language, edition=name))
                action.triggered.connect(lambda _checked=False, edition=row.id: self.amend(project, edition))
        menu.addSeparator()
        for act in self.acts():
            action = menu.addAction(f"{say(act.label, self.language)}\t{act.shortcut}")
            set_icon(action, act.icon, "muted")
            action.triggered.connect(lambda _checked=False, run=act.run: run())
        menu.exec(at)
        menu.deleteLater()

    def amend(self, project_id: str, edition_id: str) -> None:
        """Begins to change a project in an edition and opens it."""
        plans = self.office.plans

        def done(_row: Row) -> None:
            self.context.notify(Notice("ok", AMENDED))
            self.context.navigate(Place("record", "project", project_id))

        self.bridge.run(lambda: plans.amend(project_id, edition_id), done, owner=self)

    def _show_uncounted(self) -> None:
        gone: list[Json] = list(LEFT_THE_PLAN)
        self.context.navigate(Place("type", "project", filters=(Filter("status", "in", gone),)))

    # -- what comes --

    def _came(self, seen: _Seen) -> None:
        self._editions = seen.editions
        self.plan_box.show_plans(seen.plans, seen.plan_id)
        if seen.tree is None:
            self._stack.setCurrentWidget(self.empty)
            self.sums.set_text("")
            self.changed_title()
            return
        self.view.show_tree(seen.tree, self._kinds())
        self.view.show_year(self.context.year.year)
        is_lost = bool(seen.tree.text) and not seen.tree.root.projects
        self._stack.setCurrentWidget(self.none if is_lost else self.view)
        root = seen.tree.root
        sums = SUMS.filled(planned=show_baht(root.planned), ordinance=show_baht(root.ordinance))
        self.sums.set_text(f"{say(COUNT, self.language, count=f'{root.projects:,}')} · {say(sums, self.language)}")
        self.uncounted.setText(say(UNCOUNTED, self.language, count=f"{seen.tree.uncounted:,}"))
        self.uncounted.setVisible(bool(seen.tree.uncounted))
        if seen.tree.text and root.projects <= _MOST_OPENED:
            self.view.open_level("project")
        self._current_moved()

    def _kinds(self) -> tuple[str, ...]:
        return KINDS[str(self.kinds.currentData())][1]

    def _kinds_chosen(self) -> None:
        self.context.memory.put("plan_tree.money", str(self.kinds.currentData()))
        self.view.show_money(self._kinds())

    def _plan_chosen(self, plan_id: str) -> None:
        self._plan_id = plan_id
        self.refresh()

    def _year_changed(self, _year: object) -> None:
        self._plan_id = None
        if self.isVisible():
            self.refresh()

    def _current_moved(self) -> None:
        added = self._added()
        if added is not None and added[0] != self._adds:
            self._adds = added[0]
            self.changed_title()
