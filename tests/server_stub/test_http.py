"""The edges of HTTP: headers, encodings, sizes, languages, what is wrong and never a 500."""

import gzip
import itertools
import json
import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard

from records.problem_types import PROBLEMS
from records.protocol import Limits, PullReply, PushReply
from records.words import Language
from server_stub.problems import CallProblem
from tests.postgres import BOTH
from tests.server_stub.web import DEVICE, Web, web_of
from tests.server_stub.world import OFFICE, START, World

STORES = BOTH

HEADS = {"streams": {OFFICE: START}}


def _code(reply: Any) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    assert reply.headers["Sync-Protocol"] == "1"
    problem = reply.json()
    assert problem["status"] == reply.status_code
    assert problem["title"]
    assert problem["detail"]
    return reply.status_code, problem["code"]


def test_hello_needs_nothing(web: Web) -> None:
    reply = web.client.get("/sync/v1/hello")
    assert reply.json()["limits"] == {
        "changes": 1000, "bytes": 4194304, "record": 1048576, "group": 200, "group_bytes": 2097152, "streams": 500, "page": 2000,
    }  # fmt: skip
    assert (reply.json()["protocol"], reply.headers["Sync-Protocol"]) == ({"min": 1, "max": 1}, "1")


@pytest.mark.parametrize("version", [None, "2", "", "one"])
def test_another_protocol_version_is_426_on_all_but_hello(web: Web, version: str | None) -> None:
    token = web.enrol("som")
    headers = {"Authorization": f"Bearer {token}"} | ({"Sync-Protocol": version} if version is not None else {})
    for method, path in (("GET", "/account"), ("POST", "/heads"), ("POST", "/enrol"), ("POST", "/push")):
        reply = web.client.request(method, f"/sync/v1{path}", headers=headers, content=b"{}")
        assert _code(reply) == (426, "upgrade-required")


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Bearer nonsense", "Basic abc", "bearer x y", "Bearer \xe9"])
def test_without_a_good_token_every_route_is_401(web: Web, header: str | None) -> None:
    headers = {"Sync-Protocol": "1"} | ({"Authorization": header} if header else {})
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for method, path in (
        ("GET", "/account"),
        ("POST", "/heads"),
        ("POST", "/pull"),
        ("POST", "/push"),
        ("POST", "/numbers"),
        ("POST", "/logout"),
    ):
        assert _code(web.client.request(method, f"/sync/v1{path}", headers=raw, content=b"{")) == (401, "unauthenticated")


def test_every_reply_to_a_token_carries_sync_grants_also_a_problem(web: Web) -> None:
    token = web.enrol("som")
    for reply in (
        web.call("POST", "/heads", token, content=b"nonsense"),
        web.call("POST", "/heads", token, headers={"Content-Encoding": "br"}, content=b"x"),
        web.call("GET", "/streams/office/9/snapshot", token),
        web.call("POST", "/pull", token, json=HEADS),
    ):
        assert len(reply.headers["Sync-Grants"]) == 16


def test_an_unknown_address_is_404_and_another_method_405(web: Web) -> None:
    assert _code(web.call("GET", "/nothing"))[0] == 404
    assert _code(web.client.get("/elsewhere"))[0] == 404
    assert _code(web.call("DELETE", "/push"))[0] == 405
    assert _code(web.call("GET", "/push"))[0] == 405


def test_problems_speak_thai_or_english(web: Web) -> None:
    thai = web.call("GET", "/account", headers={"Accept-Language": "de, th;q=0.9, en;q=0.5"}).json()["title"]
    english = web.call("GET", "/account", headers={"Accept-Language": "en-GB"}).json()["title"]
    assert (thai, english) == ("ยังไม่ได้ลงทะเบียนเครื่อง", "This device is not enrolled")
    assert web.call("GET", "/account", headers={"Accept-Language": ";;q=x,*"}).json()["title"] == thai


def test_a_refusal_speaks_the_callers_language(web: Web) -> None:
    token = web.enrol("som")
    reply = web.push(token, web.world.change(set={"amount": "x"}), headers={"Accept-Language": "th"}).json()
    assert reply["results"][0]["problem"]["detail"].startswith("ช่อง “จำนวนเงิน”")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"nonsense", b"{", b"[1,2", b"{}{}", b"\xff\xfe{}", b"\xef\xbb\xbf{}", '{"streams":{}}'.encode("utf-16"), b"{'streams':{}}",
        b'{"streams":NaN}', b'{"streams":{},}', b"[" * 5000 + b"]" * 5000, b"[" * 100_000, b'{"streams":' + b"9" * 5000 + b"}", b'"\\ud800"',
        b"null", b"true", b"5", b'"x"', b"[]", b"{}", b'{"streams":5}', b'{"streams":{"a":5}}', b'{"streams":{"A B":{"cursor":0,"chain":""}}}',
        b'{"streams":{},"streams":{}}', b'{"streams":{"office/1":{"cursor":0,"cursor":0,"chain":""}}}', b'{"\\u0073treams":{},"streams":{}}',
        b'{"streams":{"office/1":{"cursor":1e400,"chain":""}}}', b'{"streams":{"office/1":{"cursor":1.0,"chain":""}}}',
    ],
    ids=lambda body: ascii(body[:40]),
)  # fmt: skip
@pytest.mark.parametrize("path", ["/heads", "/pull", "/push", "/numbers"])
def test_a_body_that_is_wrong_is_422_on_every_route(web: Web, body: bytes, path: str) -> None:
    reply = web.call("POST", path, web.enrol("som"), content=body)
    assert _code(reply) == (422, "invalid")
    assert all({"pointer", "detail"} <= error.keys() for error in reply.json()["errors"])


def test_a_name_twice_inside_a_change_is_422_and_nothing_is_written(web: Web) -> None:
    body = json.dumps({"streams": {OFFICE: START}, "changes": [web.world.change(set={"title": "x:y"})]})
    assert _code(web.call("POST", "/push", web.enrol("som"), content=body.replace('"title"', '"title": "a", "title"'))) == (422, "invalid")
    assert web.world.head() == 0


def test_colons_and_escapes_in_texts_are_no_repeated_names(web: Web) -> None:
    token = web.enrol("som")
    for text in (r"a:b::c", r"\u003a", r"\\u003a", r"\u003A:", "เวลา: 10:30"):
        body = json.dumps({"streams": {OFFICE: START}, "changes": [web.world.change(set={"title": "@"})]}).replace("@", text)
        reply = web.call("POST", "/push", token, content=body.encode())
        assert reply.json()["results"][0]["status"] == "applied", reply.text


def test_a_lone_surrogate_or_huge_number_refuses_its_change_only(web: Web) -> None:
    changes = [web.world.change(set={"title": "@"}), web.world.change(set={"amount": 10**40}), web.world.change()]
    body = json.dumps({"streams": {OFFICE: START}, "changes": changes}).replace("@", "\\ud800")
    results = web.call("POST", "/push", web.enrol("som"), content=body.encode()).json()["results"]
    assert [result["status"] for result in results] == ["refused", "refused", "applied"]


@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity", "GZIP"])
def test_a_body_may_be_packed(web: Web, coding: str) -> None:
    body = msgspec.json.encode({"streams": {OFFICE: START}, "changes": [web.world.change()]})
    packed = {"gzip": gzip.compress(body), "zstd": zstandard.ZstdCompressor().compress(body), "identity": body}[coding.lower()]
    reply = web.call("POST", "/push", web.enrol("som"), headers={"Content-Encoding": coding}, content=packed)
    assert reply.json()["results"][0]["status"] == "applied"


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, zstd", "x"])
def test_another_encoding_is_415(web: Web, coding: str) -> None:
    assert _code(web.call("POST", "/heads", web.enrol("som"), headers={"Content-Encoding": coding}, content=b"x")) == (415, "invalid")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("damage", ["empty", "cut", "noise", "tail"])
def test_a_damaged_packed_body_is_422(web: Web, coding: str, damage: str) -> None:
    packed = gzip.compress(b'{"streams":{}}' * 9) if coding == "gzip" else zstandard.ZstdCompressor().compress(b'{"streams":{}}' * 9)
    body = {"empty": b"", "cut": packed[:-6], "noise": b"\x00\x01noise", "tail": packed + b"tail"}[damage]
    assert _code(web.call("POST", "/heads", web.enrol("som"), headers={"Content-Encoding": coding}, content=body)) == (422, "invalid")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_bomb_is_413_with_the_limits(web: Web, coding: str) -> None:
    huge = b" " * 300_000_000 if coding == "zstd" else b" " * 40_000_000
    packed = gzip.compress(huge, 1) if coding == "gzip" else zstandard.ZstdCompressor().compress(huge)
    reply = web.call("POST", "/push", web.enrol("som"), headers={"Content-Encoding": coding}, content=packed)
    assert (_code(reply), reply.json()["limits"]["bytes"]) == ((413, "too-large"), 4194304)


def test_bytes_are_measured_after_inflating(tmp_path: Path) -> None:
    with web_of(tmp_path, World(tmp_path / "s.db", Limits(bytes=5000))) as web:
        token = web.enrol("som")
        changes = [web.world.change(set={"title": "x" * 3000}) for _ in range(2)]
        packed = gzip.compress(msgspec.json.encode({"streams": {OFFICE: START}, "changes": changes}))
        reply = web.call("POST", "/push", token, headers={"Content-Encoding": "gzip"}, content=packed)
        assert (len(packed) < 5000, _code(reply)) == (True, (413, "too-large"))
        assert _code(web.call("POST", "/heads", token, content=b" " * 5001 + b"{}")) == (413, "too-large")
        assert _code(web.call("POST", "/heads", token, content=b" " * 30_000)) == (413, "too-large")


def test_a_single_change_above_every_limit_is_refused_by_name(tmp_path: Path) -> None:
    with web_of(tmp_path, World(tmp_path / "s.db", Limits(bytes=5000, record=2000))) as web:
        reply = web.push(web.enrol("som"), web.world.change(set={"title": "x" * 6000}))
        assert (reply.status_code, reply.json()["results"][0]["problem"]["code"]) == (200, "too-large")


@pytest.mark.parametrize(
    ("accepted", "used"), [("gzip, zstd", "zstd"), ("gzip", "gzip"), ("zstd;q=0, gzip", "gzip"), ("br", None), ("", None)]
)
def test_replies_are_packed_as_the_caller_can_read(web: Web, accepted: str, used: str | None) -> None:
    token = web.enrol("som")
    web.push(token, web.world.change(), web.world.change())
    reply = web.call("POST", "/pull", token, headers={"Accept-Encoding": accepted}, json=HEADS)
    assert reply.headers.get("Content-Encoding") == used
    assert (reply.headers["content-type"], reply.headers["Vary"]) == ("application/json", "Accept-Encoding")
    assert len(msgspec.json.decode(reply.content, type=PullReply).snapshots) == 2


def test_replies_fit_the_shared_structs(web: Web) -> None:
    token = web.enrol("som")
    pushed = msgspec.json.decode(web.push(token, web.world.change(), web.world.change(set={"title": None})).content, type=PushReply)
    assert [result.status for result in pushed.results] == ["applied", "refused"]
    raw = web.push(token, web.world.change(set={"title": None})).json()["results"][0]
    assert (set(raw), raw["snapshot"]) == ({"change_id", "status", "snapshot", "problem"}, None)


def test_nothing_new_is_204_without_a_body(web: Web) -> None:
    token = web.enrol("som")
    for path in ("/heads", "/pull"):
        reply = web.call("POST", path, token, json=HEADS)
        assert (reply.status_code, reply.content, reply.headers["Sync-Protocol"]) == (204, b"", "1")


def test_a_fork_of_every_stream_is_409(web: Web) -> None:
    token = web.enrol("som")
    body = {"streams": {OFFICE: {"cursor": 3, "chain": "a" * 16}}, "changes": []}
    for path in ("/heads", "/pull", "/push"):
        reply = web.call("POST", path, token, json=body)
        assert (_code(reply), reply.json()["problems"][OFFICE]["code"]) == ((409, "fork"), "fork")


def test_history_over_http(web: Web) -> None:
    token = web.enrol("som")
    change = web.world.change()
    web.push(token, change)
    path = f"/streams/{OFFICE}/records/note/{change['id']}/history"
    (version,) = web.call("GET", path, token).json()["versions"]
    assert set(version) == {"version", "hash", "seq", "changed_by", "device", "changed_at", "set", "unset", "deleted", "origin"}
    assert web.call("GET", path + "?before=1", token).json() == {"versions": [], "more": False}
    assert _code(web.call("GET", path + "?before=x", token)) == (422, "invalid")
    assert _code(web.call("GET", path.replace("note", "grievance"), token)) == (404, "not-found")
    assert _code(web.call("GET", path.replace(OFFICE, "office/9"), token)) == (403, "no-grant")


@pytest.mark.parametrize(
    "parts",
    [
        {"year": "2569"},
        {"year": True},
        {"count": 0},
        {"count": 1001},
        {"book": ""},
        {"request_id": "x"},
        {"seen": -1},
        {"streams": []},
        {"stream": 1},
    ],
    ids=str,
)
def test_numbers_of_the_wrong_shape_are_422(web: Web, parts: dict[str, Any]) -> None:
    body = {"stream": OFFICE, "book": "receipt", "year": 2569, "count": 5, "request_id": web.world.new_id(), **parts}
    reply = web.call("POST", "/numbers", web.enrol("som"), json=body)
    assert (_code(reply), bool(reply.json()["errors"])) == ((422, "invalid"), True)


def test_numbers_over_http(web: Web) -> None:
    body = {"stream": OFFICE, "book": "receipt", "year": 2569, "count": 5, "request_id": web.world.new_id(), "streams": {OFFICE: START}}
    assert web.call("POST", "/numbers", web.enrol("som"), json=body).json() == {"from": 1, "to": 5}


def test_a_bug_is_500_with_an_incident_and_never_a_trace(
    web: Web, monkeypatch: pytest.MonkeyPatch, expected_log: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr(web.world.storage, "read", None)
    app_storage_broken = web.call("POST", "/heads", web.enrol("som"), json=HEADS)
    assert _code(app_storage_broken) == (500, "server")
    incident = app_storage_broken.json()["incident"]
    assert "Traceback" not in app_storage_broken.text
    assert any(incident in record.getMessage() for record in expected_log)


def test_a_store_that_is_not_available_is_503_with_retry_after(tmp_path: Path, expected_log: list[logging.LogRecord]) -> None:
    with web_of(tmp_path) as web:
        token = web.enrol("som")
        with web.world.storage.directory() as directory:
            directory._connection.execute("ALTER TABLE stream RENAME TO lost")  # type: ignore[attr-defined]
        reply = web.call("POST", "/heads", token, json=HEADS)
        assert (_code(reply), reply.headers["Retry-After"]) == ((503, "slow-down"), "30")
        assert "lost" not in reply.text


def test_the_openapi_page_names_every_route_and_status(web: Web) -> None:
    document = web.client.get("/openapi.json").json()
    push = document["paths"]["/sync/v1/push"]["post"]
    assert push["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/PushRequest"}
    assert set(document["components"]["schemas"]["Change"]["required"]) >= {"change_id", "stream", "type", "id", "base", "op"}
    page = web.client.get("/docs").text
    assert all(path in page for path in document["paths"])
    assert {"200", "401", "409", "413", "415", "422", "426"} <= set(push["responses"])


def test_every_status_a_problem_has_is_one_of_the_page() -> None:
    named = {
        "unauthenticated",
        "revoked",
        "no-grant",
        "not-found",
        "fork",
        "rewound",
        "too-large",
        "invalid",
        "moved",
        "upgrade-required",
        "slow-down",
        "offset",
        "quota",
        "server",
    }
    assert {CallProblem(code).document(Language.THAI)["code"] for code in PROBLEMS} <= named


def test_mutated_requests_never_fail_the_server(web: Web) -> None:
    token = web.enrol("som")
    change = web.world.change()
    odd: list[Any] = [None, 0, -1, 1.5, True, "", "\u0000", [], {}, [[]], {"a": None}, 2**70, "x" * 300]
    for name, value in itertools.product([*change, "stranger"], odd):
        reply = web.push(token, {**change, name: value})
        assert reply.status_code in (200, 422), (name, value, reply.text)
    for name, value in itertools.product(DEVICE, odd):
        reply = web.call("POST", "/enrol", json={"code": "A", "device": {**DEVICE, name: value}})
        assert reply.status_code in (403, 422, 429), (name, value, reply.text)
