"""Beside the form of a person: who may be the same before somebody is made twice, and a contact card to copy or send on."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from desktop.reports.vcard import vcard
from desktop.services import photographs
from desktop.services.people import Alike
from desktop.services.places import address_of
from desktop.services.readings import log_reading
from desktop.storage.query import Filter, Query
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.later import Later
from desktop.ui.screen import Notice, Place
from desktop.ui.theme.current import px, tokens
from desktop.ui.widgets.buttons import Button, QuietButton
from desktop.ui.widgets.editors.base import Editor
from desktop.ui.widgets.form_guests import FormGuest
from desktop.ui.widgets.labels import Label, WrapLabel
from desktop.ui.widgets.merge_dialog import ask_merge
from desktop.ui.widgets.page import emptied
from desktop.ui.widgets.portrait import Portrait
from desktop.ui.widgets.record_text import secondary_text
from records.errors import Correctable, FieldError
from records.rules.terms import in_force
from records.words import Words, say

if TYPE_CHECKING:
    from desktop.storage.rows import Row
    from desktop.ui.widgets.form_frame import FormFrame

ALIKE = Words("อาจมีบุคคลนี้อยู่แล้ว", "This person may be here already")
ALIKE_HINT = Words("เปิดรายการเดิมแทนการสร้างใหม่ หรือบันทึกต่อไปหากเป็นคนละคน", "Open the record that is here, or go on if it is somebody else")
USE = Words("เปิด {name}", "Open {name}")
MERGE = Words("รวมรายการซ้ำ", "Merge")
CONTACT = Words("บัตรติดต่อ", "Contact card")
COPY = Words("คัดลอก", "Copy")
COPIED = Words("คัดลอกบัตรติดต่อแล้ว", "The contact card was copied")
VCARD = Words("บันทึกเป็น vCard", "Save as vCard")
SAVED = Words("บันทึก {name} แล้ว", "{name} was saved")
CANNOT = Words("เขียนไฟล์ไม่ได้", "The file cannot be written")
CANNOT_BODY = Words(
    "เขียน “{name}” ไม่ได้ ข้อมูลยังอยู่ครบ โปรดเลือกโฟลเดอร์อื่น", "“{name}” cannot be written; the records are safe. Choose another folder."
)
_WAIT_MS = 250
_ASKED = ("first_name", "last_name", "citizen_id", "birth_date")


class AlikeOffer(FormGuest):
    """The persons who may be the one that is being typed."""

    is_early = True

    def __init__(self, form: "FormFrame") -> None:
        super().__init__()
        self._form = form
        self._record_id = ""
        self._asked: tuple[str, ...] = ()
        self.found: list[Alike] = []
        language = form.language
        self.add_head(ALIKE, language, hint=ALIKE_HINT)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(px(tokens().space.hair))
        self.body.addLayout(self._rows)
        self._timer = Later(self, _WAIT_MS, self._ask)
        for name in _ASKED:
            form.boxes[name].editor.edited.connect(self._timer.start)
        self.hide()

    def show_record(self, row: "Row | None") -> None:
        """A record that is stored is asked for too: it may have been made twice before."""
        self._record_id = row.id if row is not None else ""
        self._asked = ()
        self._take([])
        if row is None or not row.deleted:
            self._timer.start()

    def _ask(self) -> None:
        first, last, citizen_id, birth = asked = tuple(_typed(self._form.boxes[name].editor) for name in _ASKED)
        if asked == self._asked:
            return
        self._asked = asked
        if not citizen_id and not (first and (last or birth)):
            self._take([])
            return
        people, without = self._form.context.office.people, self._record_id

        def look() -> tuple[tuple[str, ...], list[Alike]]:
            return asked, people.find_alike(first, last, citizen_id or None, birth or None, without=without)

        self._form.context.bridge.run(
            look, lambda answer: self._take(answer[1]) if answer[0] == self._asked else None, owner=self, is_long=True
        )

    def _take(self, found: list[Alike]) -> None:
        self.found = found
        emptied(self._rows)
        form, language = self._form, self._form.language
        for one in found:
            line = QHBoxLayout()
            line.setSpacing(px(tokens().space.tight))
            name = form.spec.title_of(one.row.fields, language)
            more = secondary_text(form.spec, one.row, language)
            reason = say(one.reason, language)
            line.addWidget(WrapLabel(f"{name}  ·  {reason}" + (f"  ·  {more}" if more else ""), language=language), 1)
            person_id = one.row.id
            use = QuietButton(USE.filled(name=str(one.row.fields.get("first_name", ""))), language, icon="external-link")
            use.clicked.connect(lambda _checked=False, person_id=person_id: form.context.navigate(Place("record", "person", person_id)))
            line.addWidget(use)
            if self._record_id and form.context.access.can_write("person"):
                merge = QuietButton(MERGE, language, icon="git-merge")
                merge.clicked.connect(
                    lambda _checked=False, person_id=person_id: ask_merge(form.context, form, "person", self._record_id, person_id)
                )
                line.addWidget(merge)
            self._rows.addLayout(line)
        self.setVisible(bool(found))


def _typed(editor: Editor) -> str:
    """What stands in a field, as wire text; empty for nothing and for what means nothing yet."""
    try:
        value = editor.value()
    except FieldError:
        return ""
    return "" if value is None else str(editor.spec.kind.to_wire(value))


@dataclass(frozen=True)
class _Contact:
    """What a card says."""

    row: "Row"
    positions: tuple[str, ...]
    picture: bytes | None


class ContactCard(FormGuest):
    """Name, position, telephone, mail and address of a stored person; copied as text or saved as a vCard. Shown only when asked for."""

    def __init__(self, form: "FormFrame") -> None:
        super().__init__()
        self._form = form
        self._row: Row | None = None
        self._contact: _Contact | None = None
        language = form.language
        head = self.add_head(CONTACT, language)
        self.show_button = Button(Words("แสดง", "Show"), language, look="bare", icon="user")
        self.show_button.setAccessibleName(say(Words("แสดงบัตรติดต่อ", "Show the contact card"), language))
        self.show_button.clicked.connect(self.unfold)
        head.add_act(self.show_button)
        self.copy_button = Button(COPY, language, icon="copy")
        self.copy_button.clicked.connect(self.copy)
        head.add_act(self.copy_button)
        self.vcard_button = Button(VCARD, language, icon="download")
        self.vcard_button.clicked.connect(self._choose)
        head.add_act(self.vcard_button)
        self._place = QVBoxLayout()
        self.body.addLayout(self._place)
        self._portrait: Portrait | None = None
        form.context.bridge.sync_status_changed.connect(self._synced)
        self.hide()

    def show_record(self, row: "Row | None") -> None:
        """Folds the card: it shows personal data in full, whose reading is logged."""
        self._row = row
        self._contact = None
        self._portrait = None
        emptied(self._place)
        self.setVisible(row is not None and not row.deleted)
        self._fold(is_open=False)

    def unfold(self) -> None:
        """Fetches and shows the card; that it was read is logged."""
        row = self._row
        if row is None:
            return
        office = self._form.context.office

        def fetch() -> _Contact:
            for name in ("phone", "email"):
                if name in row.fields:
                    log_reading(office, "person", row.id, name)
            terms = office.store.find(Query("term", filters=(Filter("person", "eq", row.id),))).rows
            held = [str(term.fields.get("position_name")) for term in terms if in_force(term.fields, office.today)]
            picture = photographs.contents(office, [row.fields.get("photograph")])
            return _Contact(row, tuple(held), next(iter(picture.values()), None))

        self._form.context.bridge.run(fetch, self._take, owner=self)

    def _synced(self, status: SyncStatus) -> None:
        """A photograph that was on its way may have come: only that is asked for, the card was read already."""
        portrait, contact = self._portrait, self._contact
        if portrait is None or contact is None or portrait.has_picture or status.phase not in (Phase.DONE, Phase.LEFT):
            return
        office, wire = self._form.context.office, contact.row.fields.get("photograph")

        def came(found: dict[str, bytes]) -> None:
            if self._portrait is portrait:
                portrait.show_picture(next(iter(found.values()), None))

        self._form.context.bridge.run(lambda: photographs.contents(office, [wire]), came, owner=portrait)

    def lines(self) -> list[str]:
        """What the card says, a line each; empty before it is shown."""
        if self._contact is None:
            return []
        fields, spec, language = self._contact.row.fields, self._form.spec, self._form.language
        shown = [spec.title_of(fields, language), *self._contact.positions]
        for name in ("phone", "email", "line_id"):
            if name in fields:
                field = spec.field(name)
                shown.append(f"{say(field.label, language)} {field.kind.show(field.kind.from_wire(fields[name]), language)}")
        street = " ".join(str(fields[name]) for name in ("house_number", "road") if fields.get(name))
        address = " ".join(part for part in (street, address_of(fields).text) if part)
        return [*shown, address] if address else shown

    def copy(self) -> None:
        """Puts the card on the clipboard."""
        QGuiApplication.clipboard().setText("\n".join(self.lines()))
        self._form.context.notify(Notice("ok", COPIED))

    def save(self, path: Path) -> None:
        """Writes the card as a vCard."""
        contact = self._contact
        if contact is None:
            return
        office = self._form.context.office
        identity = self._form.context.access.streams

        def write() -> str:
            own = next((one.name for one in identity if one.stream == contact.row.stream), "")
            try:
                path.write_text(vcard(contact.row.fields, contact.positions, own), encoding="utf-8", newline="")
            except OSError as error:
                raise Correctable(CANNOT, CANNOT_BODY.filled(name=path.name)) from error
            return office.records.title(contact.row)

        self._form.context.bridge.run(
            write, lambda _title: self._form.context.notify(Notice("ok", SAVED.filled(name=path.name))), owner=self
        )

    def _choose(self) -> None:
        name = f"{self.lines()[0] if self.lines() else 'contact'}.vcf"
        chosen, _ = QFileDialog.getSaveFileName(self, say(VCARD, self._form.language), name, "vCard (*.vcf)")
        if chosen:
            self.save(Path(chosen).with_suffix(".vcf"))

    def _take(self, contact: _Contact) -> None:
        if self._row is None or contact.row.id != self._row.id:
            return
        self._contact = contact
        emptied(self._place)
        row = QHBoxLayout()
        row.setSpacing(px(tokens().space.normal))
        lines = self.lines()
        portrait = self._portrait = Portrait(str(contact.row.fields.get("first_name", "")), side=72)
        portrait.show_picture(contact.picture)
        row.addWidget(portrait)
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addWidget(Label(lines[0], "strong"))
        for line in lines[1:]:
            column.addWidget(WrapLabel(line, language=self._form.language, is_selectable=True))
        row.addLayout(column, 1)
        self._place.addLayout(row)
        self._fold(is_open=True)

    def _fold(self, *, is_open: bool) -> None:
        self.show_button.setVisible(not is_open)
        self.copy_button.setVisible(is_open)
        self.vcard_button.setVisible(is_open)
