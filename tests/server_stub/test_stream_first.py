"""Every key of what syncs begins with the stream and every statement names it: what lets the store be spread by stream, held by reading.

The two stores and their migrations are read as text; nothing is run. A new table or statement that forgets its stream fails here.
"""

import re

import pytest

from server_stub.storage.migrations import numbered
from tests.server_stub.statements import EXCUSED, STANDS_ALONE, STORAGE, SYNCS, fault, key_faults, statements, tables_of, texts_of

MODULES = sorted(STORAGE.glob("*.py"))
FOUND = {module.name: list(statements(texts_of(module))) for module in MODULES}
SCRIPTS = [(dialect, number, script) for dialect in ("sqlite", "postgres") for number, script in numbered(dialect)]


@pytest.mark.parametrize("module", FOUND)
def test_every_statement_on_what_syncs_names_its_stream(module: str) -> None:
    assert [(statement, wrong) for statement in FOUND[module] if (wrong := fault(statement))] == []


@pytest.mark.parametrize(("dialect", "number", "script"), SCRIPTS, ids=[f"{dialect}-{number}" for dialect, number, _ in SCRIPTS])
def test_every_key_of_what_syncs_begins_with_the_stream(dialect: str, number: int, script: str) -> None:
    assert list(key_faults(script)) == []


def test_the_statements_were_found() -> None:
    for store in ("sqlite_stream.py", "postgres_stream.py"):
        touched = " ".join(FOUND[store])
        assert all(re.search(rf"\b{table}\b", touched) for table in SYNCS)
        assert len(FOUND[store]) >= 15
    said = {statement for found in FOUND.values() for statement in found}
    assert set(EXCUSED) <= said, "an excuse that nothing needs"


def test_every_table_is_known_to_sync_or_to_stand_alone() -> None:
    for dialect in ("sqlite", "postgres"):
        made = {table for of, _, script in SCRIPTS if of == dialect for table in tables_of(script)}
        assert made == SYNCS | STANDS_ALONE, dialect


def test_both_dialects_have_the_same_migrations_tables_and_columns() -> None:
    assert [number for number, _ in numbered("sqlite")] == [number for number, _ in numbered("postgres")]
    for (_, ours), (_, theirs) in zip(numbered("sqlite"), numbered("postgres"), strict=True):
        ours_by_name, theirs_by_name = tables_of(ours), tables_of(theirs)
        assert ours_by_name.keys() == theirs_by_name.keys()
        for name, lines in ours_by_name.items():
            assert [line.split()[0] for line in lines] == [line.split()[0] for line in theirs_by_name[name]], name


def test_every_table_of_what_syncs_has_its_rows_guarded_even_from_its_owner() -> None:
    script = "\n".join(script for _, script in numbered("postgres"))
    for table in SYNCS:
        for line in (f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"):
            assert line in script
        assert re.search(rf"CREATE POLICY \w+ ON {table} USING \(\s*current_setting\('thongthin\.streams', true\)", script), table


@pytest.mark.parametrize(
    "planted",
    [
        "SELECT id FROM record WHERE id = ?",
        "SELECT stream, id FROM record",
        "SELECT stream FROM record WHERE id = ? ORDER BY stream",
        "UPDATE stream SET durable = ?",
        "UPDATE record SET stream = ? WHERE id = ?",
        "DELETE FROM revision WHERE seq < %s",
        "INSERT INTO record (id, stream) VALUES (?, ?)",
        "INSERT INTO record (stream, id) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        "SELECT v.id FROM record r JOIN revision v ON v.id = r.id WHERE r.stream = ?",
        "SELECT id FROM record WHERE stream = ? AND id IN (SELECT id FROM revision WHERE seq > ?)",
        "SELECT a FROM record WHERE stream = ? UNION ALL SELECT a FROM revision WHERE seq = ?",
        "SELECT 1 FROM token; SELECT max(seq) FROM thongthin.revision",
        "SELECT 1 FROM ⟨⟩ WHERE stream = ?",
        "TRUNCATE record",
    ],
)
def test_a_planted_statement_without_its_stream_is_found(planted: str) -> None:
    assert [wrong for statement in statements([planted]) if (wrong := fault(statement))] != []


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TABLE record (\n    id TEXT PRIMARY KEY,\n    stream TEXT NOT NULL\n);",
        "CREATE TABLE record (\n    stream TEXT NOT NULL,\n    id TEXT,\n    PRIMARY KEY (id, stream)\n);",
        "CREATE TABLE record (\n    stream TEXT NOT NULL,\n    id TEXT UNIQUE\n);",
        "CREATE TABLE record (\n    id TEXT NOT NULL\n);",
        "CREATE UNIQUE INDEX one ON revision (change_id);",
        "CREATE INDEX one ON revision (seq, stream);",
        "CREATE TABLE other (\n    id BIGSERIAL\n);",
    ],
)
def test_a_planted_key_that_does_not_begin_with_the_stream_is_found(planted: str) -> None:
    assert list(key_faults(planted)) != []
