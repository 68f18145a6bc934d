"""Positions and terms: who holds or held which position, for how long and on what order; the terms of councils."""

from datetime import date

from records import fields
from records.catalogue.registry import OFFICE_TYPES
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words

BODIES = (
    Option("executive", Words("ฝ่ายบริหาร", "Executive")),
    Option("council", Words("สภาท้องถิ่น", "Council")),
    Option("permanent", Words("ฝ่ายประจำ", "Permanent staff")),
)

RANKS = (
    Option(
        "chief_executive",
        Words("ผู้บริหารท้องถิ่น", "Chief executive"),
        also=(
            "นายก",
            "PAOChairman",
            "Mayor",
            "TAOMayor",
            "BangkokGovernor",
            "TAOChairman",
            "SanitaryDistrictChairman",
            "TambonCouncilChairman",
        ),
    ),
    Option("deputy", Words("รองผู้บริหารท้องถิ่น", "Deputy chief executive"), also=("รองนายก",)),
    Option("secretary", Words("เลขานุการผู้บริหาร", "Secretary of the executive"), also=("เลขานุการนายก",)),
    Option("adviser", Words("ที่ปรึกษาผู้บริหาร", "Adviser of the executive"), also=("ที่ปรึกษานายก",)),
    Option(
        "council_chair",
        Words("ประธานสภา", "Chair of the council"),
        also=("PAOCouncilChairman", "TAOCouncilChairman", "ProvinceCouncilChairman"),
    ),
    Option("council_deputy_chair", Words("รองประธานสภา", "Deputy chair of the council")),
    Option("council_secretary", Words("เลขานุการสภา", "Secretary of the council")),
    Option("councillor", Words("สมาชิกสภาท้องถิ่น", "Councillor"), also=("ส.ถ.", "ส.อบจ.", "ส.ท.", "สท.", "ส.อบต.", "ส.ม.", "ส.ก.")),
    Option("clerk", Words("ปลัด", "Chief clerk"), also=("PAOClerk", "TAOClerk", "MunicipalClerk")),
    Option("deputy_clerk", Words("รองปลัด", "Deputy clerk")),
    Option("division_head", Words("ผู้อำนวยการกอง/หัวหน้าสำนัก", "Head of a division")),
    Option("officer", Words("พนักงาน/ลูกจ้าง", "Officer")),
)

HOW_OBTAINED = (
    Option("elected_directly", Words("เลือกตั้งโดยตรง", "Elected directly"), also=("ElectedDirectly",)),
    Option("elected_by_council", Words("สภาเลือก", "Elected by the council"), also=("ElectedByCouncil",)),
    Option("elected", Words("เลือกตั้ง", "Elected")),
    Option("appointed", Words("แต่งตั้ง", "Appointed")),
    Option("ex_officio", Words("โดยตำแหน่ง", "Ex officio"), also=("ExOfficio",)),
    Option("term_extended", Words("ให้อยู่ในตำแหน่งต่อ", "Term extended"), also=("TermExtended",)),
    Option("official_type_change", Words("เปลี่ยนชื่อตำแหน่ง", "Title of the position changed"), also=("OfficialTypeChange",)),
    Option("unknown", Words("ไม่ทราบ", "Unknown")),
)

END_REASONS = (
    Option("end_of_term", Words("ครบวาระ", "End of term"), also=("EndOfTerm",)),
    Option("resigned", Words("ลาออก", "Resigned")),
    Option("removed", Words("ถูกสั่งให้พ้นจากตำแหน่ง", "Removed"), "danger"),
    Option("removed_by_council", Words("สภามีมติให้พ้นจากตำแหน่ง", "Removed by the council"), "danger", also=("RemovedByCouncil",)),
    Option("death", Words("ถึงแก่ความตาย", "Death")),
    Option("status_change", Words("เปลี่ยนแปลงฐานะ อปท.", "Status of the office changed"), also=("StatusChange",)),
    Option("official_type_change", Words("เปลี่ยนชื่อตำแหน่ง", "Title of the position changed"), also=("OfficialTypeChange",)),
    Option("abolished", Words("อปท. ถูกยุบ", "Office abolished")),
    Option("retired", Words("เกษียณอายุ", "Retired")),
    Option("transfer", Words("โอนย้าย", "Transferred")),
    Option("unknown", Words("ไม่ทราบ", "Unknown")),
)


@record(type="position", area="people", label=Words("ตำแหน่ง", "Position"), title=("name",), key=("name",))
class Position(Record):
    """A position of the office: mayor, councillor of constituency 2, head of the works division."""

    name: str = fields.text(Words("ชื่อตำแหน่ง", "Name"), in_list=True, searchable=True, headings=("ตำแหน่ง", "title"))
    """In full with the office type's words: นายกองค์การบริหารส่วนตำบล."""
    body: str | None = fields.choice(Words("ฝ่าย", "Body"), BODIES, default=None, in_list=True)
    """Executive, council or permanent staff."""
    rank: str | None = fields.choice(Words("ประเภทตำแหน่ง", "Rank"), RANKS, default=None, in_list=True)
    """What it is in every type of office; older titles (ประธานกรรมการบริหาร อบต.) count as the rank they became."""
    office_type: str | None = fields.choice(Words("ประเภท อปท.", "Office type"), OFFICE_TYPES, default=None)
    """The type of office that has it; None when it fits all."""
    quota: int | None = fields.integer(Words("จำนวนอัตรา", "Quota"), default=None, least=0, in_list=True, headings=("อัตรา",))
    """How many may hold it at once; None when the law sets none."""
    term_limit: int | None = fields.integer(
        Words("ดำรงตำแหน่งติดต่อกันได้ไม่เกิน (วาระ)", "Terms in a row at most"), default=None, least=0, most=20
    )
    """None for what the law says of executives (two); 0 for no limit. Later laws and rulings change it."""
    division: str | None = fields.text(Words("หน่วยงาน", "Division"), default=None, in_list=True, searchable=True)
    """Where it belongs, as text with suggestions from division."""
    position_number: str | None = fields.text(Words("เลขที่ตำแหน่ง", "Position number"), default=None, max_length=50, searchable=True)
    """Of permanent staff: 12 digits with dashes."""
    law_ref: str | None = fields.text(Words("กฎหมายที่เกี่ยวข้อง", "Law"), default=None)
    """Where quota and term are laid down."""


@record(
    type="term",
    area="people",
    label=Words("การดำรงตำแหน่ง", "Term"),
    title=("position_name", "person_name", "begin"),
    key=("office_code", "position_name", "person_name", "begin"),
)
class Term(Record):
    """One person in one position from a day to a day. The end is a stored fact, never begin and four years (orders extended terms)."""

    person: str | None = fields.reference(Words("บุคคล", "Person"), "person", default=None)
    """Who; None when only the name is known."""
    person_name: str = fields.text(Words("ชื่อผู้ดำรงตำแหน่ง", "Holder"), in_list=True, searchable=True, headings=("name", "ชื่อ-สกุล", "ชื่อ - สกุล"))
    """As the order or the announcement writes it; a holder of public office is named in public."""
    position: str | None = fields.reference(Words("ตำแหน่งในทะเบียน", "Position in the register"), "position", default=None)
    """None when the position exists no more."""
    position_name: str = fields.text(Words("ตำแหน่ง", "Position held"), in_list=True, searchable=True, headings=("title",))
    """As the order writes it."""
    how_obtained: str | None = fields.choice(
        Words("ที่มา", "How obtained"), HOW_OBTAINED, default=None, in_list=True, together="begin", headings=("beginreason",)
    )
    """How the person came into the position."""
    begin: date | None = fields.day(Words("วันเริ่มดำรงตำแหน่ง", "Begin"), default=None, in_list=True, together="begin", headings=("วันที่เริ่ม",))
    """Of an elected one the day of election; None when only the year is known."""
    begin_year: str | None = fields.text(
        Words("ปีที่เริ่ม", "Year of beginning"), default=None, max_length=20, together="begin", headings=("beginyear",)
    )
    """Calendar year as the source writes it, for old terms whose day is lost."""
    end: date | None = fields.day(Words("วันพ้นจากตำแหน่ง", "End"), default=None, in_list=True, together="end", headings=("วันที่สิ้นสุด",))
    """Last day; None while in office."""
    end_year: str | None = fields.text(
        Words("ปีที่พ้นจากตำแหน่ง", "Year of end"), default=None, max_length=20, together="end", headings=("endyear",)
    )
    """Calendar year as the source writes it, for old terms whose day is lost."""
    end_reason: str | None = fields.choice(
        Words("เหตุที่พ้นจากตำแหน่ง", "Reason of end"), END_REASONS, default=None, in_list=True, together="end", headings=("endreason",)
    )
    """None while in office."""
    acting: bool | None = fields.yes_no(Words("รักษาราชการแทน", "Acting"), default=None, in_list=True, headings=("รักษาการ",))
    """Yes for one who acts in the place of the holder."""
    consecutive: int | None = fields.integer(Words("วาระติดต่อกันที่", "Consecutive term"), default=None, least=1, most=20, headings=("สมัยที่",))
    """1 for the first; executives may hold two in a row."""
    holder_number: int | None = fields.integer(
        Words("ลำดับผู้ดำรงตำแหน่ง", "Number among the holders"), default=None, least=1, most=9999, headings=("index", "คนที่")
    )
    """1 for the first who ever held the position, as the source counts."""
    vacant: bool | None = fields.yes_no(Words("ตำแหน่งว่าง", "Vacant"), default=None)
    """Yes for a time in which nobody held the position."""
    office: str | None = fields.reference(Words("อปท.", "Office"), "office", default=None)
    """Of which office; None for the office whose record it is."""
    office_code: str | None = fields.text(
        Words("รหัส อปท. (กรมการปกครอง)", "DOPA code of the office"), default=None, max_length=20, headings=("lao_geocode",)
    )
    """As the source writes it, for other offices: names repeat even inside a province. None for the office whose record it is."""
    office_name: str | None = fields.text(Words("ชื่อ อปท.", "Name of the office"), default=None, max_length=200, searchable=True)
    """As the source writes it, for terms of other offices; None for the office whose record it is."""
    order_number: str | None = fields.text(
        Words("คำสั่งเลขที่", "Order number"), default=None, max_length=100, searchable=True, together="order"
    )
    """Of the order or announcement of result."""
    order_date: date | None = fields.day(Words("คำสั่งลงวันที่", "Order date"), default=None, together="order")
    """The day the order is dated."""
    suspended_from: date | None = fields.day(Words("ถูกสั่งพักตั้งแต่", "Suspended from"), default=None, together="suspension")
    """First day of a suspension."""
    suspended_to: date | None = fields.day(Words("ถูกสั่งพักถึง", "Suspended to"), default=None, together="suspension")
    """Last day; None while it lasts."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """Anything else the papers say."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """Order, announcement, resolution."""


COUNCIL_BEGINNINGS = (
    Option("election", Words("เลือกตั้ง", "Elected"), also=("Election",)),
    Option("appointed", Words("แต่งตั้ง", "Appointed"), also=("Appointed",)),
    Option("term_extended", Words("ให้อยู่ในตำแหน่งต่อ", "Term extended"), also=("TermExtended",)),
    Option("unknown", Words("ไม่ทราบ", "Unknown"), also=("Unknown",)),
)

COUNCIL_ENDS = (
    Option("end_of_term", Words("ครบวาระ", "End of term"), also=("EndOfTerm",)),
    Option("dissolution_ordered", Words("มีคำสั่งให้ยุบสภา", "Dissolved by order"), "danger", also=("DissolutionOrdered",)),
    Option("self_dissolution", Words("ยุบสภาเอง", "Dissolved itself"), also=("SelfDissolution",)),
    Option("election_nulled", Words("การเลือกตั้งเป็นโมฆะ", "Election nulled"), "danger", also=("ElectionNulled",)),
    Option("status_change", Words("เปลี่ยนแปลงฐานะ อปท.", "Status of the office changed"), also=("StatusChange",)),
    Option("abolished", Words("อปท. ถูกยุบ", "Office abolished"), also=("Abolished",)),
    Option("unknown", Words("ไม่ทราบ", "Unknown"), also=("Unknown",)),
)

SIZE_CHANGES = (
    Option("law", Words("กฎหมายกำหนด", "Law"), also=("Law",)),
    Option("status_change", Words("เปลี่ยนแปลงฐานะ อปท.", "Status of the office changed"), also=("StatusChange",)),
    Option("village_made", Words("ตั้งหมู่บ้านใหม่", "A village was made"), also=("MubanCreation",)),
    Option("merge", Words("รวม อปท.", "Merger"), also=("Merge",)),
    Option("area_change", Words("เปลี่ยนแปลงเขต", "Area changed"), also=("AreaChange",)),
    Option("population_change", Words("จำนวนประชากรเปลี่ยน", "Population changed"), also=("PopulationChange",)),
    Option("unknown", Words("ไม่ทราบ", "Unknown"), also=("Unknown",)),
)

COUNCIL_TYPES = (
    Option("pao", Words("สภาองค์การบริหารส่วนจังหวัด", "Provincial council (PAO)"), also=("PAO",)),
    Option("city", Words("สภาเทศบาลนคร", "City council"), also=("ThesabanNakhon",)),
    Option("town", Words("สภาเทศบาลเมือง", "Town council"), also=("ThesabanMueang",)),
    Option("subdistrict", Words("สภาเทศบาลตำบล", "Subdistrict municipal council"), also=("ThesabanTambon",)),
    Option("sao", Words("สภาองค์การบริหารส่วนตำบล", "Subdistrict council (SAO)"), also=("TAO",)),
    Option("pattaya", Words("สภาเมืองพัทยา", "Council of Pattaya"), also=("Mueang",)),
    Option("bangkok", Words("สภากรุงเทพมหานคร", "Council of Bangkok"), also=("Bangkok",)),
    Option("province_council", Words("สภาจังหวัด (เดิม)", "Former province council"), also=("ProvinceCouncil",)),
)


@record(
    type="council_term",
    area="people",
    label=Words("วาระสภา", "Council term"),
    title=("council", "begin"),
    key=("office_code", "council", "begin"),
)
class CouncilTerm(Record):
    """One council from its election to its end, with the seats it had. The end is a stored fact: orders extended terms."""

    council: str = fields.choice(Words("สภา", "Council"), COUNCIL_TYPES, in_list=True, headings=("type",))
    """Which kind of council."""
    office: str | None = fields.reference(Words("อปท.", "Office"), "office", default=None)
    """Of which office; None for the office whose record it is."""
    office_code: str | None = fields.text(
        Words("รหัส อปท. (กรมการปกครอง)", "DOPA code of the office"), default=None, max_length=20, headings=("lao_geocode",)
    )
    """As the source writes it, for other offices: names repeat even inside a province. None for the office whose record it is."""
    office_name: str | None = fields.text(
        Words("ชื่อ อปท.", "Name of the office"), default=None, max_length=200, in_list=True, searchable=True
    )
    """As the source writes it; None for the office whose record it is."""
    begin: date | None = fields.day(Words("วันเริ่มวาระ", "Begin"), default=None, in_list=True, together="begin")
    """The day of election; None when it is not known."""
    begin_reason: str | None = fields.choice(
        Words("ที่มา", "How it began"), COUNCIL_BEGINNINGS, default=None, in_list=True, together="begin", headings=("beginreason",)
    )
    """How the council came to sit; None where the source does not say."""
    end: date | None = fields.day(Words("วันสิ้นสุดวาระ", "End"), default=None, in_list=True, together="end")
    """Last day; None while it sits."""
    end_reason: str | None = fields.choice(
        Words("เหตุสิ้นสุด", "Reason of end"), COUNCIL_ENDS, default=None, in_list=True, together="end", headings=("endreason",)
    )
    """Why it ended; None where the source does not say."""
    size: int | None = fields.integer(Words("จำนวนสมาชิก", "Seats"), default=None, least=0, most=500, in_list=True, headings=("size",))
    """Seats, filled or not."""
    size_change_reason: str | None = fields.choice(
        Words("เหตุที่จำนวนสมาชิกเปลี่ยน", "Why the seats changed"), SIZE_CHANGES, default=None, headings=("sizechangereason",)
    )
    """Against the council before; None when they did not change."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """Anything else the papers say."""
