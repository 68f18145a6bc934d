"""The line between the desks and the central server: it can be cut, come back, and break in the middle of what passes over it."""

import contextlib
import socket
import threading
from typing import Self

_HOST = "127.0.0.1"
_BLOCK = 16 * 1024


class Line:
    """Passes connections on to a server, byte by byte; the desks know its address and not the server's."""

    def __init__(self) -> None:
        """The line is cut until `mend`."""
        self._lock = threading.Lock()
        self._door: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._port = 0
        self._far = 0
        self._left: dict[str, int] = {}
        self.passed: dict[str, int] = {"up": 0, "down": 0}
        """Bytes that passed since `count`, to the server and from it."""

    @property
    def url(self) -> str:
        """The address that desks are told; the same for the whole day."""
        return f"http://{_HOST}:{self._port}"

    def mend(self, far: int = 0) -> None:
        """The line is there, and unbroken; `far` is the port of the server, when it is another than before."""
        with self._lock:
            self._far = far or self._far
            self._left.clear()
            if self._door is None:
                self._door = socket.create_server((_HOST, self._port), backlog=64)
                self._port = self._door.getsockname()[1]
                threading.Thread(target=self._accept, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        """Nobody gets through, and who was talking hears nothing more."""
        with self._lock:
            door, self._door = self._door, None
            ended, self._open = self._open, set()
        for one in (*([door] if door else []), *ended):
            _end(one)

    def break_after(self, *, up: int = 0, down: int = 0) -> None:
        """Lets so many bytes more pass in a direction, then cuts itself; 0: that direction does not break it."""
        with self._lock:
            self._left = {name: size for name, size in (("up", up), ("down", down)) if size}

    def count(self) -> None:
        """Counts what passes from now on."""
        with self._lock:
            self.passed = {"up": 0, "down": 0}

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
                far = socket.create_connection((_HOST, self._far))
            except OSError:
                if door.fileno() < 0 or self._door is not door:
                    return
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            for source, target, way in ((near, far, "up"), (far, near, "down")):
                threading.Thread(target=self._carry, args=(source, target, way), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(_BLOCK):
                allowed, is_last = self._allowed(way, len(block))
                target.sendall(block[:allowed])
                if is_last:
                    self.cut()
                    return
            target.shutdown(socket.SHUT_WR)
            return
        _end(source)
        _end(target)

    def _allowed(self, way: str, size: int) -> tuple[int, bool]:
        """How many of so many bytes may pass, and whether the line breaks after them."""
        with self._lock:
            left = self._left.get(way, size + 1)
            allowed = min(size, left)
            self.passed[way] += allowed
            if way in self._left:
                self._left[way] -= allowed
            return allowed, allowed == left

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
