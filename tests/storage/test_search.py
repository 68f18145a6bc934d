"""Search: exactly LIKE's rows, whatever the index has caught up with."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.storage import mirror, search
from desktop.storage.search import Search
from records.thai.keyboard import other_layout
from records.thai.text import search_form
from tests.storage.office import OTHER_STREAM, Desk, snapshot

_SYLLABLES = ["ถนน", "น้ำ", "บ้าน", "กา", "ก", "ข", "หมู่ ", "12", "ab", "Ab", '"', "'", "%", "_", " ", "๑", "(*)"]


def _texts(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 6))).strip() or "ก" for _ in range(count)]


@pytest.mark.parametrize("indexed", ["not at all", "in part", "wholly"])
def test_search_finds_exactly_what_like_finds(desk: Desk, indexed: str) -> None:
    titles = {f"id-{i}": title for i, title in enumerate(_texts(1, 300))}
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot(id, {"title": title}) for id, title in titles.items()])
    while indexed != "not at all" and search.catch_up(desk.database, batch=70):
        if indexed == "in part":
            break
    desk.save("id-0", {"title": "แก้ใหม่ล่าสุด"})
    desk.delete("id-1")
    titles = {**titles, "id-0": "แก้ใหม่ล่าสุด"}
    del titles["id-1"]

    for asked in {text for title in (*titles.values(), *_texts(2, 60)) for text in (title, title[1:4], title[:2], title[-1:])}:
        wanted = search_form(asked)
        if not wanted:
            continue
        like = {id for id, title in titles.items() if wanted in search_form(title)}
        if like:
            assert {hit.id for hit in Search(desk.database).find(asked, limit=1_000)} == like, asked
            words = wanted.split()
            every = {id for id, title in titles.items() if all(word in search_form(title) for word in words)}
            assert set(desk.store.ids(desk.query(asked))) == every, asked


def test_titles_that_begin_with_the_text_come_first_then_titles_with_it(desk: Desk) -> None:
    inside_note = desk.save(None, {"title": "ศาลา", "note": "ติดถนน"})
    in_title = desk.save(None, {"title": "ซ่อมถนน"})
    begins = desk.save(None, {"title": "ถนนสายหลัก"})

    for text in ("ถนน", "ถน", "ถ"):
        hits = Search(desk.database).find(text)
        assert [hit.id for hit in hits] == [begins.id, in_title.id, inside_note.id]
    assert [hit.excerpt for hit in hits] == ["", "", "ติดถนน"]
    assert hits[0].title == "ถนนสายหลัก"


def test_every_searchable_field_is_found_and_others_are_not(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก", "number": "7/2570", "tags": ["น้ำประปา"], "division": "กองช่าง", "stage": "planned"})
    person = desk.save(None, {"full_name": "สมชาย", "phone": "0812345678"}, type="person")
    find = Search(desk.database).find

    assert [hit.id for hit in find("7/25")] == [row.id]
    assert [hit.id for hit in find("ประปา")] == [row.id]
    assert find("กองช่าง") == find("planned") == []
    assert [(hit.id, hit.excerpt) for hit in find("2345")] == [(person.id, "")]
    assert [hit.id for hit in find("081-234-5678")] == [person.id]


def test_words_apart_are_found_when_the_phrase_is_not(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก่อสร้างถนน คสล. บ้านเหนือ"})

    assert [hit.id for hit in Search(desk.database).find("บ้านเหนือ ถนน")] == [row.id]
    assert Search(desk.database).find("บ้านใต้ ถนน") == []


def test_a_search_stays_inside_the_types_and_streams_it_names(desk: Desk) -> None:
    here = desk.save(None, {"title": "ถนน"})
    there = desk.save(None, {"title": "ถนน"}, stream=OTHER_STREAM)
    person = desk.save(None, {"full_name": "ถนน"}, type="person")
    find = Search(desk.database).find

    assert {hit.id for hit in find("ถนน")} == {here.id, there.id, person.id}
    assert [hit.id for hit in find("ถนน", types=["person"])] == [person.id]
    assert [hit.id for hit in find("ถนน", types=["project"], streams=[OTHER_STREAM])] == [there.id]
    assert len(find("ถนน", limit=2)) == 2


def test_numbers_and_words_typed_on_the_other_layout_are_found(desk: Desk) -> None:
    thai = desk.save(None, {"title": "สมชาย ใจดี"})
    latin = desk.save(None, {"title": "Somchai"})
    find = Search(desk.database).find

    assert [hit.id for hit in find("l,=kp")] == [thai.id]
    assert [hit.id for hit in find("นทแ้ฟร")] == [latin.id]
    assert find("") == find("  ") == []


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=12))
def test_the_other_layout_and_back_is_the_same_where_thai_was_written(typed: str) -> None:
    thai = other_layout(typed)

    if any("\u0e00" <= character <= "\u0e7f" for character in thai):
        assert len(other_layout(thai)) == len(typed)
        assert all(back == key for back, key, letter in zip(other_layout(thai), typed, thai, strict=True) if "\u0e00" <= letter <= "\u0e7f")


def test_many_single_saves_keep_the_backlog_short(desk: Desk) -> None:
    for i in range(300):
        desk.save(None, {"title": f"โครงการ {i}"})

    left = desk.database.read().value("SELECT count(*) FROM search_backlog")

    assert left < 256
    assert search.catch_up(desk.database) == 0
    assert desk.database.read().value("SELECT count(*) FROM search_index WHERE search_index MATCH 'โคร'") == 300
