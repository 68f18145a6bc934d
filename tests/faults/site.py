"""A server behind a line that fails on purpose, two desks, and what must hold after any fault."""

from collections.abc import Callable
from pathlib import Path

from desktop.storage import outbox
from desktop.storage.query import Query
from records.errors import AppError
from server_stub.audit import verify
from server_stub.storage.base import ALL_STREAMS
from tests.faults.proxy import FaultProxy
from tests.sync.office import STREAM
from tests.sync.test_over_http import WORD, HttpDesk, Site


class FaultSite(Site):
    """A site whose desks reach the server through a FaultProxy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.proxy = FaultProxy(int(self.url.rpartition(":")[2]))
        self.url = f"http://127.0.0.1:{self.proxy.port}"
        self.made = 0

    def close(self) -> None:
        """Ends the desks, the line and the server."""
        for desk in self.desks:
            desk.transport.close()
        self.proxy.close()
        super().close()

    def work(self, desk: HttpDesk, count: int = 1) -> list[str]:
        """So many records are made at a desk; their ids."""
        with desk.store.act(desk.name, WORD) as act:
            rows = [desk.store.save(STREAM, "note", None, {"title": f"งาน {self.made + number}"}, act=act) for number in range(count)]
        self.made += count
        return [row.id for row in rows]

    def judge(self) -> None:
        """Clean rounds, then: both desks show all that was made, each change went in once, the chain holds, nothing waits."""
        for _ in range(2):
            for desk in self.desks:
                desk.sync()
        shown = [
            {row.id: (row.version, row.fields) for row in desk.store.find(Query("note", None, limit=5000)).rows} for desk in self.desks
        ]
        assert all(one == shown[0] for one in shown)
        assert len(shown[0]) == self.made
        with self.storage.read(ALL_STREAMS) as reader:
            writes = [revision.change_id for revision in reader.revisions_in_order(STREAM) if revision.type == "note"]
        assert len(writes) == len(set(writes)) == self.made
        assert verify(self.storage).damage == ()
        for desk in self.desks:
            with desk.database.reading() as connection:
                assert outbox.everything(connection) == []


def tried(work: Callable[[], object]) -> AppError | None:
    """What the person is told when it fails, with its title and message; nothing else may come out of it."""
    told: AppError | None = None
    try:
        work()
    except AppError as error:
        told = error
    assert told is None or (told.title.th and told.message.th)
    return told
