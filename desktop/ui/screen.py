"""What a screen is, where one can go, and what a screen is given.

    MainWindow -- Place --> Screen (one per page of work)
               <- navigate / notify -- Context

A screen never touches the store on the main thread: it asks through `Context.bridge`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.later import Later
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.banner import BannerKind
from records.kinds import Json
from records.words import Language, Words

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.storage.query import Filter
    from desktop.ui.access import Access
    from desktop.ui.bridge import Bridge
    from desktop.ui.memory import Memory
    from desktop.ui.year_choice import YearChoice


@dataclass(frozen=True)
class Place:
    """Somewhere to go."""

    kind: str
    """`home`, `area`, `type`, `record`, `sync`, `conflicts`, `settings`, `import`, `history` ...: a key of the window's screens."""
    type: str = ""
    """A record type; for `area` the area's key in the side bar."""
    id: str = ""
    """A record; empty at `record` for a new one."""
    filters: "tuple[Filter, ...]" = ()
    """At `type`: what the list shows at first."""
    start: Mapping[str, Json] = field(default_factory=dict, compare=False)
    """At `record` for a new one: wire fields already filled."""


@dataclass(frozen=True)
class Action:
    """Something a person can do on a screen: a button, a line of a menu, an entry of the command palette."""

    id: str
    label: Words
    run: Callable[[], object]
    icon: str = ""
    """A name of `theme.icons`; empty for none."""
    shortcut: str = ""
    """Such as `Ctrl+N`; installed by the window under both keyboard layouts."""


@dataclass(frozen=True)
class Notice:
    """A message over the work that goes by itself, with an optional act such as undo."""

    kind: BannerKind
    text: Words
    action: Words | None = None
    run: Callable[[], object] | None = None


@dataclass(frozen=True)
class Context:
    """What every screen and its larger widgets are given."""

    office: "Office"
    bridge: "Bridge"
    theme: Theme
    language: Language
    navigate: Callable[[Place], object]
    """Goes somewhere; the place left is what `back` returns to."""
    notify: Callable[[Notice], object]
    memory: "Memory"
    """What the window remembers between starts."""
    access: "Access"
    """What the person at this desk may see and write."""
    year: "YearChoice"
    """The fiscal year the person works in."""
    back: Callable[[], object] = lambda: None
    """Returns to the place before this one."""

    def today(self) -> date:
        """The day in Thailand by the office's clock."""
        return self.office.today


class Screen(QWidget):
    """A page of work. Subclasses build themselves in the constructor and fetch in `refresh`."""

    help_page: str = ""
    """The page of Help that F1 opens; empty for the first page."""
    changed_title: Callable[[], object] = staticmethod(lambda: None)
    """Set by the window: call it when `title`, `primary_action` or `acts` answer otherwise than before."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.office = context.office
        self.bridge = context.bridge
        self.language = context.language
        self._refreshed_by: frozenset[str] = frozenset()
        self._refresh_later: Later | None = None

    def refresh_after(self, types: Collection[str], wait_ms: int) -> Later:
        """From now on refreshes a moment after records of these types were written, while the page is in sight; returns what waits."""
        self._refreshed_by = frozenset(types)
        self._refresh_later = Later(self, wait_ms, self.refresh)
        self.bridge.records_changed.connect(self._records_written)
        return self._refresh_later

    def _records_written(self, types: frozenset[str], _ids: frozenset[str]) -> None:
        if self._refresh_later is not None and self.isVisible() and (not types or types & self._refreshed_by):
            self._refresh_later.start()

    def title(self) -> str:
        """What stands above the page, said in the language."""
        return ""

    def show_place(self, place: Place) -> None:
        """Shows another place of this screen's kind; called before `refresh`, each time a person comes here."""

    def refresh(self) -> None:
        """Fetches what it shows anew; called when it comes into sight."""

    def take_focus(self) -> None:
        """Puts the keys where work on this page begins; called when it comes into sight."""
        part = self.nextInFocusChain()
        while part is not None and part is not self:
            if (
                self.isAncestorOf(part)
                and not self.is_frame(part)
                and part.isVisibleTo(self)
                and part.isEnabled()
                and part.focusPolicy() & Qt.FocusPolicy.TabFocus
            ):
                part.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            part = part.nextInFocusChain()

    def is_frame(self, _part: QWidget, /) -> bool:
        """Whether a control belongs to what stands around the work, such as tabs: work does not begin there."""
        return False

    def leave(self) -> None:
        """Called when it goes out of sight: keep drafts here, ask nothing."""

    def primary_action(self) -> Action | None:
        """The one main act, shown at the upper right; None for none."""
        return None

    def acts(self) -> list[Action]:
        """The other acts, for the command palette and for shortcuts."""
        return []

    def find_here(self) -> None:
        """Ctrl+F: puts the cursor where this page is searched."""


def same_place(one: Place, other: Place) -> bool:
    """Whether two places are one page."""
    return (one.kind, one.type, one.id, one.filters) == (other.kind, other.type, other.id, other.filters)
