"""Registry (ทะเบียน อปท.): which offices there are, their codes and what became of them, and what each says of itself.

office, office_code and office_event are written by DLA in the stream `central`; the rest lives in the office's own stream.
"""

from datetime import date
from decimal import Decimal

from records import fields
from records.kinds import FileRef, Option
from records.record import Record, record
from records.words import Words

OFFICE_TYPES = (
    Option("pao", Words("องค์การบริหารส่วนจังหวัด", "Provincial administrative organisation"), also=("อบจ.", "provincial_admin_org", "PAO")),
    Option("nakhon", Words("เทศบาลนคร", "City municipality"), also=("ทน.", "city_municipality", "ThesabanNakhon")),
    Option("mueang", Words("เทศบาลเมือง", "Town municipality"), also=("ทม.", "town_municipality", "ThesabanMueang")),
    Option("tambon", Words("เทศบาลตำบล", "Subdistrict municipality"), also=("ทต.", "subdistrict_municipality", "ThesabanTambon")),
    Option(
        "sao",
        Words("องค์การบริหารส่วนตำบล", "Subdistrict administrative organisation"),
        also=("อบต.", "subdistrict_admin_org", "TAO", "SAO"),
    ),
    Option("pattaya", Words("เมืองพัทยา", "Pattaya City"), also=("special_admin_area",)),
    Option("bangkok", Words("กรุงเทพมหานคร", "Bangkok Metropolis"), also=("กทม.", "Bangkok")),
)
"""ประเภท อปท.; สุขาภิบาล and สภาตำบล are no types any more and appear only in events."""

OFFICE_STATUSES = (
    Option("active", Words("ดำเนินการอยู่", "Active"), "ok"),
    Option("merged", Words("ยุบรวมแล้ว", "Merged"), "neutral"),
    Option("abolished", Words("ยุบเลิกแล้ว", "Abolished"), "neutral"),
    Option("pending", Words("รอประกาศจัดตั้ง", "Waiting to be established"), "info"),
)

CODE_SCHEMES = (
    Option("dla", Words("รหัส อปท. ของ สถ.", "DLA code")),
    Option("dopa", Words("รหัสกรมการปกครอง", "DOPA code"), also=("dopa_geocode",)),
    Option("egp", Words("รหัสหน่วยงาน e-GP", "e-GP code")),
    Option("elaas", Words("รหัส e-LAAS", "e-LAAS code")),
    Option("other", Words("รหัสอื่น", "Other code")),
)

EVENT_KINDS = (
    Option("create", Words("จัดตั้ง", "Established")),
    Option("status_change", Words("เปลี่ยนแปลงฐานะ", "Status changed"), also=("statuschange",)),
    Option("rename", Words("เปลี่ยนชื่อ", "Renamed")),
    Option("merged_with", Words("ยุบรวมกับ", "Merged with"), also=("mergedwith",)),
    Option("abolished", Words("ยุบเลิก", "Abolished")),
    Option("area_change", Words("เปลี่ยนแปลงเขต", "Area changed"), also=("areachange",)),
    Option("reassign", Words("ย้ายสังกัดจังหวัดหรืออำเภอ", "Moved to another province or district")),
    Option("misspelling", Words("แก้ชื่อที่เขียนผิด", "Misspelt name mended")),
    Option("reformed_spelling", Words("เปลี่ยนการเขียนชื่อ", "Spelling reformed"), also=("reformedspelling",)),
)

EVENT_STATUSES = (
    Option("gazette", Words("ประกาศราชกิจจานุเบกษาแล้ว", "Published in the Gazette"), "ok"),
    Option("done", Words("มีผลแล้ว", "In force"), "ok"),
    Option("pending", Words("อยู่ระหว่างดำเนินการ", "Pending"), "info"),
    Option("withdrawn", Words("ถอนเรื่อง", "Withdrawn"), "neutral"),
    Option("denied", Words("ไม่อนุมัติ", "Denied"), "danger"),
)

DIVISION_KINDS = (
    Option("clerk_office", Words("สำนักปลัด", "Office of the clerk"), also=("สำนักปลัดเทศบาล", "สำนักปลัด อบต.", "สำนักปลัด อบจ.")),
    Option("finance", Words("กองคลัง", "Finance"), also=("สำนักคลัง",)),
    Option("works", Words("กองช่าง", "Public works"), also=("สำนักช่าง",)),
    Option("education", Words("กองการศึกษา", "Education"), also=("สำนักการศึกษา",)),
    Option("health", Words("กองสาธารณสุขและสิ่งแวดล้อม", "Public health and environment"), also=("สำนักสาธารณสุขและสิ่งแวดล้อม",)),
    Option("welfare", Words("กองสวัสดิการสังคม", "Social welfare"), also=("สำนักสวัสดิการสังคม",)),
    Option("strategy", Words("กองยุทธศาสตร์และงบประมาณ", "Strategy and budget"), also=("กองวิชาการและแผนงาน",)),
    Option("personnel", Words("กองการเจ้าหน้าที่", "Personnel")),
    Option("water", Words("กองการประปา", "Waterworks"), also=("สำนักการประปา",)),
    Option("audit", Words("หน่วยตรวจสอบภายใน", "Internal audit")),
    Option("child_centre", Words("ศูนย์พัฒนาเด็กเล็ก", "Child development centre")),
    Option("school", Words("โรงเรียน", "School")),
    Option("other", Words("อื่น ๆ", "Other")),
)

SIZE_CLASSES = (
    Option("small", Words("ขนาดเล็ก", "Small"), also=("S",)),
    Option("medium", Words("ขนาดกลาง", "Medium"), also=("M",)),
    Option("large", Words("ขนาดใหญ่", "Large"), also=("L",)),
)


@record(
    type="office",
    area="registry",
    label=Words("องค์กรปกครองส่วนท้องถิ่น", "Local administrative organisation"),
    home="central",
    title=("type", "name_th", "amphoe", "code"),
    key=("code",),
)
class Office(Record):
    """One อปท. as DLA lists it. Names repeat even inside a province, so amphoe and code belong to its title."""

    type: str = fields.choice(Words("ประเภท อปท.", "Type"), OFFICE_TYPES, in_list=True, headings=("ประเภท",))
    """Its present type; an upgrade is an office_event and changes this field."""
    name_th: str = fields.text(Words("ชื่อ อปท.", "Thai name"), in_list=True, searchable=True, headings=("อปท.", "ชื่อ"))
    """Without the word of its type, as DLA writes it: แม่ใส, not อบต.แม่ใส."""
    name_en: str | None = fields.text(
        Words("ชื่อภาษาอังกฤษ", "English name"), default=None, searchable=True, headings=("name_en_ahoerstemeier",)
    )
    """In Latin letters, without the word of its type; None when no source has it."""
    code: str | None = fields.text(
        Words("รหัส อปท.", "DLA code"), default=None, max_length=20, in_list=True, searchable=True, headings=("dla_code", "รหัสอปท")
    )
    """The DLA code in force, 7 digits; not a stable key (an upgrade changes it), None for Bangkok. Former codes: office_code."""
    province_code: str | None = fields.text(Words("รหัสจังหวัด", "Province code"), default=None, max_length=2)
    """DOPA code of the province, 2 digits."""
    province: str | None = fields.text(Words("จังหวัด", "Province"), default=None, in_list=True, searchable=True)
    """Name without จังหวัด."""
    amphoe: str | None = fields.text(
        Words("อำเภอ", "District"), default=None, in_list=True, searchable=True, headings=("district_name_th", "อำเภอ/เขต")
    )
    """Name of the district its seat lies in, without อำเภอ; for a provincial organisation that of its seat."""
    tambon: str | None = fields.text(Words("ตำบล", "Subdistrict"), default=None, searchable=True)
    """Names of the subdistricts covered, commas between; None when not known."""
    area_km2: Decimal | None = fields.decimal(Words("พื้นที่ (ตร.กม.)", "Area (km²)"), default=None, headings=("ขนาดพื้นที่", "พื้นที่"))
    """Square kilometres; about three in ten are not known."""
    coordinates: tuple[Decimal, Decimal] | None = fields.coordinates(Words("พิกัดที่ตั้ง", "Coordinates"), default=None, headings=("LAT/LONG",))
    """Of the seat, WGS 84; often not known."""
    dopa_code: str | None = fields.text(Words("รหัสกรมการปกครอง", "DOPA code"), default=None, max_length=20, headings=("dopa_geocode",))
    """Geocode of the Department of Provincial Administration, 4 to 6 digits."""
    website: str | None = fields.text(Words("เว็บไซต์", "Web site"), default=None, headings=("เว็ปไซต์ของอปท",))
    """Address of its web site as the source writes it."""
    size_class: str | None = fields.choice(Words("ขนาด", "Size class"), SIZE_CLASSES, default=None, headings=("size_2017",))
    """As DLA classes it; None when no source has it."""
    council_seats: int | None = fields.integer(
        Words("จำนวนสมาชิกสภา (คน)", "Council seats"), default=None, least=1, most=99, headings=("council_size_latest",)
    )
    """Seats of its latest council; None when no source has it."""
    status: str | None = fields.choice(Words("สถานะ", "Status"), OFFICE_STATUSES, default=None, in_list=True, together="status")
    """Whether it still exists; an abolished office stays in the registry."""
    status_since: date | None = fields.day(Words("มีสถานะตั้งแต่วันที่", "Status since"), default=None, together="status")
    """The day the status took effect."""
    successor: str | None = fields.reference(Words("อปท. ที่รับช่วง", "Successor"), "office", default=None)
    """The office that took over, for one merged or abolished."""
    stream: str | None = fields.text(Words("ชุดข้อมูล", "Stream"), default=None, max_length=100, kept_by_program=True)
    """The stream of what it owns, `office/<code at creation>`; never renamed. Set by the server's registry import."""


@record(
    type="office_code",
    area="registry",
    label=Words("รหัสของ อปท.", "Code of an office"),
    home="central",
    title=("scheme", "code"),
    key=("scheme", "code", "valid_from"),
)
class OfficeCode(Record):
    """One code an office bears or bore; codes come and go, the office's id stays."""

    office: str = fields.reference(Words("อปท.", "Office"), "office", in_list=True)
    """Whose code it is."""
    code: str = fields.text(Words("รหัส", "Code"), max_length=30, in_list=True, searchable=True)
    """As the scheme writes it, without a leading 0 added for e-mail."""
    scheme: str = fields.choice(Words("ระบบรหัส", "Scheme"), CODE_SCHEMES, in_list=True)
    """Which register gives such codes."""
    valid_from: date | None = fields.day(Words("ใช้ตั้งแต่วันที่", "Valid from"), default=None, in_list=True)
    """First day in force; None when it is not known."""
    valid_to: date | None = fields.day(Words("ใช้ถึงวันที่", "Valid to"), default=None, in_list=True)
    """Last day in force; None while it is. Where only the change is known and not its day, the last day it may have been; `note` says so."""
    note: str | None = fields.text(Words("หมายเหตุ", "Note"), default=None)
    """What is not certain about its days."""


@record(
    type="office_event",
    area="registry",
    label=Words("เหตุการณ์ของ อปท.", "Event of an office"),
    home="central",
    title=("kind", "effective_on", "name_before", "name_after"),
)
class OfficeEvent(Record):
    """What became of an office: established, upgraded, renamed, merged."""

    office: str = fields.reference(Words("อปท.", "Office"), "office", in_list=True)
    """Whom it happened to."""
    kind: str = fields.choice(Words("เหตุการณ์", "Event"), EVENT_KINDS, in_list=True, headings=("event",))
    """What happened."""
    effective_on: date | None = fields.day(
        Words("มีผลวันที่", "Effective on"), default=None, in_list=True, together="status", headings=("effective",)
    )
    """The day it took effect; None while it is pending."""
    status: str | None = fields.choice(Words("สถานะ", "Status"), EVENT_STATUSES, default=None, in_list=True, together="status")
    """How far it has come."""
    type_before: str | None = fields.text(Words("ประเภทเดิม", "Type before"), default=None, max_length=100, headings=("old",))
    """In words, types that exist no more included (สุขาภิบาล, สภาตำบล); of an area change or a merger, its type at the time."""
    type_after: str | None = fields.text(Words("ประเภทใหม่", "Type after"), default=None, max_length=100, headings=("new",))
    """In words."""
    name_before: str | None = fields.text(Words("ชื่อเดิม", "Name before"), default=None, searchable=True, headings=("oldname",))
    """Of a rename."""
    name_after: str | None = fields.text(Words("ชื่อใหม่", "Name after"), default=None, searchable=True, headings=("name",))
    """Of a rename or an establishment."""
    other_office: str | None = fields.reference(Words("อปท. ที่เกี่ยวข้อง", "Other office"), "office", default=None)
    """The office it merged with or into."""
    gazette: str | None = fields.text(Words("ราชกิจจานุเบกษา", "Gazette"), default=None, headings=("ราชกิจจาฯ",))
    """Volume, issue, page and date: เล่ม 89 ตอนที่ 190 ก หน้า 187."""
    note: str | None = fields.long_text(Words("หมายเหตุ", "Note"), default=None)
    """Anything else the papers say."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("เอกสารแนบ", "Attached documents"), default=None)
    """The announcement and the resolution."""


@record(type="office_profile", area="registry", label=Words("ข้อมูลหน่วยงาน", "Office profile"), title=("name",), key=("office",))
class OfficeProfile(Record):
    """What an office says of itself: address, contact, size. One in each office's stream."""

    office: str | None = fields.reference(Words("อปท.", "Office"), "office", default=None)
    """The office in the registry; None until it has been chosen."""
    name: str = fields.text(Words("ชื่อหน่วยงานเต็ม", "Full name"), in_list=True, searchable=True)
    """As printed on letters: องค์การบริหารส่วนตำบลแม่ใส."""
    house_number: str | None = fields.text(
        Words("ที่ตั้งเลขที่", "House number"), default=None, max_length=50, together="address", headings=("ที่ตั้งสำนักงานเลขที่",)
    )
    """Of the seat."""
    moo: int | None = fields.integer(Words("หมู่ที่", "Moo"), default=None, least=1, most=99, together="address")
    """Number of the village, 1-99."""
    road: str | None = fields.text(Words("ถนน", "Road"), default=None, together="address")
    """Name without ถนน."""
    tambon: str | None = fields.text(Words("ตำบล", "Subdistrict"), default=None, in_list=True, together="address")
    """Name without ตำบล."""
    amphoe: str | None = fields.text(Words("อำเภอ", "District"), default=None, in_list=True, together="address")
    """Name without อำเภอ."""
    province: str | None = fields.text(Words("จังหวัด", "Province"), default=None, in_list=True, together="address")
    """Name without จังหวัด."""
    postcode: str | None = fields.text(Words("รหัสไปรษณีย์", "Postcode"), default=None, max_length=5, together="address")
    """5 digits."""
    phone: str | None = fields.phone(Words("โทรศัพท์", "Telephone"), default=None, in_list=True)
    """The exchange."""
    fax: str | None = fields.phone(Words("โทรสาร", "Fax"), default=None)
    """Fax number."""
    email: str | None = fields.email(Words("อีเมล", "E-mail"), default=None)
    """The central mailbox, saraban_<0 and DLA code>@dla.go.th where there is one."""
    line_id: str | None = fields.text(Words("ไลน์", "LINE"), default=None, max_length=100)
    """Official LINE account of the office."""
    website: str | None = fields.text(Words("เว็บไซต์", "Web site"), default=None, headings=("เว็ปไซต์ของอปท",))
    """Address of its web site."""
    payment_account: str | None = fields.text(Words("เลขรับชำระเงิน (QR)", "Account for QR payments"), default=None, max_length=30)
    """The 15 digits of a biller (Biller ID) or the 13 of a tax id with PromptPay, as the office's bank gave them; codes on notices pay into it."""
    coordinates: tuple[Decimal, Decimal] | None = fields.coordinates(Words("พิกัด", "Coordinates"), default=None)
    """Of the seat, WGS 84."""
    population: int | None = fields.integer(
        Words("ประชากร (คน)", "Population"), default=None, least=0, together="population", headings=("ประชากร",)
    )
    """Registered inhabitants."""
    households: int | None = fields.integer(
        Words("ครัวเรือน", "Households"), default=None, least=0, together="population", headings=("จำนวนครัวเรือน",)
    )
    """Registered households."""
    counted_on: date | None = fields.day(Words("ข้อมูลประชากร ณ วันที่", "Population as of"), default=None, together="population")
    """The day population and households were counted."""
    revenue: int | None = fields.money(Words("รายได้ปีล่าสุด (บาท)", "Revenue of the latest year (baht)"), default=None, together="revenue")
    """Satang; all revenue, grants included."""
    revenue_year: int | None = fields.fiscal_year(
        Words("ปีงบประมาณของรายได้", "Fiscal year of the revenue"), default=None, together="revenue"
    )
    """The fiscal year (พ.ศ.) the revenue is of."""
    size_class: str | None = fields.choice(Words("ขนาด", "Size class"), SIZE_CLASSES, default=None)
    """As DLA classes it."""
    vision: str | None = fields.long_text(Words("วิสัยทัศน์", "Vision"), default=None)
    """As written in the plan."""
    attachments: tuple[FileRef, ...] | None = fields.files(Words("ตราและภาพถ่าย", "Seal and pictures"), default=None)
    """Its seal and photographs of the seat."""


@record(
    type="village", area="registry", label=Words("หมู่บ้าน/ชุมชน", "Village"), title=("moo", "name", "tambon"), key=("tambon", "moo", "name")
)
class Village(Record):
    """A village or, in towns, a community (ชุมชน) of the office."""

    moo: int | None = fields.integer(Words("หมู่ที่", "Moo"), default=None, least=1, most=99, in_list=True, headings=("หมู่",))
    """Its number in the subdistrict; None for a community of a town."""
    name: str = fields.text(Words("ชื่อหมู่บ้าน/ชุมชน", "Name"), in_list=True, searchable=True, headings=("หมู่บ้าน", "ชุมชน", "ชื่อหมู่บ้าน"))
    """Without the word บ้าน where the register leaves it out."""
    tambon: str | None = fields.text(Words("ตำบล", "Subdistrict"), default=None, in_list=True, searchable=True)
    """Name without ตำบล."""
    code: str | None = fields.text(Words("รหัสหมู่บ้าน", "Village code"), default=None, max_length=8)
    """DOPA code, 8 digits."""
    headman: str | None = fields.text(
        Words("ผู้ใหญ่บ้าน/ประธานชุมชน", "Headman"), default=None, in_list=True, searchable=True, headings=("ผู้ใหญ่บ้าน", "กำนัน")
    )
    """Full name with prefix, as people know him or her; an office, so public."""
    headman_phone: str | None = fields.phone(Words("โทรศัพท์ผู้ใหญ่บ้าน", "Headman's telephone"), default=None, personal=True)
    """Often a private mobile."""
    households: int | None = fields.integer(Words("ครัวเรือน", "Households"), default=None, least=0, in_list=True, together="population")
    """Registered households."""
    population: int | None = fields.integer(Words("ประชากร (คน)", "Population"), default=None, least=0, in_list=True, together="population")
    """Registered inhabitants."""
    counted_on: date | None = fields.day(Words("ข้อมูล ณ วันที่", "As of"), default=None, together="population")
    """The day households and population were counted."""
    coordinates: tuple[Decimal, Decimal] | None = fields.coordinates(Words("พิกัด", "Coordinates"), default=None)
    """A point in its middle, WGS 84."""


@record(
    type="base_figure",
    area="registry",
    label=Words("ข้อมูลพื้นฐาน", "Base figure"),
    title=("indicator", "year"),
    key=("indicator", "year", "village"),
)
class BaseFigure(Record):
    """One figure an office keeps of itself by year: households with water, kilometres of road."""

    indicator: str = fields.text(Words("ตัวชี้วัด/รายการ", "Indicator"), in_list=True, searchable=True, headings=("รายการ", "ข้อมูล"))
    """What is counted."""
    year: int = fields.fiscal_year(Words("ปีงบประมาณ", "Fiscal year"), in_list=True, headings=("ปี", "ปี พ.ศ."))
    """The fiscal year (พ.ศ.) it is kept for."""
    value: Decimal = fields.decimal(Words("ค่า", "Value"), in_list=True, together="value", headings=("จำนวน",))
    """In the unit beside it."""
    unit: str | None = fields.text(Words("หน่วย", "Unit"), default=None, max_length=50, in_list=True, together="value")
    """คน, แห่ง, กิโลเมตร; None for a bare number."""
    village: str | None = fields.reference(Words("หมู่บ้าน/ชุมชน", "Village"), "village", default=None)
    """None for the whole office."""
    source: str | None = fields.text(Words("แหล่งที่มา", "Source"), default=None, in_list=True, together="value")
    """Who counted: จปฐ. 2568, กรมการปกครอง."""


@record(type="division", area="registry", label=Words("หน่วยงานภายใน", "Division"), title=("name",), key=("name",))
class Division(Record):
    """A กอง, สำนัก or school of the office; the list differs by office, its kind is standard."""

    name: str = fields.text(Words("ชื่อหน่วยงาน", "Name"), in_list=True, searchable=True, headings=("กอง", "สำนัก/กอง", "หน่วยงาน"))
    """As the office calls it: สำนักช่าง."""
    kind: str | None = fields.choice(Words("ประเภทหน่วยงาน", "Kind"), DIVISION_KINDS, default=None, in_list=True)
    """What it is in every office, so that reports can compare."""
    parent: str | None = fields.reference(Words("อยู่ใน", "Part of"), "division", default=None)
    """The division above, None for one right under the clerk."""
    abbreviation: str | None = fields.text(Words("ชื่อย่อ/เลขที่หนังสือ", "Abbreviation"), default=None, max_length=50)
    """As in the numbers of its letters."""
    phone: str | None = fields.phone(Words("โทรศัพท์", "Telephone"), default=None, in_list=True)
    """Direct line or extension."""
    email: str | None = fields.email(Words("อีเมล", "E-mail"), default=None)
    """Mailbox of the division."""
    closed_on: date | None = fields.day(Words("ยุบเลิกวันที่", "Closed on"), default=None)
    """None while it works."""
