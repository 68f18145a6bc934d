"""Closing blocks of numbers whose device will not use them: one that was revoked, or one that never came back after its year had ended.

What a block still had is accounted as given back (`returned_from`) with the reason beside it. A number given back is leased to nobody: a
receipt that was issued from it without a line, and arrives after all, still goes in. The record is the server's own write, as its lease was.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

from records.changes import Change
from records.ids import Entropy, new_id
from records.kinds.times import rfc3339
from records.record import RecordType
from records.thai.dates import today_in_thailand
from records.words import Words
from server_stub.books import book_of
from server_stub.ledger import Ledger, fields_of
from server_stub.storage.base import Storage, StoredRecord, Writer

GRACE = timedelta(days=90)
"""So long after a year has ended, and after anybody last wrote of it, a block is kept open: work recorded without a line may still come."""
BLOCK_TYPE = "number_block"
REVOKED = Words("เครื่องถูกยกเลิกสิทธิ", "The device was revoked")
YEAR_ENDED = Words("ปีสิ้นสุดแล้วและเครื่องไม่ได้คืนเลข", "The year ended and the device did not give the rest back")

Clock = Callable[[], datetime]


def end_of_year(book: object, year: int) -> date:
    """The last day of a book's year (พ.ศ.): 30 September for receipts, 31 December for letters."""
    return date(year - 543, 9, 30) if book_of(book).year_kind == "fiscal" else date(year - 543, 12, 31)


def close_ended(writer: Writer, catalogue: Mapping[str, RecordType], *, now: datetime, entropy: Entropy, device: str) -> int:
    """Closes the blocks of a stream whose year ended longer ago than the grace; inside `Storage.write`. Returns how many."""
    today = today_in_thailand(now)

    def is_over(record: StoredRecord) -> bool:
        fields = fields_of(record)
        year = fields.get("year")
        # One that was leased or used lately is in use, whatever its year: somebody enters what a year left behind.
        is_quiet = datetime.fromisoformat(record.changed_at) + GRACE < now
        return is_quiet and isinstance(year, int) and 544 <= year <= 9999 and end_of_year(fields.get("book"), year) + GRACE < today

    return _close(writer, catalogue, is_over, YEAR_ENDED, now=now, entropy=entropy, device=device)


def close_of_device(storage: Storage, catalogue: Mapping[str, RecordType], revoked: str, *, clock: Clock, entropy: Entropy) -> int:
    """Closes every block a revoked device holds, stream by stream; returns how many. Safe to repeat."""
    with storage.look_up() as directory:
        server = directory.meta("server_device") or ""
        streams = sorted({grant.stream for account in directory.accounts_on(revoked) for grant in directory.grants(account.name)})
    closed = 0
    for stream in streams:
        with storage.write(stream) as writer:
            closed += _close(
                writer,
                catalogue,
                lambda record: fields_of(record).get("device") == revoked,
                REVOKED,
                now=clock(),
                entropy=entropy,
                device=server,
            )
    return closed


def _close(
    writer: Writer,
    catalogue: Mapping[str, RecordType],
    wanted: Callable[[StoredRecord], bool],
    reason: Words,
    *,
    now: datetime,
    entropy: Entropy,
    device: str,
) -> int:
    found = [record for record in writer.where(writer.state.stream, BLOCK_TYPE, {}) if wanted(record)]
    changes = list(_closing(found, reason, now, entropy))
    if not changes:
        return 0
    ledger = Ledger(writer, catalogue, changed_at=rfc3339(now))
    ledger.load(ids=[change.id for change in changes], change_ids=[change.change_id for change in changes])
    ledger.write_own(changes, device=device)
    ledger.close()
    return len(changes)


def _closing(records: list[StoredRecord], reason: Words, now: datetime, entropy: Entropy) -> Iterator[Change]:
    for record in records:
        fields = fields_of(record)
        first, last, used = fields.get("from_number"), fields.get("to_number"), fields.get("used")
        if not isinstance(first, int) or not isinstance(last, int) or fields.get("returned_from") is not None:
            continue
        rest = max(first, used + 1 if isinstance(used, int) else first)
        if rest > last:
            continue
        yield Change(
            change_id=new_id(now, entropy),
            stream=record.stream,
            type=BLOCK_TYPE,
            id=record.id,
            base=None,
            op="put",
            set={"returned_from": rest, "closed_because": reason.th},
            made_at=rfc3339(now),
            made_by=record.changed_by,
        )
