"""Documents over a real line: sent, seen at the other desk, cut anywhere, refused, kept, asked for, pruned."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from desktop.storage import attachments, file_states, file_uses
from desktop.storage.database import FILE_NAME, Database
from desktop.storage.file_states import SMALL
from desktop.sync import files as sync_files
from desktop.sync import replies
from records.changes import Change
from records.errors import Refused, Unavailable
from records.ids import new_id
from records.kinds import Json
from records.kinds.times import rfc3339
from records.protocol import Position
from records.words import Words
from server_stub.files import FileLimits
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE
from tests.sync.filing import FilingSite, content_of, cuts, named
from tests.sync.office import STREAM

LARGE = SMALL + 1


@pytest.fixture
def site(tmp_path: Path) -> Iterator[FilingSite]:
    made = FilingSite(tmp_path)
    yield made
    made.close()


def test_a_small_document_is_at_the_other_desk_after_a_round_each(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(1, 50_000)
    one.attach(content)

    sent, received = one.sync(), two.sync()

    assert (sent.files.sent, sent.files.waiting, received.files.received) == (1, 0, 1)
    assert two.content(content) == content
    assert (one.state(content).is_sent, two.state(content).is_sent, sent.done, received.done) == (True, True, True, True)
    assert sent.bytes_up > 50_000
    assert received.bytes_down > 50_000
    assert one.sync().requests == 1


def test_one_page_changes_a_record_with_a_document_and_brings_another(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    row = one.attach(content_of(1, 100))
    one.sync()
    two.sync()
    with one.act() as act:
        one.store.save(STREAM, "note", row.id, {"title": "ข"}, act=act)
    one.attach(content_of(2, 100))
    one.sync()

    assert (two.sync().done, two.content(content_of(2, 100))) == (True, content_of(2, 100))


def test_a_record_may_be_there_before_its_document(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(2, 1000)
    one.attach(content)
    one.sync(file_bytes=0)

    early = two.sync()

    state = two.state(content)
    assert (early.pulled, early.files.received, early.done, state.is_here) == (1, 0, True, False)
    assert state.problem is not None
    assert state.problem.code == "not-found"
    assert (one.sync().files.sent, two.sync().files.received) == (1, 0)
    site.later(minutes=6)
    assert (two.sync().files.received, two.content(content)) == (1, content)


def test_a_large_document_comes_when_it_is_asked_for(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(3, LARGE)
    one.attach(content)
    one.sync()
    assert two.sync().files.received == 0

    two.state(content)
    two.wish(content)

    assert two.state(content).is_wished
    assert (two.sync().files.received, two.content(content), two.state(content).is_wished) == (1, content, False)


@pytest.mark.parametrize(("types", "comes"), [(["*"], True), (["note"], True), (["case"], False), ([], False)])
def test_documents_of_kept_types_come_by_themselves(site: FilingSite, types: list[str], comes: bool) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(4, LARGE)
    one.attach(content)
    one.sync()
    with two.database.write() as connection:
        file_states.keep_types(connection, STREAM, types)

    assert (two.sync().files.received, two.content(content) == content) == (int(comes), comes)


def test_the_same_document_in_many_records_travels_once(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(5, 40_000)
    for _ in range(5):
        one.attach(content)
    two.attach(content)

    reports = [one.sync(), two.sync(), one.sync()]

    assert [report.files.sent for report in reports] == [1, 1, 0]  # the second is told that it is there
    assert reports[1].bytes_up < 10_000
    assert (len(site.kept), [report.files.received for report in reports]) == (1, [0, 0, 0])


def test_another_area_cannot_read_a_document(site: FilingSite) -> None:
    one, planner = site.desk("one"), site.desk("plan", f"{STREAM}:read:planning")
    secret, ours = content_of(6, 1000), content_of(7, 1000)
    one.attach(secret, record_type="case")
    one.attach(ours)
    one.sync()

    planner.sync()

    assert (planner.content(ours), planner.content(secret)) == (ours, None)
    with pytest.raises(Refused) as error, planner.transport.fetch_file(STREAM, named(secret), 0):
        pass
    assert error.value.code == "not-found"


def test_a_desk_that_may_only_read_sends_nothing(site: FilingSite) -> None:
    one, reader = site.desk("one"), site.desk("read", f"{STREAM}:read:*")
    content = content_of(8, 1000)
    with reader.database.write() as connection:
        attachments.add(connection, content, "x", "y/z")
    one.attach(content)
    one.sync(file_bytes=0)

    assert (reader.sync().files.sent, site.kept) == (0, [])


def test_an_unknown_field_and_type_carry_documents_too(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(9, 1000)
    with one.database.write() as connection:
        attachments.add(connection, content, "x", "y/z")
    deep: dict[str, Json] = {"pages": [{"sha256": named(content), "size": len(content), "name": "ก"}]}
    wish, made = (new_id(site.clock(), site.random.randbytes) for _ in "ab")
    change = Change(
        change_id=wish, stream=STREAM, type="zz_new", id=made, base=None, op="put", set={"deep": deep}, schema=9,
        made_at="2026-11-22T03:00:00Z", made_by="one",
    )  # fmt: skip
    one.transport.push({STREAM: Position(0, "0" * 16)}, [change])

    assert one.sync().files.sent == 1

    assert (two.sync().files.received, two.content(content)) == (1, content)


# A bad line -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_a_document_goes_up_and_comes_down_over_a_line_cut_at_any_byte(site: FilingSite, seed: int) -> None:
    rng = Random(seed)
    one, two = site.desk("one"), site.desk("two")
    contents = [content_of(seed * 10 + number, rng.choice((1, 999, SMALL, 700_000, 1_500_000))) for number in range(2)]
    one.attach(*contents)
    with two.database.write() as connection:
        file_states.keep_types(connection, STREAM, ["*"])

    for desk in (one, two):
        site.line.next_cut = cuts([rng.randrange(1, 400_000) for _ in range(rng.randrange(1, 9))])
        desk.transport.close()
        for _ in range(60):
            try:
                report = desk.sync()
            except Unavailable:
                pass
            else:
                if not (report.files.more or report.files.waiting):
                    break
            site.later(minutes=1)
        else:
            raise AssertionError("it never got through")

    assert [two.content(content) for content in contents] == contents
    assert [path.name for path in site.kept] == sorted({named(content) for content in contents})


def test_parts_grow_smaller_on_a_line_that_breaks_and_larger_again(site: FilingSite) -> None:
    one = site.desk("one")
    content = content_of(20, 2_000_000)
    one.attach(content)
    one.sync(file_bytes=0)
    # Every connection breaks after 200 kB: parts of 1 MB would never arrive.
    site.line.next_cut = lambda: 200_000
    one.transport.close()

    rounds = 0
    while one.sync().files.waiting:
        rounds += 1
        assert rounds < 60

    assert len(site.kept) == 1
    site.line.next_cut = lambda: None
    one.transport.close()
    one.attach(content_of(21, 3_000_000))
    one.sync()
    with one.database.reading() as connection:
        assert connection.value("SELECT count(*) FROM setting WHERE name = 'file_part'") == 0


def test_a_round_moves_so_many_bytes_and_leaves_the_rest_to_the_next(site: FilingSite) -> None:
    one = site.desk("one")
    contents = [content_of(30 + number, 300_000) for number in range(5)]
    one.attach(*contents)

    report = one.sync(file_bytes=500_000)

    assert (report.done, report.files.more, report.files.sent, report.files.waiting) == (True, True, 2, 3)
    assert (one.sync().files.sent, len(site.kept)) == (3, 5)


def test_a_document_damaged_at_the_server_is_lacking_there_and_comes_again(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(40, 90_000)
    one.attach(content)
    one.sync()
    (path,) = site.kept
    path.write_bytes(content[:-1] + b"x")

    damaged = two.sync()

    assert (damaged.files.received, two.content(content), damaged.done) == (0, None, True)
    problem = two.state(content).problem
    assert problem is not None
    assert (problem.code, path.exists()) == ("not-found", False)
    site.later(minutes=25 * 60)
    assert (one.sync().files.sent, two.sync().files.received, two.content(content)) == (1, 1, content)


def test_a_block_damaged_on_this_computer_is_noticed_when_the_rest_comes(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(41, 3 * SMALL)
    one.attach(content)
    one.sync()
    two.sync()
    two.state(content)
    two.wish(content)
    with two.database.write() as connection:
        attachments.begin(connection, named(content), len(content))
        attachments.put(connection, named(content), 0, [b"x" * SMALL])

    first = two.sync()
    problem = two.state(content).problem
    assert (problem.code if problem else "", first.files.received) == ("checksum", 0)
    site.later(minutes=6)
    assert (two.sync().files.received, two.content(content)) == (1, content)


# What the server does not take ----------------------------------------------------------------------------------------------------


def test_a_document_the_server_has_no_room_for_is_told_and_stops_nothing(tmp_path: Path) -> None:
    site = FilingSite(tmp_path, FileLimits(largest=60_000, stream=80_000))
    try:
        one, two = site.desk("one"), site.desk("two")
        small, medium, large = content_of(50, 30_000), content_of(51, 55_000), content_of(52, 70_000)
        one.attach(large, medium, small)

        report = one.sync()

        assert (report.done, report.pushed, report.files.sent, report.files.waiting) == (True, 1, 1, 2)
        assert {trouble.code for trouble in report.files.troubles} == {"quota", "too-large"}
        assert all(trouble.name and trouble.message.th and trouble.message.en for trouble in report.files.troubles)
        assert (two.sync().files.received, one.sync().requests) == (1, 1)  # not tried again at once
        site.later(minutes=31)
        assert one.sync().requests > 1
    finally:
        site.close()


def test_a_revoked_device_stops_at_its_documents_too(site: FilingSite) -> None:
    one = site.desk("one")
    content = content_of(53, 1000)
    one.attach(content)
    one.sync(file_bytes=0)
    site.auth.revoke(one.enrolled.device_id)

    with pytest.raises(Refused) as error:
        one.sync()

    assert (error.value.code, one.content(content)) == ("revoked", content)


def test_a_restored_server_without_its_documents_is_given_them_again(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    contents = [content_of(60 + number, 1000) for number in range(3)]
    one.attach(*contents)
    one.sync()
    one.sync()
    for path in site.kept[:2]:
        path.unlink()
    assert one.sync().files.sent == 0  # asked once a day

    site.later(days=1, minutes=1)

    assert (one.sync().files.sent, len(site.kept)) == (2, 3)
    assert two.sync().files.received == 3


def test_a_desk_brings_back_what_another_desk_had_sent(site: FilingSite) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(65, 1000)
    one.attach(content)
    one.sync()
    two.sync()
    site.kept[0].unlink()

    site.later(days=1, minutes=1)

    assert (two.sync().files.sent, len(site.kept)) == (1, 1)


# On this computer -------------------------------------------------------------------------------------------------------------------


def test_a_document_no_record_names_goes_a_month_after_it_was_sent_and_never_before(site: FilingSite) -> None:
    one = site.desk("one")
    sent, unsent = content_of(70, 1000), content_of(71, 1000)
    rows = [one.attach(sent), one.attach(unsent)]
    one.state(unsent)

    def sync_without_it() -> None:
        # It is put off time and again, as what the server refuses is.
        with one.database.write() as connection:
            until = rfc3339(site.now + timedelta(hours=1))
            connection.execute("UPDATE file_state SET retry_at = ? WHERE sha256 = ?", (until, named(unsent)))
        one.sync()

    sync_without_it()
    with one.act() as act:
        one.store.delete(STREAM, "note", rows[0].id, act=act)
        one.store.save(STREAM, "note", rows[1].id, {}, ["attachments"], act=act)
    sync_without_it()
    for days in (2, 20, 20):
        assert one.content(sent) == sent
        site.later(days=days)
        sync_without_it()

    assert (one.content(sent), one.content(unsent)) == (None, unsent)


def test_the_documents_of_an_older_program_are_all_there(tmp_path: Path) -> None:
    path, contents = tmp_path / FILE_NAME, [content_of(72, 3 * SMALL + 5), content_of(73, SMALL), b"small"]
    database = Database.open(path, KEY, CATALOGUE)
    with database.write() as connection:
        for table in ("file", "file_block", "file_look", "file_use", "file_state"):
            connection.execute(f"DROP TABLE {table}")
        for name, *_ in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("CREATE TABLE attachment (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, content BLOB NOT NULL) STRICT")
        for content in contents:
            connection.execute("INSERT INTO attachment VALUES (?, ?, ?)", (named(content), len(content), content))
        last = connection.value("SELECT name FROM _sqlite_migrations WHERE name LIKE '%_files'")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (last,))
        connection.execute(f"PRAGMA user_version = {int(last[:4]) - 1}")
    database.close()

    again = Database.open(path, KEY, CATALOGUE)

    with again.reading() as connection:
        assert [attachments.content(connection, named(content)) for content in contents] == contents
    again.close()


def test_thousands_of_documents_are_listed_and_asked_about_quickly(site: FilingSite) -> None:
    one = site.desk("one")
    hashes = [f"{number:064x}" for number in range(3_000)]
    with one.database.write() as connection:
        connection.executemany("INSERT INTO file (sha256, size, is_whole) VALUES (?, 1000, 1)", [(sha256,) for sha256 in hashes])
    with one.act() as act:
        for sha256 in hashes:
            refs: list[Json] = [{"sha256": sha256, "name": "ก.pdf", "size": 1000, "media_type": "application/pdf"}]
            one.store.save(STREAM, "note", None, {"title": "ก", "attachments": refs}, act=act)
    file_uses.catch_up(one.database)
    with one.database.write() as connection:
        connection.execute("UPDATE file_state SET is_sent = 1 WHERE sha256 <> ?", (hashes[7],))

    statements: list[str] = []
    with one.database.reading() as connection:
        connection.set_trace_callback(statements.append)
        assert [file.sha256 for file in file_states.to_send(connection, STREAM, site.now, 100)] == [hashes[7]]
        connection.set_trace_callback(None)
        assert sum(1 for _ in file_states.listed(connection)) == 3_000
        (asked,) = (sql for sql in statements if "FROM file_state" in sql)
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall())
    # Along the index of what is to be sent, which is one line long, and no sorting of the others.
    assert "file_state_to_send" in plan
    assert "TEMP B-TREE" not in plan


# Killed -----------------------------------------------------------------------------------------------------------------------------

_CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from desktop.storage import state
from desktop.storage.database import Database
from desktop.sync.engine import run_round
from desktop.sync.transport import HttpTransport
from tests.simulation.desk import KEY
from tests.simulation.kinds import CATALOGUE

path, url, token = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
database = Database.open(path, KEY, CATALOGUE)

def counter():
    with database.write() as connection:
        return state.next_counter(connection)

print("begun", flush=True)
now = lambda: datetime.now(UTC)
run_round(database, CATALOGUE, HttpTransport(url, token, counter), now, Random(1).randbytes, lambda status: None, file_bytes=None)
"""


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_desk_killed_in_the_middle_goes_on_where_it_stopped(site: FilingSite, way: str, seed: int) -> None:
    rng = Random(f"{way}{seed}")
    one, two = site.desk("one"), site.desk("two")
    content = content_of(80 + seed, 12_000_000)
    one.attach(content)
    if way == "down":
        one.sync()
        with two.database.write() as connection:
            file_states.keep_types(connection, STREAM, ["*"])
    desk = one if way == "up" else two
    place, url = desk.folder / FILE_NAME, site.url
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(place), url, desk.enrolled.token], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(rng.uniform(0.0, 0.5))
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()

    partly = desk.state(content).size_here if way == "down" else 0
    report = desk.sync()

    if way == "up":
        assert report.files.waiting == 0
        assert [path.read_bytes() for path in site.kept] == [content]
    else:
        assert two.content(content) == content
        # It goes on at a whole block: the last one may come again.
        assert report.bytes_down < len(content) - partly + attachments.BLOCK + 20_000


def test_documents_of_a_bundle_are_judged_by_their_hash(site: FilingSite) -> None:
    one = site.desk("one")
    content = content_of(90, 600_000)
    parts = [content[at : at + 70_001] for at in range(0, len(content), 70_001)]

    assert not sync_files.arrived(one.database, named(content), [*parts, b"x"])
    assert one.content(content) is None
    assert sync_files.arrived(one.database, named(content), parts)
    assert one.content(content) == content


def test_a_document_is_not_taken_for_sent_because_a_box_answers_200(site: FilingSite, monkeypatch: pytest.MonkeyPatch) -> None:
    one = site.desk("one")
    content = content_of(4, 1000)
    one.attach(content)
    answer = replies.Answer(200, {"sync-protocol": "1", "content-type": "application/json"}, lambda size: b"")

    @contextmanager
    def boxed(*_: object) -> Iterator[replies.Answer]:
        yield answer

    with monkeypatch.context() as patched:
        patched.setattr(one.transport, "exchange", boxed)
        with pytest.raises(Unavailable):
            one.transport.begin_file(STREAM, named(content), len(content), "application/pdf")

    assert (one.sync().files.sent, one.state(content).is_sent) == (1, True)


def test_a_full_disk_of_this_computer_is_told_as_that_and_not_as_a_broken_line(site: FilingSite, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = site.desk("one"), site.desk("two")
    content = content_of(5, 40_000)
    one.attach(content)
    one.sync()

    def full(*_: object) -> None:
        raise Unavailable(Words("ดิสก์เต็ม", "The disk is full"), Words("เต็ม", "full"), code="disk-full")

    with monkeypatch.context() as patched:
        patched.setattr(attachments, "put", full)
        with pytest.raises(Unavailable) as told:
            two.sync()

    assert told.value.code == "disk-full"
    assert (two.sync().files.received, two.content(content)) == (1, content)
