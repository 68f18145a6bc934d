"""The server as an ASGI application: the table of its routes, our headers on every reply, and what becomes of a failure."""

import logging
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from records.ids import Entropy
from records.protocol import BASE_PATH, PROTOCOL_VERSION, Limits
from records.record import RecordType
from server_stub.auth import Auth
from server_stub.bundle_routes import BundleRoutes
from server_stub.bundles import Bundles
from server_stub.downloads import Downloads
from server_stub.file_contents import FileContents
from server_stub.file_routes import FileRoutes
from server_stub.files import FileLimits, Files
from server_stub.gateway import Call, Gateway, language_of, problem_reply
from server_stub.lineage_routes import LineageRoutes
from server_stub.openapi import described, page_of, route_facts
from server_stub.problems import CallProblem
from server_stub.routes import Routes
from server_stub.session import Session
from server_stub.shedding import PLACES, Shedder
from server_stub.storage.base import Storage
from server_stub.sync import Clock, SyncService

_log = logging.getLogger("server_stub")


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


def create_app(
    storage: Storage,
    catalogue: Mapping[str, RecordType],
    clock: Clock,
    entropy: Entropy,
    *,
    limits: Limits | None = None,
    cache_folder: Path | None = None,
    places: int = PLACES,
    seconds: Callable[[], float] = time.monotonic,
    moved_to: str = "",
    files_folder: Path | None = None,
    file_limits: FileLimits | None = None,
) -> FastAPI:
    """The server as an ASGI application.

    Args:
        catalogue: Record types by name.
        entropy: Makes tokens and ids: `os.urandom` in a real server.
        cache_folder: Where first downloads are kept; None makes one under the system's folder for temporary files.
        places: How many calls may be in work before others are told to come back.
        seconds: A clock that is never set.
        moved_to: The base URL of the server that took this one's place; empty while there is none.
        files_folder: Where contents of files are kept, as long as the database; None: beside the cache, for tests.
    """
    auth = Auth(storage, clock, entropy)
    auth.ensure_server()
    folder = cache_folder or Path(tempfile.mkdtemp(prefix="thongthin-server-"))
    service = SyncService(storage, catalogue, clock, entropy, limits=limits)
    gateway = Gateway(auth, service.limits, Shedder(seconds, entropy, places), moved_to)
    routes = Routes(gateway, service, auth, Downloads(storage, folder), storage)
    recovery = LineageRoutes(gateway, service)
    files = Files(storage, files_folder or folder.parent / "files", clock, file_limits)
    file_routes = FileRoutes(gateway, files)
    folder.mkdir(parents=True, exist_ok=True)
    carried = Bundles(service, auth, storage, clock, entropy)
    carried.contents = FileContents(files, folder)
    bundles = BundleRoutes(carried, folder, service.limits)
    app = FastAPI(title="Thongthin central server", version=str(PROTOCOL_VERSION), docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(_OurHeaders)

    open_calls: tuple[tuple[str, str, Callable[[Call], Response], bool], ...] = (
        ("GET", "/hello", routes.hello, True),
        ("POST", "/enrol", routes.enrol, False),
    )
    for method, path, work, any_protocol in open_calls:
        _add(app, method, path, partial(gateway.open_to_all, work, any_protocol=any_protocol))
    token_calls: tuple[tuple[str, str, Callable[[Call, Session], Response]], ...] = (
        ("GET", "/account", routes.account),
        ("POST", "/keys", routes.keys),
        ("POST", "/heads", routes.heads),
        ("POST", "/pull", routes.pull),
        ("POST", "/push", routes.push),
        ("POST", "/numbers", routes.numbers),
        ("POST", "/logout", routes.logout),
        ("GET", "/streams/{stream:path}/snapshot", routes.snapshot),
        ("GET", "/streams/{stream:path}/lineage", recovery.lineage),
        ("GET", "/streams/{stream:path}/digest", recovery.digest),
        ("GET", "/streams/{stream:path}/records/{type}/{id}/history", routes.history),
        ("POST", "/streams/{stream:path}/files", file_routes.begin),
        ("GET", "/streams/{stream:path}/files", file_routes.missing),
        ("OPTIONS", "/streams/{stream:path}/files", file_routes.options),
        ("GET", "/streams/{stream:path}/files/{sha256}", file_routes.content),
        ("HEAD", "/streams/{stream:path}/files/uploads/{upload}", file_routes.offset),
    )
    for method, path, token_work in token_calls:
        _add(app, method, path, partial(gateway.with_token, token_work))
    _add(app, "PATCH", "/streams/{stream:path}/files/uploads/{upload}", partial(gateway.with_stream, file_routes.append))
    _add(app, "POST", "/bundles", partial(gateway.with_stream, bundles.bundle))

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(page_of(app.openapi()))

    @app.exception_handler(HTTPException)
    async def not_ours(request: Request, error: HTTPException) -> Response:
        language = language_of(request.headers.get("accept-language", ""))
        reply = problem_reply(CallProblem("method" if error.status_code == 405 else "not-found"), language)
        reply.headers.update(error.headers or {})
        return await gateway.marked(request, reply)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        incident = secrets.token_hex(6)
        _log.error("incident %s: %s %s", incident, request.method, request.url.path, exc_info=error)
        reply = problem_reply(CallProblem("server", extra={"incident": incident}), language_of(request.headers.get("accept-language", "")))
        # Starlette answers a bug outside every middleware: ours has not marked this reply.
        reply.headers["Sync-Protocol"] = str(PROTOCOL_VERSION)
        if mark := getattr(request.state, "grants", ""):
            reply.headers["Sync-Grants"] = mark
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
