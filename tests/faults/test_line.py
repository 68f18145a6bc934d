"""Every call meets every fault of the line: the person gets a sentence, nothing is lost or doubled, and the next round goes on.

The calls that carry work are judged by what both desks and the server hold afterwards; those that only read by answering once the line is good.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.sync import transport as transport_module
from desktop.sync.transport import HttpTransport
from records.ids import new_id
from tests.faults.proxy import FAULTS, GOOD_IN_THE_END, truncated
from tests.faults.site import FaultSite, tried
from tests.sync.office import OTHER, STREAM
from tests.sync.test_over_http import DEVICE, HttpDesk, now


@dataclass(frozen=True)
class CallUnderFault:
    """A call, how it comes about, and what a person does to make it."""

    path: str
    """A part of its first line."""
    prepare: Callable[[FaultSite, HttpDesk, HttpDesk], None]
    act: Callable[[FaultSite, HttpDesk], object]


def _nothing(site: FaultSite, one: HttpDesk, two: HttpDesk) -> None:
    pass


def _of_others(site: FaultSite, one: HttpDesk, two: HttpDesk) -> None:
    site.work(two, 3)
    two.sync()


def _own(site: FaultSite, one: HttpDesk, two: HttpDesk) -> None:
    site.work(one, 3)


def _grants(site: FaultSite, one: HttpDesk, two: HttpDesk) -> None:
    known = len(one.transport.account().streams)
    site.auth.add_account(one.name, "clerk", (f"{STREAM}:write", *([f"{OTHER}:read"] if known == 1 else [])))


def _sync(site: FaultSite, one: HttpDesk) -> object:
    return one.sync()


def _history(site: FaultSite, one: HttpDesk) -> object:
    return one.transport.history(STREAM, "note", new_id(now(), site.random.randbytes))


def _enrol(site: FaultSite, one: HttpDesk) -> object:
    return HttpTransport(site.url).enrol("AAAA-BBBB-CCCC", DEVICE)


def _numbers(site: FaultSite, one: HttpDesk) -> object:
    return one.transport.numbers(STREAM, "1", 2570, 5, 0, "01930000-0000-7000-8000-000000000001")


CALLS = {
    "hello": CallUnderFault("/hello", _nothing, lambda site, one: one.transport.hello()),
    "enrol": CallUnderFault("/enrol", _nothing, _enrol),
    "account": CallUnderFault("/account", _grants, _sync),
    "heads": CallUnderFault("/heads", _nothing, _sync),
    "pull": CallUnderFault("/pull", _of_others, _sync),
    "push": CallUnderFault("/push", _own, _sync),
    "history": CallUnderFault("/history", _nothing, _history),
    "numbers": CallUnderFault("/numbers", _nothing, _numbers),
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultSite]:
    monkeypatch.setattr(transport_module, "STALL_TIMEOUT_S", 0.4)
    made = FaultSite(tmp_path)
    yield made
    made.close()


def _two_desks(site: FaultSite) -> tuple[HttpDesk, HttpDesk]:
    one, two = site.desk("one"), site.desk("two")
    site.work(one, 2)
    one.sync()
    two.sync()
    return one, two


@pytest.mark.parametrize("name", CALLS)
def test_a_call_meets_every_fault_and_the_next_round_goes_on(name: str, site: FaultSite) -> None:
    call = CALLS[name]
    one, two = _two_desks(site)
    for fault in FAULTS:
        call.prepare(site, one, two)
        struck = site.proxy.struck
        site.proxy.only, site.proxy.plan = call.path, [FAULTS[fault]]

        error = tried(lambda: call.act(site, one))

        assert site.proxy.struck == struck + 1, f"{fault}: the call was not made"
        if fault in GOOD_IN_THE_END and name not in ("history", "enrol"):
            assert error is None, f"{fault}: {error and error.message.en}"
        assert error is None or error.code not in ("revoked", "unauthenticated"), f"{fault} signed the desk out"
        site.proxy.plan = []
        site.judge()


@pytest.mark.parametrize("name", ["heads", "pull", "push", "numbers"])
def test_a_reply_cut_after_any_byte_harms_nothing(name: str, site: FaultSite) -> None:
    call = CALLS[name]
    one, two = _two_desks(site)
    if call.prepare is not _nothing:
        site.work(two if name == "pull" else one, 1)
        two.sync()
    site.proxy.only = call.path
    size, error = 0, tried(lambda: None)
    while error is not None or size == 0:
        site.proxy.plan = [truncated(size)]
        error = tried(lambda: call.act(site, one))
        assert error is None or error.code == "offline"
        size += 1
        assert size < 4000, "it never goes through"
    assert size > 60
    site.judge()
