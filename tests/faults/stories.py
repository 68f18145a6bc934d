"""What a clerk does at one desk until the end, or until the power goes: stories told by a process that may die at any point of them."""

import contextlib
import json
import os
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.services.backups import Backups
from desktop.services.office import Office
from desktop.storage import attachments, file_states, file_uses, state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.query import Query
from desktop.storage.rows import Row
from desktop.storage.store import Store
from desktop.sync.engine import run_round
from desktop.sync.first_download import MANY
from desktop.sync.transport import HttpTransport
from records.errors import Unavailable
from records.kinds import Json
from records.words import Language, Words
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE

STICK = "stick"
"""The folder of a desk that is a stick."""
ACKNOWLEDGED = "acknowledged.jsonl"
"""What the person was told is saved, one line each, written as soon as they were told."""
PASSED = "passed.json"
WORD = Words("งาน", "work")


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class Story:
    """One desk and what is done at it."""

    def __init__(self, folder: Path, facts: dict[str, Any]) -> None:
        self._folder = folder
        self._random = random.Random(facts["seed"])
        self._stream: str = facts["stream"]
        self._account: str = facts["account"]
        self._is_early: bool = facts.get("is_early", False)
        """Says that it is saved before it is: the mistake that the tests must notice."""
        self._download_from: int = facts.get("download_from", MANY)
        """A stream of which nothing is here and that came so far is received as one file."""
        self._told = os.open(folder / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._database = Database.open(folder / FILE_NAME, KEY, CATALOGUE, synchronous="FULL")
        self._store = Store(self._database, CATALOGUE, now, self._random.randbytes)
        self._transport = HttpTransport(facts["url"], facts["token"], self._counter, Language.ENGLISH)

    def tell(self, name: str) -> None:
        """Tells the story of that name."""
        TOLD[name](self)

    def _counter(self) -> int:
        with self._database.write() as connection:
            return state.next_counter(connection)

    def ordinary(self) -> None:
        """Work, a round, more work, a backup, a round."""
        for _ in range(self._random.randint(1, 3)):
            self._work()
        self._round()
        self._work()
        if self._random.random() < 0.5:
            self._back_up()
        self._work()
        self._round()

    def documents(self) -> None:
        """Documents are attached and sent; one is let go of and comes again."""
        self._work()
        sha256 = self._attach(self._random.randint(1, 40_000))
        self._attach(attachments.BLOCK + self._random.randint(1, 40_000))
        self._round()
        with self._database.write() as connection:
            if file_states.state_of(connection, sha256).is_sent:
                attachments.forget(connection, sha256)
        self._round()
        self._back_up()

    def stick(self) -> None:
        """Work goes by a stick, is brought to the server from another computer, and its reply comes back by one."""
        office = Office(
            folder=self._folder, database=self._database, store=self._store, catalogue=CATALOGUE, language=Language.ENGLISH, clock=now,
            entropy=self._random.randbytes, new_transport=lambda server, token, language: self._transport,
        )  # fmt: skip
        stick = self._folder / STICK
        stick.mkdir(exist_ok=True)
        self._work()
        self._attach(self._random.randint(1, 40_000))
        out = office.bundles.export(stick).path
        self._work()
        (brought,) = office.bundles.relay([out])
        if brought.reply is not None:
            office.bundles.apply(brought.reply)
        elif not isinstance(brought.error, Unavailable):
            raise AssertionError(brought.error)
        self._work()

    def rounds(self) -> None:
        """A round, work, a round: whatever the first one finds."""
        self._round()
        self._work()
        self._round()

    def _back_up(self) -> None:
        Backups(self._folder, now, lambda: "", lambda _: 10**12).make(self._database, "manual")

    def _round(self) -> None:
        # Where the line is down people go on working.
        with contextlib.suppress(Unavailable):
            run_round(
                self._database, CATALOGUE, self._transport, now, self._random.randbytes, lambda status: None,
                file_bytes=None, download_from=self._download_from,
            )  # fmt: skip

    def _work(self) -> None:
        rows = self._store.find(Query("note", None, limit=100)).rows
        roll = self._random.random()
        text = f"{self._random.getrandbits(40):x}"
        field = "title" if roll < 0.5 or not rows else "place" if roll < 0.8 else "owner"
        with self._store.act(self._account, WORD) as act:
            if field == "title":
                done = [self._store.save(self._stream, "note", None, {"title": text}, act=act)]
            elif field == "place":
                done = [self._store.save(self._stream, "note", self._random.choice(rows).id, {"place": text}, act=act)]
            else:
                done = [self._store.save(self._stream, "note", row.id, {"owner": text}, act=act) for row in rows[:2]]
            if self._is_early:
                self._tell(done, field, text)
        if not self._is_early:
            self._tell(done, field, text)

    def _attach(self, size: int) -> str:
        """A record with a document; its hash."""
        with self._database.write() as connection:
            file = attachments.add(connection, self._random.randbytes(size), f"{size}.pdf", "application/pdf")
        named: list[Json] = [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]
        title = f"{self._random.getrandbits(40):x}"
        with self._store.act(self._account, WORD) as act:
            row = self._store.save(self._stream, "note", None, {"title": title, "attachments": named}, act=act)
        self._tell([row], "title", title, file.sha256)
        file_uses.catch_up(self._database)
        return file.sha256

    def _tell(self, done: Sequence[Row], field: str, text: str, document: str = "") -> None:
        """What a screen says after a save: written at once, so that it outlives the process."""
        lines = [json.dumps({"id": row.id, "field": field, "text": text, "document": document}) + "\n" for row in done]
        os.write(self._told, "".join(lines).encode())


TOLD: Mapping[str, Callable[[Story], None]] = {
    "ordinary": Story.ordinary,
    "documents": Story.documents,
    "stick": Story.stick,
    "rounds": Story.rounds,
}
"""Every story, by name."""
