"""A small budget, made by seed, for tests of fiscal years."""

import random
from typing import Any

import msgspec

from desktop.services.office import Office
from desktop.storage import mirror, outbox, state
from desktop.storage.query import Query
from records.catalogue.budget_tree import BUDGET_GROUPS, PROGRAMMES, SIDES
from records.changes import Snapshot
from records.ids import new_id
from records.kinds import Json
from records.words import Words
from tests.offices import STREAM

YEAR = 2569
LEVELS = ("side", "programme", "work", "budget_group", "category", "kind")
MONEY_TYPES = (
    "fiscal_year", "budget_line", "revenue_line", "plan", "strategy", "tactic", "plan_programme", "project", "project_budget",
)  # fmt: skip


def save(office: Office, type_name: str, **fields: Json) -> str:
    """Saves one record and returns its id."""
    return office.records.save(type_name, None, fields).row.id


def as_head(office: Office, role: str = "head") -> Office:
    """Gives the person at the desk another role."""
    identity = office.enrolled
    with office.database.write() as connection:
        state.save_identity(connection, msgspec.structs.replace(identity, role=role))
    return office


def sent(office: Office) -> None:
    """Lets the desk believe that the server took everything."""
    with office.database.write() as connection:
        for number, entry in enumerate(outbox.everything(connection), start=1):
            change = entry.change
            row = office.store.get(change.type, change.id, change.stream)
            assert row is not None
            outbox.remove(connection, change.change_id)
            snapshot = Snapshot(
                stream=change.stream, type=change.type, id=change.id, version=row.version + 1, hash=f"{number:016x}", seq=number,
                deleted=row.deleted, fields=dict(row.fields), schema=1, changed_at=change.made_at, changed_by=change.made_by,
                device="d", change_id=change.change_id,
            )  # fmt: skip
            mirror.observe(connection, [snapshot])


def budget(office: Office, count: int, seed: int = 1, year: int = YEAR) -> None:
    """A year in force with so many lines over the whole tree, a few without amounts, and revenue lines."""
    chance = random.Random(seed)
    lines = [line(chance, number, year) for number in range(count)]
    new: list[tuple[str, dict[str, Any]]] = [("fiscal_year", {"year": year, "state": "in_force"})]
    new += [("budget_line", one) for one in lines]
    for number in range(chance.randint(1, 8)):
        fields: dict[str, Any] = {"fiscal_year": year, "name": f"ภาษี {number}", "estimate": chance.randint(0, 10**9)}
        if chance.random() < 0.7:
            fields["received"] = chance.randint(0, 10**9)
        new.append(("revenue_line", fields))
    with office.store.act("somchai", Words("ตั้งงบ", "Budget")) as act:
        office.store.make(STREAM, [(name, new_id(office.clock(), office.entropy), fields) for name, fields in new], act=act)


def line(chance: random.Random, number: int, year: int) -> dict[str, Any]:
    """One line of the ordinance."""
    fields: dict[str, Any] = {
        "fiscal_year": year,
        "side": chance.choice(SIDES).value,
        "programme": chance.choice(PROGRAMMES).value,
        "work": f"งาน{chance.randint(1, 4)}",
        "budget_group": chance.choice(BUDGET_GROUPS).value,
        "category": chance.choice(("ค่าใช้สอย", "ค่าวัสดุ", "ค่าครุภัณฑ์")),
        "kind": f"ประเภท {chance.randint(1, 3)}",
        "name": f"รายการ {number // chance.randint(1, 3)}",
        "elaas_code": f"E{number}",
    }
    if chance.random() < 0.9:
        fields["amount"] = chance.randint(0, 10**9)
    return fields


def totals(office: Office, year: int) -> dict[tuple[str, ...], int]:
    """The money of a year's lines at every node of the tree, the root under ()."""
    found: dict[tuple[str, ...], int] = {}
    for row in office.store.find(Query("budget_line")).rows:
        if row.fields["fiscal_year"] == year:
            path = tuple(str(row.fields.get(level)) for level in LEVELS)
            amount = row.fields.get("amount", 0)
            for depth in range(len(path) + 1):
                found[path[:depth]] = found.get(path[:depth], 0) + (amount if isinstance(amount, int) else 0)
    return found


def everything(office: Office) -> dict[str, dict[str, Any]]:
    """Every record of money and plans that is not deleted, by id."""
    return {row.id: {"type": name, **row.fields} for name in MONEY_TYPES for row in office.store.find(Query(name)).rows}
