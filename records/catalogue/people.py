"""People (บุคลากร): who holds or held which position, for how long and on what order."""

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


@record(
    type="person",
    area="people",
    label=Words("บุคคล", "Person"),
    title=("prefix", "first_name", "last_name"),
    key=("citizen_id",),
)
class Person(Record):
    """A person the office deals with: an official, a candidate, a citizen who asked for something."""

    prefix: str | None = fields.text(
        Words("คำนำหน้า", "Prefix"), default=None, max_length=60, in_list=True, headings=("คำนำหน้าชื่อ", "คำนำหน้านาม")
    )
    """นาย, นาง, นางสาว, ranks and academic titles as written; names are found and sorted without it."""
    first_name: str = fields.text(
        Words("ชื่อ", "First name"), max_length=120, in_list=True, searchable=True, personal=True, headings=("ชื่อตัว",)
    )
    """As on the identity card."""
    last_name: str | None = fields.text(
        Words("ชื่อสกุล", "Last name"), default=None, max_length=120, in_list=True, searchable=True, personal=True, headings=("นามสกุล", "สกุล")
    )
    """As on the identity card; None for those who have none."""
    citizen_id: str | None = fields.citizen_id(
        Words("เลขประจำตัวประชาชน", "Citizen id"),
        default=None,
        in_list=True,
        searchable=True,
        personal=True,
        headings=("เลขบัตรประชาชน", "เลขที่บัตรประชาชน", "เลข 13 หลัก"),
    )
    """13 digits with check digit; None when not shown to the office."""
    birth_date: date | None = fields.day(
        Words("วันเกิด", "Date of birth"), default=None, personal=True, headings=("วัน/เดือน/ปีเกิด", "วันเดือนปีเกิด")
    )
    """None when unknown."""
    phone: str | None = fields.phone(
        Words("โทรศัพท์", "Telephone"), default=None, in_list=True, searchable=True, personal=True, headings=("เบอร์โทรศัพท์", "โทร", "มือถือ")
    )
    """Where the person is reached."""
    email: str | None = fields.email(Words("อีเมล", "E-mail"), default=None, searchable=True, personal=True)
    """Private or official."""
    line_id: str | None = fields.text(Words("ไลน์ไอดี", "LINE id"), default=None, max_length=100, personal=True)
    """LINE account name."""
    education: str | None = fields.text(Words("วุฒิการศึกษา", "Education"), default=None, personal=True, headings=("การศึกษา",))
    """Highest degree and where, as the paper says; matters for who may stand."""
    house_number: str | None = fields.text(
        Words("บ้านเลขที่", "House number"), default=None, max_length=50, personal=True, together="address", headings=("เลขที่",)
    )
    """Of the house register."""
    moo: int | None = fields.integer(
        Words("หมู่ที่", "Moo"), default=None, least=1, most=99, personal=True, together="address", headings=("หมู่",)
    )
    """Number of the village, 1-99."""
    road: str | None = fields.text(Words("ถนน/ซอย", "Road"), default=None, personal=True, together="address")
    """Road and lane."""
    tambon: str | None = fields.text(Words("ตำบล/แขวง", "Subdistrict"), default=None, personal=True, together="address", headings=("ตำบล",))
    """Name without ตำบล."""
    amphoe: str | None = fields.text(Words("อำเภอ/เขต", "District"), default=None, personal=True, together="address", headings=("อำเภอ",))
    """Name without อำเภอ."""
    province: str | None = fields.text(Words("จังหวัด", "Province"), default=None, personal=True, together="address")
    """Name without จังหวัด."""
    postcode: str | None = fields.text(Words("รหัสไปรษณีย์", "Postcode"), default=None, max_length=5, personal=True, together="address")
    """5 digits."""
    registered_since: date | None = fields.day(Words("มีชื่อในทะเบียนบ้านตั้งแต่", "In the house register since"), default=None, personal=True)
    """A candidate needs one year to the day of application (section 49 of the 2562 election act)."""
    photograph: tuple[FileRef, ...] | None = fields.files(Words("รูปถ่าย", "Photograph"), default=None, personal=True)
    """One or more."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """What the office must remember; no opinions of the person."""


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
    key=("position_name", "person_name", "begin"),
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
    consecutive: int | None = fields.integer(
        Words("วาระติดต่อกันที่", "Consecutive term"), default=None, least=1, most=20, headings=("index", "สมัยที่")
    )
    """1 for the first; executives may hold two in a row."""
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
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attachments"), default=None)
    """Order, announcement, resolution."""
