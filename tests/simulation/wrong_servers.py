"""Servers with one deliberate mistake each (bugs.py)."""

import dataclasses
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

from msgspec.structs import replace

from records.ids import new_id
from records.protocol import HeadsReply, NumbersReply, Position, PushReply
from server_stub.files import Files
from server_stub.numbers import NumbersRequest
from server_stub.problems import CallProblem
from server_stub.session import Grant, Session
from server_stub.storage.base import Reader, Storage, StoredRecord, Writer
from server_stub.storage.base import StreamState as ServerState
from server_stub.sync import SyncService


class SkippingService(SyncService):
    def _fill(
        self, reader: Reader, grant: Grant, state: ServerState, position: Position, rows: list[StoredRecord], room: Any
    ) -> tuple[int, str]:
        after = replace(position, cursor=position.cursor + 1)
        return super()._fill(reader, grant, state, after if state.head > after.cursor else position, rows, room)


class LateService(SyncService):
    """Without the stream's lock a later seq is seen before an earlier one: what was still being written then is passed over."""

    def _fill(
        self, reader: Reader, grant: Grant, state: ServerState, position: Position, rows: list[StoredRecord], room: Any
    ) -> tuple[int, str]:
        own: list[StoredRecord] = []
        reached = super()._fill(reader, grant, state, position, own, room)
        rows += [row for row in own if row.seq != state.head - 1 or state.head % 4]
        return reached


class OneBehindService(SyncService):
    """`>` where `>=` belongs: a stream that moved by one seq counts as not moved."""

    def heads(self, session: Session, body: object) -> HeadsReply | None:
        reply = super().heads(session, body)
        if reply is None:
            return None
        asked: Any = body
        moved = {name: head for name, head in reply.heads.items() if head > asked["streams"][name]["cursor"] + 1}
        return replace(reply, heads=moved)


class OpenService(SyncService):
    def _fill(
        self, reader: Reader, grant: Grant, state: ServerState, position: Position, rows: list[StoredRecord], room: Any
    ) -> tuple[int, str]:
        return super()._fill(reader, Grant(grant.may_write, ("*",)), state, position, rows, room)


class AnyBaseService(SyncService):
    """Writes every change on top of what is there."""

    def push(self, session: Session, body: object) -> PushReply:
        asked: Any = body
        for change in asked["changes"]:
            with self._storage.read([change["stream"]]) as reader:
                found = reader.records(change["stream"], [change["id"]]).get(change["id"])
                is_known = any(
                    one.change_id == change["change_id"] for one in reader.revisions(change["stream"], change["id"], before=None, limit=99)
                )
            if found is not None and not is_known:
                change["base"] = {"version": found.version, "hash": found.hash}
        return super().push(session, asked)


class SilentService(SyncService):
    """Says of a change whose area was taken away nothing but that."""

    def push(self, session: Session, body: object) -> PushReply:
        reply = super().push(session, body)
        results = [replace(one, problem=replace(one.problem, applied=False)) if one.problem is not None else one for one in reply.results]
        return replace(reply, results=results)


class NewBlockService(SyncService):
    def numbers(self, session: Session, request: NumbersRequest) -> NumbersReply:
        again = dataclasses.replace(request, request_id=new_id(self._clock(), self._entropy))
        return super().numbers(session, again)


class WrappedStorage:
    """A storage whose writers are others."""

    def __init__(self, storage: Storage, writer: Callable[[Writer], Any]) -> None:
        self._storage = storage
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    @contextmanager
    def write(self, stream: str) -> Iterator[Writer]:
        with self._storage.write(stream) as writer:
            yield cast(Writer, self._writer(writer))


class ForgetfulWriter:
    """Answers a repeated change by its base alone."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def applied(self, change_ids: Collection[str]) -> dict[str, Any]:
        return {}


class UncountingWriter(ForgetfulWriter):
    """Knows of no number that was leased."""

    def applied(self, change_ids: Collection[str]) -> dict[str, Any]:
        return self._writer.applied(change_ids)

    def last_number(self, stream: str, book: str, year: int) -> int:
        return 0


def with_writer(writer: Callable[[Writer], Any]) -> Callable[[Storage], Storage]:
    return lambda storage: cast(Storage, WrappedStorage(storage, writer))


class ContentFiles(Files):
    """Never says that it lacks a document."""

    def missing(self, session: Session, stream: str) -> list[str]:
        return []


class HiddenFiles(Files):
    """Tells whoever asks for a document that it is not here, once it is in: nobody but the sender ever has it."""

    def open(self, session: Session, stream: str, sha256: str) -> Any:
        raise CallProblem("not-found")
