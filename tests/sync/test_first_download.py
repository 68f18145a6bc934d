"""A stream of which nothing is here comes as one file: over HTTP, cut anywhere, damaged, killed, beside work that waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from desktop.storage import arriving, growth, state
from desktop.storage.audit import check_projection
from desktop.storage.database import Database
from desktop.storage.query import Query
from desktop.sync.engine import run_round
from desktop.sync.line import SnapshotDownload
from desktop.sync.replies import unavailable
from desktop.sync.status import Report
from desktop.sync.transport import HttpTransport
from records.errors import Unavailable
from records.words import Words
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE
from tests.sync.loopback import HttpDesk, Site, now
from tests.sync.office import STREAM

LOST = Words("หลุด", "lost")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


@pytest.fixture
def full(site: Site) -> Site:
    """A site whose server has 150 records, five of them deleted."""
    one = site.desk("one")
    one.make(150)
    one.sync()
    with one.store.act("one", LOST) as act:
        for record_id in one.store.ids(Query("note", None))[:5]:
            one.store.delete(STREAM, "note", record_id, act=act)
    one.sync()
    return site


class Line(HttpTransport):
    """A line on which a first download meets what a test says."""

    change: Callable[[bytes], bytes] = staticmethod(lambda content: content)
    breaks_after: int | None = None
    starts: list[int]

    @contextmanager
    def fetch_snapshot(self, stream: str, etag: str, offset: int) -> Iterator[SnapshotDownload]:
        self.starts = [*getattr(self, "starts", []), offset]
        with super().fetch_snapshot(stream, etag, offset) as coming:
            content = self.change(b"".join(coming.blocks))
            yield replace(coming, blocks=self._broken(content, coming.offset))

    def _broken(self, content: bytes, offset: int) -> Iterator[bytes]:
        if self.breaks_after is None:
            yield content
            return
        yield content[: max(0, self.breaks_after - offset)]
        raise unavailable(LOST, "offline")


def line_of(desk: HttpDesk) -> Line:
    return Line(desk.site.url, desk.enrolled.token, desk._counter)


def sync(desk: HttpDesk, line: HttpTransport, cancelled: Callable[[], bool] = lambda: False) -> Report:
    return run_round(
        desk.database, CATALOGUE, line, now, desk.site.random.randbytes, lambda status: None, download_from=1, cancelled=cancelled
    )


def assert_whole(desk: HttpDesk, titles: int = 145) -> None:
    with desk.database.reading() as connection:
        assert check_projection(connection) == []
        assert arriving.arriving(connection, STREAM) is None
        assert connection.value("SELECT count(*) FROM arriving_block") == 0
        mine = state.stream(connection, STREAM)
    assert desk.titles == titles
    assert mine is not None
    assert (mine.cursor, mine.witness_seq) == (mine.head, mine.head)


def test_a_large_stream_comes_as_one_file_with_its_deletions(full: Site) -> None:
    two = full.desk("two")
    line = line_of(two)

    report = sync(two, line)

    assert (report.done, report.pulled, report.requests) == (True, 150, 3)
    assert line.starts == [0]
    assert_whole(two)
    line.close()


def test_a_download_cut_anywhere_goes_on_where_it_stopped(full: Site) -> None:
    for number, part in enumerate([1, 17, 400, full.random.randrange(2, 2_000), full.random.randrange(2, 2_000)]):
        desk = full.desk(f"cut{number}")
        line = line_of(desk)
        line.breaks_after = part
        with pytest.raises(Unavailable):
            sync(desk, line)
        line.breaks_after = None

        assert desk.titles == 0
        assert sync(desk, line).done
        assert line.starts == [0, part]
        assert_whole(desk)
        line.close()


def test_a_download_that_is_not_what_it_says_is_not_believed_and_the_stream_is_pulled(full: Site) -> None:
    def without_its_end(content: bytes) -> bytes:
        return content[:-9] + b"\0" * 9

    def with_another_word(content: bytes) -> bytes:
        import gzip

        return gzip.compress(gzip.decompress(content).replace("โครงการที่ 7".encode(), "โครงการที่ 8".encode()), 4)[: len(content)].ljust(
            len(content), b"\0"
        )

    for number, change in enumerate([without_its_end, with_another_word, lambda content: b"x" * len(content)]):
        desk = full.desk(f"wrong{number}")
        line = line_of(desk)
        line.change = change

        report = sync(desk, line)

        assert (report.done, line.starts) == (True, [0])
        assert_whole(desk)
        line.close()


def test_a_server_without_first_downloads_is_pulled(full: Site) -> None:
    desk = full.desk("two")

    class Older(HttpTransport):
        @contextmanager
        def fetch_snapshot(self, stream: str, etag: str, offset: int) -> Iterator[SnapshotDownload]:
            # What the server has nothing for is answered as a route that is not there.
            with super().fetch_snapshot("office/0000000", etag, offset) as coming:
                yield coming

    line = Older(full.url, desk.enrolled.token, desk._counter)

    assert sync(desk, line).done
    assert_whole(desk)
    line.close()


def test_a_download_stopped_between_any_two_steps_ends_the_same(full: Site) -> None:
    desk = full.desk("two")
    line = line_of(desk)
    for step in range(1, 40):
        asked = count(1)
        report = sync(desk, line, lambda step=step, asked=asked: next(asked) >= step)  # type: ignore[misc]
        with desk.database.reading() as connection:
            assert check_projection(connection) == []
        if not report.cancelled:
            break

    assert report.done
    assert_whole(desk)
    line.close()


def test_work_that_waits_goes_in_beside_a_first_download(full: Site) -> None:
    desk = full.desk("two")
    desk.make(3)
    line = line_of(desk)

    report = sync(desk, line)

    assert (report.done, report.pushed) == (True, 3)
    assert_whole(desk, 148)
    line.close()


def test_a_download_older_than_what_the_server_acknowledged_is_no_base(full: Site) -> None:
    desk = full.desk("two")
    line = line_of(desk)
    asked = count(1)
    # Everything is here, nothing of it stored; then work of this desk goes in, so the file is an older day.
    line.breaks_after = 10**9
    with pytest.raises(Unavailable):
        sync(desk, line, lambda: next(asked) < 0)
    line.breaks_after = None
    desk.make(2)

    assert sync(desk, line).done
    assert_whole(desk, 147)
    line.close()


def indexes(desk: HttpDesk) -> set[str]:
    with desk.database.reading() as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}


def test_indexes_put_off_are_made_behind_the_round_or_by_the_next_opening(full: Site) -> None:
    desk = full.desk("two")
    wanted = indexes(desk)

    with desk.database.write() as connection:
        growth.put_off_indexes(connection, ["note"])
    assert indexes(desk) < wanted
    path = desk.database.path
    desk.database.close()
    desk.database = Database.open(path, KEY, CATALOGUE, synchronous="OFF")
    assert indexes(desk) == wanted

    with desk.database.write() as connection:
        growth.put_off_indexes(connection, ["note"])
    asked = count()
    growth.make_indexes(desk.database, lambda: next(asked) > 0)
    assert len(indexes(desk)) < len(wanted)
    growth.make_indexes(desk.database)
    assert indexes(desk) == wanted
    assert not growth.is_due(desk.database.read())


def test_a_large_download_leaves_its_indexes_for_later_and_lists_are_right_before(full: Site) -> None:
    desk = full.desk("two")
    wanted = indexes(desk)
    line = line_of(desk)

    assert sync(desk, line).done
    assert indexes(desk) < wanted
    assert len(desk.store.ids(Query("note", None))) == 145
    growth.make_indexes(desk.database)

    assert indexes(desk) == wanted
    assert_whole(desk)
    line.close()


def test_a_type_that_has_records_keeps_its_indexes(full: Site) -> None:
    desk = full.desk("two")
    desk.make(1)
    wanted = indexes(desk)

    with desk.database.write() as connection:
        growth.put_off_indexes(connection, ["note"])

    assert indexes(desk) == wanted
