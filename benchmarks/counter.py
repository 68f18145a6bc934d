"""The day's work of an office of many records: a request taken down, the tree of the budget, what is to mend; beside the bare rows.

The floor of each is plain SQLite on the same disk: the same rows inserted in one commit, the same sums asked for, the same rows read.
"""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Line, Run, Seconds, in_turns, line, timed
from benchmarks.product_desk import ACCOUNT, KEY, LABEL, STREAM
from benchmarks.product_server import now
from desktop.app import open_office
from desktop.services.office import Office
from desktop.services.requests import Intake
from desktop.storage import outbox, state
from desktop.storage.budget import LEVELS
from desktop.storage.state import Identity
from records.catalogue.budget_tree import BUDGET_GROUPS, PROGRAMMES
from records.kinds import Json
from records.protocol import GrantedStream

_YEAR = 2570
_PAPERS = 4
_DEVICE = "0192aaaa-0000-7000-8000-000000000001"


def counter(bench: Bench) -> Iterator[Line]:
    """One request with four papers at the counter of an office with many; then the budget of half as many lines; then a whole check."""
    n = bench.sizes.desk
    office = _office(bench.place("counter"))
    plain = _plain(bench.place("bare") / "plain.db", n)
    try:
        service = _fill(office, n)
        yield line("request_received", *in_turns(*_receive(office, plain, service), bench.sizes.saves), n=n)
        yield line("budget_tree", *in_turns(*_tree(office, plain), bench.sizes.runs), n=n // 2)
        yield line("mend_pass", *_mended(office, plain), n=n)
    finally:
        plain.close()
        office.close()


def _office(folder: Path) -> Office:
    office = open_office(folder, environ={"THONGTHIN_KEY": KEY.hex()}, clock=now)
    who = Identity(device_id=_DEVICE, server="", account=ACCOUNT, role="clerk", token="", full_name="สมชาย ใจดี", accounts=(ACCOUNT,))
    with office.database.write() as connection:
        state.save_identity(connection, who)
        state.take_grants(connection, (GrantedStream(STREAM, "write", ("*",), "เทศบาล"),))
    return office


def _fill(office: Office, n: int) -> str:
    """Requests with a step each, lines of a budget; nothing waits to be sent. Returns the id of their service."""
    service = office.store.new_id()
    new: list[tuple[str, str, dict[str, Json]]] = [
        ("service", service, {"name": "ขออนุญาตก่อสร้าง", "code": "S1", "state": "open", "legal_limit_days": 15, "valid_from": "2020-01-01"})
    ]
    for order in range(1, _PAPERS + 1):
        fields: dict[str, Json] = {"service": service, "order": order, "name": f"เอกสาร {order}", "required": True}
        new.append(("service_document", office.store.new_id(), fields))
    for number in range(n):
        request = office.store.new_id()
        fields = {
            "subject": f"ขออนุญาต {number}", "service": service, "applicant_name": f"นายสม {number}", "phone": "081-234-5678",
            "received_at": "2026-11-02T03:00:00Z", "state": "checking", "tracking_number": f"W{number:07}",
        }  # fmt: skip
        new.append(("service_request", request, fields))
        new.append(("request_step", office.store.new_id(), {"request": request, "step": "ตรวจ", "started_at": "2026-11-02T03:00:00Z"}))
    new += [("budget_line", office.store.new_id(), _line(number)) for number in range(n // 2)]
    with office.store.act(ACCOUNT, LABEL) as act:
        office.store.make(STREAM, new, act=act)
    with office.database.write() as connection:
        outbox.remove_all(connection, [entry.change.change_id for entry in outbox.everything(connection)])
    return service


def _line(number: int) -> dict[str, Json]:
    return {
        "fiscal_year": _YEAR, "programme": PROGRAMMES[number % len(PROGRAMMES)].value, "work": f"งาน {number % 4}",
        "budget_group": BUDGET_GROUPS[number % len(BUDGET_GROUPS)].value, "category": f"หมวด {number % 5}", "kind": f"ประเภท {number % 3}",
        "name": f"รายการ {number}", "amount": 100_000 + number,
    }  # fmt: skip


def _plain(path: Path, n: int) -> sqlite3.Connection:
    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = FULL")
    plain.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, part TEXT, fields TEXT)")
    plain.execute(f"CREATE TABLE line (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER, {', '.join(LEVELS)})")
    plain.execute("BEGIN")
    plain.executemany("INSERT INTO row (part, fields) VALUES (?, ?)", ((f"ส่วน {number}", "ขออนุญาต" * 20) for number in range(2 * n)))
    lines = ([fields.get(name) for name in ("name", "amount", *LEVELS)] for fields in map(_line, range(n // 2)))
    plain.executemany(f"INSERT INTO line (name, amount, {', '.join(LEVELS)}) VALUES (?, ?{', ?' * len(LEVELS)})", lines)
    plain.execute("COMMIT")
    return plain


def _receive(office: Office, plain: sqlite3.Connection, service: str) -> tuple[Run, Run]:
    papers = frozenset(row.id for row in office.requests.definition(service).papers)
    intake = Intake(service=service, applicant_name="นาย สมชาย ใจดี", phone="081-234-5678", brought=papers)

    def product() -> Seconds:
        return timed(lambda: office.requests.receive(intake), collect=False)

    def floor() -> Seconds:
        def work() -> None:
            plain.execute("BEGIN")
            plain.executemany("INSERT INTO row (part, fields) VALUES (?, ?)", [("ส่วน", os.urandom(200).hex())] * (_PAPERS + 2))
            plain.execute("COMMIT")

        return timed(work, collect=False)

    return product, floor


def _tree(office: Office, plain: sqlite3.Connection) -> tuple[Run, Run]:
    levels = ", ".join(LEVELS)

    def product() -> Seconds:
        return timed(lambda: office.budget.tree(_YEAR))

    def floor() -> Seconds:
        return timed(lambda: plain.execute(f"SELECT {levels}, count(*), sum(amount) FROM line GROUP BY {levels}").fetchall())

    return product, floor


def _mended(office: Office, plain: sqlite3.Connection) -> tuple[list[Seconds], list[Seconds]]:
    """Once: what was checked is not checked again."""
    bare = timed(lambda: plain.execute("SELECT * FROM row").fetchall())
    return [timed(office.mending.run)], [bare]
