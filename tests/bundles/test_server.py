"""What the server makes of bundles: whose they are, what they may do, and what is refused with nothing changed."""

import dataclasses
import io
from pathlib import Path

import pytest

from desktop.sync import bundle_work
from records.bundle import CHANGES, BundleReader, BundleWriter
from records.bundle_faults import BundleFault
from records.bundle_manifest import NumbersWish, ReplyManifest, WorkManifest
from records.protocol import Limits, PushReply
from records.sealing import open_sealed, public_signing_key, seal_to
from records.words import Language
from server_stub.auth import Auth
from server_stub.bundles import Bundles
from server_stub.storage.sqlite import SqliteStorage
from server_stub.sync import SyncService
from tests.bundles.site import OTHER, STREAM, Site
from tests.simulation.desk import Desk
from tests.simulation.kinds import CATALOGUE


def _reason(site: Site, desk: Desk, work: bytes) -> str:
    """Why the server refuses it; nothing may have changed."""
    before = _state(site)
    with pytest.raises(BundleFault) as caught:
        site.relay(desk, work)
    assert _state(site) == before
    return caught.value.code


def _state(site: Site) -> list[object]:
    with site.storage.read([STREAM, OTHER]) as reader:
        return [(state.head, state.chain) for state in reader.states([STREAM, OTHER]).values()]


def _opened(site: Site, desk: Desk, reply: bytes) -> BundleReader[ReplyManifest]:
    who = site.identity(desk)
    assert who.server_keys is not None
    signing = who.server_keys.signing
    return BundleReader(open_sealed(io.BytesIO(reply), lambda *_: signing, sealing_keys=(who.sealing_key,)), ReplyManifest)


def _made(site: Site, desk: Desk, lines: bytes, **parts: object) -> bytes:
    """A bundle of the desk as it would not make one."""
    who = site.identity(desk)
    assert who.server_keys is not None
    out = io.BytesIO()
    writer = BundleWriter(out, seal_to(who.server_keys.sealing, site.random.randbytes), "work", who.device_id, who.signing_key)
    writer.add(CHANGES, [lines])
    said: dict[str, object] = {
        "id": site.new_id(), "number": 1, "device": who.device_id, "account": who.account, "made_at": "", "streams": {},
        "counts": {"changes": lines.count(b"\n"), "files": 0},
    }  # fmt: skip
    writer.finish(WorkManifest(**(said | parts)))  # type: ignore[arg-type]  # as above
    return out.getvalue()


def test_the_work_of_a_revoked_device_is_refused_and_stays_with_it(site: Site) -> None:
    desk = site.desk("far")
    site.make(desk)
    work = site.export(desk)
    site.auth.revoke(site.identity(desk).device_id)
    assert _reason(site, desk, work) == "revoked-device"
    with desk.database.reading() as connection:
        assert connection.value("SELECT count(*) FROM outbox") == 1


def test_a_device_the_server_does_not_know_is_refused(site: Site) -> None:
    desk = site.desk("far")
    site.make(desk)
    site.change_identity(desk, device_id=site.new_id())
    assert _reason(site, desk, site.export(desk)) == "unknown-device"
    site.change_identity(desk, device_id="no id at all")
    assert _reason(site, desk, site.export(desk)) == "unknown-device"


def test_a_desk_cannot_sign_in_anothers_name(site: Site) -> None:
    desk, other = site.desk("far"), site.desk("near")
    site.make(desk)
    site.change_identity(desk, device_id=site.identity(other).device_id)
    assert _reason(site, desk, site.export(desk)) == "unsigned-bundle"


def test_an_account_that_does_not_work_on_the_device_is_refused(site: Site) -> None:
    desk = site.desk("far")
    site.desk("near")
    site.make(desk)
    site.change_identity(desk, account="near")
    assert _reason(site, desk, site.export(desk)) == "unknown-device"


def test_the_signer_cannot_name_another_device_inside(site: Site) -> None:
    desk, other = site.desk("far"), site.desk("near")
    assert _reason(site, desk, _made(site, desk, b"", device=site.identity(other).device_id)) == "damaged-bundle"


def test_a_bundle_of_another_server_is_foreign(site: Site) -> None:
    desk = site.desk("far")
    site.make(desk)
    storage = SqliteStorage(None)
    auth = Auth(storage, site.clock, site.random.randbytes)
    auth.ensure_server()
    other = Bundles(SyncService(storage, CATALOGUE, site.clock, site.random.randbytes), auth, storage, site.clock, site.random.randbytes)
    with pytest.raises(BundleFault) as caught:
        other.answer(io.BytesIO(site.export(desk)), io.BytesIO(), Language.ENGLISH)
    assert caught.value.code == "foreign-bundle"
    storage.close()


def test_a_reply_is_no_work(site: Site) -> None:
    desk = site.desk("far")
    reply = site.relay(desk, site.export(desk))
    assert _reason(site, desk, reply) == "foreign-bundle"


def test_a_number_belongs_to_one_bundle(site: Site) -> None:
    """A desk put back to an old copy counts again what it counted before."""
    desk = site.desk("far")
    first, second = _made(site, desk, b"", number=5), _made(site, desk, b"", number=5)
    site.relay(desk, first)
    site.relay(desk, first)
    assert _reason(site, desk, second) == "rewound-device"


@pytest.mark.parametrize(
    "lines",
    [b"no json\n", b"[]\n", b"{}\n", b'{"change_id":"a"}\n', b'{"change_id":1}\n', b"\xff\xfe\n", b'{"a":1,"a":2}\n', b"[" * 5000 + b"\n"],
)
def test_changes_that_cannot_be_read_change_nothing(site: Site, lines: bytes) -> None:
    desk = site.desk("far")
    row = site.make(desk)
    good = site.export(desk)
    assert _reason(site, desk, _made(site, desk, b"", counts={"changes": 3})) == "damaged-bundle"
    assert _reason(site, desk, _made(site, desk, lines)) == "damaged-bundle"
    site.apply(desk, site.relay(desk, good))
    with site.storage.read([STREAM, OTHER]) as reader:
        assert set(reader.records(STREAM, [row.id])) == {row.id}


@pytest.mark.parametrize("streams", [{"Office X": {"cursor": 0, "chain": "0" * 16}}, {STREAM: {"cursor": -1, "chain": "0" * 16}}])
def test_positions_that_are_none_are_refused(site: Site, streams: dict[str, object]) -> None:
    desk = site.desk("far")
    assert _reason(site, desk, _made(site, desk, b"", streams=streams)) == "damaged-bundle"


def test_a_change_to_a_stream_that_is_not_granted_is_refused_and_its_neighbours_go_in(site: Site) -> None:
    desk = site.desk("far", (STREAM, OTHER))
    mine, theirs = site.make(desk), site.make(desk, stream=OTHER)
    work = site.export(desk)
    site.auth.add_account("far", "clerk", [f"{STREAM}:write:*"])
    taken = site.apply(desk, site.relay(desk, work))
    assert taken.report.pushed == 1
    with site.storage.read([STREAM, OTHER]) as reader:
        assert set(reader.records(STREAM, [mine.id])) == {mine.id}
        assert reader.records(OTHER, [theirs.id]) == {}
    # The grant that is gone came with the reply; the work stays here.
    with desk.database.reading() as connection:
        assert connection.value("SELECT count(*) FROM outbox WHERE stream = ?", OTHER) == 1


def test_many_changes_go_in_batches_and_groups_in_one_piece(tmp_path: Path) -> None:
    site = Site(tmp_path, limits=Limits(changes=3, page=2))
    desk = site.desk("far")
    rows = [site.make(desk, str(number)) for number in range(4)]
    site.by_stick(desk)
    desk.save_together([(row, {"title": "ก"}) for row in rows[:3]])
    more = [site.make(desk, str(number)) for number in range(5)]
    reply = site.relay(desk, site.export(desk))
    bundle = _opened(site, desk, reply)
    results = [bundle.message("results", number, PushReply) for number in range(1, bundle.manifest.counts["results"] + 1)]
    assert [len(one.results) for one in results] == [3, 3, 2]
    assert {result.status for one in results for result in one.results} == {"applied"}
    assert site.apply(desk, reply).report.pushed == 8
    assert len({row.id for row in desk.rows_of()} & {row.id for row in more}) == 5
    site.close()


def test_a_group_too_large_for_a_push_is_refused_by_name(tmp_path: Path) -> None:
    site = Site(tmp_path, limits=Limits(group_bytes=900))
    desk = site.desk("far")
    rows = [site.make(desk, str(number)) for number in range(4)]
    site.by_stick(desk)
    desk.save_together([(row, {"title": "ก" * 90}) for row in rows])
    alone = site.make(desk, "คนเดียว")
    taken = site.by_stick(desk)
    assert (taken.report.pushed, taken.report.refused) == (1, 4)
    with site.storage.read([STREAM, OTHER]) as reader:
        assert set(reader.records(STREAM, [alone.id])) == {alone.id}
    site.close()


def test_a_server_that_lost_data_takes_nothing_and_the_desk_keeps_it(site: Site) -> None:
    desk = site.desk("far")
    site.make(desk)
    site.by_stick(desk)
    with desk.database.write() as connection:
        connection.execute("UPDATE stream SET content = replace(content, '\"cursor\":1', '\"cursor\":7')")
    site.make(desk)
    reply = site.relay(desk, site.export(desk))
    assert {name: one.code for name, one in _opened(site, desk, reply).manifest.problems.items()} == {STREAM: "fork"}
    with desk.database.reading() as connection:
        sent = connection.value("SELECT change_id FROM outbox")
    assert site.apply(desk, reply).unanswered == set()
    with desk.database.reading() as connection:
        assert connection.value("SELECT state FROM outbox") == "waiting"
        assert connection.value("SELECT change_id FROM outbox") != sent


def test_numbers_wished_for_come_with_the_reply_and_the_same_wish_gets_the_same(site: Site) -> None:
    desk = site.desk("far")
    wish = NumbersWish(site.new_id(), STREAM, "1", 2570, 50, seen=7)
    bad = NumbersWish("no id", STREAM, "1", 2570, 50)
    replies = []
    for _ in range(2):
        work = site.freeze(desk)
        out = io.BytesIO()
        bundle_work.write(dataclasses.replace(work, numbers=(wish, bad)), out, desk.random.randbytes)
        replies.append(_opened(site, desk, site.relay(desk, out.getvalue())).manifest.numbers)
    assert [(one.from_, one.to, one.problem is None) for one in replies[0]] == [(8, 57, True), (0, 0, False)]
    assert replies[0][0] == replies[1][0]


def test_whoever_relays_can_read_neither_work_nor_reply(site: Site) -> None:
    desk, near = site.desk("far"), site.desk("near")
    site.make(desk, "ความลับ")
    work = site.export(desk)
    reply = site.relay(desk, work)
    who = site.identity(near)
    for content in (work, reply):
        assert "ความลับ".encode() not in content
        with pytest.raises(BundleFault) as caught:
            open_sealed(io.BytesIO(content), lambda *_: public_signing_key(who.signing_key), sealing_keys=(who.sealing_key,))
        assert caught.value.code == "foreign-bundle"
