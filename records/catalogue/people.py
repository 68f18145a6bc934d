"""People (บุคลากร): the persons an office deals with. What they hold or held is in `terms`."""

from datetime import date

from records import fields
from records.kinds import FileRef
from records.record import Record, record
from records.words import Words


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
    merged_from: tuple[str, ...] | None = fields.tags(Words("รวมจากรายการ", "Merged from"), default=None, kept_by_program=True)
    """Ids of the records that were found to be this person and deleted: a delete carries no fields, so the one that stays remembers."""
