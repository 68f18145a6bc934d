"""A small reader of SQL as it stands in the source: which statements touch what syncs, and whether each names its stream.

It knows no grammar, only where a table's name can stand; what it cannot follow it calls a fault, so that nothing slips by unread.
"""

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STORAGE = ROOT / "server_stub" / "storage"
SYNCS = {"stream", "record", "revision", "number_book", "number_used", "number_floor", "file_name", "stored_file"}
"""Tables of what syncs: the shards of a distributed database."""
STANDS_ALONE = {
    "meta", "account", "account_grant", "device", "device_account", "token", "enrolment_code", "enrolment_failure", "bundle",
}  # fmt: skip
"""Tables about who calls: looked up by account, device or token before any stream is named."""
EXCUSED = {
    "SELECT stream FROM stream ORDER BY stream": "the list of streams, which an administrator's audit and backup go through",
    "SELECT count(*) FROM thongthin.{}": "a backup counts every table, to see that the dump has it whole",
    "SELECT stream, head FROM stream ORDER BY stream": "a backup's heads, of every stream",
    "COPY {} ({}) FROM STDIN": "a restore fills tables that nobody else sees yet",
}
"""Statements without a stream, each with its reason."""

_VERB = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|TRUNCATE|COPY|WITH|MERGE|REPLACE)\b", re.IGNORECASE)
_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TRUNCATE|COPY)\s+(?:ONLY\s+)?([\w.{}⟨⟩]+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)
_NOT_ALIAS = {"where", "set", "join", "on", "order", "values", "select", "union", "limit", "group", "left", "inner", "for", "from", "using"}
_BOUND = r"\s*(?:=\s*(?:\?|%s|:\w+|%\(\w+\)s|ANY)|IN\s*\()"
_COLUMNS = re.compile(r"\bINTO\s+\w+(?:\s+AS\s+\w+)?\s*\(\s*(\w+)", re.IGNORECASE)
_CONFLICT = re.compile(r"\bON CONFLICT\s*\(\s*(\w+)", re.IGNORECASE)


def texts_of(module: Path) -> Iterator[str]:
    """Every text of a module but its docstrings; names of the module inside them are put in, what is put in at run time becomes ⟨⟩."""
    names = vars(importlib.import_module(".".join(module.relative_to(ROOT).with_suffix("").parts)))
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in docstrings or id(node) in inside:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(_text(part, names) for part in node.values)


def _text(part: ast.expr, names: dict[str, object]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = names.get(part.value.id) if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) else None
    return value if isinstance(value, str) else "⟨⟩"


def statements(texts: Iterable[str]) -> Iterator[str]:
    """The statements among the texts that read or write rows, one by one, blanks made single."""
    for text in texts:
        for part in re.split(r";|\bUNION(?: ALL)?\b", text):
            if _VERB.match(part):
                yield " ".join(part.split())


def fault(statement: str) -> str | None:
    """What is wrong with a statement; None when it names the stream of everything that syncs, or touches nothing of it."""
    if statement in EXCUSED:
        return None
    touched: list[tuple[str, str]] = []
    for table, alias in _TABLE.findall(statement):
        if table.startswith(("pg_temp.", "pg_catalog.")):
            continue
        if not re.fullmatch(r"(thongthin\.)?\w+", table):
            return f"a table that is not named: {table}"
        if table.removeprefix("thongthin.") in SYNCS:
            touched.append((table.removeprefix("thongthin."), "" if alias.lower() in _NOT_ALIAS else alias))
    if not touched:
        return None
    if re.match("INSERT|REPLACE", statement, re.IGNORECASE):
        columns, conflict = _COLUMNS.search(statement), _CONFLICT.search(statement)
        if not columns or columns[1] != "stream" or (conflict and conflict[1] != "stream") or len(touched) > 1:
            return "an INSERT whose columns or conflict do not begin with the stream"
        return None
    condition = re.split(r"\b(?:WHERE|ON)\b", statement, maxsplit=1, flags=re.IGNORECASE)
    if len(condition) == 1 or not re.search(rf"\bstream{_BOUND}", condition[1], re.IGNORECASE):
        return "no condition on the stream"
    if len(touched) > 1:
        for table, alias in touched:
            if not alias or not re.search(rf"\b{alias}\.stream\s*=|=\s*{alias}\.stream\b", condition[1]):
                return f"no condition on the stream of {table} {alias}"
    return None


def tables_of(script: str) -> dict[str, list[str]]:
    """The tables that a migration makes, each with the lines of its body, comments left out."""
    plain = re.sub(r"--[^\n]*", "", script)
    found = re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*?)\n\)", plain, re.DOTALL)
    return {name: [line.strip().rstrip(",") for line in body.splitlines() if line.strip()] for name, body in found}


def key_faults(script: str) -> Iterator[str]:
    """Keys and indexes of what syncs that do not begin with the stream; what would order or refer across streams."""
    plain = re.sub(r"--[^\n]*", "", script)
    for name, lines in tables_of(script).items():
        if name not in SYNCS:
            continue
        keys = [line for line in lines if re.search(r"\b(PRIMARY KEY|UNIQUE)\b", line)]
        for line in keys:
            of_table = re.match(r"(?:CONSTRAINT \w+ )?(?:PRIMARY KEY|UNIQUE) ?\((\w+)", line)
            if (of_table[1] if of_table else line.split()[0]) != "stream":
                yield f"{name}: {line}"
        if not any(line.startswith("stream ") for line in lines):
            yield f"{name}: has no stream"
    for index, table, first in re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+) (?:USING \w+ )?\(\s*(\w+)", plain):
        if table in SYNCS and first != "stream":
            yield f"{table}: index {index} begins with {first}"
    for word in ("REFERENCES", "FOREIGN KEY", "SEQUENCE", "SERIAL", "BIGSERIAL", "IDENTITY", "AUTOINCREMENT"):
        if re.search(rf"\b{word}\b", plain, re.IGNORECASE):
            yield f"{word} orders or refers across streams"
