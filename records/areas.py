"""Areas of work and roles: what grants are given by (protocol.md, "Grant")."""

from collections.abc import Mapping

from records.words import Words

AREAS: Mapping[str, Words] = {
    "registry": Words("ทะเบียน อปท.", "Registry"),
    "people": Words("บุคลากร", "People"),
    "elections": Words("การเลือกตั้ง", "Elections"),
    "planning": Words("แผนพัฒนา", "Plans"),
    "budget": Words("งบประมาณ", "Budget"),
    "services": Words("บริการประชาชน", "Services"),
    "incidents": Words("ร้องเรียน/แจ้งเหตุ", "Incidents"),
    "correspondence": Words("สารบรรณ", "Correspondence"),
    "archive": Words("คลังเอกสาร", "Archive"),
    "property": Words("ทรัพย์สินและที่ดิน", "Property"),
    "reporting": Words("รายงาน", "Reports"),
    "knowledge": Words("องค์ความรู้", "Knowledge"),
    "open_data": Words("ข้อมูลเปิด", "Open data"),
    "oversight": Words("การกำกับดูแล", "Oversight"),
    "platform": Words("ระบบ", "Platform"),
}
"""Every area, in the order people see them."""

ALL_AREAS = "*"
"""In a grant: every area."""

ROLES: Mapping[str, Words] = {
    "clerk": Words("เจ้าหน้าที่", "Clerk"),
    "head": Words("หัวหน้าหน่วยงาน", "Head"),
    "office-admin": Words("ผู้ดูแลระบบของหน่วยงาน", "Office administrator"),
    "district": Words("อำเภอ", "District"),
    "province": Words("จังหวัด", "Province"),
    "dla": Words("กรมส่งเสริมการปกครองท้องถิ่น", "Department of Local Administration"),
    "auditor": Words("ผู้ตรวจสอบ", "Auditor"),
    "reader": Words("ผู้อ่าน", "Reader"),
}

_ABROAD = ("registry", "people", "elections", "planning", "budget", "reporting", "oversight")

DEFAULT_AREAS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("clerk", "head", "office-admin"), tuple(area for area in AREAS if area != "oversight")),
    **dict.fromkeys(("district", "province", "dla", "auditor"), _ABROAD),
    "reader": ("registry", "planning", "budget"),
}
"""The areas a role is granted when none are named; nothing but these covers `oversight`, which an office never reads of itself."""


def covers(granted: tuple[str, ...] | list[str] | frozenset[str], area: str) -> bool:
    """Whether a grant of these areas reaches the area."""
    return ALL_AREAS in granted or area in granted
