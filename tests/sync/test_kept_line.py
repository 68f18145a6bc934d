"""The session of a line between two rounds."""

from dataclasses import dataclass, field
from typing import Any

from desktop.sync.kept_line import KEPT_S, KeptLine
from desktop.sync.transport import HttpTransport
from records.words import Language
from tests.sync.test_transport import HERE, Server, server

__all__ = ["server"]


@dataclass
class Seconds:
    """A clock that goes on when it is told to."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Session:
    """A session that counts how often it was ended."""

    ended: list[int] = field(default_factory=list)

    def close(self) -> None:
        self.ended.append(1)


def test_a_session_is_taken_by_one_at_a_time() -> None:
    line: KeptLine[Session] = KeptLine(Seconds())
    session = Session()

    line.give(session)

    assert line.take() is session
    assert line.take() is None
    assert session.ended == []


def test_a_connection_that_rested_too_long_is_ended_and_the_session_used_again() -> None:
    seconds = Seconds()
    line: KeptLine[Session] = KeptLine(seconds)
    session = Session()
    line.give(session)

    seconds.now += KEPT_S + 0.1

    assert line.take() is session
    assert session.ended == [1]


def test_the_second_of_two_sessions_given_back_is_kept_and_closing_ends_it() -> None:
    line: KeptLine[Session] = KeptLine(Seconds())
    first, second = Session(), Session()

    line.give(first)
    line.give(second)
    line.close()

    assert (first.ended, second.ended) == ([1], [1])
    assert line.take() is None


def _asked(server: Server, kept: KeptLine[Any]) -> None:
    """One transport as a round uses it."""
    transport = HttpTransport(server.url, language=Language.ENGLISH, kept=kept)
    transport.heads(HERE)
    transport.close()


def test_two_rounds_close_together_use_one_connection(server: Server) -> None:
    kept: KeptLine[Any] = KeptLine(Seconds())

    _asked(server, kept)
    _asked(server, kept)

    assert (len(server.got), server.connections) == (2, 1)
    kept.close()


def test_a_later_round_opens_a_connection_of_its_own(server: Server) -> None:
    seconds = Seconds()
    kept: KeptLine[Any] = KeptLine(seconds)

    _asked(server, kept)
    seconds.now += 60
    _asked(server, kept)

    assert (len(server.got), server.connections) == (2, 2)
    kept.close()


def test_a_cookie_of_whoever_answers_is_never_sent_back(server: Server) -> None:
    server.answer.headers["Set-Cookie"] = "portal=1; Path=/"
    kept: KeptLine[Any] = KeptLine(Seconds())

    _asked(server, kept)
    _asked(server, kept)

    assert "cookie" not in server.got[1][2]
    kept.close()
