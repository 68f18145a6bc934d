"""Which documents a computer keeps without being asked: those of chosen areas of work, besides the small ones."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from desktop.storage import file_states
from records.areas import AREAS, covers
from records.errors import Correctable
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

EVERYTHING = "*"
"""In `keep`: the documents of every area."""


def kept_areas(office: "Office", stream: str) -> frozenset[str]:
    """The areas of which every document is kept on this computer; EVERYTHING among them for all. Small ones are always kept."""
    with office.database.reading() as connection:
        types = file_states.kept_types(connection).get(stream, frozenset())
    if EVERYTHING in types:
        return frozenset({EVERYTHING})
    return frozenset(office.catalogue[one].area for one in types if one in office.catalogue)


def keep(office: "Office", stream: str, areas: Collection[str]) -> None:
    """From now on keeps every document of these areas on this computer; none: only small ones and those asked for.

    Raises Correctable for a stream this device has not, or an area there is not.
    """
    office.require_stream(stream)
    unknown = [area for area in areas if area not in AREAS and area != EVERYTHING]
    if unknown:
        raise Correctable(
            Words("ไม่มีงานนี้", "No such area"),
            Words(
                "ไม่มีงานชื่อ “{area}” ไม่มีอะไรเปลี่ยนแปลง งานที่มี: {areas}",
                "There is no area “{area}”; nothing was changed. Areas: {areas}",
            ).filled(area=unknown[0][:80], areas=", ".join(AREAS)),
        )
    types = {name for name, spec in office.catalogue.items() if covers(tuple(areas), spec.area)}
    with office.database.write() as connection:
        file_states.keep_types(connection, stream, {EVERYTHING} if EVERYTHING in areas else types)
