"""Columns hold every value of every kind."""

import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.storage.columns import Column, codec_of, decoder
from records import kinds
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
