"""Every call meets every fault of the line: the person gets a sentence, nothing is lost or doubled, and the next round goes on.

The calls that carry work are judged by what both desks and the server hold afterwards; those that only read by answering once the line is good.
A reply is cut after every byte with FAULT_SEEDS of 20 and more (`make faults`), else after every byte of what carries work and every 9th.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app import open_office
from desktop.sync import transport as transport_module
from records.errors import AppError, Unavailable
from records.protocol import BASE_PATH
from server_stub.app import create_app
from tests.faults.calls import CALLS, CallUnderFault, a_loss
from tests.faults.proxy import FAULTS, GOOD_IN_THE_END, truncated
from tests.faults.site import FaultDesk, FaultSite, tried
from tests.offices import ENVIRON, made_office
from tests.simulation.kinds import CATALOGUE
from tests.sync.loopback import now
from tests.sync.office import STREAM

IS_LONG = int(os.environ.get("FAULT_SEEDS", "1")) >= 20


STALL_S = 0.4


@pytest.fixture
def site(tmp_path: Path) -> Iterator[FaultSite]:
    made = FaultSite(tmp_path)
    yield made
    made.close()


def _two_desks(site: FaultSite) -> tuple[FaultDesk, FaultDesk]:
    one, two = site.fault_desk("one"), site.fault_desk("two")
    site.work(one, 2)
    one.sync()
    two.sync()
    return one, two


def test_every_call_of_the_server_has_a_row(site: FaultSite, tmp_path: Path) -> None:
    app = create_app(site.storage, CATALOGUE, now, os.urandom, cache_folder=tmp_path / "other")
    served = {(method.upper(), path.removeprefix(BASE_PATH)) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert {(method, path.replace(":path", "")) for method, path in (call.route for call in CALLS.values())} == served


def _until_struck(site: FaultSite, one: FaultDesk, call: CallUnderFault, fault: str) -> AppError | None:
    """The person tries until the call was made: where a line counts as lost early, a busy computer loses one on the way to it."""
    struck = site.proxy.struck
    for _ in range(20):
        error = tried(lambda: call.act(site, one))
        if site.proxy.struck != struck or error is None or error.code != "offline":
            break
    assert site.proxy.struck == struck + 1, f"{fault}: the call was not made"
    return error


@pytest.mark.parametrize("name", CALLS)
def test_a_call_meets_every_fault_and_the_next_round_goes_on(name: str, site: FaultSite, monkeypatch: pytest.MonkeyPatch) -> None:
    call = CALLS[name]
    one, two = _two_desks(site)
    for fault in [*FAULTS][:: 1 if IS_LONG or call.prepare is not a_loss else 4]:
        call.prepare(site, one, two)
        site.proxy.only, site.proxy.plan = call.struck, [FAULTS[fault]]

        with monkeypatch.context() as hasty:
            if fault == "a stall":
                hasty.setattr(transport_module, "STALL_TIMEOUT_S", STALL_S)
            error = _until_struck(site, one, call, fault)

        site.proxy.plan = []
        if fault in GOOD_IN_THE_END and not call.may_refuse:
            assert error is None, f"{fault}: {error and error.message.en}"
        assert call.may_refuse or error is None or error.code not in ("revoked", "unauthenticated"), f"{fault} signed the desk out"
        try:
            if call.again is not None:
                call.again(site, one)
            site.judge()
            assert site.proxy.late == []
        except Exception as wrong:
            wrong.add_note(f"after: {fault}")
            raise


CUT_ANYWHERE = ("heads", "pull", "push", "numbers")


@pytest.mark.parametrize("name", CALLS)
def test_a_reply_cut_after_any_byte_harms_nothing(name: str, site: FaultSite) -> None:
    call = CALLS[name]
    one, two = _two_desks(site)
    step = 1 if IS_LONG or name in CUT_ANYWHERE else 9
    size, is_whole = 0, False
    call.prepare(site, one, two)
    while not is_whole:
        if call.may_refuse:
            call.prepare(site, one, two)
        site.proxy.only, site.proxy.plan = call.struck, [truncated(size)]
        struck = site.proxy.struck
        error = tried(lambda: call.act(site, one))
        assert error is None or error.code == "offline" or call.may_refuse
        if site.proxy.struck == struck:
            # What the cut reply was about is done: the server said so before, or the desk has it.
            site.proxy.plan = []
            if call.again is None:
                call.prepare(site, one, two)
                continue
        site.proxy.plan = []
        is_whole = error is None and site.proxy.whole <= size
        size += step
        assert size < 9000, "it never goes through"
    assert size > 60
    if call.again is not None:
        call.again(site, one)
    site.judge()


def test_a_person_whose_enrolment_was_cut_types_the_same_code_again(site: FaultSite, tmp_path: Path) -> None:
    site.auth.add_account("somsri", "clerk", (f"{STREAM}:write",))
    code = site.auth.new_code("somsri")
    home = tmp_path / "home"
    office = made_office(home, enrolled=False)
    site.proxy.only, site.proxy.plan = "/enrol", [FAULTS["the reply is lost"]]

    with pytest.raises(Unavailable):
        office.enrolment.enrol(site.url, code)
    office.close()
    # The program was closed in between: what was asked is remembered in the file.
    office = open_office(home, environ=ENVIRON)
    who = office.enrolment.enrol(site.url, code.lower())
    office.close()

    assert [device.id for device, accounts in site.auth.devices() if "somsri" in accounts] == [who.device_id]
    assert (who.account, bool(who.token), who.server_keys is not None) == ("somsri", True, True)
