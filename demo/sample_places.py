"""The registry of a sample office: its profile, divisions, villages and figures of three years, and what became of it and its neighbours."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import geothai

from demo import sample_words as words
from demo.sample_maker import SATANG, Maker, SampleRecord, SampleVillage
from records.kinds import Json

VILLAGES = 8
NEIGHBOURS = 4
FIGURE_YEARS = 3


@dataclass(frozen=True)
class Indicator:
    """A figure kept by year."""

    name: str
    unit: str
    first: Decimal
    growth: Decimal
    """What one year adds, as a part of the first."""
    source: str


INDICATORS = (
    Indicator("ครัวเรือนที่มีน้ำประปาใช้", "ครัวเรือน", Decimal(1_540), Decimal("0.04"), "จปฐ."),
    Indicator("ครัวเรือนที่มีไฟฟ้าใช้", "ครัวเรือน", Decimal(1_760), Decimal("0.01"), "การไฟฟ้าส่วนภูมิภาค"),
    Indicator("ถนนคอนกรีตเสริมเหล็ก", "กิโลเมตร", Decimal("38.4"), Decimal("0.06"), "กองช่าง"),
    Indicator("ถนนลูกรัง", "กิโลเมตร", Decimal("12.6"), Decimal("-0.11"), "กองช่าง"),
    Indicator("เด็กในศูนย์พัฒนาเด็กเล็ก", "คน", Decimal(142), Decimal("-0.03"), "กองการศึกษา ศาสนา และวัฒนธรรม"),
    Indicator("ผู้พิการที่รับเบี้ย", "คน", Decimal(168), Decimal("0.02"), "กองสวัสดิการสังคม"),
    Indicator("ขยะมูลฝอยที่เก็บขน", "ตัน", Decimal(1_230), Decimal("0.05"), "กองสาธารณสุขและสิ่งแวดล้อม"),
    Indicator("ไฟฟ้าสาธารณะ", "ดวง", Decimal(486), Decimal("0.07"), "กองช่าง"),
    # Grows by more than a third a year: one of the few things the sample has to mend.
    Indicator("นักท่องเที่ยวงานประเพณีประจำปี", "คน", Decimal(6_200), Decimal("0.36"), "สำนักปลัด"),
)
_BY_VILLAGE = "ผู้สูงอายุ 60 ปีขึ้นไป"


def office_of(make: Maker, code: str) -> SampleRecord:
    """The registry's record of the office; belongs into `central`, as do those of `neighbours`."""
    return make.record(
        "office", type="sao", name_th=make.tambon.name_th, name_en=make.tambon.name_en, code=code, province_code=make.province.code,
        province=make.province.name_th, amphoe=make.amphoe, tambon=make.tambon.name_th, area_km2="41.6", size_class="medium",
        council_seats=VILLAGES, website=f"www.{make.tambon.name_en.lower().replace(' ', '')}.example.go.th", status="active",
        stream=f"office/{code}",
    )  # fmt: skip


def neighbours(make: Maker, office: SampleRecord) -> None:
    """Offices beside this one, what became of them and of it, their codes, and what the directory says of them. The days are invented."""
    own = str(office.fields["code"])
    _event(
        make,
        office.id,
        "create",
        date(1996, 2, 23),
        "เล่ม 113 ตอนพิเศษ 3 ง หน้า 12",
        type_after="องค์การบริหารส่วนตำบล",
        name_after=make.tambon.name_th,
    )
    make.record("office_code", office=office.id, code=own, scheme="dla", valid_from="1999-10-01")
    others = [one for one in geothai.subdistricts(make.district.code) if one.code != make.tambon.code][:NEIGHBOURS]
    for number, tambon in enumerate(others):
        code = f"9{tambon.code}"
        is_town, is_gone = number == 0, number == len(others) - 1 and number > 0
        entry = make.record(
            "office", type="tambon" if is_town else "sao", name_th=tambon.name_th, name_en=tambon.name_en, code=code,
            province_code=make.province.code, province=make.province.name_th, amphoe=make.amphoe, tambon=tambon.name_th,
            status="merged" if is_gone else "active", status_since="2004-09-15" if is_gone else None, successor=office.id if is_gone else None,
        )  # fmt: skip
        if is_town:
            _event(make, entry.id, "create", date(1956, 7, 4), "เล่ม 73 ตอนที่ 58 ง หน้า 2104", type_after="สุขาภิบาล", name_after=tambon.name_th)
            _event(
                make, entry.id, "status_change", date(1999, 5, 25), "เล่ม 116 ตอนที่ 9 ก หน้า 1", type_before="สุขาภิบาล", type_after="เทศบาลตำบล"
            )
            _event(
                make, entry.id, "area_change", make.today.replace(day=1) + timedelta(days=80), None, status="pending",
                note="ขอขยายเขตให้ครอบคลุมชุมชนริมถนนสายหลัก",
            )  # fmt: skip
        else:
            _event(
                make,
                entry.id,
                "create",
                date(1997, 1, 19),
                "เล่ม 113 ตอนพิเศษ 52 ง หน้า 8",
                type_after="องค์การบริหารส่วนตำบล",
                name_after=tambon.name_th,
            )
        if is_gone:
            _event(make, entry.id, "merged_with", date(2004, 9, 15), "เล่ม 121 ตอนพิเศษ 99 ง หน้า 4", other_office=office.id)
        else:
            make.record(
                "directory_entry", office=entry.id, name=("เทศบาลตำบล" if is_town else "อบต.") + tambon.name_th, phone=make.landline(),
                email=f"saraban_{code}@example.go.th", published_on=make.day(300).isoformat(),
            )  # fmt: skip
        make.record(
            "office_code", office=entry.id, code=code, scheme="dla", valid_from="1999-10-01", valid_to="2004-09-14" if is_gone else None
        )
    if len(others) > 1:
        _event(make, office.id, "merged_with", date(2004, 9, 15), "เล่ม 121 ตอนพิเศษ 99 ง หน้า 4", other_office=make.ids["office"][-1])


def _event(make: Maker, office: str, kind: str, on: date, gazette: str | None, status: str = "gazette", **told: Json) -> None:
    make.record("office_event", office=office, kind=kind, effective_on=on.isoformat(), status=status, gazette=gazette, **told)


def places(make: Maker, office: SampleRecord) -> None:
    """Profile, divisions, villages, constituencies, figures by year, and a change the office asks DLA for."""
    chance, last_year = make.chance, make.today.year - 1
    counted = f"{last_year}-12-31"
    named = list(enumerate(chance.sample(words.VILLAGE_NAMES, VILLAGES), 1))
    households = [chance.randint(80, 420) for _ in named]
    make.record(
        "office_profile", office=office.id, name=f"องค์การบริหารส่วนตำบล{make.tambon.name_th}", house_number="99", moo=1,
        tambon=make.tambon.name_th, amphoe=make.amphoe, province=make.province.name_th, postcode=make.postcode, phone=make.landline(),
        email="saraban@example.go.th", website=office.fields["website"], households=sum(households), population=sum(households) * 3,
        counted_on=counted, revenue=chance.randint(28, 62) * 1_000_000 * SATANG, revenue_year=make.year - 1, size_class="medium",
        vision="ตำบลน่าอยู่ คุณภาพชีวิตดี มีส่วนร่วม โปร่งใส ใส่ใจสิ่งแวดล้อม",
    )  # fmt: skip
    for kind, division, short in words.DIVISIONS:
        make.record("division", name=division, kind=kind, abbreviation=short, phone=make.landline())
    for (moo, name), count in zip(named, households, strict=True):
        made = make.record(
            "village", moo=moo, name=name, tambon=make.tambon.name_th, code=f"{make.tambon.code}{moo:02d}", headman="".join(make.name()[:2])
            + f" {chance.choice(words.LAST_NAMES)}", headman_phone=make.phone(), households=count, population=count * 3, counted_on=counted,
        )  # fmt: skip
        make.villages.append(SampleVillage(made.id, moo, name, count))
    for village in make.villages:
        make.record(
            "constituency", body="council", number=village.moo, name=f"หมู่ที่ {village.moo} {village.name}", seats=1, village=village.id,
            electors=village.households * 2, counted_on=counted, valid_from=f"{last_year - 3}-09-15", gazette=f"ประกาศ กกต.จังหวัด ลงวันที่ 15 ก.ย. {last_year + 540}",
        )  # fmt: skip
    _figures(make)
    make.record(
        "registry_change_request", office=office.id, field="area_km2", present_value="41.6", proposed_value="42.15",
        reason="รังวัดแนวเขตใหม่ร่วมกับสำนักงานที่ดินอำเภอ", state="draft",
    )  # fmt: skip


def _figures(make: Maker) -> None:
    for back in reversed(range(FIGURE_YEARS)):
        year, place = make.year - back, FIGURE_YEARS - 1 - back
        for one in INDICATORS:
            value = one.first * (1 + one.growth * place)
            shown = value.quantize(Decimal(1) if one.first == one.first.to_integral_value() else Decimal("0.1"))
            make.record(
                "base_figure",
                indicator=one.name,
                year=year,
                value=f"{shown.normalize():f}",
                unit=one.unit,
                source=f"{one.source} {year - 1}",
            )
        elders = [village.households * (52 + 3 * place) // 100 for village in make.villages]
        for village, count in zip(make.villages, elders, strict=True):
            make.record(
                "base_figure", indicator=_BY_VILLAGE, year=year, value=str(count), unit="คน", village=village.id, source="กองสวัสดิการสังคม"
            )
        make.record("base_figure", indicator=_BY_VILLAGE, year=year, value=str(sum(elders)), unit="คน", source="กองสวัสดิการสังคม")
