"""The first download of a stream (protocol.md, "GET /streams/<stream>/snapshot")."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from tests.postgres import BOTH
from tests.server_stub.web import Web
from tests.server_stub.world import OFFICE

STORES = BOTH

PATH = f"/streams/{OFFICE}/snapshot"


def _filled(web: Web) -> str:
    token = web.enrol("som")
    web.push(token, *(web.world.change(set={"title": f"โครงการ {place}"}) for place in range(50)))
    web.push(token, web.world.change(type="grievance", set={"text": "ก"}))
    return token


def _lines(content: bytes) -> tuple[dict[str, Any], list[dict[str, Any]], bytes]:
    first, _, rest = gzip.decompress(content).partition(b"\n")
    return json.loads(first), [json.loads(line) for line in rest.splitlines()], rest


def test_the_first_line_tells_what_follows(web: Web) -> None:
    token = _filled(web)
    reply = web.call("GET", PATH, token, headers={"Accept-Encoding": "gzip, zstd"})
    assert (reply.headers["content-type"], "content-encoding" in reply.headers) == ("application/gzip", False)
    first, lines, rest = _lines(reply.content)
    head = web.push(token).json()["streams"][OFFICE]
    assert first == {"seq": 51, "chain": head["chain"], "sha256": hashlib.sha256(rest).hexdigest(), "count": 51}
    assert [line["seq"] for line in lines] == list(range(1, 52))
    pulled = web.call("POST", "/pull", token, json={"streams": {OFFICE: {"cursor": 0, "chain": "0" * 16}}}).json()
    assert lines == pulled["snapshots"]


def test_deleted_records_are_in_it(web: Web) -> None:
    token = web.enrol("som")
    change = web.world.change()
    shown = web.push(token, change).json()["results"][0]["snapshot"]
    base = {"version": 1, "hash": shown["hash"]}
    web.push(token, web.world.change(id=change["id"], base=base, op="delete", set={}))
    assert [line["deleted"] for line in _lines(web.call("GET", PATH, token).content)[1]] == [True]


def test_it_is_made_for_the_areas_of_the_caller(web: Web) -> None:
    _filled(web)
    district = web.enrol("lek", f"{OFFICE}:read", role="district")
    first, lines, _ = _lines(web.call("GET", PATH, district).content)
    assert (first["seq"], first["count"], {line["type"] for line in lines}) == (51, 50, {"note"})


def test_a_range_brings_the_rest_of_the_same_file(web: Web) -> None:
    token = _filled(web)
    whole = web.call("GET", PATH, token)
    etag = whole.headers["ETag"]
    assert not etag.startswith("W/")
    web.push(token, web.world.change())
    part = web.call("GET", PATH, token, headers={"Range": "bytes=100-", "If-Range": etag})
    assert (part.status_code, part.headers["ETag"], part.content) == (206, etag, whole.content[100:])
    assert part.headers["Content-Range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    tail = web.call("GET", PATH, token, headers={"Range": "bytes=-7", "If-Range": etag})
    assert tail.content == whole.content[-7:]


def test_a_range_of_another_file_brings_the_whole_new_one(web: Web) -> None:
    token = _filled(web)
    reply = web.call("GET", PATH, token, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert (reply.status_code, _lines(reply.content)[0]["count"]) == (200, 51)


def test_a_range_beyond_the_end_is_416(web: Web) -> None:
    token = _filled(web)
    size = len(web.call("GET", PATH, token).content)
    for wanted in (f"bytes={size}-", "bytes=9-3", "bytes=-0"):
        reply = web.call("GET", PATH, token, headers={"Range": wanted})
        assert (reply.status_code, reply.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_anothers_etag_opens_nothing(web: Web) -> None:
    etag = web.call("GET", PATH, _filled(web)).headers["ETag"]
    district = web.enrol("lek", f"{OFFICE}:read", role="district")
    reply = web.call("GET", PATH, district, headers={"Range": "bytes=0-", "If-Range": etag})
    assert (reply.status_code, _lines(reply.content)[0]["count"]) == (200, 50)
    sly = web.call("GET", PATH, district, headers={"Range": "bytes=0-", "If-Range": '"../../server.db"'})
    assert sly.status_code == 200


def test_a_stream_without_a_grant_is_closed_and_an_empty_one_is_empty(web: Web) -> None:
    token = web.enrol("som")
    assert web.call("GET", "/streams/office/9/snapshot", token).json()["code"] == "no-grant"
    first, lines, _ = _lines(web.call("GET", PATH, token).content)
    assert (first, lines) == ({"seq": 0, "chain": "0" * 16, "sha256": hashlib.sha256(b"").hexdigest(), "count": 0}, [])


def test_only_the_newest_files_are_kept(web: Web, tmp_path: Path) -> None:
    token = web.enrol("som")
    for _ in range(4):
        web.push(token, web.world.change())
        web.call("GET", PATH, token)
    folder = tmp_path / "downloads"
    assert len(list(folder.iterdir())) == 2
