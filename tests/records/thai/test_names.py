"""Prefixes and the splitting of names."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.thai.names import PREFIXES, PrefixKind, split_name
from records.thai.text import mend

OFFICIALS = Path(__file__).parents[4] / "shared" / "data" / "lao_officials_history.csv"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("นายสมชาย ใจดี", ("นาย", "สมชาย", "ใจดี")),
        ("นาย สมชาย  ใจดี", ("นาย", "สมชาย", "ใจดี")),
        ("นางสาวสมศรี มีสุข", ("นางสาว", "สมศรี", "มีสุข")),
        ("นางงาม สุขใจ", ("นาง", "งาม", "สุขใจ")),
        ("น.ส.สมศรี มีสุข", ("น.ส.", "สมศรี", "มีสุข")),
        ("นส.สมศรี มีสุข", ("นส.", "สมศรี", "มีสุข")),
        ("นส สมศรี มีสุข", ("นส", "สมศรี", "มีสุข")),
        ("ด.ช. อ๋อ ดี", ("ด.ช.", "อ๋อ", "ดี")),
        ("นายเอ ดี", ("นาย", "เอ", "ดี")),
        ("ว่าที่ร้อยตรีหญิง สมศรี มีสุข", ("ว่าที่ร้อยตรีหญิง", "สมศรี", "มีสุข")),
        ("ว่าที่ร้อยตรีหญิงสมศรี มีสุข", ("ว่าที่ร้อยตรีหญิง", "สมศรี", "มีสุข")),
        ("ว่าที่ ร.ต.หญิง ดร.สมศรี ณ อยุธยา", ("ว่าที่ ร.ต.หญิง ดร.", "สมศรี", "ณ อยุธยา")),
        ("พ.ต.ท.สมชาย ใจดี", ("พ.ต.ท.", "สมชาย", "ใจดี")),
        ("พ.ต.ท. สมชาย ใจดี", ("พ.ต.ท.", "สมชาย", "ใจดี")),
        ("พตท สมชาย ใจดี", ("พตท", "สมชาย", "ใจดี")),
        ("พันตำรวจโทสมชาย ใจดี", ("พันตำรวจโท", "สมชาย", "ใจดี")),
        ("พล.ต.อ. สมชาย ใจดี", ("พล.ต.อ.", "สมชาย", "ใจดี")),
        ("มว.อ. สมชาย ใจดี", ("มว.อ.", "สมชาย", "ใจดี")),
        ("ม.ร.ว.สมชาย ใจดี", ("ม.ร.ว.", "สมชาย", "ใจดี")),
        ("ผศ.ดร.สมชาย ใจดี", ("ผศ.ดร.", "สมชาย", "ใจดี")),
        ("นายแพทย์สมชาย ใจดี", ("นายแพทย์", "สมชาย", "ใจดี")),
        ("คุณหญิงสมศรี มีสุข", ("คุณหญิง", "สมศรี", "มีสุข")),
        ("พระมหาสมชาย ธมฺมวโร", ("พระมหา", "สมชาย", "ธมฺมวโร")),
        ("Mr. John Smith", ("Mr.", "John", "Smith")),
        ("บริษัท เอ บี จำกัด", ("บริษัท", "เอ บี จำกัด", "")),
        ("หจก.รุ่งเรือง การช่าง", ("หจก.", "รุ่งเรือง การช่าง", "")),
        ("สมาคมกีฬา นครสวรรค์", ("สมาคม", "กีฬา นครสวรรค์", "")),
    ],
)
def test_prefixes_are_told_from_names(name: str, parts: tuple[str, str, str]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("สมชาย ใจดี", ("", "สมชาย", "ใจดี")),
        ("นายิกา สุขใจ", ("", "นายิกา", "สุขใจ")),
        ("นางาม สุขใจ", ("", "นางาม", "สุขใจ")),
        ("ดรุณี สุขใจ", ("", "ดรุณี", "สุขใจ")),
        ("คุณธรรม ใจดี", ("", "คุณธรรม", "ใจดี")),
        ("คุณากร ใจดี", ("", "คุณากร", "ใจดี")),
        ("พระลานชัย ใจดี", ("", "พระลานชัย", "ใจดี")),
        ("สมาคม ใจดี", ("", "สมาคม", "ใจดี")),
        ("สิบทิศ ใจดี", ("", "สิบทิศ", "ใจดี")),
        ("สอ ใจดี", ("", "สอ", "ใจดี")),
        ("นายก อบต.", ("", "นายก อบต.", "")),
        ("นายกเทศมนตรีเมือง", ("", "นายกเทศมนตรีเมือง", "")),
        ("นายกฤษณะ ใจดี", ("นาย", "กฤษณะ", "ใจดี")),
        ("นาง", ("", "นาง", "")),
        ("", ("", "", "")),
    ],
)
def test_names_that_begin_like_a_prefix_stay_whole(name: str, parts: tuple[str, str, str]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize("prefix", PREFIXES, ids=lambda prefix: prefix.full)
def test_every_prefix_is_known_in_full_and_in_short(prefix: object) -> None:
    known = next(item for item in PREFIXES if item is prefix)
    separator = "" if known.full == "สมาคม" else " "
    last = "" if known.kind is PrefixKind.JURISTIC else "ใจดี"

    for written in filter(None, (known.full, known.short)):
        first = "สมชาย" if last else "สมชาย ใจดี"
        assert split_name(f"{written}{separator}สมชาย ใจดี") == (written, first, last)


@given(st.text(alphabet="นายงสว่าทีร้อตรหญิ.ดพ เก", max_size=16) | st.text(max_size=12))
def test_no_letter_of_a_name_is_lost(text: str) -> None:
    parts = split_name(text)

    assert "".join(parts).replace(" ", "") == mend(text).replace(" ", "")


@pytest.mark.skipif(not OFFICIALS.exists(), reason="the shared data are not on this machine")
def test_real_officials_hardly_ever_have_a_false_prefix() -> None:
    with OFFICIALS.open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]

    prefixed = {split_name(name)[0] for name in names} - {""}

    assert len(names) > 30_000
    assert prefixed <= {"นาย", "พันตรี", "สิบเอก", "สิบตรี", "คุณหญิง"}
