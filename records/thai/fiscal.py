"""The Thai fiscal year: 1 October to 30 September, named by the พ.ศ. year in which it ends.

Fiscal years are stored as พ.ศ. integers everywhere in this program: 2569 is 1 October 2568 to 30 September 2569.
"""

import re
from datetime import date

from records.errors import FieldError
from records.thai.numerals import to_arabic
from records.thai.text import mend
from records.words import Words

FIRST_FISCAL_YEAR = 2400
LAST_FISCAL_YEAR = 2700
"""The พ.ศ. years a field may hold."""

_OFFSET = 543
_FISCAL_YEAR = re.compile(
    r"(?:fy|fiscal year|ปีงบประมาณ|ปีงบ|งบประมาณ|งบ|ปี)?\.? ?(?:พ\. ?ศ\. ?|พศ ?|b\.?e\.? ?)?([0-9]{2}|[0-9]{4})", re.IGNORECASE
)
_HOW = Words("ให้พิมพ์ปีงบประมาณเป็น พ.ศ. เช่น 2569", "Type the fiscal year in the Buddhist Era, for example 2569.")


def fiscal_year_of(day: date) -> int:
    """The fiscal year (พ.ศ.) a day falls in: 1 October 2568 falls in 2569."""
    return day.year + _OFFSET + (day.month >= 10)


def fiscal_year_bounds(year_be: int) -> tuple[date, date]:
    """The first and last day of a fiscal year (พ.ศ.), both inside it."""
    year = year_be - _OFFSET
    return date(year - 1, 10, 1), date(year, 9, 30)


def parse_fiscal_year(text: str) -> int:
    """Reads a fiscal year: 2569, ๒๕๖๙, 69 (always 25xx), ปี 2569, ปีงบประมาณ พ.ศ. 2569; returns พ.ศ.

    Raises FieldError for a ค.ศ. year too: 2026 would be a guess between the calendar and the fiscal year.
    """
    match = _FISCAL_YEAR.fullmatch(to_arabic(mend(text)))
    if match is None:
        raise FieldError(Words("อ่านปีงบประมาณไม่ได้ {how}", "This is not a fiscal year. {how}").filled(how=_HOW))
    year = int(match[1])
    if len(match[1]) == 2:
        return 2500 + year
    if FIRST_FISCAL_YEAR <= year <= LAST_FISCAL_YEAR:
        return year
    if FIRST_FISCAL_YEAR - _OFFSET <= year <= LAST_FISCAL_YEAR - _OFFSET:
        raise FieldError(
            Words(
                "{year} เป็นปี ค.ศ. หากหมายถึงปีงบประมาณที่สิ้นสุดในปีนั้น ให้พิมพ์ {be}",
                "{year} is a year of the Christian Era. For the fiscal year that ends in it, type {be}.",
            ).filled(year=year, be=year + _OFFSET)
        )
    raise FieldError(Words("ไม่มีปีงบประมาณ {year} {how}", "There is no fiscal year {year}. {how}").filled(year=year, how=_HOW))
