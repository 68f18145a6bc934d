"""A computer whose whole data folder was put back to an earlier day: it is told what to do, keeps its edits, and is a new device then."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from desktop.app import open_office
from desktop.services.office import Office
from desktop.services.rounds import rounds
from desktop.storage import numbers, outbox, state
from desktop.storage.query import Query
from desktop.sync.transport import HttpTransport
from records.errors import Refused
from records.words import Language
from server_stub.storage.base import ALL_STREAMS
from tests.receipts.line import KEY, STREAM, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


class Rewinding:
    """A desk whose folder a person copies and puts back."""

    def __init__(self, site: Site, name: str) -> None:
        self.site = site
        self.name = name
        self.office = site.desk(name)
        self.copy = site.folder / f"{name}.copy"

    def keep_copy(self) -> None:
        """The folder as it is, as a disk image has it."""
        self.close()
        shutil.copytree(self.site.folder / self.name, self.copy)
        self.open()

    def put_back(self) -> None:
        """The copy in the place of the folder: nothing of what came later is left."""
        self.close()
        shutil.rmtree(self.site.folder / self.name)
        shutil.copytree(self.copy, self.site.folder / self.name)
        self.open()

    def close(self) -> None:
        self.office.close()
        self.site.offices.remove(self.office)

    def open(self) -> None:
        def counter() -> state.Numbered:
            with office.database.write() as connection:
                return state.next_numbered(connection)

        office = open_office(
            self.site.folder / self.name, Language.ENGLISH, environ=KEY, clock=self.site.now, entropy=self.site.random.randbytes,
            new_transport=lambda server, token, language: HttpTransport(server, token, counter, language),
        )  # fmt: skip
        self.office = office
        self.site.offices.append(office)

    def enrol_again(self) -> None:
        """What a person does when told."""
        self.office.enrolment.enrol(self.site.url, self.site.auth.new_code(self.name))


def _make(office: Office, name: str) -> str:
    return office.records.save("project", None, {"title": name}, stream=STREAM).row.id


def _names(office: Office) -> dict[str, object]:
    return {row.id: row.fields.get("title") for row in office.store.find(Query("project", STREAM, limit=1000)).rows}


def test_a_rewound_desk_is_told_what_to_do_keeps_its_edits_and_enrols_as_another_device(site: Site) -> None:
    desk, other = Rewinding(site, "som"), site.desk("lek")
    kept = _make(desk.office, "ถนนสายหนึ่ง")
    desk.office.numbering.choose_book("1")
    desk.office.sync.run()
    block = desk.office.numbering.left()
    desk.keep_copy()
    for name in ("ถนนสายสอง", "ถนนสายสาม"):
        _make(desk.office, name)
        desk.office.sync.run()
    was = desk.office.enrolled.device_id
    desk.put_back()
    edit = _make(desk.office, "ถนนสายสี่")

    with pytest.raises(Refused) as told:
        desk.office.sync.run()

    assert (told.value.code, "enrolment code" in told.value.message.en, "kept" in told.value.message.en) == ("rewound", True, True)
    with desk.office.database.reading() as connection:
        assert (rounds(connection)[0].outcome, rounds(connection)[0].en) == ("stopped", told.value.message.en)
        assert [one.change.id for one in outbox.everything(connection) if one.change.type == "project"] == [edit]
    desk.enrol_again()
    assert desk.office.enrolled.device_id != was
    with desk.office.database.reading() as connection:
        assert (block > 0, numbers.leases(connection), state.is_rewound(connection)) == (True, [], False)
    assert desk.office.sync.run().done
    other.sync.run()
    assert _names(other) == _names(desk.office)
    assert (len(_names(other)), _names(other)[kept]) == (4, "ถนนสายหนึ่ง")


def test_an_older_copy_that_was_told_so_is_not_taken_for_the_desk_once_it_has_asked_often_enough(site: Site) -> None:
    # Each refused request counted on: after as many as the copy was behind, the server took it for the desk, and its numbers for unused.
    desk = Rewinding(site, "som")
    _make(desk.office, "ถนนสายหนึ่ง")
    desk.office.sync.run()
    desk.keep_copy()
    for name in ("ถนนสายสอง", "ถนนสายสาม"):
        _make(desk.office, name)
        desk.office.sync.run()
    desk.put_back()
    edit = _make(desk.office, "ถนนสายสี่")

    for _ in range(12):
        with pytest.raises(Refused) as told:
            desk.office.sync.run()
        assert told.value.code == "rewound"
    with pytest.raises(Refused):
        desk.office.bundles.export(site.folder)

    desk.enrol_again()
    assert desk.office.sync.run().done
    assert edit in _names(desk.office)


def test_a_desk_that_made_one_request_since_its_copy_is_told_so_too(site: Site) -> None:
    desk, other = Rewinding(site, "som"), site.desk("lek")
    desk.office.sync.run()
    desk.keep_copy()
    after = _make(desk.office, "ถนนสายหนึ่ง")
    was = desk.office.sync.run()
    desk.put_back()
    with desk.office.database.reading() as connection, site.storage.look_up() as directory:
        known = directory.device(desk.office.enrolled.device_id)
        behind = known.counter - state.counter(connection) if known else 0
    edit = _make(desk.office, "ถนนสายสอง")

    with pytest.raises(Refused) as told:
        desk.office.sync.run()

    assert (was.requests, behind, told.value.code) == (1, 1, "rewound")
    desk.enrol_again()
    assert desk.office.sync.run().done
    other.sync.run()
    assert set(_names(other)) == set(_names(desk.office)) == {after, edit}


def test_a_desk_put_back_to_before_its_last_bundle_is_told_so_over_the_line(site: Site) -> None:
    desk = Rewinding(site, "som")
    desk.office.sync.run()
    desk.keep_copy()
    _make(desk.office, "ถนนสายหนึ่ง")
    desk.office.bundles.export(site.folder / "work.ttb")
    (relayed,) = site.desk("lek").bundles.relay([site.folder / "work.ttb"])
    assert relayed.reply is not None
    desk.put_back()
    _make(desk.office, "ถนนสายสอง")

    with pytest.raises(Refused) as told:
        desk.office.sync.run()

    assert told.value.code == "rewound"


def test_a_request_that_is_repeated_with_number_and_mark_is_no_rewound_desk(site: Site) -> None:
    desk = Rewinding(site, "som")
    desk.office.sync.run()
    with desk.office.database.reading() as connection:
        last = state.numbered(connection)

    with closing(desk.office.transport()) as transport:
        transport.repeat_number(lambda: last)
        transport.account()
        transport.repeat_number(lambda: last._replace(mark="0" * 8))
        with pytest.raises(Refused):
            transport.account()

    assert desk.office.sync.run().done


@pytest.mark.parametrize("seed", range(6))
def test_rewound_desks_converge_and_lose_nothing_of_what_they_or_the_server_have(site: Site, seed: int) -> None:
    random = Random(seed)
    desk, other = Rewinding(site, "som"), site.desk("lek")
    made: dict[str, str] = {}

    def work(office: Office) -> None:
        for _ in range(random.randrange(4)):
            known = list(_names(office))
            name = f"โครงการ {random.random()}"
            if known and random.random() < 0.5:
                chosen = random.choice(known)
                office.records.save("project", chosen, {"objective": name}, stream=STREAM)
            else:
                made[name] = _make(office, name)

    def meet(office: Office) -> None:
        work(office)
        if random.random() < 0.7:
            office.sync.run()

    desk.office.sync.run()
    for _ in range(3):
        meet(random.choice((desk.office, other)))
    desk.keep_copy()
    unsent_after: set[str] = set()
    for _ in range(4):
        office = random.choice((desk.office, other))
        was = set(made)
        work(office)
        if office is desk.office and random.random() < 0.5:
            unsent_after |= set(made) - was
        else:
            office.sync.run()
            unsent_after -= set(made) if office is desk.office else set()
    desk.put_back()
    work(desk.office)
    try:
        desk.office.sync.run()
    except Refused as error:
        if error.code != "rewound":
            raise
        desk.enrol_again()
    for _ in range(3):
        desk.office.sync.run()
        other.sync.run()
    assert _names(desk.office) == _names(other)
    with site.storage.read(ALL_STREAMS) as reader:
        everything = b"\n".join(one.set_fields for one in reader.revisions_in_order(STREAM)).decode()
    lost = {name for name in made if name not in everything}
    assert lost <= unsent_after
