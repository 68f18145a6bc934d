"""The client of the floor: typed SQLite rows, WAL, synchronous=FULL, raw executemany, pages of 1,000. No encryption, no history, no index."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import orjson
import requests
import zstandard

from benchmarks.work_item import Item
from benchmarks.workload import NAMES

PAGE = 1_000
_TYPES = ("text primary key", *["text"] * 7, "int", "text", "text", "real", "real", "real", "text")
_COLUMNS = ", ".join(NAMES)
_PLACES = ", ".join("?" * len(NAMES))


class FloorDesk:
    """One client database and its line to the floor's server."""

    def __init__(self, path: Path, address: str, table: str) -> None:
        """`table`: that of the server this desk agrees with."""
        self.requests = 0
        self.bytes = 0
        self._address = address
        self.table = table
        self._cursor = 0
        self._session = requests.Session()
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        columns = ", ".join(f"{name} {kind}" for name, kind in zip(NAMES, _TYPES, strict=True))
        self.connection.execute(f"CREATE TABLE item ({columns}, seq int, dirty int DEFAULT 0)")
        self.connection.execute("CREATE INDEX item_dirty ON item (dirty) WHERE dirty = 1")
        self.connection.commit()

    def fill(self, items: Iterable[Item]) -> None:
        """Writes items to be sent."""
        self.connection.executemany(f"INSERT INTO item ({_COLUMNS}, dirty) VALUES ({_PLACES}, 1)", [tuple(item.values()) for item in items])
        self.connection.commit()

    def edit(self, count: int, word: str) -> None:
        """Changes the notes of so many."""
        self.connection.execute(
            "UPDATE item SET note = note || ?, dirty = 1 WHERE rowid IN (SELECT rowid FROM item ORDER BY rowid LIMIT ?)", (word, count)
        )
        self.connection.commit()

    def push(self, *, is_new: bool) -> None:
        """Sends what is to be sent, page by page."""
        while rows := self.connection.execute(f"SELECT {_COLUMNS} FROM item WHERE dirty = 1 LIMIT ?", (PAGE,)).fetchall():
            body = zstandard.compress(b"\n".join(orjson.dumps(dict(zip(NAMES, row, strict=True))) for row in rows), 3)
            asked: dict[str, str | int] = {"table": self.table, "new": int(is_new)}
            answer = self._counted(self._session.post(f"{self._address}/push", params=asked, data=body), len(body))
            seq = orjson.loads(answer)["seq"]
            self.connection.executemany("UPDATE item SET dirty = 0, seq = ? WHERE id = ?", [(seq, row[0]) for row in rows])
            self.connection.commit()

    def pull(self) -> None:
        """Fetches what is new, page by page."""
        while True:
            wanted: dict[str, str | int] = {"table": self.table, "since": self._cursor, "limit": PAGE}
            body = self._counted(self._session.get(f"{self._address}/pull", params=wanted), 0)
            rows = orjson.loads(b"[" + zstandard.decompress(body).replace(b"\n", b",") + b"]")
            if not rows:
                return
            self.connection.executemany(f"INSERT OR REPLACE INTO item ({_COLUMNS}, seq) VALUES ({_PLACES}, ?)", rows)
            self.connection.commit()
            self._cursor = rows[-1][-1]
            if len(rows) < PAGE:
                return

    def count(self) -> int:
        """How many items are here."""
        count: int = self.connection.execute("SELECT count(*) FROM item").fetchone()[0]
        return count

    def take_counts(self) -> tuple[int, int]:
        """Requests and bytes since the last time this was asked."""
        counts = (self.requests, self.bytes)
        self.requests = self.bytes = 0
        return counts

    def close(self) -> None:
        """Ends it."""
        self._session.close()
        self.connection.close()

    def _counted(self, response: requests.Response, sent: int) -> bytes:
        response.raise_for_status()
        self.requests += 1
        head = sum(len(name) + len(value) + 4 for name, value in (*response.request.headers.items(), *response.headers.items()))
        self.bytes += sent + len(response.content) + head + len(response.request.path_url) + 30
        return response.content
