"""On the sync page: an office was merged into another, and what this computer had not sent can move there."""

from collections.abc import Callable

from desktop.services.succession import Succession, move, successions
from desktop.ui.screen import Context, Notice
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.dialogs import confirm
from desktop.ui.widgets.record_acts import undo_last
from records.words import Words

MOVE = Words("ย้ายไปหน่วยงานที่รับช่วง", "Move to the successor")
UNDO = Words("ย้อนกลับ", "Undo")
_MOVED = Words("ย้าย {count} รายการไป {successor} แล้ว จะส่งในรอบถัดไป", "{count} record[|s] moved to {successor}, to go with the next round")


class SuccessionBanner(Banner):
    """One closed office at a time; the next is shown when this one is settled. Hidden while there is none."""

    def __init__(self, context: Context, refresh: Callable[[], object]) -> None:
        """`refresh`: asks the page how things stand, after something moved."""
        super().__init__("warn", Words("", ""), context.language, action=MOVE)
        self._context = context
        self._refresh = refresh
        self._found: Succession | None = None
        self.acted.connect(self._ask)
        self.hide()

    def refresh(self) -> None:
        """Asks what there is."""
        office = self._context.office
        self._context.bridge.run(lambda: successions(office), self._show, owner=self, is_long=True)

    def _show(self, found: tuple[Succession, ...]) -> None:
        self._found = next((one for one in found if one.records), found[0] if found else None)
        if self._found is not None:
            self.show_message("warn", self._found.words)
            if self.button is not None:
                self.button.setVisible(bool(self._found.records))
        self.setVisible(self._found is not None)

    def _ask(self) -> None:
        found, office = self._found, self._context.office
        if found is None or not confirm(self, self._context.language, MOVE, found.words, MOVE):
            return
        self._context.bridge.run(lambda: move(office, found.stream), lambda count: self._moved(count, found), owner=self, is_long=True)

    def _moved(self, count: int, found: Succession) -> None:
        text = _MOVED.filled(count=f"{count:,}", successor=found.successor_name)
        self._context.notify(Notice("ok", text, UNDO, self._undo))
        self._refresh()

    def _undo(self) -> None:
        undo_last(self._context)
        self._refresh()
