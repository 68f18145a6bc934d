"""The form of one record of any type: sections of fields, problems in words, drafts that survive, merges with what happens elsewhere.

open / open_new --> fill --> edited --> draft kept (every 500 ms) --> save --> check --> stored, draft forgotten
                               ^--- records_changed: refreshed field by field, or both shown
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.services.readings import log_reading
from desktop.ui.later import Later
from desktop.ui.screen import Context, Notice, Place
from desktop.ui.widgets import form_work
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.form_frame import NOT_HERE, READ_ONLY, REFUSED, SAVED, FormFrame
from desktop.ui.widgets.form_problems import Fault
from desktop.ui.widgets.form_state import KeptDraft, changed, kept_draft, rebase
from desktop.ui.widgets.form_work import Loaded, SaveAnswer, Wish, leads_to_page
from desktop.ui.widgets.record_acts import RecordActs
from desktop.ui.widgets.shortcuts import shortcut
from records.errors import AppError, FieldError
from records.kinds import Json
from records.record import RecordType
from records.words import say
from records.workflow import Transition

if TYPE_CHECKING:
    from desktop.storage.rows import Row

_DRAFT_MS = 500


class RecordForm(FormFrame):
    """The form; in a page of its own or beside a list."""

    saved = Signal(str)
    """A record was stored: its id."""
    new_wanted = Signal()
    """Saved by Ctrl+Enter: the person goes on with the next new one."""
    title_changed = Signal()

    def __init__(self, context: Context, spec: RecordType, *, is_pane: bool = False, parent: QWidget | None = None) -> None:
        """`is_pane` is the narrow form beside a list."""
        super().__init__(context, spec, is_pane=is_pane, parent=parent)
        self.record_id = ""
        self.row: Row | None = None
        self._base: dict[str, Json] = {}
        self._start: dict[str, Json] = {}
        self._touched: set[str] = set()
        self._is_filling = False
        self._is_saving = False
        self._is_read_only = False
        self._goes_on = False
        self._wanted: Callable[[], None] | None = None
        self.acts = RecordActs(context, spec, self)
        self._connect()
        self.built.connect(self._begin)
        self._draft_timer = Later(self, _DRAFT_MS, self.keep_draft)
        context.bridge.records_changed.connect(self._written)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        shortcut(self, "Ctrl+S", self.save, context=within)
        shortcut(self, "Ctrl+Return", self.save_and_next, context=within)
        shortcut(self, "Ctrl+Enter", self.save_and_next, context=within)

    # -- opening --

    def open(self, record_id: str) -> None:
        """Fetches and shows a record; a draft of it comes back."""
        if not self.is_built:
            self.record_id = record_id
            self._wanted = lambda: self.open(record_id)
            return
        self.keep_draft()
        if self.row is None:
            # Nothing is shown yet: what is typed before the record comes would be written over by it.
            self._set_read_only(True)
        self.record_id = record_id
        self.row = None
        self._start = {}
        self._touched.clear()
        self.context.bridge.run(lambda: form_work.load(self.context.office, self.spec, record_id), self._loaded, owner=self)

    def open_new(self, start: Mapping[str, Json] | None = None) -> None:
        """Shows an empty form, `start` already filled; a draft of a new one comes back."""
        if not self.is_built:
            self._wanted = lambda: self.open_new(start)
            return
        self.keep_draft()
        self.record_id = ""
        self.row = None
        self._base = {}
        self._start = dict(start or {})
        self.show_year(None, frozenset())
        self._touched.clear()
        self._fill(self._start)
        self._touched |= set(self._start)
        self._set_read_only(not self.context.access.can_write(self.spec.type))
        self._show_state(has_conflict=False)
        self._recall()
        self.focus_first()

    def focus_first(self) -> None:
        """Puts the cursor in the first field."""
        for box in self.boxes.values():
            if not box.spec.kept_by_program:
                box.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    @property
    def is_touched(self) -> bool:
        """Whether something was changed and not saved."""
        return bool(self.changes()[0] or self.changes()[1])

    def changes(self) -> tuple[dict[str, Json], dict[str, str]]:
        """What differs from what is stored: wire values by field (None for emptied), and texts that mean nothing yet."""
        shown: dict[str, Json] = {}
        typed: dict[str, str] = {}
        for name in self._touched:
            editor = self.boxes[name].editor
            try:
                value = editor.value()
            except FieldError:
                typed[name] = editor.draft()
                continue
            shown[name] = None if value is None else editor.spec.kind.to_wire(value)
        return changed(self._base, shown), typed

    # -- saving --

    def save(self) -> None:
        """Saves; a new record of a type with a workflow takes its first step."""
        self._save(self._first_state(), goes_on=False, is_forced=False)

    def save_and_next(self) -> None:
        """Saves and goes on with a new one."""
        self._save(self._first_state(), goes_on=True, is_forced=False)

    def save_as_it_is(self) -> None:
        """Saves although something is missing; takes no step."""
        self._save({}, goes_on=False, is_forced=True)

    def take(self, step: Transition) -> None:
        """Takes a step of the workflow, saving what was changed with it."""
        if leads_to_page(self.spec.type, step.target, str(self._base.get("state"))):
            self.context.navigate(Place("year_turn"))
        elif self.spec.workflow is not None:
            self._save({self.spec.workflow.field: step.target}, goes_on=False, is_forced=False)

    def _save(self, more: Mapping[str, Json], *, goes_on: bool, is_forced: bool) -> None:
        if self._is_read_only or self._is_saving:
            return
        if not self.read_addresses():
            return
        wrong = [name for name in self.boxes if name in self._touched and not self.boxes[name].editor.check()]
        if wrong:
            faults = [
                Fault(name, say(self.boxes[name].spec.label, self.language), self.boxes[name].editor.problem.plain_text, is_error=True)
                for name in wrong
            ]
            self.problems.show_faults(faults, may_force=False)
            self.go_to(wrong[0])
            return
        given, _ = self.changes()
        given.update(more)
        if not given and (self.record_id or not is_forced):
            if self.record_id and goes_on:
                self.new_wanted.emit()
            if self.record_id:
                return
        wish = Wish(self.record_id, given, stands_on_errors=not is_forced)
        self._is_saving = True
        self._goes_on = goes_on
        office, spec = self.context.office, self.spec
        self.context.bridge.run(lambda: form_work.save(office, spec, wish), self._stored, self._not_stored, owner=self)

    def _stored(self, answer: SaveAnswer) -> None:
        self._is_saving = False
        if answer.gone is not None:
            self._not_stored(answer.gone)
            return
        self.show_findings(answer.problems, is_saved=answer.row is not None)
        if answer.loaded is None:
            return
        self._forget_draft()
        self.record_id = answer.loaded.row.id
        self._touched.clear()
        self._show_row(answer.loaded)
        self.context.notify(Notice("ok", SAVED))
        self.saved.emit(self.record_id)
        if self._goes_on:
            self.new_wanted.emit()

    def _not_stored(self, error: AppError) -> None:
        self._is_saving = False
        self.keep_draft()
        self.problems.show_faults([Fault("", "", error.sentence(self.language), is_error=True)], may_force=False)
        self.scroller.verticalScrollBar().setValue(0)

    # -- drafts --

    def keep_draft(self) -> None:
        """Keeps what was typed and not saved; called while typing and when the form is left."""
        self._draft_timer.stop()
        given, typed = self.changes()
        if given or typed:
            base = {name: self._base[name] for name in (*given, *typed) if name in self._base}
            self.context.memory.put(self._draft_name(), KeptDraft(given, typed, base).as_json())
        elif self._touched:
            self._forget_draft()

    def _recall(self) -> None:
        self.draft_banner.hide()
        draft = kept_draft(self.context.memory.get(self._draft_name()), self.spec)
        if draft is None or self._is_read_only or self._start:
            return
        moved = rebase(draft.base, draft.given, draft.given, {name: self._base[name] for name in draft.base if name in self._base})
        self._is_filling = True
        for name, wire in draft.given.items():
            self._put(name, wire)
        for name, text in draft.typed.items():
            self.boxes[name].editor.set_draft(text)
        self.show_addresses()
        self._is_filling = False
        self._touched |= {*draft.given, *draft.typed}
        for name in moved.both:
            self.boxes[name].show_theirs(self._base.get(name))
        self.draft_banner.show()

    def discard_draft(self) -> None:
        """Forgets what was typed and shows what is stored."""
        self._forget_draft()
        self._touched.clear()
        self.draft_banner.hide()
        self.problems.show_faults([], may_force=False)
        self._fill(self._base)

    def _forget_draft(self) -> None:
        self._draft_timer.stop()
        self.context.memory.put(self._draft_name(), None)
        self.draft_banner.hide()

    def _draft_name(self) -> str:
        return f"draft.{self.spec.type}.{self.record_id or 'new'}"

    # -- showing --

    def _loaded(self, loaded: Loaded | None) -> None:
        if loaded is None:
            self._set_read_only(True)
            self.state_banner.show_message("warn", NOT_HERE)
            self.state_banner.show()
            self.title_changed.emit()
            return
        if loaded.row.id == self.record_id:
            self._show_row(loaded)
            self._recall()
            if not self._is_pane:
                self.focus_first()

    def _show_row(self, loaded: Loaded) -> None:
        self.row = loaded.row
        self._base = dict(loaded.row.fields)
        self._fill(self._base)
        self.show_year(loaded.closed_year, loaded.fixed)
        may_write = self.context.access.can_write(self.spec.type, loaded.row.stream)
        self._set_read_only(loaded.row.deleted or self.is_closed or not may_write)
        self._show_state(has_conflict=loaded.has_conflict)
        self.moved_banner.hide()

    def _fill(self, fields: Mapping[str, Json]) -> None:
        self._is_filling = True
        for name, box in self.boxes.items():
            self._put(name, fields.get(name))
            box.hide_theirs()
            box.editor.show_problem("")
        self.show_addresses()
        self._is_filling = False

    def _set_read_only(self, is_read_only: bool) -> None:
        self._is_read_only = is_read_only
        self.lock(self.fixed, is_read_only=is_read_only)

    def _show_state(self, *, has_conflict: bool) -> None:
        row = self.row
        self.head.show_record(row, self._start)
        steps = self._steps()
        self.form_acts.show_for(is_new=row is None, is_read_only=self._is_read_only, steps=steps)
        self.conflict_banner.setVisible(has_conflict)
        self.deleted_banner.setVisible(row is not None and row.deleted)
        if row is not None and row.refused:
            self.state_banner.show_message("danger", REFUSED.filled(reason=row.refused))
        elif self._is_read_only:
            self.state_banner.show_message("info", READ_ONLY)
        is_told = self.is_closed or (row is not None and row.deleted)
        self.state_banner.setVisible(bool(row is not None and row.refused) or (self._is_read_only and not is_told))
        self.related.show_for(self.record_id)
        self.show_guests(row)
        self.title_changed.emit()

    def _steps(self) -> tuple[Transition, ...]:
        workflow = self.spec.workflow
        if workflow is None or self._is_read_only:
            return ()
        state = self._base.get(workflow.field)
        return workflow.steps_from(str(state) if state else None, self.context.access.roles)

    def _first_state(self) -> dict[str, Json]:
        steps, workflow = self._steps(), self.spec.workflow
        return {workflow.field: steps[0].target} if workflow is not None and not self.record_id and steps else {}

    # -- what happens elsewhere --

    def _written(self, types: frozenset[str], ids: frozenset[str]) -> None:
        if not self.record_id or self._is_saving or (types and self.spec.type not in types and "conflict" not in types):
            return
        if not types or self.record_id in ids or "conflict" in types:
            record_id = self.record_id
            self.context.bridge.run(lambda: form_work.load(self.context.office, self.spec, record_id), self._came_again, owner=self)

    def _came_again(self, loaded: Loaded | None) -> None:
        if loaded is None or loaded.row.id != self.record_id or self._is_saving:
            return
        given, typed = self.changes()
        if not given and not typed:
            self._touched.clear()
            if self.row is None or loaded.row != self.row:
                self._show_row(loaded)
            self._show_state(has_conflict=loaded.has_conflict)
            return
        found = rebase(self._base, {*given, *typed}, given, loaded.row.fields)
        self.row = loaded.row
        self._base = dict(loaded.row.fields)
        self._is_filling = True
        for name in found.untouched:
            if name in self.boxes:
                self._put(name, self._base.get(name))
        self.show_addresses()
        self._is_filling = False
        for name in found.both:
            if name in self.boxes:
                self.boxes[name].show_theirs(self._base.get(name))
        self.moved_banner.setVisible(bool(found.untouched or found.both) or not self.moved_banner.isHidden())
        self._show_state(has_conflict=loaded.has_conflict)

    def _take_theirs(self, name: str) -> None:
        self._is_filling = True
        self._put(name, self._base.get(name))
        self.show_addresses()
        self._is_filling = False
        self._touched.discard(name)
        self.boxes[name].hide_theirs()
        self.keep_draft()

    def _edited(self, editor: Editor) -> None:
        if not self._is_filling:
            self._touched.add(editor.spec.name)
            # Not begun again by every letter: who types without a pause is kept all the same.
            if not self._draft_timer.isActive():
                self._draft_timer.start()

    def _revealed(self, name: str) -> None:
        office, record_type, record_id = self.context.office, self.spec.type, self.record_id
        if record_id:
            self.context.bridge.run(lambda: log_reading(office, record_type, record_id, name), lambda _none: None, owner=self)

    # -- connecting --

    def _connect(self) -> None:
        record_type = self.spec.type
        self.head.delete_wanted.connect(lambda: self.acts.delete([self.record_id]) if self.record_id else None)
        self.head.duplicate_wanted.connect(lambda: self.acts.duplicate(self.record_id))
        self.head.history_wanted.connect(lambda: self.context.navigate(Place("history", record_type, self.record_id)))
        self.head.open_wanted.connect(lambda: self.context.navigate(Place("record", record_type, self.record_id)))
        self.year_banner.acted.connect(lambda: self.context.navigate(Place("year_turn")))
        self.conflict_banner.acted.connect(lambda: self.context.navigate(Place("conflicts", record_type, self.record_id)))
        self.deleted_banner.acted.connect(lambda: self.acts.restore([self.record_id]))
        self.draft_banner.acted.connect(self.discard_draft)
        self.problems.chosen.connect(self.go_to)
        self.problems.forced.connect(self.save_as_it_is)
        self.form_acts.save_wanted.connect(self.save)
        self.form_acts.next_wanted.connect(self.save_and_next)
        self.form_acts.draft_wanted.connect(self.save_as_it_is)
        self.form_acts.step_wanted.connect(self.take)

    def _begin(self) -> None:
        for box in self.boxes.values():
            box.editor.edited.connect(lambda editor=box.editor: self._edited(editor))
            box.editor.revealed.connect(self._revealed)
            box.took_theirs.connect(self._take_theirs)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted()
