"""The line icons of the program (Lucide, ISC licence, drawings under `icons/`), in the colours of the theme.

An icon is handed to Qt's own SVG engine as text with its colour written in, so it is drawn anew at every size and pixel ratio and is
always sharp. What shows an icon asks for it by `set_icon`; the theme then colours it anew when the look changes.
"""

from functools import cache
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QObject
from PySide6.QtGui import QIcon

from desktop.ui.theme.current import tokens
from desktop.ui.theme.tokens import Colours, colour_of

NAMES = frozenset(
    """
    alert-triangle archive arrow-down arrow-left arrow-right arrow-up arrow-up-down bar-chart bell book-open bookmark building-2
    calendar check chevron-down chevron-left chevron-right chevron-up chevrons-left chevrons-right chevrons-up-down circle-alert
    circle-check circle-dot circle-help circle-x clipboard-list clock cloud cloud-alert cloud-check cloud-off cloud-upload coins
    columns-3 command copy download ellipsis external-link eye eye-off file-spreadsheet file-text filter folder-open git-merge group
    hammer history house inbox info key-round keyboard landmark languages layout-dashboard link list-checks lock lock-open log-out
    mail map map-pin megaphone menu minus monitor moon package panel-left paperclip pencil phone plus printer receipt refresh-cw
    rows-3 save scale search send settings shield-check star sun tag trash-2 undo-2 upload user users wallet wrench x
    """.split()  # noqa: SIM905 - a hundred names are read more easily so
)
"""Every icon that is shipped."""

_FOLDER = Path(__file__).parent / "icons"
_NAME_PROPERTY = "icon_name"
_ROLE_PROPERTY = "icon_role"
_ENABLED_MODES = (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected)


class ShowsIcon(Protocol):
    """A button, an action or any other object of Qt that has an icon."""

    def setIcon(self, icon: QIcon) -> None:  # noqa: N802 - Qt's name
        """Shows the icon."""

    def setProperty(self, name: str, value: object) -> bool:  # noqa: N802 - Qt's name
        """Keeps a value by name."""


@cache
def drawing(name: str) -> str:
    """Returns the SVG text of an icon; its colour is the word `currentColor`.

    Raises:
        KeyError: no icon of this name is shipped.
    """
    if name not in NAMES:
        raise KeyError(f"no icon named {name!r}")
    return (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def drawn(name: str, colour: str, disabled: str) -> QIcon:
    """Returns the icon in two colours `#rrggbb`: as it is, and as it is when what shows it is disabled."""
    source = drawing(name)
    packed = QByteArray()
    stream = QDataStream(packed, QIODevice.OpenModeFlag.WriteOnly)
    # The form in which QIcon writes an icon of its SVG engine: engine, files by mode, is compressed, drawings by mode, has pixmaps.
    # A Python subclass of QIconEngine would be plainer, but PySide frees its clones and crashes.
    stream.writeQString("svg")
    stream.writeUInt32(0)
    stream.writeInt32(0)
    stream.writeUInt32(len(_ENABLED_MODES) + 1)
    for mode, ink in (*((mode, colour) for mode in _ENABLED_MODES), (QIcon.Mode.Disabled, disabled)):
        stream.writeInt32(mode.value << 4)
        stream << QByteArray(source.replace("currentColor", ink).encode())
    stream.writeInt32(0)
    result = QIcon()
    QDataStream(packed) >> result
    return result


def icon_in(colours: Colours, name: str, role: str = "text") -> QIcon:
    """Returns the icon in the colour of a role (`text`, `muted`, `accent`, `on_accent`, `warn`, `danger.ink`, ...) of the given colours.

    Raises:
        KeyError: no such icon or role.
    """
    return drawn(name, colour_of(colours, role), colours.disabled)


def set_icon(target: ShowsIcon, name: str, role: str = "text") -> None:
    """Shows an icon on a button or an action, now and after every change of theme."""
    target.setProperty(_NAME_PROPERTY, name)
    target.setProperty(_ROLE_PROPERTY, role)
    target.setIcon(icon(name, role))


def icon(name: str, role: str = "text") -> QIcon:
    """Returns the icon in the colours of the theme in force now; it stays so. For one that follows the theme use `set_icon`.

    Raises:
        KeyError: no such icon or role.
    """
    return icon_in(tokens().colour, name, role)


def recolour(target: QObject, colours: Colours) -> None:
    """Draws the icon of `target` anew if it was given by `set_icon`; the theme calls it."""
    name = target.property(_NAME_PROPERTY)
    show = getattr(target, "setIcon", None)
    if name and show is not None:
        show(icon_in(colours, str(name), str(target.property(_ROLE_PROPERTY))))
