"""What a desk of many records answers while a person works: search, saving, the order of a list. No network, one process."""

import sqlite3
import statistics
from collections.abc import Callable, Iterator

from benchmarks.bench import Bench
from benchmarks.measuring import Line, Seconds, in_turns, line, percentile, timed
from benchmarks.product_desk import ACCOUNT, LABEL, STREAM
from benchmarks.work_item import SPEC
from benchmarks.workload import items, phrases
from desktop.storage.query import Filter, Query
from desktop.storage.search import Search
from records.thai.text import search_form

_SHOWN = 50
"""Results of a search."""
_BARE_SEARCH = f"""
    SELECT e.type, e.id, e.title FROM search_index JOIN search_entry e ON e.number = search_index.rowid
    WHERE search_index MATCH ? LIMIT {_SHOWN}"""
_BARE_LIKE = f"SELECT type, id, title FROM search_entry WHERE text LIKE ? LIMIT {_SHOWN}"
_LENGTHS = (3, 4, 6, 8, 12)


def search(bench: Bench) -> Iterator[Line]:
    """The top 50 of a text of 3 to 12 characters beside the bare FTS5 query, of 1 or 2 beside the bare LIKE, both on the same file."""
    n, count = bench.sizes.desk, bench.sizes.queries
    finder, connection = Search(bench.large_desk.database), bench.large_desk.database.read()

    def bare(text: str) -> None:
        asked = search_form(text)
        match = " AND ".join('"' + asked[at : at + 3].replace('"', '""') + '"' for at in range(len(asked) - 2))
        connection.execute(_BARE_SEARCH, (match,)).fetchall()

    def like(text: str) -> None:
        connection.execute(_BARE_LIKE, (f"%{search_form(text)}%",)).fetchall()

    long = [text for length in _LENGTHS for text in phrases(n, max(1, count // len(_LENGTHS)), length) if len(search_form(text)) > 2]
    short = [text for length in (1, 2) for text in phrases(n, max(1, count // 10), length) if search_form(text)]
    # Half of the short texts stand so often that any 50 rows would do: only the slow end of them says something.
    for name, texts, floor, percents in (("search", long, bare, (50, 95)), ("search_short", short, like, (95,))):
        ours: list[Seconds] = []
        theirs: list[Seconds] = []
        for text in texts:
            product_time, floor_time = in_turns(_once(lambda asked: finder.find(asked, limit=_SHOWN), text), _once(floor, text), 2)
            # The second time: what a person types letter by letter meets pages already read.
            ours.append(product_time[1])
            theirs.append(floor_time[1])
        for percent in percents:
            yield line(f"{name}_p{percent}", [percentile(ours, percent)], [percentile(theirs, percent)], n=n, runs=len(texts))


def _once(work: Callable[[str], object], text: str) -> Callable[[], Seconds]:
    return lambda: timed(lambda: work(text), collect=False)


def save(bench: Bench) -> Iterator[Line]:
    """One edit, durable and encrypted, with its outbox entry, beside one raw commit on the same disk."""
    desk = bench.large_desk
    n = bench.sizes.desk
    ids = [item["id"] for item in items(n)]
    plain = sqlite3.connect(bench.place("commit") / "plain.db", isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = FULL")
    plain.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, note TEXT)")
    turn = 0

    def product() -> Seconds:
        nonlocal turn
        turn += 1

        def work() -> None:
            with desk.store.act(ACCOUNT, LABEL) as act:
                desk.store.save(STREAM, SPEC.type, ids[turn * 37 % n], {"note": f"แก้ไขครั้งที่ {turn}"}, act=act)

        return timed(work, collect=False)

    def floor() -> Seconds:
        return timed(lambda: plain.execute("INSERT INTO item (note) VALUES ('แก้ไข')"), collect=False)

    ours, theirs = in_turns(product, floor, bench.sizes.saves)
    plain.close()
    yield line("save", ours, theirs, n=n)


def order(bench: Bench) -> Iterator[Line]:
    """The ids of a list as a virtual list asks for them, beside the same question put barely to the same file."""
    n, store = bench.sizes.desk, bench.large_desk.store
    connection = bench.large_desk.database.read()
    status = Filter("status", "eq", "approved")
    cases = (
        ("list_sorted", Query(SPEC.type, STREAM, sort=(("title", False),)), "ORDER BY _sort_title"),
        (
            "list_filtered",
            Query(SPEC.type, STREAM, filters=(status,), sort=(("budget", True),)),
            "WHERE status = 'approved' ORDER BY budget DESC",
        ),
    )
    for name, query, bare in cases:

        def product(query: Query = query) -> Seconds:
            return timed(lambda: store.ids(query))

        def floor(bare: str = bare) -> Seconds:
            return timed(lambda: [row[0] for row in connection.execute(f"SELECT _id FROM record_{SPEC.type} {bare}").fetchall()])

        ours, theirs = in_turns(product, floor, bench.sizes.runs)
        yield line(name, ours, theirs, n=n, note=f"slowest {max(ours) * 1000:.0f} ms, median {statistics.median(ours) * 1000:.0f} ms")
