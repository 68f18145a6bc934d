"""One data folder, one computer and user: others are refused with a name; a clock that cannot be right is told."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from desktop import paths
from desktop.in_use import FRESH_S, InUse, Presence, me
from desktop.services.clock_check import wrong_clock
from records.errors import Refused
from tests.offices import made_office, thongthin

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def other(folder: Path, who: InUse, age_s: float = 0) -> None:
    """Somebody else's presence, so many seconds old."""
    path = folder / paths.IN_USE
    path.write_bytes(msgspec.json.encode(who))
    os.utime(path, (time.time() - age_s,) * 2)


@pytest.mark.parametrize("who", [InUse("PC-คลัง", me().user), InUse(me().computer, "malee")])
def test_another_computer_or_user_is_refused_with_its_name(tmp_path: Path, who: InUse) -> None:
    made_office(tmp_path).close()
    other(tmp_path, who)

    told = thongthin(tmp_path, "status")

    assert told.code == 1
    assert who.computer in told.err
    assert who.user in told.err


def test_a_presence_of_long_ago_is_taken_over_and_the_own_one_is_no_hindrance(tmp_path: Path) -> None:
    made_office(tmp_path).close()
    other(tmp_path, InUse("PC-คลัง", "malee"), FRESH_S + 10)
    office = made_office(tmp_path)

    assert thongthin(tmp_path, "status").code == 0
    office.close()
    assert not (tmp_path / paths.IN_USE).exists()


def test_a_command_beside_the_window_reads_and_writes(tmp_path: Path) -> None:
    office = made_office(tmp_path)
    saved = thongthin(tmp_path, "record", "save", "project", "--json", stdin='{"title": "จากคำสั่ง"}')

    assert saved.code == 0
    assert office.database.poll_other_processes()
    row = office.store.get("project", saved.json["id"])
    assert row is not None
    office.records.save("project", row.id, {"title": "จากหน้าต่าง"})
    assert thongthin(tmp_path, "record", "get", "project", row.id, "--json").json["fields"]["title"] == "จากหน้าต่าง"
    office.close()


def test_a_presence_that_is_kept_beats_until_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.in_use.BEAT_S", 0.01)
    here = Presence(tmp_path)
    here.keep()
    (tmp_path / paths.IN_USE).unlink()
    until = time.monotonic() + 60
    while not (tmp_path / paths.IN_USE).exists() and time.monotonic() < until:
        time.sleep(0.005)
    assert (tmp_path / paths.IN_USE).exists()
    with pytest.raises(Refused):
        Presence(tmp_path, InUse("another", "one"))
    here.end()
    assert not (tmp_path / paths.IN_USE).exists()


def test_a_clock_of_the_buddhist_era_or_away_from_the_server_is_told() -> None:
    assert wrong_clock(NOW, None) is None
    assert wrong_clock(NOW, -299.0) is None
    year, away = wrong_clock(NOW.replace(year=2569), None), wrong_clock(NOW, 400.0)
    assert year is not None
    assert "2569" in year.th
    assert away is not None
    assert "7 minutes" in away.en


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    made_office(tmp_path).close()
    tmp_path.chmod(0o500)
    told = thongthin(tmp_path, "record", "save", "project", stdin='{"title": "ก"}')
    tmp_path.chmod(0o700)
    assert told.code == 1
    assert "permission" in told.err or "read-only" in told.err
