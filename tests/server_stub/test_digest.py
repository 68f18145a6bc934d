"""Count and sum of hashes by type and first byte of id (protocol.md, "GET /streams/<stream>/digest")."""

from collections.abc import Iterable
from random import Random
from typing import Any

from tests.postgres import BOTH
from tests.server_stub.web import Web
from tests.server_stub.world import OFFICE, World

STORES = BOTH

PATH = f"/streams/{OFFICE}/digest"


def _expected(snapshots: Iterable[dict[str, Any]]) -> dict[str, Any]:
    buckets: dict[str, Any] = {}
    for one in snapshots:
        bucket = buckets.setdefault(one["type"], {}).setdefault(one["id"][:2], {"count": 0, "sum": "0" * 16})
        bucket["count"] += 1
        bucket["sum"] = f"{(int(bucket['sum'], 16) + int(one['hash'], 16)) % 2**64:016x}"
    return buckets


def _id(world: World, byte: int) -> str:
    return f"{byte:02x}{world.new_id()[2:]}"


def test_the_digest_of_any_seq_is_that_of_what_stood_then(web: Web) -> None:
    token = web.enrol("som")
    random = Random(5)
    standing: dict[str, dict[str, Any]] = {}
    at: list[tuple[str, dict[str, Any]]] = [("0" * 16, {})]
    for _ in range(60):
        if standing and random.random() < 0.6:
            shown = random.choice(list(standing.values()))
            base = {"version": shown["version"], "hash": shown["hash"]}
            wish = {"op": "delete", "set": {}} if random.random() < 0.3 else {"set": {"title": f"{random.random()}"}}
            change = web.world.change(id=shown["id"], base=base, **wish)
        else:
            change = web.world.change(id=_id(web.world, random.randrange(4)))
        reply = web.push(token, change).json()
        shown = reply["results"][0]["snapshot"]
        standing[shown["id"]] = shown
        at.append((reply["streams"][OFFICE]["chain"], _expected(standing.values())))
    for seq, (chain, buckets) in enumerate(at):
        assert web.call("GET", f"{PATH}?at={seq}", token).json() == {"at": seq, "chain": chain, "buckets": buckets}
    assert web.call("GET", PATH, token).json()["at"] == 60


def test_it_counts_only_the_areas_of_the_caller(web: Web) -> None:
    token = web.enrol("som")
    note = web.world.change()
    web.push(token, note, web.world.change(type="grievance", set={"text": "ก"}))
    district = web.enrol("lek", f"{OFFICE}:read", role="district")
    for seq in (1, 2):
        assert set(web.call("GET", f"{PATH}?at={seq}", district).json()["buckets"]) == {"note"}
    assert set(web.call("GET", f"{PATH}?at=2", token).json()["buckets"]) == {"note", "grievance"}


def test_a_seq_beyond_the_head_is_invalid(web: Web) -> None:
    token = web.enrol("som")
    web.push(token, web.world.change())
    assert web.call("GET", f"{PATH}?at=2", token).status_code == 422
