"""Work by stick, with the commands people use: an office without any line, and whoever relays for it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Server
from tests.offices import thongthin


def _account(server: Server, name: str, stream: str) -> None:
    server.run("add-account", name, "--role", "office-admin", "--stream", f"{stream}:write")


def _far(server: Server, home: Path, name: str, stream: str) -> None:
    """A desk that never sees a line."""
    _account(server, name, stream)
    told = json.loads(server.run("enrolment-bundle", name, "--to", str(home.with_suffix(".ttb")), "--json"))
    done = thongthin(home, "enrol", "--bundle", str(home.with_suffix(".ttb")), "--code", told["code"].lower())
    assert done.code == 0, done.err


def _near(server: Server, home: Path, name: str, stream: str) -> None:
    """A desk with a line."""
    _account(server, name, stream)
    thongthin(home, "enrol", "--server", server.url, "--code", server.run("enrolment-code", name))


def _save(home: Path, title: str) -> str:
    made: str = thongthin(home, "record", "save", "project", "--json", stdin=json.dumps({"title": title})).json["id"]
    return made


def test_an_office_without_a_line_works_with_one_that_has_one(server: Server, tmp_path: Path) -> None:
    stream, far, near = "office/6602001", tmp_path / "far", tmp_path / "near"
    _near(server, near, "b-near", stream)
    before = _save(near, "ก่อน")
    thongthin(near, "sync")
    _far(server, far, "b-far", stream)
    assert thongthin(far, "record", "get", "project", before, "--json").json["fields"]["title"] == "ก่อน"
    made = _save(far, "จากไกล")
    work, reply = tmp_path / "w.ttb", tmp_path / "w.reply.ttb"
    told = thongthin(far, "bundle", "export", "--to", str(work), "--json").json
    assert (told["changes"], Path(told["file"])) == (1, work)
    # What was frozen stays editable; the edit goes with the next bundle.
    thongthin(far, "record", "save", "project", "--id", made, stdin='{"title": "แก้ภายหลัง"}')
    later = _save(near, "ระหว่างทาง")
    thongthin(near, "sync")
    assert thongthin(near, "bundle", "relay", str(work)).code == 0
    assert reply.exists()
    taken = thongthin(far, "bundle", "apply", str(reply), "--json")
    assert (taken.code, taken.json["pushed"], taken.json["waiting"]) == (0, 1, 1)
    assert thongthin(far, "record", "get", "project", later, "--json").json["fields"]["title"] == "ระหว่างทาง"
    assert thongthin(far, "record", "get", "project", made, "--json").json["fields"]["title"] == "แก้ภายหลัง"
    thongthin(near, "sync")
    assert thongthin(near, "record", "get", "project", made, "--json").json["fields"]["title"] == "จากไกล"
    # Taken in once more, and relayed once more: nothing changes.
    assert thongthin(far, "bundle", "apply", str(reply), "--json").json["pulled"] == 0
    assert thongthin(near, "bundle", "relay", str(work), "--to", str(tmp_path / "again.ttb")).code == 0
    assert thongthin(far, "bundle", "apply", str(tmp_path / "again.ttb"), "--json").json["pushed"] == 0


def test_a_desk_without_a_line_has_numbers_for_receipts_and_gets_more(server: Server, tmp_path: Path) -> None:
    stream, far, near = "office/6602002", tmp_path / "far", tmp_path / "near"
    _far(server, far, "n-far", stream)
    _near(server, near, "n-near", stream)
    blocks = thongthin(far, "record", "list", "number_block", "--json").json
    assert len(blocks["rows"] if isinstance(blocks, dict) else blocks) == 1


def test_a_folder_of_bundles_has_a_result_for_each(server: Server, tmp_path: Path) -> None:
    stream, near, sticks = "office/6602003", tmp_path / "near", tmp_path / "sticks"
    _near(server, near, "f-near", stream)
    sticks.mkdir()
    for name in ("f-one", "f-two"):
        home = tmp_path / name
        _far(server, home, name, stream)
        _save(home, name)
        thongthin(home, "bundle", "export", "--to", str(sticks))
    (sticks / "holiday.ttb").write_bytes(b"not one of ours")
    done = thongthin(near, "bundle", "relay", str(sticks), "--json")
    assert done.code == 3
    found = {Path(one["file"]).name.split("-2")[0]: (one["code"], one["reply"] is not None) for one in done.json}
    assert found == {"f-one": ("", True), "f-two": ("", True), "holiday.ttb": ("not-a-bundle", False)}
    # Replies are not relayed again.
    assert len(thongthin(near, "bundle", "relay", str(sticks), "--json").json) == 3


def test_work_that_went_by_stick_is_harmless_over_the_line(server: Server, tmp_path: Path) -> None:
    stream, home = "office/6602004", tmp_path / "desk"
    _near(server, home, "h-desk", stream)
    thongthin(home, "sync")
    _save(home, "สองทาง")
    thongthin(home, "bundle", "export", "--to", str(tmp_path / "w.ttb"))
    assert thongthin(home, "sync", "--json").json["pushed"] == 1
    assert thongthin(home, "bundle", "relay", str(tmp_path / "w.ttb")).code == 0
    taken = thongthin(home, "bundle", "apply", str(tmp_path / "w.reply.ttb"), "--json")
    assert (taken.code, taken.json["pushed"], taken.json["pulled"], taken.json["done"]) == (0, 0, 0, True)
    rows = thongthin(home, "record", "list", "project", "--json").json
    assert len(rows["rows"] if isinstance(rows, dict) else rows) == 1


@pytest.mark.parametrize(("command", "code"), [("relay", "not-a-bundle"), ("apply", "not-a-bundle")])
def test_a_file_that_is_no_bundle_is_refused_in_a_sentence(server: Server, tmp_path: Path, command: str, code: str) -> None:
    stream, home = "office/6602005", tmp_path / "desk"
    _near(server, home, f"x-{command}", stream)
    wrong = tmp_path / "wrong.ttb"
    wrong.write_text("ไม่ใช่")
    done = thongthin(home, "bundle", command, str(wrong), "--language", "en")
    assert (done.code, "no bundle of Thongthin" in done.err) == (1, True), done.err


def test_a_wrong_code_opens_no_enrolment_bundle(server: Server, tmp_path: Path) -> None:
    stream, file = "office/6602006", tmp_path / "e.ttb"
    _account(server, "w-far", stream)
    server.run("enrolment-bundle", "w-far", "--to", str(file))
    done = thongthin(tmp_path / "far", "enrol", "--bundle", str(file), "--code", "AAAA-BBBB-CCCC", "--language", "en")
    assert (done.code, "does not open" in done.err) == (1, True)
    assert thongthin(tmp_path / "far", "status", "--json").json["account"] is None


def test_the_code_of_an_enrolment_bundle_enrols_nobody_over_the_line(server: Server, tmp_path: Path) -> None:
    stream, file = "office/6602007", tmp_path / "e.ttb"
    _account(server, "o-far", stream)
    code = json.loads(server.run("enrolment-bundle", "o-far", "--to", str(file), "--json"))["code"]
    assert thongthin(tmp_path / "thief", "enrol", "--server", server.url, "--code", code).code == 1
    assert thongthin(tmp_path / "far", "enrol", "--bundle", str(file), "--code", code).code == 0
    # On the same desk it goes on; on one that is enrolled otherwise it is refused.
    assert thongthin(tmp_path / "far", "enrol", "--bundle", str(file), "--code", code).code == 0
    _near(server, tmp_path / "near", "o-near", stream)
    assert thongthin(tmp_path / "near", "enrol", "--bundle", str(file), "--code", code).code == 1


def test_a_stick_that_is_not_in_becomes_no_file_of_its_name(server: Server, tmp_path: Path) -> None:
    stream, home, stick = "office/6602008", tmp_path / "desk", tmp_path / "USB"
    _near(server, home, "p-desk", stream)
    thongthin(home, "sync")
    _save(home, "งาน")

    done = thongthin(home, "bundle", "export", "--to", str(stick), "--language", "en")

    assert (done.code, "Check that the stick is in" in done.err, stick.exists()) == (1, True, False)
    assert thongthin(home, "bundle", "apply", str(stick / "w.ttb"), "--language", "th").err.count("ไม่พบแฟ้มนี้") == 1
    assert thongthin(home, "sync", "--json").json["pushed"] == 1
