"""Histories by seed: sticks lost, repeated, in any order, a line now and then, desks put back to old copies; in the end all is one."""

import shutil
from pathlib import Path
from random import Random

import pytest

from desktop.storage import outbox
from desktop.storage.database import FILE_NAME
from records.bundle_faults import BundleFault
from records.protocol import Limits
from tests.bundles.site import OTHER, STREAM, Site
from tests.simulation.desk import Desk
from tests.simulation.laws import equality_faults, server_faults

SEEDS = 40
_SMALL = Limits(changes=4, page=3)


def _edit(site: Site, desk: Desk, random: Random, made: dict[str, set[str]]) -> None:
    stream = random.choice(desk.writable)
    rows = [row for row in desk.rows_of() if row.stream == stream]
    roll = random.randrange(10)
    if not rows or roll < 4:
        row = site.make(desk, f"{desk.name}{random.randrange(99)}", stream)
        made[desk.name].add(row.id)
    elif roll < 8:
        desk.save(stream, (row := random.choice(rows)).type, row.id, {"title": f"{desk.name}{random.randrange(99)}"})
    elif roll == 8:
        desk.save_together([(row, {"title": f"{desk.name}g"}) for row in random.sample(rows, min(2, len(rows)))])
    else:
        desk.delete(row := random.choice(rows))
        # Made and deleted before it was ever sent, it is nowhere but in the history.
        made[desk.name].discard(row.id)


def _step(site: Site, random: Random, made: dict[str, set[str]], copies: dict[str, Path]) -> None:
    desk = random.choice(site.desks)
    post = site.post[desk.name]
    roll = random.randrange(100)
    try:
        if roll < 45:
            _edit(site, desk, random, made)
        elif roll < 60:
            site.export(desk)
        elif roll < 75 and post.work:
            site.relay(desk, random.choice(post.work))
        elif roll < 90 and post.replies:
            site.apply(desk, random.choice(post.replies))
        elif roll < 96:
            site.by_line(desk)
        elif roll < 98:
            copies[desk.name] = _copied(site, desk)
        elif desk.name in copies:
            _put_back(site, desk, copies[desk.name], made)
    except BundleFault as fault:
        # A desk put back to an old copy numbers its bundles anew; the server tells.
        if fault.code != "rewound-device":
            raise
    assert desk.faults() == []


def _copied(site: Site, desk: Desk) -> Path:
    desk.database.close()
    copy = site.folder / f"{desk.name}.copy"
    shutil.copyfile(site.folder / desk.name / FILE_NAME, copy)
    desk.open()
    return copy


def _put_back(site: Site, desk: Desk, copy: Path, made: dict[str, set[str]]) -> None:
    desk.database.close()
    for rest in (site.folder / desk.name).glob(f"{FILE_NAME}*"):
        rest.unlink()
    shutil.copyfile(copy, site.folder / desk.name / FILE_NAME)
    desk.open()
    # What it made since and nobody else has is lost with the file.
    made[desk.name].clear()


def _at_the_end(site: Site) -> None:
    for _ in range(12):
        reports = [site.by_line(desk) for desk in site.desks]
        if all(report.done for report in reports) and not any(report.pulled or report.pushed for report in reports):
            return


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_to_the_sticks_all_copies_are_one_in_the_end(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    site = Site(tmp_path, seed, _SMALL if seed % 2 else None)
    for name in ("anong", "boon", "chai")[: random.choice((1, 2, 3))]:
        site.desk(name, (STREAM, OTHER) if random.randrange(2) else (STREAM,))
    made: dict[str, set[str]] = {desk.name: set() for desk in site.desks}
    copies: dict[str, Path] = {}
    for _ in range(60):
        _step(site, random, made, copies)
    _at_the_end(site)
    assert [fault for desk in site.desks for fault in desk.faults()] == []
    assert server_faults(site.storage, [STREAM, OTHER]) == []
    assert equality_faults(site.storage, site.desks) == []
    for desk in site.desks:
        with desk.database.reading() as connection:
            assert outbox.everything(connection) == []
        here = {row.id for deleted in (False, True) for row in desk.rows_of(deleted=deleted)}
        assert made[desk.name] <= here
    site.close()


@pytest.mark.parametrize("seed", range(10))
def test_an_office_without_any_line_ends_as_one_with_a_line(seed: int, tmp_path: Path) -> None:
    """The same work, once by sticks alone and once by the line: the same records with the same fields."""
    ends = []
    for way in ("sticks", "line"):
        random = Random(seed)
        folder = tmp_path / way
        folder.mkdir()
        site = Site(folder, seed, _SMALL)
        far, near = site.desk("far"), site.desk("near")
        for number in range(8):
            for desk in (far, near):
                for title in range(random.randrange(1, 4)):
                    site.make(desk, f"{desk.name}{number}{title}")
                mine = sorted(
                    (row for row in desk.rows_of() if str(row.fields["title"]).startswith(desk.name)), key=lambda r: str(r.fields)
                )
                row = random.choice(mine)
                desk.save(STREAM, row.type, row.id, {"place": f"{number}"})
            site.by_line(near)
            if way == "sticks":
                site.by_stick(far)
            else:
                site.by_line(far)
        site.by_line(near)
        site.by_stick(far) if way == "sticks" else site.by_line(far)
        site.by_line(near)
        fields = [sorted(str(sorted(row.fields.items())) for row in desk.rows_of()) for desk in (far, near)]
        assert fields[0] == fields[1]
        assert equality_faults(site.storage, site.desks) == []
        ends.append(fields[0])
        site.close()
    assert ends[0] == ends[1]
