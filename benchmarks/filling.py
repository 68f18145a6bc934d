"""Fills servers and desks for measures of large stores, without the exchange that usually does it."""

import os
import shutil
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from benchmarks.floor_desk import FloorDesk
from benchmarks.product_desk import ACCOUNT, STREAM, enrol, index, open_desk, sync
from benchmarks.product_server import ProductServer, now
from benchmarks.work_item import CATALOGUE, SPEC, Item, wire_fields
from desktop.services.office import Office
from desktop.storage import state
from records.changes import Change
from records.ids import new_id
from records.stored import stored_bytes
from server_stub.ledger import Ledger
from server_stub.shape import Shaped

_AT = "2026-11-22T00:00:00Z"
_PART = 10_000
"""Records written or sent in one transaction."""


def fill_server(server: ProductServer, items: Iterable[Item]) -> None:
    """Writes the items as a push would have, through the server's own ledger; nobody serves it meanwhile."""
    storage, device, arriving = server.storage(), new_id(now(), os.urandom), iter(items)
    try:
        while part := list(islice(arriving, _PART)):
            with storage.write(STREAM) as writer:
                ledger = Ledger(writer, CATALOGUE, changed_at=_AT)
                ledger.write([ledger.plan(_shaped(item)) for item in part], device=device)
                ledger.close()
    finally:
        storage.close()


def _shaped(item: Item) -> Shaped:
    fields = wire_fields(item)
    change = Change(
        change_id=item["id"], stream=STREAM, type=SPEC.type, id=item["id"], base=None, op="put", set=fields, made_at=_AT, made_by=ACCOUNT
    )
    return Shaped(change, stored_bytes(fields), b"[]")


def fill_floor(desk: FloorDesk, items: Iterable[Item]) -> None:
    """Sends the items to the floor's server from a desk that is not measured."""
    arriving = iter(items)
    while part := list(islice(arriving, _PART)):
        desk.fill(part)
        desk.push(is_new=True)


def two_desks(server: ProductServer, folder: Path) -> tuple[Office, Office]:
    """Two devices of the server that runs, level with it and indexed: one fetched everything, the other has a copy of its file."""
    far = open_desk(folder / "far")
    enrol(far, server, [STREAM])
    with far.database.reading() as connection:
        who = state.identity(connection)
    far.close()
    near = open_desk(folder / "near")
    enrol(near, server, [STREAM])
    sync(near)
    index(near)
    near.close()
    for path in (folder / "far").iterdir():
        path.unlink()
    shutil.copytree(folder / "near", folder / "far", dirs_exist_ok=True)
    near, far = open_desk(folder / "near"), open_desk(folder / "far")
    with far.database.write() as connection:
        state.save_identity(connection, who)
    return near, far
