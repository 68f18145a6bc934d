"""The look in force: tokens, scaled distances and fonts for those who paint.

`Theme.apply` writes it on the QApplication, so it lives and dies with it and no module holds state. Before a theme is applied the light
look at 100 % is in force.
"""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QFont

from desktop.ui.theme.tokens import LIGHT_TOKENS, Tokens, colour_of

FAMILY = "Noto Sans Thai"
"""The one family of the program: it has both Thai and Latin letters, so lines of either are equally high."""

_TOKENS = "look_tokens"
_SCALE = "look_scale"


def put_in_force(app: QCoreApplication, look: Tokens, text_scale: float) -> None:
    """Writes the look on the application; only the theme calls it."""
    app.setProperty(_TOKENS, look)
    app.setProperty(_SCALE, text_scale)


def tokens() -> Tokens:
    """Returns the tokens in force."""
    app = QCoreApplication.instance()
    found = app.property(_TOKENS) if app is not None else None
    return found if isinstance(found, Tokens) else LIGHT_TOKENS


def text_scale() -> float:
    """Returns the text scale in force, 1.0 to 1.5."""
    app = QCoreApplication.instance()
    found = app.property(_SCALE) if app is not None else None
    return float(found) if isinstance(found, int | float) else 1.0


def px(pixels: float) -> int:
    """Scales a distance or letter height given at 100 % text; never below 1 for what is above 0."""
    return scaled(pixels, text_scale())


def scaled(pixels: float, by: float) -> int:
    """Scales pixels and rounds; never below 1 for what is above 0."""
    return max(1, int(pixels * by + 0.5)) if pixels > 0 else 0


def colour(role: str) -> QColor:
    """Returns the colour of a role (see `tokens.colour_of`) in force now.

    Raises:
        KeyError: no such role.
    """
    return QColor(colour_of(tokens().colour, role))


def font(pixels: float, weight: int = 400) -> QFont:
    """Returns the program's font, `pixels` high at 100 % text; weight 400, 600 or 700."""
    result = QFont(FAMILY)
    result.setPixelSize(px(pixels))
    result.setWeight(QFont.Weight(weight))
    return result
