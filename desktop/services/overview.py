"""How sync stands, for the sync view: the status, the last rounds, and each record that waits or is refused, by name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.services import lock
from desktop.services.inbox import Asked
from desktop.services.rounds import Round, rounds
from desktop.services.sync import Status
from desktop.storage import findings, outbox, queue
from desktop.storage.outbox import Pending
from records.errors import AppError
from records.problem_types import REFUSALS
from records.protocol import Problem
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

MOST_LISTED = 50
"""Waiting records that are listed by name; the rest is a count."""

_NUMBER_TAKEN = Words(
    "เลขนี้ถูกใช้แล้วในอีกรายการหนึ่ง ให้ขอเลขใหม่ (คำสั่ง: thongthin receipt renumber รหัส) แล้วเรียกใบเดิมคืนและพิมพ์ใหม่",
    "Another record has this number. Give it a new one (command: thongthin receipt renumber ID), take the former paper back and print it anew.",
)


@dataclass(frozen=True)
class WaitingRecord:
    """A record with a change the server has not taken."""

    stream: str
    type: str
    id: str
    label: Words
    """Of its type."""
    title: str
    is_deletion: bool
    made_at: str
    """RFC 3339 UTC."""
    problem: Words | None = None
    """Why the server does not take it; None when it only waits."""
    field: str = ""
    """The field the problem is about; empty when about the whole record."""
    retry_at: str = ""
    """When it is offered again by itself; empty for never."""
    change_id: str = ""
    """The change that waits."""
    is_sent: bool = False
    """On its way, not answered yet."""


@dataclass(frozen=True)
class Overview:
    """Everything the sync view shows."""

    status: Status
    rounds: tuple[Round, ...]
    waiting: tuple[WaitingRecord, ...]
    refused: tuple[WaitingRecord, ...]
    to_mend: int
    """Records with something to mend, as far as they were checked."""
    waiting_by_type: tuple[tuple[str, Words, int], ...] = ()
    """(type, its label, how many changes wait), most first."""
    deletions: int = 0
    """Deletions that wait to be sent."""
    numbers_left: int | None = None
    """Receipt numbers left of the chosen book; None where this desk issues no receipts."""
    locked: Words | None = None
    """What to do where the device was revoked; None where it was not."""
    merged: int = 0
    """Merges for information that were not read yet and have not folded away."""


def overview(office: "Office") -> Overview:
    """Asks the store; nobody else."""
    with office.database.reading() as connection:
        entries = outbox.everything(connection)
        last = rounds(connection)
        by_type = queue.by_type(connection)
        to_mend = findings.count(connection, office.catalogue.keys())
    # A conflict settled here waits as a record too, but nobody filed it: it is not a line for people.
    shown = [entry for entry in entries if entry.change.type != "conflict"]
    refused = [entry for entry in shown if entry.problem is not None]
    waiting = [entry for entry in shown if entry.problem is None]
    return Overview(
        status=office.sync.status(),
        rounds=last,
        waiting=tuple(_record(office, entry) for entry in waiting[:MOST_LISTED]),
        refused=tuple(_record(office, entry) for entry in refused[:MOST_LISTED]),
        to_mend=to_mend,
        waiting_by_type=tuple((name, _label(office, name), count) for name, count in by_type if name != "conflict"),
        deletions=sum(1 for entry in waiting if entry.change.op == "delete"),
        locked=lock.message(office) if lock.is_locked(office) else None,
        numbers_left=_numbers_left(office),
        merged=len(office.inbox.lines(Asked("merged"))) if "conflict" in office.catalogue else 0,
    )


def _label(office: "Office", type_name: str) -> Words:
    spec = office.catalogue.get(type_name)
    return spec.label if spec else Words(type_name, type_name)


def _numbers_left(office: "Office") -> int | None:
    try:
        return office.numbering.left() if office.numbering.is_chosen else None
    except AppError:
        # Several streams to issue in, or none: then nobody issues receipts at this desk.
        return None


def _record(office: "Office", entry: Pending) -> WaitingRecord:
    change = entry.change
    spec = office.catalogue.get(change.type)
    row = office.store.get(change.type, change.id, change.stream) if spec else None
    return WaitingRecord(
        stream=change.stream,
        type=change.type,
        id=change.id,
        label=_label(office, change.type),
        title=office.records.title(row) if row else change.id,
        is_deletion=change.op == "delete",
        made_at=change.made_at,
        problem=problem_words(entry.problem) if entry.problem else None,
        field=entry.problem.field if entry.problem else "",
        retry_at=entry.retry_at.isoformat() if entry.retry_at else "",
        change_id=change.change_id,
        is_sent=entry.state == "in_flight",
    )


def problem_words(problem: Problem) -> Words:
    """The words of a refusal: the server's own where it gave some, else those of its code."""
    if problem.code == "number-taken":
        return _NUMBER_TAKEN
    known = REFUSALS.get(problem.code, Words("เซิร์ฟเวอร์ไม่รับรายการนี้", "The server does not take this record"))
    said = problem.detail or problem.title
    return Words(said, said) if said else known
