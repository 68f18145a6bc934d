"""Parts that the pages of plans share: which plan is looked at, and writing a workbook."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QSizePolicy, QWidget

from desktop.services.plans import PlanChoice
from desktop.ui.screen import Context, Notice
from desktop.ui.widgets.record_acts import FOLDER
from records.words import Words, say

PLAN = Words("แผนพัฒนา", "Plan")
WROTE = Words("เขียน {name} จำนวน {count} แถวแล้ว", "{name} was written, {count} rows")
EXCEL = Words("ส่งออก Excel", "Excel")


class PlanBox(QComboBox):
    """The plans there are, one chosen."""

    chosen = Signal(str)
    """The id of the plan a person chose; empty for projects without one."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = context.language
        self.setAccessibleName(say(PLAN, context.language))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda at: self.chosen.emit(str(self.itemData(at))))

    def show_plans(self, plans: Sequence[PlanChoice], current: str) -> None:
        """Shows these plans with one chosen; says nothing."""
        self.clear()
        for one in plans:
            self.addItem(say(one.name, self._language), one.id)
        self.setCurrentIndex(max(self.findData(current), 0))
        self.setToolTip(self.currentText())

    @property
    def plan_id(self) -> str:
        """The plan chosen; empty for projects without one, and while there are none."""
        return str(self.currentData() or "")


def write_workbook(owner: QWidget, context: Context, name: str, work: Callable[[Path], int]) -> None:
    """Asks for a file name and has a workbook written; `work` runs on the store's thread and returns the number of rows."""
    chosen, _ = QFileDialog.getSaveFileName(owner, say(EXCEL, context.language), f"{name}.xlsx", "Excel (*.xlsx)")
    if not chosen:
        return
    path = Path(chosen).with_suffix(".xlsx")

    def done(count: int) -> None:
        folder = QUrl.fromLocalFile(str(path.parent))
        text = WROTE.filled(count=f"{count:,}", name=path.name)
        context.notify(Notice("ok", text, FOLDER, lambda: QDesktopServices.openUrl(folder)))

    context.bridge.run(lambda: work(path), done, owner=context.bridge, is_long=True)
