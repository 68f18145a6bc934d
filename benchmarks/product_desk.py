"""A desk as it runs: the encrypted file, the services and the sync engine, without a window."""

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.product_server import ProductServer, now
from benchmarks.work_item import CATALOGUE, SPEC, Item, wire_fields
from desktop.services.office import Office
from desktop.storage import mirror, state
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.store import Store
from desktop.sync.kept_line import KeptLine
from desktop.sync.status import Report
from desktop.sync.transport import HttpTransport
from records.changes import Snapshot
from records.stored import record_hash, stored_bytes
from records.words import Language, Words

STREAM = "office/6560115"
ACCOUNT = "clerk"
KEY = bytes(range(32))
LABEL = Words("ทดสอบ", "Benchmark")
_PAGE = 2_000


def open_desk(folder: Path) -> Office:
    """Opens a desk's folder, making it when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database.open(folder / FILE_NAME, KEY, CATALOGUE)
    line: KeptLine[Any] = KeptLine()

    def next_counter() -> int:
        with database.write() as connection:
            return state.next_counter(connection)

    def transport(server: str, token: str, language: Language) -> HttpTransport:
        return HttpTransport(server, token, next_counter, language, line)

    store = Store(database, CATALOGUE, now, os.urandom)
    return Office(folder, database, store, CATALOGUE, Language.THAI, now, os.urandom, transport, line=line)


def enrol(office: Office, server: ProductServer, streams: list[str], account: str = ACCOUNT) -> None:
    """Joins these streams as an account."""
    office.enrolment.enrol(f"http://127.0.0.1:{server.port}", server.code(account, streams), "benchmark")


def enter(office: Office, items: Iterable[Item], stream: str = STREAM) -> None:
    """Saves items as a person's one act; they wait to be sent."""
    with office.store.act(ACCOUNT, LABEL) as act:
        for item in items:
            office.store.save(stream, SPEC.type, item["id"], wire_fields(item), act=act)


def edit(office: Office, ids: Iterable[str], note: str, stream: str = STREAM) -> None:
    """Changes one field of each."""
    with office.store.act(ACCOUNT, LABEL) as act:
        for record_id in ids:
            office.store.save(stream, SPEC.type, record_id, {"note": note}, act=act)


def receive(office: Office, items: Iterable[Item], stream: str = STREAM) -> None:
    """Stores items as if they had been pulled, page by page, and brings the search index up to them."""
    arriving = iter(items)
    seq = 0
    while page := list(islice(arriving, _PAGE)):
        with office.database.write() as connection:
            mirror.observe(connection, [_snapshot(stream, item, seq + place) for place, item in enumerate(page, 1)])
        seq += len(page)
    index(office)


def index(office: Office) -> None:
    """Makes what a download left for later, as every round's caller does: the indexes of lists and of search."""
    office.sync.index_rest()


def sync(office: Office) -> Report:
    """One round. Raises RuntimeError when it left anything undone."""
    report = office.sync.run()
    if not report.done or report.refused:
        raise RuntimeError(f"the round did not end well: {report.as_json()}")
    return report


def _snapshot(stream: str, item: Item, seq: int) -> Snapshot:
    fields = wire_fields(item)
    return Snapshot(
        stream=stream,
        type=SPEC.type,
        id=item["id"],
        version=1,
        hash=record_hash(SPEC.type, item["id"], stored_bytes(fields), deleted=False, previous=""),
        seq=seq,
        deleted=False,
        fields=msgspec.json.decode(stored_bytes(fields)),
        schema=1,
        changed_at="2026-11-22T00:00:00Z",
        changed_by=ACCOUNT,
        device=item["id"],
        change_id=item["id"],
    )
