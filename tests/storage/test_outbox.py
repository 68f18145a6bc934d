"""The outbox, the mirror, the history, the state and the files."""

import hashlib
from datetime import timedelta

import msgspec

from desktop.storage import attachments, history, mirror, outbox, sending, state
from records.changes import Change
from records.protocol import GrantedStream, Problem, Revision
from tests.storage.office import EDIT, STREAM, Desk, snapshot


def _change(desk: Desk, id: str) -> Change:
    return outbox.pending(desk.database.read(), STREAM, "project", id)[0].change


def test_a_group_is_kept_and_waits_while_one_of_its_records_is_in_flight(desk: Desk) -> None:
    lone = desk.save(None, {"title": "ก"})
    with desk.database.write() as connection:
        outbox.freeze(connection, [_change(desk, lone.id).change_id])
    with desk.store.act("somchai", EDIT) as act:
        desk.store.save(STREAM, "project", lone.id, {"title": "ข"}, act=act, group="g")
        other = desk.store.save(STREAM, "project", None, {"title": "ค"}, act=act, group="g")
    free = desk.save(None, {"title": "ง"})
    desk.save(other.id, {"title": "จ"})
    connection = desk.database.read()

    held = [entry.change.id for entry in sending.sendable(connection, [STREAM], desk.clock())]
    with desk.database.write() as connection:
        outbox.thaw(connection, [_change(desk, lone.id).change_id])

    assert held == [free.id]
    assert _change(desk, other.id).group == "g"
    with desk.database.write() as connection:
        first, later = outbox.pending(connection, STREAM, "project", lone.id)
        outbox.remove(connection, later.change.change_id)
        outbox.replace(connection, first.change.change_id, msgspec.structs.replace(later.change, set={"title": "ข"}))
        mirror.reproject(connection, STREAM, "project", lone.id)
    sendable = sending.sendable(desk.database.read(), [STREAM], desk.clock(), limit=1)
    assert [entry.change.id for entry in sendable] == [lone.id, other.id]


def test_a_refused_change_stays_shown_with_its_words_until_edited_or_its_time_comes(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก"})
    later = desk.clock() + timedelta(minutes=30)
    with desk.database.write() as connection:
        outbox.refuse(connection, _change(desk, row.id).change_id, Problem("invalid", "ผิด", "ข้อมูลผิดรูปแบบ"), later)
        mirror.reproject(connection, STREAM, "project", row.id)
    refused = desk.store.get("project", row.id)
    connection = desk.database.read()

    assert refused is not None
    assert (refused.waiting, refused.refused) == (True, "ข้อมูลผิดรูปแบบ")
    assert outbox.counts(connection) == {STREAM: {"refused": 1}}
    assert sending.sendable(connection, [STREAM], desk.clock()) == []
    assert len(sending.sendable(connection, [STREAM], later)) == 1

    edited = desk.save(row.id, {"title": "ข"})
    assert edited.refused == ""
    assert outbox.counts(connection) == {STREAM: {"waiting": 1}}


def test_a_refused_deletion_shows_the_record_again(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ก"})])
    desk.delete("a")
    with desk.database.write() as connection:
        outbox.refuse(connection, _change(desk, "a").change_id, Problem("no-grant"), None)
        shown = mirror.reproject(connection, STREAM, "project", "a")
        outbox.freeze(connection, [_change(desk, "a").change_id])
        tried_again = mirror.reproject(connection, STREAM, "project", "a")

    assert shown is not None
    assert (shown.deleted, shown.refused) == (False, "no-grant")
    assert tried_again == shown
    assert sending.sendable(desk.database.read(), [STREAM], desk.clock()) == []


def test_what_is_set_aside_is_neither_shown_nor_sent_but_kept(desk: Desk) -> None:
    row = desk.save(None, {"title": "ก"})
    change = _change(desk, row.id)
    with desk.database.write() as connection:
        outbox.set_aside(connection, change.change_id)
        mirror.reproject(connection, STREAM, "project", row.id)

    assert desk.store.get("project", row.id) is None
    assert sending.sendable(desk.database.read(), [STREAM], desk.clock()) == []
    assert outbox.get(desk.database.read(), change.change_id) is not None


def test_news_of_a_record_with_an_edit_keeps_the_edit_on_top(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "เดิม", "budget": 1})])
    desk.save("a", {"title": "ของเรา"})
    theirs = snapshot("a", {"title": "ของเขา", "budget": 2}, version=2, seq=2)

    with desk.database.write() as connection:
        mirror.observe(connection, [theirs])
    row = desk.store.get("project", "a")

    assert row is not None
    assert (row.fields, row.version, row.waiting) == ({"title": "ของเรา", "budget": 2}, 2, True)
    assert mirror.snapshot_of(desk.database.read(), STREAM, "project", "a") == theirs


def test_the_same_news_again_changes_nothing_and_announces_nothing(desk: Desk) -> None:
    heard: list[object] = []
    news = [snapshot("a", {"title": "ก"}), snapshot("b", {"name": "?"}, type="ghost")]
    with desk.database.write() as connection:
        mirror.observe(connection, news)
    desk.database.subscribe(heard.append)

    with desk.database.write() as connection:
        mirror.observe(connection, news)

    assert heard == []
    assert desk.store.get("ghost", "b") is not None
    assert desk.store.get("spirit", "b") is None


def test_history_says_what_each_version_changed_and_what_was_dropped(desk: Desk) -> None:
    versions = [
        snapshot("a", {"title": "ก", "budget": 1}, version=1, seq=1),
        snapshot("a", {"title": "ข", "budget": 1}, version=2, seq=2, by="somchai"),
        snapshot("a", {"title": "ข"}, version=3, seq=3, deleted=True),
    ]
    for version in versions:
        with desk.database.write() as connection:
            mirror.observe(connection, [version])
    desk.restore("a")
    with desk.database.write() as connection:
        dropped = _change(desk, "a")
        outbox.remove(connection, dropped.change_id)
        history.discard(connection, dropped, "withdrawn", dropped.made_at)
        mirror.reproject(connection, STREAM, "project", "a")
    connection = desk.database.read()

    entries = history.entries(connection, mirror.snapshot_of(connection, STREAM, "project", "a"), STREAM, "project", "a")

    assert [(e.version, e.changed_by, e.set, e.unset, e.before, e.deleted, e.discarded) for e in entries] == [
        (None, "somchai", {}, (), None, False, "withdrawn"),
        (3, "malee", {}, ("budget",), {"budget": 1}, True, None),
        (2, "somchai", {"title": "ข"}, (), {"title": "ก"}, False, None),
        (1, "malee", {"title": "ก", "budget": 1}, (), {}, False, None),
    ]


def test_history_told_by_the_server_fills_what_was_never_seen_here(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ค"}, version=3, seq=9)])
    connection = desk.database.read()
    current = mirror.snapshot_of(connection, STREAM, "project", "a")
    [alone] = history.entries(connection, current, STREAM, "project", "a")
    told = [
        Revision(3, "h3", 9, "malee", "d", "2026-11-03T00:00:00Z", {"title": "ค"}, (), False),
        Revision(2, "h2", 5, "somchai", "d", "2026-11-02T00:00:00Z", {"title": "ข"}, ("note",), False),
        Revision(1, "h1", 1, "malee", "d", "2026-11-01T00:00:00Z", {"title": "ก", "note": "x"}, (), False),
    ]

    with desk.database.write() as connection:
        history.remember(connection, STREAM, "project", "a", told)
    entries = history.entries(connection, current, STREAM, "project", "a")

    assert (alone.version, alone.before) == (3, None)
    assert [(e.version, e.before) for e in entries] == [(3, {"title": "ข"}), (2, {"title": "ก", "note": "x"}), (1, {})]


def test_a_deletion_that_drops_an_unsent_edit_leaves_it_in_the_history(desk: Desk) -> None:
    with desk.database.write() as connection:
        mirror.observe(connection, [snapshot("a", {"title": "ก"})])
    desk.save("a", {"title": "ข"})
    desk.delete("a")

    [dropped] = history.discards(desk.database.read(), STREAM, "project", "a")

    assert (dropped.reason, dropped.change.set) == ("deleted", {"title": "ข"})


def test_grants_come_change_and_go_without_losing_where_a_stream_stood(desk: Desk) -> None:
    with desk.database.write() as connection:
        state.take_grants(connection, [GrantedStream(STREAM, "write", ("*",), "อบต."), GrantedStream("central", "read", ("*",), "ส่วนกลาง")])
        stood = state.stream(connection, STREAM)
        assert stood is not None
        state.save_stream(connection, msgspec.structs.replace(stood, cursor=9, witness_seq=9))
        state.take_grants(connection, [GrantedStream(STREAM, "write", ("planning",), "อบต.")])

    by_name = {one.stream: one for one in state.streams(desk.database.read())}

    assert (by_name[STREAM].cursor, by_name[STREAM].witness_seq, by_name[STREAM].areas, by_name[STREAM].read_only) == (
        0,
        9,
        ("planning",),
        False,
    )
    assert by_name["central"].read_only


def test_identity_settings_and_the_counter_survive_and_the_token_is_never_printed(desk: Desk) -> None:
    who = state.Identity(device_id="d", server="https://s", account="somchai", role="clerk", token="secret")
    with desk.database.write() as connection:
        before = state.identity(connection)
        state.save_identity(connection, who)
        state.set_setting(connection, "language", "th")
        numbers = [state.next_counter(connection) for _ in range(3)]
    desk.close()
    desk.open()
    connection = desk.database.read()

    assert before is None
    assert state.identity(connection) == who
    assert "secret" not in repr(who)
    assert state.setting(connection, "language") == "th"
    assert numbers == [1, 2, 3]
    with desk.database.write() as connection:
        state.save_identity(connection, None)
    assert state.identity(connection) is None


def test_a_file_is_kept_once_per_content(desk: Desk) -> None:
    with desk.database.write() as connection:
        one = attachments.add(connection, b"scan", "หนังสือ.pdf", "application/pdf")
        two = attachments.add(connection, b"scan", "copy.pdf", "application/pdf")
        count = connection.value("SELECT count(*) FROM file")

    connection = desk.database.read()
    assert one.sha256 == two.sha256 == hashlib.sha256(b"scan").hexdigest()
    assert (one.name, one.size, count) == ("หนังสือ.pdf", 4, 1)
    assert attachments.content(connection, one.sha256) == b"scan"
    assert attachments.content(connection, "0" * 64) is None
    assert attachments.missing(connection, [one.sha256, "0" * 64, "0" * 64]) == ["0" * 64]
