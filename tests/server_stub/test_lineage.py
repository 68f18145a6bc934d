"""Every hash each record had after a seq (protocol.md, "GET /streams/<stream>/lineage")."""

import gzip
import json
from typing import Any

import pytest

from tests.postgres import BOTH
from tests.server_stub.web import Web
from tests.server_stub.world import OFFICE

STORES = BOTH

PATH = f"/streams/{OFFICE}/lineage"


def _lineage(web: Web, token: str, query: str = "") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    reply = web.call("GET", PATH + query, token, headers={"Accept-Encoding": "gzip, zstd"})
    assert (reply.status_code, reply.headers["content-type"], "content-encoding" in reply.headers) == (200, "application/gzip", False)
    assert int(reply.headers["content-length"]) == len(reply.content)
    first, *rest = map(json.loads, gzip.decompress(reply.content).splitlines())
    return first, rest


def _edited(web: Web, token: str, shown: dict[str, Any], **fields: str) -> dict[str, Any]:
    base = {"version": shown["version"], "hash": shown["hash"]}
    change = web.world.change(id=shown["id"], base=base, set=fields) if fields else None
    change = change or web.world.change(id=shown["id"], base=base, op="delete", set={})
    made: dict[str, Any] = web.push(token, change).json()["results"][0]["snapshot"]
    return made


def test_a_line_names_the_hashes_of_a_record_oldest_first(web: Web) -> None:
    token = web.enrol("som")
    one, other = (result["snapshot"] for result in web.push(token, web.world.change(), web.world.change()).json()["results"])
    second = _edited(web, token, one, title="ข")
    third = _edited(web, token, second)
    first, lines = _lineage(web, token)
    move = web.push(token).json()["streams"][OFFICE]
    assert first == {"head": 4, "chain": move["chain"], "durable": 0}
    expected = [
        {"type": "note", "id": one["id"], "hashes": [one["hash"], second["hash"], third["hash"]]},
        {"type": "note", "id": other["id"], "hashes": [other["hash"]]},
    ]
    assert lines == sorted(expected, key=lambda line: str(line["id"]))


def test_only_what_was_written_after_the_seq_is_named(web: Web) -> None:
    token = web.enrol("som")
    one, _ = (result["snapshot"] for result in web.push(token, web.world.change(), web.world.change()).json()["results"])
    second = _edited(web, token, one, title="ข")
    assert _lineage(web, token, "?after=2")[1] == [{"type": "note", "id": one["id"], "hashes": [second["hash"]]}]
    assert _lineage(web, token, "?after=3")[1] == _lineage(web, token, "?after=900")[1] == []


def test_it_is_filtered_by_the_areas_of_the_caller(web: Web) -> None:
    token = web.enrol("som")
    web.push(token, web.world.change(type="grievance", set={"text": "ก"}), web.world.change())
    district = web.enrol("lek", f"{OFFICE}:read", role="district")
    first, lines = _lineage(web, district)
    assert (first["head"], [line["type"] for line in lines]) == (2, ["note"])


def test_a_stream_in_which_nothing_was_written_has_a_head_alone(web: Web) -> None:
    token = web.enrol("som")
    assert _lineage(web, token) == ({"head": 0, "chain": "0" * 16, "durable": 0}, [])


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 40, "", "%F0%9F%98%80", "١"])
def test_a_seq_that_is_none_is_invalid(web: Web, after: str) -> None:
    token = web.enrol("som")
    for path in (f"{PATH}?after={after}", f"/streams/{OFFICE}/digest?at={after}"):
        reply = web.call("GET", path, token)
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid")


def test_a_long_lineage_goes_through_a_file(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server_stub.lineage_routes._IN_MEMORY", 100)
    token = web.enrol("som")
    web.push(token, *(web.world.change() for _ in range(300)))
    assert len(_lineage(web, token)[1]) == 300
