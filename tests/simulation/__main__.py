"""`python -m tests.simulation --histories N --seed S --jobs J [--replay SEED]`: plays histories and says which seeds break a law."""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.simulation.history import World, make_world, play


def main() -> int:
    """Plays; 1 when a law was broken."""
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("--histories", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; the others follow it")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--replay", type=int, help="plays one seed alone and lets its error through")
    options = parser.parse_args()
    if options.replay is not None:
        with _folder() as folder:
            play(options.replay, make_world(folder), folder / "replay")
        return 0
    began = time.monotonic()
    seeds = range(options.seed, options.seed + options.histories)
    failed = 0
    parts = [seeds[at :: options.jobs] for at in range(options.jobs)]
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        chunks = [part[at : at + 25] for part in parts for at in range(0, len(part), 25)]
        for broken in pool.imap_unordered(_played, chunks):
            for seed, said in broken:
                failed += 1
                print(f'{said[:500]}\n    make simulate ARGS="--replay {seed}"', flush=True)
    took = time.monotonic() - began
    print(f"{len(seeds)} histories, {failed} failed, {took:.1f} s, {len(seeds) / took:.1f}/s")
    return 1 if failed else 0


def _played(seeds: range) -> list[tuple[int, str]]:
    """Plays some seeds; those that failed, with what they said."""
    broken: list[tuple[int, str]] = []
    with _folder() as folder:
        world: World = make_world(folder)
        for seed in seeds:
            own = folder / str(seed)
            try:
                play(seed, world, own)
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
