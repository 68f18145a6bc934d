"""`python -m tests.simulation --histories N --seed S [--replay SEED] [--restored]`: plays histories and says which seeds break a law."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.history import History, RestoredHistory, make_template


def main() -> int:
    """Plays; 1 when a law was broken."""
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("--histories", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; the others follow it")
    parser.add_argument("--replay", type=int, help="plays one seed alone and lets its error through")
    parser.add_argument("--restored", action="store_true", help="histories whose server is put back to a backup")
    options = parser.parse_args()
    began = time.monotonic()
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        template = make_template(Path(name))
        seeds = [options.replay] if options.replay is not None else range(options.seed, options.seed + options.histories)
        for seed in seeds:
            folder = Path(name) / str(seed)
            folder.mkdir()
            try:
                (RestoredHistory if options.restored else History)(seed, template, folder).run()
            except Exception as error:
                if options.replay is not None:
                    raise
                failed += 1
                print(f"seed {seed}: {type(error).__name__}: {error}"[:500])
    print(f"{len(seeds)} histories, {failed} failed, {time.monotonic() - began:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
