"""The line of the day passes everything on, is cut, comes back at its address, and breaks exactly where it is told."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from demo.line import Line

SENT = bytes(range(256)) * 400


@pytest.fixture
def far() -> Iterator[int]:
    """The port of a server that sends back what it gets, until it gets no more."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            with near, contextlib.suppress(OSError):
                while block := near.recv(4096):
                    near.sendall(block)

    thread = threading.Thread(target=serve)
    thread.start()
    yield door.getsockname()[1]
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join()


def echoed(line: Line, content: bytes) -> bytes:
    """What comes back of what is sent over the line, as far as it comes."""
    back = b""
    with socket.create_connection(("127.0.0.1", int(line.url.rpartition(":")[2])), timeout=10) as near:

        def send() -> None:
            near.sendall(content)
            near.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        while block := near.recv(4096):
            back += block
        sender.join()
    return back


def test_everything_passes_both_ways_and_is_counted(far: int) -> None:
    with Line() as line:
        line.mend(far)
        line.count()

        assert echoed(line, SENT) == SENT
        assert line.passed == {"up": len(SENT), "down": len(SENT)}


def test_a_cut_line_lets_nobody_through_and_comes_back_at_its_address(far: int) -> None:
    with Line() as line:
        line.mend(far)
        address = line.url
        line.cut()
        with pytest.raises(OSError, match="refused"):
            echoed(line, SENT)
        line.mend()

        assert (line.url, echoed(line, SENT)) == (address, SENT)


def test_it_breaks_after_so_many_bytes_and_stays_cut_until_it_is_mended(far: int) -> None:
    with Line() as line:
        line.mend(far)
        line.count()
        line.break_after(down=10_000)
        assert echoed(line, SENT[:20_000]) == SENT[:10_000]
        with pytest.raises(OSError, match="refused"):
            echoed(line, SENT)
        line.mend()

        assert (line.passed["down"], echoed(line, SENT)) == (10_000, SENT)
