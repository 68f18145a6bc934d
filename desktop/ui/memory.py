"""What the window remembers between starts: places, columns, sort orders, drafts. Read once at start, written behind on the store's thread."""

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QTimer

from desktop.storage import state
from records.errors import AppError
from records.kinds import Json

if TYPE_CHECKING:
    from desktop.services.office import Office
    from desktop.ui.bridge import Bridge

_AGAIN_MS = 3_000
SETTING = state.WINDOW
"""The one setting that holds everything remembered; it is inside the encrypted file, for drafts are personal data too."""


class Memory:
    """Names and JSON values; `get` answers at once, `put` is written by the store's worker in the order put."""

    def __init__(self, bridge: "Bridge", office: "Office") -> None:
        self._bridge = bridge
        self._office = office
        self._values: dict[str, Json] = {}
        self._is_written = True
        self._has_failed = False

    @staticmethod
    def asked(office: "Office") -> str:
        """Reads what is kept; on the store's thread, for `take`."""
        with office.database.reading() as connection:
            return state.setting(connection, SETTING) or "{}"

    def take(self, text: str) -> None:
        """Starts with what `asked` answered; a text of another form is an empty memory."""
        try:
            kept = msgspec.json.decode(text)
        except msgspec.DecodeError:
            kept = {}
        self._values = kept if isinstance(kept, dict) else {}

    def get(self, name: str) -> Json:
        """The value of a name; None when nothing is remembered."""
        return self._values.get(name)

    def names(self, beginning: str) -> list[str]:
        """The names remembered that begin so, sorted."""
        return sorted(name for name in self._values if name.startswith(beginning))

    def put(self, name: str, value: Json) -> None:
        """Remembers a value; None forgets the name."""
        if self._values.get(name) == value:
            return
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value
        if self._is_written:
            # Several values put in one go are written once, with what they are when the worker comes to it.
            self._is_written = False
            self._bridge.run(self._write, self._wrote, self._failed)

    def _wrote(self, _none: None) -> None:
        self._has_failed = False

    def _failed(self, error: AppError) -> None:
        """Told once and tried again: a full disk must not open a window for every letter typed."""
        if not self._has_failed:
            self._has_failed = True
            self._bridge.tell(error)
        if self._is_written:
            self._is_written = False
            QTimer.singleShot(_AGAIN_MS, self._bridge, lambda: self._bridge.run(self._write, self._wrote, self._failed))

    def _write(self) -> None:
        self._is_written = True
        text = msgspec.json.encode(dict(self._values)).decode()
        with self._office.database.write() as connection:
            state.set_setting(connection, SETTING, text)
