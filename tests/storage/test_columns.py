"""Columns hold every value of every kind."""

import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.storage.columns import Column, ColumnValues, codec_of, decoder
from desktop.storage.schema import Table
from records import kinds
from records.catalogue import BY_TYPE
from records.kinds import Kind
from records.words import Words
from tests.records.test_kinds import EXAMPLES, specifier_arguments


@pytest.mark.parametrize("kind", kinds.ALL, ids=lambda kind: kind.name)
@given(data=st.data())
def test_what_a_strict_column_holds_comes_back(kind: type[Kind[Any]], data: st.DataObject) -> None:
    example = EXAMPLES[kind]
    wire = example.kind.to_wire(data.draw(example.values))
    spec = example.specifier(Words("ช่อง", "Field"), *specifier_arguments(kind), default=None).metadata["thongthin"]
    column = Column("value", spec, codec_of(spec.kind), sort=False, is_indexed=False)
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE held (value {kind.sql_type}) STRICT")
        connection.execute("INSERT INTO held VALUES (?)", (column.to_column(wire),))
        (held,) = connection.execute("SELECT value FROM held").fetchone()
    connection.close()
    decode = decoder(column.codec)
    assert (held if decode is None else decode(held)) == wire


TABLE = Table(BY_TYPE["person"])
NAMES = [*(column.name for column in TABLE.columns), "unheard_of"]
WIRE = st.one_of(
    st.sampled_from(
        ["", "ก", "นายดำ", "2026-02-29", "2026-02-28", "1.50", "1.5", "0812345678", "active", None, True, 0, 7, 2**60, [], ["ก"]]
    ),
    st.text(max_size=3),
)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), WIRE, max_size=8), min_size=40, max_size=60))
def test_many_rows_made_at_once_are_those_made_one_by_one(records: list[dict[str, Any]]) -> None:
    made, alone = ColumnValues(TABLE.columns), ColumnValues(TABLE.columns)

    columns, extra = made.of(records)

    for place, fields in enumerate(records):
        one, rest = alone.of([fields])
        assert ([column[place] for column in columns], extra[place]) == ([column[0] for column in one], rest[0])
        assert [type(column[place]) for column in columns] == [type(column[0]) for column in one]
