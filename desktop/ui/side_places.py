"""The side bar's entries, in the order of work, and the record types behind each."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.ui.access import Access
from records.kinds import Reference
from records.record import RecordType
from records.words import Words


@dataclass(frozen=True)
class SidePlace:
    """One entry of the side bar that leads to record types."""

    icon: str
    words: Words
    areas: tuple[str, ...]
    """The areas of the catalogue it covers; their types become its tabs."""
    daily: tuple[str, ...] = ()
    """The types people open every day, in the order of their tabs before all others."""


SIDE: Mapping[str, SidePlace] = {
    "registry": SidePlace(
        "building-2", Words("ทะเบียน อปท.", "Registry"), ("registry",), ("office_profile", "village", "base_figure", "office")
    ),
    "people": SidePlace("users", Words("บุคลากร", "People"), ("people", "elections"), ("person", "term", "position")),
    "money": SidePlace(
        "wallet",
        Words("แผนและงบประมาณ", "Plans and budget"),
        ("planning", "budget"),
        ("project", "budget_line", "contract", "disbursement", "budget_transfer", "plan"),
    ),
    "services": SidePlace("inbox", Words("บริการประชาชน", "Services"), ("services",), ("service_request", "receipt", "service")),
    "incidents": SidePlace("megaphone", Words("ร้องเรียน/แจ้งเหตุ", "Incidents"), ("incidents",)),
    "correspondence": SidePlace("mail", Words("สารบรรณ", "Correspondence"), ("correspondence",)),
    "archive": SidePlace("archive", Words("คลังเอกสาร", "Archive"), ("archive",)),
    "property": SidePlace("hammer", Words("ทรัพย์สิน", "Property"), ("property",)),
    "reporting": SidePlace("bar-chart", Words("รายงาน", "Reports"), ("reporting",)),
    "knowledge": SidePlace("book-open", Words("องค์ความรู้", "Knowledge"), ("knowledge",)),
    "open_data": SidePlace("external-link", Words("ข้อมูลเปิด", "Open data"), ("open_data",)),
    "oversight": SidePlace("scale", Words("การกำกับดูแล", "Oversight"), ("oversight",)),
}
"""Everything that leads to records; what belongs to the program itself (accounts, conflicts, number blocks) is reached from the settings."""

BOTTOM = (
    ("mend", "list-checks", Words("รายการที่ต้องแก้ไข", "To mend")),
    ("conflicts", "git-merge", Words("รอท่านเลือก", "Your choices")),
    ("settings", "settings", Words("ตั้งค่า", "Settings")),
)
"""(key, icon, words) of the places at the bottom of the side bar."""


def side_of(area: str) -> str | None:
    """The entry that covers an area; None for areas without one."""
    return next((key for key, place in SIDE.items() if area in place.areas), None)


def types_of(side: str, catalogue: Mapping[str, RecordType], access: Access) -> list[RecordType]:
    """The types behind an entry that the account may read: the daily ones, then those with a workflow, parts of other records last."""
    found = [spec for area in SIDE[side].areas for spec in catalogue.values() if spec.area == area and access.can_read(area)]
    daily = SIDE[side].daily
    return sorted(
        found, key=lambda spec: (daily.index(spec.type) if spec.type in daily else len(daily), is_part(spec), spec.workflow is None)
    )


def is_part(spec: RecordType) -> bool:
    """Whether its records are parts of others: none stands without the record it must name."""
    return any(field.required and isinstance(field.kind, Reference) for field in spec.fields)
