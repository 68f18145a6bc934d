"""Draws every page of the program into docs/pictures: `python -m tools.pictures [NAME ...]`, no display needed.

What is seen is real: a sample office on real services in a temporary data folder, the real window, no network. The same run gives the same
pictures. File names say page, look, size and text: `conflicts-dark.png`, `list-1093x614.png`, `form-150.png`.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from demo.desk import SampleDesk
from desktop import config
from desktop.services import lock
from desktop.storage.state import Identity
from desktop.ui.bridge import Bridge
from desktop.ui.first_start import FirstStart
from desktop.ui.locked_start import LockedStart
from desktop.ui.main_window import MainWindow
from desktop.ui.screen import Place
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.dialogs import Sheet
from records.errors import Refused
from records.problem_types import PROBLEMS
from records.words import Language
from tools.picture_scenes import NOW, SCENES, filled_desk
from tools.scene import Look, Scene, settle

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_COLOURS = 256
_HUES = 224

LOOKS = (Look(""), Look("-dark", mode="dark"))
NEW_LOOKS = (Look("-1366x768", size=(1366, 768)), Look("-150", scale=1.5))
MAIN_LOOKS = (Look("-1093x614", size=(1093, 614)), Look("-english", language=Language.ENGLISH))


def scenes_in(look: Look, names: Sequence[str]) -> list[Scene]:
    """The scenes drawn in a look, of these names; of all when none is given."""
    found = [one for one in SCENES if look in LOOKS or one.is_main or (one.is_new and look in NEW_LOOKS)]
    return [one for one in found if not names or one.name in names]


def draw(names: Sequence[str], folder: Path) -> list[Path]:
    """Draws the scenes of these names, all when none is given; returns the files."""
    made: list[Path] = []
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    if not isinstance(app, QApplication):
        raise TypeError("a QCoreApplication runs already")
    theme = Theme(app)
    for look in (*LOOKS, *NEW_LOOKS, *MAIN_LOOKS):
        scenes = scenes_in(look, names)
        theme.apply(app, look.mode, look.scale)
        if scenes:
            with tempfile.TemporaryDirectory() as data:
                made += _draw_scenes(scenes, look, theme, Path(data), folder)
        if look in (*LOOKS, *NEW_LOOKS) and (not names or "first-start" in names):
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
        shown = scene.act(window, desk, data) if scene.act else None
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
    page = FirstStart(bridge, _wrong_code, look.language, server="https://sync.example.go.th", by_bundle=_by_bundle)
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
    page.choose_bundle(Path("/media/USB/อบต.คลองพน.ttb"))
    settle(bridge)
    made.append(_saved(page, None, folder / f"first-start-bundle{look.suffix}.png"))
    page.close()
    locked = LockedStart(
        bridge, _wrong_code, lambda _path: 0, lock.MESSAGE.filled(unsent=7), look.language, server="https://sync.example.go.th"
    )
    locked.resize(theme.px(1000), theme.px(700))
    locked.show()
    settle(bridge)
    made.append(_saved(locked, None, folder / f"locked-start{look.suffix}.png"))
    locked.close()
    bridge.close()
    desk.office.close()
    return made


def _by_bundle(_file: Path, code: str) -> Identity:
    return _wrong_code("", code)


def _wrong_code(_server: str, _code: str) -> Identity:
    raise Refused(PROBLEMS["code"].title, PROBLEMS["code"].detail, code="code")


def _saved(window: QWidget, over: QWidget | None, path: Path) -> Path:
    """Grabs a window, and what stands over it where it stands, into a small file."""
    picture = window.grab()
    if over is not None:
        painter = QPainter(picture)
        if isinstance(over, Sheet):
            # A screen's window manager sets a dialog into the middle and gives it an edge; without a screen nobody does.
            over.move(window.geometry().center() - over.rect().center())
            painter.fillRect(picture.rect(), QColor(0, 0, 0, 70))
            painter.fillRect(over.geometry().translated(-window.pos()).adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 90))
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
