"""What the window remembers between starts: places, columns, sort orders, drafts. Read once at start, written behind on the store's thread."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from records.kinds import Json

if TYPE_CHECKING:
    from desktop.ui.bridge import Bridge

PREFIX = "ui."
"""Before every name in the office's settings."""


class Memory:
    """Names and JSON values; `get` answers at once, `put` is written by the store's worker in the order put."""

    def __init__(self, bridge: "Bridge", values: Mapping[str, Json]) -> None:
        """`values` are the settings whose names begin with `PREFIX`, without it."""
        self._bridge = bridge
        self._values: dict[str, Json] = dict(values)

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
        self._bridge.remember(PREFIX + name, value)
