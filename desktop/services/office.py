"""The office as a person works in it: the one object that screens and commands are given.

    office.records      open, find, search, save, check, delete, restore, duplicate, mask
    office.history      versions of a record with names
    office.conflicts    list, show, settle
    office.undo         take back the last act
    office.requests     citizens' requests from the counter to the answer
    office.exports      a list to Excel              office.imports   a sheet into records
    office.plans        trees of plans, editions, stages
    office.registry     the registry of a day        office.figures   base figures by year
    office.years        fiscal years                office.mending   what is to mend, counted down
    office.receipts     issue, void, copy          office.numbering  blocks of receipt numbers
    office.remittances  days of cashiers that close office.papers     what is printed, and on what
    office.enrolment    join an office               office.sync      one round, and how things stand
    office.bundles      work by stick, without a line
    office.backups      copies of the database       office.keys      the recovery code

No Qt and no SQL. Every call may be made from any thread; none remembers who called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop import config
from desktop.services import lock
from desktop.services.grants import may_write, no_address, no_grant, no_such_stream, not_enrolled, several_streams
from desktop.storage import state
from desktop.storage.database import Database
from desktop.storage.state import Identity, StreamState
from desktop.storage.store import Store
from records.ids import Entropy
from records.kinds import FileRef
from records.record import RecordType, named
from records.thai.dates import today_in_thailand
from records.words import Language

if TYPE_CHECKING:
    from desktop.in_use import Presence
    from desktop.services.backups import Backups
    from desktop.services.budget import Budget
    from desktop.services.bundles import Bundles
    from desktop.services.conflicts import Conflicts
    from desktop.services.duplicates import Duplicates
    from desktop.services.enrolment import Enrolment
    from desktop.services.exports import Exports
    from desktop.services.figures import Figures
    from desktop.services.history import History
    from desktop.services.holders import Holders
    from desktop.services.imports import Imports
    from desktop.services.inbox import Inbox
    from desktop.services.keys import Keys
    from desktop.services.mending import Mending
    from desktop.services.merging import Merging
    from desktop.services.numbering import Numbering
    from desktop.services.papers import Papers
    from desktop.services.people import People
    from desktop.services.places import Places
    from desktop.services.plans import Plans
    from desktop.services.positions import Positions
    from desktop.services.receipts import Receipts
    from desktop.services.records import Records
    from desktop.services.registry import Registry
    from desktop.services.remittances import Remittances
    from desktop.services.requests import Requests
    from desktop.services.sync import Sync
    from desktop.services.undo import Undo
    from desktop.services.years import Years
    from desktop.sync.kept_line import KeptLine
    from desktop.sync.transport import HttpTransport

NewTransport = Callable[[str, str, Language], "HttpTransport"]
"""Makes a transport from the server's address, the device's token (empty before enrolment) and the language of its messages."""


@dataclass
class Office:
    """An opened data folder."""

    folder: Path
    database: Database
    store: Store
    catalogue: Mapping[str, RecordType]
    language: Language
    clock: Callable[[], datetime]
    """Aware UTC."""
    entropy: Entropy
    new_transport: NewTransport
    presence: "Presence | None" = None
    """Says to others that the folder is open; None where nobody else can be."""
    line: "KeptLine[Any] | None" = None
    """The line to the server between two calls for it; None where none is kept."""

    @property
    def identity(self) -> Identity | None:
        """Who works on which device; None before enrolment."""
        with self.database.reading() as connection:
            return state.identity(connection)

    def require_enrolment(self) -> None:
        """Raises Correctable before enrolment."""
        if self.identity is None:
            raise not_enrolled()

    @property
    def enrolled(self) -> Identity:
        """Who works on which device. Raises Correctable before enrolment."""
        identity = self.identity
        if identity is None:
            raise not_enrolled()
        return identity

    @property
    def streams(self) -> tuple[StreamState, ...]:
        """The streams this device is granted, by name."""
        with self.database.reading() as connection:
            return tuple(sorted(state.streams(connection), key=lambda one: one.stream))

    @property
    def today(self) -> date:
        """The day in Thailand, whatever the zone of the computer."""
        return today_in_thailand(self.clock())

    def record_type(self, name: str) -> RecordType:
        """The record type of that name. Raises Correctable when this program knows none."""
        return named(self.catalogue, name)

    def streams_to_write(self, spec: RecordType) -> list[str]:
        """The streams this device may write records of a type to."""
        return [one.stream for one in self.streams if may_write(one, spec.area) and one.stream.split("/")[0] == spec.home]

    def own_stream(self, type_name: str) -> str | None:
        """The only stream this device may write records of a type to; None where there is none or several."""
        streams = self.streams_to_write(self.record_type(type_name))
        return streams[0] if len(streams) == 1 else None

    def stream_for_new(self, spec: RecordType, stream: str | None = None) -> str:
        """The stream a new record of a type is written to: the one named, else the only one this device may write it to.

        Raises Correctable (not enrolled, several to choose from) or Refused (may not write there).
        """
        self.require_enrolment()
        writable = self.streams_to_write(spec)
        if stream is not None:
            if stream not in writable:
                raise no_grant(spec, stream)
            return stream
        if not writable:
            raise no_grant(spec, spec.home)
        if len(writable) > 1:
            raise several_streams(spec, writable)
        return writable[0]

    def require_stream(self, stream: str) -> None:
        """Raises Correctable when this device is not granted a stream of that name."""
        known = [one.stream for one in self.streams]
        if stream not in known:
            raise no_such_stream(stream, known)

    def transport(self) -> "HttpTransport":
        """A transport to the server this device is enrolled with.

        Raises Correctable before enrolment, Unavailable for one without a line, Refused (`rewound`) for an older copy that must enrol again.
        """
        identity = self.enrolled
        if not identity.server:
            raise no_address()
        lock.require_own_name(self)
        return self.new_transport(identity.server, identity.token, self.language)

    def attach(self, path: Path) -> FileRef:
        """Keeps a copy of a file so that records can name it. Raises Correctable when it cannot be read or is too large."""
        from desktop.services import attachments

        return attachments.attach(self, path)

    def write_attachment(self, file: FileRef, path: Path) -> None:
        """Writes an attached file to a place of a person's choice. Raises Unavailable when its content is not here yet."""
        from desktop.services import attachments

        attachments.write(self, file, path)

    def close(self) -> None:
        """Closes the database and the line; the office is not used after."""
        self.database.close()
        if self.line is not None:
            self.line.close()
        if self.presence is not None:
            self.presence.end()

    @cached_property
    def backups(self) -> "Backups":
        """Copies of the database."""
        from desktop.services.backups import Backups

        return Backups(self.folder, self.clock, lambda: config.load(self.folder).second_backup)

    @cached_property
    def keys(self) -> "Keys":
        """The recovery code."""
        from desktop.services.keys import Keys

        return Keys(self)

    @cached_property
    def records(self) -> "Records":
        """Open, find, save."""
        from desktop.services.records import Records

        return Records(self)

    @cached_property
    def requests(self) -> "Requests":
        """Citizens' requests."""
        from desktop.services.requests import Requests

        return Requests(self)

    @cached_property
    def history(self) -> "History":
        """Versions of a record."""
        from desktop.services.history import History

        return History(self)

    @cached_property
    def conflicts(self) -> "Conflicts":
        """What two people changed differently."""
        from desktop.services.conflicts import Conflicts

        return Conflicts(self)

    @cached_property
    def inbox(self) -> "Inbox":
        """The conflicts as a whole."""
        from desktop.services.inbox import Inbox

        return Inbox(self)

    @cached_property
    def holders(self) -> "Holders":
        """Who holds what on a day."""
        from desktop.services.holders import Holders

        return Holders(self)

    @cached_property
    def merging(self) -> "Merging":
        """Two records that are one."""
        from desktop.services.merging import Merging

        return Merging(self)

    @cached_property
    def people(self) -> "People":
        """Persons who may be the same."""
        from desktop.services.people import People

        return People(self)

    @cached_property
    def duplicates(self) -> "Duplicates":
        """Records entered twice, perhaps."""
        from desktop.services.duplicates import Duplicates

        return Duplicates(self)

    @cached_property
    def positions(self) -> "Positions":
        """Positions of the law, for the register."""
        from desktop.services.positions import Positions

        return Positions(self)

    @cached_property
    def places(self) -> "Places":
        """Addresses of Thailand by what is typed."""
        from desktop.services.places import Places

        return Places()

    @cached_property
    def undo(self) -> "Undo":
        """Acts and taking them back."""
        from desktop.services.undo import Undo

        return Undo(self)

    @cached_property
    def exports(self) -> "Exports":
        """Lists to Excel."""
        from desktop.services.exports import Exports

        return Exports(self)

    @cached_property
    def imports(self) -> "Imports":
        """Sheets into records."""
        from desktop.services.imports import Imports

        return Imports(self)

    @cached_property
    def plans(self) -> "Plans":
        """Trees of plans, editions, stages."""
        from desktop.services.plans import Plans

        return Plans(self)

    @cached_property
    def registry(self) -> "Registry":
        """The registry of a day."""
        from desktop.services.registry import Registry

        return Registry(self)

    @cached_property
    def figures(self) -> "Figures":
        """Base figures by year."""
        from desktop.services.figures import Figures

        return Figures(self)

    @cached_property
    def years(self) -> "Years":
        """Fiscal years: opening, carrying over, closing."""
        from desktop.services.years import Years

        return Years(self)

    @cached_property
    def mending(self) -> "Mending":
        """What is not as it should be, record by record."""
        from desktop.services.mending import Mending

        return Mending(self)

    @cached_property
    def enrolment(self) -> "Enrolment":
        """Joining an office."""
        from desktop.services.enrolment import Enrolment

        return Enrolment(self)

    @cached_property
    def sync(self) -> "Sync":
        """Agreeing with the server."""
        from desktop.services.sync import Sync

        return Sync(self)

    @cached_property
    def bundles(self) -> "Bundles":
        """Work by stick."""
        from desktop.services.bundles import Bundles

        return Bundles(self)

    @cached_property
    def numbering(self) -> "Numbering":
        """Blocks of receipt numbers."""
        from desktop.services.numbering import Numbering

        return Numbering(self)

    @cached_property
    def receipts(self) -> "Receipts":
        """Receipts at the counter."""
        from desktop.services.receipts import Receipts

        return Receipts(self)

    @cached_property
    def remittances(self) -> "Remittances":
        """Days of cashiers."""
        from desktop.services.remittances import Remittances

        return Remittances(self)

    @cached_property
    def papers(self) -> "Papers":
        """What is printed."""
        from desktop.services.papers import Papers

        return Papers(self)

    @cached_property
    def budget(self) -> "Budget":
        """The tree of the ordinance, balances, transfers."""
        from desktop.services.budget import Budget

        return Budget(self)
