"""The lock of a device that was revoked: what is here is kept, nothing of it is shown or changed until the device is enrolled again.

Kept as a setting inside the encrypted file. It is set when the server says `revoked` to this device (never by a reply that is not ours), and
goes when an enrolment or a round succeeds. Unsent work can be exported, and backups made, while it holds.
"""

from typing import TYPE_CHECKING

from desktop.storage import outbox, state
from desktop.storage.connection import Connection
from records.errors import AppError, Refused
from records.problem_types import PROBLEMS
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_LOCKED = "locked"
_REVOKED = "revoked"
REWOUND = "rewound"
"""The code of the server's answer to an older copy of a desk."""

TITLE = Words("เครื่องนี้ถูกยกเลิกสิทธิ", "This device was revoked")
MESSAGE = Words(
    "ผู้ดูแลระบบยกเลิกสิทธิของเครื่องนี้แล้ว ข้อมูลและงานที่ยังไม่ส่ง {unsent} รายการยังเก็บอยู่ในเครื่องครบ "
    "โปรดติดต่อผู้ดูแลระบบของหน่วยงานเพื่อขอรหัสลงทะเบียนใหม่ หรือส่งออกงานที่ยังไม่ส่งเป็นไฟล์",
    "An administrator revoked this device. Its records and {unsent} unsent [change|changes] are all kept. Call your office's administrator for a new "
    "enrolment code, or export the unsent work to a file.",
)
_COMMAND = Words("{said} (คำสั่ง: thongthin unsent --to แฟ้ม)", "{said} (Command: thongthin unsent --to FILE)")


def note(connection: Connection, error: AppError | None) -> None:
    """Takes what a round ended in, inside `write()`: `revoked` locks, a round that succeeded unlocks; None for that."""
    if error is None:
        state.set_setting(connection, _LOCKED, None)
    elif error.code == _REVOKED:
        state.set_setting(connection, _LOCKED, _REVOKED)


def is_locked(office: "Office") -> bool:
    """Whether the device is locked."""
    with office.database.reading() as connection:
        return state.setting(connection, _LOCKED) is not None


def message(office: "Office") -> Words:
    """What is said while it is locked: what is safe and whom to call."""
    with office.database.reading() as connection:
        unsent = sum(sum(of_stream.values()) for of_stream in outbox.counts(connection).values())
    return MESSAGE.filled(unsent=f"{unsent:,}")


def require_own_name(office: "Office") -> None:
    """Raises Refused (`rewound`) for an older copy of a desk that was told so, until it is enrolled again.

    Each request it went on making would count on, until the server could no longer tell the copy from the desk, and with it its numbers.
    """
    with office.database.reading() as connection:
        if state.is_rewound(connection):
            raise Refused(PROBLEMS[REWOUND].title, PROBLEMS[REWOUND].detail, code=REWOUND)


def require_unlocked(office: "Office") -> None:
    """Raises Refused (`revoked`) while the device is locked."""
    if is_locked(office):
        raise Refused(TITLE, _COMMAND.filled(said=message(office)), code=_REVOKED)
