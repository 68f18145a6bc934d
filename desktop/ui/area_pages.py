"""The pages an area of work has beside the lists of its record types: they stand before them in the area's tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.ui.access import Access
from desktop.ui.screen import Place
from desktop.ui.side_places import types_of
from records.record import RecordType
from records.words import Words


@dataclass(frozen=True)
class AreaPage:
    """One page of an area, a tab."""

    key: str
    """The kind of its place, a key of `pages.PAGES`; never the name of a record type."""
    words: Words
    needs: tuple[str, ...]
    """The record types the account must be able to read; without them the page is absent."""
    opens_area: bool = False
    """Whether the area opens here, until the person has been on another of its tabs."""


AREA_PAGES: Mapping[str, tuple[AreaPage, ...]] = {
    "registry": (
        AreaPage("registry_as_of", Words("ทะเบียนย้อนหลัง", "As of a day"), ("office", "office_event")),
        AreaPage("figures", Words("ข้อมูลรายปี", "Figures by year"), ("base_figure",)),
    ),
    "people": (
        AreaPage("office_holders", Words("ผู้ดำรงตำแหน่ง", "Who holds what"), ("term", "person")),
        AreaPage("people_alike", Words("รายการที่อาจซ้ำ", "Possibly twice"), ("person",)),
    ),
    "money": (
        AreaPage("plan_tree", Words("ผังแผนพัฒนา", "Plan tree"), ("plan", "project"), opens_area=True),
        AreaPage("plan_compare", Words("เทียบฉบับแผน", "Editions"), ("plan", "project")),
        AreaPage("eplan", Words("สรุปขั้นตอน e-Plan", "e-Plan stages"), ("plan", "project")),
        AreaPage("budget_tree", Words("ข้อบัญญัติงบประมาณ", "Budget ordinance"), ("budget_line", "revenue_line")),
        AreaPage("year_turn", Words("ขึ้นปีใหม่", "Year's turn"), ("fiscal_year", "budget_line")),
    ),
    "services": (
        AreaPage("intake", Words("รับคำขอ", "Receive"), ("service_request", "service")),
        AreaPage("service_times", Words("เวลาที่ใช้", "Times"), ("service_request", "request_step", "service")),
        AreaPage("cashier", Words("รับเงิน/ออกใบเสร็จ", "Counter"), ("receipt",)),
        AreaPage("remittances", Words("นำส่งเงินประจำวัน", "Daily remittance"), ("receipt", "remittance")),
    ),
}
"""By the key of the side bar's entry, in the order of work."""


def pages_of(side: str, catalogue: Mapping[str, RecordType], access: Access) -> list[AreaPage]:
    """The pages of an entry that the account may use."""
    return [
        page for page in AREA_PAGES.get(side, ()) if all(name in catalogue and access.can_read(catalogue[name].area) for name in page.needs)
    ]


def side_of_page(kind: str) -> str | None:
    """The side bar's entry a page belongs to; None for kinds of place that are no page of an area."""
    return next((side for side, pages in AREA_PAGES.items() if any(page.key == kind for page in pages)), None)


def tabs_of(side: str, catalogue: Mapping[str, RecordType], access: Access) -> list[tuple[str, Words]]:
    """(key, words) of every tab of an entry: its pages, then the lists of its record types."""
    pages = [(page.key, page.words) for page in pages_of(side, catalogue, access)]
    return pages + [(spec.type, spec.label) for spec in types_of(side, catalogue, access)]


def place_of_tab(key: str, catalogue: Mapping[str, RecordType]) -> Place:
    """Where a tab leads."""
    return Place("type", key) if key in catalogue else Place(key)


def first_tab(side: str, catalogue: Mapping[str, RecordType], access: Access, kept: object) -> str | None:
    """The tab an entry opens with: the one the person was on last, else the page that opens it, else its first list."""
    tabs = [key for key, _ in tabs_of(side, catalogue, access)]
    if isinstance(kept, str) and kept in tabs:
        return kept
    opening: Sequence[str] = [page.key for page in pages_of(side, catalogue, access) if page.opens_area]
    lists = [spec.type for spec in types_of(side, catalogue, access)]
    return next(iter([*opening, *lists, *tabs]), None)
