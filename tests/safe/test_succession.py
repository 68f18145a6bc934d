"""An office that was merged into another: what its computers had not sent moves on, is taken back by undo, or is said to stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.office import Office
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.services.succession import BELONGS, EDIT, NUMBERED, Succession, move, successions
from desktop.storage import outbox
from desktop.storage.query import Query
from records.errors import Correctable
from tests.receipts.line import STREAM, Site

NEW = "office/6560116"


class Town(Site):
    """Two offices, of which the first is closed in favour of the second."""

    def worker(self, name: str) -> Office:
        """A desk that works in both."""
        office = self.desk(name)
        self.auth.add_account(name, "clerk", (f"{STREAM}:write", f"{NEW}:write"), name)
        office.sync.run()
        return office

    def merge(self) -> None:
        """The first is closed."""
        with self.storage.directory() as directory:
            directory.close_stream(STREAM, NEW)

    def open_again(self) -> None:
        """The first takes writes again."""
        with self.storage.directory() as directory:
            directory.open_stream(STREAM)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.close()


def _make(office: Office, name: str, record_type: str = "project", **more: str) -> str:
    return office.records.save(record_type, None, {"title": name, **more}, stream=STREAM).row.id


def _where(office: Office) -> dict[str, str]:
    return {str(row.fields["title"]): row.stream for row in office.store.find(Query("project", None, limit=100)).rows}


def _only(office: Office) -> Succession:
    (found,) = successions(office)
    return found


def _states(office: Office) -> list[tuple[str, str, int]]:
    with office.database.reading() as connection:
        return [(one.change.stream, one.state, len(one.change.set)) for one in outbox.everything(connection)]


def test_new_records_move_to_the_successor_and_reach_its_people(town: Town) -> None:
    desk, other = town.worker("som"), town.worker("lek")
    record_id = _make(desk, "ถนนสายหนึ่ง")
    town.merge()
    report = desk.sync.run()
    assert [one.successor for one in (successions(desk))] == [NEW]

    moved = move(desk, STREAM)
    desk.sync.run()
    other.sync.run()

    assert (report.refused, moved, _states(desk)) == (1, 1, [])
    assert _where(other) == _where(desk) == {"ถนนสายหนึ่ง": NEW}
    row = other.store.get("project", record_id)
    assert row is not None
    assert (row.stream, row.changed_by, row.version) == (NEW, "som", 1)
    assert successions(desk) == ()


def test_undo_puts_them_back_and_redo_moves_them_again(town: Town) -> None:
    desk = town.worker("som")
    _make(desk, "ถนนสายหนึ่ง")
    town.merge()
    desk.sync.run()
    move(desk, STREAM)

    taken_back = desk.undo.last()

    assert "Move unsent work" in taken_back.label.en
    assert (_where(desk), [(one, state) for one, state, _ in _states(desk)]) == ({"ถนนสายหนึ่ง": STREAM}, [(STREAM, "waiting")])
    assert _only(desk).records == 1
    undoing = desk.undo.acts(1)[0]
    desk.undo.act(undoing.id)
    assert _where(desk) == {"ถนนสายหนึ่ง": NEW}


def test_undo_after_they_were_sent_takes_them_out_of_the_successor(town: Town) -> None:
    desk, other = town.worker("som"), town.worker("lek")
    _make(desk, "ถนนสายหนึ่ง")
    town.merge()
    desk.sync.run()
    move(desk, STREAM)
    desk.sync.run()

    desk.undo.last()
    town.open_again()
    desk.sync.retry()
    desk.sync.run()
    other.sync.run()

    assert _where(other) == {"ถนนสายหนึ่ง": STREAM}


def test_what_belongs_to_the_closed_office_stays_and_is_said(town: Town) -> None:
    desk = town.worker("som")
    known = _make(desk, "ถนนสายหนึ่ง")
    desk.numbering.choose_book("1")
    desk.sync.run()
    desk.records.save("project", known, {"objective": "แก้ไข"}, stream=STREAM)
    desk.receipts.issue(ReceiptDraft(payer="นายดำ"), [ItemDraft("ค่าธรรมเนียม", 10_000)], stream=STREAM)
    _make(desk, "ถนนสายสอง")
    town.merge()
    desk.sync.run()

    found = _only(desk)

    assert found.records == 1
    assert {one.why: one.count for one in found.staying} == {EDIT: 1, NUMBERED: 1, BELONGS: 1}
    assert all(words in found.words.en for words in ("1 record not sent yet can move", "call the server's administrator", "books"))
    assert move(desk, STREAM) == 1
    assert _where(desk) == {"ถนนสายหนึ่ง": STREAM, "ถนนสายสอง": NEW}
    with pytest.raises(Correctable, match="is closed"):
        move(desk, STREAM)
    town.open_again()
    desk.sync.retry()
    assert desk.sync.run().done
    assert _states(desk) == []


def test_nothing_moves_where_the_successor_is_not_granted_or_the_stream_is_open(town: Town) -> None:
    desk = town.desk("som")
    _make(desk, "ถนนสายหนึ่ง")
    with pytest.raises(Correctable, match="not closed"):
        move(desk, STREAM)
    town.merge()
    desk.sync.run()

    found = _only(desk)

    assert (found.records, found.successor_name) == (0, NEW)
    assert "this account may not record them in the successor" in found.words.en
    with pytest.raises(Correctable):
        move(desk, STREAM)
    assert _where(desk) == {"ถนนสายหนึ่ง": STREAM}
