"""Parts of the import page: counts as pills, the first rows as a table with the cells to be checked marked, the list of problems."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QWidget

from desktop.imports.planned import Plan
from desktop.ui.import_facts import PreviewFacts
from desktop.ui.theme.current import px, tokens
from desktop.ui.theme.icons import icon
from desktop.ui.widgets.card import Card, Line
from desktop.ui.widgets.column_fit import look_calm
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.pill import Kind, Pill
from records.record import RecordType
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
    look_calm(table)
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


def count_pills(plan: Plan, catalogue: Mapping[str, RecordType], language: Language) -> Flow:
    """How many rows and records an import would touch, as pills; zeros are left out."""
    pills = Flow(gap=8)
    counts: tuple[tuple[int, Words, Kind], ...] = (
        (plan.ready, Words("พร้อมนำเข้า {count} แถว", "{count} rows ready"), "ok"),
        (plan.rows - plan.ready, Words("นำเข้าไม่ได้ {count} แถว", "{count} rows left out"), "danger"),
        (plan.created, Words("รายการใหม่ {count}", "{count} new"), "info"),
        (plan.updated, Words("แก้รายการเดิม {count}", "{count} changed"), "info"),
        (plan.unchanged, Words("เหมือนเดิม {count}", "{count} unchanged"), "neutral"),
        (len(plan.problems), Words("ควรตรวจ {count} แห่ง", "{count} to check"), "warn"),
    )
    for count, words, kind in counts:
        if count:
            pills.add(Pill(say(words, language, count=f"{count:,}"), kind))
    for type_name, count in plan.related.items():
        pills.add(Pill(f"{say(catalogue[type_name].label, language)} +{count:,}", "neutral"))
    return pills


def problems_card(facts: PreviewFacts, language: Language) -> Card:
    """The problems by row and column of the file, and whether the row is imported all the same."""
    card = Card()
    card.body.setSpacing(px(tokens().space.hair))
    card.add_head(Words("ควรตรวจ", "To check"), language, hint=Words("ตามแถวและคอลัมน์ในไฟล์", "By row and column of the file"))
    for row, column, text, is_blocking in facts.problems:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, px(tokens().space.hair), 0, px(tokens().space.hair))
        layout.setSpacing(px(tokens().space.snug))
        place = Label(say(Words("แถว {row}", "Row {row}"), language, row=row), "strong")
        place.setFixedWidth(px(88))
        layout.addWidget(place, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(WrapLabel(f"{column}: {text}" if column else text, language=language), 1)
        status = Words("ไม่นำเข้าแถวนี้", "Row left out") if is_blocking else Words("นำเข้าได้", "Imported all the same")
        layout.addWidget(Pill(say(status, language), "danger" if is_blocking else "warn"))
        card.body.addWidget(Line())
        card.body.addWidget(line)
    if facts.more_problems:
        more = Words("และอีก {count} แห่ง", "and {count} more")
        card.body.addWidget(WrapLabel(say(more, language, count=f"{facts.more_problems:,}"), "muted", language=language))
    return card


def short(text: str, longest: int = 90) -> str:
    """A text of at most so many letters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
