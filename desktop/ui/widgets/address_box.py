"""An address typed in one line: part of a subdistrict's name or a postcode, chosen from a list, fills its four fields together.

typed --150 ms--> places that fit --> chosen: ต.แม่ใส อ.เมืองพะเยา จ.พะเยา 56000 --> tambon, amphoe, province, postcode
                                  --> none: said in words; the four fields can be filled one by one

The four fields keep their own boxes (drafts, merges and problems are theirs); they stay folded away until asked for.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.services.places import PARTS, Address, address_of
from desktop.ui.screen import Context
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.field_box import FieldBox, FieldGrid, GridPart
from desktop.ui.widgets.labels import WrapLabel
from desktop.ui.widgets.suggest_line import Proposals, Suggestion
from records.errors import FieldError
from records.words import Words, say

ADDRESS = Words("ตำบล อำเภอ จังหวัด รหัสไปรษณีย์", "Subdistrict, district, province, postcode")
HINT = Words("พิมพ์ชื่อตำบลหรือรหัสไปรษณีย์", "Type a subdistrict or a postcode")
ONE_BY_ONE = Words("กรอกทีละช่อง", "Fill the fields one by one")
NOTHING = Words("ไม่พบ “{text}” พิมพ์คำอื่นหรือกรอกทีละช่อง", "Nothing matches “{text}”; try other words or fill the fields one by one")
_GROUP = "address"


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
        places = context.office.places
        self.proposals = Proposals(
            self.line,
            say(ADDRESS, language),
            context,
            lambda text: [Suggestion(address.text, value=address) for address in places.find(text)],
            marks_first=True,
        )
        self.proposals.picked.connect(lambda chosen: self._take(chosen.value))
        self.proposals.missed.connect(lambda text: self._say(say(NOTHING, language, text=text) if text else ""))
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
        """Reads the line when the person goes on."""
        if watched is self.line and event.type() == QEvent.Type.FocusOut and not self.proposals.popup.isVisible():
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
        self.proposals.ask_soon()

    def _part_edited(self) -> None:
        if not self._is_filling:
            self.show_parts()

    def _take(self, address: Address) -> None:
        self.proposals.forget()
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
