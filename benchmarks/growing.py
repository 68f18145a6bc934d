"""What the same small work costs with few records and with many: nothing of it may follow the size of the store (two hundred times the
records, 1.3 times the cost at most). The floor of each line is this program itself with the few."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count

from benchmarks.bench import Bench
from benchmarks.filling import fill_server, two_desks
from benchmarks.measuring import Line, Seconds, in_turns, line, timed
from benchmarks.product_desk import edit, sync
from benchmarks.product_server import ProductServer
from benchmarks.workload import one_by_one, phrases
from desktop.services.office import Office
from desktop.storage.search import Search

_LENGTH = 12
"""Characters of the texts that are searched: as few records hold them in the large store as in the small one."""


@dataclass
class _Place:
    """A server with so many records and two desks level with it."""

    near: Office
    far: Office
    ids: list[str]
    texts: Iterator[str]
    turn: Iterator[int]

    def nothing(self) -> Seconds:
        return timed(lambda: sync(self.near), collect=False)

    def up(self) -> Seconds:
        edit(self.near, self.ids, f"แก้ไขครั้งที่ {next(self.turn)}")
        return timed(lambda: sync(self.near), collect=False)

    def down(self) -> Seconds:
        self.up()
        return timed(lambda: sync(self.far), collect=False)

    def save(self) -> Seconds:
        number = next(self.turn)
        return timed(lambda: edit(self.near, [self.ids[number % len(self.ids)]], f"แก้ไข {number}"), collect=False)

    def search(self) -> Seconds:
        text = next(self.texts)
        return timed(lambda: Search(self.near.database).find(text), collect=False)


def growth(bench: Bench) -> Iterator[Line]:
    """A round with nothing new, a hundred changed each way, a save, a search: with a thousand records and with two hundred thousand."""
    sizes = bench.sizes
    with ExitStack() as stack:
        few, many = (_place(bench, stack, n) for n in (sizes.few, sizes.many))
        works: tuple[tuple[str, Callable[[_Place], Seconds], int, int], ...] = (
            ("growth_nothing", _Place.nothing, 1, sizes.runs * 4 + 1),
            ("growth_up", _Place.up, sizes.changed, sizes.runs * 2 + 1),
            ("growth_down", _Place.down, sizes.changed, sizes.runs * 2 + 1),
            ("growth_save", _Place.save, 1, sizes.saves),
            ("growth_search", _Place.search, 1, sizes.queries),
        )
        for name, work, n, runs in works:
            # The first of each opens files and warms caches.
            work(many), work(few)
            times = in_turns(lambda work=work: work(many), lambda work=work: work(few), runs)  # type: ignore[misc]
            yield line(name, *times, n=n, note=f"{sizes.many} records, floor: {sizes.few}")


def _place(bench: Bench, stack: ExitStack, n: int) -> _Place:
    folder = bench.place("growth")
    server = ProductServer(folder / "server")
    fill_server(server, one_by_one(n))
    stack.enter_context(server.running())
    near, far = two_desks(server, folder)
    stack.callback(near.close)
    stack.callback(far.close)
    ids = [item["id"] for item in one_by_one(bench.sizes.changed)]
    texts = phrases(bench.sizes.few, bench.sizes.queries + 1, _LENGTH)
    return _Place(near, far, ids, iter(texts), count())
