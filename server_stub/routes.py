"""What each route does with a call. What a call means is decided in sync.py and auth.py."""

import re

from fastapi import Response

from server_stub.auth import Auth, grants_mark
from server_stub.bodies import EnrolBody, KeysBody, NumbersBody, checked
from server_stub.downloads import Downloads
from server_stub.file_reply import file_reply
from server_stub.gateway import Call, Gateway
from server_stub.problems import invalid
from server_stub.server_keys import complete_device
from server_stub.session import Session
from server_stub.storage.base import Storage
from server_stub.sync import SyncService
from server_stub.wire import pull_reply, push_reply


class Routes:
    """The calls of protocol.md that carry records, and those about who calls."""

    def __init__(self, gateway: Gateway, service: SyncService, auth: Auth, downloads: Downloads, storage: Storage) -> None:
        """The parts that decide."""
        self._storage = storage
        self._gateway = gateway
        self._service = service
        self._auth = auth
        self._downloads = downloads

    def hello(self, call: Call) -> Response:
        return self._gateway.reply(call, self._service.hello())

    def enrol(self, call: Call) -> Response:
        session = self._gateway.session(call) if call.token else None
        body = checked(EnrolBody, self._gateway.decoded(call))
        if body.device is None and session is None:
            raise invalid("/device", "an object is needed")
        device = body.device.description() if body.device else None
        response = self._gateway.reply(
            call, self._auth.enrol(body.code, device, address=call.address, session=session, request_id=body.request_id)
        )
        if session is not None:
            response.headers["Sync-Grants"] = grants_mark(session)
        return response

    def account(self, call: Call, session: Session) -> Response:
        return self._gateway.reply(call, self._auth.account(session))

    def keys(self, call: Call, session: Session) -> Response:
        body = checked(KeysBody, self._gateway.decoded(call))
        complete_device(self._storage, session, body.public_key, body.sealing_key)
        return self._gateway.reply(call, self._auth.account(session))

    def heads(self, call: Call, session: Session) -> Response:
        return self._gateway.reply(call, self._service.heads(session, self._gateway.decoded(call)))

    def pull(self, call: Call, session: Session) -> Response:
        pulled = self._service.pull_rows(session, self._gateway.decoded(call))
        return self._gateway.reply(call, None if pulled.is_nothing else pull_reply(pulled))

    def push(self, call: Call, session: Session) -> Response:
        return self._gateway.reply(call, push_reply(self._service.push_rows(session, self._gateway.decoded(call, is_push=True))))

    def numbers(self, call: Call, session: Session) -> Response:
        body = checked(NumbersBody, self._gateway.decoded(call))
        return self._gateway.reply(call, self._service.numbers(session, body.request(self._service.limits)))

    def history(self, call: Call, session: Session) -> Response:
        before = call.query.get("before")
        if before is not None and not re.fullmatch(r"\d{1,15}", before):
            raise invalid("", "before is a version: an integer from 0")
        path = call.path
        version = None if before is None else int(before)
        return self._gateway.reply(call, self._service.history(session, path["stream"], path["type"], path["id"], version))

    def snapshot(self, call: Call, session: Session) -> Response:
        if_range = call.headers.get("if-range", "")
        download = self._downloads.open(session, call.path["stream"], if_range)
        return file_reply(download, call, "application/gzip")

    def logout(self, call: Call, session: Session) -> Response:
        self._auth.log_out(call.token)
        return Response(status_code=204)
