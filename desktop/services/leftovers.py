"""What is here of streams and areas this device is granted no longer, and letting it go."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.storage import leftover, outbox
from desktop.storage.state import LOST
from records.errors import Correctable
from records.kinds import Json
from records.words import Words

if TYPE_CHECKING:
    from desktop.services.office import Office


@dataclass(frozen=True)
class Leftover:
    """One stream with records this device is granted no longer."""

    stream: str
    name: str
    """For people; empty when it has none."""
    is_whole: bool
    """Whether the whole stream is granted no longer; False where only some areas of work are not."""
    records: int
    unsent: int
    """Changes of the stream the server has not taken: they stay, and can be exported."""

    @property
    def words(self) -> Words:
        """What a person is asked."""
        asked = _WHOLE if self.is_whole else _SOME
        return asked.filled(name=self.name or self.stream, records=f"{self.records:,}", unsent=f"{self.unsent:,}")

    def as_json(self) -> dict[str, Json]:
        """The shape of the command line."""
        return {"stream": self.stream, "name": self.name, "whole": self.is_whole, "records": self.records, "unsent": self.unsent}


_WHOLE = Words(
    "เครื่องนี้ไม่มีสิทธิใน {name} แล้ว ยังมีข้อมูล {records} รายการอยู่ในเครื่อง ลบออกจากเครื่องนี้หรือไม่ ข้อมูลบนเซิร์ฟเวอร์ไม่เปลี่ยน "
    "งานที่ยังไม่ส่ง {unsent} รายการยังเก็บไว้และส่งออกเป็นไฟล์ได้",
    "This computer is no longer granted {name}; {records} [record is|records are] still here. Remove them from this computer? The server's records do not "
    "change. The {unsent} unsent [change is|changes are] kept and can be exported.",
)
_SOME = Words(
    "สิทธิของเครื่องนี้ใน {name} แคบลง ยังมีข้อมูลของงานอื่น {records} รายการอยู่ในเครื่อง ลบออกจากเครื่องนี้หรือไม่ ข้อมูลบนเซิร์ฟเวอร์ไม่เปลี่ยน "
    "งานที่ยังไม่ส่ง {unsent} รายการยังเก็บไว้และส่งออกเป็นไฟล์ได้",
    "This computer is granted fewer areas of {name}; {records} [record|records] of other areas [is|are] still here. Remove them from this computer? The "
    "server's records do not change. The {unsent} unsent [change is|changes are] kept and can be exported.",
)


def leftovers(office: "Office") -> tuple[Leftover, ...]:
    """Every stream with records to let go, by name; asks nobody."""
    with office.database.reading() as connection:
        unsent = outbox.counts(connection)
        found = []
        for one in office.streams:
            if leftover.is_left(one):
                records = leftover.count(connection, one)
                found.append(Leftover(one.stream, one.name, one.paused == LOST, records, sum(unsent.get(one.stream, {}).values())))
    return tuple(one for one in found if one.records or one.is_whole)


def let_go(office: "Office", stream: str) -> int:
    """Removes the left over records of a stream from this computer, after a person agreed; returns how many. Unsent changes stay.

    Raises Correctable for a stream that is granted.
    """
    known = {one.stream: one for one in office.streams}
    mine = known.get(stream)
    if mine is None or not leftover.is_left(mine):
        raise Correctable(
            Words("ไม่มีข้อมูลที่ต้องลบ", "Nothing to let go"),
            Words(
                "เครื่องนี้ยังมีสิทธิใน “{stream}” หรือไม่มีข้อมูลของที่นั่น ไม่มีอะไรเปลี่ยนแปลง",
                "This computer is granted “{stream}”, or has nothing of it; nothing was changed.",
            ).filled(stream=stream),
        )
    gone = 0
    while True:
        with office.database.write() as connection:
            went = leftover.let_go(connection, mine)
        if not went:
            return gone
        gone += went
