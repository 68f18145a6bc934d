"""What can be done in the window now: the acts of the command palette and of the keys, wherever one is."""

from functools import partial
from typing import TYPE_CHECKING

from desktop.ui.area_pages import pages_of
from desktop.ui.pages import HOME
from desktop.ui.screen import Action, Place
from desktop.ui.side_places import BOTTOM, SIDE, types_of
from desktop.ui.widgets.record_acts import undo_last
from desktop.ui.year_choice import year_acts
from records.words import Words

if TYPE_CHECKING:
    from desktop.ui.main_window import MainWindow

SYNC = Words("การรับส่งข้อมูล", "Sync")
SYNC_NOW = Words("รับส่งตอนนี้", "Sync now")
BACKUPS = Words("สำรองข้อมูลและกู้คืน", "Backups and restore")
DELETED = Words("ย้อนและกู้คืน", "Undo and restore")
BUNDLES = Words("ส่งงานด้วยแฟ้ม (USB)", "Work by bundle (USB)")
DUPLICATES = Words("รายการที่อาจบันทึกซ้ำ", "Possibly entered twice")
MERGED = Words("รายการที่รวมให้แล้ว (เพื่อทราบ)", "Merged for you (information)")
UNDO = Words("ย้อนการกระทำล่าสุด", "Undo the last act")


def acts_of(window: "MainWindow") -> list[Action]:
    """The page's acts first, then the window's own, then everywhere one may go."""
    screen = window.screen_here()
    primary = screen.primary_action() if screen is not None else None
    catalogue, access = window.office.catalogue, window.access
    places = [
        Action(f"go_{key}", _go_to(place.words), partial(window.go_to_side, key), place.icon)
        for key, place in SIDE.items()
        if types_of(key, catalogue, access)
    ]
    pages = [
        Action(f"go_{page.key}", _go_to(page.words), partial(window.navigate, Place(page.key)), place.icon)
        for key, place in SIDE.items()
        for page in pages_of(key, catalogue, access)
    ]
    lists = [
        Action(f"go_{spec.type}", _go_to(spec.label), partial(window.navigate, Place("type", spec.type)), place.icon)
        for key, place in SIDE.items()
        for spec in types_of(key, catalogue, access)
    ]
    return [
        *([primary] if primary is not None else []),
        *(screen.acts() if screen is not None else []),
        Action("sync_now", SYNC_NOW, window.control.ask, "refresh-cw", "F5"),
        Action("undo", UNDO, partial(undo_last, window.context), "undo-2", "Ctrl+Z"),
        Action("go_home", HOME, partial(window.navigate, Place("home")), "house", "Ctrl+1"),
        *places,
        *pages,
        *year_acts(window.context.year),
        *(Action(f"go_{key}", words, partial(window.go_to_side, key), icon) for key, icon, words in BOTTOM),
        Action("go_deleted", DELETED, partial(window.navigate, Place("deleted")), "undo-2"),
        Action("go_sync", SYNC, partial(window.navigate, Place("sync")), "cloud"),
        Action("go_bundles", BUNDLES, partial(window.navigate, Place("bundles")), "package"),
        Action("go_duplicates", DUPLICATES, partial(window.navigate, Place("duplicates")), "copy"),
        Action("go_merged", MERGED, partial(window.navigate, Place("conflicts", "merged")), "git-merge"),
        Action("go_backups", BACKUPS, partial(window.navigate, Place("backups")), "archive"),
        *lists,
    ]


def _go_to(words: Words) -> Words:
    return Words(f"ไปที่ {words.th}", f"Go to {words.en}")
