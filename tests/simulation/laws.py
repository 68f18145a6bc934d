"""The laws of docs/architecture.md as the simulation checks them in the end; each returns what breaks one, in English."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from records.areas import covers
from records.changes import Snapshot
from records.kinds import Json
from records.merge import DELETION
from records.stored import FIRST_CHAIN, next_chain, record_hash, stored_bytes
from server_stub.areas import area_of
from server_stub.audit import verify
from server_stub.storage.base import ALL_STREAMS, Storage, StoredRevision
from server_stub.sync import snapshot_of
from tests.simulation.kinds import CATALOGUE
from tests.simulation.story import desk_of

if TYPE_CHECKING:
    from tests.simulation.desk import Desk
    from tests.simulation.story import Serials, Story


def revisions_of(storage: Storage, streams: Iterable[str]) -> list[StoredRevision]:
    """Every write of the streams, in seq order per stream."""
    with storage.read(ALL_STREAMS) as reader:
        return [revision for stream in streams for revision in reader.revisions_in_order(stream)]


def heads(storage: Storage, streams: Sequence[str]) -> dict[str, int]:
    """The last seq of each stream."""
    with storage.read(ALL_STREAMS) as reader:
        return {name: one.head for name, one in reader.states(streams).items()}


def everything_written(storage: Storage, streams: Iterable[str]) -> str:
    """All fields the server was ever given, as one text.

    What an entry for information says has gone in must have gone in: the entry itself is no proof of it.
    """
    revisions = revisions_of(storage, streams)
    return "\n".join(revision.set_fields.decode() for revision in revisions if not _is_for_information(revision))


def server_faults(storage: Storage, streams: Sequence[str], story: "Story | None" = None, *, is_restored: bool = False) -> list[str]:
    """Laws 2 and 7: seq without gaps, versions without gaps, an unbroken chain, no change id twice; a group in one piece; the server's audit agrees."""
    faults = [f"the audit says {damage}" for damage in verify(storage).damage]
    seen: set[str] = set()
    groups: dict[str, int] = {}
    for stream in streams:
        chain, last = FIRST_CHAIN, 0
        made: dict[str, tuple[int, str, dict[str, Json]]] = {}
        for revision in revisions_of(storage, [stream]):
            version, hash_, fields = made.get(revision.id, (0, "", {}))
            unset = msgspec.json.decode(revision.unset_names)
            fields = {**{k: v for k, v in fields.items() if k not in unset}, **msgspec.json.decode(revision.set_fields)}
            expected = record_hash(revision.type, revision.id, stored_bytes(fields), deleted=bool(revision.deleted), previous=hash_)
            chain = next_chain(chain, expected, revision.change_id, version + 1, revision.changed_by, revision.device, revision.changed_at)
            if (revision.seq, revision.version, revision.hash, revision.chain) != (last + 1, version + 1, expected, chain):
                faults.append(f"{stream}: revision {revision.seq} does not follow")
            if revision.change_id in seen:
                faults.append(f"law 2: {revision.change_id} was applied twice")
            seen.add(revision.change_id)
            # A desk that was put back may offer once more what is left of a group that went in.
            if revision.group_id is not None and not is_restored and not _is_put_back(revision.device, story):
                if revision.group_id in groups and groups[revision.group_id] != revision.seq - 1:
                    faults.append(f"{stream}: group {revision.group_id} went in in pieces")
                groups[revision.group_id] = revision.seq
            last, made[revision.id] = revision.seq, (version + 1, expected, fields)
    return faults


def equality_faults(storage: Storage, desks: Sequence["Desk"]) -> list[str]:
    """Laws 4 and 9: every copy under a grant holds exactly the server's records of the granted areas, byte for byte."""
    faults: list[str] = []
    for desk in desks:
        for stream, grant in desk.session.grants.items():
            with storage.read(ALL_STREAMS) as reader:
                found = list(reader.page(stream, after=0, until=None, areas=None, limit=None))
            expected = {record.id: snapshot_of(record) for record in found if covers(grant.areas, record.area)}
            elsewhere = {record.id for record in found} if desk.had_other_grants else set()
            held = desk.snapshots(stream)
            if desk.had_other_grants:
                # Of what it may see no longer it is told nothing, not that a server lost it either: it stays until a person lets it go.
                elsewhere |= {one.id for one in held.values() if not covers(grant.areas, area_of(CATALOGUE, one.type, one.fields))}
            faults += [f"law 4: {desk.name} lacks {stream} {one}" for one in expected.keys() - held.keys()]
            faults += [f"law 9: {desk.name} has {stream} {one}" for one in held.keys() - expected.keys() - elsewhere]
            faults += [
                f"law 4: {desk.name} holds {held[one]}, the server {expected[one]}"
                for one in expected.keys() & held.keys()
                if held[one] != expected[one]
            ]
            for row in desk.shown(stream).values():
                server = expected.get(row.id)
                if row.id in elsewhere and server is None:
                    continue
                if server is None or stored_bytes(row.fields) != stored_bytes(server.fields) or row.deleted != server.deleted:
                    faults.append(f"law 4: {desk.name} shows {row}, the server has {server}")
    return faults


def accounting_faults(
    storage: Storage, streams: Sequence[str], desks: Sequence["Desk"], story: "Story", *, is_restored: bool = False
) -> list[str]:
    """Law 5: every edit is in the history of the server, in a conflict, or still waits; and no conflict is about an edit that went in.

    After a restore (`is_restored`) a desk that knows some versions of a record only may tell a conflict that was none: it loses nothing.
    What a restored server lost of a stream or area that the desk that knows it is granted no longer, it cannot offer: there it stays, until a
    person lets it go.
    """
    revisions = revisions_of(storage, streams)
    apart = [one for desk in desks for one in _kept_apart(desk, streams)] if is_restored else []
    texts = (str(one.fields) for one in apart if one.fields.get("grade") != "merged")
    everywhere = "\n".join([everything_written(storage, streams), *texts, *(desk.told_text() for desk in desks)])
    waiting = {desk.name: desk.waiting_text() for desk in desks}
    faults = [
        f"law 5: {wish.token} of {wish.desk} for {wish.field} of {wish.id} vanished"
        for wish in story.wishes
        if not wish.is_excused and wish.token not in everywhere and wish.token not in waiting[wish.desk]
    ]
    deleted = {revision.id for revision in revisions if revision.deleted}
    deleted |= {str(record_id) for record_id, detail, _ in conflict_details(revisions) if detail["name"] == DELETION}
    deleted |= {one.id for one in apart if one.deleted} | {str(one.fields["record_id"]) for one in apart if DELETION in str(one.fields)}
    known = {revision.id for revision in revisions}
    faults += [
        f"law 5: the deletion of {record_id} by {name} vanished"
        for name, record_id in story.deletions
        if record_id in known and record_id not in deleted and record_id not in waiting[name]
    ]
    return faults if is_restored else faults + _false_conflicts(revisions, story)


def _kept_apart(desk: "Desk", streams: Iterable[str]) -> list[Snapshot]:
    """The versions a desk keeps of records that it is granted no longer: nobody tells it of them, and it tells nobody."""
    if not desk.had_other_grants:
        return []
    grants = desk.session.grants
    held = [one for stream in streams for one in (*desk.snapshots(stream).values(), *desk.former(stream))]
    return [
        one for one in held if one.stream not in grants or not covers(grants[one.stream].areas, area_of(CATALOGUE, one.type, one.fields))
    ]


def _is_for_information(revision: StoredRevision) -> bool:
    return revision.type == "conflict" and msgspec.json.decode(revision.set_fields).get("grade") == "merged"


def conflict_details(revisions: Iterable[StoredRevision]) -> Iterable[tuple[Json, dict[str, Json], int]]:
    """Record id, detail and seq of every conflict that was recorded for a person."""
    for revision in revisions:
        if revision.type == "conflict" and revision.version == 1 and not _is_for_information(revision):
            fields = msgspec.json.decode(revision.set_fields)
            for detail in fields["details"]:
                yield fields["record_id"], detail, revision.seq


def _false_conflicts(revisions: Sequence[StoredRevision], story: "Story") -> list[str]:
    faults: list[str] = []
    first_seen: dict[str, int] = {}
    for revision in revisions:
        if revision.type != "conflict":
            for value in msgspec.json.decode(revision.set_fields).values():
                if isinstance(value, str):
                    first_seen.setdefault(value, revision.seq)
    for record_id, detail, seq in conflict_details(revisions):
        mine = detail.get("mine")
        device = str(detail.get("mine_device"))
        if desk_of(device) in story.put_back:
            continue
        if device == detail.get("theirs_device"):
            faults.append(f"a desk conflicts with itself about {record_id}: {detail}")
        is_new = isinstance(mine, str) and mine.startswith("<") and mine != detail.get("base") and mine not in story.said_again
        if is_new and first_seen.get(str(mine), seq) < seq:
            faults.append(f"{mine} is called a conflict of {record_id}, but it went in before")
    return faults


def overwriting_faults(storage: Storage, streams: Sequence[str], sent: Mapping[str, bytes]) -> list[str]:
    """Every version was made by somebody who had seen the one before."""
    faults: list[str] = []
    for revision in revisions_of(storage, streams):
        base = msgspec.json.decode(sent[revision.change_id])["base"] if revision.change_id in sent else None
        if revision.change_id in sent and (base["version"] if base else 0) != revision.version - 1:
            faults.append(f"version {revision.version} of {revision.id} was made on {base}")
    return faults


def versions(storage: Storage, streams: Iterable[str]) -> dict[tuple[str, str], str]:
    """The change id of every version, by record and hash."""
    return {(one.id, one.hash): one.change_id for one in revisions_of(storage, streams)}


def origin_faults(
    storage: Storage, streams: Iterable[str], lost: Mapping[tuple[str, str, str], Collection[str]], sure: Collection[str]
) -> list[str]:
    """A version that a restored server lost and the device it was of offered again says so; `sure`: devices that forgot nothing.

    The change of then may arrive once more itself, from an old stick.
    """
    return [
        f"version {one.version} of {one.id} came back without its origin"
        for one in revisions_of(storage, streams)
        if one.origin is None and one.device in sure and b"<" in one.set_fields
        if (before := lost.get((one.id, one.hash, one.device))) is not None and one.change_id not in before
    ]


def number_faults(storage: Storage, streams: Sequence[str], desks: Sequence["Desk"]) -> list[str]:
    """No number of a book is handed out twice, whatever the server made of it; no block meets another."""
    faults: list[str] = []
    given: dict[tuple[str, int], str] = {}
    for desk in desks:
        for one in desk.given:
            if one in given:
                faults.append(f"number {one} was handed out by {given[one]} and by {desk.name}")
            given[one] = desk.name
    # A desk that may lease no longer forgets what it asked for; what the server had given by then is lost, and never given twice.
    told = {desk.session.device: desk.lease_ids() for desk in desks if not (desk.forgets_blocks or desk.had_other_grants)}
    for stream in streams:
        used: dict[object, str] = {}
        blocks: list[tuple[int, int]] = []
        with storage.read(ALL_STREAMS) as reader:
            found = list(reader.page(stream, after=0, until=None, areas=None, limit=None))
        for record in found:
            fields = msgspec.json.decode(record.fields)
            if record.type == "receipt" and "number" in fields:
                other = used.setdefault((fields["book"], fields["fiscal_year"], fields["number"]), record.id)
                faults += [f"receipts {other} and {record.id} have one number"] if other != record.id else []
            if record.type == "number_block":
                blocks.append((fields["from_number"], fields["to_number"]))
            if record.type == "number_block" and fields["device"] in told and record.id not in told[fields["device"]]:
                faults.append(f"block {record.id} of {fields['device']} is not what its desk asked for")
        blocks.sort()
        faults += [f"blocks {one} and {two} of {stream} meet" for one, two in pairwise(blocks) if two[0] <= one[1]]
    return faults


def trace(storage: Storage, streams: Sequence[str], desks: Sequence["Desk"], serials: "Serials") -> list[str]:
    """What was written, and what desks hold of it and wish, in an order that no clock decides."""
    found: list[str] = []
    for one in revisions_of(storage, streams):
        said = [msgspec.json.decode(one.set_fields), msgspec.json.decode(one.unset_names)]
        found.append(serials.plain([one.stream, one.seq, one.change_id, one.type, one.id, one.version, one.hash, one.deleted]))
        found.append(
            serials.plain([*said, one.group_id, one.schema, one.changed_by, one.device, msgspec.json.decode(one.merge or b"null")])
        )
    for desk in desks:
        for stream in streams:
            held = sorted(desk.snapshots(stream).values(), key=lambda snapshot: snapshot.seq)
            found += [desk.name + serials.plain(snapshot) for snapshot in held]
            found += [
                desk.name + serials.plain(row.as_json()) for row in sorted(desk.shown(stream).values(), key=lambda row: serials.of(row.id))
            ]
    return found


def _is_put_back(device: str, story: "Story | None") -> bool:
    return story is not None and desk_of(device) in story.put_back


def has(storage: Storage, stream: str, seq: int, chain: str) -> bool:
    """Whether the server has that seq with that chain (16 hex digits)."""
    with storage.read(ALL_STREAMS) as reader:
        known = FIRST_CHAIN if seq == 0 else reader.chain_at(stream, seq)
    return known is not None and known.startswith(chain)
