"""A line that fails on purpose: an asyncio proxy between a desk and a real server, which does to one request or its reply what it is told.

    desk ──HTTP──▶ FaultProxy ──HTTP──▶ server
                     plan.pop(0) for each request whose path contains `only`; no plan left: a good line

A request is read whole before anything is done to it, and sent over a connection of its own, so that a fault strikes one call and no other.
"""

import asyncio
import gzip
import random
import socket
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_OURS = b"HTTP/1.1 200 OK\r\nsync-protocol: 1\r\ncontent-type: application/json\r\n"


@dataclass(frozen=True)
class Exchange:
    """One request as it came, and the two ends it passes between."""

    request: bytes
    ask: Callable[[bytes], Awaitable[bytes]]
    """Sends bytes to the server and returns all it answers."""
    writer: asyncio.StreamWriter
    keep: Callable[[bytes], None]
    """Holds a request back on the line: it arrives once a newer one has."""

    async def reply(self, content: bytes) -> None:
        """Answers the desk."""
        self.writer.write(content)
        await self.writer.drain()

    def reset(self) -> None:
        """Ends the desk's connection as a broken box does: by RST."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Fault = Callable[[Exchange], Awaitable[None]]


async def good(exchange: Exchange) -> None:
    """What was asked is answered."""
    await exchange.reply(await exchange.ask(exchange.request))


async def refused(exchange: Exchange) -> None:
    """The connection ends before the server heard of it."""
    exchange.reset()


def request_cut(size: int) -> Fault:
    """The server gets so many bytes of the request and then the end."""

    async def fault(exchange: Exchange) -> None:
        await exchange.ask(exchange.request[:size])
        exchange.reset()

    return fault


async def request_flipped(exchange: Exchange) -> None:
    """A bit of the request's body changes on its way."""
    head, end, body = exchange.request.partition(b"\r\n\r\n")
    await exchange.reply(await exchange.ask(_flipped(head, body) if body else head + end))


async def reply_lost(exchange: Exchange) -> None:
    """The server did its part; the desk hears nothing."""
    await exchange.ask(exchange.request)


async def reply_reset(exchange: Exchange) -> None:
    """The server did its part; the desk's connection is reset."""
    await exchange.ask(exchange.request)
    exchange.reset()


def truncated(size: int) -> Fault:
    """The desk gets so many bytes of the reply and then the end."""

    async def fault(exchange: Exchange) -> None:
        await exchange.reply((await exchange.ask(exchange.request))[:size])

    return fault


def halfway(part: float) -> Fault:
    """The desk gets this part of the reply and then the end."""

    async def fault(exchange: Exchange) -> None:
        whole = await exchange.ask(exchange.request)
        await exchange.reply(whole[: int(len(whole) * part)])

    return fault


async def duplicated(exchange: Exchange) -> None:
    """The request arrives twice; the desk gets the second answer."""
    await exchange.ask(exchange.request)
    await good(exchange)


async def twice_at_once(exchange: Exchange) -> None:
    """The request arrives twice at the same moment; the desk gets one answer."""
    first, _ = await asyncio.gather(exchange.ask(exchange.request), exchange.ask(exchange.request))
    await exchange.reply(first)


async def late_copy(exchange: Exchange) -> None:
    """The request arrives, and again after a newer one."""
    exchange.keep(exchange.request)
    await good(exchange)


async def overtaken(exchange: Exchange) -> None:
    """The request is held back somewhere: the desk hears nothing, and a newer one arrives before it."""
    exchange.keep(exchange.request)


async def delayed(exchange: Exchange) -> None:
    """The request waits on its way, and so does the reply."""
    await asyncio.sleep(0.05)
    whole = await exchange.ask(exchange.request)
    await asyncio.sleep(0.05)
    await exchange.reply(whole)


async def slow(exchange: Exchange) -> None:
    """The reply comes in drops."""
    whole = await exchange.ask(exchange.request)
    size = max(1, len(whole) // 40)
    for start in range(0, len(whole), size):
        await exchange.reply(whole[start : start + size])
        await asyncio.sleep(0.002)


async def stalled(exchange: Exchange) -> None:
    """Half of the reply comes, and then nothing for a long time."""
    whole = await exchange.ask(exchange.request)
    await exchange.reply(whole[: len(whole) // 2])
    await asyncio.sleep(20)


def answered(content: bytes) -> Fault:
    """A box on the way answers in the server's place; the server heard nothing."""

    async def fault(exchange: Exchange) -> None:
        await exchange.reply(content)

    return fault


def box(status: str, body: bytes, *headers: str) -> Fault:
    """A box on the way answers with a page of its own."""
    lines = [f"HTTP/1.1 {status}", "connection: close", f"content-length: {len(body)}", *headers]
    return answered("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def replaced(work: Callable[[bytes, bytes], bytes]) -> Fault:
    """The server did its part; head and body of its reply become something else on the way."""

    async def fault(exchange: Exchange) -> None:
        head, _, body = (await exchange.ask(exchange.request)).partition(b"\r\n\r\n")
        await exchange.reply(work(head, body))

    return fault


def _without_header(head: bytes, body: bytes) -> bytes:
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"sync-protocol")]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


def _as_html(head: bytes, body: bytes) -> bytes:
    lines = [b"content-type: text/html" if line.lower().startswith(b"content-type") else line for line in head.split(b"\r\n")]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _flipped(head: bytes, body: bytes) -> bytes:
    if not body:
        return head + b"\r\n\r\n"
    changed = bytearray(body)
    changed[len(body) // 2] ^= 0x10
    return head + b"\r\n\r\n" + bytes(changed)


def _garbled(head: bytes, body: bytes) -> bytes:
    return head + b"\r\n\r\n" + random.Random(len(body)).randbytes(len(body))


def _lying_length(head: bytes, body: bytes) -> bytes:
    lines = [b"content-length: 99999" if line.lower().startswith(b"content-length") else line for line in head.split(b"\r\n")]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(200)), packer.flush()])


def _zstd_bomb() -> bytes:
    import zstandard

    packer = zstandard.ZstdCompressor(level=19).compressobj()
    block = bytes(1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(200)), packer.flush()])


def _bomb(coding: str, body: bytes) -> Fault:
    return answered(_OURS + f"content-encoding: {coding}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body)


_PAGE = b"<html><title>Free Wi-Fi</title><form action=/login></form></html>"

FAULTS: dict[str, Fault] = {
    "the connection is refused": refused,
    "the request is cut in its head": request_cut(40),
    "the request is cut before its last byte": request_cut(-1),
    "a flipped bit in the request": request_flipped,
    "the reply is lost": reply_lost,
    "the connection is reset": reply_reset,
    "a quarter of the reply": halfway(0.25),
    "all but the end of the reply": halfway(0.99),
    "the request arrives twice": duplicated,
    "the request arrives twice at once": twice_at_once,
    "the request arrives again after a newer one": late_copy,
    "the request arrives after a newer one": overtaken,
    "a delay both ways": delayed,
    "a reply in drops": slow,
    "a stall": stalled,
    "a sign-in page": box("200 OK", _PAGE, "content-type: text/html"),
    "a sign-in page, packed": box("200 OK", gzip.compress(_PAGE), "content-type: text/html", "content-encoding: gzip"),
    "a redirect to a sign-in page": box("302 Found", b"", "location: http://login.example/"),
    "network authentication required": box("511 Network Authentication Required", _PAGE, "content-type: text/html"),
    "the word OK": box("200 OK", b'{"ok":true}', "content-type: application/json"),
    "a proxy's error": box("502 Bad Gateway", b"<h1>502</h1>", "content-type: text/html"),
    "a busy proxy": box("503 Service Unavailable", b"<h1>503</h1>", "content-type: text/html", "retry-after: 1"),
    "a proxy that asks for a password": box("407 Proxy Authentication Required", b"", "proxy-authenticate: Basic"),
    "401 of a box": box("401 Unauthorized", b'{"code":"revoked"}', "content-type: application/json"),
    "404 of a box": box("404 Not Found", b"<h1>404</h1>", "content-type: text/html"),
    "an empty reply": answered(b""),
    "a reply that is no HTTP": answered(b"\x16\x03\x01\x00\x05hello"),
    "a gzip bomb": _bomb("gzip", _gzip_bomb()),
    "a zstd bomb": _bomb("zstd", _zstd_bomb()),
    "an unknown encoding": _bomb("br", b"abc"),
    "a reply without our header": replaced(_without_header),
    "a reply said to be a page": replaced(_as_html),
    "a flipped bit": replaced(_flipped),
    "a garbled body": replaced(_garbled),
    "a length that lies": replaced(_lying_length),
}
"""Every fault, by what it is."""

GOOD_IN_THE_END = {
    "the request arrives twice",
    "the request arrives twice at once",
    "the request arrives again after a newer one",
    "a delay both ways",
    "a reply in drops",
}
"""Faults behind which the call still succeeds."""


class FaultProxy:
    """The proxy on a loopback port of its own, in a thread of its own."""

    def __init__(self, port: int) -> None:
        """`port`: of the server on loopback."""
        self._upstream = port
        self.plan: list[Fault] = []
        """What becomes of the next requests, in order; afterwards the line is good."""
        self.only = ""
        """Only requests whose first line contains this text are struck."""
        self.seen: list[str] = []
        """The first lines of all requests."""
        self.struck = 0
        """So many requests met a fault."""
        self.whole = 0
        """Bytes of the last reply the server gave to a request that met a fault."""
        self.late: list[bytes] = []
        """Requests held back: each arrives after the next one that meets no fault."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._ready.wait()

    def close(self) -> None:
        """Ends the proxy."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The loop itself holds only weak references to its tasks.
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            request = await _read(reader)
            first = request.partition(b"\r\n")[0].decode("latin-1")
            self.seen.append(first)
            fault: Fault = good
            ask, late = self._ask, list[bytes]()
            if self.plan and self.only in first:
                fault = self.plan.pop(0)
                self.struck += 1
                ask = self._ask_measured
            else:
                late, self.late = self.late, []
            await fault(Exchange(request, ask, writer, self.late.append))
            for former in late:
                # Nobody waits for its answer any more.
                await self._ask(former)
        except (OSError, EOFError, asyncio.CancelledError):
            # Either end went away, or the test is over: a line is like that.
            pass
        finally:
            writer.close()

    async def _ask_measured(self, request: bytes) -> bytes:
        reply = await self._ask(request)
        self.whole = len(reply)
        return reply

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        try:
            head, end, body = request.partition(b"\r\n\r\n")
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            # One request for each connection: the answer ends where the server closes.
            writer.write(b"\r\n".join([lines[0], b"connection: close", *lines[1:]]) + end + body)
            if not end or len(body) < _length(head):
                writer.write_eof()
            await writer.drain()
            return await reader.read()
        except OSError:
            return b""
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(_length(head))


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
