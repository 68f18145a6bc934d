"""How a desk stands to a real server that changes its mind about it: revoked, moved, busy; and what a person may do meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import openpyxl
import pytest

from desktop.services import leftovers, lock, moving, refusals
from desktop.services.office import Office
from desktop.services.rounds import rounds
from desktop.services.unsent import export_unsent
from desktop.storage import history, outbox, state
from desktop.storage.rows import Row
from desktop.sync.replies import Moved
from records.catalogue import BY_TYPE
from records.errors import Correctable, Refused, Unavailable
from records.words import Words
from server_stub.app import create_app
from tests.receipts.line import STREAM, Site
from tests.served import Served


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def saved(office: Office, name: str = "ก", record_id: str | None = None) -> Row:
    """A person of that name; the one of that id is renamed."""
    with office.store.act("som", Words("ก", "a")) as act:
        return office.store.save(STREAM, "person", record_id, {"first_name": name}, act=act)


def unsent(office: Office) -> int:
    with office.database.reading() as connection:
        return len(outbox.everything(connection))


def test_a_revoked_device_locks_keeps_its_work_and_says_whom_to_call_until_it_is_enrolled_again(site: Site, tmp_path: Path) -> None:
    office = site.desk("som")
    saved(office)
    site.auth.revoke(office.enrolled.device_id)

    with pytest.raises(Refused) as raised:
        office.sync.run()

    assert raised.value.code == "revoked"
    assert lock.is_locked(office)
    with pytest.raises(Refused, match="administrator") as refused:
        lock.require_unlocked(office)
    assert "1 unsent" in refused.value.message.en
    assert "ผู้ดูแลระบบ" in refused.value.message.th
    assert export_unsent(office, tmp_path / "unsent.jsonl") == 1

    office.enrolment.enrol(site.url, site.auth.new_code("som"))
    assert not lock.is_locked(office)
    assert office.sync.run().pushed == 1


def test_nothing_but_our_server_locks(site: Site) -> None:
    office = site.desk("som")
    site.lines["som"].is_up = False
    with pytest.raises(Unavailable):
        office.sync.run()
    assert not lock.is_locked(office)


@contextmanager
def former_server(site: Site, to: str) -> Iterator[str]:
    """The address of a server that says it moved."""
    app = create_app(site.storage, BY_TYPE, site.now, site.random.randbytes, moved_to=to)
    served = Served(app)
    yield served.url
    served.close()


def test_a_server_that_moved_is_followed_and_remembered(site: Site) -> None:
    office = site.desk("som")
    saved(office)
    with former_server(site, site.url) as former:
        with office.database.write() as connection:
            state.save_identity(connection, msgspec.structs.replace(office.enrolled, server=former))

        assert office.sync.run().pushed == 1

    assert office.enrolled.server == site.url
    with office.database.reading() as connection:
        assert [one.outcome for one in rounds(connection)][:2] == ["done", "stopped"]


@pytest.mark.parametrize(
    "address", ["", "http://elsewhere.example", "ftp://x", "https://", "javascript:1", "https://user@host.example", "http://127.0.0.1:1"]
)
def test_an_address_that_is_not_safe_or_silent_is_not_followed(site: Site, address: str) -> None:
    office = site.desk("som")
    moved = Moved(lock.TITLE, lock.TITLE, code="moved")
    moved.base_url = address

    with pytest.raises(Refused) as raised:
        moving.follow(office, moved)

    assert raised.value.code == "moved"
    assert raised.value.message.th
    assert office.enrolled.server == site.url


def test_a_server_behind_tls_is_never_followed_to_plain_http(site: Site) -> None:
    office = site.desk("som")
    with office.database.write() as connection:
        state.save_identity(connection, msgspec.structs.replace(office.enrolled, server="https://sync.example"))
    moved = Moved(lock.TITLE, lock.TITLE, code="moved")
    moved.base_url = site.url

    with pytest.raises(Refused, match="https"):
        moving.follow(office, moved)
    assert office.enrolled.server == "https://sync.example"


def test_a_stream_lost_is_listed_let_go_and_its_unsent_work_exported(site: Site, tmp_path: Path) -> None:
    office = site.desk("som")
    person = saved(office, "สมหญิง ใจดี")
    office.sync.run()
    saved(office, "สมหญิง รักดี", person.id)
    site.auth.add_account("som", "clerk", ("office/6560999:write",))
    office.sync.run()

    (left,) = leftovers.leftovers(office)

    assert (left.stream, left.is_whole, left.records >= 1, left.unsent) == (STREAM, True, True, 1)
    assert "1 unsent" in left.words.en
    assert leftovers.let_go(office, STREAM) == left.records
    assert office.store.get("person", person.id) is None
    assert leftovers.leftovers(office) == ()
    with pytest.raises(Correctable):
        leftovers.let_go(office, "office/6560999")
    assert export_unsent(office, tmp_path / "unsent.xlsx") == 1
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "unsent.xlsx").worksheets[0].iter_rows()]
    assert any("สมหญิง รักดี" in row for row in cells), cells


def test_an_export_of_unsent_work_says_what_it_cannot_write(site: Site, tmp_path: Path) -> None:
    office = site.desk("som")
    saved(office)
    for name in ("unsent.txt", "missing/unsent.jsonl", "missing/unsent.xlsx"):
        with pytest.raises(Correctable):
            export_unsent(office, tmp_path / name)
    assert unsent(office) == 1


def test_a_change_a_person_gives_up_leaves_the_servers_version_and_stays_in_the_history(site: Site) -> None:
    office = site.desk("som")
    person = saved(office, "ก")
    office.sync.run()
    saved(office, "ข", person.id)

    with office.database.reading() as connection:
        change_id = refusals.of_record(connection, "person", person.id, None)
    assert office.sync.discard(change_id or "") == 1

    shown = office.store.get("person", person.id)
    assert shown is not None
    assert (shown.fields["first_name"], shown.waiting, unsent(office)) == ("ก", False, 0)
    with office.database.reading() as connection:
        assert [one.reason for one in history.discards(connection, STREAM, "person", person.id)] == ["withdrawn"]
    with pytest.raises(Correctable):
        office.sync.discard(change_id or "")


def test_what_is_on_its_way_is_not_given_up(site: Site) -> None:
    office = site.desk("som")
    person = saved(office, "ก")
    with office.database.write() as connection:
        outbox.freeze(connection, [outbox.everything(connection)[0].change.change_id])
    with office.database.reading() as connection:
        change_id = refusals.of_record(connection, "person", person.id, None)
    with pytest.raises(Correctable):
        office.sync.discard(change_id or "")
    assert unsent(office) == 1
