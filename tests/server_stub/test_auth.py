"""Accounts, enrolment, tokens, counters, revoking (protocol.md, "Calls")."""

import hashlib
import logging

import pytest

from records.errors import Correctable
from tests.server_stub.web import DEVICE, Web
from tests.server_stub.world import OFFICE


def test_enrolling_gives_a_device_a_token_and_what_is_granted(web: Web) -> None:
    web.auth.add_account("som", "clerk", [f"{OFFICE}:write", "central:read:registry"], "สมชาย ใจดี")
    reply = web.call("POST", "/enrol", json={"code": web.auth.new_code("som"), "device": DEVICE}).json()
    assert reply["account"] == {"name": "som", "role": "clerk", "full_name": "สมชาย ใจดี"}
    central, office = reply["streams"]
    assert central == {"stream": "central", "access": "read", "areas": ["registry"], "name": "central"}
    assert (office["access"], "oversight" in office["areas"], "planning" in office["areas"]) == ("write", False, True)
    told = web.call("GET", "/account", reply["token"]).json()
    assert told == {key: reply[key] for key in ("device_id", "account", "streams", "keys")}


def test_tokens_and_codes_are_kept_as_hashes_only(web: Web) -> None:
    token = web.enrol("som")
    code = web.auth.new_code("som")
    dump = b"".join(path.read_bytes() for path in web.world.storage._path.parent.glob("server.db*"))  # type: ignore[attr-defined]
    assert hashlib.sha256(token.encode()).hexdigest().encode() in dump
    assert token.encode() not in dump
    assert code.encode() not in dump
    assert code.replace("-", "").encode() not in dump


def test_a_code_is_read_whatever_its_case_dashes_and_lookalikes(web: Web) -> None:
    web.auth.add_account("som", "clerk", [f"{OFFICE}:write"])
    code = web.auth.new_code("som").lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert web.call("POST", "/enrol", json={"code": code, "device": DEVICE}).status_code == 200


def test_wrong_used_and_expired_codes_are_403_with_the_same_words(web: Web) -> None:
    web.enrol("som")
    expired = web.auth.new_code("som")
    web.world.clock.forward(days=7, seconds=1)
    used = web.auth.new_code("som")
    assert web.call("POST", "/enrol", json={"code": used, "device": DEVICE}).status_code == 200
    replies = [web.call("POST", "/enrol", json={"code": code, "device": DEVICE}) for code in ("AAAA-BBBB-CCCC", used, expired)]
    assert {reply.status_code for reply in replies} == {403}
    assert len({reply.text for reply in replies}) == 1
    assert replies[0].json()["code"] == "no-grant"


def test_the_tenth_failure_in_a_minute_is_429_and_a_right_code_still_works(web: Web) -> None:
    web.auth.add_account("som", "clerk", [f"{OFFICE}:write"])
    code = web.auth.new_code("som")
    statuses = [web.call("POST", "/enrol", json={"code": "WRONG", "device": DEVICE}).status_code for _ in range(11)]
    assert statuses == [403] * 9 + [429] * 2
    last = web.call("POST", "/enrol", json={"code": "WRONG", "device": DEVICE})
    assert (int(last.headers["Retry-After"]), last.json()["code"]) == (60, "slow-down")
    assert web.call("POST", "/enrol", json={"code": code, "device": DEVICE}).status_code == 200
    web.world.clock.forward(seconds=61)
    assert web.call("POST", "/enrol", json={"code": "WRONG", "device": DEVICE}).status_code == 403


def test_enrolling_with_a_devices_token_adds_the_account_to_that_device(web: Web) -> None:
    som = web.enrol("som")
    noi = web.enrol("noi", role="head", token=som)
    assert web.call("GET", "/account", som).json()["device_id"] == web.call("GET", "/account", noi).json()["device_id"]
    assert web.push(som, web.world.change(made_by="noi")).json()["results"][0]["snapshot"]["changed_by"] == "noi"
    ((device, accounts),) = web.auth.devices()
    assert (device.name, accounts) == ("โต๊ะ 1", ("noi", "som"))


def test_an_account_of_another_device_is_no_author(web: Web) -> None:
    som = web.enrol("som")
    web.enrol("noi")
    assert web.push(som, web.world.change(made_by="noi")).json()["results"][0]["problem"]["code"] == "author"


@pytest.mark.parametrize(
    "body", [{}, {"code": 5, "device": DEVICE}, {"code": "A"}, {"code": "A", "device": {}}, {"code": "A", "device": 3}, []]
)
def test_an_enrolment_of_the_wrong_shape_is_422(web: Web, body: object) -> None:
    reply = web.call("POST", "/enrol", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")
    assert reply.json()["errors"]


def test_logging_out_ends_that_token_only(web: Web) -> None:
    som = web.enrol("som")
    other = web.enrol("som", token=som)
    assert web.call("POST", "/logout", som).status_code == 204
    assert web.call("GET", "/account", som).json()["code"] == "unauthenticated"
    assert web.call("GET", "/account", other).status_code == 200


def test_a_revoked_device_is_told_so_on_its_next_call(web: Web) -> None:
    token = web.enrol("som")
    web.auth.revoke(web.call("GET", "/account", token).json()["device_id"])
    reply = web.call("GET", "/account", token)
    assert (reply.status_code, reply.json()["code"]) == (401, "revoked")
    with pytest.raises(Correctable, match="no device"):
        web.auth.revoke("none")


def test_a_counter_lower_than_the_last_is_rewound_and_the_same_is_a_repeat(web: Web) -> None:
    token = web.enrol("som")
    statuses = [web.call("GET", "/account", token, {"Sync-Counter": number}).status_code for number in ("5", "5", "6", "5", "7")]
    assert statuses == [200, 200, 200, 409, 200]
    assert web.call("GET", "/account", token, {"Sync-Counter": "1"}).json()["code"] == "rewound"


def test_counters_are_those_of_a_device_not_of_an_account(web: Web) -> None:
    som = web.enrol("som")
    noi = web.enrol("noi", token=som)
    assert web.call("GET", "/account", som, {"Sync-Counter": "5"}).status_code == 200
    assert web.call("GET", "/account", noi, {"Sync-Counter": "4"}).status_code == 409
    assert web.call("GET", "/account", web.enrol("lek"), {"Sync-Counter": "1"}).status_code == 200


def test_the_same_number_with_another_mark_is_an_older_copy_of_the_desk(web: Web) -> None:
    token = web.enrol("som")

    def told(number: str, mark: str | None) -> int:
        return web.call("GET", "/account", token, {"Sync-Counter": number} | ({} if mark is None else {"Sync-Mark": mark})).status_code

    # A program that sends no mark is answered as before, and one that begins to send marks is no other copy.
    assert [told("5", None), told("5", "aa"), told("5", "aa"), told("5", None), told("5", "bb")] == [200, 200, 200, 200, 409]
    assert [told("6", "bb"), told("6", "cc"), told("7", None), told("7", "dd"), told("6", "bb")] == [200, 409, 200, 200, 409]


@pytest.mark.parametrize("mark", ["", "x", "AA", "a" * 65, "a b"])
def test_a_mark_that_is_none_is_422(web: Web, mark: str) -> None:
    assert web.call("GET", "/account", web.enrol("som"), {"Sync-Counter": "5", "Sync-Mark": mark}).status_code == 422


@pytest.mark.parametrize("counter", ["x", "-1", "1.5", "9" * 17])
def test_a_counter_that_is_no_number_is_422(web: Web, counter: str) -> None:
    assert web.call("GET", "/account", web.enrol("som"), {"Sync-Counter": counter}).status_code == 422


def test_sync_grants_differs_when_what_is_granted_differs(web: Web) -> None:
    token = web.enrol("som")
    before = web.call("GET", "/account", token).headers["Sync-Grants"]
    assert before == web.call("POST", "/heads", token, json={"streams": {}}).headers["Sync-Grants"]
    web.auth.add_account("som", "clerk", [f"{OFFICE}:read"])
    after = web.call("POST", "/heads", token, json={"streams": {}}).headers["Sync-Grants"]
    assert len(before) == len(after) == 16
    assert before != after
    assert web.push(token, web.world.change()).json()["results"][0]["problem"]["code"] == "no-grant"


@pytest.mark.parametrize(
    ("name", "role", "stream"),
    [
        ("Som", "clerk", "a:read"),
        ("som", "king", "a:read"),
        ("som", "clerk", "a"),
        ("som", "clerk", "a:own"),
        ("som", "clerk", "a:read:x"),
        ("som", "clerk", ":read"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_a_sentence(web: Web, name: str, role: str, stream: str) -> None:
    with pytest.raises(Correctable, match="nothing was changed"):
        web.auth.add_account(name, role, [stream])


def test_default_areas_are_those_of_the_role(web: Web) -> None:
    (grant,) = web.auth.add_account("lek", "reader", [f"{OFFICE}:read"])
    assert grant.areas == ("registry", "planning", "budget")


def test_no_secret_is_logged(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = web.enrol("som")
    web.call("POST", "/enrol", json={"code": "SECRETCODE", "device": DEVICE})
    web.call("GET", "/account", token)
    assert token not in caplog.text
    assert "SECRETCODE" not in caplog.text
