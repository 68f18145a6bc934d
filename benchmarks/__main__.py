"""`python -m benchmarks [MEASURE ...] [--n RECORDS] [--runs RUNS]`: prints one JSON line per measure; all measures when none is named."""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import counter, exchange, growing, large, lists, on_postgres, scroll, sheets, soak, start, storm
from benchmarks.bench import Bench, Sizes
from benchmarks.measuring import Line

Measure = Callable[[Bench], Iterable[Line]]

MEASURES: Mapping[str, Measure] = {
    "push": exchange.push,
    "pull": exchange.pull,
    "changed": exchange.changed,
    "nothing": exchange.nothing,
    "first_pull_large": large.first_pull_large,
    "growth": growing.growth,
    "start": start.start,
    "search": lists.search,
    "list": lists.order,
    "scroll": scroll.scroll,
    "save": lists.save,
    "excel": sheets.excel,
    "counter": counter.counter,
    "storm": storm.storm,
    "soak": soak.soak,
    "postgres": on_postgres.on_postgres,
}
"""By the name that chooses it, in the order they run."""


def measure(chosen: Sequence[str], sizes: Sizes, failed: Callable[[str], None]) -> Iterable[Line]:
    """The lines of these measures, each when it is done; `failed` is told the name of each that raised, and the others go on."""
    with tempfile.TemporaryDirectory(prefix="thongthin-bench-", ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder), sizes)
        try:
            for name, run in MEASURES.items():
                if not chosen or name in chosen:
                    try:
                        yield from run(bench)
                    except Exception:  # noqa: BLE001  # whatever failed, the other measures still say something
                        traceback.print_exc()
                        failed(name)
        finally:
            bench.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, one JSON line each with the floor beside it.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--runs", type=int, default=Sizes.runs, help="how often each side is measured (default %(default)s)")
    parser.add_argument(
        "--sheet", type=int, default=Sizes.sheet, help="rows of the Excel measures (default %(default)s; a full measure: 100000)"
    )
    parser.add_argument("--soak", type=float, default=Sizes.soak_s, help="seconds of the soak (default %(default)s)")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.measures if name not in MEASURES]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)} (choose from {', '.join(MEASURES)})")
    failures: list[str] = []
    for line in measure(asked.measures, replace(Sizes(), runs=asked.runs, sheet=asked.sheet, soak_s=asked.soak), failures.append):
        sys.stdout.write(line.as_json() + "\n")
        sys.stdout.flush()
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
