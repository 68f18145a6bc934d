"""Every call of the server: how it comes about between two desks, and what a person does to make it."""

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from desktop.storage.query import Query
from desktop.sync.repair import compare
from desktop.sync.replies import not_ours
from desktop.sync.transport import HttpTransport
from records.ids import new_id
from records.protocol import Position
from records.sealing import public_sealing_key, public_signing_key
from records.stored import FIRST_CHAIN
from tests.faults.site import FaultDesk, FaultSite
from tests.simulation.kinds import CATALOGUE
from tests.sync.loopback import DEVICE, now
from tests.sync.office import OTHER, STREAM

Prepare = Callable[[FaultSite, FaultDesk, FaultDesk], None]
Act = Callable[[FaultSite, FaultDesk], object]


def _nothing(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    pass


@dataclass(frozen=True)
class CallUnderFault:
    """A call, how it comes about, and what a person does to make it."""

    route: tuple[str, str]
    """Method and path, as the server lists them below its base path."""
    struck: str
    """A part of the first line of its requests."""
    act: Act
    prepare: Prepare = _nothing
    again: Act | None = None
    """What must succeed on a good line afterwards, whatever befell the call; None: the judge's rounds say it."""
    may_refuse: bool = False
    """A repeat of it is refused by rights: the token has ended."""


def _of_others(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    site.work(two, 3)
    two.sync()


def _own(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    site.work(one, 3)


def _grants(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    known = len(one.transport.account().streams)
    site.auth.add_account(one.name, "clerk", (f"{STREAM}:write", *([f"{OTHER}:read"] if known == 1 else [])))


def a_loss(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    """The server loses data: takes a second each time, since it is stopped and started."""
    site.lose_work(one)


def _document(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    site.attach(one)


def _begun_document(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    site.attach(one)
    one.begin_upload()


def _document_of_others(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    site.attach(two)
    two.sync()


def _code(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    name = f"joining{len(site.joining)}"
    site.auth.add_account(name, "clerk", (f"{STREAM}:write",))
    site.joining.append((name, site.auth.new_code(name), new_id(now(), site.random.randbytes)))


def _enrol(site: FaultSite, one: FaultDesk) -> object:
    _, code, request_id = site.joining[-1]
    line = HttpTransport(site.url)
    try:
        return line.enrol(code, DEVICE, request_id)
    finally:
        line.close()


def _enrol_again(site: FaultSite, one: FaultDesk) -> None:
    """The person tries the same code again: it works, and the server knows one computer of them."""
    name, _, _ = site.joining[-1]
    again = _enrol(site, one)
    devices = [device.id for device, accounts in site.auth.devices() if name in accounts]
    assert devices == [again.device_id]  # type: ignore[attr-defined]


def _ending(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    line = HttpTransport(site.url)
    site.ending = line.enrol(site.auth.new_code(one.name), DEVICE).token
    line.close()


def _logout(site: FaultSite, one: FaultDesk) -> None:
    line = HttpTransport(site.url, site.ending)
    try:
        line.logout()
    finally:
        line.close()


def _sync(site: FaultSite, one: FaultDesk) -> object:
    return one.sync()


def _heads(site: FaultSite, one: FaultDesk) -> object:
    """A round asks it of many streams only."""
    reply = one.transport.heads({STREAM: Position(0, FIRST_CHAIN[:16])})
    assert reply.heads == {STREAM: site.made}
    return reply


def _history(site: FaultSite, one: FaultDesk) -> object:
    row = one.store.find(Query("note", None, limit=1)).rows[0]
    reply = one.transport.history(STREAM, "note", row.id)
    assert [version.version for version in reply.versions] == [1]
    return reply


def _numbers(site: FaultSite, one: FaultDesk) -> object:
    return one.transport.numbers(STREAM, "1", 2570, 5, 0, "01930000-0000-7000-8000-000000000001")


def _keys(site: FaultSite, one: FaultDesk) -> object:
    keys = one.transport.keys(public_signing_key(one.who.signing_key), public_sealing_key(one.who.sealing_key))
    assert keys.device_id == one.who.device_id
    return keys


def _compare(site: FaultSite, one: FaultDesk) -> object:
    found = compare(one.database, CATALOGUE, one.transport, now, site.random.randbytes)[STREAM]
    assert (found.is_skipped, found.mended, found.buckets) == (False, 0, 0)
    return found


def _missing(site: FaultSite, one: FaultDesk) -> object:
    assert one.transport.missing_files(STREAM) == []
    return None


def _relay(site: FaultSite, one: FaultDesk) -> None:
    reply = io.BytesIO()
    one.transport.bundle(io.BytesIO(one.stick()), reply)
    one.apply(reply.getvalue())


def _download(site: FaultSite, one: FaultDesk) -> None:
    """A first download, checked as protocol.md says it is."""
    with one.transport.exchange("GET", f"/streams/{STREAM}/snapshot") as answer:
        packed = answer.read()
        if answer.media_type != "application/gzip" or answer.status != 200:
            raise not_ours()
    try:
        first, _, rest = gzip.decompress(packed).partition(b"\n")
        said = json.loads(first)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise not_ours() from error
    if hashlib.sha256(rest).hexdigest() != said["sha256"]:
        raise not_ours()
    assert said["count"] == rest.count(b"\n") == site.made


def _newcomer(site: FaultSite, one: FaultDesk, two: FaultDesk) -> None:
    site.newcomer()


def _first_round(site: FaultSite, one: FaultDesk) -> object:
    assert site.newest is not None
    return site.newest.sync()


def _options(site: FaultSite, one: FaultDesk) -> None:
    with one.transport.exchange("OPTIONS", f"/streams/{STREAM}/files") as answer:
        if answer.status != 204:
            raise not_ours()


_FILES = "/streams/{stream:path}/files"
_UPLOAD = f"{_FILES}/uploads/{{upload}}"

CALLS = {
    "hello": CallUnderFault(("GET", "/hello"), "/hello", lambda site, one: one.transport.hello()),
    "enrol": CallUnderFault(("POST", "/enrol"), "/enrol", _enrol, _code, _enrol_again),
    "account": CallUnderFault(("GET", "/account"), "/account", _sync, _grants),
    "keys": CallUnderFault(("POST", "/keys"), "/keys", _keys, again=_keys),
    "heads": CallUnderFault(("POST", "/heads"), "/heads", _heads, again=_heads),
    "pull": CallUnderFault(("POST", "/pull"), "/pull", _sync, _of_others),
    "push": CallUnderFault(("POST", "/push"), "/push", _sync, _own),
    "numbers": CallUnderFault(("POST", "/numbers"), "/numbers", _numbers, again=_numbers),
    "logout": CallUnderFault(("POST", "/logout"), "/logout", _logout, _ending, may_refuse=True),
    "snapshot": CallUnderFault(("GET", "/streams/{stream:path}/snapshot"), "/snapshot", _download, again=_download),
    "first download": CallUnderFault(("GET", "/streams/{stream:path}/snapshot"), "/snapshot", _first_round, _newcomer),
    "lineage": CallUnderFault(("GET", "/streams/{stream:path}/lineage"), "/lineage", _sync, a_loss),
    "digest": CallUnderFault(("GET", "/streams/{stream:path}/digest"), "/digest", _compare, again=_compare),
    "history": CallUnderFault(("GET", "/streams/{stream:path}/records/{type}/{id}/history"), "/history", _history, again=_history),
    "begin a file": CallUnderFault(("POST", _FILES), "POST /sync/v1/streams/", _sync, _document),
    "missing files": CallUnderFault(("GET", _FILES), "/files HTTP", _missing, again=_missing),
    "options of files": CallUnderFault(("OPTIONS", _FILES), "OPTIONS", _options, again=_options),
    "content of a file": CallUnderFault(("GET", f"{_FILES}/{{sha256}}"), "/files/", _sync, _document_of_others),
    "offset of a file": CallUnderFault(("HEAD", _UPLOAD), "HEAD", _sync, _begun_document),
    "part of a file": CallUnderFault(("PATCH", _UPLOAD), "PATCH", _sync, _document),
    "bundle": CallUnderFault(("POST", "/bundles"), "/bundles", _relay, _own),
}
"""Every call of the server, by name."""
