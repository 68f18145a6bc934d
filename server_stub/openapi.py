"""The OpenAPI page: bodies and replies stated by hand, because the hot path takes raw bytes; a test holds them against protocol.py."""

import html
from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI

from records.bundle import MEDIA_TYPE as BUNDLE_TYPE
from records.problem_types import PROBLEMS
from records.protocol import (
    AccountReply,
    DigestReply,
    Enrolled,
    FileHere,
    FilesMissing,
    HeadsReply,
    Hello,
    HistoryReply,
    NumbersReply,
    Position,
    PullReply,
    PushReply,
    PushRequest,
)

_REF = "#/components/schemas/{name}"
_POSITIONS = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Position"}}
_ENROL = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "minLength": 1, "maxLength": 100},
        "device": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 200},
                "os": {"type": "string"},
                "app_version": {"type": "string"},
                "public_key": {"type": "string", "description": "Ed25519, 64 hex digits"},
                "sealing_key": {"type": "string", "description": "X25519, 64 hex digits"},
            },
        },
        "request_id": {"type": "string", "maxLength": 100, "description": "the same again: the same request, answered again"},
    },
}
_NUMBERS = {
    "type": "object",
    "required": ["stream", "book", "year", "count", "request_id"],
    "properties": {
        "streams": _POSITIONS,
        "stream": {"type": "string"},
        "book": {"type": "string", "minLength": 1, "maxLength": 60},
        "year": {"type": "integer", "minimum": 1, "maximum": 9999},
        "count": {"type": "integer", "minimum": 1, "maximum": 1000},
        "seen": {"type": "integer", "minimum": 0},
        "request_id": {"type": "string", "format": "uuid"},
    },
}
_KEYS = {
    "type": "object",
    "properties": {name: {"type": "string", "pattern": "^([0-9a-f]{64})?$"} for name in ("public_key", "sealing_key")},
}
_HEADS = {"type": "object", "required": ["streams"], "properties": {"streams": _POSITIONS}}
_PULL = {
    "type": "object",
    "required": ["streams"],
    "properties": {"streams": _POSITIONS, "limit": {"type": "integer", "minimum": 1, "maximum": 2000}},
}
_PUSH = {"$ref": "#/components/schemas/PushRequest"}

_FILE = {
    "type": "object",
    "required": ["sha256", "size"],
    "properties": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "size": {"type": "integer", "minimum": 0},
        "media_type": {"type": "string", "maxLength": 200},
    },
}
_PART_HEADERS = {
    "HEAD": (("Tus-Resumable", "1.0.0", False),),
    "PATCH": (
        ("Tus-Resumable", "1.0.0", False),
        ("Upload-Offset", "Bytes the server has, as HEAD says", True),
        ("Upload-Checksum", "sha256 or sha1, a space, the digest of this part in base64", False),
    ),
}

_COMMON = (404, 405, 421, 426, 500, 503)
_TOKEN = (401, 409)
_BODY = (413, 415, 422)
# method, path: what it does, body, reply, 204, further statuses
_ROUTES: Mapping[tuple[str, str], tuple[str, Any, type | None, bool, tuple[int, ...]]] = {
    ("GET", "/hello"): ("What the server speaks and its limits", None, Hello, False, ()),
    ("POST", "/enrol"): ("Let an account work on this device", _ENROL, Enrolled, False, (401, 403, 429, *_BODY)),
    ("GET", "/account"): ("Who the caller is and what is granted", None, AccountReply, False, (*_TOKEN, 422)),
    ("POST", "/keys"): ("Give the device the keys of bundles it had none of", _KEYS, AccountReply, False, (*_TOKEN, *_BODY)),
    ("POST", "/bundles"): ("Run the bundle of any device; the reply is its sealed reply", None, None, False, (*_TOKEN, 413, 422)),
    ("POST", "/heads"): ("Which streams moved; 204 when none did", _HEADS, HeadsReply, True, (*_TOKEN, *_BODY)),
    ("POST", "/pull"): ("The next page of snapshots; 204 when there is nothing new", _PULL, PullReply, True, (*_TOKEN, *_BODY)),
    ("POST", "/push"): ("Offer changes; each gets its own result", _PUSH, PushReply, False, (*_TOKEN, *_BODY)),
    ("POST", "/numbers"): ("Lease a block of numbers", _NUMBERS, NumbersReply, False, (403, *_TOKEN, *_BODY)),
    ("POST", "/logout"): ("End the token", None, None, True, (*_TOKEN, 422)),
    ("GET", "/streams/{stream:path}/snapshot"): ("The first download of a stream, gzip JSON lines", None, None, False, (206, 403, 416, *_TOKEN, 422)),
    ("GET", "/streams/{stream:path}/lineage"): (
        "Every hash each record had after a seq, gzip JSON lines", None, None, False, (403, *_TOKEN, 422),
    ),
    ("GET", "/streams/{stream:path}/digest"): (
        "Count and sum of hashes by type and first byte of id, as it stood at a seq", None, DigestReply, False, (403, *_TOKEN, 422),
    ),
    ("GET", "/streams/{stream:path}/records/{type}/{id}/history"): (
        "The versions of a record, newest first", None, HistoryReply, False, (403, *_TOKEN, 422),
    ),
    ("POST", "/streams/{stream:path}/files"): (
        "Begin to send a file; 201 names where its parts go (tus 1.0)", _FILE, FileHere, False, (201, 403, *_TOKEN, *_BODY, 429, 507),
    ),
    ("GET", "/streams/{stream:path}/files"): ("Files that records name and the server does not have", None, FilesMissing, False, (403, *_TOKEN)),
    ("OPTIONS", "/streams/{stream:path}/files"): ("What of tus the server speaks", None, None, True, _TOKEN),
    ("GET", "/streams/{stream:path}/files/{sha256}"): ("The content of a file", None, None, False, (206, 403, 416, *_TOKEN)),
    ("HEAD", "/streams/{stream:path}/files/uploads/{upload}"): ("How far an upload came", None, None, False, (403, 412, *_TOKEN)),
    ("PATCH", "/streams/{stream:path}/files/uploads/{upload}"): (
        "The next part of a file", None, None, True, (403, 412, 415, 422, 460, 507, *_TOKEN),
    ),
}  # fmt: skip
_STRUCTS = (
    Hello,
    Enrolled,
    AccountReply,
    HeadsReply,
    PullReply,
    PushReply,
    PushRequest,
    HistoryReply,
    NumbersReply,
    Position,
    DigestReply,
    FileHere,
    FilesMissing,
)


def route_facts(method: str, path: str) -> dict[str, Any]:
    """What FastAPI is told about a route."""
    summary, body, reply, may_be_empty, statuses = _ROUTES[method, path]
    responses: dict[int | str, dict[str, Any]] = {}
    for status in (*statuses, *_COMMON):
        titles = " · ".join(problem.title.en for problem in PROBLEMS.values() if problem.status == status)
        responses[status] = {"description": titles or "See protocol.md", "content": {"application/problem+json": {}}}
    if may_be_empty:
        responses[204] = {"description": "Nothing to say"}
    if reply is not None:
        schema = {"$ref": _REF.format(name=reply.__name__)}
        responses[200] = {"description": summary, "content": {"application/json": {"schema": schema}}}
    elif path.endswith("lineage"):
        responses[200] = {"description": summary, "content": {"application/gzip": {}}}
    elif 416 in statuses:
        for status in (200, 206):
            media_type = "application/gzip" if path.endswith("snapshot") else "application/octet-stream"
            responses[status] = {"description": summary, "content": {media_type: {}}}
        responses[416] = {"description": "The range begins beyond the end"}
    elif path.endswith("bundles"):
        responses[200] = {"description": summary, "content": {BUNDLE_TYPE: {}}}
    parameters = [] if path == "/hello" else [_header("Sync-Protocol", "1 on every message", is_required=True)]
    if path not in ("/hello", "/enrol"):
        parameters.append(_header("Sync-Counter", "Rises with every request of a device; the same request keeps its number"))
        parameters.append(_header("Sync-Mark", "1 to 64 hex digits, made anew with each number; the same request keeps it"))
    parameters += [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("stream", "type", "id", "sha256", "upload")
        if "{" + name in path
    ]
    asked = {"history": "before", "lineage": "after", "digest": "at"}.get(path.rsplit("/", maxsplit=1)[-1])
    if asked is not None:
        parameters.append({"name": asked, "in": "query", "schema": {"type": "integer", "minimum": 0}})
    if path.endswith("{upload}"):
        parameters += [_header(name, description, is_required=is_needed) for name, description, is_needed in _PART_HEADERS[method]]
    extra: dict[str, Any] = {"parameters": parameters}
    if method == "PATCH":
        extra["requestBody"] = {"required": True, "content": {"application/offset+octet-stream": {}}}
    if body is not None:
        extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    elif path.endswith("bundles"):
        extra["requestBody"] = {"required": True, "content": {BUNDLE_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    if path not in ("/hello", "/enrol"):
        extra["security"] = [{"token": []}]
    status_code = 204 if reply is None and may_be_empty else 200
    return {"summary": summary, "responses": responses, "openapi_extra": extra, "status_code": status_code}


def _header(name: str, description: str, *, is_required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": is_required, "description": description, "schema": {"type": "string"}}


def described(app: FastAPI) -> None:
    """Gives the app an OpenAPI document with the messages of records.protocol as its schemas."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        document = generated()
        _, schemas = msgspec.json.schema_components(_STRUCTS, ref_template=_REF)
        components = document.setdefault("components", {})
        components.setdefault("schemas", {}).update(schemas)
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def page_of(document: Mapping[str, Any]) -> str:
    """The document as a page that needs no script and no other server."""
    rows = "".join(
        f"<tr><td><code>{html.escape(method.upper())}</code></td><td><code>{html.escape(path)}</code></td>"
        f"<td>{html.escape(operation.get('summary', ''))}</td><td>{html.escape(', '.join(sorted(operation['responses'])))}</td></tr>"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )
    title = html.escape(document["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font:16px/1.5 sans-serif;margin:2rem;max-width:70rem}td,th{padding:.3rem .8rem;text-align:left;vertical-align:top}"
        "tr:nth-child(even){background:#f2f4f6}</style>"
        f'<h1>{title}</h1><p>The whole document: <a href="/openapi.json">openapi.json</a></p>'
        f"<table><tr><th>Method</th><th>Path</th><th>What it does</th><th>Statuses</th></tr>{rows}</table></html>"
    )
