"""Search over every searchable field of every type: exactly the rows that LIKE would find, in a fraction of its time.

    search_entry    one line per record: title, and the search_form of title and searchable fields      always true to the rows
    search_index    FTS5 trigram over the entries' text, no positions (verified with instr)              may lag
    search_backlog  the entries the index does not reflect yet; they are searched by instr                 what it lags by

So a save or a first download never waits for the index, and nothing is ever missing. `catch_up` empties the backlog in the background.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from desktop.storage.connection import Connection
from desktop.storage.schema import SEPARATOR, Table
from records.changes import Snapshot
from records.thai.keyboard import other_layout
from records.thai.text import search_form

if TYPE_CHECKING:
    from desktop.storage.database import Database

_AT_ONCE = 256
"""A backlog that grew to this by single saves is indexed by the save that reached it."""
_TOO_MANY = 1024
"""A longer one came from a download: it waits for `catch_up`."""
_HASH_BYTES = 16 << 20
"""So much of a batch the index gathers in memory before it writes and merges: with room for the whole batch it takes half the time."""
_END = SEPARATOR * 2
_MOST_TRIGRAMS = 16
_MOST_BEGINNINGS = 64
_BEGINNING = 24
"""Characters of the text in the index search_entry_begin."""
_EXCERPT = 40
"""Characters shown on each side of what was found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    stream: str
    type: str
    id: str
    title: str
    excerpt: str
    """The field in which the text was found, shortened, in search form; empty when it is the title or a long number (it may be personal)."""


def update(connection: Connection, table: Table, snapshots: Sequence[Snapshot]) -> None:
    """Brings the entries of these records, all of one table, up to what the rows show; deleted records have no entry."""
    by_stream: dict[str, dict[str, Snapshot]] = {}
    for snapshot in snapshots:
        by_stream.setdefault(snapshot.stream, {})[snapshot.id] = snapshot
    for stream, of_stream in by_stream.items():
        known = _entries(connection, stream, list(of_stream))
        gone = [record_id for record_id in known if of_stream[record_id].deleted]
        shown = [snapshot for snapshot in of_stream.values() if not snapshot.deleted]
        added, changed = [], []
        for snapshot, (title, text) in zip(shown, table.search_texts([snapshot.fields for snapshot in shown]), strict=True):
            entry = known.get(snapshot.id)
            if entry is None:
                added.append((stream, snapshot.id, snapshot.type, title, text))
            elif entry[1:] != (title, text):
                changed.append((title, text, entry[0]))
        remove(connection, stream, gone)
        if added:
            last = connection.value("SELECT max(number) FROM search_entry") or 0
            numbered = [(last + 1 + i, *entry) for i, entry in enumerate(added)]
            connection.executemany("INSERT INTO search_entry (number, stream, id, type, title, text) VALUES (?, ?, ?, ?, ?, ?)", numbered)
            _postpone(connection, [entry[0] for entry in numbered])
        if changed:
            connection.executemany("UPDATE search_entry SET title = ?, text = ? WHERE number = ?", changed)
            _postpone(connection, [entry[2] for entry in changed])


def _postpone(connection: Connection, numbers: Sequence[int]) -> None:
    connection.executemany("INSERT OR IGNORE INTO search_backlog (number) VALUES (?)", [(number,) for number in numbers])
    if len(numbers) <= _AT_ONCE:
        waiting = connection.value("SELECT count(*) FROM (SELECT 1 FROM search_backlog LIMIT ?)", _TOO_MANY)
        if _AT_ONCE <= waiting < _TOO_MANY:
            _index(connection, _TOO_MANY)


def _entries(connection: Connection, stream: str, ids: Sequence[str]) -> dict[str, tuple[int, str, str]]:
    rows = connection.execute(
        "SELECT id, number, title, text FROM search_entry WHERE stream = ? AND id IN (SELECT value FROM json_each(?))",
        (stream, msgspec.json.encode(ids).decode()),
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def remove(connection: Connection, stream: str, ids: Sequence[str]) -> None:
    """Removes the entries of these records."""
    numbers = [(entry[0],) for entry in _entries(connection, stream, ids).values()] if ids else []
    if not numbers:
        return
    connection.executemany("DELETE FROM search_index WHERE rowid = ?", numbers)
    connection.executemany("DELETE FROM search_backlog WHERE number = ?", numbers)
    connection.executemany("DELETE FROM search_entry WHERE number = ?", numbers)


def _index(connection: Connection, limit: int) -> int:
    rows = connection.execute(
        "SELECT b.number, e.text FROM search_backlog b LEFT JOIN search_entry e USING (number) ORDER BY b.number LIMIT ?", (limit,)
    ).fetchall()
    numbers = [(row[0],) for row in rows]
    connection.executemany("DELETE FROM search_index WHERE rowid = ?", numbers)
    connection.executemany(
        "INSERT INTO search_index (rowid, text) VALUES (?, ?)", [(row[0], row[1] + _END) for row in rows if row[1] is not None]
    )
    connection.executemany("DELETE FROM search_backlog WHERE number = ?", numbers)
    return len(rows)


def catch_up(database: "Database", *, batch: int = 10_000) -> int:
    """Indexes one batch of the backlog in a transaction of its own and returns how many entries are left; call until 0, in the background."""
    with database.reading() as connection:
        if not connection.value("SELECT EXISTS (SELECT 1 FROM search_backlog)"):
            return 0
    with database.write() as connection:
        connection.execute("INSERT INTO search_index (search_index, rank) VALUES ('hashsize', ?)", (_HASH_BYTES,))
        _index(connection, batch)
        left: int = connection.value("SELECT count(*) FROM search_backlog")
        return left


def condition(text: str) -> tuple[str, list[str]]:
    """An SQL condition on `search_entry` that holds for the entries containing the text (already in search_form), and its parameters."""
    exact = "instr(text, ?) > 0"
    if len(text) < 3:
        return exact, [text]
    match = " AND ".join(map(_term, _trigrams(text)))
    inside = "(SELECT rowid FROM search_index WHERE search_index MATCH ? UNION ALL SELECT number FROM search_backlog)"
    return f"number IN {inside} AND {exact}", [match, text]


def _match(connection: Connection, text: str) -> str | None:
    """The index query for entries that may contain the text; None when so many do that reading the entries in turn is quicker."""
    if len(text) >= 3:
        return " AND ".join(map(_term, _trigrams(text)))
    # Every text is indexed with two separators at its end, so a shorter text is the beginning of some trigram wherever it stands.
    sql = "SELECT term FROM search_terms WHERE term >= ? AND term < ? LIMIT ?"
    terms = [row[0] for row in connection.execute(sql, (text, text + "\U0010ffff", _MOST_BEGINNINGS + 1))]
    return None if len(terms) > _MOST_BEGINNINGS else " OR ".join(map(_term, terms))


def _trigrams(text: str) -> list[str]:
    trigrams = list(dict.fromkeys(text[i : i + 3] for i in range(len(text) - 2)))
    return trigrams[:: -(-len(trigrams) // _MOST_TRIGRAMS)]


def _term(trigram: str) -> str:
    return '"' + trigram.replace('"', '""') + '"'


def words_of(text: str) -> list[str]:
    """The words of a typed search in search form."""
    return search_form(text).split()


class Search:
    """Finds records by text."""

    def __init__(self, database: "Database") -> None:
        self.database = database

    def find(self, text: str, types: Iterable[str] | None = None, streams: Iterable[str] | None = None, limit: int = 50) -> list[Hit]:
        """The records that contain the text, those whose title begins with it first, then those with it in their title.

        When nothing contains it as typed, its words apart are tried, then its digits alone (081-234-5678), then the same keys on the other
        keyboard layout. Deleted records are not found.
        """
        with self.database.reading() as connection:
            for terms in _attempts(text):
                hits = _find(connection, terms, _scope(types, streams), limit)
                if hits:
                    return hits
        return []


def _attempts(text: str) -> list[list[str]]:
    """What to look for, in turn; each attempt is texts that must all be contained."""
    asked = search_form(text)
    if not asked:
        return []
    attempts = [[asked]]
    if " " in asked:
        attempts.append(asked.split())
    digits = asked.replace("-", "").replace(" ", "")
    if digits != asked and digits.isdigit():
        attempts.append([digits])
    other = search_form(other_layout(text))
    if other and other != asked:
        attempts.append([other])
    return attempts


def _scope(types: Iterable[str] | None, streams: Iterable[str] | None) -> tuple[str, list[str]]:
    sql, parameters = "", []
    for column, allowed in (("type", types), ("stream", streams)):
        if allowed is not None:
            sql += f" AND e.{column} IN (SELECT value FROM json_each(?))"
            parameters.append(msgspec.json.encode(sorted(allowed)).decode())
    return sql, parameters


def _find(connection: Connection, terms: list[str], scope: tuple[str, list[str]], limit: int) -> list[Hit]:
    found: dict[int, tuple[str, str, str, str, str]] = {}
    contains = " AND ".join("instr(e.text, ?) > 0" for _ in terms) + scope[0]
    beginning = terms[0][:_BEGINNING]
    columns = "SELECT e.number, e.stream, e.type, e.id, e.title, e.text FROM"
    entries = f"{columns} search_entry e"
    # The index on the beginning finds the titles that begin with it without reading every entry that contains it.
    queries: list[tuple[str, list[str]]] = [
        (f"{entries} WHERE substr(e.text, 1, 24) >= ? AND substr(e.text, 1, 24) < ? AND", [beginning, beginning + "\U0010ffff"])
    ]
    matches = [_match(connection, term) for term in terms]
    if None in matches:
        queries.append((f"{entries} WHERE", []))
    else:
        # CROSS keeps the order of the join: the index in front, which stops as soon as enough was found.
        indexed = f"{columns} search_index CROSS JOIN search_entry e ON e.number = search_index.rowid"
        if all(matches):
            queries.append((f"{indexed} WHERE search_index MATCH ? AND", [" AND ".join(f"({match})" for match in matches)]))
        queries.append((f"{entries} WHERE e.number IN (SELECT number FROM search_backlog) AND", []))
    for sql, parameters in queries:
        if len(found) >= limit:
            break
        for row in connection.execute(f"{sql} {contains} LIMIT ?", (*parameters, *terms, *scope[1], limit)):
            found.setdefault(row[0], row[1:])
    ranked = sorted(found.values(), key=lambda row: _rank(row[4], terms[0]))
    return [Hit(row[0], row[1], row[2], row[3], _excerpt(row[4], terms[0])) for row in ranked[:limit]]


def _rank(text: str, term: str) -> int:
    if text.startswith(term):
        return 0
    return 1 if term in text.partition(SEPARATOR)[0] else 2


def _excerpt(text: str, term: str) -> str:
    title, _, rest = text.partition(SEPARATOR)
    if term in title:
        return ""
    part = next((part for part in rest.split(SEPARATOR) if term in part), "")
    if part.replace("-", "").replace(" ", "").isdigit():
        return ""
    at = part.find(term)
    start, end = max(0, at - _EXCERPT), at + len(term) + _EXCERPT
    return f"{'…' if start else ''}{part[start:end]}{'…' if end < len(part) else ''}"
