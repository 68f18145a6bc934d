"""An office that was merged into another: what was not sent to the closed stream moves to the one that follows, or is said to stay and why.

    closed stream's outbox                                        the successor's
    new records, never taken by the server  ──same id, new change ids, each under its author──▶  new records there, to be sent
    edits of its own records, numbers of its books, conflicts     stay: kept, exportable; `thongthin-server reopen-stream` lets them in

A move is one act: undo takes the records out of the successor (a deletion, where they were sent) and puts them back, unsent. References go on
by id, also to records of the closed stream, which its successor reads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from desktop.storage import acts, mirror, outbox, rows, state
from desktop.storage.connection import Connection
from desktop.storage.numbers import LETTER_BOOKS
from desktop.storage.outbox import Pending
from desktop.storage.rows import Key
from desktop.storage.state import StreamState
from records.areas import covers
from records.errors import Correctable
from records.ids import new_id
from records.kinds import Json
from records.merge import CONFLICT
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office

_BOOKS = LETTER_BOOKS | {"receipt"}
_OF_THE_OFFICE = frozenset({"remittance", "number_block", "fiscal_year"})

EDIT = Words("แก้ไขรายการที่เป็นของหน่วยงานเดิม", "they change records of the closed office")
NUMBERED = Words("มีเลขในทะเบียนหรือเล่มของหน่วยงานเดิม", "they have numbers of the closed office's books")
BELONGS = Words("เป็นของรายการที่ย้ายไม่ได้", "they belong to records that cannot move")
SENDING = Words("กำลังส่ง ยังไม่ได้รับคำตอบ", "they are being sent and not answered yet")
NO_RIGHT = Words("บัญชีนี้บันทึกงานนี้ในหน่วยงานที่รับช่วงไม่ได้", "this account may not record them in the successor")


@dataclass(frozen=True)
class Staying:
    """Records that do not move, with why."""

    why: Words
    count: int


@dataclass
class Succession:
    """What of one closed stream could move."""

    stream: str
    name: str
    """For people."""
    successor: str
    successor_name: str
    records: int = 0
    """New records that can move."""
    staying: tuple[Staying, ...] = ()
    _moving: list[list[Pending]] = field(default_factory=list, repr=False)

    @property
    def words(self) -> Words:
        """What a person is asked, or told where nothing can move."""
        asked = (_ASKED if self.records else _NOTHING).filled(name=self.name, successor=self.successor_name, records=f"{self.records:,}")
        if not self.staying:
            return asked
        each = [_EACH.filled(why=one.why, count=f"{one.count:,}") for one in self.staying]
        whys = Words(", ".join(one.th for one in each), "; ".join(one.en for one in each))
        said = _STAYS.filled(why=whys)
        return Words(f"{asked.th} {said.th}", f"{asked.en} {said.en}")

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        staying: list[Json] = [{"count": one.count, "why": one.why.en} for one in self.staying]
        return {"stream": self.stream, "successor": self.successor, "records": self.records, "staying": staying}


_ASKED = Words(
    "“{name}” ปิดแล้ว งานที่ยังไม่ส่ง {records} รายการย้ายไปบันทึกใน “{successor}” ได้ และย้อนกลับได้",
    "“{name}” is closed. {records} record[|s] not sent yet can move to “{successor}”; this can be undone.",
)
_NOTHING = Words("“{name}” ปิดแล้ว งานต่อไปบันทึกใน “{successor}”", "“{name}” is closed; work goes on in “{successor}”.")
_STAYS = Words(
    "ที่ย้ายไม่ได้ยังเก็บอยู่ครบและส่งออกเป็นไฟล์ได้ ({why}) หากต้องส่งเข้าหน่วยงานเดิม โปรดโทรแจ้งผู้ดูแลเซิร์ฟเวอร์ให้เปิดหน่วยงานเดิมชั่วคราว",
    "What cannot move is kept and can be exported ({why}). If it has to reach the closed office, call the server's administrator, who can open it for a while.",
)
_EACH = Words("{why} {count} รายการ", "{count}: {why}")
_LABEL = Words("ย้ายงานที่ยังไม่ส่งไป {successor}", "Move unsent work to {successor}")


def successions(office: "Office") -> tuple[Succession, ...]:
    """Every closed stream with a successor and unsent work, by name; asks nobody."""
    with office.database.reading() as connection:
        return tuple(_found(office, connection))


def move(office: "Office", stream: str) -> int:
    """Moves what can move of a closed stream into its successor, as one act of the account; returns how many records.

    Raises Correctable where nothing can move; nothing is changed then.
    """
    store = office.store
    with office.database.write() as connection:
        found = next((one for one in _found(office, connection) if one.stream == stream), None)
        if found is None or not found.records:
            raise Correctable(
                Words("ไม่มีงานที่ย้ายได้", "Nothing can move"),
                found.words
                if found is not None
                else Words(
                    "“{stream}” ไม่ได้ปิด หรือไม่มีงานที่ยังไม่ส่ง ไม่มีอะไรเปลี่ยนแปลง",
                    "“{stream}” is not closed, or has no unsent work; nothing was changed.",
                ).filled(stream=stream),
            )
        with store.act(office.enrolled.account, _LABEL.filled(successor=found.successor_name)) as act:
            for entries in found._moving:
                _move_record(office, connection, act, entries, found.successor)
        return found.records


def _move_record(office: "Office", connection: Connection, act: acts.Act, entries: Sequence[Pending], successor: str) -> None:
    first = entries[0].change
    former, now = (first.stream, first.type, first.id), (successor, first.type, first.id)
    before = rows.read(connection, *former)
    for entry in entries:
        outbox.remove(connection, entry.change.change_id)
    mirror.reproject(connection, *former)
    for entry in entries:
        change_id = new_id(office.clock(), office.entropy)
        outbox.put(connection, msgspec.structs.replace(entry.change, stream=successor, change_id=change_id), act_id=act.id)
    after = mirror.reproject(connection, *now)
    # Undo goes backwards: out of the successor first, then into the closed stream again.
    acts.note(connection, act, former, before, None)
    acts.note(connection, act, now, None, after)


def _found(office: "Office", connection: Connection) -> Iterator[Succession]:
    known = {one.stream: one for one in state.streams(connection)}
    for mine in known.values():
        next_one = known.get(mine.successor)
        if not mine.is_closed or not mine.successor:
            continue
        by_record: dict[Key, list[Pending]] = {}
        for entry in outbox.everything(connection, [mine.stream]):
            if entry.state != "set_aside":
                by_record.setdefault((mine.stream, entry.change.type, entry.change.id), []).append(entry)
        if not by_record:
            continue
        why = _why_they_stay(office, by_record, next_one)
        moving = [entries for key, entries in by_record.items() if key not in why]
        reasons = list(dict.fromkeys(why.values()))
        name = next_one.name if next_one is not None and next_one.name else mine.successor
        staying = tuple(Staying(one, sum(other == one for other in why.values())) for one in reasons)
        yield Succession(mine.stream, mine.name or mine.stream, mine.successor, name, len(moving), staying, moving)


def _why_they_stay(office: "Office", by_record: dict[Key, list[Pending]], successor: StreamState | None) -> dict[Key, Words]:
    """The records that cannot move, each with why; what belongs to one of them, and what goes with it in one group, stays too."""
    why = {key: reason for key, entries in by_record.items() if (reason := _why(office, key, entries, successor)) is not None}
    is_new = {key[2]: key for key, entries in by_record.items() if entries[0].change.base is None}
    while True:
        held = {key[2] for key in why if key[2] in is_new}
        groups = {entry.change.group for key in why for entry in by_record[key] if entry.change.group}
        more = {
            key: BELONGS
            for key, entries in by_record.items()
            if key not in why
            and any(
                entry.change.group in groups or any(isinstance(value, str) and value in held for value in entry.change.set.values())
                for entry in entries
            )
        }
        if not more:
            return why
        why |= more


def _why(office: "Office", key: Key, entries: Sequence[Pending], successor: StreamState | None) -> Words | None:
    _, record_type, _ = key
    if any(entry.state == "in_flight" for entry in entries):
        return SENDING
    if entries[0].change.base is not None or record_type == CONFLICT or any(entry.change.origin for entry in entries):
        return EDIT
    fields = {name for entry in entries for name in entry.change.set}
    if record_type in _OF_THE_OFFICE or (record_type in _BOOKS and "number" in fields):
        return NUMBERED
    spec = office.catalogue.get(record_type)
    if successor is None or successor.read_only or successor.paused or spec is None or not covers(successor.areas, spec.area):
        return NO_RIGHT
    return None
