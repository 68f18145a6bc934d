"""An office without any line whose server was put back to a backup: it finds its way back by stick alone."""

from pathlib import Path

import pytest

from server_stub import backup as backups
from server_stub.storage.base import ALL_STREAMS
from tests.bundles.site import STREAM, Site
from tests.simulation import laws
from tests.simulation.desk import Desk


class Restorable(Site):
    """A site with a backup."""

    def __init__(self, folder: Path) -> None:
        self._database, self._backup = folder / "server.db", folder / "kept" / "b.db"
        super().__init__(folder, database=self._database)

    def back_up(self) -> None:
        backups.back_up(self.storage, self._database, self._backup)

    def go_back(self) -> None:
        self.put_back(self._database, self._backup)

    def titles(self) -> set[str]:
        """What the server has."""
        with self.storage.read(ALL_STREAMS) as reader:
            return {one.fields.decode() for one in reader.page(STREAM, after=0, until=None, areas=None, limit=None) if one.type == "note"}

    def settle(self) -> None:
        for desk in self.desks * 3:
            self.by_stick(desk)
        assert laws.equality_faults(self.storage, self.desks) == []
        assert laws.server_faults(self.storage, [STREAM]) == []
        assert [fault for desk in self.desks for fault in desk.faults()] == []


@pytest.fixture
def site(tmp_path: Path) -> Restorable:
    return Restorable(tmp_path)


def _edit(desk: Desk, record_id: str, title: str) -> None:
    desk.save(STREAM, "note", record_id, {"title": title})


def test_what_the_server_lost_comes_back_by_stick(site: Restorable) -> None:
    one, two = site.desk("one"), site.desk("two")
    row = site.make(one)
    site.by_stick(one)
    site.back_up()
    _edit(one, row.id, "ข")
    site.make(one, "ค")
    site.by_stick(one)
    site.by_stick(two)
    site.go_back()
    _edit(one, row.id, "ง")

    told = site.by_stick(one)
    assert (told.report.streams[STREAM].offered, told.report.problems) == (2, {})
    # What was lost goes out with the next stick, and with the one after it what was written on top of it.
    site.by_stick(one)
    assert site.titles() == {'{"title":"ข"}', '{"title":"ค"}'}
    site.by_stick(one)
    assert site.titles() == {'{"title":"ค"}', '{"title":"ง"}'}
    site.settle()


def test_restored_twice_in_a_row_with_sticks_that_are_lost_and_come_twice(site: Restorable) -> None:
    one, two = site.desk("one"), site.desk("two")
    rows = [site.make(one, f"{number}") for number in range(3)]
    site.by_stick(one)
    site.by_stick(two)
    site.back_up()
    for desk, row in ((one, rows[0]), (two, rows[1])):
        _edit(desk, row.id, f"ก {desk.name}")
        site.by_stick(desk)
    site.go_back()
    lost = site.export(one)
    site.relay(one, lost)
    site.by_stick(one)
    site.by_stick(one)
    _edit(one, rows[2].id, "ข one")
    site.by_stick(one)
    site.go_back()
    site.settle()
    for reply in site.post["one"].replies:
        site.apply(one, reply)
    site.settle()

    assert site.titles() == {'{"title":"ก one"}', '{"title":"ก two"}', '{"title":"ข one"}'}


def test_a_reply_that_is_older_than_the_way_back_is_left(site: Restorable) -> None:
    one = site.desk("one")
    row = site.make(one)
    site.by_stick(one)
    site.back_up()
    _edit(one, row.id, "ข")
    site.by_stick(one)
    site.go_back()
    stale = site.relay(one, site.export(one))
    assert site.by_line(one).done
    before = one.kept([STREAM])

    assert site.apply(one, stale).report.streams[STREAM].offered == 0
    assert one.kept([STREAM]) == before
    site.settle()
