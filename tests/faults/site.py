"""A server behind a line that fails on purpose, two desks, and what must hold after any fault."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from desktop.storage import attachments, file_states, file_uses, outbox, state
from desktop.storage.query import Query
from desktop.sync import bundle_reply, bundle_work
from desktop.sync.engine import run_round
from desktop.sync.status import Report
from records.errors import AppError
from records.kinds import Json
from records.sealing import public_sealing_key, public_signing_key
from server_stub import backup
from server_stub.audit import verify
from server_stub.storage.base import ALL_STREAMS
from tests.faults.proxy import FaultProxy
from tests.simulation.kinds import CATALOGUE
from tests.sync.loopback import WORD, HttpDesk, Site, now
from tests.sync.office import STREAM


class FaultDesk(HttpDesk):
    """A desk that knows who it is and has keys for bundles."""

    def __init__(self, site: "FaultSite", name: str) -> None:
        signing, sealing = site.random.randbytes(32).hex(), site.random.randbytes(32).hex()
        keys = {"public_key": public_signing_key(signing), "sealing_key": public_sealing_key(sealing)}
        super().__init__(site, name, {"name": "pc", "os": "linux", "app_version": "0.1", **keys})
        self.who = state.Identity(
            device_id=self.enrolled.device_id, server=site.url, account=name, role="clerk", token=self.enrolled.token,
            signing_key=signing, sealing_key=sealing, server_keys=self.enrolled.keys,
        )  # fmt: skip
        with self.database.write() as connection:
            state.save_identity(connection, self.who)

    def sync(self) -> Report:
        """One round, in which a stream of which nothing is here comes as one file, however short."""
        return run_round(self.database, CATALOGUE, self.transport, now, self.site.random.randbytes, lambda status: None, download_from=1)

    def begin_upload(self) -> None:
        """The next round finds an upload of each waiting document begun."""
        with self.database.reading() as connection:
            waiting = file_states.to_send(connection, STREAM, now(), 100)
        for file in waiting:
            begun = self.transport.begin_file(STREAM, file.sha256, file.size, file.media_type)
            assert begun is not None
            with self.database.write() as connection:
                file_states.begun(connection, file, begun.id)

    def stick(self) -> bytes:
        """A bundle with the desk's work."""
        work = bundle_work.freeze(self.database, CATALOGUE, now, self.site.random.randbytes, lambda _: None)
        written = io.BytesIO()
        bundle_work.write(work, written, self.site.random.randbytes)
        return written.getvalue()

    def apply(self, reply: bytes) -> None:
        """Takes in the reply to a stick."""
        bundle = bundle_reply.open_reply(io.BytesIO(reply), self.who)
        bundle_reply.take_in(self.database, CATALOGUE, bundle, now, self.site.random.randbytes, lambda _: None)


class FaultSite(Site):
    """A site whose desks reach the server through a FaultProxy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.proxy = FaultProxy(self.port)
        self.url = f"http://127.0.0.1:{self.proxy.port}"
        self.made = 0
        self.restores = 0
        self.documents: dict[str, bytes] = {}
        """Every document that was attached, by hash."""
        self.joining: list[tuple[str, str, str]] = []
        """Accounts about to enrol: name, code, id of the request."""
        self.newest: FaultDesk | None = None
        self.ending = ""
        """A token about to end."""

    def close(self) -> None:
        """Ends the desks, the line and the server."""
        for desk in self.desks:
            desk.transport.close()
        self.proxy.close()
        super().close()

    def fault_desk(self, name: str) -> FaultDesk:
        """A desk enrolled under an account of its own."""
        self.auth.add_account(name, "clerk", (f"{STREAM}:write",))
        made = FaultDesk(self, name)
        self.desks.append(made)
        return made

    def newcomer(self) -> FaultDesk:
        """A desk on which nothing is yet, in the place of the newcomer before it."""
        if self.newest is not None:
            self.desks.remove(self.newest)
            self.newest.transport.close()
            self.newest.database.close()
        self.newest = self.fault_desk(f"new{len(self.proxy.seen)}")
        return self.newest

    def work(self, desk: HttpDesk, count: int = 1) -> list[str]:
        """So many records are made at a desk; their ids."""
        with desk.store.act(desk.name, WORD) as act:
            rows = [desk.store.save(STREAM, "note", None, {"title": f"งาน {self.made + number}"}, act=act) for number in range(count)]
        self.made += count
        return [row.id for row in rows]

    def attach(self, desk: HttpDesk, size: int = 3000) -> str:
        """A record with a document is made at a desk; the document's hash."""
        content = self.random.randbytes(size)
        with desk.store.act(desk.name, WORD) as act:
            with desk.database.write() as connection:
                file = attachments.add(connection, content, f"{self.made}.pdf", "application/pdf")
            named: list[Json] = [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]
            desk.store.save(STREAM, "note", None, {"title": f"เอกสาร {self.made}", "attachments": named}, act=act)
        file_uses.catch_up(desk.database)
        self.made += 1
        self.documents[file.sha256] = content
        return file.sha256

    def lose_work(self, desk: HttpDesk) -> None:
        """The server's database is put back to a backup made before the last work of a desk."""
        self.restores += 1
        kept = self.folder / f"backup-{self.restores}.db"
        database = self.folder / "server.db"
        backup.back_up(self.storage, database, kept)
        self.work(desk)
        desk.sync()
        self.stop()
        backup.restore(database, kept, lambda: now() + timedelta(seconds=self.restores))
        self.serve()

    def judge(self) -> None:
        """Clean rounds, then: both desks show all that was made, each change went in once, the chain holds, nothing waits."""
        for desk in self.desks:
            # A round opens a line of its own; the one that was broken off may still look alive.
            desk.transport.close()
        for desk in self.desks:
            # Later: the hour of whatever was put off has come.
            with desk.database.write() as connection:
                connection.execute("UPDATE file_state SET retry_at = NULL")
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
                assert file_states.waiting(connection) == (0, 0)
                for sha256, content in self.documents.items():
                    assert attachments.content(connection, sha256) == content
        kept = self.folder / "files" / STREAM.replace("/", "%2F")
        assert {path.name: path.read_bytes() for path in kept.glob("*")} == self.documents


def tried(work: Callable[[], object]) -> AppError | None:
    """What the person is told when it fails, with its title and message; nothing else may come out of it."""
    told: AppError | None = None
    try:
        work()
    except AppError as error:
        told = error
    assert told is None or (told.title.th and told.message.th)
    return told
