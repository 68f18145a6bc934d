"""Sync over loopback HTTP: the desk's round against the floor's bare exchange of the same records."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.floor_desk import FloorDesk
from benchmarks.measuring import Line, Seconds, in_turns, line, timed
from benchmarks.product_desk import ACCOUNT, STREAM, edit, index, sync
from benchmarks.work_item import SPEC
from benchmarks.workload import items
from desktop.services.office import Office
from desktop.storage.query import Query
from desktop.sync.status import Report


class _Rounds:
    """The product's side: one round at a time, its time and what it sent."""

    def __init__(self) -> None:
        self.last = Report()

    def timed(self, desk: Office) -> Seconds:
        def work() -> None:
            self.last = sync(desk)

        return timed(work)

    @property
    def traffic(self) -> dict[str, int]:
        return {"requests": self.last.requests, "bytes": self.last.bytes_up + self.last.bytes_down}


def _floor_traffic(counts: tuple[int, int] | None) -> dict[str, int]:
    return {} if counts is None else {"floor_requests": counts[0], "floor_bytes": counts[1]}


def push(bench: Bench) -> Iterator[Line]:
    """A desk sends all it made to a server that has nothing."""
    rounds, n = _Rounds(), bench.sizes.exchange
    counts: list[tuple[int, int]] = []

    def product() -> Seconds:
        with bench.before_push() as (_, desk):
            took = rounds.timed(desk)
            assert rounds.last.pushed == n
            return took

    def floor() -> Seconds:
        desk = bench.floor_desk(bench.new_table())
        desk.fill(items(n))
        took = timed(lambda: desk.push(is_new=True))
        counts.append(desk.take_counts())
        return took

    ours, theirs = in_turns(product, floor if bench.has_floor else None, bench.sizes.runs)
    yield line("push", ours, theirs, n=n, **rounds.traffic, **_floor_traffic(counts[-1] if counts else None))


def pull(bench: Bench) -> Iterator[Line]:
    """A new desk fetches everything; its rows are usable when the round ends, the search index follows."""
    rounds, n = _Rounds(), bench.sizes.exchange
    settled = bench.settled
    indexed: list[Seconds] = []
    counts: list[tuple[int, int]] = []

    def product() -> Seconds:
        desk = bench.new_desk([STREAM])
        took = rounds.timed(desk)
        indexed.append(took + timed(lambda: index(desk)))
        assert desk.store.count(Query(SPEC.type)) == n
        desk.close()
        return took

    def floor() -> Seconds:
        assert settled.floor is not None
        desk = bench.floor_desk(settled.floor.table)
        took = timed(desk.pull)
        assert desk.count() == n
        counts.append(desk.take_counts())
        return took

    ours, theirs = in_turns(product, floor if settled.floor else None, bench.sizes.runs)
    traffic = rounds.traffic | _floor_traffic(counts[-1] if counts else None)
    yield line("first_pull", ours, theirs, n=n, **traffic)
    yield line("first_pull_indexed", indexed, theirs, n=n, **traffic)


def changed(bench: Bench) -> Iterator[Line]:
    """One desk changes a hundred records and sends them; another fetches them."""
    settled, count, n = bench.settled, bench.sizes.changed, bench.sizes.exchange
    ids = [item["id"] for item in items(n)[:count]]
    far = bench.new_desk([STREAM])
    sync(far)
    far_floor = bench.floor_desk(settled.floor.table) if settled.floor else None
    if far_floor:
        far_floor.pull()
        far_floor.take_counts()
    up, down = _Rounds(), _Rounds()
    downs: list[Seconds] = []
    floor_downs: list[Seconds] = []
    up_counts: list[tuple[int, int]] = []
    down_counts: list[tuple[int, int]] = []

    def product() -> Seconds:
        edit(settled.desk, ids, f"แก้ไขครั้งที่ {len(downs)}")
        took = up.timed(settled.desk)
        downs.append(down.timed(far))
        assert up.last.pushed == down.last.pulled == count
        return took

    def floor(near: FloorDesk, far: FloorDesk) -> Seconds:
        near.edit(count, "แก้")
        took = timed(lambda: near.push(is_new=False))
        up_counts.append(near.take_counts())
        floor_downs.append(timed(far.pull))
        down_counts.append(far.take_counts())
        return took

    near_floor = settled.floor
    runs = bench.sizes.runs * 2 + 1
    both = (lambda: floor(near_floor, far_floor)) if near_floor and far_floor else None
    ours, theirs = in_turns(product, both, runs)
    yield line("changed_up", ours, theirs, n=count, **up.traffic, **_floor_traffic(up_counts[-1] if up_counts else None))
    yield line("changed_down", downs, floor_downs, n=count, **down.traffic, **_floor_traffic(down_counts[-1] if down_counts else None))


def nothing(bench: Bench) -> Iterator[Line]:
    """A round when nothing is new anywhere: of one stream, and of all offices of a province."""
    settled = bench.settled
    many = [f"office/{7_000_000 + number}" for number in range(bench.sizes.streams)]
    floor_desk = bench.floor_desk(settled.floor.table) if settled.floor else None
    if floor_desk:
        floor_desk.pull()

    def floor() -> Seconds:
        assert floor_desk is not None
        floor_desk.take_counts()
        desk = floor_desk

        def work() -> None:
            desk.push(is_new=False)
            desk.pull()

        return timed(work)

    for name, account, streams in (("nothing_new", ACCOUNT, [STREAM]), ("nothing_new_province", "province", many)):
        desk = bench.new_desk(streams, account)
        sync(desk)
        rounds = _Rounds()

        def product(desk: Office = desk, rounds: _Rounds = rounds) -> Seconds:
            return rounds.timed(desk)

        ours, theirs = in_turns(product, floor if floor_desk else None, bench.sizes.runs * 4 + 1)
        yield line(name, ours, theirs, n=len(streams), **rounds.traffic, **_floor_traffic(floor_desk.take_counts() if floor_desk else None))
