"""An address typed in one line: part of a subdistrict's name or a postcode, chosen from a list, fills its four fields together.

typed --150 ms--> places that fit --> chosen: ต.แม่ใส อ.เมืองพะเยา จ.พะเยา 56000 --> tambon, amphoe, province, postcode
                                  --> none: said in words; the four fields can be filled one by one

The four fields keep their own boxes (drafts, merges and problems are theirs); they stay folded away until asked for.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from desktop.services.places import PARTS, Address, address_of
from desktop.ui.later import Later
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.field_box import FieldBox, FieldGrid, GridPart
from desktop.ui.widgets.labels import WrapLabel
from records.errors import FieldError
from records.words import Words, say

ADDRESS = Words("ตำบล อำเภอ จังหวัด รหัสไปรษณีย์", "Subdistrict, district, province, postcode")
HINT = Words("พิมพ์ชื่อตำบลหรือรหัสไปรษณีย์", "Type a subdistrict or a postcode")
ONE_BY_ONE = Words("กรอกทีละช่อง", "Fill the fields one by one")
NOTHING = Words("ไม่พบ “{text}” พิมพ์คำอื่นหรือกรอกทีละช่อง", "Nothing matches “{text}”; try other words or fill the fields one by one")
_GROUP = "address"
_WAIT_MS = 150
_ADDRESS_ROLE = Qt.ItemDataRole.UserRole.value + 1


def gathered(boxes: Sequence[FieldBox], context: Context) -> list[GridPart]:
    """The parts of a section: the four fields of an address (declared `together="address"`) as one, every other field as it is."""
    parts = {box.spec.name: box for box in boxes if box.spec.together == _GROUP and box.spec.name in PARTS}
    if len(parts) < len(PARTS):
        return list(boxes)
    address = AddressBox([parts[name] for name in PARTS], context)
    whole: list[GridPart] = []
    for box in boxes:
        if box.spec.name not in parts:
            whole.append(box)
        elif address not in whole:
            whole.append(address)
    return whole


class AddressBox(GridPart):
    """The line and, folded away, the four fields it fills."""

    def __init__(self, parts: Sequence[FieldBox], context: Context, parent: QWidget | None = None) -> None:
        """`parts` are the boxes of subdistrict, district, province and postcode, in this order."""
        super().__init__(parent)
        self._context = context
        self._parts = list(parts)
        self._asked = ""
        self._shown = ""
        self._is_filling = False
        self._is_read_only = False
        language = context.language
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(tokens().space.hair))
        label = WrapLabel(say(ADDRESS, language), "muted", language=language)
        column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.hair))
        column.addLayout(row)
        self.line = QLineEdit()
        self.line.setPlaceholderText(say(HINT, language))
        self.line.setAccessibleName(say(ADDRESS, language))
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)
        label.setBuddy(self.line)
        self.setFocusProxy(self.line)
        row.addWidget(self.line, 1)
        self.button = IconButton("chevron-down", ONE_BY_ONE, language)
        self.button.clicked.connect(self._turn)
        row.addWidget(self.button)
        self.problem = WrapLabel("", "problem", language=language)
        self.problem.hide()
        column.addWidget(self.problem)
        self.grid = FieldGrid(self._parts)
        self.grid.hide()
        column.addWidget(self.grid)
        self._model = QStandardItemModel(self)
        self.completer = QCompleter(self._model, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setWidget(self.line)
        self.completer.activated[QModelIndex].connect(self._picked)  # type: ignore[index]  # the stubs know one of its two forms
        self._popup = QListView()
        self._popup.setAccessibleName(say(ADDRESS, language))
        self.completer.setPopup(self._popup)
        self._timer = Later(self, _WAIT_MS, self._search)
        for part in self._parts:
            part.editor.edited.connect(self._part_edited)
            part.asked_to_be_seen.connect(self.unfold)

    @property
    def first(self) -> str:
        """The name of the first of its fields."""
        return self._parts[0].spec.name

    def show_parts(self) -> None:
        """Writes on the line what the four fields hold."""
        self._shown = self._held().text
        self.line.setText(self._shown)
        self.line.setCursorPosition(0)
        self._say("")

    def set_read_only(self, is_read_only: bool) -> None:
        """The address can still be read and copied."""
        self._is_read_only = is_read_only
        self.line.setReadOnly(is_read_only)

    def unfold(self, *, is_open: bool = True) -> None:
        """Shows or hides the four fields."""
        self.grid.setVisible(is_open)

    def _turn(self) -> None:
        self.unfold(is_open=self.grid.isHidden())

    def check(self) -> bool:
        """Fills the fields from what is typed; False when that is no address, which is then said."""
        text = " ".join(self.line.text().split())
        if self._is_read_only or text == self._shown:
            return True
        if not text:
            self._take(Address("", "", "", ""))
            return True
        try:
            self._take(self._context.office.places.read(text))
        except FieldError as error:
            self._say(error.sentence(self._context.language))
            self.unfold()
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Offers the list on the down key; reads the line when the person goes on."""
        if watched is self.line and not self._is_read_only:
            if event.type() == QEvent.Type.KeyPress and getattr(event, "key", lambda: 0)() == Qt.Key.Key_Down:
                self._search()
                return True
            if event.type() == QEvent.Type.FocusOut and not self._popup.isVisible():
                self.check()
        return super().eventFilter(watched, event)

    def _held(self) -> Address:
        values: dict[str, object] = {}
        for part in self._parts:
            try:
                values[part.spec.name] = part.editor.value()
            except FieldError:
                values[part.spec.name] = part.editor.draft()
        return address_of(values)

    def _typed(self) -> None:
        self._say("")
        self._timer.start()

    def _part_edited(self) -> None:
        if not self._is_filling:
            self.show_parts()

    def _search(self) -> None:
        text = self.line.text().strip()
        self._asked = text
        places = self._context.office.places
        self._context.bridge.run(lambda: (text, places.find(text)), self._found, owner=self)

    def _found(self, answer: tuple[str, list[Address]]) -> None:
        text, found = answer
        if text != self._asked or not self.line.hasFocus():
            return
        self._model.clear()
        for address in found:
            item = QStandardItem(address.text)
            item.setData(address, _ADDRESS_ROLE)
            item.setEditable(False)
            self._model.appendRow(item)
        if found:
            self.completer.complete()
            self._popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        else:
            self._popup.hide()
            self._say(say(NOTHING, self._context.language, text=text) if text else "")

    def _picked(self, index: QModelIndex) -> None:
        self._take(index.data(_ADDRESS_ROLE))

    def _take(self, address: Address) -> None:
        self._timer.stop()
        # An answer that is still under way must not open the list again.
        self._asked = address.text
        values = address.parts()
        self._is_filling = True
        for part in self._parts:
            value = values.get(part.spec.name)
            if part.editor.value() != value:
                part.editor.set_value(value)
                part.editor.show_problem("")
                part.editor.edited.emit()
        self._is_filling = False
        self.show_parts()

    def _say(self, text: str) -> None:
        self.problem.set_text(text)
        self.problem.setVisible(bool(text))
        self.line.setProperty("problem", "true" if text else "false")
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)
        self.line.setAccessibleDescription(text)
