"""Thai dates and moments: พ.ศ. in and out, Gregorian `date` and aware UTC `datetime` inside.

The Buddhist Era year is the Christian Era year + 543 from 1 January 2484 (1941). Before that the year began on 1 April, so January to
March belong to the พ.ศ. year before, and January to March 2483 never were. Thailand is UTC+7 in every year shown here.

How a typed year is understood:

    two digits            พ.ศ., the year from 80 years back to 19 years ahead of today; never ค.ศ. (`22 Nov 26` is refused)
    2400-2700             พ.ศ., unless ค.ศ. is written, which is refused
    1800-2157             ค.ศ., also in 22/11/2026: no พ.ศ. year in use is that small
    any other             refused
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from records.errors import FieldError
from records.thai.numerals import to_arabic
from records.thai.text import mend
from records.words import Language, Words, say

BANGKOK = timezone(timedelta(hours=7), "UTC+7")
"""The time of Thailand, whatever zone the computer is set to."""

MONTHS_SHORT = (
    Words("ม.ค.", "Jan"),
    Words("ก.พ.", "Feb"),
    Words("มี.ค.", "Mar"),
    Words("เม.ย.", "Apr"),
    Words("พ.ค.", "May"),
    Words("มิ.ย.", "Jun"),
    Words("ก.ค.", "Jul"),
    Words("ส.ค.", "Aug"),
    Words("ก.ย.", "Sep"),
    Words("ต.ค.", "Oct"),
    Words("พ.ย.", "Nov"),
    Words("ธ.ค.", "Dec"),
)
"""January first."""

MONTHS_LONG = (
    Words("มกราคม", "January"),
    Words("กุมภาพันธ์", "February"),
    Words("มีนาคม", "March"),
    Words("เมษายน", "April"),
    Words("พฤษภาคม", "May"),
    Words("มิถุนายน", "June"),
    Words("กรกฎาคม", "July"),
    Words("สิงหาคม", "August"),
    Words("กันยายน", "September"),
    Words("ตุลาคม", "October"),
    Words("พฤศจิกายน", "November"),
    Words("ธันวาคม", "December"),
)
"""January first."""

_OFFSET = 543
_YEAR_FROM_JANUARY = date(1941, 1, 1)
"""1 January 2484, the first พ.ศ. year that began in January."""

_FIRST_BE, _LAST_BE = 2400, 2700
_FIRST_CE, _LAST_CE = 1800, 2157
_YEARS_AHEAD = 19


def _month_numbers() -> dict[str, int]:
    """Every way a month is written (lower case, no dots, no spaces) and its number 1-12."""
    names: dict[str, int] = {"sept": 9}
    for number, (short, long) in enumerate(zip(MONTHS_SHORT, MONTHS_LONG, strict=True), start=1):
        for name in (short.th, long.th, short.en, long.en):
            names[name.replace(".", "").lower()] = number
        names[re.sub("(?:คม|ยน|พันธ์)$", "", long.th)] = number
    return names


_MONTH_NUMBERS = _month_numbers()
_OPENING = re.compile(r"^(?:วัน)?(?:ที่ ?)?(?:วัน)?(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัส|ศุกร์|เสาร์|อาทิตย์)? ?(?:ที่)? ?")
_ERA = re.compile(r"(?P<be>พ\. ?ศ\.?|พศ\.?|\bb\. ?e\.?|\bbe\b)|(?P<ce>ค\. ?ศ\.?|คศ\.?|\b(?:c\. ?e|a\. ?d)\.?|\b(?:ce|ad)\b)", re.IGNORECASE)
_NUMBERS = re.compile(r"([0-9]{1,2})(?: ?[/.\-] ?| )([0-9]{1,2})(?: ?[/.\-] ?| )([0-9]{4}|[0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[ .,\-/]*(?:เดือน ?)?([^\W\d_][^0-9]*?)[ .,\-/]*(?:ปี ?)?([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([a-z]+)\.? ?([0-9]{1,2})(?:,| ) ?([0-9]{4}|[0-9]{2})", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")
_CLOCK = re.compile(
    r"(?P<day>.*?\S)(?:(?<=[0-9])T(?=[0-9])|,? (?:เวลา ?)?)"
    r"(?P<hour>[0-9]{1,2})(?:(?P<dot>\.)|:)(?P<minute>[0-9]{2})(?(dot)|(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6})[0-9]*)?)?)"
    r" ?(?:(?P<utc>Z)|(?P<zone>[+-][0-9]{2}:?[0-9]{2})|น\.?|นาฬิกา)?"
)


def be_year(day: date) -> int:
    """The พ.ศ. year a day falls in, by the calendar of its time."""
    return day.year + _OFFSET - (day < _YEAR_FROM_JANUARY and day.month < 4)


def today_in_thailand(now: datetime) -> date:
    """The day it is in Thailand at an aware instant."""
    return now.astimezone(BANGKOK).date()


def show_date(value: date, language: Language) -> str:
    """Writes a day in short: 22 พ.ย. 2569, or 22 Nov 2026."""
    return _shown(value, MONTHS_SHORT, language)


def show_date_long(value: date, language: Language) -> str:
    """Writes a day in full: 22 พฤศจิกายน 2569, or 22 November 2026."""
    return _shown(value, MONTHS_LONG, language)


def _shown(value: date, months: tuple[Words, ...], language: Language) -> str:
    year = be_year(value) if language is Language.THAI else value.year
    return f"{value.day} {say(months[value.month - 1], language)} {year}"


def show_moment(value: datetime, language: Language) -> str:
    """Writes an aware instant in Thai time to the minute: 22 พ.ย. 2569 09:41 น., or 22 Nov 2026 09:41."""
    local = value.astimezone(BANGKOK)
    end = " น." if language is Language.THAI else ""
    return f"{show_date(local.date(), language)} {local:%H:%M}{end}"


def parse_date(text: str, today: date) -> date:
    """Reads a day as people type it; the module says how years are understood, `today` decides two-digit ones and the example in messages.

    `22 พ.ย. 2569`, `วันที่ 22 พฤศจิกายน พ.ศ. 2569`, `๒๒/๑๑/๖๙`, `22-11-2569`, `22112569`, `221169`, `2026-11-22`, `22 Nov 2026`. A weekday in
    front is passed over; a time of midnight, which sheets put behind days, too. Raises FieldError: unreadable, no such day, doubtful year.
    """
    cleaned = _MIDNIGHT.sub("", to_arabic(mend(text)))
    era = _ERA.search(cleaned)
    is_be = era is not None and era["be"] is not None
    is_ce = era is not None and not is_be
    if era:
        cleaned = mend(f"{cleaned[: era.start()]} {cleaned[era.end() :]}")
    cleaned = _OPENING.sub("", cleaned)

    if cleaned.isdigit() and len(cleaned) in {6, 8} and not _YEAR_FIRST_DIGITS.fullmatch(cleaned):
        cleaned = f"{cleaned[:2]}/{cleaned[2:4]}/{cleaned[4:]}"
    if match := _NUMBERS.fullmatch(cleaned):
        day, month, year = match[1], int(match[2]), match[3]
    elif match := _YEAR_FIRST.fullmatch(cleaned):
        day, month, year = match[4], int(match[3]), match[1]
    elif match := _DAY_FIRST.fullmatch(cleaned):
        day, month, year = match[1], _month_named(match[2], today), match[3]
        is_ce = is_ce or (len(year) == 2 and not is_be and match[2].isascii())
    elif match := _MONTH_FIRST.fullmatch(cleaned):
        day, month, year = match[2], _month_named(match[1], today), match[3]
        is_ce = is_ce or (len(year) == 2 and not is_be)
    else:
        raise _unreadable(today)
    return _day(int(day), month, _year(year, today, is_be=is_be, is_ce=is_ce), today)


_YEAR_FIRST_DIGITS = re.compile("(?:1[89]|2[0-7])[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2}")
"""20261122 rather than 22112569: the fifth and sixth digit of a day-first date are the century (18-27), never a month."""


def _month_named(name: str, today: date) -> int:
    number = _MONTH_NUMBERS.get(re.sub("[. ]", "", name).lower())
    if number is None:
        raise FieldError(
            Words(
                "ไม่รู้จักเดือน “{name}” ให้พิมพ์วันที่ เช่น {thai} หรือ {numbers}",
                "There is no month “{name}”. Type a date like {english} or {numbers}.",
            ).filled(name=name[:20].strip(), **_example(today))
        )
    return number


def _year(typed: str, today: date, *, is_be: bool, is_ce: bool) -> tuple[int, bool]:
    """The year as a number, and whether it is พ.ศ."""
    year = int(typed)
    if len(typed) == 2:
        if is_ce:
            raise FieldError(
                Words(
                    "ปี ค.ศ. สองหลักกำกวม ให้พิมพ์ครบสี่หลัก หรือพิมพ์เป็น พ.ศ. เช่น {thai}",
                    "A two-digit year of the Christian Era is doubtful. Type all four digits, like {english}.",
                ).filled(**_example(today))
            )
        last = be_year(today) + _YEARS_AHEAD
        return last - (last - year) % 100, True
    if _FIRST_BE <= year <= _LAST_BE and not is_ce:
        return year, True
    if _FIRST_CE <= year <= _LAST_CE and not is_be:
        return year, False
    raise FieldError(
        Words(
            "ปี {year} ใช้ไม่ได้ ให้พิมพ์ พ.ศ. 2400 ถึง 2700 เช่น {thai} หรือ ค.ศ. 1800 ถึง 2157",
            "The year {year} cannot be used. Type B.E. 2400 to 2700 ({thai}) or C.E. 1800 to 2157 ({english}).",
        ).filled(year=year, **_example(today))
    )


def _day(day: int, month: int, year: tuple[int, bool], today: date) -> date:
    number, is_be = year
    if not 1 <= month <= 12:
        raise FieldError(
            Words(
                "ไม่มีเดือนที่ {month} ให้พิมพ์วัน/เดือน/ปี เช่น {numbers}", "There is no month {month}. Type day/month/year, like {numbers}."
            ).filled(month=month, **_example(today))
        )
    ce = number - _OFFSET if is_be else number
    if is_be and number <= 2483 and month < 4:
        if number == 2483:
            raise FieldError(
                Words(
                    "พ.ศ. 2483 มีเพียงเดือนเมษายนถึงธันวาคม (เปลี่ยนวันขึ้นปีใหม่) หากหมายถึงต้นปี ค.ศ. 1940 ให้พิมพ์ พ.ศ. 2482",
                    "B.E. 2483 ran from April to December only. For early 1940 C.E. type B.E. 2482.",
                )
            )
        ce += 1
    try:
        return date(ce, month, day)
    except ValueError:
        days = (date(ce + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        raise FieldError(
            Words("ไม่มีวันที่ {day} {month} {year} เดือนนี้มี {days} วัน", "There is no {day} {month} {year}: that month has {days} days.").filled(
                day=day, month=MONTHS_LONG[month - 1], days=days, year=Words(f"พ.ศ. {number}", f"B.E. {number}") if is_be else _ce(ce)
            )
        ) from None


def _ce(year: int) -> Words:
    return Words(f"ค.ศ. {year}", str(year))


def _unreadable(today: date) -> FieldError:
    return FieldError(
        Words("อ่านวันที่ไม่ได้ ให้พิมพ์ เช่น {thai} หรือ {numbers}", "This is not a date. Type one like {english} or {numbers}.").filled(
            **_example(today)
        )
    )


def _example(today: date) -> dict[str, str]:
    return {
        "thai": show_date(today, Language.THAI),
        "english": show_date(today, Language.ENGLISH),
        "numbers": f"{today.day}/{today.month}/{be_year(today)}",
    }


def parse_moment(text: str, today: date) -> datetime:
    """Reads a day and a time as an aware UTC instant: `22 พ.ย. 2569 09:41 น.`, `22/11/69 9.41`, `2026-11-22T02:41:00Z`.

    Without a zone it is Thai time; without a time it is midnight in Thailand. Raises FieldError.
    """
    typed = to_arabic(mend(text))
    match = _CLOCK.fullmatch(typed)
    if match is None:
        return datetime.combine(parse_date(text, today), time(), BANGKOK).astimezone(UTC)
    day = parse_date(match["day"], today)
    zone = UTC if match["utc"] else BANGKOK
    part = int((match["part"] or "").ljust(6, "0"))
    try:
        if match["zone"]:
            minutes = int(match["zone"][1:3]) * 60 + int(match["zone"][-2:])
            zone = timezone(timedelta(minutes=-minutes if match["zone"][0] == "-" else minutes))
        clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0), part)
    except ValueError:
        raise FieldError(
            Words("เวลาไม่ถูกต้อง ให้พิมพ์ 00:00 ถึง 23:59 เช่น 09:41", "This is not a time of day. Type 00:00 to 23:59, for example 09:41.")
        ) from None
    return datetime.combine(day, clock, zone).astimezone(UTC)
