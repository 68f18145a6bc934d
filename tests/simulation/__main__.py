"""`python -m tests.simulation --histories N --seed S --jobs J --store sqlite|postgres [--replay SEED]`: plays histories, says which break a law."""

import argparse
import dataclasses
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.simulation.bugs import NO_BUG, Bug
from tests.simulation.history import make_world, play
from tests.simulation.stores import KINDS, Stores, postgres_stores

_CHUNK = 25


def main() -> int:
    """Plays; 1 when a law was broken."""
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("--histories", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; the others follow it")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--store", choices=KINDS, default=KINDS[0], help="where the server keeps its data")
    parser.add_argument("--replay", type=int, help="plays one seed alone and lets its error through")
    parser.add_argument("--needs", nargs="*", default=[], metavar="FEATURE", help="every history knows these features of plan.py")
    options = parser.parse_args()
    # Under the name of a mistake that is none: what histories must know is said in the same way.
    wanted = dataclasses.replace(NO_BUG, needs={"calm": False, **dict.fromkeys(options.needs, True)} if options.needs else {})
    with ExitStack() as stack:
        stores = stack.enter_context(postgres_stores()) if options.store == "postgres" else None
        if options.replay is not None:
            folder = stack.enter_context(_folder())
            play(options.replay, make_world(folder, stores), folder / "replay", wanted)
            return 0
        return _all(range(options.seed, options.seed + options.histories), options.jobs, options.store, stores, wanted)


def _all(seeds: range, jobs: int, store: str, stores: Callable[[Path], Stores] | None, wanted: Bug) -> int:
    began, failed = time.monotonic(), 0
    chunks = [seeds[at : at + _CHUNK] for at in range(0, len(seeds), _CHUNK)]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for broken in pool.imap_unordered(partial(_played, stores=stores, wanted=wanted), chunks):
            for seed, said in broken:
                failed += 1
                needs = f" --needs {' '.join(name for name, is_so in wanted.needs.items() if is_so)}" if wanted.needs else ""
                print(f'{said[:500]}\n    make simulate ARGS="--replay {seed} --store {store}{needs}"', flush=True)
    took = time.monotonic() - began
    print(f"{len(seeds)} histories on {store}, {failed} failed, {took:.1f} s, {len(seeds) / took:.1f}/s")
    return 1 if failed else 0


def _played(seeds: range, stores: Callable[[Path], Stores] | None, wanted: Bug) -> list[tuple[int, str]]:
    """Plays some seeds; those that failed, with what they said."""
    broken: list[tuple[int, str]] = []
    with _folder() as folder:
        world = make_world(folder, stores)
        for seed in seeds:
            own = folder / str(seed)
            try:
                play(seed, world, own, wanted)
            except Exception as error:  # noqa: BLE001  # whatever a history ends in is a finding, and the others are played all the same
                broken.append((seed, f"seed {seed}: {type(error).__name__}: {error}"))
            shutil.rmtree(own, ignore_errors=True)
    return broken


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory where the system has one: thousands of small files are made and thrown away."""
    shared = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=shared if os.access(shared, os.W_OK) else None) as name:
        yield Path(name)


if __name__ == "__main__":
    sys.exit(main())
