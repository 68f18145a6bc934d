"""How an HTTP request becomes a call and what comes of it a reply: tokens, counters, bodies, compression, problem documents.

The hot path takes raw bytes and decodes them once; handlers are plain functions run on worker threads, each with its own connection.
"""

import logging
import re
from collections.abc import Callable, Mapping
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
from server_stub.whole_push import read_push
from server_stub.wire import compressed

_log = logging.getLogger("server_stub")
_HARD_CAP = 4
"""Times the limit of bytes that is read of a body at all: enough to refuse a single large change by name."""
_COUNTER = re.compile(r"\d{1,16}")
_JSON = "application/json"
_PROBLEM = "application/problem+json"


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

    def __init__(self, auth: Auth, limits: Limits) -> None:
        """`limits`: as `hello` tells them."""
        self._auth = auth
        self._limits = limits

    async def open_to_all(self, work: Callable[[Call], Response], request: Request, *, any_protocol: bool = False) -> Response:
        """Runs a call that needs no token."""
        return await self._answer(request, work, any_protocol=any_protocol)

    async def with_token(self, work: Callable[[Call, Session], Response], request: Request) -> Response:
        """Runs a call of a caller whose token is good."""

        def run(call: Call) -> Response:
            session = self.session(call)
            try:
                self._count(call, session)
                response = work(call, session)
            except AppError as error:
                response = problem_reply(error, call.language)
            response.headers["Sync-Grants"] = grants_mark(session)
            return response

        return await self._answer(request, run, any_protocol=False)

    async def _answer(self, request: Request, run: Callable[[Call], Response], *, any_protocol: bool) -> Response:
        language = language_of(request.headers.get("accept-language", ""))
        try:
            if not any_protocol and request.headers.get("sync-protocol") != str(PROTOCOL_VERSION):
                raise CallProblem("upgrade-required", extra={"protocol": {"min": PROTOCOL_VERSION, "max": PROTOCOL_VERSION}})
            body = await self._body(request)
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            call = Call(
                headers=request.headers,
                body=body,
                path=request.path_params,
                query=request.query_params,
                address=request.client.host if request.client else "",
                language=language,
                token=token.strip() if scheme.lower() == "bearer" else "",
            )
            return await run_in_threadpool(run, call)
        except AppError as error:
            return problem_reply(error, language)
        except ClientDisconnect:
            # The line broke inside the body: nobody reads this reply.
            return problem_reply(invalid("", "the body is cut off"), language)

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
        self._auth.count(session, int(counter))

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


def problem_reply(error: AppError, language: Language) -> Response:
    """The problem document an error becomes."""
    if not isinstance(error, CallProblem):
        _log.error("the store failed: %s", error)
        error = CallProblem("unavailable", retry_after_s=30) if isinstance(error, Unavailable) else CallProblem("server")
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    if error.code in ("unauthenticated", "revoked"):
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(error.document(language)), error.type.status, headers, _PROBLEM)
