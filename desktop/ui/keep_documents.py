"""The setting which documents are kept on this computer: none but small ones and those asked for, those of some areas of work, or all."""

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from desktop.services.kept_documents import EVERYTHING, keep, kept_areas
from desktop.storage.state import LOST, StreamState
from desktop.ui.screen import Context, Notice
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.labels import WrapLabel
from records.areas import AREAS, covers
from records.kinds import Files
from records.record import RecordType
from records.words import Words, say

TITLE = Words("เอกสารแนบที่เก็บในเครื่องนี้", "Documents kept on this computer")
HINT = Words(
    "รูปถ่ายและเอกสารไม่เกิน 256 KB อยู่ในเครื่องเสมอ ที่ใหญ่กว่าจะมาเมื่อเปิดดู เลือกงานที่ต้องการให้มีครบแม้ไม่มีเครือข่าย",
    "Photographs and documents up to 256 KB are always here; larger ones come when they are opened. Choose the work of which all are to be here, "
    "also without a line.",
)
WHOSE = Words("ชุดข้อมูล", "Data set")
ALL = Words("ทุกงาน", "All work")
NO_OFFICE = Words("เลือกได้เมื่อลงทะเบียนเครื่องกับหน่วยงานแล้ว", "Can be chosen once this computer is enrolled with an office.")
CHOSEN = Words("จำไว้แล้ว เอกสารจะทยอยมาเมื่อมีเครือข่าย", "Remembered; the documents come little by little when there is a line")
LEFT = Words("จำไว้แล้ว เอกสารที่มาแล้วยังอยู่ในเครื่อง", "Remembered; documents that have come stay on this computer")


def areas_with_documents(catalogue: Collection[RecordType], granted: Sequence[str]) -> list[str]:
    """The areas granted of which records can have documents, in the order people see them."""
    having = {spec.area for spec in catalogue if any(isinstance(field.kind, Files) for field in spec.fields)}
    return [area for area in AREAS if area in having and covers(tuple(granted), area)]


class KeepCard(Card):
    """A box for every area; a choice of data set above where there are several. What is ticked holds at once."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._language = context.language
        self._kept: frozenset[str] = frozenset()
        self._streams: Sequence[StreamState] = ()
        self.add_head(TITLE, self._language, hint=HINT)
        self.streams_box = QComboBox()
        self.streams_box.setAccessibleName(say(WHOSE, self._language))
        self.streams_box.activated.connect(lambda _at: self._ask())
        self.body.addWidget(self.streams_box)
        self.boxes: dict[str, QCheckBox] = {}
        self._flow = Flow(gap=16)
        self.body.addWidget(self._flow)
        self.said = WrapLabel(say(NO_OFFICE, self._language), "muted", language=self._language)
        self.body.addWidget(self.said)
        self.streams_box.hide()

    def refresh(self) -> None:
        """Asks what is granted and what is kept."""
        office = self._context.office
        self._context.bridge.run(lambda: office.streams, self._show_streams, owner=self)

    def _show_streams(self, streams: Sequence[StreamState]) -> None:
        self._streams = [one for one in streams if one.paused != LOST]
        chosen = self.streams_box.currentData()
        self.streams_box.clear()
        # One's own first: the offices of a province follow.
        for one in sorted(self._streams, key=lambda one: (one.access != "write", one.name)):
            self.streams_box.addItem(one.name or one.stream, one.stream)
        self.streams_box.setCurrentIndex(max(self.streams_box.findData(chosen), 0))
        self.streams_box.setVisible(len(self._streams) > 1)
        self._flow.setVisible(bool(self._streams))
        self.said.setVisible(not self._streams)
        self._ask()

    def _ask(self) -> None:
        stream, office = self.streams_box.currentData(), self._context.office
        if stream:
            self._context.bridge.run(lambda: (stream, kept_areas(office, stream)), self._show_kept, owner=self)

    def _show_kept(self, found: tuple[str, frozenset[str]]) -> None:
        stream, self._kept = found
        granted = next((one.areas for one in self._streams if one.stream == stream), ())
        areas = [EVERYTHING, *areas_with_documents(tuple(self._context.office.catalogue.values()), granted)]
        if list(self.boxes) != areas:
            self._flow.clear()
            self.boxes = {}
            for area in areas:
                box = self.boxes[area] = QCheckBox(say(AREAS.get(area, ALL), self._language))
                box.clicked.connect(self._chosen)
                self._flow.add(box)
        for area, box in self.boxes.items():
            box.setChecked(area in self._kept or (area != EVERYTHING and EVERYTHING in self._kept))
            box.setEnabled(area == EVERYTHING or EVERYTHING not in self._kept)
        self._in_order()

    def _in_order(self) -> None:
        # Made after the rest of the page, the boxes would else stand behind all of it.
        before: QWidget = self.streams_box
        for box in self.boxes.values():
            QWidget.setTabOrder(before, box)
            before = box

    def _chosen(self) -> None:
        stream, office = str(self.streams_box.currentData()), self._context.office
        ticked = {area for area, box in self.boxes.items() if box.isChecked()}
        wanted = {EVERYTHING} if self.boxes[EVERYTHING].isChecked() else ticked - {EVERYTHING}
        if EVERYTHING in self._kept and not self.boxes[EVERYTHING].isChecked():
            # The others were ticked because all work was.
            wanted = set()
        more = EVERYTHING in wanted or not wanted <= self._kept

        def done(_none: None) -> None:
            self._context.notify(Notice("ok", CHOSEN if more else LEFT))
            self._ask()

        self._context.bridge.run(lambda: keep(office, stream, wanted), done, owner=self)
