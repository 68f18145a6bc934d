"""Leased numbers at the desk: two desks without a line never give one number twice, whatever is lost on the way."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.services.clock_check import clock_words
from desktop.services.numbering import BLOCK, FEW
from desktop.services.office import Office
from desktop.services.overview import overview
from desktop.services.receipts import ItemDraft, ReceiptDraft
from desktop.storage import numbers, state
from desktop.storage.query import Query
from desktop.storage.rows import Row
from records.catalogue import BY_TYPE
from records.changes import Change
from records.errors import Correctable, FieldError, Refused, Unavailable
from server_stub.ledger import Ledger
from server_stub.restores import remember
from tests.receipts.line import STREAM, Site

WATER = ItemDraft("ค่าน้ำประปา", 12_550)


def issued(office: Office, payer: str = "สมชาย ใจดี", book: str | None = None) -> Row:
    return office.receipts.issue(ReceiptDraft(payer, book=book), [WATER])


def number_of(row: Row) -> object:
    return row.fields["number"]


def test_numbers_run_on_without_a_line_until_the_block_is_used_up(site: Site) -> None:
    desk = site.desk("som")
    first = issued(desk)
    site.lines["som"].is_up = False

    rest = [issued(desk) for _ in range(BLOCK - 1)]
    with pytest.raises(Unavailable) as refused:
        issued(desk)

    assert [number_of(row) for row in (first, *rest)] == list(range(1, BLOCK + 1))
    assert refused.value.code == "no-numbers"
    assert "asks for more by itself" in refused.value.message.en
    assert desk.store.count(Query("receipt")) == BLOCK


def test_a_desk_that_never_had_a_line_says_so_and_keeps_nothing(site: Site) -> None:
    desk = site.desk("som")
    site.lines["som"].is_up = False

    with pytest.raises(Unavailable, match="no receipt was issued"):
        issued(desk)

    assert desk.store.count(Query("receipt")) == desk.store.count(Query("receipt_item")) == 0


def test_a_server_put_back_to_a_backup_gives_none_until_a_floor_is_named_and_the_desk_says_so(site: Site) -> None:
    desk = site.desk("som")
    with site.storage.directory() as directory:
        remember(directory, 1, site.now())

    with pytest.raises(Unavailable) as refused:
        issued(desk)
    with site.storage.write(STREAM) as writer:
        writer.set_number_floor(STREAM, "1", desk.numbering.year, 120, 1)

    assert refused.value.code == "needs-floor"
    assert "put back to a backup" in refused.value.message.en
    assert "call the administrator of the central server" in refused.value.message.en
    assert number_of(issued(desk)) == 121


def test_a_round_says_that_numbers_wait_for_the_servers_administrator_while_some_are_left(site: Site) -> None:
    desk = site.desk("som")
    desk.numbering.choose_book("1")
    desk.sync.run()
    with site.storage.directory() as directory:
        remember(directory, 1, site.now())
    for _ in range(BLOCK - FEW + 1):
        issued(desk)

    waiting = desk.sync.run()
    with site.storage.write(STREAM) as writer:
        writer.set_number_floor(STREAM, "1", desk.numbering.year, 120, 1)
    after = desk.sync.run()

    assert waiting.done
    assert [("9 numbers are left" in one.en, "call its administrator" in one.en) for one in waiting.notices] == [(True, True)]
    assert after.notices == []


def test_a_lost_reply_is_asked_for_again_under_its_own_id(site: Site) -> None:
    desk = site.desk("som")
    site.lines["som"].loses_replies = 2

    for _ in range(2):
        with pytest.raises(Unavailable):
            desk.numbering.refill()
    desk.numbering.refill()

    assert number_of(issued(desk)) == 1
    other = site.desk("lek")
    assert number_of(issued(other)) == BLOCK + 1


def test_a_failure_between_the_number_and_the_receipt_takes_both_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = site.desk("som")
    desk.numbering.refill()
    save = desk.store.save

    def power_cut(stream: str, type: str, *rest: object, **more: object) -> Row:
        if type == "receipt":
            raise KeyboardInterrupt
        return save(stream, type, *rest, **more)  # type: ignore[arg-type]  # handed on as given

    monkeypatch.setattr(desk.store, "save", power_cut)
    with pytest.raises(KeyboardInterrupt):
        issued(desk)
    monkeypatch.undo()

    assert desk.numbering.left() == BLOCK
    assert desk.store.count(Query("receipt_item")) == 0
    assert number_of(issued(desk)) == 1


def test_a_round_of_sync_refills_and_tells_the_server_how_far_a_block_is_used(site: Site) -> None:
    desk, other = site.desk("som"), site.desk("lek")
    desk.numbering.choose_book("7")
    desk.sync.run()
    assert desk.numbering.left("7") == BLOCK
    for _ in range(BLOCK - FEW + 1):
        issued(desk)
    desk.sync.run()
    desk.sync.run()
    assert desk.numbering.left("7") == BLOCK + FEW - 1
    other.sync.run()

    blocks = sorted(other.store.by_key("number_block", {"book": "7"}), key=lambda row: str(row.fields["from_number"]))
    assert [(row.fields["from_number"], row.fields["to_number"], row.fields.get("used")) for row in blocks] == [
        (1, BLOCK, BLOCK - FEW + 1),
        (BLOCK + 1, 2 * BLOCK, None),
    ]
    assert other.numbering.left("7") == 0


def test_a_desk_that_issues_no_receipts_leases_no_numbers(site: Site) -> None:
    desk = site.desk("som")
    desk.sync.run()
    with desk.database.reading() as connection:
        assert numbers.leases(connection) == []


def test_every_number_is_used_void_or_given_back(site: Site) -> None:
    head = site.desk("som", "head")
    rows = [issued(head) for _ in range(5)]
    head.receipts.void(rows[2].id, "พิมพ์ชื่อผิด")
    assert head.numbering.give_back("1", head.numbering.year) == BLOCK - 5
    head.sync.run()
    head.sync.run()

    (account,) = head.numbering.account_of("1", head.numbering.year)
    assert (account.first, account.last, account.used, account.voided) == (1, BLOCK, 4, (3,))
    assert (account.returned, account.free, account.missing) == (BLOCK - 5, 0, ())
    (block,) = head.store.by_key("number_block", {"book": "1"})
    assert (block.fields["used"], block.fields["voided"], block.fields["returned_from"]) == (5, {"3": "พิมพ์ชื่อผิด"}, 6)
    assert number_of(issued(head)) == BLOCK + 1


def test_undo_leaves_an_issued_receipt_and_says_why(site: Site) -> None:
    desk = site.desk("som")
    row = issued(desk)

    done = desk.undo.last()

    assert done.records == ()
    assert "void it with a reason" in done.skipped[0][1].en
    assert number_of(desk.receipts.get(row.id)) == 1
    assert number_of(issued(desk)) == 2


def test_a_number_seen_of_another_time_is_not_given_again(site: Site, tmp_path: Path) -> None:
    desk = site.desk("som")
    issued(desk)
    with desk.database.write() as connection:
        before = state.setting(connection, state.LEASES)
    for _ in range(3):
        issued(desk)
    with desk.database.write() as connection:
        state.set_setting(connection, state.LEASES, before)

    assert number_of(issued(desk)) == 5


def test_without_a_grant_nothing_is_leased_and_the_next_try_is_a_new_request(site: Site) -> None:
    desk = site.desk("som")
    site.auth.add_account("som", "reader", ("office/6560115:read",), "som")

    with pytest.raises(Refused):
        desk.numbering.refill()

    with desk.database.reading() as connection:
        assert numbers.leases(connection) == []


@pytest.mark.parametrize("name", ["", "letter_in", "x" * 31])
def test_a_book_has_a_name_of_its_own(site: Site, name: str) -> None:
    with pytest.raises(Correctable):
        site.desk("som").numbering.choose_book(name)


@pytest.mark.parametrize(
    ("draft", "items"),
    [
        (ReceiptDraft(" "), [WATER]),
        (ReceiptDraft("ก"), []),
        (ReceiptDraft("ก"), [ItemDraft("", 100)]),
        (ReceiptDraft("ก"), [ItemDraft("ก", 0)]),
        (ReceiptDraft("ก", cash_given=10_000), [WATER]),
        (ReceiptDraft("ก"), [WATER] * 51),
    ],
)
def test_a_receipt_that_cannot_be_costs_no_number(site: Site, draft: ReceiptDraft, items: list[ItemDraft]) -> None:
    desk = site.desk("som")
    desk.numbering.refill()
    with pytest.raises(FieldError, match="no receipt was issued"):
        desk.receipts.issue(draft, items)
    assert desk.numbering.left() == BLOCK


@pytest.mark.parametrize("seed", range(6))
def test_two_desks_never_give_one_number_twice(tmp_path: Path, seed: int) -> None:
    """Whatever the line does: cut, replies lost, rounds in between, three desks, two books."""
    chance = random.Random(seed)
    site = Site(tmp_path, seed)
    try:
        desks = [site.desk(name, "head") for name in ("som", "lek", "noi")]
        given: list[tuple[object, object]] = []
        for _ in range(90):
            office = chance.choice(desks)
            line = site.lines[office.enrolled.account]
            line.is_up = chance.random() < 0.5
            line.loses_replies = chance.choice((0, 0, 1))
            act = chance.random()
            try:
                if act < 0.75:
                    row = issued(office, book=chance.choice(("1", "2")))
                    given.append((row.fields["book"], row.fields["number"]))
                elif act < 0.85 and (rows := office.receipts.of_day(office.today)):
                    office.receipts.void(chance.choice(rows).id, "ทดสอบ")
                else:
                    office.sync.run()
            except (Unavailable, Refused):
                continue
        for office in desks:
            site.lines[office.enrolled.account].is_up = True
            site.lines[office.enrolled.account].loses_replies = 0
        for office in [*desks, *desks]:
            report = office.sync.run()
        assert [one for one, count in Counter(given).items() if count > 1] == []
        assert len(given) > 20
        assert report.refused == 0
        shown = {(row.fields["book"], row.fields["number"]) for row in desks[0].store.find(Query("receipt")).rows}
        assert shown == set(given)
    finally:
        site.close()


def test_a_clock_far_from_the_servers_warns_before_a_receipt_is_printed(site: Site) -> None:
    desk = site.desk("som")
    desk.sync.run()
    assert clock_words(desk) is None
    desk.clock = lambda: site.now() - timedelta(minutes=12)
    desk.sync.run()

    warned = clock_words(desk)

    assert warned is not None
    assert "12 minutes" in warned.en


def test_a_block_the_server_closed_is_given_out_no_more(site: Site) -> None:
    desk = site.desk("som")
    first = issued(desk)
    with desk.database.reading() as connection:
        (lease,) = numbers.leases(connection)
    desk.sync.run()
    with site.storage.write(lease.stream) as writer:
        ledger = Ledger(writer, BY_TYPE, changed_at="2026-11-22T03:00:00Z")
        ledger.load(ids=[lease.request_id])
        closing = Change(
            change_id=desk.store.new_id(), stream=lease.stream, type="number_block", id=lease.request_id, base=None, op="put",
            set={"returned_from": 2, "closed_because": "ก"}, made_at="2026-11-22T03:00:00Z", made_by="som",
        )  # fmt: skip
        ledger.write_own([closing], device="server")
        ledger.close()
    desk.sync.run()

    assert number_of(first) == 1
    assert number_of(issued(desk)) == BLOCK + 1
    account = desk.numbering.account_of(desk.numbering.book, desk.numbering.year)[0]
    assert (account.used, account.returned, account.free) == (1, BLOCK - 1, 0)


def test_a_busy_counter_asks_for_as_many_numbers_as_it_uses_in_two_weeks(site: Site) -> None:
    desk = site.desk("som")
    for _ in range(BLOCK * 2 + 5):
        issued(desk)
    with desk.database.reading() as connection:
        counts = [lease.count for lease in numbers.leases(connection)]
    assert counts == [BLOCK, BLOCK, BLOCK * 2]


def test_a_receipt_whose_number_is_taken_gets_a_new_one_when_a_person_asks(site: Site) -> None:
    desk = site.desk("som")
    row = issued(desk)
    with pytest.raises(Correctable):
        desk.numbering.renumber(row.id)
    with site.storage.write(STREAM) as writer:
        writer.use_number(STREAM, str(row.fields["book"]), int(str(row.fields["fiscal_year"])), 1, "01900000-0000-7000-8000-000000000000")
    report = desk.sync.run()
    (refused,) = overview(desk).refused
    assert report.refused == 1
    assert refused.problem is not None
    assert "new one" in refused.problem.en

    assert desk.numbering.renumber(row.id) == (1, 2)

    assert desk.sync.run().refused == 0
    shown = desk.store.get("receipt", row.id)
    assert shown is not None
    assert (shown.fields["number"], shown.waiting) == (2, False)
    assert number_of(issued(desk)) == 3
