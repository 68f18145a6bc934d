"""Stored bytes against an independent encoder of RFC 8785, hashes and chains against known answers, and what the wire refuses."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.changes import Base, Change, Snapshot, apply_fields
from records.kinds import Json
from records.stored import CHAIN_ON_WIRE, FIRST_CHAIN, are_plain, next_chain, record_hash, stored_bytes, wire_fault

characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=8) | st.sampled_from(
    ["\ue000", "\U0001f600", "\ufffd", "a\ud7ff", "\x7f", "\u2028", "\\", '"', "\b\f"]
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def canonical(value: Any) -> str:
    """RFC 8785 without floats, written from its text: keys sorted by UTF-16 code unit, only the escapes of ECMAScript."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: list(key.encode("utf-16-be")))
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(st.dictionaries(texts, values, max_size=5))
def test_stored_bytes_are_those_of_rfc_8785(fields: dict[str, Any]) -> None:
    assert stored_bytes(fields) == canonical(fields).encode()


def test_keys_beyond_the_basic_plane_sort_by_utf16_unit() -> None:
    fields: dict[str, Json] = {"details": {"\uffee": 1, "\U0001f600": 2, "\ue000": 3}}
    assert stored_bytes(fields) == '{"details":{"\U0001f600":2,"\ue000":3,"\uffee":1}}'.encode()


def test_equal_fields_in_another_order_have_equal_bytes() -> None:
    assert stored_bytes({"ข": 1, "ก": "x"}) == stored_bytes({"ก": "x", "ข": 1}) == '{"ก":"x","ข":1}'.encode()


def test_the_hash_is_the_one_of_the_protocol() -> None:
    text = b'plan\n01936f5e-4c00-7abc-8def-0123456789ab\n{"name":"x"}\n0\n'
    assert (
        record_hash("plan", "01936f5e-4c00-7abc-8def-0123456789ab", b'{"name":"x"}', deleted=False, previous="")
        == (hashlib.sha256(text).hexdigest()[:16])
    )
    assert (
        record_hash("plan", "a", b"{}", deleted=True, previous="0" * 16) == hashlib.sha256(b"plan\na\n{}\n1\n" + b"0" * 16).hexdigest()[:16]
    )


def test_a_known_record_has_its_known_hash() -> None:
    fields = stored_bytes({"title": "ถนน", "amount": 5})
    assert fields.hex() == "7b22616d6f756e74223a352c227469746c65223a22e0b896e0b899e0b899227d"
    assert record_hash("project", "p1", fields, deleted=False, previous="") == "53f4fde666e38718"


def test_a_chain_begins_at_zeros_and_takes_every_part() -> None:
    parts = ("h", "c", 1, "somchai", "d", "2026-11-22T02:41:00Z")
    first = next_chain(FIRST_CHAIN, "h", "c", 1, "somchai", "d", "2026-11-22T02:41:00Z")
    assert first == hashlib.sha256("\n".join(map(str, (FIRST_CHAIN, *parts))).encode()).hexdigest()
    assert len(FIRST_CHAIN) == len(first) == 64 > CHAIN_ON_WIRE
    assert next_chain(FIRST_CHAIN, "h", "c", 2, "somchai", "d", "2026-11-22T02:41:00Z") != first


@pytest.mark.parametrize(
    "value",
    [None, "", [], 1.5, 2**53, -(2**53), "a\0", "\ud800", "ก\0", "e\u0301", ["\0"], [2**53], {"a": 1.0}, {"e\u0301": 1}, {"a": ["\udfff"]}],
    ids=repr,
)
def test_the_wire_refuses(value: Any) -> None:
    assert wire_fault(value) != ""


@pytest.mark.parametrize("value", [0, False, "x", "ก่ำ", 2**53 - 1, [None], {"a": ""}, {"ก": [1, {"b": True}]}, {}], ids=repr)
def test_the_wire_takes(value: Any) -> None:
    assert wire_fault(value) == ""


def test_a_change_sets_and_unsets() -> None:
    fields: dict[str, Json] = {"a": 1, "b": 2, "kept": 3}
    change = Change(
        change_id="c", stream="s", type="t", id="i", base=None, op="put", set={"a": 9}, unset=("b", "absent"), made_at="", made_by="x"
    )
    assert apply_fields(fields, change) == {"a": 9, "kept": 3}
    assert fields == {"a": 1, "b": 2, "kept": 3}


def test_a_snapshot_is_the_base_of_the_next_change() -> None:
    snapshot = Snapshot(
        stream="s", type="t", id="i", version=4, hash="h", seq=9, deleted=False, fields={}, schema=1, changed_at="", changed_by="x", device="d",
        change_id="c",
    )  # fmt: skip
    assert snapshot.base == Base(4, "h")


_MARKS = st.text(st.sampled_from("กำิี่้ao\u0301\u0300\0\n\ud800é"), max_size=6)


@given(st.lists(st.one_of(_MARKS, st.integers(), st.booleans(), st.none(), st.floats(), st.lists(_MARKS, max_size=2)), max_size=5))
def test_what_is_judged_at_once_is_judged_as_one_by_one(values: list[Any]) -> None:
    if are_plain(values):
        assert [wire_fault(value) for value in values] == [""] * len(values)
    elif all(type(value) in (str, int, bool) for value in values):
        assert any(wire_fault(value) for value in values)
