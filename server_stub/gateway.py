"""How an HTTP request becomes a call and what comes of it a reply: tokens, counters, bodies, compression, problem documents.

The hot path takes raw bytes and decodes them once; handlers are plain functions run on worker threads, each with its own connection.
"""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from records.errors import AppError, Unavailable
from records.kinds.base import LARGEST_INTEGER
from records.protocol import PROTOCOL_VERSION, Limits
from records.words import Language
from server_stub.auth import Auth, grants_mark
from server_stub.json_in import OverCap, decode, inflate
from server_stub.problems import CallProblem, invalid, too_large
from server_stub.session import Session
from server_stub.shape import is_too_large
from server_stub.shedding import Shed, Shedder, is_waited_for
from server_stub.whole_push import read_push
from server_stub.wire import compressed

_log = logging.getLogger("server_stub")
_HARD_CAP = 4
"""Times the limit of bytes that is read of a body at all: enough to refuse a single large change by name."""
_COUNTER = re.compile(r"\d{1,16}")
_MARK = re.compile(r"[0-9a-f]{1,64}")
_JSON = "application/json"
_PROBLEM = "application/problem+json"

Blocks = AsyncIterator[bytes]
"""A body as it comes."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request after its headers were read."""

    headers: Headers
    body: bytes
    path: Mapping[str, Any]
    query: Mapping[str, str]
    address: str
    language: Language
    token: str
    """Empty when the request has none."""


def language_of(accept_language: str) -> Language:
    """The first of Thai and English that the header names, by weight; Thai when it names neither."""
    best, chosen = 0.0, Language.THAI
    for part in accept_language.lower().split(","):
        tag, _, weight = part.replace(" ", "").replace("\t", "").partition(";q=")
        try:
            value = float(weight or 1)
        except ValueError:
            continue
        for language in Language:
            if tag.split("-")[0] == language and value > best:
                best, chosen = value, language
    return chosen


class Gateway:
    """What all routes share."""

    def __init__(self, auth: Auth, limits: Limits, shedder: Shedder, moved_to: str = "") -> None:
        """`limits`: as `hello` tells them. `moved_to`: the base URL every call but hello is sent to; empty while the server is here."""
        self._moved_to = moved_to
        self._auth = auth
        self._limits = limits
        self._shedder = shedder
        self._uploads = shedder.another()

    async def open_to_all(self, work: Callable[[Call], Response], request: Request, *, any_protocol: bool = False) -> Response:
        """Runs a call that needs no token."""
        return await self._answer(request, work, any_protocol=any_protocol)

    async def with_token(self, work: Callable[[Call, Session], Response], request: Request) -> Response:
        """Runs a call of a caller whose token is good."""

        def run(call: Call) -> Response:
            session = self.session(call)
            # Kept beside the request too: the reply to a bug is made elsewhere and carries it as well.
            mark = request.state.grants = grants_mark(session)
            try:
                self._count(call, session)
                response = work(call, session)
            except AppError as error:
                response = problem_reply(error, call.language)
            response.headers["Sync-Grants"] = mark
            return response

        return await self._answer(request, run, any_protocol=False)

    async def with_stream(self, work: Callable[[Call, Session, Blocks], Awaitable[Response]], request: Request) -> Response:
        """Runs a call of a caller whose token is good, which reads the body itself as it comes: for bodies larger than memory."""
        language = language_of(request.headers.get("accept-language", ""))
        try:
            self._admit(request, any_protocol=False)
            call = _call_of(request, b"", language)
            session = await run_in_threadpool(self.session, call)
        except Shed as error:
            return problem_reply(error, language)
        except AppError as error:
            return await self.marked(request, problem_reply(error, language))
        try:
            await run_in_threadpool(self._count, call, session)
            # A slow line fills a file for hours: it must not keep a place from calls that take milliseconds.
            with self._uploads.place(waited_for=is_waited_for(request.headers.get("priority", ""))):
                response = await work(call, session, request.stream())
        except AppError as error:
            response = problem_reply(error, language)
        except ClientDisconnect:
            response = problem_reply(invalid("", "the body is cut off"), language)
        response.headers["Sync-Grants"] = grants_mark(session)
        return response

    async def _answer(self, request: Request, run: Callable[[Call], Response], *, any_protocol: bool) -> Response:
        language = language_of(request.headers.get("accept-language", ""))
        try:
            self._admit(request, any_protocol=any_protocol)
            call = _call_of(request, await self._body(request), language)
            with self._shedder.place(waited_for=is_waited_for(request.headers.get("priority", ""))):
                return await run_in_threadpool(run, call)
        except Shed as error:
            # Whose token it is was not looked up: that is the very work there is no place for.
            return problem_reply(error, language)
        except AppError as error:
            return await self.marked(request, problem_reply(error, language))
        except ClientDisconnect:
            # The line broke inside the body: nobody reads this reply.
            return problem_reply(invalid("", "the body is cut off"), language)

    def _admit(self, request: Request, *, any_protocol: bool) -> None:
        """Lets a request in as far as its first line and headers say. Raises CallProblem."""
        if not any_protocol and request.headers.get("sync-protocol") != str(PROTOCOL_VERSION):
            raise CallProblem("upgrade-required", extra={"protocol": {"min": PROTOCOL_VERSION, "max": PROTOCOL_VERSION}})
        if self._moved_to and not any_protocol:
            raise CallProblem("moved", extra={"base_url": self._moved_to})
        if not all(_is_sayable(part) for part in request.path_params.values()):
            raise CallProblem("not-found")
        self._shedder.check(waited_for=is_waited_for(request.headers.get("priority", "")))

    async def marked(self, request: Request, reply: Response) -> Response:
        """A reply made before anybody asked whose token it is: to a good one it carries Sync-Grants like every other."""
        token = _token_of(request)
        if token and "Sync-Grants" not in reply.headers:
            with suppress(AppError):
                session = await run_in_threadpool(self._auth.session, token, Language.THAI)
                reply.headers["Sync-Grants"] = grants_mark(session)
        return reply

    async def _body(self, request: Request) -> bytes:
        """The body as sent, never more of it than could count. Raises CallProblem."""
        cap = self._limits.bytes * _HARD_CAP
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > cap:
                raise too_large(self._limits)
            parts.append(part)
        return b"".join(parts)

    def session(self, call: Call) -> Session:
        """Whose token the call carries. Raises CallProblem."""
        if not call.token:
            raise CallProblem("unauthenticated")
        return self._auth.session(call.token, call.language)

    def _count(self, call: Call, session: Session) -> None:
        counter = call.headers.get("sync-counter")
        if counter is None:
            return
        if not _COUNTER.fullmatch(counter) or int(counter) > LARGEST_INTEGER:
            raise invalid("", "Sync-Counter is an integer from 0 to 2^53-1")
        mark = call.headers.get("sync-mark")
        if mark is not None and not _MARK.fullmatch(mark):
            raise invalid("", "Sync-Mark is 1 to 64 hex digits")
        self._auth.count(session, int(counter), mark or "")

    def decoded(self, call: Call, *, is_push: bool = False) -> object:
        """The JSON of the body. Raises CallProblem."""
        limits = self._limits
        try:
            plain = inflate(call.body, call.headers.get("content-encoding", ""), limits.bytes * _HARD_CAP)
        except OverCap as error:
            raise too_large(limits) from error
        if len(plain) <= limits.bytes:
            return (read_push(plain) if is_push else None) or decode(plain)
        # A single change above every limit is refused by name: halving the batch would never end.
        value = decode(plain) if is_push else None
        changes = value.get("changes") if isinstance(value, dict) else None
        if not isinstance(changes, list) or len(changes) != 1 or not is_too_large(changes[0], limits):
            raise too_large(limits)
        return value

    @staticmethod
    def reply(call: Call, reply: msgspec.Struct | None) -> Response:
        """The reply as JSON, compressed as the caller understands; None is 204."""
        if reply is None:
            return Response(status_code=204)
        body, coding = compressed(msgspec.json.encode(reply), call.headers.get("accept-encoding", ""))
        headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": coding} if coding else {})
        return Response(body, media_type=_JSON, headers=headers)


def _is_sayable(part: str) -> bool:
    """Whether a part of a path can name anything: stores hold neither NUL nor lone surrogates, and must not be asked for them."""
    return part.isprintable()


def _token_of(request: Request) -> str:
    """The bearer token of a request; empty when it has none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _call_of(request: Request, body: bytes, language: Language) -> Call:
    return Call(
        headers=request.headers,
        body=body,
        path=request.path_params,
        query=request.query_params,
        address=request.client.host if request.client else "",
        language=language,
        token=_token_of(request),
    )


def problem_reply(error: AppError, language: Language) -> Response:
    """The problem document an error becomes."""
    if not isinstance(error, CallProblem):
        _log.error("the store failed: %s", error)
        error = CallProblem("unavailable", retry_after_s=30) if isinstance(error, Unavailable) else CallProblem("server")
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    if error.code in ("unauthenticated", "revoked"):
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(error.document(language)), error.type.status, headers, _PROBLEM)
