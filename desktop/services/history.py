"""Versions of a record: what is known here, and what the server remembers where a line is up."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.storage import history, mirror, outbox
from desktop.storage.history import Entry
from desktop.storage.rows import Row
from records.changes import Change
from records.errors import AppError
from records.kinds import Json

if TYPE_CHECKING:
    from desktop.services.office import Office


@dataclass(frozen=True)
class HistoryEntry:
    """One version of a record, or an edit that is no version (yet)."""

    version: int | None
    """None for an edit that waits to be sent or was dropped."""
    by: str
    """Account name."""
    by_name: str
    """Full name; the account name where no full name is known."""
    device: str
    """Device id."""
    at: str
    """RFC 3339 UTC; for people, versions order themselves by number."""
    changed: Mapping[str, tuple[Json, Json]]
    """Field -> (before, after); None where it had or has no value, and before the first version known here."""
    deleted: bool
    waiting: bool = False
    first_by: str = ""
    """Full name of who wrote it first, where `by` only offered it again after a server lost it; empty for the others."""
    first_at: str = ""
    """When that was, RFC 3339 UTC, as claimed."""
    discarded: str = ""
    """Why an edit was dropped (`theirs`, `undone`, `withdrawn`, `deleted`, `refused`, `lost`); empty for the others."""

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        shown: dict[str, Json] = {
            "version": self.version,
            "by": self.by,
            "by_name": self.by_name,
            "device": self.device,
            "at": self.at,
            "changed": {name: {"before": before, "after": after} for name, (before, after) in self.changed.items()},
            "deleted": self.deleted,
        }
        if self.waiting:
            shown["waiting"] = True
        if self.discarded:
            shown["discarded"] = self.discarded
        if self.first_by:
            shown["offered_again"] = {"first_by": self.first_by, "first_at": self.first_at}
        return shown


class History:
    """What became of records."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def of(self, type_name: str, record_id: str, stream: str | None = None, *, ask_server: bool = True) -> list[HistoryEntry]:
        """The history of a record, newest first. Without a line it is what this desk knows. Raises Correctable for an unknown record."""
        row = self._office.records.get(type_name, record_id, stream)
        if ask_server and self._has_gaps(row):
            self._ask(row)
        with self._office.database.reading() as connection:
            current = mirror.snapshot_of(connection, row.stream, row.type, row.id)
            known = history.entries(connection, current, row.stream, row.type, row.id)
            pending = [one.change for one in outbox.pending(connection, row.stream, row.type, row.id)]
        before = dict(current.fields) if current else {}
        waiting = []
        for change in pending:
            waiting.append(self._waiting(change, before))
            before = {**{name: value for name, value in before.items() if name not in change.unset}, **change.set}
        return [*reversed(waiting), *map(self._known, known)]

    def _has_gaps(self, row: Row) -> bool:
        """Whether a version between the first and the current one is not known here."""
        with self._office.database.reading() as connection:
            current = mirror.snapshot_of(connection, row.stream, row.type, row.id)
            known = {one.version for one in history.entries(connection, current, row.stream, row.type, row.id)}
        return not set(range(1, row.version + 1)) <= known

    def _ask(self, row: Row) -> None:
        """Fetches the versions the server remembers; without a line, or without the right, what is known here stands."""
        before: int | None = None
        more = True
        try:
            with closing(self._office.transport()) as transport:
                while more:
                    reply = transport.history(row.stream, row.type, row.id, before)
                    with self._office.database.write() as connection:
                        history.remember(connection, row.stream, row.type, row.id, reply.versions)
                    more = reply.more and bool(reply.versions)
                    before = reply.versions[-1].version if reply.versions else None
        except AppError:
            return

    def _known(self, entry: Entry) -> HistoryEntry:
        before = entry.before or {}
        return HistoryEntry(
            version=entry.version,
            by=entry.changed_by,
            by_name=self.name_of(entry.changed_by),
            device=entry.device,
            at=entry.changed_at,
            changed={name: (before.get(name), entry.set.get(name)) for name in (*entry.set, *entry.unset)},
            deleted=entry.deleted,
            first_by=self.name_of(entry.origin.changed_by) if entry.origin else "",
            first_at=entry.origin.changed_at if entry.origin else "",
            discarded=entry.discarded or "",
        )

    def _waiting(self, change: Change, before: Mapping[str, Json]) -> HistoryEntry:
        identity = self._office.identity
        return HistoryEntry(
            version=None,
            by=change.made_by,
            by_name=self.name_of(change.made_by),
            device=identity.device_id if identity else "",
            at=change.made_at,
            changed={name: (before.get(name), change.set.get(name)) for name in (*change.set, *change.unset)},
            deleted=change.op == "delete",
            waiting=True,
            first_by=self.name_of(change.origin.changed_by) if change.origin else "",
            first_at=change.origin.changed_at if change.origin else "",
        )

    def name_of(self, account: str) -> str:
        """The full name of an account as far as known here, else its account name."""
        identity = self._office.identity
        if identity and identity.account == account and identity.full_name:
            return identity.full_name
        if "account" not in self._office.catalogue:
            return account
        found = self._office.store.by_key("account", {"name": account}, None)
        return next((str(row.fields["full_name"]) for row in found if "full_name" in row.fields), account)
