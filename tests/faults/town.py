"""A real server process that is backed up and put back, on SQLite or PostgreSQL, and the real offices that reach it over HTTP."""

import json
import random
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from desktop.app import open_office
from desktop.services.office import Office
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.storage import history, outbox, state
from desktop.storage.query import Query
from desktop.storage.state import StreamState
from desktop.sync.status import Phase, Report, SyncStatus
from records.catalogue import BY_TYPE
from records.errors import AppError
from records.words import Language
from server_stub.audit import verify
from server_stub.cli import run
from server_stub.storage.base import ALL_STREAMS, Storage
from server_stub.workplace import database_of, open_storage
from tests import fresh_files

STREAM = "office/6560115"
KEY = {"THONGTHIN_KEY": "11" * 32}
TYPES = ("plan", "receipt", "receipt_item")
Fact = tuple[str, str, str]
"""Record, field, value: something a person wrote."""


class Desk:
    """One person at one computer, with the whole program but its windows."""

    def __init__(self, town: "Town", name: str, access: str) -> None:
        self.name = name
        self.town = town
        self.random = town.random
        self.receipts = 0
        folder = town.folder / name
        fresh_files.lay(folder, bytes.fromhex(KEY["THONGTHIN_KEY"]))
        self.office: Office = open_office(folder, Language.ENGLISH, environ=KEY)
        town.command("add-account", name, "--role", "clerk", "--stream", f"{STREAM}:{access}")
        self.office.enrolment.enrol(town.url, town.command("enrolment-code", name)["code"])
        if access == "write":
            self.office.numbering.choose_book("1")

    @property
    def mine(self) -> StreamState:
        with self.office.database.reading() as connection:
            return next(one for one in state.streams(connection) if one.stream == STREAM)

    def work(self) -> None:
        """A plan with a document, a receipt, and two edits of plans that are here, whoever made them."""
        roll = self.random.getrandbits(40)
        path = self.town.folder / f"{roll:x}.pdf"
        path.write_bytes(b"%PDF-1.4 " + self.random.randbytes(20_000))
        document = msgspec.to_builtins(self.office.attach(path))
        self.town.documents.add(document["sha256"])
        self.office.records.save("plan", None, {"name": f"แผน {roll:x}", "attachments": [document]})
        self.office.receipts.issue(ReceiptDraft(f"ผู้จ่าย {roll:x}"), [ItemDraft("ค่าขยะ", 2000)], may_ask=False)
        self.receipts += 1
        plans = self.office.store.find(Query("plan", None, limit=100)).rows
        for plan in self.random.sample(list(plans), 2) if len(plans) > 1 else ():
            field = self.random.choice(("vision", "note"))
            self.office.records.save("plan", plan.id, {field: f"{self.name} {self.random.getrandbits(40):x}"})

    def sync(self) -> tuple[Report, bool]:
        """One round; and whether it noticed that the server lost data."""
        heard: list[SyncStatus] = []
        report = self.office.sync.run(heard.append)
        return report, any(one.phase is Phase.RECOVERING for one in heard)

    def shown(self) -> dict[tuple[str, str], object]:
        """Everything this desk shows."""
        return {
            (record_type, row.id): dict(row.fields)
            for record_type in TYPES
            for row in self.office.store.find(Query(record_type, None, limit=10_000)).rows
        }

    def leased(self) -> list[tuple[int, int]]:
        """The blocks of numbers this desk ever had."""
        from desktop.storage import numbers

        with self.office.database.reading() as connection:
            return [(one.first, one.last) for one in numbers.leases(connection) if one.first]

    def kept(self) -> set[Fact]:
        """What stands in the history of this desk though it stands nowhere else."""
        with self.office.database.reading() as connection:
            keys = {(record_type, record_id) for record_type, record_id in self.shown()}
            found = [one.change for key in keys for one in history.discards(connection, STREAM, *key)]
        return {fact for change in found for fact in facts_of(change.id, change.set)}

    def waits(self) -> int:
        with self.office.database.reading() as connection:
            return len(outbox.everything(connection))


class Town:
    """The server, its administrator and the desks."""

    def __init__(
        self, folder: Path, seed: int, *, owner: str = "", login: str = "", programs: Path | None = None, workers: int = 1
    ) -> None:
        """`owner` and `login`: addresses of a PostgreSQL database for the administrator and for the server; empty: a file."""
        self.folder = folder
        self.random = random.Random(seed)
        self.home = folder / "server"
        self.documents: set[str] = set()
        self.desks: list[Desk] = []
        self.url = ""
        self._owner, self._login = owner, login
        self._programs = ["--pg-bin", str(programs)] if programs else []
        self._workers = workers
        self._process: subprocess.Popen[str] | None = None
        self.command("init")
        self.start()

    def command(self, *arguments: str, code: int = 0) -> Any:
        """What a command of the administrator tells; run in this process, as each costs a second in its own."""
        where = ["--home", str(self.home), "--json", *(["--database", self._owner] if self._owner else [])]
        with redirect_stdout(StringIO()) as printed:
            found = run([*where, *arguments])
        assert found == code, (arguments, found)
        return json.loads(printed.getvalue())

    def start(self) -> None:
        """The server in a process of its own, from the second time on at the same address."""
        port = self.url.rpartition(":")[2] or "0"
        where = ["--home", str(self.home), *(["--database", self._login] if self._login else [])]
        line = [sys.executable, "-m", "server_stub", *where, "serve", "--port", port, "--workers", str(self._workers)]
        self._process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[1]

    def stop(self) -> None:
        """Told to stop, as an administrator does before a restore."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=120)
            self._process = None

    def desk(self, name: str, access: str = "write") -> Desk:
        made = Desk(self, name, access)
        self.desks.append(made)
        return made

    def back_up(self, name: str = "b") -> None:
        self.command("backup", str(self.folder / "kept" / name), *self._programs)

    def put_back(self, name: str = "b") -> int:
        """Stops the server, puts the backup and its documents back, starts it again; returns the head."""
        self.stop()
        self.command("restore", str(self.folder / "kept" / name), *self._programs, code=3)
        old = {path.name for path in (self.folder / "kept" / "files").rglob("*")}
        for path in self.files():
            if path.name not in old:
                path.unlink()
        head = self.head()
        self.start()
        return head

    def files(self) -> list[Path]:
        """The documents the server has."""
        return [path for path in (self.home / "files").rglob("*") if path.is_file() and len(path.name) == 64]

    def opened(self) -> Storage:
        return open_storage(database_of(self._owner, self.home), must_exist=True)

    def head(self) -> int:
        storage = self.opened()
        with storage.read(ALL_STREAMS) as reader:
            head = reader.states([STREAM])[STREAM].head
        storage.close()
        return head

    def acknowledged(self) -> set[Fact]:
        """Everything people wrote that the server has, in any version."""
        storage = self.opened()
        with storage.read(ALL_STREAMS) as reader:
            found = {
                fact for one in reader.revisions_in_order(STREAM) if one.type in TYPES
                for fact in facts_of(one.id, json.loads(one.set_fields))
            }  # fmt: skip
        storage.close()
        return found

    def in_conflicts(self) -> str:
        """The text of all conflicts, in which both sides of each stand."""
        storage = self.opened()
        with storage.read(ALL_STREAMS) as reader:
            found = [
                one.fields.decode() for one in reader.page(STREAM, after=0, until=None, areas=None, limit=None) if one.type == "conflict"
            ]
        storage.close()
        return "".join(found)

    def is_sound(self) -> bool:
        storage = self.opened()
        damage = verify(storage).damage
        storage.close()
        return damage == ()

    def numbers(self) -> list[int]:
        """The number of every receipt the server has."""
        storage = self.opened()
        with storage.read(ALL_STREAMS) as reader:
            rows = [
                json.loads(one.fields) for one in reader.page(STREAM, after=0, until=None, areas=None, limit=None) if one.type == "receipt"
            ]
        storage.close()
        return sorted(row["number"] for row in rows)

    def close(self) -> None:
        for desk in self.desks:
            desk.office.close()
        self.stop()


def facts_of(record_id: str, values: dict[str, Any]) -> set[Fact]:
    return {(record_id, name, json.dumps(value, ensure_ascii=False, sort_keys=True)) for name, value in values.items() if name in WRITTEN}


WRITTEN = {name for record_type in TYPES for name in (field.name for field in BY_TYPE[record_type].fields)}


def refused_numbers(desk: Desk) -> str:
    """The code with which the server gives no block; empty when it gives one."""
    try:
        desk.office.numbering.refill(least=1000)
    except AppError as error:
        return error.code
    return ""
