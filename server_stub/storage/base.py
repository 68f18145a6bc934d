"""What the server asks of a store: the contract that sqlite.py and postgres.py keep, tested by one test class.

    sync.py, ledger.py  -->  Storage.read(streams) -> Reader one consistent view of these streams
                             Storage.write(stream) -> Writer the stream's lock, held to the commit
    auth.py             -->  Storage.directory()             accounts, devices, tokens, grants (directory.py)

The contract:

1. `read(streams)` shows one moment: nothing committed later is seen before it is left. The caller names the streams it was granted; of any
   other nothing is found, whatever is asked: the second wall behind the checks of grants. `ALL_STREAMS` is for an administrator's work.
2. `write(stream)` holds the lock of that stream from its first statement to its commit, so the seq numbers given inside are without gaps
   and a reader that has seen n has seen all below. It spans one stream only: of others nothing is seen, and writing to one is a ValueError.
   Leaving it with an exception takes everything back.
3. What was committed survives a power cut, unless the store was opened for a simulation.
4. Every key of what syncs begins with the stream.
5. The store decides nothing: no grant, no merge, no check. It keeps what it is given and finds it again.
6. A store that is locked, full or broken raises `Unavailable`; a store of a newer program raises `Refused`.

Rows travel as named tuples in the order of their columns, because 10,000 of them are written in one call.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, NamedTuple

from records.kinds import Json
from server_stub.storage.directory import Directory

ALL_STREAMS: Final = ("*",)
"""For `read`: every stream, as the audit, a backup and the registry's imports need."""


@dataclass(frozen=True, slots=True)
class StreamState:
    """Where a stream stands."""

    stream: str
    head: int
    """The seq of its last write; 0 when nothing was written."""
    chain: str
    """The chain at head, 64 hex digits."""
    name: str
    """For people; empty when not known."""
    durable: int
    """The seq up to which a backup exists; 0 when there is none."""
    is_closed: bool
    successor: str
    """The stream that follows a closed one; empty when there is none."""
    restored: int = 0
    """The lowest head a restore left it at: what was written up to there, no restore took away; 0 when none did."""


class StoredRecord(NamedTuple):
    """A record as it is now; the columns of table `record`, where each is explained."""

    stream: str
    id: str
    type: str
    area: str
    version: int
    hash: str
    seq: int
    group_end: int
    deleted: int
    fields: bytes
    schema: int
    changed_at: str
    changed_by: str
    device: str
    change_id: str
    origin: bytes | None


class StoredRevision(NamedTuple):
    """One write of one record; the columns of table `revision`, where each is explained."""

    stream: str
    seq: int
    change_id: str
    content: str
    type: str
    id: str
    version: int
    hash: str
    chain: str
    deleted: int
    set_fields: bytes
    unset_names: bytes
    group_id: str | None
    schema: int
    made_at: str
    changed_at: str
    changed_by: str
    device: str
    origin: bytes | None
    merge: bytes | None


class AppliedChange(NamedTuple):
    """What is remembered of a change id: enough to answer it again, and to tell a repeat from a reused id."""

    change_id: str
    content: str
    id: str


class StoredFile(NamedTuple):
    """A file whose content is kept; the columns of table `stored_file`."""

    stream: str
    sha256: str
    size: int
    """Bytes."""
    areas: tuple[str, ...]
    """What was granted to whoever sent it last: who sees all of this may know that it is here."""


class NumberBook(NamedTuple):
    """What is known of the numbers of one book and year."""

    stream: str
    book: str
    year: int
    last: int
    """The highest number leased; 0 when none was."""
    used: int
    """The highest number a record used; 0 when none did."""
    floor: int
    """The floor an administrator named; 0 when none was named."""
    restores: int
    """How many restores there had been when it was named; -1 when none was named."""


class Reader(ABC):
    """One consistent view of the store."""

    @abstractmethod
    def states(self, streams: Collection[str]) -> dict[str, StreamState]:
        """Where these streams stand; one that was never granted nor written is left out."""

    @abstractmethod
    def stream_names(self) -> list[str]:
        """Every stream of the view that exists, sorted by code point."""

    @abstractmethod
    def chain_at(self, stream: str, seq: int) -> str | None:
        """The chain after that write, 64 hex digits; None when the stream has no such seq."""

    @abstractmethod
    def chains(self, stream: str, *, after: int, until: int) -> Iterator[str]:
        """The chains after the writes with after < seq <= until, in seq order, 64 hex digits each."""

    @abstractmethod
    def records(self, stream: str, ids: Collection[str]) -> dict[str, StoredRecord]:
        """The records of those ids that exist, deleted ones too."""

    @abstractmethod
    def where(self, stream: str, record_type: str, wanted: Mapping[str, Json]) -> list[StoredRecord]:
        """The records of a type, not deleted, whose fields equal the wanted texts and numbers; it reads every record of the type.

        Those of `fiscal_year` are found by an index of their own: every write to a budget asks for them.
        """

    @abstractmethod
    def page(
        self, stream: str, *, after: int, until: int | None, areas: Collection[str] | None, limit: int | None
    ) -> Iterator[StoredRecord]:
        """Records with after < seq <= until, in seq order; `areas` None = all, `until` None = head, `limit` None = no limit.

        The rows come as they are read: the caller stops when its page is full.
        """

    @abstractmethod
    def revisions(self, stream: str, record_id: str, *, before: int | None, limit: int) -> list[StoredRevision]:
        """The versions of one record below `before`, newest first."""

    @abstractmethod
    def revisions_in_order(self, stream: str) -> Iterator[StoredRevision]:
        """Every write of the stream in seq order, one at a time."""

    @abstractmethod
    def revisions_by_record(self, stream: str) -> Iterator[StoredRevision]:
        """Every write of the stream by id, then version, one at a time."""

    @abstractmethod
    def lineage(self, stream: str, *, after: int, areas: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
        """Type, id and hash of every write after that seq, by id, then version, one at a time; `areas` None = all."""

    @abstractmethod
    def standing_at(self, stream: str, seq: int, *, areas: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
        """Type, id and hash of every record as it stood after that write, deleted ones too, in no order, one at a time."""

    @abstractmethod
    def last_number(self, stream: str, book: str, year: int) -> int:
        """The highest number leased of that book and year; 0 when none was."""

    @abstractmethod
    def number_floor(self, stream: str, book: str, year: int) -> tuple[int, int] | None:
        """The floor an administrator named for that book and year, and how many restores there had been then; None when none was named."""

    @abstractmethod
    def number_books(self, stream: str) -> list[NumberBook]:
        """Every book and year of the stream of which a number was leased or used or a floor named, by book and year."""

    @abstractmethod
    def number_user(self, stream: str, book: str, year: int, number: int) -> str | None:
        """The id of the record that used the number; None when it is free."""

    @abstractmethod
    def file_areas(self, stream: str, sha256: str) -> frozenset[str]:
        """The areas of the records of the stream that name the file, deleted ones too; empty when none does."""

    @abstractmethod
    def named_files(self, stream: str, areas: Collection[str] | None) -> list[str]:
        """The hashes of the files that records of these areas name, sorted, each once; `areas` None = all."""

    @abstractmethod
    def stored_file(self, stream: str, sha256: str) -> StoredFile | None:
        """What is known of a file whose content is kept; None when none was."""

    @abstractmethod
    def file_bytes(self, stream: str) -> int:
        """The bytes of all files kept of the stream."""


class Writer(Reader):
    """The view of one stream under its lock; what is written is there for all after the block, or not at all."""

    @property
    @abstractmethod
    def state(self) -> StreamState:
        """Where the stream stood when the lock was taken; a stream that was not there begins at head 0."""

    @abstractmethod
    def applied(self, change_ids: Collection[str]) -> dict[str, AppliedChange]:
        """Those of the change ids that were ever applied in this stream."""

    @abstractmethod
    def append(self, records: Sequence[StoredRecord], revisions: Sequence[StoredRevision]) -> None:
        """Writes the revisions and puts each record as it is now, and moves the head to the last revision.

        Raises ValueError when the revisions do not follow the head without a gap, or a row is of another stream.
        """

    @abstractmethod
    def set_last_number(self, stream: str, book: str, year: int, last: int) -> None:
        """Remembers the highest number leased of that book and year."""

    @abstractmethod
    def set_number_floor(self, stream: str, book: str, year: int, floor: int, restores: int) -> None:
        """Remembers the floor of that book and year, named after so many restores."""

    @abstractmethod
    def use_number(self, stream: str, book: str, year: int, number: int, record_id: str) -> None:
        """Remembers that a record used the number."""

    @abstractmethod
    def put_file_names(self, stream: str, record_id: str, area: str, hashes: Collection[str]) -> None:
        """Remembers the files a record names now, in place of those it named before."""

    @abstractmethod
    def put_stored_file(self, stored: StoredFile) -> None:
        """Remembers that the content of a file is kept, in place of what was known of the same file."""


class Storage(ABC):
    """The store of one central server; safe to use from several threads."""

    @abstractmethod
    def read(self, streams: Collection[str]) -> AbstractContextManager[Reader]:
        """A consistent view of these streams, of all with `ALL_STREAMS`; nothing is locked."""

    @abstractmethod
    def write(self, stream: str) -> AbstractContextManager[Writer]:
        """The stream under its lock. Raises Unavailable when the lock cannot be had."""

    @abstractmethod
    def directory(self, *, is_durable: bool = True) -> AbstractContextManager[Directory]:
        """Accounts, devices, tokens and grants, to read and to write.

        What is written with `is_durable` False survives a power cut only together with whatever is committed durably after it.
        """

    @abstractmethod
    def look_up(self) -> AbstractContextManager[Directory]:
        """The same, to read only: nothing is locked."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of every connection; the store cannot be used afterwards."""
