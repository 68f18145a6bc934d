"""What no longer changes: an issued receipt, and what a closed remittance lists. The desktop's store and the server's push both ask here.

    receipt void        nothing but copies and the remittance that lists it
    receipt issued      its number, payer, money and items stay as printed; it is voided, copied, remitted, never deleted
    remittance closed   it and its receipts stay as they are until a head opens it again, with a reason; copies are counted all the same;
                        no receipt is put into it but those whose numbers it was closed with

A receipt that a desk without a line sends after its day was closed names no remittance: it goes in, and is handed over in the next round.

Pure: other records come through `read`. Who may take a step is the workflow's matter, not this module's.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from records.kinds import Json
from records.receipt_numbers import lists
from records.words import Words

Fields = Mapping[str, Json]
Read = Callable[[str], Fields | None]
"""The wire fields of a record by id as it is stored, also of a deleted one; None when there is none."""

HOLDERS = ("receipt", "remittance")
"""The types `read` is asked for."""
_LOCKING = frozenset({"receipt", "receipt_item", "remittance"})

ISSUED_RECEIPT = "issued-receipt"
CLOSED_REMITTANCE = "closed-remittance"

_AFTER_ISSUE = frozenset({"state", "void_reason", "voided_by", "voided_on", "copy_count", "remittance", "request", "revenue"})
"""What may change on a receipt after it was issued."""
_AFTER_VOIDING = frozenset({"copy_count", "remittance"})
_AFTER_CLOSING = frozenset({"copy_count"})
_REOPENING = frozenset({"state", "reopen_reason", "note", "closed_by", "closed_at"})


@dataclass(frozen=True)
class Lock:
    """Why a record does not change."""

    code: str
    """The refusal's code on the wire."""
    text: Words
    """What is locked and what to do instead."""


_ISSUED = Lock(
    ISSUED_RECEIPT,
    Words(
        "ใบเสร็จรับเงินที่ออกแล้วแก้ไขหรือลบไม่ได้ หากผิดให้ยกเลิกพร้อมเหตุผลแล้วออกใบใหม่",
        "A receipt that was issued is neither changed nor deleted; where it is wrong, void it with a reason and issue another",
    ),
)
_VOID = Lock(
    ISSUED_RECEIPT,
    Words(
        "ใบเสร็จรับเงินที่ยกเลิกแล้วแก้ไข ลบ หรือนำกลับมาใช้ไม่ได้ ให้ออกใบใหม่",
        "A void receipt is neither changed, deleted nor brought back; issue another",
    ),
)
_CLOSED = Lock(
    CLOSED_REMITTANCE,
    Words(
        "ใบนำส่งเงินนี้ปิดยอดแล้ว ใบเสร็จในใบนำส่งแก้ไขไม่ได้ ให้หัวหน้าเปิดใบนำส่งใหม่พร้อมเหตุผลก่อน",
        "This remittance is closed and its receipts do not change; a head may open it again, with a reason",
    ),
)
_NOT_LISTED = Lock(
    CLOSED_REMITTANCE,
    Words(
        "ใบนำส่งเงินนี้ปิดยอดแล้วโดยไม่มีใบเสร็จเลขนี้ ให้นำส่งในรอบถัดไป หรือให้หัวหน้าเปิดใบนำส่งใหม่พร้อมเหตุผลก่อน",
        "This remittance was closed without this receipt; hand it over in the next round, or a head opens the remittance again, with a reason",
    ),
)


def may_lock(type_name: str) -> bool:
    """Whether records of the type may come to change no more."""
    return type_name in _LOCKING


def lock_on(record_type: str, before: Fields | None, set: Fields, unset: Collection[str], *, is_delete: bool, read: Read) -> Lock | None:
    """Why this change may not be made; None when nothing is in the way.

    Args:
        before: the stored wire fields; None for a new record.
        set: wire fields the change gives.
        unset: names of fields it empties.
    """
    names = {*set, *unset}
    if record_type == "receipt":
        lock = _receipt(before, names, read, is_delete=is_delete) if before else None
        return lock or (None if is_delete else _joining({**(before or {}), **set}, set, read))
    if record_type == "receipt_item":
        return _item(before or {}, set, read)
    if record_type == "remittance" and before is not None and before.get("state") == "closed":
        is_reopened = not is_delete and set.get("state") == "open" and bool(set.get("reopen_reason")) and names <= _REOPENING
        return None if is_reopened or (names and names <= {"note"}) else _CLOSED
    return None


def _receipt(before: Fields, names: Collection[str], read: Read, *, is_delete: bool) -> Lock | None:
    if _is_remitted(before, read) and (is_delete or not _AFTER_CLOSING.issuperset(names)):
        return _CLOSED
    state = before.get("state")
    if state == "void" and (is_delete or not _AFTER_VOIDING.issuperset(names)):
        return _VOID
    if state and (is_delete or not _AFTER_ISSUE.issuperset(names)):
        return _ISSUED
    return None


def _joining(after: Fields, set: Fields, read: Read) -> Lock | None:
    """A receipt put into a remittance that was closed without it. What was counted then may still arrive: by another way, or merged."""
    target = set.get("remittance")
    found = read(target) if isinstance(target, str) else None
    if found is None or found.get("state") != "closed" or lists(str(found.get("numbers") or ""), after.get("book"), after.get("number")):
        return None
    return _NOT_LISTED


def _item(before: Fields, set: Fields, read: Read) -> Lock | None:
    for holder in {str(fields["receipt"]) for fields in (before, set) if fields.get("receipt")}:
        receipt = read(holder)
        if receipt is not None and _is_remitted(receipt, read):
            return _CLOSED
        if receipt is not None and receipt.get("state"):
            return _ISSUED
    return None


def _is_remitted(receipt: Fields, read: Read) -> bool:
    """Whether a receipt stands in a closed remittance."""
    remittance = receipt.get("remittance")
    found = read(remittance) if isinstance(remittance, str) else None
    return found is not None and found.get("state") == "closed"
