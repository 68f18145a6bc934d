"""Records of one type by one key, as an import looks them up. Pure."""

from collections import defaultdict
from collections.abc import Mapping

from records.kinds import Json


class Known:
    """The records of one type by one key: those that are there and those this import makes."""

    def __init__(self, key: tuple[str, ...], fields: "dict[str, Mapping[str, Json]]") -> None:
        self.key = key
        self.fields = fields
        """Shared by all keys of a type: id -> wire fields."""
        self.by_key: defaultdict[tuple[Json, ...], list[str]] = defaultdict(list)
        for record_id, record_fields in fields.items():
            self.add(record_id, record_fields)

    def add(self, record_id: str, fields: Mapping[str, Json]) -> None:
        """Takes in one more."""
        self.by_key[self.key_of(fields)].append(record_id)

    def key_of(self, fields: Mapping[str, Json]) -> tuple[Json, ...]:
        """The key of a record's fields."""
        return tuple(str(value) if isinstance(value := fields.get(name), list | dict) else value for name in self.key)
