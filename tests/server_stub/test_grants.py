"""Every route against every kind of caller: what nobody without a grant may see or change (law 9)."""

import hashlib
from typing import Any

import pytest

from tests.postgres import BOTH
from tests.server_stub.web import Web
from tests.server_stub.world import OFFICE, START

STORES = BOTH

CALLERS = {
    "owner": ("clerk", f"{OFFICE}:write"),
    "reader of the office": ("clerk", f"{OFFICE}:read"),
    "district": ("district", f"{OFFICE}:write"),
    "public reader": ("reader", f"{OFFICE}:read"),
    "another office": ("clerk", "office/5560101:write"),
    "nobody": None,
    "revoked": ("clerk", f"{OFFICE}:write"),
}
"""Kinds of caller: role and grant; None has no token."""

SEEN = {
    "owner": {"note", "grievance"},
    "reader of the office": {"note", "grievance"},
    "district": {"note", "executive_complaint"},
    "public reader": {"note"},
    "another office": set(),
}
"""Types each caller sees."""


def _body(web: Web, path: str, record_type: str = "note") -> dict[str, Any] | None:
    streams = {"streams": {OFFICE: START}}
    fields = {"title": "ข"} if record_type == "note" else {"text": "ข"}
    bodies: dict[str, Any] = {
        "/keys": {},
        "/heads": streams,
        "/pull": streams,
        "/push": {**streams, "changes": [web.world.change(type=record_type, set=fields, made_by=None)]},
        f"/streams/{OFFICE}/files": {"sha256": "a" * 64, "size": 5, "media_type": "image/png"},
        "/numbers": {"stream": OFFICE, "book": "receipt", "year": 2569, "count": 1, "request_id": web.world.new_id()},
    }
    return bodies.get(path)


def _outcome(reply: Any) -> str:
    """What became of a call, in one word."""
    if reply.request.method == "HEAD":
        return str(reply.status_code)
    if reply.status_code >= 400:
        return f"{reply.status_code} {reply.json()['code']}"
    told = reply.json() if reply.headers.get("content-type") == "application/json" else {}
    if told.get("problems"):
        return str(told["problems"][OFFICE]["code"])
    if told.get("results"):
        return str((told["results"][0]["problem"] or {"code": "applied"})["code"])
    return "seen"


OPEN_TO = {
    # route: owner, reader of the office, district, public reader, another office
    ("GET", "/account"): ("seen", "seen", "seen", "seen", "seen"),
    ("POST", "/keys"): ("seen", "seen", "seen", "seen", "seen"),
    # An empty body is no bundle, whoever brings it; whose bundle may do what is told in test_bundles.py.
    ("POST", "/bundles"): ("422 invalid", "422 invalid", "422 invalid", "422 invalid", "422 invalid"),
    ("POST", "/heads"): ("seen", "seen", "seen", "seen", "no-grant"),
    ("POST", "/pull"): ("seen", "seen", "seen", "seen", "no-grant"),
    ("POST", "/push"): ("applied", "no-grant", "applied", "no-grant", "no-grant"),
    ("POST", "/numbers"): ("seen", "403 no-grant", "403 no-grant", "403 no-grant", "403 no-grant"),
    ("GET", "/streams/{office}/snapshot"): ("seen", "seen", "seen", "seen", "403 no-grant"),
    ("GET", "/streams/{office}/lineage"): ("seen", "seen", "seen", "seen", "403 no-grant"),
    ("GET", "/streams/{office}/digest"): ("seen", "seen", "seen", "seen", "403 no-grant"),
    ("GET", "/streams/{office}/records/note/{note}/history"): ("seen", "seen", "seen", "seen", "403 no-grant"),
    ("GET", "/streams/{office}/records/grievance/{grievance}/history"): ("seen", "seen", "403 no-grant", "403 no-grant", "403 no-grant"),
    ("POST", "/streams/{office}/files"): ("seen", "403 no-grant", "seen", "403 no-grant", "403 no-grant"),
    ("GET", "/streams/{office}/files"): ("seen", "seen", "seen", "seen", "403 no-grant"),
    ("OPTIONS", "/streams/{office}/files"): ("seen", "seen", "seen", "seen", "seen"),
    ("GET", "/streams/{office}/files/{sha256}"): ("seen", "seen", "seen", "seen", "403 no-grant"),
    ("GET", "/streams/{office}/files/{secret}"): ("seen", "seen", "404 not-found", "404 not-found", "403 no-grant"),
    # An upload is that of the device that began it, whatever others are granted.
    ("HEAD", "/streams/{office}/files/uploads/{upload}"): ("404", "403", "404", "403", "403"),
    ("PATCH", "/streams/{office}/files/uploads/{upload}"): (
        "404 not-found",
        "403 no-grant",
        "404 not-found",
        "403 no-grant",
        "403 no-grant",
    ),
    ("POST", "/logout"): ("seen", "seen", "seen", "seen", "seen"),
}


def _ref(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "name": "ก.pdf", "media_type": "application/pdf"}


class _Office:
    """An office with one record of each area, and a caller of every kind."""

    def __init__(self, web: Web) -> None:
        self.web = web
        boss = web.enrol("boss", f"{OFFICE}:write:*", role="head")
        changes = {name: web.world.change(type=name, set={"text": "ก"}, made_by="boss") for name in ("grievance", "executive_complaint")}
        changes["note"] = web.world.change(made_by="boss")
        files = {name: _ref(name.encode()) for name in ("note", "grievance")}
        for name, file in files.items():
            changes[name]["set"]["attachments"] = [file]
        assert all(result["status"] == "applied" for result in web.push(boss, *changes.values()).json()["results"])
        self.ids = {name: change["id"] for name, change in changes.items()}
        self.ids |= {"sha256": files["note"]["sha256"], "secret": files["grievance"]["sha256"], "upload": self._begun(boss, b"unfinished")}
        for content in (b"note", b"grievance"):
            self._part(boss, self._begun(boss, content), content)

    def _begun(self, token: str, content: bytes) -> str:
        reply = self.web.call("POST", f"/streams/{OFFICE}/files", token, json=_ref(content))
        return str(reply.headers["Location"].rsplit("/", 1)[1])

    def _part(self, token: str | None, upload: str, content: bytes) -> Any:
        headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        return self.web.call("PATCH", f"/streams/{OFFICE}/files/uploads/{upload}", token, headers=headers, content=content)

    def token(self, caller: str) -> str | None:
        known = CALLERS[caller]
        if known is None:
            return None
        token = self.web.enrol(caller.replace(" ", "-"), known[1], role=known[0])
        if caller == "revoked":
            self.web.auth.revoke(self.web.call("GET", "/account", token).json()["device_id"])
        return token

    def call(self, method: str, path: str, token: str | None) -> Any:
        at = path.format(office=OFFICE, **self.ids)
        if method == "PATCH":
            return self._part(token, self.ids["upload"], b"x")
        return self.web.call(method, at, token, json=_body(self.web, at) if method == "POST" else None)


@pytest.mark.parametrize("route", OPEN_TO, ids=" ".join)
def test_the_matrix_of_routes_and_callers(web: Web, route: tuple[str, str]) -> None:
    office = _Office(web)
    callers = list(CALLERS)[:5]
    found = tuple(_outcome(office.call(*route, office.token(caller))) for caller in callers)
    assert found == OPEN_TO[route]
    for caller in ("unauthenticated", "revoked"):
        expected = "401" if route[0] == "HEAD" else f"401 {caller}"
        assert _outcome(office.call(*route, office.token("nobody" if caller == "unauthenticated" else caller))) == expected


def test_every_route_that_needs_a_token_has_a_row_in_the_matrix(web: Web) -> None:
    paths = {
        (method.upper(), path) for path, operations in web.client.get("/openapi.json").json()["paths"].items() for method in operations
    }
    named = {(method, "/sync/v1" + path.split("/records")[0]) for method, path in OPEN_TO}
    routes = {(method, path.replace("{stream}", "{office}").split("/records")[0]) for method, path in paths}
    assert routes - named == {("GET", "/sync/v1/hello"), ("POST", "/sync/v1/enrol")}


@pytest.mark.parametrize("caller", SEEN)
def test_a_page_shows_only_what_the_caller_may_see(web: Web, caller: str) -> None:
    office = _Office(web)
    reply = office.call("POST", "/pull", office.token(caller)).json()
    assert {snapshot["type"] for snapshot in reply["snapshots"]} == SEEN[caller]


def test_an_office_never_reads_of_complaints_about_its_executive(web: Web) -> None:
    office = _Office(web)
    token = office.token("owner")
    wish = web.world.change(type="executive_complaint", id=office.ids["executive_complaint"], set={"text": "ข"}, made_by=None)
    (result,) = web.push(token or "", wish).json()["results"]
    assert (result["status"], result["problem"]["code"], result["snapshot"]) == ("refused", "no-grant", None)
