"""The day in an office, from the sheets of the morning to the backup that saves the evening.

Every step is a command that anybody can type; what it must bring about is checked, and the first that fails ends the day.
"""

from pathlib import Path

from demo import day_merge, day_paper, day_postgres, day_safe, day_server, day_stick, day_sync, day_work
from demo.computer import Computer
from demo.line import Line
from demo.sample import SampleOffice
from demo.server import CentralServer
from demo.stage import DayFailed, Desks, Say, Stage, must

__all__ = ["STEPS", "Day", "DayFailed"]

STEPS = (
    day_sync.open_offices,
    day_work.fill_desk,
    day_work.first_receipt,
    day_sync.share,
    day_sync.cut_the_line,
    day_work.receive_citizen,
    day_work.take_money,
    day_sync.change_twice,
    day_sync.bring_it_back,
    day_sync.settle,
    day_work.hand_over,
    day_work.move_money,
    day_work.who_holds_what,
    day_work.mend,
    day_sync.look_back,
    day_merge.merge_quietly,
    day_paper.attach_and_open,
    day_stick.start_from_stick,
    day_stick.work_by_stick,
    day_server.lose_the_server,
    day_server.name_a_floor,
    day_safe.lose_and_restore,
    day_server.verify_copies,
    day_sync.compare,
    day_postgres.same_on_postgres,
)
"""The steps in their order; the line is cut before the citizen comes and back before the conflict is settled."""


class Day:
    """The day; `play` runs it all."""

    def __init__(self, folder: Path, server: CentralServer, line: Line, offices: tuple[SampleOffice, SampleOffice], say: Say) -> None:
        """`folder` is empty; two desks belong to the first office, two to the second."""
        desks = Desks(*(Computer(folder / name) for name in ("desk-a", "desk-b", "province", "other-office", "far-office")))
        self.stage = Stage(folder, server, line, offices[0], offices[1], say, desks)

    def play(self) -> None:
        """Plays every step. Raises DayFailed, or RuntimeError when a command fails."""
        for step in STEPS:
            step(self.stage)
        self._export()

    def _export(self) -> None:
        """The list of projects becomes an Excel book; the server's chain of records is whole."""
        stage = self.stage
        stage.desks.a.do("export", "project", "--to", str(stage.book))
        must(stage.book.stat().st_size > 0, "the book must be written")
        stage.say("ตรวจสายโซ่การบันทึกของเซิร์ฟเวอร์", stage.server.run("verify").strip().splitlines()[-1])
