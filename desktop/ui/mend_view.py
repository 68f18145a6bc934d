"""What is to mend: the kinds of faults with how many records have each, and beside them the records of the kind chosen.

The list counts down as people mend: a record opened from here and put right is gone when they come back.
"""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop.services.mending import ToMend
from desktop.storage.findings import Finding, FindingKind
from desktop.ui.later import Later
from desktop.ui.screen import Context, Place, Screen
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.page import Scroller, emptied
from desktop.ui.widgets.pill import Kind
from desktop.ui.widgets.row_button import RowButton
from records.words import Words, say

TITLE = Words("รายการที่ต้องแก้ไข", "To mend")
LEFT = Words("เหลือ {records} รายการ", "{records} records left")
LEFT_ERRORS = Words(
    "เหลือ {records} รายการ ในจำนวนนี้ {errors} รายการส่งต่อไม่ได้จนกว่าจะแก้", "{records} records left; {errors} cannot be handed in as they are"
)
STILL = Words("กำลังตรวจข้อมูลที่เปลี่ยนแปลง จำนวนอาจเพิ่มขึ้นอีก", "What changed is being checked; the count may grow")
NOTHING = Words("ไม่มีรายการที่ต้องแก้ไข", "Nothing to mend")
NOTHING_BODY = Words(
    "ข้อมูลที่หน่วยงานนี้ดูแลผ่านการตรวจแล้วทั้งหมด เมื่อมีสิ่งที่ไม่ครบหรือไม่ตรงกันจะแสดงที่นี่",
    "Everything this office keeps has been checked; what is missing or does not agree will be listed here",
)
CHOOSE = Words("เลือกเรื่องทางซ้ายเพื่อดูรายการ", "Choose a fault at the left to see its records")
SEVERITIES: dict[str, tuple[Words, Kind]] = {
    "error": (Words("ต้องแก้", "Error"), "danger"),
    "warning": (Words("ควรตรวจ", "Look at it"), "warn"),
}
_PAGE = 200
_LATER_MS = 600


class _Records(QAbstractListModel):
    """The records of one kind of fault, fetched by pages as one scrolls."""

    def __init__(self, context: Context, view: QListView) -> None:
        super().__init__(view)
        self._context = context
        self._kind: FindingKind | None = None
        self._found: list[tuple[Finding, str]] = []
        self._is_asking = False
        self._has_more = False

    def show(self, kind: FindingKind | None) -> None:
        """Shows the records of another kind."""
        self.beginResetModel()
        self._kind, self._found, self._has_more, self._is_asking = kind, [], kind is not None, False
        self.endResetModel()
        self.fetchMore()

    def finding(self, index: QModelIndex) -> Finding | None:
        """What a line stands for."""
        return self._found[index.row()][0] if index.isValid() and index.row() < len(self._found) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Lines fetched so far."""
        return 0 if parent is not None and parent.isValid() else len(self._found)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name of the record; over it the field the fault is beside."""
        if not index.isValid():
            return None
        finding, title = self._found[index.row()]
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, px(tokens().space.row))
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role != Qt.ItemDataRole.ToolTipRole:
            return None
        spec = self._context.office.catalogue[finding.type]
        field = spec.by_name.get(finding.field)
        return f"{title}  ·  {say(field.label, self._context.language)}" if field is not None else title

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Whether the store may have more."""
        return self._has_more and not self._is_asking

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> None:  # noqa: N802 - Qt's name
        """Fetches the next page on the store's thread."""
        kind, office, offset = self._kind, self._context.office, len(self._found)
        if kind is None or self._is_asking:
            return
        self._is_asking = True

        def work() -> tuple[FindingKind, list[tuple[Finding, str]]]:
            found = office.mending.listed((kind.type,), kind.severity, kind.text.th, limit=_PAGE, offset=offset)
            titles = office.records.titles(kind.type, [one.id for one in found])
            return kind, [(one, titles.get(one.id, one.id[:8])) for one in found]

        self._context.bridge.run(work, self._came, owner=self)

    def _came(self, answer: tuple[FindingKind, list[tuple[Finding, str]]]) -> None:
        kind, found = answer
        if kind is not self._kind:
            return
        self._is_asking = False
        self._has_more = len(found) == _PAGE
        if found:
            self.beginInsertRows(QModelIndex(), len(self._found), len(self._found) + len(found) - 1)
            self._found += found
            self.endInsertRows()


class MendScreen(Screen):
    """The kinds of faults at the left, the records at the right."""

    help_page = "mend"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        space = tokens().space
        column = QVBoxLayout(self)
        column.setContentsMargins(px(space.wide), 0, px(space.wide), px(space.normal))
        column.setSpacing(px(space.snug))
        self.head = WrapLabel("", "muted", language=self.language)
        column.addWidget(self.head)
        self.panes = QWidget()
        row = QHBoxLayout(self.panes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(space.normal))
        row.addWidget(self._left(), 1)
        row.addWidget(self._right(), 1)
        column.addWidget(self.panes, 1)
        self.empty = EmptyState("circle-check", NOTHING, NOTHING_BODY, self.language)
        column.addWidget(self.empty, 1)
        self.panes.hide()
        self.empty.hide()
        self._kind: FindingKind | None = None
        self._shown: ToMend | None = None
        self._later = Later(self, _LATER_MS, self._ask)
        self.bridge.findings_changed.connect(lambda: self._later.start() if self.isVisible() else None)

    def _left(self) -> Card:
        self._kinds_card = Card(padding=4)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        inner.setProperty("look", "page")
        inner.setLayout(self._lines)
        scroll = Scroller(inner)
        self._kinds_card.body.addWidget(scroll)
        return self._kinds_card

    def _right(self) -> Card:
        right = Card(padding=4)
        self.about = WrapLabel(say(CHOOSE, self.language), "strong", language=self.language)
        margin = px(tokens().space.snug)
        self.about.setContentsMargins(margin, margin, margin, px(tokens().space.tight))
        right.body.addWidget(self.about)
        self.list = QListView()
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setAccessibleName(say(TITLE, self.language))
        self.records = _Records(self.context, self.list)
        self.list.setModel(self.records)
        self.list.activated.connect(self._open)
        # Who comes by Tab may press Enter at once.
        self.records.rowsInserted.connect(lambda: self._first() if not self.list.currentIndex().isValid() else None)
        right.body.addWidget(self.list, 1)
        return right

    def title(self) -> str:
        """What is to mend."""
        return say(TITLE, self.language)

    def refresh(self) -> None:
        """Counts again."""
        self._ask()

    def _ask(self) -> None:
        mending = self.office.mending
        self.bridge.run(lambda: (mending.to_mend(), mending.is_done), self._show, owner=self, is_long=True)

    def _show(self, answer: tuple[ToMend, bool]) -> None:
        found, is_done = answer
        words = LEFT_ERRORS if found.errors else LEFT
        said = say(words, self.language, records=f"{found.records:,}", errors=f"{found.errors:,}") if found.records else ""
        self.head.set_text("  ·  ".join(filter(None, (said, "" if is_done else say(STILL, self.language)))))
        self.panes.setVisible(bool(found.kinds))
        self.empty.setVisible(not found.kinds and is_done)
        if self._shown is not None and self._shown.kinds == found.kinds:
            return
        self._shown = found
        had_focus = self._kinds_card.isAncestorOf(self.focusWidget() or self)
        emptied(self._lines)
        same = next((one for one in found.kinds if self._kind and (one.type, one.text) == (self._kind.type, self._kind.text)), None)
        chosen = same or next(iter(found.kinds), None)
        before: RowButton | None = None
        for kind in found.kinds:
            line = self._line(kind)
            self._lines.addWidget(line)
            if before is not None:
                # Made after the list, they would else stand behind it and the whole frame.
                QWidget.setTabOrder(before, line)
            before = line
            if had_focus and kind is chosen:
                line.setFocus(Qt.FocusReason.OtherFocusReason)
        if before is not None:
            QWidget.setTabOrder(before, self.list)
        self._choose(chosen)
        if not had_focus and not self.isAncestorOf(self.focusWidget() or self):
            self.take_focus()

    def _line(self, kind: FindingKind) -> RowButton:
        label = self.office.catalogue[kind.type].label
        words, tone = SEVERITIES[kind.severity]
        detail = f"{say(label, self.language)}  ·  {say(words, self.language)}"
        icon = "circle-alert" if kind.severity == "error" else "alert-triangle"
        line = RowButton(say(kind.text, self.language), detail, self.language, icon=icon, status=f"{kind.records:,}", kind=tone)
        line.clicked.connect(lambda _checked=False, kind=kind: self._choose(kind))
        return line

    def _choose(self, kind: FindingKind | None) -> None:
        self._kind = kind
        self.about.set_text(say(kind.text if kind else CHOOSE, self.language))
        self.records.show(kind)

    def _first(self) -> None:
        self.list.setCurrentIndex(self.records.index(0))

    def _open(self, index: QModelIndex) -> None:
        finding = self.records.finding(index)
        if finding is not None:
            self.context.navigate(Place("record", finding.type, finding.id))
