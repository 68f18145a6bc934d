"""A code whose reply was lost on its way: the computer that used it is answered again, nobody else."""

import pytest

from tests.postgres import BOTH
from tests.server_stub.web import DEVICE, Web
from tests.server_stub.world import OFFICE

STORES = BOTH


@pytest.mark.parametrize("asked_before", [False, True])
def test_the_same_request_with_a_used_code_is_answered_again_for_the_same_device(web: Web, asked_before: bool) -> None:
    web.auth.add_account("som", "clerk", [f"{OFFICE}:write"])
    asked = {"code": web.auth.new_code("som"), "device": DEVICE, "request_id": "3f1c"}
    first = web.call("POST", "/enrol", json=asked).json()
    if asked_before:
        web.call("GET", "/account", first["token"], {"Sync-Counter": "7"})
    again = web.call("POST", "/enrol", json=asked)
    assert again.status_code == 200, again.text
    assert again.json()["device_id"] == first["device_id"]
    assert again.json()["token"] != first["token"]
    assert len(web.auth.devices()) == 1
    for token in (first["token"], again.json()["token"]):
        assert web.call("GET", "/account", token).status_code == 200


def test_a_used_code_is_nothing_to_another_request_a_revoked_device_or_after_its_life(web: Web) -> None:
    web.auth.add_account("som", "clerk", [f"{OFFICE}:write"])
    asked = {"code": web.auth.new_code("som"), "device": DEVICE, "request_id": "3f1c"}
    first = web.call("POST", "/enrol", json=asked).json()
    other = [{**asked, "request_id": request_id} for request_id in ("3f1d", "")]
    assert [web.call("POST", "/enrol", json=body).status_code for body in other] == [403, 403]
    stranger = web.enrol("malee")
    assert web.call("POST", "/enrol", stranger, json=asked).status_code == 403
    web.auth.revoke(first["device_id"])
    assert web.call("POST", "/enrol", json=asked).status_code == 403
    late = {"code": web.auth.new_code("som"), "device": DEVICE, "request_id": "9a"}
    assert web.call("POST", "/enrol", json=late).status_code == 200
    web.world.clock.forward(days=7, seconds=1)
    assert web.call("POST", "/enrol", json=late).status_code == 403


def test_an_account_added_to_a_device_is_answered_again_there(web: Web) -> None:
    token = web.enrol("som")
    web.auth.add_account("malee", "clerk", [f"{OFFICE}:write"])
    asked = {"code": web.auth.new_code("malee"), "request_id": "77"}
    first, again = (web.call("POST", "/enrol", token, json=asked) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["device_id"] == again.json()["device_id"]
