"""Keeps Python alive under PySide6 6.12.0, which loses a reference to None on every call of Qt that returns nothing.

Measured on CPython 3.11.7: 1,000 calls of `QTimer.setInterval` leave 1,000 references too few, so a program dies after some thousand calls
with "none_dealloc: deallocating None". From Python 3.12 on None is immortal and nothing happens; PySide6 6.11.3 counts rightly.
"""

import ctypes
import sys

_ENOUGH = 1 << 60
"""References no session can use up: at a million lost per second they last 36,000 years."""


def keep_none_alive() -> None:
    """Gives None more references than can be lost; nothing to do from Python 3.12 on. May be called again."""
    if sys.version_info >= (3, 12) or sys.getrefcount(None) > _ENOUGH // 2:
        return
    # WORKAROUND PySide6 6.12.0: a reference count is the first word of every object in CPython; remove when 6.12.0 is ruled out or
    # Python 3.11 is no longer supported.
    ctypes.c_ssize_t.from_address(id(None)).value += _ENOUGH
