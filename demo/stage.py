"""What the steps of the day share: the computers, the server, what was made on the way, and how a step says what came of it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from demo.computer import Computer
from demo.line import Line
from demo.sample import SampleOffice
from demo.server import CentralServer

_T = TypeVar("_T")
Say = Callable[[str, str], None]
"""Prints one step and its result."""


class DayFailed(Exception):
    """A step did not bring about what it must."""


def must(holds: object, what: str) -> None:
    """Ends the day where something does not hold. Raises DayFailed."""
    if not holds:
        raise DayFailed(what)


def together(*works: Callable[[], _T]) -> Sequence[_T]:
    """Does work of several computers at once, as several people do; in the order given. Raises what the first of them raised."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(work) for work in works]]


@dataclass
class Desks:
    """The computers of the day."""

    a: Computer
    """The counter of the first office."""
    b: Computer
    """The planning desk of the same office."""
    province: Computer
    """The provincial office: sees plans, not citizens' requests, and may not write."""
    other: Computer
    """A desk of another office of the province."""
    far: Computer
    """A desk of that other office where no line reaches: its work goes by stick."""


@dataclass
class Stage:
    """Where the day is played."""

    folder: Path
    server: CentralServer
    line: Line
    """Between every desk and the server."""
    office: SampleOffice
    other_office: SampleOffice
    say: Say
    desks: Desks
    project: str = ""
    """Id of the project that both desks change."""
    request: str = ""
    """Id of the request taken down without a line."""
    papers: list[Path] = field(default_factory=list)
    """The PDF files printed so far."""

    def comes_up(self) -> str:
        """The server starts and the line reaches it; returns the address the desks are told."""
        self.line.mend(int(self.server.up().rpartition(":")[2]))
        return self.line.url

    @property
    def book(self) -> Path:
        """The Excel book the day leaves."""
        return self.folder / "projects.xlsx"

    def paper(self, name: str) -> Path:
        """Where a PDF goes; remembered as one of the day's."""
        self.papers.append(self.folder / name)
        return self.papers[-1]
