"""kill -9 at every numbered point of a desk and of the server: nothing that was acknowledged is lost, nothing goes in twice.

FAULT_SEEDS=20 kills at every point of every story with 20 seeds (`make faults`); by default one seed and some of the points, others for each
seed of FAULT_SEEDS.
"""

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from desktop.storage.database import FILE_NAME
from records.file_names import is_hash
from server_stub import backup, backup_seal
from server_stub.audit import verify
from server_stub.storage.sqlite import SqliteStorage
from tests.faults.yard import Mortals, Yard

COUNT = int(os.environ.get("FAULT_SEEDS", "1"))
SEEDS = range(1, COUNT + 1)


def points(count: int, seed: int, step: int = 6) -> Iterable[int]:
    """The points that are deadly, from 1."""
    return range(1, count + 1) if COUNT >= 20 else range(1 + seed % step, count + 1, step)


@pytest.mark.parametrize("story", ["ordinary", "documents", "stick"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_killed_at_any_point_loses_nothing_it_acknowledged(seed: int, story: str, yard: Yard, mortals: Mortals) -> None:
    facts = yard.desk(seed, story)
    assert not mortals.ask(desk=facts, deadly=0)["killed"]
    yard.judge(facts)
    passed = yard.passed(facts)

    for deadly in points(len(passed), seed):
        facts = yard.desk(seed, story)
        assert mortals.ask(desk=facts, deadly=deadly)["killed"], f"point {deadly}: {passed[deadly - 1]}"
        yard.judge(facts)

    assert {"before commit", "after commit", "before request", "after reply"} <= set(passed)
    assert story != "documents" or {"after fsync", "after replace"} <= set(passed)
    assert story != "stick" or {"middle of write", "after fsync", "after replace"} <= set(passed)
    assert verify(yard.storage).damage == ()


def test_a_desk_that_acknowledges_too_early_is_caught(yard: Yard, mortals: Mortals) -> None:
    caught = 0
    for deadly in range(1, 12):
        facts = yard.desk(1) | {"is_early": True}
        mortals.ask(desk=facts, deadly=deadly)
        try:
            yard.judge(facts)
        except AssertionError as error:
            caught += "acknowledged" in str(error)

    assert caught


@pytest.mark.parametrize("download_from", [1, 2000])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_killed_in_its_first_download_goes_on_with_it(seed: int, download_from: int, yard: Yard, mortals: Mortals) -> None:
    first = yard.desk(seed, "documents")
    mortals.ask(desk=first, deadly=0)
    yard.judge(first)
    there = yard.rows(first)
    second = yard.desk(seed, "rounds", first["stream"]) | {"download_from": download_from}
    mortals.ask(desk=second, deadly=0)
    passed = yard.passed(second)

    for deadly in points(len(passed), seed, 5):
        facts = yard.desk(seed, "rounds", first["stream"]) | {"download_from": download_from}
        # What the desks before it wrote is there too, so that a later one may pass fewer points.
        assert mortals.ask(desk=facts, deadly=deadly)["killed"] or deadly > len(passed) // 2
        yard.judge(facts)
        assert {row["title"] for row in there} <= yard.titles(facts)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_killed_while_it_follows_a_restored_server_brings_its_work_back(seed: int, yard: Yard, mortals: Mortals) -> None:
    def lost_at(deadly: int) -> dict[str, Any]:
        facts = yard.desk(seed, "rounds")
        mortals.ask(desk=facts, deadly=0)
        kept = yard.folder / f"{facts['account']}.db"
        backup.back_up(yard.storage, yard.database, kept)
        mortals.ask(desk=facts | {"seed": seed + 100}, deadly=0)
        yard.lose(kept)
        killed = mortals.ask(desk=facts | {"seed": seed + 200}, deadly=deadly)["killed"]
        assert killed == bool(deadly)
        yard.judge(facts)
        return facts

    passed = yard.passed(lost_at(0))
    assert len(passed) > 20
    for deadly in points(len(passed), seed, 11):
        lost_at(deadly)
    assert verify(yard.storage).damage == ()


@pytest.mark.parametrize("story", ["ordinary", "documents", "stick"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_killed_at_any_point_loses_nothing_it_acknowledged(seed: int, story: str, yard: Yard, mortals: Mortals) -> None:
    """In the middle of the part of a document too, of a bundle and of its reply."""
    assert yard.outlived(points(400, seed, 8), seed, story) > 8
    assert verify(yard.storage).damage == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_killed_while_it_makes_a_first_download_makes_another(seed: int, yard: Yard, mortals: Mortals) -> None:
    first = yard.desk(seed, "documents")
    mortals.ask(desk=first, deadly=0)
    yard.judge(first)
    made = yard.outlived(
        points(400, seed, 9), seed, "rounds", first["stream"], lambda: shutil.rmtree(yard.folder / "downloads", ignore_errors=True), download_from=1
    )  # fmt: skip
    assert made > 6


HALF_PAGE = (4096 + 24) // 2
"""Bytes of the log of a database: a kill every so many falls between two pages and into the middle of one."""


@pytest.mark.parametrize("story", ["ordinary", "documents"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_killed_in_the_middle_of_any_write_of_its_database_loses_nothing_it_acknowledged(
    seed: int, story: str, yard: Yard, mortals: Mortals
) -> None:
    facts = yard.desk(seed, story)
    mortals.ask(desk=facts, deadly=0)
    size = (Path(facts["folder"]) / f"{FILE_NAME}-wal").stat().st_size
    yard.judge(facts)
    assert size > 40 * HALF_PAGE
    killed = 0

    # Twenty seeds come to every half page once; the bytes of a seed fall elsewhere in it.
    for torn in range(seed % 20 * HALF_PAGE + 1 + seed * 97, size, 20 * HALF_PAGE):
        facts = yard.desk(seed, story) | {"torn": torn}
        killed += mortals.ask(desk=facts, deadly=0)["killed"]
        yard.judge(facts)
    assert killed


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_killed_in_the_middle_of_any_write_loses_nothing_it_acknowledged(seed: int, yard: Yard, mortals: Mortals) -> None:
    """Of its log, of its database when the log goes over into it, and of a document that comes: its disk takes so many bytes of each file."""
    killed = list[dict[str, Any]]()
    for largest in range(seed % 20 * HALF_PAGE + 1 + seed * 97, 300_000, 20 * HALF_PAGE):
        facts = yard.desk(seed, "documents")
        yard.kill()
        yard.empty_log()
        yard.serve(largest=largest, is_torn=True)
        mortals.ask(desk=facts, deadly=0)
        killed += [] if yard.survives() else [facts]
    yard.kill()
    yard.serve()
    for facts in killed:
        yard.judge(facts)
    assert killed
    assert verify(yard.storage).damage == ()


@pytest.mark.parametrize("has_no_links", [False, True])
def test_a_backup_killed_at_any_point_is_whole_or_not_there(yard: Yard, mortals: Mortals, tmp_path: Path, has_no_links: bool) -> None:
    facts = yard.desk(1, "documents")
    mortals.ask(desk=facts, deadly=0)
    yard.judge(facts)
    command = {"what": "backup", "database": str(yard.database), "passed": str(tmp_path / "passed.json"), "has_no_links": has_no_links}
    mortals.ask(command=command | {"kept": str(tmp_path / "0" / "kept.db")}, deadly=0)
    passed = json.loads((tmp_path / "passed.json").read_text())
    assert len(passed) > 3
    found = set()

    for deadly in {*points(len(passed), 1), len(passed)}:
        kept = tmp_path / str(deadly) / "kept.db"
        assert mortals.ask(command=command | {"kept": str(kept)}, deadly=deadly)["killed"]
        found.add(kept.exists())
        if kept.exists():
            backup_seal.check(kept)
            assert _documents(kept.parent) == _documents(yard.folder)
            storage = SqliteStorage(kept)
            assert verify(storage).damage == ()
            storage.close()
        yard.judge(facts)
        backup.back_up(yard.storage, yard.database, kept)
        backup_seal.check(kept)
        assert _documents(kept.parent) == _documents(yard.folder)
    assert found == {True, False}


def _documents(folder: Path) -> dict[str, bytes]:
    """What lies under the names of documents; a killed copy stands under another one."""
    return {path.name: path.read_bytes() for path in (folder / "files").rglob("*") if is_hash(path.name)}


@pytest.mark.parametrize("has_no_links", [False, True])
def test_a_restore_killed_at_any_point_leaves_one_database_or_the_other(
    yard: Yard, mortals: Mortals, tmp_path: Path, has_no_links: bool
) -> None:
    kept = tmp_path / "kept" / "monday.db"
    command = {"what": "restore", "database": str(yard.database), "kept": str(kept), "passed": str(tmp_path / "passed.json")}
    deadly, is_alive = 0, True
    while is_alive:
        deadly += 1 if COUNT >= 20 else 7
        shutil.rmtree(kept.parent, ignore_errors=True)
        facts = yard.desk(deadly, "documents")
        mortals.ask(desk=facts, deadly=0)
        backup.back_up(yard.storage, yard.database, kept)
        mortals.ask(desk=facts | {"seed": deadly + 100, "story": "ordinary"}, deadly=0)
        yard.kill()
        yard.storage.close()
        if deadly % 2:
            # The disk was lost with its documents.
            shutil.rmtree(yard.folder / "files")

        is_alive = mortals.ask(command=command | {"has_no_links": has_no_links}, deadly=deadly)["killed"]
        if deadly % 2:
            # Half of the administrators type it again, the others go on with what is there.
            mortals.ask(command=command, deadly=0)
        yard.open()
        yard.judge(facts)
        assert verify(yard.storage).damage == ()
    assert deadly > 12
