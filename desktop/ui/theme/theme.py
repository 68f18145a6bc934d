"""Puts a look on the whole program: fonts, palette, one style sheet, icons. Light, dark or as the system; text 100 to 150 %."""

import re
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.theme.current import FAMILY, put_in_force, scaled
from desktop.ui.theme.icons import recolour
from desktop.ui.theme.tokens import DARK_TOKENS, LIGHT_TOKENS, Tokens, colour_of

Mode = Literal["light", "dark", "system"]
"""What a person may choose; `system` follows the desktop, also when it changes at dusk."""

MIN_TEXT_SCALE = 1.0
MAX_TEXT_SCALE = 1.5

_FOLDER = Path(__file__).parent
_PLACEHOLDER = re.compile(r"@([a-z_]+(?:\.[a-z]+)?)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PIXELS = re.compile(r"\b(\d+)px(?:-(\d+))?")
_UNSCALED = 2
"""Lines up to this many pixels keep their width at every text size."""


def style_sheet(look: Tokens, text_scale: float) -> str:
    """Returns the style sheet of a look: `theme.qss` with colours for `@role`, sizes for the text scale and the look's marks.

    Raises:
        KeyError: the sheet names a role that no token has.
    """
    text = _COMMENT.sub("", (_FOLDER / "theme.qss").read_text(encoding="utf-8"))
    text = text.replace("@mark", "dark" if look.is_dark else "light")
    text = _PLACEHOLDER.sub(lambda found: colour_of(look.colour, found.group(1)), text)

    def sized(found: re.Match[str]) -> str:
        pixels, less = int(found.group(1)), int(found.group(2) or 0)
        return f"{(pixels if pixels <= _UNSCALED else scaled(pixels, text_scale)) - less}px"

    return _PIXELS.sub(sized, text)


def palette_of(look: Tokens) -> QPalette:
    """Returns the palette of a look, for what the style sheet does not reach: delegates, text selection, links."""
    colours = look.colour
    role = QPalette.ColorRole
    palette = QPalette()
    for target, colour in (
        (role.Window, colours.canvas),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.raised),
        (role.Text, colours.text),
        (role.Button, colours.surface),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.danger.ink),
        (role.PlaceholderText, colours.muted),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.ToolTipBase, colours.tooltip),
        (role.ToolTipText, colours.on_tooltip),
        (role.Light, colours.surface),
        (role.Midlight, colours.raised),
        (role.Mid, colours.line),
        (role.Dark, colours.border),
        (role.Shadow, colours.line),
    ):
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colours.disabled))
    return palette


class Theme(QObject):
    """The look of one application. Made once at start; `apply` may be called as often as a person changes their mind."""

    changed = Signal()
    """After every widget and every icon given by `set_icon` has the new look; who caches colours draws anew."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Starts as light at 100 %; nothing is seen before `apply`."""
        super().__init__(parent)
        self._app: QApplication | None = None
        self._mode: Mode = "light"
        self._tokens = LIGHT_TOKENS
        self._text_scale = 1.0
        self._is_prepared = False

    @property
    def tokens(self) -> Tokens:
        """The tokens in force."""
        return self._tokens

    @property
    def mode(self) -> Mode:
        """What the person chose."""
        return self._mode

    @property
    def text_scale(self) -> float:
        """1.0 to 1.5."""
        return self._text_scale

    def px(self, pixels: float) -> int:
        """Scales a distance given at 100 % text."""
        return scaled(pixels, self._text_scale)

    def apply(self, app: QApplication, mode: Mode, text_scale: float = 1.0) -> None:
        """Puts the look on the application; `text_scale` is held within 1.0 to 1.5."""
        self._app = app
        self._mode = mode
        self._text_scale = min(max(text_scale, MIN_TEXT_SCALE), MAX_TEXT_SCALE)
        self._prepare(app)
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}[mode]
        # Also colours what the system draws: title bars and file dialogs. Unknown gives the choice back to the system.
        app.styleHints().setColorScheme(scheme)
        self._draw()

    def _prepare(self, app: QApplication) -> None:
        """Loads what never changes: fonts, marks, the base style."""
        if self._is_prepared:
            return
        for file in sorted((_FOLDER / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(file))
        QDir.setSearchPaths("marks", [str(_FOLDER / "marks")])
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._is_prepared = True

    def _follow_system(self) -> None:
        if self._mode == "system" and self._wanted() is not self._tokens:
            self._draw()

    def _wanted(self) -> Tokens:
        if self._mode == "system" and self._app is not None:
            return DARK_TOKENS if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT_TOKENS
        return DARK_TOKENS if self._mode == "dark" else LIGHT_TOKENS

    def _draw(self) -> None:
        app = self._app
        if app is None:
            return
        self._tokens = self._wanted()
        put_in_force(app, self._tokens, self._text_scale)
        base = QFont(FAMILY)
        base.setPixelSize(self.px(self._tokens.type.base))
        app.setFont(base)
        app.setPalette(palette_of(self._tokens))
        app.setStyleSheet(style_sheet(self._tokens, self._text_scale))
        for widget in app.allWidgets():
            recolour(widget, self._tokens.colour)
            for action in QWidget.actions(widget):
                recolour(action, self._tokens.colour)
        self.changed.emit()
