"""Which area of work a record belongs to, and so who may see it (protocol.md, "Grant")."""

from collections.abc import Mapping

from records.areas import AREAS
from records.kinds import Json
from records.record import RecordType
from server_stub.books import book_of

UNKNOWN_TYPE_AREA = "platform"
"""The area of a type this server does not know: the office's own people reach it, readers from outside do not."""


def area_of(catalogue: Mapping[str, RecordType], record_type: str, fields: Mapping[str, Json]) -> str:
    """The area a grant must cover: that of the type, of a conflict's record, of a number block's book."""
    if record_type == "conflict":
        return _of_type(catalogue, fields.get("record_type"))
    if record_type == "number_block":
        return book_of(fields.get("book")).area
    return _of_type(catalogue, record_type)


def _of_type(catalogue: Mapping[str, RecordType], record_type: object) -> str:
    spec = catalogue.get(record_type) if isinstance(record_type, str) else None
    return spec.area if spec is not None and spec.area in AREAS else UNKNOWN_TYPE_AREA
