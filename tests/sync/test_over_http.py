"""Rounds over HTTP: the client's own transport against the server's own routes, on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.storage import state
from records.errors import Refused
from tests.sync.loopback import Site
from tests.sync.office import OTHER, STREAM


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def test_work_travels_over_http_in_one_request_each_way(site: Site) -> None:
    one, two = site.desk("one"), site.desk("two")
    one.sync()
    one.make(300)

    sent, received = one.sync(), two.sync()

    assert (sent.pushed, sent.done, received.pulled, received.done, two.titles) == (300, True, 300, True, 300)
    assert sent.bytes_up < 60_000
    assert received.bytes_down < 60_000


def test_nothing_new_over_http_is_one_small_request(site: Site) -> None:
    one = site.desk("one")
    one.make(1)
    one.sync()

    report = one.sync()

    assert (report.requests, report.done) == (1, True)
    assert report.bytes_up + report.bytes_down < 700


def test_a_wider_grant_brings_its_stream_with_the_next_round(site: Site) -> None:
    one = site.desk("one")
    one.sync()
    site.auth.add_account("one", "clerk", (f"{STREAM}:write", f"{OTHER}:read"))

    assert set(one.sync().streams) | set(one.sync().streams) == {STREAM, OTHER}


def test_a_revoked_device_is_told_so_and_keeps_its_work(site: Site) -> None:
    one = site.desk("one")
    one.sync()
    one.make(3)
    site.auth.revoke(one.enrolled.device_id)

    with pytest.raises(Refused) as error:
        one.sync()

    assert error.value.code == "revoked"
    assert one.titles == 3


def test_a_computer_put_back_to_an_old_copy_is_told_so(site: Site) -> None:
    one = site.desk("one")
    one.sync()
    one.sync()
    with one.database.write() as connection:
        state.set_setting(connection, "sync_counter", "1")

    with pytest.raises(Refused) as error:
        one.sync()

    assert error.value.code == "rewound"
