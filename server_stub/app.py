"""The routes of the server over HTTP: headers, tokens, bodies in and out. What a call means is decided in sync.py and auth.py.

The hot path takes raw bytes and decodes them once; handlers are plain functions run on worker threads, each with its own connection.
"""

import logging
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from records.errors import AppError, Unavailable
from records.ids import Entropy
from records.kinds.base import LARGEST_INTEGER
from records.protocol import BASE_PATH, PROTOCOL_VERSION, Limits
from records.record import RecordType
from records.words import Language
from server_stub.auth import Auth, grants_mark
from server_stub.bodies import EnrolBody, NumbersBody, checked
from server_stub.downloads import Download, Downloads, Part, part_of
from server_stub.json_in import OverCap, decode, inflate
from server_stub.openapi import described, page_of, route_facts
from server_stub.problems import CallProblem, invalid, too_large
from server_stub.session import Session
from server_stub.shape import is_too_large
from server_stub.storage.base import Storage
from server_stub.sync import Clock, SyncService
from server_stub.wire import compressed, pull_reply, push_reply

_log = logging.getLogger("server_stub")
_HARD_CAP = 4
"""Times the limit of bytes that is read of a body at all: enough to refuse a single large change by name."""
_COUNTER = re.compile(r"\d{1,16}")
_BLOCK = 1 << 18
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


class _OurHeaders:
    """Puts Sync-Protocol on every reply, so that a client tells this server from a captive portal."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Sync-Protocol"] = str(PROTOCOL_VERSION)
                if message["status"] != 204:  # the reply of most calls: every byte of it is paid by the month
                    headers["X-Content-Type-Options"] = "nosniff"
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_marked if scope["type"] == "http" else send)


class Gateway:
    """Turns requests into calls of the service and what comes of them into replies."""

    def __init__(self, service: SyncService, auth: Auth, downloads: Downloads) -> None:
        """The parts that decide."""
        self._service = service
        self._auth = auth
        self._downloads = downloads

    # What each route does -------------------------------------------------------------------------------------------------------

    def hello(self, call: Call) -> Response:
        return self._reply(call, self._service.hello())

    def enrol(self, call: Call) -> Response:
        session = self._session(call) if call.token else None
        body = checked(EnrolBody, self._decoded(call))
        if body.device is None and session is None:
            raise invalid("/device", "an object is needed")
        device = body.device.description() if body.device else None
        response = self._reply(call, self._auth.enrol(body.code, device, address=call.address, session=session))
        if session is not None:
            response.headers["Sync-Grants"] = grants_mark(session)
        return response

    def account(self, call: Call, session: Session) -> Response:
        return self._reply(call, self._auth.account(session))

    def heads(self, call: Call, session: Session) -> Response:
        return self._reply(call, self._service.heads(session, self._decoded(call)))

    def pull(self, call: Call, session: Session) -> Response:
        pulled = self._service.pull_rows(session, self._decoded(call))
        return self._reply(call, None if pulled.is_nothing else pull_reply(pulled))

    def push(self, call: Call, session: Session) -> Response:
        return self._reply(call, push_reply(self._service.push_rows(session, self._decoded(call, is_push=True))))

    def numbers(self, call: Call, session: Session) -> Response:
        body = checked(NumbersBody, self._decoded(call))
        return self._reply(call, self._service.numbers(session, body.request(self._service.limits)))

    def history(self, call: Call, session: Session) -> Response:
        before = call.query.get("before")
        if before is not None and not re.fullmatch(r"\d{1,15}", before):
            raise invalid("", "before is a version: an integer from 0")
        path = call.path
        version = None if before is None else int(before)
        return self._reply(call, self._service.history(session, path["stream"], path["type"], path["id"], version))

    def snapshot(self, call: Call, session: Session) -> Response:
        if_range = call.headers.get("if-range", "")
        download = self._downloads.open(session, call.path["stream"], if_range)
        return _file_reply(download, call.headers.get("range", ""), if_range)

    def logout(self, call: Call, session: Session) -> Response:
        self._auth.log_out(call.token)
        return Response(status_code=204)

    # How a request becomes a call -----------------------------------------------------------------------------------------------

    async def open_to_all(self, work: Callable[[Call], Response], request: Request, *, any_protocol: bool = False) -> Response:
        """Runs a call that needs no token."""
        return await self._answer(request, work, any_protocol=any_protocol)

    async def with_token(self, work: Callable[[Call, Session], Response], request: Request) -> Response:
        """Runs a call of a caller whose token is good."""

        def run(call: Call) -> Response:
            session = self._session(call)
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
        cap = self._service.limits.bytes * _HARD_CAP
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > cap:
                raise too_large(self._service.limits)
            parts.append(part)
        return b"".join(parts)

    def _session(self, call: Call) -> Session:
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

    def _decoded(self, call: Call, *, is_push: bool = False) -> object:
        """The JSON of the body. Raises CallProblem."""
        limits = self._service.limits
        try:
            plain = inflate(call.body, call.headers.get("content-encoding", ""), limits.bytes * _HARD_CAP)
        except OverCap as error:
            raise too_large(limits) from error
        if len(plain) <= limits.bytes:
            return decode(plain)
        # A single change above every limit is refused by name: halving the batch would never end.
        value = decode(plain) if is_push else None
        changes = value.get("changes") if isinstance(value, dict) else None
        if not isinstance(changes, list) or len(changes) != 1 or not is_too_large(changes[0], limits):
            raise too_large(limits)
        return value

    @staticmethod
    def _reply(call: Call, reply: msgspec.Struct | None) -> Response:
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


def _file_reply(download: Download, range_header: str, if_range: str) -> Response:
    headers = {"ETag": download.etag, "Accept-Ranges": "bytes"}
    part = part_of(download, range_header, if_range)
    if part is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{download.size}"})
    status = 200 if part.is_whole else 206
    headers["Content-Length"] = str(part.last - part.first + 1)
    if not part.is_whole:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{download.size}"
    return StreamingResponse(_blocks(download.path, part), status, headers, "application/gzip")


def _blocks(path: Path, part: Part) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.first)
        left = part.last - part.first + 1
        while left > 0 and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            yield block


def create_app(
    storage: Storage,
    catalogue: Mapping[str, RecordType],
    clock: Clock,
    entropy: Entropy,
    *,
    limits: Limits | None = None,
    cache_folder: Path | None = None,
) -> FastAPI:
    """The server as an ASGI application.

    Args:
        catalogue: Record types by name.
        entropy: Makes tokens and ids: `os.urandom` in a real server.
        cache_folder: Where first downloads are kept; None makes one under the system's folder for temporary files.
    """
    auth = Auth(storage, clock, entropy)
    auth.ensure_server()
    folder = cache_folder or Path(tempfile.mkdtemp(prefix="thongthin-server-"))
    gateway = Gateway(SyncService(storage, catalogue, clock, entropy, limits=limits), auth, Downloads(storage, folder))
    app = FastAPI(title="Thongthin central server", version=str(PROTOCOL_VERSION), docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(_OurHeaders)

    open_calls: tuple[tuple[str, str, Callable[[Call], Response], bool], ...] = (
        ("GET", "/hello", gateway.hello, True),
        ("POST", "/enrol", gateway.enrol, False),
    )
    for method, path, work, any_protocol in open_calls:
        _add(app, method, path, partial(gateway.open_to_all, work, any_protocol=any_protocol))
    token_calls: tuple[tuple[str, str, Callable[[Call, Session], Response]], ...] = (
        ("GET", "/account", gateway.account),
        ("POST", "/heads", gateway.heads),
        ("POST", "/pull", gateway.pull),
        ("POST", "/push", gateway.push),
        ("POST", "/numbers", gateway.numbers),
        ("POST", "/logout", gateway.logout),
        ("GET", "/streams/{stream:path}/snapshot", gateway.snapshot),
        ("GET", "/streams/{stream:path}/records/{type}/{id}/history", gateway.history),
    )
    for method, path, token_work in token_calls:
        _add(app, method, path, partial(gateway.with_token, token_work))

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page_of(app.openapi()))

    @app.exception_handler(HTTPException)
    async def not_ours(request: Request, error: HTTPException) -> Response:
        language = language_of(request.headers.get("accept-language", ""))
        reply = problem_reply(CallProblem("method" if error.status_code == 405 else "not-found"), language)
        reply.headers.update(error.headers or {})
        return reply

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        incident = secrets.token_hex(6)
        _log.error("incident %s: %s %s", incident, request.method, request.url.path, exc_info=error)
        reply = problem_reply(CallProblem("server", extra={"incident": incident}), language_of(request.headers.get("accept-language", "")))
        # Starlette answers a bug outside every middleware: ours has not marked this reply.
        reply.headers["Sync-Protocol"] = str(PROTOCOL_VERSION)
        return reply

    described(app)
    return app


def _add(app: FastAPI, method: str, path: str, answer: Callable[[Request], Any]) -> None:
    async def endpoint(request: Request) -> Response:
        response: Response = await answer(request)
        return response

    endpoint.__name__ = f"{method.lower()}_{path.rsplit('/', maxsplit=1)[-1]}"
    facts = route_facts(method, path)
    app.add_api_route(BASE_PATH + path, endpoint, methods=[method], response_model=None, response_class=Response, **facts)
