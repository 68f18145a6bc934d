"""A page of an area that is not a plain list: the area's tabs above, the page's own parts below."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.area_pages import place_of_tab, side_of_page, tabs_of
from desktop.ui.screen import Context, Screen
from desktop.ui.side_places import SIDE
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.type_tabs import TypeTabs
from records.words import say


class AreaScreen(Screen):
    """Subclasses say which `page` they are and fill `body`."""

    page: str = ""
    """The key of their AreaPage."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        space = tokens().space
        column = QVBoxLayout(self)
        column.setContentsMargins(px(space.wide), 0, px(space.wide), px(space.normal))
        column.setSpacing(px(space.snug))
        self._side = side_of_page(self.page) or ""
        self.tabs = TypeTabs(tabs_of(self._side, self.office.catalogue, context.access), self.language)
        self.tabs.set_current(self.page)
        self.tabs.chosen.connect(self._go_to_tab)
        column.addWidget(self.tabs)
        self.body = QVBoxLayout()
        self.body.setSpacing(px(space.snug))
        column.addLayout(self.body, 1)

    def title(self) -> str:
        """The area's name."""
        return say(SIDE[self._side].words, self.language) if self._side else ""

    def is_frame(self, part: QWidget, /) -> bool:
        """The tabs lead elsewhere."""
        return self.tabs.isAncestorOf(part)

    def take_focus(self) -> None:
        """Where the work is not there yet, the keys wait on the tab of this page, not on the first."""
        super().take_focus()
        if self.tabs.isAncestorOf(self.focusWidget() or self) or self.focusWidget() is None:
            self.tabs.focus_current()

    def _go_to_tab(self, key: str) -> None:
        self.tabs.set_current(self.page)
        self.context.navigate(place_of_tab(key, self.office.catalogue))
