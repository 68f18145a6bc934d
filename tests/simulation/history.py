"""One history by seed: desks work and sync over a bad line, the laws are checked after every step, and in the end all copies must be equal.

python -m tests.simulation --histories 1000 --seed 1        and        --replay SEED
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import sqlcipher3.dbapi2 as sqlite  # type: ignore[import-untyped]  # the wheel has no stubs

from desktop.storage.database import Database
from desktop.storage.rows import Row
from desktop.sync.status import Report
from records.errors import Refused, Unavailable
from records.kinds import Json
from records.protocol import PushReply
from server_stub.session import Grant
from server_stub.storage.base import ALL_STREAMS
from server_stub.storage.sqlite import SqliteStorage
from tests.simulation import laws
from tests.simulation.bugs import NO_BUG, Bug
from tests.simulation.desk import KEY, Clock, Crash, Desk, details_of
from tests.simulation.kinds import CATALOGUE, LOCKING_FIELDS, TOKEN_FIELDS
from tests.simulation.network import Fates, Network

YEARS = (2569, 2570)
OFFICES = ("office/6560115", "office/6560116")
ABROAD = ("planning", "registry", "platform")
"""The areas a province reads; `case` is not among them."""


class Broken(AssertionError):
    """A law does not hold."""


@dataclass
class Wish:
    """One edit a person made, followed by a text found nowhere else."""

    token: str
    desk: str
    id: str
    field: str
    is_excused: bool = False
    """The same desk changed its mind later."""


@dataclass
class Story:
    """What the people of a history did, as far as the laws must know."""

    wishes: list[Wish] = field(default_factory=list)
    deletions: list[tuple[str, str]] = field(default_factory=list)
    """Desk and record."""
    said_again: set[str] = field(default_factory=set)
    """Tokens that undo or settling wrote a second time."""

    def as_it_was(self) -> "Story":
        """A copy that goes on by itself: an act that the desk refuses was never made."""
        return Story([replace(wish) for wish in self.wishes], list(self.deletions), set(self.said_again))

    def changed_mind(self, desk: str, record_id: str, name: str | None = None) -> None:
        """The desk itself replaces what it wrote before: one field, or all of the record."""
        for wish in self.wishes:
            if wish.desk == desk and wish.id == record_id and name in (None, wish.field):
                wish.is_excused = True
        self.deletions = [one for one in self.deletions if one != (desk, record_id)]


def make_template(folder: Path) -> Path:
    """A data file with the schema and nothing in it, to be copied."""
    path = folder / "template.db"
    Database.open(path, KEY, CATALOGUE, synchronous="OFF").close()
    for rest in folder.glob("template.db-*"):
        rest.unlink()
    return path


class History:
    """One history."""

    is_restored = False
    """Whether its server loses data."""

    def __init__(self, seed: int, template: Path, folder: Path, bug: Bug = NO_BUG, server_path: Path | None = None) -> None:
        """`server_path`: where the server keeps its file, for a restore; None keeps it in memory."""
        self.seed = seed
        self.random = Random(seed)
        self.bug = bug
        self.story = Story()
        self.storage = SqliteStorage(server_path, is_durable=False)
        self.clock = Clock()
        service = bug.service(bug.storage(self.storage), CATALOGUE, self.clock, self.random.randbytes)
        self.network = Network(service, self.random)
        everything = {OFFICES[0]: Grant(True, ("*",))}
        self.desks = [
            self._desk(name, template, folder, everything) for name in ("anong", "boon", "chai")[: self.random.choice((1, 2, 2, 3))]
        ]
        if self.random.random() < 0.4:
            both = {OFFICES[0]: Grant(True, ("*",)), OFFICES[1]: Grant(True, ("*",))}
            self.desks.append(self._desk("dara", template, folder, both))
        self.readers = []
        if self.random.random() < 0.5:
            self.readers.append(self._desk("province", template, folder, {name: Grant(False, ABROAD) for name in OFFICES}))
        self.types = tuple(TOKEN_FIELDS) if self.random.random() < 0.5 else tuple(one for one in TOKEN_FIELDS if one not in LOCKING_FIELDS)
        """Half of the histories know years that close and receipts that lock; the others meet more often on what merges."""
        self.depth = 0
        self.counter = 0
        self.log: list[str] = []

    def _desk(self, name: str, template: Path, folder: Path, grants: dict[str, Grant]) -> Desk:
        return Desk(name, template, folder / name, self.network, self.random, grants, self._between, self.bug)

    def run(self) -> "History":
        """Plays and judges. Raises Broken."""
        try:
            self.play(self.random.randint(10, 60))
            self.come_to_rest()
            self.judge()
        finally:
            self.close()
        return self

    def close(self) -> None:
        """Ends every program."""
        for desk in self.all_desks:
            desk.database.close()
        self.storage.close()

    @property
    def all_desks(self) -> list[Desk]:
        """Writers and readers."""
        return [*self.desks, *self.readers]

    def play(self, steps: int) -> None:
        """So many steps, the laws checked after each."""
        for _ in range(steps):
            desk = self.random.choice(self.all_desks)
            self.step(desk)
            self.check(desk.faults() + self.network.faults)

    def check(self, faults: list[str]) -> None:
        """Raises Broken when there are faults."""
        if faults:
            raise Broken(f"seed {self.seed}: " + "; ".join(faults[:5]))

    def step(self, desk: Desk) -> None:
        """Something happens at a desk, or on the line."""
        roll = self.random.randrange(100)
        if roll < 38:
            self.try_round(desk, may_crash=roll < 8)
        elif roll < 42:
            self.network.repeat_late()
        elif roll < 45:
            desk.clock.now += timedelta(days=self.random.choice((-3650, -1, 1, 3650)), hours=self.random.randrange(48))
        elif roll < 47:
            desk.reopen()
        elif desk.writable:
            self.work(desk)

    def try_round(self, desk: Desk, *, may_crash: bool) -> Report | None:
        """A round that may lose the line or the process."""
        desk.may_crash = may_crash
        try:
            return desk.round()
        except Unavailable:
            return None
        except Crash:
            desk.reopen()
            return None
        finally:
            desk.may_crash = False

    def _between(self, desk: Desk, when: str) -> None:
        """While a call is on its way: people go on working, other desks sync, the process dies."""
        desk.crash_perhaps(10)
        if self.depth or self.random.randrange(4):
            return
        self.depth += 1
        try:
            others = [one for one in self.all_desks if not one.is_in_round]
            if others and self.random.random() < 0.4:
                self.try_round(self.random.choice(others), may_crash=False)
            elif desk.writable:
                self.work(desk)
        finally:
            self.depth -= 1

    # Work

    def token(self, desk: Desk, record_id: str, name: str) -> str:
        """A text found nowhere else, for a field of a record."""
        self.counter += 1
        token = f"<{desk.name}.{self.counter}>"
        self.story.changed_mind(desk.name, record_id, name)
        self.story.wishes.append(Wish(token, desk.name, record_id, name))
        return token

    def values(self, desk: Desk, record_type: str, record_id: str) -> dict[str, Json]:
        """New values for some fields."""
        names = TOKEN_FIELDS[record_type]
        chosen = self.random.sample(names, min(len(names), self.random.choice((1, 1, 1, 2))))
        return {name: self.token(desk, record_id, name) for name in chosen}

    def work(self, desk: Desk) -> None:
        """One act of a person; the process may die in a round, but not in the middle of what a person is not told was saved."""
        may_crash, desk.may_crash = desk.may_crash, False
        before = self.story.as_it_was()
        desk.account = desk.head if self.random.random() < 0.25 else desk.name
        try:
            self._work(desk)
        except Refused:
            # A closed year, an issued receipt: the person is told, and nothing was saved.
            self.story = before
        finally:
            desk.may_crash = may_crash

    def _work(self, desk: Desk) -> None:
        rows = desk.rows_of()
        roll = self.random.randrange(100)
        if not rows or roll < 10:
            self._create(desk)
        elif roll < 64:
            # Half of the time one of the oldest records: desks must meet.
            self._edit(desk, self.random.choice(rows[:2] if roll % 2 else rows))
        elif roll < 70:
            self._delete(desk, self.random.choice(rows))
        elif roll < 74:
            for row in desk.rows_of(deleted=True)[:1]:
                self.story.changed_mind(desk.name, row.id)
                desk.restore(row)
        elif roll < 80:
            self._undo(desk)
        elif roll < 90:
            same = [row for row in rows if row.stream == rows[0].stream]
            desk.save_together([(row, self.values(desk, row.type, row.id)) for row in self.random.sample(same, min(2, len(same)))])
        else:
            self._settle(desk)

    def _create(self, desk: Desk) -> None:
        record_type = self.random.choice(list(self.types))
        record_id = desk.store.new_id()
        values = self.values(desk, record_type, record_id)
        if record_type == "task" and self.random.random() < 0.7:
            values["state"] = "draft"
        if record_type in LOCKING_FIELDS:
            values.update(self._locking(desk, record_type, {}))
        desk.save(self.random.choice(desk.writable), record_type, record_id, values)

    def _edit(self, desk: Desk, row: Row) -> None:
        values = self._locking(desk, row.type, row.fields) if row.type in LOCKING_FIELDS else {}
        if not values or self.random.random() < 0.4:
            # What closes or locks a record mostly names nothing else.
            values = {**self.values(desk, row.type, row.id), **values}
        gone: list[str] = []
        if row.type == "note" and self.random.random() < 0.4:
            self._marks(desk, row, values, gone)
        if row.type == "task" and self.random.random() < 0.5:
            state = desk.next_state(row)
            if state:
                values["state"] = state
        if row.type == "case" and self.random.random() < 0.3:
            gone.append("size") if "size" in row.fields else values.update(size=self.random.randrange(9))
        desk.save(row.stream, row.type, row.id, values, gone)

    def _locking(self, desk: Desk, record_type: str, now: Mapping[str, Json]) -> dict[str, Json]:
        """What the people of the money do to a record: years close and open, receipts are issued, remitted and voided."""
        is_sure = not now or self.random.random() < 0.4
        if record_type == "fiscal_year":
            return self._year(now) if is_sure else {}
        if record_type == "budget_line":
            return {"fiscal_year": self.random.choice(YEARS)} if not now else {}
        if record_type == "remittance" and is_sure:
            is_closed = now.get("state") == "closed"
            return {"state": "open", "reopen_reason": "r"} if is_closed else {"state": "closed" if now else "open"}
        if record_type == "receipt" and is_sure:
            state = "void" if now.get("state") and self.random.random() < 0.5 else "issued"
            return {"state": state, **self._one_of(desk, "remittance"), "fiscal_year": self.random.choice(YEARS)}
        return self._one_of(desk, "receipt") if record_type == "receipt_item" and not now else {}

    def _year(self, now: Mapping[str, Json]) -> dict[str, Json]:
        if not now:
            return {"year": self.random.choice(YEARS), "state": "in_force"}
        self.counter += 1
        target = "in_force" if now.get("state") == "closed" else "closed"
        return {"state": target, "reason": f"r{self.counter}", "closed_by": "b", "closed_on": "2026-11-22"}

    def _one_of(self, desk: Desk, record_type: str) -> dict[str, Json]:
        rows = desk.rows_of((record_type,))
        return {record_type: self.random.choice(rows).id} if rows and self.random.random() < 0.7 else {}

    def _marks(self, desk: Desk, row: Row, values: dict[str, Json], gone: list[str]) -> None:
        held = row.fields.get("marks")
        marks = [str(mark) for mark in held] if isinstance(held, list) else []
        if marks and self.random.random() < 0.4:
            taken = self.random.choice(marks)
            marks.remove(taken)
            for wish in self.story.wishes:
                wish.is_excused = wish.is_excused or wish.token == taken
        else:
            self.counter += 1
            marks.append(f"<{desk.name}.{self.counter}>")
            self.story.wishes.append(Wish(marks[-1], desk.name, row.id, marks[-1]))
        if marks:
            values["marks"] = [*sorted(marks)]
        else:
            gone.append("marks")

    def _delete(self, desk: Desk, row: Row) -> None:
        self.story.changed_mind(desk.name, row.id)
        self.story.deletions.append((desk.name, row.id))
        desk.delete(row)

    def _undo(self, desk: Desk) -> None:
        for row in desk.undo():
            self.story.changed_mind(desk.name, row.id)
            self.story.said_again.update(str(value) for value in row.fields.values())

    def _settle(self, desk: Desk) -> None:
        waiting = [row for row in desk.rows_of(("conflict",)) if row.fields["state"] == "open"]
        if not waiting:
            return
        conflict = self.random.choice(waiting)
        choice = self.random.choice(("mine", "theirs"))
        if choice == "mine":
            for detail in details_of(conflict):
                self.story.changed_mind(desk.name, str(conflict.fields["record_id"]), str(detail["name"]))
                self.story.said_again.add(str(detail.get("mine")))
        desk.settle(conflict, choice)

    # The end

    def come_to_rest(self) -> None:
        """The line is good, refused changes are due again, and everybody syncs until nothing moves."""
        self.network.fates = Fates(0, 0)
        self.depth = 1
        for _ in range(12):
            reports = []
            for desk in self.all_desks:
                desk.clock.now += timedelta(hours=100)
                reports.append(desk.round())
                self.check(desk.faults())
            if all(report.done for report in reports) and not any(report.pulled or report.pushed for report in reports):
                return
        raise Broken(f"seed {self.seed}: no rest: {[report.as_json() for report in reports]}")

    def judge(self) -> None:
        """The laws that hold in the end."""
        self.check(self.network.faults)
        self.check(laws.server_faults(self.storage, OFFICES))
        self.check(laws.equality_faults(self.storage, self.all_desks))
        self.check(laws.accounting_faults(self.storage, OFFICES, self.desks, self.story, is_restored=self.is_restored))


class RestoredHistory(History):
    """A history whose server is put back to a backup, once or twice: each desk it had told notices, and nothing acknowledged is lost."""

    def __init__(self, seed: int, template: Path, folder: Path, bug: Bug = NO_BUG) -> None:
        """The server keeps its file in the folder."""
        self.is_restored = True
        self.server_path = folder / "server.db"
        super().__init__(seed, template, folder, bug, self.server_path)
        self.is_quiet = False
        """After a backup a crash between reply and commit would make a desk forget what it was told, and nobody could notice."""

    def play(self, steps: int) -> None:
        """So many steps, in some of the histories with a restore or two among them."""
        restores = self.random.choice((1, 1, 2))
        super().play(steps // 2)
        for _ in range(restores):
            backup = self.server_path.with_suffix(".backup")
            _copy(self.server_path, backup)
            self.is_quiet = True
            super().play(self.random.randint(2, 14))
            self.restore(backup)
            self.is_quiet = False
            if self.random.random() < 0.7:
                super().play(self.random.randint(1, 12))

    def try_round(self, desk: Desk, *, may_crash: bool) -> Report | None:
        """A round that may lose the line, and the process where nothing can be forgotten."""
        lost = self._lost(desk)
        report = super().try_round(desk, may_crash=may_crash and not self.is_quiet)
        if report is not None and not report.cancelled and not self.depth:
            self._judge_notice(desk, lost, report)
        return report

    def restore(self, backup: Path) -> None:
        """Puts the server back, at once."""
        self.storage.close()
        for rest in self.server_path.parent.glob(self.server_path.name + "*"):
            rest.unlink()
        _copy(backup, self.server_path)
        self.storage = SqliteStorage(self.server_path, is_durable=False)
        if self.random.random() < 0.5:
            # Restored by the command, which marks it; else by a hand that copied the file.
            with self.storage.read(ALL_STREAMS) as reader:
                heads = {stream: one.head for stream, one in reader.states(OFFICES).items()}
            with self.storage.directory() as directory:
                directory.mark_restored(heads)
        self.network.service = self.bug.service(self.bug.storage(self.storage), CATALOGUE, self.clock, self.random.randbytes)
        # What was delivered may come late once more all the same; but nothing holds the server to what it has lost.
        self.network.pushed = [replace(one, reply=PushReply()) for one in self.network.pushed]

    def _lost(self, desk: Desk) -> set[str]:
        return {stream for stream, told in desk.transport.acknowledged.items() if not laws.has(self.storage, stream, *told)}

    def _judge_notice(self, desk: Desk, lost: set[str], report: Report) -> None:
        still = {stream for stream, pause in report.problems.items() if pause.code == "fork"}
        if still or (lost and self._lost(desk)):
            raise Broken(f"seed {self.seed}: {desk.name} lacked {lost} and did not find its way back: {report.as_json()}")


def _copy(source: Path, target: Path) -> None:
    """A consistent copy of the server's file."""
    reading, writing = sqlite.connect(str(source)), sqlite.connect(str(target))
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()
