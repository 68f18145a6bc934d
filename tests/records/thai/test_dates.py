"""Thai dates and moments, in and out."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from records.errors import FieldError
from records.thai.dates import (
    BANGKOK,
    MONTHS_LONG,
    MONTHS_SHORT,
    be_year,
    parse_date,
    parse_moment,
    show_date,
    show_date_long,
    show_moment,
    today_in_thailand,
)
from records.words import Language
from tests.records.thai.digits import to_thai

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1858, 1, 1), date(2157, 12, 31))
MOMENTS = st.integers(-3_534_000_000, 5_932_000_000).map(lambda second: datetime.fromtimestamp(second + 0.25, UTC))


@pytest.mark.parametrize(
    "typed",
    [
        "22 พ.ย. 2569",
        "22 พฤศจิกายน 2569",
        "22พ.ย.69",
        "22 พย 69",
        "22 พ. ย. 2569",
        "22 พฤศจิกา 69",
        "22/11/69",
        "22/11/2569",
        "22-11-2569",
        "22.11.69",
        "22 11 69",
        "22 / 11 / 2569",
        "22112569",
        "221169",
        "๒๒ พ.ย. ๒๕๖๙",
        "๒๒๑๑๒๕๖๙",
        "22 พ.ย. พ.ศ. 2569",
        "22 พ.ย. พ.ศ.69",
        "วันอาทิตย์ที่ 22 พฤศจิกายน พ.ศ. 2569",
        "วันที่ ๒๒ เดือน พฤศจิกายน พ.ศ. ๒๕๖๙",
        "2026-11-22",
        "2569-11-22",
        "2026/11/22",
        "20261122",
        "25691122",
        "2026-11-22 00:00:00",
        "2026-11-22T00:00:00.000",
        "22 Nov 2026",
        "22 NOVEMBER 2026",
        "22-Nov-2026",
        "Nov 22, 2026",
        "November 22 2026",
        "22 Nov 2569",
        "22 Nov BE 69",
        "22/11/2026",
        "22/11/2026 ค.ศ.",
        "22 พ.ย. ค.ศ. 2026",
        "22 พ.ย. 2026",
        "22 Nov 2026 C.E.",
        "22 Nov A.D. 2026",
        " 22 พ.ย.\u200b 2569 ",
    ],
)
def test_a_day_is_read_however_it_is_written(typed: str) -> None:
    assert parse_date(typed, TODAY) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1 ต.ค. 2568", date(2025, 10, 1)),
        ("1/10/68", date(2025, 10, 1)),
        ("๑ ตุลาคม ๒๕๖๘", date(2025, 10, 1)),
        ("29/2/2567", date(2024, 2, 29)),
        ("1 May 2026", date(2026, 5, 1)),
        ("1 Sept 2026", date(2026, 9, 1)),
        ("01011943", date(1943, 1, 1)),
    ],
)
def test_other_days_are_read(typed: str, day: date) -> None:
    assert parse_date(typed, TODAY) == day


@pytest.mark.parametrize(("typed", "year_be"), [("69", 2569), ("88", 2588), ("89", 2489), ("00", 2500), ("18", 2518), ("99", 2499)])
def test_two_digits_mean_a_year_from_eighty_back_to_nineteen_ahead(typed: str, year_be: int) -> None:
    assert be_year(parse_date(f"1/6/{typed}", TODAY)) == year_be


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "This is not a date"),
        ("ไม่ทราบ", "This is not a date"),
        ("22", "This is not a date"),
        ("22/11", "This is not a date"),
        ("22/11/569", "This is not a date"),
        ("²²²²²²", "This is not a date"),
        ("15 พ.ศ. 2569", "This is not a date"),
        ("22 foo 2569", "no month “foo”"),
        ("foo 22, 2026", "no month “foo”"),
        ("22/13/69", "no month 13"),
        ("00/00/69", "no month 0"),
        ("31/2/69", "28 days"),
        ("29 ก.พ. 2568", "no 29 February B.E. 2568"),
        ("29 Feb 2025", "no 29 February 2025: that month has 28"),
        ("32 ธ.ค. 2569", "31 days"),
        ("0/1/2569", "31 days"),
        ("22 Nov 26", "Type all four digits"),
        ("Nov 22 26", "Type all four digits"),
        ("22/11/26 ค.ศ.", "Type all four digits"),
        ("22/11/3000", "The year 3000"),
        ("22/11/2300", "The year 2300"),
        ("22/11/1700", "The year 1700"),
        ("22/11/2026 พ.ศ.", "The year 2026"),
        ("22/11/2569 ค.ศ.", "The year 2569"),
        ("1 ก.พ. 2483", "April to December"),
        ("2026-11-22 09:41", "This is not a date"),
    ],
)
def test_what_is_no_day_is_refused_with_words(typed: str, said: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_date(typed, TODAY)

    assert said in refused.value.message.en
    assert refused.value.message.th


@given(DAYS, st.sampled_from([show_date, show_date_long]), st.sampled_from(list(Language)))
@example(date(1940, 2, 29), show_date, Language.THAI)
@example(date(1940, 12, 31), show_date, Language.THAI)
@example(date(1941, 1, 1), show_date, Language.THAI)
def test_shown_days_are_read_back(day: date, show: object, language: Language) -> None:
    shown = show_date(day, language) if show is show_date else show_date_long(day, language)

    assert parse_date(shown, TODAY) == day
    assert parse_date(to_thai(shown), TODAY) == day
    assert parse_date(day.isoformat(), TODAY) == day


@given(DAYS)
def test_numbers_alone_are_read_back(day: date) -> None:
    year = be_year(day)

    for separator in ("/", "-", ".", ""):
        assert parse_date(f"{day.day:02}{separator}{day.month:02}{separator}{year}", TODAY) == day


@given(st.text(max_size=14) | st.text(alphabet="0123456789/-. :พศคยNov", max_size=14))
def test_any_text_is_a_day_or_a_field_error(text: str) -> None:
    try:
        day, moment = parse_date(text, TODAY), parse_moment(text, TODAY)
    except FieldError:
        return
    assert today_in_thailand(moment) == day


@given(st.text(max_size=14) | st.text(alphabet="0123456789/-. :พศคยNov", max_size=14))
def test_any_text_is_a_moment_or_a_field_error(text: str) -> None:
    try:
        moment = parse_moment(text, TODAY)
    except FieldError:
        return
    assert moment.tzinfo is UTC


def test_days_are_shown_in_both_languages() -> None:
    assert show_date(TODAY, Language.THAI) == "22 พ.ย. 2569"
    assert show_date(TODAY, Language.ENGLISH) == "22 Nov 2026"
    assert show_date_long(TODAY, Language.THAI) == "22 พฤศจิกายน 2569"
    assert show_date_long(TODAY, Language.ENGLISH) == "22 November 2026"


@pytest.mark.parametrize(
    ("day", "year_be"),
    [
        (date(1941, 1, 1), 2484),
        (date(1940, 12, 31), 2483),
        (date(1940, 4, 1), 2483),
        (date(1940, 3, 31), 2482),
        (date(1939, 4, 1), 2482),
        (date(1939, 1, 15), 2481),
    ],
)
def test_the_year_began_in_april_before_2484(day: date, year_be: int) -> None:
    assert be_year(day) == year_be
    assert parse_date(show_date(day, Language.THAI), TODAY) == day


@pytest.mark.parametrize(
    "typed",
    [
        "22 พ.ย. 2569 09:41 น.",
        "22 พ.ย. 2569 เวลา 09.41 น.",
        "22 พ.ย. 2569, 9:41 นาฬิกา",
        "22/11/69 9.41",
        "22.11.69 9.41",
        "๒๒/๑๑/๖๙ ๐๙.๔๑ น.",
        "22 Nov 2026 09:41",
        "2026-11-22 09:41",
        "2569-11-22 9:41",
        "2026-11-22T02:41:00Z",
        "2026-11-22T02:41:00.000Z",
        "2026-11-22T09:41+07:00",
        "2026-11-21T19:41:00-0700",
    ],
)
def test_a_moment_is_read_however_it_is_written(typed: str) -> None:
    assert parse_moment(typed, TODAY) == datetime(2026, 11, 22, 2, 41, tzinfo=UTC)


def test_a_moment_without_a_time_is_midnight_in_thailand() -> None:
    assert parse_moment("22/11/69", TODAY) == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert parse_moment("22.11.69", TODAY) == datetime(2026, 11, 21, 17, tzinfo=UTC)


def test_seconds_and_their_parts_are_kept() -> None:
    assert parse_moment("2026-11-22 09:41:05.123456789", TODAY) == datetime(2026, 11, 22, 2, 41, 5, 123456, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["22/11/69 24:00", "22/11/69 9:60", "22/11/69 9:41+99:00"])
def test_a_time_that_is_not_on_the_clock_is_refused(typed: str) -> None:
    with pytest.raises(FieldError) as refused:
        parse_moment(typed, TODAY)

    assert "00:00 ถึง 23:59" in refused.value.message.th


@given(MOMENTS, st.sampled_from(list(Language)))
def test_shown_moments_are_read_back_to_the_minute(moment: datetime, language: Language) -> None:
    minute = moment.replace(second=0, microsecond=0)

    assert parse_moment(show_moment(moment, language), TODAY) == minute
    assert parse_moment(moment.isoformat(), TODAY) == moment
    assert parse_moment(moment.isoformat(), TODAY).tzinfo is UTC


def test_moments_are_shown_in_thai_time() -> None:
    moment = datetime(2026, 11, 22, 2, 41, 59, tzinfo=UTC)

    assert show_moment(moment, Language.THAI) == "22 พ.ย. 2569 09:41 น."
    assert show_moment(moment.astimezone(timezone(timedelta(hours=-5))), Language.ENGLISH) == "22 Nov 2026 09:41"


def test_today_is_the_day_in_thailand() -> None:
    assert today_in_thailand(datetime(2026, 11, 21, 17, 0, tzinfo=UTC)) == TODAY
    assert today_in_thailand(datetime(2026, 11, 21, 16, 59, tzinfo=UTC)) == date(2026, 11, 21)
    assert BANGKOK.utcoffset(None) == timedelta(hours=7)


def test_names_of_months_and_weekdays_are_in_order() -> None:
    assert [len(names) for names in (MONTHS_SHORT, MONTHS_LONG)] == [12, 12]
    assert [month.en for month in MONTHS_SHORT] == [date(2026, number, 1).strftime("%b") for number in range(1, 13)]
    assert [month.en for month in MONTHS_LONG] == [date(2026, number, 1).strftime("%B") for number in range(1, 13)]
