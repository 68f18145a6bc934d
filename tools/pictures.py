"""Draws every page of the program into docs/pictures: `python -m tools.pictures [NAME ...]`, no display needed.

What is seen is real: a sample office on real services in a temporary data folder, the real window, no network. The same run gives the same
pictures. File names say page, look, size and text: `conflicts-dark.png`, `list-1093x614.png`, `form-150.png`.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from demo.desk import SampleDesk
from desktop import config
from desktop.storage.state import Identity
from desktop.ui.bridge import Bridge
from desktop.ui.conflict_view import ConflictScreen
from desktop.ui.first_start import FirstStart
from desktop.ui.import_view import ImportScreen
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Mode, Theme
from records.errors import Refused
from records.protocol import PROBLEMS, Problem
from records.words import Language

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
"""A Sunday noon in Thailand."""
_MOMENT_MS = 60
_COLOURS = 256
_HUES = 224
_PATIENCE = 400
"""Moments waited for the store's thread, 24 s, before drawing what is there."""


@dataclass(frozen=True)
class Look:
    """How a page is drawn."""

    suffix: str
    mode: Mode = "light"
    size: tuple[int, int] = (1440, 880)
    scale: float = 1.0
    language: Language = Language.THAI


LOOKS = (Look(""), Look("-dark", mode="dark"))
MORE_LOOKS = (
    Look("-1366x768", size=(1366, 768)),
    Look("-1093x614", size=(1093, 614)),
    Look("-150", scale=1.5),
    Look("-english", language=Language.ENGLISH),
)


@dataclass(frozen=True)
class Scene:
    """One page and what a person does on it before it is drawn."""

    name: str
    place: Callable[[SampleDesk], Place]
    act: Callable[[MainWindow, Path], QWidget | None] | None = None
    """Returns another window to draw, None for the program's own."""
    is_main: bool = False
    """Drawn in MORE_LOOKS too."""


def _record(record_type: str, number: int = 0) -> Callable[[SampleDesk], Place]:
    return lambda desk: Place("record", record_type, desk.of_type(record_type)[number].id)


def _choose_in_inbox(window: MainWindow, _: Path) -> None:
    screen = window.screen_here()
    if isinstance(screen, ConflictScreen):
        screen.cards[0].fields[0].choose("mine")


def _open_sheet(window: MainWindow, folder: Path) -> None:
    sheet = folder / "แผนพัฒนา 2570.csv"
    rows = ["ลำดับที่,ชื่อโครงการ,แผนงาน,หน่วยงานรับผิดชอบหลัก,งบประมาณ 2570,หมายเหต"]
    for number, (title, amount) in enumerate(_SHEET, 1):
        rows.append(f'{number},{title},แผนงานอุตสาหกรรมและการโยธา,กองช่าง,"{amount}",')
    sheet.write_text("\n".join(rows), encoding="utf-8")
    screen = window.screen_here()
    if isinstance(screen, ImportScreen):
        screen.open_file(sheet)


_SHEET = (
    ("ก่อสร้างลานกีฬาชุมชน บ้านทุ่งใหญ่ หมู่ที่ 1", "1,250,000"),
    ("ปรับปรุงภูมิทัศน์ริมคลอง บ้านวัดป่า หมู่ที่ 3", "480,000"),
    ("ซ่อมแซมสะพานคอนกรีต บ้านท่าเรือ หมู่ที่ 5", "ประมาณสองแสน"),
    ("ติดตั้งกล้องวงจรปิดจุดเสี่ยง ตำบล", "320,000"),
    ("ก่อสร้างลานกีฬาชุมชน บ้านทุ่งใหญ่ หมู่ที่ 1", "1,250,000"),
)


def _palette(window: MainWindow, _: Path) -> QWidget:
    window.open_palette()
    window.palette_box.search.line.setText("ถนน")
    return window.palette_box


SCENES: tuple[Scene, ...] = (
    Scene("home", lambda _: Place("home"), is_main=True),
    Scene("list", lambda _: Place("type", "service_request"), is_main=True),
    Scene("projects", lambda _: Place("type", "project")),
    Scene("form", _record("service_request", -1), is_main=True),
    Scene("project", _record("project", 2)),
    Scene("person", _record("person", 4)),
    Scene("new-request", lambda _: Place("record", "service_request")),
    Scene("sync", lambda _: Place("sync"), is_main=True),
    Scene("conflicts", lambda _: Place("conflicts"), _choose_in_inbox, is_main=True),
    Scene("history", lambda desk: Place("history", "project", desk.of_type("project")[2].id), is_main=True),
    Scene("import", lambda _: Place("import", "project"), _open_sheet, is_main=True),
    Scene("settings", lambda _: Place("settings"), is_main=True),
    Scene("palette", lambda _: Place("home"), _palette),
)


def filled_desk(folder: Path, language: Language) -> SampleDesk:
    """A desk on which a morning's work was done: synced, some edits waiting, one refused, three conflicts."""
    desk = SampleDesk(folder, NOW, language=language)
    desk.enrol()
    desk.receive_all()
    desk.remember_rounds()
    projects, requests = desk.of_type("project"), desk.of_type("service_request")
    title = str(projects[0].fields["title"])
    desk.conflict(
        projects[0],
        {"title": f"{title} (ระยะที่ 1)", "division": "กองช่าง ร่วมกับ กองคลัง"},
        {"title": f"{title} พร้อมรางระบายน้ำ", "division": "สำนักปลัด"},
        "wichai.t",
    )
    desk.conflict(
        projects[5],
        {"objective": "เพื่อให้ผู้สูงอายุในพื้นที่มีสุขภาพกายและสุขภาพจิตที่ดี ได้พบปะแลกเปลี่ยนเรียนรู้ และเข้าถึงสวัสดิการอย่างทั่วถึง"},
        {"objective": "เพื่อให้ผู้สูงอายุในพื้นที่มีสุขภาพกายที่ดี เข้าถึงสวัสดิการอย่างทั่วถึงและเท่าเทียม"},
        "nipha.d",
    )
    desk.conflict(desk.of_type("person")[3], {"phone": "0812345678"}, {"phone": "0898765432"}, "nipha.d")
    desk.merged(projects[7], {"location": "บ้านทุ่งใหญ่ หมู่ที่ 1"}, "wichai.t")
    desk.change_elsewhere(projects[2], {"status": "in_progress", "stage": "contracted"}, "wichai.t", ago=timedelta(days=3))
    desk.change_elsewhere(projects[2], {"title": f"{projects[2].fields['title']} (ปรับปรุง)"}, "nipha.d", ago=timedelta(hours=5))
    records = desk.office.records
    records.save("service_request", requests[-1].id, {"subject": "ขอใบอนุญาตสะสมอาหาร ร้านป้าแต๋ว", "state": "checking"})
    records.save("service_request", requests[-2].id, {"result": "โทรนัดผู้ยื่นแล้ว"})
    records.save("project", projects[2].id, {"note": "เร่งรัดให้แล้วเสร็จก่อนฤดูฝน"})
    desk.refuse(projects[9], {"source_of_money": "เงินสะสม"}, Problem("closed-period", field="source_of_money"))
    return desk


def draw(names: Sequence[str], folder: Path) -> list[Path]:
    """Draws the scenes of these names, all when none is given; returns the files."""
    made: list[Path] = []
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    if not isinstance(app, QApplication):
        raise TypeError("a QCoreApplication runs already")
    theme = Theme(app)
    for look in (*LOOKS, *MORE_LOOKS):
        scenes = [one for one in SCENES if (look in LOOKS or one.is_main) and (not names or one.name in names)]
        theme.apply(app, look.mode, look.scale)
        if scenes:
            with tempfile.TemporaryDirectory() as data:
                made += _draw_scenes(scenes, look, theme, Path(data), folder)
        if look in LOOKS and (not names or "first-start" in names):
            with tempfile.TemporaryDirectory() as data:
                made += _draw_first_start(look, theme, Path(data), folder)
    return made


def _draw_scenes(scenes: Sequence[Scene], look: Look, theme: Theme, data: Path, folder: Path) -> list[Path]:
    desk = filled_desk(data, look.language)
    config.save(data, config.Config(look.language, look.mode, round(look.scale * 100)))
    window = MainWindow(desk.office, theme, look.language)
    window.resize(*look.size)
    window.show()
    window.start(Place("home"), syncs=False)
    settle(window.bridge)
    made = []
    for scene in scenes:
        window.navigate(scene.place(desk))
        settle(window.bridge)
        shown = scene.act(window, data) if scene.act else None
        settle(window.bridge)
        made.append(_saved(window, shown, folder / f"{scene.name}{look.suffix}.png"))
        if shown is not None:
            shown.close()
    window.close()
    desk.office.close()
    return made


def _draw_first_start(look: Look, theme: Theme, data: Path, folder: Path) -> list[Path]:
    desk = SampleDesk(data, NOW, language=look.language)
    bridge = Bridge(desk.office, look.language)
    page = FirstStart(bridge, _wrong_code, look.language, server="https://sync.example.go.th")
    page.resize(theme.px(1000), theme.px(700))
    page.show()
    made = []
    settle(bridge)
    made.append(_saved(page, None, folder / f"first-start-1{look.suffix}.png"))
    page.next_button.click()
    page.code_line.setText("ABCD-EFGH-XXXX")
    page.enrol_button.click()
    settle(bridge)
    made.append(_saved(page, None, folder / f"first-start-2{look.suffix}.png"))
    page.close()
    bridge.close()
    desk.office.close()
    return made


def _wrong_code(_server: str, _code: str) -> Identity:
    raise Refused(PROBLEMS["code"].title, PROBLEMS["code"].detail, code="code")


def settle(bridge: Bridge) -> None:
    """Waits until the store's thread is idle and what it brought is drawn."""
    for moment in range(_PATIENCE):
        loop = QEventLoop()
        QTimer.singleShot(_MOMENT_MS, loop.quit)
        loop.exec()
        if moment >= 8 and not bridge.is_busy:
            return


def _saved(window: QWidget, over: QWidget | None, path: Path) -> Path:
    """Grabs a window, and what stands over it where it stands, into a small file."""
    picture = window.grab()
    if over is not None:
        painter = QPainter(picture)
        painter.drawPixmap(over.pos() - window.pos(), over.grab())
        painter.end()
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    # Few colours: 256 are enough for the eye and less than half of the bytes, when each hue has one, not only the commonest.
    counts = Counter(memoryview(image.constBits()).cast("I")).most_common()
    by_hue = {colour & 0xF0F0F0: colour for colour, _ in reversed(counts)}
    hues = sorted(by_hue.values(), key=dict(counts).__getitem__, reverse=True)
    table = [colour | 0xFF000000 for colour in list(dict.fromkeys([*hues[:_HUES], *(colour for colour, _ in counts)]))[:_COLOURS]]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    image.convertToFormat(QImage.Format.Format_Indexed8, table, flags).save(str(path), quality=0)
    return path


def main() -> None:
    """Draws and says how large it all is."""
    made = draw(sys.argv[1:], FOLDER)
    size = sum(path.stat().st_size for path in made)
    print(f"{len(made)} pictures, {size / 1e6:.1f} MB, in {FOLDER}")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
