"""A value that is not the server's under a hash that is: found and put right, a page a day by itself, all at once when a person asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services import verifying
from desktop.services.office import Office
from desktop.storage import state
from tests.receipts.line import STREAM, Site

_LONG_AGO = '{"at":"2020-01-01T00:00:00Z"}'


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def _spoilt(office: Office) -> str:
    """A record whose title was changed behind the program's back, under its hash."""
    row = office.records.save("project", None, {"title": "ถนนสายหนึ่ง"}, stream=STREAM).row
    office.sync.run()
    with office.database.write() as connection:
        connection.execute(f"UPDATE {connection.tables.of('project').name} SET title = 'ผิด' WHERE _id = ?", (row.id,))
    return row.id


def _title(office: Office, record_id: str) -> object:
    row = office.store.get("project", record_id)
    return row.fields.get("title") if row else None


def _set_walk(office: Office, text: str | None) -> None:
    with office.database.write() as connection:
        state.set_setting(connection, verifying._WALK, text)


def test_a_person_who_asks_for_a_comparison_is_told_of_values_too(site: Site) -> None:
    desk = site.desk("som")
    record_id = _spoilt(desk)

    told = desk.sync.run(verify=True)
    again = desk.sync.run(verify=True)

    assert _title(desk, record_id) == "ถนนสายหนึ่ง"
    assert ["1 records put right" in one.en for one in told.notices] == [True]
    assert ["are the same" in one.en for one in again.notices] == [True]


def test_a_round_of_a_timer_looks_at_one_page_a_day(site: Site) -> None:
    desk = site.desk("som")
    record_id = _spoilt(desk)

    _set_walk(desk, None)

    def calls_and_notices(*, is_waited_for: bool = False) -> tuple[int, int]:
        before = site.lines["som"].calls
        told = desk.sync.run(is_waited_for=is_waited_for)
        return site.lines["som"].calls - before, len(told.notices)

    first = calls_and_notices()
    _set_walk(desk, _LONG_AGO)
    by_a_person, found, following, the_same_day = calls_and_notices(is_waited_for=True), *(calls_and_notices() for _ in range(3))

    assert _title(desk, record_id) == "ถนนสายหนึ่ง"
    # A page that had a wrong value is followed by the next at once; without one, the next round is as cheap as ever.
    assert (first, by_a_person, found, following, the_same_day) == ((1, 0), (1, 0), (2, 1), (2, 0), (1, 0))


def test_a_walk_whose_place_the_server_does_not_know_begins_again(site: Site) -> None:
    desk = site.desk("som")
    record_id = _spoilt(desk)
    while desk.sync.status().streams[0].cursor < 2:
        desk.records.save("project", None, {"title": "ถนนสายสอง"}, stream=STREAM)
        desk.sync.run()

    _set_walk(desk, '{"stream":"' + STREAM + '","cursor":1,"chain":"' + "f" * 16 + '"}')
    desk.sync.run()
    with desk.database.reading() as connection:
        begun = state.setting(connection, verifying._WALK) or ""
    _set_walk(desk, begun.replace('"at":"20', '"at":"19'))
    told = desk.sync.run()

    assert '"cursor":0' in begun
    assert (_title(desk, record_id), len(told.notices)) == ("ถนนสายหนึ่ง", 1)
