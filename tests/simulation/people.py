"""What people do at the desks of a history: one act at a time, each edit a text found nowhere else."""

from collections.abc import Collection, Mapping
from random import Random

from desktop.storage.rows import Row
from records.errors import Correctable, Refused, Unavailable
from records.kinds import Json
from tests.simulation.crashes import Crash
from tests.simulation.desk import Desk, details_of
from tests.simulation.kinds import ALL_TYPES, LOCKING_FIELDS
from tests.simulation.papers import content
from tests.simulation.story import Serials, Story, without_ids

YEARS = (2569, 2570)
WORKED_ON = tuple(sorted(ALL_TYPES - {"conflict", "number_block"}))


def _names(desk: Desk, row: Row) -> Collection[str]:
    """The fields of a record its desk knows."""
    return {field.name for field in desk.catalogue[row.type].fields}


class People:
    """Everybody who works in a history."""

    def __init__(self, random: Random, *, calm: bool, attaches: bool = False) -> None:
        """`calm`: nobody does what a server could refuse; `attaches`: documents are laid in records, and taken out."""
        self._attaches = attaches
        self._random = random
        self._calm = calm
        self._counter = 0
        self.story = Story()
        self.serials = Serials()

    def work(self, desk: Desk, *, may_die: bool = False) -> bool:
        """One act of a person; False when the process died in the middle of it, and must be started again.

        A process that dies in a round does not die in the middle of what a person is not told was saved: that is `may_die`.
        """
        may_crash, desk.may_crash = desk.may_crash, False
        before = self.story.as_it_was()
        desk.account = desk.head if self._random.random() < 0.25 and not self._calm else desk.name
        desk.using = desk.second if desk.second is not None and (desk.is_in_round or self._random.random() < 0.5) else desk.main
        try:
            if may_die:
                with desk.doomed(self._random.choice((1, 2, 3, 5, 8, 13, 21, 34)), desk.using):
                    self._work(desk)
            else:
                self._work(desk)
        except (Refused, Correctable, Unavailable):
            # A closed year, an issued receipt, a stream that became read-only, no numbers left: the person is told, and nothing was saved.
            self.story = before
        except Crash:
            self.story.perhaps_made(before)
            return False
        finally:
            desk.may_crash = may_crash
        return True

    def rows(self, desk: Desk, types: tuple[str, ...] = WORKED_ON, *, deleted: bool = False) -> list[Row]:
        """The records of a desk, in an order that no clock and no id decides."""
        return sorted(desk.rows_of(types, desk.writable, deleted=deleted), key=self._place)

    def _place(self, row: Row) -> tuple[object, ...]:
        known = self.serials.known(row.id)
        return (known is None, known or 0, row.stream, row.type, without_ids(row.fields))

    def token(self, desk: Desk, record_id: str, name: str) -> str:
        """A text found nowhere else, for a field of a record."""
        self._counter += 1
        token = f"<{desk.name}.{self._counter}>"
        self.story.changed_mind(desk.name, record_id, name)
        self.story.wish(token, desk.name, record_id, name)
        return token

    def values(self, desk: Desk, record_type: str, record_id: str) -> dict[str, Json]:
        """New values for some fields."""
        names = desk.fields[record_type]
        chosen = self._random.sample(names, min(len(names), self._random.choice((1, 1, 1, 2))))
        return {name: self.token(desk, record_id, name) for name in chosen}

    def _work(self, desk: Desk) -> None:
        rows = self.rows(desk)
        editable = [row for row in rows if row.type in desk.fields]
        roll = self._random.randrange(100)
        if not editable or roll < 10:
            self._create(desk)
        elif roll < 16 and desk.uses_numbers:
            self._issue(desk)
        elif roll < 28 and self._attaches and (named := [row for row in editable if "papers" in _names(desk, row)]):
            self._attach(desk, self._random.choice(named))
        elif roll < 64:
            # Half of the time one of the oldest records: desks must meet.
            self._edit(desk, self._random.choice(editable[:2] if roll % 2 else editable))
        elif roll < 70:
            self._delete(desk, self._random.choice(rows))
        elif roll < 74:
            for row in self.rows(desk, deleted=True)[:1]:
                self.story.changed_mind(desk.name, row.id)
                desk.restore(row)
        elif roll < 80:
            self._undo(desk)
        elif roll < 90:
            same = [row for row in editable if row.stream == editable[0].stream]
            desk.save_together([(row, self.values(desk, row.type, row.id)) for row in self._random.sample(same, min(2, len(same)))])
        else:
            self._settle(desk)

    def _create(self, desk: Desk) -> None:
        record_type = self._random.choice(list(desk.fields))
        record_id = desk.store.new_id()
        self.serials.of(record_id)
        values = self.values(desk, record_type, record_id)
        if record_type == "task" and self._random.random() < 0.7:
            values["state"] = "draft"
        if record_type in LOCKING_FIELDS:
            values.update(self._locking(desk, record_type, {}))
        desk.save(self._random.choice(desk.writable), record_type, record_id, values)

    def _issue(self, desk: Desk) -> None:
        stream, record_id = self._random.choice(desk.writable), desk.store.new_id()
        self.serials.of(record_id)
        number = desk.issue(stream, record_id, {"payer": self.token(desk, record_id, "payer")})
        if not desk.is_rewound:
            desk.given.append((stream, number))

    def _edit(self, desk: Desk, row: Row) -> None:
        values = self._locking(desk, row.type, row.fields) if row.type in LOCKING_FIELDS else {}
        if not values or self._random.random() < 0.4:
            # What closes or locks a record mostly names nothing else.
            values = {**self.values(desk, row.type, row.id), **values}
        gone: list[str] = []
        if row.type == "note" and self._random.random() < 0.4:
            self._marks(desk, row, values, gone)
        if row.type == "note" and self._random.random() < 0.2:
            values["mood"] = "bright" if desk.generation else "calm"
            if desk.generation:
                values["weight"] = self._random.randrange(1, 9)
        if row.type == "task" and self._random.random() < 0.5 and not self._calm:
            state = desk.next_state(row)
            if state:
                values["state"] = state
        if row.type == "case" and self._random.random() < 0.3:
            gone.append("size") if "size" in row.fields else values.update(size=self._random.randrange(9))
        desk.save(row.stream, row.type, row.id, values, gone)

    def _locking(self, desk: Desk, record_type: str, now: Mapping[str, Json]) -> dict[str, Json]:
        """What the people of the money do to a record: years close and open, receipts are issued, remitted and voided."""
        is_sure = not now or self._random.random() < 0.4
        if record_type == "fiscal_year":
            return self._year(now) if is_sure else {}
        if record_type == "budget_line":
            return {"fiscal_year": self._random.choice(YEARS)} if not now else {}
        if record_type == "remittance" and is_sure:
            is_closed = now.get("state") == "closed"
            return {"state": "open", "reopen_reason": "r"} if is_closed else {"state": "closed" if now else "open"}
        if record_type == "receipt" and is_sure:
            if now.get("number") is not None:
                return {"state": "void"}
            state = "void" if now.get("state") and self._random.random() < 0.5 else "issued"
            return {"state": state, **self._one_of(desk, "remittance"), "fiscal_year": self._random.choice(YEARS)}
        return self._one_of(desk, "receipt") if record_type == "receipt_item" and not now else {}

    def _year(self, now: Mapping[str, Json]) -> dict[str, Json]:
        if not now:
            return {"year": self._random.choice(YEARS), "state": "in_force"}
        self._counter += 1
        target = "in_force" if now.get("state") == "closed" else "closed"
        return {"state": target, "reason": f"r{self._counter}", "closed_by": "b", "closed_on": "2026-11-22"}

    def _one_of(self, desk: Desk, record_type: str) -> dict[str, Json]:
        rows = self.rows(desk, (record_type,))
        return {record_type: self._random.choice(rows).id} if rows and self._random.random() < 0.7 else {}

    def _marks(self, desk: Desk, row: Row, values: dict[str, Json], gone: list[str]) -> None:
        held = row.fields.get("marks")
        marks = [str(mark) for mark in held] if isinstance(held, list) else []
        if marks and self._random.random() < 0.4:
            taken = self._random.choice(marks)
            marks.remove(taken)
            for wish in self.story.wishes:
                wish.is_excused = wish.is_excused or wish.token == taken
        else:
            self._counter += 1
            marks.append(f"<{desk.name}.{self._counter}>")
            self.story.wish(marks[-1], desk.name, row.id, marks[-1])
        if marks:
            values["marks"] = [*sorted(marks)]
        else:
            gone.append("marks")

    def _attach(self, desk: Desk, row: Row) -> None:
        """Lays a document in a record, or takes one out."""
        held = row.fields.get("papers")
        papers = held if isinstance(held, list) else []
        if papers and self._random.random() < 0.3:
            taken = self._random.choice(papers)
            for wish in self.story.wishes:
                wish.is_excused = wish.is_excused or (isinstance(taken, dict) and wish.token == taken["name"])
            left: list[Json] = [one for one in papers if one != taken]
            desk.save(row.stream, row.type, row.id, {"papers": left} if left else {}, () if left else ("papers",))
            return
        self._counter += 1
        name = f"<{desk.name}.{self._counter}>"
        self.story.wish(name, desk.name, row.id, name)
        desk.attach(row, content(self._random), name)

    def _delete(self, desk: Desk, row: Row) -> None:
        self.story.changed_mind(desk.name, row.id)
        if row.version or desk.name not in self.story.put_back:
            # An older file may hold for never sent what the server has: it comes back with the next pull.
            self.story.deletions.append((desk.name, row.id))
        desk.delete(row)

    def _undo(self, desk: Desk) -> None:
        for row in desk.undo():
            self.story.changed_mind(desk.name, row.id)
            self.story.said_again.update(str(value) for value in row.fields.values())

    def _settle(self, desk: Desk) -> None:
        waiting = [row for row in self.rows(desk, ("conflict",)) if row.fields["state"] == "open"]
        if not waiting:
            return
        conflict = self._random.choice(waiting)
        choice = self._random.choice(("mine", "theirs"))
        if choice == "mine":
            for detail in details_of(conflict):
                self.story.changed_mind(desk.name, str(conflict.fields["record_id"]), str(detail["name"]))
                self.story.said_again.add(str(detail.get("mine")))
        desk.settle(conflict, choice)
