"""Shortcuts that work under the Thai keyboard too.

Under the Kedmanee layout (TIS 820-2538) the key of K gives า, so Ctrl+K would be dead on a keyboard left in Thai. Each shortcut is
installed for the Latin letter and for what the same physical key gives in Thai.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

KEDMANEE: dict[str, str] = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "ๆไำพะัีรนยฟหกดเ้่าสผปแอิืท", strict=True))
"""Latin letter to the Thai character of the same physical key."""

KEDMANEE_SHIFTED: dict[str, str] = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", '๐"ฎฑธํ๊ณฯญฤฆฏโฌ็๋ษศ()ฉฮฺ์?', strict=True))
"""The same with Shift held."""

KEDMANEE_DIGITS: dict[str, str] = dict(zip("1234567890", "ๅ/-ภถุึคตจ", strict=True))
"""The row of digits."""


def sequences(keys: str) -> list[QKeySequence]:
    """Returns the key sequences of `Ctrl+K` or `Ctrl+Shift+N` under the Latin and the Thai layout; for `QAction.setShortcuts`.

    A key that is no letter or digit (F5, Ctrl+Enter, Esc) is the same under both and comes back alone.
    """
    *modifiers, key = keys.split("+")
    found = [keys]
    before = "".join(f"{modifier}+" for modifier in modifiers)
    if key.upper() in KEDMANEE:
        found.append(before + KEDMANEE[key.upper()])
        if "Shift" in modifiers:
            found.append(before + KEDMANEE_SHIFTED[key.upper()])
    elif key in KEDMANEE_DIGITS:
        found.append(before + KEDMANEE_DIGITS[key])
    return [QKeySequence(text) for text in found]


def shortcut(
    parent: QWidget,
    keys: str,
    slot: Callable[[], object],
    *,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> QShortcut:
    """Calls `slot` when `keys` are pressed in the parent's window (or in `context`), under either layout."""
    result = QShortcut(parent)
    result.setKeys(sequences(keys))
    result.setContext(context)
    result.activated.connect(slot)
    return result
