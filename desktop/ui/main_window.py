"""The window: side bar, page, sync bar; where one is and how one came there.

+------+--------------------------------------+
| side | back  title      search  [primary]   |
| bar  |--------------------------------------|
|      | page (a Screen)                      |
+------+--------------------------------------+
| sync bar                                    |
+---------------------------------------------+
"""

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.office import Office
from desktop.storage.state import Identity, StreamState
from desktop.sync.status import SyncStatus
from desktop.ui.access import Access
from desktop.ui.area_pages import first_tab, place_of_tab, side_of_page
from desktop.ui.bridge import Bridge
from desktop.ui.bundle_control import BundleControl
from desktop.ui.command_palette import CommandPalette
from desktop.ui.later import Later
from desktop.ui.memory import Memory
from desktop.ui.mend_control import MendControl
from desktop.ui.notices import Notices
from desktop.ui.office_name import NAMELESS, place_lines, short_name
from desktop.ui.pages import HOME, PAGES
from desktop.ui.safety_control import SafetyControl
from desktop.ui.screen import Action, Context, Notice, Place, Screen, same_place
from desktop.ui.side_places import BOTTOM, SIDE, side_of, types_of
from desktop.ui.sync_control import SyncControl
from desktop.ui.sync_sentence import SyncFacts, facts_of, sync_line
from desktop.ui.theme.theme import Theme
from desktop.ui.top_bar import TopBar
from desktop.ui.widgets.record_acts import undo_last
from desktop.ui.widgets.shortcuts import shortcut
from desktop.ui.widgets.side_bar import SideBar, SideEntry
from desktop.ui.widgets.status_bar import SyncBar
from desktop.ui.window_acts import acts_of
from desktop.ui.year_choice import KEYS, YearChoice, YearKeeper
from records.areas import ROLES
from records.words import Language, Words, say

if TYPE_CHECKING:
    from desktop.services.overview import Overview

NAME = Words("ท้องถิ่น", "Thongthin")
NO_PAGE = Words("หน้านี้ยังเปิดไม่ได้ในรุ่นนี้", "This page cannot be opened in this version")
_KEPT_SCREENS = 12
_KEPT_PLACES = 50
_COUNT_MS = 500
_POLL_MS = 2_000


class MainWindow(QWidget):
    """The frame around the pages."""

    language_wanted = Signal(str)
    """A person chose another language (`th`, `en`): whoever made the window makes another one that speaks it."""
    restore_wanted = Signal(object)
    """A person confirmed a restore (a RestoreWish): whoever made the window closes it, restores and opens another."""
    file_damaged = Signal()
    """The database is damaged: whoever made the window offers the newest good backup."""

    def __init__(self, office: Office, theme: Theme, language: Language) -> None:
        """Built empty; `start` fetches what it needs and shows the first page."""
        super().__init__()
        self.office = office
        self.language = language
        self.bridge = Bridge(office, language, self)
        self.control = SyncControl(office, self.bridge, self)
        self.mend_control = MendControl(office, self.bridge, self)
        self.safety = SafetyControl(self)
        self.memory = Memory(self.bridge, office)
        self.access = Access(office.catalogue)
        self.context = Context(
            office, self.bridge, theme, language, self.navigate, self.notify, self.memory, self.access, YearChoice(self), self.back
        )
        self.years = YearKeeper(self.context, self)
        self._screens: OrderedDict[tuple[str, str], Screen] = OrderedDict()
        self._here: Place | None = None
        self._past: list[Place] = []
        self._news: SyncStatus | None = None
        self._overview: Overview | None = None
        self.setWindowTitle(say(NAME, language))
        self.setMinimumSize(720, 480)
        self._build()
        self._keys()
        self._count_later = Later(self, _COUNT_MS, self._count)
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(
            lambda: self.bridge.run(office.database.poll_other_processes, lambda _: None) if not self.bridge.is_busy else None
        )
        self.bridge.records_changed.connect(lambda _types, _ids: self._count_later.start())
        self.bridge.findings_changed.connect(self._count_later.start)
        self.bridge.sync_status_changed.connect(self._hear)

    # -- starting and ending --

    def start(self, place: Place | None = None, *, syncs: bool = True, is_first: bool = False) -> None:
        """Fetches what the window needs, then shows the first page; `syncs` starts the rounds, at once when it `is_first` start."""
        office = self.office

        def work() -> tuple[str, Identity | None, tuple[StreamState, ...]]:
            return (Memory.asked(office), *Access.asked(office))

        def done(answer: tuple[str, Identity | None, tuple[StreamState, ...]]) -> None:
            remembered, identity, streams = answer
            self.memory.take(remembered)
            self.years.recall()
            self.access.take(identity, streams)
            self._restore_place()
            self._name_office()
            self.navigate(place or Place("home"))
            self._count()
            self.years.fetch()
            if syncs and identity is not None:
                self.control.start(identity.device_id)
                if is_first:
                    self.control.ask()
                self._poll.start()
                self.mend_control.start()
                self.safety.start(is_first=is_first)

        self.bridge.run(work, done, owner=self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keeps drafts and the window's place, then ends the threads."""
        screen = self.screen_here()
        if screen is not None:
            screen.leave()
        self.memory.put("window.geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self._poll.stop()
        self.mend_control.stop()
        self.safety.stop()
        for bundles in self.findChildren(BundleControl):
            bundles.stop()
        self.control.stop()
        self.bridge.close()
        super().closeEvent(event)

    def come_forward(self) -> None:
        """Shows the window above others: somebody started the program again."""
        self.showNormal()
        self.raise_()
        self.activateWindow()

    def _restore_place(self) -> None:
        kept = self.memory.get("window.geometry")
        if isinstance(kept, str):
            self.restoreGeometry(QByteArray.fromBase64(QByteArray(kept.encode())))

    # -- going somewhere --

    def navigate(self, place: Place) -> None:
        """Goes to a place; the one left can be returned to."""
        if place.kind == "area":
            chosen = first_tab(place.type, self.office.catalogue, self.access, self.memory.get(f"area.{place.type}"))
            if chosen is None:
                return
            place = place_of_tab(chosen, self.office.catalogue)
        if place.kind not in PAGES or (place.kind in {"type", "record"} and place.type not in self.office.catalogue):
            self.notify(Notice("info", NO_PAGE))
            return
        if self._here is not None and not same_place(self._here, place):
            self._past = [*self._past[-_KEPT_PLACES:], self._here]
        self._go(place)

    def back(self) -> None:
        """Returns to the place before this one."""
        if self._past:
            self._go(self._past.pop())

    def screen_here(self) -> Screen | None:
        """The page in sight."""
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, Screen) else None

    @property
    def here(self) -> Place | None:
        """Where the window is."""
        return self._here

    def notify(self, notice: Notice) -> None:
        """Shows a notice over the page."""
        self.notices.show_notice(notice)

    def _go(self, place: Place) -> None:
        before = self.screen_here()
        if before is not None:
            before.leave()
        self._here = place
        screen = self._screen_of(place)
        self.stack.setCurrentWidget(screen)
        screen.show_place(place)
        screen.refresh()
        if place.kind == "type":
            side = side_of(self.office.catalogue[place.type].area)
            self.side.set_current(side or "")
            self.memory.put(f"area.{side}", place.type)
        elif place.kind == "record":
            self.side.set_current(side_of(self.office.catalogue[place.type].area) or "")
        else:
            side = side_of_page(place.kind)
            self.side.set_current(side or place.kind)
            if side is not None:
                self.memory.put(f"area.{side}", place.kind)
        self._show_head()
        if before is not screen:
            screen.take_focus()

    def _screen_of(self, place: Place) -> Screen:
        # A record's page is made anew: what was typed comes back from its draft, what was stored from the store.
        key = (place.kind, place.type if place.kind in {"type", "record"} else "")
        screen = self._screens.pop(key, None)
        if screen is None:
            screen = PAGES[place.kind](self.context, self.control)
            screen.changed_title = self._show_head
            if place.kind == "settings":
                from desktop.ui.settings_view import SettingsScreen

                if isinstance(screen, SettingsScreen):
                    screen.language_chosen.connect(self.language_wanted)
            if place.kind == "backups":
                self.safety.serve(screen)
            self.stack.addWidget(screen)
        self._screens[key] = screen
        while len(self._screens) > _KEPT_SCREENS:
            _, old = self._screens.popitem(last=False)
            self.stack.removeWidget(old)
            old.deleteLater()
        return screen

    def _show_head(self) -> None:
        screen = self.screen_here()
        if screen is not None:
            self.top.show_page(screen.title(), screen.primary_action(), can_go_back=bool(self._past))
            self.setWindowTitle(f"{screen.title()} – {say(NAME, self.language)}")

    # -- keys --

    def _keys(self) -> None:
        shortcut(self, "Alt+Left", self.back)
        shortcut(self, "F5", self.control.ask)
        shortcut(self, "Ctrl+K", self.open_palette)
        shortcut(self, "Ctrl+F", self._find_here)
        shortcut(self, "Ctrl+N", self._primary)
        shortcut(self, "Ctrl+Z", lambda: undo_last(self.context))
        shortcut(self, KEYS, self.top.year_button.open_menu)
        shortcut(self, "Ctrl+1", lambda: self.navigate(Place("home")))

    def _find_here(self) -> None:
        screen = self.screen_here()
        if screen is not None:
            screen.find_here()

    def _primary(self) -> None:
        screen = self.screen_here()
        action = screen.primary_action() if screen is not None else None
        if action is not None:
            action.run()

    def open_palette(self) -> None:
        """Opens the search over everything."""
        self.palette_box.open_over(self)

    def acts_of_now(self) -> list[Action]:
        """What can be done here and anywhere: the page's acts first, then the window's."""
        return acts_of(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The mouse's back button goes back."""
        if event.button() is Qt.MouseButton.BackButton:
            self.back()
            return
        super().mousePressEvent(event)

    # -- parts --

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        self.side = SideBar("", "", self.language)
        self.side.chosen.connect(self.go_to_side)
        middle.addWidget(self.side)
        right = QVBoxLayout()
        right.setSpacing(0)
        self.top = TopBar(self.language, self.context.year)
        self.top.back.connect(self.back)
        self.top.search.connect(self.open_palette)
        right.addWidget(self.top)
        self.stack = QStackedWidget()
        right.addWidget(self.stack, 1)
        middle.addLayout(right, 1)
        whole.addLayout(middle, 1)
        self.sync_bar = SyncBar(sync_line(self._facts()), self.language)
        self.sync_bar.clicked.connect(lambda: self.navigate(Place("sync")))
        whole.addWidget(self.sync_bar)
        self.notices = Notices(self.language, self.stack)
        # A page that comes is put in front of everything in the stack, also of what was just said.
        self.stack.currentChanged.connect(lambda _at: self.notices.raise_())
        self.palette_box = CommandPalette(self.context, self.acts_of_now, self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Makes room in the top bar."""
        super().resizeEvent(event)
        self.top.fit(event.size().width() - self.side.width())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Looks for what other processes wrote when the window comes to the front."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self._poll.isActive():
            self._count_later.start()

    def _name_office(self) -> None:
        own = next((one for one in self.access.streams if one.stream.startswith("office/")), None)
        if own is None:
            self.side.set_office(say(NAME, self.language), "")
        else:
            name = say(NAMELESS, self.language) if own.name in ("", own.stream) else short_name(own.name)
            self.side.set_office(name, place_lines(own.name, own.stream.partition("/")[2], self.language))
        identity = self.access.identity
        if identity is not None:
            role = ROLES.get(identity.role)
            self.side.set_person(
                "\n".join(part for part in (identity.full_name or identity.account, say(role, self.language) if role else "") if part)
            )
        entries = [SideEntry("home", "house", HOME)]
        entries += [
            SideEntry(key, place.icon, place.words) for key, place in SIDE.items() if types_of(key, self.office.catalogue, self.access)
        ]
        bottom = [SideEntry(key, icon, words) for key, icon, words in BOTTOM]
        self.side.set_entries(entries, bottom)

    def go_to_side(self, key: str) -> None:
        """Goes where an entry of the side bar leads."""
        self.navigate(Place("area", key) if key in SIDE else Place(key))

    # -- how sync stands --

    def _facts(self) -> SyncFacts:
        return facts_of(self._overview, self.office.clock(), self._news)

    def _count(self) -> None:
        office = self.office

        def work() -> "Overview":
            # Brings the sync engine, which nobody needs before the first page is shown.
            from desktop.services.overview import overview

            return overview(office)

        self.bridge.run(work, self._counted, owner=self, is_long=True)

    def _counted(self, found: "Overview") -> None:
        self._overview = found
        self.access.take(found.status.identity, found.status.streams)
        self.sync_bar.show_line(sync_line(self._facts()))
        if self._here is not None:
            self.side.set_count("conflicts", found.status.conflicts)
            self.side.set_count("mend", found.to_mend)

    def _hear(self, status: SyncStatus) -> None:
        self._news = status
        facts = self._facts()
        self.sync_bar.show_line(sync_line(facts))
        if not facts.is_busy:
            self._count_later.start()
