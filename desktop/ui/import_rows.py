"""The first rows of a sheet as a table: as read, with the cells to be checked marked by an icon and said in the tool tip."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.ui.import_facts import PreviewFacts
from desktop.ui.theme.current import px
from desktop.ui.theme.icons import icon
from records.words import Language, Words, say

_ROW = 36
_WIDEST = 280


def rows_table(facts: PreviewFacts, language: Language) -> QTableView:
    """A table of the first rows; it scrolls sideways where there are many columns."""
    table = QTableView()
    table.setAccessibleName(say(Words("ตัวอย่างแถวในไฟล์", "Rows of the file"), language))
    head = say(Words("แถว", "Row"), language)
    model = QStandardItemModel(len(facts.rows), len(facts.headings) + 1, table)
    model.setHorizontalHeaderLabels([head, *(" ".join(heading.split()) for heading in facts.headings)])
    problems = {(row, column): (text, is_blocking) for row, column, text, is_blocking in reversed(facts.problems)}
    for at, (number, texts) in enumerate(zip(facts.row_numbers, facts.rows, strict=True)):
        model.setItem(at, 0, _cell(str(number), problems.get((number, ""))))
        for column, text in enumerate(texts):
            model.setItem(at, column + 1, _cell(text, problems.get((number, facts.headings[column]))))
    table.setModel(model)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(px(_ROW))
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.resizeColumnsToContents()
    for column in range(model.columnCount()):
        wanted = header.sectionSizeHint(column)
        table.setColumnWidth(column, max(wanted, min(table.columnWidth(column), px(_WIDEST))))
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setMinimumHeight(header.sizeHint().height() + px(_ROW) * len(facts.rows) + px(16))
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return table


def _cell(text: str, problem: tuple[str, bool] | None) -> QStandardItem:
    item = QStandardItem(" ".join(text.split()))
    item.setToolTip(text if len(text) > 30 else "")
    if problem is not None:
        said, is_blocking = problem
        item.setIcon(icon("circle-alert" if is_blocking else "alert-triangle", "danger" if is_blocking else "warn"))
        item.setToolTip(f"{text}\n{said}")
        item.setData(f"{text}: {said}", Qt.ItemDataRole.AccessibleTextRole)
    return item
