"""What a program not written here may expect of a served database: an own reading of docs/protocol.md against a real process."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server_stub.outside import START, ZEROS, Caller, Outside, chain_after, change, edit, hash_of, serving, uuid7

S, OTHER, SHUT = "office/6560115", "office/6560116", "office/6560117"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with serving(tmp_path_factory.mktemp("outside"), workers=2) as server:
        yield server


@pytest.fixture(scope="module")
def som(outside: Outside) -> Caller:
    return outside.caller("som", f"{S}:write:*", f"{OTHER}:write:*")


@pytest.fixture(scope="module")
def reader(outside: Outside) -> Caller:
    return outside.caller("reader", f"{S}:read:planning,correspondence", role="reader")


def _said(reply: dict[str, Any]) -> list[str]:
    return [one["problem"]["code"] if one["status"] == "refused" else one["status"] for one in reply["results"]]


# Stored bytes, hash, chain ----------------------------------------------------------------------------------------------------------


def test_hash_chain_and_versions_are_those_of_the_page(som: Caller) -> None:
    odd = {"b": '\x0b\x1f\b\f\n\r\t"\\/\x7f\u2028\ue000😀ำ', "a": {"\ue000": 1, "😀": 2, "z": [True, {"y": -5}]}, "c": 2**53 - 1}
    before = som.push(change(OTHER))["streams"][OTHER]
    made = som.made(OTHER, set=odd)
    same = som.one(edit(made, unset=["never_there"]))["snapshot"]
    gone = som.one(edit(same, op="delete"))["snapshot"]
    back = som.push(edit(gone, set={"d": "1.5"}, unset=["a"]))
    again = back["results"][0]["snapshot"]

    assert [one["version"] for one in (made, same, gone, again)] == [1, 2, 3, 4]
    assert (made["hash"], same["hash"]) == (hash_of(made, ""), hash_of(same, made["hash"]))
    assert (gone["hash"], gone["deleted"], gone["fields"]) == (hash_of(gone, same["hash"]), True, odd)
    assert (again["hash"], again["deleted"], sorted(again["fields"])) == (hash_of(again, gone["hash"]), False, ["b", "c", "d"])
    assert back["streams"][OTHER]["previous_head"] == gone["seq"] == before["head"] + 3


def test_the_chain_can_be_followed_from_the_first_write(outside: Outside) -> None:
    alone = outside.caller("alone", "office/7777:write:*")
    chain = "0" * 64
    for number in range(3):
        reply = alone.push(change("office/7777", set={"n": number + 1}))
        chain = chain_after(chain, reply["results"][0]["snapshot"])
        assert reply["streams"]["office/7777"] == {"previous_head": number, "head": number + 1, "chain": chain[:16]}


def test_types_and_fields_nobody_knows_come_back_as_they_went(som: Caller, outside: Outside) -> None:
    colleague = outside.caller("colleague", f"{S}:write")
    fields = {"later": {"deep": [1, {"x": None}], "text": "ก\u0e33"}, "title": "ถนน"}
    known = som.made(S, type="note_of_2570", set=fields)
    found = {one["id"]: one for one in colleague.pull_all(S)[0]}
    assert found[known["id"]] == known
    assert som.one(edit(known, set={"title": "ใหม่"}))["snapshot"]["fields"] == {**fields, "title": "ใหม่"}


# Groups -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stray", ["office/not-named", 5, None])
def test_a_group_with_a_member_of_no_named_stream_goes_in_nowhere(som: Caller, stray: object) -> None:
    group = uuid7()
    mine = change(S, group=group)
    reply = som.push(mine, {**change(S, group=group), "stream": stray}, streams={S: START})
    assert _said(reply)[0] == "group"
    assert reply["streams"][S]["previous_head"] == reply["streams"][S]["head"]


def test_a_group_is_all_or_nothing_and_a_replay_of_part_of_it_completes_it(som: Caller) -> None:
    known = som.made(S)
    group = uuid7()
    members = [change(S, group=group), edit(known, group=group, set={"x": "1"})]
    stale = {**members[1], "change_id": uuid7(), "base": {"version": 9, "hash": "f" * 16}}
    assert _said(som.push(members[0], stale)) == ["group", "stale"]
    assert _said(som.push(*members)) == ["applied", "applied"]
    more = change(S, group=group)
    assert _said(som.push(*members, more)) == ["applied", "applied", "applied"]
    assert _said(som.push(members[0], {**members[1], "set": {"x": "2"}})) == ["applied", "change-id-reused"]


def test_too_many_members_or_two_of_one_record_or_two_streams_make_no_group(som: Caller) -> None:
    group = uuid7()
    assert set(_said(som.push(*(change(S, group=group) for _ in range(201))))) == {"group"}
    one = change(S, group=group)
    assert set(_said(som.push(one, {**one, "change_id": uuid7()}))) == {"group"}
    assert set(_said(som.push(change(S, group=group), change(OTHER, group=group)))) == {"group"}
    assert set(_said(som.push(*(change(S, group=group) for _ in range(200))))) == {"applied"}


def test_no_page_splits_a_group_and_every_page_advances(som: Caller) -> None:
    group = uuid7()
    som.push(*(change(S, group=group) for _ in range(7)), change(S))
    whole, end = som.pull_all(S, limit=2000)
    pages, other_end = som.pull_all(S, limit=3)
    assert (pages, other_end) == (whole, end)
    assert [one["seq"] for one in whole] == sorted(one["seq"] for one in whole)
    before = {"cursor": end["cursor"], "chain": end["chain"]}
    moved = som.push(*(change(S, group=uuid7()) for _ in range(1)), *(change(S, group=group) for _ in range(5)))["streams"][S]
    page = som.post("/pull", {"streams": {S: before}, "limit": 2}).json()
    assert (len(page["snapshots"]), page["cursors"][S]["cursor"], page["more"]) in ((6, moved["head"], False), (1, moved["head"] - 5, True))


# Replays, bases, authors ------------------------------------------------------------------------------------------------------------


def test_a_change_id_is_remembered_after_further_versions(som: Caller) -> None:
    first = change(S)
    made = som.one(first)["snapshot"]
    now = som.one(edit(made, set={"y": 2}))["snapshot"]
    assert som.one(first) == {"change_id": first["change_id"], "status": "applied", "snapshot": now, "problem": None}
    assert som.one({**first, "made_at": "2020-01-01T00:00:00Z", "schema": 7, "made_by": "som"})["status"] == "applied"
    for other in ({"set": {"x": "ข"}}, {"unset": ["q"]}, {"id": uuid7()}, {"op": "delete"}, {"type": "zz_other"}, {"group": uuid7()}):
        assert som.code({**first, **other}) == "change-id-reused"


def test_a_base_that_is_not_now_is_stale_with_what_is_now(som: Caller) -> None:
    made = som.made(S)
    now = som.one(edit(made, set={"y": 2}))["snapshot"]
    for base in (None, {"version": 1, "hash": made["hash"]}, {"version": 2, "hash": made["hash"]}, {"version": 3, "hash": now["hash"]}):
        late = edit(made, base=base)
        assert som.one(late) == {"change_id": late["change_id"], "status": "stale", "snapshot": now, "problem": None}
    nowhere = som.one(change(S, base={"version": 1, "hash": "a" * 16}))
    assert (nowhere["status"], nowhere["snapshot"]) == ("stale", None)
    again = edit(made, base=None)
    assert som.code(again) == "stale"
    assert som.code({**again, "base": {"version": 2, "hash": now["hash"]}}) == "applied"  # a stale id is not remembered
    assert som.code(edit(made, type="zz_other", base={"version": 3, "hash": "a" * 16})) == "invalid"


@pytest.mark.parametrize(
    "parts",
    [
        *({"set": {"x": value}} for value in (1.5, 1.0, None, "", [], "\0", "e\u0301", 2**53, -(2**53), 10**40, [1.5], {"a": "\0"})),
        *({"set": {name: 1}} for name in ("X", "1x", "x" * 65, "", "ก", "x\n")),
        *({"unset": [name]} for name in ("X", "", 5)),
        {"set": {"x": 1}, "unset": ["x"]}, {"set": None}, {"set": []}, {"unset": None}, {"id": "x"}, {"id": 5}, {"op": "x"}, {"op": "delete"},
        {"op": "delete", "base": {"version": 1, "hash": "a"}}, {"group": "x"}, {"group": ""}, {"base": 5}, {"base": {"version": 1.0, "hash": "a"}},
        {"schema": "1"}, {"made_at": "๒๐๒๖-11-22T03:00:00Z"}, {"made_by": "SOM"}, {"merge": 5}, {"origin": {}}, {"type": "Note"},
        {"change_id": "not-an-id"},
    ],
)  # fmt: skip
def test_a_change_of_the_wrong_form_is_its_own_refusal(som: Caller, parts: dict[str, Any]) -> None:
    body = json.dumps({"streams": {S: START}, "changes": [{**change(S), **parts}, change(S)]})
    reply = som.http.post("/push", content=body)
    assert (reply.status_code, _said(reply.json())) == (200, ["invalid", "applied"])


@pytest.mark.parametrize("raw", ['"\\ud800"', "1" + "0" * 5000, "-1" + "0" * 400, "1e400", "[" * 300 + "]" * 300])
def test_json_that_no_field_can_hold_is_its_own_refusal(som: Caller, raw: str) -> None:
    body = json.dumps({"streams": {S: START}, "changes": [change(S, set={"x": "HERE"}), change(S)]}).replace('"HERE"', raw)
    reply = som.http.post("/push", content=body)
    assert (reply.status_code, _said(reply.json())) == (200, ["invalid", "applied"])


def test_an_author_must_be_enrolled_on_the_device(som: Caller, outside: Outside) -> None:
    outside.caller("stranger", f"{S}:write")
    assert som.code(change(S, made_by="stranger")) == "author"
    token = {"Authorization": f"Bearer {som.enrolled['token']}"}
    added = outside.enrol_with(outside.new_code("stranger"), token)
    assert (added.json()["device_id"], added.json()["account"]["name"]) == (som.enrolled["device_id"], "stranger")
    assert len(added.headers["Sync-Grants"]) == 16
    assert som.one(change(S, made_by="stranger"))["snapshot"]["changed_by"] == "stranger"


@pytest.mark.parametrize("bulk", [{"set": {"x": "y" * 5_000_000}}, {"comment": "y" * 5_000_000}, {"set": {"x": "y" * 1_048_576}}])
def test_one_change_above_the_limit_is_refused_by_name(som: Caller, bulk: dict[str, Any]) -> None:
    assert som.code({**change(S), **bulk}) == "too-large"


def test_a_group_of_one_change_above_the_limit_is_refused_by_name_too(som: Caller) -> None:
    assert som.code(change(S, group=uuid7(), set={"x": "y" * 3_000_000})) == "too-large"


@pytest.mark.parametrize(
    "body",
    [
        {"streams": {S: START}, "changes": [change(S)], "comment": "y" * 5_000_000},
        {"streams": {S: START}, "changes": [change(S) for _ in range(1001)]},
        {"streams": {f"office/{number}": START for number in range(501)}, "changes": []},
        {"streams": {S: START}, "changes": [change(S, set={"x": "y" * 1_000_000}) for _ in range(5)]},
    ],
)  # fmt: skip
def test_a_call_above_a_limit_is_413_with_the_limits(som: Caller, body: dict[str, Any]) -> None:
    reply = som.post("/push", body)
    assert (reply.status_code, reply.json()["code"], reply.json()["limits"]["page"]) == (413, "too-large", 2000)


# Streams --------------------------------------------------------------------------------------------------------------------------------


def test_fork_is_409_only_when_every_stream_forked(som: Caller) -> None:
    lost = {"cursor": 0, "chain": ZEROS, "witness": [10**9, "a" * 16]}
    som.made(S)
    for path in ("/heads", "/pull", "/push"):
        body: dict[str, Any] = {"streams": {S: lost, OTHER: lost}, "changes": [change(S)]}
        assert (som.post(path, body).status_code, som.post(path, body).json()["code"]) == (409, "fork")
        mixed = som.post(path, {"streams": {S: lost, OTHER: START, SHUT: START}, "changes": [change(S), change(OTHER), change(SHUT)]})
        assert mixed.status_code == 200
        assert {name: problem["code"] for name, problem in mixed.json()["problems"].items()} == {S: "fork", SHUT: "no-grant"}
    assert _said(mixed.json()) == ["waiting", "applied", "waiting"]
    shut = som.post("/heads", {"streams": {S: lost, SHUT: START}})
    assert shut.status_code == 200


def test_nothing_new_is_204_without_a_body_and_only_then(som: Caller, reader: Caller) -> None:
    for path in ("/heads", "/pull"):
        for streams in ({}, {"office/6560116": som.pull_all(OTHER)[1]}):
            reply = som.post(path, {"streams": streams})
            assert (reply.status_code, reply.content) == (204, b"")
    page = reader.post("/pull", {"streams": {S: START}}).json()
    assert (page["snapshots"], page["cursors"][S]["cursor"], page["more"]) == ([], page["cursors"][S]["head"], False)


def test_a_page_ends_before_its_bytes_and_names_only_streams_that_advanced(outside: Outside) -> None:
    full = outside.caller("full", "office/8:write:*", "office/9:write:*", *(f"office/x{number}:read" for number in range(60)))
    for size in (1_040_000, 1_040_000, 1_040_000, 1_040_000, 20_000):
        full.made("office/8", set={"x": "y" * size})
    full.made("office/9", set={"x": "y" * 1_000_000})
    streams = {"office/8": START, "office/9": START} | {f"nobody/{number:090}": START for number in range(60)}
    seen = 0
    for _ in range(9):
        reply = full.post("/pull", {"streams": streams}, headers={"Accept-Language": "th"})
        page = reply.json()
        assert len(reply.content) <= 4_194_304
        assert all(move["from"] < move["cursor"] for move in page["cursors"].values())
        assert page["cursors"]
        for name, move in page["cursors"].items():
            streams[name] = {"cursor": move["cursor"], "chain": move["chain"]}
        seen += len(page["snapshots"])
        if not page["more"]:
            break
    assert (seen, page["more"]) == (6, False)


@pytest.mark.parametrize("limit", [0, 2001, -1, "5", None, True, 1.5])
def test_a_limit_outside_the_page_is_422(som: Caller, limit: object) -> None:
    assert som.post("/pull", {"streams": {S: START}, "limit": limit}).status_code == 422


def test_areas_filter_every_route(som: Caller, reader: Caller) -> None:
    secret, block = som.made(S, type="incident", set={"x": 1}), uuid7()
    letter = som.post("/numbers", {"stream": S, "book": "letter_out", "year": 2569, "count": 3, "request_id": block})
    receipt = som.post("/numbers", {"stream": S, "book": "เล่ม 7", "year": 2570, "count": 3, "request_id": uuid7()})
    about = {"record_type": "project", "record_id": uuid7(), "grade": "conflict", "state": "open", "details": {"x": 1}}
    seen = som.made(S, type="conflict", set=about)
    unseen = som.made(S, type="conflict", set={**about, "record_type": "incident"})
    assert (letter.json(), receipt.status_code) == ({"from": 1, "to": 3}, 200)

    found = {one["id"] for one in reader.pull_all(S)[0]}
    download = reader.http.get(f"/streams/{S}/snapshot")
    first, rest = gzip.decompress(download.content).split(b"\n", 1)
    told = json.loads(first)
    assert {block, seen["id"]} <= found
    assert found.isdisjoint({secret["id"], unseen["id"]})
    assert {json.loads(line)["id"] for line in rest.splitlines()} == found
    assert (told["sha256"], told["count"], told["chain"]) == (hashlib.sha256(rest).hexdigest(), len(found), reader.pull_all(S)[1]["chain"])
    assert (download.headers["Content-Type"], "Content-Encoding" in download.headers) == ("application/gzip", False)
    assert reader.http.get(f"/streams/{S}/records/incident/{secret['id']}/history").status_code == 403
    assert reader.http.get(f"/streams/{S}/records/conflict/{seen['id']}/history").json()["versions"][0]["set"] == about
    assert [reader.code(edit(one, set={"x": 2})) for one in (secret, seen)] == ["no-grant", "no-grant"]
    assert reader.one(edit(secret, base=None))["snapshot"] is None
    for path in (f"/streams/{OTHER}/snapshot", f"/streams/{OTHER}/records/project/{uuid7()}/history"):
        assert reader.http.get(path).status_code == 403


@pytest.mark.parametrize("book", ["e\u0301", "a\0b"])
def test_a_book_no_record_can_hold_is_422(som: Caller, book: str) -> None:
    request = {"stream": S, "book": book, "year": 2569, "count": 1, "request_id": uuid7()}
    assert som.post("/numbers", request).status_code == 422


def test_sync_grants_and_a_revoked_device(outside: Outside) -> None:
    caller = outside.caller("moved", f"{S}:read")
    marks = [caller.post("/heads", {"streams": {}}).headers["Sync-Grants"]]
    outside.account("moved", f"{S}:read:planning")
    marks += [caller.post(path, {"streams": {}}).headers["Sync-Grants"] for path in ("/heads", "/push")]
    assert marks[0] != marks[1] == marks[2]
    assert caller.http.get("/account").json()["streams"][0]["areas"] == ["planning"]
    outside.command("revoke-device", caller.enrolled["device_id"])
    reply = caller.post("/heads", {"streams": {}})
    assert (reply.status_code, reply.json()["code"]) == (401, "revoked")


# HTTP -----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "title"),
    [("en; q=0.8", "Not found"), ("fr, th;q=0.4, en ; q=0.5", "Not found"), ("th, en;q=0.9", "ไม่พบ"), ("en;q=0", "ไม่พบ"), ("de", "ไม่พบ")],
)
def test_the_language_is_read_as_http_writes_it(outside: Outside, accepted: str, title: str) -> None:
    reply = httpx.get(outside.url + "/sync/v1/nowhere", headers={"Accept-Language": accepted})
    assert (reply.json()["title"], reply.headers["Sync-Protocol"]) == (title, "1")


def test_another_method_is_405_and_says_which(som: Caller) -> None:
    reply = som.http.request("PUT", "/push")
    assert (reply.status_code, reply.headers["Allow"], reply.headers["Content-Type"]) == (405, "POST", "application/problem+json")


@pytest.mark.parametrize(("method", "path"), [("POST", "/push/"), ("GET", "/hello/"), ("GET", f"/streams/{S}/snapshot/")])
def test_an_address_with_a_slash_too_many_is_404_and_no_redirect(som: Caller, method: str, path: str) -> None:
    assert som.http.request(method, path, follow_redirects=False).status_code == 404


@pytest.mark.parametrize("wanted", ["bytes=" + "9" * 5000 + "-", "bytes=-" + "9" * 5000, "bytes=0-" + "9" * 5000, "bytes=٣-", "lines=1-2"])
def test_a_range_that_cannot_be_meant_never_fails_the_server(som: Caller, wanted: str) -> None:
    reply = som.http.get(f"/streams/{S}/snapshot", headers={b"Range": wanted.encode()})
    assert reply.status_code in (200, 206, 416)


def test_a_name_twice_anywhere_is_422(som: Caller) -> None:
    body = json.dumps({"streams": {S: START}, "changes": [change(S, set={"deep": [{"HERE": 1, "a": 2}]})]})
    for name in ("a", "\\u0061"):
        assert som.http.post("/push", content=body.replace("HERE", name)).status_code == 422


# Several at once, and a server that dies ----------------------------------------------------------------------------------------


def _push_many(caller: Caller, stream: str, count: int, sent: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
    try:
        for _ in range(count):
            batch = [change(stream) for _ in range(3)]
            sent.extend(batch)
            got.append(caller.push(*batch)["streams"][stream])
    except (httpx.HTTPError, AssertionError):
        return  # the server died; what was sent is sent again


def test_pushes_at_once_give_every_seq_once_to_the_push_it_was_told_to(outside: Outside) -> None:
    callers = [outside.caller(f"many{number}", "office/5:write:*") for number in range(3)]
    got: list[dict[str, Any]] = []
    threads = [threading.Thread(target=_push_many, args=(caller, "office/5", 10, [], got)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = sorted((move["previous_head"], move["head"]) for move in got)
    assert ends == [(number * 3, number * 3 + 3) for number in range(30)]
    assert json.loads(outside.command("verify", "--json"))["ok"] is True


def test_a_killed_server_has_every_push_whole_or_not_and_takes_it_again(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as server:
        caller = server.caller("som", "office/6:write:*")
        sent: list[dict[str, Any]] = []
        got: list[dict[str, Any]] = []
        thread = threading.Thread(target=_push_many, args=(caller, "office/6", 10_000, sent, got))
        thread.start()
        while len(got) < 10 and thread.is_alive():
            thread.join(0.01)
        server.kill()
        thread.join()
        assert json.loads(server.command("verify", "--json"))["ok"] is True
        server.start()
        again = server.calling(caller.enrolled)
        # What was acknowledged is the witness: it must still be there.
        witness = {**START, "witness": [got[-1]["head"], got[-1]["chain"]]}
        reply = again.push(*sent[-900:], streams={"office/6": witness})
        assert set(_said(reply)) == {"applied"}
        assert reply["streams"]["office/6"]["head"] == len(sent)
        assert [one["id"] for one in again.pull_all("office/6")[0]] == [one["id"] for one in sent]
        assert json.loads(server.command("verify", "--json"))["ok"] is True
