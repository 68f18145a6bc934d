"""Excel: a list out beside openpyxl's write-only mode, the same file in to its preview beside calamine alone."""

from collections.abc import Iterator
from datetime import date

from benchmarks.bench import Bench
from benchmarks.measuring import Line, Seconds, in_turns, line, timed
from benchmarks.product_desk import open_desk, receive
from benchmarks.work_item import SPEC
from benchmarks.workload import NAMES, items
from desktop.storage.query import Query


def excel(bench: Bench) -> Iterator[Line]:
    """Out and in."""
    n = bench.sizes.sheet
    desk = open_desk(bench.place("sheet"))
    empty = open_desk(bench.place("preview"))
    receive(desk, items(n))
    folder = bench.place("books")
    book, bare = folder / "list.xlsx", folder / "bare.xlsx"
    columns = tuple(field.name for field in SPEC.fields)

    def write() -> Seconds:
        took = timed(lambda: desk.exports.export(Query(SPEC.type), book, columns))
        assert book.stat().st_size > 0
        return took

    def write_bare() -> Seconds:
        from openpyxl import Workbook

        def work() -> None:
            workbook = Workbook(write_only=True)
            sheet = workbook.create_sheet()
            sheet.append(NAMES[1:])
            for item in items(n):
                days = {name: date.fromisoformat(item[name]) for name in ("start_date", "end_date")}
                sheet.append([days.get(name, item[name]) for name in NAMES[1:]])
            workbook.save(bare)

        return timed(work)

    def read() -> Seconds:
        def work() -> None:
            preview = empty.imports.preview(SPEC.type, book)
            assert preview.plan.ready == n

        return timed(work)

    def read_bare() -> Seconds:
        from python_calamine import CalamineWorkbook

        def work() -> None:
            workbook = CalamineWorkbook.from_path(book)
            assert len(workbook.get_sheet_by_index(0).to_python()) > n

        return timed(work)

    try:
        yield line("excel_out", *in_turns(write, write_bare, max(3, bench.sizes.runs - 2)), n=n)
        yield line("excel_in", *in_turns(read, read_bare, bench.sizes.runs), n=n)
    finally:
        desk.close()
        empty.close()
