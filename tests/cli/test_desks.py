"""Desks that come late, change hands, or lose their token."""

import json
from contextlib import closing
from pathlib import Path

import msgspec

from desktop.storage import state
from records.protocol import GrantedStream
from tests.cli.conftest import Server
from tests.offices import made_office, thongthin

STREAM = "office/6601500"


def test_a_desk_that_comes_late_asks_the_server_for_the_history(server: Server, tmp_path: Path) -> None:
    first, late = tmp_path / "first", tmp_path / "late"
    thongthin(first, "enrol", "--server", server.url, "--code", server.code_for("wanida", stream=f"{STREAM}:write", full_name="วนิดา มั่นคง"))
    made = thongthin(first, "record", "save", "project", "--json", stdin='{"title": "หนึ่ง"}').json
    for title in ("สอง", "สาม"):
        thongthin(first, "sync")
        thongthin(first, "record", "save", "project", "--id", made["id"], stdin=f'{{"title": "{title}"}}')
    thongthin(first, "sync")
    thongthin(late, "enrol", "--server", server.url, "--code", server.code_for("late", stream=f"{STREAM}:write"))
    thongthin(late, "sync")
    versions = thongthin(late, "record", "history", "project", made["id"], "--json").json
    assert [one["version"] for one in versions] == [3, 2, 1]
    assert [one["changed"]["title"] for one in versions] == [
        {"before": "สอง", "after": "สาม"},
        {"before": "หนึ่ง", "after": "สอง"},
        {"before": None, "after": "หนึ่ง"},
    ]
    assert {one["by"] for one in versions} == {"wanida"}
    assert thongthin(first, "record", "history", "project", made["id"], "--json").json[0]["by_name"] == "วนิดา มั่นคง"


def test_a_second_account_joins_a_desk_and_signs_its_own_work(server: Server, tmp_path: Path) -> None:
    stream = "office/6601501"
    one = thongthin(
        tmp_path, "enrol", "--server", server.url, "--code", server.code_for("morning", stream=f"{stream}:write"), "--json"
    ).json
    thongthin(tmp_path, "record", "save", "project", stdin='{"title": "เช้า"}')
    two = thongthin(
        tmp_path, "enrol", "--server", server.url, "--code", server.code_for("evening", stream=f"{stream}:write"), "--json"
    ).json
    assert (one["device"], two["account"]) == (two["device"], "evening")
    made = thongthin(tmp_path, "record", "save", "project", "--json", stdin='{"title": "เย็น"}').json
    report = thongthin(tmp_path, "sync", "--json")
    assert (report.code, report.json["pushed"], report.json["refused"]) == (0, 2, 0)
    assert thongthin(tmp_path, "record", "history", "project", made["id"], "--json").json[0]["by"] == "evening"


def test_a_revoked_desk_enrols_again_and_sends_what_waited(server: Server, tmp_path: Path) -> None:
    stream = "office/6601502"
    device = thongthin(
        tmp_path, "enrol", "--server", server.url, "--code", server.code_for("again", stream=f"{stream}:write"), "--json"
    ).json["device"]
    thongthin(tmp_path, "sync")
    thongthin(tmp_path, "record", "save", "project", stdin='{"title": "รอ"}')
    server.run("revoke-device", device)
    assert thongthin(tmp_path, "sync").code == 1
    code = server.run("enrolment-code", "again")
    done = thongthin(tmp_path, "enrol", "--server", server.url, "--code", code, "--json").json
    assert done["device"] != device
    report = thongthin(tmp_path, "sync", "--json")
    assert (report.code, report.json["pushed"]) == (0, 1)


def test_unsent_work_of_a_closed_office_is_listed_moved_and_taken_back(tmp_path: Path) -> None:
    home = tmp_path
    with closing(made_office(home)) as office:
        old = next(one for one in office.streams if one.stream == office.streams_to_write(office.record_type("project"))[0])
        with office.database.write() as connection:
            again = [GrantedStream(one.stream, one.access, one.areas, one.name) for one in office.streams]
            state.take_grants(connection, [*again, GrantedStream("office/6560999", "write", ("*",), "อบต. ใหม่")])
        office.records.save("project", None, {"title": "ถนน"}, stream=old.stream)
        with office.database.write() as connection:
            closed = msgspec.structs.replace(old, is_closed=True, read_only=True, successor="office/6560999")
            state.save_stream(connection, closed)

    listed = thongthin(home, "move-unsent", "--json")
    asked = thongthin(home, "move-unsent", old.stream)
    moved = thongthin(home, "move-unsent", old.stream, "--yes", "--json")
    nothing = thongthin(home, "move-unsent")
    undone = thongthin(home, "undo", "--json")

    found = {"stream": old.stream, "successor": "office/6560999", "records": 1, "staying": []}
    assert (listed.code, json.loads(listed.out)) == (3, [found])
    assert (asked.code, "1 record not sent yet can move" in asked.out, "--yes" in asked.out) == (3, True, True)
    assert (moved.code, json.loads(moved.out)) == (0, {"stream": old.stream, "moved": 1})
    assert (nothing.code, "No unsent work" in nothing.out) == (0, True)
    assert (undone.code, [one["stream"] for one in json.loads(undone.out)["records"]]) == (0, ["office/6560999", old.stream])
